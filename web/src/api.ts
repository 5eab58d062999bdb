import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { components } from "./api-types";
import type { Theme } from "./region";
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

/** `/api/villages`: columns of equal length. */
export type VillageColumns = Schemas["Villages"];
/** A village of `/api/rankings`. */
export type RankedVillage = Schemas["RankRow"];

export type Gap = Feature<Geometry, GapProperties>;
export type Village = Feature<Geometry, VillageProperties>;
export type Link = Feature<Geometry, LinkProperties>;
export type County = Feature<Geometry, CountyProperties>;

/** What the service, or the way to it, had to say instead of an answer. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** Seconds after which a busy service wants to be asked again; 0 where it does not say. */
    readonly retryAfter = 0,
  ) {
    super(message);
  }
}

/** The service speaks of other data than what the page shows; nothing of it was taken over. */
export class NewData extends Error {}

/** What the page shows; empty before the first answer. */
let version = "";
/** Answers awaited for longer than this are told of, in milliseconds. */
const SLOW_MS = 4000;
let awaited = 0;
let onSlow: (slow: boolean) => void = () => undefined;

/** Tells when an answer is long in coming, and when none is any more. */
export function whenSlow(tell: (slow: boolean) => void): void {
  onSlow = tell;
}

async function patiently(path: string, init: RequestInit): Promise<Response> {
  const timer = setTimeout(() => {
    awaited += 1;
    onSlow(true);
    late = true;
  }, SLOW_MS);
  let late = false;
  try {
    return await fetch(path, init);
  } finally {
    clearTimeout(timer);
    if (late) {
      awaited -= 1;
      if (awaited === 0) onSlow(false);
    }
  }
}

/** An answer that is well, or why there is none. */
async function send(path: string, init: RequestInit, how: (path: string, init: RequestInit) => Promise<Response> = fetch): Promise<Response> {
  let answer: Response;
  try {
    answer = await how(path, init);
  } catch (e) {
    if (e instanceof DOMException && e.name === "AbortError") throw e;
    throw new ApiError(0, String(e));
  }
  if (answer.ok) return answer;
  const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
  throw new ApiError(answer.status, problem.detail ?? answer.statusText, Number(answer.headers.get("Retry-After")));
}

/** Seconds to wait before a busy service is asked again, and how often. */
const WAIT_S = 2;
const TRIES = 5;

/** Asks; where the service is busy (503), again after as long as it says. `waiting` hears of it. */
export async function ask(path: string, init: RequestInit, waiting: () => void): Promise<Response> {
  for (let tries = 1; ; tries++) {
    try {
      return await send(path, init);
    } catch (e) {
      if (!(e instanceof ApiError) || e.status !== 503 || tries >= TRIES) throw e;
      waiting();
      await pause(1000 * (e.retryAfter > 0 ? Math.min(e.retryAfter, 60) : WAIT_S), init.signal ?? null);
    }
  }
}

function pause(ms: number, signal: AbortSignal | null): Promise<void> {
  return new Promise((done, failed) => {
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      failed(new DOMException("no longer wanted", "AbortError"));
    });
  });
}

/** What an answer says, if it speaks of the data that the page shows. */
async function read<T>(answer: Response): Promise<T> {
  const of = answer.headers.get("X-Data-Version") ?? version;
  if (version !== "" && of !== version) throw new NewData(of);
  return (await answer.json()) as T;
}

/** Whether the service answers, and on which data; does not wait for slow ones. */
export async function alive(): Promise<{ fresh: boolean }> {
  const h = await get<{ data_version: string }>("health");
  return { fresh: version === "" || h.data_version === version };
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return read(await send(path, signal ? { signal } : {}, patiently));
}

/** Figures and rules of the run. */
export function summary(): Promise<Summary> {
  return get("api/summary");
}

/** What a page begins with, all of one data version. */
export async function beginning(): Promise<[Summary, VillageColumns]> {
  version = "";
  const all = await Promise.all([get<Summary>("api/summary"), get<VillageColumns>("api/villages")]);
  const [s, v] = all;
  if (s.data_version !== v.data_version) return beginning();
  version = s.data_version;
  return all;
}

/** Indicators of every county and town, held against targets and the reference region. */
export function scorecard(): Promise<Scorecard> {
  return get("api/scorecard");
}

/** The first thousand villages of a ranking; waits where the service is busy. */
export async function rankings(asked: string, signal: AbortSignal): Promise<RankedVillage[]> {
  return (await read<Schemas["Ranking"]>(await ask(`api/rankings?${asked}`, { signal }, () => undefined))).rows;
}

/** Where the scorecard can be had as a table. */
export function scorecardUrl(f: "xlsx" | "csv"): string {
  return `api/scorecard?f=${f}`;
}

/** Where the gaps of a theme are kept. */
export const GAPS: Record<Theme, string> = { roads: "road_gaps", power: "power_gaps", water: "water_gaps", broadband: "broadband_gaps", services: "service_gaps" };

/** The collection that a gap is in, by its id `theme:kind:…`. */
export function collectionOf(gap: string): string {
  const [theme, kind] = gap.split(":");
  if (kind === "neighbours_unpaved") return "neighbour_gaps";
  if (kind === "fragile_access") return "fragile_access";
  const of: Record<string, string> = GAPS;
  return of[theme ?? ""] ?? GAPS.roads;
}

/** A text as CQL2 writes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Features of one answer; what is beyond comes with the next. */
const PAGE = 100_000;

/** Those of these properties that a collection has: what no feature of it has cannot be asked for. */
async function known(id: string, properties: readonly string[]): Promise<string[]> {
  const { properties: there } = await get<{ properties: Record<string, unknown> }>(`collections/${id}/queryables?f=json`);
  const names = Object.keys(there);
  return properties.filter((p) => names.some((n) => n === p || n.startsWith(`${p}.`)));
}

/** All features of a collection, with the properties named, or with all. */
export async function all<P>(id: string, properties: readonly string[] = []): Promise<Feature<Geometry, P>[]> {
  const named = properties.length > 0 ? await known(id, properties) : [];
  const only = named.length > 0 ? `&properties=${named.join(",")}` : "";
  let path: string | undefined = `collections/${id}/items?limit=${PAGE}${only}`;
  const out: Feature<Geometry, P>[] = [];
  while (path) {
    const page: FeatureCollection<Geometry, P> & { links?: { rel: string; href: string }[] } = await get(path);
    out.push(...page.features);
    path = page.links?.find((l) => l.rel === "next")?.href;
  }
  return out;
}

/** What lists and the map need of gaps; the rest comes when one is selected. */
const LISTED = ["id", "kind", "village", "village_name", "town", "county", "verdict", "severity", "confidence", "why", "people"] as const;
export type ListedProperties = Pick<GapProperties, (typeof LISTED)[number]> & Pick<GapProperties, "decided_by" | "class">;
export type ListedGap = Feature<Geometry, ListedProperties>;

/** All gaps of a collection, as lists need them; `more` are properties of the theme's own. */
export function listed(id: string, ...more: ("decided_by" | "class")[]): Promise<ListedGap[]> {
  return all(id, [...LISTED, ...more]);
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
