import { THEMES } from "../region";

/** What a theme is made of is in its own files; here is which themes there are and what lists each has. */
export const TOPICS = ["all", "roads", "power", "water", "broadband", "services", "plan", "scorecard"] as const;
export type Topic = (typeof TOPICS)[number];

export const LISTS = {
  all: ["all", "changes"],
  roads: ["villages", "places", "neighbours", "fragile", "links", "roads_changes"],
  power: ["power", "areas", "transformers", "feeders", "ties", "power_changes"],
  water: ["water", "sources", "untested", "water_links", "contamination", "water_changes"],
  broadband: ["broadband", "fibre_links", "broadband_changes"],
  services: ["services", "facilities", "services_changes"],
  plan: ["plan", "whatif"],
  scorecard: ["scorecard"],
} as const satisfies Record<Topic, readonly string[]>;
export type ListKind = (typeof LISTS)[Topic][number];
/** Lists of what became of gaps since an earlier run: of all themes together, and of each. */
export type ChangesList = Extract<ListKind, "changes" | `${string}_changes`>;

export function isChanges(list: ListKind): list is ChangesList {
  return list.endsWith("changes");
}

/** Layers that can be switched on and off. */
export const OPTIONAL = {
  all: ["seats", "relief"],
  roads: ["neighbours", "fragile", "schools", "seats", "relief"],
  power: ["ties", "feeders", "seats", "relief"],
  water: ["water_sources", "untested", "water_links", "seats", "relief"],
  broadband: ["broadband_coverage", "broadband_nodes", "fibre_links", "seats", "relief"],
  services: ["facilities", "seats", "relief"],
  plan: ["relief"],
  scorecard: [],
} as const satisfies Record<Topic, readonly string[]>;
export type Optional = (typeof OPTIONAL)[Topic][number];

/** Layers that show until they are switched off; the address then names them with a minus. */
const SHOWN: readonly string[] = ["water_sources", "water_links", "broadband_coverage", "broadband_nodes", "fibre_links", "facilities", "relief"];

export function isOn(layers: readonly string[], layer: string): boolean {
  return SHOWN.includes(layer) ? !layers.includes(`-${layer}`) : layers.includes(layer);
}

/** The layers with one of them switched. */
export function toggled(layers: readonly string[], layer: string): string[] {
  const mark = SHOWN.includes(layer) ? `-${layer}` : layer;
  return layers.includes(mark) ? layers.filter((x) => x !== mark) : [...layers, mark];
}

export function topicOf(list: string): Topic | undefined {
  return TOPICS.find((topic) => (LISTS[topic] as readonly string[]).includes(list));
}

export function firstList(topic: Topic): ListKind {
  return LISTS[topic][0];
}

/** Themes of a region, in the order of the tabs: all together where there are several, plans of what can be built, and a scorecard where
 * there are counties. */
export function topicsOf(named: readonly string[] | undefined, counted = false): Topic[] {
  const there = THEMES.filter((theme) => named?.includes(theme));
  const themes = there.length > 0 ? there : (["roads"] as const);
  return [...(themes.length > 1 ? (["all"] as const) : []), ...themes, ...(there.length > 0 ? (["plan"] as const) : []), ...(counted ? (["scorecard"] as const) : [])];
}
