import { rawUrl, type BySurface, type Evidence, type Gap, type GapProperties, type Link, type Remedy, type Surface, type Village } from "./api";
import { h } from "./dom";
import { list, section } from "./drawer-parts";
import { metres, money, number, people, percent, pu, quantity } from "./format";
import { pick, t, word } from "./i18n";
import type { Brief } from "./region";
import { gapWhole, isWhole, type Data } from "./store";
import { type Topic } from "./themes";
import { sheetLinks } from "./sheets/links";
import * as broadband from "./themes/broadband-drawer";
import * as changes from "./themes/changes-drawer";
import type { Point as SupplyPoint, Wire } from "./themes/power-data";
import * as scorecard from "./themes/scorecard-drawer";
import * as services from "./themes/services-drawer";
import * as power from "./themes/power-drawer";
import * as water from "./themes/water-drawer";

const SURFACES: Surface[] = ["paved", "gravel", "earth", "unknown", "new"];

/** The drawer on the right: everything known of one village, gap or link, with its evidence. */
export function drawer(data: Data, selected: string, topic: Topic, select: (key: string) => void, close: () => void, visit: scorecard.Visit): HTMLElement[] {
  const cut = selected.indexOf("/");
  const [collection, id] = [selected.slice(0, cut), selected.slice(cut + 1)];
  const head = (title: string, sub: string): HTMLElement =>
    h(
      "header",
      {},
      h("div", {}, h("h2", { id: "drawer-title", tabindex: "-1" }, title), h("p", { class: "sub" }, sub)),
      h("button", { class: "plain", "aria-label": t("close"), click: close }, "✕"),
    );
  const raw = rawLink(rawUrl(collection, id));
  if (!isWhole(data, selected)) return [head(titleOf(data, collection, id), t("loading")), h("div", { class: "skeleton row-skeleton" }), h("div", { class: "skeleton row-skeleton" })];
  const whole = data.full.get(selected) ?? undefined;
  const gap = GAPS.test(selected) ? (whole as Gap | undefined) : undefined;
  const village = collection === "villages" ? (whole as Village | undefined) : undefined;
  const link = collection === "road_links" ? (whole as Link | undefined) : undefined;
  if (village) return [head(village.properties.name, place(village)), sheetLinks({ kind: "village", id }), ...ofVillage(data, village, topic, select), raw];
  if (link) return [head(t("list_links"), word("surface", link.properties.surface)), ...ofLink(data, link, select), raw];
  if (gap) {
    const p = gap.properties;
    const v = p.village ? ((data.full.get(`villages/${p.village}`) ?? undefined) as Village | undefined) : undefined;
    const sub = [word("kind", p.kind), p.county ? (data.county.get(p.county) ?? p.county) : "", p.town ?? ""].filter(Boolean).join(" · ");
    const single = v && !p.villages && p.kind !== "neighbours_unpaved";
    const page = single ? [sheetLinks({ kind: "village", id: v.properties.id })] : [];
    if (single && p.id.startsWith("services:")) return [head(p.village_name, [p.class_name && pick(p.class_name), sub].filter(Boolean).join(" · ")), ...page, ...ofServiceGap(data, gap, v, select), ...facts(v), raw];
    if (single && p.id.startsWith("water:")) return [head(p.village_name, sub), ...page, ...ofWaterGap(data, gap, v, select), ...facts(v), raw];
    const own = single ? (p.id.startsWith("power:") ? power.villageFacts(v) : p.id.startsWith("broadband:") ? [...broadband.villageFacts(v), ...facts(v)] : facts(v)) : [];
    return [head(p.village_name, sub), ...page, ...ofGap(data, gap, select), ...own, raw];
  }
  const county = collection === "counties" ? scorecard.county(data, id, visit) : null;
  if (county) return [head(county.title, county.sub), sheetLinks({ kind: "county", id }, { kind: "notice", id, theme: null }), ...county.body, raw];
  const picture = water.contamination(data, selected, select);
  if (picture) return [head(picture.title, picture.sub), ...picture.body, ...(picture.raw ? [rawLink(picture.raw)] : [])];
  const became = changes.drawer(data, selected, select);
  if (became) return [head(became.title, became.sub), ...became.body, rawLink(became.raw)];
  const other = ofPower(data, collection, id, select) ?? ofWater(data, collection, id, select) ?? ofBroadband(data, collection, id, select) ?? ofServices(data, selected, select);
  if (other) return [head(other.title, other.sub), ...other.body, raw];
  // Data of a theme come after the first paint.
  if ((collection === "counties" && !data.scorecard) || (collection === "changes" && data.since && !data.changes) || (/^(water_|contamination)/.test(selected) && !data.water) || (/^(broadband_|fibre_links)/.test(selected) && !data.broadband) || (/^(service_gaps|facilities|schools|seats)/.test(selected) && !data.services)) return [head(t("loading"), "")];
  return [head(t("not_found"), selected)];
}

function rawLink(href: string): HTMLElement {
  return h("p", { class: "raw" }, h("a", { href, target: "_blank", rel: "noopener" }, t("raw")));
}

const GAPS = /^(road_gaps|neighbour_gaps|fragile_access|power_gaps|water_gaps|broadband_gaps|service_gaps)\//;

/** The name of what is coming, as far as it is known. */
function titleOf(data: Data, collection: string, id: string): string {
  const village = collection === "villages" ? id : GAPS.test(`${collection}/`) ? id.slice(id.lastIndexOf(":") + 1) : "";
  return data.village.get(village)?.properties.name ?? t("loading");
}

interface Told {
  title: string;
  sub: string;
  body: HTMLElement[];
}

/** Sources and connections of the water theme. */
function ofWater(data: Data, collection: string, id: string, select: (key: string) => void): Told | null {
  const show = (v: string): HTMLElement => chip(data, v, select);
  if (collection === "water_sources") {
    const s = data.water?.source.get(id);
    const p = s?.properties;
    const sub = [p?.county ? (data.county.get(p.county) ?? p.county) : "", p?.id === p?.name ? "" : p?.id].filter(Boolean).join(" · ");
    return s ? { title: s.properties.name ?? id, sub: [t("source"), sub].filter(Boolean).join(" · "), body: water.source(data, s, show, select) } : null;
  }
  const l = collection === "water_links" ? data.water?.links.find((x) => x.properties.id === id) : undefined;
  const v = l ? data.village.get(l.properties.village) : undefined;
  return l ? { title: t("link_title"), sub: v ? [v.properties.name, place(v)].join(" · ") : l.properties.village, body: water.link(data, l, show, select) } : null;
}

/** Routes, nodes and covered ground of the broadband theme. */
function ofBroadband(data: Data, collection: string, id: string, select: (key: string) => void): Told | null {
  const d = data.broadband;
  if (!d) return null;
  if (collection === "fibre_links") {
    const l = d.fibre.find((f) => f.properties.id === id);
    const names = (l?.properties.villages ?? []).slice(0, 3).map((v) => data.village.get(v)?.properties.name ?? v);
    return l ? { title: t("fibre_title"), sub: names.join(t("comma")), body: broadband.fibre(l, (v) => chip(data, v, select)) } : null;
  }
  if (collection === "broadband_nodes") {
    const n = d.nodes.find((f) => f.properties.id === id);
    return n ? { title: n.properties.name ?? id, sub: t("layer_broadband_nodes"), body: broadband.node(n) } : null;
  }
  const c = collection === "broadband_coverage" ? d.coverage.find((f) => f.properties.id === id) : undefined;
  return c ? { title: t("legend_covered"), sub: id, body: broadband.coverage(c, data.summary.rules_broadband?.min_mbit_s) } : null;
}

/** Places of the services theme. */
function ofServices(data: Data, selected: string, select: (key: string) => void): Told | null {
  const f = data.services?.facilities.find((x) => x.key === selected);
  return f ? { title: f.name, sub: t("facility"), body: services.facility(data, f, select) } : null;
}

/** A service too far from a village: this one's evidence beside the table of all. */
function ofServiceGap(data: Data, g: Gap, v: Village, select: (key: string) => void): HTMLElement[] {
  const p = g.properties;
  return [h("p", { class: "lead gap" }, pick(p.why)), ...services.remedy(p), ...services.village(data, v, select), evidence(p), who(data, p, select)];
}

/** A village without safe water: the criteria say more than the gap's own figures. */
function ofWaterGap(data: Data, g: Gap, v: Village, select: (key: string) => void): HTMLElement[] {
  return [h("p", { class: "lead gap" }, pick(g.properties.why)), ...water.village(data, v, select), evidence(g.properties), who(data, g.properties, select)];
}

/** Elements of the power theme. */
function ofPower(data: Data, collection: string, id: string, select: (key: string) => void): Told | null {
  const d = data.power;
  if (!d) return null;
  const of = <P extends { id: string }>(all: { properties: P }[]): { properties: P } | undefined => all.find((f) => f.properties.id === id);
  const show = (v: string): HTMLElement => chip(data, v, select);
  const name = (v: string): string => data.village.get(v)?.properties.name ?? v;
  const found = (title: string, sub: string, body: HTMLElement[] | undefined): Told | null => (body ? { title, sub, body } : null);
  switch (collection) {
    case "low_voltage_areas": {
      const a = d.areas.find((f) => f.properties.id === id);
      return found(a ? a.properties.villages.slice(0, 3).map(name).join("、") : "", t("figure_areas"), a && power.ofArea(a, show, select));
    }
    case "transformers": {
      const x = d.transformers.find((f) => f.properties.id === id);
      return found(x?.properties.name ?? id, t("transformer"), x && power.ofTransformer(x, show));
    }
    case "supply_points": {
      const x = data.full.get(`supply_points/${id}`) as SupplyPoint | undefined;
      return found(id, t("supply_point"), x && power.ofPoint(x, show, select));
    }
    case "power_lines": {
      const x = data.full.get(`power_lines/${id}`) as Wire | undefined;
      return found(x?.properties.name ?? id, x?.properties.level ? word("wire", x.properties.level) : t("line"), x && power.ofWire(x));
    }
    case "tie_lines": {
      const x = of(d.ties) as (typeof d.ties)[number] | undefined;
      return found(x ? `${x.properties.from} – ${x.properties.to}` : "", t("kind_tie_line"), x && power.ofTie(x));
    }
    default:
      return null;
  }
}

function place(v: Village | Brief): string {
  const p = v.properties;
  return [p.county_name ?? p.county, p.town].filter(Boolean).join(" · ");
}

/** A bar of the path's surfaces with a line for each. */
function surfaces(by: BySurface): HTMLElement {
  const total = SURFACES.reduce((sum, s) => sum + by[s], 0) || 1;
  const used = SURFACES.filter((s) => by[s] > 0);
  return h(
    "div",
    { class: "surfaces" },
    h("div", { class: "stack", "aria-hidden": "true" }, ...used.map((s) => h("span", { class: `s-${s}`, style: `width:${(100 * by[s]) / total}%` }))),
    h("ul", {}, ...used.map((s) => h("li", {}, h("i", { class: `s-${s}` }), `${word("surface", s)} ${metres(by[s])}`))),
  );
}

function remedy(r: Remedy, select: (key: string) => void): HTMLElement {
  const links = r.links.map((l, i) =>
    h("button", { class: "chip", click: () => select(`road_links/${l}`) }, `${t("list_links")} ${i + 1}`),
  );
  return section(
    t("remedy"),
    list([
      [word("do", r.kind), metres(r.length_m)],
      [t("cost"), money(r.cost, r.currency)],
    ]),
    r.by_surface ? surfaces(r.by_surface) : null,
    links.length > 0 ? h("p", { class: "chips" }, ...links) : null,
  );
}

function value(e: Evidence): string {
  // Whether ground is covered is said by the words alone.
  if (e.value === null) return e.unit === "Mbit/s" || e.unit === "1" ? "" : t("unknown");
  return measure(e.value, e.unit);
}

/** A value with its unit. */
function measure(n: number, unit: string): string {
  switch (unit) {
    case "m":
      return metres(n);
    case "pu":
      return pu(n);
    case "kVA":
    case "h":
      return `${number(n, 2)} ${unit}`;
    case "Mbit/s":
      return broadband.mbit(n);
    case "households":
      return number(n);
    default:
      return WATER_UNITS.test(unit) ? quantity(n, unit) : "";
  }
}

/** Units of water tests and village records. */
const WATER_UNITS = /^(L|d|min|NTU|[mµn]g\/L.*|(CFU|MPN)\/.*)$/;

function evidence(p: GapProperties): HTMLElement {
  const rows = p.evidence.map((e) =>
    h(
      "li",
      {},
      h("span", { class: "ev" }, pick(e.text)),
      h("b", {}, value(e)),
      h("small", {}, [word("conf", e.confidence), e.sources.length > 0 ? `${t("sources")}: ${e.sources.slice(0, 4).join(", ")}${e.sources.length > 4 ? " …" : ""}` : ""].filter(Boolean).join(" · ")),
    ),
  );
  const show = (x: number | null): string | null => (x === null ? null : measure(x, p.unit) || number(x, p.unit === "1" ? 2 : 0));
  return section(
    t("evidence"),
    list([
      [t("rule"), pick(p.rule)],
      [t("measured"), show(p.measured)],
      [t("threshold"), show(p.threshold)],
      [t("confidence"), word("conf", p.confidence)],
      [t("severity"), number(p.severity, 2)],
    ]),
    h("ul", { class: "evidence" }, ...rows),
  );
}

function ofGap(data: Data, g: Gap, select: (key: string) => void): HTMLElement[] {
  const p = g.properties;
  return [
    h("p", { class: `lead ${p.verdict}` }, pick(p.why)),
    ...(p.id.startsWith("broadband:") ? broadband.remedy(data, p, select) : p.remedy?.by_surface ? [remedy(p.remedy, select)] : power.ofGap(g)),
    evidence(p),
    who(data, p, select),
  ];
}

/** Who a gap concerns, and which department. */
function who(data: Data, p: GapProperties, select: (key: string) => void): HTMLElement {
  const chips = (p.villages ?? []).map((v) => chip(data, v, select));
  const rows: [string, string | null][] = [[t("villages"), p.villages ? number(p.villages.length) : null], [t("people_word"), people(p.people)], [t("department"), pick(p.department)]];
  return section(t("served"), list(rows), chips.length > 0 ? h("p", { class: "chips" }, ...chips) : null);
}

function chip(data: Data, id: string, select: (key: string) => void): HTMLElement {
  return h("button", { class: "chip", click: () => select(`villages/${id}`) }, data.village.get(id)?.properties.name ?? id);
}

function facts(v: Village): HTMLElement[] {
  const p = v.properties;
  const says = (x: string): string | null => (x === "yes" || x === "no" ? t(x) : null);
  return [
    section(
      p.name,
      list([
        ["ID", p.id],
        [t("status"), word("status", p.status)],
        [t("priority"), p.priority && t("yes")],
        [t("people", { n: "" }).trim(), people(p.population)],
        [t("households"), p.households !== null && number(p.households)],
        [t("poor"), p.poor_population !== null && number(p.poor_population)],
        [t("state"), word("state", p.road_state)],
        [t("reported_paved"), says(p.reported_paved) && `${t("reported")}: ${says(p.reported_paved) ?? ""}`],
        [t("reported_all_weather"), says(p.reported_all_weather) && `${t("reported")}: ${says(p.reported_all_weather) ?? ""}`],
        [t("rai"), p.rai_share !== null && percent(p.rai_share)],
        [t("fragile"), p.fragile && t("yes")],
      ]),
      p.road_disagrees ? h("p", { class: "warn" }, t("disagrees")) : null,
    ),
  ];
}

/** What the open theme says of a village first, then the others in short. */
function ofVillage(data: Data, v: Village, topic: Topic, select: (key: string) => void): HTMLElement[] {
  const gaps = v.properties.gaps.flatMap((id) => gapWhole(data, id) ?? []);
  const main = gaps.find((g) => g.properties.id.startsWith(`${topic}:`));
  const rest = gaps.filter((g) => g !== main);
  const told = rest.map((g) => section(word("kind", g.properties.kind), h("p", {}, pick(g.properties.why))));
  return [
    ...ofTopic(data, v, topic, main, select),
    // Of all themes together, what is wrong comes first.
    ...(topic === "all" ? told : []),
    ...facts(v),
    ...(topic === "power" ? [] : power.villageFacts(v)),
    ...(topic === "water" ? [] : water.villageFacts(v)),
    ...(topic === "broadband" ? [] : broadband.villageFacts(v)),
    ...(topic === "services" ? [] : services.villageFacts(data, v)),
    ...(topic === "all" ? [] : told),
  ];
}

function ofTopic(data: Data, v: Village, topic: Topic, main: Gap | undefined, select: (key: string) => void): HTMLElement[] {
  if (topic === "all") return [];
  if (topic === "water") return main ? ofWaterGap(data, main, v, select) : [water.lead(v), ...water.village(data, v, select)];
  if (topic === "services") return main ? ofServiceGap(data, main, v, select) : [services.lead(v), ...services.village(data, v, select)];
  if (topic === "broadband") {
    const state = v.properties.broadband_verdict ?? "unknown";
    const told = main ? ofGap(data, main, select) : [h("p", { class: `lead ${state}` }, state === "unknown" ? t("broadband_unknown_why") : word("broadband_state", v.properties.broadband_state ?? "unknown"))];
    return [...told, ...broadband.villageFacts(v)];
  }
  const state = topic === "power" ? word("power_verdict", v.properties.power_verdict ?? "unknown") : word("state", v.properties.road_state);
  const first = main ? ofGap(data, main, select) : [h("p", { class: "lead ok" }, state)];
  return topic === "power" ? [...first, ...power.villageFacts(v)] : first;
}

function ofLink(data: Data, l: Link, select: (key: string) => void): HTMLElement[] {
  const p = l.properties;
  return [
    list([
      [t("length"), metres(p.length_m)],
      [t("cost"), money(p.cost, p.currency)],
      [t("served"), people(p.people)],
      [t("villages"), number(p.village_count)],
      [t("layer_schools"), p.schools > 0 && number(p.schools)],
      [t("sources"), p.roads.slice(0, 6).join(", ") + (p.roads.length > 6 ? " …" : "")],
    ]),
    ...(p.villages.length > 0 ? [section(t("dependents"), h("p", { class: "chips" }, ...p.villages.map((v) => chip(data, v, select))))] : []),
  ];
}
