import { parsePlan, planDefaults, writePlan, type PlanState } from "./plan/plan-state";
import { weightsOf, weightsText, type Some } from "./needs";
import { LISTS, TOPICS, type ListKind } from "./themes";

/** What villages are ranked by. */
export const BYS = ["need", "people", "value"] as const;
export type By = (typeof BYS)[number];

/** What the address bar remembers, so that a link shows the same page. */
export interface State {
  lang: "zh" | "en";
  theme: "light" | "dark";
  list: ListKind;
  q: string;
  county: string;
  kind: string;
  verdict: "" | "gap" | "unknown";
  town: string;
  /** Least severity, 0 for any. */
  severity: number;
  confidence: string;
  /** Weights of themes as the planner set them; null as the atlas has them. */
  weights: Some | null;
  by: By;
  priority: boolean;
  /** `collection/id` of what the drawer shows. */
  selected: string;
  /** The whole-page sheet in front of the map, as `village/ID`. */
  sheet: string;
  view: [number, number, number] | null;
  layers: string[];
  plan: PlanState;
}

export function defaults(): State {
  const dark = typeof matchMedia === "function" && matchMedia("(prefers-color-scheme: dark)").matches;
  return {
    lang: "zh",
    theme: dark ? "dark" : "light",
    list: "all",
    q: "",
    county: "",
    kind: "",
    verdict: "",
    town: "",
    severity: 0,
    confidence: "",
    weights: null,
    by: "need",
    priority: false,
    selected: "",
    sheet: "",
    view: null,
    layers: [],
    plan: planDefaults(),
  };
}

/** The end of the sliders. */
export const MAX_WEIGHT = 5;

export function parse(hash: string): State {
  const s = defaults();
  const p = new URLSearchParams(hash.replace(/^#/, ""));
  if (p.get("lang") === "en") s.lang = "en";
  const theme = p.get("theme");
  if (theme === "dark" || theme === "light") s.theme = theme;
  const list = TOPICS.flatMap((topic): ListKind[] => [...LISTS[topic]]).find((l) => l === p.get("list"));
  if (list) s.list = list;
  s.q = p.get("q") ?? "";
  s.county = p.get("county") ?? "";
  s.kind = p.get("kind") ?? "";
  const verdict = p.get("verdict");
  if (verdict === "gap" || verdict === "unknown") s.verdict = verdict;
  s.town = p.get("town") ?? "";
  const severity = Number(p.get("severity") ?? 0);
  if (severity > 0 && severity <= 1) s.severity = severity;
  s.confidence = p.get("confidence") ?? "";
  s.weights = weightsOf(p.get("weights") ?? "", MAX_WEIGHT);
  s.by = BYS.find((b) => b === p.get("by")) ?? "need";
  s.priority = p.get("priority") === "1";
  s.selected = p.get("sel") ?? "";
  s.sheet = p.get("sheet") ?? "";
  const view = (p.get("view") ?? "").split("/").map(Number);
  const [lng, lat, zoom] = view;
  if (view.length === 3 && view.every(Number.isFinite) && lng !== undefined && lat !== undefined && zoom !== undefined) {
    if (Math.abs(lat) <= 85 && Math.abs(lng) <= 180 && zoom >= 0 && zoom <= 22) s.view = [lng, lat, zoom];
  }
  s.layers = (p.get("layers") ?? "").split(",").filter(Boolean);
  s.plan = parsePlan(p);
  return s;
}

export function format(s: State): string {
  const d = defaults();
  const p = new URLSearchParams();
  if (s.lang !== "zh") p.set("lang", s.lang);
  if (s.theme !== d.theme) p.set("theme", s.theme);
  if (s.list !== d.list) p.set("list", s.list);
  for (const key of ["q", "county", "town", "kind", "verdict", "confidence"] as const) if (s[key]) p.set(key, s[key]);
  if (s.severity > 0) p.set("severity", String(s.severity));
  if (s.weights) p.set("weights", weightsText(s.weights));
  if (s.by !== d.by) p.set("by", s.by);
  if (s.priority) p.set("priority", "1");
  if (s.selected) p.set("sel", s.selected);
  if (s.sheet) p.set("sheet", s.sheet);
  if (s.view) p.set("view", `${s.view[0].toFixed(5)}/${s.view[1].toFixed(5)}/${s.view[2].toFixed(2)}`);
  if (s.layers.length > 0) p.set("layers", s.layers.join(","));
  writePlan(p, s.plan);
  return p.toString();
}
