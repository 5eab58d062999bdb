import { metres, money } from "../format";
import { pick, t, word } from "../i18n";
import { tidy } from "../themes/water-data";
import type { SheetGap } from "./data";

/** A line of the public notice: a village (or school, or town) with its gaps of the theme. */
export interface NoticeRow {
  key: string;
  town: string;
  name: string;
  /** Of villages. */
  code: string;
  people: number | null;
  gaps: SheetGap[];
}

/** Gaps that a notice lists: known ones of villages, schools and towns; not those of works such as transformers. */
export function listed(g: SheetGap): boolean {
  return g.verdict === "gap" && (g.village !== null || g.place !== undefined);
}

/** Gaps by village, by town and name. */
export function noticeRows(gaps: readonly SheetGap[]): NoticeRow[] {
  const rows = new Map<string, NoticeRow>();
  for (const g of gaps.filter(listed)) {
    const key = g.village ?? g.id;
    const row = rows.get(key) ?? { key, town: g.town ?? "", name: g.village_name, code: g.village ?? "", people: g.people, gaps: [] };
    row.gaps.push(g);
    rows.set(key, row);
  }
  const order = (a: string, b: string): number => a.localeCompare(b, "zh-CN");
  // Places without a town come last.
  const all = [...rows.values()].sort((a, b) => Number(!a.town) - Number(!b.town) || order(a.town, b.town) || order(a.name, b.name) || (a.key < b.key ? -1 : 1));
  for (const r of all) r.gaps.sort((a, b) => (a.id < b.id ? -1 : 1));
  return all;
}

export function whyOf(g: SheetGap): string {
  const why = pick(tidy(g.why));
  // What services lack says so itself.
  return g.class_name ? why : `${word("kind", g.kind)}${t("sheet_colon")}${why}`;
}

export function remedyOf(g: SheetGap): string {
  const r = g.remedy;
  if (!r) return g.works && g.works.kind !== "survey" ? pick(g.works.text) : t("notice_no_remedy");
  return [word("do", r.kind), g.class_name ? pick(g.class_name) : "", r.length_m > 0 ? metres(r.length_m) : "", money(r.cost, r.currency)].filter(Boolean).join(" ");
}

export function yearOf(g: SheetGap): string {
  if (g.status !== "planned") return t("notice_not_planned");
  return g.planned_year ? String(g.planned_year) : t("sheet_year_unknown");
}

/** The table as rows of cells, as it stands on the page; numbers stay numbers. */
export function cells(rows: readonly NoticeRow[]): (string | number | null)[][] {
  const lines = (all: string[]): string => (all.length > 1 ? all.map((x, i) => `(${i + 1}) ${x}`).join("\n") : (all[0] ?? ""));
  const each = (all: string[]): string => lines(new Set(all).size === 1 ? all.slice(0, 1) : all);
  return rows.map((r, i) => [i + 1, r.town, r.name, r.code, r.people, lines(r.gaps.map(whyOf)), lines(r.gaps.map(remedyOf)), each(r.gaps.map(yearOf)), each(r.gaps.map((g) => pick(g.department)))]);
}

/** Names of the columns of `cells`. */
export function heads(): string[] {
  return [t("notice_no"), t("notice_town"), t("notice_name"), t("notice_code"), t("notice_people"), t("notice_why"), t("notice_remedy"), t("sheet_year"), t("notice_department")];
}
