import { describe, expect, it } from "vitest";
import { format, parse } from "../state";
import { depth, gapsOf, type PowerData } from "./power-data";
import { firstList, isChanges, LISTS, OPTIONAL, TOPICS, topicOf, topicsOf } from ".";
import { zh } from "../i18n/zh";

describe("themes", () => {
  it("every list belongs to one theme and has a name in the message files", () => {
    for (const topic of TOPICS) {
      expect(topicOf(firstList(topic))).toBe(topic);
      for (const list of LISTS[topic]) {
        expect(topicOf(list)).toBe(topic);
        expect(zh).toHaveProperty(isChanges(list) ? "list_changes" : `list_${list}`);
      }
      for (const layer of OPTIONAL[topic]) expect(zh).toHaveProperty(`layer_${layer}`);
      expect(zh).toHaveProperty(`topic_${topic}`);
    }
    expect(topicOf("nonsense")).toBeUndefined();
  });

  it("shows the themes that the service has data on, roads where it names none", () => {
    expect(topicsOf(["power", "roads"])).toEqual(["all", "roads", "power", "plan"]);
    expect(topicsOf(undefined)).toEqual(["roads"]);
    expect(topicsOf(["weather"])).toEqual(["roads"]);
  });

  it("is remembered in the address", () => {
    const s = parse("list=areas&lang=en");
    expect(s.list).toBe("areas");
    expect(format(s)).toContain("list=areas");
    expect(parse("list=zzz").list).toBe("all");
  });
});

describe("power", () => {
  it("depth under the limit is 0 at it and 1 a tenth below; unknown is none", () => {
    expect(depth(0.93, 0.93)).toBe(0);
    expect(depth(0.88, 0.93)).toBeCloseTo(0.5);
    expect(depth(0.7, 0.93)).toBe(1);
    expect(depth(null, 0.93)).toBe(0);
  });

  it("sorts gaps into villages, transformers and feeders", () => {
    const of = (kind: string): unknown => ({ properties: { kind } });
    const d = { gaps: ["low_voltage", "no_grid", "transformer_overload", "low_capacity", "radial_feeder"].map(of) } as unknown as PowerData;
    expect(["power", "transformers", "feeders"].map((l) => gapsOf(d, l).length)).toEqual([2, 2, 1]);
  });
});
