import "./changes.css";
import { h } from "../dom";
import { number } from "../format";
import { t, word } from "../i18n";
import type { Theme } from "../region";
import type { Row } from "../rows";
import { day, kindOf, SIGNS, type Class } from "../sheets/runs";
import type { Data } from "../store";
import { gapOf, ofTheme, sums, weightOf, type Became } from "./changes-data";
import { className } from "./services-data";
import { place } from "./village-rows";

/** What kind of gap it is; of services by the name of what is lacking. */
export function kindIn(d: Data, b: Became): string {
  const g = gapOf(b.change);
  if (b.change.theme !== "services" || !g?.class) return kindOf(b.change);
  return `${word("kind", g.kind)} · ${className(d.summary, g.class)}`;
}

function rowOf(d: Data, b: Became, theme: Theme | "all"): Row {
  const c = b.change;
  const g = gapOf(c);
  const own = c.village ? d.village.get(c.village)?.properties : undefined;
  const town = g?.town ?? own?.town ?? null;
  const done = c.class === "closed" || c.class === "settled";
  return {
    key: b.key,
    title: c.name,
    sub: [place(d, c.county, town), theme === "all" && word("topic", c.theme), kindIn(d, b)].filter(Boolean).join(" · "),
    people: c.people,
    verdict: c.after?.verdict ?? (done ? "ok" : "unknown"),
    score: weightOf(c),
    severity: g?.severity ?? 0,
    why: c.reason,
    kind: c.class,
    county: c.county ?? "",
    priority: own?.priority ?? false,
    ...(c.village ? { village: c.village } : {}),
    town,
    text: `${c.name} ${c.village ?? ""} ${town ?? ""}`.toLowerCase(),
    change: c.class,
  };
}

/** What became of the gaps of a theme, or of all, in the order that it was loaded in. */
export function changeRows(d: Data, theme: Theme | "all"): Row[] {
  return ofTheme(d.changes?.all ?? [], theme).map((b) => rowOf(d, b, theme));
}

/** How many gaps were closed, opened, and are still there, in a county or everywhere. */
export function sumLine(d: Data, theme: Theme | "all", county: string): HTMLElement {
  const line = h("p", { class: "change-sums" });
  if (!d.changes) return line;
  const n = sums(d.changes.tallies, theme, county);
  const one = (c: Class, text: string): HTMLElement => h("span", { class: `change ${c}`, "data-sum": c }, h("b", {}, number(n[c])), ` ${text} `, c !== "still" && h("span", { "aria-hidden": "true" }, SIGNS[c]));
  line.append(one("closed", t("sum_closed")), one("opened", t("sum_opened")), one("still", t("sum_still")));
  return line;
}

/** The name of the list: since when. */
export function listName(d: Data): string {
  return t("list_changes", { date: d.since ? day(d.since.date) : "" });
}
