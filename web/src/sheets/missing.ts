import type { Verdict } from "../api";
import type { Figure } from "../themes/scorecard-data";
import type { ServiceClass } from "../themes/services-data";
import type { Place, SheetGap, SheetVillage } from "./data";

/** A village, school, pair of neighbours or source that an indicator counts. */
export interface Entry {
  name: string;
  town: string;
  people: number | null;
}

export interface Missing {
  gap: Entry[];
  unknown: Entry[];
}

/** What a county's indicators are counted from. */
export interface Counted {
  villages: readonly SheetVillage[];
  /** Whether the atlas marks any village as a priority; without marks all are. */
  marked: boolean;
  classes: readonly ServiceClass[];
  schools: readonly (Place & { state: string })[];
  roadGaps: readonly SheetGap[];
  pairs: readonly SheetGap[];
  sources: readonly { id: string; name: string | null; tests: number }[];
}

function voltage(p: SheetVillage): Verdict {
  if (p.power_kinds?.includes("low_voltage")) return "gap";
  return p.power_worst_pu != null || p.power_modelled_pu != null || p.power_supply_m != null ? "ok" : "unknown";
}

function travel(p: SheetVillage, classes: readonly ServiceClass[]): Verdict {
  const all = classes.filter((c) => c.asks === "travel").map((c) => p.services?.[c.key]?.verdict ?? "unknown");
  return all.includes("gap") ? "gap" : all.includes("unknown") ? "unknown" : "ok";
}

/** How a village stands to an indicator; null where indicators of this kind do not ask villages. */
function verdict(key: string, p: SheetVillage, c: Counted): Verdict | null {
  switch (key) {
    case "paved":
    case "merged_paved":
      return p.road_verdict;
    case "voltage":
      return voltage(p);
    case "three_phase":
      return p.three_phase === "yes" ? "ok" : p.three_phase === "no" ? "gap" : "unknown";
    case "safe_water":
      return p.water_verdict ?? "unknown";
    case "broadband":
      return p.broadband_verdict ?? "unknown";
    case "station":
      return p.services?.["station"]?.verdict ?? "unknown";
    case "services":
      return travel(p, c.classes);
    default:
      return null;
  }
}

function applies(of: string, p: SheetVillage, marked: boolean): boolean {
  return of === "administrative" ? p.status === "administrative" : of === "merged" ? p.status === "merged" : of === "priority" ? p.priority || !marked : true;
}

function sort(all: [Verdict, Entry][]): Missing {
  const by = (a: Entry, b: Entry): number => a.town.localeCompare(b.town, "zh-CN") || a.name.localeCompare(b.name, "zh-CN");
  const of = (v: Verdict): Entry[] => all.filter(([x]) => x === v).map(([, e]) => e).sort(by);
  return { gap: of("gap"), unknown: of("unknown") };
}

function schools(c: Counted): Missing {
  const found = new Map(c.roadGaps.filter((g) => g.kind === "school_unpaved").map((g) => [g.place, g.verdict]));
  return sort(c.schools.map((s): [Verdict, Entry] => [s.state === "connected" ? "ok" : s.state === "no_data" ? "unknown" : (found.get(s.id) ?? "gap"), { name: s.name, town: "", people: null }]));
}

function pairs(c: Counted): Missing {
  // A pair across a border is both sides' concern.
  const own = new Set(c.villages.map((v) => v.id));
  return sort(c.pairs.filter((g) => own.has(g.village ?? "") || own.has(g.other ?? "")).map((g) => [g.verdict, { name: g.village_name, town: "", people: null }]));
}

/** Who does not reach an indicator, and of whom nobody knows; null for indicators that no list can show. */
export function missing(f: Pick<Figure, "key" | "of">, c: Counted): Missing | null {
  if (f.of === "schools") return schools(c);
  if (f.of === "pairs") return pairs(c);
  if (f.of === "sources") return sort(c.sources.map((s) => [s.tests > 0 ? "ok" : "gap", { name: s.name ?? s.id, town: "", people: null }]));
  const all: [Verdict, Entry][] = [];
  for (const p of c.villages) {
    const v = applies(f.of, p, c.marked) ? verdict(f.key, p, c) : null;
    if (v) all.push([v, { name: p.name, town: p.town ?? "", people: p.population }]);
  }
  return f.of === "people" || f.of === "households" ? null : sort(all);
}

/** Entries by their town, in order. */
export function byTown(all: readonly Entry[]): [string, Entry[]][] {
  const out = new Map<string, Entry[]>();
  for (const e of all) out.set(e.town, [...(out.get(e.town) ?? []), e]);
  return [...out];
}
