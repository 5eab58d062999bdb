// Runs that were kept, on the page: a village from run to run, a county since the run before, reports. With a store of its
// own: two years of a practice region whose changes are planted.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { first, NOW, only, THEN, years } from "./years.mjs";

const own = first ? await years(150) : null;
if (own) process.env.BASE_URL = own.base;
const { base, browser, fits, open, shots, turn, violations } = await import("./page.mjs");

after(async () => {
  await browser.close();
  own?.end();
});

const READY = '#sheet .sheet-page[aria-busy="false"]';
const enc = encodeURIComponent;
const json = async (path) => (await fetch(`${base}/${path}`)).json();
const truth = own?.truth;
const changes = first ? await json(`comparisons?from=${THEN}&to=${NOW}&limit=100000`) : null;
const of = (cls) => changes.changes.filter((c) => c.class === cls);

async function sheet(route, more = "", size) {
  const page = await open(`sheet=${enc(route)}${more}`, size, READY);
  await page.waitForFunction(() => !document.querySelector("#sheet [aria-busy=true]"));
  return page;
}

async function close(page) {
  assert.deepEqual(page.problems, []);
  await page.context().close();
}

test("a village from run to run: what closed has a tick, with its reason; the newest run is what is at hand", only, async () => {
  const village = truth.planted.connected[0];
  const closed = of("closed").find((c) => c.village === village && c.theme === "roads");
  assert.ok(closed, `${village} was connected`);
  const page = await sheet(`village/${village}`, "&lang=en");
  const rows = page.locator("#sheet-history tr.run");
  const became = page.locator("#sheet-history tr.became-of");
  assert.equal(await rows.count(), 2, "no third row for the same data");
  const [then, now] = await rows.allInnerTexts();
  assert.match(then, /31 Dec 2016/);
  assert.match(then, /▲ gap/);
  assert.match(now, /31 Dec 2017[\s\S]*now/);
  assert.equal(await became.count(), 1);
  assert.match(await became.locator(".change.closed").first().innerText(), /✓ closed/);
  assert.ok((await became.innerText()).includes(closed.reason.en), closed.reason.en);
  const mine = (await json(`comparisons?from=2016-12-31&to=2017-12-31&village=${village}&limit=1000`)).changes;
  assert.equal(await became.locator("li").count(), mine.filter((c) => c.class !== "still").length, "every change of it, and none of others");
  const colour = await became.locator(".change.closed").first().evaluate((e) => getComputedStyle(e).color);
  const good = await page.evaluate(() => getComputedStyle(document.querySelector(".verdict.ok")).color);
  assert.equal(colour, good, "green, as what is in order");
  assert.deepEqual(await violations(page), []);
  await turn(page, "#sheet-lang");
  await page.waitForFunction(() => /已消除/.test(document.querySelector("#sheet-history")?.textContent ?? ""));
  await page.screenshot({ path: `${shots}history-village.png`, fullPage: true });
  await close(page);
});

test("a village into which another was merged says so; its gaps are not called closed", only, async () => {
  const left = of("left").find((c) => c.causes.includes("codes") && c.village);
  const into = left.codes[0].new;
  const page = await sheet(`village/${into}`);
  const text = await page.locator("#sheet-history").innerText();
  const before = (await json(`api/villages/${into}/history`)).rows.filter((r) => r.date === "2016-12-31");
  assert.equal(before.length, 2);
  for (const r of before) assert.ok(text.includes(r.name), `${r.name} in ${text}`);
  assert.equal(await page.locator("#sheet-history .change.left").count(), of("left").filter((c) => [into, left.village].includes(c.village) || c.before?.other === left.village || c.before?.other === into).length);
  assert.ok(text.includes("移出数据"));
  await close(page);
});

test("a county since the run before: sums, every gap closed and opened, indicators, files, reports", only, async () => {
  const county = changes.tallies.find((r) => r.county).county;
  const page = await sheet(`county/${county}`, "&lang=en");
  const section = page.locator("#sheet-since");
  assert.match(await section.locator("h2").innerText(), /since 31 Dec 2016/i, "not since the newest, which is the same");
  const sum = (r, ...classes) => classes.reduce((n, c) => n + r[c], 0);
  for (const r of changes.tallies.filter((x) => x.county === county)) {
    const cells = (await section.locator(`[data-since=${r.theme}] td`).allInnerTexts()).map((x) => Number(x.replace(/\D/g, "")));
    assert.deepEqual(cells, [r.before, sum(r, "closed", "settled"), sum(r, "opened", "entered"), sum(r, "left", "doubted"), r.changed, r.after], r.theme);
  }
  for (const cls of ["closed", "opened"]) {
    const mine = of(cls).filter((c) => c.county === county);
    assert.ok(mine.length > 0);
    const ids = await section.locator(`.became-row:has(.change.${cls})`).evaluateAll((all) => all.map((x) => x.dataset.gap));
    assert.deepEqual([...ids].sort(), mine.map((c) => c.id).sort(), cls);
    for (const c of mine) assert.ok((await section.locator(`[data-gap="${c.id}"]`).textContent()).includes(c.reason.en), c.id);
  }
  const scores = changes.scores.filter((s) => s.level === "county" && s.place === county && s.share_before !== s.share_after);
  assert.equal(await section.locator(".since-scores tbody tr").count(), scores.length);
  assert.deepEqual(await violations(page), []);
  for (const href of await section.locator("h2 a").evaluateAll((all) => all.map((a) => a.getAttribute("href")))) assert.equal((await page.request.get(`${base}/${href}`)).status(), 200, href);
  const reports = await page.locator("[data-report]").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  assert.equal(reports.length, 2);
  for (const href of reports) {
    const answer = await page.request.get(`${base}/${href}`);
    assert.match(await answer.text(), /Compared with 2016-12-31/, href);
  }
  // A name leads to its village.
  await section.locator(".became-row a").first().click();
  await page.waitForSelector("#sheet .sheet-page.village[aria-busy=false]");
  await page.goBack();
  await page.waitForSelector("#sheet-since");
  await turn(page, "#sheet-lang");
  await page.waitForFunction(() => /与.*2016.*相比/.test(document.querySelector("#sheet-since h2")?.textContent ?? ""));
  await page.screenshot({ path: `${shots}history-county.png`, fullPage: true });
  await close(page);
});

test("narrow, dark, and on paper", only, async () => {
  const county = changes.tallies.find((r) => r.county).county;
  const village = of("closed").find((c) => c.theme === "roads" && c.village).village;
  for (const [route, id] of [[`county/${county}`, "sheet-since"], [`village/${village}`, "sheet-history"]]) {
    const page = await sheet(route, "&theme=dark", { width: 390, height: 844 });
    await page.locator(`#${id}`).scrollIntoViewIfNeeded();
    await fits(page);
    await page.screenshot({ path: `${shots}history-390-${route.split("/")[0]}.png` });
    assert.deepEqual(await violations(page), []);
    await page.emulateMedia({ media: "print" });
    const hidden = await page.locator(`#${id} .beyond`).evaluateAll((all) => all.filter((x) => x.getClientRects().length === 0).length);
    assert.equal(hidden, 0, "every change is printed");
    await close(page);
  }
});
