/** Rows that every theme makes of villages. */
import type { Village } from "../api";
import type { Brief } from "../region";
import { same } from "../i18n";
import type { Row } from "../rows";
import type { Data } from "../store";

/** County and what is nearer, in a line. */
export function place(d: Data, county: string | null, ...more: (string | null | undefined)[]): string {
  return [county ? (d.county.get(county) ?? county) : "", ...more].filter(Boolean).join(" · ");
}

/** Villages of which nobody knows; the service lists gaps alone. */
export function unknownRow(d: Data, v: Village | Brief, why: string, kind: string): Row {
  const p = v.properties;
  return {
    key: `villages/${p.id}`,
    title: p.name,
    sub: place(d, p.county, p.town),
    people: p.population,
    verdict: "unknown",
    score: p.population ?? 0,
    severity: 0,
    why: same(why),
    kind,
    county: p.county ?? "",
    priority: p.priority,
    village: p.id,
    town: p.town,
    text: `${p.name} ${p.id} ${p.town ?? ""}`.toLowerCase(),
  };
}
