import type { Geometry } from "geojson";
import { all } from "../api";
import type { Region } from "../region";
import type { Edit } from "./edits";
import { fetchLines, fetchPlan, type Outcome, type Place, type Plan, type Work } from "./plan-api";

/** Plans kept of those that were asked for. */
const KEPT = 24;

/** What works on a low-voltage network are made of. */
export interface Network {
  id: string;
  remedy: { kind: string; rating_kva: number | null; transformers: number; buses: string[]; ratings_kva: number[]; lines: string[]; conductor: string | null } | null;
}

/** Everything that the plan and the scenario need of the service, fetched once. */
export class Depot {
  /** Where villages are, and their names. */
  readonly places: ReadonlyMap<string, Place>;
  /** The last scenario that was answered. */
  answered: { edits: Edit[]; outcome: Outcome } | null = null;
  private readonly plans = new Map<string, Plan>();
  /** Under way, so that the same question is not asked twice at a time. */
  private readonly open = new Map<string, { plan: Promise<Plan>; signal: AbortSignal }>();
  private readonly collections = new Map<string, Promise<Map<string, Geometry>>>();
  private grids: Promise<Map<string, Network>> | null = null;

  constructor(region: Region) {
    this.places = new Map(region.villages.map((v): [string, Place] => [v.properties.id, { name: v.properties.name, at: [v.geometry.coordinates[0] ?? 0, v.geometry.coordinates[1] ?? 0] }]));
  }

  /** Lines of a collection by id. */
  lines(collection: "road_links" | "fibre_links"): Promise<Map<string, Geometry>> {
    const known = this.collections.get(collection);
    if (known) return known;
    const found = fetchLines(collection);
    found.catch(() => this.collections.delete(collection));
    this.collections.set(collection, found);
    return found;
  }

  /** Low-voltage networks with their remedy, by the id of their transformer. */
  networks(): Promise<Map<string, Network>> {
    this.grids ??= all<Network>("low_voltage_areas").then((areas) => new Map(areas.map((a): [string, Network] => [a.properties.id.replace(/^area:/, ""), a.properties])));
    this.grids.catch(() => {
      this.grids = null;
    });
    return this.grids;
  }

  /** A plan, with the places of its works. */
  async plan(path: string, signal: AbortSignal, waiting: () => void): Promise<Plan> {
    const known = this.plans.get(path);
    if (known) return known;
    const open = this.open.get(path);
    if (open && !open.signal.aborted) return open.plan;
    const asked = this.fetch(path, signal, waiting);
    this.open.set(path, { plan: asked, signal });
    try {
      const found = await asked;
      const oldest = this.plans.keys().next();
      if (this.plans.size >= KEPT && !oldest.done) this.plans.delete(oldest.value);
      this.plans.set(path, found);
      return found;
    } finally {
      if (this.open.get(path)?.plan === asked) this.open.delete(path);
    }
  }

  private async fetch(path: string, signal: AbortSignal, waiting: () => void): Promise<Plan> {
    const plan = await fetchPlan(path, signal, waiting);
    if (plan.theme === "all") await this.locate(plan.works);
    return plan;
  }

  /** Decisions over all themes are where their roads and fibre run, else at their village. */
  private async locate(works: Work[]): Promise<void> {
    const wanted = (theme: string): boolean => works.some((w) => w.theme === theme && w.links.length > 0);
    const nothing = new Map<string, Geometry>();
    const [roads, fibre] = await Promise.all([wanted("roads") ? this.lines("road_links") : nothing, wanted("broadband") ? this.lines("fibre_links") : nothing]);
    for (const w of works) {
      const lines = w.links.flatMap((l) => {
        const g = roads.get(l) ?? fibre.get(l);
        return g?.type === "LineString" ? [g.coordinates] : [];
      });
      const at = this.places.get(w.villages[0] ?? "")?.at;
      w.geometry = lines.length > 0 ? { type: "MultiLineString", coordinates: lines } : at ? { type: "Point", coordinates: at } : null;
    }
  }
}
