import type { Feature, Geometry } from "geojson";
import { all, listed, type ListedGap, type Schemas, type Summary, type Village } from "../api";
import { pick } from "../i18n";

/** One class of services for one village. */
export type Reach = Schemas["Reach"];
export type ServiceClass = Schemas["ServiceClass"];
export type FacilityProperties = Schemas["FacilityProperties"];

/** A place of service; schools and township seats are collections of their own. */
export interface Facility {
  key: string;
  class: string;
  name: string;
  county: string | null;
  feature: Feature<Geometry, { id: string }>;
}

/** What the theme fetches when its tab opens first. */
export interface ServicesData {
  gaps: ListedGap[];
  facilities: Facility[];
  /** By class and id. */
  facility: Map<string, Facility>;
  /** Villages whose nearest place of a class this is, by class and id. */
  users: Map<string, Village[]>;
}

const OWN: Record<string, string> = { school: "schools", seat: "seats" };

export function placeId(cls: string, id: string): string {
  return `${cls}:${id}`;
}

function facility(cls: string, f: Feature<Geometry, { id: string; name: string | null; county?: string | null }>): Facility {
  const p = f.properties;
  return { key: `${OWN[cls] ?? "facilities"}/${p.id}`, class: cls, name: p.name ?? p.id, county: p.county ?? null, feature: f };
}

type Place = Feature<Geometry, { id: string; name: string | null; county?: string | null }>;

export async function loadServices(summary: Summary, villages: Village[], schools: Place[], seats: Place[]): Promise<ServicesData> {
  const there = new Set(summary.collections.map((c) => c.id));
  const [gaps, own] = await Promise.all([listed("service_gaps", "class"), there.has("facilities") ? all<FacilityProperties>("facilities") : []]);
  const asked = new Set(classes(summary).map((c) => c.key));
  const facilities = [
    ...own.map((f) => facility(f.properties.class, f)),
    ...(asked.has("school") ? schools.map((f) => facility("school", f)) : []),
    ...(asked.has("seat") ? seats.map((f) => facility("seat", f)) : []),
  ];
  return { gaps, facilities, facility: new Map(facilities.map((f) => [placeId(f.class, f.feature.properties.id), f])), users: usersOf(villages) };
}

/** Villages by the place of each class that is nearest to them. */
export function usersOf(villages: Village[]): Map<string, Village[]> {
  const out = new Map<string, Village[]>();
  for (const v of villages) {
    for (const [cls, r] of Object.entries(v.properties.services ?? {})) {
      if (!r.to) continue;
      const key = placeId(cls, r.to);
      const at = out.get(key);
      if (at) at.push(v);
      else out.set(key, [v]);
    }
  }
  return out;
}

export function classes(s: Summary): ServiceClass[] {
  return s.counts.services?.classes ?? [];
}

/** The name of a class in the page's language. */
export function className(s: Summary, key: string): string {
  const name = classes(s).find((c) => c.key === key)?.name ?? s.rules_services?.classes[key];
  return name ? pick(name) : key;
}

/** People of villages, as far as they are known. */
export function peopleOf(villages: Village[]): number | null {
  const known = villages.map((v) => v.properties.population).filter((n) => n !== null);
  return known.length > 0 ? known.reduce((a, b) => a + b, 0) : null;
}

/** A filter by class shares the address with the filter by kind. */
export const CLASS_TAG = "class-";
