import type { Verdict } from "../api";
import { h } from "../dom";
import { locale } from "../format";
import { pick, t, word } from "../i18n";
import { limitText, scale, valueText, type Measure } from "./measures";
import type { SheetSummary } from "./data";

const MARKS: Record<Verdict, string> = { ok: "✓", gap: "▲", unknown: "?" };

/** A verdict by its sign and word; unknown has its own texture. */
export function verdict(v: Verdict, text = word("sheet_verdict", v)): HTMLElement {
  return h("span", { class: `verdict ${v}` }, h("span", { "aria-hidden": "true" }, MARKS[v]), ` ${text}`);
}

/** What nobody knows, in its own texture. */
export function unknown(text = t("unknown")): HTMLElement {
  return h("span", { class: "unk" }, text);
}

/** A value, or the texture of what is not known. */
export function known(text: string): HTMLElement | string {
  return text === t("unknown") ? unknown() : text;
}

function bar(m: Measure): HTMLElement {
  const { fill, mark } = scale(m);
  const left = (x: number): string => `left:${(100 * x).toFixed(1)}%`;
  return h(
    "span",
    { class: `meter ${m.verdict ?? "none"}`, "aria-hidden": "true" },
    fill === null ? h("i", { class: "hatch" }) : h("i", { class: "fill", style: `width:${(100 * fill).toFixed(1)}%` }),
    mark !== null && h("i", { class: "limit", style: left(mark) }),
  );
}

/** Figures beside their limits, each with a bar on which the limit is marked. */
export function meters(caption: string, all: readonly Measure[]): HTMLElement {
  const row = (m: Measure): HTMLElement =>
    h(
      "tr",
      { class: m.verdict ?? "" },
      h("th", { scope: "row" }, m.label, m.note ? h("small", {}, m.note) : null),
      h("td", { class: "n" }, m.text ? known(m.text) : m.value === null ? unknown() : valueText(m.value, m.unit)),
      h("td", { class: "bars" }, m.value === null && m.text && m.verdict !== "unknown" ? null : bar(m)),
      h("td", { class: "n" }, limitText(m)),
      h("td", { class: "judged" }, m.verdict ? verdict(m.verdict) : h("span", { class: "soft" }, "–")),
    );
  return h(
    "table",
    { class: "meters" },
    h("caption", { class: "hidden" }, caption),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("sheet_figure")), h("th", { scope: "col", class: "n" }, t("value")), h("th", { scope: "col", class: "bars" }, h("span", { class: "hidden" }, t("sheet_bar"))), h("th", { scope: "col", class: "n" }, t("limit")), h("th", { scope: "col" }, t("verdict")))),
    h("tbody", {}, ...all.map(row)),
  );
}

/** Pairs in a line of boxes; a value that is not known has its texture. */
export function facts(pairs: [string, string][]): HTMLElement {
  return h("dl", { class: "facts" }, ...pairs.map(([k, v]) => h("div", {}, h("dt", {}, k), h("dd", {}, known(v)))));
}

/** Today as the page's locale writes it. */
export function today(): string {
  return new Date().toLocaleDateString(locale(), { year: "numeric", month: "long", day: "numeric" });
}

/** The line above a title: program, region, what the sheet is. */
export function kicker(s: SheetSummary, what: string): HTMLElement {
  return h("p", { class: "kicker" }, [t("app"), pick(s.title), what].join(" · "));
}

/** Simulated or derived data say so on paper, too. */
export function banner(s: SheetSummary): HTMLElement | null {
  return s.provenance === "real" ? null : h("p", { class: "banner" }, h("strong", {}, t("sheet_beware")), " ", t(s.provenance));
}

/** Where data are from, of which version, and when this was printed. */
export function colophon(s: SheetSummary, ...more: string[]): HTMLElement {
  return h("footer", { class: "colophon" }, ...more.map((x) => h("p", {}, x)), h("p", {}, [t("version", { v: s.data_version }), t("sheet_printed", { date: today() })].join(" · ")), h("p", {}, s.attribution.join(" · ")));
}

/** A list whose end shows when asked for, and always on paper. */
export function long(nodes: readonly (Node | string)[], shown: number, tag: "p" | "div" = "p"): HTMLElement {
  const box = h(tag, { class: "long" }, ...nodes.slice(0, shown));
  if (nodes.length <= shown) return box;
  box.append(...nodes.slice(shown).map((x) => h("span", { class: "beyond" }, x)));
  const more = h("button", { class: "inline more", click: () => {
    box.classList.add("all");
    more.remove();
  } }, t("sheet_show_all", { n: String(nodes.length) }));
  box.append(" ", more);
  return box;
}
