import { h } from "../dom";
import { list, section } from "../drawer-parts";
import { money, number, people } from "../format";
import { pick, t, word } from "../i18n";
import type { Data } from "../store";
import { firstList, topicsOf, type ListKind } from "./index";
import { figureOf, isShare, markOf, ranked, tally, type Card, type Figure } from "./scorecard-data";
import { bar, difference, mark, told, value } from "./scorecard-parts";
import { downloads, shown } from "./scorecard-table";

/** Goes to a village in the list of a theme. */
export type Visit = (key: string, list: ListKind) => void;

const SHOWN = 12;

function names(data: Data, f: Figure, ids: string[], visit: Visit): HTMLElement {
  const topic = topicsOf(data.summary.themes).find((x) => x === f.theme);
  const chips = ids.map((id, i) => {
    const v = data.village.get(id)?.properties;
    return h("button", { class: i < SHOWN ? "chip" : "chip beyond", click: () => visit(`villages/${id}`, firstList(topic ?? "roads")) }, v?.name ?? id);
  });
  const box = h("p", { class: "chips" }, ...chips);
  if (ids.length > SHOWN) {
    const more = h("button", { class: "inline more", click: () => {
      box.classList.add("all");
      box.querySelector<HTMLElement>(".beyond")?.focus();
      more.remove();
    } }, t("more_n", { n: number(ids.length - SHOWN) }));
    box.append(more);
  }
  return box;
}

function works(data: Data, f: Figure, currency: string, visit: Visit): (HTMLElement | null)[] {
  const c = f.cheapest;
  if (!c || (c.villages.length === 0 && c.short === 0)) return [];
  return [
    c.villages.length > 0 ? h("p", { class: "works" }, t("cheapest_works", { n: number(c.villages.length), cost: money(c.cost, currency) })) : null,
    c.short > 0 ? h("p", { class: "note" }, t("works_short", { n: number(c.short) })) : null,
    c.villages.length > 0 ? names(data, f, c.villages, visit) : null,
  ];
}

/** An indicator of the county, in full. */
function indicator(data: Data, f: Figure, currency: string, visit: Visit): HTMLElement {
  const m = markOf(f);
  const count = isShare(f) ? [`${t("has_it")} ${number(f.yes)}`, `${t("has_not")} ${number(f.no)}`, `${t("unknown")} ${number(f.unknown)}`].join(" · ") : `${number(f.yes)} kVA / ${number(f.no)} ${t("households")}`;
  return h(
    "article",
    { class: "indicator", "data-key": f.key },
    h("h4", {}, pick(f.name), h("span", { class: `worth ${m}` }, mark(m), value(f, f.share))),
    bar(f),
    list([
      [word("of", f.of), count],
      [t("goal"), f.target === null ? t("no_goal") : `${value(f, f.target)} · ${word("goal", m)}`],
      [t("by_people"), f.people_share !== null && f.people_share !== f.share && value(f, f.people_share)],
      [t("reference_mean"), f.reference !== null && `${value(f, f.reference)} (${difference(f)})`],
      [t("people_gap"), f.people_gap !== null && people(f.people_gap)],
      [t("villages_missing"), f.missing !== null && number(f.missing)],
      [t("department"), pick(f.department)],
    ]),
    ...works(data, f, currency, visit),
  );
}

/** Towns × indicators in whole per cent. */
export function townTable(all: Card[], keys: Figure[]): HTMLElement {
  const cell = (f: Figure | undefined): HTMLElement => {
    if (!f || f.yes + f.no + f.unknown === 0) return h("td", { class: "none" }, "–");
    const m = markOf(f);
    const text = f.share === null ? "" : isShare(f) ? number(f.share * 100) : number(f.share, 1);
    return h("td", { class: m, title: `${pick(f.name)}: ${told(f)}` }, text, mark(m));
  };
  return h(
    "div",
    { class: "towns-box", tabindex: "0", role: "group", "aria-label": t("towns_title", { n: number(all.length) }) },
    h(
      "table",
      { class: "towns" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("town")), ...keys.map((f) => h("th", { scope: "col" }, h("span", {}, pick(f.name)))))),
      h("tbody", {}, ...all.map((c) => h("tr", {}, h("th", { scope: "row" }, c.name, h("small", {}, `${t(c.villages === 1 ? "village_one" : "village_some", { n: number(c.villages) })}`)), ...keys.map((f) => cell(figureOf(c, f.key)))))),
    ),
  );
}

/** A county: every indicator beside its target and the reference region, what is missing and the cheapest works, its towns. */
export function county(data: Data, id: string, visit: Visit): { title: string; sub: string; body: HTMLElement[] } | null {
  const s = data.scorecard;
  const c = s?.counties.find((x) => x.id === id);
  if (!s || !c) return null;
  const keys = shown(data);
  const { targets, missed } = tally(c, keys.map((f) => f.key));
  const themes = [...new Set(keys.map((f) => f.theme))];
  const inside = ranked(s.towns.filter((x) => x.county === id && x.villages > 0), "", "");
  const sections = themes.map((theme) =>
    section(word("topic", theme), ...keys.filter((f) => f.theme === theme).map((k) => {
      const f = figureOf(c, k.key);
      return f && f.yes + f.no + f.unknown > 0 ? indicator(data, f, s.currency, visit) : h("article", { class: "indicator" }, h("h4", {}, pick(k.name), h("span", { class: "worth" }, "–")), h("p", { class: "note" }, t("nothing_counted")));
    })),
  );
  const all = [
    h("p", { class: `lead ${missed > 0 ? "gap" : "ok"}` }, t("goals_missed", { missed: number(missed), targets: number(targets) })),
    list([
      [t("villages"), number(c.villages)],
      [t("priority"), c.priority_villages > 0 && number(c.priority_villages)],
      [t("people_word"), people(c.people)],
      [t("poor"), c.poor_people !== null && number(c.poor_people)],
    ]),
    h("div", { class: "county-tools" }, downloads()),
    ...sections,
    inside.length > 0 ? section(t("towns_title", { n: number(inside.length) }), h("p", { class: "note" }, t("towns_hint")), townTable(inside, keys)) : null,
  ];
  return { title: c.name, sub: t(c.target ? "target" : "county"), body: all.filter((x) => x !== null) };
}
