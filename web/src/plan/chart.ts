import { h } from "../dom";
import { money, number } from "../format";
import { t } from "../i18n";
import { read, ticks, top, type CurvePoint } from "./curve";

/** Room around the plot, for words. */
export const MARGIN = { left: 54, right: 12, top: 12, bottom: 24 };
const NS = "http://www.w3.org/2000/svg";

function s(tag: string, attributes: Record<string, string | number> = {}, ...children: (Node | string)[]): SVGElement {
  const el = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, String(value));
  el.append(...children);
  return el;
}

export interface ChartEvents {
  /** The pointer is at this budget, or nowhere. */
  point: (budget: number | null) => void;
  pick: (budget: number) => void;
}

/** The curve of what money reaches, with a mark that moves. */
export interface Chart {
  el: HTMLElement;
  mark: (budget: number, gain: number | null) => void;
}

/** Numbers of an axis in few letters. */
function short(n: number): string {
  return money(n, "").replace(/\.0(?=\D)/, "").trim();
}

/** The chart is as wide as its box: it is made anew when that changes. */
export function chart(curve: readonly CurvePoint[], currency: string, what: string, size: { width: number; height: number }, on: ChartEvents): Chart {
  const { width, height } = size;
  const most = top(curve);
  const high = Math.max(...curve.map((p) => Math.max(p.gain, p.most ?? 0)), 1);
  const x = (cost: number): number => MARGIN.left + (most > 0 ? cost / most : 0) * (width - MARGIN.left - MARGIN.right);
  const y = (gain: number): number => height - MARGIN.bottom - (gain / high) * (height - MARGIN.top - MARGIN.bottom);
  // What is reached stays until the next dearer plan; what is proven holds from the next cheaper one on.
  const steps = curve.map((p, i) => (i === 0 ? `M${x(p.cost).toFixed(1)} ${y(p.gain).toFixed(1)}` : `H${x(p.cost).toFixed(1)}V${y(p.gain).toFixed(1)}`)).join("");
  const proven = curve.every((p) => p.most !== null);
  const bound = curve.map((p, i) => (i === 0 ? `M${x(p.cost).toFixed(1)} ${y(p.most ?? 0).toFixed(1)}` : `V${y(p.most ?? 0).toFixed(1)}H${x(p.cost).toFixed(1)}`)).join("");
  const half = read(curve, most / 2);
  const title = t("plan_chart", { what });
  const desc = t("plan_chart_desc", { what, half: number(half.gain), all: number(curve.at(-1)?.gain ?? 0), money: money(most, currency) });
  const line = s("line", { class: "chart-mark", y1: MARGIN.top, y2: height - MARGIN.bottom });
  const dot = s("circle", { class: "chart-dot", r: 5 });
  const cross = s("line", { class: "chart-cross", y1: MARGIN.top, y2: height - MARGIN.bottom, visibility: "hidden" });
  const axis = [
    ...ticks(high, 4).map((n) => s("g", {}, s("line", { class: "chart-grid", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(n), y2: y(n) }), s("text", { x: MARGIN.left - 8, y: y(n) + 4, "text-anchor": "end" }, short(n)))),
    ...ticks(most, width < 330 ? 3 : 4).map((n) => s("text", { x: x(n), y: height - 6, "text-anchor": x(n) > width - 40 ? "end" : "middle" }, short(n))),
  ];
  const svg = s(
    "svg",
    { class: "chart", viewBox: `0 0 ${String(width)} ${String(height)}`, width, height, role: "img", "aria-labelledby": "chart-title chart-desc" },
    s("title", { id: "chart-title" }, title),
    s("desc", { id: "chart-desc" }, desc),
    ...axis,
    s("text", { class: "chart-what", x: MARGIN.left + 8, y: MARGIN.top + 4 }, what),
    s("path", { class: "chart-area", d: `${steps}V${y(0).toFixed(1)}H${x(0).toFixed(1)}Z` }),
    ...(proven ? [s("path", { class: "chart-bound", d: bound })] : []),
    s("path", { class: "chart-line", d: steps }),
    cross,
    line,
    dot,
  );
  const budgetAt = (e: PointerEvent): number => {
    const box = svg.getBoundingClientRect();
    const share = (e.clientX - box.left - (MARGIN.left * box.width) / width) / (((width - MARGIN.left - MARGIN.right) * box.width) / width);
    return Math.max(0, Math.min(1, share)) * most;
  };
  svg.addEventListener("pointermove", (e) => {
    const budget = budgetAt(e as PointerEvent);
    cross.setAttribute("x1", String(x(budget)));
    cross.setAttribute("x2", String(x(budget)));
    cross.setAttribute("visibility", "visible");
    on.point(budget);
  });
  svg.addEventListener("pointerleave", () => {
    cross.setAttribute("visibility", "hidden");
    on.point(null);
  });
  svg.addEventListener("click", (e) => on.pick(budgetAt(e as PointerEvent)));
  return {
    el: h("div", { class: "chart-box" }, svg as unknown as HTMLElement),
    mark: (budget, gain) => {
      const at = x(Math.min(budget, most));
      line.setAttribute("x1", String(at));
      line.setAttribute("x2", String(at));
      dot.setAttribute("cx", String(at));
      dot.setAttribute("cy", String(y(gain ?? read(curve, budget).gain)));
    },
  };
}

/** The same figures as a table, for whoever does not see the curve. */
export function table(curve: readonly CurvePoint[], currency: string, what: string): HTMLElement {
  const proven = curve.some((p) => p.most !== null);
  const head = [t("plan_budget"), what, ...(proven ? [t("plan_at_most")] : []), t("villages")];
  const row = (p: CurvePoint): HTMLElement =>
    h("tr", {}, h("th", { scope: "row" }, money(p.cost, currency)), h("td", {}, number(p.gain)), proven && h("td", {}, p.most === null ? "–" : number(p.most)), h("td", {}, number(p.villages)));
  return h(
    "details",
    { class: "chart-table" },
    h("summary", {}, t("plan_table")),
    h("div", { class: "table-box", tabindex: "0", role: "region", "aria-label": t("plan_table") }, h("table", {}, h("thead", {}, h("tr", {}, ...head.map((x) => h("th", { scope: "col" }, x)))), h("tbody", {}, ...curve.map(row)))),
  );
}
