import type { Map as GlMap, MapMouseEvent } from "maplibre-gl";
import type { PlanMap } from "./plan-map";

export const TOOLS = ["pave", "road", "source", "transformer", "node", "facility"] as const;
export type Tool = (typeof TOOLS)[number];

export interface DrawEvents {
  /** A road, or one position of anything else. */
  placed: (tool: Tool, at: [number, number][]) => void;
  /** A stretch to build was clicked. */
  chosen: (link: string) => void;
  /** Another tool, or another number of positions. */
  changed: () => void;
}

/** Pixels around a click in which a line is meant. */
const NEAR_PX = 6;

/** The hand on the map: positions by click or, at the middle of the map, by the space key. */
export class Draw {
  tool: Tool | null = null;
  at: [number, number][] = [];
  private readonly map: GlMap;

  constructor(
    private readonly plan: PlanMap,
    private readonly on: DrawEvents,
  ) {
    this.map = plan.map;
    this.map.on("mousemove", (e) => {
      if (this.tool === "road" && this.at.length > 0) this.plan.sketch(this.at, [e.lngLat.lng, e.lngLat.lat]);
    });
    this.map.on("dblclick", (e) => {
      if (!this.tool) return;
      e.preventDefault();
      if (this.tool === "road") this.finish();
    });
    // Before the page's own keys, so that Escape ends the line and nothing else.
    addEventListener("keydown", (e) => this.key(e), { capture: true });
  }

  take(tool: Tool | null): void {
    this.tool = tool;
    this.at = [];
    this.plan.sketch([], null);
    if (tool) document.body.dataset["tool"] = tool;
    else delete document.body.dataset["tool"];
    this.on.changed();
  }

  /** A click on the map; true where a tool takes it. */
  clicked(e: MapMouseEvent): boolean {
    if (!this.tool) return false;
    if (this.tool === "pave") this.pave(e.point.x, e.point.y);
    else this.place([e.lngLat.lng, e.lngLat.lat]);
    return true;
  }

  private pave(x: number, y: number): void {
    const hit = this.map.queryRenderedFeatures([[x - NEAR_PX, y - NEAR_PX], [x + NEAR_PX, y + NEAR_PX]], { layers: ["link"] })[0];
    if (hit) this.on.chosen(String(hit.properties["id"]));
  }

  private place(p: [number, number]): void {
    if (this.tool !== "road") {
      if (this.tool) this.on.placed(this.tool, [p]);
      return;
    }
    const last = this.at.at(-1);
    // The second click of a double click is no further position.
    if (last && this.near(last, p)) return;
    this.at.push(p);
    this.plan.sketch(this.at, null);
    this.on.changed();
  }

  private near(a: [number, number], b: [number, number]): boolean {
    const [p, q] = [this.map.project(a), this.map.project(b)];
    return Math.hypot(p.x - q.x, p.y - q.y) < 3;
  }

  /** Ends the road. */
  finish(): void {
    if (this.tool !== "road" || this.at.length < 2) return;
    const at = this.at;
    this.at = [];
    this.plan.sketch([], null);
    this.on.placed("road", at);
    this.on.changed();
  }

  /** Gives up the line, then the tool. */
  cancel(): void {
    if (this.at.length === 0) this.take(null);
    else this.take(this.tool);
  }

  /** Takes the last position back. */
  undo(): void {
    this.at.pop();
    this.plan.sketch(this.at, null);
    this.on.changed();
  }

  private key(e: KeyboardEvent): void {
    if (!this.tool) return;
    const target = e.target as HTMLElement | null;
    if (target?.closest("input, select, textarea")) return;
    const onMap = target === this.map.getCanvas();
    const button = target?.closest("button, a, summary") !== null && target !== null;
    const does: Record<string, (() => void) | false> = {
      Escape: () => this.cancel(),
      Enter: this.tool === "road" && this.at.length > 1 && !button && (() => this.finish()),
      Backspace: this.tool === "road" && this.at.length > 0 && (() => this.undo()),
      " ": onMap && (() => this.middle()),
    };
    const act = does[e.key];
    if (!act) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    act();
  }

  /** What a click at the middle of the map does. */
  private middle(): void {
    const c = this.map.getCenter();
    const p = this.map.project(c);
    if (this.tool === "pave") this.pave(p.x, p.y);
    else this.place([c.lng, c.lat]);
  }
}
