// The page in a real browser: what every theme has, roads, power.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { base, browser, colours, drawn, features, name, open, shots, summary, turn, view, violations, within } from "./page.mjs";

after(() => browser.close());

test("opens with a map, a list, no error and nothing from outside", async () => {
  const page = await open("list=villages");
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-1440.png` });
  assert.ok((await colours(page)) > 8, "the map is drawn");
  const rows = await page.locator(".row").count();
  if (summary.counts.gap + summary.counts.unknown > 0) assert.ok(rows > 0, "the list has rows");
  else assert.match(await page.locator(".empty").innerText(), /没有缺口/);
  assert.equal(await page.locator("#notice .info").count(), summary.provenance === "real" ? 0 : 1, "simulated data say so");
  assert.match(await page.locator(".figures").innerText(), new RegExp(summary.counts.villages.toLocaleString("en")));
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("narrow screens", async () => {
  for (const [width, height, hash] of [[768, 1024, ""], [390, 844, ""], [390, 844, "list=power&lang=en"]]) {
    const page = await open(hash, { width, height });
    await drawn(page);
    await page.screenshot({ path: `${shots}${name}-${width}${hash ? "-power" : ""}.png` });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `nothing sticks out at ${width} px: ${over}`);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }
});

test("the heading holds all it says on usual screens, what is unknown, too", async () => {
  for (const hash of ["", "lang=en"]) {
    const page = await open(hash);
    for (const width of [1920, 1440, 1366, 1280, 1024, 768, 390]) {
      await page.setViewportSize({ width, height: 800 });
      const wrong = await page.evaluate(() => {
        const places = (all) => [...document.querySelectorAll(all)].map((el) => [el.id || el.className || el.tagName, el.getBoundingClientRect()]);
        const [top, keys, [[, box]]] = [places("#top > *"), places(".figure-key > *"), places(".figures")];
        const out = [...top, ...keys].filter(([, r]) => r.width === 0 || r.left < 0 || r.right > innerWidth + 0.5).map(([what]) => what);
        const hidden = keys.filter(([, r]) => r.bottom > box.bottom + 0.5 || r.right > box.right + 0.5).map(([what]) => what);
        const across = top.flatMap(([a, r], i) => top.slice(i + 1).filter(([, q]) => r.left < q.right - 0.5 && q.left < r.right - 0.5 && r.top < q.bottom - 0.5 && q.top < r.bottom - 0.5).map(([b]) => `${a} over ${b}`));
        return [...out, ...hidden, ...across];
      });
      assert.deepEqual(wrong, [], `${width} px ${hash}`);
    }
    assert.match(await page.locator(".figures").innerText(), hash ? /unknown/ : /不明/);
    await page.context().close();
  }
});

test("the map reaches as far as the evidence of what is selected was measured", async () => {
  const far = (await features("road_gaps")).find((f) => f.properties.kind === "no_road");
  if (!far) return;
  for (const size of [{ width: 1440, height: 900 }, { width: 390, height: 844 }, { width: 844, height: 390 }]) {
    const page = await open(`list=villages&sel=villages/${far.properties.village}`, size);
    await drawn(page);
    const v = await view(page);
    const shown = Math.min(v.across, v.down);
    assert.ok(shown > 2 * far.properties.measured && shown < 8 * far.properties.measured, `${far.properties.measured} m around, shown ${shown} m at ${size.width} px`);
    assert.ok(within(v, far.geometry.coordinates), "the village is in view");
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }
});

test("a row opens the evidence, the address remembers it, back closes it", async () => {
  const page = await open("list=villages");
  if ((await page.locator(".row").count()) === 0) return page.context().close();
  const title = await page.locator(".row strong").first().innerText();
  await page.locator(".row").first().click();
  await page.waitForSelector("#drawer:not([hidden])");
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-drawer.png` });
  const text = await page.locator("#drawer").innerText();
  assert.ok(text.includes(title) && text.includes("依据") && text.includes("交通运输"), text);
  const raw = await page.locator("#drawer .raw a").getAttribute("href");
  assert.equal((await page.request.get(`${base}/${raw}`)).status(), 200);
  const url = page.url();
  assert.match(url, /sel=/);
  await page.goBack();
  await page.waitForSelector("#drawer", { state: "hidden" });
  const again = await open(url.split("#")[1]);
  assert.ok((await again.locator("#drawer").innerText()).includes(title));
  await again.keyboard.press("Escape");
  await again.waitForSelector("#drawer", { state: "hidden" });
  assert.deepEqual(again.problems, []);
  await again.context().close();
  await page.context().close();
});

test("both languages", async () => {
  const page = await open("list=villages");
  await turn(page);
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  assert.match(await page.locator("#side").innerText(), /Villages/);
  assert.match(page.url(), /lang=en/);
  if ((await page.locator(".row").count()) > 0) {
    await page.locator(".row").first().click();
    await page.waitForSelector("#drawer .evidence");
    assert.match(await page.locator("#drawer").innerText(), /Evidence/);
  }
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-en.png` });
  await turn(page);
  assert.equal(await page.locator("html").getAttribute("lang"), "zh");
  await page.context().close();
});

test("search and filters narrow the list", async () => {
  const page = await open("list=villages");
  const all = Number((await page.locator(".count").innerText()).replace(/\D/g, ""));
  if (all > 1) {
    const first = await page.locator(".row strong").first().innerText();
    await page.locator("#search").fill(first);
    const few = Number((await page.locator(".count").innerText()).replace(/\D/g, ""));
    assert.ok(few >= 1 && few < all);
    await page.locator("#search").fill("没有这个村");
    assert.match(await page.locator(".empty").innerText(), /筛选/);
    await page.locator(".empty button").click();
    assert.equal(Number((await page.locator(".count").innerText()).replace(/\D/g, "")), all);
  }
  await page.context().close();
});

test("villages show when zoomed in, and a click on one answers", async () => {
  const villages = await (await fetch(`${base}/collections/villages/items?limit=100000`)).json();
  const v = villages.features.find((f) => f.properties.road_verdict === "gap") ?? villages.features[0];
  const [x, y] = v.geometry.coordinates;
  const page = await open(`list=villages&view=${x}/${y}/13`);
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-zoom.png` });
  const box = await page.locator("#map").boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForSelector("#drawer:not([hidden])");
  assert.ok((await page.locator("#drawer").innerText()).includes(v.properties.name));
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

const hasPower = () => summary.themes?.includes("power");

test("the power tab: list, drawer with voltage and works, languages, back to roads", async () => {
  if (!hasPower()) return;
  const page = await open("list=villages");
  await page.locator("#topic-roads").focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.locator("#topic-power").getAttribute("aria-selected"), "true");
  assert.match(page.url(), /list=power/);
  const gaps = summary.counts.power.villages_gap;
  if (gaps > 0) {
    await page.waitForSelector(".row");
    assert.match(await page.locator(".figures").innerText(), new RegExp(gaps.toLocaleString("en")));
    await page.locator("#tab-areas").click();
    await page.locator(".row").first().click();
    await page.waitForSelector("#drawer:not([hidden])");
    const text = await page.locator("#drawer").innerText();
    assert.match(text, /最低电压/);
    assert.match(text, /0\.\d{3} pu/);
    assert.match(text, /重新计算|核查|补录/);
    await drawn(page);
    await page.screenshot({ path: `${shots}${name}-power.png` });
    await turn(page);
    assert.match(await page.locator("#drawer").innerText(), /What would fix it/);
    await page.keyboard.press("Escape");
    for (const tab of ["transformers", "feeders", "ties"]) {
      await page.locator(`#tab-${tab}`).click();
      await page.locator(".row").first().click();
      await page.waitForSelector("#drawer:not([hidden])");
      assert.ok(!/not found/.test(await page.locator("#drawer").innerText()), tab);
      await page.keyboard.press("Escape");
    }
  } else {
    await page.waitForSelector(".empty");
  }
  await page.locator("#topic-roads").click();
  assert.match(page.url(), /list=villages/);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a click on a supply point says what was modelled", async () => {
  if (!hasPower()) return;
  const points = await (await fetch(`${base}/collections/supply_points/items?limit=200`)).json();
  const p = points.features.find((f) => f.properties.modelled_pu !== null);
  if (!p) return;
  const [x, y] = p.geometry.coordinates;
  const page = await open(`list=power&view=${x}/${y}/17.5`);
  await drawn(page);
  const box = await page.locator("#map").boundingBox();
  // Points come with the view and show when the map has drawn them.
  for (let i = 0; i < 20 && !(await page.locator("#drawer").isVisible()); i++) {
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForTimeout(500);
  }
  await page.waitForFunction(() => !document.querySelector("#drawer").textContent.includes("正在载入"));
  assert.match(await page.locator("#drawer").innerText(), /潮流计算电压/);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("dark", async () => {
  const page = await open("theme=dark&list=villages");
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-dark.png` });
  assert.ok((await colours(page)) > 8);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a service that fails is said, and comes back", async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  let broken = true;
  await page.route("**/api/summary", (r) => (broken ? r.fulfill({ status: 503, body: "{}" }) : r.continue()));
  await page.goto(base);
  await page.waitForSelector("#notice .error");
  assert.match(await page.locator("#notice").innerText(), /503/);
  broken = false;
  await page.locator("#notice button").click();
  await page.waitForSelector("#list:not([aria-busy])");
  assert.equal(await page.locator("#notice .error").count(), 0);
  await context.close();
});

test("where the code of the map or of its threads is lost, the list is there, and loading again brings the map", async () => {
  for (const part of ["**/map-*.js", "**/*worker*.mjs"]) {
    const page = await open("lang=en");
    const context = page.context();
    let broken = true;
    await context.route(part, (r) => (broken ? r.fulfill({ status: 404, body: "" }) : r.continue()));
    await page.reload();
    await page.waitForSelector("#notice .info button");
    assert.match(await page.locator("#notice").innerText(), /Part of this page did not come/);
    await page.waitForSelector("#list:not([aria-busy])");
    // It is said in the other language as well.
    await turn(page);
    assert.match(await page.locator("#notice").innerText(), /页面有一部分没有加载成功/);
    broken = false;
    await page.locator("#notice button").click();
    await drawn(page);
    await context.close();
  }
});

test("no serious accessibility violation, light and dark, list and drawer", async () => {
  for (const hash of ["", "theme=dark", "list=villages", "lang=en&list=links", ...(hasPower() ? ["list=areas", "theme=dark&lang=en&list=power"] : [])]) {
    const page = await open(hash);
    if ((await page.locator(".row").count()) > 0) await page.locator(".row").first().click();
    await drawn(page);
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  }
});
