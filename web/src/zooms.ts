/** Below this zoom counties are coloured; from it on, villages show. */
export const VILLAGE_ZOOM = 8;
/** Up to this zoom towns say how many of their villages have a gap, and are coloured where their ground is known. */
export const TOWN_ZOOM = 10.5;

/** Which parts of the region the map colours at a zoom. */
export function units(zoom: number): "counties" | "towns" | "villages" {
  return zoom < VILLAGE_ZOOM ? "counties" : zoom < TOWN_ZOOM ? "towns" : "villages";
}
