import { drawn, pixels, type Part } from "./signs";
import type { SourceState } from "./water-data";

const DIAMOND = "M12 3 21 12 12 21 3 12Z";

/** Signs of sources: told apart by shape first, by colour second. */
const SIGNS: Record<SourceState, Part[]> = {
  safe: [{ d: DIAMOND, fill: "--src-safe", stroke: "--src-paper", width: 1.5 }],
  untested: [{ d: DIAMOND, fill: "--src-paper", stroke: "--src-untested", width: 3.2 }],
  unknown: [
    { d: DIAMOND, fill: "--src-paper", stroke: "--src-unknown", width: 2.4 },
    { d: "M12 3 12 21 3 12Z", fill: "--src-unknown" },
  ],
  unsafe: [
    { d: "M12 2 23 21.5 1 21.5Z", fill: "--src-unsafe", stroke: "--src-paper", width: 1.5 },
    { d: "M10.7 8.5h2.6v6.6h-2.6zM10.7 16.6h2.6v2.6h-2.6z", fill: "--src-paper" },
  ],
  unimproved: [
    { d: "M4 4H20V20H4Z", fill: "--src-unimproved", stroke: "--src-paper", width: 1.5 },
    { d: "M7 17 17 7", stroke: "--src-paper", width: 2.8 },
  ],
};

/** The sign beside words that say the same. */
export function sign(state: SourceState, size = 16): SVGSVGElement {
  return drawn(SIGNS[state], size, "source-sign");
}

/** Pixels of the sign for the map. */
export function image(state: SourceState): ImageData | null {
  return pixels(SIGNS[state]);
}
