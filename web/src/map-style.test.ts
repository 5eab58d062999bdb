import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { describe, expect, it, vi } from "vitest";
import { PALETTES } from "./colours";
import { style, TILED } from "./map-style";

vi.stubGlobal("document", { baseURI: "http://127.0.0.1/" });

describe("the style of the map", () => {
  const relief = { tiles: "relief/WebMercatorQuad/{z}/{y}/{x}", minzoom: 0, maxzoom: 12, bounds: [119, 40, 121, 42] as [number, number, number, number] };
  const basemap = { tiles: "https://tiles.example/{z}/{x}/{y}.png", attribution: "©" };
  const everything = new Set(Object.values(TILED));
  const made = (theme: "light" | "dark", there: ReadonlySet<string>, whole: boolean): ReturnType<typeof style> =>
    style(PALETTES[theme], { there, summary: whole ? { relief, basemap } : { relief: null }, shaded: whole, visible: new Map([["relief", false], ["county-share", true]]) });

  for (const theme of ["light", "dark"] as const) {
    it(`is as MapLibre wants it, ${theme}`, () => {
      expect(validateStyleMin(made(theme, everything, true))).toEqual([]);
      expect(validateStyleMin(made(theme, new Set(), false))).toEqual([]);
    });
  }

  it("shows a layer only where its source is, and nothing twice", () => {
    const { layers, sources } = made("light", new Set(["counties"]), false);
    expect(layers.flatMap((l) => ("source" in l && !(l.source in sources) ? [l.id] : []))).toEqual([]);
    expect(new Set(layers.map((l) => l.id)).size).toBe(layers.length);
    expect(layers.some((l) => l.id === "county-share")).toBe(true);
    expect(layers.some((l) => l.id === "road-main" || l.id === "relief")).toBe(false);
  });
});
