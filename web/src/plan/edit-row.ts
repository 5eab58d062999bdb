import { h } from "../dom";
import { number } from "../format";
import { pick, t, word } from "../i18n";
import type { Data } from "../store";
import type { Edit, Value } from "./edits";
import type { Place } from "./plan-api";

const SURFACES = ["paved", "gravel", "earth"];
/** Villages around a new source that can be connected to it. */
const NEAREST = 6;

export interface RowEvents {
  set: (edit: Edit) => void;
  remove: () => void;
  hover: (yes: boolean) => void;
  show: () => void;
}

/** Villages nearest to a position, nearest first. */
export function nearest(at: [number, number], places: ReadonlyMap<string, Place>, n: number): string[] {
  const narrow = Math.cos((at[1] * Math.PI) / 180);
  const far = (p: Place): number => Math.hypot((p.at[0] - at[0]) * narrow, p.at[1] - at[1]);
  return [...places].map(([id, p]): [string, number] => [id, far(p)]).sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).slice(0, n).map(([id]) => id);
}

/** What an edit is, in words. */
export function named(e: Edit): string {
  return e.name || word("edit", e.edit);
}

function idOf(e: Edit): string {
  const id = e.props["link"] ?? e.props["gap"] ?? e.props["road"] ?? e.props["source"] ?? e.props["transformer"] ?? e.props["bus"] ?? "";
  return String(id);
}

/** One edit of the list: its name, what it needs to know, and a way to take it away. */
export function row(e: Edit, i: number, data: Data, places: ReadonlyMap<string, Place>, on: RowEvents): HTMLElement {
  const set = (props: Record<string, Value | undefined>): void => {
    const next: Record<string, Value> = {};
    for (const [k, v] of Object.entries({ ...e.props, ...props })) if (v !== undefined) next[k] = v;
    on.set({ ...e, props: next });
  };
  const amount = (field: string, unit: string, label: string): HTMLElement =>
    h("label", { class: "amount" }, label, h("input", { type: "number", min: "0", step: "any", id: `edit-${String(i)}-${field}`, value: e.props[field] === undefined ? "" : String(e.props[field]), change: (x) => {
      const text = (x.target as HTMLInputElement).value;
      const n = Number(text);
      set({ [field]: text === "" || !(n >= 0) ? undefined : n });
    } }), unit);
  const pickOne = (field: string, label: string, choices: [string, string][], usual: string): HTMLElement =>
    h("select", { "aria-label": label, id: `edit-${String(i)}-${field}`, change: (x) => set({ [field]: (x.target as HTMLSelectElement).value }) }, ...choices.map(([v, text]) => h("option", { value: v, selected: v === (e.props[field] ?? usual) }, text)));
  const more: Partial<Record<Edit["edit"], () => (HTMLElement | false)[]>> = {
    road: () => [pickOne("surface", t("edit_surface"), SURFACES.map((s): [string, string] => [s, word("surface", s)]), "paved")],
    transformer: () => [amount("kva", "kVA", t("edit_rating"))],
    replace_transformer: () => [amount("kva", "kVA", t("edit_rating"))],
    node: () => [amount("mbit_s", "Mbit/s", t("edit_speed"))],
    facility: () => [pickOne("class", t("edit_class"), (data.summary.rules_services ? Object.entries(data.summary.rules_services.classes) : []).map(([k, c]): [string, string] => [k, pick(c)]), "station")],
    source: () => [amount("yield_m3_d", "m³/d", t("edit_yield")), villages(e, places, (ids) => set({ villages: ids.length > 0 ? ids : undefined, piped: ids.length > 0 ? true : undefined }))],
  };
  return h(
    "li",
    { mouseenter: () => on.hover(true), mouseleave: () => on.hover(false) },
    h("span", { class: "n" }, number(i + 1)),
    h(
      "div",
      {},
      h("div", { class: "edit-line" }, h("button", { class: "inline", click: on.show, focus: () => on.hover(true), blur: () => on.hover(false) }, word("edit", e.edit)), h("input", { class: "edit-name", type: "text", maxlength: "80", id: `edit-${String(i)}-name`, "aria-label": t("edit_name"), placeholder: idOf(e) || t("edit_name"), value: e.name, change: (x) => on.set({ ...e, name: (x.target as HTMLInputElement).value.trim() }) })),
      h("div", { class: "edit-more" }, ...(more[e.edit]?.() ?? [])),
    ),
    h("button", { class: "plain remove", "aria-label": t("edit_remove", { name: named(e) }), click: on.remove }, "✕"),
  );
}

/** Which villages a new source gives water to. */
function villages(e: Edit, places: ReadonlyMap<string, Place>, set: (ids: string[]) => void): HTMLElement | false {
  const at = e.at[0];
  if (!at) return false;
  const now = Array.isArray(e.props["villages"]) ? e.props["villages"] : [];
  const shown = [...new Set([...now, ...nearest(at, places, NEAREST)])];
  const toggle = (id: string): void => set(now.includes(id) ? now.filter((x) => x !== id) : [...now, id]);
  return h("div", { class: "chips", role: "group", "aria-label": t("edit_villages") }, h("small", {}, t("edit_villages")), ...shown.map((id) => h("button", { class: "chip", "aria-pressed": String(now.includes(id)), click: () => toggle(id) }, places.get(id)?.name ?? id)));
}
