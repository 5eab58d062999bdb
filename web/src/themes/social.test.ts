import { describe, expect, it, vi } from "vitest";
import type { Gap, Summary, Village } from "../api";
import { setLang } from "../i18n";
import { en } from "../i18n/en";
import { zh } from "../i18n/zh";
import { defaults } from "../state";
import { region, type BriefProperties, type Region } from "../region";
import { filtered, rows } from "../rows";
import { counted, verdictOf, type Data } from "../store";
import { isOn, topicsOf } from ".";
import * as broadband from "./broadband-data";
import { visible } from "./broadband-map";
import * as services from "./services-data";
import { uses } from "./services-map";
import { signKey } from "./social-signs";

vi.stubGlobal("document", { documentElement: {} });

function village(id: string, part: Partial<Village["properties"]>, at: [number, number] = [120, 41]): Village {
  return { type: "Feature", geometry: { type: "Point", coordinates: at }, properties: { id, name: `V${id}`, town: null, county: "c1", population: 100, priority: false, ...part } as Village["properties"] };
}

function reach(verdict: services.Reach["verdict"], to: string | null): services.Reach {
  return { verdict, confidence: "computed", m: 1000, minutes: 5, unpaved_m: 0, unknown_m: 0, off_road_m: 0, to, disagrees: false };
}

function gap(id: string, kind: string, v: string, part: Partial<Gap["properties"]> = {}): Gap {
  const why = { zh: "因", en: "why" };
  return { type: "Feature", geometry: { type: "Point", coordinates: [120, 41] }, properties: { id, kind, village: v, village_name: v, town: null, county: "c1", verdict: "gap", severity: 0.5, people: 100, why, ...part } as Gap["properties"] };
}

function fibre(id: string, people: number | null, cost: number, length_m = 1000): broadband.Fibre {
  return { type: "Feature", geometry: { type: "LineString", coordinates: [[120, 41], [121, 41]] }, properties: { id, length_m, cost, currency: "CNY", villages: ["1"], village_count: 1, people, along_road: true } };
}

/** Villages as the service's columns have them, with one letter each for broadband and services. */
function briefs(letters: string): Region {
  const each = <T,>(x: T): T[] => [...letters].map(() => x);
  const of = { verdict: letters, severity: each(0.5) };
  return region({
    atlas: "a", provenance: "simulated", data_version: "1", count: letters.length, id: [...letters].map((_, i) => String(i + 1)), name: each("V"), pinyin: each(null), town: each(null), county: each("c1"),
    population: each(100), priority: each(false), status: each("administrative"), lon: each(120), lat: each(41),
    themes: { broadband: of, services: of }, counties: { id: ["c1"], name: ["County"], target: [true] }, weights: { roads: 1, power: 1, water: 1, broadband: 1, services: 1 },
  });
}

const villages = [
  village("1", { broadband_verdict: "unknown", services_verdict: "gap", services: { clinic: reach("gap", "k1"), school: reach("ok", "s1") } }),
  village("2", { broadband_verdict: "ok", services_verdict: "unknown", population: 50, services: { clinic: reach("unknown", "k1") } }, [120.1, 41]),
];
const place = (id: string, cls: string): services.Facility => ({ key: `facilities/${id}`, class: cls, name: id, county: "c1", feature: { type: "Feature", geometry: { type: "Point", coordinates: [122, 41] }, properties: { id } } });
const facilities = [place("k0", "clinic"), place("k1", "clinic")];
const cls = (key: string): services.ServiceClass => ({ key, name: { zh: key, en: key }, asks: "travel", facilities: 1, mean: null, limit_m: 5000, gap: 1, unknown: 0, ok: 0 });
const data = {
  summary: { counts: { services: { villages_gap: 1, classes: [cls("clinic"), cls("school")] } } } as unknown as Summary,
  villages,
  village: new Map(villages.map((v) => [v.properties.id, v])),
  county: new Map([["c1", "County"]]),
  broadband: { gaps: [gap("broadband:no_mobile:2", "no_mobile", "2")], fibre: [fibre("joint", 900, 1, 2), fibre("a", 100, 10_000), fibre("b", 900, 10_000), fibre("c", null, 5)], coverage: [], nodes: [] },
  services: {
    gaps: [gap("services:far_from_service:clinic:1", "far_from_service", "1", { class: "clinic" })],
    facilities,
    facility: new Map(facilities.map((f) => [services.placeId(f.class, f.feature.properties.id), f])),
    users: services.usersOf(villages),
  },
} as unknown as Data;

describe("broadband", () => {
  it("lists gaps first, then villages that nobody knows of", () => {
    setLang("en");
    expect(rows(data, "broadband").map((r) => [r.key, r.verdict])).toEqual([["broadband_gaps/broadband:no_mobile:2", "gap"], ["villages/1", "unknown"]]);
    expect(verdictOf("broadband", briefs("o").villages[0]?.properties as BriefProperties)).toBe("ok");
  });

  it("ranks routes by people per cost, mere joints and routes for an unknown number of people last", () => {
    expect(rows(data, "fibre_links").map((r) => r.key)).toEqual(["fibre_links/b", "fibre_links/a", "fibre_links/c", "fibre_links/joint"]);
    expect(broadband.perCost({ people: 30, cost: 60_000, length_m: 1000 })).toBe(5);
    expect(broadband.perCost({ people: 30, cost: 0, length_m: 1000 })).toBeNull();
  });

  it("tells ground by its speed; the rule's own speed is enough", () => {
    expect([12, 11.9, null].map((s) => broadband.speedOf(s, 12))).toEqual(["fast", "slow", "unknown"]);
  });

  it("switches its layers", () => {
    expect(isOn([], "broadband_coverage")).toBe(true);
    expect(isOn(["-fibre_links"], "fibre_links")).toBe(false);
    const on = { coverage: false, fibre: true, nodes: false };
    expect(["covered", "covered-measured", "fibre-case", "fibre", "node", "no-mobile"].map((l) => visible(l, on))).toEqual([false, false, true, true, false, true]);
  });
});

describe("services", () => {
  it("filters gaps by kind and by class, unknown villages by the classes nobody knows", () => {
    const all = rows(data, "services");
    const of = (kind: string): string[] => filtered(all, { ...defaults(), kind }, data).map((r) => r.key);
    expect(of("far_from_service")).toEqual(["service_gaps/services:far_from_service:clinic:1"]);
    expect(of(`${services.CLASS_TAG}clinic`)).toEqual(["service_gaps/services:far_from_service:clinic:1", "villages/2"]);
    expect(of(`${services.CLASS_TAG}school`)).toEqual([]);
  });

  it("puts places that most people are nearest to first", () => {
    const all = rows(data, "facilities");
    expect(all.map((r) => [r.key, r.people])).toEqual([["facilities/k1", 150], ["facilities/k0", null]]);
    expect(all[0]?.mark).toBe("clinic");
    expect(signKey("market")).toBe("other");
  });

  it("draws lines to the places of the selected village, of a gap's class alone, and to the villages of a place", () => {
    const s = data.services as services.ServicesData;
    const served = (id: string): { point: [number, number]; to: [string, string][] } | null => (id === "1" ? { point: [120, 41], to: [["clinic", "k1"], ["school", "s1"]] } : null);
    expect(uses(s, "villages/1", served)).toHaveLength(1);
    expect(uses(s, "service_gaps/services:far_from_service:clinic:1", served)).toHaveLength(1);
    expect(uses(s, "facilities/k1", served)).toHaveLength(2);
    expect(uses(s, "villages/9", served)).toEqual([]);
  });

  it("shows only where the service has data", () => {
    expect(topicsOf(["roads", "services"])).toEqual(["all", "roads", "services", "plan"]);
    expect(topicsOf(["roads"])).toEqual(["roads", "plan"]);
    expect(counted("services", { region: briefs("gu") } as Data)).toEqual({ gap: 1, ok: 0, unknown: 1 });
  });
});

describe("words", () => {
  it("are there in both languages", () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  });
});
