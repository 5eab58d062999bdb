import { describe, expect, it, vi } from "vitest";
import { setLang } from "../i18n";
import { zh } from "../i18n/zh";
import { format, parse } from "../state";
import { firstList, topicOf, topicsOf } from ".";
import { columns, counties, markOf, parts, ranked, tally, type Card, type Figure, type Scorecard } from "./scorecard-data";
import { difference, told, value } from "./scorecard-parts";

vi.stubGlobal("document", { documentElement: {} });

function figure(key: string, part: Partial<Figure> = {}): Figure {
  return {
    key, name: { zh: key, en: key }, theme: "roads", department: { zh: "部门", en: "dept" }, of: "all", yes: 6, no: 2, unknown: 2, share: 0.75, unknown_share: 0.2,
    people_yes: 60, people_no: 20, people_unknown: 20, people_share: 0.7, reference: 0.8, difference: -0.1, people_gap: 10, target: 1, reached: false, missing: 4, cheapest: null, ...part,
  };
}

function card(id: string, figures: Figure[], part: Partial<Card> = {}): Card {
  return { id, name: `C${id}`, county: null, target: true, villages: 10, priority_villages: 0, people: 100, poor_people: null, figures, ...part };
}

const nothing = { yes: 0, no: 0, unknown: 0, share: null, reached: null };

describe("scorecard", () => {
  it("leaves out counties without villages, and others than target counties where there are some", () => {
    const s = { counties: [card("1", []), card("2", [], { villages: 0 }), card("3", [], { target: false })] } as unknown as Scorecard;
    expect(counties(s).map((c) => c.id)).toEqual(["1"]);
    const free = { counties: s.counties.map((c) => ({ ...c, target: false })) } as unknown as Scorecard;
    expect(counties(free).map((c) => c.id)).toEqual(["1", "3"]);
  });

  it("shows indicators of themes with data that have anything to count; unknown counts", () => {
    const all = [figure("a"), figure("b", { theme: "water" }), figure("c", nothing), figure("d", { ...nothing, unknown: 3 })];
    expect(columns({ reference: card("", all) } as unknown as Scorecard, ["roads"]).map((f) => f.key)).toEqual(["a", "d"]);
  });

  it("tells reached, missed, without target and unknown apart", () => {
    expect(markOf(figure("a"))).toBe("missed");
    expect(markOf(figure("a", { reached: true }))).toBe("reached");
    expect(markOf(figure("a", { target: null, reached: null }))).toBe("none");
    expect(markOf(figure("a", nothing))).toBe("unknown");
    expect(markOf(undefined)).toBe("unknown");
    const c = card("1", [figure("a"), figure("b", { reached: true }), figure("c", nothing), figure("d", { target: null, reached: null })]);
    expect(tally(c, ["a", "b", "c", "d"])).toEqual({ targets: 2, missed: 1 });
    expect(tally(c, ["b"])).toEqual({ targets: 1, missed: 0 });
  });

  it("draws unknown beside what has it, and the target as a mark", () => {
    expect(parts(figure("a"))).toEqual({ yes: 0.6, unknown: 0.2, target: 1 });
    expect(parts(figure("a", nothing))).toEqual({ yes: 0, unknown: 0, target: 1 });
    expect(parts(figure("kva_per_household", { share: 3, target: 2 }))).toEqual({ yes: 0.75, unknown: 0, target: 0.5 });
    expect(parts(figure("kva_per_household", { share: 9, target: 2 })).yes).toBe(1);
  });

  it("sorts worst first by an indicator, those without a value last, and finds by name", () => {
    const all = [card("1", [figure("a", { share: 0.9 })]), card("2", [figure("a", nothing)]), card("3", [figure("a", { share: 0.1 })])];
    expect(ranked(all, "", "a").map((c) => c.id)).toEqual(["3", "1", "2"]);
    expect(ranked(all, "", "").map((c) => c.id)).toEqual(["1", "2", "3"]);
    expect(ranked(all, " c3 ", "a").map((c) => c.id)).toEqual(["3"]);
  });

  it("says values, differences and all of it in words", () => {
    setLang("en");
    expect(value(figure("a"), 0.854)).toBe("85.4 %");
    expect(value({ key: "kva_per_household" }, 3.249)).toBe("3.25 kVA");
    expect(value(figure("a"), null)).toBe("unknown");
    expect(difference(figure("a", { difference: -0.0286 }))).toBe("−2.9 points");
    expect(difference(figure("kva_per_household", { difference: 0.06 }))).toBe("+0.06 kVA");
    expect(told(figure("a"))).toBe("75.0 %, Target 100.0 %, missed, unknown 2");
  });

  it("is a tab where there are counties, and is remembered with its order", () => {
    expect(topicsOf(["roads", "power"], true)).toEqual(["all", "roads", "power", "plan", "scorecard"]);
    expect(topicsOf(["roads", "scorecard"])).toEqual(["roads", "plan"]);
    expect(topicOf("scorecard")).toBe("scorecard");
    expect(firstList("scorecard")).toBe("scorecard");
    const s = parse("list=scorecard&kind=paved&sel=counties/1");
    expect([s.list, s.kind, s.selected]).toEqual(["scorecard", "paved", "counties/1"]);
    expect(parse(`#${format(s)}`)).toEqual(s);
  });

  it("has words for what is counted", () => {
    for (const of of ["all", "administrative", "merged", "priority", "schools", "pairs", "people", "sources", "households"]) expect(zh).toHaveProperty(`of_${of}`);
  });
});
