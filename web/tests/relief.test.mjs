// The ground under the map: shaded relief of the atlas's own heights.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { base, browser, drawn, name, open, shots, summary } from "./page.mjs";

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
  const pixels = () => page.evaluate(() => {
    const canvas = document.querySelector("#map canvas");
    const copy = document.createElement("canvas");
    copy.width = copy.height = 300;
    const g = copy.getContext("2d");
    g.drawImage(canvas, 0, 0, 300, 300);
    return [...g.getImageData(0, 0, 300, 300).data];
  });
  const before = await pixels();
  await change();
  await drawn(page);
  const now = await pixels();
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
