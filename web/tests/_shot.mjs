import { open, browser } from "./page.mjs";
const jobs = JSON.parse(process.argv[2]);
for (const [out, hash, w, h, act] of jobs) {
  const page = await open(hash, { width: w, height: h });
  await page.waitForFunction(() => performance.getEntriesByName("first-map").length > 0 || document.body.hasAttribute("data-sheet"), null, { timeout: 90000 }).catch(() => console.log("no map", out));
  if (act) await eval(`(async () => { ${act} })()`);
  await page.waitForTimeout(2500);
  await page.screenshot({ path: out });
  console.log(out, page.problems.join("\n"));
  await page.context().close();
}
await browser.close();
