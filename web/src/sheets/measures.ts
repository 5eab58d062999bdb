import type { Verdict } from "../api";
import { figure, metres, number, percent, pu, quantity, unitOf } from "../format";
import { pick, t, word } from "../i18n";
import { pairTaken, type Grade, type SourceProperties, type WaterRules } from "../themes/water-data";
import type { ServiceClass } from "../themes/services-data";
import type { SheetSummary, SheetVillage } from "./data";
import type { Theme } from "../region";

/** A figure of a village held against its limit. */
export interface Measure {
  label: string;
  value: number | null;
  limit: number | null;
  unit: string;
  /** Which side of the limit is good; figures without a limit have none. */
  better: "low" | "high" | null;
  /** Null where the figure decides nothing. */
  verdict: Verdict | null;
  /** In place of the number. */
  text?: string;
  /** Under the name. */
  note?: string;
}

/** A figure with its unit. */
export function valueText(n: number | null, unit: string): string {
  if (n === null) return t("unknown");
  if (unit === "m") return metres(n);
  if (unit === "pu") return pu(n);
  if (unit === "%") return percent(n);
  if (unit === "h" || unit === "kVA" || unit === "Mbit/s") return `${figure(n)} ${unit}`;
  if (unit === "1" || unit === "households" || unit === "sources" || unit === "paths") return figure(n);
  return quantity(n, unit);
}

/** The limit with the sign of its good side. */
export function limitText(m: Measure): string {
  if (m.limit === null) return "–";
  return `${m.better === "low" ? "≤" : m.better === "high" ? "≥" : ""} ${valueText(m.limit, m.unit)}`.trim();
}

/** Where value and limit stand on the bar, 0–1; null where not known. */
export function scale(m: Pick<Measure, "value" | "limit" | "unit">): { fill: number | null; mark: number | null } {
  const known = [m.value, m.limit].filter((x) => x !== null);
  // Voltages differ by little: their bar begins well above nothing.
  const from = m.unit === "pu" ? Math.min(0.8, ...known.map((x) => x - 0.02)) : 0;
  const to = m.unit === "pu" ? Math.max(1.1, ...known.map((x) => x + 0.02)) : m.unit === "%" ? 1 : 1.25 * Math.max(0, ...known) || 1;
  const at = (x: number | null): number | null => (x === null ? null : Math.max(0, Math.min(1, (x - from) / (to - from))));
  return { fill: at(m.value), mark: at(m.limit) };
}

/** The verdict of a figure by its limit alone. */
export function held(value: number | null, limit: number | null, better: "low" | "high"): Verdict {
  if (value === null || limit === null) return "unknown";
  return (better === "low" ? value <= limit : value >= limit) ? "ok" : "gap";
}

function roads(s: SheetSummary, p: SheetVillage): Measure[] {
  const noted = p.road_state === "no_data" ? undefined : word("state", p.road_state);
  return [
    { label: t("to_paved"), value: p.road_distance_m, limit: s.rules?.access_m ?? null, unit: "m", better: "low", verdict: p.road_verdict, ...(noted ? { note: noted } : {}) },
    { label: t("rai"), value: p.rai_share, limit: null, unit: "%", better: null, verdict: null, note: t("rai_hint") },
  ];
}

function power(s: SheetSummary, p: SheetVillage): Measure[] {
  const [r, worst, phase] = [s.rules_power, p.power_worst_pu ?? null, p.three_phase ?? "unknown"];
  const high = p.power_kinds?.includes("over_voltage") ?? false;
  const limit = p.power_limit_pu ?? null;
  const out: Measure[] = [
    { label: t("sheet_voltage"), value: worst, limit, unit: "pu", better: high ? null : "high", verdict: high ? "gap" : held(worst, limit, "high") },
    { label: t("three_phase_straight"), value: p.three_phase_m ?? null, limit: r?.power_access_m ?? null, unit: "m", better: "low", verdict: phase === "yes" ? "ok" : phase === "no" ? "gap" : "unknown", note: word("in_reach", phase) },
  ];
  if (p.power_supply_m != null) out.push({ label: t("supply_length"), value: p.power_supply_m, limit: r?.supply_radius_m ?? null, unit: "m", better: "low", verdict: worst === null ? held(p.power_supply_m, r?.supply_radius_m ?? null, "low") : null });
  if (p.grid_m != null) out.push({ label: t("grid_distance"), value: p.grid_m, limit: r?.max_grid_m ?? null, unit: "m", better: "low", verdict: held(p.grid_m, r?.max_grid_m ?? null, "low") });
  if (p.reported_power_hours != null) out.push({ label: t("reported_hours"), value: p.reported_power_hours, limit: r?.supply_hours ?? null, unit: "h", better: "high", verdict: held(p.reported_power_hours, r?.supply_hours ?? null, "high"), note: t("conf_reported") });
  return out;
}

function graded(g: Grade | undefined): Verdict {
  return g === "safe" || g === "basically_safe" ? "ok" : g === "unsafe" ? "gap" : "unknown";
}

/** The test that is worst, or nearest to its limit, with its day. */
function quality(p: SheetVillage, source: SourceProperties | null): Measure {
  const base = { label: word("criterion", "quality"), better: "low" as const, verdict: graded(p.water_quality) };
  const words = (text: string, note = ""): Measure => ({ ...base, value: null, limit: null, unit: "1", text, ...(note ? { note } : {}) });
  if (!source) return words(p.water_source ? t("unknown") : t("no_source"));
  if (source.state === "unimproved") return words(t("source_state_unimproved"), source.type ? word("water_type", source.type) : "");
  const { results } = source;
  const nearest = [...results].sort((a, b) => (b.factor ?? 0) - (a.factor ?? 0))[0];
  const w = results.find((r) => r.parameter === source.worst?.parameter) ?? nearest;
  if (!w) return words(t("never_tested"));
  const over = results.filter((r) => r.exceeds).length;
  const others = over > 1 ? t("more_over", { n: number(over - 1) }) : over === 0 && source.state === "safe" ? ` · ${t("all_pass", { n: number(results.length) })}` : "";
  const note = [pick(w), w.date].filter(Boolean).join(" · ") + others;
  return { ...base, value: w.value, limit: w.limit, unit: w.unit, note, ...(w.below ? { text: `< ${valueText(w.value, w.unit)}` } : {}) };
}

function litres(p: SheetVillage, r: WaterRules | undefined): Measure {
  const n = p.reported_litres ?? null;
  const scarce = n !== null && r ? pairTaken(n, p.water_quantity, r) === "litres_scarce" : false;
  const pair = r ? (scarce ? r.litres_scarce : r.litres) : null;
  return { label: word("criterion", "quantity"), value: n, limit: pair?.basic ?? null, unit: "L", better: "high", verdict: graded(p.water_quantity), note: [t("sheet_per_day"), pair ? t("sheet_safe_limit", { limit: `≥ ${valueText(pair.safe, "L")}` }) : "", scarce ? t("sheet_scarce") : ""].filter(Boolean).join(" · ") };
}

function convenience(p: SheetVillage, r: WaterRules | undefined): Measure {
  const base = { label: word("criterion", "convenience"), better: "low" as const, verdict: graded(p.water_convenience) };
  if (p.reported_piped_share != null && p.reported_piped_share >= 1) return { ...base, value: null, limit: null, unit: "1", text: t("piped_all") };
  if (p.water_minutes != null) return { ...base, value: p.water_minutes, limit: r?.minutes.basic ?? null, unit: "min", note: t("minutes_title") };
  return { ...base, value: p.water_m ?? null, limit: r?.distance_m.basic ?? null, unit: "m", note: t("to_source") };
}

function reliability(p: SheetVillage, r: WaterRules | undefined): Measure {
  const days = (share: number): number => Math.floor((1 - share) * 365 + 1e-6);
  return { label: word("criterion", "reliability"), value: p.reported_water_days_short ?? null, limit: r ? days(r.available.basic) : null, unit: "d", better: "low", verdict: graded(p.water_reliability), note: t("sheet_days_short") };
}

function broadband(s: SheetSummary, p: SheetVillage): Measure[] {
  const r = s.rules_broadband;
  const none = p.broadband_state === "none";
  const noted = word("broadband_state", p.broadband_state ?? "unknown");
  const out: Measure[] = [{ label: t("speed"), value: p.broadband_mbit_s ?? null, limit: r?.min_mbit_s ?? null, unit: "Mbit/s", better: "high", verdict: p.broadband_verdict ?? "unknown", ...(p.broadband_mbit_s == null && (none || p.broadband_state === "broadband") ? { text: noted } : { note: noted }) }];
  if (p.broadband_node_m != null) out.push({ label: t("to_node"), value: p.broadband_node_m, limit: r?.broadband_access_m ?? null, unit: "m", better: "low", verdict: null });
  if (p.broadband_covered_share != null) out.push({ label: t("covered_share"), value: p.broadband_covered_share, limit: null, unit: "%", better: null, verdict: null });
  return out;
}

function services(p: SheetVillage, classes: readonly ServiceClass[]): Measure[] {
  return classes.map((c): Measure => {
    const r = p.services?.[c.key];
    const minutes = r?.minutes != null ? t("sheet_minutes", { n: number(r.minutes) }) : "";
    const unpaved = r?.unpaved_m ? t("sheet_unpaved", { n: metres(r.unpaved_m) }) : "";
    return { label: pick(c.name), value: r?.m ?? null, limit: c.limit_m, unit: "m", better: "low", verdict: r?.verdict ?? "unknown", note: [t(c.asks === "travel" && minutes ? "by_road" : "straight"), minutes, unpaved].filter(Boolean).join(" · ") };
  });
}

/** Every figure of a theme beside its limit. */
export function measures(theme: Theme, s: SheetSummary, p: SheetVillage, source: SourceProperties | null): Measure[] {
  switch (theme) {
    case "roads":
      return roads(s, p);
    case "power":
      return power(s, p);
    case "water":
      return [quality(p, source), litres(p, s.rules_water), convenience(p, s.rules_water), reliability(p, s.rules_water)];
    case "broadband":
      return broadband(s, p);
    case "services":
      return services(p, s.counts.services?.classes ?? []);
  }
}

/** What the village's own record says, in words: name and answer. */
export function reported(theme: Theme, p: SheetVillage): [string, string | null | false][] {
  const says = (x: string | undefined): string => (x === "yes" || x === "no" ? t(x) : t("unknown"));
  switch (theme) {
    case "roads":
      return [[t("reported_paved"), says(p.reported_paved)], [t("reported_all_weather"), says(p.reported_all_weather)], [t("fragile"), t(p.fragile ? "yes" : "no")]];
    case "power":
      return [[t("reported_electricity"), says(p.reported_electricity)], [t("reported_three_phase"), says(p.reported_three_phase)]];
    case "water":
      return [[t("reported_piped"), p.reported_piped_share == null ? t("unknown") : percent(p.reported_piped_share)], [t("reported_treated"), says(p.reported_water_treated)], [t("jmp_title"), p.jmp ? word("jmp", p.jmp) : t("unknown")]];
    case "broadband":
      return [[t("reported_broadband"), p.reported_mbit_s == null ? says(p.reported_broadband) : `${says(p.reported_broadband)} · ${figure(p.reported_mbit_s)} ${unitOf("Mbit/s")}`], [t("reported_mobile"), says(p.reported_mobile)]];
    case "services":
      return [];
  }
}
