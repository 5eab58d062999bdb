import { h } from "../dom";
import { number, percent } from "../format";
import { t, word } from "../i18n";
import { isShare, markOf, parts, type Figure, type Mark } from "./scorecard-data";

const MARKS: Record<Mark, string> = { reached: "✓", missed: "▲", none: "", unknown: "?" };

/** A value of an indicator: a share, or kVA per household. */
export function value(f: Pick<Figure, "key">, n: number | null): string {
  if (n === null) return t("unknown");
  return isShare(f) ? percent(n) : `${number(n, 2)} kVA`;
}

/** The sign beside the value: reached or missed, not by colour alone. */
export function mark(m: Mark): HTMLElement | null {
  return MARKS[m] ? h("i", { class: `mark ${m}`, "aria-hidden": "true" }, MARKS[m]) : null;
}

/** A bar of what has it, hatched where nobody knows, with a line at the target. */
export function bar(f: Figure): HTMLElement {
  const p = parts(f);
  const wide = (x: number): string => `width:${(100 * x).toFixed(2)}%`;
  return h(
    "span",
    { class: `gauge ${markOf(f)}`, "aria-hidden": "true" },
    h("span", { class: "yes", style: wide(p.yes) }),
    p.unknown > 0 && h("span", { class: "hatch", style: wide(p.unknown) }),
    p.target !== null && h("span", { class: "goal", style: `left:${(100 * p.target).toFixed(2)}%` }),
  );
}

/** An indicator of a place in a sentence, for those who hear the page. */
export function told(f: Figure): string {
  const goal = f.target === null ? "" : `${t("goal")} ${value(f, f.target)}, ${word("goal", markOf(f))}`;
  const unknown = f.unknown > 0 ? `${t("unknown")} ${number(f.unknown)}` : "";
  return [value(f, f.share), goal, unknown].filter(Boolean).join(", ");
}

/** The difference to the reference region: points of a share, or kVA. */
export function difference(f: Figure): string {
  if (f.difference === null) return t("unknown");
  const sign = f.difference < 0 ? "−" : "+";
  const n = Math.abs(f.difference);
  return isShare(f) ? t("points", { n: `${sign}${number(n * 100, 1)}` }) : `${sign}${number(n, 2)} kVA`;
}
