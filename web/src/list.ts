import { h } from "./dom";
import { metres, money, number, people } from "./format";
import { pick, t, word } from "./i18n";
import { RAMP, SEVERITY_STEPS, step } from "./colours";
import type { State } from "./state";
import { LISTS, topicOf, type ListKind } from "./themes";
import { filtered, rows, type Data, type Row } from "./store";
import { head as scorecardHead, table as scorecardTable } from "./themes/scorecard-table";
import { className, CLASS_TAG } from "./themes/services-data";
import { sign as placeSign } from "./themes/social-signs";
import { sign } from "./themes/water-signs";
import { matrix } from "./themes/water-table";

const ROW_PX = 88;

/** Words of the kinds in a list. */
function prefixOf(list: ListKind): string {
  const of: Partial<Record<ListKind, string>> = { links: "surface", areas: "cause", water: "criterion", water_links: "criterion", sources: "source_state", untested: "water_type", fibre_links: "route" };
  return of[list] ?? "kind";
}

export interface ListEvents {
  change: (part: Partial<State>) => void;
  select: (key: string) => void;
  hover: (key: string | null) => void;
}

/** The list beside the map: kinds as tabs, filters, rows drawn only where they show. */
export class List {
  private all: Row[] = [];
  private shown: Row[] = [];
  private kind: ListKind | null = null;
  private top = 0;
  private readonly box: HTMLElement;
  private readonly count: HTMLElement;
  private readonly empty: HTMLElement;
  private readonly table: HTMLElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly data: Data,
    private state: State,
    private readonly on: ListEvents,
  ) {
    this.box = h("div", { id: "list", class: "rows", role: "list", tabindex: "0", scroll: () => this.draw() });
    this.box.addEventListener("keydown", (e) => this.keys(e));
    this.count = h("p", { class: "count", "aria-live": "polite" });
    this.empty = h("div", { class: "empty" });
    this.table = h("div", { class: "rows" });
    new ResizeObserver(() => this.draw()).observe(this.box);
    this.update(state, true);
  }

  update(state: State, rebuild = false): void {
    const fresh = rebuild || this.kind !== state.list || this.state.lang !== state.lang;
    const focus = document.activeElement?.id;
    this.state = state;
    const turned = this.kind !== state.list;
    // Rows hold words of the page's language.
    if (fresh) {
      this.all = rows(this.data, state.list);
      this.kind = state.list;
      if (turned) this.box.scrollTop = 0;
    }
    if (fresh) this.frame();
    if (this.tabled(state)) {
      if (fresh && focus) document.getElementById(focus)?.focus();
      return;
    }
    this.shown = filtered(this.all, state);
    this.count.textContent = t("rows", { n: number(this.shown.length) });
    this.empty.replaceChildren(...this.nothing());
    this.empty.hidden = this.shown.length > 0;
    this.top = Math.max(0.001, ...this.shown.map((r) => r.score));
    this.draw();
    if (fresh && focus) document.getElementById(focus)?.focus();
  }

  private nothing(): HTMLElement[] {
    const topic = topicOf(this.state.list) ?? "roads";
    if (topic !== "roads" && topic !== "plan" && !this.data[topic]) return [h("p", {}, t("loading"))];
    if (this.all.length === 0) return [h("h3", {}, t("empty")), h("p", {}, t(topic === "roads" ? "empty_why" : "empty_other"))];
    const clear = (): void => this.on.change({ q: "", county: "", kind: "", verdict: "", priority: false });
    return [h("p", {}, t("empty_filter")), h("button", { class: "plain", click: clear }, t("clear"))];
  }

  /** Contamination and the scorecard are tables: true where one stands in place of rows. */
  private tabled(state: State): boolean {
    const yes = state.list === "contamination" || state.list === "scorecard";
    this.box.hidden = yes;
    this.table.hidden = !yes;
    // What the skip link leads to is what shows.
    (yes ? this.box : this.table).removeAttribute("id");
    (yes ? this.table : this.box).id = "list";
    if (!yes) return false;
    this.empty.hidden = true;
    this.count.textContent = "";
    if (state.list === "scorecard") {
      this.scored(state);
      return true;
    }
    const focus = (document.activeElement as HTMLElement | null)?.dataset["cell"];
    this.table.replaceChildren(this.data.water ? matrix(this.data, state, this.on.select) : h("div", { class: "skeleton row-skeleton" }));
    if (focus) this.table.querySelector<HTMLElement>(`[data-cell="${CSS.escape(focus)}"]`)?.focus();
    return true;
  }

  private scored(state: State): void {
    const active = document.activeElement as HTMLElement | null;
    const [county, id] = [active?.dataset["county"], active?.id];
    const [left, top] = [this.table.scrollLeft, this.table.scrollTop];
    this.table.replaceChildren(scorecardTable(this.data, state, this.on.select, (kind) => this.on.change({ kind })));
    this.table.scrollTo(left, top);
    const again = county ? this.table.querySelector<HTMLElement>(`[data-county="${CSS.escape(county)}"]`) : id?.startsWith("sort-") ? document.getElementById(id) : null;
    again?.focus();
  }

  private frame(): void {
    const s = this.state;
    if (s.list === "scorecard") {
      this.root.replaceChildren(scorecardHead(), this.count, this.empty, this.box, this.table);
      return;
    }
    const tabs = LISTS[topicOf(s.list) ?? "roads"].map((l: ListKind) =>
      h(
        "button",
        { id: `tab-${l}`, "aria-pressed": String(l === s.list), click: () => this.on.change({ list: l, kind: "" }) },
        t(`list_${l}`),
      ),
    );
    const option = (value: string, text: string, now: string): HTMLElement =>
      h("option", { value, selected: value === now }, text);
    const select = (id: string, label: string, now: string, options: [string, string][], set: (v: string) => void): HTMLElement =>
      h(
        "select",
        { id, "aria-label": label, change: (e) => set((e.target as HTMLSelectElement).value) },
        ...options.map(([v, text]) => option(v, text, now)),
      );
    const counties = this.data.counties
      .filter((c) => c.properties.villages > 0)
      .map((c): [string, string] => [c.properties.id, c.properties.name]);
    const kinds = [...new Set([...this.all.map((r) => r.kind), ...this.all.flatMap((r) => r.tags ?? [])])].sort((a, b) => Number(a.startsWith(CLASS_TAG)) - Number(b.startsWith(CLASS_TAG)) || (a < b ? -1 : 1));
    this.root.replaceChildren(
      h("h2", { id: "list-title", class: "hidden" }, t("list")),
      h("div", { class: "tabs", role: "group", "aria-label": t("lists") }, ...tabs),
      h(
        "div",
        { class: "filters" },
        counties.length > 1 &&
          select("f-county", t("county"), s.county, [["", t("all_counties")], ...counties], (county) => this.on.change({ county })),
        s.list !== "contamination" && select(
          "f-kind",
          t("all_kinds"),
          s.kind,
          [["", t("all_kinds")], ...kinds.map((k): [string, string] => [k, this.kindName(k)])],
          (kind) => this.on.change({ kind }),
        ),
        s.list !== "contamination" && s.list !== "facilities" && select(
          "f-verdict",
          t("all_verdicts"),
          s.verdict,
          [["", t("all_verdicts")], ["gap", t("only_gap")], ["unknown", t("only_unknown")]],
          (v) => this.on.change({ verdict: v === "gap" || v === "unknown" ? v : "" }),
        ),
        s.list !== "contamination" && h(
          "label",
          { class: "check" },
          h("input", {
            id: "f-priority",
            type: "checkbox",
            checked: s.priority,
            change: (e) => this.on.change({ priority: (e.target as HTMLInputElement).checked }),
          }),
          t("priority_only"),
        ),
      ),
      this.count,
      this.empty,
      this.box,
      this.table,
    );
  }

  /** A kind in words; classes of services are named by the service. */
  private kindName(kind: string): string {
    if (kind.startsWith(CLASS_TAG)) return t("class_is", { name: className(this.data.summary, kind.slice(CLASS_TAG.length)) });
    return this.state.list === "facilities" ? className(this.data.summary, kind) : word(prefixOf(this.state.list), kind);
  }

  private draw(): void {
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW_PX) - 4);
    const last = Math.min(this.shown.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / ROW_PX) + 4);
    const spacer = (n: number): HTMLElement => h("div", { style: `height:${n * ROW_PX}px`, role: "presentation" });
    const seen = this.shown.slice(first, last).map((r, i) => this.row(r, first + i));
    this.box.replaceChildren(spacer(first), ...seen, spacer(this.shown.length - last));
  }

  private row(r: Row, i: number): HTMLElement {
    const colour = r.verdict !== "gap" ? "" : `background:${RAMP[step(r.severity, SEVERITY_STEPS)]}`;
    const bar = h("span", { class: `bar ${r.verdict}`, style: `width:${Math.max(2, (100 * r.score) / this.top)}%;${colour}` });
    const why = r.why ? pick(r.why) : this.linkWhy(r);
    return h(
      "div",
      { role: "listitem", class: "item", "aria-setsize": String(this.shown.length), "aria-posinset": String(i + 1) },
      h(
        "button",
        {
          class: r.key === this.state.selected ? "row on" : "row",
          "data-key": r.key,
          click: () => this.on.select(r.key),
          mouseenter: () => this.on.hover(r.key),
          mouseleave: () => this.on.hover(null),
          focus: () => this.on.hover(r.key),
          blur: () => this.on.hover(null),
        },
        h("span", { class: "rank" }, String(i + 1)),
        h(
          "span",
          { class: "body" },
          h("span", { class: "head" }, h("strong", {}, r.sign ? sign(r.sign, 14) : r.mark ? placeSign(r.mark, 14) : null, r.title), h("span", { class: "people" }, people(r.people))),
          h("span", { class: "sub" }, [r.sub, this.kindName(r.kind)].filter(Boolean).join(" · ")),
          h("span", { class: "why" }, why),
          h("span", { class: "track" }, bar),
        ),
      ),
    );
  }

  private linkWhy(r: Row): string {
    const l = this.data.links.find((x) => `road_links/${x.properties.id}` === r.key);
    return l ? `${metres(l.properties.length_m)} · ${money(l.properties.cost, l.properties.currency)}` : "";
  }

  /** Arrows move through the rows. */
  private keys(e: KeyboardEvent): void {
    if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
    const now = this.shown.findIndex((r) => r.key === (document.activeElement as HTMLElement | null)?.dataset["key"]);
    const next = Math.max(0, Math.min(this.shown.length - 1, now + (e.key === "ArrowDown" ? 1 : -1)));
    const row = this.shown[next];
    if (!row) return;
    e.preventDefault();
    const y = next * ROW_PX;
    if (y < this.box.scrollTop) this.box.scrollTop = y;
    if (y + ROW_PX > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = y + ROW_PX - this.box.clientHeight;
    this.draw();
    this.box.querySelector<HTMLElement>(`[data-key="${CSS.escape(row.key)}"]`)?.focus();
  }
}
