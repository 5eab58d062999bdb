import type { Palette } from "../colours";
import { SEVERITY_STEPS } from "../colours";
import { h } from "../dom";
import { number } from "../format";
import { t, word, type Key } from "../i18n";
import type { State } from "../state";
import { colourOf } from "./plan-map";

type Ramp = (steps: readonly number[], show: (n: number) => string) => HTMLElement;

function line(style: string, text: Key): HTMLElement {
  return h("li", {}, h("i", { class: "line", style: `border-top:${style}` }), t(text));
}

function dot(style: string, text: Key): HTMLElement {
  return h("li", {}, h("i", { class: "dot", style }), t(text));
}

function mark(sign: string, colour: string, text: Key): HTMLElement {
  return h("li", {}, h("i", { class: "sign", style: `color:${colour};font-weight:700` }, sign), t(text));
}

/** What the map shows of a plan, and of a scenario. */
export function legend(state: State, c: Palette, ramp: Ramp): HTMLElement[] {
  if (state.list === "whatif") {
    const theme = state.plan.theme === "all" ? "roads" : state.plan.theme;
    return [
      h("ul", { class: "signs" }, mark("✓", c.good, "whatif_closed"), mark("!", c.bad, "whatif_opened"), mark("•", c.label, "whatif_changed")),
      h("ul", { class: "lines" }, line(`4px solid ${c.accent}`, "legend_edits"), line(`3px solid ${colourOf(1)}`, "legend_links")),
      h("h3", {}, `${t("legend_villages")} · ${word("topic", theme)}`),
      ramp(SEVERITY_STEPS, (n) => number(n, 1)),
    ];
  }
  const fifths = h("div", { class: "ramp order-ramp" }, ...[0, 1, 2, 3, 4].map((q) => h("span", {}, h("i", { style: `background:${colourOf(q)}` }), q === 0 ? t("legend_first") : q === 4 ? t("legend_last") : " ")));
  return [
    h("h3", {}, t("legend_order")),
    fifths,
    h("ul", { class: "lines" }, line(`2px dashed ${c.label}`, "legend_later"), line(`2px solid ${c.unknown}`, "legend_rest")),
    h("h3", {}, t("villages")),
    h(
      "ul",
      { class: "signs" },
      dot(`background:${c.ok}`, "legend_served"),
      dot(`border:2px solid ${c.unknown}`, "legend_left"),
      mark("×", c.place, "legend_no_way"),
      dot(`background:${c.ok};transform:scale(.55)`, "legend_others"),
    ),
  ];
}
