import type { ExpressionSpecification, FilterSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import type { Summary } from "./api";
import { PEOPLE_STEPS, RAMP, SEVERITY_STEPS, type Palette } from "./colours";
import * as plan from "./plan/plan-map";
import * as broadband from "./themes/broadband-map";
import * as changes from "./themes/changes-map";
import * as power from "./themes/power-map";
import * as services from "./themes/services-map";
import * as water from "./themes/water-map";
import type { Topic } from "./themes";
import { TOWN_ZOOM, VILLAGE_ZOOM } from "./zooms";

export const FONT = ["PingFang SC, Microsoft YaHei, Noto Sans CJK SC, system-ui, sans-serif"];
export const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
/** From this zoom on rivers and lakes are named. */
const WATER_ZOOM = 12;
/** So that what the page tells stands out. */
const BASEMAP_OPACITY = 0.7;
/** Pictures of what is unknown: a hatched disc, and hatching for areas. */
export const UNKNOWN_DISC = "unknown-disc";
export const UNKNOWN_HATCH = "unknown-hatch";

function steps(value: ExpressionSpecification, at: readonly number[]): ExpressionSpecification {
  return ["step", value, RAMP[0], ...at.flatMap((s, i) => [s, RAMP[i + 1] ?? RAMP[4]])] as unknown as ExpressionSpecification;
}

/** Villages show from zoom `dots` on. */
function layers(c: Palette, dots: number): LayerSpecification[] {
  const text = (size: number): { "text-font": string[]; "text-size": number } => ({ "text-font": FONT, "text-size": size });
  const halo = { "text-color": c.label, "text-halo-color": c.halo, "text-halo-width": 1.4 };
  const road = (id: string, filter: unknown, colour: string, dash: number[] | null, width: number): LayerSpecification => ({
    id,
    type: "line",
    source: "roads",
    "source-layer": "roads",
    filter: filter as ExpressionSpecification,
    layout: { "line-cap": dash ? "butt" : "round", "line-join": "round" },
    paint: {
      "line-color": colour,
      "line-width": ["interpolate", ["linear"], ["zoom"], 7, width * 0.4, 10, width * 0.8, 14, width * 2.2],
      ...(dash ? { "line-dasharray": dash } : {}),
    },
  });
  const base = { source: "base", "source-layer": "counties" };
  const towns = { source: "towns", "source-layer": "towns", minzoom: VILLAGE_ZOOM, maxzoom: TOWN_ZOOM };
  // Clear until the villages are counted.
  const share: ExpressionSpecification = ["match", ["coalesce", ["feature-state", "class"], -1], ...RAMP.flatMap((colour, i) => [i, colour]), "transparent"] as unknown as ExpressionSpecification;
  const surfaceWater = { source: "surface", "source-layer": "surface_water" };
  const surface = (s: string): unknown => ["==", ["get", "surface"], s];
  const areal: ExpressionSpecification = ["in", ["geometry-type"], ["literal", ["Polygon", "MultiPolygon"]]];
  const verdict = (v: string): ExpressionSpecification => ["==", ["get", "verdict"], v];
  const dot = (small: number, large: number): ExpressionSpecification => ["interpolate", ["linear"], ["zoom"], VILLAGE_ZOOM, small, 14, large];
  return [
    { id: "land", type: "background", paint: { "background-color": c.land } },
    { id: "county-empty", type: "fill", ...base, paint: { "fill-color": c.empty, "fill-antialias": false } },
    // Fainter where counties are coloured.
    { id: "relief", type: "raster", source: "relief", paint: { "raster-opacity": ["interpolate", ["linear"], ["zoom"], VILLAGE_ZOOM - 2, 0, VILLAGE_ZOOM + 1, c.relief], "raster-fade-duration": 0 } },
    { id: "basemap", type: "raster", source: "basemap", paint: { "raster-opacity": BASEMAP_OPACITY, "raster-fade-duration": 0 } },
    {
      id: "county-share",
      type: "fill",
      ...base,
      maxzoom: VILLAGE_ZOOM,
      filter: [">", ["get", "villages"], 0],
      paint: { "fill-color": share, "fill-opacity": 0.85, "fill-antialias": false },
    },
    // Counties of which nothing is known.
    { id: "county-unknown", type: "fill", ...base, maxzoom: VILLAGE_ZOOM, filter: ["in", ["get", "id"], ["literal", []]], paint: { "fill-pattern": UNKNOWN_HATCH } },
    // Fainter: villages stand on them.
    { id: "town-share", type: "fill", ...towns, filter: [">", ["get", "villages"], 0], paint: { "fill-color": share, "fill-opacity": 0.4, "fill-antialias": false } },
    { id: "town-unknown", type: "fill", ...towns, filter: ["in", ["get", "key"], ["literal", []]], paint: { "fill-pattern": UNKNOWN_HATCH, "fill-opacity": 0.6 } },
    { id: "lake", type: "fill", ...surfaceWater, filter: areal, paint: { "fill-color": c.water } },
    {
      id: "river",
      type: "line",
      ...surfaceWater,
      filter: ["!", areal],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": c.water, "line-width": ["interpolate", ["linear"], ["zoom"], 8, ["case", ["has", "name"], 1, 0.5], 14, ["case", ["has", "name"], 4, 2]] },
    },
    { id: "county-line", type: "line", ...base, paint: { "line-color": c.border, "line-width": ["interpolate", ["linear"], ["zoom"], 5, 0.6, 10, 1.4] } },
    { id: "town-line", type: "line", ...towns, maxzoom: 24, paint: { "line-color": c.border, "line-width": 0.8, "line-dasharray": [3, 2] } },
    road("road-unknown", surface("unknown"), c.unknown, [2, 2], 1.2),
    road("road-earth", surface("earth"), c.earth, [3, 1.5], 1.5),
    road("road-gravel", surface("gravel"), c.gravel, null, 1.5),
    road("road-island", ["all", surface("paved"), ["!", ["get", "main"]]], c.island, null, 2),
    road("road-main", ["all", surface("paved"), ["get", "main"]], c.main, null, 2),
    {
      id: "link-case",
      type: "line",
      source: "links",
      "source-layer": "road_links",
      minzoom: VILLAGE_ZOOM,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": c.edge, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 2.6, 14, 8.5] },
    },
    {
      id: "link",
      type: "line",
      source: "links",
      "source-layer": "road_links",
      minzoom: VILLAGE_ZOOM,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": steps(["coalesce", ["get", "people"], 0], PEOPLE_STEPS), "line-width": ["interpolate", ["linear"], ["zoom"], 8, 1.6, 14, 6] },
    },
    {
      id: "neighbours",
      type: "line",
      source: "neighbours",
      "source-layer": "neighbour_gaps",
      minzoom: VILLAGE_ZOOM,
      layout: { "line-cap": "round" },
      paint: { "line-color": c.place, "line-width": 2.5, "line-dasharray": [1, 1.6] },
    },
    {
      id: "fragile",
      type: "line",
      source: "fragile",
      "source-layer": "fragile_access",
      minzoom: VILLAGE_ZOOM,
      paint: { "line-color": c.accent, "line-width": 5, "line-opacity": 0.55 },
    },
    ...power.layers(c, FONT),
    ...water.layers(c, FONT, VILLAGE_ZOOM).filter((l) => l.type === "line"),
    ...broadband.layers(c, VILLAGE_ZOOM).filter((l) => l.type !== "symbol"),
    ...services.layers(c, FONT).filter((l) => l.type === "line"),
    { id: "selected-line", type: "line", source: "selected", layout: { "line-cap": "round" }, paint: { "line-color": c.accent, "line-width": 6 } },
    {
      id: "village-ok",
      type: "circle",
      source: "villages",
      minzoom: VILLAGE_ZOOM,
      filter: verdict("ok"),
      paint: { "circle-radius": dot(2, 5), "circle-color": c.ok, "circle-stroke-color": c.halo, "circle-stroke-width": 0.8 },
    },
    {
      id: "village-unknown",
      type: "symbol",
      source: "villages",
      minzoom: dots,
      filter: verdict("unknown"),
      layout: { "icon-image": UNKNOWN_DISC, "icon-size": dot(0.26, 0.62), "icon-allow-overlap": true, "icon-ignore-placement": true },
    },
    {
      id: "village-gap",
      type: "circle",
      source: "villages",
      minzoom: dots,
      filter: verdict("gap"),
      layout: { "circle-sort-key": ["get", "severity"] },
      paint: {
        "circle-radius": dot(3.2, 9),
        "circle-color": steps(["get", "severity"], SEVERITY_STEPS),
        "circle-stroke-color": c.edge,
        "circle-stroke-width": ["match", ["get", "state"], ["cut_off", "no_road"], 2.4, 1],
      },
    },
    {
      id: "schools",
      type: "circle",
      source: "schools",
      minzoom: VILLAGE_ZOOM,
      paint: { "circle-radius": 4, "circle-color": c.halo, "circle-stroke-color": c.place, "circle-stroke-width": 2 },
    },
    {
      id: "seats",
      type: "symbol",
      source: "seats",
      minzoom: VILLAGE_ZOOM,
      layout: { ...text(12), "text-field": ["concat", "★ ", ["get", "name"]], "text-optional": true },
      paint: halo,
    },
    {
      id: "river-name",
      type: "symbol",
      ...surfaceWater,
      minzoom: WATER_ZOOM,
      filter: ["all", ["has", "name"], ["!", areal]],
      layout: { ...text(12), "text-field": ["get", "name"], "symbol-placement": "line", "symbol-spacing": 400, "text-max-angle": 35 },
      paint: { ...halo, "text-color": c.waterName },
    },
    {
      id: "lake-name",
      type: "symbol",
      ...surfaceWater,
      minzoom: WATER_ZOOM,
      filter: ["all", ["has", "name"], areal],
      layout: { ...text(12), "text-field": ["get", "name"] },
      paint: { ...halo, "text-color": c.waterName },
    },
    {
      id: "county-name",
      type: "symbol",
      source: "county-points",
      maxzoom: VILLAGE_ZOOM,
      layout: { ...text(13), "text-field": ["get", "label"], "text-line-height": 1.25, "symbol-sort-key": ["get", "rank"] },
      paint: halo,
    },
    {
      id: "town-name",
      type: "symbol",
      source: "town-points",
      minzoom: VILLAGE_ZOOM,
      maxzoom: TOWN_ZOOM,
      layout: { ...text(12), "text-field": ["get", "label"], "text-line-height": 1.2, "symbol-sort-key": ["get", "rank"], "text-padding": 6 },
      paint: halo,
    },
    {
      id: "village-name",
      type: "symbol",
      source: "villages",
      minzoom: TOWN_ZOOM,
      filter: allBut(""),
      layout: {
        ...text(12),
        "text-field": ["get", "name"],
        // Below its point, or beside it where a sign stands there.
        "text-variable-anchor": ["top", "bottom", "left", "right"],
        "text-radial-offset": 0.7,
        "symbol-sort-key": ["match", ["get", "verdict"], "gap", 0, "unknown", 1, 2],
      },
      paint: halo,
    },
    // Above the names, so that names give way to signs.
    ...water.layers(c, FONT, VILLAGE_ZOOM).filter((l) => l.type !== "line"),
    ...broadband.layers(c, VILLAGE_ZOOM).filter((l) => l.type === "symbol"),
    ...services.layers(c, FONT).filter((l) => l.type !== "line"),
    ...plan.layers(c, FONT, VILLAGE_ZOOM),
    changes.layer(dots),
    {
      id: "selected-point",
      type: "circle",
      source: "selected",
      filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 13, "circle-color": "transparent", "circle-stroke-color": c.accent, "circle-stroke-width": 4 },
    },
    {
      id: "selected-name",
      type: "symbol",
      source: "selected",
      filter: ["has", "label"],
      layout: { ...text(13), "text-field": ["get", "label"], "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 1.5, "text-allow-overlap": true },
      paint: halo,
    },
    {
      id: "hover-point",
      type: "circle",
      source: "hover",
      filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 11, "circle-color": "transparent", "circle-stroke-color": c.label, "circle-stroke-width": 2.5 },
    },
    { id: "hover-line", type: "line", source: "hover", paint: { "line-color": c.label, "line-width": 5, "line-opacity": 0.6 } },
  ];
}

/** Names of all villages but the one that is selected, which has its own beside its ring. */
export function allBut(village: string): FilterSpecification {
  return ["!=", ["get", "id"], village];
}

/** Sources that the page fills itself. */
const FILLED = ["county-points", "town-points", "villages", "schools", "seats", "selected", "hover", ...power.SOURCES, ...water.SOURCES, ...broadband.SOURCES, ...services.SOURCES, ...plan.SOURCES, changes.SOURCE];

/** Sources that come as tiles, each with its collection; tiles are asked for where a layer of theirs shows. */
export const TILED: Record<string, string> = {
  base: "counties",
  towns: "towns",
  surface: "surface_water",
  roads: "roads",
  links: "road_links",
  neighbours: "neighbour_gaps",
  fragile: "fragile_access",
  wires: "power_lines",
  points: "supply_points",
};
/** Deepest tiles of the service; beyond, they are magnified. */
const DEEPEST = 14;

/** What tells a feature of a source from others, where it is not its id. */
const KEYS: Record<string, string> = { towns: "key" };

function tiled(collection: string): SourceSpecification {
  const address = new URL("tiles/WebMercatorQuad/", document.baseURI).href;
  return { type: "vector", tiles: [`${address}{z}/{y}/{x}?collections=${collection}`], maxzoom: DEEPEST, promoteId: KEYS[collection] ?? "id" };
}

/** Shadow and light of the region's own heights. */
function reliefOf(r: NonNullable<Summary["relief"]>): SourceSpecification {
  const tiles = [new URL(".", document.baseURI).href + r.tiles];
  return { type: "raster", tiles, tileSize: 256, minzoom: r.minzoom, maxzoom: r.maxzoom, bounds: r.bounds as [number, number, number, number] };
}

export interface Shown {
  /** Collections of the service. */
  there: ReadonlySet<string>;
  /** May have a relief, and name a map from elsewhere. */
  summary: Pick<Summary, "relief" | "basemap">;
  /** Counties are coloured, so that villages need not show from afar. */
  shaded: boolean;
  /** Which layers show; tiles of those that do not are not asked for. */
  visible: ReadonlyMap<string, boolean>;
}

/** The whole style. */
export function style(c: Palette, { there, summary, shaded, visible }: Shown): StyleSpecification {
  const { relief, basemap } = summary;
  const tiles = Object.entries(TILED).flatMap(([name, id]): [string, SourceSpecification][] => (there.has(id) ? [[name, tiled(id)]] : []));
  const filled = FILLED.map((name): [string, SourceSpecification] => [name, { type: "geojson", data: NOTHING, tolerance: 0.2 }]);
  const from: [string, SourceSpecification][] = [
    ...(relief ? [["relief", reliefOf(relief)] as [string, SourceSpecification]] : []),
    ...(basemap ? [["basemap", { type: "raster", tiles: [basemap.tiles], tileSize: 256 }] as [string, SourceSpecification]] : []),
  ];
  const sources = Object.fromEntries([...tiles, ...filled, ...from]);
  const shown = layers(c, shaded ? VILLAGE_ZOOM : 0).filter((l) => !("source" in l) || sources[l.source] !== undefined);
  return { version: 8, sources, layers: shown.map((l) => (visible.has(l.id) ? ({ ...l, layout: { ...l.layout, visibility: visible.get(l.id) ? "visible" : "none" } } as LayerSpecification) : l)) };
}

/** Layers that belong to one theme alone. */
export const OWN: Record<Topic, string[]> = {
  all: [],
  roads: ["road-unknown", "road-earth", "road-gravel", "road-island", "link-case", "link", "neighbours", "fragile"],
  power: power.LAYERS,
  water: water.LAYERS,
  broadband: broadband.LAYERS,
  services: services.LAYERS,
  plan: plan.LAYERS,
  scorecard: [],
};

/** Hatching as pixels, 16 px square and without a seam; a disc with a rim where `disc`. */
export function hatched(colour: string, paper: string, disc: boolean): ImageData | null {
  const side = disc ? 32 : 16;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const g = canvas.getContext("2d", { willReadFrequently: true });
  if (!g) return null;
  if (disc) {
    g.beginPath();
    g.arc(16, 16, 13, 0, 2 * Math.PI);
    g.fillStyle = paper;
    g.fill();
    g.save();
    g.clip();
  }
  g.strokeStyle = colour;
  g.lineWidth = disc ? 3 : 2.5;
  for (let x = -side; x <= 2 * side; x += 8) {
    g.beginPath();
    g.moveTo(x, side + 1);
    g.lineTo(x + side + 1, 0);
    g.stroke();
  }
  if (disc) {
    g.restore();
    g.lineWidth = 3.5;
    g.stroke(new Path2D("M29 16A13 13 0 1 1 3 16A13 13 0 1 1 29 16"));
  }
  return g.getImageData(0, 0, side, side);
}
