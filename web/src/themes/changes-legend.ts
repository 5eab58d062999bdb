import { h } from "../dom";
import { number } from "../format";
import { word } from "../i18n";
import type { Theme } from "../region";
import type { Data } from "../store";
import { SIGNED, sums } from "./changes-data";
import { listName } from "./changes-rows";
import { MAPPED, sign } from "./changes-signs";

/** What the signs of what was closed and opened mean, with counts. */
export function legend(d: Data, theme: Theme | "all"): HTMLElement[] {
  if (!d.changes || !d.since) return [];
  const n = sums(d.changes.tallies, theme, "");
  // The first of its classes names a sign; the others where there are any.
  const said = (s: (typeof MAPPED)[number]): string => SIGNED[s].filter((c, i) => i === 0 || n[c] > 0).map((c) => `${word("change", c)} ${number(n[c])}`).join(" · ");
  return [h("h3", {}, listName(d)), h("ul", { class: "signs", id: "legend-changes" }, ...MAPPED.map((s) => h("li", {}, sign(s, 16), h("span", {}, said(s)))))];
}
