// The broadband and services themes in a real browser.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { base, browser, drawn, features, fits, name, open, shots, summary, turn, view, violations, within } from "./page.mjs";

after(() => browser.close());

const has = (theme) => (summary.themes?.includes(theme) ? summary.counts[theme] : null);
const broadband = has("broadband");
const services = has("services");
const net = { skip: broadband ? false : "the atlas has nothing on broadband" };
const near = { skip: services ? false : "the atlas has nothing on services" };

const rowsOf = async (page) => Number((await page.locator(".count").innerText()).replace(/\D/g, ""));
const local = (n) => n.toLocaleString("en");

/** What the drawer says once it has something to say. */
async function said(page) {
  await page.waitForSelector("#drawer:not([hidden]) section, #drawer:not([hidden]) dl");
  return page.locator("#drawer").innerText();
}

test("tabs are those of the themes with data, each with its villages with a gap", async () => {
  const page = await open();
  for (const [theme, counts] of [["broadband", broadband], ["services", services]]) {
    assert.equal(await page.locator(`#topic-${theme}`).count(), counts ? 1 : 0, theme);
    if (counts) assert.match(await page.locator(`#topic-${theme}`).innerText(), new RegExp(local(counts.villages_gap)));
  }
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("broadband: gaps and unknown villages, route and evidence in both languages", net, async () => {
  const page = await open("list=broadband");
  await page.waitForSelector(".row, .empty h3");
  const gaps = Object.values(broadband.by_kind).reduce((a, b) => a + b, 0);
  assert.equal(await rowsOf(page), gaps + broadband.villages_unknown);
  for (const kind of ["no_broadband", "slow_broadband", "no_mobile"]) {
    if (!broadband.by_kind[kind]) continue;
    await page.locator("#f-kind").selectOption(kind);
    assert.equal(await rowsOf(page), broadband.by_kind[kind], kind);
  }
  await page.locator("#f-kind").selectOption("no_broadband");
  await page.locator(".row").first().click();
  const zh = await said(page);
  for (const word of ["怎么办", "铺设光纤", "费用", "依据", "规则", "限值", "通信管理", "Mbit/s"]) assert.ok(zh.includes(word), `${word} in ${zh}`);
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-broadband-1440.png` });
  await turn(page);
  const en = await said(page);
  for (const word of ["What would fix it", "lay fibre", "Cost", "Evidence", "Telecommunications", "To a fibre node"]) assert.ok(en.includes(word), `${word} in ${en}`);
  const raw = await page.locator("#drawer .raw a").getAttribute("href");
  assert.equal((await page.request.get(`${base}/${raw}`)).status(), 200);
  await page.locator("#drawer .pieces .chip").first().click();
  await page.waitForFunction(() => document.querySelector("#drawer-title")?.textContent === "Fibre route to build");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("fibre routes: most people per cost first", net, async () => {
  const all = (await features("fibre_links")).map((f) => f.properties);
  const page = await open("list=fibre_links&lang=en");
  if (all.length === 0) return page.context().close();
  await page.waitForSelector(".row");
  assert.equal(await rowsOf(page), broadband.links);
  const best = all.filter((p) => p.people !== null && p.cost > 0 && p.length_m >= 100).sort((a, b) => b.people / b.cost - a.people / a.cost)[0];
  if (best) assert.equal(await page.locator(".row").first().getAttribute("data-key"), `fibre_links/${best.id}`);
  await page.locator(".row").first().click();
  const text = await said(page);
  for (const word of ["Length", "Cost", "Serves", "CNY"]) assert.ok(text.includes(word), `${word} in ${text}`);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("broadband map: legend with counts, switches in the address", net, async () => {
  const [x, y] = (await features("broadband_gaps"))[0].geometry.coordinates;
  const page = await open(`list=broadband&lang=en&view=${x}/${y}/10.5`);
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-broadband-zoom.png` });
  const legend = await page.locator("#legend").innerText();
  const ground = (await features("broadband_coverage")).map((f) => f.properties);
  for (const n of [broadband.villages_gap, broadband.villages_ok, broadband.links, ground.length, ground.filter((p) => p.measured).length]) assert.ok(legend.includes(local(n)), `${n} in ${legend}`);
  await page.locator("#layer-broadband_coverage").uncheck();
  assert.match(decodeURIComponent(page.url()), /layers=-broadband_coverage/);
  await page.locator("#layer-broadband_coverage").check();
  assert.ok(!/layers=/.test(page.url()));
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("services: filters by kind and class give the numbers of the summary", near, async () => {
  const page = await open("list=services&lang=en");
  await page.waitForSelector(".row, .empty h3");
  const gaps = Object.values(services.by_kind).reduce((a, b) => a + b, 0);
  assert.equal(await rowsOf(page), gaps + services.villages_unknown);
  for (const [kind, n] of Object.entries(services.by_kind)) {
    await page.locator("#f-kind").selectOption(kind);
    assert.equal(await rowsOf(page), n, kind);
  }
  await page.locator("#f-verdict").selectOption("gap");
  for (const c of services.classes.filter((c) => c.gap > 0)) {
    await page.locator("#f-kind").selectOption(`class-${c.key}`);
    assert.equal(await rowsOf(page), c.gap, c.key);
  }
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a village: every class with distance, minutes, unpaved metres, limit, verdict and place", near, async () => {
  if (services.villages_gap === 0) return;
  const v = (await features("villages")).find((f) => Object.values(f.properties.services ?? {}).some((r) => r.verdict === "gap" && r.minutes !== null)).properties;
  const page = await open(`list=services&lang=en&sel=villages/${v.id}`);
  await page.waitForSelector("#drawer table.reach .place");
  const lines = page.locator("#drawer table.reach tbody tr");
  assert.equal(await lines.count(), services.classes.length);
  for (const [i, c] of services.classes.entries()) {
    const text = await lines.nth(i).innerText();
    const r = v.services[c.key];
    assert.ok(text.includes(c.name.en), text);
    assert.ok(text.includes({ ok: "✓", gap: "▲", unknown: "?" }[r.verdict]), `${r.verdict} by a sign in ${text}`);
    assert.ok(text.includes({ ok: "in reach", gap: "too far", unknown: "unknown" }[r.verdict]), `${r.verdict} in words in ${text}`);
    if (r.minutes !== null) assert.ok(text.includes(String(Math.round(r.minutes))), `${r.minutes} in ${text}`);
  }
  const text = await said(page);
  for (const word of ["What would fix it", "Evidence", "Limit", "Sources"]) assert.ok(text.includes(word), `${word} in ${text}`);
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-services-1440.png` });
  await page.locator("#drawer .place").first().click();
  await page.waitForFunction(() => /Villages that have it as their nearest/.test(document.querySelector("#drawer").textContent));
  await turn(page);
  assert.match(await said(page), /以此为最近设施的村/);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a service that is far: the map holds the village and the place it is far from", near, async () => {
  const far = (await features("service_gaps")).filter((f) => f.properties.kind === "far_from_service").sort((a, b) => b.properties.measured - a.properties.measured)[0];
  if (!far) return;
  const village = (await features("villages")).find((f) => f.properties.id === far.properties.village);
  const to = village.properties.services[far.properties.class].to;
  const where = ["facilities", "schools", "seats"].filter((id) => summary.collections.some((c) => c.id === id));
  const place = (await Promise.all(where.map(features))).flat().find((f) => f.properties.id === to);
  const page = await open(`list=services&sel=service_gaps/${far.properties.id}`);
  await said(page);
  await drawn(page);
  const v = await view(page);
  for (const f of [village, place]) assert.ok(within(v, f.geometry.coordinates), `${far.properties.measured} m: ${f.geometry.coordinates} is not within ${JSON.stringify(v)}`);
  await page.context().close();
});

test("facilities: as many as the summary counts; the legend names classes with gaps and limits, and those without data", near, async () => {
  const [x, y] = (await features("service_gaps"))[0]?.geometry.coordinates ?? [];
  const page = await open(`list=facilities&lang=en${x ? `&view=${x}/${y}/11` : ""}`);
  await page.waitForSelector(".row");
  assert.equal(await rowsOf(page), services.classes.reduce((n, c) => n + c.facilities, 0));
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-services-facilities.png` });
  const legend = await page.locator("#legend").innerText();
  for (const c of services.classes) for (const n of [c.name.en, local(c.facilities), local(c.gap)]) assert.ok(legend.includes(n), `${n} in ${legend}`);
  assert.equal(/No layer of/.test(legend), services.classes_without_data.length > 0);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("narrow screens", { skip: !broadband && !services }, async () => {
  for (const [width, height, hash] of [[768, 1024, "list=services&lang=en&theme=dark"], [390, 844, "list=broadband"], [390, 844, "list=services&lang=en&open"]]) {
    const page = await open(hash, { width, height });
    await page.waitForSelector(".row, .empty:not([hidden])");
    if (hash.endsWith("open")) {
      await page.locator(".row").first().click();
      await said(page);
    }
    await drawn(page);
    await page.screenshot({ path: `${shots}${name}-social-${width}-${hash.replace(/\W+/g, "-")}.png` });
    await fits(page);
    const over = await page.evaluate(() => document.querySelector("#drawer").scrollWidth - document.querySelector("#drawer").clientWidth);
    assert.ok(over <= 0, `the drawer scrolls sideways by ${over} px`);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }
});

test("no serious accessibility violation", async () => {
  const hashes = [...(broadband ? ["list=broadband", "theme=dark&lang=en&list=fibre_links"] : []), ...(services ? ["list=services", "theme=dark&lang=en&list=services", "list=facilities"] : [])];
  for (const hash of hashes) {
    const page = await open(hash);
    await page.waitForSelector(".row, .empty:not([hidden])");
    const first = page.locator(".row").first();
    if ((await first.count()) > 0) {
      await first.click();
      await said(page);
    }
    await drawn(page);
    assert.deepEqual(await violations(page), [], hash);
    await page.context().close();
  }
});
