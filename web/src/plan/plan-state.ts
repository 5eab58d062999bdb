import { floorsIn, floorsText, parseFloors, type Floor } from "./floors";
import { weightsOf, weightsText, whole, type Weights } from "../needs";
import { ADDRESS_LIMIT, decode, encode, type Edit } from "./edits";

/** What can be planned: a theme, or one budget over all of them. */
export const PLANS = ["roads", "power", "water", "broadband", "all"] as const;
export type PlanTheme = (typeof PLANS)[number];
/** What the address remembers of the plan and of the scenario. */
export interface PlanState {
  theme: PlanTheme;
  /** null: enough for everybody. */
  budget: number | null;
  weigh: "people" | "need";
  /** null: those of the atlas. */
  weights: Weights | null;
  /** So much at least for themes and counties; of one budget over all themes. */
  floors: Floor[];
  unknown: boolean;
  /** Leave out what projects do anyway. */
  exclude: boolean;
  /** Works that stand so far; null: all of them. */
  step: number | null;
  edits: Edit[];
}

export function planDefaults(): PlanState {
  return { theme: "roads", budget: null, weigh: "people", weights: null, floors: [], unknown: false, exclude: false, step: null, edits: [] };
}

/** Edits that are too long for the address; it then says only that there are some. */
let held: Edit[] = [];
const HELD = "*";

function amount(text: string | null): number | null {
  const n = text === null || text === "" ? NaN : Number(text);
  return Number.isFinite(n) && n >= 0 ? n : null;
}

export function parsePlan(p: URLSearchParams): PlanState {
  const s = planDefaults();
  s.theme = PLANS.find((t) => t === p.get("plan")) ?? s.theme;
  s.budget = amount(p.get("budget"));
  if (p.get("weigh") === "need") s.weigh = "need";
  const weights = weightsOf(p.get("plan-weights") ?? "");
  s.weights = weights && whole(weights);
  s.floors = parseFloors(p.get("floors") ?? "");
  s.unknown = p.get("unknown") === "1";
  s.exclude = p.get("planned") === "exclude";
  const step = amount(p.get("step"));
  s.step = step === null ? null : Math.floor(step);
  const edits = p.get("edits") ?? "";
  s.edits = edits === HELD ? held : decode(edits);
  return s;
}

export function writePlan(p: URLSearchParams, s: PlanState): void {
  if (s.theme !== "roads") p.set("plan", s.theme);
  if (s.budget !== null) p.set("budget", String(s.budget));
  if (s.weigh === "need") p.set("weigh", "need");
  if (s.weights) p.set("plan-weights", weightsText(s.weights));
  if (s.floors.length > 0) p.set("floors", floorsText(s.floors));
  if (s.unknown) p.set("unknown", "1");
  if (s.exclude) p.set("planned", "exclude");
  if (s.step !== null) p.set("step", String(s.step));
  if (s.edits.length === 0) return;
  const long = tooLong(s.edits);
  if (long) held = s.edits;
  p.set("edits", long ? HELD : encode(s.edits));
}

/** Whether the address cannot carry these edits. */
export function tooLong(edits: Edit[]): boolean {
  return encode(edits).length > ADDRESS_LIMIT;
}

/** Whether the way from one to the other is a step of the back button. The order played through is none. */
export function isStep(a: PlanState, b: PlanState): boolean {
  const of = (s: PlanState): string => JSON.stringify({ ...s, step: null });
  return a !== b && of(a) !== of(b);
}

/** The question for the service. Without a budget it answers for everybody, with the curve. */
export function question(s: PlanState, county: string, budget: number | null, f: "geojson" | "csv" | "xlsx" | null): string {
  const p = new URLSearchParams();
  // One budget over all themes has no plan for everybody: so much pays for all.
  const all = s.theme === "all";
  if (budget !== null || all) p.set("budget", String(budget ?? 1e15));
  if (!all && s.weigh === "need") p.set("weigh", "need");
  if (s.weights && (all || s.weigh === "need")) p.set("weights", weightsText(s.weights));
  if (county) p.set("county", county);
  const floors = all ? floorsIn(s.floors, county) : [];
  if (floors.length > 0) p.set("floors", floorsText(floors));
  if (!all && s.unknown) p.set("unknown", "true");
  if (s.exclude) p.set("planned", "exclude");
  if (f && !(all && f === "geojson")) p.set("f", f);
  const text = p.toString();
  return `api/plans/${s.theme}${text ? `?${text}` : ""}`;
}
