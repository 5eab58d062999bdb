import { SEVERITY_STEPS } from "./colours";
import { h } from "./dom";
import { number } from "./format";
import { t, word } from "./i18n";
import type { Row } from "./rows";
import type { State } from "./state";
import type { Data } from "./store";
import { isChanges } from "./themes";
import { ORDER } from "./themes/changes-data";
import { CLASS_TAG } from "./themes/services-data";

/** More towns than these are chosen by their county first. */
const MANY_TOWNS = 40;

type Change = (part: Partial<State>) => void;
type Option = [value: string, text: string];

function choice(id: string, label: string, now: string, options: Option[], set: (v: string) => void): HTMLElement {
  return h(
    "select",
    { id, "aria-label": label, change: (e) => set((e.target as HTMLSelectElement).value) },
    ...options.map(([value, text]) => h("option", { value, selected: value === now }, text)),
  );
}

/** Whether anything is left out. */
function filtering(s: State): boolean {
  return s.county !== "" || s.town !== "" || s.kind !== "" || s.verdict !== "" || s.severity > 0 || s.confidence !== "" || s.priority;
}

/** Classes of services come after the kinds of gaps. */
function kindsOf(all: readonly Row[]): string[] {
  const kinds = [...new Set([...all.map((r) => r.kind), ...all.flatMap((r) => r.tags ?? [])])];
  return kinds.sort((a, b) => Number(a.startsWith(CLASS_TAG)) - Number(b.startsWith(CLASS_TAG)) || (a < b ? -1 : 1));
}

/** The filters of a list: those that could tell its rows apart. `all` are the rows before any filter. */
export function filters(d: Data, s: State, all: readonly Row[], kindName: (kind: string) => string, change: Change): HTMLElement {
  const table = s.list === "contamination";
  const ranked = s.list === "all";
  const counties = d.region.counties.filter((c) => c.villages > 0).map((c): Option => [c.id, c.name]);
  // Towns of the county chosen, or of all where there are few.
  const inside = d.region.towns.filter((u) => !s.county || u.id.startsWith(`${s.county}/`));
  const towns = s.county || inside.length <= MANY_TOWNS ? inside.map((u): Option => [u.name, u.name]) : [];
  const changes = isChanges(s.list);
  const kinds = table || ranked ? [] : changes ? ORDER.filter((c) => all.some((r) => r.change === c)) : kindsOf(all);
  const confidences = [...new Set(all.flatMap((r) => r.confidence ?? []))].sort();
  const verdicts: Option[] = [["", t("all_verdicts")], ["gap", t("only_gap")], ["unknown", t("only_unknown")]];
  const severities = SEVERITY_STEPS.map((x): Option => [String(x), t("severity_from", { n: number(x, 1) })]);
  const priority = h("input", { id: "f-priority", type: "checkbox", checked: s.priority, change: (e) => change({ priority: (e.target as HTMLInputElement).checked }) });
  return h(
    "details",
    { class: "filter-box", open: matchMedia("(min-width: 701px)").matches || filtering(s) },
    h("summary", {}, t("filters")),
    h(
      "div",
      { class: "filters" },
      counties.length > 1 && choice("f-county", t("county"), s.county, [["", t("all_counties")], ...counties], (county) => change({ county, town: "" })),
      !table && towns.length > 1 && choice("f-town", t("town"), s.town, [["", t("all_towns")], ...towns], (town) => change({ town })),
      kinds.length > 1 && choice("f-kind", t(changes ? "all_changes" : "all_kinds"), s.kind, [["", t(changes ? "all_changes" : "all_kinds")], ...kinds.map((k): Option => [k, kindName(k)])], (kind) => change({ kind })),
      !table && !ranked && !changes && s.list !== "facilities" && choice("f-verdict", t("all_verdicts"), s.verdict, verdicts, (v) => change({ verdict: v === "gap" || v === "unknown" ? v : "" })),
      !changes && all.some((r) => r.severity > 0) && choice("f-severity", t("severity"), String(s.severity || ""), [["", t("all_severities")], ...severities], (v) => change({ severity: Number(v) })),
      confidences.length > 1 && choice("f-confidence", t("confidence"), s.confidence, [["", t("all_confidences")], ...confidences.map((c): Option => [c, word("conf", c)])], (confidence) => change({ confidence })),
      !table && h("label", { class: "check" }, priority, t("priority_only")),
    ),
  );
}
