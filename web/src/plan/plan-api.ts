import type { Feature, FeatureCollection, Geometry } from "geojson";
import { ApiError } from "../api";
import type { Bilingual } from "../i18n";
import { thin, type CurvePoint } from "./curve";
import { scenario, type Edit } from "./edits";
import type { PlanTheme } from "./plan-state";

/** One piece of work of a plan, or one decision of the budget over all themes. */
export interface Work {
  /** Also what the address selects, after `plan_works/`. */
  id: string;
  theme: Exclude<PlanTheme, "all"> | "services";
  order: number;
  /** What it is: a road's surface, a route, the kind of power works; of all themes nothing. */
  surface: string;
  length_m: number | null;
  cost: number;
  cost_so_far: number;
  villages: string[];
  people: number | null;
  /** People, or need relieved, so far. */
  so_far: number;
  roads: string[];
  links: string[];
  source?: string;
  m3_d?: number;
  projects: string[];
  double_financed: number;
  geometry: Geometry | null;
}

export interface Everybody {
  cost: number;
  cost_at_least: number;
  gap_percent: number;
  one_by_one: number;
  each_alone: number;
  saved_percent: number;
  people: number;
  villages: number;
}

/** A plan as the page shows it, of one theme or of all. */
export interface Plan {
  theme: PlanTheme;
  currency: string;
  cost: number;
  villages: number;
  /** Connected; of all themes not known. */
  people: number | null;
  /** People, people times need, or need relieved; and what no plan for the money exceeds. */
  gain: number;
  gain_at_most: number | null;
  villages_asked: number | null;
  without_way: string[];
  /** By theme: how many have no remedy with a known cost. */
  without_remedy: Record<string, number>;
  planned: number;
  double_financed: number;
  everybody: Everybody | null;
  by_theme: Record<string, { villages: number; cost: number; relief: number }>;
  works: Work[];
  /** Villages that it serves: name, and the order of the work after which they are served. */
  served: Map<string, { name: string; after: number }>;
  curve: CurvePoint[];
  data_version: string;
}

interface ThemeAnswer extends FeatureCollection<Geometry, Omit<Work, "theme" | "geometry" | "so_far" | "links"> & { people_so_far: number }> {
  theme: Exclude<PlanTheme, "all">;
  currency: string;
  cost: number;
  villages_connected: number;
  people: number;
  gain: number;
  gain_at_most: number;
  villages_asked: number;
  villages_without_way: string[];
  villages_planned: string[];
  double_financed: number;
  everybody: Everybody;
  villages: { id: string; name: string; after: number }[];
  curve: { cost: number; people: number; villages: number; people_at_most: number | null }[];
  data_version: string;
}

interface AllAnswer {
  currency: string;
  cost: number;
  relief: number;
  relief_of_all: number;
  steps: {
    order: number;
    theme: Work["theme"];
    village: string;
    name: string;
    people: number | null;
    links: string[];
    cost: number;
    cost_so_far: number;
    relief: number;
    relief_so_far: number;
    projects: string[];
    double_financed: number;
  }[];
  by_theme: Plan["by_theme"];
  without_remedy: Record<string, number>;
  double_financed: number;
  planned: Record<string, number>;
  data_version: string;
}

/** Seconds to wait before a busy service is asked again, and how often. */
const WAIT_S = 2;
const TRIES = 5;

/** Asks; where the service is busy (503), again after as long as it says. `waiting` hears of it. */
export async function ask(path: string, init: RequestInit, waiting: () => void): Promise<Response> {
  for (let tries = 1; ; tries++) {
    let answer: Response;
    try {
      answer = await fetch(path, init);
    } catch (e) {
      if (e instanceof DOMException && e.name === "AbortError") throw e;
      throw new ApiError(0, String(e));
    }
    if (answer.ok) return answer;
    if (answer.status === 503 && tries < TRIES) {
      waiting();
      const said = Number(answer.headers.get("Retry-After"));
      await pause(1000 * (said > 0 ? Math.min(said, 60) : WAIT_S), init.signal ?? null);
      continue;
    }
    const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
    throw new ApiError(answer.status, problem.detail ?? answer.statusText);
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

/** The plan that a question (see `question`) asks for. */
export async function fetchPlan(path: string, signal: AbortSignal, waiting: () => void): Promise<Plan> {
  const answer = await ask(path, { signal }, waiting);
  const said = (await answer.json()) as ThemeAnswer | AllAnswer;
  return "steps" in said ? ofAll(said) : ofTheme(said);
}

export function ofTheme(a: ThemeAnswer): Plan {
  return {
    theme: a.theme,
    currency: a.currency,
    cost: a.cost,
    villages: a.villages_connected,
    people: a.people,
    gain: a.gain,
    gain_at_most: a.gain_at_most,
    villages_asked: a.villages_asked,
    without_way: a.villages_without_way,
    without_remedy: {},
    planned: a.villages_planned.length,
    double_financed: a.double_financed,
    everybody: a.everybody,
    by_theme: {},
    works: a.features.map((f) => ({ ...f.properties, theme: a.theme, so_far: f.properties.people_so_far, links: [f.properties.id], geometry: f.geometry })),
    served: new Map(a.villages.map((v) => [v.id, { name: v.name, after: v.after }])),
    curve: a.curve.map((p) => ({ cost: p.cost, gain: p.people, villages: p.villages, most: p.people_at_most })),
    data_version: a.data_version,
  };
}

/** Points of the curve of all themes: one for every so many decisions. */
const POINTS = 120;

export function ofAll(a: AllAnswer): Plan {
  const served = new Map<string, { name: string; after: number }>();
  for (const s of a.steps) if (!served.has(s.village)) served.set(s.village, { name: s.name, after: s.order });
  const reached = new Set<string>();
  const curve = a.steps.map((s): CurvePoint => {
    reached.add(s.village);
    return { cost: s.cost_so_far, gain: s.relief_so_far, villages: reached.size, most: null };
  });
  return {
    theme: "all",
    currency: a.currency,
    cost: a.cost,
    villages: served.size,
    people: null,
    gain: a.relief,
    gain_at_most: a.relief_of_all,
    villages_asked: null,
    without_way: [],
    without_remedy: a.without_remedy,
    planned: Object.values(a.planned).reduce((sum, n) => sum + n, 0),
    double_financed: a.double_financed,
    everybody: null,
    by_theme: a.by_theme,
    works: a.steps.map((s) => ({
      id: `${s.theme}-${s.village}`,
      theme: s.theme,
      order: s.order,
      surface: "",
      length_m: null,
      cost: s.cost,
      cost_so_far: s.cost_so_far,
      villages: [s.village],
      people: s.people,
      so_far: s.relief_so_far,
      roads: [],
      links: s.links,
      projects: s.projects,
      double_financed: s.double_financed,
      geometry: null,
    })),
    served,
    curve: thin([{ cost: 0, gain: 0, villages: 0, most: null }, ...curve], POINTS),
    data_version: a.data_version,
  };
}

/** A gap before and after a scenario. */
export interface Change {
  id: string;
  theme: string;
  kind: string;
  village: string | null;
  name: string;
  county: string | null;
  people: number | null;
  severity_before: number | null;
  severity_after: number | null;
  cost_before: number | null;
  cost_after: number | null;
  why: Bilingual;
}

export interface Tally {
  closed: number;
  opened: number;
  changed: number;
  villages: number;
  people: number;
  people_unknown: number;
}

export interface IndicatorFigures {
  share: number | null;
  missing: number | null;
  reached: boolean | null;
}

export interface Outcome {
  edits: number;
  road_cost: number;
  road_m: number;
  currency: string;
  by_theme: Record<string, Tally>;
  closed: Change[];
  opened: Change[];
  changed: Change[];
  scorecard: { id: string; name: string; indicators: Record<string, { name: Bilingual; before: IndicatorFigures; after: IndicatorFigures }> }[];
}

function posted(edits: Edit[], signal: AbortSignal | null): RequestInit {
  return { method: "POST", body: JSON.stringify(scenario(edits)), headers: { "Content-Type": "application/geo+json" }, ...(signal ? { signal } : {}) };
}

/** What the edits would change. */
export async function fetchOutcome(edits: Edit[], signal: AbortSignal, waiting: () => void): Promise<Outcome> {
  return (await (await ask("scenarios", posted(edits, signal), waiting)).json()) as Outcome;
}

/** The changes as a file. */
export async function fetchChanges(edits: Edit[], f: "csv" | "xlsx"): Promise<Blob> {
  return (await ask(`scenarios?f=${f}`, posted(edits, null), () => undefined)).blob();
}

/** Where villages are, and their names. */
export interface Place {
  name: string;
  at: [number, number];
}

async function slim(collection: string, properties: string): Promise<Feature<Geometry, { name?: string }>[]> {
  const answer = await ask(`collections/${collection}/items?properties=${properties}&limit=100000`, {}, () => undefined);
  return ((await answer.json()) as FeatureCollection<Geometry, { name?: string }>).features;
}

export async function fetchPlaces(): Promise<Map<string, Place>> {
  const all = await slim("villages", "name");
  return new Map(
    all.flatMap((f): [string, Place][] => {
      const [x, y] = f.geometry.type === "Point" ? f.geometry.coordinates : [];
      return x === undefined || y === undefined ? [] : [[String(f.id), { name: f.properties.name ?? String(f.id), at: [x, y] }]];
    }),
  );
}

/** Lines of a collection by id. */
export async function fetchLines(collection: string): Promise<Map<string, Geometry>> {
  return new Map((await slim(collection, "cost")).map((f): [string, Geometry] => [String(f.id), f.geometry]));
}
