import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { Bilingual } from "./i18n";
import type { BroadbandCounts, BroadbandGap, BroadbandRules, BroadbandVillage } from "./themes/broadband-data";
import type { Works } from "./themes/power-data";
import type { Scorecard } from "./themes/scorecard-data";
import type { ServiceGap, ServicesCounts, ServicesRules, ServicesVillage } from "./themes/services-data";
import type { Contamination, WaterCounts, WaterRules, WaterVillage } from "./themes/water-data";

export type Verdict = "ok" | "gap" | "unknown";
export type Surface = "paved" | "gravel" | "earth" | "unknown" | "new";
export type BySurface = Record<Surface, number>;

export interface Summary {
  id: string;
  title: Bilingual;
  provenance: "real" | "derived" | "simulated";
  attribution: string[];
  currency: string;
  data_version: string;
  bbox: [number, number, number, number] | null;
  counts: {
    villages: number;
    ok: number;
    gap: number;
    unknown: number;
    people_gap: number;
    people_unknown: number;
    links: number;
    village_link_cost: number;
    rai: { share: number | null; share_if_unknown: number | null; people: number };
    water?: WaterCounts;
    power?: { villages_gap: number; villages_unknown: number; villages_ok: number; people_gap: number; areas: number; under_limit: number };
    broadband?: BroadbandCounts;
    services?: ServicesCounts;
  };
  rules_water?: WaterRules;
  rules_broadband?: BroadbandRules;
  rules_services?: ServicesRules;
  themes?: string[];
  collections: { id: string; count: number }[];
}

export interface Evidence {
  kind: string;
  confidence: string;
  value: number | null;
  unit: string;
  text: Bilingual;
  sources: string[];
}

export interface Remedy {
  kind: string;
  length_m: number;
  cost: number;
  currency: string;
  links: string[];
  /** Of roads. */
  by_surface?: BySurface;
}

export interface GapProperties extends BroadbandGap, ServiceGap {
  id: string;
  kind: string;
  village: string | null;
  village_name: string;
  town: string | null;
  county: string | null;
  verdict: Verdict;
  severity: number;
  measured: number | null;
  threshold: number | null;
  unit: string;
  rule: Bilingual;
  confidence: string;
  why: Bilingual;
  evidence: Evidence[];
  people: number | null;
  households: number | null;
  remedy: Remedy | null;
  department: Bilingual;
  villages?: string[];
  /** Of low voltage. */
  works?: Works;
  /** Of unsafe village water: the criterion that decides. */
  decided_by?: string | null;
}

export interface VillageProperties extends WaterVillage, BroadbandVillage, ServicesVillage {
  id: string;
  name: string;
  town: string | null;
  county: string | null;
  county_name: string | null;
  population: number | null;
  households: number | null;
  poor_population: number | null;
  priority: boolean;
  status: string;
  road_state: string;
  road_verdict: Verdict;
  road_confidence: string | null;
  road_distance_m: number | null;
  road_link_cost: number | null;
  road_path_by_surface: BySurface | null;
  reported_paved: string;
  reported_all_weather: string;
  road_disagrees: boolean;
  rai_share: number | null;
  fragile: boolean;
  power_verdict?: Verdict;
  power_confidence?: string | null;
  power_worst_pu?: number | null;
  power_limit_pu?: number | null;
  power_modelled_pu?: number | null;
  power_supply_m?: number | null;
  three_phase?: string;
  three_phase_m?: number | null;
  three_phase_road_m?: number | null;
  grid_m?: number | null;
  reported_power_hours?: number | null;
  reported_three_phase?: string;
  reported_electricity?: string;
  power_disagrees?: boolean;
  gaps: string[];
  links: string[];
}

export interface LinkProperties {
  id: string;
  surface: Surface;
  length_m: number;
  cost: number;
  currency: string;
  villages: string[];
  village_count: number;
  people: number | null;
  schools: number;
  townships: number;
  roads: string[];
}

export interface CountyProperties {
  id: string;
  name: string;
  target: boolean;
  villages: number;
  gaps: number;
  unknown: number;
  gap_share: number | null;
  power_gaps?: number;
  power_gap_share?: number | null;
  water_gaps?: number;
  water_gap_share?: number | null;
  contamination?: Contamination[];
  broadband_gaps?: number;
  broadband_gap_share?: number | null;
  services_gaps?: number;
  services_gap_share?: number | null;
}

export type Gap = Feature<Geometry, GapProperties>;
export type Village = Feature<Geometry, VillageProperties>;
export type Link = Feature<Geometry, LinkProperties>;
export type County = Feature<Geometry, CountyProperties>;

/** What the service, or the way to it, had to say instead of an answer. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, signal ? { signal } : {});
  } catch (e) {
    if (e instanceof DOMException && e.name === "AbortError") throw e;
    throw new ApiError(0, String(e));
  }
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
    throw new ApiError(answer.status, problem.detail ?? answer.statusText);
  }
  return (await answer.json()) as T;
}

export function summary(): Promise<Summary> {
  return get("api/summary");
}

/** Indicators of every county and town, held against targets and the reference region. */
export function scorecard(): Promise<Scorecard> {
  return get("api/scorecard");
}

/** Where the scorecard can be had as a table. */
export function scorecardUrl(f: "xlsx" | "csv"): string {
  return `api/scorecard?f=${f}`;
}

/** All features of a collection. */
export async function all<P>(id: string): Promise<Feature<Geometry, P>[]> {
  return (await get<FeatureCollection<Geometry, P>>(`collections/${id}/items?limit=100000`)).features;
}

/** Roads of these classes in a box, at most `limit`, most important first. */
export function roads(bbox: number[], classes: string[], limit: number, signal: AbortSignal): Promise<FeatureCollection> {
  const box = bbox.map((x) => x.toFixed(5)).join(",");
  return get(`collections/roads/items?bbox=${box}&class=${classes.join(",")}&limit=${limit}`, signal);
}

/** Features of a collection in a box, at most `limit`. */
export function box(id: string, bbox: number[], limit: number, signal: AbortSignal): Promise<FeatureCollection> {
  return get(`collections/${id}/items?bbox=${bbox.map((x) => x.toFixed(5)).join(",")}&limit=${limit}`, signal);
}

/** One feature; null where there is none of this id. */
export async function one<P>(collection: string, id: string): Promise<Feature<Geometry, P> | null> {
  return get<Feature<Geometry, P>>(rawUrl(collection, id)).catch((e: unknown) => {
    if (e instanceof ApiError && e.status === 404) return null;
    throw e;
  });
}

export function rawUrl(collection: string, id: string): string {
  return `collections/${collection}/items/${encodeURIComponent(id)}`;
}
