import type { Schemas, Summary } from "../api";

/** Sources over a limit among those tested, in a county or town (none: the whole region) and a class of depth (none: all). */
export type Contamination = Schemas["Contamination"];

/** Shares of sources over a limit at which the colour changes. */
export const OVER_STEPS = [0.01, 0.02, 0.04, 0.08] as const;

/** What is told of every substance, in the whole region, its counties and their towns. */
export class Pictures {
  /** Substances, the one with most sources over its limit first. */
  readonly parameters: readonly string[];
  private readonly mixed = new Map<string, Contamination>();

  constructor(private readonly rows: readonly Contamination[]) {
    for (const c of rows) if (c.depth_m === null) this.mixed.set(key(c.parameter, c.county, c.town), c);
    const whole = rows.filter((c) => c.county === null && c.town === null && c.depth_m === null);
    this.parameters = whole.sort((a, b) => b.over - a.over || (a.parameter < b.parameter ? -1 : 1)).map((c) => c.parameter);
  }

  /** A substance in a county (null: the region) or a town of it, all depths. */
  at(parameter: string, county: string | null, town: string | null = null): Contamination | undefined {
    return this.mixed.get(key(parameter, county, town));
  }

  /** A substance in the whole region and in each county, all depths. */
  places(parameter: string): Contamination[] {
    return this.rows.filter((c) => c.parameter === parameter && c.town === null && c.depth_m === null);
  }

  /** A substance in the towns of a county, all depths. */
  towns(parameter: string, county: string | null): Contamination[] {
    return this.rows.filter((c) => c.parameter === parameter && c.county === county && c.town !== null && c.depth_m === null);
  }

  /** A substance in a county (null: the region) by classes of depth. */
  depths(parameter: string, county: string | null): Contamination[] {
    return this.rows.filter((c) => c.parameter === parameter && c.county === county && c.town === null && c.depth_m !== null);
  }
}

function key(parameter: string, county: string | null, town: string | null): string {
  return JSON.stringify([parameter, county, town]);
}

type Counties = readonly { properties: { contamination?: Contamination[] } }[];
let last: { summary: Summary; counties: Counties | null; all: Pictures } | null = null;

/** Of the data at hand; table, drawer, map and legend ask for the same. */
export function pictures({ summary, counties }: { summary: Summary; counties: Counties | null }): Pictures {
  if (last?.summary !== summary || last.counties !== counties) {
    const rows = (counties ?? []).flatMap((c) => c.properties.contamination ?? []);
    last = { summary, counties, all: new Pictures([...(summary.counts.water?.contamination ?? []), ...rows]) };
  }
  return last.all;
}

/** Substance and county of a selection `contamination/substance@county`. */
export function chosen(selected: string): { parameter: string; county: string | null } | null {
  const m = /^contamination\/([^@]+)(?:@(.+))?$/.exec(selected);
  return m?.[1] ? { parameter: m[1], county: m[2] ?? null } : null;
}
