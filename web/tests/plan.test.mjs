// The plan and what-if in a real browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { base, browser, drawn, fits, name, open, shots, summary, turn, violations } from "./page.mjs";

after(() => browser.close());

const get = async (path) => (await fetch(`${base}/${path}`)).json();
const roads = await get("api/plans/roads");
const some = roads.works?.length > 0;
const only = { skip: some ? false : "nothing to build here" };
const cost = roads.everybody?.cost ?? 0;
/** A budget between two plans of the curve. */
const budget = Math.round(cost / 8 / 1e4) * 1e4;
const few = some ? await get(`api/plans/roads?budget=${budget}`) : null;
const local = (n, lang = "zh-CN") => Math.round(n).toLocaleString(lang);
const hash = (page) => new URLSearchParams(new URL(page.url()).hash.slice(1));

/** The plan has been worked out and shows. */
async function ready(page) {
  await page.waitForSelector(".plan-scroll:not(.busy) :is(.key-figures, .empty:not([hidden]))", { timeout: 120_000 });
}

/** A page on the plan. A busy machine takes its time to work plans out. */
async function plan(more = "", size = undefined) {
  const page = await open(`list=plan${more}`, size);
  page.setDefaultTimeout(90_000);
  await ready(page);
  return page;
}

test("the tab opens by arrow keys, shows the curve and the plan for everybody", async () => {
  const page = await open();
  const tabs = await page.locator(".topics [role=tab]").evaluateAll((all) => all.map((x) => x.id));
  const at = tabs.indexOf("topic-plan");
  assert.ok(at > 0 && at >= tabs.length - 2, "last, or before the overview");
  await page.locator(`#${tabs[at - 1]}`).click();
  await page.locator(`#${tabs[at - 1]}`).focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.locator("#topic-plan").getAttribute("aria-selected"), "true");
  assert.equal(hash(page).get("list"), "plan");
  await ready(page);
  const text = await page.locator("#side").innerText();
  if (some) {
    assert.ok(text.includes(local(roads.people)), `${local(roads.people)} people in ${text}`);
    assert.ok(text.includes(`${roads.villages_connected} / ${roads.villages_asked}`));
    assert.equal(await page.locator("svg.chart path.chart-bound").count(), 1, "what is proven is a line");
    assert.match(await page.locator("#chart-desc").textContent(), new RegExp(local(roads.people)));
    assert.equal(await page.locator(".chart-table tbody tr").count(), roads.curve.length, "the curve is a table, too");
    assert.equal(await page.locator(".works").evaluate((x) => x.clientHeight), 64 * roads.works.length);
    assert.ok((await page.locator(".work").count()) < 40, "rows are drawn where they show");
  } else {
    assert.match(text, /没有/);
  }
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-plan.png` });
  await page.locator("#topic-roads").click();
  assert.match(await page.locator("#side").innerText(), /村/);
  assert.equal(await page.locator(".plan-scroll").count(), 0, "the list is back");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a budget: typed, in the address, exact figures, back", only, async () => {
  const page = await plan();
  const said = [];
  page.on("request", (r) => r.url().includes("/api/plans/") && said.push(r.url()));
  await page.locator("#plan-budget").fill("nothing");
  await page.keyboard.press("Enter");
  assert.match(await page.locator(".budget .wrong").innerText(), /金额/);
  await page.locator("#plan-budget").fill(`${budget / 1e4}万`);
  await page.keyboard.press("Enter");
  await page.waitForFunction((n) => document.querySelector(".key-figures")?.textContent.includes(n), local(few.people));
  assert.equal(hash(page).get("budget"), String(budget));
  assert.equal(await page.locator("#plan-budget").inputValue(), `${local(budget)} ${few.currency}`);
  const text = await page.locator(".figures-box").innerText();
  assert.ok(text.includes(local(Math.floor(few.gain_at_most))), `the proven limit in ${text}`);
  assert.equal(said.filter((u) => u.includes("budget=")).length, 1, "asked once");
  const rows = await page.locator(".works-head h3").innerText();
  assert.match(rows, new RegExp(`${few.works.length}$`));
  await page.goBack();
  await page.waitForFunction((n) => document.querySelector(".key-figures")?.textContent.includes(n), local(roads.people));
  assert.equal(hash(page).get("budget"), null);
  await page.context().close();
  const again = await plan(`&budget=${budget}&lang=en`);
  assert.ok((await again.locator(".key-figures").innerText()).includes(local(few.people, "en-GB")));
  assert.match(await again.locator(".notes").innerText(), /Proven/);
  assert.deepEqual(again.problems, []);
  await again.context().close();
});

test("the slider reads the curve at once, by keyboard, and asks when it rests", only, async () => {
  const page = await plan();
  const said = [];
  page.on("request", (r) => r.url().includes("budget=") && said.push(r.url()));
  await page.locator("#plan-slider").focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  assert.ok(Number(await page.locator("#plan-slider").inputValue()) > 0, "keys move it");
  const before = said.length;
  await page.locator("#plan-slider").evaluate((x) => {
    for (let i = 0; i < 20; i++) {
      x.stepUp();
      x.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  const at = Number(await page.locator("#plan-slider").inputValue());
  assert.ok(at > 0);
  const curve = roads.curve.filter((p) => p.cost <= at).at(-1);
  const read = await page.locator("#plan-slider").getAttribute("aria-valuetext");
  assert.ok(read.includes(local(curve.people)), `${local(curve.people)} in ${read}`);
  await page.waitForFunction((n) => location.hash.includes(`budget=${n}`), at);
  // One for the twenty steps; that of the key before may still have been waiting.
  assert.ok(said.length - before <= 2, `not asked at every step: ${said.length - before}`);
  const exact = await get(`api/plans/roads?budget=${at}`);
  await page.waitForFunction((n) => document.querySelector(".key-figures")?.textContent.includes(n), local(exact.people));
  assert.match(await page.locator(".reading").innerText(), /确切/);
  // The pointer on the chart reads, a click chooses.
  const box = await page.locator("svg.chart").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + 60);
  assert.match(await page.locator(".reading").innerText(), /至少/);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("answers of older questions are dropped", only, async () => {
  const page = await plan();
  const slow = Math.round(cost / 4);
  const quick = Math.round(cost / 2);
  await page.route(`**/api/plans/roads?budget=${slow}*`, async (r) => {
    const answer = await r.fetch();
    await new Promise((done) => setTimeout(done, 4000));
    await r.fulfill({ response: answer }).catch(() => undefined);
  });
  const type = async (n) => {
    await page.locator("#plan-budget").fill(String(n));
    await page.keyboard.press("Enter");
  };
  await type(slow);
  await page.waitForSelector(".plan-scroll.busy");
  await type(quick);
  const right = await get(`api/plans/roads?budget=${quick}`);
  await page.waitForFunction((n) => document.querySelector(".key-figures")?.textContent.includes(n), local(right.people));
  await page.waitForTimeout(4500);
  assert.ok((await page.locator(".key-figures").innerText()).includes(local(right.people)));
  await page.context().close();
});

test("works: order, sums, row and map light each other, drawer, step by step", only, async () => {
  const page = await plan(`&budget=${budget}`);
  const first = few.works[0];
  const row = page.locator(".work").first();
  const text = await row.innerText();
  assert.ok(text.startsWith("1"), text);
  await row.click();
  await page.waitForSelector("#drawer:not([hidden])");
  const told = await page.locator("#drawer").innerText();
  assert.ok(told.includes(`第 1 项，共 ${few.works.length} 项`), told);
  assert.equal(hash(page).get("sel"), `plan_works/${first.id}`);
  assert.match(await page.locator(".work.on").innerText(), /^1/);
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-plan-work.png` });
  const again = await plan(`&budget=${budget}&sel=plan_works/${first.id}`);
  await again.waitForFunction(() => document.querySelector("#drawer")?.textContent.includes("第 1 项"));
  await again.context().close();
  // The work is at the middle of the map now; the pointer on it lights the row.
  const map = await page.locator("#map").boundingBox();
  let lit = false;
  for (let d = -60; d <= 60 && !lit; d += 6) {
    await page.mouse.move(map.x + map.width / 2 + d, map.y + map.height / 2 + d / 2);
    lit = (await page.locator(".work.hot").count()) > 0;
  }
  assert.ok(lit, "the row of the work under the pointer is lit");
  await page.goBack();
  await page.waitForSelector("#drawer", { state: "hidden" });
  await page.locator("#plan-step").focus();
  await page.keyboard.press("Home");
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => location.hash.includes("step=3"));
  assert.match(await page.locator(".player output").innerText(), new RegExp(`^3 / ${few.works.length} · ${local(few.works[2].people_so_far)} `));
  assert.ok((await page.locator(".work.later").count()) > 0);
  assert.equal(await page.locator("#plan-play").count(), 0, "nothing plays where motion is unwelcome");
  await page.locator("#search").fill("没有这个村");
  assert.match(await page.locator(".empty").innerText(), /筛选/);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("options ask anew and stand in the address; paying twice is said", only, async () => {
  const page = await plan();
  if (roads.double_financed > 1) assert.match(await page.locator(".figures-box .warn").innerText(), /重复/);
  await page.locator(".options summary").click();
  await page.locator("#plan-unknown").check();
  const unknown = await get("api/plans/roads?unknown=true");
  await page.waitForFunction((n) => document.querySelector(".key-figures")?.textContent.includes(n), `${unknown.villages_connected} / ${unknown.villages_asked}`);
  assert.equal(hash(page).get("unknown"), "1");
  await page.locator("#plan-unknown").uncheck();
  await page.locator("#plan-need").check();
  await page.waitForSelector("#weight-roads");
  await page.locator("#weight-roads").fill("2");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => decodeURIComponent(location.hash).includes("weights=roads:2,"));
  await ready(page);
  assert.equal(await page.locator(".chart-bound").count(), 0, "nothing is proven of people where need is weighed");
  if (roads.villages_without_way.length > 0) {
    await page.locator(".no-way summary").click();
    assert.equal(await page.locator(".no-way .chip").count(), Math.min(200, roads.villages_without_way.length));
  }
  const county = roads.villages.length > 0 && (await page.locator("#plan-county").count()) > 0;
  if (county) {
    await page.locator("#plan-need").uncheck();
    const id = await page.locator("#plan-county option").nth(1).getAttribute("value");
    await page.locator("#plan-county").selectOption(id);
    const own = await get(`api/plans/roads?county=${id}`);
    await page.waitForFunction((n) => document.querySelector(".figures-box")?.textContent.includes(n), `${own.villages_connected} / ${own.villages_asked}`);
  }
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("floors: of a theme and a county, in the address, spent first, on paper; too high they are refused", { skip: some && summary.themes.includes("water") ? false : "one theme only" }, async () => {
  const whole = 40_000_000;
  const page = await plan(`&plan=all&budget=${whole}&lang=en`);
  await page.locator(".options summary").click();
  await page.locator("#floor-water").fill("5M");
  await page.locator("#floor-water").press("Enter");
  await page.waitForFunction(() => new URLSearchParams(location.hash.slice(1)).get("floors") === "water:5000000");
  const county = await page.locator("#floor-county option").nth(1).getAttribute("value");
  await page.locator("#floor-county").selectOption(county);
  assert.equal(await page.evaluate(() => document.activeElement.id), `floor-${county}`, "to be filled in");
  await page.keyboard.type("1,000,000");
  await page.keyboard.press("Enter");
  const floors = `water:5000000,${county}:1000000`;
  await page.waitForFunction((f) => new URLSearchParams(location.hash.slice(1)).get("floors") === f, floors);
  await page.waitForFunction(() => document.querySelectorAll(".floors-spent tbody tr").length === 2);
  await ready(page);
  const want = await get(`api/plans/all?budget=${whole}&floors=${floors}`);
  const spent = (by) => want.steps.filter((s) => s.paid_by === by).reduce((n, s) => n + s.cost, 0);
  assert.ok(spent("water") > 0, "the floor makes a difference");
  const shown = await page.locator("[data-floor=water]").innerText();
  for (const n of [5_000_000, spent("water")]) assert.ok(shown.includes(`${(n / 1e6).toFixed(1)} M`), `${n} in ${shown}`);
  assert.equal(await page.locator(".works").evaluate((x) => x.clientHeight), 64 * want.steps.length);
  const href = await page.locator('.downloads a[download$=".csv"]').getAttribute("href");
  assert.ok(decodeURIComponent(href).includes(`floors=${floors}`), href);
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const name = (await get("api/villages")).counties;
  assert.match(await page.locator("#plan-paper h2").textContent(), new RegExp(`Floors: Water 5\\.0 M CNY, ${name.name[name.id.indexOf(county)]} 1\\.0 M CNY`));
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  // A busy service is asked again. More than the budget: said beside the fields, refused by the service, and no older plan stays.
  await page.locator("#floor-water").fill("much");
  await page.locator("#floor-water").press("Enter");
  assert.match(await page.locator("#floors-wrong").innerText(), /not a sum of money/);
  await page.locator("#floor-water").fill("50M");
  await page.locator("#floor-water").press("Enter");
  await page.waitForFunction(() => /does not take this question: .*more than the budget/.test(document.querySelector(".status")?.textContent ?? ""));
  assert.match(await page.locator("#floors-wrong").innerText(), /The floors come to 51\.0 M CNY, more than the budget of 40\.0 M CNY/);
  assert.equal(await page.locator(".work").count(), 0, "an older plan is no answer");
  assert.equal(await page.locator(".key-figure").count(), 0);
  await page.screenshot({ path: `${shots}plan-floors-refused.png` });
  assert.deepEqual(await violations(page), []);
  await page.locator("#floors-none").click();
  await ready(page);
  assert.equal(hash(page).get("floors"), null);
  assert.equal(await page.locator(".floors-spent").count(), 0);
  assert.deepEqual(page.problems.filter((x) => !/400|503/.test(x)), []);
  await page.context().close();
});

test("another theme, and files of the plan", only, async () => {
  const page = await plan();
  const theme = ["power", "broadband", "water"].find((t) => summary.themes.includes(t));
  if (theme) {
    await page.locator("#plan-theme").selectOption(theme);
    const want = await get(`api/plans/${theme}`);
    await page.waitForFunction((n) => document.querySelector(".key-figures")?.textContent.includes(n), local(want.people), { timeout: 60000 });
    await drawn(page);
    await page.screenshot({ path: `${shots}${name}-plan-${theme}.png` });
  }
  for (const f of ["xlsx", "csv", "geojson"]) {
    const href = await page.locator(`.downloads a[download$=".${f}"]`).getAttribute("href");
    const answer = await page.request.get(`${base}/${href}`);
    assert.equal(answer.status(), 200, href);
  }
  await page.goBack();
  await page.waitForFunction((n) => document.querySelector(".key-figures")?.textContent.includes(n), local(roads.people));
  const pdf = await page.pdf({ format: "A4" });
  assert.ok(pdf.length > 10000);
  assert.equal(await page.locator("#plan-paper").count(), 0, "the paper is gone after printing");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const paper = await page.locator("#plan-paper").textContent();
  assert.ok(paper.includes(summary.title.zh) && paper.includes(summary.data_version));
  assert.equal(await page.locator("#plan-paper > table tbody tr").count(), roads.works.length, "every work is on paper");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a busy service is asked again, a refusal is said, a failure can be tried again", only, async () => {
  const page = await open();
  let answers = [
    (r) => r.fulfill({ status: 503, headers: { "Retry-After": "1" }, body: "{}" }),
    (r) => r.fulfill({ status: 400, contentType: "application/problem+json", body: JSON.stringify({ title: "Bad parameter", detail: "county: unheard of" }) }),
    (r) => r.abort(),
  ];
  await page.route("**/api/plans/roads*", (r) => (answers.length > 0 ? answers.shift()(r) : r.continue()));
  await page.locator("#topic-plan").click();
  await page.waitForFunction(() => document.querySelector(".status")?.textContent.includes("county: unheard of"));
  await page.locator(".status button").click();
  await page.waitForFunction(() => document.querySelector(".status")?.textContent.includes("连接不上"));
  assert.equal(answers.length, 0, "the busy answer was not the last");
  await page.locator(".status button").click();
  await ready(page);
  assert.ok((await page.locator(".key-figures").innerText()).includes(local(roads.people)));
  await page.context().close();
});

/** The middle of a line. */
const half = (line) => line[Math.floor(line.length / 2)];

test("what if: a stretch paved by a click closes what the service says, and the link shows it again", only, async () => {
  const links = (await get("collections/road_links/items?limit=1000")).features;
  const end = links.find((l) => l.properties.villages.length === 1 && l.geometry.coordinates.length > 2 && few.works[0].id === l.properties.id) ?? links.find((l) => l.properties.id === few.works[0].id);
  const want = await (await fetch(`${base}/scenarios`, { method: "POST", body: JSON.stringify({ type: "FeatureCollection", features: [{ type: "Feature", geometry: null, properties: { edit: "pave", link: end.properties.id } }] }) })).json();
  const [x, y] = half(end.geometry.coordinates);
  const page = await open(`list=whatif&view=${x}/${y}/14`);
  await drawn(page);
  await page.locator("#tool-pave").click();
  const map = await page.locator("#map").boundingBox();
  for (let i = 0; i < 10 && (await page.locator(".edits ol li").count()) === 0; i++) {
    await page.mouse.click(map.x + map.width / 2, map.y + map.height / 2);
    await page.waitForTimeout(500);
  }
  await page.waitForSelector(".result .by-theme", { timeout: 60000 });
  const row = await page.locator(".result .by-theme tbody tr").first().innerText();
  assert.ok(row.includes(String(want.by_theme.roads.closed)), row);
  for (const c of want.closed.slice(0, 3)) assert.ok((await page.locator(".changes").first().innerText()).includes(c.name));
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-what-if.png` });
  const url = page.url();
  const again = await open(url.split("#")[1]);
  await again.waitForSelector(".result .by-theme", { timeout: 60000 });
  assert.equal(await again.locator(".result .by-theme").innerText(), await page.locator(".result .by-theme").innerText());
  await turn(again);
  assert.match(await again.locator(".result").innerText(), /Gaps closed/);
  await again.locator(".remove").click();
  await again.waitForFunction(() => !location.hash.includes("edits"));
  await again.goBack();
  await again.waitForSelector(".edits ol li");
  assert.deepEqual([...page.problems, ...again.problems], []);
  await again.context().close();
  await page.context().close();
});

test("what if: a road drawn with the mouse and the keyboard", async () => {
  const villages = (await get("collections/villages/items?limit=2")).features;
  const [x, y] = villages[0].geometry.coordinates;
  const page = await open(`list=whatif&view=${x}/${y}/13&lang=en`);
  await drawn(page);
  await page.locator("#tool-road").click();
  const map = await page.locator("#map").boundingBox();
  const at = async (dx, dy) => page.mouse.click(map.x + map.width / 2 + dx, map.y + map.height / 2 + dy);
  await at(-120, 0);
  await at(-40, 60);
  await at(60, 90);
  await page.waitForFunction(() => document.querySelector(".hint")?.textContent.includes("3 points"));
  await page.keyboard.press("Backspace");
  await page.waitForFunction(() => document.querySelector(".hint")?.textContent.includes("2 points"));
  await page.locator("#map canvas").focus();
  await page.keyboard.press("Space");
  await page.waitForFunction(() => document.querySelector(".hint")?.textContent.includes("3 points"));
  await page.keyboard.press("Enter");
  await page.waitForSelector(".edits ol li");
  assert.match(await page.locator(".edits ol").innerText(), /New road/);
  await at(0, 120);
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector(".hint")?.textContent.includes("point drawn"));
  assert.equal(await page.locator("#tool-road").getAttribute("aria-pressed"), "true", "the first Escape gives up the line");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#tool-road").getAttribute("aria-pressed"), "false", "the second the tool");
  await page.locator("#tool-road").click();
  await at(-100, 100);
  await page.mouse.dblclick(map.x + map.width / 2 + 100, map.y + map.height / 2 + 130);
  await page.waitForFunction(() => document.querySelectorAll(".edits ol li").length === 2);
  await page.waitForSelector(".result section", { timeout: 60000 });
  // As a file, and back.
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#whatif-save").click()]);
  const file = await download.path();
  const doc = JSON.parse(readFileSync(file, "utf8"));
  assert.deepEqual(doc.features.map((f) => [f.properties.edit, f.geometry.type, f.geometry.coordinates.length]), [["road", "LineString", 3], ["road", "LineString", 2]]);
  await page.locator("#whatif-clear").click();
  await page.waitForFunction(() => document.querySelectorAll(".edits ol li").length === 0);
  await page.locator("#whatif-file").setInputFiles({ name: "bad.geojson", mimeType: "application/json", buffer: Buffer.from("{}") });
  await page.waitForFunction(() => document.querySelector(".whatif .status")?.textContent.includes("FeatureCollection"));
  await page.locator("#whatif-file").setInputFiles(file);
  await page.waitForFunction(() => document.querySelectorAll(".edits ol li").length === 2);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("what if: the plan's works as built; too many for an address", only, async () => {
  const page = await plan("&step=5");
  await page.locator("#plan-suppose").click();
  await page.waitForSelector(".edits ol li");
  assert.equal(await page.locator(".edits ol li").count(), 5);
  await page.waitForSelector(".result .by-theme", { timeout: 60000 });
  const closed = Number((await page.locator(".result .by-theme .good").first().innerText()).replace(/\D/g, ""));
  const served = new Set(roads.works.slice(0, 5).flatMap((w) => w.villages));
  assert.ok(closed >= served.size, `${closed} gaps closed, ${served.size} villages connected`);
  const many = { type: "FeatureCollection", features: Array.from({ length: 400 }, (_, i) => ({ type: "Feature", geometry: null, properties: { edit: "pave", link: roads.works[i % roads.works.length].id, name: `名称${i}` } })) };
  await page.route("**/scenarios*", (r) => r.fulfill({ status: 413, contentType: "application/problem+json", body: JSON.stringify({ detail: "too much" }) }));
  await page.locator("#whatif-file").setInputFiles({ name: "many.geojson", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(many)) });
  await page.waitForSelector("#whatif-long");
  assert.ok(page.url().length < 300, "the address stays short");
  assert.equal(await page.locator("#whatif-link").count(), 0);
  await page.waitForFunction(() => document.querySelector(".whatif .status")?.textContent.includes("too much"));
  await page.context().close();
});

test("narrow screens and accessibility, light and dark, plan and what-if", async () => {
  for (const [more, width, height] of [["list=plan", 390, 844], ["list=whatif&lang=en", 390, 844], ["list=plan&lang=en&theme=dark", 768, 1024], ["list=plan&theme=dark", 1440, 900], ["list=whatif&theme=dark", 1440, 900], [`list=plan&lang=en&budget=${budget}&weigh=need`, 1440, 900]]) {
    const page = await open(more, { width, height });
    page.setDefaultTimeout(90_000);
    if (more.startsWith("list=plan")) await ready(page);
    await fits(page);
    await page.screenshot({ path: `${shots}${name}-plan-${width}${more.includes("dark") ? "-dark" : ""}${more.includes("whatif") ? "-what-if" : ""}.png` });
    if (more.startsWith("list=plan") && some) {
      await page.locator(".plan-scroll").evaluate((x) => (x.scrollTop = 600));
      await page.locator(".work").first().click();
      await page.waitForSelector("#drawer:not([hidden])");
      await fits(page);
    }
    assert.deepEqual(await violations(page), [], more);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }
});
