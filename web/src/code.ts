import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { alive } from "./api";

/** Code of the page does not come though the service answers: it was lost on the way, or the service has another build of the page by now. */
export class Incomplete extends Error {}

/** Code of the page that comes when it is wanted; where the service answers meanwhile, asked for once more. */
export async function code<T>(get: () => Promise<T>): Promise<T> {
  try {
    return await get();
  } catch {
    await alive();
  }
  try {
    return await get();
  } catch (e) {
    throw new Incomplete(String(e));
  }
}

/** The map's code with its threads at work. What the threads run comes first: they cannot tell when it is lost. */
export function mapCode(): Promise<typeof import("./map")> {
  const threads = new URL(worker, document.baseURI).href;
  return code(async () => {
    const [map, script] = await Promise.all([import("./map"), fetch(threads).then(async (a) => (await a.arrayBuffer(), a.ok))]);
    if (!script) throw new Error(threads);
    map.start(threads);
    return map;
  });
}
