import { h } from "../dom";
import { number, people } from "../format";
import { pick, t } from "../i18n";
import { themesOf } from "./data";
import type { NoticeSheet } from "./notice-data";
import { cells, heads, remedyOf, whyOf, yearOf, type NoticeRow } from "./notice-rows";
import { banner, colophon, unknown } from "./parts";
import type { Theme } from "../region";
import { csv, workbook } from "./xlsx";

/** Lines that the publishing body fills in, here or by hand; they last as long as the page. */
type Blank = "notice_body" | "notice_from" | "notice_to" | "notice_phone" | "notice_address";
const filled: Partial<Record<Blank, string>> = {};

function blank(name: Blank): HTMLElement {
  const input = h("input", { id: name, type: "text", value: filled[name] ?? "", "aria-label": t(name), input: () => {
    filled[name] = input.value;
  } });
  return input;
}

function line(label: string, ...body: (Node | string)[]): HTMLElement {
  return h("p", { class: "blank" }, h("span", {}, `${label}${t("sheet_colon")}`), ...body);
}

function year(): string {
  return String(new Date().getFullYear());
}

function title(d: NoticeSheet): string {
  return t("notice_title", { county: d.county.name, year: year() });
}

function themed(d: NoticeSheet): string {
  return t("notice_theme", { theme: t(`topic_${d.theme}`) });
}

/** People of the villages listed; schools and towns are no villages. */
function concerned(d: NoticeSheet): string {
  const known = d.rows.filter((r) => r.code).map((r) => r.people).filter((n) => n !== null);
  return known.length === 0 ? people(null) : people(known.reduce((a, b) => a + b, 0));
}

function intro(d: NoticeSheet): string {
  return t("notice_intro", { county: d.county.name, villages: number(d.rows.filter((r) => r.code).length), theme: t(`topic_${d.theme}`), people: concerned(d) });
}

function notes(d: NoticeSheet): string[] {
  return [d.unknown > 0 ? t("notice_unknown", { n: number(d.unknown) }) : "", d.elsewhere > 0 ? t("notice_elsewhere", { n: number(d.elsewhere) }) : "", t("notice_no_personal")].filter(Boolean);
}

function numbered(all: readonly string[]): HTMLElement | string {
  if (all.length < 2) return all[0] ?? "";
  return h("ol", {}, ...all.map((x) => h("li", {}, x)));
}

/** One answer for all gaps of a line, or one for each. */
function each(all: readonly string[]): HTMLElement | string {
  return numbered(new Set(all).size === 1 ? all.slice(0, 1) : all);
}

function row(r: NoticeRow, i: number): HTMLElement {
  return h(
    "tr",
    {},
    h("td", { class: "n" }, String(i + 1)),
    h("td", {}, r.town || "–"),
    h("th", { scope: "row" }, r.name, r.code ? h("small", {}, r.code) : null),
    h("td", { class: "n" }, r.people === null ? unknown() : number(r.people)),
    h("td", {}, numbered(r.gaps.map(whyOf))),
    h("td", {}, numbered(r.gaps.map(remedyOf))),
    h("td", {}, each(r.gaps.map(yearOf))),
    h("td", {}, each(r.gaps.map((g) => pick(g.department)))),
  );
}

function table(d: NoticeSheet): HTMLElement {
  const head = (text: string, cls: string): HTMLElement => h("th", { scope: "col", class: `c-${cls}` }, text);
  return h(
    "div",
    { class: "grid-box", tabindex: "0", role: "group", "aria-label": title(d) },
    h(
      "table",
      { class: "notice-table" },
      h("caption", { class: "hidden" }, `${title(d)}${themed(d)}`),
      h("thead", {}, h("tr", {}, head(t("notice_no"), "no"), head(t("notice_town"), "town"), head(t("notice_village"), "village"), head(t("notice_people"), "people"), head(t("notice_why"), "why"), head(t("notice_remedy"), "remedy"), head(t("sheet_year"), "year"), head(t("notice_department"), "department"))),
      h("tbody", {}, ...d.rows.map(row)),
    ),
  );
}

function said(name: Blank): string {
  return filled[name]?.trim() || "____________";
}

/** The notice as a workbook, with what was filled in. */
export function book(d: NoticeSheet): Uint8Array<ArrayBuffer> {
  const colon = t("sheet_colon");
  return workbook({
    name: `${t("sheet_notice")} ${d.county.name} ${t(`topic_${d.theme}`)}`,
    title: [
      `${title(d)}${themed(d)}`,
      ...(d.summary.provenance === "real" ? [] : [t(d.summary.provenance)]),
      `${t("notice_body")}${colon}${said("notice_body")}    ${t("notice_period")}${colon}${t("notice_from")} ${said("notice_from")} ${t("notice_to")} ${said("notice_to")}`,
      intro(d),
    ],
    head: heads(),
    rows: cells(d.rows),
    widths: [6, 12, 16, 16, 9, 48, 28, 12, 16],
    foot: [...notes(d), t("notice_objections"), `${t("notice_phone")}${colon}${said("notice_phone")}    ${t("notice_address")}${colon}${said("notice_address")}`, t("version", { v: d.summary.data_version })],
  });
}

function save(name: string, type: string, body: BlobPart): void {
  const url = URL.createObjectURL(new Blob([body], { type }));
  const a = h("a", { href: url, download: name });
  a.click();
  URL.revokeObjectURL(url);
}

/** The public notice of a county's gaps in a theme. */
export function notice(d: NoticeSheet, turn: (theme: Theme) => void): HTMLElement[] {
  const file = `${title(d)}${themed(d)}`;
  const tab = (x: Theme): HTMLElement => h("button", { id: `notice-${x}`, class: "plain", "aria-pressed": String(x === d.theme), click: () => {
    if (x !== d.theme) turn(x);
  } }, t(`topic_${x}`));
  return [
    h(
      "div",
      { class: "screen notice-tools" },
      h("div", { role: "group", "aria-label": t("topics") }, ...themesOf(d.summary).map(tab)),
      h("div", { role: "group", "aria-label": t("download") }, h("button", { id: "notice-xlsx", class: "plain", click: () => save(`${file}.xlsx`, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", book(d)) }, "XLSX"), h("button", { id: "notice-csv", class: "plain", click: () => save(`${file}.csv`, "text/csv;charset=utf-8", csv(heads(), cells(d.rows))) }, "CSV")),
      h("p", { class: "note" }, t("notice_blank_hint")),
    ),
    banner(d.summary),
    h("h1", { id: "sheet-title", tabindex: "-1" }, title(d), h("span", {}, themed(d))),
    h("div", { class: "blanks" }, line(t("notice_body"), blank("notice_body")), line(t("notice_period"), t("notice_from"), blank("notice_from"), t("notice_to"), blank("notice_to"))),
    d.rows.length > 0 ? h("p", { class: "intro" }, intro(d)) : h("p", { class: "intro" }, t("notice_none")),
    d.rows.length > 0 ? table(d) : null,
    h("div", { class: "notes" }, ...notes(d).map((x) => h("p", {}, x))),
    h("div", { class: "blanks" }, h("p", {}, t("notice_objections")), line(t("notice_phone"), blank("notice_phone")), line(t("notice_address"), blank("notice_address"))),
    colophon(d.summary),
  ].filter((x) => x !== null);
}
