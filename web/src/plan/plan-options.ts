import { h } from "../dom";
import { t, word } from "../i18n";
import type { Weights } from "../needs";
import { THEMES, type Theme } from "../region";
import { floorFields, type FloorsAsked } from "./floors";
import { PLANS, type PlanState, type PlanTheme } from "./plan-state";

export interface OptionsEvents {
  plan: (part: Partial<PlanState>) => void;
  county: (county: string) => void;
}

/** Theme and county. */
export function choice(state: PlanState, county: string, themes: readonly string[], counties: [string, string][], on: OptionsEvents): HTMLElement {
  const there = PLANS.filter((p) => p === "all" || themes.includes(p));
  const option = (value: string, text: string, now: string): HTMLElement => h("option", { value, selected: value === now }, text);
  return h(
    "div",
    { class: "filters" },
    h(
      "select",
      { id: "plan-theme", "aria-label": t("plan_theme"), change: (e) => on.plan({ theme: (e.target as HTMLSelectElement).value as PlanTheme, budget: null, step: null }) },
      ...there.map((p) => option(p, p === "all" ? t("plan_all") : word("topic", p), state.theme)),
    ),
    counties.length > 1 && h("select", { id: "plan-county", "aria-label": t("county"), change: (e) => on.county((e.target as HTMLSelectElement).value) }, option("", t("all_counties"), county), ...counties.map(([id, name]) => option(id, name, county))),
  );
}

function check(id: string, text: string, checked: boolean, set: (yes: boolean) => void): HTMLElement {
  return h("label", { class: "check" }, h("input", { id, type: "checkbox", checked, change: (e) => set((e.target as HTMLInputElement).checked) }), text);
}

/** What else a plan can be asked. */
export function options(state: PlanState, themes: readonly string[], floors: Omit<FloorsAsked, "budget" | "themes">, projects: boolean, open: boolean, on: OptionsEvents): HTMLElement {
  const all = state.theme === "all";
  const weighed = all || state.weigh === "need";
  const now: Weights = state.weights ?? { roads: 1, power: 1, water: 1, broadband: 1, services: 1 };
  const weight = (k: Theme): HTMLElement =>
    h(
      "label",
      { class: "weight" },
      word("topic", k),
      h("input", {
        id: `weight-${k}`,
        type: "number",
        min: "0",
        step: "0.5",
        value: String(now[k]),
        change: (e) => {
          const n = Math.max(0, Number((e.target as HTMLInputElement).value) || 0);
          const next = { ...now, [k]: n };
          if (THEMES.some((x) => next[x] > 0)) on.plan({ weights: next, step: null });
          else (e.target as HTMLInputElement).value = String(now[k]);
        },
      }),
    );
  const there = THEMES.filter((k) => themes.includes(k));
  return h(
    "details",
    { class: "options", open },
    h("summary", {}, t("plan_options")),
    h(
      "div",
      { class: "switches" },
      !all && check("plan-need", t("plan_weigh_need"), state.weigh === "need", (yes) => on.plan({ weigh: yes ? "need" : "people", step: null })),
      !all && check("plan-unknown", t(state.theme === "roads" ? "plan_unknown_roads" : "plan_unknown"), state.unknown, (unknown) => on.plan({ unknown, step: null })),
      projects && check("plan-exclude", t("plan_exclude"), state.exclude, (exclude) => on.plan({ exclude, step: null })),
    ),
    weighed && h("fieldset", { class: "weights" }, h("legend", {}, t("plan_weights")), ...there.map(weight), state.weights !== null && h("button", { class: "inline", click: () => on.plan({ weights: null, step: null }) }, t("plan_weights_usual"))),
    all && floorFields({ ...floors, budget: state.budget, themes: there }, (next) => on.plan({ floors: next, step: null })),
  );
}
