import type { Feature, Geometry, Position } from "geojson";
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import { PEOPLE_STEPS, RAMP, type Palette } from "../colours";
import { number } from "../format";
import { at, dependents, STATES, type Source, type SourceState, type WaterData } from "./water-data";

export const SOURCES = ["water-areas", "water-links", "water-uses", "water-sources"];

/** Layers of the theme, bottom first, and those a click asks, top first. */
export const LAYERS = ["water-area", "water-link-case", "water-link", "water-use", "source-safe", "source-bad", "source-untested", "source-people"];
export const HITS: [string, string][] = [
  ["source-untested", "water_sources"], ["source-bad", "water_sources"], ["source-safe", "water_sources"], ["water-link", "water_links"],
];

/** Name of a state's picture on the map. */
export function picture(s: SourceState): string {
  return `source-${s}`;
}
export { STATES };

/** Sources that are in order show from here on; the others with the villages. */
const SAFE_ZOOM = 10;
const PEOPLE_ZOOM = 11;

export function layers(c: Palette, font: string[], villageZoom: number): LayerSpecification[] {
  const state = (...s: SourceState[]): ExpressionSpecification => ["in", ["get", "state"], ["literal", s]];
  const size: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], villageZoom, 0.42, 11, 0.62, 14, 0.95];
  const people = ["step", ["coalesce", ["get", "people"], 0], RAMP[0], ...PEOPLE_STEPS.flatMap((s, i) => [s, RAMP[i + 1] ?? RAMP[4]])] as unknown as ExpressionSpecification;
  const width = (small: number, large: number): ExpressionSpecification => ["interpolate", ["linear"], ["zoom"], villageZoom, small, 14, large];
  const signs = (id: string, filter: ExpressionSpecification, minzoom: number): LayerSpecification => ({
    id,
    type: "symbol",
    source: "water-sources",
    minzoom,
    filter,
    layout: {
      "icon-image": ["concat", "source-", ["get", "state"]],
      "icon-size": size,
      "icon-allow-overlap": true,
      // Worse ones and those of more people are drawn last, on top.
      "symbol-sort-key": ["get", "order"],
    },
  });
  return [
    { id: "water-area", type: "line", source: "water-areas", minzoom: 9, paint: { "line-color": c.ok, "line-width": 1.2, "line-opacity": 0.7 } },
    { id: "water-link-case", type: "line", source: "water-links", minzoom: villageZoom, layout: { "line-cap": "round" }, paint: { "line-color": c.edge, "line-width": width(2.4, 7) } },
    { id: "water-link", type: "line", source: "water-links", minzoom: villageZoom, layout: { "line-cap": "round" }, paint: { "line-color": people, "line-width": width(1.4, 4.6) } },
    { id: "water-use", type: "line", source: "water-uses", layout: { "line-cap": "round" }, paint: { "line-color": c.accent, "line-width": 3, "line-dasharray": [0.1, 2] } },
    signs("source-safe", state("safe"), SAFE_ZOOM),
    signs("source-bad", state("unsafe", "unimproved", "unknown"), villageZoom),
    signs("source-untested", state("untested"), villageZoom),
    {
      id: "source-people",
      type: "symbol",
      source: "water-sources",
      minzoom: PEOPLE_ZOOM,
      filter: ["all", state("untested"), ["!=", ["get", "label"], ""]],
      layout: { "text-field": ["get", "label"], "text-font": font, "text-size": 12, "text-anchor": "left", "text-offset": [1.5, 0], "text-allow-overlap": true },
      paint: { "text-color": c.place, "text-halo-color": c.halo, "text-halo-width": 1.6 },
    },
  ];
}

/** Which of the theme's own layers show, by its switches. */
export function visible(layer: string, on: { sources: boolean; untested: boolean; links: boolean }): boolean {
  if (layer.startsWith("water-link")) return on.links;
  if (layer === "source-safe" || layer === "source-bad") return on.sources && !on.untested;
  return layer.startsWith("source-") ? on.sources || on.untested : true;
}

/** Sources as the map needs them. */
export function marks(d: WaterData): Feature<Geometry, object>[] {
  return d.sources.map((s) => {
    const p = s.properties;
    const people = dependents(p);
    return {
      type: "Feature",
      geometry: s.geometry,
      properties: { id: p.id, state: p.state, label: people === null ? "" : number(people), order: -1e6 * STATES.indexOf(p.state) + (people ?? 0) },
    };
  });
}

/** Lines between what is selected and what it depends on: a village and its source, or a source and its villages. */
export function uses(d: WaterData, key: string, villagePoint: (id: string) => Position | null): Feature<Geometry, object>[] {
  const id = key.slice(key.indexOf("/") + 1);
  const line = (a: Position, b: Position): Feature<Geometry, object> => ({ type: "Feature", geometry: { type: "LineString", coordinates: [a, b] }, properties: {} });
  const point = (s: Source): Position => [...at(s)];
  const source = key.startsWith("water_sources/") ? d.source.get(id) : undefined;
  if (source) {
    const ends = (d.users.get(id) ?? []).map((v) => villagePoint(v.properties.id));
    return ends.filter((p) => p !== null).map((p) => line(point(source), p));
  }
  const own = d.gaps.find((g) => key === `water_gaps/${g.properties.id}`)?.properties.village ?? (key.startsWith("villages/") ? id : null);
  const used = own ? [...d.users.entries()].find(([, vs]) => vs.some((v) => v.properties.id === own))?.[0] : undefined;
  const from = used ? d.source.get(used) : undefined;
  const to = own ? villagePoint(own) : null;
  return from && to ? [line(point(from), to)] : [];
}
