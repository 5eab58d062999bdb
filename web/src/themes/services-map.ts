import type { Feature, Geometry, Position } from "geojson";
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { Palette } from "../colours";
import { placeId, type Facility, type ServicesData } from "./services-data";
import { signKey } from "./social-signs";

export const SOURCES = ["service-uses", "facilities"];

/** Layers of the theme, bottom first, and those a click asks, top first. */
export const LAYERS = ["service-use", "facility", "facility-name"];
export const HITS: string[] = ["facility"];

/** From these zooms on places of service and their names show. */
const SIGN_ZOOM = 9;
const NAME_ZOOM = 12.5;

export function layers(c: Palette, font: string[]): LayerSpecification[] {
  const size: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], SIGN_ZOOM, 0.34, 11, 0.5, 14, 0.8];
  return [
    { id: "service-use", type: "line", source: "service-uses", layout: { "line-cap": "round" }, paint: { "line-color": c.accent, "line-width": 3, "line-dasharray": [0.1, 2] } },
    {
      id: "facility",
      type: "symbol",
      source: "facilities",
      minzoom: SIGN_ZOOM,
      // Signs stand around the village they are in, each class on its own side.
      layout: {
        "icon-image": ["concat", "social-", ["get", "sign"]],
        "icon-size": size,
        "icon-offset": ["match", ["get", "sign"], "clinic", ["literal", [-32, -20]], "culture_room", ["literal", [32, -20]], "station", ["literal", [-32, 20]], "school", ["literal", [32, 20]], ["literal", [0, 0]]],
        "icon-allow-overlap": true,
      },
    },
    {
      id: "facility-name",
      type: "symbol",
      source: "facilities",
      minzoom: NAME_ZOOM,
      layout: { "text-field": ["get", "name"], "text-font": font, "text-size": 11, "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 1.4, "text-optional": true },
      paint: { "text-color": c.place, "text-halo-color": c.halo, "text-halo-width": 1.4 },
    },
  ];
}

/** Places of service as the map needs them. */
export function marks(d: ServicesData): Feature<Geometry, object>[] {
  return d.facilities.map((f) => ({ type: "Feature", geometry: f.feature.geometry, properties: { id: f.key, name: f.name, sign: signKey(f.class) } }));
}

function facilityAt(d: ServicesData, key: string): Facility | undefined {
  return d.facilities.find((f) => f.key === key);
}

/** Lines between what is selected and what it is served by: a village and its nearest places, or a place and its villages. */
export function uses(d: ServicesData, key: string, village: (id: string) => { point: Position; to: [string, string][] } | null): Feature<Geometry, object>[] {
  const line = (a: Position, b: Position): Feature<Geometry, object> => ({ type: "Feature", geometry: { type: "LineString", coordinates: [a, b] }, properties: {} });
  const at = (f: Facility): Position | null => (f.feature.geometry.type === "Point" ? f.feature.geometry.coordinates : null);
  const place = facilityAt(d, key);
  if (place) {
    const from = at(place);
    const users = d.users.get(placeId(place.class, place.feature.properties.id)) ?? [];
    return from ? users.flatMap((v) => (v.geometry.type === "Point" ? [line(from, v.geometry.coordinates)] : [])) : [];
  }
  const gap = d.gaps.find((g) => key === `service_gaps/${g.properties.id}`)?.properties;
  const own = gap ? village(gap.village ?? "") : key.startsWith("villages/") ? village(key.slice("villages/".length)) : null;
  if (!own) return [];
  // A gap is of one class; a village has them all.
  const wanted = own.to.filter(([cls]) => !gap || cls === gap.class);
  const ends = wanted.map(([cls, id]) => d.facility.get(placeId(cls, id))).map((f) => (f ? at(f) : null));
  return ends.filter((e) => e !== null).map((e) => line(own.point, e));
}
