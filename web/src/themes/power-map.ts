import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import { RAMP, type Palette } from "../colours";
import { LOW_ZOOM, WIRE_ZOOM } from "./power-data";

/** Shares of the nominal voltage under the limit at which the colour changes. */
export const DEPTH_STEPS = [0.01, 0.02, 0.04, 0.07] as const;

export const SOURCES = ["areas", "ties", "feeders", "transformers", "substations"];

/** Layers under the villages, bottom first, and those a click asks, top first. */
export const LAYERS = [
  "area", "area-measured", "area-modelled", "area-inferred", "wire-low", "wire-medium", "wire-bridge", "wire-over", "wire-high", "feeders", "ties",
  "supply-ok", "supply-gap", "transformer", "transformer-bad", "substation",
];
export const HITS: [string, string][] = [
  ["supply-gap", "supply_points"], ["supply-ok", "supply_points"], ["transformer-bad", "transformers"], ["transformer", "transformers"],
  ["ties", "tie_lines"], ["wire-medium", "power_lines"], ["wire-bridge", "power_lines"], ["wire-low", "power_lines"], ["area", "low_voltage_areas"],
];

function depth(): ExpressionSpecification {
  const short = ["-", ["coalesce", ["get", "limit_pu"], 0.93], ["coalesce", ["get", "worst_pu"], 0.92]];
  return ["step", short, RAMP[0], ...DEPTH_STEPS.flatMap((s, i) => [s, RAMP[i + 1] ?? RAMP[4]])] as unknown as ExpressionSpecification;
}

export function layers(c: Palette, font: string[]): LayerSpecification[] {
  const is = (key: string, value: unknown): ExpressionSpecification => ["==", ["get", key], value] as unknown as ExpressionSpecification;
  const width = (low: number, high: number): ExpressionSpecification => ["interpolate", ["linear"], ["zoom"], 9, low, 14, high];
  const outline = (confidence: string, dash: number[] | null): LayerSpecification => ({
    id: `area-${confidence}`,
    type: "line",
    source: "areas",
    minzoom: 8,
    filter: is("confidence", confidence),
    paint: { "line-color": c.edge, "line-width": width(0.8, 2), ...(dash ? { "line-dasharray": dash } : {}) },
  });
  const mark = (id: string, source: string, sign: string, colour: string, size: number, filter: unknown, minzoom: number): LayerSpecification => ({
    id,
    type: "symbol",
    source,
    minzoom,
    ...(filter ? { filter: filter as ExpressionSpecification } : {}),
    layout: { "text-field": sign, "text-font": font, "text-size": size, "text-allow-overlap": true, "text-ignore-placement": true },
    paint: { "text-color": colour, "text-halo-color": c.halo, "text-halo-width": 1.5 },
  });
  const bad = ["any", [">", ["coalesce", ["get", "loading"], 0], 1], ["<", ["coalesce", ["get", "kva_per_household"], 99], 2], ["!", ["get", "solved"]]];
  return [
    { id: "area", type: "fill", source: "areas", minzoom: 8, paint: { "fill-color": depth(), "fill-opacity": 0.55 } },
    outline("measured", null),
    outline("modelled", [4, 2]),
    outline("inferred", [1, 2]),
    { id: "wire-low", type: "line", source: "wires", "source-layer": "power_lines", minzoom: LOW_ZOOM, filter: is("level", "low"), paint: { "line-color": c.gravel, "line-width": width(0.5, 1.6) } },
    { id: "wire-high", type: "line", source: "wires", "source-layer": "power_lines", filter: is("level", "high"), paint: { "line-color": c.unknown, "line-width": 2, "line-dasharray": [6, 2] } },
    { id: "wire-medium", type: "line", source: "wires", "source-layer": "power_lines", minzoom: WIRE_ZOOM, filter: is("level", "medium"), layout: { "line-cap": "round" }, paint: { "line-color": c.place, "line-width": width(1, 3) } },
    { id: "wire-bridge", type: "line", source: "wires", "source-layer": "power_lines", minzoom: WIRE_ZOOM, filter: ["all", is("level", "medium"), is("bridge", true)] as ExpressionSpecification, paint: { "line-color": c.halo, "line-width": width(0.5, 1.2), "line-dasharray": [2, 4] } },
    { id: "wire-over", type: "line", source: "wires", "source-layer": "power_lines", filter: [">", ["coalesce", ["get", "loading"], 0], 1], paint: { "line-color": RAMP[4], "line-width": width(2, 4) } },
    { id: "feeders", type: "line", source: "feeders", paint: { "line-color": c.accent, "line-width": width(2, 5), "line-opacity": 0.45 } },
    { id: "ties", type: "line", source: "ties", layout: { "line-cap": "round" }, paint: { "line-color": c.island, "line-width": width(1.5, 3), "line-dasharray": [1, 2] } },
    { id: "supply-ok", type: "circle", source: "points", "source-layer": "supply_points", minzoom: LOW_ZOOM, filter: ["!=", ["get", "verdict"], "gap"], paint: { "circle-radius": width(1.5, 4), "circle-color": ["match", ["get", "verdict"], "ok", c.ok, c.land], "circle-stroke-color": c.unknown, "circle-stroke-width": ["match", ["get", "verdict"], "ok", 0, 1.5] } },
    { id: "supply-gap", type: "circle", source: "points", "source-layer": "supply_points", minzoom: LOW_ZOOM, filter: is("verdict", "gap"), paint: { "circle-radius": width(2.5, 6), "circle-color": depth(), "circle-stroke-color": c.edge, "circle-stroke-width": 1 } },
    mark("transformer", "transformers", "▲", c.place, 11, ["!", bad], 11),
    mark("transformer-bad", "transformers", "▲", RAMP[4], 15, bad, 9.5),
    mark("substation", "substations", "■", c.label, 15, null, 7),
  ];
}
