// A service with a store of its own: two years of a practice region whose changes are planted. It needs no atlas that is
// shipped, so tests of it run once, with the first.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const outer = process.env.BASE_URL;
/** The suite runs once for each atlas. */
export const first = !outer || (await (await fetch(`${outer}/health`)).json()).atlas === "liaoning";
export const only = { skip: first ? false : "once is enough" };
/** The days of the two runs; the second is of the data at hand. */
export const THEN = "2016-12-31";
export const NOW = "2017-12-31";

const program = process.env.CUNTONG ?? new URL("../../target/debug/cuntong", import.meta.url).pathname;
const run = promisify(execFile);
let port = 20_000 + (process.pid % 20_000);

/** Serves the atlas that `make` makes in a folder of its own; `end` stops it and takes the folder away. */
async function region(name, make) {
  const dir = mkdtempSync(join(tmpdir(), `cuntong-${name}-`));
  const atlas = await make(dir);
  const base = `http://127.0.0.1:${port}`;
  const server = spawn(program, ["serve", atlas, "--bind", `127.0.0.1:${port++}`], { env: { ...process.env, CUNTONG_SERVE_WARM: "false" }, stdio: "ignore" });
  for (let i = 0; i < 600; i++) {
    if (await fetch(`${base}/health`).then((r) => r.ok, () => false)) {
      const end = () => {
        server.kill();
        rmSync(dir, { recursive: true, force: true });
      };
      return { dir, base, end };
    }
    assert.equal(server.exitCode, null, "the service runs");
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail("the service did not answer");
}

/** The second year, served with both years kept, and what was planted. */
export async function years(villages) {
  const { dir, base, end } = await region("years", async (dir) => {
    await run(program, ["synthesize", "--villages", String(villages), "--seed", "11", "--id", "years", "--next-year", "--out", dir]);
    await run(program, ["snapshot", "keep", join(dir, "atlas.toml"), "--date", THEN]);
    await run(program, ["snapshot", "keep", join(dir, "next/atlas.toml"), "--date", NOW]);
    return join(dir, "next/atlas.toml");
  });
  return { base, truth: JSON.parse(readFileSync(join(dir, "comparison.json"), "utf8")), end };
}

/** A region of which no run was kept. */
export function yearless() {
  return region("yearless", async (dir) => {
    await run(program, ["synthesize", "--villages", "40", "--seed", "3", "--id", "yearless", "--out", dir]);
    return join(dir, "atlas.toml");
  });
}
