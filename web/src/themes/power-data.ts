import type { Feature, Geometry } from "geojson";
import { all, listed, type ListedGap, type Schemas } from "../api";
import type { Bilingual } from "../i18n";
import type { Row } from "../rows";

/** Works that would close a gap, proved by solving the network again. */
export type Works = Schemas["PowerWorks"];
export type AreaProperties = Schemas["LowVoltageAreaProperties"];
export type TransformerProperties = Schemas["TransformerProperties"];
export type PointProperties = Schemas["SupplyPointProperties"];
export type WireProperties = Schemas["PowerLineProperties"];
export type TieProperties = Schemas["TieLineProperties"];

export type Area = Feature<Geometry, AreaProperties>;
export type Transformer = Feature<Geometry, TransformerProperties>;
export type Point = Feature<Geometry, PointProperties>;
export type Wire = Feature<Geometry, WireProperties>;
export type Tie = Feature<Geometry, TieProperties>;

/** What the theme fetches when its tab opens first; lines and supply points come as tiles. */
export interface PowerData {
  gaps: ListedGap[];
  areas: Area[];
  transformers: Transformer[];
  ties: Tie[];
  substations: Feature<Geometry, { id: string; name: string | null }>[];
}

export async function loadPower(): Promise<PowerData> {
  const [gaps, areas, transformers, ties, substations] = await Promise.all([
    listed("power_gaps"),
    all<AreaProperties>("low_voltage_areas"),
    all<TransformerProperties>("transformers"),
    all<TieProperties>("tie_lines"),
    all<{ id: string; name: string | null }>("substations"),
  ]);
  return { gaps, areas, transformers, ties, substations };
}

/** From these zooms on lines and supply points show. */
export const WIRE_ZOOM = 9;
export const LOW_ZOOM = 12;

const OF_TRANSFORMER = new Set(["transformer_overload", "low_capacity"]);
const OF_FEEDER = new Set(["radial_feeder", "long_feeder"]);

/** Gaps of one list of the theme. */
export function gapsOf(d: PowerData, list: string): ListedGap[] {
  const kind = (g: ListedGap): string => (OF_TRANSFORMER.has(g.properties.kind) ? "transformers" : OF_FEEDER.has(g.properties.kind) ? "feeders" : "power");
  return d.gaps.filter((g) => kind(g) === list);
}

/** How far under its limit a voltage is, as severity 0–1: at 0.1 below it is 1. */
export function depth(pu: number | null, limit: number | null): number {
  return pu === null || limit === null ? 0 : Math.max(0, Math.min(1, (limit - pu) / 0.1));
}

/** Rows of low-voltage areas and tie lines; gaps make theirs as in every theme. */
export function areaRow(a: Area, name: (id: string) => string, county: (id: string) => string, sub: string): Row {
  const p = a.properties;
  const severity = p.worst_pu === null ? 0.3 : depth(p.worst_pu, p.limit_pu);
  const first = p.villages[0] ?? "";
  return {
    key: `low_voltage_areas/${p.id}`,
    title: name(first) + (p.village_count > 1 ? ` +${p.village_count - 1}` : ""),
    sub,
    people: p.people,
    verdict: "gap",
    score: p.people ?? 0,
    severity,
    why: p.remedies[0]?.text ?? null,
    kind: p.cause,
    county: county(first),
    priority: false,
    text: p.villages.map((v) => `${v} ${name(v)}`).join(" ").toLowerCase() + " " + p.transformers.join(" ").toLowerCase(),
  };
}

export function tieRow(x: Tie, why: Bilingual): Row {
  const p = x.properties;
  return {
    key: `tie_lines/${p.id}`,
    title: `${p.from} – ${p.to}`,
    sub: "",
    people: p.people,
    verdict: "gap",
    score: p.people_per_km,
    severity: 0,
    why,
    kind: "tie_line",
    county: "",
    priority: false,
    text: `${p.from} ${p.to}`.toLowerCase(),
  };
}
