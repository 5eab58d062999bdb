import type { Verdict, Village } from "../api";
import { metres, money, number } from "../format";
import { same, t } from "../i18n";
import type { Row } from "../rows";
import type { Data } from "../store";
import { JOINT_M, perCost, type Fibre } from "./broadband-data";
import { classes, className, CLASS_TAG, peopleOf, placeId, type Facility, type ServicesData } from "./services-data";
import { signKey } from "./social-signs";
import { place, unknownRow } from "./village-rows";

export function unknownBroadband(d: Data): Row[] {
  return (d.villages ?? []).filter((v) => v.properties.broadband_verdict === "unknown").map((v) => unknownRow(d, v, t("broadband_unknown_why"), "broadband_unknown"));
}

/** Classes of services that a village has this verdict on. */
function classesOf(v: Village, verdict: Verdict): string[] {
  return Object.entries(v.properties.services ?? {}).filter(([, r]) => r.verdict === verdict).map(([cls]) => cls);
}

export function unknownServices(d: Data): Row[] {
  return (d.villages ?? [])
    .filter((v) => v.properties.services_verdict === "unknown")
    .map((v) => {
      const which = classesOf(v, "unknown");
      const row = unknownRow(d, v, t("services_unknown_why", { classes: which.map((c) => className(d.summary, c)).join(t("comma")) }), "services_unknown");
      return { ...row, tags: which.map((c) => CLASS_TAG + c) };
    });
}

function fibreRow(d: Data, l: Fibre): Row {
  const p = l.properties;
  const first = p.villages[0] ? d.village.get(p.villages[0])?.properties : undefined;
  const per = perCost(p);
  const cells = [money(p.cost, p.currency), per !== null ? t("per_cost_short", { n: number(per, per < 10 ? 1 : 0) }) : p.length_m < JOINT_M && t("joint"), metres(p.length_m)];
  return {
    key: `fibre_links/${p.id}`,
    title: first ? first.name + (p.village_count > 1 ? ` +${p.village_count - 1}` : "") : p.id,
    sub: place(d, first?.county ?? null, first?.town),
    people: p.people,
    verdict: "gap",
    score: per ?? 0,
    severity: 0,
    why: same(cells.filter(Boolean).join(" · ")),
    kind: p.along_road ? "along_road" : "across_fields",
    county: first?.county ?? "",
    priority: p.villages.some((v) => d.village.get(v)?.properties.priority ?? false),
    text: p.villages.map((v) => `${v} ${d.village.get(v)?.properties.name ?? ""}`).join(" ").toLowerCase(),
  };
}

/** Fibre routes, most people per cost first, mere joints last. */
export function fibreRows(d: Data): Row[] {
  return (d.broadband?.fibre ?? []).map((l) => fibreRow(d, l)).sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
}

function facilityRow(d: Data, s: ServicesData, f: Facility, asks: string | undefined): Row {
  const users = s.users.get(placeId(f.class, f.feature.properties.id)) ?? [];
  const people = peopleOf(users);
  return {
    key: f.key,
    title: f.name,
    sub: place(d, f.county),
    people,
    verdict: "ok",
    score: people ?? 0,
    severity: 0,
    why: same(users.length > 0 ? t(asks === "travel" ? "nearest_for" : "nearest_straight_for", { n: number(users.length) }) : t("nearest_for_none")),
    kind: f.class,
    county: f.county ?? "",
    priority: users.some((v) => v.properties.priority),
    text: [f.name, f.feature.properties.id, ...users.map((v) => v.properties.name)].join(" ").toLowerCase(),
    mark: signKey(f.class),
  };
}

/** Places of service, those that most people have as their nearest first. */
export function facilityRows(d: Data): Row[] {
  const s = d.services;
  if (!s) return [];
  const asks = new Map(classes(d.summary).map((c) => [c.key, c.asks]));
  return s.facilities.map((f) => facilityRow(d, s, f, asks.get(f.class))).sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
}
