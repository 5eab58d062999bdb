import { h } from "./dom";
import { number } from "./format";
import { t, word } from "./i18n";
import { weightsNow } from "./needs";
import type { Region, Theme } from "./region";
import { BYS, MAX_WEIGHT, type State } from "./state";

/** How fine the sliders are. */
const STEP = 0.5;

type Change = (part: Partial<State>) => void;

/** What villages are ranked by, and how much each theme weighs; the list follows while a slider moves. */
export function weightsPanel(r: Region, s: State, change: Change): HTMLElement {
  const own = { ...weightsNow(s.weights, r.weights) };
  const set = (theme: Theme, text: string, says: HTMLElement): void => {
    own[theme] = Number(text);
    says.textContent = number(own[theme], 1);
    // Nothing weighs anything: that is no question.
    if (r.themes.some((x) => own[x] > 0)) change({ weights: { ...own } });
  };
  const slider = (theme: Theme): HTMLElement => {
    const says = h("output", { for: `w-${theme}` }, number(own[theme], 1));
    const input = h("input", { id: `w-${theme}`, type: "range", min: "0", max: String(MAX_WEIGHT), step: String(STEP), value: String(own[theme]), input: (e) => set(theme, (e.target as HTMLInputElement).value, says) });
    return h("div", { class: "theme-weight" }, h("label", { for: `w-${theme}` }, word("topic", theme)), input, says);
  };
  const by = h(
    "select",
    { id: "f-by", "aria-label": t("rank_by"), change: (e) => change({ by: BYS.find((b) => b === (e.target as HTMLSelectElement).value) ?? "need" }) },
    ...BYS.map((b) => h("option", { value: b, selected: b === s.by }, t(`rank_by_${b}`))),
  );
  return h(
    "div",
    { class: "rank-by" },
    by,
    h(
      "details",
      { open: s.weights !== null },
      h("summary", {}, t("weights")),
      h("p", { class: "note" }, t("weights_note")),
      ...r.themes.map(slider),
      h("button", { id: "w-reset", class: "plain", click: () => reset(r, change) }, t("weights_reset")),
    ),
  );
}

/** The atlas's own weights again; the sliders follow. */
function reset(r: Region, change: Change): void {
  change({ weights: null });
  for (const theme of r.themes) {
    const input = document.getElementById(`w-${theme}`);
    if (!(input instanceof HTMLInputElement)) continue;
    input.value = String(r.weights[theme]);
    const says = input.nextElementSibling;
    if (says) says.textContent = number(r.weights[theme], 1);
  }
}
