/** The most that plans of this cost reach, and what is proven that none exceeds. */
export interface CurvePoint {
  cost: number;
  /** People connected, or need relieved. */
  gain: number;
  villages: number;
  /** null: nothing is proven. */
  most: number | null;
}

/** What a budget reaches at the least, and at the most. */
export interface Reading {
  gain: number;
  villages: number;
  most: number | null;
}

/** Reads the curve at a budget: at least what the next cheaper plan does, at most what the bound of the next dearer says. */
export function read(curve: readonly CurvePoint[], budget: number): Reading {
  let low: CurvePoint | undefined;
  let high: CurvePoint | undefined;
  for (const p of curve) {
    if (p.cost <= budget + 0.005) low = p;
    else {
      high = p;
      break;
    }
  }
  const bound = high ?? low;
  return { gain: low?.gain ?? 0, villages: low?.villages ?? 0, most: bound?.most ?? null };
}

/** Cost of everybody. */
export function top(curve: readonly CurvePoint[]): number {
  return curve.at(-1)?.cost ?? 0;
}

/** 1, 2 or 5 times a power of ten, at least `n`. */
function round(n: number): number {
  const power = 10 ** Math.floor(Math.log10(n));
  return ([1, 2, 5].find((m) => m * power >= n * (1 - 1e-9)) ?? 10) * power;
}

/** The step of a slider from 0 to `max`: a round sum, about two hundred steps. */
export function stepOf(max: number): number {
  return max > 0 ? Math.max(1, round(max / 250)) : 1;
}

/** Round marks on an axis from 0 to `max`. */
export function ticks(max: number, count: number): number[] {
  if (!(max > 0)) return [0];
  const step = round(max / count);
  return Array.from({ length: Math.floor(max / step + 1e-9) + 1 }, (_, i) => i * step);
}

/** Budgets to choose at once: round sums near a tenth, a quarter and a half of what everybody costs. */
export function presets(max: number): number[] {
  if (!(max > 0)) return [];
  const step = stepOf(max);
  const near = [0.1, 0.25, 0.5].map((s) => Math.max(step, Math.round((s * max) / step) * step));
  return [...new Set(near)].filter((b) => b < max);
}

const SCALES: readonly [RegExp, number][] = [[/(亿)$/, 1e8], [/(万)$/, 1e4], [/(bn|b)$/i, 1e9], [/m$/i, 1e6], [/k$/i, 1e3]];

/** A sum of money as people write it: `5,000 万`, `0.5亿`, `50M`, `50 000 000 CNY`. null where it is none. */
export function parseMoney(text: string, currency: string): number | null {
  let plain = text.normalize("NFKC").replace(/[\s,_]/g, "");
  if (currency && plain.toUpperCase().endsWith(currency.toUpperCase())) plain = plain.slice(0, -currency.length);
  plain = plain.replace(/[元¥]/g, "");
  const scale = SCALES.find(([mark]) => mark.test(plain));
  const digits = scale ? plain.replace(scale[0], "") : plain;
  if (!/^\d+(\.\d+)?$/.test(digits)) return null;
  const n = Number(digits) * (scale?.[1] ?? 1);
  return Number.isFinite(n) ? Math.round(n * 100) / 100 : null;
}

/** Thins a curve to at most `n` points; the first and the last stay. */
export function thin(curve: CurvePoint[], n: number): CurvePoint[] {
  if (curve.length <= n) return curve;
  const last = curve.length - 1;
  return Array.from({ length: n }, (_, i) => curve[Math.round((i * last) / (n - 1))]).filter((p) => p !== undefined);
}

/** Index 0–4 of the fifth of the order that a work belongs to. */
export function fifth(order: number, count: number): number {
  return count > 0 ? Math.min(4, Math.floor(((order - 1) * 5) / count)) : 0;
}
