import { h } from "../dom";
import { money, number } from "../format";
import { t, word } from "../i18n";
import { THEMES, type Theme } from "../region";
import { parseMoney } from "./curve";
import type { Work } from "./plan-api";

/** So much at least of one budget over all themes for a theme, or for a county by its id. */
export interface Floor {
  of: string;
  amount: number;
}

function isTheme(of: string): of is Theme {
  return THEMES.some((x) => x === of);
}

/** Floors as the service takes them: `water:500000,210727:1000000`. What is none is left out. */
export function parseFloors(text: string): Floor[] {
  const all = new Map<string, number>();
  for (const part of text.split(",")) {
    const [of = "", amount = ""] = part.split(":");
    const n = amount === "" ? NaN : Number(amount);
    if (of && Number.isFinite(n) && n > 0) all.set(of, n);
  }
  return [...all].map(([of, amount]) => ({ of, amount }));
}

export function floorsText(floors: readonly Floor[]): string {
  return floors.map((f) => `${f.of}:${String(f.amount)}`).join(",");
}

/** Floors that a plan can have: within one county none for others. */
export function floorsIn(floors: readonly Floor[], county: string): Floor[] {
  return floors.filter((f) => county === "" || isTheme(f.of));
}

/** With one floor set anew, themes before counties; null or 0 takes it away. */
export function withFloor(floors: readonly Floor[], of: string, amount: number | null): Floor[] {
  const others = floors.filter((f) => f.of !== of);
  const all = amount !== null && amount > 0 ? [...others, { of, amount }] : others;
  const at = (f: Floor): number => (isTheme(f.of) ? THEMES.indexOf(f.of) : THEMES.length);
  return all.sort((a, b) => at(a) - at(b) || (a.of < b.of ? -1 : 1));
}

export function total(floors: readonly Floor[]): number {
  return floors.reduce((n, f) => n + f.amount, 0);
}

/** What was spent because of each floor. */
export function spent(works: readonly Pick<Work, "cost" | "paid_by">[], floors: readonly Floor[]): (Floor & { spent: number })[] {
  return floors.map((f) => ({ ...f, spent: works.reduce((n, w) => n + (w.paid_by === f.of ? w.cost : 0), 0) }));
}

/** Whom a floor is for. */
export function nameOf(of: string, counties: ReadonlyMap<string, string>): string {
  return isTheme(of) ? word("topic", of) : (counties.get(of) ?? of);
}

/** Floors in words: `饮水 500.0 万 CNY，朝阳县 1.0 亿 CNY`. */
export function floorsWords(floors: readonly Floor[], counties: ReadonlyMap<string, string>, currency: string): string {
  return floors.map((f) => `${nameOf(f.of, counties)} ${money(f.amount, currency)}`).join(t("comma"));
}

export interface FloorsAsked {
  floors: readonly Floor[];
  /** null: enough for everybody. */
  budget: number | null;
  themes: readonly Theme[];
  /** Those that can have a floor. */
  counties: ReadonlyMap<string, string>;
  currency: string;
}

/** Fields of the floors: one for each theme, and one for each county that was given one. */
export function floorFields(asked: FloorsAsked, set: (floors: Floor[]) => void): HTMLElement {
  const { floors, budget, counties, currency } = asked;
  const amountOf = (of: string): number | null => floors.find((f) => f.of === of)?.amount ?? null;
  const field = (of: string): HTMLElement => {
    const input = h("input", { id: `floor-${of}`, type: "text", inputmode: "decimal", autocomplete: "off", placeholder: "0", value: amountOf(of) === null ? "" : number(amountOf(of) ?? 0), "aria-describedby": "floors-wrong", change: () => {
      const n = input.value.trim() === "" ? 0 : parseMoney(input.value, currency);
      input.setAttribute("aria-invalid", String(n === null));
      if (n === null) wrong.textContent = t("plan_budget_wrong");
      else set(withFloor(floors, of, n));
    } });
    return h("label", { class: "weight floor" }, nameOf(of, counties), input);
  };
  const sum = total(floors);
  const over = budget !== null && sum > budget;
  const wrong = h("small", { id: "floors-wrong", class: "wrong", role: "alert" }, over ? t("plan_floors_over", { sum: money(sum, currency), budget: money(budget, currency) }) : "");
  const given = floors.filter((f) => !isTheme(f.of)).map((f) => f.of);
  const free = [...counties].filter(([id]) => !given.includes(id));
  // A county that is chosen gets a field of its own, to be filled in.
  const add = h("select", { id: "floor-county", "aria-label": t("plan_floor_county"), change: () => {
    if (!add.value) return;
    const own = field(add.value);
    add.before(own);
    add.selectedOptions[0]?.remove();
    add.value = "";
    own.querySelector("input")?.focus();
  } }, h("option", { value: "" }, t("plan_floor_county")), ...free.map(([id, name]) => h("option", { value: id }, name)));
  return h(
    "fieldset",
    { class: "weights floors" },
    h("legend", {}, `${t("plan_floors")} (${currency})`),
    ...[...asked.themes, ...given].map(field),
    free.length > 0 && counties.size > 1 ? add : null,
    floors.length > 0 ? h("button", { class: "inline", id: "floors-none", click: () => set([]) }, t("plan_floors_none")) : null,
    h("p", { class: "note" }, t("plan_floors_note")),
    wrong,
  );
}

/** What became of the floors: spent first, or less where there is no more to mend. */
export function floorsTable(works: readonly Work[], floors: readonly Floor[], counties: ReadonlyMap<string, string>): HTMLElement | null {
  if (floors.length === 0) return null;
  const cell = (n: number): string => money(n, "").trim();
  return h(
    "table",
    { class: "by-theme floors-spent" },
    h("caption", { class: "hidden" }, t("plan_floors")),
    h("thead", {}, h("tr", {}, ...[t("plan_floors"), t("plan_floor_asked"), t("plan_floor_spent")].map((x) => h("th", { scope: "col" }, x)))),
    h("tbody", {}, ...spent(works, floors).map((f) => h("tr", { "data-floor": f.of }, h("th", { scope: "row" }, nameOf(f.of, counties)), h("td", {}, cell(f.amount)), h("td", {}, cell(f.spent))))),
  );
}
