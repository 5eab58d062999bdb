import { h } from "../dom";
import { list, section } from "../drawer-parts";
import { number, people } from "../format";
import { pick, t, word } from "../i18n";
import { sheetLinks } from "../sheets/links";
import { day, mark, reasonOf, type GapChange } from "../sheets/runs";
import type { Data } from "../store";
import { gapOf, type Became } from "./changes-data";
import { kindIn, listName } from "./changes-rows";
import { place } from "./village-rows";

type Select = (key: string) => void;

/** What was and what is, in words; a gap that is none, or of which nobody knows, says so. What is still there is told below. */
function told(c: GapChange, from: string): HTMLElement {
  const none = c.class === "closed" || c.class === "settled" || c.class === "opened" || c.class === "entered";
  const nothing = none ? t("became_none") : word("change", c.class);
  // Severity is that of a gap; where it was none there is none.
  const severity = [c.before, c.after].map((g) => (g ? number(g.severity, 2) : "–")).join(" → ");
  return list([
    [day(from), c.before ? pick(c.before.why) : nothing],
    [t("sheet_now"), !c.after && nothing],
    [t("became_why"), reasonOf(c)],
    [t("severity"), severity],
  ]);
}

/** What became of the selected gap, or of those of the selected village, since the earlier run. */
export function since(d: Data, selected: string, select: Select): HTMLElement[] {
  const all = d.changes;
  if (!all) return [];
  const one = selected.startsWith("changes/") ? undefined : all.all.find((b) => b.key === selected);
  if (one) return [section(listName(d), h("p", { class: "became-head" }, mark(one.change.class)), told(one.change, all.from))];
  const village = selected.startsWith("villages/") ? selected.slice("villages/".length) : "";
  const own = all.all.filter((b) => village !== "" && b.change.village === village);
  if (own.length === 0) return [];
  const item = (b: Became): HTMLElement => h("li", {}, mark(b.change.class), " ", h("button", { class: "inline", click: () => select(b.key) }, kindIn(d, b)), h("small", {}, reasonOf(b.change)));
  return [section(listName(d), h("ul", { class: "became" }, ...own.map(item)))];
}

/** A gap that is none any more: what it was, what became of it and why. Null where nothing of this name is known. */
export function drawer(d: Data, selected: string, select: Select): { title: string; sub: string; body: HTMLElement[]; raw: string } | null {
  const b = selected.startsWith("changes/") ? d.changes?.all.find((x) => x.key === selected) : undefined;
  if (!b || !d.changes) return null;
  const c = b.change;
  const g = gapOf(c);
  // Villages that are there, and those into which one that left was merged.
  const beside = [c.village, ...(g?.villages ?? []), ...(c.codes ?? []).map((x) => x.new)].filter((v) => v !== null);
  const villages = [...new Set(beside)].filter((v) => d.village.has(v));
  const chip = (v: string): HTMLElement => h("button", { class: "chip", click: () => select(`villages/${v}`) }, d.village.get(v)?.properties.name ?? v);
  const raw = new URLSearchParams({ from: d.changes.from, theme: c.theme, change: c.class, f: "geojson", ...(c.village ? { village: c.village } : {}) });
  return {
    title: c.name,
    sub: [kindIn(d, b), place(d, c.county, g?.town)].filter(Boolean).join(" · "),
    body: [
      ...(c.village && d.village.has(c.village) ? [sheetLinks({ kind: "village", id: c.village })] : []),
      section(listName(d), h("p", { class: "became-head" }, mark(c.class)), told(c, d.changes.from)),
      section(t("served"), list([[t("people_word"), people(c.people)], [t("department"), g && pick(g.department)]]), villages.length > 0 ? h("p", { class: "chips" }, ...villages.map(chip)) : null),
    ],
    raw: `comparisons?${raw.toString()}`,
  };
}
