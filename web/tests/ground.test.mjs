// The ground under the map: shaded relief of the atlas's own heights, rivers and lakes.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { base, browser, coloured, drawn, features, name, open, pixels, shots, summary } from "./page.mjs";

after(() => browser.close());

const [west, south, east, north] = summary.relief?.bounds ?? summary.bbox;
const view = `view=${((west + east) / 2).toFixed(4)}/${((south + north) / 2).toFixed(4)}/9`;

/** A page that also counts the answers to requests for the relief. */
async function watched(hash, size) {
  const page = await open(hash, size);
  page.relief = [];
  page.on("response", (r) => r.url().startsWith(`${base}/relief/`) && page.relief.push(r.status()));
  await page.reload();
  await page.waitForSelector("#list:not([aria-busy])");
  await drawn(page);
  return page;
}

/** How many of the map's pixels differ between two moments. */
async function differing(page, change) {
  const before = await pixels(page, 300);
  await change();
  await drawn(page);
  const now = await pixels(page, 300);
  return before.filter((v, i) => v !== now[i]).length / before.length;
}

for (const theme of ["light", "dark"]) {
  test(`relief lies under the map and can be switched off, ${theme}`, async () => {
    const page = await watched(`list=villages&theme=${theme}&${view}`);
    const box = page.locator("#layer-relief");
    if (!summary.relief) {
      assert.deepEqual(page.relief, [], "nothing is asked for");
      assert.equal(await box.count(), 0, "there is nothing to switch");
      return page.context().close();
    }
    assert.ok(page.relief.length > 0 && page.relief.every((s) => s === 200), String(page.relief));
    await page.screenshot({ path: `${shots}${name}-relief-${theme}.png` });
    assert.ok(await box.isChecked());
    const off = await differing(page, () => box.uncheck());
    assert.ok(off > 0.2, `the map looks another without it: ${off}`);
    assert.match(page.url(), /layers=-relief/);
    await page.locator("#layer-relief").check();
    await drawn(page);
    assert.doesNotMatch(page.url(), /relief/);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
}

test("lakes are blue where the atlas has them", async () => {
  const there = summary.collections.some((c) => c.id === "surface_water");
  const lakes = there ? (await features("surface_water")).filter((f) => f.geometry.type === "Polygon") : [];
  const size = (f) => f.geometry.coordinates[0].length;
  const ring = lakes.sort((a, b) => size(b) - size(a))[0]?.geometry.coordinates[0];
  const middle = (k) => (ring ? ring.reduce((sum, p) => sum + p[k], 0) / ring.length : [(west + east) / 2, (south + north) / 2][k]).toFixed(5);
  for (const [theme, rgb] of [["light", [156, 195, 218]], ["dark", [39, 80, 107]]]) {
    const page = await open(`list=villages&theme=${theme}&view=${middle(0)}/${middle(1)}/14`);
    await drawn(page);
    await page.screenshot({ path: `${shots}${name}-water-${theme}.png` });
    const n = await coloured(page, rgb);
    if (there) assert.ok(n > 500, `${theme}: ${n} pixels of water`);
    else assert.equal(n, 0, "no water that nobody knows of");
    assert.equal(/河流、湖泊/.test(await page.locator("#legend").textContent()), there, "said in the legend where there is some");
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }
});
