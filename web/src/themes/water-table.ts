import { RAMP, step } from "../colours";
import { h } from "../dom";
import { number, percent } from "../format";
import { pick, t } from "../i18n";
import type { State } from "../state";
import type { Data } from "../store";
import { chosen, OVER_STEPS, pictures, type Contamination } from "./contamination";
import { interval } from "./water-rows";

/** The name of a substance in the page's language. */
export function nameOf(data: Data, parameter: string): string {
  const name = data.water?.names.get(parameter);
  return name ? pick(name) : parameter;
}

function cell(data: Data, state: State, c: Contamination | undefined, place: string, top: number, first: boolean, select: (key: string) => void): HTMLElement {
  if (!c) return h("td", {}, h("span", { class: "none", title: t("never_tested") }, "–"));
  const key = `contamination/${c.parameter}${c.county ? `@${c.county}` : ""}`;
  const label = `${place}, ${nameOf(data, c.parameter)}: ${number(c.over)} / ${number(c.tested)}, ${interval(c)}`;
  return h(
    "td",
    {},
    h(
      "button",
      { class: key === state.selected ? "share on" : "share", "data-cell": key, tabindex: first ? "0" : "-1", "aria-label": label, title: label, click: () => select(key) },
      h("b", { class: c.over > 0 ? "" : "zero" }, percent(c.share).replace(" ", "\u202f")),
      h("small", {}, `${number(c.over)}/`, h("wbr"), number(c.tested)),
      h("span", { class: "track" }, c.over > 0 && h("span", { class: "bar", style: `width:${Math.max(4, (100 * c.share) / top)}%;background:${RAMP[step(c.share, OVER_STEPS)] ?? RAMP[4]}` })),
    ),
  );
}

/** Arrow keys move from cell to cell. */
function keys(e: KeyboardEvent): void {
  const by: Record<string, [number, number]> = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const move = by[e.key];
  const here = (e.target as HTMLElement).closest("td");
  const row = here?.parentElement as HTMLTableRowElement | null;
  if (!move || !here || !row) return;
  e.preventDefault();
  const table = row.closest("table");
  const next = table?.rows[row.rowIndex + move[0]]?.cells[here.cellIndex + move[1]]?.querySelector("button");
  if (!table || !next) return;
  for (const b of table.querySelectorAll<HTMLElement>("button.share")) b.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

/** Substances × counties: how many of the tested sources are over the limit. */
export function matrix(data: Data, state: State, select: (key: string) => void): HTMLElement {
  const all = pictures(data);
  const columns = all.parameters;
  const q = state.q.trim().toLowerCase();
  const worst = (county: string): number => Math.max(0, ...columns.map((p) => all.at(p, county)?.low ?? 0));
  const counties = (data.counties ?? [])
    .map((c) => c.properties)
    .filter((c) => (c.contamination ?? []).length > 0 && (!state.county || c.id === state.county) && (!q || c.name.toLowerCase().includes(q)))
    .sort((a, b) => worst(b.id) - worst(a.id) || (a.id < b.id ? -1 : 1));
  const rows: { id: string | null; name: string }[] = [...(q || state.county ? [] : [{ id: null, name: t("summary") }]), ...counties];
  const top = Math.max(0.001, ...rows.flatMap((r) => columns.map((p) => all.at(p, r.id)?.share ?? 0)));
  const now = chosen(state.selected);
  const start = (p: string, county: string | null, i: number, j: number): boolean => (now ? now.parameter === p && now.county === county : i === 0 && j === 0);
  if (columns.length === 0 || rows.length === 0) return h("p", { class: "empty" }, t(columns.length === 0 ? "empty_contamination" : "empty_filter"));
  return h(
    "table",
    { class: "matrix", keydown: (e) => keys(e as KeyboardEvent) },
    h("caption", {}, t("contamination_hint", { profile: data.summary.counts.water?.profile ?? "" })),
    h("thead", {}, h("tr", {}, h("td", {}), ...columns.map((p) => h("th", { scope: "col" }, nameOf(data, p))))),
    h(
      "tbody",
      {},
      ...rows.map((r, i) => h("tr", { class: r.id ? "" : "whole" }, h("th", { scope: "row" }, r.name), ...columns.map((p, j) => cell(data, state, all.at(p, r.id), r.name, top, start(p, r.id, i, j), select)))),
    ),
  );
}
