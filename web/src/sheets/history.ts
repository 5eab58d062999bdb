import type { Verdict } from "../api";
import { h } from "../dom";
import { number } from "../format";
import { getLang, t } from "../i18n";
import { unknown, verdict } from "./parts";
import type { Theme } from "../region";

/** A village in one run: at a date, or (without one) now. */
export interface Then {
  date: string | null;
  id: string;
  name: string;
  standing: Partial<Record<Theme, { verdict: Verdict; severity: number | null } | null>>;
  gaps: { id: string; verdict: string }[];
}

/** A village, and those it came from, in every run that was kept. */
export interface History {
  rows: Then[];
  came_from: string[];
  became: string[];
}

/** Gaps that went and came from one run to the next. */
export function changes(before: readonly Then[], now: readonly Then[]): { closed: number; opened: number } {
  const ids = (rows: readonly Then[]): Set<string> => new Set(rows.flatMap((r) => r.gaps.filter((g) => g.verdict === "gap").map((g) => g.id)));
  const [a, b] = [ids(before), ids(now)];
  return { closed: [...a].filter((x) => !b.has(x)).length, opened: [...b].filter((x) => !a.has(x)).length };
}

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

function day(date: string | null): string {
  if (date === null) return t("sheet_now");
  const at = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? date : at.toLocaleDateString(getLang() === "zh" ? "zh-CN" : "en-GB", { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" });
}

/** What became of the village from run to run; nothing where only the one at hand is known. */
export function history(found: History | null, themes: readonly Theme[]): HTMLElement | null {
  const all = runs(found?.rows ?? []);
  if (!found || all.length < 2) return null;
  const cell = (r: Then, x: Theme): HTMLElement => {
    const s = r.standing[x];
    return h("td", {}, s ? (s.verdict === "unknown" ? verdict("unknown") : h("span", {}, verdict(s.verdict), s.verdict === "gap" && s.severity !== null ? h("small", {}, number(s.severity, 2)) : null)) : unknown(t("sheet_no_data")));
  };
  const body = all.flatMap(([date, rows], i) => {
    const before = all[i - 1]?.[1];
    const c = before ? changes(before, rows) : null;
    return rows.map((r, k) => h("tr", {}, h("th", { scope: "row" }, day(date), rows.length > 1 || found.came_from.includes(r.id) ? h("small", {}, r.name) : null), ...themes.map((x) => cell(r, x)), h("td", { class: "n" }, c && k === 0 ? t("sheet_changes", { closed: number(c.closed), opened: number(c.opened) }) : "–")));
  });
  const head = (text: string, cls = ""): HTMLElement => h("th", { scope: "col", class: cls }, text);
  return h(
    "section",
    { class: "theme", id: "sheet-history" },
    h("h2", {}, h("span", {}, t("sheet_history"))),
    h("div", { class: "grid-box", tabindex: "0", role: "group", "aria-label": t("sheet_history") }, h("table", { class: "grid" }, h("thead", {}, h("tr", {}, head(t("sheet_run")), ...themes.map((x) => head(t(`topic_${x}`))), head(t("sheet_change"), "n"))), h("tbody", {}, ...body))),
  );
}
