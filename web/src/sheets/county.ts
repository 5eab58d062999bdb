import { rawUrl, scorecardUrl } from "../api";
import { h } from "../dom";
import { money, number } from "../format";
import { getLang, pick, t, word } from "../i18n";
import { figureOf, markOf, tally, type Figure } from "../themes/scorecard-data";
import { since } from "./since";
import { bar, difference, mark, value } from "../themes/scorecard-parts";
import { townTable } from "../themes/scorecard-drawer";
import type { CountySheet } from "./county-data";
import { departmentOf, themesOf, verdictOf } from "./data";
import { boxOf } from "../geometry";
import { drawing } from "./locator";
import { byTown, missing, type Entry } from "./missing";
import { banner, colophon, facts, kicker, known, long, unknown } from "./parts";
import type { Theme } from "../region";

function th(text: string, cls = ""): HTMLElement {
  return h("th", { scope: "col", class: cls }, text);
}

function count(n: number | null): string {
  return n === null ? t("unknown") : number(n);
}

/** The county with its villages; those with a gap in any theme stand out. */
function map(d: CountySheet): HTMLElement | null {
  const box = boxOf(d.county ? [d.county] : d.villages);
  if (!box) return null;
  const there = themesOf(d.summary);
  const cls = (v: (typeof d.villages)[number]): string => (there.some((x) => verdictOf(x, v.properties) === "gap") ? "bad" : there.every((x) => verdictOf(x, v.properties) === "ok") ? "fine" : "dim");
  const of = (c: string): (typeof d.villages)[number][] => d.villages.filter((v) => cls(v) === c);
  const picture = drawing(t("sheet_map_villages", { name: d.card.name }), box, [
    { features: d.county ? [d.county] : [], cls: "land" },
    { features: of("fine"), cls: "fine", radius: 2 },
    { features: of("dim"), cls: "dim", radius: 2 },
    { features: of("bad"), cls: "bad", radius: 2.4 },
  ]);
  const key = (c: string, text: string): HTMLElement => h("li", {}, h("i", { class: `swatch dot ${c}` }), `${text} ${number(of(c).length)}`);
  return h("figure", { class: "maps one" }, h("div", {}, picture), h("figcaption", {}, h("ul", { class: "keys" }, key("bad", t("sheet_any_gap")), key("dim", t("sheet_any_unknown")), key("fine", t("sheet_all_ok")))));
}

/** Villages and gaps of each theme. */
function totals(d: CountySheet): HTMLElement {
  const row = (x: Theme): HTMLElement => {
    const of = (v: string): (typeof d.villages)[number][] => d.villages.filter((f) => verdictOf(x, f.properties) === v);
    const bad = of("gap");
    const counted = bad.map((f) => f.properties.population).filter((n) => n !== null);
    const gaps = d.gaps[x].filter((g) => g.verdict === "gap");
    const department = departmentOf(d.summary, x);
    const n = (k: number): HTMLElement => h("td", { class: "n" }, number(k));
    return h(
      "tr",
      { "data-theme-row": x },
      h("th", { scope: "row" }, t(`topic_${x}`)),
      n(bad.length),
      h("td", { class: "n" }, of("unknown").length > 0 ? unknown(number(of("unknown").length)) : "0"),
      n(of("ok").length),
      h("td", { class: "n" }, bad.length > 0 && counted.length === 0 ? unknown() : number(counted.reduce((a, b) => a + b, 0))),
      n(gaps.length),
      n(gaps.filter((g) => g.status === "planned").length),
      h("td", {}, department ? pick(department) : "–"),
    );
  };
  return h(
    "section",
    { class: "theme" },
    h("h2", {}, h("span", {}, t("sheet_totals"))),
    h(
      "div",
      { class: "grid-box", tabindex: "0", role: "group", "aria-label": t("sheet_totals") },
      h(
        "table",
        { class: "grid totals" },
        h("thead", {}, h("tr", {}, th(t("sheet_theme")), th(t("sheet_villages_gap"), "n"), th(t("sheet_villages_unknown"), "n"), th(t("sheet_villages_ok"), "n"), th(t("sheet_people_in"), "n"), th(t("sheet_items"), "n"), th(t("sheet_items_planned"), "n"), th(t("department")))),
        h("tbody", {}, ...themesOf(d.summary).map(row)),
      ),
    ),
  );
}

/** The bar of an indicator with the reference region's mean on it. */
function gauge(f: Figure): HTMLElement {
  const out = bar(f);
  if (f.reference === null || f.key === "kva_per_household") return out;
  out.append(h("i", { class: "ref", style: `left:${(100 * f.reference).toFixed(2)}%` }));
  return out;
}

function scored(d: CountySheet): HTMLElement {
  const row = (k: Figure): HTMLElement => {
    const f = figureOf(d.card, k.key);
    if (!f || f.yes + f.no + f.unknown === 0) return h("tr", {}, h("th", { scope: "row" }, pick(k.name)), h("td", { class: "soft", colspan: "6" }, t("nothing_counted")));
    const m = markOf(f);
    return h(
      "tr",
      { class: m, "data-key": f.key },
      h("th", { scope: "row" }, pick(f.name), h("small", {}, `${word("of", f.of)} · ${pick(f.department)}`)),
      h("td", { class: "n worth" }, mark(m), f.share === null ? unknown() : value(f, f.share)),
      h("td", { class: "bars" }, gauge(f)),
      h("td", { class: "n" }, f.target === null ? "–" : value(f, f.target)),
      h("td", { class: "n" }, f.reference === null ? "–" : value(f, f.reference), f.difference === null ? null : h("small", {}, difference(f))),
      h("td", { class: "n" }, f.missing === null ? "–" : number(f.missing)),
      h("td", { class: "n" }, f.of === "households" ? "–" : f.unknown > 0 ? unknown(number(f.unknown)) : "0"),
    );
  };
  return h(
    "section",
    { class: "theme" },
    h("h2", {}, h("span", {}, t("sheet_card"))),
    h(
      "div",
      { class: "grid-box", tabindex: "0", role: "group", "aria-label": t("sheet_card") },
      h(
        "table",
        { class: "grid card" },
        h("thead", {}, h("tr", {}, th(t("sheet_indicator")), th(t("value"), "n"), h("th", { scope: "col", class: "bars" }, h("span", { class: "hidden" }, t("sheet_bar"))), th(t("goal"), "n"), th(t("reference_mean"), "n"), th(t("villages_missing"), "n"), th(t("unknown"), "n"))),
        h("tbody", {}, ...d.keys.map(row)),
      ),
    ),
    h("p", { class: "note" }, t("sheet_card_note")),
  );
}

/** The cheapest works that bring each indicator to its target. */
function cheapest(d: CountySheet): HTMLElement {
  const names = new Map(d.villages.map((v) => [v.properties.id, v.properties.name]));
  const all = d.keys.map((k) => figureOf(d.card, k.key)).filter((f) => f !== undefined && f.cheapest !== null && f.cheapest.villages.length > 0);
  const row = (f: Figure): HTMLElement | null => {
    const c = f.cheapest;
    return c && h(
      "tr",
      { "data-key": f.key },
      h("th", { scope: "row" }, pick(f.name)),
      h("td", { class: "n" }, count(f.missing)),
      h("td", { class: "n" }, money(c.cost, d.currency)),
      h("td", {}, long(c.villages.map((v, i) => `${i > 0 ? t("comma") : ""}${names.get(v) ?? v}`), 24), c.short > 0 ? h("p", { class: "note" }, t("sheet_short", { n: number(c.short) })) : null),
    );
  };
  return h(
    "section",
    { class: "theme" },
    h("h2", {}, h("span", {}, t("sheet_cheapest_title"))),
    all.length === 0
      ? h("p", {}, t("sheet_cheapest_none"))
      : h("table", { class: "grid sets" }, h("thead", {}, h("tr", {}, th(t("sheet_indicator")), th(t("sheet_to_target"), "n"), th(t("cost"), "n"), th(t("sheet_set")))), h("tbody", {}, ...all.map((f) => f && row(f)))),
  );
}

const SHOWN = 40;

/** Names with numbers, by town. */
function names(all: readonly Entry[]): HTMLElement {
  const pieces = byTown(all).flatMap(([town, own]) => own.map((e, i) => h("span", {}, i === 0 && town ? h("b", {}, `${town} `) : null, `${e.name}${e.people === null ? "" : ` ${number(e.people)}`}`)));
  return long(pieces, SHOWN);
}

/** Of each indicator, who does not reach it. */
function lists(d: CountySheet): HTMLElement {
  const part = (k: Figure): HTMLElement | null => {
    const f = figureOf(d.card, k.key);
    const m = f && missing(f, d.counted);
    if (!f || !m || m.gap.length + m.unknown.length === 0) return null;
    return h(
      "article",
      { class: "list", "data-key": f.key },
      h("h3", {}, pick(f.name)),
      m.gap.length > 0 ? h("div", { class: "of-gap" }, h("h4", {}, `▲ ${t("sheet_list_gap", { n: number(m.gap.length) })}`), names(m.gap)) : null,
      m.unknown.length > 0 ? h("div", { class: "of-unknown" }, h("h4", {}, unknown(`? ${t("sheet_list_unknown", { n: number(m.unknown.length) })}`)), names(m.unknown)) : null,
    );
  };
  return h("section", { class: "theme lists" }, h("h2", {}, h("span", {}, t("sheet_lists"))), h("p", { class: "note" }, t("sheet_lists_note")), ...d.keys.map(part));
}

/** Collections that know their county. */
const OFFERED = ["villages", "road_gaps", "neighbour_gaps", "fragile_access", "power_gaps", "water_gaps", "water_sources", "broadband_gaps", "service_gaps", "schools", "seats", "facilities"];
const FORMS = ["xlsx", "csv", "gpkg", "shp", "json"];

function downloads(d: CountySheet): HTMLElement {
  const id = encodeURIComponent(d.card.id);
  const link = (href: string, f: string, what: string): HTMLElement => h("a", { href, download: "", "aria-label": `${what} ${f.toUpperCase()}` }, f === "json" ? "GeoJSON" : f.toUpperCase());
  const row = (c: string): HTMLElement => h("li", {}, h("span", {}, word("sheet_collection", c)), ...FORMS.map((f) => link(`collections/${c}/items?county=${id}&limit=100000&f=${f}`, f, word("sheet_collection", c))));
  const lang = getLang();
  const from = d.since ? `&since=${d.since.from}` : "";
  const report = (kind: string): HTMLElement => {
    const what = word("sheet_report", kind);
    const href = `reports/${id}/${kind}?lang=${lang}${from}`;
    return h("li", {}, h("span", {}, what), h("a", { href, target: "_blank", "data-report": kind, "aria-label": `${what} ${t("sheet_report_page")}` }, t("sheet_report_page")), link(`${href}&f=xlsx`, "xlsx", what));
  };
  const there = OFFERED.filter((c) => d.summary.collections.some((x) => x.id === c && x.count > 0));
  return h(
    "section",
    { class: "theme files screen" },
    h("h2", {}, h("span", {}, t("sheet_downloads"))),
    h("h3", {}, t("sheet_reports")),
    h("ul", { class: "reports" }, ...["assessment", "notice"].map(report)),
    h("h3", {}, t("sheet_downloads_data")),
    h("ul", {}, h("li", {}, h("span", {}, t("sheet_scorecard_all")), link(scorecardUrl("xlsx"), "xlsx", t("sheet_scorecard_all")), link(scorecardUrl("csv"), "csv", t("sheet_scorecard_all"))), ...(d.county ? [h("li", {}, h("span", {}, t("county")), link(rawUrl("scorecard_counties", d.card.id), "json", t("county")))] : []), ...there.map(row)),
  );
}

/** The page of a county: indicators beside targets and the mean, totals, towns, who is missing, the cheapest works. */
export function county(d: CountySheet): HTMLElement[] {
  const c = d.card;
  const { targets, missed } = tally(c, d.keys.map((f) => f.key));
  return [
    kicker(d.summary, t("sheet_county")),
    banner(d.summary),
    h(
      "div",
      { class: "sheet-head" },
      h(
        "div",
        {},
        h("h1", { id: "sheet-title", tabindex: "-1" }, c.name),
        h("p", { class: "sub" }, [t(c.target ? "target" : "county"), c.id].join(" · ")),
        facts([
          [t("villages"), number(c.villages)],
          [t("priority"), number(c.priority_villages)],
          [t("people_word"), count(c.people)],
          [t("poor"), count(c.poor_people)],
        ]),
        h("p", { class: "lead" }, known(t("goals_missed", { missed: number(missed), targets: number(targets) }))),
      ),
      map(d),
    ),
    totals(d),
    scored(d),
    cheapest(d),
    d.towns.length > 0 ? h("section", { class: "theme" }, h("h2", {}, h("span", {}, t("towns_title", { n: number(d.towns.length) }))), h("p", { class: "note" }, t("towns_hint")), townTable(d.towns, d.keys)) : null,
    lists(d),
    since(d.since, themesOf(d.summary)),
    downloads(d),
    colophon(d.summary),
  ].filter((x) => x !== null);
}
