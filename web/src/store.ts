import {
  all,
  summary,
  type County,
  type CountyProperties,
  type Gap,
  type GapProperties,
  type Link,
  type LinkProperties,
  type Summary,
  type Verdict,
  type Village,
  type VillageProperties,
} from "./api";
import type { Feature, Geometry } from "geojson";
import type { State } from "./state";
import type { ListKind, Topic } from "./themes";
import { metres, money } from "./format";
import type { BroadbandData } from "./themes/broadband-data";
import { areaRow, gapsOf, tieRow, type PowerData } from "./themes/power-data";
import { CLASS_TAG, type ServicesData } from "./themes/services-data";
import type { Scorecard } from "./themes/scorecard-data";
import { facilityRows, fibreRows, unknownBroadband, unknownServices } from "./themes/social-rows";
import { villageGaps, type SourceState, type WaterData } from "./themes/water-data";
import { linkRows, sourceRows, unknownRows, untestedRows } from "./themes/water-rows";

export interface PlaceProperties {
  id: string;
  name: string;
  state: string;
  county?: string | null;
}

/** Everything the page knows of the region, but for roads, which come by box. */
export interface Data {
  summary: Summary;
  villages: Village[];
  village: Map<string, Village>;
  gaps: Gap[];
  links: Link[];
  neighbours: Gap[];
  fragile: Gap[];
  counties: County[];
  county: Map<string, string>;
  schools: Feature<Geometry, PlaceProperties>[];
  seats: Feature<Geometry, PlaceProperties>[];
  /** Comes when its tab opens first. */
  power: PowerData | null;
  water: WaterData | null;
  broadband: BroadbandData | null;
  services: ServicesData | null;
  scorecard: Scorecard | null;
}

export async function load(): Promise<Data> {
  const [s, villages, gaps, links, neighbours, fragile, counties, schools, seats] = await Promise.all([
    summary(),
    all<VillageProperties>("villages"),
    all<GapProperties>("road_gaps"),
    all<LinkProperties>("road_links"),
    all<GapProperties>("neighbour_gaps"),
    all<GapProperties>("fragile_access"),
    all<CountyProperties>("counties"),
    all<PlaceProperties>("schools"),
    all<PlaceProperties>("seats"),
  ]);
  return {
    summary: s,
    villages,
    village: new Map(villages.map((v) => [v.properties.id, v])),
    gaps,
    links,
    neighbours,
    fragile,
    counties,
    county: new Map(counties.map((c) => [c.properties.id, c.properties.name])),
    schools,
    seats,
    power: null,
    water: null,
    broadband: null,
    services: null,
    scorecard: null,
  };
}

/** Gaps of a theme, as far as it has come. */
export function gapsOfTopic(d: Data, topic: Topic): Gap[] {
  return { roads: d.gaps, power: d.power?.gaps ?? [], water: d.water?.gaps ?? [], broadband: d.broadband?.gaps ?? [], services: d.services?.gaps ?? [], plan: [], scorecard: [] }[topic];
}

export function verdictOf(topic: Topic, p: VillageProperties): Verdict {
  return { roads: p.road_verdict, power: p.power_verdict, water: p.water_verdict, broadband: p.broadband_verdict, services: p.services_verdict, plan: p.road_verdict, scorecard: p.road_verdict }[topic] ?? "unknown";
}

/** Villages of a county with a gap in a theme. */
export function countyShare(topic: Topic, p: CountyProperties): { share: number; part: number } {
  const [share, part] = {
    roads: [p.gap_share, p.gaps],
    power: [p.power_gap_share, p.power_gaps],
    water: [p.water_gap_share, p.water_gaps],
    broadband: [p.broadband_gap_share, p.broadband_gaps],
    services: [p.services_gap_share, p.services_gaps],
    plan: [p.gap_share, p.gaps],
    scorecard: [p.gap_share, p.gaps],
  }[topic];
  return { share: share ?? 0, part: part ?? 0 };
}

/** Villages of the region with a gap in a theme. */
export function gapCount(topic: Topic, s: Summary): number | undefined {
  const c = s.counts;
  return { roads: c.gap, power: c.power?.villages_gap, water: c.water?.villages_gap, broadband: c.broadband?.villages_gap, services: c.services?.villages_gap, plan: undefined, scorecard: undefined }[topic];
}

/** One row of the list. */
export interface Row {
  /** `collection/id` */
  key: string;
  title: string;
  sub: string;
  people: number | null;
  verdict: "ok" | "gap" | "unknown";
  /** Width of the bar, 0–1. */
  score: number;
  severity: number;
  why: { zh: string; en: string } | null;
  kind: string;
  county: string;
  priority: boolean;
  text: string;
  /** The sign of a water source. */
  sign?: SourceState;
  /** The sign of a place of service. */
  mark?: string;
  /** What else the filter of kinds finds it by. */
  tags?: string[];
}

const PLACES = new Set(["school_unpaved", "township_unpaved"]);

function ofGap(d: Data, collection: string, g: Gap): Row {
  const p = g.properties;
  const county = p.county ? (d.county.get(p.county) ?? p.county) : "";
  return {
    key: `${collection}/${p.id}`,
    title: p.village_name,
    sub: [county, p.town].filter(Boolean).join(" · "),
    people: p.people,
    verdict: p.verdict,
    score: p.severity * (p.people ?? 0),
    severity: p.severity,
    why: p.why,
    kind: p.kind,
    county: p.county ?? "",
    priority: p.village ? (d.village.get(p.village)?.properties.priority ?? false) : false,
    text: `${p.village_name} ${p.village ?? ""} ${p.town ?? ""}`.toLowerCase(),
  };
}

function ofLink(d: Data, l: Link): Row {
  const p = l.properties;
  const first = p.villages[0] ? d.village.get(p.villages[0])?.properties : undefined;
  return {
    key: `road_links/${p.id}`,
    title: first ? first.name + (p.village_count > 1 ? ` +${p.village_count - 1}` : "") : p.id,
    sub: first?.county_name ?? "",
    people: p.people,
    verdict: p.surface === "unknown" ? "unknown" : "gap",
    score: p.people ?? 0,
    severity: 0,
    why: null,
    kind: p.surface,
    county: first?.county ?? "",
    priority: p.villages.some((v) => d.village.get(v)?.properties.priority ?? false),
    text: p.villages.map((v) => `${v} ${d.village.get(v)?.properties.name ?? ""}`).join(" ").toLowerCase(),
  };
}

function ofPower(d: Data, list: string): Row[] {
  return d.power ? gapsOf(d.power, list).map((g) => ofGap(d, "power_gaps", g)) : [];
}

function areas(d: Data): Row[] {
  const village = (id: string): VillageProperties | undefined => d.village.get(id)?.properties;
  return (d.power?.areas ?? []).map((a) => {
    const first = village(a.properties.villages[0] ?? "");
    const sub = [first?.county_name ?? first?.county, first?.town].filter(Boolean).join(" · ");
    return areaRow(a, (id) => village(id)?.name ?? id, (id) => village(id)?.county ?? "", sub);
  });
}

function ties(d: Data): Row[] {
  return (d.power?.ties ?? []).map((x) => {
    const p = x.properties;
    const text = `${metres(p.length_m)} · ${money(p.cost, p.currency)}`;
    return tieRow(x, { zh: text, en: text });
  });
}

/** Villages whose water is not safe, by the criterion that decides, then those of which nobody knows. */
function ofWater(d: Data): Row[] {
  const gaps = d.water ? villageGaps(d.water).map((g) => ({ ...ofGap(d, "water_gaps", g), kind: g.properties.decided_by ?? g.properties.kind })) : [];
  return [...gaps, ...unknownRows(d)];
}

/** Gaps of services are found by their class, too. */
function ofServices(d: Data): Row[] {
  const gaps = (d.services?.gaps ?? []).map((g) => ({ ...ofGap(d, "service_gaps", g), tags: g.properties.class ? [CLASS_TAG + g.properties.class] : [] }));
  return d.services ? [...gaps, ...unknownServices(d)] : [];
}

/** Lists that come in an order of their own. */
const ORDERED: readonly ListKind[] = ["sources", "untested", "water_links", "fibre_links", "facilities"];

/** Rows of a list: known gaps first, then by severity × people. */
export function rows(d: Data, list: ListKind): Row[] {
  const made = {
    villages: () => d.gaps.filter((g) => !PLACES.has(g.properties.kind)).map((g) => ofGap(d, "road_gaps", g)),
    places: () => d.gaps.filter((g) => PLACES.has(g.properties.kind)).map((g) => ofGap(d, "road_gaps", g)),
    neighbours: () => d.neighbours.map((g) => ofGap(d, "neighbour_gaps", g)),
    fragile: () => d.fragile.map((g) => ofGap(d, "fragile_access", g)),
    links: () => d.links.map((l) => ofLink(d, l)),
    power: () => ofPower(d, "power"),
    transformers: () => ofPower(d, "transformers"),
    feeders: () => ofPower(d, "feeders"),
    areas: () => areas(d),
    ties: () => ties(d),
    water: () => ofWater(d),
    sources: () => sourceRows(d),
    untested: () => untestedRows(d),
    water_links: () => linkRows(d),
    broadband: () => (d.broadband ? [...d.broadband.gaps.map((g) => ofGap(d, "broadband_gaps", g)), ...unknownBroadband(d)] : []),
    fibre_links: () => fibreRows(d),
    services: () => ofServices(d),
    facilities: () => facilityRows(d),
    // Panels and tables, not rows.
    plan: () => [],
    whatif: () => [],
    scorecard: () => [],
    contamination: () => [],
  }[list]();
  if (ORDERED.includes(list)) return made;
  const known = (r: Row): number => (r.verdict === "gap" ? 0 : 1);
  return made.sort(
    (a, b) => known(a) - known(b) || b.score - a.score || b.severity - a.severity || (a.key < b.key ? -1 : 1),
  );
}

/** Rows that pass the filters. */
export function filtered(list: Row[], s: State): Row[] {
  const q = s.q.trim().toLowerCase();
  return list.filter(
    (r) =>
      (!q || r.text.includes(q)) &&
      (!s.county || r.county === s.county) &&
      (!s.kind || r.kind === s.kind || (r.tags?.includes(s.kind) ?? false)) &&
      (!s.verdict || r.verdict === s.verdict) &&
      (!s.priority || r.priority),
  );
}
