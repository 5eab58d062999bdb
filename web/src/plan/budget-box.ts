import { h } from "../dom";
import { money, number, sum } from "../format";
import { t } from "../i18n";
import { chart, MARGIN, table, type Chart } from "./chart";
import { parseMoney, presets, read, stepOf, top, type CurvePoint } from "./curve";
import type { Plan } from "./plan-api";

/** Milliseconds after the last move of the slider before the exact plan is asked for. */
const SETTLE = 400;
const HEIGHT = 190;

/** What the gain of a plan is called. */
export function gainWord(plan: Pick<Plan, "theme">): string {
  return t(plan.theme === "all" ? "plan_relief" : "people_word");
}

/** What is counted, after a number. */
export function gainUnit(plan: Pick<Plan, "theme">): string {
  return t(plan.theme === "all" ? "plan_unit_relief" : "plan_unit_people");
}

/** Budget as a slider, a number and a curve. Moving it reads the curve at once; the plan comes when it rests. */
export class BudgetBox {
  readonly el: HTMLElement;
  private readonly field: HTMLInputElement;
  private readonly slider: HTMLInputElement;
  private readonly choices: HTMLElement;
  private readonly place: HTMLElement;
  private readonly said: HTMLElement;
  private readonly more: HTMLElement;
  private readonly wrong: HTMLElement;
  private chart: Chart | null = null;
  private everybody: Plan | null = null;
  private exact: Plan | null = null;
  private budget: number | null = null;
  private timer = 0;
  private width = 0;

  constructor(private readonly picked: (budget: number | null) => void) {
    this.field = h("input", { id: "plan-budget", type: "text", inputmode: "decimal", autocomplete: "off", change: () => this.typed(), "aria-describedby": "plan-budget-wrong" });
    this.slider = h("input", { id: "plan-slider", type: "range", min: "0", "aria-label": t("plan_budget"), input: () => this.moved() });
    this.choices = h("div", { class: "presets", role: "group", "aria-label": t("plan_presets") });
    this.place = h("div", { class: "chart-place" });
    this.said = h("p", { class: "reading", "aria-live": "polite" });
    this.more = h("div", {});
    this.wrong = h("small", { id: "plan-budget-wrong", class: "wrong", role: "alert" });
    const slide = h("div", { class: "slide", style: `margin-left:${String(MARGIN.left - 8)}px;margin-right:${String(MARGIN.right - 8)}px` }, this.slider);
    this.el = h("section", { class: "budget" }, h("div", { class: "budget-line" }, h("label", { for: "plan-budget" }, t("plan_budget")), this.field, this.choices), this.wrong, this.place, slide, this.said, this.more);
    new ResizeObserver(() => this.resized()).observe(this.place);
  }

  /** A new curve. */
  curve(everybody: Plan, budget: number | null): void {
    this.everybody = everybody;
    this.exact = null;
    const most = top(everybody.curve);
    this.slider.max = String(most);
    this.slider.step = String(stepOf(most));
    // The last step reaches everybody, wherever the cost of everybody lies between two.
    this.slider.max = String(Math.ceil(most / stepOf(most)) * stepOf(most));
    this.slider.disabled = !(most > 0);
    this.field.disabled = !(most > 0);
    this.more.replaceChildren(most > 0 ? table(everybody.curve, everybody.currency, gainWord(everybody)) : "");
    this.draw();
    this.show(budget);
  }

  /** The plan that was worked out for the budget. */
  worked(plan: Plan, budget: number | null): void {
    // The slider may have moved on.
    if (budget !== this.budget) return;
    this.exact = plan;
    this.show(budget);
  }

  /** Shows a budget that was chosen. */
  show(budget: number | null): void {
    this.budget = budget;
    const most = this.everybody ? top(this.everybody.curve) : 0;
    const at = budget ?? most;
    this.slider.value = String(budget === null ? this.slider.max : at);
    if (document.activeElement !== this.field) this.field.value = this.written(at);
    this.wrong.textContent = "";
    this.chosen();
    this.mark(at);
  }

  private written(budget: number): string {
    return `${number(budget)} ${this.everybody?.currency ?? ""}`;
  }

  private mark(budget: number): void {
    if (!this.everybody) return;
    // What weighs most by need need not be the most people.
    const gain = this.everybody.theme === "all" ? this.exact?.gain : this.exact?.people;
    this.chart?.mark(budget, gain ?? null);
    const text = this.reading(budget, this.exact);
    this.said.textContent = text;
    this.slider.setAttribute("aria-valuetext", text);
  }

  /** The curve at a budget in words, or the plan that was worked out for it. */
  private reading(budget: number, exact: Plan | null): string {
    const plan = this.everybody;
    if (!plan) return "";
    const r = read(plan.curve, budget);
    const fill = { budget: sum(budget, plan.currency), n: number(r.gain), what: gainUnit(plan), villages: number(r.villages), most: number(Math.floor(r.most ?? 0)) };
    if (exact) return t("plan_reading_exact", { ...fill, n: number(exact.people ?? exact.gain), villages: number(exact.villages) });
    return t(r.most === null || r.most <= r.gain ? "plan_reading" : "plan_reading_most", fill);
  }

  private chosen(): void {
    const plan = this.everybody;
    if (!plan) return;
    const most = top(plan.curve);
    const one = (budget: number | null, text: string): HTMLElement => h("button", { class: "preset", "aria-pressed": String(this.budget === budget), click: () => this.pick(budget) }, text);
    this.choices.replaceChildren(...presets(most).map((b) => one(b, money(b, "").replace(/\.0(?=\D)/, "").trim())), one(null, t("plan_everybody")));
  }

  private pick(budget: number | null): void {
    clearTimeout(this.timer);
    this.exact = null;
    this.show(budget);
    this.picked(budget);
  }

  private moved(): void {
    const end = Number(this.slider.value) >= Number(this.slider.max);
    this.exact = null;
    this.budget = end ? null : Number(this.slider.value);
    const at = this.budget ?? (this.everybody ? top(this.everybody.curve) : 0);
    this.field.value = this.written(at);
    this.wrong.textContent = "";
    this.mark(at);
    this.chosen();
    // Asked when it rests: keys, too, come one after another.
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.picked(this.budget), SETTLE);
  }

  private typed(): void {
    const plan = this.everybody;
    const n = parseMoney(this.field.value, plan?.currency ?? "");
    this.wrong.textContent = n === null ? t("plan_budget_wrong") : "";
    this.field.setAttribute("aria-invalid", String(n === null));
    if (n === null || !plan) return;
    const budget = n >= top(plan.curve) ? null : n;
    this.field.value = this.written(budget ?? top(plan.curve));
    this.pick(budget);
  }

  private resized(): void {
    if (Math.abs(this.place.clientWidth - this.width) < 2) return;
    this.draw();
    if (this.everybody) this.mark(this.budget ?? top(this.everybody.curve));
  }

  private draw(): void {
    const plan = this.everybody;
    this.width = this.place.clientWidth;
    if (!plan || this.width < 120) return;
    const curve: CurvePoint[] = plan.curve;
    if (!(top(curve) > 0)) {
      this.chart = null;
      this.place.replaceChildren();
      return;
    }
    this.chart = chart(curve, plan.currency, gainWord(plan), { width: this.width, height: HEIGHT }, {
      point: (b) => {
        this.said.textContent = b === null ? this.reading(this.budget ?? top(curve), this.exact) : this.reading(b, null);
      },
      pick: (b) => {
        const step = stepOf(top(curve));
        const near = Math.round(b / step) * step;
        this.pick(near >= top(curve) ? null : near);
      },
    });
    this.place.replaceChildren(this.chart.el);
  }
}
