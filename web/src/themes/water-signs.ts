import type { SourceState } from "./water-data";

/** A shape on a 24 × 24 field; colours are names of CSS variables. */
interface Part {
  d: string;
  fill?: string;
  stroke?: string;
  width?: number;
}

const DIAMOND = "M12 3 21 12 12 21 3 12Z";

/** Signs of sources: told apart by shape first, by colour second. */
const SIGNS: Record<SourceState, Part[]> = {
  safe: [{ d: DIAMOND, fill: "--src-safe", stroke: "--src-paper", width: 1.5 }],
  untested: [{ d: DIAMOND, fill: "--src-paper", stroke: "--src-untested", width: 3.2 }],
  unknown: [
    { d: DIAMOND, fill: "--src-paper", stroke: "--src-unknown", width: 2.4 },
    { d: "M12 3 12 21 3 12Z", fill: "--src-unknown" },
  ],
  unsafe: [
    { d: "M12 2 23 21.5 1 21.5Z", fill: "--src-unsafe", stroke: "--src-paper", width: 1.5 },
    { d: "M10.7 8.5h2.6v6.6h-2.6zM10.7 16.6h2.6v2.6h-2.6z", fill: "--src-paper" },
  ],
  unimproved: [
    { d: "M4 4H20V20H4Z", fill: "--src-unimproved", stroke: "--src-paper", width: 1.5 },
    { d: "M7 17 17 7", stroke: "--src-paper", width: 2.8 },
  ],
};

const SVG = "http://www.w3.org/2000/svg";

/** The sign beside words that say the same; so it is hidden from readers of the page. */
export function sign(state: SourceState, size = 16): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [k, v] of [["viewBox", "0 0 24 24"], ["width", String(size)], ["height", String(size)], ["class", "source-sign"], ["aria-hidden", "true"]] as const) svg.setAttribute(k, v);
  for (const p of SIGNS[state]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", p.d);
    path.setAttribute("style", `fill:${p.fill ? `var(${p.fill})` : "none"};stroke:${p.stroke ? `var(${p.stroke})` : "none"};stroke-width:${p.width ?? 0}`);
    svg.append(path);
  }
  return svg;
}

/** Pixels of the sign for the map, twice as fine as its 24 × 24 field, in the colours of the page's theme now. */
export function image(state: SourceState): ImageData | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 48;
  const g = canvas.getContext("2d");
  if (!g) return null;
  const css = getComputedStyle(document.documentElement);
  g.scale(2, 2);
  g.lineJoin = "round";
  for (const p of SIGNS[state]) {
    const path = new Path2D(p.d);
    if (p.fill) {
      g.fillStyle = css.getPropertyValue(p.fill);
      g.fill(path);
    }
    if (p.stroke) {
      g.strokeStyle = css.getPropertyValue(p.stroke);
      g.lineWidth = p.width ?? 1;
      g.stroke(path);
    }
  }
  return g.getImageData(0, 0, 48, 48);
}
