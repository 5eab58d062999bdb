import { ApiError, rankings, type RankedVillage } from "./api";
import { weightsText } from "./needs";
import type { State } from "./state";

/** What the service adds to a ranking: how firm each rank is, and what the remedies cost. */
export interface Firmness {
  rows: RankedVillage[];
  village: Map<string, RankedVillage>;
}

/** The ranking that a state asks for, as the address of the service's answer. */
export function question(s: Pick<State, "by" | "weights" | "county" | "priority">): string {
  const p = new URLSearchParams({ by: s.by });
  if (s.weights) p.set("weights", weightsText(s.weights));
  if (s.county) p.set("county", s.county);
  if (s.priority) p.set("priority", "true");
  return p.toString();
}

/** How long the sliders have to rest before the service is asked, in milliseconds. */
const REST_MS = 350;
/** Answers that are kept. */
const KEPT = 20;

/** Asks for rank intervals while the planner goes on; the latest question wins. */
export class Rankings {
  private readonly known = new Map<string, Firmness>();
  private timer = 0;
  private request: AbortController | null = null;
  private asked = "";
  failed = false;

  /** `after` is when the first question may be asked: it costs the service work, and the map comes first. */
  constructor(
    private readonly after: Promise<void>,
    private readonly arrived: () => void,
  ) {}

  /** The answer if it is there; asks for it otherwise. */
  of(s: State): Firmness | undefined {
    const key = question(s);
    const there = this.known.get(key);
    if (there || this.asked === key) return there;
    this.asked = key;
    clearTimeout(this.timer);
    this.request?.abort();
    this.timer = window.setTimeout(() => {
      void this.after.then(() => {
        if (this.asked === key && !this.known.has(key)) return this.ask(key);
      });
    }, REST_MS);
    return undefined;
  }

  /** Asks again after a failure. */
  again(): void {
    this.asked = "";
    this.failed = false;
    this.arrived();
  }

  private async ask(key: string): Promise<void> {
    const request = new AbortController();
    this.request = request;
    try {
      const rows = await rankings(key, request.signal);
      const oldest = this.known.keys().next().value;
      if (this.known.size >= KEPT && oldest !== undefined) this.known.delete(oldest);
      this.known.set(key, { rows, village: new Map(rows.map((r) => [r.village, r])) });
      this.failed = false;
    } catch (e) {
      if (request.signal.aborted || !(e instanceof ApiError)) return;
      this.failed = true;
    }
    this.arrived();
  }
}
