import type { Feature, FeatureCollection, Geometry, Position } from "geojson";

/** What each kind of edit may say besides its name, in the order of the address. */
const FIELDS = {
  pave: ["link", "gap", "road"],
  road: ["surface"],
  source: ["villages", "piped", "yield_m3_d", "type", "elevation_m"],
  mend_source: ["source"],
  transformer: ["kva", "bus"],
  replace_transformer: ["kva", "transformer"],
  line: ["conductor", "line"],
  node: ["mbit_s"],
  facility: ["class"],
} as const;
export type EditKind = keyof typeof FIELDS;
export type Value = string | number | boolean | string[];

/** One letter for each kind in the address. */
const CODES: Record<EditKind, string> = { pave: "p", road: "r", source: "s", mend_source: "m", transformer: "t", replace_transformer: "x", line: "l", node: "n", facility: "f" };
const NUMBERS: readonly string[] = ["yield_m3_d", "elevation_m", "kva", "mbit_s"];
const LISTS: readonly string[] = ["villages", "line"];

/** A change of the data that a scenario supposes. */
export interface Edit {
  edit: EditKind;
  name: string;
  /** Positions as longitude and latitude: none, one of a point, several of a road. */
  at: [number, number][];
  props: Record<string, Value>;
}

/** Longest text of edits that an address carries. */
export const ADDRESS_LIMIT = 6000;

/** Degrees are kept to five places, about a metre. */
const GRID = 1e5;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A whole number as digits of five bits, the lowest first; the sixth bit says that more follow. */
function writeNumber(n: number): string {
  let left = n < 0 ? -2 * n - 1 : 2 * n;
  let out = "";
  do {
    const bits = left % 32;
    left = Math.floor(left / 32);
    out += DIGITS[left > 0 ? bits + 32 : bits] ?? "";
  } while (left > 0);
  return out;
}

function* readNumbers(text: string): Generator<number> {
  let [value, scale] = [0, 1];
  for (const c of text) {
    const digit = DIGITS.indexOf(c);
    if (digit < 0) throw new Error("no position");
    value += (digit % 32) * scale;
    scale *= 32;
    if (digit >= 32) continue;
    yield value % 2 === 1 ? -(value + 1) / 2 : value / 2;
    [value, scale] = [0, 1];
  }
  if (scale !== 1) throw new Error("half a position");
}

/** Positions as differences from one to the next. */
export function writeLine(at: [number, number][]): string {
  let [x, y] = [0, 0];
  return at
    .map(([lng, lat]) => {
      const [a, b] = [Math.round(lng * GRID), Math.round(lat * GRID)];
      const text = writeNumber(a - x) + writeNumber(b - y);
      [x, y] = [a, b];
      return text;
    })
    .join("");
}

export function readLine(text: string): [number, number][] {
  const all = [...readNumbers(text)];
  if (all.length % 2 === 1) throw new Error("half a position");
  let [x, y] = [0, 0];
  const out: [number, number][] = [];
  for (let i = 0; i < all.length; i += 2) {
    x += all[i] ?? 0;
    y += all[i + 1] ?? 0;
    if (Math.abs(x) > 180 * GRID || Math.abs(y) > 90 * GRID) throw new Error("off the earth");
    out.push([x / GRID, y / GRID]);
  }
  return out;
}

/** Text as it stands where it is safe in an address, else as base 64 after an underscore. */
function writeText(text: string): string {
  if (/^([A-Za-z0-9][A-Za-z0-9_-]*)?$/.test(text)) return text;
  const bytes = Array.from(new TextEncoder().encode(text), (b) => String.fromCharCode(b)).join("");
  return "_" + btoa(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function readText(text: string): string {
  if (!text.startsWith("_")) return text;
  const bytes = atob(text.slice(1).replace(/-/g, "+").replace(/_/g, "/"));
  return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0)));
}

function writeValue(v: Value | undefined): string {
  if (v === undefined) return "";
  if (typeof v === "boolean") return v ? "1" : "0";
  return writeText(Array.isArray(v) ? JSON.stringify(v) : String(v));
}

function readValue(field: string, text: string): Value {
  if (field === "piped") return text === "1";
  const plain = readText(text);
  if (NUMBERS.includes(field)) {
    const n = Number(plain);
    if (!Number.isFinite(n)) throw new Error("no number");
    return n;
  }
  if (!LISTS.includes(field)) return plain;
  const list: unknown = JSON.parse(plain);
  if (!Array.isArray(list) || !list.every((x) => typeof x === "string")) throw new Error("no list");
  return list;
}

/** Edits as one word for the address. */
export function encode(edits: Edit[]): string {
  const one = (e: Edit): string => [CODES[e.edit], writeLine(e.at), writeText(e.name), ...FIELDS[e.edit].map((f) => writeValue(e.props[f]))].join(".").replace(/\.+$/, "");
  return edits.map(one).join("*");
}

/** Edits of an address; what makes no sense is left out. */
export function decode(text: string): Edit[] {
  return text.split("*").flatMap((one) => {
    const [code, line, name, ...values] = one.split(".");
    const kind = (Object.keys(CODES) as EditKind[]).find((k) => CODES[k] === code);
    if (!kind) return [];
    try {
      const props: Record<string, Value> = {};
      FIELDS[kind].forEach((f, i) => {
        const value = values[i];
        if (value) props[f] = readValue(f, value);
      });
      const at = readLine(line ?? "");
      return placed(kind, at) ? [{ edit: kind, name: readText(name ?? ""), at, props }] : [];
    } catch {
      return [];
    }
  });
}

/** Whether an edit of this kind can have so many positions. */
function placed(kind: EditKind, at: unknown[]): boolean {
  if (kind === "road") return at.length >= 2;
  if (kind === "source" || kind === "node" || kind === "facility") return at.length === 1;
  return kind === "transformer" ? at.length <= 1 : at.length === 0;
}

/** The scenario as the service reads it. */
export function scenario(edits: Edit[]): FeatureCollection<Geometry | null> {
  return {
    type: "FeatureCollection",
    features: edits.map((e): Feature<Geometry | null> => ({
      type: "Feature",
      geometry: e.edit === "road" ? { type: "LineString", coordinates: e.at } : e.at[0] ? { type: "Point", coordinates: e.at[0] } : null,
      properties: { edit: e.edit, ...(e.name ? { name: e.name } : {}), ...e.props },
    })),
  };
}

/** Why a file is no scenario: the feature, counted from 1, or 0 for the file itself. */
export class BadScenario extends Error {
  constructor(readonly feature: number) {
    super(`feature ${String(feature)}`);
  }
}

function positionsOf(g: Geometry | null): Position[] {
  if (!g) return [];
  if (g.type === "Point") return [g.coordinates];
  return g.type === "LineString" ? g.coordinates : [];
}

/** Reads a scenario from a file; throws [`BadScenario`]. Positions are kept to a metre, as addresses do. */
export function fromGeoJson(text: string): Edit[] {
  let doc: Partial<FeatureCollection<Geometry | null>> | null;
  try {
    doc = JSON.parse(text) as typeof doc;
  } catch {
    throw new BadScenario(0);
  }
  if (doc?.type !== "FeatureCollection" || !Array.isArray(doc.features)) throw new BadScenario(0);
  return doc.features.map((f, i) => {
    const given = (f as Partial<Feature<Geometry | null>> | null)?.properties ?? {};
    const kind = (Object.keys(FIELDS) as EditKind[]).find((k) => k === given["edit"]);
    const at = positionsOf(f.geometry ?? null).map((p): [number, number] => [Math.round((p[0] ?? NaN) * GRID) / GRID, Math.round((p[1] ?? NaN) * GRID) / GRID]);
    if (!kind || !placed(kind, at) || at.flat().some((n) => !Number.isFinite(n))) throw new BadScenario(i + 1);
    const props: Record<string, Value> = {};
    for (const field of FIELDS[kind]) {
      const v: unknown = given[field];
      if (v === undefined || v === null) continue;
      if (field === "line" && typeof v === "string") props[field] = [v];
      else if (["string", "number", "boolean"].includes(typeof v) || (Array.isArray(v) && v.every((x) => typeof x === "string"))) props[field] = v as Value;
      else throw new BadScenario(i + 1);
    }
    return { edit: kind, name: typeof given["name"] === "string" ? given["name"] : "", at, props };
  });
}
