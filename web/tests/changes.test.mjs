// What became of gaps since the last run that was kept, beside the map and on it. With a store of its own: two years of a
// practice region of two counties whose changes are planted.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { first, only, THEN, yearless, years } from "./years.mjs";

const own = first ? await years(400) : null;
if (own) process.env.BASE_URL = own.base;
const { base, browser, drawn, features, fits, open, patch, shots, violations } = await import("./page.mjs");

after(async () => {
  await browser.close();
  own?.end();
});

const json = async (path) => (await fetch(`${base}/${path}`)).json();
const truth = own?.truth;
const { changes, tallies } = first ? await json(`comparisons?from=${THEN}&limit=100000`) : {};
const of = (cls, theme = "") => changes.filter((c) => c.class === cls && (!theme || c.theme === theme));
const told = (theme) => changes.filter((c) => c.class !== "still" && (!theme || c.theme === theme));
const THEMES = ["roads", "power", "water", "broadband", "services"];
/** What the planted truth says nothing of. */
const BEYOND = /^power:|:fragile_access:|:far_from_service:/;
/** The id of a gap in the key of its row. */
const idOf = (key) => key.slice(key.indexOf("/") + 1);
const digits = (text) => Number(text.replace(/\D/g, ""));

/** The page with its list of changes there. */
async function since(more, size) {
  const page = await open(more, size);
  await page.waitForSelector(".change-sums [data-sum]");
  return page;
}

async function close(page) {
  assert.deepEqual(page.problems, []);
  await page.context().close();
}

const rowsOf = async (page) => digits(await page.locator(".count").innerText());

/** Keys of all rows in their order; rows are drawn where they show alone. */
async function keys(page) {
  return page.evaluate(async () => {
    const box = document.getElementById("list");
    const found = [];
    for (let y = 0; ; y += box.clientHeight) {
      box.scrollTop = y;
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      for (const row of box.querySelectorAll(".row")) if (!found.includes(row.dataset.key)) found.push(row.dataset.key);
      if (y >= box.scrollHeight - box.clientHeight) return found;
    }
  });
}

/** Pixels of a colour within `r` of a point of the map. */
async function tinted(page, at, colour, r = 14) {
  const d = await patch(page, at, r);
  let n = 0;
  for (let i = 0; i < d.length; i += 4) if (colour.every((v, k) => Math.abs(d[i + k] - v) < 14)) n++;
  return n;
}

/** The middle of the map, in its own pixels and in those of the page. */
async function middle(page) {
  const box = await page.locator("#map canvas").boundingBox();
  return { own: [box.width / 2, box.height / 2], page: [box.x + box.width / 2, box.y + box.height / 2] };
}

const GREEN = [0x1d, 0x6a, 0x45];
const RED = [0xa8, 0x16, 0x0a];
/** How far above a village's point its sign stands at zoom 13, in pixels. */
const ABOVE = 20;

test("all themes: closed and opened gaps are those planted, opened first; what is still there is counted alone", only, async () => {
  const page = await since("list=changes&lang=en");
  assert.match(await page.locator("#tab-changes").innerText(), /Since 31 Dec 2016/, "not since the newest run, which is the same");
  const sum = async (cls) => digits(await page.locator(`[data-sum=${cls}] b`).innerText());
  for (const cls of ["closed", "opened", "still"]) assert.equal(await sum(cls), of(cls).length, cls);
  assert.equal(await rowsOf(page), told().length);
  const classes = (await keys(page)).map((k) => told().find((c) => c.after?.id === idOf(k) || c.id === idOf(k)).class);
  assert.deepEqual([...new Set(classes)], ["opened", "closed", "changed", "settled", "left"], "each class once, in this order");
  for (const cls of ["closed", "opened", "settled", "left"]) {
    await page.locator("#f-kind").selectOption(cls);
    assert.equal(await rowsOf(page), of(cls).length, cls);
    const shown = (await keys(page)).map(idOf);
    assert.deepEqual(shown.filter((id) => !BEYOND.test(id)).sort(), [...truth[cls]].sort(), cls);
  }
  // By severity × people.
  await page.locator("#f-kind").selectOption("closed");
  const weight = of("closed").map((c) => [c.id, c.before.severity * (c.people ?? 0)]).sort((a, b) => b[1] - a[1]);
  assert.equal(idOf((await keys(page))[0]), weight[0][0]);
  const c = of("closed").find((x) => x.id === `roads:village_unpaved:${truth.planted.connected[1]}`);
  const row = page.locator(`[data-key="changes/${c.id}"]`);
  for (const text of [c.name, c.reason.en, "Roads", c.people.toLocaleString("en")]) assert.ok((await row.innerText()).includes(text), text);
  assert.match(await row.textContent(), /closed/, "the sign is said in words, too");
  await close(page);
});

test("each theme has its own, with its own sums", only, async () => {
  const page = await since("list=roads_changes");
  for (const theme of THEMES) {
    if (theme !== "roads") await page.locator(`#topic-${theme}`).click();
    if (theme !== "roads") await page.locator(`#tab-${theme}_changes`).click();
    await page.waitForFunction((n) => Number(document.querySelector(".count")?.textContent.replace(/\D/g, "")) === n, told(theme).length);
    const row = tallies.find((r) => r.county === null && r.theme === theme);
    for (const cls of ["closed", "opened", "still"]) assert.equal(digits(await page.locator(`[data-sum=${cls}] b`).innerText()), row[cls], `${theme} ${cls}`);
    assert.match(await page.locator(`#tab-${theme}_changes`).innerText(), /较2016年12月31日变化/);
  }
  await close(page);
});

test("a tick on the map where a gap was closed, a triangle where one opened; a click on one selects it", only, async () => {
  const village = truth.planted.connected[1];
  const [x, y] = (await features("villages")).find((f) => f.properties.id === village).geometry.coordinates;
  const view = `&lang=en&view=${x}/${y}/13`;
  const size = { width: 1000, height: 640 };
  const page = await since(`list=roads_changes${view}`, size);
  await drawn(page);
  const at = await middle(page);
  const there = [at.own[0], at.own[1] - ABOVE];
  assert.ok((await tinted(page, there, GREEN)) > 120, "a green tick above the village");
  await page.screenshot({ path: `${shots}changes-tick.png` });
  assert.match(await page.locator("#legend-changes").textContent(), new RegExp(`closed ${of("closed", "roads").length}.*opened ${of("opened", "roads").length}`));
  await page.mouse.click(at.page[0], at.page[1] - ABOVE);
  await page.waitForSelector("#drawer:not([hidden]) .change.closed");
  const drawer = await page.locator("#drawer").innerText();
  const c = of("closed", "roads").find((c) => c.village === village && !c.before.other && /village_unpaved/.test(c.id));
  for (const text of [c.name, c.reason.en, c.before.why.en, "31 Dec 2016", "no gap"]) assert.ok(drawer.includes(text), `${text} in ${drawer}`);
  assert.ok(decodeURIComponent(page.url()).includes(`sel=changes/${c.id}`));
  assert.equal((await page.request.get(`${base}/${await page.locator("#drawer .raw a").getAttribute("href")}`)).status(), 200);
  // The row of what is selected is marked, and pointing at a row rings it on the map.
  await page.locator("#f-kind").selectOption("closed");
  assert.equal(await page.locator(".row.on").getAttribute("data-key"), `changes/${c.id}`);
  // Another list has no such signs.
  await page.locator("#drawer header button").click();
  await page.locator("#tab-villages").click();
  await drawn(page);
  assert.equal(await page.locator("#legend-changes").count(), 0);
  const again = await middle(page);
  assert.equal(await tinted(page, [again.own[0], again.own[1] - ABOVE], GREEN), 0, "no tick beside the list of gaps");
  await close(page);

  const opened = of("opened", "roads").find((o) => o.id.includes("village_unpaved"));
  const [u, v] = (await features("villages")).find((f) => f.properties.id === opened.village).geometry.coordinates;
  const dark = await since(`list=roads_changes&lang=en&view=${u}/${v}/13`, size);
  await drawn(dark);
  const spot = await middle(dark);
  assert.ok((await tinted(dark, [spot.own[0], spot.own[1] - ABOVE], RED)) > 80, "a triangle above the village");
  await dark.mouse.click(spot.page[0], spot.page[1] - ABOVE);
  await dark.waitForSelector("#drawer:not([hidden]) .change.opened");
  assert.ok(decodeURIComponent(dark.url()).includes(`sel=road_gaps/${opened.after.id}`), "the gap as it is now");
  await dark.waitForFunction((why) => document.querySelector("#drawer")?.textContent.includes(why), opened.after.why.en);
  assert.ok((await dark.locator("#drawer").innerText()).includes(opened.reason.en));
  await close(dark);
});

test("pointing at a row rings its place on the map, also where the gap is gone", only, async () => {
  const c = of("closed", "water").find((x) => x.village === null);
  const point = (await json(`comparisons?from=${THEN}&change=closed&theme=water&f=geojson`)).features.find((f) => f.id === c.id || f.properties.id === c.id).geometry.coordinates;
  const page = await since(`list=water_changes&lang=en&view=${point.join("/")}/13`, { width: 1000, height: 640 });
  await drawn(page);
  const at = await middle(page);
  const ink = [0x22, 0x27, 0x2c];
  const before = await tinted(page, at.own, ink, 16);
  await page.locator(`[data-key="changes/${c.id}"]`).hover();
  await page.waitForTimeout(500);
  assert.ok((await tinted(page, at.own, ink, 16)) > before + 40, "a ring");
  await close(page);
});

test("county, town, names by Pinyin; files of what is shown", only, async () => {
  const page = await since("list=changes&lang=en");
  const counties = [...new Set(changes.map((c) => c.county))].filter(Boolean).sort();
  assert.equal(counties.length, 2);
  for (const county of counties) {
    await page.locator("#f-county").selectOption(county);
    assert.equal(await rowsOf(page), told().filter((c) => c.county === county).length, county);
    for (const cls of ["closed", "opened", "still"]) assert.equal(digits(await page.locator(`[data-sum=${cls}] b`).innerText()), of(cls).filter((c) => c.county === county).length, `${county} ${cls}`);
  }
  const county = counties[1];
  const link = async (name) => page.locator(".take a", { hasText: new RegExp(`^${name}$`) }).getAttribute("href");
  const csv = await (await page.request.get(`${base}/${await link("CSV")}`)).text();
  const mine = changes.filter((c) => c.county === county);
  const lines = csv.trim().split("\n").slice(1);
  assert.equal(lines.length, mine.length, "every change of the county, and of no other");
  await page.locator("#f-kind").selectOption("opened");
  const collection = await (await page.request.get(`${base}/${await link("GeoJSON")}`)).json();
  assert.deepEqual(collection.features.map((f) => f.properties.id).sort(), mine.filter((c) => c.class === "opened").map((c) => c.id).sort());
  const book = await page.request.get(`${base}/${await link("XLSX")}`);
  assert.equal(book.status(), 200);
  assert.equal((await book.body()).subarray(0, 2).toString(), "PK");
  // The service does not ask for towns: what it cannot give is not offered.
  const town = (await features("villages")).find((f) => f.properties.id === mine.find((c) => c.class === "opened" && c.village).village).properties.town;
  await page.locator("#f-town").selectOption(town);
  const there = new Map((await features("villages")).map((f) => [f.properties.id, f.properties.town]));
  assert.equal(await rowsOf(page), mine.filter((c) => c.class === "opened" && there.get(c.village) === town).length);
  assert.equal(await page.locator(".take a").count(), 0);
  await page.locator("#f-town").selectOption("");
  await page.locator("#f-county").selectOption("");
  await page.locator("#f-kind").selectOption("");
  // 上曦台村
  await page.locator("#search").fill("shangxitai");
  const named = told().filter((c) => /^上曦台村/.test(c.name));
  assert.ok(named.length > 0);
  const found = (await keys(page)).map(idOf);
  for (const c of named.filter((c) => c.village)) assert.ok(found.includes(c.after?.id ?? c.id), c.id);
  assert.ok(found.length < told().length);
  await close(page);
});

test("an address shows the same again: list, filter, what is selected", only, async () => {
  const page = await since("list=changes&lang=en");
  await page.locator("#f-kind").selectOption("left");
  await page.locator(".row").first().click();
  await page.waitForSelector("#drawer:not([hidden]) .change.left");
  const left = of("left").find((c) => c.id === idOf(decodeURIComponent(new URLSearchParams(new URL(page.url()).hash.slice(1)).get("sel"))));
  assert.ok(left, "a gap whose village was merged into another");
  const again = await since(new URL(page.url()).hash.slice(1));
  await again.waitForSelector("#drawer:not([hidden]) .change.left");
  assert.equal(await again.locator("#drawer").innerText(), await page.locator("#drawer").innerText());
  assert.deepEqual(await keys(again), await keys(page));
  assert.equal(await rowsOf(again), of("left").length);
  // The village it was merged into is one step away, and tells of its own changes.
  const into = truth.planted.merged[1];
  await again.locator("#drawer .chip", { hasText: (await features("villages")).find((f) => f.properties.id === into).properties.name }).first().click();
  await again.waitForFunction((v) => decodeURIComponent(location.hash).includes(`villages/${v}`), into);
  await close(page);
  await close(again);
});

test("a village tells what became of its gaps, each one step away", only, async () => {
  const village = truth.planted.connected[1];
  const mine = told().filter((c) => c.village === village);
  const page = await since(`list=changes&lang=en&sel=villages/${village}`);
  await page.waitForSelector("#drawer .became li");
  assert.equal(await page.locator("#drawer .became li").count(), mine.length);
  await page.locator("#drawer .became .inline").first().click();
  await page.waitForFunction((v) => !decodeURIComponent(location.hash).includes(`villages/${v}`), village);
  await page.waitForSelector("#drawer .became-head");
  await close(page);
});

test("with the keyboard alone", only, async () => {
  const page = await open("list=changes&lang=en");
  // A part that comes late makes the list anew.
  let late = () => undefined;
  await page.route("**/collections/road_links/items*", (r) => (late = () => r.continue()));
  await page.locator("#topic-roads").click();
  await page.locator("#tab-roads_changes").focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector(".change-sums [data-sum]");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "tab-roads_changes");
  await page.locator(".row").first().focus();
  await page.keyboard.press("ArrowDown");
  const at = () => page.evaluate(() => document.activeElement?.dataset["key"]);
  const key = await at();
  late();
  await drawn(page);
  assert.ok(key && (await at()) === key, `${key} keeps the focus, not ${await at()}`);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#drawer:not([hidden]) .became-head");
  await page.keyboard.press("Escape");
  assert.ok(await page.locator("#drawer").isHidden());
  await close(page);
});

test("a service that does not answer is asked again", only, async () => {
  const page = await open("list=villages&lang=en");
  await page.route("**/comparisons*", (r) => r.abort());
  await page.locator("#tab-roads_changes").click();
  await page.waitForSelector("#notice .error");
  assert.match(await page.locator(".empty").innerText(), /Loading/);
  await page.unroute("**/comparisons*");
  await page.locator("#notice button").click();
  await page.waitForSelector(".change-sums [data-sum]");
  assert.equal(await rowsOf(page), told("roads").length);
  await page.context().close();
});

test("narrow and wide, light and dark, on paper", only, async () => {
  const c = of("closed", "roads")[0];
  for (const [width, height] of [[1440, 900], [768, 1024], [390, 844]]) {
    for (const [theme, lang] of [["light", "en"], ["dark", "zh"]]) {
      const page = await since(`list=roads_changes&lang=${lang}&theme=${theme}`, { width, height });
      await drawn(page);
      await fits(page);
      assert.deepEqual(await violations(page), [], `${width} ${theme}`);
      const tab = await page.locator("#tab-roads_changes").boundingBox();
      assert.ok(tab.x >= 0 && tab.x + tab.width <= width, "the tab shows whole");
      await page.screenshot({ path: `${shots}changes-${width}-${theme}.png` });
      await close(page);
    }
  }
  const page = await since(`list=roads_changes&lang=zh&theme=dark&sel=changes/${encodeURIComponent(c.id)}`);
  await page.waitForSelector("#drawer:not([hidden]) .change.closed");
  assert.deepEqual(await violations(page), []);
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator("#drawer .became-head").isVisible());
  await page.screenshot({ path: `${shots}changes-print.png` });
  await close(page);
});

test("where no run was kept nothing of it shows, and an address of it says so", only, async () => {
  const none = await yearless();
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(90_000);
    const asked = [];
    page.on("request", (r) => asked.push(r.url()));
    await page.goto(`${none.base}/#list=roads_changes&lang=en`);
    await page.waitForSelector(".empty h3");
    assert.match(await page.locator(".empty").innerText(), /No earlier run was kept/);
    assert.equal(await page.locator("[id^=tab-][id$=changes], .change-sums, #legend-changes").count(), 0);
    await page.locator(".empty button").click();
    await page.waitForSelector(".row, .empty h3");
    assert.equal(await page.locator("#tab-villages").getAttribute("aria-pressed"), "true");
    await page.locator("#topic-all").click();
    await page.waitForSelector(".row");
    assert.equal(await page.locator("#side .tabs").count(), 0);
    assert.ok(!asked.some((u) => u.includes("/comparisons")), "and nothing is asked for");
    await context.close();
  } finally {
    none.end();
  }
});
