import { SHARE_STEPS } from "./colours";
import { meanNeeds, needSteps, townNeeds, weightsNow } from "./needs";
import type { Unit } from "./region";
import type { State } from "./state";
import { themeOf, unitShare, type Data } from "./store";
import { topicOf, type Topic } from "./themes";
import { chosen, OVER_STEPS, pictures } from "./themes/contamination";
import { TOWN_ZOOM, VILLAGE_ZOOM } from "./zooms";

/** Ground that is coloured as a whole: counties from afar, towns nearer. */
export interface Ground {
  of: "counties" | "towns";
  /** The source of its tiles, and the property that tells its features apart. */
  source: string;
  key: string;
  /** Layers of the style: in the colour of the share, hatched where nothing is known. */
  share: string;
  unknown: string;
  /** The source of its names. */
  names: string;
  /** Where a click leads. */
  near: { minZoom: number; maxZoom: number };
}

export const GROUNDS: readonly Ground[] = [
  { of: "counties", source: "base", key: "id", share: "county-share", unknown: "county-unknown", names: "county-points", near: { minZoom: VILLAGE_ZOOM, maxZoom: 11 } },
  { of: "towns", source: "towns", key: "key", share: "town-share", unknown: "town-unknown", names: "town-points", near: { minZoom: TOWN_ZOOM, maxZoom: 12 } },
];

/** What is counted in a county or town: so many of so many, and the number that colours it; null where nothing is known. */
export interface Count {
  share: number | null;
  part: number;
  whole: number;
}

export interface Counting {
  /** Numbers at which the colour changes. */
  steps: readonly number[];
  count: (of: Ground["of"], u: Unit) => Count;
}

/** The theme whose gaps show: of a plan that which is planned. */
export function themed(state: State): Topic {
  const topic = topicOf(state.list) ?? "roads";
  return topic === "plan" ? state.plan.theme : topic;
}

/** The substance that the ground is coloured by, while its table is open. */
export function substance(d: Data, state: State): string | null {
  if (state.list !== "contamination") return null;
  return chosen(state.selected)?.parameter ?? pictures(d).parameters[0] ?? null;
}

/** What the map counts by county and town: villages with a gap (of all themes, coloured by their mean need), or sources over the limit of a substance. */
export function counting(d: Data, state: State): Counting {
  const over = substance(d, state);
  if (over !== null) return sources(d, over);
  const topic = themed(state);
  const villages = (u: Unit): Count => ({ ...unitShare(topic, u), whole: u.villages });
  if (themeOf(topic) !== "all") return { steps: SHARE_STEPS, count: (_, u) => villages(u) };
  const weights = weightsNow(state.weights, d.region.weights);
  const needs = { counties: meanNeeds(d.region, weights), towns: townNeeds(d.region, weights) };
  return { steps: needSteps(needs.counties), count: (of, u) => ({ ...villages(u), share: needs[of].get(u.id) ?? null }) };
}

/** Sources over the limit of a substance among those tested for it, of all depths. */
function sources(d: Data, parameter: string): Counting {
  const all = pictures(d);
  return {
    steps: OVER_STEPS,
    count: (of, u) => {
      const c = of === "counties" ? all.at(parameter, u.id) : all.at(parameter, u.county, u.name);
      return { share: c?.share ?? null, part: c?.over ?? 0, whole: c?.tested ?? 0 };
    },
  };
}
