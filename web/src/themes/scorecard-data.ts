import type { Schemas } from "../api";

/** An indicator of a place, held against its target and the reference region. */
export type Figure = Schemas["Figure"];
/** A county, a town, or the reference region. */
export type Card = Schemas["Card"];
export type Scorecard = Schemas["Scorecard"];

/** Capacity per household is kVA; every other indicator is a share. */
export function isShare(f: Pick<Figure, "key">): boolean {
  return f.key !== "kva_per_household";
}

/** Indicators with anything to count in the region, of the themes it has data on. */
export function columns(s: Scorecard, themes: readonly string[]): Figure[] {
  return s.reference.figures.filter((f) => themes.includes(f.theme) && f.yes + f.no + f.unknown > 0);
}

export function figureOf(c: Card, key: string): Figure | undefined {
  return c.figures.find((f) => f.key === key);
}

/** Counties with villages; the target counties alone where the atlas names some. */
export function counties(s: Scorecard): Card[] {
  const there = s.counties.filter((c) => c.villages > 0);
  const target = there.filter((c) => c.target);
  return target.length > 0 ? target : there;
}

/** Counties found by a name, worst first by an indicator (none: in the service's order); those without a value last. */
export function ranked(all: Card[], q: string, key: string): Card[] {
  const asked = q.trim().toLowerCase();
  const found = all.filter((c) => !asked || c.name.toLowerCase().includes(asked) || c.id.includes(asked));
  const share = (c: Card): number => figureOf(c, key)?.share ?? Infinity;
  return key ? [...found].sort((a, b) => share(a) - share(b) || (a.id < b.id ? -1 : 1)) : found;
}

export type Mark = "reached" | "missed" | "none" | "unknown";

/** How an indicator stands to its target; nothing known is unknown. */
export function markOf(f: Figure | undefined): Mark {
  if (!f || f.share === null) return "unknown";
  return f.reached === null || f.target === null ? "none" : f.reached ? "reached" : "missed";
}

/** Parts of the bar, 0–1 of its width: what has it, what nobody knows of, and where the target stands. */
export function parts(f: Figure): { yes: number; unknown: number; target: number | null } {
  if (!isShare(f)) {
    // The target in the middle: twice of it fills the bar.
    const full = 2 * (f.target ?? f.reference ?? f.share ?? 1) || 1;
    return { yes: Math.min(1, (f.share ?? 0) / full), unknown: 0, target: f.target === null ? null : Math.min(1, f.target / full) };
  }
  const all = f.yes + f.no + f.unknown;
  return { yes: all > 0 ? f.yes / all : 0, unknown: all > 0 ? f.unknown / all : 0, target: f.target };
}

/** Indicators with a target, and how many of them are missed. */
export function tally(c: Card, keys: readonly string[]): { targets: number; missed: number } {
  const marks = keys.map((k) => markOf(figureOf(c, k)));
  const missed = marks.filter((m) => m === "missed").length;
  return { targets: missed + marks.filter((m) => m === "reached").length, missed };
}
