import type { ListedGap, Village } from "../api";
import { figure, metres, money, number, percent, quantity } from "../format";
import { pick, same, t, word } from "../i18n";
import type { Row } from "../rows";
import type { Data } from "../store";
import { around, AROUND_M, at, dependents, perCost, severityOf, verdictOf, villageGaps, type Source, type SourceProperties, type WaterData, type WaterLink } from "./water-data";
import { place, unknownRow } from "./village-rows";

/** What is wrong with a source, or not, in a line. */
export function sourceWhy(p: SourceProperties): string {
  const w = p.worst;
  const over = p.results.filter((r) => r.exceeds).length;
  if (p.state === "untested") return t("never_tested");
  if (p.state === "unimproved") return t("not_protected", { type: word("water_type", p.type ?? "unknown") });
  if (p.state === "safe") return t("all_pass", { n: number(p.tests) });
  if (!w) return t("unknown");
  const name = pick(w);
  const value = `${name} ${w.below ? "<" : ""}${quantity(w.value, w.unit)}`;
  if (p.state === "unknown") return t("too_coarse", { value, limit: figure(w.limit) });
  const more = over > 1 ? t("more_over", { n: number(over - 1) }) : "";
  return `${value} · ${t("limit")} ${figure(w.limit)}${w.factor === null ? "" : ` · ×${number(w.factor, 1)}`}${more}`;
}

function text(w: WaterData, p: SourceProperties): string {
  const villages = (w.users.get(p.id) ?? []).map((v) => `${v.properties.id} ${v.properties.name}`);
  return [p.id, p.name ?? "", ...villages].join(" ").toLowerCase();
}

function sourceRow(d: Data, w: WaterData, s: Source): Row {
  const p = s.properties;
  const severe = d.summary.rules_water?.severe_factor ?? 3;
  return {
    key: `water_sources/${p.id}`,
    title: p.name ?? p.id,
    sub: place(d, p.county, p.type && word("water_type", p.type)),
    people: dependents(p),
    verdict: verdictOf(p.state),
    score: dependents(p) ?? 0,
    severity: severityOf(p, severe),
    why: same(sourceWhy(p)),
    kind: p.state,
    county: p.county ?? "",
    priority: (w.users.get(p.id) ?? []).some((v) => v.properties.priority),
    text: text(w, p),
    sign: p.state,
  };
}

/** All sources, in the service's order: unsafe ones first. */
export function sourceRows(d: Data): Row[] {
  const w = d.water;
  return w ? w.sources.map((s) => sourceRow(d, w, s)) : [];
}

/** Sources without a test, those that most people depend on first, with what their neighbours tell. */
export function untestedRows(d: Data): Row[] {
  const w = d.water;
  if (!w) return [];
  const rows = w.sources.filter((s) => s.properties.state === "untested").map((s): Row => {
    const near = around(at(s), w.sources);
    const p = s.properties;
    const told = near.tested > 0 ? t("around", { km: number(AROUND_M / 1000), unsafe: number(near.unsafe), tested: number(near.tested) }) : t("around_none", { km: number(AROUND_M / 1000) });
    return {
      ...sourceRow(d, w, s),
      why: same(told),
      kind: p.type ?? "unknown",
      sub: place(d, p.county, p.depth_m === null ? null : t("deep", { n: metres(p.depth_m) })),
    };
  });
  return rows.sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
}

/** Why nobody knows whether a village's water is safe. */
function unknownWhy(w: WaterData, v: Village): string {
  const p = v.properties;
  const s = p.water_source ? w.source.get(p.water_source)?.properties : undefined;
  if (!s) return t("no_source");
  return `${s.name ?? s.id}: ${sourceWhy(s)}`;
}

/** Villages of whose water nobody knows. */
export function unknownRows(d: Data): Row[] {
  const w = d.water;
  if (!w) return [];
  const unknown = (d.villages ?? []).filter((v) => v.properties.water_verdict === "unknown");
  return unknown.map((v) => unknownRow(d, v, unknownWhy(w, v), v.properties.water_decided_by ?? "quality"));
}

function linkRow(d: Data, w: WaterData, l: WaterLink, gap: ListedGap | undefined): Row {
  const p = l.properties;
  const v = d.village.get(p.village)?.properties;
  const per = perCost(p);
  const from = w.source.get(p.source)?.properties.name ?? p.source;
  const cells = [money(p.cost, p.currency), per !== null && t("per_cost_short", { n: number(per, per < 10 ? 1 : 0) }), metres(p.distance_m), t("from_source", { name: from })];
  return {
    key: `water_links/${p.id}`,
    title: v?.name ?? p.village,
    sub: place(d, v?.county ?? null, v?.town),
    people: p.people,
    verdict: "gap",
    score: per ?? 0,
    severity: gap?.properties.severity ?? 0,
    why: same(cells.filter(Boolean).join(" · ")),
    kind: gap?.properties.decided_by ?? "quality",
    county: v?.county ?? "",
    priority: v?.priority ?? false,
    text: `${p.village} ${v?.name ?? ""} ${v?.town ?? ""} ${p.source} ${from}`.toLowerCase(),
  };
}

/** Connections to build, most people per cost first. */
export function linkRows(d: Data): Row[] {
  const w = d.water;
  if (!w) return [];
  const gaps = new Map(villageGaps(w).map((g) => [g.properties.village, g]));
  return w.links.map((l) => linkRow(d, w, l, gaps.get(l.properties.village))).sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
}

/** Share with its interval in words. */
export function interval(c: { share: number; low: number; high: number }): string {
  return `${percent(c.share)} (${number(c.low * 100, 1)}–${number(c.high * 100, 1)})`;
}

