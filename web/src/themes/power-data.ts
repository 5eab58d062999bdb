import type { Feature, Geometry } from "geojson";
import { all, listed, type ListedGap, type Verdict } from "../api";
import type { Bilingual } from "../i18n";
import type { Row } from "../rows";

/** Works that would close a gap, proved by solving the network again. */
export interface Works {
  kind: string;
  text: Bilingual;
  point: [number, number] | null;
  cost: number | null;
  currency: string;
  length_m: number;
  after_pu: number | null;
  lines: string[];
}

export interface AreaProperties {
  id: string;
  villages: string[];
  village_count: number;
  people: number | null;
  people_unknown: number;
  households: number | null;
  supply_points: number;
  worst_pu: number | null;
  limit_pu: number | null;
  confidence: string;
  cause: string;
  transformers: string[];
  remedies: Works[];
}

export interface TransformerProperties {
  id: string;
  name: string | null;
  rating_kva: number | null;
  village: string | null;
  loading: number | null;
  demand_kva: number | null;
  kva_per_household: number | null;
  households: number | null;
  people: number | null;
  worst_pu: number | null;
  supply_points: number;
  solved: boolean;
  problem: Bilingual | null;
  hv_reached: boolean | null;
}

export interface PointProperties {
  id: string;
  bus: string | null;
  transformer: string | null;
  village: string | null;
  households: number | null;
  people: number | null;
  p_kw: number | null;
  single_phase: boolean;
  worst_pu: number | null;
  limit_pu: number;
  modelled_pu: number | null;
  measured_pu: number | null;
  published_pu: number | null;
  length_m: number | null;
  verdict: Verdict;
  confidence: string | null;
  disagrees: boolean;
}

export interface WireProperties {
  id: string;
  name: string | null;
  voltage_v: number | null;
  level: string | null;
  phases: string | null;
  conductor: string | null;
  length_m: number;
  loading: number | null;
  feeder: string | null;
  bridge: boolean | null;
  households_behind: number;
  people_behind: number;
}

export interface TieProperties {
  id: string;
  from: string;
  to: string;
  length_m: number;
  people: number;
  households: number;
  people_per_km: number;
  cost: number;
  currency: string;
}

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
