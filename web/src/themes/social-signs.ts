import { drawn, pixels, type Part } from "./signs";

const PAPER = "--src-paper";
const INK = "--fac";

function shape(d: string, more: Part[] = []): Part[] {
  return [{ d, fill: INK, stroke: PAPER, width: 1.5 }, ...more];
}

/** Signs of places of service, told apart by shape; classes without one of their own are a disc. */
const SIGNS: Record<string, Part[]> = {
  clinic: shape("M8.5 2.5H15.5V8.5H21.5V15.5H15.5V21.5H8.5V15.5H2.5V8.5H8.5Z"),
  culture_room: shape("M12 2 22 10.5V21.5H2V10.5Z", [{ d: "M9.5 14H14.5V21.5H9.5Z", fill: PAPER }]),
  station: shape("M3 3H21V21H3Z", [{ d: "M10.6 10.4H13.4V18H10.6ZM10.6 5.8H13.4V8.6H10.6Z", fill: PAPER }]),
  school: shape("M12 3 23.5 10 12 17 0.5 10Z", [{ d: "M5.5 14.2V18.2Q12 23 18.5 18.2V14.2L12 18.2Z", fill: INK, stroke: PAPER, width: 1 }]),
  seat: shape("M12 1.5 15 9H22.5L16.5 13.7 18.8 21.5 12 16.8 5.2 21.5 7.5 13.7 1.5 9H9Z"),
  other: shape("M12 4A8 8 0 1 1 11.99 4Z"),
  node: [
    { d: "M12 1.5 21.5 7V17L12 22.5 2.5 17V7Z", fill: INK, stroke: PAPER, width: 1.5 },
    { d: "M12 8.2A3.8 3.8 0 1 1 11.99 8.2Z", fill: PAPER },
  ],
  no_mobile: [
    { d: "M7.5 1.5H16.5V22.5H7.5Z", fill: PAPER, stroke: "--bad", width: 2.4 },
    { d: "M2.5 20.5 21.5 3.5", stroke: PAPER, width: 6 },
    { d: "M2.5 20.5 21.5 3.5", stroke: "--bad", width: 2.8 },
  ],
};

export const SIGN_KEYS: readonly string[] = Object.keys(SIGNS);

function parts(key: string): Part[] {
  return SIGNS[key] ?? SIGNS["other"] ?? [];
}

export function signKey(cls: string): string {
  return cls in SIGNS ? cls : "other";
}

export function sign(key: string, size = 16): SVGSVGElement {
  return drawn(parts(key), size, "source-sign");
}

export function image(key: string): ImageData | null {
  return pixels(parts(key));
}

/** Name of a sign's picture on the map. */
export function picture(key: string): string {
  return `social-${key}`;
}
