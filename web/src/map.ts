import {
  Map as GlMap,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
  type ExpressionSpecification,
  type GeoJSONSource,
  type LayerSpecification,
  type StyleSpecification,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Feature, FeatureCollection, Geometry, Position } from "geojson";
import { roads } from "./api";
import { PALETTES, PEOPLE_STEPS, RAMP, SEVERITY_STEPS, SHARE_STEPS, type Palette } from "./colours";
import type { State } from "./state";
import type { Data } from "./store";
import { topicOf, type Topic } from "./themes";
import { gapsOf, near } from "./themes/power-data";
import * as power from "./themes/power-map";

setWorkerUrl(new URL(workerUrl, document.baseURI).href);

const FONT = ["PingFang SC, Microsoft YaHei, Noto Sans CJK SC, system-ui, sans-serif"];
const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
/** Below this zoom counties are coloured; from it on, villages show. */
export const VILLAGE_ZOOM = 8;
const ROAD_LIMIT = 20000;
const MAJOR = ["motorway", "trunk", "primary", "secondary"];
const MEDIUM = [...MAJOR, "tertiary"];
const EVERY = [...MEDIUM, "unclassified", "residential", "living_street", "road", "track", "service"];

/** Which road classes a zoom shows. */
export function classesAt(zoom: number): string[] {
  if (zoom < 8) return MAJOR;
  if (zoom < 10) return MEDIUM;
  return zoom < 12.5 ? EVERY.filter((c) => c !== "service") : EVERY;
}

function steps(value: ExpressionSpecification, at: readonly number[]): ExpressionSpecification {
  return ["step", value, RAMP[0], ...at.flatMap((s, i) => [s, RAMP[i + 1] ?? RAMP[4]])] as unknown as ExpressionSpecification;
}

function collection(features: Feature<Geometry, object>[]): FeatureCollection {
  return { type: "FeatureCollection", features: features as Feature[] };
}

function layers(c: Palette): LayerSpecification[] {
  const text = (size: number): { "text-font": string[]; "text-size": number } => ({ "text-font": FONT, "text-size": size });
  const halo = { "text-color": c.label, "text-halo-color": c.halo, "text-halo-width": 1.4 };
  const road = (id: string, filter: unknown, colour: string, dash: number[] | null, width: number): LayerSpecification => ({
    id,
    type: "line",
    source: "roads",
    filter: filter as ExpressionSpecification,
    layout: { "line-cap": dash ? "butt" : "round", "line-join": "round" },
    paint: {
      "line-color": colour,
      "line-width": ["interpolate", ["linear"], ["zoom"], 7, width * 0.4, 10, width * 0.8, 14, width * 2.2],
      ...(dash ? { "line-dasharray": dash } : {}),
    },
  });
  const surface = (s: string): unknown => ["==", ["get", "surface"], s];
  const verdict = (v: string): ExpressionSpecification => ["==", ["get", "verdict"], v];
  const dot = (small: number, large: number): ExpressionSpecification => ["interpolate", ["linear"], ["zoom"], VILLAGE_ZOOM, small, 14, large];
  return [
    { id: "land", type: "background", paint: { "background-color": c.land } },
    { id: "county-empty", type: "fill", source: "counties", paint: { "fill-color": c.empty } },
    {
      id: "county-share",
      type: "fill",
      source: "counties",
      maxzoom: VILLAGE_ZOOM,
      filter: [">", ["get", "villages"], 0],
      paint: { "fill-color": steps(["coalesce", ["get", "share"], 0], SHARE_STEPS), "fill-opacity": 0.85 },
    },
    { id: "county-line", type: "line", source: "counties", paint: { "line-color": c.border, "line-width": ["interpolate", ["linear"], ["zoom"], 5, 0.6, 10, 1.4] } },
    road("road-unknown", surface("unknown"), c.unknown, [2, 2], 1.2),
    road("road-earth", surface("earth"), c.earth, [3, 1.5], 1.5),
    road("road-gravel", surface("gravel"), c.gravel, null, 1.5),
    road("road-island", ["all", surface("paved"), ["!", ["get", "main"]]], c.island, null, 2),
    road("road-main", ["all", surface("paved"), ["get", "main"]], c.main, null, 2),
    {
      id: "link-case",
      type: "line",
      source: "links",
      minzoom: VILLAGE_ZOOM,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": c.edge, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 2.6, 14, 8.5] },
    },
    {
      id: "link",
      type: "line",
      source: "links",
      minzoom: VILLAGE_ZOOM,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": steps(["coalesce", ["get", "people"], 0], PEOPLE_STEPS), "line-width": ["interpolate", ["linear"], ["zoom"], 8, 1.6, 14, 6] },
    },
    {
      id: "neighbours",
      type: "line",
      source: "neighbours",
      minzoom: VILLAGE_ZOOM,
      layout: { visibility: "none", "line-cap": "round" },
      paint: { "line-color": c.place, "line-width": 2.5, "line-dasharray": [1, 1.6] },
    },
    {
      id: "fragile",
      type: "line",
      source: "fragile",
      minzoom: VILLAGE_ZOOM,
      layout: { visibility: "none" },
      paint: { "line-color": c.accent, "line-width": 5, "line-opacity": 0.55 },
    },
    ...power.layers(c, FONT),
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
      type: "circle",
      source: "villages",
      minzoom: VILLAGE_ZOOM - 1,
      filter: verdict("unknown"),
      paint: { "circle-radius": dot(2.5, 7), "circle-color": c.land, "circle-stroke-color": c.unknown, "circle-stroke-width": 2 },
    },
    {
      id: "village-gap",
      type: "circle",
      source: "villages",
      minzoom: VILLAGE_ZOOM - 1,
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
      layout: { visibility: "none" },
      paint: { "circle-radius": 4, "circle-color": c.halo, "circle-stroke-color": c.place, "circle-stroke-width": 2 },
    },
    {
      id: "seats",
      type: "symbol",
      source: "seats",
      minzoom: VILLAGE_ZOOM,
      layout: { visibility: "none", ...text(12), "text-field": ["concat", "★ ", ["get", "name"]], "text-optional": true },
      paint: halo,
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
      id: "village-name",
      type: "symbol",
      source: "villages",
      minzoom: 10.5,
      layout: {
        ...text(12),
        "text-field": ["get", "name"],
        "text-anchor": "top",
        "text-offset": [0, 0.7],
        "symbol-sort-key": ["match", ["get", "verdict"], "gap", 0, "unknown", 1, 2],
      },
      paint: halo,
    },
    {
      id: "selected-point",
      type: "circle",
      source: "selected",
      filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 13, "circle-color": "transparent", "circle-stroke-color": c.accent, "circle-stroke-width": 4 },
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

const SOURCES = ["counties", "county-points", "roads", "links", "neighbours", "fragile", "villages", "schools", "seats", "selected", "hover", ...power.SOURCES];

function style(c: Palette): StyleSpecification {
  return {
    version: 8,
    sources: Object.fromEntries(SOURCES.map((s) => [s, { type: "geojson" as const, data: NOTHING, tolerance: 0.2 }])),
    layers: layers(c),
  };
}

/** Layers that belong to one theme alone. */
const OWN: Record<Topic, string[]> = {
  roads: ["road-unknown", "road-earth", "road-gravel", "road-island", "link-case", "link", "neighbours", "fragile"],
  power: power.LAYERS,
};

export interface MapEvents {
  select: (key: string) => void;
  moved: (view: [number, number, number]) => void;
  error: (e: unknown) => void;
}

/** Room around the opening view: the legend stands at the left on wide screens. */
function room(container: HTMLElement): { top: number; bottom: number; left: number; right: number } {
  return { top: 32, bottom: 40, left: container.clientWidth > 700 ? 270 : 24, right: 32 };
}

/** Every position of a geometry. */
function positions(g: Geometry): Position[] {
  switch (g.type) {
    case "Point":
      return [g.coordinates];
    case "LineString":
    case "MultiPoint":
      return g.coordinates;
    case "MultiLineString":
    case "Polygon":
      return g.coordinates.flat();
    case "MultiPolygon":
      return g.coordinates.flat(2);
    case "GeometryCollection":
      return g.geometries.flatMap(positions);
  }
}

function bounds(g: Geometry): [number, number, number, number] {
  const p = positions(g);
  const xs = p.map((q) => q[0] ?? 0);
  const ys = p.map((q) => q[1] ?? 0);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** The map: the region's own layers, nothing from outside. */
export class Atlas {
  readonly map: GlMap;
  private request: AbortController | null = null;
  private ready = false;
  private find: Map<string, Feature> = new Map();

  constructor(
    container: HTMLElement,
    private readonly data: Data,
    private state: State,
    private readonly on: MapEvents,
  ) {
    const box = data.summary.bbox ?? [0, -60, 1, 60];
    const view = state.view;
    this.map = new GlMap({
      container,
      style: style(PALETTES[state.theme]),
      ...(view ? { center: [view[0], view[1]] as [number, number], zoom: view[2] } : { bounds: this.opening(box), fitBoundsOptions: { padding: room(container) } }),
      attributionControl: false,
      maxZoom: 18,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
      canvasContextAttributes: { preserveDrawingBuffer: true },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-right");
    this.map.on("load", () => {
      this.ready = true;
      this.fill();
    });
    this.map.on("moveend", () => {
      const c = this.map.getCenter();
      on.moved([c.lng, c.lat, this.map.getZoom()]);
      this.boxed();
    });
    this.map.on("click", (e) => this.click(e.point.x, e.point.y));
    this.map.on("mousemove", (e) => {
      const hit = this.hits(e.point.x, e.point.y)[0];
      this.map.getCanvas().style.cursor = hit ? "pointer" : "";
    });
  }

  /** Target counties if the atlas names some, else everything. */
  private opening(box: [number, number, number, number]): [number, number, number, number] {
    const busy = this.data.counties.filter((c) => c.properties.target && c.properties.villages > 0);
    if (busy.length === 0) return box;
    const all = busy.map((c) => bounds(c.geometry));
    return [
      Math.min(...all.map((b) => b[0])),
      Math.min(...all.map((b) => b[1])),
      Math.max(...all.map((b) => b[2])),
      Math.max(...all.map((b) => b[3])),
    ];
  }

  private set(source: string, data: FeatureCollection): void {
    (this.map.getSource(source) as GeoJSONSource | undefined)?.setData(data);
  }

  private get topic(): Topic {
    return topicOf(this.state.list) ?? "roads";
  }

  /** Everything that can be selected or pointed at, by its key. */
  private index(): void {
    const d = this.data;
    const all: [string, Feature[]][] = [
      ["villages", d.villages],
      ["road_gaps", d.gaps],
      ["road_links", d.links],
      ["neighbour_gaps", d.neighbours],
      ["fragile_access", d.fragile],
    ];
    const p = d.power;
    if (p) all.push(["power_gaps", p.gaps], ["low_voltage_areas", p.areas], ["transformers", p.transformers], ["tie_lines", p.ties]);
    this.find = new Map(all.flatMap(([name, features]) => features.map((f): [string, Feature] => [`${name}/${String(f.properties?.["id"])}`, f])));
  }

  private feature(key: string): Feature | undefined {
    const id = key.slice(key.indexOf("/") + 1);
    const p = this.data.power;
    if (key.startsWith("supply_points/")) return p?.points.get(id);
    return key.startsWith("power_lines/") ? p?.wires.get(id) : this.find.get(key);
  }

  private fill(): void {
    const d = this.data;
    this.index();
    const onPower = this.topic === "power";
    const gaps = onPower ? (d.power?.gaps ?? []) : d.gaps;
    const severity = new Map(gaps.filter((g) => g.properties.village).map((g) => [g.properties.village, g.properties.severity]));
    const share = (p: Data["counties"][number]["properties"]): { share: number | null; gaps: number } =>
      onPower ? { share: p.power_gap_share ?? null, gaps: p.power_gaps ?? 0 } : { share: p.gap_share, gaps: p.gaps };
    this.set("counties", collection(d.counties.map((f) => ({ ...f, properties: { ...f.properties, share: share(f.properties).share } }))));
    this.set(
      "county-points",
      collection(
        d.counties
          .filter((c) => c.properties.villages > 0)
          .map((c) => {
            const b = bounds(c.geometry);
            const p = c.properties;
            return {
              type: "Feature" as const,
              geometry: { type: "Point" as const, coordinates: [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2] },
              properties: { label: `${p.name}\n${share(p).gaps} / ${p.villages}`, rank: -share(p).gaps },
            };
          }),
      ),
    );
    this.set("links", collection(d.links));
    this.set("neighbours", collection(d.neighbours));
    this.set("fragile", collection(d.fragile));
    this.set("schools", collection(d.schools));
    this.set("seats", collection(d.seats));
    this.set(
      "villages",
      collection(
        d.villages.map((v) => ({
          type: "Feature" as const,
          geometry: v.geometry,
          properties: {
            id: v.properties.id,
            name: v.properties.name,
            verdict: onPower ? (v.properties.power_verdict ?? "unknown") : v.properties.road_verdict,
            state: onPower ? "" : v.properties.road_state,
            severity: severity.get(v.properties.id) ?? 0,
          },
        })),
      ),
    );
    if (d.power) {
      this.set("areas", collection(d.power.areas));
      this.set("ties", collection(d.power.ties));
      this.set("feeders", collection(gapsOf(d.power, "feeders")));
      this.set("transformers", collection(d.power.transformers));
      this.set("substations", collection(d.power.substations));
    }
    this.layersOn();
    this.select(this.state.selected, false);
    this.boxed();
  }

  /** New data of a theme came. */
  refresh(): void {
    if (this.ready) this.fill();
  }

  /** What comes by box for the map's view. */
  private boxed(): void {
    if (!this.ready) return;
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    const b = this.map.getBounds();
    const clamp = (x: number, m: number): number => Math.max(-m, Math.min(m, x));
    const area = [clamp(b.getWest(), 180), clamp(b.getSouth(), 90), clamp(b.getEast(), 180), clamp(b.getNorth(), 90)];
    const failed = (e: unknown): void => {
      if (!request.signal.aborted) this.on.error(e);
    };
    this.roads(area, request.signal).catch(failed);
    if (this.topic === "power" && this.data.power) this.wires(area, request.signal).catch(failed);
  }

  private async wires(area: number[], signal: AbortSignal): Promise<void> {
    const d = this.data.power;
    if (!d) return;
    const found = await near(d, area, this.map.getZoom(), signal);
    if (signal.aborted) return;
    this.set("wires", found.wires);
    this.set("points", found.points);
  }

  private async roads(area: number[], signal: AbortSignal): Promise<void> {
    const found = await roads(area, classesAt(this.map.getZoom()), ROAD_LIMIT, signal);
    if (!signal.aborted) this.set("roads", found);
  }

  private layersOn(): void {
    const show = (l: string, yes: boolean): unknown => this.map.setLayoutProperty(l, "visibility", yes ? "visible" : "none");
    for (const [topic, own] of Object.entries(OWN)) for (const l of own) show(l, topic === this.topic);
    for (const l of ["neighbours", "fragile", "schools", "seats", "ties", "feeders"]) {
      const elsewhere = Object.entries(OWN).some(([topic, own]) => topic !== this.topic && own.includes(l));
      show(l, !elsewhere && (this.state.layers.includes(l) || this.state.list === l));
    }
  }

  update(state: State): void {
    const old = this.state;
    this.state = state;
    if (!this.ready) return;
    if (old.theme !== state.theme) {
      this.ready = false;
      this.map.setStyle(style(PALETTES[state.theme]), { diff: false });
      this.map.once("styledata", () => {
        this.ready = true;
        this.fill();
      });
      return;
    }
    if (topicOf(old.list) !== topicOf(state.list)) this.fill();
    else this.layersOn();
    if (old.selected !== state.selected) this.select(state.selected, true);
  }

  hover(key: string | null): void {
    const f = key ? this.feature(key) : undefined;
    this.set("hover", f ? collection([f as Feature<Geometry, object>]) : NOTHING);
  }

  private select(key: string, fly: boolean): void {
    const f = this.feature(key);
    const linked = (f?.properties?.["remedy"] as { links?: string[] } | null)?.links ?? (f?.properties?.["links"] as string[] | undefined) ?? [];
    const parts = [f, ...linked.map((l) => this.find.get(`road_links/${l}`))].filter((x): x is Feature => x !== undefined);
    this.set("selected", collection(parts as Feature<Geometry, object>[]));
    if (!f || !fly) return;
    const all = parts.map((p) => bounds(p.geometry));
    const box: [number, number, number, number] = [
      Math.min(...all.map((b) => b[0])),
      Math.min(...all.map((b) => b[1])),
      Math.max(...all.map((b) => b[2])),
      Math.max(...all.map((b) => b[3])),
    ];
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const now = this.map.getBounds();
    const seen = now.contains([box[0], box[1]]) && now.contains([box[2], box[3]]) && this.map.getZoom() >= 11;
    if (!seen) this.map.fitBounds(box, { padding: 90, maxZoom: 13, duration: still ? 0 : 600 });
  }

  private hits(x: number, y: number): { layer: string; id: string }[] {
    if (!this.ready) return [];
    const own = this.topic === "power" ? power.HITS.map((l) => l[0]) : ["fragile", "neighbours", "link"];
    const want = ["village-gap", "village-unknown", "village-ok", ...own, "county-share"];
    const shown = want.filter((l) => this.map.getLayer(l));
    const found = this.map.queryRenderedFeatures([[x - 4, y - 4], [x + 4, y + 4]], { layers: shown });
    return found
      .map((f) => ({ layer: f.layer.id, id: String(f.properties["id"]) }))
      .sort((a, b) => want.indexOf(a.layer) - want.indexOf(b.layer));
  }

  private click(x: number, y: number): void {
    const hit = this.hits(x, y)[0];
    if (!hit) return;
    if (hit.layer === "county-share") {
      const county = this.data.counties.find((c) => c.properties.id === hit.id);
      if (county) this.map.fitBounds(bounds(county.geometry), { padding: 24, minZoom: VILLAGE_ZOOM });
      return;
    }
    const collections: Record<string, string> = { link: "road_links", fragile: "fragile_access", neighbours: "neighbour_gaps", ...Object.fromEntries(power.HITS) };
    this.on.select(`${collections[hit.layer] ?? "villages"}/${hit.id}`);
  }
}
