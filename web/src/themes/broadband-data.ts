import type { Feature, Geometry } from "geojson";
import { all, listed, type ListedGap, type Summary, type Verdict } from "../api";

/** What the service says of a village's broadband. */
export interface BroadbandVillage {
  broadband_state?: string;
  broadband_verdict?: Verdict;
  broadband_confidence?: string | null;
  broadband_mbit_s?: number | null;
  broadband_covered_share?: number | null;
  broadband_node_m?: number | null;
  broadband_disagrees?: boolean;
  broadband_route_m?: number | null;
  broadband_route_cost?: number | null;
  reported_broadband?: string;
  reported_mbit_s?: number | null;
  reported_mobile?: string;
}

/** What gaps of the theme have beside what all gaps have. */
export interface BroadbandGap {
  node_m?: number | null;
  covered_share?: number | null;
}

export interface BroadbandCounts {
  villages_gap: number;
  villages_unknown: number;
  villages_ok: number;
  people_gap: number;
  by_kind: Record<string, number>;
  slow: number;
  none: number;
  disagree: number;
  links: number;
  link_m: number;
  link_cost: number;
}

export interface BroadbandRules {
  min_mbit_s: number;
  broadband_access_m: number;
  cost_per_km: number;
}

export interface FibreProperties {
  id: string;
  length_m: number;
  cost: number;
  currency: string;
  villages: string[];
  village_count: number;
  people: number | null;
  along_road: boolean;
}

export interface CoverageProperties {
  id: string;
  mbit_s: number | null;
  measured: boolean;
}

export interface NodeProperties {
  id: string;
  name: string | null;
  mbit_s: number | null;
}

export type Fibre = Feature<Geometry, FibreProperties>;
export type Coverage = Feature<Geometry, CoverageProperties>;
export type AccessNode = Feature<Geometry, NodeProperties>;

/** What the theme fetches when its tab opens first. */
export interface BroadbandData {
  gaps: ListedGap[];
  fibre: Fibre[];
  coverage: Coverage[];
  nodes: AccessNode[];
}

export async function loadBroadband(summary: Summary): Promise<BroadbandData> {
  const there = new Set(summary.collections.map((c) => c.id));
  const [gaps, fibre, coverage, nodes] = await Promise.all([
    listed("broadband_gaps"),
    all<FibreProperties>("fibre_links"),
    there.has("broadband_coverage") ? all<CoverageProperties>("broadband_coverage") : [],
    there.has("broadband_nodes") ? all<NodeProperties>("broadband_nodes") : [],
  ]);
  return { gaps, fibre, coverage, nodes };
}

/** Joints shorter than this are no works of their own. */
export const JOINT_M = 100;

/** People reached per 10,000 of the currency; of a mere joint there is no telling. */
export function perCost(p: Pick<FibreProperties, "people" | "cost" | "length_m">): number | null {
  return p.people === null || p.cost <= 0 || p.length_m < JOINT_M ? null : (p.people * 10_000) / p.cost;
}

/** Ground with broadband, by its speed: below the rule it is slow. */
export type Speed = "fast" | "slow" | "unknown";
export const SPEEDS: readonly Speed[] = ["fast", "slow", "unknown"];

export function speedOf(mbit: number | null, least: number): Speed {
  return mbit === null ? "unknown" : mbit < least ? "slow" : "fast";
}

/** How many pieces of covered ground there are of each speed, and how many were measured. */
export function coverageCounts(all: Coverage[], least: number): Record<Speed | "measured", number> {
  const out = { fast: 0, slow: 0, unknown: 0, measured: 0 };
  for (const c of all) {
    out[speedOf(c.properties.mbit_s, least)] += 1;
    if (c.properties.measured) out.measured += 1;
  }
  return out;
}
