import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Summary, Village } from "../api";
import { figure, quantity } from "../format";
import { setLang } from "../i18n";
import { en } from "../i18n/en";
import { zh } from "../i18n/zh";
import type { Data } from "../store";
import { filtered, rows } from "../rows";
import { defaults, format, parse } from "../state";
import { isOn, toggled } from ".";
import { chosen, Pictures, type Contamination } from "./contamination";
import * as water from "./water-data";
import { marks, uses, visible } from "./water-map";
import { sourceWhy } from "./water-rows";

vi.stubGlobal("document", { documentElement: {} });

function test(part: Partial<water.Test>): water.Test {
  return { parameter: "fluoride", zh: "氟化物", en: "Fluoride", value: 0.5, below: false, above: false, unit: "mg/L", limit: 1, low: null, factor: 0.5, exceeds: false, unclear: false, date: "2016-03-22", ...part };
}

function source(id: string, state: water.SourceState, part: Partial<water.SourceProperties> = {}, at: [number, number] = [120, 41]): water.Source {
  const results = part.results ?? [];
  return {
    type: "Feature",
    geometry: { type: "Point", coordinates: at },
    properties: {
      id, name: `S${id}`, type: "borehole", functional: "yes", state, county: "c1", yield_m3_d: null, spare_m3_d: null, users: null, people: null, people_unknown: 0,
      villages: 0, elevation_m: null, depth_m: null, tests: results.length, worst: null, results, provenance: "simulated", ...part,
    },
  };
}

function village(id: string, part: Partial<Village["properties"]>): Village {
  return { type: "Feature", geometry: { type: "Point", coordinates: [120, 41] }, properties: { id, name: `V${id}`, town: null, county: "c1", population: 100, priority: false, ...part } as Village["properties"] };
}

const over = test({ value: 2.61, factor: 2.61, exceeds: true });
const sources = [
  source("a", "unsafe", { people: 10, results: [over], worst: over }),
  source("b", "untested", { people: 50, depth_m: 30 }, [120.01, 41]),
  source("c", "untested", { users: 900 }, [125, 41]),
  source("d", "safe", { people: 5000, results: [test({})] }, [120.02, 41]),
];
const links = [
  { id: "l1", village: "v1", source: "d", distance_m: 900, climb_m: 0, people: 100, demand_m3_d: 6, share: 1, cost: 100_000, currency: "CNY" },
  { id: "l2", village: "v2", source: "d", distance_m: 900, climb_m: 4, people: 300, demand_m3_d: 18, share: 1, cost: 100_000, currency: "CNY" },
].map((properties): water.WaterLink => ({ type: "Feature", geometry: { type: "LineString", coordinates: [[120, 41], [120.1, 41]] }, properties }));

function atlas(): Data {
  const villages = [village("v1", { water_source: "a", water_verdict: "gap" }), village("v2", { water_source: "b", water_verdict: "unknown", water_decided_by: "quality" })];
  const gap = { type: "Feature", geometry: { type: "Point", coordinates: [120, 41] }, properties: { id: "water:unsafe_water:v1", kind: "unsafe_water", village: "v1", village_name: "Vv1", county: "c1", town: null, verdict: "gap", severity: 0.8, people: 100, decided_by: "quality", why: { zh: "氟", en: "F" } } };
  const summary = { rules_water: { severe_factor: 3 }, counts: {} } as unknown as Summary;
  return {
    summary,
    villages,
    village: new Map(villages.map((v) => [v.properties.id, v])),
    county: new Map([["c1", "County"]]),
    water: { gaps: [gap], sources, source: new Map(sources.map((s) => [s.properties.id, s])), links, areas: [], users: water.usersOf(villages), names: new Map() },
  } as unknown as Data;
}

describe("water", () => {
  beforeEach(() => setLang("en"));

  it("lists villages by gap, then those nobody knows of, with the reason", () => {
    const list = rows(atlas(), "water");
    expect(list.map((r) => [r.key, r.verdict, r.kind])).toEqual([["water_gaps/water:unsafe_water:v1", "gap", "quality"], ["villages/v2", "unknown", "quality"]]);
    expect(list[1]?.why?.en).toBe("Sb: never tested");
  });

  it("keeps the service's order of sources, sorts untested ones by who depends on them", () => {
    expect(rows(atlas(), "sources").map((r) => r.key)).toEqual(["a", "b", "c", "d"].map((x) => `water_sources/${x}`));
    const next = rows(atlas(), "untested");
    expect(next.map((r) => r.people)).toEqual([900, 50]);
    expect(next[1]?.why?.en).toBe("1 of 2 tested sources within 5 km are over");
    expect(next[1]?.sub).toBe("County · 30 m deep");
    expect(next[0]?.why?.en).toContain("no tested source");
  });

  it("sorts connections by people per cost, and finds them by the source's name", () => {
    const list = rows(atlas(), "water_links");
    expect(list.map((r) => r.title)).toEqual(["Vv2", "Vv1"]);
    expect(filtered(list, { ...defaults(), q: "sd" }, atlas())).toHaveLength(2);
  });

  it("tells what is wrong with a source with value, limit and factor in the page's language", () => {
    const p = (s: water.Source | undefined): water.SourceProperties => s?.properties as water.SourceProperties;
    expect(sourceWhy(p(sources[0]))).toBe("Fluoride 2.61 mg/L · Limit 1 · ×2.6");
    setLang("zh");
    expect(sourceWhy(p(sources[0]))).toBe("氟化物 2.61 mg/L · 限值 1 · ×2.6");
    const coarse = test({ value: 0.25, below: true, limit: 0.1, unclear: true });
    expect(sourceWhy(p(source("x", "unknown", { results: [coarse], worst: coarse })))).toBe("氟化物 <0.25 mg/L，检出限高于限值 0.1");
    expect(sourceWhy(p(source("x", "safe", { results: [test({})] })))).toBe("1 项检测均在限值内");
  });

  it("severity is 0 at the limit and 1 at the severe factor, or where nothing is allowed", () => {
    const s = (factor: number | null, state: water.SourceState = "unsafe"): number => water.severityOf(source("x", state, { worst: { ...over, factor } }).properties, 3);
    expect([s(1), s(2), s(9), s(null), s(2, "untested"), s(2, "unimproved")]).toEqual([0, 0.5, 1, 1, 0, 1]);
  });

  it("knows which limits of quantity the service took where the grade tells", () => {
    const rules = { litres: { safe: 60, basic: 35 }, litres_scarce: { safe: 40, basic: 20 } };
    expect(water.pairTaken(46, "safe", rules)).toBe("litres_scarce");
    expect(water.pairTaken(46, "basically_safe", rules)).toBe("litres");
    expect(water.pairTaken(90, "safe", rules)).toBeNull();
  });

  it("measures distances around a point", () => {
    expect(water.metresBetween([120, 41], [120, 42])).toBeCloseTo(111_195, -2);
    expect(water.around([120, 41], sources, 10)).toEqual({ tested: 1, unsafe: 1 });
  });

  it("writes laboratory values by locale, with units as they are read", () => {
    expect(figure(0.0018)).toBe("0.0018");
    expect(quantity(6.4, "mg/L as N")).toBe("6.4 mg/L as N");
    expect(quantity(7.9, "1")).toBe("7.9");
    setLang("zh");
    expect(quantity(6.4, "mg/L as N")).toBe("6.4 mg/L（以 N 计）");
    expect(quantity(12, "min")).toBe("12 分钟");
  });

  it("drops the brackets of a factor that there is none of", () => {
    expect(water.tidy({ zh: "限值 0 CFU/100mL（）", en: "limit 0 CFU/100mL ()" })).toEqual({ zh: "限值 0 CFU/100mL", en: "limit 0 CFU/100mL" });
  });

  it("picks shares of a substance, leaving towns and depths apart", () => {
    const c = (part: Partial<Contamination>): Contamination => ({ county: null, town: null, depth_m: null, parameter: "fluoride", limit: 1, unit: "mg/L", samples: 12, samples_over: 1, tested: 10, over: 1, share: 0.1, low: 0, high: 0.4, ...part });
    const all = [c({}), c({ parameter: "arsenic", over: 3 }), c({ depth_m: [0, 15], over: 9 }), c({ county: "c1", town: "t" }), c({ county: "c1", over: 2 })];
    const p = new Pictures(all);
    expect(p.parameters).toEqual(["arsenic", "fluoride"]);
    expect([p.at("fluoride", "c1")?.over, p.at("fluoride", "c1", "t")?.over, p.at("fluoride", "c2")]).toEqual([2, 1, undefined]);
    expect([p.places("fluoride"), p.towns("fluoride", "c1"), p.depths("fluoride", null)].map((x) => x.map((c) => c.over))).toEqual([[1, 2], [1], [9]]);
    expect(chosen("contamination/fluoride@c1")).toEqual({ parameter: "fluoride", county: "c1" });
    expect(chosen("contamination/fluoride")?.county).toBeNull();
    expect(chosen("villages/1")).toBeNull();
  });

  it("switches layers: shown ones by a minus in the address", () => {
    expect(isOn([], "water_sources")).toBe(true);
    const off = toggled([], "water_sources");
    expect(isOn(parse(format({ ...defaults(), layers: off })).layers, "water_sources")).toBe(false);
    expect(toggled(off, "water_sources")).toEqual([]);
    expect(toggled([], "untested")).toEqual(["untested"]);
    const on = { sources: true, untested: true, links: false };
    expect(["source-bad", "source-untested", "water-link"].map((l) => visible(l, on))).toEqual([false, true, false]);
  });

  it("draws worse sources on top, and lines from a source to its villages", () => {
    const d = atlas();
    const w = d.water as water.WaterData;
    const order = marks(w).map((m) => (m.properties as { order: number }).order);
    expect(order[0]).toBeGreaterThan(order[3] ?? 0);
    expect(uses(w, "water_sources/b", () => [1, 2])).toHaveLength(1);
    expect(uses(w, "villages/v1", () => [1, 2])).toHaveLength(1);
    expect(uses(w, "water_gaps/water:unsafe_water:v1", () => [1, 2])).toHaveLength(1);
    expect(uses(w, "water_links/l1", () => [1, 2])).toEqual([]);
  });

  it("has words for every state, grade, rung and criterion in both languages", () => {
    const keys = [
      ...water.STATES.flatMap((s) => [`source_state_${s}`, `source_lead_${s}`]),
      ...["safe", "basically_safe", "unsafe", "unknown"].flatMap((g) => [`grade_${g}`, `lead_${g}`]),
      ...water.RUNGS.map((r) => `jmp_${r}`),
      ...water.CRITERIA.map((c) => `criterion_${c}`),
    ];
    for (const k of keys) {
      expect(zh).toHaveProperty(k);
      expect(en).toHaveProperty(k);
    }
  });
});
