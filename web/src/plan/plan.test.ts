import { describe, expect, it } from "vitest";
import { fifth, parseMoney, presets, read, stepOf, thin, ticks, top, type CurvePoint } from "./curve";
import { decode, encode, fromGeoJson, readLine, scenario, writeLine, type Edit } from "./edits";
import { nearest } from "./edit-row";
import { ofAll } from "./plan-api";
import { spent, total, withFloor } from "./floors";
import { middle } from "./plan-map";
import { isStep, parsePlan, planDefaults, question, tooLong, writePlan, type PlanState } from "./plan-state";
import { joined } from "./suppose";

const CURVE: CurvePoint[] = [
  { cost: 0, gain: 0, villages: 0, most: 0 },
  { cost: 100, gain: 40, villages: 2, most: 50 },
  { cost: 250, gain: 70, villages: 5, most: 70 },
];

describe("curve", () => {
  it("reads what is reached at the least and proven at the most, between two plans", () => {
    expect(read(CURVE, 100)).toEqual({ gain: 40, villages: 2, most: 70 });
    expect(read(CURVE, 249.99)).toEqual({ gain: 40, villages: 2, most: 70 });
    expect(read(CURVE, 99)).toEqual({ gain: 0, villages: 0, most: 50 });
    expect(read(CURVE, 1e9)).toEqual({ gain: 70, villages: 5, most: 70 });
    expect(read([], 5)).toEqual({ gain: 0, villages: 0, most: null });
    expect(top(CURVE)).toBe(250);
  });

  it("never promises more than the plans on both sides, whatever the budget", () => {
    for (let b = 0; b <= 300; b += 0.5) {
      const r = read(CURVE, b);
      const cheaper = CURVE.filter((p) => p.cost <= b);
      expect(r.gain).toBe(Math.max(...cheaper.map((p) => p.gain)));
      expect(r.most ?? 0).toBeGreaterThanOrEqual(r.gain);
    }
  });

  it("steps, marks and presets are round", () => {
    expect(stepOf(395_692_909)).toBe(2_000_000);
    expect(stepOf(0)).toBe(1);
    expect(ticks(276_662, 4)).toEqual([0, 100_000, 200_000]);
    expect(ticks(0, 4)).toEqual([0]);
    expect(presets(395_692_909)).toEqual([40_000_000, 98_000_000, 198_000_000]);
    expect(presets(0)).toEqual([]);
    expect(presets(3)).toEqual([1, 2]);
  });

  it("thins to the ends and between", () => {
    const many = Array.from({ length: 1000 }, (_, i) => ({ cost: i, gain: i, villages: i, most: null }));
    const few = thin(many, 11);
    expect(few.map((p) => p.cost)).toEqual([0, 100, 200, 300, 400, 500, 599, 699, 799, 899, 999]);
    expect(thin(CURVE, 10)).toBe(CURVE);
  });

  it("fifths of the order", () => {
    expect([1, 2, 3, 4, 5].map((o) => fifth(o, 5))).toEqual([0, 1, 2, 3, 4]);
    expect([1, 20, 21, 100].map((o) => fifth(o, 100))).toEqual([0, 0, 1, 4]);
    expect(fifth(1, 0)).toBe(0);
  });
});

describe("money as people write it", () => {
  it.each([
    ["50,000,000", 5e7],
    ["50 000 000 CNY", 5e7],
    ["5000万", 5e7],
    ["1.2 亿元", 1.2e8],
    ["50M", 5e7],
    ["1.5bn CNY", 1.5e9],
    ["３００万", 3e6],
    ["0", 0],
    ["¥80k", 8e4],
  ])("%s", (text, n) => expect(parseMoney(text, "CNY")).toBe(n));
  it.each(["", "-5", "much", "5x", "1.2.3", "万", "NaN", "1e9"])("%s is none", (text) => expect(parseMoney(text, "CNY")).toBeNull());
});

const EDITS: Edit[] = [
  { edit: "pave", name: "上沅台村", at: [], props: { link: "link-4e4c87bbc2e6" } },
  { edit: "pave", name: "", at: [], props: { gap: "roads:no_road:1~2" } },
  { edit: "road", name: "", at: [[120.92449, 41.96063], [120.92, 41.95], [-179.99999, -89.5]], props: { surface: "gravel" } },
  { edit: "source", name: "a.b*c", at: [[119, 40.5]], props: { villages: ["210727900201", "村,二"], piped: true, yield_m3_d: 175.8 } },
  { edit: "mend_source", name: "", at: [], props: { source: "W00919" } },
  { edit: "transformer", name: "", at: [], props: { kva: 63, bus: "B02792-2" } },
  { edit: "transformer", name: "x", at: [[121, 41]], props: { kva: 0.5 } },
  { edit: "replace_transformer", name: "", at: [], props: { kva: 125, transformer: "T01939" } },
  { edit: "line", name: "", at: [], props: { conductor: "JKLYJ-120", line: ["L1", "L2"] } },
  { edit: "node", name: "", at: [[0, 0]], props: {} },
  { edit: "facility", name: "_卫生室", at: [[121.5, 41.25]], props: { class: "clinic" } },
];

describe("edits in the address", () => {
  it("survive the round trip, every kind", () => {
    expect(decode(encode(EDITS))).toEqual(EDITS);
  });
  it("need no escaping", () => {
    const text = encode(EDITS);
    expect(text).toMatch(/^[A-Za-z0-9._*-]+$/);
    expect(new URLSearchParams({ e: text }).toString()).toBe(`e=${text}`);
  });
  it("are compact: a road of ten points in 70 letters", () => {
    const at = Array.from({ length: 10 }, (_, i): [number, number] => [120.5 + i * 0.004, 41.5 + i * 0.003]);
    expect(encode([{ edit: "road", name: "", at, props: {} }]).length).toBeLessThanOrEqual(70);
  });
  it("positions keep to the metre", () => {
    const line: [number, number][] = [[0.00001, -0.00001], [180, 90], [-180, -90]];
    expect(readLine(writeLine(line))).toEqual(line);
    expect(() => readLine("~")).toThrow();
    expect(() => readLine("AAA")).toThrow();
    expect(() => readLine("_")).toThrow();
  });
  it("what makes no sense is left out, the rest stays", () => {
    const good = encode([EDITS[0] as Edit]);
    for (const bad of ["", "z", "r.A", "r.", "s..x", "p.AA.", "t..._%", "n.!!", "s.AA..WyJh"]) expect(decode(`${bad}*${good}`), bad).toEqual([EDITS[0]]);
  });
});

describe("scenarios as files", () => {
  it("survive the round trip", () => {
    expect(fromGeoJson(JSON.stringify(scenario(EDITS)))).toEqual(EDITS);
  });
  it("say which feature is wrong", () => {
    const file = (feature: unknown): string => JSON.stringify({ type: "FeatureCollection", features: [...scenario(EDITS.slice(0, 1)).features, feature] });
    for (const [text, at] of [["{", 0], ["[]", 0], ["null", 0], [file({ type: "Feature", geometry: null, properties: { edit: "fly" } }), 2], [file({ type: "Feature", geometry: null, properties: { edit: "road" } }), 2], [file({ type: "Feature", properties: null }), 2], [file({ type: "Feature", geometry: { type: "Point", coordinates: ["x", 1] }, properties: { edit: "node" } }), 2]] as const) {
      try {
        fromGeoJson(text);
        expect.unreachable(text);
      } catch (e) {
        expect((e as { feature: number }).feature, text).toBe(at);
      }
    }
  });
});

describe("plan in the address", () => {
  const full: PlanState = { theme: "water", budget: 5e7, weigh: "need", weights: { roads: 2, power: 0, water: 1.5, broadband: 0, services: 0 }, floors: [{ of: "water", amount: 5e6 }, { of: "210727", amount: 1e6 }], unknown: true, exclude: true, step: 12, edits: EDITS };
  const trip = (s: PlanState): PlanState => {
    const p = new URLSearchParams();
    writePlan(p, s);
    return parsePlan(new URLSearchParams(p.toString()));
  };
  it("survives the round trip", () => {
    expect(trip(full)).toEqual(full);
    expect(trip(planDefaults())).toEqual(planDefaults());
    const p = new URLSearchParams();
    writePlan(p, planDefaults());
    expect(p.toString()).toBe("");
  });
  it("forgets what makes no sense", () => {
    expect(parsePlan(new URLSearchParams("plan=goats&budget=-1&weights=trains:1&step=x&edits=%25&weigh=maybe&floors=water,:5,roads:-1,power:x,power:0"))).toEqual(planDefaults());
  });
  it("holds edits that no address can carry", () => {
    const many = Array.from({ length: 400 }, (_, i): Edit => ({ edit: "pave", name: "村", at: [], props: { link: `link-${String(i).padStart(12, "0")}` } }));
    expect(tooLong(many)).toBe(true);
    expect(tooLong(EDITS)).toBe(false);
    const p = new URLSearchParams();
    writePlan(p, { ...planDefaults(), edits: many });
    expect(p.toString().length).toBeLessThan(40);
    expect(trip({ ...planDefaults(), edits: many }).edits).toEqual(many);
  });
  it("asks the service", () => {
    expect(question(planDefaults(), "", null, null)).toBe("api/plans/roads");
    expect(question(full, "210727", 5e7, "geojson")).toBe("api/plans/water?budget=50000000&weigh=need&weights=roads%3A2%2Cwater%3A1.5&county=210727&unknown=true&planned=exclude&f=geojson");
    expect(question({ ...full, theme: "all" }, "", null, "geojson")).toBe("api/plans/all?budget=1000000000000000&weights=roads%3A2%2Cwater%3A1.5&floors=water%3A5000000%2C210727%3A1000000&planned=exclude");
    // Within one county no other can have a floor.
    expect(question({ ...full, theme: "all" }, "210727", 5e7, "csv")).toBe("api/plans/all?budget=50000000&weights=roads%3A2%2Cwater%3A1.5&county=210727&floors=water%3A5000000&planned=exclude&f=csv");
  });
  it("another budget is a step back, another step of the order is none", () => {
    expect(isStep(full, { ...full, step: 13 })).toBe(false);
    expect(isStep(full, { ...full, budget: 1 })).toBe(true);
    expect(isStep(full, { ...full })).toBe(false);
  });
});

describe("floors", () => {
  it("are set and taken away one by one, themes in their order before counties", () => {
    const a = withFloor(withFloor(withFloor([], "210727", 3), "water", 2), "roads", 1);
    expect(a).toEqual([{ of: "roads", amount: 1 }, { of: "water", amount: 2 }, { of: "210727", amount: 3 }]);
    expect(total(a)).toBe(6);
    expect(withFloor(a, "water", 7).map((f) => f.amount)).toEqual([1, 7, 3]);
    expect(withFloor(a, "water", 0).map((f) => f.of)).toEqual(["roads", "210727"]);
    expect(withFloor(a, "roads", null).map((f) => f.of)).toEqual(["water", "210727"]);
  });
  it("say what was spent because of them", () => {
    const works = [{ cost: 4, paid_by: "water" }, { cost: 5, paid_by: "210727" }, { cost: 3, paid_by: "water" }, { cost: 9, paid_by: "budget" }];
    expect(spent(works, [{ of: "water", amount: 8 }, { of: "power", amount: 1 }]).map((f) => f.spent)).toEqual([7, 0]);
  });
});

describe("one budget over all themes", () => {
  const step = (order: number, village: string): Parameters<typeof ofAll>[0]["steps"][number] => ({ order, theme: "water", village, name: village, people: 10, links: [], cost: 5, cost_so_far: 5 * order, relief: 2, relief_so_far: 2 * order, paid_by: "budget", projects: [], double_financed: 0 });
  it("counts a village once and has a curve", () => {
    const plan = ofAll({ currency: "CNY", cost: 15, relief: 6, relief_of_all: 6, steps: [step(1, "a"), step(2, "b"), step(3, "a")], by_theme: {}, without_remedy: {}, double_financed: 0, planned: { roads: 2, water: 1 }, data_version: "1" });
    expect(plan.villages).toBe(2);
    expect(plan.planned).toBe(3);
    expect(plan.curve.map((p) => [p.cost, p.gain, p.villages])).toEqual([[0, 0, 0], [5, 2, 1], [10, 4, 2], [15, 6, 2]]);
    expect(plan.served.get("a")?.after).toBe(1);
  });
});

describe("small things of the map", () => {
  it("the middle of a line carries its number", () => {
    expect(middle({ type: "LineString", coordinates: [[0, 0], [4, 2]] })).toEqual([2, 1]);
    expect(middle({ type: "LineString", coordinates: [[0, 0], [1, 1], [9, 9]] })).toEqual([1, 1]);
    expect(middle({ type: "MultiPoint", coordinates: [] })).toBeNull();
  });
  it("villages nearest first", () => {
    const places = new Map([["far", { name: "f", at: [121, 41] as [number, number] }], ["near", { name: "n", at: [120.01, 41] as [number, number] }], ["north", { name: "o", at: [120, 41.009] as [number, number] }]]);
    expect(nearest([120, 41], places, 2)).toEqual(["near", "north"]);
  });
  it("the same edit is not added twice", () => {
    expect(joined(EDITS, EDITS)).toEqual(EDITS);
    expect(joined([], EDITS)).toEqual(EDITS);
  });
});
