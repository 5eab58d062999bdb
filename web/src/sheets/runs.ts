import "./runs.css";
import { ApiError, get, type Schemas } from "../api";
import { h } from "../dom";
import { locale } from "../format";
import { pick, t, word } from "../i18n";

/** A run that was kept. */
export type Run = Schemas["RunAbout"];
export type Comparison = Schemas["Comparison"];
export type GapChange = Schemas["GapChange"];
export type Class = GapChange["class"];

/** Signs of what became of a gap: closed is a tick, as what is in order; opened as a gap, what is not known as that. */
export const SIGNS: Record<Class, string> = { closed: "✓", opened: "▲", changed: "≠", still: "=", left: "→", entered: "▲", settled: "✓", doubted: "?" };

/** Classes by what a reader asks first. */
export const CLASSES: readonly Class[] = ["closed", "settled", "opened", "entered", "doubted", "left", "changed"];

/** The last run of other data than those at hand, and whether the newest run is of those; runs come by date. */
export function previous(runs: readonly Pick<Run, "date" | "data_version">[], version: string): { date: string; same: boolean } | null {
  const same = runs.at(-1)?.data_version === version;
  const last = runs.filter((r) => r.data_version !== version).at(-1);
  return last?.date ? { date: last.date, same } : null;
}

/** Runs that were kept; none where nothing was. */
export async function kept(): Promise<Run[]> {
  return (await get<Schemas["Snapshots"]>("snapshots")).snapshots;
}

/** What became of gaps between two runs (without `to`, and the data at hand); null where the store is gone meanwhile. */
export async function comparison(from: string, to: string | null, more: Record<string, string>): Promise<Comparison | null> {
  const p = new URLSearchParams({ from, ...(to === null ? {} : { to }), limit: "100000", ...more });
  return get<Comparison>(`comparisons?${p.toString()}`).catch((e: unknown) => {
    if (e instanceof ApiError && e.status === 404) return null;
    throw e;
  });
}

/** A day as the page's locale writes it; null is now. */
export function day(date: string | null): string {
  if (date === null) return t("sheet_now");
  const at = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? date : at.toLocaleDateString(locale(), { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" });
}

/** The sign and word of what became of a gap. */
export function mark(c: Class): HTMLElement {
  return h("span", { class: `change ${c}` }, h("span", { "aria-hidden": "true" }, SIGNS[c]), ` ${word("change", c)}`);
}

/** What a gap is, or was, in a word or two. */
export function kindOf(c: GapChange): string {
  const g = c.after ?? c.before;
  if (!g) return "";
  // What services lack says so itself.
  return c.theme === "services" ? pick(g.why) : word("kind", g.kind);
}

/** Why it is so, in the service's words. */
export function reasonOf(c: GapChange): string {
  return pick(c.reason);
}
