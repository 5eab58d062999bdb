import type { Summary } from "../api";
import { PEOPLE_STEPS, SEVERITY_STEPS, type Palette } from "../colours";
import { h } from "../dom";
import { metres, number } from "../format";
import { pick, t, type Key } from "../i18n";
import type { Data } from "../store";
import { coverageCounts, SPEEDS } from "./broadband-data";
import { speedColours } from "./broadband-map";
import { classes, type ServiceClass } from "./services-data";
import { sign, signKey } from "./social-signs";

type Ramp = (steps: readonly number[], show: (n: number) => string) => HTMLElement;
interface Counts {
  villages_gap: number;
  villages_unknown: number;
  villages_ok: number;
}

function villages(n: Counts, ok: Key, c: Palette, ramp: Ramp): HTMLElement[] {
  return [
    h("h3", {}, `${t("legend_villages")} · ${t("gaps")} ${number(n.villages_gap)}`),
    ramp(SEVERITY_STEPS, (x) => number(x, 1)),
    h(
      "ul",
      { class: "dots" },
      h("li", {}, h("i", { class: "dot", style: `background:${c.ok}` }), `${t(ok)} ${number(n.villages_ok)}`),
      h("li", {}, h("i", { class: "dot hatch" }), `${t("unknown")} ${number(n.villages_unknown)}`),
    ),
  ];
}

/** What the map's colours and signs of broadband mean, with counts. */
export function broadband(data: Data, c: Palette, ramp: Ramp): HTMLElement[] {
  const b = data.summary.counts.broadband;
  if (!b) return [];
  const least = data.summary.rules_broadband?.min_mbit_s ?? 0;
  const ground = coverageCounts(data.broadband?.coverage ?? [], least);
  const colours = speedColours(c);
  const nodes = data.broadband?.nodes.length ?? 0;
  const mute = b.by_kind["no_mobile"] ?? 0;
  return [
    ...villages(b, "broadband_ok", c, ramp),
    h(
      "ul",
      { class: "signs" },
      mute > 0 && h("li", {}, sign("no_mobile", 16), `${t("kind_no_mobile")} ${number(mute)}`),
      nodes > 0 && h("li", {}, sign("node", 16), `${t("layer_broadband_nodes")} ${number(nodes)}`),
    ),
    ...((data.broadband?.coverage.length ?? 0) > 0
      ? [
          h("h3", {}, `${t("legend_covered")} · ${number(data.broadband?.coverage.length ?? 0)}`),
          h(
            "ul",
            { class: "lines" },
            ...SPEEDS.filter((s) => ground[s] > 0).map((s) => h("li", {}, h("i", { class: "patch", style: `background:color-mix(in srgb, ${colours[s]} 30%, transparent);border:1px solid ${colours[s]}` }), `${t(`covered_${s}`, { n: number(least) })} ${number(ground[s])}`)),
            ground.measured > 0 && h("li", {}, h("i", { class: "patch", style: `border:2px dashed ${c.place}` }), `${t("covered_measured")} ${number(ground.measured)}`),
          ),
        ]
      : []),
    h("h3", {}, `${t("legend_fibre")} · ${number(b.links)}`),
    ramp(PEOPLE_STEPS, (n) => number(n)),
  ];
}

function classLine(c: ServiceClass): HTMLElement {
  const limit = c.mean ? t("legend_mean", { mean: metres(c.mean.metres), limit: metres(c.limit_m) }) : c.limit_m === null ? "" : t("legend_at_hand", { limit: metres(c.limit_m) });
  return h("li", {}, sign(signKey(c.key), 16), h("span", {}, `${pick(c.name)} ${number(c.facilities)}`, h("small", {}, [`${t("gaps")} ${number(c.gap)}`, limit].filter(Boolean).join(" · "))));
}

/** What the map's colours and signs of services mean, with counts. */
export function services(s: Summary, c: Palette, ramp: Ramp): HTMLElement[] {
  const n = s.counts.services;
  if (!n) return [];
  const silent = n.classes_without_data.map((k) => s.rules_services?.classes[k]).filter((x) => x !== undefined);
  return [
    ...villages(n, "services_ok", c, ramp),
    h("h3", {}, t("legend_facilities")),
    h("ul", { class: "signs classes" }, ...classes(s).map(classLine)),
    h("ul", { class: "lines" }, h("li", {}, h("i", { class: "line", style: `border-top:3px dotted ${c.accent}` }), t("legend_service_uses"))),
    ...(silent.length > 0 ? [h("p", { class: "note" }, t("no_layer_of", { classes: silent.map(pick).join(t("comma")) }))] : []),
  ];
}
