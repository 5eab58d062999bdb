import type { Feature, Geometry } from "geojson";
import type { Verdict } from "../api";
import { h } from "../dom";
import { number, percent } from "../format";
import { pick, t, word } from "../i18n";
import { departmentOf, themesOf, verdictOf, type Ranking } from "./data";
import { gapCard } from "./gap-card";
import { history } from "./history";
import { boxOf } from "../geometry";
import { drawing } from "./locator";
import { measures, reported } from "./measures";
import { banner, colophon, facts, kicker, known, meters, unknown, verdict } from "./parts";
import type { Theme } from "../region";
import { neighbours } from "./neighbours";
import type { Neighbour, VillageSheet } from "./village-data";

function anyone(n: number | null): string {
  return n === null ? t("unknown") : number(n);
}

function swatch(cls: string, text: string): HTMLElement {
  return h("li", {}, h("i", { class: `swatch ${cls}` }), text);
}

/** Where the village lies in its county, and what is around it. */
function maps(d: VillageSheet): HTMLElement {
  const id = d.village.properties.id;
  const idOf = (f: Feature<Geometry, unknown>): string => (f.properties as { id: string }).id;
  const nameOf = (f: Feature<Geometry, unknown>): string => (f.properties as { name: string }).name;
  const others = d.around.filter((v) => v.properties.id !== id);
  const named = new Set(d.neighbours.map((n) => n.id));
  const beside = d.neighbours.map((n): Feature<Geometry, Neighbour> => ({ type: "Feature", geometry: { type: "Point", coordinates: n.at }, properties: n }));
  const surface = (f: Feature<Geometry, unknown>): string => `road ${(f.properties as { surface?: string }).surface ?? "unknown"}`;
  const water = d.waterLinks;
  const far = d.county ? (boxOf([d.county]) ?? boxOf(others)) : boxOf([...others, d.village]);
  const near = drawing(t("sheet_map_near", { name: d.village.properties.name }), d.near.box, [
    { features: d.near.roads, cls: surface },
    { features: d.fibre, cls: "fibre" },
    { features: water, cls: "pipe" },
    { features: d.links, cls: "link" },
    { features: [d.village], cls: "here", radius: 5, name: nameOf },
    { features: beside, cls: "other", radius: 2.5, name: nameOf },
    { features: d.seats, cls: "seat", radius: 3.5, name: nameOf },
    { features: others.filter((f) => !named.has(idOf(f))), cls: "other", radius: 2.5, name: nameOf },
  ]);
  const wide = far
    ? drawing(t("sheet_map_county", { name: d.village.properties.county_name ?? "" }), far, [
        { features: d.county ? [d.county] : [], cls: "land" },
        { features: others, cls: "other", radius: 1 },
        { features: d.links, cls: "link" },
        { features: [d.village], cls: "here", radius: 5, name: nameOf },
        { features: d.seats.filter((f) => f.properties.name === d.village.properties.town || f.properties.name === d.village.properties.county_name), cls: "seat", radius: 3, name: nameOf },
      ])
    : null;
  const kinds = new Set(d.near.roads.map((f) => f.properties.surface ?? "unknown"));
  const keys = [
    ...["paved", "gravel", "earth", "unknown"].filter((x) => kinds.has(x)).map((x) => swatch(x, word("surface", x))),
    d.links.length > 0 ? swatch("link", t("list_links")) : null,
    d.fibre.length > 0 ? swatch("fibre", t("list_fibre_links")) : null,
    water.length > 0 ? swatch("pipe", t("layer_water_links")) : null,
    d.seats.length > 0 ? swatch("seat", t("layer_seats")) : null,
  ];
  return h("figure", { class: "maps" }, h("div", {}, wide, near), h("figcaption", {}, h("ul", { class: "keys" }, ...keys)));
}

/** The theme's verdicts at a glance. */
function glance(d: VillageSheet): HTMLElement {
  const p = d.village.properties;
  const tile = (theme: Theme): HTMLElement => {
    const n = d.gaps[theme].filter((g) => g.verdict === "gap").length;
    return h("li", {}, h("a", { href: `#sheet-${theme}`, click: (e) => {
      e.preventDefault();
      document.getElementById(`sheet-${theme}`)?.scrollIntoView();
    } }, t(`topic_${theme}`)), verdict(verdictOf(theme, p), word("sheet_verdict", verdictOf(theme, p))), n > 1 ? h("small", {}, t("sheet_gaps_n", { n: number(n) })) : null);
  };
  return h("ul", { class: "glance" }, ...themesOf(d.summary).map(tile));
}

/** Evidence that contradicts itself, to be looked at on the ground. */
function disagreements(theme: Theme, d: VillageSheet): HTMLElement | null {
  const p = d.village.properties;
  const of: Record<Theme, boolean | undefined> = {
    roads: p.road_disagrees,
    power: p.power_disagrees,
    water: false,
    broadband: p.broadband_disagrees,
    services: Object.values(p.services ?? {}).some((r) => r.disagrees),
  };
  const yes = of[theme] || d.gaps[theme].some((g) => g.disagrees || g.evidence_disagrees);
  return yes ? h("p", { class: "warn" }, `⚠ ${t(theme === "roads" ? "disagrees" : "power_disagrees")}`) : null;
}

function confidenceOf(theme: Theme, d: VillageSheet): string {
  const p = d.village.properties;
  const c = { roads: p.road_confidence, power: p.power_confidence, water: p.water_confidence, broadband: p.broadband_confidence, services: undefined }[theme];
  return c ? word("conf", c) : "";
}

/** One theme: verdict, figures beside their limits, why, evidence, remedy, projects. */
function section(theme: Theme, d: VillageSheet): HTMLElement {
  const p = d.village.properties;
  const v: Verdict = verdictOf(theme, p);
  const all = [...d.gaps[theme]].sort((a, b) => b.severity - a.severity || (a.id < b.id ? -1 : 1));
  const department = departmentOf(d.summary, theme);
  const sure = confidenceOf(theme, d);
  const said = reported(theme, p);
  return h(
    "section",
    { class: "theme", id: `sheet-${theme}` },
    h("h2", {}, h("span", {}, t(`topic_${theme}`)), verdict(v), h("small", {}, [sure && `${t("confidence")}: ${sure}`, department && `${t("department")}: ${pick(department)}`].filter(Boolean).join(" · "))),
    disagreements(theme, d),
    meters(t(`topic_${theme}`), measures(theme, d.summary, p, d.source)),
    said.length > 0 ? h("p", { class: "said" }, h("b", {}, t("sheet_also")), ...said.map(([k, x]) => h("span", {}, `${k}: `, x ? known(x) : unknown()))) : null,
    all.length > 0 ? h("div", { class: "cards" }, ...all.map((g) => gapCard(g, d))) : null,
  );
}

/** The village's rank by need and what its need is made of. */
export function rank(found: Ranking, id: string): HTMLElement[] {
  const r = found.rows.find((x) => x.village === id);
  if (!r) return [h("p", {}, t("sheet_unranked"))];
  const top = Math.max(0.001, ...r.parts.map((x) => x.part ?? 0));
  const [low, high] = r.rank_interval;
  const parts = r.parts.map((x) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, word("topic", x.theme)),
      h("td", { class: "n" }, x.severity === null ? unknown() : number(x.severity, 2)),
      h("td", { class: "n" }, x.weight === null ? "–" : percent(x.weight)),
      h("td", { class: "n" }, x.part === null ? "–" : number(x.part, 3)),
      h("td", { class: "bars" }, h("span", { class: "meter none", "aria-hidden": "true" }, x.part === null ? h("i", { class: "hatch" }) : h("i", { class: "fill", style: `width:${((100 * x.part) / top).toFixed(1)}%` }))),
    ),
  );
  const head = (text: string, cls = "n"): HTMLElement => h("th", { scope: "col", class: cls }, text);
  return [
    h("p", { class: "lead" }, h("strong", {}, t("sheet_rank", { rank: number(r.rank), all: number(found.numberMatched) })), ` ${t("sheet_rank_interval", { low: number(low), high: number(high), draws: number(found.draws) })}`),
    h("p", {}, t("sheet_need", { need: number(r.need, 3), share: percent(r.known_share) })),
    h(
      "table",
      { class: "grid makeup" },
      h("caption", { class: "hidden" }, t("sheet_makeup")),
      h("thead", {}, h("tr", {}, head(t("sheet_theme"), ""), head(t("severity")), head(t("sheet_weight")), head(t("sheet_part")), h("th", { scope: "col", class: "bars" }, h("span", { class: "hidden" }, t("sheet_bar"))))),
      h("tbody", {}, ...parts),
    ),
  ];
}

function ranked(d: VillageSheet): HTMLElement {
  const box = h("div", { "aria-busy": "true" }, h("div", { class: "skeleton" }));
  const put = (...body: HTMLElement[]): void => {
    box.removeAttribute("aria-busy");
    box.replaceChildren(...body);
  };
  d.rank.then((r) => put(...rank(r, d.village.properties.id)), () => put(h("p", {}, unknown(t("sheet_rank_failed")))));
  return h("section", { class: "theme", id: "sheet-rank" }, h("h2", {}, h("span", {}, t("sheet_rank_title"))), box);
}

/** The page of a village: every theme on a sheet or two. */
export function village(d: VillageSheet): HTMLElement[] {
  const p = d.village.properties;
  const place = [p.county_name ?? p.county, p.town].filter(Boolean).join(" · ");
  const source = p.source ? t("sheet_source", { file: p.source }) : "";
  return [
    kicker(d.summary, t("sheet_village")),
    banner(d.summary),
    h(
      "div",
      { class: "sheet-head" },
      h(
        "div",
        {},
        h("h1", { id: "sheet-title", tabindex: "-1" }, p.name),
        h("p", { class: "sub" }, [place, p.id].filter(Boolean).join(" · ")),
        facts([
          [t("status"), word("status", p.status)],
          [t("priority"), t(p.priority ? "yes" : "no")],
          [t("people_word"), anyone(p.population)],
          [t("households"), anyone(p.households)],
          [t("poor"), anyone(p.poor_population)],
        ]),
        glance(d),
      ),
      maps(d),
    ),
    ...themesOf(d.summary).map((x) => section(x, d)),
    neighbours(d),
    ranked(d),
    history(d.history, d.newest, themesOf(d.summary)),
    colophon(d.summary, [source, t("sheet_signs")].filter(Boolean).join(" ")),
  ].filter((x) => x !== null);
}
