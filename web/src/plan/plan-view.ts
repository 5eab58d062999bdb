import { ApiError } from "../api";
import { h } from "../dom";
import { number } from "../format";
import { t } from "../i18n";
import type { State } from "../state";
import type { Data } from "../store";
import { BudgetBox, gainUnit } from "./budget-box";
import type { Depot } from "./depot";
import type { Plan, Work } from "./plan-api";
import { floorsIn, type Floor } from "./floors";
import { figures } from "./plan-figures";
import { choice, options } from "./plan-options";
import { paper } from "./plan-print";
import { isStep, question, type PlanState } from "./plan-state";
import { Player } from "./player";
import { WorksList } from "./works-list";

export interface ViewEvents {
  change: (part: Partial<State>) => void;
  select: (key: string) => void;
  /** Another plan, or none, is there to be drawn. */
  drawn: (plan: Plan | null, everybody: Plan | null) => void;
  built: (step: number | null) => void;
  hover: (work: Work | null) => void;
  suppose: (works: Work[]) => void;
}

/** Why no plan came, in words. */
export function failure(e: unknown): string {
  if (!(e instanceof ApiError) || e.status === 0) return t("offline");
  if (e.status === 404) return t("plan_none_here");
  return e.status >= 500 ? t("plan_failed", { why: `${String(e.status)}: ${e.message}` }) : t("plan_refused", { why: e.message });
}

/** Milliseconds after the last step before the address has it. */
const SETTLE = 250;

/** The panel of the plan: what is asked, the curve, key figures, works in order. */
export class PlanView {
  readonly el: HTMLElement;
  everybody: Plan | null = null;
  plan: Plan | null = null;
  private state: State;
  private asked = { everybody: "", plan: "" };
  /** Whether the answer to the last question is there. */
  private there = { everybody: false, plan: false };
  private requests = { everybody: new AbortController(), plan: new AbortController() };
  private readonly top = h("div", {});
  private readonly budget: BudgetBox;
  private readonly options = h("div", {});
  private readonly status = h("p", { class: "status", role: "status" });
  private readonly figures = h("section", { class: "figures-box" });
  private readonly tools = h("div", { class: "plan-tools" });
  private readonly head = h("div", { class: "works-head" });
  private readonly player: Player;
  private readonly works: WorksList;
  private readonly empty = h("p", { class: "empty" });
  private stepTimer = 0;

  constructor(
    private readonly data: Data,
    private readonly depot: Depot,
    state: State,
    private readonly on: ViewEvents,
  ) {
    this.state = state;
    this.el = h("div", { id: "list", class: "plan-scroll" });
    this.budget = new BudgetBox((budget) => this.ask({ budget, step: null }));
    this.player = new Player(
      (step) => this.told(step),
      (step) => this.stepped(step),
    );
    this.works = new WorksList(this.el, {
      select: (id) => this.on.select(`plan_works/${id}`),
      hover: (id) => this.on.hover(this.plan?.works.find((w) => w.id === id) ?? null),
    });
    this.el.append(this.top, this.budget.el, this.options, this.status, this.figures, this.tools, this.head, this.empty, this.works.el);
    this.works.el.setAttribute("aria-busy", "true");
    this.controls();
  }

  private ask(part: Partial<PlanState>): void {
    const same = (Object.keys(part) as (keyof PlanState)[]).every((k) => part[k] === this.state.plan[k]);
    if (!same) this.on.change({ plan: { ...this.state.plan, ...part }, ...("step" in part ? { selected: "" } : {}) });
  }

  private readonly name = (id: string): string => this.depot.places.get(id)?.name ?? this.plan?.served.get(id)?.name ?? id;

  private floors(): Floor[] {
    return this.state.plan.theme === "all" ? floorsIn(this.state.plan.floors, this.state.county) : [];
  }

  /** Everything that depends on what is asked, but for the budget. */
  private controls(): void {
    const { data, state } = this;
    const themes = data.summary.themes ?? [];
    const counties = data.region.counties.filter((c) => c.villages > 0).map((c): [string, string] => [c.id, c.name]);
    const on = { plan: (part: Partial<PlanState>) => this.ask(part), county: (county: string) => this.on.change({ county, plan: { ...this.state.plan, budget: null, step: null }, selected: "" }) };
    const focus = document.activeElement?.id;
    const open = this.options.querySelector("details")?.open ?? (state.plan.weigh === "need" || state.plan.unknown || state.plan.exclude || state.plan.weights !== null || state.plan.floors.length > 0);
    this.top.replaceChildren(choice(state.plan, state.county, themes, counties, on));
    const projects = data.summary.collections.some((c) => c.id === "projects" && c.count > 0);
    this.options.replaceChildren(options(state.plan, themes, { floors: this.floors(), counties: new Map(state.county ? [] : counties), currency: data.summary.currency }, projects, open, on));
    if (focus && this.el.contains(document.getElementById(focus))) document.getElementById(focus)?.focus();
  }

  update(state: State): void {
    const before = this.state;
    this.state = state;
    if (isStep(before.plan, state.plan) || before.county !== state.county) this.controls();
    const everybody = question(state.plan, state.county, null, "geojson");
    const plan = question(state.plan, state.county, state.plan.budget, "geojson");
    if (everybody !== this.asked.everybody) void this.fetch("everybody", everybody);
    else if (before.plan.budget !== state.plan.budget) this.budget.show(state.plan.budget);
    if (plan !== this.asked.plan) void this.fetch("plan", plan);
    else if (this.plan) {
      if (before.plan.step !== state.plan.step || before.q !== state.q || before.selected !== state.selected) this.list();
    }
    if (before.selected !== state.selected && state.selected.startsWith("plan_works/")) this.works.show(state.selected.slice("plan_works/".length));
  }

  /** Asks for one of the two; an answer that comes after the next question is dropped. */
  private async fetch(which: "everybody" | "plan", path: string): Promise<void> {
    this.asked[which] = path;
    this.requests[which].abort();
    const request = new AbortController();
    this.requests[which] = request;
    this.busy(t(which === "everybody" ? "plan_working_all" : "plan_working"));
    this.there[which] = false;
    try {
      const found = await this.depot.plan(path, request.signal, () => this.busy(t("plan_waiting")));
      if (this.asked[which] !== path) return;
      this[which] = found;
      this.there[which] = true;
      this.arrived(which);
    } catch (e) {
      if (this.asked[which] !== path || request.signal.aborted) return;
      this.asked[which] = "";
      this.failed(which, e);
    }
  }

  private busy(text: string): void {
    this.status.replaceChildren(h("span", {}, text));
    this.el.classList.add("busy");
    this.works.el.setAttribute("aria-busy", "true");
    if (!this.plan) this.figures.replaceChildren(...Array.from({ length: 3 }, () => h("div", { class: "skeleton row-skeleton" })));
  }

  private failed(which: "everybody" | "plan", e: unknown): void {
    const again = h("button", { class: "plain", click: () => this.update(this.state) }, t("retry"));
    this.status.replaceChildren(h("span", { class: "wrong" }, failure(e)), again);
    this.el.classList.remove("busy");
    this.works.el.removeAttribute("aria-busy");
    this.figures.replaceChildren();
    if (!(e instanceof ApiError) || e.status < 400 || e.status >= 500) return;
    // The plan of an earlier question is no answer to this one.
    this.plan = null;
    if (which === "everybody" || e.status === 404) this.everybody = null;
    this.works.el.replaceChildren();
    this.tools.replaceChildren();
    this.head.hidden = true;
    this.on.drawn(null, this.everybody);
  }

  private arrived(which: "everybody" | "plan"): void {
    if (which === "everybody" && this.everybody) this.budget.curve(this.everybody, this.state.plan.budget);
    // The plan may come before the curve.
    if (!this.plan || !this.there.everybody || !this.there.plan) return;
    this.budget.worked(this.plan, this.state.plan.budget);
    this.status.replaceChildren();
    this.el.classList.remove("busy");
    this.works.el.removeAttribute("aria-busy");
    const key = (k: string): void => this.on.select(k);
    this.figures.replaceChildren(...(this.plan.works.length > 0 || this.plan.without_way.length > 0 ? figures(this.plan, this.state.plan, this.floors(), this.data.county, this.name, key, () => this.ask({ exclude: true, step: null })) : []));
    this.files();
    this.list();
    this.on.drawn(this.plan, this.everybody);
  }

  /** Downloads, print, and the way to what-if. */
  private files(): void {
    const plan = this.plan;
    const s = this.state;
    if (!plan || plan.works.length === 0) {
      this.tools.replaceChildren();
      return;
    }
    const link = (f: "xlsx" | "csv" | "geojson"): HTMLElement => h("a", { class: "plain", href: question(s.plan, s.county, s.plan.budget, f), download: `${plan.theme}-plan.${f}` }, f === "geojson" ? "GeoJSON" : f.toUpperCase());
    this.tools.replaceChildren(
      h("p", { class: "downloads" }, h("span", {}, t("download")), link("xlsx"), link("csv"), plan.theme !== "all" && link("geojson"), h("button", { id: "plan-print", class: "plain", click: () => print() }, t("print"))),
      h("button", { id: "plan-suppose", class: "plain", click: () => this.on.suppose(this.standing()) }, t("plan_suppose")),
    );
  }

  /** Works that stand at the step that is shown. */
  private standing(): Work[] {
    const step = this.state.plan.step;
    return (this.plan?.works ?? []).filter((w) => step === null || w.order <= step);
  }

  private list(): void {
    const plan = this.plan;
    if (!plan) return;
    const step = this.state.plan.step;
    this.works.update(plan, this.depot.places, this.state.q, step, this.state.selected.replace(/^plan_works\//, ""));
    this.player.update(plan.works.length, step);
    this.head.replaceChildren(h("h3", {}, `${t("plan_works")} · ${number(this.works.shown)}`), this.player.el);
    this.head.hidden = plan.works.length === 0;
    this.empty.hidden = this.works.shown > 0;
    this.empty.textContent = plan.works.length > 0 ? t("empty_filter") : t(this.state.plan.budget !== null && (this.everybody?.works.length ?? 0) > 0 ? "plan_empty_budget" : "plan_empty");
    this.on.built(step);
  }

  /** What stands after so many works. */
  private told(step: number): string {
    const last = this.plan?.works[step - 1];
    return last && this.plan ? `${number(last.so_far)} ${gainUnit(this.plan)}` : "";
  }

  private stepped(step: number | null): void {
    this.works.built(step);
    this.on.built(step);
    clearTimeout(this.stepTimer);
    this.stepTimer = window.setTimeout(() => this.on.change({ plan: { ...this.state.plan, step } }), SETTLE);
  }

  /** The pointer is on a work of the map. */
  light(id: string | null): void {
    this.works.light(id);
  }

  /** Leaves nothing running. */
  leave(): void {
    this.player.stop();
  }

  /** What is printed in place of the page. */
  paper(): HTMLElement | null {
    return this.plan && this.plan.works.length > 0 ? paper(this.plan, this.everybody, this.state, this.floors(), this.data, this.name) : null;
  }
}
