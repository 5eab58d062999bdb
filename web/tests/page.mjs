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

/** Waits until the map has drawn and stands still. */
export async function drawn(page) {
  await page.waitForSelector("#map canvas");
  await page.waitForLoadState("networkidle");
  // A busy machine without a graphics card takes its time.
  for (let i = 0; i < 40 && (await colours(page)) <= 8; i++) await page.waitForTimeout(500);
  await page.waitForTimeout(1500);
}

/** Pixels of the map, red, green, blue and alpha each, scaled to `side` pixels square, or all of them as they are. */
export function pixels(page, side = 0) {
  return page.evaluate((side) => {
    const canvas = document.querySelector("#map canvas");
    const copy = document.createElement("canvas");
    copy.width = side || canvas.width;
    copy.height = side || canvas.height;
    const g = copy.getContext("2d");
    // The canvas holds its picture only right after it was drawn, as it is for paper.
    dispatchEvent(new Event("beforeprint"));
    g.drawImage(canvas, 0, 0, copy.width, copy.height);
    dispatchEvent(new Event("afterprint"));
    return [...g.getImageData(0, 0, copy.width, copy.height).data];
  }, side);
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

/** All features of a collection. */
export async function features(collection) {
  return (await (await fetch(`${base}/collections/${collection}/items?limit=100000`)).json()).features;
}

/** Nothing sticks out of the page at the side. */
export async function fits(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `something sticks out: ${over} px`);
}
