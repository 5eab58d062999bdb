import { describe, expect, it } from "vitest";
import type { VillageColumns } from "./api";
import { step } from "./colours";
import { meanNeeds, needOf, needSteps, weightsNow } from "./needs";
import { overall, region } from "./region";

const columns: VillageColumns = {
  atlas: "a",
  provenance: "simulated",
  data_version: "1",
  count: 3,
  id: ["1", "2", "3"],
  name: ["上河", "Balzers", "下河"],
  pinyin: ["shang he", null, "xia he"],
  town: ["镇", "镇", null],
  county: ["c", "d", "c"],
  population: [100, null, 50],
  priority: [true, false, false],
  status: ["administrative", "natural", "administrative"],
  lon: [120, 121, 122],
  lat: [41, 42, 43],
  themes: { roads: { verdict: "gou", severity: [0.8, 0, null] }, water: { verdict: "oug", severity: [0, null, 0.4] } },
  counties: { id: ["c", "e"], name: ["甲县", "戊县"], target: [true, false] },
  weights: { roads: 1, water: 1, power: 1, broadband: 1, services: 1 },
};

describe("region", () => {
  const r = region(columns);

  it("counts villages of counties and towns, of any theme and of each", () => {
    const c = r.counties.find((u) => u.id === "c");
    expect(c).toMatchObject({ name: "甲县", villages: 2, box: [120, 41, 122, 43], at: [121, 42], of: { roads: { gap: 1, ok: 0, unknown: 1 }, water: { gap: 1, ok: 1, unknown: 0 }, all: { gap: 2, ok: 0, unknown: 0 } } });
    expect(r.counties.map((u) => [u.id, u.villages])).toEqual([["c", 2], ["e", 0], ["d", 1]]);
    // Two towns of one name in two counties are two.
    expect(r.towns.map((u) => [u.id, u.name, u.villages])).toEqual([["c/镇", "镇", 1], ["d/镇", "镇", 1]]);
  });

  it("weighs what is known alone", () => {
    const p = r.village.get("3")?.properties;
    expect(p && needOf(p, { roads: 3, water: 1 })).toEqual({ need: 0.4, known: 0.25 });
    expect(p && needOf(p, { roads: 3 })).toBeNull();
    expect(meanNeeds(r, weightsNow({ roads: 1 }, r.weights))).toEqual(new Map([["c", 0.8], ["d", 0]]));
  });

  it("colours counties by round needs that rise, fewer where they are alike", () => {
    const steps = (...needs: number[]): number[] => needSteps(new Map(needs.map((n, i) => [String(i), n])));
    expect(steps(0.1, 0.204, 0.3, 0.4, 0.5)).toEqual([0.2, 0.4]);
    expect(steps(0.12, 0.15, 0.15, 0.15, 0.16, 0.24)).toEqual([0.05, 0.1, 0.15, 0.2]);
    // Alike: one class has them all.
    const flat = steps(0.151, 0.152, 0.153);
    expect(new Set([0.151, 0.152, 0.153].map((n) => step(n, flat))).size).toBe(1);
    expect(steps(0.004, 0.001)).toEqual([]);
    expect(steps(0.3)).toEqual([0.1, 0.2, 0.3]);
    expect(steps(0, 0)).toEqual([]);
    expect(steps()).toEqual([]);
    for (let most = 0; most <= 100; most++) {
      const all = steps(most / 100);
      expect(all.length).toBeLessThanOrEqual(4);
      expect(all.every((s, i) => s > (all[i - 1] ?? 0) && s <= most / 100)).toBe(true);
    }
    expect(steps(1)).toEqual([0.2, 0.4, 0.6, 0.8]);
  });

  it("a gap in any theme is a gap, and what is not known stays unknown", () => {
    expect(overall({ roads: "gap", water: "unknown" })).toBe("gap");
    expect(overall({ roads: "ok", water: "unknown" })).toBe("unknown");
    expect(overall({ roads: "ok" })).toBe("ok");
  });
});
