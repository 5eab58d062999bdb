import "./plan.css";
import type { MapMouseEvent } from "maplibre-gl";
import { h } from "../dom";
import { list, section } from "../drawer-parts";
import { metres, money, number, people } from "../format";
import { t, word } from "../i18n";
import type { State } from "../state";
import type { Data } from "../store";
import { LISTS } from "../themes";
import { gainUnit } from "./budget-box";
import { Depot } from "./depot";
import type { Work } from "./plan-api";
import { HITS, PlanMap } from "./plan-map";
import { failure, PlanView } from "./plan-view";
import { joined, suppose } from "./suppose";
import { WhatIfView } from "./whatif-view";
import { kindOf } from "./works-list";

export interface TabEvents {
  change: (part: Partial<State>) => void;
  select: (key: string) => void;
  /** What the drawer waited for is there. */
  arrived: () => void;
}

/** The tab of the plan: two panels, the map between them, and the drawer of a work. */
export class PlanTab {
  private readonly depot: Depot;
  private map: PlanMap | null = null;
  private view: PlanView | null = null;
  private whatIf: WhatIfView | null = null;
  private lang = "";
  private list = "";
  private open = false;
  private selected = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly data: Data,
    private state: State,
    private readonly on: TabEvents,
  ) {
    this.depot = new Depot(data.region);
    addEventListener("beforeprint", () => {
      const paper = this.open && this.list === "plan" ? this.view?.paper() : null;
      if (paper) document.body.append(paper);
    });
    addEventListener("afterprint", () => document.getElementById("plan-paper")?.remove());
  }

  /** The map is there. */
  attach(map: PlanMap): void {
    this.map = map;
    this.whatIf?.attach(map);
    map.map.on("mousemove", (e) => {
      if (!this.open || this.list !== "plan") return;
      const layers = HITS.filter(([, c]) => c === "plan_works").map(([l]) => l).filter((l) => map.map.getLayer(l));
      const hit = map.map.queryRenderedFeatures([[e.point.x - 4, e.point.y - 4], [e.point.x + 4, e.point.y + 4]], { layers })[0];
      this.view?.light(hit ? String(hit.properties["id"]) : null);
    });
  }

  /** The map's style was made, or made anew. */
  filled(): void {
    if (this.open) this.map?.redraw();
  }

  clicked(e: MapMouseEvent): boolean {
    return this.open && this.list === "whatif" && (this.whatIf?.clicked(e) ?? false);
  }

  /** Another tab is open. */
  leave(): void {
    if (!this.open) return;
    this.open = false;
    this.view?.leave();
    this.whatIf?.leave();
    this.map?.leave();
  }

  update(state: State): void {
    const fresh = this.lang !== state.lang || !this.view || !this.whatIf;
    const turned = !this.open || this.list !== state.list;
    this.state = state;
    if (fresh) {
      this.view?.leave();
      this.whatIf?.leave();
      this.make();
    }
    this.lang = state.lang;
    this.list = state.list;
    this.open = true;
    if (turned && state.list === "plan") this.whatIf?.leave();
    if (fresh || turned) this.frame();
    if (state.list === "plan") this.view?.update(state);
    this.whatIf?.update(state);
    if (fresh || turned) {
      this.whatIf?.show();
      this.map?.redraw();
    }
    if (state.selected !== this.selected || turned) this.point(state.selected);
    this.selected = state.selected;
  }

  private make(): void {
    this.view = new PlanView(this.data, this.depot, this.state, {
      change: this.on.change,
      select: this.on.select,
      drawn: (plan, everybody) => {
        this.map?.works(plan, everybody, this.depot.places);
        this.point(this.state.selected);
        // The drawer may have waited for the plan.
        if (this.state.selected.startsWith("plan_works/")) this.on.arrived();
      },
      built: (step) => this.map?.built(step),
      hover: (w) => this.map?.hover(w?.geometry ?? null),
      suppose: (works) => void this.suppose(works),
    });
    this.whatIf = new WhatIfView(this.data, this.depot, this.state, this.on);
    if (this.map) this.whatIf.attach(this.map);
  }

  private frame(): void {
    const focus = document.activeElement?.id;
    const tabs = LISTS.plan.map((l) => h("button", { id: `tab-${l}`, "aria-pressed": String(l === this.state.list), click: () => this.on.change({ list: l, selected: "" }) }, t(`list_${l}`)));
    const panel = this.state.list === "plan" ? this.view : this.whatIf;
    this.root.replaceChildren(h("h2", { id: "list-title", class: "hidden" }, t("plan_title")), h("div", { class: "tabs", role: "group", "aria-label": t("lists") }, ...tabs), panel?.el ?? "");
    if (focus) document.getElementById(focus)?.focus();
  }

  private work(key: string): Work | undefined {
    return key.startsWith("plan_works/") ? this.view?.plan?.works.find((w) => `plan_works/${w.id}` === key) : undefined;
  }

  /** Shows the selected work on the map. */
  private point(key: string): void {
    const w = this.work(key);
    if (!w?.geometry) {
      this.map?.leave();
      return;
    }
    this.map?.select(w.geometry);
    this.map?.fit([w.geometry], false);
  }

  private async suppose(works: Work[]): Promise<void> {
    let found: Awaited<ReturnType<typeof suppose>> = { edits: [], left: 0 };
    let remark: string;
    try {
      found = await suppose(works, this.depot);
      const fibre = found.edits.some((e) => e.edit === "node");
      remark = [found.left > 0 && t("whatif_left", { n: number(found.left) }), fibre && t("whatif_measured")].filter(Boolean).join(" ");
    } catch (e) {
      remark = failure(e);
    }
    this.on.change({ list: "whatif", selected: "", plan: { ...this.state.plan, edits: joined(this.state.plan.edits, found.edits) } });
    this.whatIf?.remark(remark);
  }

  /** The drawer of a work of the plan; null where something else is selected. */
  drawer(key: string, close: () => void): HTMLElement[] | null {
    if (!key.startsWith("plan_works/")) return null;
    const w = this.work(key);
    const plan = this.view?.plan;
    const head = (title: string, sub: string): HTMLElement =>
      h("header", {}, h("div", {}, h("h2", { id: "drawer-title", tabindex: "-1" }, title), h("p", { class: "sub" }, sub)), h("button", { class: "plain", "aria-label": t("close"), click: close }, "✕"));
    if (!w || !plan) return [head(t(plan ? "not_found" : "loading"), "")];
    const name = (id: string): string => this.depot.places.get(id)?.name ?? id;
    const chips = w.villages.map((v) => h("button", { class: "chip", click: () => this.on.select(`villages/${v}`) }, name(v)));
    const some = (ids: string[]): string => ids.slice(0, 6).join(", ") + (ids.length > 6 ? " …" : "");
    return [
      head(kindOf(w), t("plan_work_nth", { n: number(w.order), all: number(plan.works.length) })),
      h(
        "div",
        {},
        list([
          [t("plan_theme"), word("topic", w.theme)],
          [t("length"), w.length_m !== null && w.length_m > 0 && metres(w.length_m)],
          [t("cost"), money(w.cost, plan.currency)],
          [t("plan_sum_cost"), money(w.cost_so_far, plan.currency)],
          [t("plan_served"), w.people !== null && w.people > 0 && people(w.people)],
          [t(plan.theme === "all" ? "plan_sum_relief" : "plan_sum_people"), `${number(w.so_far)} ${gainUnit(plan)}`],
          [t("plan_source"), w.source],
          [t("plan_along"), some(w.roads)],
          [t("plan_projects"), some(w.projects)],
        ]),
        w.double_financed > 0.5 ? h("p", { class: "warn" }, t("plan_twice_work", { money: money(w.double_financed, plan.currency) })) : null,
      ),
      section(t("plan_serves"), chips.length > 0 ? h("p", { class: "chips" }, ...chips) : h("p", { class: "note" }, t("plan_part_of_way_long"))),
      h("p", {}, h("button", { class: "plain", click: () => void this.suppose([w]) }, t("plan_suppose_one"))),
    ];
  }
}
