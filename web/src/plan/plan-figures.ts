import { h } from "../dom";
import { money, number, percent, sum } from "../format";
import { t, word } from "../i18n";
import { gainWord } from "./budget-box";
import { floorsTable, type Floor } from "./floors";
import type { Plan } from "./plan-api";
import type { PlanState } from "./plan-state";

function figure(value: string, label: string): HTMLElement {
  return h("div", { class: "key-figure" }, h("b", {}, value), h("span", {}, label));
}

/** A share that does not break before its sign. */
function share(x: number | null): string {
  return percent(x).replace(" ", "\u00a0");
}

/** What is known of how good the plan is. */
function proof(plan: Plan, budgeted: boolean): string {
  const e = plan.everybody;
  if (!e) return t("plan_proof_all", { share: share(plan.gain_at_most ? plan.gain / plan.gain_at_most : 1) });
  if (!budgeted || plan.villages === e.villages) return e.gap_percent < 0.005 ? t("plan_proof_best") : t("plan_proof_gap", { least: sum(e.cost_at_least, plan.currency), gap: number(e.gap_percent, 1) });
  const most = plan.gain_at_most ?? plan.gain;
  if (most <= plan.gain) return t("plan_proof_budget_best");
  return t(plan.people === plan.gain ? "plan_proof_budget" : "plan_proof_budget_need", { most: number(Math.floor(most)), share: share(plan.gain / most) });
}

function saved(plan: Plan, budgeted: boolean): string[] {
  const e = plan.everybody;
  if (!e || budgeted) return [];
  const alone = e.each_alone - e.cost;
  const list = e.one_by_one - e.cost;
  return [list > 0.5 && t("plan_saved_list", { money: money(list, plan.currency), share: number(e.saved_percent, 1) }), alone > 0.5 && t("plan_saved_alone", { money: money(alone, plan.currency), share: share(alone / e.each_alone) })].filter((x) => typeof x === "string");
}

/** Key figures of a plan in words, and what a planner must know besides. */
export function figures(plan: Plan, state: PlanState, floors: readonly Floor[], counties: ReadonlyMap<string, string>, name: (id: string) => string, select: (key: string) => void, exclude: () => void): HTMLElement[] {
  const budgeted = state.budget !== null;
  const asked = plan.villages_asked;
  const all = plan.gain_at_most ?? 0;
  const grid = h(
    "div",
    { class: "key-figures" },
    figure(sum(plan.cost, plan.currency), t("plan_cost")),
    plan.people !== null ? figure(number(plan.people), t("plan_people")) : figure(percent(all > 0 ? plan.gain / all : null), t("plan_relieved")),
    figure(asked === null ? number(plan.villages) : `${number(plan.villages)} / ${number(asked)}`, t("plan_villages")),
  );
  const notes = [...saved(plan, budgeted), proof(plan, budgeted), ...(plan.planned > 0 ? [t("plan_planned_out", { n: number(plan.planned) })] : [])];
  const parts = Object.entries(plan.by_theme).sort((a, b) => b[1].relief - a[1].relief);
  const twice =
    plan.double_financed > 0.5 &&
    h("div", { class: "warn" }, t("plan_twice", { money: money(plan.double_financed, plan.currency) }), state.exclude ? null : h("button", { class: "inline", id: "plan-exclude-now", click: exclude }, t("plan_exclude_now")));
  const chips = (ids: string[]): HTMLElement[] => ids.slice(0, 200).map((id) => h("button", { class: "chip", click: () => select(`villages/${id}`) }, name(id)));
  const ids = plan.without_way;
  const none = Object.entries(plan.without_remedy).filter(([, n]) => n > 0);
  return [
    grid,
    h("ul", { class: "notes" }, ...notes.map((n) => h("li", {}, n))),
    ...(parts.length > 0
      ? [
          h(
            "table",
            { class: "by-theme" },
            h("caption", { class: "hidden" }, t("plan_by_theme")),
            h("thead", {}, h("tr", {}, ...[t("plan_theme"), t("villages"), t("cost"), gainWord(plan)].map((x) => h("th", { scope: "col" }, x)))),
            h("tbody", {}, ...parts.map(([k, s]) => h("tr", {}, h("th", { scope: "row" }, word("topic", k)), h("td", {}, number(s.villages)), h("td", {}, money(s.cost, "").trim()), h("td", {}, number(s.relief))))),
          ),
        ]
      : []),
    ...[floorsTable(plan.works, floors, counties)].filter((x) => x !== null),
    ...(twice ? [twice] : []),
    ...(ids.length > 0 ? [h("details", { class: "no-way" }, h("summary", {}, t("plan_no_way", { n: number(ids.length) })), h("p", { class: "chips" }, ...chips(ids), ids.length > 200 && h("span", { class: "more" }, `+${number(ids.length - 200)}`)))] : []),
    ...(none.length > 0 ? [h("p", { class: "note" }, t("plan_no_remedy", { list: none.map(([k, n]) => `${word("topic", k)} ${number(n)}`).join(t("comma")) }))] : []),
  ];
}
