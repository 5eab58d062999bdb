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
      selected: "road_gaps/roads:no_road:1",
      sheet: "notice/21@roads",
      view: [120.5, 41.25, 9.5] as [number, number, number],
      layers: ["schools"],
    };
    expect(parse(`#${format(s)}`)).toEqual(s);
  });
  it("forgets what makes no sense", () => {
    const s = parse("#list=goats&view=1/NaN/3&verdict=maybe&lang=fr");
    expect(s).toEqual(defaults());
  });
});
