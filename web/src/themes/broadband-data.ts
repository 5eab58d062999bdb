import type { Feature, Geometry } from "geojson";
import { all, listed, type ListedGap, type Schemas, type Summary } from "../api";

export type FibreProperties = Schemas["FibreLinkProperties"];
export type CoverageProperties = Schemas["CoverageProperties"];
export type NodeProperties = Schemas["AccessNodeProperties"];

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
