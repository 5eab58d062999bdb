import type { Feature, Geometry } from "geojson";
import { all, ask, type Schemas } from "../api";
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
  /** Of one budget over all themes: `budget`, or the floor that asked for it. */
  paid_by: string;
  roads: string[];
  links: string[];
  source?: string;
  m3_d?: number;
  projects: string[];
  double_financed: number;
  geometry: Geometry | null;
}

export type Everybody = Schemas["Everybody"];

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

type ThemeAnswer = Omit<Schemas["ThemePlanWorks"], "theme" | "features"> & { theme: Exclude<PlanTheme, "all">; features: Feature<Geometry, Schemas["PlanWorkProperties"]>[] };
type Step = Pick<Schemas["BudgetStep"], "order" | "theme" | "village" | "name" | "people" | "links" | "cost" | "cost_so_far" | "relief" | "relief_so_far" | "paid_by" | "projects" | "double_financed">;
type AllAnswer = Pick<Schemas["BudgetPlan"], "currency" | "cost" | "relief" | "relief_of_all" | "by_theme" | "without_remedy" | "double_financed" | "planned" | "data_version"> & { steps: Step[] };

/** The plan that a question (see `question`) asks for. */
export async function fetchPlan(path: string, signal: AbortSignal, waiting: () => void): Promise<Plan> {
  const answer = await ask(path, { signal }, waiting);
  const said = (await answer.json()) as ThemeAnswer | AllAnswer;
  return "steps" in said ? ofAll(said) : ofTheme(said);
}

function ofTheme(a: ThemeAnswer): Plan {
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
    works: a.features.map((f) => ({ ...f.properties, theme: a.theme, so_far: f.properties.people_so_far, paid_by: "budget", links: [f.properties.id], geometry: f.geometry })),
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
      paid_by: s.paid_by,
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
export type Change = Schemas["Change"];
export type Tally = Schemas["Tally"];
export type IndicatorFigures = Schemas["IndicatorFigures"];
export type Outcome = Schemas["Outcome"];

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

/** Lines of a collection by id. */
export async function fetchLines(collection: string): Promise<Map<string, Geometry>> {
  return new Map((await all(collection, ["cost"])).map((f): [string, Geometry] => [String(f.id), f.geometry]));
}
