import type { FeatureCollection, Geometry, Point, Position } from "geojson";
import { collectionOf, get } from "../api";
import type { Theme } from "../region";
import { CLASSES, comparison, type Class, type Comparison, type GapChange } from "../sheets/runs";

/** A gap in one run, with what its lists tell beyond what every gap has. */
type Then = NonNullable<GapChange["before"]> & { town?: string | null; class?: string | null; villages?: string[] };

/** What became of one gap, where it lies, and what a row of it selects: the gap where there still is one, else the change. */
export interface Became {
  key: string;
  change: GapChange;
  at: Position | null;
}

/** What became of all gaps since an earlier run; those that are still the same are counted alone. */
export interface Changes {
  from: string;
  /** In the order of the list. */
  all: Became[];
  tallies: Comparison["tallies"];
}

/** A place on the map where gaps were closed, or opened. */
export interface Place {
  sign: "closed" | "opened";
  at: Position;
  /** What there is to select, in the order of the list. */
  keys: string[];
  /** The other sign stands here, too. */
  both: boolean;
}

/** What is new comes first, then what is done. */
export const ORDER: readonly Class[] = ["opened", "closed", "changed", "entered", "doubted", "settled", "left"];

/** Classes that a sign on the map stands for. */
export const SIGNED: Record<Place["sign"], readonly Class[]> = { closed: ["closed", "settled"], opened: ["opened", "entered"] };

/** The gap as it is, or as it was. */
export function gapOf(c: GapChange): Then | null {
  return c.after ?? c.before;
}

export function keyOf(c: GapChange): string {
  return c.after ? `${collectionOf(c.after.id)}/${c.after.id}` : `changes/${c.id}`;
}

/** How much hangs on it: severity × people. */
export function weightOf(c: GapChange): number {
  return (gapOf(c)?.severity ?? 0) * (c.people ?? 0);
}

export function inOrder(all: readonly Became[]): Became[] {
  const class_ = (b: Became): number => ORDER.indexOf(b.change.class);
  return [...all].sort((a, b) => class_(a) - class_(b) || weightOf(b.change) - weightOf(a.change) || (a.key < b.key ? -1 : 1));
}

/** Those of a theme, or of all. */
export function ofTheme(all: readonly Became[], theme: Theme | "all"): readonly Became[] {
  return theme === "all" ? all : all.filter((b) => b.change.theme === theme);
}

/** Gaps by what became of them, in a theme or in all, in a county or (empty) everywhere. */
export function sums(tallies: Comparison["tallies"], theme: Theme | "all", county: string): Record<Class, number> {
  const own = tallies.filter((r) => (r.county ?? "") === county && (theme === "all" || r.theme === theme));
  const of = (c: Class): number => own.reduce((n, r) => n + r[c], 0);
  return { closed: of("closed"), opened: of("opened"), changed: of("changed"), still: of("still"), left: of("left"), entered: of("entered"), settled: of("settled"), doubted: of("doubted") };
}

/** Signs of the map: one for all that was closed at a place, one for all that was opened. */
export function places(all: readonly Became[]): Place[] {
  const found = new Map<string, Place>();
  for (const { key, change, at } of all) {
    const sign = (["closed", "opened"] as const).find((s) => SIGNED[s].includes(change.class));
    if (!sign || !at) continue;
    const where = `${sign} ${at.join()}`;
    const there = found.get(where);
    if (there) there.keys.push(key);
    else found.set(where, { sign, at, keys: [key], both: false });
  }
  for (const p of found.values()) p.both = found.has(`${p.sign === "closed" ? "opened" : "closed"} ${p.at.join()}`);
  return [...found.values()];
}

/** Where the gaps of a class lie, by their ids. */
async function points(from: string, change: Class): Promise<Map<string, Position>> {
  const p = new URLSearchParams({ from, change, f: "geojson" });
  const { features } = await get<FeatureCollection<Geometry, { id: string }>>(`comparisons?${p.toString()}`);
  return new Map(features.filter((f) => f.geometry.type === "Point").map((f) => [f.properties.id, (f.geometry as Point).coordinates]));
}

/** Class by class: gaps that are still the same are by far the most, and nobody reads of them. Null where the run is gone meanwhile. */
export async function loadChanges(from: string): Promise<Changes | null> {
  // The service holds the runs together for the first answer, and has it at hand for the others.
  const closed = await comparison(from, null, { change: "closed" });
  if (!closed) return null;
  const whole = sums(closed.tallies, "all", "");
  const found = await Promise.all(
    CLASSES.filter((c) => whole[c] > 0).map(async (c): Promise<Became[]> => {
      const [answer, at] = await Promise.all([c === "closed" ? closed : comparison(from, null, { change: c }), points(from, c)]);
      return (answer?.changes ?? []).map((change) => ({ key: keyOf(change), change, at: at.get(change.id) ?? null }));
    }),
  );
  return { from, all: inOrder(found.flat()), tallies: closed.tallies };
}
