import { describe, expect, it } from "vitest";
import { SHARE_STEPS } from "./colours";
import { counting, substance } from "./ground";
import { region } from "./region";
import { parse } from "./state";
import type { Data } from "./store";

const r = region({
  atlas: "a",
  provenance: "simulated",
  data_version: "1",
  count: 4,
  id: ["1", "2", "3", "4"],
  name: ["上河", "下河", "中河", "河口"],
  pinyin: [null, null, null, null],
  town: ["镇", "镇", "乡", null],
  county: ["c", "c", "c", "d"],
  population: [1, 1, 1, 1],
  priority: [false, false, false, false],
  status: ["", "", "", ""],
  lon: [1, 2, 3, 4],
  lat: [1, 2, 3, 4],
  themes: { roads: { verdict: "gouu", severity: [0.8, 0, null, null] }, water: { verdict: "oggu", severity: [0, 0.2, 0.4, null] } },
  counties: { id: ["c", "d"], name: ["甲县", "丁县"], target: [true, false] },
  weights: { roads: 1, water: 1, power: 0, broadband: 0, services: 0 },
});
const row = (parameter: string, county: string | null, town: string | null, over: number, tested: number, depth_m: [number, number] | null = null): object => ({ parameter, county, town, depth_m, over, tested, share: over / tested });
const d = {
  region: r,
  summary: { counts: { water: { contamination: [row("nitrate", null, null, 1, 40), row("fluoride", null, null, 9, 40)] } } },
  counties: [{ properties: { contamination: [row("fluoride", "c", null, 8, 10), row("fluoride", "c", "镇", 5, 5), row("fluoride", "c", "镇", 1, 2, [0, 10]), row("nitrate", "c", null, 1, 10)] } }],
} as unknown as Data;
const told = (hash: string): (readonly [string, number | null, number, number])[] => {
  const { count } = counting(d, parse(hash));
  return (["counties", "towns"] as const).flatMap((of) => r[of].map((u) => [u.id, count(of, u).share, count(of, u).part, count(of, u).whole] as const));
};

describe("ground", () => {
  it("is coloured by villages with a gap among those known", () => {
    const hash = "#list=villages";
    expect(told(hash)).toEqual([["c", 0.5, 1, 3], ["d", null, 0, 1], ["c/镇", 0.5, 1, 2], ["c/乡", null, 0, 1]]);
    expect(counting(d, parse(hash)).steps).toBe(SHARE_STEPS);
  });

  it("is coloured by mean need where all themes show", () => {
    const found = told("#list=all");
    expect(found.map((x) => x[0])).toEqual(["c", "d", "c/镇", "c/乡"]);
    expect(found.map((x) => x[1] === null ? null : Math.round(x[1] * 1000))).toEqual([300, null, 250, 400]);
    expect(found.map((x) => x[2])).toEqual([3, 0, 2, 1]);
  });

  it("is coloured by sources over a limit while their table is open", () => {
    // The substance with most over its limit comes first.
    expect(substance(d, parse("#list=contamination"))).toBe("fluoride");
    expect(told("#list=contamination")).toEqual([["c", 0.8, 8, 10], ["d", null, 0, 0], ["c/镇", 1, 5, 5], ["c/乡", null, 0, 0]]);
    expect(told("#list=contamination&sel=contamination/nitrate@c")[0]).toEqual(["c", 0.1, 1, 10]);
    expect(substance(d, parse("#list=water"))).toBeNull();
  });
});
