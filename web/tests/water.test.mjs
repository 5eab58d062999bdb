// The water theme in a real browser.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { base, browser, drawn, features, fits, name, open, shots, summary, turn, violations } from "./page.mjs";

after(() => browser.close());

const water = summary.themes?.includes("water") ? summary.counts.water : null;
const only = { skip: water ? false : "the atlas has nothing on water" };

/** What the drawer says once it has something to say. */
async function said(page) {
  await page.waitForSelector("#drawer:not([hidden]) section, #drawer:not([hidden]) dl");
  return page.locator("#drawer").innerText();
}

const rowsOf = async (page) => Number((await page.locator(".count").innerText()).replace(/\D/g, ""));

test("the tab counts villages with a gap, and arrow keys open it", only, async () => {
  const page = await open();
  assert.match(await page.locator("#topic-water").innerText(), new RegExp(water.villages_gap.toLocaleString("en")));
  const before = summary.themes[summary.themes.indexOf("water") - 1];
  await page.locator(`#topic-${before}`).click();
  await page.locator(`#topic-${before}`).focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.locator("#topic-water").getAttribute("aria-selected"), "true");
  assert.match(page.url(), /list=water/);
  if (water.villages_gap + water.villages_unknown > 0) {
    await page.waitForSelector(".row");
    assert.equal(await rowsOf(page), water.villages_gap + water.villages_unknown, "gaps and villages nobody knows of");
  }
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-water-1440.png` });
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a village: four criteria with grades and limits, source, remedy, in both languages", only, async () => {
  if (water.villages_gap === 0) return;
  const page = await open("list=water&verdict=gap");
  await page.locator(".row").first().click();
  const zh = await said(page);
  for (const word of ["水质", "水量", "方便程度", "保证率", "不达标", "怎么办", "所用水源", "水利"]) assert.ok(zh.includes(word), `${word} in ${zh}`);
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-water-village.png` });
  await turn(page);
  const en = await said(page);
  for (const word of ["Quality", "Quantity", "Convenience", "Reliability", "unsafe", "What would fix it"]) assert.ok(en.includes(word), `${word} in ${en}`);
  const raw = await page.locator("#drawer .raw a").getAttribute("href");
  assert.equal((await page.request.get(`${base}/${raw}`)).status(), 200);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a source: tests beside limits, exceedances named, who depends on it", only, async () => {
  if (water.unsafe === 0) return;
  const first = (await features("water_sources")).find((s) => s.properties.state === "unsafe").properties;
  const page = await open("list=sources&lang=en");
  await page.waitForSelector(".row");
  assert.equal(await rowsOf(page), water.sources);
  assert.equal(await page.locator(".row strong").first().innerText(), first.name ?? first.id, "unsafe sources come first");
  await page.locator(".row").first().click();
  const text = await said(page);
  assert.ok(text.includes("Over the limit"), text);
  const over = page.locator("#drawer tr.over");
  assert.equal(await over.count(), first.results.filter((r) => r.exceeds).length);
  const worst = first.results.find((r) => r.exceeds && r.parameter === first.worst.parameter);
  const row = page.locator("#drawer tr.over", { hasText: worst.en });
  assert.match(await row.innerText(), /▲/, "marked by a sign");
  assert.match(await row.innerText(), /over/, "and by a word");
  assert.equal(await page.locator("#drawer table.tests tbody tr").count(), first.results.length);
  if (first.villages > 0) {
    const village = page.locator("#drawer section", { hasText: "Who depends on it" }).locator(".chip").first();
    const called = await village.innerText();
    await village.click();
    await page.waitForFunction((n) => document.querySelector("#drawer-title")?.textContent === n, called);
    await page.goBack();
    await page.waitForFunction((n) => document.querySelector("#drawer-title")?.textContent === n, first.name ?? first.id);
  }
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-water-source.png` });
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("where to test next: untested sources, those of most people first", only, async () => {
  const sources = await features("water_sources");
  const untested = sources.map((s) => s.properties).filter((p) => p.state === "untested");
  const page = await open("list=untested");
  if (untested.length === 0) return page.context().close();
  await page.waitForSelector(".row");
  assert.equal(await rowsOf(page), untested.length);
  const most = Math.max(...untested.map((p) => p.people ?? p.users ?? 0));
  assert.match(await page.locator(".row .people").first().innerText(), new RegExp(most.toLocaleString("en")));
  await page.locator(".row").first().click();
  assert.match(await said(page), /从未检测/);
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-water-untested.png` });
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("connections: most people per cost first, with distance, lift and cost", only, async () => {
  if (water.links === 0) return;
  const page = await open("list=water_links&lang=en");
  await page.waitForSelector(".row");
  assert.equal(await rowsOf(page), water.links);
  await page.locator(".row").first().click();
  const text = await said(page);
  for (const word of ["From", "To", "Straight distance", "Lift", "Cost", "CNY"]) assert.ok(text.includes(word), `${word} in ${text}`);
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-water-link.png` });
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("contamination: a table by substance and county, moved through by arrows, with intervals and depths", only, async () => {
  if (water.contamination.length === 0) return;
  const page = await open("list=contamination&lang=en");
  await page.waitForSelector(".matrix");
  const cells = page.locator(".matrix button");
  assert.equal(await page.locator('.matrix button[tabindex="0"]').count(), 1, "one stop for the tab key");
  await cells.first().focus();
  await page.keyboard.press("ArrowRight");
  const focused = await page.evaluate(() => document.activeElement.dataset.cell);
  assert.match(focused, /^contamination\//);
  await page.keyboard.press("Enter");
  const text = await said(page);
  assert.match(text, /By depth/);
  assert.match(text, /\d\.\d % \(\d+\.\d–\d+\.\d\)/);
  assert.equal(await page.evaluate(() => document.querySelector(".matrix button.on")?.dataset.cell), focused);
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-water-contamination.png` });
  assert.match(await page.locator("#legend").innerText(), /Sources over the limit of/);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("the legend counts sources by state; switches change the map and the address", only, async () => {
  const [x, y] = (await features("water_sources"))[0].geometry.coordinates;
  const page = await open(`list=water&view=${x}/${y}/11`);
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-water-zoom.png` });
  const legend = await page.locator("#legend").innerText();
  for (const n of [water.unsafe, water.untested, water.unimproved, water.unknown, water.safe]) assert.ok(legend.includes(n.toLocaleString("en")), `${n} in ${legend}`);
  if (water.sources > 0) {
    await page.locator("#layer-water_sources").uncheck();
    assert.match(decodeURIComponent(page.url()), /layers=-water_sources/);
    await page.locator("#layer-water_sources").check();
    assert.ok(!/layers=/.test(page.url()));
  }
  if (water.untested > 0) {
    await page.locator("#layer-untested").check();
    assert.match(page.url(), /layers=untested/);
  }
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a click on a source answers", only, async () => {
  const villages = new Set((await features("villages")).map((v) => v.geometry.coordinates.map((c) => c.toFixed(3)).join()));
  const s = (await features("water_sources")).find((f) => f.properties.state === "unsafe" && !villages.has(f.geometry.coordinates.map((c) => c.toFixed(3)).join()));
  if (!s) return;
  const [x, y] = s.geometry.coordinates;
  const page = await open(`list=sources&view=${x}/${y}/16`);
  await drawn(page);
  const box = await page.locator("#map").boundingBox();
  for (let i = 0; i < 20 && !(await page.locator("#drawer").isVisible()); i++) {
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForTimeout(500);
  }
  assert.ok((await said(page)).includes(s.properties.name ?? s.properties.id));
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("narrow screens", only, async () => {
  for (const [width, height, hash] of [[768, 1024, "list=sources&lang=en"], [390, 844, "list=water"], [390, 844, "list=contamination&lang=en"], [390, 844, "list=sources&lang=en&open"]]) {
    const page = await open(hash, { width, height });
    await page.waitForSelector(".row, .matrix, .empty:not([hidden])");
    if (hash.endsWith("open") && water.sources > 0) await page.locator(".row").first().click();
    await drawn(page);
    await page.screenshot({ path: `${shots}${name}-water-${width}-${hash.replace(/\W+/g, "-")}.png` });
    await fits(page);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }
});

test("no serious accessibility violation", only, async () => {
  for (const hash of ["list=water", "theme=dark&lang=en&list=water", "list=sources&lang=en", "theme=dark&list=sources", "theme=dark&list=untested", "list=contamination", "theme=dark&lang=en&list=contamination", "list=water_links"]) {
    const page = await open(hash);
    await page.waitForSelector(".row, .matrix, .empty:not([hidden])");
    const first = page.locator(".row, .matrix button").first();
    if ((await first.count()) > 0) {
      await first.click();
      await said(page);
    }
    await drawn(page);
    assert.deepEqual(await violations(page), [], hash);
    await page.context().close();
  }
});
