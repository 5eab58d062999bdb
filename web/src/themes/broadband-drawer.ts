import type { GapProperties, Village } from "../api";
import { h } from "../dom";
import { list, section } from "../drawer-parts";
import { figure, metres, money, number, people, percent } from "../format";
import { t, word } from "../i18n";
import type { Data } from "../store";
import { perCost, type AccessNode, type Coverage, type Fibre } from "./broadband-data";

type Select = (key: string) => void;
type Chip = (village: string) => HTMLElement;

export function mbit(n: number | null | undefined): string {
  return n === null || n === undefined ? t("unknown") : `${figure(n)} Mbit/s`;
}

/** A route to build: its length and cost, and its pieces, which other villages may share. */
export function remedy(data: Data, p: GapProperties, select: Select): HTMLElement[] {
  const r = p.remedy;
  if (!r) return [section(t("remedy"), h("p", {}, t("no_remedy_known")))];
  const pieces = r.links.map((id, i) => {
    const l = data.broadband?.fibre.find((f) => f.properties.id === id)?.properties;
    const shared = l && l.village_count > 1 ? t("shared_by", { n: number(l.village_count) }) : "";
    return h(
      "li",
      {},
      h("button", { class: "chip", click: () => select(`fibre_links/${id}`) }, `${t("list_fibre_links")} ${i + 1}`),
      h("span", {}, l ? [metres(l.length_m), money(l.cost, l.currency), shared].filter(Boolean).join(" · ") : id),
    );
  });
  return [
    section(
      t("remedy"),
      list([
        [t("kind"), word("do", r.kind)],
        [t("length"), r.length_m > 0 && metres(r.length_m)],
        [t("cost"), money(r.cost, r.currency)],
      ]),
      pieces.length > 0 ? h("ul", { class: "remedies pieces" }, ...pieces) : null,
    ),
  ];
}

/** What the theme knows of a village, beside its gaps. */
export function villageFacts(v: Village): HTMLElement[] {
  const p = v.properties;
  if (p.broadband_verdict === undefined) return [];
  const says = (x: string | undefined): string | false => (x === "yes" || x === "no") && `${t("reported")}: ${t(x)}`;
  return [
    section(
      t("topic_broadband"),
      list([
        [t("state"), word("broadband_state", p.broadband_state ?? "unknown")],
        [t("confidence"), p.broadband_confidence ? word("conf", p.broadband_confidence) : t("unknown")],
        [t("speed"), mbit(p.broadband_mbit_s)],
        [t("covered_share"), p.broadband_covered_share != null && percent(p.broadband_covered_share)],
        [t("to_node"), p.broadband_node_m != null && metres(p.broadband_node_m)],
        [t("reported_broadband"), says(p.reported_broadband)],
        [t("reported_speed"), p.reported_mbit_s != null && `${t("reported")}: ${mbit(p.reported_mbit_s)}`],
        [t("reported_mobile"), says(p.reported_mobile)],
      ]),
      p.broadband_disagrees ? h("p", { class: "warn" }, t("power_disagrees")) : null,
    ),
  ];
}

export function fibre(l: Fibre, chip: Chip): HTMLElement[] {
  const p = l.properties;
  const per = perCost(p);
  return [
    list([
      [t("length"), metres(p.length_m)],
      [t("route"), t(p.along_road ? "route_along_road" : "route_across_fields")],
      [t("cost"), money(p.cost, p.currency)],
      [t("served"), people(p.people)],
      [t("villages"), number(p.village_count)],
      [t("per_cost"), per !== null && number(per, per < 10 ? 1 : 0)],
    ]),
    ...(p.villages.length > 0 ? [section(t("dependents"), h("p", { class: "chips" }, ...p.villages.map(chip)))] : []),
  ];
}

export function coverage(f: Coverage, least: number | undefined): HTMLElement[] {
  const p = f.properties;
  return [
    list([
      [t("speed"), mbit(p.mbit_s)],
      [t("threshold"), least !== undefined && mbit(least)],
      [t("confidence"), t(p.measured ? "covered_measured" : "covered_declared")],
    ]),
  ];
}

export function node(f: AccessNode): HTMLElement[] {
  const p = f.properties;
  return [list([["ID", p.id], [t("speed"), mbit(p.mbit_s)]])];
}
