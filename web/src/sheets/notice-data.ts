import { get, one, scorecard, summary, type CountyProperties, type Schemas } from "../api";
import { getLang } from "../i18n";
import type { Theme } from "../region";
import { optional, themesOf, type SheetSummary } from "./data";

/** A report of the service, laid out as tables of texts and numbers. */
export type Report = Schemas["Report"];

export interface NoticeSheet {
  summary: SheetSummary;
  county: { id: string; name: string };
  theme: Theme;
  /** In the language it was asked for in. */
  reports: Record<"zh" | "en", Report>;
}

/** Where the notice of a county in a theme is, in a form; what was filled in goes along. */
export function noticeUrl(county: string, theme: Theme, f: "json" | "csv" | "xlsx" | "html", lang: string, filled: Readonly<Record<string, string>> = {}): string {
  const p = new URLSearchParams({ theme, lang, f });
  for (const [k, v] of Object.entries(filled)) if (v.trim()) p.set(k, v.trim());
  return `reports/${encodeURIComponent(county)}/notice?${p.toString()}`;
}

/** The notice of a county in a theme (null: the first that there are data on), in both languages; null where there is no such county. */
export async function loadNotice(id: string, asked: Theme | null): Promise<NoticeSheet | null> {
  const [s, feature] = await Promise.all([summary() as Promise<SheetSummary>, one<CountyProperties>("counties", id)]);
  // Counties that only the records of villages name have no outline, but a card.
  const county = feature?.properties ?? (await scorecard()).counties.find((c) => c.id === id);
  if (!county) return null;
  const there = themesOf(s);
  const theme = asked && there.includes(asked) ? asked : (there[0] ?? "roads");
  const [zh, en] = await Promise.all([optional<Report>(noticeUrl(id, theme, "json", "zh")), get<Report>(noticeUrl(id, theme, "json", "en"))]);
  return zh && { summary: s, county: { id, name: county.name }, theme, reports: { zh, en } };
}

/** The notice in the page's language. */
export function reportOf(d: NoticeSheet): Report {
  return d.reports[getLang()];
}
