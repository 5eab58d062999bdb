import { describe, expect, it } from "vitest";
import { spells, syllables, typedPinyin } from "./pinyin";

const name = syllables("da/dai zhe ping cun");

describe("Pinyin", () => {
  it("finds full names, initials and mixtures, from any character on", () => {
    for (const q of ["dazhepingcun", "dzpc", "dazhep", "dz", "zheping", "pingc", "daizhe"]) expect(spells(q, name), q).toBe(true);
  });
  it("finds nothing that is not there", () => {
    for (const q of ["dp", "dazeping", "cund", "x", "dazhepingcunx"]) expect(spells(q, name), q).toBe(false);
  });
  it("knows what can be Pinyin", () => {
    expect(typedPinyin("Da Zhe'ping")).toBe("dazheping");
    expect(typedPinyin("大柘")).toBe("");
    expect(typedPinyin("210921")).toBe("");
  });
});
