import type { Village } from "../api";
import { RAMP, step } from "../colours";
import { h } from "../dom";
import { list, section } from "../drawer-parts";
import { figure, metres, money, number, people, percent, quantity, unitOf } from "../format";
import { pick, t, word } from "../i18n";
import type { Data } from "../store";
import { chosen, OVER_STEPS, pictures, type Contamination } from "./contamination";
import { CRITERIA, dependents, perCost, RUNGS, type Criterion, type Grade, type Source, type SourceProperties, pairTaken, type Test, type WaterLink, type WaterRules } from "./water-data";
import { interval, sourceWhy } from "./water-rows";
import { sign } from "./water-signs";
import { nameOf } from "./water-table";

type Select = (key: string) => void;
type Chip = (village: string) => HTMLElement;

const MARKS: Record<Grade, string> = { safe: "✓", basically_safe: "≈", unsafe: "✕", unknown: "?" };

/** A grade, told by its mark and word; colour only helps. */
function grade(g: Grade): HTMLElement {
  return h("span", { class: `grade ${g}` }, h("span", { "aria-hidden": "true" }, MARKS[g]), word("grade", g));
}

function sourceChip(s: SourceProperties, select: Select): HTMLElement {
  return h("button", { class: "chip", click: () => select(`water_sources/${s.id}`) }, sign(s.state, 13), s.name ?? s.id);
}

/** What was found of a criterion, and its limit: safe / basically safe. */
function measured(c: Criterion, v: Village, source: SourceProperties | undefined, r: WaterRules | undefined): [string, string] {
  const p = v.properties;
  const pair = (x: { safe: number; basic: number } | undefined, sign: string, unit: string): string => (x ? `${sign} ${figure(x.safe)} / ${figure(x.basic)} ${unit}` : "");
  switch (c) {
    case "quality":
      return [source ? sourceWhy(source) : t("no_source"), r?.profile ?? ""];
    case "quantity":
      return [p.reported_litres == null ? t("unknown") : t("litres_day", { n: figure(p.reported_litres) }), litres(p.reported_litres, p.water_quantity, r)];
    case "convenience":
      if (p.reported_piped_share != null && p.reported_piped_share >= 1) return [t("piped_all"), ""];
      if (p.water_minutes != null) return [t("round_trip", { n: number(p.water_minutes) }), pair(r?.minutes, "≤", unitOf("min"))];
      return [p.water_m == null ? t("unknown") : metres(p.water_m), pair(r?.distance_m, "≤", "m")];
    case "reliability": {
      const short = (share: number): number => Math.floor((1 - share) * 365 + 1e-6);
      return [p.reported_water_days_short == null ? t("unknown") : t("days_short", { n: number(p.reported_water_days_short) }), r ? pair({ safe: short(r.available.safe), basic: short(r.available.basic) }, "≤", unitOf("d")) : ""];
    }
  }
}

/** The limits of quantity: those the grade was given by, or both pairs where it does not tell. */
function litres(n: number | null | undefined, grade: Grade | undefined, r: WaterRules | undefined): string {
  if (!r) return "";
  const pair = (x: WaterRules["litres"]): string => `≥ ${figure(x.safe)} / ${figure(x.basic)} L`;
  const taken = n == null ? null : pairTaken(n, grade, r);
  if (taken === "litres") return pair(r.litres);
  const scarce = t("scarce_limit", { limit: pair(r.litres_scarce) });
  return taken === "litres_scarce" ? scarce : `${pair(r.litres)} · ${scarce}`;
}

/** Four criteria, each with what was found, its limit and grade. */
function criteria(data: Data, v: Village): HTMLElement {
  const p = v.properties;
  const source = p.water_source ? data.water?.source.get(p.water_source)?.properties : undefined;
  const rules = data.summary.rules_water;
  const of: Record<Criterion, Grade | undefined> = { quality: p.water_quality, quantity: p.water_quantity, convenience: p.water_convenience, reliability: p.water_reliability };
  const rows = CRITERIA.map((c) => {
    const [value, limit] = measured(c, v, source, rules);
    const decides = p.water_decided_by === c;
    return h(
      "tr",
      { class: decides ? "decides" : "" },
      h("th", { scope: "row" }, word("criterion", c), decides ? h("small", {}, t("decides")) : null),
      h("td", {}, value, h("small", {}, limit)),
      h("td", {}, grade(of[c] ?? "unknown")),
    );
  });
  return section(
    t("criteria_title"),
    h(
      "table",
      { class: "tests" },
      h("thead", { class: "hidden" }, h("tr", {}, h("th", { scope: "col" }, t("criterion")), h("th", { scope: "col" }, `${t("measured")} · ${t("limits_head")}`), h("th", { scope: "col" }, t("grade")))),
      h("tbody", {}, ...rows),
    ),
    h("p", { class: "note" }, t("limits_head")),
  );
}

/** The rungs of the ladder, with the village's own marked. */
function ladder(rung: string | null | undefined): HTMLElement | null {
  if (!rung) return null;
  return section(
    t("jmp_title"),
    h("ol", { class: "ladder" }, ...RUNGS.map((r) => h("li", { class: r === rung ? "on" : "", ...(r === rung ? { "aria-current": "true" } : {}) }, h("i", { "aria-hidden": "true" }, r === rung ? "●" : "○"), word("jmp", r)))),
  );
}

function ofSource(data: Data, v: Village, select: Select): HTMLElement {
  const p = v.properties;
  const id = p.water_source;
  const source = id ? data.water?.source.get(id)?.properties : undefined;
  if (!id) return section(t("its_source"), h("p", {}, t("no_source")));
  const button = source ? sourceChip(source, select) : h("button", { class: "chip", click: () => select(`water_sources/${id}`) }, id);
  return section(
    t("its_source"),
    h("p", { class: "chips" }, button),
    list([
      [t("water_type"), source?.type && word("water_type", source.type)],
      [t("source_how"), p.water_source_how && word("how", p.water_source_how)],
      [t("to_source"), p.water_m != null && metres(p.water_m)],
      [t("climb"), p.water_climb_m != null && metres(p.water_climb_m)],
      [t("minutes_title"), p.water_minutes != null && quantity(Math.round(p.water_minutes), "min")],
    ]),
  );
}

/** Connections that would close the village's gap. */
function remedies(data: Data, v: Village, select: Select): HTMLElement | null {
  if (v.properties.water_verdict !== "gap" || !data.water) return null;
  const links = data.water.links.filter((l) => l.properties.village === v.properties.id);
  if (links.length === 0) return section(t("remedy"), h("p", {}, t("no_remedy")));
  const rows = links.map((l) => {
    const q = l.properties;
    const s = data.water?.source.get(q.source)?.properties;
    return h(
      "li",
      {},
      h("button", { class: "chip", click: () => select(`water_links/${q.id}`) }, t("remedy_connect", { name: s?.name ?? q.source })),
      h("span", {}, [metres(q.distance_m), q.climb_m > 0 && t("lift_m", { n: metres(q.climb_m) }), money(q.cost, q.currency), q.share < 1 && percent(q.share)].filter(Boolean).join(" · ")),
    );
  });
  return section(t("remedy"), h("ul", { class: "remedies" }, ...rows));
}

/** All the theme says of a village, for its own tab. */
export function village(data: Data, v: Village, select: Select): HTMLElement[] {
  const p = v.properties;
  if (p.water_verdict === undefined) return [];
  const treated = p.reported_water_treated === "yes" || p.reported_water_treated === "no" ? t(p.reported_water_treated) : null;
  const reported: [string, string | null | false][] = [
    [t("reported_litres"), p.reported_litres != null && quantity(p.reported_litres, "L")],
    [t("reported_short"), p.reported_water_days_short != null && quantity(p.reported_water_days_short, "d")],
    [t("reported_piped"), p.reported_piped_share != null && percent(p.reported_piped_share)],
    [t("reported_treated"), treated],
  ];
  const all = [criteria(data, v), remedies(data, v, select), ofSource(data, v, select), ladder(p.jmp), reported.some((r) => r[1]) ? section(t("reported_title"), list(reported)) : null];
  return all.filter((x) => x !== null);
}

/** The theme in short, for the other tabs. */
export function villageFacts(v: Village): HTMLElement[] {
  const p = v.properties;
  if (p.water_verdict === undefined || p.water_state === undefined) return [];
  return [
    section(
      t("topic_water"),
      list([
        [t("state"), word("grade", p.water_state)],
        [t("confidence"), p.water_confidence ? word("conf", p.water_confidence) : t("unknown")],
        [t("criterion"), p.water_decided_by && word("criterion", p.water_decided_by)],
        [t("jmp_title"), p.jmp && word("jmp", p.jmp)],
      ]),
    ),
  ];
}

/** Sentence at the head of a village without a gap. */
export function lead(v: Village): HTMLElement {
  const p = v.properties;
  return h("p", { class: `lead ${p.water_verdict ?? "unknown"}` }, word("lead", p.water_state ?? "unknown"));
}

function bounds(r: Test): string {
  return r.low === null ? figure(r.limit) : `${figure(r.low)}–${figure(r.limit)}`;
}

/** A test's row; over its limit it says so by a mark and a word, not by colour alone. */
function testRow(r: Test, dated: boolean): HTMLElement {
  const said = r.exceeds ? "over" : r.unclear ? "unclear" : "within";
  const under = [unitOf(r.unit), dated ? (r.date ?? t("unknown")) : ""].filter(Boolean).join(" · ");
  return h(
    "tr",
    { class: said },
    h("th", { scope: "row" }, pick(r), h("small", {}, under)),
    h("td", { class: "n" }, (r.below ? "<" : "") + figure(r.value)),
    h("td", { class: "n" }, bounds(r)),
    h("td", { class: "n" }, r.exceeds && r.factor !== null ? `×${number(r.factor, 1)}` : ""),
    h("td", {}, h("span", { class: `grade ${r.exceeds ? "unsafe" : r.unclear ? "unknown" : "safe"}` }, h("span", { "aria-hidden": "true" }, r.exceeds ? "▲" : r.unclear ? "?" : "✓"), t(said))),
  );
}

function tests(data: Data, p: SourceProperties): HTMLElement {
  if (p.results.length === 0) return section(t("tests_title"), h("p", {}, t("tests_none")));
  const days = [...new Set(p.results.map((r) => r.date))];
  const profile = data.summary.counts.water?.profile ?? "";
  const one = days.length === 1 ? days[0] : null;
  const first = (r: Test): number => (r.exceeds ? 0 : r.unclear ? 1 : 2);
  const rows = [...p.results].sort((a, b) => first(a) - first(b) || (b.factor ?? 0) - (a.factor ?? 0));
  const head = (text: string, cls = ""): HTMLElement => h("th", { scope: "col", class: cls }, text);
  return section(
    t("tests_title"),
    h(
      "table",
      { class: "tests" },
      h("caption", {}, one ? t("tests_sampled", { date: one, profile }) : t("tests_profile", { profile })),
      h("thead", {}, h("tr", {}, head(t("parameter")), head(t("value"), "n"), head(t("limit"), "n"), head(t("factor"), "n"), head(t("grade")))),
      h("tbody", {}, ...rows.map((r) => testRow(r, !one))),
    ),
  );
}

/** A source: its state, tests beside their limits, who depends on it. */
export function source(data: Data, s: Source, chip: Chip, select: Select): HTMLElement[] {
  const p = s.properties;
  const users = (data.water?.users.get(p.id) ?? []).map((v) => chip(v.properties.id));
  const links = (data.water?.links ?? []).filter((l) => l.properties.source === p.id);
  const planned = links.map((l) => h("button", { class: "chip", click: () => select(`water_links/${l.properties.id}`) }, data.village.get(l.properties.village)?.properties.name ?? l.properties.village));
  const bad = p.state === "unsafe" || p.state === "unimproved";
  return [
    h("p", { class: `lead source ${bad ? "gap" : p.state === "safe" ? "ok" : "unknown"}` }, sign(p.state, 22), word("source_lead", p.state)),
    list([
      [t("water_type"), word("water_type", p.type ?? "unknown")],
      [t("works_state"), word("functional", p.functional)],
      [t("depends"), people(dependents(p))],
      [t("villages"), number(p.villages)],
      [t("users_record"), p.users !== null && p.users !== p.people && number(p.users)],
      [t("depth"), p.depth_m !== null && metres(p.depth_m)],
      [t("elevation"), p.elevation_m !== null && metres(p.elevation_m)],
      [t("yield"), p.yield_m3_d !== null && t("m3_day", { n: number(p.yield_m3_d) })],
      [t("spare"), p.spare_m3_d !== null && t("m3_day", { n: number(p.spare_m3_d) })],
    ]),
    tests(data, p),
    section(t("who_depends"), users.length > 0 ? h("p", { class: "chips" }, ...users) : h("p", {}, t("nobody_depends"))),
    ...(planned.length > 0 ? [section(t("serves_next"), h("p", { class: "chips" }, ...planned))] : []),
  ];
}

/** A connection to build. */
export function link(data: Data, l: WaterLink, chip: Chip, select: Select): HTMLElement[] {
  const p = l.properties;
  const s = data.water?.source.get(p.source)?.properties;
  const per = perCost(p);
  return [
    h("div", { class: "ends" }, h("span", {}, t("link_from")), s ? sourceChip(s, select) : p.source, h("span", {}, t("link_to")), chip(p.village)),
    list([
      [t("distance_straight"), metres(p.distance_m)],
      [t("lift"), metres(p.climb_m)],
      [t("served"), people(p.people)],
      [t("demand_water"), t("m3_day", { n: number(p.demand_m3_d, 1) })],
      [t("link_share"), p.share < 1 && percent(p.share)],
      [t("cost"), money(p.cost, p.currency)],
      [t("per_cost"), per !== null && number(per, 1)],
    ]),
  ];
}

/** One line of shares: the interval as a bar, the share as a point, the numbers in words. */
function share(name: HTMLElement | string, c: Contamination, top: number, on: boolean): HTMLElement {
  const x = (v: number): string => `${Math.min(100, (100 * v) / top)}%`;
  return h(
    "tr",
    { class: on ? "on" : "" },
    h("th", { scope: "row" }, name),
    h("td", { class: "forest", "aria-hidden": "true" }, h("span", { class: "range", style: `left:${x(c.low)};width:calc(${x(c.high)} - ${x(c.low)})` }), h("span", { class: "point", style: `left:${x(c.share)};background:${RAMP[step(c.share, OVER_STEPS)] ?? RAMP[4]}` })),
    h("td", { class: "n" }, interval(c), h("small", {}, `${number(c.over)}/${number(c.tested)}`)),
  );
}

function shares(title: string, rows: [HTMLElement | string, Contamination, boolean][]): HTMLElement {
  const top = Math.max(0.01, ...rows.map((r) => r[1].high));
  return section(
    title,
    h(
      "table",
      { class: "tests forest" },
      h("thead", { class: "hidden" }, h("tr", {}, h("th", { scope: "col" }, title), h("td", {}), h("th", { scope: "col" }, t("share_interval")))),
      h("tbody", {}, ...rows.map(([name, c, on]) => share(name, c, top, on))),
    ),
  );
}

function depthClass([above, to]: NonNullable<Contamination["depth_m"]>): string {
  const from = number(above ?? 0);
  return to === null ? t("depth_from", { from }) : t("depth_to", { from, to: number(to) });
}

const SHOWN = 12;

/** A substance in a county or the region: by depth, by place, and which sources. */
export function contamination(data: Data, selected: string, select: Select): { title: string; sub: string; body: HTMLElement[]; raw: string | null } | null {
  const c = chosen(selected);
  const all = pictures(data);
  if (!c || !data.water || !all.parameters.includes(c.parameter)) return null;
  const whole = all.at(c.parameter, c.county);
  const name = (county: string | null): string => (county ? (data.county.get(county) ?? county) : t("summary"));
  const deep = all.depths(c.parameter, c.county).map((x): [string, Contamination, boolean] => [x.depth_m ? depthClass(x.depth_m) : "", x, false]);
  const towns = all.towns(c.parameter, c.county).sort((a, b) => b.share - a.share).map((x): [string, Contamination, boolean] => [x.town ?? "", x, false]);
  const places = all.places(c.parameter).sort((a, b) => Number(a.county !== null) - Number(b.county !== null) || b.share - a.share);
  const go = (x: Contamination): HTMLElement => h("button", { class: "inline", click: () => select(`contamination/${c.parameter}${x.county ? `@${x.county}` : ""}`) }, name(x.county));
  const over = data.water.sources
    .flatMap((s) => s.properties.results.filter((r) => r.parameter === c.parameter && r.exceeds && (!c.county || s.properties.county === c.county)).map((r) => ({ s: s.properties, r })))
    .sort((a, b) => b.r.value - a.r.value);
  const chips = over.slice(0, SHOWN).map(({ s, r }) => h("button", { class: "chip", click: () => select(`water_sources/${s.id}`) }, `${s.name ?? s.id} ${quantity(r.value, r.unit)}`));
  return {
    title: `${nameOf(data, c.parameter)} · ${name(c.county)}`,
    sub: t("contamination_title"),
    raw: c.county ? `collections/counties/items/${encodeURIComponent(c.county)}` : null,
    body: [
      h("p", { class: "lead" }, whole ? `${number(whole.over)} / ${number(whole.tested)} · ${interval(whole)}` : t("unknown"), whole?.samples !== undefined ? h("small", {}, t("samples_over", { over: number(whole.samples_over ?? 0), all: number(whole.samples) })) : null),
      deep.length > 0 ? shares(t("by_depth"), deep) : section(t("by_depth"), h("p", {}, t("no_depth"))),
      ...(towns.length > 0 ? [shares(t("by_town"), towns)] : []),
      shares(t("by_county"), places.map((x) => [go(x), x, x.county === c.county])),
      h("p", { class: "note" }, t("contamination_note")),
      ...(chips.length > 0 ? [section(t("sources_over"), h("p", { class: "chips" }, ...chips, over.length > SHOWN ? h("span", { class: "more" }, t("more_n", { n: number(over.length - SHOWN) })) : null))] : []),
    ],
  };
}
