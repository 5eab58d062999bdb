import type { Feature, Geometry } from "geojson";
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { Village } from "../api";
import { PEOPLE_STEPS, RAMP, type Palette } from "../colours";
import { speedOf, type BroadbandData, type Speed } from "./broadband-data";
import { picture } from "./social-signs";

export const SOURCES = ["covered", "fibre", "nodes", "no-mobile"];

/** Layers of the theme, bottom first, and those a click asks, top first. */
export const LAYERS = ["covered", "covered-line", "covered-measured", "fibre-case", "fibre", "fibre-field", "node", "no-mobile"];
export const HITS: [string, string][] = [["node", "broadband_nodes"], ["fibre", "fibre_links"], ["covered", "broadband_coverage"]];

export function speedColours(c: Palette): Record<Speed, string> {
  return { fast: c.ok, slow: c.gravel, unknown: c.unknown };
}

export function layers(c: Palette, villageZoom: number): LayerSpecification[] {
  const width = (small: number, large: number): ExpressionSpecification => ["interpolate", ["linear"], ["zoom"], villageZoom, small, 14, large];
  const people = ["step", ["coalesce", ["get", "people"], 0], RAMP[0], ...PEOPLE_STEPS.flatMap((s, i) => [s, RAMP[i + 1] ?? RAMP[4]])] as unknown as ExpressionSpecification;
  const of = speedColours(c);
  const speed = ["match", ["get", "speed"], "fast", of.fast, "slow", of.slow, of.unknown] as unknown as ExpressionSpecification;
  const measured: ExpressionSpecification = ["==", ["get", "measured"], true];
  return [
    { id: "covered", type: "fill", source: "covered", minzoom: villageZoom, paint: { "fill-color": speed, "fill-opacity": 0.2 } },
    { id: "covered-line", type: "line", source: "covered", minzoom: 9.5, filter: ["!", measured], paint: { "line-color": speed, "line-width": 0.8, "line-opacity": 0.7 } },
    { id: "covered-measured", type: "line", source: "covered", minzoom: villageZoom, filter: measured, paint: { "line-color": c.place, "line-width": width(0.8, 2), "line-dasharray": [3, 2] } },
    { id: "fibre-case", type: "line", source: "fibre", minzoom: villageZoom, layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": c.edge, "line-width": width(2.4, 8) } },
    { id: "fibre", type: "line", source: "fibre", minzoom: villageZoom, layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": people, "line-width": width(1.4, 5.4) } },
    // Across fields, without a road to follow.
    { id: "fibre-field", type: "line", source: "fibre", minzoom: villageZoom, filter: ["==", ["get", "along_road"], false], paint: { "line-color": c.edge, "line-width": width(1.4, 5.4), "line-dasharray": [0.5, 1.5] } },
    {
      id: "node",
      type: "symbol",
      source: "nodes",
      minzoom: villageZoom,
      layout: { "icon-image": picture("node"), "icon-size": width(0.4, 0.85), "icon-allow-overlap": true },
    },
    {
      id: "no-mobile",
      type: "symbol",
      source: "no-mobile",
      minzoom: villageZoom,
      layout: { "icon-image": picture("no_mobile"), "icon-size": width(0.4, 0.8), "icon-offset": [22, -12], "icon-allow-overlap": true },
    },
  ];
}

/** Which of the theme's own layers show, by its switches. */
export function visible(layer: string, on: { coverage: boolean; fibre: boolean; nodes: boolean }): boolean {
  if (layer.startsWith("covered")) return on.coverage;
  if (layer.startsWith("fibre")) return on.fibre;
  return layer === "node" ? on.nodes : true;
}

/** Covered ground as the map needs it. */
export function ground(d: BroadbandData, least: number): Feature<Geometry, object>[] {
  return d.coverage.map((f) => ({ ...f, properties: { id: f.properties.id, speed: speedOf(f.properties.mbit_s, least), measured: f.properties.measured } }));
}

/** Villages that report no mobile telephone. */
export function silent(villages: Village[]): Feature<Geometry, object>[] {
  return villages.filter((v) => v.properties.reported_mobile === "no").map((v) => ({ type: "Feature", geometry: v.geometry, properties: {} }));
}
