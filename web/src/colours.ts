/** ColorBrewer YlOrRd, 5 classes: severity and people served, in every theme. */
export const RAMP = ["#ffffb2", "#fecc5c", "#fd8d3c", "#f03b20", "#bd0026"] as const;

export const SEVERITY_STEPS = [0.2, 0.4, 0.6, 0.8] as const;
export const PEOPLE_STEPS = [500, 1000, 2000, 5000] as const;
export const SHARE_STEPS = [0.05, 0.1, 0.2, 0.4] as const;

/** Index 0–4 of the class a value falls into. */
export function step(value: number, steps: readonly number[]): number {
  return steps.filter((s) => value >= s).length;
}

export interface Palette {
  land: string;
  empty: string;
  border: string;
  label: string;
  halo: string;
  main: string;
  island: string;
  gravel: string;
  earth: string;
  unknown: string;
  ok: string;
  accent: string;
  edge: string;
  place: string;
  good: string;
  bad: string;
  /** Rivers and lakes, and their names. */
  water: string;
  waterName: string;
  /** How strong shadow and light of the relief are, 0 to 1. */
  relief: number;
}

/** Map colours. Road surfaces differ in lightness and dash as well as in hue (Okabe–Ito hues). */
export const PALETTES: Record<"light" | "dark", Palette> = {
  light: {
    land: "#f4f5f2", empty: "#e6e8e4", border: "#8d949b", label: "#22272c", halo: "#ffffff",
    main: "#4a5560", island: "#0072b2", gravel: "#b07d3c", earth: "#8a5a2b", unknown: "#9aa0a6",
    ok: "#2b7a9e", accent: "#0b5c8a", edge: "#3b3b3b", place: "#5b3a8c",
    good: "#1d6a45", bad: "#a8160a", water: "#9cc3da", waterName: "#1f6088",
    relief: 0.4,
  },
  dark: {
    land: "#171b1f", empty: "#22282e", border: "#5d666f", label: "#e8eaed", halo: "#101316",
    main: "#b4bec8", island: "#56b4e9", gravel: "#d9a55c", earth: "#b98a55", unknown: "#767e86",
    ok: "#5fb0d6", accent: "#7cc4ea", edge: "#0d0f11", place: "#c3a5ee",
    good: "#7fd3a5", bad: "#ff9c8a", water: "#27506b", waterName: "#8fc3e2",
    relief: 0.6,
  },
};
