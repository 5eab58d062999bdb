import { alive, ApiError, NewData, whenSlow } from "./api";
import { byId, h } from "./dom";
import { t } from "./i18n";

/** How often the page asks whether the service is there again, and whether it has new data, in milliseconds. */
const AGAIN_MS = 5000;
const WATCH_MS = 60_000;

/** What the page does when the service is there again. */
export interface Hooks {
  /** Whether there is anything to show yet. */
  begun: () => boolean;
  /** What there is to say when nothing is wrong: that data are not real. */
  remark: () => string | null;
  /** Asks again for what did not come, from the beginning or in part. */
  again: () => Promise<void>;
}

/** The line under the heading: what data these are, and what is wrong with the way to the service. */
export class Connection {
  private retry = 0;

  constructor(private readonly on: Hooks) {
    setInterval(() => void this.watch(), WATCH_MS);
    whenSlow((slow) => {
      if (this.failed()) return;
      if (slow) this.notice(t("slow"), "info");
      else this.plain();
    });
  }

  private failed(): boolean {
    return byId("notice").querySelector(".error") !== null;
  }

  private notice(text: string, kind: "info" | "error"): void {
    const button = kind === "error" && h("button", { class: "plain", click: () => void this.recover() }, t("retry"));
    byId("notice").replaceChildren(h("div", { class: kind }, text, button));
  }

  /** Nothing is wrong. */
  plain(): void {
    const remark = this.on.remark();
    if (remark === null) byId("notice").replaceChildren();
    else this.notice(remark, "info");
  }

  /** The language changed. */
  words(): void {
    if (!this.failed()) this.plain();
  }

  /** Says what is wrong, and goes on by itself when it is over. */
  trouble(e: unknown): void {
    if (e instanceof NewData) {
      this.offerNew();
      return;
    }
    if (!(e instanceof ApiError)) console.error(e);
    const why = e instanceof ApiError && e.status > 0 ? ` (${e.status}: ${e.message})` : "";
    this.notice(t("offline") + why, "error");
    clearTimeout(this.retry);
    this.retry = window.setTimeout(() => void this.recover(), AGAIN_MS);
  }

  /** What did not come is asked for again. */
  private async recover(): Promise<void> {
    clearTimeout(this.retry);
    try {
      if (this.on.begun()) {
        if (!(await alive()).fresh) {
          this.offerNew();
          return;
        }
        this.plain();
      }
      await this.on.again();
    } catch (e) {
      this.trouble(e);
    }
  }

  /** The address keeps what is shown, so that loading again shows the same of the new data. */
  private offerNew(): void {
    byId("notice").replaceChildren(h("div", { class: "info" }, t("new_data"), h("button", { class: "plain", click: () => location.reload() }, t("reload"))));
  }

  private async watch(): Promise<void> {
    if (document.hidden || !this.on.begun()) return;
    try {
      if (!(await alive()).fresh) this.offerNew();
    } catch (e) {
      this.trouble(e);
    }
  }
}
