import type { Verdict } from "../api";
import { h } from "../dom";
import { money } from "../format";
import { t, word } from "../i18n";
import { valueText } from "./measures";
import { unknown, verdict } from "./parts";
import type { Neighbour, VillageSheet } from "./village-data";

const ORDER: readonly Verdict[] = ["gap", "unknown", "ok"];

/** Neighbours that no paved way leads to first, then those of which nobody knows; of each the nearest first. */
export function inOrder(all: readonly Neighbour[]): Neighbour[] {
  return ORDER.flatMap((v) => all.filter((n) => n.verdict === v));
}

/** Where a neighbour belongs, as far as that is elsewhere. */
function elsewhere(n: Neighbour, d: VillageSheet): string {
  const p = d.village.properties;
  return [n.county !== p.county && (n.county_name ?? n.county), (n.county !== p.county || n.town !== p.town) && n.town].filter(Boolean).join(" · ");
}

/** The way there: its length where it is paved, or would be. */
function way(n: Neighbour): (Node | string)[] {
  if (n.paved_m !== null) return [valueText(n.paved_m, "m")];
  if (n.if_unknown_paved_m !== null) return [valueText(n.if_unknown_paved_m, "m"), h("small", {}, t("sheet_way_if_paved"))];
  return ["–"];
}

function remedy(n: Neighbour, d: VillageSheet): Node | string {
  if (n.gap === null) return "–";
  const g = d.pairs.get(n.gap);
  return g?.remedy ? [word("do", g.remedy.kind), valueText(g.remedy.length_m, "m"), money(g.remedy.cost, g.remedy.currency)].join(" · ") : unknown();
}

/** Every neighbouring administrative village: whether a paved way leads there, how long it is, what would make one. */
export function neighbours(d: VillageSheet): HTMLElement | null {
  const p = d.village.properties;
  if (p.status !== "administrative" || !(d.summary.themes?.includes("roads") ?? true)) return null;
  // Where every way is paved there is nothing to mend.
  const gaps = d.neighbours.some((n) => n.gap !== null);
  const planned = [...d.pairs.values()].some((g) => g.planned_year);
  const year = (n: Neighbour): string => String((n.gap !== null && d.pairs.get(n.gap)?.planned_year) || "–");
  const row = (n: Neighbour): HTMLElement => {
    const place = elsewhere(n, d);
    return h(
      "tr",
      { "data-neighbour": n.id },
      h("th", { scope: "row" }, n.name, place ? h("small", {}, place) : null),
      h("td", {}, verdict(n.verdict, word("sheet_joined", n.verdict))),
      h("td", { class: "n" }, valueText(n.straight_m, "m")),
      h("td", { class: "n" }, ...way(n)),
      h("td", { class: "n" }, valueText(n.limit_m, "m")),
      gaps ? h("td", {}, remedy(n, d)) : null,
      planned ? h("td", { class: "n" }, year(n)) : null,
    );
  };
  const head = (text: string, cls = ""): HTMLElement => h("th", { scope: "col", class: cls }, text);
  const joined = d.neighbours.filter((n) => n.verdict === "ok").length;
  return h(
    "section",
    { class: "theme", id: "sheet-neighbours" },
    h("h2", {}, h("span", {}, t("sheet_neighbours")), d.neighbours.length > 0 ? h("small", {}, t("sheet_neighbours_joined", { n: String(joined), all: String(d.neighbours.length) })) : null),
    d.neighbours.length === 0
      ? h("p", {}, t("sheet_neighbours_none"))
      : h(
          "div",
          { class: "grid-box", tabindex: "0", role: "group", "aria-label": t("sheet_neighbours") },
          h(
            "table",
            { class: "grid pairs" },
            h("caption", { class: "hidden" }, t("sheet_neighbours")),
            h("thead", {}, h("tr", {}, head(t("sheet_neighbour")), head(t("sheet_paved_way")), head(t("distance_straight"), "n"), head(t("sheet_way"), "n"), head(t("sheet_way_limit"), "n"), gaps ? head(t("sheet_remedy")) : null, planned ? head(t("sheet_year"), "n") : null)),
            h("tbody", {}, ...inOrder(d.neighbours).map(row)),
          ),
        ),
    h("p", { class: "note" }, t("sheet_neighbours_note")),
  );
}
