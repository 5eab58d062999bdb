// The county scorecard in a real browser.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { base, browser, fits, name, open, shots, summary, turn, violations } from "./page.mjs";

after(() => browser.close());

const answer = await (await fetch(`${base}/api/scorecard`)).json();
const there = answer.counties.filter((c) => c.villages > 0);
const counties = there.some((c) => c.target) ? there.filter((c) => c.target) : there;
const keys = answer.reference.figures.filter((f) => summary.themes.includes(f.theme) && f.yes + f.no + f.unknown > 0);
const only = { skip: counties.length > 0 ? false : "the atlas has no county with villages" };
const figure = (c, key) => c.figures.find((f) => f.key === key);
const local = (n, digits = 0) => n.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const value = (f, n) => (f.key === "kva_per_household" ? `${local(n, 2)} kVA` : `${local(n * 100, 1)} %`);

async function table(hash = "", size) {
  const page = await open(`list=scorecard${hash}`, size);
  await page.waitForSelector("table.scorecard");
  return page;
}

test("the tab is there where counties have villages; arrow keys reach it", async () => {
  const page = await open();
  assert.equal(await page.locator("#topic-scorecard").count(), counties.length > 0 ? 1 : 0);
  if (counties.length > 0) {
    await page.locator("#topic-roads").focus();
    await page.keyboard.press("ArrowLeft");
    await page.waitForSelector("table.scorecard");
    assert.equal(await page.locator("#topic-scorecard").getAttribute("aria-selected"), "true");
    assert.match(page.url(), /list=scorecard/);
    await page.locator("#topic-roads").click();
    assert.ok(await page.locator("#map").isVisible(), "the map is back");
  }
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("counties × indicators as the service gives them; no theme without data", only, async () => {
  const page = await table("&lang=en");
  const rows = page.locator("table.scorecard tbody tr");
  assert.equal(await rows.count(), counties.length + 1, "the reference region and every county with villages");
  const heads = await page.locator("table.scorecard thead tr:nth-child(2) th").allInnerTexts();
  assert.equal(heads.length, keys.length);
  keys.forEach((f, i) => assert.ok(heads[i].includes(f.name.en), `${f.name.en} in ${heads[i]}`));
  const themes = await page.locator("table.scorecard .themes th").count();
  assert.equal(themes, new Set(keys.map((f) => f.theme)).size);
  for (const [r, c] of [[0, answer.reference], ...counties.map((c, i) => [i + 1, c])]) {
    const cells = await rows.nth(r).locator("td").all();
    assert.equal(cells.length, keys.length);
    const texts = await rows.nth(r).locator("td").evaluateAll((all) => all.map((td) => td.textContent.replace(/\u202f/g, " ")));
    keys.forEach((k, i) => {
      const f = figure(c, k.key);
      if (f.yes + f.no + f.unknown === 0) return assert.equal(texts[i], "–");
      if (f.share === null) return assert.match(texts[i], /unknown/);
      assert.ok(texts[i].includes(value(f, f.share)), `${c.name} ${k.key}: ${value(f, f.share)} in ${texts[i]}`);
      const sign = f.reached === null ? null : f.reached ? "✓" : "▲";
      if (sign) assert.ok(texts[i].includes(sign), `${c.name} ${k.key}: ${sign} in ${texts[i]}`);
      else assert.ok(!/[✓▲]/.test(texts[i]), `no sign without a target: ${texts[i]}`);
    });
  }
  await page.screenshot({ path: `${shots}${name}-scorecard-1440.png` });
  await fits(page);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a heading sorts, worst first; the address remembers; search finds counties", only, async () => {
  const page = await table();
  await page.locator(`#sort-${keys[0].key}`).click();
  assert.match(page.url(), new RegExp(`kind=${keys[0].key}`));
  const shares = new Map(counties.map((c) => [c.id, figure(c, keys[0].key).share ?? Infinity]));
  const order = await page.locator("[data-county]").evaluateAll((all) => all.map((b) => b.dataset.county));
  assert.deepEqual(order.map((id) => shares.get(id)), [...shares.values()].sort((a, b) => a - b));
  assert.equal(await page.evaluate(() => document.activeElement.id), `sort-${keys[0].key}`, "focus stays");
  await page.locator("#search").fill(counties[0].name);
  assert.ok((await page.locator("[data-county]").count()) >= 1);
  await page.locator("#search").fill("没有这个县");
  assert.equal(await page.locator("[data-county]").count(), 0);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a county: every indicator with its numbers, cheapest works, towns, in both languages", only, async () => {
  const c = counties[Math.min(2, counties.length - 1)];
  const page = await table("&lang=en");
  await page.locator(`[data-county="${c.id}"]`).click();
  await page.waitForSelector("#drawer .indicator");
  for (const k of keys) {
    const f = figure(c, k.key);
    if (f.yes + f.no + f.unknown === 0) continue;
    const text = await page.locator(`.indicator[data-key="${k.key}"]`).innerText();
    const wanted = [f.name.en, f.department.en, local(f.yes), local(f.no), f.share === null ? "unknown" : value(f, f.share)];
    if (f.key !== "kva_per_household") wanted.push(`unknown ${local(f.unknown)}`);
    if (f.target !== null) wanted.push(value(f, f.target));
    if (f.reference !== null) wanted.push(value(f, f.reference));
    if (f.difference !== null) wanted.push(f.key === "kva_per_household" ? local(Math.abs(f.difference), 2) : `${local(Math.abs(f.difference) * 100, 1)} points`);
    if (f.people_gap !== null) wanted.push(`${local(f.people_gap)} people`);
    if (f.missing !== null) wanted.push(local(f.missing));
    if (f.cheapest?.villages.length > 0) wanted.push(`${local(f.cheapest.villages.length)} villages`);
    for (const w of wanted) assert.ok(text.includes(w), `${k.key}: ${w} in ${text}`);
    assert.equal(await page.locator(`.indicator[data-key="${k.key}"] .chip`).count(), f.cheapest?.villages.length ?? 0);
  }
  const towns = answer.towns.filter((t) => t.county === c.id && t.villages > 0);
  assert.equal(await page.locator("table.towns tbody tr").count(), towns.length);
  await page.screenshot({ path: `${shots}${name}-scorecard-county.png` });
  await turn(page);
  const zh = await page.locator("#drawer").innerText();
  for (const word of ["目标", "参照区平均", keys[0].name.zh, keys[0].department.zh, "县页", "XLSX"]) assert.ok(zh.includes(word), `${word} in ${zh}`);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("the name of a village goes to it on the map, and back returns to the county", only, async () => {
  const c = counties.find((x) => keys.some((k) => figure(x, k.key).cheapest?.villages.length > 0));
  if (!c) return;
  const page = await table(`&sel=counties/${c.id}`);
  await page.waitForSelector(".indicator .chip");
  const village = await page.locator(".indicator .chip").first().innerText();
  await page.locator(".indicator .chip").first().click();
  await page.waitForFunction((n) => document.querySelector("#drawer-title")?.textContent === n, village);
  assert.match(decodeURIComponent(page.url()), /sel=villages\//);
  assert.ok(await page.locator("#map").isVisible());
  await page.goBack();
  await page.waitForFunction((n) => document.querySelector("#drawer-title")?.textContent === n, c.name);
  assert.equal(await page.locator("#topic-scorecard").getAttribute("aria-selected"), "true");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("tables to download", only, async () => {
  const page = await table();
  for (const f of ["xlsx", "csv"]) {
    const href = await page.locator(".card-head a", { hasText: f.toUpperCase() }).getAttribute("href");
    assert.equal(href, `api/scorecard?f=${f}`);
    const got = await page.request.get(`${base}/${href}`);
    assert.equal(got.status(), 200);
    assert.match(got.headers()["content-type"], f === "csv" ? /csv/ : /spreadsheetml/);
  }
  await page.context().close();
});

test("narrow screens and accessibility, light and dark, table and county", only, async () => {
  for (const [width, height, hash] of [[1440, 900, ""], [1440, 900, `&theme=dark&lang=en&sel=counties/${counties[0].id}`], [768, 1024, `&lang=en&kind=${keys[0].key}`], [390, 844, ""], [390, 844, `&lang=en&theme=dark&sel=counties/${counties[0].id}`]]) {
    const page = await table(hash, { width, height });
    if (hash.includes("sel")) await page.waitForSelector(".indicator");
    await page.screenshot({ path: `${shots}${name}-scorecard-${width}${hash.replace(/\W+/g, "-")}.png` });
    await fits(page);
    assert.deepEqual(await violations(page), [], `${width} ${hash}`);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }
});
