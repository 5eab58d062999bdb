import {
  Map as GlMap,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
  type ExpressionSpecification,
  type GeoJSONSource,
  type LayerSpecification,
  type MapMouseEvent,
  type StyleSpecification,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Feature, FeatureCollection, Geometry, Position } from "geojson";
import { roads } from "./api";
import { PALETTES, PEOPLE_STEPS, RAMP, SEVERITY_STEPS, SHARE_STEPS, step, type Palette } from "./colours";
import type { State } from "./state";
import { countyShare, gapsOfTopic, verdictOf, type Data } from "./store";
import * as plan from "./plan/plan-map";
import { isOn, topicOf, type Topic } from "./themes";
import { gapsOf, near } from "./themes/power-data";
import * as broadband from "./themes/broadband-map";
import * as power from "./themes/power-map";
import * as services from "./themes/services-map";
import * as social from "./themes/social-signs";
import { chosen, OVER_STEPS, parameters, picture, pictures } from "./themes/water-data";
import * as water from "./themes/water-map";
import { image } from "./themes/water-signs";

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
      paint: { "fill-color": steps(["coalesce", ["get", "class"], 0], [1, 2, 3, 4]), "fill-opacity": 0.85 },
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

const SOURCES = ["counties", "county-points", "roads", "links", "neighbours", "fragile", "villages", "schools", "seats", "selected", "hover", ...power.SOURCES, ...water.SOURCES, ...broadband.SOURCES, ...services.SOURCES, ...plan.SOURCES];

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
  water: water.LAYERS,
  broadband: broadband.LAYERS,
  services: services.LAYERS,
  plan: plan.LAYERS,
  scorecard: [],
};

export interface MapEvents {
  select: (key: string) => void;
  moved: (view: [number, number, number]) => void;
  error: (e: unknown) => void;
  /** The style has all its data. */
  filled: () => void;
  /** Whether a click was meant for something else than the page. */
  clicked: (e: MapMouseEvent) => boolean;
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
    this.map.on("click", (e) => on.clicked(e) || this.click(e.point.x, e.point.y));
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

  /** The theme whose gaps show: of a plan that which is planned. */
  private get themed(): Topic {
    if (this.topic !== "plan") return this.topic;
    return this.state.plan.theme === "all" ? "roads" : this.state.plan.theme;
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
    const w = d.water;
    if (w) all.push(["water_gaps", w.gaps], ["water_sources", w.sources], ["water_links", w.links]);
    const b = d.broadband;
    if (b) all.push(["broadband_gaps", b.gaps], ["fibre_links", b.fibre], ["broadband_nodes", b.nodes], ["broadband_coverage", b.coverage]);
    const s = d.services;
    if (s) all.push(["service_gaps", s.gaps], ["facilities", s.facilities.filter((f) => f.key.startsWith("facilities/")).map((f) => f.feature)]);
    all.push(["schools", d.schools], ["seats", d.seats]);
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
    for (const s of water.STATES) {
      const pixels = this.map.hasImage(water.picture(s)) ? null : image(s);
      if (pixels) this.map.addImage(water.picture(s), pixels, { pixelRatio: 2 });
    }
    for (const k of social.SIGN_KEYS) {
      const pixels = this.map.hasImage(social.picture(k)) ? null : social.image(k);
      if (pixels) this.map.addImage(social.picture(k), pixels, { pixelRatio: 2 });
    }
    const topic = this.themed;
    // A village with several gaps is as bad as the worst of them.
    const severity = new Map<string, number>();
    for (const { properties: g } of gapsOfTopic(d, topic)) if (g.village) severity.set(g.village, Math.max(g.severity, severity.get(g.village) ?? 0));
    this.counties();
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
            verdict: verdictOf(topic, v.properties),
            state: topic === "roads" ? v.properties.road_state : "",
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
    if (d.water) {
      this.set("water-areas", collection(d.water.areas));
      this.set("water-links", collection(d.water.links));
      this.set("water-sources", collection(water.marks(d.water)));
    }
    if (d.broadband) {
      this.set("covered", collection(broadband.ground(d.broadband, d.summary.rules_broadband?.min_mbit_s ?? 0)));
      this.set("fibre", collection(d.broadband.fibre));
      this.set("nodes", collection(d.broadband.nodes));
      this.set("no-mobile", collection(broadband.silent(d.villages)));
    }
    if (d.services) this.set("facilities", collection(services.marks(d.services)));
    this.layersOn();
    this.select(this.state.selected, false);
    this.on.filled();
    this.boxed();
  }

  /** What is counted by county: villages with a gap, or sources over the limit of one substance. */
  private counties(): void {
    const d = this.data;
    const parameter = this.parameter();
    const all = parameter ? pictures(d.summary, d.counties) : [];
    const of = (p: Data["counties"][number]["properties"]): { share: number; part: number; whole: number } => {
      if (!parameter) return { ...countyShare(this.topic, p), whole: p.villages };
      const c = picture(all, parameter, p.id);
      return { share: c?.share ?? 0, part: c?.over ?? 0, whole: c?.tested ?? 0 };
    };
    const at = parameter ? OVER_STEPS : SHARE_STEPS;
    this.set("counties", collection(d.counties.map((f) => ({ ...f, properties: { ...f.properties, class: step(of(f.properties).share, at) } }))));
    const points = d.counties
      .filter((c) => c.properties.villages > 0)
      .map((c) => {
        const b = bounds(c.geometry);
        const n = of(c.properties);
        return {
          type: "Feature" as const,
          geometry: { type: "Point" as const, coordinates: [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2] },
          properties: { label: this.topic === "plan" ? c.properties.name : `${c.properties.name}\n${n.part} / ${n.whole}`, rank: -n.part },
        };
      });
    this.set("county-points", collection(points));
  }

  /** The substance that the counties are coloured by, while its table is open. */
  private parameter(): string | null {
    if (this.state.list !== "contamination") return null;
    return chosen(this.state.selected)?.parameter ?? parameters(pictures(this.data.summary, this.data.counties))[0] ?? null;
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
    for (const l of plan.COVERED) show(l, this.state.list !== "plan");
    show("county-share", this.topic !== "plan");
    if (this.topic === "plan") for (const l of [...plan.LAYERS, ...plan.shown(true)]) show(l, plan.shown(this.state.list === "whatif").includes(l));
    const on = (l: string): boolean => isOn(this.state.layers, l) || this.state.list === l;
    if (this.topic === "broadband") for (const l of broadband.LAYERS) show(l, broadband.visible(l, { coverage: on("broadband_coverage"), fibre: on("fibre_links"), nodes: on("broadband_nodes") }));
    if (this.topic === "services") for (const l of services.LAYERS) show(l, l === "service-use" || on("facilities"));
    if (this.topic !== "water") return;
    const switches = { sources: on("water_sources"), untested: on("untested"), links: on("water_links") };
    for (const l of water.LAYERS) show(l, water.visible(l, switches));
  }

  update(state: State): void {
    const old = this.state;
    const before = this.parameter();
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
    if (topicOf(old.list) !== topicOf(state.list) || old.plan.theme !== state.plan.theme) this.fill();
    else this.layersOn();
    if (before !== this.parameter()) this.counties();
    if (old.selected !== state.selected) this.select(state.selected, true);
  }

  hover(key: string | null): void {
    const f = key ? this.feature(key) : undefined;
    this.set("hover", f ? collection([f as Feature<Geometry, object>]) : NOTHING);
  }

  private point(village: string): Position | null {
    const g = this.data.village.get(village)?.geometry;
    return g?.type === "Point" ? g.coordinates : null;
  }

  /** A village, and the nearest place of each class of services. */
  private served(village: string): { point: Position; to: [string, string][] } | null {
    const point = this.point(village);
    const of = Object.entries(this.data.village.get(village)?.properties.services ?? {});
    return point ? { point, to: of.flatMap(([cls, r]): [string, string][] => (r.to ? [[cls, r.to]] : [])) } : null;
  }

  /** The works that would close a gap, or that begin or end here: drawn with what is selected. */
  private works(f: Feature | undefined): (Feature | undefined)[] {
    const p = f?.properties;
    if (!p) return [];
    if (this.topic === "water") {
      const own = (p["village"] as string | undefined) ?? (p["id"] as string);
      return (this.data.water?.links ?? []).filter((l) => l !== f && l.properties.village === own);
    }
    if (this.topic === "broadband") {
      const own = p["village"] ? f : this.data.broadband?.gaps.find((g) => g.properties.village === p["id"] && g.properties.remedy);
      const fibre = (own?.properties?.["remedy"] as { links?: string[] } | null)?.links ?? [];
      return fibre.map((l) => this.find.get(`fibre_links/${l}`));
    }
    if (this.topic === "services") return [];
    const linked = (p["remedy"] as { links?: string[] } | null)?.links ?? (p["links"] as string[] | undefined) ?? [];
    return linked.map((l) => this.find.get(`road_links/${l}`));
  }

  private select(key: string, fly: boolean): void {
    const f = this.feature(key);
    const parts = [f, ...this.works(f)].filter((x): x is Feature => x !== undefined);
    const w = this.topic === "water" ? this.data.water : null;
    this.set("water-uses", w ? collection(water.uses(w, key, (v) => this.point(v))) : NOTHING);
    const s = this.topic === "services" ? this.data.services : null;
    this.set("service-uses", s ? collection(services.uses(s, key, (v) => this.served(v))) : NOTHING);
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
    const own = { roads: ["fragile", "neighbours", "link"], power: power.HITS.map((l) => l[0]), water: water.HITS.map((l) => l[0]), broadband: broadband.HITS.map((l) => l[0]), services: services.HITS, plan: plan.HITS.map((l) => l[0]), scorecard: [] }[this.topic];
    const villages = ["village-gap", "village-unknown", "village-ok"];
    const want = this.topic === "plan" ? [...own, ...plan.LINKS.slice(1), ...villages] : [...villages, ...own, "county-share"];
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
    // A place of service is told by its whole key.
    if (services.HITS.includes(hit.layer)) {
      this.on.select(hit.id);
      return;
    }
    const collections: Record<string, string> = { link: "road_links", fragile: "fragile_access", neighbours: "neighbour_gaps", ...Object.fromEntries([...power.HITS, ...water.HITS, ...broadband.HITS, ...plan.HITS]) };
    this.on.select(`${collections[hit.layer] ?? "villages"}/${hit.id}`);
  }
}
