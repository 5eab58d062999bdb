import { THEMES, townKey, type BriefProperties, type Region, type Theme } from "./region";

/** How much each theme weighs; of `Some` those not named weigh nothing. */
export type Weights = Record<Theme, number>;
export type Some = Partial<Weights>;

/** Weights as addresses and rankings have them: `roads:2,water:1`; null where none is above 0. One above `most` is left out. */
export function weightsOf(text: string, most = Infinity): Some | null {
  const out: Some = {};
  for (const part of text.split(",")) {
    const [name, value] = part.split(":");
    const theme = THEMES.find((t) => t === name);
    const weight = Number(value);
    if (theme && Number.isFinite(weight) && weight >= 0 && weight <= most) out[theme] = weight;
  }
  return Object.values(out).some((w) => w > 0) ? out : null;
}

export function weightsText(w: Some): string {
  return THEMES.flatMap((t) => (w[t] ? [`${t}:${w[t]}`] : [])).join(",");
}

/** Weights of all themes. */
export function whole(set: Some): Weights {
  return { roads: 0, power: 0, water: 0, broadband: 0, services: 0, ...set };
}

/** The weights that count: as the planner set them, those not named weighing nothing, else the atlas's. */
export function weightsNow(set: Some | null, atlas: Weights): Weights {
  return set ? whole(set) : atlas;
}

/** Need of a village: the weighted mean of the severities that are known; null where nothing with a weight is. */
export function needOf(p: Pick<BriefProperties, "severity">, weights: Some): { need: number; known: number } | null {
  let [sum, known, all] = [0, 0, 0];
  for (const t of THEMES) {
    const w = weights[t] ?? 0;
    all += w;
    const s = p.severity[t];
    if (s === undefined || s === null) continue;
    known += w;
    sum += w * s;
  }
  return known > 0 ? { need: sum / known, known: known / all } : null;
}

/** What was worked out last: the map and the legend ask one after the other. */
let last: { of: Region; weights: Weights; counties: Means; towns: Means } | null = null;
type Means = ReadonlyMap<string, number>;

function both(r: Region, weights: Weights): { counties: Means; towns: Means } {
  if (last?.of !== r || weightsText(last.weights) !== weightsText(weights)) {
    const needs = r.villages.map((v) => needOf(v.properties, weights)?.need ?? null);
    last = { of: r, weights, counties: means(r, needs, (p) => p.county), towns: means(r, needs, (p) => (p.town === null ? null : townKey(p.county, p.town))) };
  }
  return last;
}

/** Mean need of the villages of each county, of those whose need is known. */
export function meanNeeds(r: Region, weights: Weights): Means {
  return both(r, weights).counties;
}

/** Mean need of the villages of each town, by its key. */
export function townNeeds(r: Region, weights: Weights): Means {
  return both(r, weights).towns;
}

function means(r: Region, needs: readonly (number | null)[], unit: (p: BriefProperties) => string | null): Means {
  const sums = new Map<string, [number, number]>();
  for (const [i, v] of r.villages.entries()) {
    const [need, id] = [needs[i] ?? null, unit(v.properties)];
    if (need === null || id === null) continue;
    const [sum, n] = sums.get(id) ?? [0, 0];
    sums.set(id, [sum + need, n + 1]);
  }
  return new Map([...sums].map(([id, [sum, n]]) => [id, sum / n]));
}

/** Widths of a class of needs, in words that a legend can say. */
const WIDTHS = [0.01, 0.02, 0.05, 0.1, 0.2] as const;

/** Needs at which the colour of counties changes: round, of one width from 0 on, five classes at most. Where all are much alike there are fewer. */
export function needSteps(needs: Means): number[] {
  const most = Math.max(0, ...needs.values());
  const width = WIDTHS.find((w) => most < 5 * w) ?? 0.2;
  return [1, 2, 3, 4].map((k) => Math.round(k * width * 100) / 100).filter((s) => s <= most);
}
