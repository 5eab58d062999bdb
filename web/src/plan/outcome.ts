import { h } from "../dom";
import { section } from "../drawer-parts";
import { metres, money, number, people, percent } from "../format";
import { pick, t, word } from "../i18n";
import type { Change, IndicatorFigures, Outcome } from "./plan-api";

/** Rows of a list that show at first. */
const FEW = 40;

function tallies(o: Outcome): HTMLElement {
  const rows = Object.entries(o.by_theme).filter(([, x]) => x.closed + x.opened + x.changed > 0);
  if (rows.length === 0) return h("p", { class: "note" }, t("whatif_nothing"));
  const heads = [t("plan_theme"), t("whatif_closed"), t("whatif_opened"), t("whatif_changed"), t("whatif_helped")];
  return h(
    "table",
    { class: "by-theme" },
    h("caption", { class: "hidden" }, t("whatif_result")),
    h("thead", {}, h("tr", {}, ...heads.map((x) => h("th", { scope: "col" }, x)))),
    h("tbody", {}, ...rows.map(([k, x]) => h("tr", {}, h("th", { scope: "row" }, word("topic", k)), h("td", { class: "good" }, number(x.closed)), h("td", { class: x.opened > 0 ? "bad" : "" }, number(x.opened)), h("td", {}, number(x.changed)), h("td", {}, `${number(x.villages)} · ${people(x.people)}`)))),
  );
}

function row(c: Change, change: "closed" | "opened" | "changed", currency: string, select: (key: string) => void): HTMLElement {
  const sign = { closed: "✓", opened: "!", changed: "•" }[change];
  const village = c.village;
  const arrow = (a: string, b: string): string => `${a} → ${b}`;
  const facts =
    change === "changed"
      ? [
          c.severity_before !== c.severity_after && `${t("severity")} ${arrow(number(c.severity_before ?? 0, 2), number(c.severity_after ?? 0, 2))}`,
          c.cost_before !== c.cost_after && `${t("cost")} ${arrow(c.cost_before === null ? "–" : money(c.cost_before, "").trim(), c.cost_after === null ? "–" : money(c.cost_after, currency))}`,
        ].filter((x) => typeof x === "string")
      : [];
  return h(
    "li",
    { class: change },
    h("i", { "aria-hidden": "true" }, sign),
    h("div", {}, village ? h("button", { class: "inline", click: () => select(`villages/${village}`) }, c.name) : h("b", {}, c.name), h("small", {}, [word("kind", c.kind), c.people !== null && people(c.people)].filter(Boolean).join(" · ")), facts.length > 0 && h("small", {}, facts.join(" · "))),
  );
}

function list(all: Change[], change: "closed" | "opened" | "changed", currency: string, select: (key: string) => void): HTMLElement | null {
  if (all.length === 0) return null;
  const sorted = [...all].sort((a, b) => (b.people ?? 0) - (a.people ?? 0) || (a.id < b.id ? -1 : 1));
  const ul = h("ul", { class: "changes" }, ...sorted.slice(0, FEW).map((c) => row(c, change, currency, select)));
  const more =
    sorted.length > FEW &&
    h("button", { class: "inline", click: (e) => {
      (e.target as HTMLElement).remove();
      ul.append(...sorted.slice(FEW).map((c) => row(c, change, currency, select)));
    } }, t("whatif_all", { n: number(sorted.length) }));
  return h("details", { class: "change-list", open: change !== "changed" }, h("summary", {}, `${t(`whatif_${change}`)} · ${number(all.length)}`), ul, more);
}

function share(f: IndicatorFigures, key: string): string {
  if (f.share === null) return t("unknown");
  return key === "kva_per_household" ? `${number(f.share, 2)} kVA` : percent(f.share);
}

function indicators(o: Outcome): HTMLElement | null {
  if (o.scorecard.length === 0) return null;
  const rows = o.scorecard.flatMap((p) =>
    Object.entries(p.indicators).map(([key, i], n) => {
      const mark = i.after.reached === null ? "" : i.after.reached ? "✓ " : "▲ ";
      const moved = i.after.missing !== null && i.before.missing !== null && i.after.missing !== i.before.missing ? t("whatif_missing", { before: number(i.before.missing), after: number(i.after.missing) }) : "";
      return h("tr", {}, h("th", { scope: "row" }, n === 0 ? h("b", {}, p.id ? p.name : t("reference_region")) : "", h("span", {}, pick(i.name))), h("td", {}, share(i.before, key)), h("td", {}, `${mark}${share(i.after, key)}`, moved && h("small", {}, moved)));
    }),
  );
  return section(t("whatif_indicators"), h("table", { class: "before-after" }, h("thead", {}, h("tr", {}, ...[t("whatif_indicator"), t("whatif_before"), t("whatif_after")].map((x) => h("th", { scope: "col" }, x)))), h("tbody", {}, ...rows)));
}

/** The difference that a scenario makes. */
export function told(o: Outcome, select: (key: string) => void, file: (f: "csv" | "xlsx") => void): HTMLElement[] {
  const files = (["xlsx", "csv"] as const).map((f) => h("button", { class: "plain", click: () => file(f) }, f.toUpperCase()));
  const parts = [
    section(t("whatif_result"), tallies(o), o.road_m > 0 ? h("p", { class: "note" }, t("whatif_roads", { length: metres(o.road_m), cost: money(o.road_cost, o.currency) })) : null),
    list(o.closed, "closed", o.currency, select),
    list(o.opened, "opened", o.currency, select),
    list(o.changed, "changed", o.currency, select),
    indicators(o),
    h("p", { class: "downloads" }, h("span", {}, t("whatif_files")), ...files),
  ];
  return parts.filter((p) => p !== null);
}
