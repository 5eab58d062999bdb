// Types of the service's answers from its description (openapi.json) into src/api-types.ts.
// With --check nothing is written, and a file that is not what would be written is an error.

import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { URL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const from = new URL("../openapi.json", import.meta.url);
const to = new URL("../src/api-types.ts", import.meta.url);
const HEAD = "// Made from openapi.json by `make api-types`; not to be edited.\n\n";

const { openapi, info, components } = JSON.parse(await readFile(from, "utf8"));
// The page writes its addresses itself and needs the schemas of answers only.
const answers = { openapi, info, paths: {}, components: { schemas: components.schemas } };
const text = HEAD + astToString(await openapiTS(answers, { arrayLength: true, defaultNonNullable: false }));
if (!process.argv.includes("--check")) {
  await writeFile(to, text);
} else if ((await readFile(to, "utf8").catch(() => "")) !== text) {
  process.stderr.write("web/src/api-types.ts is not what web/openapi.json says; run `make api-types`\n");
  process.exitCode = 1;
}
