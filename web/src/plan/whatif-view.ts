import type { Geometry } from "geojson";
import type { MapMouseEvent } from "maplibre-gl";
import { h } from "../dom";
import { number } from "../format";
import { t, word } from "../i18n";
import type { State } from "../state";
import type { Data } from "../store";
import { TOOLS, Draw, type Tool } from "./draw";
import type { Depot } from "./depot";
import { named, nearest, row } from "./edit-row";
import { BadScenario, fromGeoJson, scenario, type Edit } from "./edits";
import { told } from "./outcome";
import { fetchChanges, fetchOutcome, type Outcome } from "./plan-api";
import type { PlanMap } from "./plan-map";
import { tooLong } from "./plan-state";
import { failure } from "./plan-view";
import { joined, MOST_EDITS, USUAL_MBIT_S } from "./suppose";

/** Milliseconds after the last edit before the service is asked. */
const SETTLE = 300;
/** Which theme a tool needs data on. */
const NEEDS: Record<Tool, string> = { pave: "roads", road: "roads", source: "water", transformer: "power", node: "broadband", facility: "services" };
/** Rating of a new transformer until another is told, kVA. */
const USUAL_KVA = 100;
/** Edits that show as rows; of more the rest is only counted. */
const ROWS = 60;

export interface WhatIfEvents {
  change: (part: Partial<State>) => void;
  select: (key: string) => void;
}

/** Gives a file to whoever uses the page. */
function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const a = h("a", { href: url, download: name });
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The panel of the scenario: tools, edits, and what they would change. */
export class WhatIfView {
  readonly el: HTMLElement;
  private state: State;
  private map: PlanMap | null = null;
  private draw: Draw | null = null;
  private outcome: Outcome | null = null;
  private asked: Edit[] | null = null;
  private request = new AbortController();
  private timer = 0;
  private said = "";
  /** Stretches of the plan that an edit paves, as far as they are known. */
  private links = new Map<string, Geometry>();
  private readonly tools = h("div", { class: "tools", role: "toolbar" });
  private readonly hint = h("p", { class: "hint", role: "status" });
  private readonly list = h("section", { class: "edits" });
  private readonly status = h("p", { class: "status", role: "status" });
  private readonly result = h("div", { class: "result" });

  constructor(
    private readonly data: Data,
    private readonly depot: Depot,
    state: State,
    private readonly on: WhatIfEvents,
  ) {
    this.state = state;
    this.el = h("div", { id: "list", class: "plan-scroll whatif" }, h("p", { class: "intro" }, t("whatif_intro")), this.tools, this.hint, this.list, this.status, this.result);
    this.tools.setAttribute("aria-label", t("whatif_tools"));
    this.toolbar();
    this.edits();
  }

  attach(map: PlanMap): void {
    this.map = map;
    this.draw = new Draw(map, {
      placed: (tool, at) => this.placed(tool, at),
      chosen: (link) => this.chosen(link),
      changed: () => this.toolbar(),
    });
    this.toolbar();
  }

  clicked(e: MapMouseEvent): boolean {
    return this.draw?.clicked(e) ?? false;
  }

  /** Says something beside the edits, until they change again. */
  remark(text: string): void {
    this.said = text;
    this.edits();
  }

  leave(): void {
    if (this.draw?.tool) this.draw.take(null);
  }

  private put(edits: Edit[]): void {
    this.said = "";
    this.on.change({ plan: { ...this.state.plan, edits } });
  }

  private add(...edits: Edit[]): void {
    this.put(joined(this.state.plan.edits, edits));
  }

  private placed(tool: Tool, at: [number, number][]): void {
    const first = at[0];
    if (tool === "pave" || !first) return;
    const close = nearest(first, this.depot.places, 1);
    const props = { road: {}, source: close.length > 0 ? { villages: close, piped: true } : {}, transformer: { kva: USUAL_KVA }, node: { mbit_s: USUAL_MBIT_S }, facility: {} }[tool];
    const near = this.depot.places.get(close[0] ?? "")?.name;
    this.add({ edit: tool, name: near ? t("edit_near", { what: word("edit", tool), place: near }) : "", at, props });
    // One thing is set at a time; roads are drawn one after another.
    if (tool !== "road") this.draw?.take(null);
  }

  /** A stretch is taken as built; a second click takes that back. */
  private chosen(id: string): void {
    const there = this.state.plan.edits.find((e) => e.props["link"] === id);
    if (there) this.put(this.state.plan.edits.filter((e) => e !== there));
    else this.add({ edit: "pave", name: this.linkName(id), at: [], props: { link: id } });
  }

  private linkName(id: string): string {
    const first = this.data.roads?.links.find((l) => l.properties.id === id)?.properties.villages[0];
    return this.depot.places.get(first ?? "")?.name ?? "";
  }

  private toolbar(): void {
    const now = this.draw?.tool ?? null;
    const focus = document.activeElement?.id;
    const there = TOOLS.filter((tool) => (this.data.summary.themes as readonly string[]).includes(NEEDS[tool]));
    const one = (tool: Tool): HTMLElement => h("button", { id: `tool-${tool}`, class: "plain", "aria-pressed": String(tool === now), disabled: !this.draw, click: () => this.draw?.take(tool === now ? null : tool) }, word("tool", tool));
    this.tools.replaceChildren(...there.map(one));
    const n = this.draw?.at.length ?? 0;
    const drawing = now === "road" && n > 0;
    this.hint.replaceChildren(
      now === null ? "" : drawing ? t("tool_hint_drawing", { n: number(n) }) : word("tool_hint", now),
      ...(drawing
        ? [
            h("button", { class: "plain", disabled: n < 2, click: () => this.draw?.finish() }, t("tool_finish")),
            h("button", { class: "plain", click: () => this.draw?.undo() }, t("tool_undo")),
            h("button", { class: "plain", click: () => this.draw?.cancel() }, t("tool_cancel")),
          ]
        : []),
    );
    if (focus?.startsWith("tool-")) document.getElementById(focus)?.focus();
  }

  update(state: State): void {
    this.state = state;
    const edits = state.plan.edits;
    if (edits !== this.asked) {
      this.asked = edits;
      this.edits();
      void this.drawEdits();
      clearTimeout(this.timer);
      const known = this.depot.answered;
      if (known?.edits !== edits) this.timer = window.setTimeout(() => void this.ask(), SETTLE);
      else this.outcome = known.outcome;
    }
  }

  /** Shows all again, e.g. in another language. */
  show(): void {
    this.edits();
    void this.drawEdits();
    this.drawChanges();
    this.tell();
  }

  private edits(): void {
    const edits = this.state.plan.edits;
    const focus = document.activeElement?.id;
    const rows = edits.slice(0, ROWS).map((e, i) =>
      row(e, i, this.data, this.depot.places, {
        set: (next) => this.put(this.state.plan.edits.map((x) => (x === e ? next : x))),
        remove: () => this.put(this.state.plan.edits.filter((x) => x !== e)),
        hover: (yes) => this.map?.hover(yes ? this.geometry(e) : null),
        show: () => {
          const g = this.geometry(e);
          if (g) this.map?.fit([g], true);
        },
      }),
    );
    const long = tooLong(edits);
    const upload = h("input", { id: "whatif-file", type: "file", class: "hidden", "aria-label": t("whatif_load"), tabindex: "-1", accept: ".geojson,.json,application/geo+json", change: (x) => void this.load(x.target as HTMLInputElement) });
    const some = edits.length > 0;
    this.list.replaceChildren(
      h("h3", {}, `${t("whatif_edits")} · ${number(edits.length)}`),
      some ? h("ol", {}, ...rows) : h("p", { class: "note" }, t("whatif_empty")),
      edits.length > ROWS ? h("p", { class: "note" }, t("whatif_more_edits", { n: number(edits.length - ROWS) })) : "",
      this.said ? h("p", { class: "warn", role: "status" }, this.said) : "",
      long ? h("p", { class: "warn", id: "whatif-long" }, t("whatif_long")) : "",
      edits.length >= MOST_EDITS ? h("p", { class: "warn" }, t("whatif_most", { n: number(MOST_EDITS) })) : "",
      h(
        "p",
        { class: "edit-tools" },
        some && !long && h("button", { id: "whatif-link", class: "plain", click: (x) => void this.copy(x.target as HTMLElement) }, t("whatif_link")),
        some && h("button", { id: "whatif-save", class: "plain", click: () => save(new Blob([JSON.stringify(scenario(this.state.plan.edits), null, 1)], { type: "application/geo+json" }), "scenario.geojson") }, t("whatif_save")),
        h("button", { id: "whatif-load", class: "plain", click: () => upload.click() }, t("whatif_load")),
        some && h("button", { id: "whatif-clear", class: "plain", click: () => this.put([]) }, t("whatif_clear")),
        upload,
      ),
    );
    if (focus && this.list.querySelector(`#${CSS.escape(focus)}`)) document.getElementById(focus)?.focus();
  }

  private async copy(button: HTMLElement): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href);
      button.textContent = t("whatif_copied");
    } catch {
      button.textContent = t("whatif_not_copied");
    }
  }

  private async load(input: HTMLInputElement): Promise<void> {
    const file = input.files?.[0];
    if (!file) return;
    try {
      const edits = fromGeoJson(await file.text());
      this.put(edits.slice(0, MOST_EDITS));
    } catch (e) {
      const at = e instanceof BadScenario ? e.feature : 0;
      this.status.replaceChildren(h("span", { class: "wrong" }, at > 0 ? t("whatif_bad_feature", { n: number(at) }) : t("whatif_bad_file")));
    }
    input.value = "";
  }

  /** Where an edit is: its own place, or that of the stretch it paves. */
  private geometry(e: Edit): Geometry | null {
    if (e.edit === "road") return { type: "LineString", coordinates: e.at };
    if (e.at[0]) return { type: "Point", coordinates: e.at[0] };
    return this.links.get(String(e.props["link"] ?? "")) ?? null;
  }

  private async drawEdits(): Promise<void> {
    const edits = this.state.plan.edits;
    if (edits.some((e) => e.props["link"] !== undefined) && this.links.size === 0) {
      // Without them the list is all there is to see.
      this.links = await this.depot.lines("road_links").catch(() => new Map<string, Geometry>());
    }
    if (edits !== this.state.plan.edits) return;
    this.map?.edits(edits.map((e) => ({ edit: e, geometry: this.geometry(e), name: e.edit === "pave" ? "" : named(e) })));
  }

  private async ask(): Promise<void> {
    this.request.abort();
    const edits = this.state.plan.edits;
    if (edits.length === 0) {
      this.outcome = null;
      this.status.replaceChildren();
      this.tell();
      this.drawChanges();
      return;
    }
    const request = new AbortController();
    this.request = request;
    this.el.classList.add("busy");
    this.status.textContent = t("whatif_working");
    try {
      const found = await fetchOutcome(edits, request.signal, () => (this.status.textContent = t("plan_waiting")));
      if (request.signal.aborted) return;
      this.outcome = found;
      this.depot.answered = { edits, outcome: found };
      this.status.replaceChildren();
      this.tell();
      this.edits();
      this.drawChanges();
    } catch (e) {
      if (request.signal.aborted) return;
      this.outcome = null;
      this.tell();
      this.drawChanges();
      const again = h("button", { class: "plain", click: () => void this.ask() }, t("retry"));
      this.status.replaceChildren(h("span", { class: "wrong" }, failure(e)), again);
    } finally {
      if (!request.signal.aborted) this.el.classList.remove("busy");
    }
  }

  private tell(): void {
    this.result.replaceChildren(...(this.outcome ? told(this.outcome, this.on.select, (f) => void this.file(f)) : []));
  }

  private async file(f: "csv" | "xlsx"): Promise<void> {
    try {
      save(await fetchChanges(this.state.plan.edits, f), `changes.${f}`);
    } catch (e) {
      this.status.replaceChildren(h("span", { class: "wrong" }, failure(e)));
    }
  }

  private drawChanges(): void {
    const o = this.outcome;
    this.map?.changes(o ? [["closed", o.closed], ["opened", o.opened], ["changed", o.changed]] : [], this.depot.places);
  }
}
