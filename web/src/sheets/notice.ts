import { h } from "../dom";
import { number } from "../format";
import { getLang, t } from "../i18n";
import { themesOf } from "./data";
import { noticeUrl, reportOf, type NoticeSheet, type Report } from "./notice-data";
import { banner, colophon } from "./parts";
import type { Theme } from "../region";

/** Lines that the publishing body fills in, here or by hand; they last as long as the page. */
type Blank = "office" | "period" | "phone" | "address";
const filled: Partial<Record<Blank, string>> = {};
/** Characters that the service takes of each. */
const LONGEST = "200";

function blank(name: Blank, changed: () => void): HTMLElement {
  const input = h("input", { id: `notice_${name}`, type: "text", maxlength: LONGEST, value: filled[name] ?? "", "aria-label": t(`notice_${name}`), input: () => {
    filled[name] = input.value;
    changed();
  } });
  return h("p", { class: "blank" }, h("span", {}, `${t(`notice_${name}`)}${t("sheet_colon")}`), input);
}

type Part = Report["parts"][number];

/** Columns by what stands in them: how wide they are, and on which side numbers are. */
const WIDE = ["no", "town", "village", "code", "problem", "why", "people", "works", "cost", "planned"] as const;

function cell(v: unknown, i: number): HTMLElement {
  const text = v === null ? "–" : typeof v === "number" ? number(v) : String(v);
  if (i === 2) return h("th", { scope: "row" }, text);
  return h("td", typeof v === "number" || v === null ? { class: "n" } : {}, text);
}

function table(p: Part): HTMLElement {
  const head = (text: string, i: number): HTMLElement => h("th", { scope: "col", class: `c-${WIDE[i] ?? ""}` }, text);
  return h(
    "div",
    { class: "grid-box", tabindex: "0", role: "group", "aria-label": p.heading },
    h(
      "table",
      { class: "notice-table" },
      h("caption", { class: "hidden" }, p.heading),
      h("thead", {}, h("tr", {}, ...p.head.map(head))),
      h("tbody", {}, ...p.rows.map((r) => h("tr", {}, ...r.map(cell)))),
    ),
  );
}

function part(p: Part): HTMLElement {
  return h("section", { class: "theme" }, h("h2", {}, p.heading), p.rows.length > 0 ? table(p) : null, p.note === null ? null : h("p", { class: "note" }, p.note));
}

/** The public notice of a county's gaps in a theme, as the service has it. */
export function notice(d: NoticeSheet, turn: (theme: Theme) => void): HTMLElement[] {
  const report = reportOf(d);
  const tab = (x: Theme): HTMLElement => h("button", { id: `notice-${x}`, class: "plain", "aria-pressed": String(x === d.theme), click: () => {
    if (x !== d.theme) turn(x);
  } }, t(`topic_${x}`));
  const file = (f: "xlsx" | "csv"): HTMLAnchorElement => h("a", { id: `notice-${f}`, class: "plain", download: `${report.title}.${f}` }, f.toUpperCase());
  const files = [file("xlsx"), file("csv")] as const;
  const point = (): void => {
    for (const [k, f] of (["xlsx", "csv"] as const).entries()) files[k]?.setAttribute("href", noticeUrl(d.county.id, d.theme, f, getLang(), filled));
  };
  point();
  return [
    h(
      "div",
      { class: "screen notice-tools" },
      h("div", { role: "group", "aria-label": t("topics") }, ...themesOf(d.summary).map(tab)),
      h("div", { role: "group", "aria-label": t("download") }, ...files),
      h("p", { class: "note" }, t("notice_blank_hint")),
    ),
    banner(d.summary),
    h("h1", { id: "sheet-title", tabindex: "-1" }, report.title),
    h("p", { class: "intro" }, ...report.about.map((x) => h("span", {}, x))),
    h("div", { class: "blanks" }, blank("office", point), blank("period", point)),
    ...report.parts.map(part),
    h("div", { class: "blanks" }, h("p", {}, report.foot[0] ?? ""), blank("phone", point), blank("address", point)),
    colophon(d.summary, t("notice_no_personal")),
  ].filter((x) => x !== null);
}
