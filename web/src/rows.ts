import type { Link, ListedGap, Verdict } from "./api";
import { metres, money } from "./format";
import { spells, syllables, typedPinyin } from "./pinyin";
import { needOf } from "./needs";
import { overall, type BriefProperties, type Theme } from "./region";
import type { State } from "./state";
import { themeOf, type Data } from "./store";
import type { Class } from "./sheets/runs";
import { isChanges, topicOf, type ListKind } from "./themes";
import { changeRows } from "./themes/changes-rows";
import { areaRow, gapsOf, tieRow } from "./themes/power-data";
import { CLASS_TAG } from "./themes/services-data";
import { facilityRows, fibreRows, unknownBroadband, unknownServices } from "./themes/social-rows";
import { villageGaps, type SourceState } from "./themes/water-data";
import { linkRows, sourceRows, unknownRows, untestedRows } from "./themes/water-rows";

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
  /** Village whose Pinyin it is found by, too. */
  village?: string;
  town?: string | null;
  confidence?: string;
  /** The sign of a water source. */
  sign?: SourceState;
  /** What became of it since an earlier run. */
  change?: Class;
  /** The sign of a place of service. */
  mark?: string;
  /** Where it is not its place in the list. */
  rank?: number | undefined;
  /** What a need is made of. */
  parts?: Part[];
  /** What else the filter of kinds finds it by. */
  tags?: string[];
}

/** A theme's part in the need of a village. */
export interface Part {
  theme: Theme;
  verdict: Verdict;
  severity: number | null;
  /** Share of the need, 0–1. */
  share: number;
}

const PLACES = new Set(["school_unpaved", "township_unpaved"]);

function ofGap(d: Data, collection: string, g: ListedGap): Row {
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
    ...(p.village ? { village: p.village } : {}),
    town: p.town,
    confidence: p.confidence,
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
    ...(p.villages[0] ? { village: p.villages[0] } : {}),
    town: first?.town ?? null,
    priority: p.villages.some((v) => d.village.get(v)?.properties.priority ?? false),
    text: p.villages.map((v) => `${v} ${d.village.get(v)?.properties.name ?? ""}`).join(" ").toLowerCase(),
  };
}

function ofPower(d: Data, list: string): Row[] {
  return d.power ? gapsOf(d.power, list).map((g) => ofGap(d, "power_gaps", g)) : [];
}

function areas(d: Data): Row[] {
  const village = (id: string): BriefProperties | undefined => d.village.get(id)?.properties;
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

/** A village by its need. Of thousands of rows a few show: what those alone need is made when it is read. */
class RankedRow implements Row {
  readonly key: string;
  readonly why = null;
  readonly kind = "";
  rank: number | undefined = undefined;

  constructor(
    private readonly p: BriefProperties,
    private readonly themes: readonly Theme[],
    private readonly weights: Record<Theme, number>,
    readonly severity: number,
    public score: number,
  ) {
    this.key = `villages/${p.id}`;
  }

  get title(): string {
    return this.p.name;
  }

  get sub(): string {
    return [this.p.county_name, this.p.town].filter(Boolean).join(" · ");
  }

  get people(): number | null {
    return this.p.population;
  }

  get verdict(): Verdict {
    return overall(this.p.verdicts);
  }

  get county(): string {
    return this.p.county ?? "";
  }

  get priority(): boolean {
    return this.p.priority;
  }

  get village(): string {
    return this.p.id;
  }

  get town(): string | null {
    return this.p.town;
  }

  get text(): string {
    return `${this.p.name} ${this.p.id} ${this.p.town ?? ""}`.toLowerCase();
  }

  get parts(): Part[] {
    const of = (theme: Theme): number => (this.weights[theme] || 0) * (this.p.severity[theme] ?? 0);
    const total = this.themes.reduce((sum, theme) => sum + of(theme), 0) || 1;
    return this.themes.map((theme) => ({ theme, verdict: this.p.verdicts[theme] ?? "unknown", severity: this.p.severity[theme] ?? null, share: of(theme) / total }));
  }
}

/** Villages of a county, or of all, by need, or by need × people, with the weights given; those without people known come last in the second. */
export function ranked(d: Data, weights: Record<Theme, number>, by: "need" | "people", s: Pick<State, "county" | "priority">): Row[] {
  const all = d.region.villages.flatMap((v): Row[] => {
    const p = v.properties;
    if ((s.county && p.county !== s.county) || (s.priority && !p.priority)) return [];
    const found = needOf(p, weights);
    if (!found || found.need <= 0) return [];
    const score = by === "people" ? found.need * (p.population ?? 0) : found.need;
    return [new RankedRow(p, d.region.themes, weights, found.need, score)];
  });
  all.sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
  // Equal scores share the better rank.
  all.forEach((r, i) => {
    const before = all[i - 1];
    r.rank = before && before.score === r.score ? before.rank : i + 1;
  });
  return all;
}

/** Rows of a list: known gaps first, then by severity × people. */
export function rows(d: Data, list: ListKind): Row[] {
  if (isChanges(list)) return changeRows(d, themeOf(topicOf(list) ?? "all"));
  const roads = d.roads?.gaps ?? [];
  const made = {
    all: () => [],
    villages: () => roads.filter((g) => !PLACES.has(g.properties.kind)).map((g) => ofGap(d, "road_gaps", g)),
    places: () => roads.filter((g) => PLACES.has(g.properties.kind)).map((g) => ofGap(d, "road_gaps", g)),
    neighbours: () => (d.neighbours ?? []).map((g) => ofGap(d, "neighbour_gaps", g)),
    fragile: () => (d.fragile ?? []).map((g) => ofGap(d, "fragile_access", g)),
    links: () => (d.roads?.links ?? []).map((l) => ofLink(d, l)),
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

/** Rows that pass the filters. Names are found as written or by their Pinyin. */
export function filtered(list: Row[], s: State, d: Data): Row[] {
  const q = s.q.trim().toLowerCase();
  const typed = typedPinyin(q);
  const spelt = (r: Row): boolean => {
    const name = typed !== "" && r.village !== undefined ? d.village.get(r.village)?.properties.pinyin : null;
    return name ? spells(typed, syllables(name)) : false;
  };
  return list.filter(
    (r) =>
      (!q || r.text.includes(q) || spelt(r)) &&
      (!s.county || r.county === s.county) &&
      (!s.town || r.town === s.town) &&
      (!s.kind || r.kind === s.kind || (r.tags?.includes(s.kind) ?? false)) &&
      // What became of a gap is filtered by its class.
      (!s.verdict || r.change !== undefined || r.verdict === s.verdict) &&
      (!s.severity || r.change !== undefined || (r.verdict === "gap" && r.severity >= s.severity)) &&
      (!s.confidence || r.confidence === s.confidence) &&
      (!s.priority || r.priority),
  );
}
