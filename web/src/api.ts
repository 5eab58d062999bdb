import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { components } from "./api-types";
import type { Scorecard } from "./themes/scorecard-data";

/** What answers look like, as the service's description says. */
export type Schemas = components["schemas"];

export type Verdict = Schemas["Verdict"];
export type Surface = Schemas["LinkSurface"];
export type BySurface = Schemas["BySurface"];
export type Summary = Schemas["Summary"];
export type Evidence = Schemas["Evidence"];
export type Remedy = Schemas["Remedy"];
export type GapProperties = Schemas["GapProperties"];
export type VillageProperties = Schemas["VillageProperties"];
export type LinkProperties = Schemas["RoadLinkProperties"];
export type CountyProperties = Schemas["CountyProperties"];

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

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
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
