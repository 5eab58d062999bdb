import { describe, expect, it } from "vitest";
import { downloads } from "../download";
import type { Class, Comparison, GapChange } from "../sheets/runs";
import { parse } from "../state";
import type { Data } from "../store";
import { inOrder, keyOf, ofTheme, places, sums, type Became } from "./changes-data";
import { label, marks, next } from "./changes-map";

function became(cls: Class, id: string, at: [number, number] | null = [120, 41], people: number | null = 100): Became {
  const gap = { id, severity: 0.5, village: "V1" };
  const gone = ["closed", "settled", "left"].includes(cls);
  const change = { class: cls, id, theme: id.split(":")[0], people, before: cls === "opened" ? null : gap, after: gone ? null : gap } as unknown as GapChange;
  return { key: keyOf(change), change, at };
}

const NONE = { before: 0, after: 0, closed: 0, opened: 0, changed: 0, still: 0, left: 0, entered: 0, settled: 0, doubted: 0 };
const TALLIES = [
  { ...NONE, county: null, name: null, theme: "roads", closed: 3, still: 7 },
  { ...NONE, county: null, name: null, theme: "water", closed: 1, opened: 2, still: 5 },
  { ...NONE, county: "A", name: "甲", theme: "roads", closed: 2, settled: 1, still: 4, entered: 1 },
] as Comparison["tallies"];

describe("what became of gaps", () => {
  it("leads to the gap where there still is one, else to the change", () => {
    expect(became("opened", "roads:village_unpaved:V1").key).toBe("road_gaps/roads:village_unpaved:V1");
    expect(became("changed", "roads:neighbours_unpaved:V1~V2").key).toBe("neighbour_gaps/roads:neighbours_unpaved:V1~V2");
    expect(became("opened", "roads:fragile_access:x").key).toBe("fragile_access/roads:fragile_access:x");
    expect(became("closed", "water:unsafe_water:V1").key).toBe("changes/water:unsafe_water:V1");
    expect(became("left", "services:no_station:V1").key).toBe("changes/services:no_station:V1");
  });

  it("comes opened first, then closed, changed and the rest, each by severity × people", () => {
    const all = [became("left", "a:l"), became("changed", "a:c"), became("closed", "a:x", null, 5), became("closed", "a:y", null, 50), became("closed", "a:z", null, null), became("opened", "a:o", null, 1)];
    expect(inOrder(all).map((b) => b.change.id)).toEqual(["a:o", "a:y", "a:x", "a:z", "a:c", "a:l"]);
    expect(all[0]?.change.id).toBe("a:l");
  });

  it("is summed by theme and county", () => {
    expect(sums(TALLIES, "all", "")).toMatchObject({ closed: 4, opened: 2, still: 12 });
    expect(sums(TALLIES, "roads", "")).toMatchObject({ closed: 3, opened: 0, still: 7 });
    expect(sums(TALLIES, "roads", "A")).toMatchObject({ closed: 2, still: 4 });
    expect(sums(TALLIES, "water", "A")).toMatchObject({ closed: 0, still: 0 });
    expect(ofTheme([became("closed", "roads:a"), became("closed", "water:b")], "water").map((b) => b.change.id)).toEqual(["water:b"]);
  });

  it("has one sign for all that was closed at a place, one for all that opened there, none for the rest", () => {
    const found = places([became("opened", "roads:o"), became("closed", "roads:c"), became("settled", "roads:s"), became("changed", "roads:x"), became("closed", "roads:far", [121, 42]), became("closed", "roads:nowhere", null)]);
    expect(found.map((p) => [p.sign, p.keys.length, p.both])).toEqual([["opened", 1, true], ["closed", 2, true], ["closed", 1, false]]);
  });
});

describe("signs on the map", () => {
  const d = { region: { villages: [{ geometry: { type: "Point", coordinates: [120, 41] } }] }, changes: { from: "2016-12-31", tallies: TALLIES, all: [became("closed", "roads:a"), became("closed", "roads:b"), became("closed", "water:c", [121, 42])] } } as unknown as Data;

  it("stand above a village, and where nobody lives on their place; a click goes through what lies there", () => {
    const found = marks(d, "roads").map((f) => f.properties as { id: string; offset: number[] });
    expect(found.map((p) => p.offset)).toEqual([[0, -22]]);
    const id = found[0]?.id ?? "";
    expect(next(id, "")).toBe("changes/roads:a");
    expect(next(id, "changes/roads:a")).toBe("changes/roads:b");
    expect(next(id, "changes/roads:b")).toBe("changes/roads:a");
    expect(marks(d, "all").map((f) => (f.properties as { offset: number[] }).offset[1])).toEqual([-22, 0]);
  });

  it("are counted at a county from afar, once they are known", () => {
    expect(label(d, "roads", "A")).toEqual({ text: "✓ 3  ▲ 1", rank: -4 });
    expect(label({ ...d, changes: null }, "roads", "A")).toBeNull();
  });
});

describe("files of changes", () => {
  const of = (hash: string, since = "2016-12-31"): string | null | undefined => downloads(parse(hash), [], [], since)?.csv;
  it("have the theme, the county and the class of the list", () => {
    expect(of("list=changes")).toBe("comparisons?from=2016-12-31&f=csv");
    expect(of("list=water_changes&county=A&kind=closed")).toBe("comparisons?from=2016-12-31&theme=water&county=A&change=closed&f=csv");
  });
  it("are not offered where the service cannot ask for it, nor where no run was kept", () => {
    expect(of("list=changes&q=x")).toBeNull();
    expect(of("list=changes&town=x")).toBeNull();
    expect(of("list=changes&priority=1")).toBeNull();
    expect(downloads(parse("list=changes"), [], [])).toBeNull();
  });
});
