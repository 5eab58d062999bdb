import type { Summary } from "../api";
import { PEOPLE_STEPS, SEVERITY_STEPS, type Palette } from "../colours";
import { h } from "../dom";
import { number } from "../format";
import { t, word } from "../i18n";
import { STATES, type WaterCounts } from "./water-data";
import { sign } from "./water-signs";

type Ramp = (steps: readonly number[], show: (n: number) => string) => HTMLElement;

function sources(w: WaterCounts): HTMLElement[] {
  return STATES.map((s) => h("li", {}, sign(s, 16), `${s === "untested" ? t("legend_untested") : word("source_state", s)} ${number(w[s])}`));
}

/** What the map's colours and signs of the theme mean, with counts. */
export function legend(s: Summary, c: Palette, areas: boolean, ramp: Ramp): HTMLElement[] {
  const w = s.counts.water;
  if (!w) return [];
  return [
    h("h3", {}, `${t("legend_villages")} · ${t("gaps")} ${number(w.villages_gap)}`),
    ramp(SEVERITY_STEPS, (n) => number(n, 1)),
    h(
      "ul",
      { class: "dots" },
      h("li", {}, h("i", { class: "dot", style: `background:${c.ok}` }), `${t("water_verdict_ok")} ${number(w.villages_ok)}`),
      h("li", {}, h("i", { class: "dot hatch" }), `${t("unknown")} ${number(w.villages_unknown)}`),
    ),
    h("h3", {}, `${t("legend_sources")} · ${number(w.sources)}`),
    h("ul", { class: "signs" }, ...sources(w)),
    h("h3", {}, `${t("legend_water_links")} · ${number(w.links)}`),
    ramp(PEOPLE_STEPS, (n) => number(n)),
    h(
      "ul",
      { class: "lines" },
      h("li", {}, h("i", { class: "line", style: `border-top:3px dotted ${c.accent}` }), t("legend_uses")),
      areas && h("li", {}, h("i", { class: "line", style: `border-top:2px solid ${c.ok}` }), t("legend_water_areas")),
    ),
  ];
}
