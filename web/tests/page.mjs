// A browser, pages of it, and what tests ask of them; the service runs at BASE_URL.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { chromium } from "playwright-core";

export const base = process.env.BASE_URL ?? "http://127.0.0.1:8080";
export const shots = new URL("shots/", import.meta.url).pathname;
mkdirSync(shots, { recursive: true });

export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
});
export const summary = await (await fetch(`${base}/api/summary`)).json();
export const name = summary.id;

/** A page that collects its errors and every request that leaves the service; there when `ready` shows. */
export async function open(hash = "", size = { width: 1440, height: 900 }, ready = "#list:not([aria-busy])") {
  const context = await browser.newContext({ viewport: size, colorScheme: "light", reducedMotion: "reduce" });
  const page = await context.newPage();
  // A busy machine takes its time.
  page.setDefaultTimeout(90_000);
  page.problems = [];
  page.flying = new Set();
  page.on("request", (r) => page.flying.add(r));
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (r) => page.flying.delete(r));
  page.on("console", (m) => m.type() === "error" && page.problems.push(m.text()));
  page.on("pageerror", (e) => page.problems.push(String(e)));
  page.on("request", (r) => {
    const url = r.url();
    if (!url.startsWith(base) && !url.startsWith("data:") && !url.startsWith("blob:")) page.problems.push(`left for ${url}`);
  });
  await page.goto(`${base}/${hash ? `#${hash}` : ""}`);
  await page.waitForSelector(ready);
  return page;
}

/** Turns the page, or the sheet in front of it, into its other language. */
export async function turn(page, button = "#lang") {
  const before = await page.locator("html").getAttribute("lang");
  await page.locator(button).click();
  await page.waitForFunction((was) => document.documentElement.lang !== was, before);
}

/** Waits until the map has drawn and stands still. */
export async function drawn(page) {
  await page.waitForSelector("#map canvas");
  // What comes late draws the map anew: nothing is on its way and nothing changes, three times in a row.
  const until = Date.now() + 90_000;
  for (let still = 0; still < 3; ) {
    assert.ok(Date.now() < until, `the map comes to rest; on their way: ${[...page.flying].map((r) => r.url()).join(" ")}`);
    await page.waitForTimeout(100);
    // A frame that was asked for before is drawn before this one.
    const rests = await page.evaluate(async () => {
      await new Promise(requestAnimationFrame);
      return performance.getEntriesByName("first-map").length > 0 && document.getElementById("map")?.getAttribute("aria-busy") === "false";
    });
    still = rests && page.flying.size === 0 ? still + 1 : 0;
  }
}

/** Draws the map anew and copies it, `side` pixels square or (0) as it is: its canvas holds the picture only right after it was drawn. */
const COPY = `(side) => {
  const canvas = document.querySelector("#map canvas");
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = side ? [side, side] : [canvas.width, canvas.height];
  const g = copy.getContext("2d");
  dispatchEvent(new Event("beforeprint"));
  g.drawImage(canvas, 0, 0, copy.width, copy.height);
  dispatchEvent(new Event("afterprint"));
  return g;
}`;

/** Pixels of the map, red, green, blue and alpha each, scaled to `side` pixels square. */
export function pixels(page, side) {
  return page.evaluate(`[...(${COPY})(${side}).getImageData(0, 0, ${side}, ${side}).data]`);
}

/** Pixels of the map within `r` of a point, as a square. */
export function patch(page, [x, y], r) {
  const [left, top, side] = [Math.round(x) - r, Math.round(y) - r, 2 * r + 1];
  return page.evaluate(`[...(${COPY})(0).getImageData(${left}, ${top}, ${side}, ${side}).data]`);
}

/** How many pixels of the map, of all there are, have this colour, red, green and blue, within `far` in all; counted where they are. */
export function coloured(page, [r, g, b], far = 6) {
  return page.evaluate(`(() => {
    const g = (${COPY})(0);
    const d = g.getImageData(0, 0, g.canvas.width, g.canvas.height).data;
    let n = 0;
    for (let i = 0; i < d.length; i += 4) if (Math.abs(d[i] - ${r}) + Math.abs(d[i + 1] - ${g}) + Math.abs(d[i + 2] - ${b}) < ${far}) n++;
    return n;
  })()`);
}

/** Number of different colours among sampled map pixels. */
export async function colours(page) {
  const d = await pixels(page, 200);
  const seen = new Set();
  for (let i = 0; i < d.length; i += 4) seen.add(`${d[i] >> 3},${d[i + 1] >> 3},${d[i + 2] >> 3}`);
  return seen.size;
}

/** Serious accessibility violations of a page. */
export async function violations(page) {
  const found = await new AxeBuilder({ page }).analyze();
  const bad = found.violations.filter((v) => ["serious", "critical"].includes(v.impact));
  return bad.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
}

/** The middle of the map and how many metres it shows across and down, by the address. */
export async function view(page) {
  const [lng, lat, zoom] = new URLSearchParams(new URL(page.url()).hash.slice(1)).get("view").split("/").map(Number);
  const { width, height } = await page.evaluate(() => document.querySelector("#map").getBoundingClientRect().toJSON());
  const metres = (40_075_016.7 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** zoom);
  return { lng, lat, across: width * metres, down: height * metres };
}

/** Whether a position lies within a view. */
export function within({ lng, lat, across, down }, [x, y]) {
  const degree = 40_075_016.7 / 360;
  return Math.abs(x - lng) * degree * Math.cos((lat * Math.PI) / 180) < across / 2 && Math.abs(y - lat) * degree < down / 2;
}

/** All features of a collection. */
export async function features(collection) {
  return (await (await fetch(`${base}/collections/${collection}/items?limit=100000`)).json()).features;
}

/** Nothing sticks out of the page at the side. */
export async function fits(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `something sticks out: ${over} px`);
}
