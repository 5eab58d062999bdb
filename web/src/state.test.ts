import { describe, expect, it } from "vitest";
import { defaults, format, parse } from "./state";

describe("address", () => {
  it("says nothing by default", () => {
    expect(format(defaults())).toBe("");
  });
  it("survives the round trip", () => {
    const s = {
      ...defaults(),
      lang: "en" as const,
      list: "links" as const,
      q: "上河 & 1",
      verdict: "gap" as const,
      priority: true,
      town: "某镇",
      severity: 0.4,
      confidence: "measured",
      weights: { roads: 2, water: 0.5 },
      by: "people" as const,
      selected: "road_gaps/roads:no_road:1",
      sheet: "notice/21@roads",
      view: [120.5, 41.25, 9.5] as [number, number, number],
      layers: ["schools"],
    };
    expect(parse(`#${format(s)}`)).toEqual(s);
  });
  it("forgets what makes no sense", () => {
    const s = parse("#list=goats&view=1/NaN/3&verdict=maybe&lang=fr&weights=roads:0,goats:2&severity=7&by=luck");
    expect(s).toEqual(defaults());
  });
});
