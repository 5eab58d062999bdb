import { alive, ApiError, NewData, whenSlow } from "./api";
import { Incomplete } from "./code";
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
  /** What only loading the page again mends. */
  private stale: "new_data" | "incomplete" | null = null;

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

  /** Nothing is wrong, but for what loading again mends. */
  plain(): void {
    const remark = this.on.remark();
    if (this.stale) this.offerReload(this.stale);
    else if (remark === null) byId("notice").replaceChildren();
    else this.notice(remark, "info");
  }

  /** The language changed. */
  words(): void {
    if (!this.failed()) this.plain();
  }

  /** Says what is wrong, and goes on by itself when it is over. */
  trouble(e: unknown): void {
    if (e instanceof NewData || e instanceof Incomplete) {
      this.offerReload(e instanceof Incomplete ? "incomplete" : "new_data");
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
          this.offerReload("new_data");
          return;
        }
        this.plain();
      }
      await this.on.again();
    } catch (e) {
      this.trouble(e);
    }
  }

  /** The address keeps what is shown, so that loading again shows the same. */
  private offerReload(what: "new_data" | "incomplete"): void {
    this.stale = what;
    byId("notice").replaceChildren(h("div", { class: "info" }, t(what), h("button", { class: "plain", click: () => location.reload() }, t("reload"))));
  }

  private async watch(): Promise<void> {
    if (document.hidden || !this.on.begun()) return;
    try {
      if (!(await alive()).fresh) this.offerReload("new_data");
    } catch (e) {
      this.trouble(e);
    }
  }
}
