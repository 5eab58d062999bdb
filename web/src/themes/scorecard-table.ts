import { scorecardUrl } from "../api";
import { h } from "../dom";
import { number, people } from "../format";
import { isKey, pick, t } from "../i18n";
import type { State } from "../state";
import type { Data } from "../store";
import { columns, counties, figureOf, markOf, ranked, type Card, type Figure } from "./scorecard-data";
import { bar, mark, told, value } from "./scorecard-parts";

export function shown(data: Data): Figure[] {
  return data.scorecard ? columns(data.scorecard, data.summary.themes ?? []) : [];
}

export function downloads(): HTMLElement {
  const link = (f: "xlsx" | "csv"): HTMLElement => h("a", { class: "plain", href: scorecardUrl(f), download: `scorecard.${f}` }, f.toUpperCase());
  return h("p", { class: "downloads" }, h("span", {}, t("download")), link("xlsx"), link("csv"));
}

/** Words and signs of the table, and where to get it as a file. */
export function head(): HTMLElement {
  const sign = (m: "reached" | "missed"): HTMLElement => h("li", {}, mark(m), t(`goal_${m}`));
  return h(
    "div",
    { class: "card-head" },
    h("div", {}, h("h2", { id: "list-title" }, t("scorecard_title")), h("p", { class: "note" }, t("scorecard_hint"))),
    h(
      "ul",
      { class: "keys" },
      sign("reached"),
      sign("missed"),
      h("li", {}, h("span", { class: "gauge none" }, h("span", { class: "goal", style: "left:60%" })), t("goal")),
      h("li", {}, h("span", { class: "gauge none" }, h("span", { class: "hatch", style: "width:100%" })), t("unknown")),
    ),
    downloads(),
  );
}

function cell(f: Figure | undefined): HTMLElement {
  if (!f || f.yes + f.no + f.unknown === 0) return h("td", { class: "none" }, h("span", { title: t("nothing_counted") }, "–"));
  return h("td", { title: told(f) }, h("span", { class: "worth" }, mark(markOf(f)), f.share === null ? t("unknown") : value(f, f.share).replace(" %", "\u202f%")), h("span", { class: "hidden" }, told(f)), bar(f));
}

function row(c: Card, keys: Figure[], name: HTMLElement | string, on: boolean, cls: string): HTMLElement {
  return h("tr", { class: [cls, on ? "on" : ""].filter(Boolean).join(" ") }, h("th", { scope: "row" }, name, h("small", {}, `${t(c.villages === 1 ? "village_one" : "village_some", { n: number(c.villages) })} · ${people(c.people)}`)), ...keys.map((f) => cell(figureOf(c, f.key))));
}

/** The column of an indicator: its name sorts by it, worst first. */
function column(f: Figure, state: State, sort: (key: string) => void): HTMLElement {
  const on = state.kind === f.key;
  return h(
    "th",
    { scope: "col", class: pick(f.name).length > 36 ? "long" : "", "aria-sort": on ? "ascending" : "none" },
    h("button", { id: `sort-${f.key}`, class: "sort", click: () => sort(on ? "" : f.key) }, pick(f.name), on ? " ↑" : ""),
    h("small", {}, f.target === null ? t("no_goal") : `${t("goal")} ${value(f, f.target).replace(".0 %", "\u202f%").replace(".00", "")}`),
  );
}

/** Counties × indicators, with the reference region on top. */
export function table(data: Data, state: State, select: (key: string) => void, sort: (key: string) => void): HTMLElement {
  const s = data.scorecard;
  const keys = shown(data);
  if (!s) return h("div", { class: "skeleton row-skeleton" });
  const all = ranked(counties(s), state.q, state.kind);
  if (all.length === 0 || keys.length === 0) return h("p", { class: "empty" }, t("empty_filter"));
  const themes = [...new Set(keys.map((f) => f.theme))];
  const of = (theme: string): string => {
    const key = `topic_${theme}`;
    return isKey(key) ? t(key) : theme;
  };
  return h(
    "table",
    { class: "scorecard" },
    h("caption", { class: "hidden" }, t("scorecard_title")),
    h(
      "thead",
      {},
      h("tr", { class: "themes" }, h("td", {}), ...themes.map((x) => h("th", { scope: "colgroup", colspan: String(keys.filter((f) => f.theme === x).length) }, of(x)))),
      h("tr", {}, h("td", {}), ...keys.map((f) => column(f, state, sort))),
    ),
    h(
      "tbody",
      {},
      ...(state.q ? [] : [row(s.reference, keys, t("reference_region"), false, "whole")]),
      ...all.map((c) => row(c, keys, h("button", { class: "inline", "data-county": c.id, click: () => select(`counties/${c.id}`) }, c.name), state.selected === `counties/${c.id}`, "")),
    ),
  );
}
