import { h } from "../dom";
import { number, percent } from "../format";
import { pick, t, word } from "../i18n";
import { THEMES, type Theme } from "../region";
import { long } from "./parts";
import { hrefOf } from "./route";
import { comparison, day, kindOf, mark, reasonOf, SIGNS, type Class, type Comparison, type GapChange } from "./runs";

/** What became of a county's gaps since an earlier run. */
export interface Since {
  from: string;
  county: string;
  whole: Comparison;
  closed: GapChange[];
  opened: GapChange[];
}

type Tally = Comparison["tallies"][number];
/** Columns of the tally: those few that say that nobody knows stand together. */
const TALLIED: readonly (readonly Class[])[] = [["closed", "settled"], ["opened", "entered"], ["left", "doubted"], ["changed"]];
const SHOWN = 12;

export async function loadSince(from: string, county: string): Promise<Since | null> {
  const [closed, opened] = await Promise.all([comparison(from, null, { county, change: "closed" }), comparison(from, null, { county, change: "opened" })]);
  return closed && opened && { from, county, whole: closed, closed: closed.changes, opened: opened.changes };
}

/** The county's tallies by theme, in the order of the themes. */
export function tallies(all: readonly Tally[], county: string): Tally[] {
  return THEMES.flatMap((x) => all.filter((r) => r.county === county && r.theme === x));
}

const th = (text: string, cls = ""): HTMLElement => h("th", { scope: "col", class: cls }, text);

function sums(rows: readonly Tally[]): HTMLElement {
  const cell = (r: Tally, classes: readonly Class[]): HTMLElement => {
    const n = classes.reduce((sum, c) => sum + r[c], 0);
    return h("td", { class: "n" }, n === 0 ? "0" : h("span", { class: `change ${classes[0] ?? ""}` }, `${SIGNS[classes[0] ?? "still"]} ${number(n)}`));
  };
  const row = (r: Tally): HTMLElement => h("tr", { "data-since": r.theme }, h("th", { scope: "row" }, word("topic", r.theme)), h("td", { class: "n" }, number(r.before)), ...TALLIED.map((c) => cell(r, c)), h("td", { class: "n" }, number(r.after)));
  return h(
    "div",
    { class: "grid-box", tabindex: "0", role: "group", "aria-label": t("since_sums") },
    h(
      "table",
      { class: "grid totals since-sums" },
      h("thead", {}, h("tr", {}, th(t("sheet_theme")), th(t("since_before"), "n"), th(t("since_closed"), "n"), th(t("since_opened"), "n"), th(t("since_unsure"), "n"), th(t("since_changed"), "n"), th(t("since_now"), "n"))),
      h("tbody", {}, ...rows.map(row)),
    ),
  );
}

/** Gaps that became this, by theme; a village's leads to its page. */
function named(all: readonly GapChange[], cls: Class): HTMLElement | null {
  if (all.length === 0) return null;
  // A theme's villages come before its pairs and what several share.
  const alone = (c: GapChange): number => Number(c.village === null || c.name.includes(" – "));
  const order = [...all].sort((a, b) => THEMES.indexOf(a.theme) - THEMES.indexOf(b.theme) || alone(a) - alone(b) || (b.people ?? 0) - (a.people ?? 0) || (a.id < b.id ? -1 : 1));
  const of = (c: GapChange): HTMLElement =>
    h(
      "div",
      { class: "became-row", "data-gap": c.id },
      h("span", { class: `change ${cls}`, "aria-hidden": "true" }, SIGNS[cls]),
      h("span", {}, c.village && alone(c) === 0 ? h("a", { href: hrefOf(location.hash, { kind: "village", id: c.village }) }, c.name) : c.name, ` · ${word("topic", c.theme)} · ${kindOf(c)}`, h("small", {}, reasonOf(c))),
    );
  return h("div", { class: "became-list" }, h("h3", {}, mark(cls), ` ${number(all.length)}`), long(order.map(of), SHOWN, "div"));
}

/** Indicators of the county that differ. */
function indicators(d: Since): HTMLElement | null {
  const own = d.whole.scores.filter((s) => s.level === "county" && s.place === d.county && s.share_before !== s.share_after);
  if (own.length === 0) return null;
  return h(
    "table",
    { class: "grid since-scores" },
    h("thead", {}, h("tr", {}, th(t("sheet_indicator")), th(day(d.from), "n"), th(t("sheet_now"), "n"))),
    h("tbody", {}, ...own.map((s) => h("tr", {}, h("th", { scope: "row" }, pick(s.indicator)), h("td", { class: "n" }, percent(s.share_before)), h("td", { class: "n" }, percent(s.share_after))))),
  );
}

/** What became of the county's gaps since the last run of other data. */
export function since(d: Since | null, themes: readonly Theme[]): HTMLElement | null {
  if (!d) return null;
  const rows = tallies(d.whole.tallies, d.county).filter((r) => themes.includes(r.theme));
  const link = (f: string): HTMLElement => h("a", { class: "plain", href: `comparisons?${new URLSearchParams({ from: d.from, county: d.county, f }).toString()}`, download: "" }, f.toUpperCase());
  return h(
    "section",
    { class: "theme", id: "sheet-since" },
    h("h2", {}, h("span", {}, t("since_title", { date: day(d.from) })), h("small", { class: "screen" }, `${t("since_all")} `, link("xlsx"), " ", link("csv"))),
    rows.length === 0 ? h("p", {}, t("sheet_same")) : sums(rows),
    named(d.closed, "closed"),
    named(d.opened, "opened"),
    indicators(d),
    h("p", { class: "note" }, t("since_note")),
  );
}
