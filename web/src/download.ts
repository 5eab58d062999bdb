import { quoted } from "./api";
import { CLASS_TAG } from "./themes/services-data";
import { isChanges, topicOf, type ListKind } from "./themes";
import type { Row } from "./rows";
import { question } from "./ranking";
import type { State } from "./state";

/** Where the rows of a list come from, and which of its properties the filter of kinds is about. */
const FROM: Partial<Record<ListKind, { collection: string; kind: string; shared?: true }>> = {
  villages: { collection: "road_gaps", kind: "kind", shared: true },
  places: { collection: "road_gaps", kind: "kind", shared: true },
  neighbours: { collection: "neighbour_gaps", kind: "kind" },
  fragile: { collection: "fragile_access", kind: "kind" },
  links: { collection: "road_links", kind: "surface" },
  power: { collection: "power_gaps", kind: "kind", shared: true },
  transformers: { collection: "power_gaps", kind: "kind", shared: true },
  feeders: { collection: "power_gaps", kind: "kind", shared: true },
  areas: { collection: "low_voltage_areas", kind: "cause" },
  ties: { collection: "tie_lines", kind: "" },
  water: { collection: "water_gaps", kind: "decided_by" },
  sources: { collection: "water_sources", kind: "state" },
  untested: { collection: "water_sources", kind: "type" },
  water_links: { collection: "water_links", kind: "" },
  broadband: { collection: "broadband_gaps", kind: "kind" },
  fibre_links: { collection: "fibre_links", kind: "" },
  services: { collection: "service_gaps", kind: "kind" },
  facilities: { collection: "facilities", kind: "class" },
};

export type Form = "csv" | "xlsx" | "geojson";

/** Rows that an address can name one by one. */
const NAMED = 150;

/** Addresses of what the list shows, in each form; null where no address can say it. */
export function downloads(s: State, all: readonly Row[], shown: readonly Row[], since = ""): Record<Form, string | null> | null {
  if (isChanges(s.list)) return ofChanges(s, since);
  if (s.list === "all") {
    const typed = s.q || s.town || s.severity;
    const asked = question(s);
    const tables = typed ? null : `api/rankings?${asked}`;
    return { csv: tables && `${tables}&f=csv`, xlsx: tables && `${tables}&f=xlsx`, geojson: ofVillages(s, shown) };
  }
  const from = FROM[s.list];
  if (!from) return null;
  const own = (r: Row): boolean => r.key.startsWith(`${from.collection}/`);
  const id = (r: Row): string => r.key.slice(from.collection.length + 1);
  const rows = shown.filter(own);
  const whole = rows.length === all.filter(own).length;
  const filter = whole && !from.shared ? "" : rows.length <= NAMED ? `id IN (${rows.map((r) => quoted(id(r))).join(",")})` : condition(s, from, all.filter(own));
  if (filter === null || rows.length === 0) return { csv: null, xlsx: null, geojson: null };
  const at = (f: Form): string => `collections/${from.collection}/items?f=${f === "geojson" ? "json" : f}${filter ? `&filter=${encodeURIComponent(filter)}` : ""}${f === "geojson" ? "&limit=100000" : ""}`;
  return { csv: at("csv"), xlsx: at("xlsx"), geojson: at("geojson") };
}

/** What became of all gaps since a day, with those that are still the same unless a class is chosen; towns and names the service does not ask for. */
function ofChanges(s: State, since: string): Record<Form, string | null> | null {
  if (!since) return null;
  if (s.q || s.town || s.priority) return { csv: null, xlsx: null, geojson: null };
  const topic = topicOf(s.list);
  const p = new URLSearchParams({ from: since, ...(topic && topic !== "all" ? { theme: topic } : {}), ...(s.county ? { county: s.county } : {}), ...(s.kind ? { change: s.kind } : {}) });
  const at = (f: Form): string => `comparisons?${p.toString()}&f=${f}`;
  return { csv: at("csv"), xlsx: at("xlsx"), geojson: at("geojson") };
}

function ofVillages(s: State, shown: readonly Row[]): string | null {
  const ids = shown.length <= NAMED ? `id IN (${shown.map((r) => quoted(r.key.slice("villages/".length))).join(",")})` : s.q || s.severity ? null : [s.county && `county = ${quoted(s.county)}`, s.town && `town = ${quoted(s.town)}`, s.priority && "priority = TRUE"].filter(Boolean).join(" AND ");
  return ids === null || shown.length === 0 ? null : `collections/villages/items?f=json&limit=100000${ids ? `&filter=${encodeURIComponent(ids)}` : ""}`;
}

/** The filters as CQL2; null where the list is searched or cut by what the collection does not know. */
function condition(s: State, from: { kind: string; shared?: true }, all: readonly Row[]): string | null {
  if (s.q || s.priority) return null;
  const kind = s.kind.startsWith(CLASS_TAG) ? `class = ${quoted(s.kind.slice(CLASS_TAG.length))}` : s.kind && from.kind ? `${from.kind} = ${quoted(s.kind)}` : "";
  if (s.kind && !kind) return null;
  const kinds = from.shared && !kind ? `${from.kind} IN (${[...new Set(all.map((r) => r.kind))].map(quoted).join(",")})` : kind;
  const parts = [kinds, s.county && `county = ${quoted(s.county)}`, s.town && `town = ${quoted(s.town)}`, s.verdict && `verdict = ${quoted(s.verdict)}`, s.severity && `severity >= ${s.severity}`, s.confidence && `confidence = ${quoted(s.confidence)}`];
  return parts.filter(Boolean).join(" AND ");
}
