import type { Gap, Village } from "../api";
import { h } from "../dom";
import { list, section } from "../drawer-parts";
import { kilovolts, metres, money, number, people, percent, pu } from "../format";
import { pick, t, word } from "../i18n";
import type { Area, Point, Tie, Transformer, Wire, Works } from "./power-data";

type Select = (key: string) => void;
type Chip = (id: string) => HTMLElement;

function maybe(n: number | null, show: (n: number) => string): string {
  return n === null ? t("unknown") : show(n);
}

/** One remedy with what it costs and what voltage it gives. */
export function works(w: Works): HTMLElement {
  return section(
    t("remedy"),
    h("p", {}, pick(w.text)),
    list([
      [t("kind"), word("do", w.kind)],
      [t("after"), w.after_pu !== null && pu(w.after_pu)],
      [t("length"), w.length_m > 0 && metres(w.length_m)],
      [t("cost"), w.cost === null ? t("unknown") : money(w.cost, w.currency)],
    ]),
  );
}

/** What the theme knows of a village, beside its gaps. */
export function villageFacts(v: Village): HTMLElement[] {
  const p = v.properties;
  if (p.power_verdict === undefined) return [];
  const voltage = p.power_worst_pu === null || p.power_worst_pu === undefined ? null : `${pu(p.power_worst_pu)} / ${pu(p.power_limit_pu ?? null)}`;
  const says = (x: string | undefined): string | false => (x === "yes" || x === "no") && `${t("reported")}: ${t(x)}`;
  return [
    section(
      t("topic_power"),
      list([
        [t("state"), word("power_verdict", p.power_verdict)],
        [t("confidence"), p.power_confidence ? word("conf", p.power_confidence) : t("unknown")],
        [t("worst_voltage"), voltage ?? t("unknown")],
        [t("modelled_voltage"), p.power_confidence !== "modelled" && p.power_modelled_pu != null && pu(p.power_modelled_pu)],
        [t("supply_length"), p.power_supply_m != null && metres(p.power_supply_m)],
        [t("three_phase"), p.three_phase ? word("in_reach", p.three_phase) : null],
        [t("three_phase_straight"), p.three_phase_m != null && metres(p.three_phase_m)],
        [t("three_phase_road"), p.three_phase_road_m != null && metres(p.three_phase_road_m)],
        [t("grid_distance"), p.grid_m != null && metres(p.grid_m)],
        [t("reported_electricity"), says(p.reported_electricity)],
        [t("reported_three_phase"), says(p.reported_three_phase)],
        [t("reported_hours"), p.reported_power_hours != null && `${t("reported")}: ${number(p.reported_power_hours, 1)} h`],
      ]),
      p.power_disagrees ? h("p", { class: "warn" }, t("power_disagrees")) : null,
    ),
  ];
}

/** Works of a gap, told in full where the gap has them. */
export function ofGap(g: Gap): HTMLElement[] {
  const p = g.properties;
  if (p.works) return [works(p.works)];
  const r = p.remedy;
  if (!r) return [];
  return [section(t("remedy"), list([[t("kind"), word("do", r.kind)], [t("length"), r.length_m > 0 && metres(r.length_m)], [t("cost"), money(r.cost, r.currency)]]))];
}

export function ofArea(a: Area, chip: Chip, select: Select): HTMLElement[] {
  const p = a.properties;
  const transformers = p.transformers.map((id) => h("button", { class: "chip", click: () => select(`transformers/${id}`) }, id));
  return [
    h("p", { class: "lead gap" }, word("cause", p.cause)),
    list([
      [t("worst_voltage"), `${maybe(p.worst_pu, (n) => pu(n))} / ${maybe(p.limit_pu, (n) => pu(n))}`],
      [t("confidence"), word("conf", p.confidence)],
      [t("people_word"), people(p.people) + (p.people_unknown > 0 ? ` (${t("points_unknown", { n: number(p.people_unknown) })})` : "")],
      [t("households"), maybe(p.households, (n) => number(n))],
      [t("supply_points"), number(p.supply_points)],
    ]),
    ...p.remedies.map(works),
    section(t("villages"), h("p", { class: "chips" }, ...p.villages.map(chip))),
    ...(transformers.length > 0 ? [section(t("transformer"), h("p", { class: "chips" }, ...transformers))] : []),
  ];
}

export function ofTransformer(x: Transformer, chip: Chip): HTMLElement[] {
  const p = x.properties;
  return [
    ...(p.problem ? [h("p", { class: "warn" }, `${t("not_solved")}: ${pick(p.problem)}`)] : []),
    list([
      [t("rating"), maybe(p.rating_kva, (n) => `${number(n)} kVA`)],
      [t("demand"), maybe(p.demand_kva, (n) => `${number(n, 1)} kVA`)],
      [t("loading_share"), maybe(p.loading, (n) => percent(n))],
      [t("per_household"), maybe(p.kva_per_household, (n) => `${number(n, 2)} kVA`)],
      [t("households"), maybe(p.households, (n) => number(n))],
      [t("people_word"), people(p.people)],
      [t("worst_voltage"), maybe(p.worst_pu, (n) => pu(n))],
      [t("supply_points"), number(p.supply_points)],
      [t("medium_line"), p.hv_reached === null ? t("unknown") : t(p.hv_reached ? "yes" : "no")],
    ]),
    ...(p.village ? [section(t("villages"), h("p", { class: "chips" }, chip(p.village)))] : []),
  ];
}

export function ofPoint(x: Point, chip: Chip, select: Select): HTMLElement[] {
  const p = x.properties;
  const transformer = p.transformer;
  return [
    h("p", { class: `lead ${p.verdict}` }, word("power_verdict", p.verdict)),
    list([
      [t("limit"), pu(p.limit_pu)],
      [t("measured_voltage"), p.measured_pu === null ? null : pu(p.measured_pu)],
      [t("modelled_voltage"), maybe(p.modelled_pu, (n) => pu(n))],
      [t("published_voltage"), p.published_pu === null ? null : pu(p.published_pu)],
      [t("confidence"), p.confidence ? word("conf", p.confidence) : t("unknown")],
      [t("supply_length"), maybe(p.length_m, metres)],
      [t("phases"), t(p.single_phase ? "single_phase" : "three_phases")],
      [t("load"), maybe(p.p_kw, (n) => `${number(n, 1)} kW`)],
      [t("households"), maybe(p.households, (n) => number(n))],
      [t("people_word"), people(p.people)],
    ]),
    ...(p.disagrees ? [h("p", { class: "warn" }, t("power_disagrees"))] : []),
    h("p", { class: "chips" }, p.village ? chip(p.village) : null, transformer ? h("button", { class: "chip", click: () => select(`transformers/${transformer}`) }, transformer) : null),
  ];
}

export function ofWire(x: Wire): HTMLElement[] {
  const p = x.properties;
  return [
    list([
      [t("voltage"), maybe(p.voltage_v, kilovolts)],
      [t("phases"), p.phases ?? t("unknown")],
      [t("conductor"), p.conductor ?? t("unknown")],
      [t("length"), metres(p.length_m)],
      [t("loading_share"), maybe(p.loading, (n) => percent(n))],
      [t("feeder"), p.feeder],
    ]),
    section(
      t("if_it_fails"),
      p.bridge === null
        ? h("p", {}, t("unknown"))
        : h("p", {}, p.bridge ? t("cut_off_behind", { households: number(p.households_behind), people: number(p.people_behind) }) : t("second_source")),
    ),
  ];
}

export function ofTie(x: Tie): HTMLElement[] {
  const p = x.properties;
  return [
    list([
      [t("length"), metres(p.length_m)],
      [t("cost"), money(p.cost, p.currency)],
      [t("secured"), people(p.people)],
      [t("households"), number(p.households)],
      [t("people_per_km"), number(p.people_per_km)],
    ]),
  ];
}
