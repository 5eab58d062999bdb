import type { Feature, Geometry } from "geojson";
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import { number } from "../format";
import type { Theme } from "../region";
import type { Data } from "../store";
import { ofTheme, places, sums } from "./changes-data";

export const SOURCE = "changes";
export const LAYER = "change-sign";

/** Between the keys of what lies at one place. */
const BETWEEN = "\n";

/** Signs show from zoom `from` on, as villages do. */
export function layer(from: number): LayerSpecification {
  const size: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 8, 0.55, 11, 0.75, 14, 1];
  return {
    id: LAYER,
    type: "symbol",
    source: SOURCE,
    minzoom: from,
    // Above a village's own dot, and beside the other sign.
    layout: { "icon-image": ["concat", "change-", ["get", "sign"]], "icon-size": size, "icon-offset": ["get", "offset"], "icon-allow-overlap": true, "symbol-sort-key": ["get", "order"] },
  };
}

/** Places where gaps of a theme were closed or opened, as the map needs them. */
export function marks(d: Data, theme: Theme | "all"): Feature<Geometry, object>[] {
  const dots = new Set(d.region.villages.map((v) => (v.geometry.type === "Point" ? v.geometry.coordinates.join() : "")));
  return places(ofTheme(d.changes?.all ?? [], theme)).map((p) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: p.at },
    properties: { id: p.keys.join(BETWEEN), sign: p.sign, order: p.sign === "opened" ? 1 : 0, offset: [p.both ? (p.sign === "closed" ? -12 : 12) : 0, dots.has(p.at.join()) ? -22 : 0] },
  }));
}

/** What a click on a sign selects: the next of what lies there. */
export function next(id: string, selected: string): string {
  const keys = id.split(BETWEEN);
  return keys[(keys.indexOf(selected) + 1) % keys.length] ?? "";
}

/** What stands at a county from afar; nothing before it is known. */
export function label(d: Data, theme: Theme | "all", county: string): { text: string; rank: number } | null {
  if (!d.changes) return null;
  const n = sums(d.changes.tallies, theme, county);
  return { text: `✓ ${number(n.closed + n.settled)}  ▲ ${number(n.opened + n.entered)}`, rank: -(n.closed + n.settled + n.opened + n.entered) };
}
