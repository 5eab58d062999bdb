import { h } from "./dom";
import { metres, money, number, people } from "./format";
import { pick, t, word } from "./i18n";
import { RAMP, SEVERITY_STEPS, step } from "./colours";
import type { State } from "./state";
import { firstList, isChanges, LISTS, topicOf, type ListKind } from "./themes";
import { listName, sumLine } from "./themes/changes-rows";
import { sign as changeSign } from "./themes/changes-signs";
import { downloads, type Form } from "./download";
import { filters } from "./filters";
import { Rankings, type Firmness } from "./ranking";
import { weightsNow } from "./needs";
import { THEMES } from "./region";
import { filtered, ranked, rows, type Row } from "./rows";
import { partsOf, themeOf, type Data } from "./store";
import { head as scorecardHead, table as scorecardTable } from "./themes/scorecard-table";
import { className, CLASS_TAG } from "./themes/services-data";
import { sign as placeSign } from "./themes/social-signs";
import { sign } from "./themes/water-signs";
import { matrix } from "./themes/water-table";
import { weightsPanel } from "./weights";

const ROW_PX = 88;

/** Words of the kinds in a list. */
function prefixOf(list: ListKind): string {
  if (isChanges(list)) return "change";
  const of: Partial<Record<ListKind, string>> = { links: "surface", areas: "cause", water: "criterion", water_links: "criterion", sources: "source_state", untested: "water_type", fibre_links: "route" };
  return of[list] ?? "kind";
}

export interface ListEvents {
  change: (part: Partial<State>) => void;
  select: (key: string) => void;
  hover: (key: string | null) => void;
  /** When the map shows, or is known not to come. */
  drawn: Promise<void>;
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
  private readonly take: HTMLElement;
  private readonly rankings: Rankings;
  private firm: Firmness | undefined;

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
    this.take = h("p", { class: "take" });
    this.rankings = new Rankings(on.drawn, () => this.update(this.state));
    new ResizeObserver(() => this.draw()).observe(this.box);
    this.update(state, true);
  }

  update(state: State, rebuild = false): void {
    const fresh = rebuild || this.kind !== state.list || this.state.lang !== state.lang || this.state.county !== state.county;
    const focus = document.activeElement?.id;
    const row = this.focused();
    this.state = state;
    const turned = this.kind !== state.list;
    // Rows hold words of the page's language.
    if (state.list === "all") this.rank();
    if (fresh) {
      if (state.list !== "all") this.all = rows(this.data, state.list);
      this.kind = state.list;
      if (turned) this.box.scrollTop = 0;
    }
    if (fresh) this.frame();
    if (this.tabled(state)) {
      if (fresh && focus) document.getElementById(focus)?.focus();
      return;
    }
    this.shown = filtered(this.all, state, this.data);
    this.count.textContent = t("rows", { n: number(this.shown.length) });
    this.takes();
    this.empty.replaceChildren(...this.nothing());
    this.empty.hidden = this.shown.length > 0;
    this.top = Math.max(0.001, ...this.shown.map((r) => r.score));
    this.draw(row);
    if (fresh && focus) document.getElementById(focus)?.focus();
  }

  /** The key of the row that has the focus. */
  private focused(): string | undefined {
    const active = document.activeElement;
    return active instanceof HTMLElement && this.box.contains(active) ? active.dataset["key"] : undefined;
  }

  /** Villages by need at once; how firm the ranks are comes from the service. By value the service alone can rank. */
  private rank(): void {
    const s = this.state;
    this.firm = this.rankings.of(s);
    const weights = weightsNow(s.weights, this.data.region.weights);
    const made = ranked(this.data, weights, s.by === "people" ? "people" : "need", s);
    if (s.by !== "value") {
      this.all = made;
      return;
    }
    const of = new Map(made.map((r) => [r.key, r]));
    this.all = (this.firm?.rows ?? []).flatMap((f): Row[] => {
      const r = of.get(`villages/${f.village}`);
      return r ? [Object.assign(r, { rank: f.rank, score: f.score })] : [];
    });
  }

  /** Where what is shown can be had. */
  private takes(): void {
    const to = downloads(this.state, this.all, this.shown, this.data.since?.date);
    const link = (f: Form): HTMLElement => {
      const href = to?.[f];
      const name = f === "geojson" ? "GeoJSON" : f.toUpperCase();
      return href ? h("a", { href, ...(f === "geojson" ? { target: "_blank", rel: "noopener" } : { download: true }) }, name) : h("span", { title: t("take_narrow") }, name);
    };
    this.take.replaceChildren(...(to ? [t("take"), " ", link("csv"), " ", link("xlsx"), " ", link("geojson")] : []));
  }

  private nothing(): HTMLElement[] {
    const topic = topicOf(this.state.list) ?? "roads";
    if (this.state.list === "all" && this.state.by === "value" && !this.firm) return this.rankings.failed ? [h("p", {}, t("offline")), h("button", { class: "plain", click: () => this.rankings.again() }, t("retry"))] : [h("p", {}, t("loading"))];
    if (isChanges(this.state.list) && !this.data.since) {
      return [h("h3", {}, t("no_run")), h("p", {}, t("no_run_why")), h("button", { class: "plain", click: () => this.on.change({ list: firstList(topic), kind: "" }) }, t("no_run_back"))];
    }
    if (partsOf(this.state.list, []).some((p) => !this.data[p])) return [h("p", {}, t("loading"))];
    if (this.all.length === 0 && isChanges(this.state.list)) return [h("p", {}, t("no_changes"))];
    if (this.all.length === 0) return [h("h3", {}, t("empty")), h("p", {}, t(topic === "roads" ? "empty_why" : "empty_other"))];
    const clear = (): void => this.on.change({ q: "", county: "", town: "", kind: "", verdict: "", severity: 0, confidence: "", priority: false });
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
    const topic = topicOf(s.list) ?? "roads";
    const there = LISTS[topic].filter((l: ListKind) => !isChanges(l) || this.data.since);
    const tabs = there.map((l: ListKind) =>
      h(
        "button",
        { id: `tab-${l}`, "aria-pressed": String(l === s.list), click: () => this.on.change({ list: l, kind: "", severity: 0, confidence: "" }) },
        isChanges(l) ? listName(this.data) : t(`list_${l}`),
      ),
    );
    this.root.replaceChildren(...[
      h("h2", { id: "list-title", class: "hidden" }, t("list")),
      tabs.length > 1 ? h("div", { class: this.data.since ? "tabs two" : "tabs", role: "group", "aria-label": t("lists") }, ...tabs) : null,
      s.list === "all" ? weightsPanel(this.data.region, s, this.on.change) : null,
      filters(this.data, s, this.all, (kind) => this.kindName(kind), this.on.change),
      isChanges(s.list) && this.data.since ? sumLine(this.data, themeOf(topic), s.county) : null,
      h("div", { class: "count-line" }, this.count, this.take),
      this.empty,
      this.box,
      this.table,
    ].filter((x) => x !== null));
  }

  /** A kind in words; classes of services are named by the service. */
  private kindName(kind: string): string {
    if (kind.startsWith(CLASS_TAG)) return t("class_is", { name: className(this.data.summary, kind.slice(CLASS_TAG.length)) });
    return this.state.list === "facilities" ? className(this.data.summary, kind) : word(prefixOf(this.state.list), kind);
  }

  /** Rows are made anew; the one that has the focus keeps it. */
  private draw(row = this.focused()): void {
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW_PX) - 4);
    const last = Math.min(this.shown.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / ROW_PX) + 4);
    const spacer = (n: number): HTMLElement => h("div", { style: `height:${n * ROW_PX}px`, role: "presentation" });
    const seen = this.shown.slice(first, last).map((r, i) => this.row(r, first + i));
    this.box.replaceChildren(spacer(first), ...seen, spacer(this.shown.length - last));
    if (row) this.box.querySelector<HTMLElement>(`[data-key="${CSS.escape(row)}"]`)?.focus({ preventScroll: true });
  }

  private row(r: Row, i: number): HTMLElement {
    const colour = r.verdict !== "gap" ? "" : `background:${RAMP[step(r.severity, SEVERITY_STEPS)]}`;
    const bar = h("span", { class: `bar ${r.change && r.verdict === "ok" ? "closed" : r.verdict}`, style: `width:${Math.max(2, (100 * r.score) / this.top)}%;${colour}` });
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
        h("span", { class: "rank" }, String(r.rank ?? i + 1), r.parts ? this.interval(r) : null),
        h(
          "span",
          { class: "body" },
          h("span", { class: "head" }, h("strong", {}, r.change ? changeSign(r.change, 14) : r.sign ? sign(r.sign, 14) : r.mark ? placeSign(r.mark, 14) : null, r.change ? h("span", { class: "hidden" }, `${this.kindName(r.change)} `) : null, r.title), h("span", { class: "people" }, people(r.people))),
          h("span", { class: "sub" }, [r.sub, r.kind && !r.change && this.kindName(r.kind), r.parts && this.firm?.village.get(r.village ?? "") && this.cost(r)].filter(Boolean).join(" · ")),
          r.parts ? profile(r.parts) : h("span", { class: "why" }, why),
          h("span", { class: "track" }, bar),
        ),
      ),
    );
  }

  /** How firm a rank is: where it lies in nine of ten draws of the weights. */
  private interval(r: Row): HTMLElement | null {
    const f = this.firm?.village.get(r.village ?? "");
    if (!f) return null;
    const [low, high] = f.rank_interval;
    return h("small", { title: t("rank_interval") }, low === high ? String(low) : `${low}–${high}`);
  }

  private cost(r: Row): string {
    const f = this.firm?.village.get(r.village ?? "");
    return f?.cost === null || f?.cost === undefined ? "" : money(f.cost, this.data.summary.currency);
  }

  private linkWhy(r: Row): string {
    const l = this.data.roads?.links.find((x) => `road_links/${x.properties.id}` === r.key);
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

/** A village's themes in a line: how bad each is, in the colours of severity, hatched where it is not known. */
function profile(parts: NonNullable<Row["parts"]>): HTMLElement {
  const cell = (p: NonNullable<Row["parts"]>[number]): HTMLElement => {
    const said = p.verdict === "gap" ? number(p.severity ?? 0, 2) : t(p.verdict);
    const colour = p.verdict === "gap" ? `background:${RAMP[step(p.severity ?? 0, SEVERITY_STEPS)]}` : "";
    return h("span", { class: `part ${p.verdict}`, title: `${word("topic", p.theme)}: ${said}` }, h("i", { style: colour, "aria-hidden": "true" }), t(`short_${p.theme}`), h("span", { class: "hidden" }, ` ${word("topic", p.theme)} ${said}`));
  };
  return h("span", { class: "profile" }, ...THEMES.flatMap((theme) => parts.filter((p) => p.theme === theme).map(cell)));
}
