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

/** Where a place is on the map's canvas of a page of 1440 × 900, from its middle, in pixels; tiles of 512. */
function away([x, y], [lon, lat], zoom) {
  const side = 512 * 2 ** zoom;
  const north = (d) => Math.log(Math.tan(Math.PI / 4 + (d * Math.PI) / 360));
  return [((x - lon) / 360) * side, ((north(lat) - north(y)) / (2 * Math.PI)) * side];
}

/** Whether a place lies within the first ring of an area. */
function within([x, y], ring) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** A place of a town that is as far from every village as may be. */
function clear(town, villages, zoom) {
  const ring = town.geometry.coordinates.flat(town.geometry.type === "Polygon" ? 0 : 1)[0];
  const corners = ring.filter((_, i) => i % Math.ceil(ring.length / 20) === 0);
  const spots = corners.flatMap((p, i) => corners.slice(i + 1).map((q) => [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2])).filter((p) => within(p, ring));
  const alone = (p) => Math.min(...villages.map((v) => Math.hypot(...away(v, p, zoom))));
  return spots.sort((a, b) => alone(b) - alone(a))[0];
}

/** A colour of the ramp as faint as towns have it on their ground. */
const faint = (rgb, ground) => rgb.map((c, i) => Math.round(0.4 * c + 0.6 * ground[i]));
const GROUND = { light: [230, 232, 228], dark: [34, 40, 46] };

test("towns are coloured by the share of their villages with a gap; a click leads into one", async () => {
  const there = summary.collections.some((c) => c.id === "towns");
  const towns = there ? (await features("towns")).filter((t) => t.properties.villages > 3) : [];
  const villages = (await features("villages")).map((v) => v.geometry.coordinates);
  const share = (t) => t.properties.gap_share;
  const sorted = towns.sort((a, b) => share(a) - share(b));
  // The worst town, the best, and none at all where the atlas has no towns.
  const asked = there ? [[sorted.at(-1), [189, 0, 38]], [sorted[0], [255, 255, 178]]] : [[null, [0, 0, 0]]];
  if (there) assert.ok(share(sorted[0]) < 0.05 && share(sorted.at(-1)) >= 0.4, "there are both");
  const zoom = 10.2;
  for (const [town, rgb] of asked) {
    const middle = town ? clear(town, villages, zoom) : [(west + east) / 2, (south + north) / 2];
    for (const [theme, ground] of Object.entries(GROUND)) {
      const page = await open(`list=villages&theme=${theme}&layers=-relief&view=${middle[0].toFixed(5)}/${middle[1].toFixed(5)}/${zoom}`);
      await drawn(page);
      await page.screenshot({ path: `${shots}${name}-towns-${theme}.png` });
      const mix = faint(rgb, ground);
      const n = await coloured(page, mix, 8);
      if (there) assert.ok(n > 3000, `${town.properties.name} ${theme}: ${n} pixels of ${mix}`);
      assert.equal(/乡镇内有缺口的村占比/.test(await page.locator("#legend").textContent()), there, "said in the legend where it shows");
      if (there) {
        const box = await page.locator("#map canvas").boundingBox();
        await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
        await page.waitForFunction(() => Number(/view=[^&]*%2F([\d.]+)|view=[^&/]*\/[^&/]*\/([\d.]+)/.exec(location.hash)?.slice(1).find(Boolean)) >= 10.5);
        await drawn(page);
        assert.doesNotMatch(await page.locator("#legend").textContent(), /乡镇内/, "villages alone are coloured now");
        assert.equal(await page.locator("#drawer").isVisible(), false, "no village was meant");
      }
      assert.deepEqual(page.problems, []);
      await page.context().close();
    }
  }
});

test("towns are coloured by sources over a limit while their table is open", async () => {
  const there = summary.collections.some((c) => c.id === "towns") && (summary.counts.water?.contamination ?? []).length > 0;
  const rows = there ? (await features("counties")).flatMap((c) => c.properties.contamination ?? []).filter((c) => c.town !== null && c.depth_m === null) : [];
  // Of the substance with most of them over its limit, the worst town; none where the atlas has no towns or no tests.
  const worst = rows.filter((c) => c.share >= 0.08).sort((a, b) => b.over - a.over)[0];
  assert.equal(worst !== undefined, there);
  const town = there ? (await features("towns")).find((t) => t.properties.key === `${worst.county}/${worst.town}`) : null;
  const zoom = 10.2;
  const middle = town ? clear(town, (await features("villages")).map((v) => v.geometry.coordinates), zoom) : [(west + east) / 2, (south + north) / 2];
  const list = there ? `list=contamination&sel=contamination%2F${encodeURIComponent(worst.parameter)}` : "list=villages";
  const page = await open(`${list}&layers=-relief&view=${middle[0].toFixed(5)}/${middle[1].toFixed(5)}/${zoom}`);
  await drawn(page);
  await page.screenshot({ path: `${shots}${name}-towns-over.png` });
  assert.equal(/底色：乡镇内.*超标水源占比/.test(await page.locator("#legend").textContent()), there);
  if (there) {
    const n = await coloured(page, faint([189, 0, 38], GROUND.light), 8);
    assert.ok(n > 3000, `${town.properties.name}: ${n} pixels`);
  }
  assert.deepEqual(page.problems, []);
  await page.context().close();
});
