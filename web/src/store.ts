import {
  all,
  beginning,
  collectionOf,
  listed,
  one,
  type County,
  type CountyProperties,
  type Gap,
  type Link,
  type LinkProperties,
  type ListedGap,
  type Summary,
  type Verdict,
  type Village,
  type VillageProperties,
} from "./api";
import type { Feature, Geometry } from "geojson";
import { isChanges, topicOf, type ListKind, type Topic } from "./themes";
import { kept, previous } from "./sheets/runs";
import { overall, region, THEMES, type Brief, type BriefProperties, type Region, type Tally, type Theme, type Unit } from "./region";
import { loadChanges, type Changes } from "./themes/changes-data";
import { loadBroadband, type BroadbandData } from "./themes/broadband-data";
import { loadPower, type PowerData } from "./themes/power-data";
import { loadServices, type ServicesData } from "./themes/services-data";
import type { Scorecard } from "./themes/scorecard-data";
import { loadWater, type WaterData } from "./themes/water-data";

export interface PlaceProperties {
  id: string;
  name: string;
  state: string;
  county?: string | null;
}

/** Of the roads theme. */
export interface RoadsData {
  gaps: ListedGap[];
  links: Link[];
}

/** What the page knows of the region. The rest of a village or gap comes when it is selected, lines on the map as tiles. */
export interface Data {
  summary: Summary;
  region: Region;
  village: Map<string, Brief>;
  /** Names of counties by their codes. */
  county: Map<string, string>;
  /** Whole features by `collection/id`, as they were asked for; null where there is none. */
  full: Map<string, Feature | null>;
  /** Keys of features that are there with all they lead to. */
  told: Set<string>;
  /** Parts that were asked for. */
  coming: Map<Part, Promise<void>>;
  /** These come when their tab, list or layer opens first. */
  roads: RoadsData | null;
  neighbours: ListedGap[] | null;
  fragile: ListedGap[] | null;
  schools: Feature<Geometry, PlaceProperties>[] | null;
  seats: Feature<Geometry, PlaceProperties>[] | null;
  /** Villages and counties whole, for themes that tell more of them. */
  villages: Village[] | null;
  counties: County[] | null;
  power: PowerData | null;
  water: WaterData | null;
  broadband: BroadbandData | null;
  services: ServicesData | null;
  scorecard: Scorecard | null;
  /** The last run that was kept of other data; null where there is none. */
  since: { date: string } | null;
  /** What became of gaps since then. */
  changes: Changes | null;
}
export type Part = Exclude<keyof Data, "summary" | "region" | "village" | "county" | "full" | "told" | "coming" | "scorecard" | "since">;

/** What the first paint needs: a few hundred kilobytes, whatever the region. */
export async function load(): Promise<Data> {
  // A store that does not answer is as none: all else shows without it.
  const [[s, columns], runs] = await Promise.all([beginning(), kept().catch(() => [])]);
  const r = region(columns);
  return {
    summary: s,
    region: r,
    village: r.village,
    county: new Map(r.counties.map((c) => [c.id, c.name])),
    full: new Map(),
    told: new Set(),
    coming: new Map(),
    roads: null,
    neighbours: null,
    fragile: null,
    schools: null,
    seats: null,
    villages: null,
    counties: null,
    power: null,
    water: null,
    broadband: null,
    services: null,
    scorecard: null,
    since: previous(runs, s.data_version),
    changes: null,
  };
}

/** Properties of villages that lists and signs are made of, beside those of each theme. */
const OF_VILLAGES = ["id", "name", "town", "county", "population", "priority"];
const OF_THEMES: Partial<Record<Theme, string[]>> = {
  water: ["water_source", "water_verdict", "water_decided_by"],
  broadband: ["broadband_verdict", "reported_mobile"],
  services: ["services_verdict", "services"],
};

function wholeVillages(d: Data): Promise<Village[]> {
  return all<VillageProperties>("villages", [...OF_VILLAGES, ...d.region.themes.flatMap((t) => OF_THEMES[t] ?? [])]);
}

async function loadRoads(): Promise<RoadsData> {
  const [gaps, links] = await Promise.all([listed("road_gaps"), all<LinkProperties>("road_links")]);
  return { gaps, links };
}

async function changesOf(d: Data): Promise<Changes> {
  const found = d.since ? await loadChanges(d.since.date) : null;
  // The run was dropped meanwhile.
  if (!found) d.since = null;
  return found ?? { from: "", all: [], tallies: [] };
}

/** How each part comes, and which have to be there before. */
const PARTS: { [P in Part]: { after?: Part[]; load: (d: Data) => Promise<NonNullable<Data[P]>> } } = {
  roads: { load: loadRoads },
  neighbours: { load: () => listed("neighbour_gaps") },
  fragile: { load: () => listed("fragile_access") },
  schools: { load: () => all("schools") },
  seats: { load: () => all("seats") },
  villages: { load: wholeVillages },
  counties: { load: () => all<CountyProperties>("counties") },
  power: { load: loadPower },
  water: { after: ["villages", "counties"], load: (d) => loadWater(d.summary, d.villages ?? []) },
  broadband: { after: ["villages"], load: (d) => loadBroadband(d.summary) },
  changes: { load: changesOf },
  services: { after: ["villages", "schools", "seats"], load: (d) => loadServices(d.summary, d.villages ?? [], d.schools ?? [], d.seats ?? []) },
};

/** Fetches a part once, and first what it is made from; a part that failed is asked for again the next time. */
export function fetchPart(d: Data, part: Part): Promise<void> {
  const now = d.coming.get(part);
  if (now) return now;
  const made = fetchNow(d, part).catch((e: unknown) => {
    d.coming.delete(part);
    throw e;
  });
  d.coming.set(part, made);
  return made;
}

async function fetchNow<P extends Part>(d: Data, part: P): Promise<void> {
  const how = PARTS[part];
  await Promise.all((how.after ?? []).map((p) => fetchPart(d, p)));
  (d as Record<P, NonNullable<Data[P]>>)[part] = await how.load(d);
}

/** What a list is made from. */
export function partsOf(list: ListKind, layers: readonly string[]): Part[] {
  const theme = themeOf(topicOf(list) ?? "roads");
  const own = (["neighbours", "fragile"] as const).filter((l) => l === list);
  const optional = (["schools", "seats"] as const).filter((l) => layers.includes(l));
  return [...(theme === "all" ? [] : [theme]), ...own, ...(isChanges(list) ? (["changes"] as const) : []), ...optional];
}

async function whole(d: Data, key: string): Promise<Feature | null> {
  const known = d.full.get(key);
  if (known !== undefined) return known;
  const cut = key.indexOf("/");
  const found = await one<object>(key.slice(0, cut), key.slice(cut + 1));
  d.full.set(key, found as Feature | null);
  return found as Feature | null;
}

/** Features that are told whole, with what they lead to: a village to its gaps, a gap to its village and what would close it. */
const WHOLE = /^(villages|road_gaps|road_links|neighbour_gaps|fragile_access|power_gaps|water_gaps|broadband_gaps|service_gaps|supply_points|power_lines)\//;

/** Whether everything that the drawer tells of `key` is there. */
export function isWhole(d: Data, key: string): boolean {
  return !WHOLE.test(key) || d.told.has(key);
}

/** Fetches a selected feature whole. */
export async function fetchWhole(d: Data, key: string): Promise<void> {
  const f = await whole(d, key);
  const p = f?.properties ?? {};
  const village = key.startsWith("villages/") ? f : typeof p["village"] === "string" ? await whole(d, `villages/${p["village"]}`) : null;
  const gaps = (village?.properties?.["gaps"] as string[] | undefined) ?? [];
  const found = await Promise.all(gaps.map((g) => whole(d, `${collectionOf(g)}/${g}`)));
  const works = [f, ...found].flatMap((g) => (g?.properties?.["remedy"] as { links?: string[] } | null | undefined)?.links?.map((l) => [g, l] as const) ?? []);
  const own = ((village ?? f)?.properties?.["links"] as string[] | undefined) ?? [];
  const roads = [...works.filter(([g]) => String(g?.properties?.["id"]).startsWith("roads:")).map(([, l]) => l), ...own];
  await Promise.all([...new Set(roads)].map((l) => whole(d, `road_links/${l}`)));
  d.told.add(key);
}

/** A gap as it was fetched whole. */
export function gapWhole(d: Data, id: string): Gap | undefined {
  return (d.full.get(`${collectionOf(id)}/${id}`) ?? undefined) as Gap | undefined;
}

/** What colours of a topic are about: a theme, or all. */
export function themeOf(topic: Topic): Theme | "all" {
  return THEMES.find((t) => t === topic) ?? "all";
}

export function verdictOf(topic: Topic, p: BriefProperties): Verdict {
  const theme = themeOf(topic);
  return theme === "all" ? overall(p.verdicts) : (p.verdicts[theme] ?? "unknown");
}

/** Villages of a county or town with a gap, among those of which it is known; no share where nothing is. */
export function unitShare(topic: Topic, u: Unit): { share: number | null; part: number } {
  const c = u.of[themeOf(topic)];
  const known = c.gap + c.ok;
  return { share: known > 0 ? c.gap / known : null, part: c.gap };
}

/** Villages of the region by their verdicts in a theme. */
export function counted(topic: Topic, d: Data): Tally {
  return d.region.whole.of[themeOf(topic)];
}
