import type { Feature, Geometry } from "geojson";
import { all, listed, type ListedGap, type Schemas, type Summary, type Verdict, type Village } from "../api";
import type { Bilingual } from "../i18n";

export type SourceState = Schemas["SourceState"];
/** Worst first, as the service orders its sources. */
export const STATES: readonly SourceState[] = ["unsafe", "unimproved", "untested", "unknown", "safe"];
export type Grade = Schemas["Grade"];
export const CRITERIA = ["quality", "quantity", "convenience", "reliability"] as const;
export type Criterion = (typeof CRITERIA)[number];
/** Rungs of the WHO/UNICEF JMP ladder, highest first. */
export const RUNGS = ["safely_managed", "basic", "limited", "unimproved", "surface_water"] as const;

export type WaterCounts = Schemas["WaterCounts"];
export type WaterRules = Schemas["WaterRules"];
type Pair = Schemas["Grades"];
/** A test that counts, beside its limit. */
export type Test = Schemas["Exceedance"];
export type SourceProperties = Schemas["WaterSourceProperties"];
export type WaterLinkProperties = Schemas["WaterLinkProperties"];

export type Source = Feature<Geometry, SourceProperties>;
export type WaterLink = Feature<Geometry, WaterLinkProperties>;

/** What the theme fetches when its tab opens first. */
export interface WaterData {
  gaps: ListedGap[];
  sources: Source[];
  source: Map<string, Source>;
  links: WaterLink[];
  areas: Feature<Geometry, { id: string }>[];
  /** Villages on a source, by its id. */
  users: Map<string, Village[]>;
  /** Names of what is tested. */
  names: Map<string, Bilingual>;
}

export async function loadWater(summary: Summary, villages: Village[]): Promise<WaterData> {
  const there = new Set(summary.collections.map((c) => c.id));
  const [gaps, sources, links, areas] = await Promise.all([
    listed("water_gaps", "decided_by"),
    all<SourceProperties>("water_sources"),
    all<WaterLinkProperties>("water_links"),
    there.has("water_areas") ? all<{ id: string }>("water_areas") : [],
  ]);
  const names = new Map(sources.flatMap((s) => s.properties.results.map((r): [string, Bilingual] => [r.parameter, { zh: r.zh, en: r.en }])));
  for (const g of gaps) g.properties.why = tidy(g.properties.why);
  return { gaps, sources, source: new Map(sources.map((s) => [s.properties.id, s])), links, areas, users: usersOf(villages), names };
}

/** Without the brackets of a factor that there is none of. */
export function tidy(b: Bilingual): Bilingual {
  const bare = (s: string): string => s.replace(/\s*(（）|\(\))/g, "");
  return { zh: bare(b.zh), en: bare(b.en) };
}

/** Villages by the source they use. */
export function usersOf(villages: Village[]): Map<string, Village[]> {
  const out = new Map<string, Village[]>();
  for (const v of villages) {
    const s = v.properties.water_source;
    if (s) out.set(s, [...(out.get(s) ?? []), v]);
  }
  return out;
}

/** Gaps of villages; those of sources tell the same as the sources themselves. */
export function villageGaps(d: WaterData): ListedGap[] {
  return d.gaps.filter((g) => g.properties.village);
}

/** People who depend on a source: its villages', else the users on its record. */
export function dependents(p: SourceProperties): number | null {
  return p.people ?? p.users;
}

export function verdictOf(s: SourceState): Verdict {
  return s === "safe" ? "ok" : s === "unsafe" || s === "unimproved" ? "gap" : "unknown";
}

/** How far a source is over its limit, 0–1: at `severe` times the limit it is 1, and so where nothing is allowed. */
export function severityOf(p: SourceProperties, severe: number): number {
  if (p.state === "unimproved") return 1;
  if (p.state !== "unsafe") return 0;
  const f = p.worst?.factor;
  return f === null || f === undefined ? 1 : Math.max(0, Math.min(1, (f - 1) / (severe - 1)));
}

/** People connected per 10,000 of the currency. */
export function perCost(p: WaterLinkProperties): number | null {
  return p.people === null || p.cost <= 0 ? null : (p.people * 10_000) / p.cost;
}

/** The grade that an amount of water gets by a pair of lower limits. */
function gradeOf(litres: number, pair: Pair): Grade {
  return litres >= pair.safe ? "safe" : litres >= pair.basic ? "basically_safe" : "unsafe";
}

/** Which pair of limits the service took, where the grade tells: those of plenty, those of scarcity, or null. */
export function pairTaken(litres: number, grade: Grade | undefined, rules: Pick<WaterRules, "litres" | "litres_scarce">): "litres" | "litres_scarce" | null {
  const plenty = gradeOf(litres, rules.litres) === grade;
  const scarce = gradeOf(litres, rules.litres_scarce) === grade;
  return plenty === scarce ? null : plenty ? "litres" : "litres_scarce";
}

const EARTH_M = 6_371_009;

/** Metres between two points, on a sphere: enough for a radius around a well. */
export function metresBetween(a: readonly number[], b: readonly number[]): number {
  const [ax = 0, ay = 0] = a;
  const [bx = 0, by = 0] = b;
  const rad = Math.PI / 180;
  const x = (bx - ax) * rad * Math.cos(((ay + by) / 2) * rad);
  return EARTH_M * Math.hypot(x, (by - ay) * rad);
}

export function at(f: Feature): readonly number[] {
  return f.geometry.type === "Point" ? f.geometry.coordinates : [];
}

/** How far around an untested source its neighbours tell something of it. */
export const AROUND_M = 5000;

/** Tested sources around a point, and how many of them are unsafe. */
export function around(point: readonly number[], sources: Source[], radius = AROUND_M): { tested: number; unsafe: number } {
  const near = sources.filter((s) => {
    const p = s.properties;
    return p.tests > 0 && p.state !== "unknown" && metresBetween(point, at(s)) <= radius;
  });
  return { tested: near.length, unsafe: near.filter((s) => s.properties.results.some((r) => r.exceeds)).length };
}
