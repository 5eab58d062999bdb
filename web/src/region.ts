import type { Feature, Point } from "geojson";
import type { Verdict, VillageColumns } from "./api";
import type { Box } from "./geometry";

/** Themes of villages, in the service's order. */
export const THEMES = ["roads", "power", "water", "broadband", "services"] as const;
export type Theme = (typeof THEMES)[number];

/** What the page knows of every village from the start; the rest is its feature. */
export interface BriefProperties {
  id: string;
  name: string;
  /** Syllables of the name in all readings, as the service writes them; null where nothing in it is Chinese. */
  pinyin: string | null;
  town: string | null;
  county: string | null;
  county_name: string | null;
  population: number | null;
  priority: boolean;
  status: string;
  /** Of the themes with data. */
  verdicts: Partial<Record<Theme, Verdict>>;
  /** Of the worst gap; null where the theme is not known. */
  severity: Partial<Record<Theme, number | null>>;
}
export type Brief = Feature<Point, BriefProperties>;

/** Villages of a county or town by their verdicts in one theme. */
export interface Tally {
  gap: number;
  ok: number;
  unknown: number;
}

/** A county, or a town, and where its villages lie. */
export interface Unit {
  id: string;
  name: string;
  /** Where a town lies. */
  county: string | null;
  target: boolean;
  villages: number;
  box: Box | null;
  at: [number, number];
  of: Record<Theme | "all", Tally>;
}

export interface Region {
  themes: Theme[];
  villages: Brief[];
  village: Map<string, Brief>;
  /** All villages together. */
  whole: Unit;
  counties: Unit[];
  towns: Unit[];
  weights: Record<Theme, number>;
}

const VERDICT: Record<string, Verdict> = { g: "gap", o: "ok", u: "unknown" };

/** Of all themes: a gap in any is a gap; else what is not known of any is not known of all. */
export function overall(v: Partial<Record<Theme, Verdict>>): Verdict {
  let found: Verdict = "ok";
  for (const t of THEMES) {
    if (v[t] === "gap") return "gap";
    if (v[t] === "unknown") found = "unknown";
  }
  return found;
}

const nobody = (): Tally => ({ gap: 0, ok: 0, unknown: 0 });

function unit(id: string, name: string, county: string | null, target = false): Unit {
  return { id, name, county, target, villages: 0, box: null, at: [0, 0], of: { all: nobody(), roads: nobody(), power: nobody(), water: nobody(), broadband: nobody(), services: nobody() } };
}

function count(u: Unit, v: Brief, all: Verdict): void {
  const [x = 0, y = 0] = v.geometry.coordinates;
  // In place: a large region has tens of thousands of these.
  if (u.box) {
    u.box[0] = Math.min(u.box[0], x);
    u.box[1] = Math.min(u.box[1], y);
    u.box[2] = Math.max(u.box[2], x);
    u.box[3] = Math.max(u.box[3], y);
  } else u.box = [x, y, x, y];
  u.villages += 1;
  u.at[0] += (x - u.at[0]) / u.villages;
  u.at[1] += (y - u.at[1]) / u.villages;
  for (const theme of THEMES) {
    const said = v.properties.verdicts[theme];
    if (said) u.of[theme][said] += 1;
  }
  u.of.all[all] += 1;
}

/** The key of a town, as the service has it, too: names of towns repeat between counties. */
export function townKey(county: string | null, town: string): string {
  return `${county ?? ""}/${town}`;
}

/** Rows from the service's columns, counted by county and town. */
export function region(c: VillageColumns): Region {
  const columns = THEMES.flatMap((t) => {
    const of = c.themes[t];
    return of ? [[t, of] as const] : [];
  });
  const counties = new Map(c.counties.id.map((id, i) => [id, unit(id, c.counties.name[i] ?? id, null, c.counties.target[i] ?? false)]));
  const towns = new Map<string, Unit>();
  const whole = unit("", "", null);
  const villages = c.id.map((id, i): Brief => {
    const county = c.county[i] ?? null;
    const verdicts: BriefProperties["verdicts"] = {};
    const severity: BriefProperties["severity"] = {};
    for (const [t, of] of columns) {
      verdicts[t] = VERDICT[of.verdict[i] ?? "u"] ?? "unknown";
      severity[t] = of.severity[i] ?? null;
    }
    const v: Brief = {
      type: "Feature",
      geometry: { type: "Point", coordinates: [c.lon[i] ?? 0, c.lat[i] ?? 0] },
      properties: {
        id,
        name: c.name[i] ?? id,
        pinyin: c.pinyin[i] ?? null,
        town: c.town[i] ?? null,
        county,
        county_name: county === null ? null : (counties.get(county)?.name ?? county),
        population: c.population[i] ?? null,
        priority: c.priority[i] ?? false,
        status: c.status[i] ?? "",
        verdicts,
        severity,
      },
    };
    const all = overall(verdicts);
    count(whole, v, all);
    if (county !== null) {
      const u = counties.get(county) ?? unit(county, county, null);
      counties.set(county, u);
      count(u, v, all);
    }
    const town = v.properties.town;
    if (town !== null) {
      const key = townKey(county, town);
      const u = towns.get(key) ?? unit(key, town, county);
      towns.set(key, u);
      count(u, v, all);
    }
    return v;
  });
  const weight = (t: Theme): number => c.weights[t] ?? 1;
  return {
    themes: columns.map(([t]) => t),
    villages,
    village: new Map(villages.map((v) => [v.properties.id, v])),
    whole,
    counties: [...counties.values()],
    towns: [...towns.values()],
    weights: { roads: weight("roads"), power: weight("power"), water: weight("water"), broadband: weight("broadband"), services: weight("services") },
  };
}
