import type { Feature, Geometry, Position } from "geojson";
import { number } from "../format";
import type { Box } from "../geometry";

export interface Layer {
  features: readonly Feature<Geometry, unknown>[];
  /** Of the SVG's elements; a function tells features apart. */
  cls: string | ((f: Feature<Geometry, unknown>) => string);
  /** Radius of points in the drawing's units. */
  radius?: number;
  name?: (f: Feature<Geometry, unknown>) => string | null;
}

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 300;
const EDGE = 8;
const KM_PER_DEGREE = 111.32;

export function svg(tag: string, attributes: Record<string, string>, ...children: (Node | string | null)[]): SVGElement {
  const el = document.createElementNS(SVG, tag);
  for (const [k, v] of Object.entries(attributes)) el.setAttribute(k, v);
  for (const c of children) if (c !== null) el.append(c);
  return el;
}

/** A box made larger to at least so many kilometres on each side of its middle, and a tenth more around. */
export function atLeast(box: Box, km: number): Box {
  const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  const dy = Math.max(((box[3] - box[1]) / 2) * 1.2, km / KM_PER_DEGREE);
  const dx = Math.max(((box[2] - box[0]) / 2) * 1.2, km / (KM_PER_DEGREE * Math.cos((y * Math.PI) / 180)));
  return [x - dx, y - dy, x + dx, y + dy];
}

/** Puts degrees on a drawing 300 wide; flat, which is enough for a county. */
export function projection(box: Box): { high: number; at: (p: Position) => [number, number]; perKm: number } {
  const k = Math.cos((((box[1] + box[3]) / 2) * Math.PI) / 180);
  const [w, tall] = [Math.max((box[2] - box[0]) * k, 1e-6), Math.max(box[3] - box[1], 1e-6)];
  // Never taller than wide, so that two drawings stand side by side.
  const scale = Math.min((WIDE - 2 * EDGE) / w, (WIDE - 2 * EDGE) / tall);
  const high = Math.max(120, tall * scale + 2 * EDGE);
  const [left, top] = [(WIDE - w * scale) / 2, (high - tall * scale) / 2];
  return { high, perKm: scale / KM_PER_DEGREE, at: ([x = 0, y = 0]) => [left + (x - box[0]) * k * scale, top + (box[3] - y) * scale] };
}

function path(g: Geometry, at: (p: Position) => [number, number]): string {
  const line = (ps: Position[], close: boolean): string => `M${ps.map((p) => at(p).map((n) => n.toFixed(1)).join(" ")).join("L")}${close ? "Z" : ""}`;
  switch (g.type) {
    case "LineString":
      return line(g.coordinates, false);
    case "MultiLineString":
      return g.coordinates.map((ps) => line(ps, false)).join("");
    case "Polygon":
      return g.coordinates.map((ps) => line(ps, true)).join("");
    case "MultiPolygon":
      return g.coordinates.flat().map((ps) => line(ps, true)).join("");
    default:
      return "";
  }
}

/** Round kilometres whose bar is at most a third of the drawing. */
export function barKm(perKm: number): number {
  const most = WIDE / 3 / perKm;
  const ten = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].map((n) => n * ten).find((n) => n <= most) ?? ten;
}

/** The scale stands under the drawing, not on it. */
const FOOT = 18;

function scaleBar(perKm: number, high: number): SVGElement {
  const km = barKm(perKm);
  const end = (EDGE + km * perKm).toFixed(1);
  const y = high + FOOT - 6;
  return svg("g", { class: "scale" }, svg("path", { d: `M${EDGE} ${y - 4}V${y}H${end}V${y - 4}` }), svg("text", { x: String(Number(end) + 5), y: String(y) }, `${number(km, km < 1 ? 1 : 0)} km`));
}

/** How wide a name is, nearly: letters of East Asia are square, others half as wide. */
function widthOf(text: string, size = 11): number {
  return [...text].reduce((n, c) => n + ((c.codePointAt(0) ?? 0) > 0x2e7f ? size : size * 0.58), 0);
}

/** A small drawing of places; what it shows is told by its label. */
export function drawing(label: string, box: Box, layers: readonly Layer[]): SVGElement {
  const { high, at, perKm } = projection(box);
  // Names stand beside their points; one that would lie on another's is left out.
  const taken: Box[] = [];
  const labelled = (text: string, x: number, y: number, cls: string): SVGElement[] => {
    const wide = widthOf(text, cls === "here" ? 13 : 11);
    const left = x + 6 + wide > WIDE;
    const box: Box = left ? [x - 6 - wide, y - 8, x + 4, y + 8] : [x - 4, y - 8, x + 6 + wide, y + 8];
    if (taken.some((b) => b[0] < box[2] && box[0] < b[2] && b[1] < box[3] && box[1] < b[3])) return [];
    taken.push(box);
    return [svg("text", { class: `name ${cls}`, x: (x + (left ? -6 : 6)).toFixed(1), y: (y + 4).toFixed(1), "text-anchor": left ? "end" : "start" }, text)];
  };
  const body = layers.flatMap((l) =>
    l.features.flatMap((f): SVGElement[] => {
      const cls = typeof l.cls === "function" ? l.cls(f) : l.cls;
      if (f.geometry.type !== "Point") return [svg("path", { class: cls, d: path(f.geometry, at) })];
      const [x, y] = at(f.geometry.coordinates);
      if (x < 0 || y < 0 || x > WIDE || y > high) return [];
      const name = l.name?.(f);
      return [svg("circle", { class: cls, cx: x.toFixed(1), cy: y.toFixed(1), r: String(l.radius ?? 2) }), ...(name ? labelled(name, x, y, cls) : [])];
    }),
  );
  const frame = `${WIDE} ${high.toFixed(0)}`;
  return svg("svg", { viewBox: `0 0 ${WIDE} ${(high + FOOT).toFixed(0)}`, class: "locator", role: "img", "aria-label": label }, svg("svg", { width: String(WIDE), height: high.toFixed(0), viewBox: `0 0 ${frame}` }, ...body), scaleBar(perKm, high));
}
