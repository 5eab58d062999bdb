import { describe, expect, it } from "vitest";
import { boxOf, join, reach } from "./geometry";

describe("boxes", () => {
  it("hold every part of every geometry, and nothing where there is no place", () => {
    const line = { type: "Feature" as const, properties: {}, geometry: { type: "LineString" as const, coordinates: [[1, 5], [3, 4]] } };
    const nowhere = { type: "Feature" as const, properties: {}, geometry: null };
    expect(boxOf([line, nowhere])).toEqual([1, 4, 3, 5]);
    expect(boxOf([nowhere])).toBeNull();
    expect(join([0, 0, 1, 1], [2, -1, 3, 0])).toEqual([0, -1, 3, 1]);
  });

  it("reach so many metres around a point, no farther than a county", () => {
    const [w, s, e, n] = reach([120, 60, 120, 60], 11_119.5);
    expect([n - 60, 60 - s, e - 120, 120 - w].map((d) => Math.round(d * 1000))).toEqual([100, 100, 200, 200]);
    expect(reach([120, 0, 120, 0], 1e9)[3]).toBeLessThan(0.3);
    expect(reach([120, 41, 120, 41], 0)).toEqual([120, 41, 120, 41]);
  });
});
