import { GAPS, one, scorecard, summary, type CountyProperties } from "../api";
import { items, themesOf, type Place, type SheetGap, type SheetSummary } from "./data";
import { listed, noticeRows, type NoticeRow } from "./notice-rows";
import type { Theme } from "../region";

export interface NoticeSheet {
  summary: SheetSummary;
  county: { id: string; name: string };
  theme: Theme;
  rows: NoticeRow[];
  /** Villages of which nobody knows. */
  unknown: number;
  /** Known gaps of works that belong to no single village. */
  elsewhere: number;
}

const VERDICT: Record<Theme, string> = { roads: "road_verdict", power: "power_verdict", water: "water_verdict", broadband: "broadband_verdict", services: "services_verdict" };

/** Gaps of a county in a theme (null: the first that there are data on); null where there is no such county. */
export async function loadNotice(id: string, asked: Theme | null): Promise<NoticeSheet | null> {
  const [s, feature] = await Promise.all([summary() as Promise<SheetSummary>, one<CountyProperties>("counties", id)]);
  // Counties that only the records of villages name have no outline, but a card.
  const county = feature?.properties ?? (await scorecard()).counties.find((c) => c.id === id);
  if (!county) return null;
  const there = themesOf(s);
  const theme = asked && there.includes(asked) ? asked : (there[0] ?? "roads");
  const [gaps, unknown] = await Promise.all([items<SheetGap>(s, GAPS[theme], { county: id }), items<Place>(s, "villages", { county: id, [VERDICT[theme]]: "unknown", properties: "id,name" })]);
  const all = gaps.map((f) => f.properties);
  return { summary: s, county: { id, name: county.name }, theme, rows: noticeRows(all), unknown: unknown.length, elsewhere: all.filter((g) => g.verdict === "gap" && !listed(g)).length };
}
