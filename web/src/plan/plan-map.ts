import type { Feature, FeatureCollection, Geometry, Position } from "geojson";
import type { ExpressionSpecification, FilterSpecification, GeoJSONSource, LayerSpecification, Map as GlMap } from "maplibre-gl";
import { RAMP, type Palette } from "../colours";
import { fifth } from "./curve";
import type { Edit } from "./edits";
import type { Change, Place, Plan, Work } from "./plan-api";

export const SOURCES = ["plan-rest", "plan-works", "plan-labels", "plan-villages", "plan-edits", "plan-sketch", "plan-changes"];

/** Layers of the plan, bottom first; then those of the scenario. */
const OF_PLAN = ["plan-rest-line", "plan-rest-point", "plan-chosen", "plan-case", "plan-line", "plan-next", "plan-point", "plan-village", "plan-no-way", "plan-number"];
const OF_SCENARIO = ["plan-edit-case", "plan-edit-line", "plan-edit-point", "plan-edit-name", "plan-sketch-line", "plan-sketch-point", "plan-changed", "plan-change"];
export const LAYERS = [...OF_PLAN, ...OF_SCENARIO];
/** What a click asks, top first, and whose id it finds. */
export const HITS: [string, string][] = [["plan-change", "villages"], ["plan-changed", "villages"], ["plan-point", "plan_works"], ["plan-village", "villages"], ["plan-no-way", "villages"], ["plan-line", "plan_works"], ["plan-next", "plan_works"]];
/** Roads are there to be seen; stretches to build, where they can be taken as built. */
const ROADS = ["road-unknown", "road-earth", "road-gravel", "road-island"];
export const LINKS = ["link-case", "link"];
/** From here on works carry their number. */
const NUMBER_ZOOM = 10.5;

/** The first works are the darkest. */
export function colourOf(fifths: number): string {
  return RAMP[4 - fifths] ?? RAMP[4];
}

export function layers(c: Palette, font: string[], villageZoom: number): LayerSpecification[] {
  const width = (small: number, large: number): ExpressionSpecification => ["interpolate", ["linear"], ["zoom"], 6, small, 14, large];
  const order = ["match", ["get", "fifth"], ...[0, 1, 2, 3].flatMap((q) => [q, colourOf(q)]), colourOf(4)] as unknown as ExpressionSpecification;
  const round = { "line-cap": "round", "line-join": "round" } as const;
  const point: FilterSpecification = ["==", ["geometry-type"], "Point"];
  const halo = { "text-color": c.label, "text-halo-color": c.halo, "text-halo-width": 1.6 };
  const text = (size: number): { "text-font": string[]; "text-size": number } => ({ "text-font": font, "text-size": size });
  return [
    { id: "plan-rest-line", type: "line", source: "plan-rest", layout: round, paint: { "line-color": c.unknown, "line-width": width(0.8, 3), "line-opacity": 0.55 } },
    { id: "plan-rest-point", type: "circle", source: "plan-rest", filter: point, paint: { "circle-radius": width(1.5, 5), "circle-color": c.unknown, "circle-opacity": 0.55 } },
    { id: "plan-chosen", type: "line", source: "selected", layout: round, paint: { "line-color": c.accent, "line-width": width(8, 18), "line-opacity": 0.6 } },
    { id: "plan-case", type: "line", source: "plan-works", layout: round, paint: { "line-color": c.edge, "line-width": width(2.6, 8.5) } },
    { id: "plan-line", type: "line", source: "plan-works", layout: round, paint: { "line-color": order, "line-width": width(1.4, 6) } },
    { id: "plan-next", type: "line", source: "plan-works", layout: { "line-cap": "butt" }, paint: { "line-color": c.label, "line-width": width(0.8, 2.5), "line-dasharray": [2, 1.5], "line-opacity": 0.8 } },
    {
      id: "plan-village",
      type: "circle",
      source: "plan-villages",
      filter: ["!=", ["get", "state"], "no_way"],
      minzoom: villageZoom - 1,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], villageZoom, 2.6, 14, 7],
        "circle-color": ["match", ["get", "state"], "served", c.ok, c.land],
        "circle-stroke-color": ["match", ["get", "state"], "left", c.unknown, c.ok],
        "circle-stroke-width": 2,
      },
    },
    { id: "plan-point", type: "circle", source: "plan-works", filter: point, paint: { "circle-radius": width(3, 10), "circle-color": order, "circle-stroke-color": c.edge, "circle-stroke-width": 1.2 } },
    {
      id: "plan-no-way",
      type: "symbol",
      source: "plan-villages",
      minzoom: villageZoom - 1,
      filter: ["==", ["get", "state"], "no_way"],
      layout: { ...text(15), "text-field": "×", "text-allow-overlap": true },
      paint: { ...halo, "text-color": c.place },
    },
    {
      id: "plan-number",
      type: "symbol",
      source: "plan-labels",
      minzoom: NUMBER_ZOOM,
      layout: { ...text(12), "text-field": ["to-string", ["get", "order"]], "symbol-sort-key": ["get", "order"], "text-padding": 1 },
      paint: halo,
    },
    { id: "plan-edit-case", type: "line", source: "plan-edits", layout: round, paint: { "line-color": c.halo, "line-width": width(4, 11) } },
    { id: "plan-edit-line", type: "line", source: "plan-edits", layout: round, paint: { "line-color": c.accent, "line-width": width(2.5, 6) } },
    { id: "plan-edit-point", type: "circle", source: "plan-edits", filter: point, paint: { "circle-radius": 8, "circle-color": c.accent, "circle-stroke-color": c.halo, "circle-stroke-width": 2.5 } },
    {
      id: "plan-edit-name",
      type: "symbol",
      source: "plan-edits",
      minzoom: 9,
      layout: { ...text(12), "text-field": ["get", "name"], "symbol-placement": "point", "text-variable-anchor": ["left", "right", "top"], "text-radial-offset": 1, "text-justify": "auto" },
      paint: { ...halo, "text-color": c.accent },
    },
    { id: "plan-sketch-line", type: "line", source: "plan-sketch", layout: round, paint: { "line-color": c.accent, "line-width": 3, "line-dasharray": [2, 1.5] } },
    { id: "plan-sketch-point", type: "circle", source: "plan-sketch", filter: point, paint: { "circle-radius": 4.5, "circle-color": c.halo, "circle-stroke-color": c.accent, "circle-stroke-width": 2 } },
    {
      id: "plan-changed",
      type: "circle",
      source: "plan-changes",
      minzoom: villageZoom,
      filter: ["==", ["get", "change"], "changed"],
      paint: { "circle-radius": 3.5, "circle-color": c.label, "circle-stroke-color": c.halo, "circle-stroke-width": 2 },
    },
    {
      id: "plan-change",
      type: "symbol",
      source: "plan-changes",
      filter: ["!=", ["get", "change"], "changed"],
      layout: { ...text(18), "text-field": ["match", ["get", "change"], "closed", "✓", "!"], "text-allow-overlap": true },
      paint: { "text-color": ["match", ["get", "change"], "closed", c.good, c.bad], "text-halo-color": c.halo, "text-halo-width": 2.5 },
    },
  ];
}

/** Which layers show besides the base map, while the plan or the scenario is open. */
export function shown(whatIf: boolean): string[] {
  return [...ROADS, ...(whatIf ? [...LINKS, ...OF_SCENARIO] : [...OF_PLAN, ...OF_SCENARIO.slice(0, 4)])];
}

/** Layers of villages that the plan's own take the place of. */
export const COVERED = ["village-gap"];

const EMPTY: Feature[] = [];

function feature(geometry: Geometry, properties: Record<string, unknown>): Feature {
  return { type: "Feature", geometry, properties };
}

/** The middle position of a geometry, for its number. */
export function middle(g: Geometry): Position | null {
  if (g.type === "Point") return g.coordinates;
  const line = g.type === "LineString" ? g.coordinates : g.type === "MultiLineString" ? g.coordinates[0] : undefined;
  if (!line || line.length === 0) return null;
  if (line.length % 2 === 1) return line[(line.length - 1) / 2] ?? null;
  const [a, b] = [line[line.length / 2 - 1], line[line.length / 2]];
  return a && b ? [((a[0] ?? 0) + (b[0] ?? 0)) / 2, ((a[1] ?? 0) + (b[1] ?? 0)) / 2] : null;
}

export function box(geometries: Geometry[]): [number, number, number, number] | null {
  const all = geometries.flatMap((g): Position[] => (g.type === "Point" ? [g.coordinates] : g.type === "LineString" ? g.coordinates : g.type === "MultiLineString" ? g.coordinates.flat() : []));
  if (all.length === 0) return null;
  const [xs, ys] = [all.map((p) => p[0] ?? 0), all.map((p) => p[1] ?? 0)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** The plan and the scenario on the map. What it was told it tells again when the map's style was made anew. */
export class PlanMap {
  private readonly told = new Map<string, Feature[]>();
  private step: number | null = null;

  constructor(readonly map: GlMap) {}

  private set(source: string, features: Feature[]): void {
    this.told.set(source, features);
    const data: FeatureCollection = { type: "FeatureCollection", features };
    (this.map.getSource(source) as GeoJSONSource | undefined)?.setData(data);
  }

  /** All again, after the style was made anew. */
  redraw(): void {
    for (const [source, features] of this.told) this.set(source, features);
    this.built(this.step);
  }

  /** The chosen works in their order, and pale those that are not chosen. */
  works(plan: Plan | null, everybody: Plan | null, places: ReadonlyMap<string, Place>): void {
    const works = plan?.works ?? [];
    const chosen = new Set(works.map((w) => w.id));
    const of = (w: Work, properties: Record<string, unknown>): Feature[] => (w.geometry ? [feature(w.geometry, properties)] : []);
    this.set("plan-works", works.flatMap((w) => of(w, { id: w.id, order: w.order, fifth: fifth(w.order, works.length) })));
    this.set("plan-rest", (everybody?.works ?? []).filter((w) => !chosen.has(w.id)).flatMap((w) => of(w, { id: w.id })));
    this.set(
      "plan-labels",
      works.flatMap((w) => {
        const at = w.geometry ? middle(w.geometry) : null;
        return at ? [feature({ type: "Point", coordinates: at }, { order: w.order })] : [];
      }),
    );
    this.villages(plan, everybody, places);
  }

  private villages(plan: Plan | null, everybody: Plan | null, places: ReadonlyMap<string, Place>): void {
    const dot = (id: string, state: string, after: number): Feature[] => {
      const at = places.get(id)?.at;
      return at ? [feature({ type: "Point", coordinates: at }, { id, state, after })] : [];
    };
    const served = plan?.served ?? new Map<string, { name: string; after: number }>();
    const left = [...(everybody?.served.keys() ?? [])].filter((id) => !served.has(id));
    this.set("plan-villages", [...left.flatMap((id) => dot(id, "left", 0)), ...[...served].flatMap(([id, v]) => dot(id, "served", v.after)), ...(plan?.without_way ?? []).flatMap((id) => dot(id, "no_way", 0))]);
  }

  /** Works up to this one stand; later ones are drawn as dashes. */
  built(step: number | null): void {
    this.step = step;
    if (!this.map.getLayer("plan-line")) return;
    const upTo: FilterSpecification = ["<=", ["get", "order"], step ?? 1e9];
    const point: FilterSpecification = ["==", ["geometry-type"], "Point"];
    this.map.setFilter("plan-line", upTo);
    this.map.setFilter("plan-case", upTo);
    this.map.setFilter("plan-number", upTo);
    this.map.setFilter("plan-next", [">", ["get", "order"], step ?? 1e9]);
    this.map.setFilter("plan-point", ["all", point, upTo]);
    this.map.setPaintProperty("plan-village", "circle-opacity", ["case", ["<=", ["get", "after"], step ?? 1e9], 1, 0.15]);
  }

  hover(geometry: Geometry | null): void {
    this.set("hover", geometry ? [feature(geometry, {})] : EMPTY);
  }

  select(geometry: Geometry | null): void {
    this.set("selected", geometry ? [feature(geometry, {})] : EMPTY);
  }

  /** Forgets what other themes tell the map of themselves. */
  leave(): void {
    this.told.delete("hover");
    this.told.delete("selected");
  }

  /** Edits with the place of what they name. */
  edits(edits: { edit: Edit; geometry: Geometry | null; name: string }[]): void {
    this.set("plan-edits", edits.flatMap((e) => (e.geometry ? [feature(e.geometry, { name: e.name })] : [])));
  }

  /** A road that is being drawn, to where the pointer is. */
  sketch(at: [number, number][], pointer: [number, number] | null): void {
    const line = pointer ? [...at, pointer] : at;
    this.set("plan-sketch", [...(line.length > 1 ? [feature({ type: "LineString", coordinates: line }, {})] : []), ...at.map((p) => feature({ type: "Point", coordinates: p }, {}))]);
  }

  /** Villages whose gaps a scenario closes, opens or changes. */
  changes(lists: [string, Change[]][], places: ReadonlyMap<string, Place>): void {
    const best = new Map<string, string>();
    for (const [change, all] of lists) for (const c of all) if (c.village && !best.has(c.village)) best.set(c.village, change);
    this.set(
      "plan-changes",
      [...best].flatMap(([id, change]) => {
        const at = places.get(id)?.at;
        return at ? [feature({ type: "Point", coordinates: at }, { id, change })] : [];
      }),
    );
  }

  /** Shows these places, where they are not seen yet. */
  fit(geometries: Geometry[], always: boolean): void {
    const b = box(geometries);
    if (!b) return;
    const now = this.map.getBounds();
    if (!always && now.contains([b[0], b[1]]) && now.contains([b[2], b[3]]) && this.map.getZoom() >= 9) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.fitBounds(b, { padding: 80, maxZoom: 12, duration: still ? 0 : 600 });
  }
}
