import { NavigationControl, prewarm, RasterTileSource, ScaleControl, setWorkerUrl, VectorTileSource, type GeoJSONSource, type Map as GlMap, type MapMouseEvent, type PaddingOptions, type StyleSpecification } from "maplibre-gl";
import type { Feature, FeatureCollection, Geometry, Position } from "geojson";
import { CalmMap } from "./calm-map";
import { PALETTES, step } from "./colours";
import { allBut, hatched, NOTHING, OWN, style, TILED, UNKNOWN_DISC, UNKNOWN_HATCH } from "./map-style";
import { needOf, weightsNow } from "./needs";
import { counting, GROUNDS, substance, themed, type Ground } from "./ground";
import { byId } from "./dom";
import { boxOf, join, reach, type Box } from "./geometry";
import type { Village } from "./api";
import type { State } from "./state";
import type { Unit } from "./region";
import { gapWhole, themeOf, verdictOf, type Data } from "./store";
import * as plan from "./plan/plan-map";
import { isChanges, isOn, topicOf, type Topic } from "./themes";
import { gapsOf } from "./themes/power-data";
import * as broadband from "./themes/broadband-map";
import * as changes from "./themes/changes-map";
import * as became from "./themes/changes-signs";
import * as power from "./themes/power-map";
import * as services from "./themes/services-map";
import * as social from "./themes/social-signs";
import * as water from "./themes/water-map";
import { image } from "./themes/water-signs";
import { VILLAGE_ZOOM } from "./zooms";

/** Starts the map's threads, so that they are there when the data is; `script` is what they run. */
export function start(script: string): void {
  setWorkerUrl(script);
  prewarm();
}

function collection(features: Feature<Geometry, object>[]): FeatureCollection {
  return { type: "FeatureCollection", features: features as Feature[] };
}

/** The village that a village or a gap of one is about; of anything else nothing. */
function villageOf(key: string, f: Feature | undefined): string {
  if (key.startsWith("villages/")) return key.slice("villages/".length);
  return f?.geometry.type === "Point" && typeof f.properties?.["village"] === "string" ? f.properties["village"] : "";
}

export interface MapEvents {
  select: (key: string) => void;
  moved: (view: [number, number, number]) => void;
  error: (e: unknown) => void;
  /** The style has all its data. */
  filled: () => void;
  /** The whole opening view shows. */
  drawn: () => void;
  /** Whether a click was meant for something else than the page. */
  clicked: (e: MapMouseEvent) => boolean;
}

/** Room around the opening view: the legend stands at the left on wide screens, the buttons at the right on narrow ones. */
function room(container: HTMLElement): { top: number; bottom: number; left: number; right: number } {
  const wide = container.clientWidth > 700;
  return { top: 32, bottom: 40, left: wide ? 270 : 24, right: wide ? 32 : 56 };
}

/** Road gaps of villages with no way at all: a thicker rim. */
const CUT = new Set(["cut_off", "no_road"]);

/** The map: the region's own layers, nothing from outside. */
export class Atlas {
  readonly map: GlMap;
  private readonly there: ReadonlySet<string>;
  private ready = false;
  /** The opening view has been drawn once. */
  private shown = false;
  /** What is nearer than counties was left out of it. */
  private late = false;
  /** Sources of the style that stands that have been filled. */
  private readonly filled = new Set<string>();
  private find: Map<string, Feature> = new Map();

  constructor(
    container: HTMLElement,
    private readonly data: Data,
    private state: State,
    private readonly on: MapEvents,
  ) {
    this.there = new Set(data.summary.collections.map((c) => c.id));
    const box = data.summary.bbox ?? [0, -60, 1, 60];
    const view = state.view;
    this.map = new CalmMap({
      container,
      style: this.style(),
      ...(view ? { center: [view[0], view[1]] as [number, number], zoom: view[2] } : { bounds: this.opening(box), fitBoundsOptions: { padding: room(container) } }),
      attributionControl: false,
      maxZoom: 18,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
      // Tests check every style that the page can make.
      validateStyle: false,
    });
    this.map.touchZoomRotate.disableRotation();
    // What was drawn is gone from the canvas once it shows; keeping it would cost every frame. Paper needs it anew.
    addEventListener("beforeprint", () => this.map.redraw());
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-right");
    // Data go into the style as soon as it stands, before its tiles are there; and into every later one.
    this.map.on("style.load", () => {
      this.ready = true;
      this.filled.clear();
      this.fill();
    });
    // Whether it still changes, for who reads the page and for tests of it.
    this.map.on("render", () => container.setAttribute("aria-busy", "true"));
    this.map.on("idle", () => container.setAttribute("aria-busy", "false"));
    this.map.once("idle", () => {
      // What benchmarks of the page wait for.
      performance.mark("first-map");
      this.shown = true;
      on.drawn();
      if (!this.ready) return;
      this.layersOn();
      if (!this.late) return;
      this.units("towns");
      this.villages();
    });
    this.map.on("moveend", () => {
      const c = this.map.getCenter();
      on.moved([c.lng, c.lat, this.map.getZoom()]);
    });
    this.map.on("error", (e) => {
      // A map from elsewhere that does not come is no silence of the service.
      if ((e as { sourceId?: string }).sourceId !== "basemap") on.error(e.error);
    });
    this.map.on("click", (e) => on.clicked(e) || this.click(e.point.x, e.point.y));
    this.map.on("mousemove", (e) => {
      const hit = this.hits(e.point.x, e.point.y)[0];
      this.map.getCanvas().style.cursor = hit ? "pointer" : "";
    });
  }

  private style(): StyleSpecification {
    return style(PALETTES[this.state.theme], { there: this.there, summary: this.data.summary, shaded: this.shaded, visible: this.visible() });
  }

  /** Counties are coloured, so that villages need not show from afar. */
  private get shaded(): boolean {
    return this.there.has("counties") && this.data.region.counties.some((c) => c.villages > 0);
  }

  /** Target counties if the atlas names some, else everything. */
  private opening(box: Box): Box {
    const busy = this.data.region.counties.filter((c) => c.target).flatMap((c) => (c.box ? [c.box] : []));
    return busy.reduce<Box | null>(join, null) ?? box;
  }

  /** Fills a source; one that is empty and stays so costs nothing. */
  private set(source: string, data: FeatureCollection): void {
    if (data.features.length === 0 && !this.filled.has(source)) return;
    this.filled.add(source);
    (this.map.getSource(source) as GeoJSONSource | undefined)?.setData(data);
  }

  private get topic(): Topic {
    return topicOf(this.state.list) ?? "roads";
  }

  /** Everything that can be selected or pointed at, by its key. */
  private index(): void {
    const d = this.data;
    const all: [string, Feature[]][] = [
      ["villages", d.region.villages],
      ["road_gaps", d.roads?.gaps ?? []],
      ["road_links", d.roads?.links ?? []],
      ["neighbour_gaps", d.neighbours ?? []],
      ["fragile_access", d.fragile ?? []],
    ];
    const p = d.power;
    if (p) all.push(["power_gaps", p.gaps], ["low_voltage_areas", p.areas], ["transformers", p.transformers], ["tie_lines", p.ties]);
    const w = d.water;
    if (w) all.push(["water_gaps", w.gaps], ["water_sources", w.sources], ["water_links", w.links]);
    const b = d.broadband;
    if (b) all.push(["broadband_gaps", b.gaps], ["fibre_links", b.fibre], ["broadband_nodes", b.nodes], ["broadband_coverage", b.coverage]);
    const s = d.services;
    if (s) all.push(["service_gaps", s.gaps], ["facilities", s.facilities.filter((f) => f.key.startsWith("facilities/")).map((f) => f.feature)]);
    all.push(["schools", d.schools ?? []], ["seats", d.seats ?? []]);
    // Gaps that are none any more lie where they were.
    const gone = (d.changes?.all ?? []).flatMap((b): [string, Feature][] => (b.at ? [[b.key, { type: "Feature", geometry: { type: "Point", coordinates: b.at }, properties: {} }]] : []));
    this.find = new Map([...gone, ...all.flatMap(([name, features]) => features.map((f): [string, Feature] => [`${name}/${String(f.properties?.["id"])}`, f]))]);
  }

  private feature(key: string): Feature | undefined {
    return this.data.full.get(key) ?? this.find.get(key);
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
    for (const k of became.MAPPED) {
      const pixels = this.map.hasImage(became.picture(k)) ? null : became.image(k);
      if (pixels) this.map.addImage(became.picture(k), pixels, { pixelRatio: 2 });
    }
    const c = PALETTES[this.state.theme];
    for (const [name, disc] of [[UNKNOWN_DISC, true], [UNKNOWN_HATCH, false]] as const) {
      const pixels = this.map.hasImage(name) ? null : hatched(c.unknown, c.land, disc);
      if (pixels) this.map.addImage(name, pixels, { pixelRatio: disc ? 1 : 2 });
    }
    this.units();
    this.villages();
    this.set("schools", collection(d.schools ?? []));
    this.set("seats", collection(d.seats ?? []));
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
      this.set("no-mobile", collection(broadband.silent(d.villages ?? [])));
    }
    if (d.services) this.set("facilities", collection(services.marks(d.services)));
    this.changes();
    this.layersOn();
    this.select(this.state.selected, false);
    this.on.filled();
  }

  /** Before the first map, where counties alone show: what is nearer comes after it. */
  private get afar(): boolean {
    return !this.shown && this.shaded && this.map.getZoom() < VILLAGE_ZOOM;
  }

  /** Villages in the colours of the open theme, or of their need in all. */
  private villages(): void {
    if (this.afar) {
      this.late = true;
      return;
    }
    const topic = themed(this.state);
    const theme = themeOf(topic);
    const weights = weightsNow(this.state.weights, this.data.region.weights);
    const cut = new Set((topic === "roads" ? (this.data.roads?.gaps ?? []) : []).filter((g) => CUT.has(g.properties.kind)).map((g) => g.properties.village));
    const all = this.data.region.villages.map((v) => {
      const p = v.properties;
      const severity = theme === "all" ? (needOf(p, weights)?.need ?? 0) : (p.severity[theme] ?? 0);
      return { type: "Feature" as const, geometry: v.geometry, properties: { id: p.id, name: p.name, verdict: verdictOf(topic, p), state: cut.has(p.id) ? "cut_off" : "", severity } };
    });
    this.set("villages", collection(all));
  }

  /** Where gaps were closed and opened, while their list is open. */
  private changes(): void {
    this.set("changes", collection(isChanges(this.state.list) ? changes.marks(this.data, themeOf(this.topic)) : []));
  }

  /** Counties and towns, or one of them, in their colours, and what is counted in them. */
  private units(only?: Ground["of"]): void {
    const d = this.data;
    const { steps, count } = counting(d, this.state);
    const since = (g: Ground, u: Unit): ReturnType<typeof changes.label> => (g.of === "counties" && isChanges(this.state.list) ? changes.label(d, themeOf(this.topic), u.id) : null);
    for (const g of GROUNDS) {
      if ((only && g.of !== only) || (g.of === "towns" && this.afar)) continue;
      const all = d.region[g.of].filter((u) => u.villages > 0).map((u) => ({ u, of: count(g.of, u), since: since(g, u) }));
      if (this.there.has(g.of)) {
        for (const { u, of } of all) this.map.setFeatureState({ source: g.source, sourceLayer: g.of, id: u.id }, { class: of.share === null ? -1 : step(of.share, steps) });
        this.map.setFilter(g.unknown, ["in", ["get", g.key], ["literal", all.filter((x) => x.of.share === null).map((x) => x.u.id)]]);
      }
      const names = all.map(({ u, of, since }): Feature<Geometry, object> => {
        const text = since?.text ?? `${of.part} / ${of.whole}`;
        return { type: "Feature", geometry: { type: "Point", coordinates: u.at }, properties: { label: this.topic === "plan" ? u.name : `${u.name}\n${text}`, rank: since?.rank ?? -of.part } };
      });
      this.set(g.names, collection(names));
    }
  }

  /** Tiles that did not come are asked for again. */
  reload(): void {
    for (const name of [...Object.keys(TILED), "relief"]) {
      const source = this.map.getSource(name);
      if (source instanceof VectorTileSource || source instanceof RasterTileSource) source.setTiles(source.tiles);
    }
    this.refresh();
  }

  /** What is selected came whole. */
  reselect(): void {
    if (this.ready) this.select(this.state.selected, true);
  }

  /** New data of a theme came. */
  refresh(): void {
    if (this.ready) this.fill();
  }

  private layersOn(): void {
    for (const [l, yes] of this.visible()) if (this.map.getLayer(l)) this.map.setLayoutProperty(l, "visibility", yes ? "visible" : "none");
  }

  /** Layers that come and go with the tab and the switches, and whether they show now. */
  private visible(): Map<string, boolean> {
    const all = new Map<string, boolean>();
    const show = (l: string, yes: boolean): unknown => all.set(l, yes);
    for (const [topic, own] of Object.entries(OWN)) for (const l of own) show(l, topic === this.topic);
    for (const l of ["neighbours", "fragile", "schools", "seats", "ties", "feeders"]) {
      const elsewhere = Object.entries(OWN).some(([topic, own]) => topic !== this.topic && own.includes(l));
      show(l, !elsewhere && (this.state.layers.includes(l) || this.state.list === l));
    }
    show(changes.LAYER, isChanges(this.state.list));
    // What the planner asks for first is drawn first, shadow and light of the ground after it.
    show("relief", this.shown && isOn(this.state.layers, "relief"));
    for (const l of plan.COVERED) show(l, this.state.list !== "plan");
    show("county-share", this.topic !== "plan");
    show("county-unknown", this.topic !== "plan");
    show("town-share", this.topic !== "plan");
    show("town-unknown", this.topic !== "plan");
    if (this.topic === "plan") for (const l of [...plan.LAYERS, ...plan.shown(true)]) show(l, plan.shown(this.state.list === "whatif").includes(l));
    const on = (l: string): boolean => isOn(this.state.layers, l) || this.state.list === l;
    if (this.topic === "broadband") for (const l of broadband.LAYERS) show(l, broadband.visible(l, { coverage: on("broadband_coverage"), fibre: on("fibre_links"), nodes: on("broadband_nodes") }));
    if (this.topic === "services") for (const l of services.LAYERS) show(l, l === "service-use" || on("facilities"));
    if (this.topic !== "water") return all;
    const switches = { sources: on("water_sources"), untested: on("untested"), links: on("water_links") };
    for (const l of water.LAYERS) show(l, water.visible(l, switches));
    return all;
  }

  update(state: State): void {
    const old = this.state;
    const before = substance(this.data, this.state);
    this.state = state;
    if (!this.ready) return;
    if (old.theme !== state.theme) {
      this.ready = false;
      this.map.setStyle(this.style(), { diff: false });
      return;
    }
    if (topicOf(old.list) !== topicOf(state.list) || old.plan.theme !== state.plan.theme) this.fill();
    else this.layersOn();
    if (old.weights !== state.weights) {
      this.villages();
      this.units();
    }
    const since = isChanges(old.list) !== isChanges(state.list);
    if (since) this.changes();
    if (since || before !== substance(this.data, state)) this.units();
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
    const of = Object.entries((this.data.full.get(`villages/${village}`)?.properties?.["services"] as Village["properties"]["services"]) ?? {});
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
      const own = p["village"] ? [f] : ((p["gaps"] as string[] | undefined) ?? []).filter((g) => g.startsWith("broadband:")).map((g) => gapWhole(this.data, g));
      const fibre = own.flatMap((g) => (g?.properties?.["remedy"] as { links?: string[] } | null)?.links ?? []);
      return fibre.map((l) => this.find.get(`fibre_links/${l}`));
    }
    if (this.topic === "services") return [];
    const linked = (p["remedy"] as { links?: string[] } | null)?.links ?? (p["links"] as string[] | undefined) ?? [];
    return linked.map((l) => this.feature(`road_links/${l}`));
  }

  private select(key: string, fly: boolean): void {
    const f = this.feature(key);
    const parts = [f, ...this.works(f)].filter((x): x is Feature => x !== undefined);
    const w = this.topic === "water" ? this.data.water : null;
    const drawn = w ? water.uses(w, key, (v) => this.point(v)) : [];
    this.set("water-uses", collection(drawn));
    const s = this.topic === "services" ? this.data.services : null;
    const served = s ? services.uses(s, key, (v) => this.served(v)) : [];
    this.set("service-uses", collection(served));
    const village = villageOf(key, f);
    const label = this.data.region.village.get(village)?.properties.name;
    this.set("selected", collection(parts.map((p) => (p === f && label ? { ...p, properties: { ...p.properties, label } } : p)) as Feature<Geometry, object>[]));
    this.map.setFilter("village-name", allBut(label ? village : ""));
    if (f && fly) this.fit(boxOf([...parts, ...drawn, ...served]), f);
  }

  /** Shows the whole of what tells of a selection; where that is a point alone, as far around as its evidence was measured. */
  private fit(box: Box | null, f: Feature): void {
    if (!box) return;
    const all = box[0] === box[2] && box[1] === box[3] ? reach(box, this.measured(f)) : box;
    const margins = this.margins();
    const to = this.map.cameraForBounds(all, { padding: margins, maxZoom: 13 });
    if (!to) return;
    const { clientWidth, clientHeight } = this.map.getContainer();
    const corners = [this.map.project([all[0], all[1]]), this.map.project([all[2], all[3]])];
    const free = corners.every(({ x, y }) => x > 0 && y > 0 && x < clientWidth - margins.covered && y < clientHeight);
    const seen = free && this.map.getZoom() >= Math.min(11, to.zoom ?? 11);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!seen) this.map.easeTo({ ...to, duration: still ? 0 : 600 });
  }

  /** The farthest that a gap, or the gaps of a village in the open theme, were measured to, in metres. */
  private measured(f: Feature): number {
    const theme = themeOf(this.topic);
    const ids = (f.properties?.["gaps"] as string[] | undefined) ?? [];
    const gaps = [f, ...ids.map((id) => gapWhole(this.data, id))].map((g) => g?.properties);
    const far = gaps.filter((p) => p?.["unit"] === "m" && (theme === "all" || p["theme"] === theme)).map((p) => Number(p?.["measured"] ?? 0));
    return Math.max(0, ...far);
  }

  /** Room around what is fitted into the map, in pixels: the open legend stands at its left, the drawer over its right on narrow screens. */
  private margins(): PaddingOptions & { covered: number } {
    const map = this.map.getContainer().getBoundingClientRect();
    const legend = byId("legend").getBoundingClientRect();
    const drawer = byId("drawer");
    const covered = drawer.hidden ? 0 : Math.max(0, map.right - drawer.getBoundingClientRect().left);
    const free = map.width - covered;
    // A phone on its side has little height.
    const [high, wide] = [Math.min(90, map.height / 4), Math.min(90, map.width / 4)];
    if (covered > 0 && free > 90) return { top: high, bottom: high, right: covered + 30, left: 30, covered };
    const beside = map.width > 2 * legend.width + 180 && legend.height > 120;
    return { top: high, bottom: high, right: wide, left: beside ? legend.width + 60 : wide, covered: 0 };
  }

  private hits(x: number, y: number): { layer: string; id: string }[] {
    if (!this.ready) return [];
    const own = { all: [], roads: ["fragile", "neighbours", "link"], power: power.HITS.map((l) => l[0]), water: water.HITS.map((l) => l[0]), broadband: broadband.HITS.map((l) => l[0]), services: services.HITS, plan: plan.HITS.map((l) => l[0]), scorecard: [] }[this.topic];
    const villages = ["village-gap", "village-unknown", "village-ok"];
    const units = GROUNDS.map((g) => g.share);
    const want = isChanges(this.state.list) ? [changes.LAYER, ...villages, ...own, ...units] : this.topic === "plan" ? [...own, ...plan.LINKS.slice(1), ...villages] : [...villages, ...own, ...units];
    const shown = want.filter((l) => this.map.getLayer(l));
    const found = this.map.queryRenderedFeatures([[x - 4, y - 4], [x + 4, y + 4]], { layers: shown });
    return found
      .map((f) => ({ layer: f.layer.id, id: String(f.properties[GROUNDS.find((g) => g.share === f.layer.id)?.key ?? "id"]) }))
      .sort((a, b) => want.indexOf(a.layer) - want.indexOf(b.layer));
  }

  private click(x: number, y: number): void {
    const hit = this.hits(x, y)[0];
    if (!hit) return;
    const ground = GROUNDS.find((g) => g.share === hit.layer);
    if (ground) {
      const box = this.data.region[ground.of].find((u) => u.id === hit.id)?.box;
      if (box) this.map.fitBounds(box, { padding: 48, ...ground.near });
      return;
    }
    if (hit.layer === changes.LAYER) {
      this.on.select(changes.next(hit.id, this.state.selected));
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
