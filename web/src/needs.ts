import { THEMES, type BriefProperties, type Region, type Theme } from "./region";

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
let last: { of: Region; weights: Weights; means: ReadonlyMap<string, number> } | null = null;

/** Mean need of the villages of each county, of those whose need is known. */
export function meanNeeds(r: Region, weights: Weights): ReadonlyMap<string, number> {
  if (last?.of !== r || weightsText(last.weights) !== weightsText(weights)) last = { of: r, weights, means: means(r, weights) };
  return last.means;
}

function means(r: Region, weights: Weights): ReadonlyMap<string, number> {
  const sums = new Map<string, [number, number]>();
  for (const v of r.villages) {
    const found = needOf(v.properties, weights);
    if (!found || v.properties.county === null) continue;
    const [sum, n] = sums.get(v.properties.county) ?? [0, 0];
    sums.set(v.properties.county, [sum + found.need, n + 1]);
  }
  return new Map([...sums].map(([id, [sum, n]]) => [id, sum / n]));
}

/** Widths of a class of needs, in words that a legend can say. */
const WIDTHS = [0.01, 0.02, 0.05, 0.1, 0.2] as const;

/** Needs at which the colour of counties changes: round, of one width from 0 on, five classes at most. Where all are much alike there are fewer. */
export function needSteps(needs: ReadonlyMap<string, number>): number[] {
  const most = Math.max(0, ...needs.values());
  const width = WIDTHS.find((w) => most < 5 * w) ?? 0.2;
  return [1, 2, 3, 4].map((k) => Math.round(k * width * 100) / 100).filter((s) => s <= most);
}
