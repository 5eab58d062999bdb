/// <reference types="vite/client" />
import { describe, expect, it } from "vitest";
import { en } from "./en";
import { zh } from "./zh";

/** Every source of the page but words and tests. */
const SOURCES = import.meta.glob<string>(["../**/*.ts", "!../**/*.test.ts", "!../i18n/**", "!../plan/words-*.ts", "!../api-types.ts"], { query: "?raw", import: "default", eager: true });

/** Holes of a text. */
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? "").sort();

describe("words", () => {
  const text = Object.values(SOURCES).join("\n");
  const literal = new Set([...text.matchAll(/["'`](\w+)["'`]/g)].map((m) => m[1] ?? ""));
  const before = new Set([...text.matchAll(/\bword\(\s*"(\w+)"/g), ...text.matchAll(/\bword\([^,]*\? "(\w+)" : "\w+"/g), ...text.matchAll(/\bword\([^,]*\? "\w+" : "(\w+)"/g)].map((m) => `${m[1] ?? ""}_`));
  for (const m of text.matchAll(/`(\w+_)\$\{/g)) before.add(m[1] ?? "");

  it("are all used", () => {
    // These are said by the provenance of the data.
    for (const k of ["simulated", "derived"]) literal.add(k);
    const unused = Object.keys(zh).filter((k) => !literal.has(k) && ![...before].some((p) => k.startsWith(p)));
    expect(unused).toEqual([]);
  });

  it("have the same holes in both languages", () => {
    const odd = Object.entries(zh).filter(([k, v]) => holes(v).join() !== holes(en[k as keyof typeof en]).join());
    expect(odd.map(([k]) => k)).toEqual([]);
  });
});
