// Whole-page sheets in a real browser: village page, county page, public notice; on the screen and on paper.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { base, browser, features, fits, name, open, shots, summary, turn, violations } from "./page.mjs";

after(() => browser.close());

const READY = '#sheet .sheet-page[aria-busy="false"]';
const THEMES = ["roads", "power", "water", "broadband", "services"].filter((x) => summary.themes.includes(x));
const COLLECTION = { roads: "road_gaps", power: "power_gaps", water: "water_gaps", broadband: "broadband_gaps", services: "service_gaps" };
const VERDICT = { roads: "road_verdict", power: "power_verdict", water: "water_verdict", broadband: "broadband_verdict", services: "services_verdict" };
const there = (id) => summary.collections.some((c) => c.id === id);
const all = async (id) => (there(id) ? (await features(id)).map((f) => f.properties) : []);
const json = async (path) => (await fetch(`${base}/${path}`)).json();
const local = (n, digits = 0) => n.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const enc = encodeURIComponent;
// Brackets of a factor that there is none of are left out.
const tidy = (s) => s.replace(/\s*(（）|\(\))/g, "");

const villages = await all("villages");
const gaps = Object.fromEntries(await Promise.all(THEMES.map(async (x) => [x, await all(COLLECTION[x])])));
const pairs = await all("neighbour_gaps");
const fragile = await all("fragile_access");
const touches = (id) => (g) => g.village === id || (g.villages?.includes(id) ?? false);
/** What a page of a village lists; the gap of a source is told with the water's quality. */
const gapsOf = (id, x) => [...gaps[x].filter((g) => x !== "water" || g.village !== null), ...(x === "roads" ? fragile : [])].filter(touches(id));
/** The village with gaps in most themes. */
const busiest = [...villages].sort((a, b) => new Set(b.gaps.map((g) => g.split(":")[0])).size - new Set(a.gaps.map((g) => g.split(":")[0])).size || b.gaps.length - a.gaps.length)[0];
const cards = await json("api/scorecard");
const county = cards.counties.find((c) => c.id === busiest.county);

async function sheet(route, more = "", size) {
  const page = await open(`sheet=${enc(route)}${more}`, size, READY);
  await page.waitForFunction(() => !document.querySelector("#sheet-rank [aria-busy]"));
  return page;
}

/** Errors of a page; that no run was kept is none. */
function problems(page) {
  return page.problems.filter((x) => !/404/.test(x));
}

async function close(page) {
  assert.deepEqual(problems(page), []);
  await page.context().close();
}

test("a village without a road is drawn with the nearest one", { skip: gaps.roads.some((g) => g.kind === "no_road") ? false : "every village has a road" }, async () => {
  const v = gaps.roads.find((g) => g.kind === "no_road").village;
  const page = await sheet(`village/${v}`);
  const near = page.locator("#sheet .locator").nth(1);
  assert.ok((await near.locator("path.road").count()) > 0, "roads are in the near drawing");
  assert.equal(await near.locator("circle.here").count(), 1);
  await close(page);
});

test("the drawer leads to the village page; back returns to the map as it was", async () => {
  const v = busiest;
  const page = await open(`sel=${enc(`villages/${v.id}`)}&lang=en`);
  await page.waitForSelector("#drawer [data-sheet-link=village]");
  await page.waitForLoadState("networkidle");
  const view = new URLSearchParams(new URL(page.url()).hash.slice(1)).get("view");
  const title = await page.title();
  await page.locator("#drawer [data-sheet-link=village]").click();
  await page.waitForSelector(READY);
  assert.equal(await page.locator("#sheet h1").innerText(), v.name);
  assert.match(await page.title(), new RegExp(`^${v.name} · Village page`));
  assert.match(decodeURIComponent(page.url()), new RegExp(`sheet=village/${v.id}`));
  assert.ok(await page.locator("main").evaluate((m) => m.inert), "what is behind cannot be reached");
  assert.equal(await page.evaluate(() => document.activeElement.id), "sheet-title");
  await page.goBack();
  await page.waitForSelector("#sheet", { state: "detached" });
  assert.equal(await page.locator("#drawer-title").innerText(), v.name);
  assert.equal(new URLSearchParams(new URL(page.url()).hash.slice(1)).get("view"), view);
  assert.equal(await page.title(), title);
  assert.ok(!(await page.locator("main").evaluate((m) => m.inert)));
  assert.ok(await page.locator("#map").isVisible());
  // Forward again, and away by the keyboard.
  await page.goForward();
  await page.waitForSelector(READY);
  await page.keyboard.press("Escape");
  await page.waitForSelector("#sheet", { state: "detached" });
  assert.ok(await page.locator("#drawer").isVisible(), "Escape closes the sheet only");
  await close(page);
});

test("a village page has every theme, gap, figure, neighbour and the rank, in both languages", async () => {
  const v = busiest;
  const page = await sheet(`village/${v.id}`, "&lang=en");
  for (const lang of ["en", "zh"]) {
    const text = await page.locator("#sheet").innerText();
    for (const w of [v.name, v.id, summary.title[lang], summary.data_version, ...summary.attribution]) assert.ok(text.includes(w), `${w} in ${text}`);
    for (const x of THEMES) {
      const own = gapsOf(v.id, x);
      const section = page.locator(`#sheet-${x}`);
      assert.equal(await section.locator(".gap-card").count(), own.length, `${x}: every gap once`);
      const said = await section.innerText();
      for (const g of own) for (const w of [tidy(g.why[lang]), g.rule[lang], g.department[lang], ...g.evidence.map((e) => e.text[lang]), ...g.evidence.flatMap((e) => e.sources.slice(0, 4))]) assert.ok(said.includes(w), `${x}: ${w} in ${said}`);
      assert.equal(await section.locator(`h2 .verdict.${v[VERDICT[x]]}`).count(), 1, `${x} is ${v[VERDICT[x]]}`);
      assert.ok((await section.locator(".meters tbody tr").count()) > 0);
    }
    const { neighbours } = await json(`api/villages/${enc(v.id)}/neighbours`);
    assert.equal(await page.locator(".pairs tbody tr").count(), neighbours.length);
    assert.equal(neighbours.filter((n) => n.gap).length, pairs.filter((g) => g.village === v.id || g.other === v.id).length);
    for (const n of neighbours) {
      const row = await page.locator(`[data-neighbour="${n.id}"]`).innerText();
      const words = { ok: { en: "yes", zh: "已通" }, gap: { en: "none", zh: "未通" }, unknown: { en: "unknown", zh: "不明" } };
      const metres = (m) => (m < 999.5 ? `${local(m)} m` : `${local(m / 1000, 1)} km`);
      for (const w of [n.name, words[n.verdict][lang], metres(n.straight_m), ...(n.paved_m === null ? [] : [metres(n.paved_m)])]) assert.ok(row.includes(w), `${w} in ${row}`);
    }
    if (lang === "en") await turn(page, "#sheet-lang");
  }
  assert.equal(await page.locator("html").getAttribute("lang"), "zh");
  const p = page.locator("#sheet-roads .meters tbody tr").first();
  if (v.road_distance_m !== null) assert.ok((await p.innerText()).includes(v.road_distance_m < 999.5 ? `${Math.round(v.road_distance_m)} m` : `${local(v.road_distance_m / 1000, 1)} km`));
  const ranking = await json(`api/rankings?limit=100000${v.county ? `&county=${enc(v.county)}` : ""}`);
  const row = ranking.rows.find((r) => r.village === v.id);
  const rank = await page.locator("#sheet-rank").innerText();
  if (row) {
    for (const w of [`第 ${row.rank} 位`, `第 ${row.rank_interval[0]}–${row.rank_interval[1]} 位`, local(row.need, 3), `${local(row.known_share * 100, 1)} %`]) assert.ok(rank.includes(w), `${w} in ${rank}`);
    assert.equal(await page.locator(".makeup tbody tr").count(), row.parts.length);
    assert.equal(await page.locator(".makeup .hatch").count(), row.parts.filter((x) => x.part === null).length);
  } else assert.match(rank, /不参与排名/);
  assert.equal(await page.locator("#sheet .locator").count(), 2);
  assert.ok((await page.locator("#sheet .locator circle.here").count()) >= 1);
  assert.equal(await page.locator("#sheet .banner").count(), summary.provenance === "real" ? 0 : 1, "simulated data say so");
  assert.equal(await page.locator("#sheet-history").count(), 0, "no run was kept, so nothing is told of any");
  await close(page);
});

test("planned projects, remedies with what they serve, contradictions, and what nobody knows", async () => {
  const planned = Object.values(gaps).flat().find((g) => g.village && g.projects?.length > 0 && g.remedy);
  if (planned) {
    const projects = await all("projects");
    const page = await sheet(`village/${planned.village}`, "&lang=en");
    const text = await page.locator("#sheet").innerText();
    for (const id of planned.projects) {
      const p = projects.find((x) => x.id === id);
      for (const w of [p.name ?? p.id, String(p.year)]) assert.ok(text.includes(w), `${w} in ${text}`);
    }
    await close(page);
  }
  const odd = villages.find((v) => v.broadband_disagrees || v.power_disagrees || v.road_disagrees);
  if (odd) {
    const page = await sheet(`village/${odd.id}`);
    assert.ok((await page.locator("#sheet .warn").count()) >= 1);
    await close(page);
  }
  const dark = villages.find((v) => THEMES.some((x) => v[VERDICT[x]] === "unknown"));
  const page = await sheet(`village/${dark.id}`);
  for (const x of THEMES.filter((y) => dark[VERDICT[y]] === "unknown")) {
    assert.equal(await page.locator(`#sheet-${x} h2 .verdict.unknown`).count(), 1);
    const row = page.locator(`#sheet-${x} .meters tr.unknown`).first();
    const look = await row.locator(".unk, .verdict.unknown").first().evaluate((e) => getComputedStyle(e).backgroundImage);
    assert.match(look, /repeating-linear-gradient/, "in a texture of its own");
  }
  await close(page);
});

test("what fails says so and comes again; what is not there says so", async () => {
  let broken = true;
  const page = await open("", undefined, "#top");
  await page.route("**/collections/villages/items/*", (r) => (broken ? r.fulfill({ status: 503, json: { detail: "reloading" } }) : r.continue()));
  await page.goto(`${base}/#lang=en&sheet=${enc(`village/${busiest.id}`)}`);
  await page.waitForSelector("#sheet [role=alert]");
  assert.match(await page.locator("#sheet [role=alert]").innerText(), /503: reloading/);
  broken = false;
  await page.locator("#sheet-retry").click();
  await page.waitForSelector("#sheet .glance");
  for (const route of ["village/no-such", "county/no-such", "notice/no-such", "goat/1"]) {
    await page.evaluate((r) => (location.hash = `lang=en&sheet=${encodeURIComponent(r)}`), route);
    await page.waitForFunction(() => /no village or county of this code/.test(document.querySelector("#sheet [role=alert]")?.textContent ?? ""));
  }
  await page.locator("#sheet-close").click();
  await page.waitForSelector("#sheet", { state: "detached" });
  await page.context().close();
});

test("code that does not come is said; the sheet comes, dressed, when the service is back", async () => {
  const page = await open(`lang=en&sel=${enc(`villages/${busiest.id}`)}`);
  await page.waitForSelector("#drawer [data-sheet-link=village]");
  const context = page.context();
  let broken = true;
  await context.route("**/*", (r) => (broken ? r.abort() : r.continue()));
  await page.locator("#drawer [data-sheet-link=village]").click();
  await page.waitForSelector("#notice .error");
  assert.equal(await page.locator("#sheet").count(), 0);
  broken = false;
  await page.waitForSelector(READY);
  await page.waitForSelector("#notice .error", { state: "detached" });
  assert.equal(await page.locator("#sheet").evaluate((e) => getComputedStyle(e).position), "fixed");
  // Opened at a sheet whose code is not there any more: only loading again helps.
  await context.unroute("**/*");
  await context.route("**/sheets-*", (r) => (broken ? r.fulfill({ status: 404, body: "" }) : r.continue()));
  broken = true;
  await page.reload();
  await page.waitForSelector("#notice .info button");
  assert.match(await page.locator("#notice").innerText(), /Part of this page did not come/);
  broken = false;
  await page.locator("#notice button").click();
  await page.waitForSelector(READY);
  assert.equal(await page.locator("#sheet h1").innerText(), busiest.name);
  await context.close();
});

test("a county page: totals, indicators, who is missing, works, towns, files", async () => {
  const c = county;
  const page = await sheet(`county/${c.id}`, "&lang=en");
  const own = villages.filter((v) => v.county === c.id);
  for (const x of THEMES) {
    const bad = own.filter((v) => v[VERDICT[x]] === "gap");
    const cells = await page.locator(`[data-theme-row=${x}] td`).allInnerTexts();
    const known = bad.filter((v) => v.population !== null);
    const people = bad.length > 0 && known.length === 0 ? "unknown" : local(known.reduce((n, v) => n + v.population, 0));
    const mine = gaps[x].filter((g) => g.county === c.id && g.verdict === "gap");
    const wanted = [local(bad.length), local(own.filter((v) => v[VERDICT[x]] === "unknown").length), local(own.filter((v) => v[VERDICT[x]] === "ok").length), people, local(mine.length), local(mine.filter((g) => g.status === "planned").length)];
    assert.deepEqual(cells.slice(0, 6), wanted, x);
  }
  const keys = cards.reference.figures.filter((f) => summary.themes.includes(f.theme) && f.yes + f.no + f.unknown > 0);
  const figures = keys.map((k) => c.figures.find((f) => f.key === k.key));
  assert.equal(await page.locator(".grid.card tbody tr").count(), keys.length);
  for (const f of figures.filter((x) => x.yes + x.no + x.unknown > 0)) {
    const text = await page.locator(`.grid.card tr[data-key=${f.key}]`).innerText();
    if (f.share !== null) assert.ok(text.includes(f.of === "households" ? local(f.share, 2) : `${local(f.share * 100, 1)} %`), `${f.key}: ${text}`);
    if (f.missing !== null) assert.ok(text.split(/\s+/).includes(local(f.missing)), `${f.key}: ${text}`);
    // The lists are made from villages; the numbers come from the scorecard.
    if (["people", "households"].includes(f.of)) continue;
    for (const [part, n] of [["gap", f.no], ["unknown", f.unknown]]) {
      const list = page.locator(`.list[data-key=${f.key}] .of-${part}`);
      assert.equal(await list.count(), n > 0 ? 1 : 0, `${f.key} ${part}`);
      if (n === 0) continue;
      assert.ok((await list.locator("h4").innerText()).includes(local(n)));
      assert.equal(await list.locator(".long > span:not(.beyond), .beyond > span").count(), n, `${f.key} ${part}: every name`);
    }
  }
  const works = figures.filter((f) => f.cheapest?.villages.length > 0);
  assert.equal(await page.locator(".sets tbody tr").count(), works.length);
  for (const f of works) {
    const text = await page.locator(`.sets tr[data-key=${f.key}]`).textContent();
    for (const id of f.cheapest.villages) assert.ok(text.includes(villages.find((v) => v.id === id).name));
  }
  assert.equal(await page.locator("#sheet table.towns tbody tr").count(), cards.towns.filter((t) => t.county === c.id && t.villages > 0).length);
  const hrefs = await page.locator("#sheet .files a").evaluateAll((as) => as.map((a) => a.getAttribute("href")));
  for (const f of ["xlsx", "csv", "shp", "json"]) {
    const href = hrefs.find((x) => x.includes("collections/villages/") && x.endsWith(`f=${f}`));
    assert.equal((await page.request.get(`${base}/${href}`)).status(), 200, href);
  }
  const listed = await json(hrefs.find((x) => x.includes("collections/villages/") && x.endsWith("f=json")));
  assert.equal(listed.features.length, own.length);
  await turn(page, "#sheet-lang");
  const zh = await page.locator("#sheet").innerText();
  for (const w of [c.name, "各主题合计", "达标的最省方案", keys[0].name.zh]) assert.ok(zh.includes(w), w);
  const more = page.locator("#sheet .long .more");
  const before = await more.count();
  if (before > 0) {
    const hidden = page.locator("#sheet .beyond:visible");
    assert.equal(await hidden.count(), 0);
    await more.first().click();
    assert.ok((await hidden.count()) > 0, "the rest shows when asked for");
    assert.equal(await more.count(), before - 1);
  }
  await close(page);
});

test("a public notice: as the service has it, row by row, to print and to take away", async () => {
  const theme = THEMES.filter((x) => gaps[x].some((g) => g.county === county.id && g.verdict === "gap" && g.village)).at(0) ?? "roads";
  const report = (lang, f) => `reports/${enc(county.id)}/notice?theme=${theme}&lang=${lang}&f=${f}`;
  const page = await sheet(`county/${county.id}`, "&lang=en");
  await page.locator(".sheet-tools a", { hasText: "Public notice" }).click();
  await page.waitForSelector(".notice-tools");
  if (THEMES.length > 1) {
    await page.locator(`#notice-${theme}`).click();
    await page.waitForSelector(`#notice-${theme}[aria-pressed=true]`);
  }
  assert.match(decodeURIComponent(page.url()), new RegExp(`sheet=notice/${county.id}(@${theme})?`));
  const mine = gaps[theme].filter((g) => g.county === county.id && g.verdict === "gap");
  for (const lang of ["en", "zh"]) {
    const said = await json(report(lang, "json"));
    assert.equal(await page.locator("#sheet h1").innerText(), said.title);
    const tables = await page.locator(".notice-table").evaluateAll((all) => all.map((x) => [...x.tBodies[0].rows].map((r) => [...r.cells].map((c) => c.textContent))));
    const shown = (v) => (v === null ? "–" : typeof v === "number" ? local(v) : v);
    assert.deepEqual(tables, said.parts.filter((p) => p.rows.length > 0).map((p) => p.rows.map((r) => r.map(shown))), lang);
    const text = await page.locator("#sheet").innerText();
    for (const w of [...said.about, ...said.parts.map((p) => p.heading), said.foot[0]]) assert.ok(text.includes(w), `${w} in ${text}`);
    // Every known gap of the theme's collection is among them.
    for (const g of mine) assert.ok(said.parts.some((p) => p.rows.some((r) => r.includes(tidy(g.why[lang])) && r.includes(g.village_name))), g.id);
    if (lang === "en") {
      // What is filled in lasts while the language changes, and goes into the files.
      await page.locator("#notice_office").fill("县人民政府 <1>");
      await turn(page, "#sheet-lang");
      assert.equal(await page.locator("#notice_office").inputValue(), "县人民政府 <1>");
    }
  }
  const taken = async (id) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.locator(id).click()]);
    return [file.suggestedFilename(), await readFile(await file.path())];
  };
  const [csvName, csv] = await taken("#notice-csv");
  assert.match(csvName, /\.csv$/);
  const text = csv.toString("utf8");
  assert.equal(text.codePointAt(0), 0xfeff);
  assert.ok(text.includes("公示单位（盖章）：县人民政府 <1>"), text);
  for (const g of mine) assert.ok(text.includes(tidy(g.why.zh).replaceAll('"', '""')), g.why.zh);
  const [, book] = await taken("#notice-xlsx");
  assert.equal(book.subarray(0, 4).toString("latin1"), "PK\u0003\u0004");
  await close(page);
});

test("on paper: A4, white, black, only the sheet, every name, the head on every page", async () => {
  const page = await sheet(`county/${county.id}`, "&theme=dark", { width: 688, height: 1018 });
  await page.emulateMedia({ media: "print" });
  for (const id of ["top", "map-area", "foot", "notice"]) assert.ok(!(await page.locator(`#${id}`).isVisible()), `${id} stays off the paper`);
  assert.ok(!(await page.locator(".sheet-tools").isVisible()) && !(await page.locator("#sheet .files").isVisible()));
  const hidden = await page.locator("#sheet .lists .beyond").evaluateAll((all) => all.filter((x) => x.getClientRects().length === 0).length);
  assert.equal(hidden, 0, "every name is printed");
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  await fits(page);
  for (const [route, most] of [[`village/${busiest.id}`, 4], [`county/${county.id}`, 8], [`notice/${county.id}`, 40]]) {
    await page.emulateMedia({ media: null });
    await page.evaluate((r) => (location.hash = `sheet=${encodeURIComponent(r)}`), route);
    await page.waitForFunction((kind) => document.querySelector(`#sheet .sheet-page.${kind}[aria-busy=false] .colophon`), route.split("/")[0]);
    await page.waitForFunction(() => !document.querySelector("#sheet-rank [aria-busy]"));
    const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString("latin1");
    const pages = [...pdf.matchAll(/\/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]/g)];
    assert.ok(pages.length >= 1 && pages.length <= most, `${route}: ${pages.length} pages`);
    for (const [, w, h] of pages) assert.ok(Math.abs(w - 595) < 1.5 && Math.abs(h - 842) < 1.5, `A4, not ${w} × ${h}`);
    await page.emulateMedia({ media: "print" });
    await fits(page);
    const table = page.locator("#sheet .notice-table thead");
    if (await table.count()) assert.equal(await table.evaluate((e) => getComputedStyle(e).display), "table-header-group");
    await page.screenshot({ path: `${shots}${name}-sheet-print-${route.split("/")[0]}.png`, fullPage: true });
  }
  await close(page);
});

test("narrow screens and accessibility, light and dark", async () => {
  const page = await sheet(`village/${busiest.id}`);
  for (const [route, width, more] of [[`village/${busiest.id}`, 1440, ""], [`village/${busiest.id}`, 390, "&lang=en&theme=dark"], [`county/${county.id}`, 768, "&theme=dark"], [`county/${county.id}`, 390, "&lang=en"], [`notice/${county.id}`, 1440, "&lang=en&theme=dark"], [`notice/${county.id}`, 390, ""]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate((h) => (location.hash = h), `sheet=${enc(route)}${more || "&theme=light"}`);
    await page.waitForFunction((kind) => document.querySelector(`#sheet .sheet-page.${kind}[aria-busy=false] .colophon`), route.split("/")[0]);
    await page.waitForFunction(() => !document.querySelector("#sheet-rank [aria-busy]"));
    await fits(page);
    const wide = await page.locator("#sheet").evaluate((e) => e.scrollWidth - e.clientWidth);
    assert.ok(wide <= 0, `${route} sticks out at ${width} px: ${wide}`);
    const levels = await page.locator("#sheet :is(h1,h2,h3,h4)").evaluateAll((all) => all.map((x) => Number(x.tagName[1])));
    assert.equal(levels[0], 1);
    levels.forEach((l, i) => assert.ok(i === 0 || (l > 1 && l - levels[i - 1] <= 1), `headings in order: ${levels}`));
    await page.screenshot({ path: `${shots}${name}-sheet-${route.split("/")[0]}-${width}${more.replace(/\W+/g, "-")}.png` });
    assert.deepEqual(await violations(page), [], `${route} ${width} ${more}`);
  }
  await close(page);
});
