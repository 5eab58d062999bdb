import { h } from "../dom";
import { number } from "../format";
import { t } from "../i18n";
import type { Schemas } from "../api";
import { comparison, day, kindOf, mark, reasonOf, CLASSES, type Comparison, type GapChange } from "./runs";
import { unknown, verdict } from "./parts";
import { THEMES, type Theme } from "../region";

/** A village, and those it came from, in every run that was kept. */
export type History = Schemas["VillageHistory"];
/** A village in one run: at a date, or (without one) now. */
export type Then = History["rows"][number];

/** Changes are asked for between so many of the last runs: each asks the service to hold two whole runs together. */
const COMPARED = 4;

/** Runs in their order, each with its rows: villages that were merged have several. */
export function runs(rows: readonly Then[]): [string | null, Then[]][] {
  const out: [string | null, Then[]][] = [];
  for (const r of rows) {
    const last = out.at(-1);
    if (last && last[0] === r.date) last[1].push(r);
    else out.push([r.date, [r]]);
  }
  return out;
}

/** Changes of a village in the order of their classes; those of gaps that are still the same are none. */
export function told(changes: readonly GapChange[]): GapChange[] {
  const of = (x: GapChange): number => THEMES.indexOf(x.theme);
  const pair = (x: GapChange): number => Number(x.name.includes(" – "));
  return CLASSES.flatMap((c) => changes.filter((x) => x.class === c).sort((a, b) => of(a) - of(b) || pair(a) - pair(b)));
}

/** What became of the gaps, each with its sign and why; those that are not of these villages alone with their name. */
function became(c: Comparison | null, names: ReadonlySet<string>): HTMLElement[] {
  if (!c) return [unknown(t("sheet_no_data"))];
  const all = told(c.changes);
  if (all.length === 0) return [h("span", { class: "soft" }, t("sheet_same"))];
  return [h("ul", { class: "became" }, ...all.map((x) => h("li", {}, mark(x.class), ` ${kindOf(x)}${names.has(x.name) ? "" : ` · ${x.name}`}`, h("small", {}, reasonOf(x)))))];
}

/** What became of the village from run to run; nothing where only the one at hand is known. `same`: the newest run is of the data at hand. */
export function history(found: History | null, same: boolean, themes: readonly Theme[]): HTMLElement | null {
  const every = runs(found?.rows ?? []);
  // The data at hand stand in for the newest run where they are the same.
  const all = same && every.at(-1)?.[0] === null ? every.slice(0, -1) : every;
  if (!found || all.length < 2) return null;
  const cell = (r: Then, x: Theme): HTMLElement => {
    const s = r.standing[x];
    return h("td", {}, s ? (s.verdict === "unknown" ? verdict("unknown") : h("span", {}, verdict(s.verdict), s.verdict === "gap" && s.severity !== null ? h("small", {}, number(s.severity, 2)) : null)) : unknown(t("sheet_no_data")));
  };
  const changes: (() => Promise<void>)[] = [];
  const names = new Set(found.rows.map((r) => r.name));
  const body = all.flatMap(([date, rows], i) => {
    const before = all[i - 1]?.[0] ?? null;
    const newest = i === all.length - 1 && same ? h("small", {}, t("sheet_now")) : null;
    const own = rows.map((r) => h("tr", { class: "run" }, h("th", { scope: "row" }, day(date), newest, rows.length > 1 || found.came_from.includes(r.id) ? h("small", {}, r.name) : null), ...themes.map((x) => cell(r, x))));
    if (before === null || i < all.length - COMPARED) return own;
    const box = h("div", { class: "sheet-change", "aria-busy": "true" }, h("span", { class: "skeleton line" }));
    const put = (...nodes: Node[]): void => {
      box.removeAttribute("aria-busy");
      box.replaceChildren(h("b", {}, t("sheet_change")), ...nodes);
    };
    changes.push(() => comparison(before, date, { village: found.village }).then((c) => put(...became(c, names)), () => put(unknown(t("sheet_changes_failed")))));
    return [...own, h("tr", { class: "became-of" }, h("td", { colspan: String(themes.length + 1) }, box))];
  });
  // One after another, the newest first.
  void changes.reduceRight((before, next) => before.then(next), Promise.resolve());
  const head = (text: string): HTMLElement => h("th", { scope: "col" }, text);
  return h(
    "section",
    { class: "theme", id: "sheet-history" },
    h("h2", {}, h("span", {}, t("sheet_history"))),
    h("div", { class: "grid-box", tabindex: "0", role: "group", "aria-label": t("sheet_history") }, h("table", { class: "grid runs" }, h("thead", {}, h("tr", {}, head(t("sheet_run")), ...themes.map((x) => head(t(`topic_${x}`))))), h("tbody", {}, ...body))),
    h("p", { class: "note" }, t("sheet_history_note")),
  );
}
