import type { Feature, Geometry } from "geojson";
import { ApiError, get, quoted, type GapProperties, type Schemas, type Summary, type Verdict, type VillageProperties } from "../api";
import type { Bilingual } from "../i18n";
import { THEMES, type Theme } from "../region";

/** What sheets read of the summary beside what the map does. */
export type SheetSummary = Summary & {
  rules?: { access_m: number; neighbour_detour: number };
  rules_power?: { power_access_m: number; supply_radius_m: number; max_grid_m: number; supply_hours: number };
};

export type SheetGap = GapProperties;
export type SheetVillage = VillageProperties;
export type Project = Schemas["ProjectProperties"];
export type Ranking = Schemas["Ranking"];
export type Rank = Schemas["RankRow"];
export type Part = Schemas["RankPart"];

export interface Place {
  id: string;
  name: string;
  town?: string | null;
  county?: string | null;
}

type Query = Record<string, string>;

/** Features of a collection that match; none where the atlas has no such collection. */
export async function items<P>(s: SheetSummary, collection: string, query: Query): Promise<Feature<Geometry, P>[]> {
  if (!s.collections.some((c) => c.id === collection && c.count > 0)) return [];
  const p = new URLSearchParams({ limit: "100000", ...query });
  return (await get<{ features: Feature<Geometry, P>[] }>(`collections/${collection}/items?${p.toString()}`)).features;
}

/** Features by their ids; asked for in parts, for addresses have an end. */
export async function byIds<P>(s: SheetSummary, collection: string, ids: readonly string[]): Promise<Feature<Geometry, P>[]> {
  const all = [...new Set(ids)];
  const parts: string[][] = [];
  for (let i = 0; i < all.length; i += 40) parts.push(all.slice(i, i + 40));
  const got = await Promise.all(parts.map((part) => items<P>(s, collection, { filter: `id IN (${part.map(quoted).join(",")})` })));
  return got.flat();
}

/** Villages of a county (null: all) by need. */
export function ranking(county: string | null): Promise<Ranking> {
  return get(`api/rankings?limit=100000${county === null ? "" : `&county=${encodeURIComponent(county)}`}`);
}

/** Null where the service has none. */
export async function optional<T>(path: string): Promise<T | null> {
  return get<T>(path).catch((e: unknown) => {
    if (e instanceof ApiError && e.status === 404) return null;
    throw e;
  });
}

/** Themes that the atlas has data on. */
export function themesOf(s: Pick<Summary, "themes">): Theme[] {
  return THEMES.filter((x) => s.themes?.includes(x) ?? x === "roads");
}

export function verdictOf(theme: Theme, p: Pick<VillageProperties, "road_verdict" | "power_verdict" | "water_verdict" | "broadband_verdict" | "services_verdict">): Verdict {
  return { roads: p.road_verdict, power: p.power_verdict, water: p.water_verdict, broadband: p.broadband_verdict, services: p.services_verdict }[theme] ?? "unknown";
}

/** The department in charge of a theme, from the rules of the atlas. */
export function departmentOf(s: Summary, theme: Theme): Bilingual | null {
  const key = theme === "roads" ? "rules" : `rules_${theme}`;
  const rules = (s as unknown as Record<string, { department?: Bilingual } | undefined>)[key];
  return rules?.department ?? null;
}
