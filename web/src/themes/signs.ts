/** A shape on a 24 × 24 field; colours are names of CSS variables. */
export interface Part {
  d: string;
  fill?: string;
  stroke?: string;
  width?: number;
}

const SVG = "http://www.w3.org/2000/svg";

/** The sign beside words that say the same; so it is hidden from readers of the page. */
export function drawn(parts: Part[], size: number, cls: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [k, v] of [["viewBox", "0 0 24 24"], ["width", String(size)], ["height", String(size)], ["class", cls], ["aria-hidden", "true"]] as const) svg.setAttribute(k, v);
  for (const p of parts) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", p.d);
    path.setAttribute("style", `fill:${p.fill ? `var(${p.fill})` : "none"};stroke:${p.stroke ? `var(${p.stroke})` : "none"};stroke-width:${p.width ?? 0}`);
    svg.append(path);
  }
  return svg;
}

/** Pixels of the sign for the map, twice as fine as its 24 × 24 field, in the colours of the page's theme now. */
export function pixels(parts: Part[]): ImageData | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 48;
  // Read back at once: a canvas on the graphics card would stand still for it.
  const g = canvas.getContext("2d", { willReadFrequently: true });
  if (!g) return null;
  const css = getComputedStyle(document.documentElement);
  g.scale(2, 2);
  g.lineJoin = "round";
  for (const p of parts) {
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
