import type { Class } from "../sheets/runs";
import { drawn, pixels, type Part } from "./signs";

const PAPER = "--src-paper";
const line = (d: string, stroke = "--soft"): Part => ({ d, stroke, width: 2.6 });
const TICK: Part[] = [
  { d: "M12 1.5A10.5 10.5 0 1 1 11.99 1.5Z", fill: "--good", stroke: PAPER, width: 1.5 },
  { d: "M6.6 12.4 10.4 16.2 17.4 8.4", stroke: PAPER, width: 3 },
];
const PEAK: Part[] = [{ d: "M12 2 23 21.5H1Z", fill: "--bad", stroke: PAPER, width: 1.5 }];

/** Signs of what became of a gap: told apart by shape first, by colour second. */
const SIGNS: Record<Class, Part[]> = {
  closed: TICK,
  settled: TICK,
  opened: PEAK,
  entered: PEAK,
  changed: [line("M4 8.5H20M4 15.5H20M16.5 3.5 7.5 20.5")],
  still: [line("M4 8.5H20M4 15.5H20")],
  left: [line("M3 12H20M13 5 20 12 13 19")],
  doubted: [line("M7 8.5A5 5 0 1 1 14 13Q12 14 12 16.5"), { d: "M10.5 19H13.5V22H10.5Z", fill: "--soft" }],
};

export const MAPPED = ["closed", "opened"] as const;

export function sign(c: Class, size = 16): SVGSVGElement {
  return drawn(SIGNS[c], size, "source-sign");
}

export function image(c: (typeof MAPPED)[number]): ImageData | null {
  return pixels(SIGNS[c]);
}

/** Name of a sign's picture on the map. */
export function picture(c: string): string {
  return `change-${c}`;
}
