// How fast the page is: bytes, first list, first map, tabs, memory. The service runs at BASE_URL.
import { gzipSync } from "node:zlib";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { chromium } from "../web/node_modules/playwright-core/index.mjs";

const base = process.env.BASE_URL ?? "http://127.0.0.1:8080";
const rounds = Number(process.env.ROUNDS ?? 5);
const kb = (n) => `${(n / 1024).toFixed(0)} KiB`;
const ms = (n) => `${n.toFixed(0)} ms`;
const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];

const assets = new URL("../web/dist/assets/", import.meta.url).pathname;
for (const file of readdirSync(assets)) {
  const bytes = readFileSync(assets + file);
  console.log(`${file.padEnd(44)} ${kb(statSync(assets + file).size).padStart(9)}  gzip ${kb(gzipSync(bytes).length)}`);
}

const summary = await (await fetch(`${base}/api/summary`)).json();
console.log(`${summary.id}: ${summary.counts.villages} villages, ${summary.network.edges} edges of roads`);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
});
// How long the map takes that shows next to nothing: on a machine without a graphics card, much of all there is.
const bare = [];
for (let i = 0; i < rounds; i++) bare.push(await bareMap());
console.log(`a bare map of sixteen squares ${ms(median(bare))}`);
const runs = [];
for (let i = 0; i < rounds; i++) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  const page = await context.newPage();
  let received = 0;
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  session.on("Network.loadingFinished", (e) => (received += e.encodedDataLength));
  await page.goto(base);
  await page.waitForSelector(".row, .empty h3");
  const list = await page.evaluate(() => performance.now());
  await page.waitForFunction(() => performance.getEntriesByName("first-map").length > 0, null, { timeout: 120_000 });
  const run = await page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
    map: performance.getEntriesByName("first-map")[0].startTime,
    heap: performance.memory?.usedJSHeapSize ?? NaN,
  }));
  run.list = list;
  run.received = received;
  for (const topic of summary.themes) {
    const begin = await page.evaluate((id) => {
      const at = performance.now();
      document.getElementById(id)?.click();
      return performance.now() - at;
    }, `topic-${topic}`);
    run[`tab ${topic}`] = begin;
  }
  runs.push(run);
  await context.close();
}
await browser.close();
for (const key of Object.keys(runs[0])) {
  const value = median(runs.map((r) => r[key]));
  console.log(`${key.padEnd(16)} ${key === "received" || key === "heap" ? kb(value) : ms(value)}`);
}

/** First drawn in milliseconds after the page began, of the map library alone, served from memory. */
async function bareMap() {
  const dist = new URL("../web/node_modules/maplibre-gl/dist/", import.meta.url).pathname;
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const square = (x, y) => [[[x, y], [x + 0.9, y], [x + 0.9, y + 0.9], [x, y + 0.9], [x, y]]];
  const data = { type: "MultiPolygon", coordinates: [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].map((j) => square(119 + i, 39 + j))) };
  const style = { version: 8, sources: { a: { type: "geojson", data } }, layers: [{ id: "fill", type: "fill", source: "a" }, { id: "line", type: "line", source: "a" }] };
  const html = `<!doctype html><div id="map" style="height:850px"></div><script type="module">
    import { Map, setWorkerUrl } from "./maplibre-gl.mjs";
    setWorkerUrl(new URL("./maplibre-gl-worker.mjs", location).href);
    new Map({ container: "map", center: [121, 41], zoom: 6.5, style: ${JSON.stringify(style)} }).once("idle", () => performance.mark("first-map"));
  </script>`;
  await context.route("http://bare.invalid/**", (route) => {
    const file = new URL(route.request().url()).pathname.slice(1);
    return file === "" ? route.fulfill({ contentType: "text/html", body: html }) : route.fulfill({ contentType: "text/javascript", path: dist + file });
  });
  await page.goto("http://bare.invalid/");
  await page.waitForFunction(() => performance.getEntriesByName("first-map").length > 0, null, { timeout: 60_000 });
  const at = await page.evaluate(() => performance.getEntriesByName("first-map")[0].startTime);
  await context.close();
  return at;
}
