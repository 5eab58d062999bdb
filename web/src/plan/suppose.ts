import type { Geometry } from "geojson";
import type { Edit } from "./edits";
import type { Depot, Network } from "./depot";
import type { Work } from "./plan-api";

/** Edits at most that the service answers at a time. */
export const MOST_EDITS = 1000;
/** What a new access node gives until another speed is told, Mbit/s. Without one nothing is known of it. */
export const USUAL_MBIT_S = 100;

function lineOf(g: Geometry | null): [number, number][] {
  return g?.type === "LineString" ? g.coordinates.map((p): [number, number] => [p[0] ?? 0, p[1] ?? 0]) : [];
}

/** The transformer whose network works are on. */
function networkOf(link: string): string {
  return link.replace(/^power-works:/, "");
}

/** Works on a low-voltage network, as the remedy says that were solved again. */
function ofNetwork(name: string, transformer: string, network: Network | undefined): Edit[] {
  const r = network?.remedy;
  if (!r) return [];
  const wires: Edit[] = r.lines.length > 0 && r.conductor ? [{ edit: "line", name, at: [], props: { conductor: r.conductor, line: r.lines } }] : [];
  if (r.kind === "thicker_conductor") return wires;
  if (r.kind === "new_transformer") return r.buses.map((bus, i): Edit => ({ edit: "transformer", name, at: [], props: { kva: r.ratings_kva[i] ?? r.rating_kva ?? 100, bus } }));
  const larger = r.kind === "larger_transformer" || r.kind === "larger_and_thicker";
  return larger && r.rating_kva ? [{ edit: "replace_transformer", name, at: [], props: { kva: r.rating_kva, transformer } }, ...wires] : [];
}

/** A connection as a source where its source is that gives what the connection takes. */
function ofConnection(w: Work, name: string, village: [number, number] | undefined): Edit[] {
  const line = lineOf(w.geometry);
  const far = (p: [number, number]): number => (village ? Math.hypot(p[0] - village[0], p[1] - village[1]) : 0);
  const at = [line[0], line.at(-1)].filter((p) => p !== undefined).sort((a, b) => far(b) - far(a))[0];
  return at ? [{ edit: "source", name, at: [at], props: { villages: w.villages, piped: true, ...(w.m3_d ? { yield_m3_d: w.m3_d } : {}) } }] : [];
}

/** A piece of a plan as edits that suppose it built; none where no edit says it. */
function ofWork(w: Work, depot: Depot, links: Map<string, Geometry>, networks: Map<string, Network>): Edit[] {
  const village = w.villages[0];
  const name = depot.places.get(village ?? "")?.name ?? "";
  const pave = (id: string): Edit => ({ edit: "pave", name, at: [], props: { link: id } });
  switch (w.theme) {
    case "roads": {
      const known = w.links.filter((l) => links.has(l));
      if (known.length > 0) return known.map(pave);
      // A stretch that no list of stretches has: a new road where it runs.
      const at = lineOf(w.geometry);
      return at.length > 1 ? [{ edit: "road", name, at, props: {} }] : [];
    }
    case "water":
      return ofConnection(w, name, village ? depot.places.get(village)?.at : undefined);
    case "power":
      return w.links.flatMap((l) => ofNetwork(name, networkOf(l), networks.get(networkOf(l))));
    case "broadband":
      // Fibre that reaches a village ends in an access node there.
      return w.villages.flatMap((v): Edit[] => {
        const at = depot.places.get(v)?.at;
        return at ? [{ edit: "node", name: depot.places.get(v)?.name ?? "", at: [at], props: { mbit_s: USUAL_MBIT_S } }] : [];
      });
    default:
      return [];
  }
}

/** Works as edits, and how many no edit can say. */
export async function suppose(works: Work[], depot: Depot): Promise<{ edits: Edit[]; left: number }> {
  const links = works.some((w) => w.theme === "roads") ? await depot.lines("road_links") : new Map<string, Geometry>();
  const networks = works.some((w) => w.theme === "power") ? await depot.networks() : new Map<string, Network>();
  const found = works.map((w) => ofWork(w, depot, links, networks));
  // Stretches of fibre without a village of their own are a part of the way to the next.
  const left = works.filter((w, i) => found[i]?.length === 0 && w.villages.length > 0).length;
  return { edits: found.flat().slice(0, MOST_EDITS), left };
}

/** Edits with those added that are not there yet. */
export function joined(edits: Edit[], more: Edit[]): Edit[] {
  const key = (e: Edit): string => JSON.stringify([e.edit, e.at, e.props]);
  const known = new Set(edits.map(key));
  return [...edits, ...more.filter((e) => !known.has(key(e)))].slice(0, MOST_EDITS);
}
