import { Map as GlMap, type MapOptions } from "maplibre-gl";

/** While the first view comes in pieces it is drawn no oftener than this, in milliseconds: without a graphics card each drawing holds up the pieces. */
const CALM_MS = 150;

/** A map that takes its time with frames until its first view is whole, or the planner moves it. */
export class CalmMap extends GlMap {
  private hurries = false;
  private drawn = -Infinity;
  private waits = false;

  constructor(options: MapOptions) {
    super(options);
    const hurry = (): void => void (this.hurries = true);
    this.once("idle", hurry);
    this.once("movestart", hurry);
  }

  override triggerRepaint(): void {
    // The constructor of every map asks for frames before there is anything to wait for.
    const wait = this.hurries !== false || !this.style || this.areTilesLoaded() ? 0 : this.drawn + CALM_MS - performance.now();
    if (wait <= 0) {
      this.drawn = performance.now();
      super.triggerRepaint();
    } else if (!this.waits) {
      this.waits = true;
      setTimeout(() => {
        this.waits = false;
        this.triggerRepaint();
      }, wait);
    }
  }
}
