import { RAMP, SEVERITY_STEPS, type Palette } from "../colours";
import { h } from "../dom";
import { number } from "../format";
import { t, type Key } from "../i18n";
import type { Summary } from "../api";
import { DEPTH_STEPS } from "./power-map";

function sign(mark: string, colour: string, text: Key): HTMLElement {
  return h("li", {}, h("i", { class: "sign", style: `color:${colour}` }, mark), t(text));
}

function line(colour: string, style: string, text: Key): HTMLElement {
  return h("li", {}, h("i", { class: "line", style: `border-top:3px ${style} ${colour}` }), t(text));
}

/** What the map's colours and signs of the theme mean, with counts. */
export function legend(s: Summary, c: Palette, ramp: (steps: readonly number[], show: (n: number) => string) => HTMLElement): HTMLElement[] {
  const p = s.counts.power;
  if (!p) return [];
  return [
    h("h3", {}, `${t("legend_villages")} · ${t("gaps")} ${number(p.villages_gap)}`),
    ramp(SEVERITY_STEPS, (n) => number(n, 1)),
    h(
      "ul",
      { class: "dots" },
      h("li", {}, h("i", { class: "dot", style: `background:${c.ok}` }), `${t("power_verdict_ok")} ${number(p.villages_ok)}`),
      h("li", {}, h("i", { class: "dot hatch" }), `${t("unknown")} ${number(p.villages_unknown)}`),
    ),
    h("h3", {}, `${t("legend_voltage")} · ${number(p.areas)}`),
    ramp(DEPTH_STEPS, (n) => `${number(n * 100)} %`),
    h("ul", { class: "lines" }, line(c.edge, "solid", "conf_measured"), line(c.edge, "dashed", "conf_modelled"), line(c.edge, "dotted", "conf_inferred")),
    h("h3", {}, t("legend_grid")),
    h(
      "ul",
      { class: "lines" },
      line(c.place, "solid", "wire_medium"),
      line(c.place, "dashed", "wire_bridge"),
      line(c.gravel, "solid", "wire_low"),
      line(RAMP[4], "solid", "wire_over"),
      sign("■", c.label, "substation"),
      sign("▲", c.place, "transformer"),
      sign("▲", RAMP[4], "transformer_bad"),
    ),
  ];
}
