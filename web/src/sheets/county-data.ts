import type { Feature, Geometry } from "geojson";
import { GAPS, one, scorecard, summary, type County, type CountyProperties, type Verdict } from "../api";
import { columns, type Card, type Figure } from "../themes/scorecard-data";
import { items, themesOf, type Place, type SheetGap, type SheetSummary, type SheetVillage } from "./data";
import { kept, previous } from "./runs";
import { loadSince, type Since } from "./since";
import type { Counted } from "./missing";
import type { Theme } from "../region";

export interface CountySheet {
  summary: SheetSummary;
  card: Card;
  towns: Card[];
  /** Indicators with anything to count in the region. */
  keys: Figure[];
  currency: string;
  county: County | null;
  villages: Feature<Geometry, SheetVillage>[];
  gaps: Record<Theme, { kind: string; verdict: Verdict; status?: string | null }[]>;
  counted: Counted;
  /** What became of its gaps since the last run of other data; null where none was kept. */
  since: Since | null;
}

/** All that the service knows of a county; null where it has none of this id. */
export async function loadCounty(id: string): Promise<CountySheet | null> {
  const [s, cards, county] = await Promise.all([summary() as Promise<SheetSummary>, scorecard(), one<CountyProperties>("counties", id)]);
  const card = cards.counties.find((c) => c.id === id);
  if (!card) return null;
  const earlier = previous(await kept(), s.data_version);
  const here = { county: id };
  // Of the larger themes only what is counted.
  const counts = { ...here, properties: "kind,verdict,status" };
  const bare = { ...here, properties: "kind,verdict" };
  const planned = s.collections.some((c) => c.id === "projects") ? counts : bare;
  const there = themesOf(s);
  const gapsOf = (x: Theme): Promise<Feature<Geometry, SheetGap>[]> => (there.includes(x) ? items<SheetGap>(s, GAPS[x], planned) : Promise.resolve([]));
  const [villages, roadGaps, pairs, schools, sources, power, water, broadband, services, since] = await Promise.all([
    items<SheetVillage>(s, "villages", here),
    items<SheetGap>(s, GAPS.roads, here),
    items<SheetGap>(s, "neighbour_gaps", { properties: "village,village_name,other,verdict" }),
    items<Place & { state: string }>(s, "schools", here),
    items<{ id: string; name: string | null; tests: number }>(s, "water_sources", { ...here, properties: "id,name,tests" }),
    gapsOf("power"),
    gapsOf("water"),
    gapsOf("broadband"),
    gapsOf("services"),
    earlier && loadSince(earlier.date, id),
  ]);
  const plain = <P>(all: Feature<Geometry, P>[]): P[] => all.map((f) => f.properties);
  return {
    summary: s,
    card,
    towns: cards.towns.filter((x) => x.county === id && x.villages > 0),
    keys: columns(cards, s.themes ?? []),
    currency: cards.currency,
    county,
    villages,
    gaps: { roads: plain(roadGaps), power: plain(power), water: plain(water), broadband: plain(broadband), services: plain(services) },
    counted: {
      villages: plain(villages),
      marked: cards.reference.priority_villages > 0,
      classes: s.counts.services?.classes ?? [],
      schools: plain(schools),
      roadGaps: plain(roadGaps),
      pairs: plain(pairs),
      sources: plain(sources),
    },
    since,
  };
}
