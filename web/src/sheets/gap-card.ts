import type { Evidence, Remedy } from "../api";
import { h } from "../dom";
import { metres, money, number, people, percent } from "../format";
import { pick, t, word } from "../i18n";
import { tidy } from "../themes/water-data";
import type { Project, SheetGap } from "./data";
import { valueText } from "./measures";
import type { VillageSheet } from "./village-data";

const SOURCES = 4;

function line(e: Evidence): HTMLElement {
  const from = e.sources.length > 0 ? `${t("sources")}: ${e.sources.slice(0, SOURCES).join(t("comma"))}${e.sources.length > SOURCES ? " …" : ""}` : "";
  // What tests and records found stands in the words; so does whether ground is covered.
  const worded = e.kind === "test" || e.unit === "1" || (e.value === null && e.unit === "Mbit/s");
  return h("li", {}, `${pick(e.text)}${worded ? "" : `${t("sheet_colon")}${valueText(e.value, e.unit)}`}`, h("small", {}, ` (${[word("conf", e.confidence), from].filter(Boolean).join(t("sheet_semicolon"))})`));
}

function served(villages: number, n: number | null): string {
  return t("sheet_serves", { villages: t(villages === 1 ? "village_one" : "village_some", { n: number(villages) }), people: people(n) });
}

/** Pieces of a remedy, with whom each would serve. */
function pieces(r: Remedy, d: VillageSheet): HTMLElement[] {
  const roads = d.links.filter((l) => r.links.includes(l.properties.id)).map(({ properties: l }) => [word("surface", l.surface), metres(l.length_m), money(l.cost, l.currency), served(l.village_count, l.people)]);
  const fibre = d.fibre.filter((l) => r.links.includes(l.properties.id)).map(({ properties: l }) => [t("do_fibre"), metres(l.length_m), money(l.cost, l.currency), served(l.village_count, l.people)]);
  const all = [...roads, ...fibre];
  if (all.length < 1) return [];
  return [h("ol", { class: "pieces" }, ...all.map((x) => h("li", {}, x.join(" · "))))];
}

function connections(d: VillageSheet): HTMLElement[] {
  const all = d.waterLinks.map(({ properties: l }) => {
    const name = d.sources.get(l.source)?.properties.name ?? l.source;
    return h("li", {}, [t("remedy_connect", { name }), metres(l.distance_m), l.climb_m > 0 ? t("lift_m", { n: metres(l.climb_m) }) : "", money(l.cost, l.currency), l.share < 1 ? percent(l.share) : ""].filter(Boolean).join(" · "));
  });
  return all.length > 0 ? [h("ol", { class: "pieces" }, ...all)] : [];
}

/** What would close the gap, at what cost and for whom. */
function remedy(g: SheetGap, d: VillageSheet): (HTMLElement | string)[] {
  const r = g.remedy;
  if (!r) return [g.works ? pick(g.works.text) : t("no_remedy_known")];
  const words = [word("do", r.kind), g.class_name ? pick(g.class_name) : "", r.length_m > 0 ? metres(r.length_m) : "", money(r.cost, r.currency)].filter(Boolean).join(" · ");
  const told = g.works ? `${pick(g.works.text)} · ${money(r.cost, r.currency)}` : words;
  return [told, ...(r.kind === "connect" ? connections(d) : pieces(r, d))];
}

function projectText(p: Project, currency: string): string {
  return [p.name ?? p.id, word("sheet_project", p.status), p.year === null ? t("sheet_year_unknown") : String(p.year), p.cost === null ? "" : money(p.cost, currency)].filter(Boolean).join(" · ");
}

/** A gap: why, what shows it, what would close it, and what is planned. */
export function gapCard(g: SheetGap, d: VillageSheet): HTMLElement {
  const planned = (g.projects ?? []).map((id) => d.projects.get(id)).filter((p) => p !== undefined);
  const part = (name: string, ...body: (Node | string)[]): HTMLElement => h("div", {}, h("dt", {}, name), h("dd", {}, ...body));
  // These stand in one line.
  const short = (name: string, body: string): HTMLElement => h("div", { class: "short" }, h("dt", {}, name), h("dd", {}, body));
  return h(
    "article",
    { class: `gap-card ${g.verdict}` },
    h("h3", {}, `${word("kind", g.kind)}${g.class_name ? ` · ${pick(g.class_name)}` : ""}${g.village === null ? ` · ${g.village_name}` : ""}`, g.status === "planned" ? h("span", { class: "tag" }, t("sheet_planned", { year: g.planned_year ? String(g.planned_year) : "" })) : null),
    h("p", { class: "reason" }, pick(tidy(g.why))),
    h(
      "dl",
      {},
      part(t("rule"), pick(g.rule)),
      part(t("evidence"), h("ul", {}, ...g.evidence.map(line))),
      part(t("sheet_remedy"), ...remedy(g, d)),
      ...(g.remedy ? [short(t("sheet_served"), g.villages && g.villages.length > 1 ? served(g.villages.length, g.people) : people(g.people))] : []),
      planned.length > 0 ? part(t("sheet_projects"), h("ul", {}, ...planned.map((p) => h("li", {}, projectText(p, d.summary.currency))))) : short(t("sheet_projects"), t("sheet_no_project")),
      short(t("department"), pick(g.department)),
    ),
  );
}
