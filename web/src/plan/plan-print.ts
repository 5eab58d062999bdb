import { h } from "../dom";
import { locale, metres, money, number, people, sum } from "../format";
import { pick, t, word } from "../i18n";
import type { State } from "../state";
import type { Data } from "../store";
import { gainUnit } from "./budget-box";
import type { Plan } from "./plan-api";
import { floorsWords, type Floor } from "./floors";
import { figures } from "./plan-figures";
import { kindOf, servedBy } from "./works-list";

/** A paper of the plan: head, key figures, every work. It stands in the page while it is printed. */
export function paper(plan: Plan, everybody: Plan | null, state: State, floors: readonly Floor[], data: Data, name: (id: string) => string): HTMLElement {
  const s = state.plan;
  const county = state.county ? (data.county.get(state.county) ?? state.county) : t("all_counties");
  const asked = [
    plan.theme === "all" ? t("plan_all") : word("topic", plan.theme),
    county,
    `${t("plan_budget")} ${s.budget === null ? t("plan_everybody") : money(s.budget, plan.currency)}`,
    s.weigh === "need" && t("plan_weigh_need"),
    s.unknown && t(plan.theme === "roads" ? "plan_unknown_roads" : "plan_unknown"),
    s.exclude && t("plan_exclude"),
    floors.length > 0 && `${t("plan_floors")}${t("sheet_colon")}${floorsWords(floors, data.county, plan.currency)}`,
  ];
  const heads = [t("plan_order"), t("plan_what"), t("length"), `${t("cost")} (${plan.currency})`, t("plan_sum_cost"), t("plan_served"), plan.theme === "all" ? t("plan_sum_relief") : t("plan_sum_people")];
  const row = (w: Plan["works"][number]): HTMLElement =>
    h(
      "tr",
      {},
      h("td", { class: "n" }, number(w.order)),
      h("td", {}, kindOf(w)),
      h("td", { class: "n" }, w.length_m === null ? "" : metres(w.length_m)),
      h("td", { class: "n" }, number(w.cost)),
      h("td", { class: "n" }, number(w.cost_so_far)),
      h("td", {}, servedBy(w, name), w.people !== null && w.people > 0 ? ` · ${people(w.people)}` : ""),
      h("td", { class: "n" }, number(w.so_far)),
    );
  const today = new Date().toLocaleDateString(locale());
  return h(
    "div",
    { id: "plan-paper" },
    h("p", { class: "paper-head" }, h("b", {}, `${t("app")} · ${pick(data.summary.title)}`), h("span", {}, t("plan_printed", { date: today })), h("span", {}, t("version", { v: plan.data_version }))),
    h("h2", {}, t("plan_title"), " · ", asked.filter(Boolean).join(" · ")),
    data.summary.provenance === "real" ? null : h("p", { class: "warn" }, t(data.summary.provenance)),
    h("p", {}, everybody && s.budget !== null ? t("plan_of_everybody", { cost: sum(everybody.cost, plan.currency), gain: number(everybody.gain), what: gainUnit(plan) }) : null),
    h("div", { class: "figures-box" }, ...figures(plan, s, floors, data.county, name, () => undefined, () => undefined)),
    h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((x, i) => h("th", { scope: "col", class: i === 1 || i === 5 ? "" : "n" }, x)))), h("tbody", {}, ...plan.works.map(row))),
    h("p", { class: "note" }, data.summary.attribution.join(" · ")),
  );
}
