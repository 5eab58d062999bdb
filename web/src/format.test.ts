import { beforeEach, describe, expect, it, vi } from "vitest";
import { metres, money, people, percent } from "./format";
import { setLang, t } from "./i18n";

vi.stubGlobal("document", { documentElement: {} });

describe("numbers for reading", () => {
  beforeEach(() => setLang("en"));
  it("lengths", () => {
    expect(metres(999.4)).toBe("999 m");
    expect(metres(2149)).toBe("2.1 km");
    expect(metres(null)).toBe("unknown");
  });
  it("money in both languages", () => {
    expect(money(1_234_000, "CNY")).toBe("1.2 M CNY");
    setLang("zh");
    expect(money(1_234_000, "CNY")).toBe("123.4 万 CNY");
  });
  it("people and shares", () => {
    expect(people(1870)).toBe("1,870 people");
    expect(people(null)).toBe("population unknown");
    expect(percent(0.1234)).toBe("12.3 %");
  });
  it("texts fill in names", () => {
    expect(t("version", { v: "abc" })).toBe("data version abc");
  });
});
