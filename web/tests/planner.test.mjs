// All themes together, weights, search, filters, downloads, and a service that fails, in a real browser.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { base, browser, drawn, fits, name, open, shots, summary } from "./page.mjs";

after(() => browser.close());

const several = { skip: summary.themes.length > 1 ? false : "the atlas has one theme" };
// What tests of lists and sliders need: names in Chinese, and gaps in every theme.
const practice = { skip: summary.themes.includes("water") ? false : "the atlas has too little to rank" };
const rowsOf = async (page) => Number((await page.locator(".count").innerText()).replace(/\D/g, ""));
const columns = await (await fetch(`${base}/api/villages`)).json();
/** An answer; a busy service is asked again. */
async function json(path) {
  for (let i = 0; ; i++) {
    const answer = await fetch(`${base}/${path}`);
    if (answer.status !== 503 || i > 20) return answer.json();
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

test("opens on all themes where there are several, else on roads; whole collections wait until they are asked for", async () => {
  const asked = [];
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.on("request", (r) => asked.push(new URL(r.url()).pathname));
  await page.goto(base);
  await page.waitForSelector("#list:not([aria-busy])");
  await page.waitForFunction(() => performance.getEntriesByName("first-map").length > 0, null, { timeout: 60000 });
  const tab = await page.locator('.topics [aria-selected="true"]').count();
  if (summary.themes.length > 1) {
    assert.equal(await page.locator('.topics [aria-selected="true"]').getAttribute("id"), "topic-all");
    assert.deepEqual(asked.filter((p) => p.startsWith("/collections/")), [], "tiles and columns are enough for the first map");
  } else assert.equal(tab, summary.collections.some((c) => c.id === "counties") ? 1 : 0);
  assert.ok(asked.some((p) => p.startsWith("/tiles/")), "lines come as tiles");
  await context.close();
});

test("villages are ranked by need as the service ranks them, with how firm each rank is", several, async () => {
  const page = await open();
  const ranking = await json("api/rankings?limit=20");
  await page.waitForSelector(".rank small");
  const first = await page.locator(".row").evaluateAll((rows) => rows.slice(0, 5).map((r) => [r.dataset.key, r.querySelector(".rank").childNodes[0].textContent, r.querySelector(".rank small").textContent]));
  assert.deepEqual(
    first,
    ranking.rows.slice(0, 5).map((r) => [`villages/${r.village}`, String(r.rank), r.rank_interval[0] === r.rank_interval[1] ? String(r.rank_interval[0]) : r.rank_interval.join("–")]),
  );
  await page.screenshot({ path: `${shots}${name}-all.png` });
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a slider ranks anew at once, the address keeps it, and the service agrees", practice, async () => {
  const page = await open();
  await page.locator(".rank-by summary").click();
  for (const theme of summary.themes) if (theme !== "water") await page.locator(`#w-${theme}`).fill("0");
  await page.locator("#w-water").fill("3");
  assert.match(decodeURIComponent(page.url()), /weights=water:3/);
  const asked = await json("api/rankings?weights=water:3&limit=3");
  const keys = async (p) => p.locator(".row").evaluateAll((rows) => rows.slice(0, 3).map((r) => r.dataset.key));
  assert.deepEqual(await keys(page), asked.rows.map((r) => `villages/${r.village}`));
  const again = await open(page.url().split("#")[1]);
  assert.deepEqual(await keys(again), await keys(page));
  assert.equal(await again.locator("#w-water").inputValue(), "3");
  await again.locator("#w-reset").click();
  assert.doesNotMatch(again.url(), /weights=/);
  assert.equal(await again.locator("#w-roads").inputValue(), String(columns.weights.roads));
  await again.locator("#f-by").selectOption("value");
  const value = await json("api/rankings?by=value&limit=3");
  await again.waitForFunction((key) => document.querySelector(".row")?.dataset.key === key, `villages/${value.rows[0].village}`);
  assert.deepEqual(page.problems, []);
  await page.context().close();
  await again.context().close();
});

test("Pinyin finds a village: whole, initials, and beginnings", practice, async () => {
  const page = await open();
  const key = await page.locator(".row").first().getAttribute("data-key");
  const i = columns.id.indexOf(key.slice("villages/".length));
  const syllables = columns.pinyin[i].split(" ").map((s) => s.split("/")[0]);
  for (const q of [syllables.join(""), syllables.map((s) => s[0]).join(""), syllables[0] + syllables[1][0], syllables.join(" ").toUpperCase()]) {
    await page.locator("#search").fill(q);
    assert.ok((await rowsOf(page)) >= 1, q);
    assert.ok((await page.locator(`.row[data-key="${key}"]`).count()) === 1 || (await rowsOf(page)) > 8, `${q} finds ${columns.name[i]}`);
  }
  await page.locator("#search").fill("qqqqq");
  assert.equal(await rowsOf(page), 0);
  await page.context().close();
});

test("filters by county, town, severity and evidence; what is shown can be had", practice, async () => {
  const page = await open("list=villages");
  await page.waitForSelector(".row");
  const all = await rowsOf(page);
  const county = columns.counties.id.find((id) => columns.county.includes(id));
  await page.locator("#f-county").selectOption(county);
  const inside = await rowsOf(page);
  assert.ok(inside > 0 && inside < all);
  await page.locator("#f-verdict").selectOption("gap");
  await page.locator("#f-severity").selectOption("0.4");
  const severe = await rowsOf(page);
  const told = (await json(`collections/road_gaps/items?limit=10000&county=${county}`)).features.map((f) => f.properties);
  assert.equal(severe, told.filter((p) => p.verdict === "gap" && p.severity >= 0.4 && !/^(school|township)_/.test(p.kind)).length);
  const csv = await page.locator(".take a").first().getAttribute("href");
  const text = await (await fetch(`${base}/${csv}`)).text();
  assert.equal(text.trim().split("\n").length, severe + 1, "one line each, and the heading");
  const geojson = await page.locator(".take a").last().getAttribute("href");
  assert.equal((await json(geojson)).features.length, severe);
  const xlsx = await fetch(`${base}/${await page.locator(".take a").nth(1).getAttribute("href")}`);
  assert.match(xlsx.headers.get("content-type"), /spreadsheetml/);
  const town = await page.locator("#f-town option").nth(1).getAttribute("value");
  await page.locator("#f-town").selectOption(town);
  assert.match(decodeURIComponent(page.url()), /town=/);
  assert.ok((await rowsOf(page)) <= severe);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a row and its place on the map point at each other; a place opens with all its themes", practice, async () => {
  const page = await open("lang=en");
  await page.locator(".row").first().click();
  await page.waitForFunction(() => document.querySelectorAll("#drawer section").length > 3);
  const text = await page.locator("#drawer").innerText();
  for (const word of ["Water", "Broadband"]) assert.match(text, new RegExp(word, "i"));
  assert.match(page.url(), /sel=villages/);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("what does not come is said, and comes when the service is there again", practice, async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  let broken = true;
  await page.route(/\/collections\/water_gaps\//, (r) => (broken ? r.abort() : r.continue()));
  await page.goto(`${base}/#list=water`);
  await page.waitForSelector("#notice .error");
  assert.match(await page.locator("#notice").innerText(), /连接不上服务/);
  assert.match(await page.locator(".empty").innerText(), /载入/);
  broken = false;
  // By itself, without a click.
  await page.waitForSelector(".row", { timeout: 20000 });
  assert.equal(await page.locator("#notice .error").count(), 0);
  await context.close();
});

test("a slow service is told of; new data are offered, never mixed in", practice, async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  let go = () => undefined;
  const held = new Promise((resolve) => (go = resolve));
  await page.route(/\/collections\/road_links\//, async (r) => {
    await held;
    await r.continue();
  });
  await page.route(/\/collections\/neighbour_gaps\//, async (r) => {
    const answer = await r.fetch();
    await r.fulfill({ response: answer, headers: { ...answer.headers(), "x-data-version": "of-tomorrow" } });
  });
  await page.goto(`${base}/#list=villages`);
  await page.waitForFunction(() => /较慢/.test(document.querySelector("#notice").textContent), null, { timeout: 20000 });
  go();
  await page.waitForSelector(".row");
  assert.doesNotMatch(await page.locator("#notice").innerText(), /较慢/);
  await page.locator("#tab-neighbours").click();
  await page.waitForFunction(() => /新数据|更新数据/.test(document.querySelector("#notice").textContent));
  assert.equal(await page.locator(".row").count(), 0);
  await page.unroute(/\/collections\/neighbour_gaps\//);
  await page.locator("#notice button").click();
  await page.waitForSelector(".row", { timeout: 20000 });
  assert.match(page.url(), /list=neighbours/);
  await context.close();
});

test("narrow screens", async () => {
  for (const width of [768, 390]) {
    const page = await open("", { width, height: 844 });
    await drawn(page);
    await fits(page);
    await page.screenshot({ path: `${shots}${name}-all-${width}.png` });
    await page.context().close();
  }
});
