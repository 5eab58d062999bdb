import type { Feature, Geometry } from "geojson";
import { GAPS, get, quoted, one, summary, type County, type CountyProperties, type Link, type LinkProperties, type Schemas } from "../api";
import type { Fibre, FibreProperties } from "../themes/broadband-data";
import type { SourceProperties, WaterLink, WaterLinkProperties } from "../themes/water-data";
import { byIds, items, optional, ranking, type Place, type Project, type Ranking, type SheetGap, type SheetSummary, type SheetVillage } from "./data";
import type { History } from "./history";
import { boxOf, reach, type Box } from "../geometry";
import { kept } from "./runs";
import { atLeast } from "./locator";
import type { Theme } from "../region";

export interface VillageSheet {
  summary: SheetSummary;
  village: Feature<Geometry, SheetVillage>;
  county: County | null;
  gaps: Record<Theme, SheetGap[]>;
  /** Neighbouring administrative villages, the nearest first. */
  neighbours: Neighbour[];
  /** Gaps between it and neighbours that no paved way leads to, or nobody knows, by id. */
  pairs: Map<string, SheetGap>;
  links: Link[];
  fibre: Fibre[];
  waterLinks: WaterLink[];
  source: SourceProperties | null;
  sources: Map<string, Feature<Geometry, { id: string; name: string | null }>>;
  projects: Map<string, Project>;
  /** Villages of the county, for the drawing and for names. */
  around: Feature<Geometry, Place>[];
  seats: Feature<Geometry, Place>[];
  near: { box: Box; roads: Feature<Geometry, { surface?: string; main?: boolean }>[] };
  /** Worked out on demand, so it comes last. */
  rank: Promise<Ranking>;
  /** What runs that were kept say of it; null where none were. */
  history: History | null;
  /** The newest of them is of the data at hand. */
  newest: boolean;
}

export type Neighbour = Schemas["Neighbour"];

/** Half the width of the near drawing, at least. */
const NEAR_KM = 2.5;
const ROADS = "3000";

type Properties<P> = Feature<Geometry, P>[];

function plain<P>(all: Properties<P>): P[] {
  return all.map((f) => f.properties);
}

/** All that the service knows of a village; null where it has none of this id. */
export async function loadVillage(id: string): Promise<VillageSheet | null> {
  const [s, village] = await Promise.all([summary() as Promise<SheetSummary>, one<SheetVillage>("villages", id)]);
  if (!village) return null;
  const p = village.properties;
  const rank = ranking(p.county);
  // Whoever shows it says that it failed.
  rank.catch(() => undefined);
  const here = p.county === null ? {} : { county: p.county };
  const own = { village: id };
  const [county, roads, power, water, broadband, services, fragile, near, pairs, links, waterLinks, around, seats, source, history] = await Promise.all([
    p.county === null ? null : one<CountyProperties>("counties", p.county),
    items<SheetGap>(s, GAPS.roads, own),
    // Those of transformers and feeders name the villages on them in a list.
    items<SheetGap>(s, GAPS.power, here),
    items<SheetGap>(s, GAPS.water, own),
    items<SheetGap>(s, GAPS.broadband, own),
    items<SheetGap>(s, GAPS.services, own),
    items<SheetGap>(s, "fragile_access", here),
    get<Schemas["Neighbours"]>(`api/villages/${encodeURIComponent(id)}/neighbours`),
    items<SheetGap>(s, "neighbour_gaps", { filter: `village = ${quoted(id)} OR other = ${quoted(id)}` }),
    byIds<LinkProperties>(s, "road_links", p.links),
    items<WaterLinkProperties>(s, "water_links", own),
    items<Place>(s, "villages", { ...here, properties: "id,name,town" }),
    items<Place>(s, "seats", here),
    p.water_source ? one<SourceProperties>("water_sources", p.water_source) : null,
    optional<History>(`api/villages/${encodeURIComponent(id)}/history`),
  ]);
  const runs = history?.rows.some((r) => r.date !== null) ? await kept() : [];
  const touches = (g: SheetGap): boolean => g.village === id || (g.villages?.includes(id) ?? false);
  const gaps: Record<Theme, SheetGap[]> = {
    roads: [...plain(roads), ...plain(fragile).filter(touches)],
    power: plain(power).filter(touches),
    water: plain(water),
    broadband: plain(broadband),
    services: plain(services),
  };
  const every = [...Object.values(gaps).flat(), ...plain(pairs)];
  const place = boxOf([village, ...links]) ?? [0, 0, 0, 0];
  // Where nothing is to be built along, as far as the road is.
  const frame = atLeast(links.length > 0 ? place : reach(place, p.road_distance_m ?? 0), NEAR_KM);
  const box = frame.map((x) => x.toFixed(5)).join(",");
  const [fibre, projects, ends, nearRoads] = await Promise.all([
    byIds<FibreProperties>(s, "fibre_links", gaps.broadband.flatMap((g) => g.remedy?.links ?? [])),
    byIds<Project>(s, "projects", every.flatMap((g) => g.projects ?? [])),
    byIds<{ id: string; name: string | null }>(s, "water_sources", waterLinks.map((l) => l.properties.source)),
    items<{ surface?: string; main?: boolean }>(s, "roads", { bbox: box, limit: ROADS }),
  ]);
  return {
    summary: s,
    village,
    county,
    gaps,
    neighbours: near.neighbours,
    pairs: new Map(plain(pairs).map((g) => [g.id, g])),
    links,
    fibre,
    waterLinks,
    source: source?.properties ?? null,
    sources: new Map(ends.map((f) => [f.properties.id, f])),
    projects: new Map(plain(projects).map((x) => [x.id, x])),
    around,
    seats,
    near: { box: frame, roads: nearRoads },
    rank,
    history,
    newest: runs.at(-1)?.data_version === s.data_version,
  };
}
