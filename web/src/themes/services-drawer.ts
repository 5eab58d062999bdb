import type { GapProperties, Verdict, Village } from "../api";
import { h } from "../dom";
import { list, section } from "../drawer-parts";
import { metres, money, number, people } from "../format";
import { pick, t, word } from "../i18n";
import type { Data } from "../store";
import { classes, className, peopleOf, placeId, type Facility, type Reach, type ServiceClass } from "./services-data";
import { sign, signKey } from "./social-signs";

type Select = (key: string) => void;

const MARKS: Record<Verdict, [string, string]> = { ok: ["✓", "safe"], gap: ["▲", "unsafe"], unknown: ["?", "unknown"] };

function verdict(v: Verdict): HTMLElement {
  const [mark, cls] = MARKS[v];
  return h("span", { class: `grade ${cls}` }, h("span", { "aria-hidden": "true" }, mark), word("service_verdict", v));
}

/** A class for one village: how far, how long, how much of it unpaved, and which place. */
function classRow(data: Data, c: ServiceClass, r: Reach | undefined, select: Select): HTMLElement {
  const f = r?.to ? data.services?.facility.get(placeId(c.key, r.to)) : undefined;
  const limit = c.limit_m === null ? "" : `≤ ${metres(c.limit_m)}`;
  const unpaved = [r?.unpaved_m != null && metres(r.unpaved_m), r?.unknown_m ? t("surface_not_known", { n: metres(r.unknown_m) }) : ""].filter(Boolean).join(" · ");
  return h(
    "tr",
    { class: r?.verdict === "gap" ? "over" : "" },
    h(
      "th",
      { scope: "row" },
      pick(c.name),
      f ? h("button", { class: "inline place", click: () => select(f.key) }, sign(signKey(f.class), 12), f.name) : h("small", {}, r?.to ?? t("none_known")),
    ),
    h("td", { class: "n" }, r?.m != null ? metres(r.m) : t("unknown"), h("small", {}, limit)),
    h("td", { class: "n" }, r?.minutes != null ? number(r.minutes) : "–", h("small", {}, t(c.asks === "travel" ? "by_road" : "straight"))),
    h("td", { class: "n" }, unpaved || "–"),
    h("td", {}, verdict(r?.verdict ?? "unknown"), r?.confidence && r.confidence !== "computed" ? h("small", {}, word("conf", r.confidence)) : null),
  );
}

/** Every class of services for a village, beside its limit. */
export function village(data: Data, v: Village, select: Select): HTMLElement[] {
  const all = classes(data.summary);
  if (v.properties.services_verdict === undefined || all.length === 0) return [];
  const head = (text: string, cls = ""): HTMLElement => h("th", { scope: "col", class: cls }, text);
  const of = v.properties.services ?? {};
  const disagrees = Object.values(of).some((r) => r.disagrees);
  return [
    section(
      t("services_title"),
      h(
        "table",
        { class: "tests reach" },
        h("thead", {}, h("tr", {}, head(t("service")), head(t("distance"), "n"), head(t("minutes"), "n"), head(t("unpaved"), "n"), head(t("verdict")))),
        h("tbody", {}, ...all.map((c) => classRow(data, c, of[c.key], select))),
      ),
      h("p", { class: "note" }, t("services_note", { factor: number(data.summary.rules_services?.factor ?? 1.5, 1) })),
      disagrees ? h("p", { class: "warn" }, t("power_disagrees")) : null,
    ),
  ];
}

/** The theme in short, for the other tabs. */
export function villageFacts(data: Data, v: Village): HTMLElement[] {
  const p = v.properties;
  if (p.services_verdict === undefined) return [];
  const far = Object.entries(p.services ?? {}).filter(([, r]) => r.verdict === "gap").map(([cls]) => className(data.summary, cls));
  return [section(t("topic_services"), list([[t("state"), word("service_state", p.services_verdict)], [t("services_missing"), far.join(t("comma"))]]))];
}

/** A new place of service, where the atlas says what one costs. */
export function remedy(p: GapProperties): HTMLElement[] {
  const r = p.remedy;
  if (!r) return [section(t("remedy"), h("p", {}, t("no_facility_cost", { class: p.class_name ? pick(p.class_name) : "" })))];
  return [section(t("remedy"), list([[t("kind"), `${word("do", r.kind)}${p.class_name ? ` · ${pick(p.class_name)}` : ""}`], [t("cost"), money(r.cost, r.currency)]]))];
}

/** Sentence at the head of a village without a gap. */
export function lead(v: Village): HTMLElement {
  const s = v.properties.services_verdict ?? "unknown";
  return h("p", { class: `lead ${s}` }, word("service_state", s));
}

const SHOWN = 24;

/** A place of service and the villages that have it as their nearest. */
export function facility(data: Data, f: Facility, select: Select): HTMLElement[] {
  const users = data.services?.users.get(placeId(f.class, f.feature.properties.id)) ?? [];
  const by = [...users].sort((a, b) => (b.properties.population ?? 0) - (a.properties.population ?? 0));
  const chip = (v: Village): HTMLElement => {
    const r = v.properties.services?.[f.class];
    return h("button", { class: "chip", click: () => select(`villages/${v.properties.id}`) }, r?.m != null ? `${v.properties.name} ${metres(r.m)}` : v.properties.name);
  };
  const c = classes(data.summary).find((x) => x.key === f.class);
  return [
    list([
      [t("service"), className(data.summary, f.class)],
      ["ID", f.feature.properties.id],
      [t("county"), f.county && (data.county.get(f.county) ?? f.county)],
      [t("people_word"), users.length > 0 && people(peopleOf(users))],
      [t("villages"), number(users.length)],
      [t("threshold"), c?.limit_m != null && metres(c.limit_m)],
    ]),
    section(
      t("nearest_title"),
      users.length > 0 ? h("p", { class: "chips" }, ...by.slice(0, SHOWN).map(chip), by.length > SHOWN ? h("span", { class: "more" }, t("more_n", { n: number(by.length - SHOWN) })) : null) : h("p", {}, t("nearest_for_none")),
    ),
  ];
}
