import { PEOPLE_STEPS, RAMP, SEVERITY_STEPS, type Palette } from "./colours";
import { h } from "./dom";
import { number } from "./format";
import { counting, substance, themed, type Ground } from "./ground";
import { t, type Key } from "./i18n";
import type { State } from "./state";
import { counted, themeOf, type Data } from "./store";
import { isChanges, isOn, OPTIONAL, type Optional, type Topic } from "./themes";
import { legend as ofChanges } from "./themes/changes-legend";
import { legend as ofPlan } from "./plan/plan-legend";
import { gapsOf } from "./themes/power-data";
import { broadband as ofBroadband, services as ofServices } from "./themes/social-legend";
import { legend as ofPower } from "./themes/power-legend";
import { legend as ofWater } from "./themes/water-legend";
import { nameOf } from "./themes/water-table";
import { units } from "./zooms";

/** Classes as the map colours them; one more than there are steps. */
function ramp(steps: readonly number[], show: (n: number) => string, faint = false): HTMLElement {
  const first = steps[0];
  return h("div", { class: faint ? "ramp faint" : "ramp" }, ...RAMP.slice(0, steps.length + 1).map((c, i) => h("span", {}, h("i", { style: `background:${c}` }), i === 0 && first !== undefined ? "<" + show(first) : "≥" + show(steps[i - 1] ?? 0))));
}

function line(colour: string, dash: boolean, text: Key, width = 3): HTMLElement {
  return h("li", {}, h("i", { class: "line", style: `border-top:${width}px ${dash ? "dashed" : "solid"} ${colour}` }), t(text));
}

/** Themes whose layers the counties hide. */
const HIDDEN_WIDE: readonly Topic[] = ["water", "broadband", "services"];

/** What the colour of a county means, or of a town. */
function shares(data: Data, state: State, of: Ground["of"]): HTMLElement[] {
  const { steps, count } = counting(data, state);
  const over = substance(data, state);
  const need = over === null && themeOf(themed(state)) === "all";
  const words: Record<Ground["of"], [gap: Key, need: Key, over: Key]> = {
    counties: ["legend_counties", "legend_shape", "legend_over"],
    towns: ["legend_towns", "legend_towns_need", "legend_towns_over"],
  };
  const heading = over === null ? t(words[of][need ? 1 : 0]) : t(words[of][2], { name: nameOf(data, over) });
  const said = need ? (n: number): string => number(n, 2) : (n: number): string => `${number(n * 100)} %`;
  return [h("h3", {}, heading), ramp(steps, said, of === "towns"), hatch(data.region[of].filter((u) => u.villages > 0 && count(of, u).share === null).length)];
}

/** What hatching means, where some of it shows. */
function hatch(n: number): HTMLElement {
  return h("ul", { class: "lines", hidden: n === 0 }, h("li", {}, h("i", { class: "patch hatch" }), `${t("unknown")} ${number(n)}`));
}

/** Villages of all themes together. */
function ofAll(data: Data, colours: Palette): HTMLElement[] {
  const c = counted("all", data);
  return [
    h("h3", {}, `${t("legend_need")} · ${t("gaps")} ${number(c.gap)}`),
    ramp(SEVERITY_STEPS, (n) => number(n, 1)),
    h("ul", { class: "dots" }, h("li", {}, h("i", { class: "dot", style: `background:${colours.ok}` }), `${t("ok")} ${number(c.ok)}`), h("li", {}, h("i", { class: "dot hatch" }), `${t("unknown")} ${number(c.unknown)}`)),
  ];
}

/** Legend with counts and the switches of optional layers. */
export function legend(data: Data, topic: Topic, zoom: number, colours: Palette, state: State, toggle: (layer: string) => void): HTMLElement[] {
  const c = data.summary.counts;
  const wide = units(zoom) === "counties" && data.region.counties.some((c) => c.villages > 0) && topic !== "plan";
  const size = (collection: string): number => data.summary.collections.find((c) => c.id === collection)?.count ?? 0;
  const counts: Record<Optional, number> = {
    neighbours: size("neighbour_gaps"),
    fragile: size("fragile_access"),
    schools: size("schools"),
    seats: size("seats"),
    ties: data.power?.ties.length ?? 0,
    feeders: data.power ? gapsOf(data.power, "feeders").length : 0,
    water_sources: c.water?.sources ?? 0,
    untested: c.water?.untested ?? 0,
    water_links: c.water?.links ?? 0,
    broadband_coverage: data.broadband?.coverage.length ?? 0,
    broadband_nodes: data.broadband?.nodes.length ?? 0,
    fibre_links: c.broadband?.links ?? 0,
    facilities: data.services?.facilities.length ?? 0,
    relief: data.summary.relief ? 1 : 0,
  };
  // What the counties hide anyway needs no switch.
  const optional: readonly Optional[] = wide && HIDDEN_WIDE.includes(topic) ? [] : OPTIONAL[topic];
  const switches = optional.filter((l) => counts[l] > 0).map((l) =>
    h(
      "label",
      { class: "check" },
      h("input", { id: `layer-${l}`, type: "checkbox", checked: isOn(state.layers, l) || state.list === l, disabled: state.list === l, change: () => toggle(l) }),
      l === "relief" ? t("layer_relief") : `${t(`layer_${l}`)} ${number(counts[l])}`,
    ),
  );
  const body = wide
    ? shares(data, state, "counties")
    : topic === "plan"
      ? ofPlan(state, colours, ramp)
    : topic === "all"
      ? ofAll(data, colours)
    : topic === "water"
      ? ofWater(data.summary, colours, (data.water?.areas.length ?? 0) > 0, ramp)
    : topic === "broadband"
      ? ofBroadband(data, colours, ramp)
    : topic === "services"
      ? ofServices(data.summary, colours, ramp)
    : topic === "power"
      ? ofPower(data.summary, colours, ramp)
      : [
        h("h3", {}, `${t("legend_villages")} · ${t("gaps")} ${number(c.gap)}`),
        ramp(SEVERITY_STEPS, (n) => number(n, 1)),
        h(
          "ul",
          { class: "dots" },
          h("li", {}, h("i", { class: "dot", style: `background:${colours.ok}` }), `${t("ok")} ${number(c.ok)}`),
          h("li", {}, h("i", { class: "dot hatch" }), `${t("unknown")} ${number(c.unknown)}`),
        ),
        h("h3", {}, `${t("legend_links")} · ${number(c.links)}`),
        ramp(PEOPLE_STEPS, (n) => number(n)),
        h("h3", {}, t("legend_roads")),
        h(
          "ul",
          { class: "lines" },
          line(colours.main, false, "road_main"),
          line(colours.island, false, "road_island"),
          line(colours.gravel, false, "road_gravel", 2),
          line(colours.earth, true, "road_earth", 2),
          line(colours.unknown, true, "road_unknown", 1),
        ),
      ];
  const ground = units(zoom) === "towns" && size("towns") > 0 && topic !== "plan" ? shares(data, state, "towns") : [];
  const since = isChanges(state.list) ? ofChanges(data, themeOf(topic)) : [];
  const waters = size("surface_water") > 0 ? [h("ul", { class: "lines waters" }, line(colours.water, false, "legend_surface_water", 4))] : [];
  const open = matchMedia("(min-width: 1000px)").matches;
  return [
    h("details", { open }, h("summary", {}, t("legend")), ...since, ...body, ...ground, ...waters, ...(switches.length > 0 ? [h("h3", {}, t("layers")), h("div", { class: "switches" }, ...switches)] : [])),
  ];
}
