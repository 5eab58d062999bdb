import { describe, expect, it } from "vitest";
import { setLang } from "../i18n";
import type { Figure } from "../themes/scorecard-data";
import { quoted } from "../api";
import { type SheetGap, type SheetSummary, type SheetVillage } from "./data";
import { runs, told, type Then } from "./history";
import { boxOf } from "../geometry";
import { atLeast, barKm, projection } from "./locator";
import { held, limitText, measures, scale, valueText } from "./measures";
import { byTown, missing, type Counted } from "./missing";
import { noticeUrl } from "./notice-data";
import { previous, type GapChange } from "./runs";
import { tallies } from "./since";
import { formatRoute, hrefOf, parseRoute } from "./route";
import { inOrder } from "./neighbours";
import type { Neighbour } from "./village-data";

Object.assign(globalThis, { document: { documentElement: { lang: "" } } });

describe("addresses of sheets", () => {
  it("survive the round trip, with ids of any kind", () => {
    for (const r of [{ kind: "village" as const, id: "210727/1 甲" }, { kind: "county" as const, id: "a@b" }, { kind: "notice" as const, id: "a@b", theme: null }, { kind: "notice" as const, id: "a@roads", theme: "water" as const }]) expect(parseRoute(formatRoute(r))).toEqual(r);
  });

  it("refuse what is none", () => {
    for (const s of ["", "village", "village/", "goat/1", "/1"]) expect(parseRoute(s)).toBeNull();
    expect(parseRoute("notice/1@weather")).toEqual({ kind: "notice", id: "1@weather", theme: null });
    expect(parseRoute("notice/@roads")).toEqual({ kind: "notice", id: "@roads", theme: null });
  });

  it("keep all else that the address remembers", () => {
    const p = new URLSearchParams(hrefOf("#lang=en&sel=villages%2F1&view=1/2/3", { kind: "village", id: "1" }).slice(1));
    expect([p.get("lang"), p.get("sel"), p.get("view"), p.get("sheet")]).toEqual(["en", "villages/1", "1/2/3", "village/1"]);
  });

  it("quotes of a text are doubled", () => {
    expect(quoted("a'b")).toBe("'a''b'");
  });
});

describe("figures beside limits", () => {
  it("hold a value against a limit; unknown stays unknown", () => {
    expect([held(499, 500, "low"), held(500, 500, "low"), held(501, 500, "low"), held(8, 8, "high"), held(7.9, 8, "high")]).toEqual(["ok", "ok", "gap", "ok", "gap"]);
    expect([held(null, 1, "low"), held(1, null, "low")]).toEqual(["unknown", "unknown"]);
  });

  it("stand on a bar: the larger of both has a fifth of it beyond; what is not known has no place", () => {
    const { fill, mark } = scale({ value: 250, limit: 1000, unit: "m" });
    expect(fill).toBeCloseTo(0.2);
    expect(mark).toBeCloseTo(0.8);
    expect(scale({ value: null, limit: null, unit: "m" })).toEqual({ fill: null, mark: null });
    expect(scale({ value: 0, limit: 0, unit: "CFU/100mL" })).toEqual({ fill: 0, mark: 0 });
    expect(scale({ value: 0.4, limit: null, unit: "%" }).fill).toBeCloseTo(0.4);
    const volts = scale({ value: 0.7, limit: 0.9, unit: "pu" });
    expect(volts.fill).toBeGreaterThan(0);
    expect(volts.fill).toBeLessThan(volts.mark ?? 0);
  });

  it("are written with unit and side by the page's language", () => {
    setLang("en");
    expect(limitText({ label: "", value: 1, limit: 500, unit: "m", better: "low", verdict: null })).toBe("≤ 500 m");
    expect(limitText({ label: "", value: 1, limit: null, unit: "m", better: "low", verdict: null })).toBe("–");
    expect(valueText(null, "m")).toBe("unknown");
    setLang("zh");
    expect(valueText(null, "m")).toBe("不明");
    expect(valueText(3400, "m")).toBe("3.4 km");
    expect(valueText(0.5, "%")).toBe("50.0 %");
  });

  it("say of a village without any data that nobody knows", () => {
    const p = { road_state: "no_data", road_verdict: "unknown", road_distance_m: null, rai_share: null } as unknown as SheetVillage;
    const s = { counts: { services: { classes: [{ key: "school", name: { zh: "学校", en: "School" }, limit_m: 3000, asks: "travel" }] } } } as unknown as SheetSummary;
    for (const theme of ["roads", "power", "water", "broadband", "services"] as const) {
      for (const m of measures(theme, s, p, null)) expect([m.value, m.verdict === null || m.verdict === "unknown"], `${theme} ${m.label}`).toEqual([null, true]);
    }
  });
});

const feature = (geometry: unknown): never => ({ type: "Feature", properties: {}, geometry }) as never;

describe("drawings", () => {
  it("frame what they show, whatever its kind", () => {
    expect(boxOf([feature({ type: "Point", coordinates: [1, 2] }), feature({ type: "MultiPolygon", coordinates: [[[[0, 0], [4, 0], [4, 3], [0, 0]]]] }), feature(null)])).toEqual([0, 0, 4, 3]);
    expect(boxOf([feature(null)])).toBeNull();
  });

  it("are as wide on the ground as asked for", () => {
    const [w, s, e, n] = atLeast([120, 60, 120, 60], 5);
    expect((n - s) * 111.32).toBeCloseTo(10);
    expect((e - w) * 111.32 * Math.cos(Math.PI / 3)).toBeCloseTo(10);
  });

  it("put corners inside and keep the scale", () => {
    const box = atLeast([120, 41, 121, 42], 1);
    const p = projection(box);
    for (const [x, y] of [p.at([120, 41]), p.at([121, 42])]) expect(x >= 0 && x <= 300 && y >= 0 && y <= p.high).toBe(true);
    const [, a] = p.at([120, 41]);
    const [, b] = p.at([120, 42]);
    expect(a - b).toBeCloseTo(111.32 * p.perKm);
    expect([barKm(1), barKm(30), barKm(49)]).toEqual([100, 2, 2]);
  });
});

const village = (id: string, more: object): SheetVillage => ({ id, name: id, town: "乙镇", status: "administrative", priority: false, population: 10, road_verdict: "ok", ...more }) as unknown as SheetVillage;
const counted = (more: Partial<Counted>): Counted => ({ villages: [], marked: true, classes: [], schools: [], roadGaps: [], pairs: [], sources: [], ...more });
const asks = (key: string, of: Figure["of"]): Pick<Figure, "key" | "of"> => ({ key, of });
const names = (m: ReturnType<typeof missing>): string[][] => [m?.gap.map((x) => x.name) ?? [], m?.unknown.map((x) => x.name) ?? []];

describe("who is missing", () => {
  it("asks the villages that an indicator is of", () => {
    const c = counted({ villages: [village("1", { road_verdict: "gap" }), village("2", { road_verdict: "gap", status: "merged" }), village("3", { road_verdict: "unknown" }), village("4", {})] });
    expect(names(missing(asks("paved", "administrative"), c))).toEqual([["1"], ["3"]]);
    expect(names(missing(asks("merged_paved", "merged"), c))).toEqual([["2"], []]);
  });

  it("asks priority villages, or all where none is marked", () => {
    const villages = [village("1", { priority: true, broadband_verdict: "gap" }), village("2", { broadband_verdict: "gap" })];
    expect(names(missing(asks("broadband", "priority"), counted({ villages })))[0]).toEqual(["1"]);
    expect(names(missing(asks("broadband", "priority"), counted({ villages, marked: false })))[0]).toEqual(["1", "2"]);
  });

  it("knows voltage, three phases and services from the village; no word is unknown", () => {
    const villages = [village("1", { power_kinds: ["low_voltage"], power_worst_pu: 0.8, three_phase: "no" }), village("2", { power_kinds: ["over_voltage"], power_worst_pu: 1.1, three_phase: "yes" }), village("3", {})];
    expect(names(missing(asks("voltage", "all"), counted({ villages })))).toEqual([["1"], ["3"]]);
    expect(names(missing(asks("three_phase", "all"), counted({ villages })))).toEqual([["1"], ["3"]]);
    expect(names(missing(asks("station", "all"), counted({ villages })))[1]).toHaveLength(3);
    const classes = [{ key: "school", asks: "travel" }, { key: "station", asks: "at_hand" }] as unknown as Counted["classes"];
    const far = village("4", { services: { school: { verdict: "ok" }, station: { verdict: "gap" } } });
    expect(names(missing(asks("services", "all"), counted({ villages: [far], classes })))).toEqual([[], []]);
  });

  it("lists schools, pairs of this county and sources", () => {
    const schools = [{ id: "a", name: "A", state: "linked" }, { id: "b", name: "B", state: "connected" }, { id: "c", name: "C", state: "linked" }];
    const roadGaps = [{ kind: "school_unpaved", place: "c", verdict: "unknown" }] as unknown as SheetGap[];
    expect(names(missing(asks("schools_paved", "schools"), counted({ schools, roadGaps })))).toEqual([["A"], ["C"]]);
    const pairs = [{ village: "1", other: "9", village_name: "x", verdict: "gap" }, { village: "8", other: "9", village_name: "y", verdict: "gap" }, { village: "9", other: "1", village_name: "z", verdict: "unknown" }] as unknown as SheetGap[];
    expect(names(missing(asks("neighbours_paved", "pairs"), counted({ villages: [village("1", {})], pairs })))).toEqual([["x"], ["z"]]);
    expect(names(missing(asks("tested_sources", "sources"), counted({ sources: [{ id: "s", name: null, tests: 0 }, { id: "t", name: "T", tests: 2 }] })))[0]).toEqual(["s"]);
    expect(missing(asks("rai", "people"), counted({}))).toBeNull();
  });

  it("goes by town", () => {
    expect(byTown([{ name: "a", town: "x", people: 1 }, { name: "b", town: "y", people: 1 }, { name: "c", town: "x", people: 1 }]).map(([t, e]) => [t, e.length])).toEqual([["x", 2], ["y", 1]]);
  });
});

describe("public notice", () => {
  it("is asked of the service with what was filled in; nothing where nothing was", () => {
    expect(noticeUrl("21/1", "roads", "json", "zh")).toBe("reports/21%2F1/notice?theme=roads&lang=zh&f=json");
    expect(noticeUrl("1", "water", "xlsx", "en", { office: " 县政府 & co ", phone: " " })).toBe(`reports/1/notice?theme=water&lang=en&f=xlsx&office=${encodeURIComponent("县政府")}+%26+co`);
  });
});

describe("neighbours", () => {
  it("neighbours that no way leads to come first, those it does last, the nearest of each first", () => {
    const of = (id: string, verdict: Neighbour["verdict"], straight_m: number): Neighbour => ({ id, name: id, town: null, county: null, county_name: null, at: [0, 0], verdict, straight_m, limit_m: 3 * straight_m, paved_m: null, if_unknown_paved_m: null, gap: null });
    const all = [of("a", "ok", 1), of("b", "gap", 2), of("c", "unknown", 3), of("d", "ok", 4), of("e", "gap", 5)];
    expect(inOrder(all).map((n) => n.id)).toEqual(["b", "e", "c", "a", "d"]);
  });
});

describe("history", () => {
  const standing: Then["standing"] = { roads: null, power: null, water: null, broadband: null, services: null };
  const then = (date: string | null, id: string): Then => ({ date, id, name: id, population: null, standing, gaps: [] });
  const change = (cls: GapChange["class"], theme: GapChange["theme"], id = ""): GapChange => ({ class: cls, id, theme, name: "", village: null, county: null, people: null, causes: [], reason: { zh: "", en: "" }, verdict_before: null, verdict_after: null, before: null, after: null });

  it("puts villages that were merged into one run, in order", () => {
    const all = runs([then("2024-01-01", "1"), then("2024-01-01", "2"), then("2025-01-01", "1"), then(null, "1")]);
    expect(all.map(([d, r]) => [d, r.length])).toEqual([["2024-01-01", 2], ["2025-01-01", 1], [null, 1]]);
  });

  it("tells what closed first; of what is still the same nothing", () => {
    const all = told([change("changed", "roads"), change("still", "roads"), change("opened", "water"), change("closed", "water"), change("closed", "roads")]);
    expect(all.map((c) => [c.class, c.theme])).toEqual([["closed", "roads"], ["closed", "water"], ["opened", "water"], ["changed", "roads"]]);
  });

  it("compares with the last run of other data", () => {
    const run = (date: string, data_version: string): Parameters<typeof previous>[0][number] => ({ date, data_version });
    expect(previous([run("2016-12-31", "a"), run("2017-12-31", "b")], "b")).toEqual({ date: "2016-12-31", same: true });
    expect(previous([run("2016-12-31", "a"), run("2017-12-31", "b")], "c")).toEqual({ date: "2017-12-31", same: false });
    expect(previous([run("2017-12-31", "b")], "b")).toBeNull();
    expect(previous([], "b")).toBeNull();
  });

  it("takes a county's sums in the order of the themes", () => {
    const tally = (county: string | null, theme: "roads" | "water"): Parameters<typeof tallies>[0][number] => ({ county, name: null, theme, before: 1, after: 1, closed: 0, opened: 0, changed: 0, still: 1, left: 0, entered: 0, settled: 0, doubted: 0 });
    expect(tallies([tally(null, "roads"), tally("1", "water"), tally("1", "roads"), tally("2", "roads")], "1").map((r) => r.theme)).toEqual(["roads", "water"]);
  });
});
