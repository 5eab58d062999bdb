import type { Feature, Geometry, Position } from "geojson";

/** West, south, east, north. */
export type Box = [number, number, number, number];

const FAR_M = 30_000;

/** Every position of a geometry. */
function positions(g: Geometry | null): Position[] {
  if (!g) return [];
  switch (g.type) {
    case "Point":
      return [g.coordinates];
    case "MultiPoint":
    case "LineString":
      return g.coordinates;
    case "MultiLineString":
    case "Polygon":
      return g.coordinates.flat();
    case "MultiPolygon":
      return g.coordinates.flat(2);
    case "GeometryCollection":
      return g.geometries.flatMap(positions);
  }
}

/** The box around features; null where they have no place. */
export function boxOf(features: readonly Feature<Geometry | null, unknown>[]): Box | null {
  let box: Box | null = null;
  for (const [x = 0, y = 0] of features.flatMap((f) => positions(f.geometry))) box = join(box, [x, y, x, y]);
  return box;
}

/** The box that reaches so many metres around a point; no farther than a map of a county shows. */
export function reach([x, y]: Box, metres: number): Box {
  const dy = Math.min(metres, FAR_M) / 111_195;
  const dx = dy / Math.max(0.1, Math.cos((y * Math.PI) / 180));
  return [x - dx, y - dy, x + dx, y + dy];
}

/** The box around two. */
export function join(a: Box | null, b: Box): Box {
  return a ? [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])] : b;
}
