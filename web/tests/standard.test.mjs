// Answers of the service against the standards that it says it meets: OGC API – Features 1 to 3, Tiles 1, GeoJSON,
// TileJSON, OpenAPI, MapLibre's styles. Needs no browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import Ajv from "ajv/dist/2020.js";
import { CRS84, QUERYABLES, SCHEME, schemas } from "./standard/schemas.mjs";

const base = process.env.BASE_URL ?? "http://127.0.0.1:8080";

const ajv = new Ajv({ strict: true, strictTypes: false, strictTuples: false, strictRequired: false });
ajv.addFormat("uri", (t) => /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i.test(t) && URL.canParse(t));
ajv.addFormat("reference", (t) => !/[\s<>"{}|\\^`]/.test(t) && URL.canParse(t, "http://a.example/"));
ajv.addFormat("template", (t) => /\{[a-zA-Z]+\}/.test(t) && URL.canParse(t.replace(/[{}]/g, "")));
ajv.addFormat("media", (t) => /^[a-z]+\/[a-z0-9][a-z0-9.+-]*( *; *[a-z]+=[a-zA-Z0-9.-]+)*$/.test(t));
ajv.addFormat("date-time", (t) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(t) && !Number.isNaN(Date.parse(t)));
ajv.addKeyword({ keyword: "closed", type: "array", validate: (_, ring) => String(ring[0]) === String(ring.at(-1)) });
ajv.addSchema(schemas);

/** A document is as one of the schemas says. */
function holds(schema, value, at) {
  const ok = ajv.getSchema(`standard#/$defs/${schema}`);
  assert.ok(ok(value), `${at} is no ${schema}: ${ajv.errorsText(ok.errors)}`);
}

/** Asks; the answer with its JSON, which has this status and media type. */
async function ask(path, media = "application/json", status = 200, more = {}) {
  const whole = path.startsWith("http") ? path : base + path;
  // Again where a connection that was kept had been closed meanwhile.
  const answer = await fetch(whole, more).catch(() => fetch(whole, more));
  const text = await answer.text();
  assert.equal(answer.status, status, `${path}: ${text.slice(0, 300)}`);
  assert.equal(answer.headers.get("content-type"), media, path);
  return { headers: answer.headers, json: JSON.parse(text) };
}

async function document(schema, path, media) {
  const { json } = await ask(path, media);
  holds(schema, json, path);
  return json;
}

const GEOJSON = "application/geo+json";
const href = (doc, rel) => doc.links.find((l) => l.rel === rel)?.href;

/** A page of features, with what schemas cannot say of it. */
async function page(path, crs = CRS84) {
  const { json, headers } = await ask(path, GEOJSON);
  holds(crs === CRS84 ? "page" : "pageAnywhere", json, path);
  assert.equal(json.numberReturned, json.features.length, path);
  assert.ok(json.numberMatched >= json.numberReturned, path);
  assert.equal(headers.get("content-crs"), `<${crs}>`, path);
  // fc-timeStamp: when the answer was made.
  assert.ok(Math.abs(Date.parse(json.timeStamp) - Date.now()) < 120_000, `${path}: ${json.timeStamp}`);
  return json;
}

const collections = (await document("collections", "/collections")).collections;
/** Those that have features. */
const filled = collections.filter((c) => c.numberOfFeatures > 0);
const enc = encodeURIComponent;

test("landing page, conformance and the description", async () => {
  for (const path of ["/ogc", "/?f=json"]) holds("landing", (await ask(path)).json, path);
  await document("conformance", "/conformance");
  const api = await ask("/api", "application/vnd.oai.openapi+json;version=3.0");
  const rules = ["struct", "no-unresolved-refs", "operation-operationId-unique", "operation-parameters-unique", "path-parameters-defined", "no-identical-paths", "no-enum-type-mismatch"];
  const config = await createConfig({ rules: Object.fromEntries(rules.map((r) => [r, "error"])) });
  const faults = await lintFromString({ source: JSON.stringify(api.json), config });
  assert.deepEqual(faults.map((f) => `${f.ruleId} ${f.message} ${f.location[0]?.pointer}`), []);
  for (const c of collections) {
    const own = api.json.paths[`/collections/${c.id}/items`].get.parameters;
    const resolved = own.map((p) => (p.$ref ? api.json.components.parameters[p.$ref.split("/").pop()] : p));
    holds("parameters", Object.fromEntries(resolved.map((p) => [p.name, p])), `parameters of ${c.id}`);
  }
});

test("collections, what can be asked of them, and their features", async () => {
  for (const c of collections) {
    const path = `/collections/${c.id}`;
    assert.deepEqual(await document("collection", path), c, "in the list as alone");
    assert.ok(c.crs.includes(c.storageCrs), path);
    const asked = await document("queryables", `${path}/queryables`, "application/schema+json");
    assert.equal(asked.$id, href(c, QUERYABLES), "its own address");
    const lenient = new Ajv({ strict: false, validateFormats: false });
    assert.ok(lenient.validateSchema(asked), `${path}/queryables is no JSON Schema: ${lenient.errorsText()}`);
    const found = await page(`${path}/items?limit=200`);
    const types = lenient.compile(asked);
    for (const f of found.features) {
      assert.ok(types(flat(f)), `${path}/items/${f.id} is not as its queryables say: ${lenient.errorsText(types.errors)}`);
    }
    if (!c.extent) continue;
    const [[w, s, e, n]] = c.extent.spatial.bbox;
    assert.ok(w <= e && s <= n && w >= -180 && e <= 180 && s >= -90 && n <= 90, path);
  }
});

/** Properties as queryables name them, without those that are unknown. */
function flat(f) {
  const out = { id: f.id };
  const walk = (v, name) => {
    if (v === null || Array.isArray(v)) return;
    if (typeof v === "object") for (const [k, x] of Object.entries(v)) walk(x, name ? `${name}.${k}` : k);
    else out[name] = v;
  };
  walk(f.properties, "");
  return out;
}

test("single features in every form of place", async () => {
  for (const c of filled) {
    const [first] = (await page(`/collections/${c.id}/items?limit=1`)).features;
    for (const crs of [undefined, c.crs[1], c.crs.at(-1)]) {
      const path = `/collections/${c.id}/items/${enc(first.id)}${crs ? `?crs=${enc(crs)}` : ""}`;
      const { json, headers } = await ask(path, GEOJSON);
      holds(crs ? "itemAnywhere" : "item", json, path);
      assert.equal(json.id, first.id);
      assert.equal(headers.get("content-crs"), `<${crs ?? CRS84}>`, path);
      if (!crs) assert.deepEqual([json.geometry, json.properties], [first.geometry, first.properties], path);
    }
  }
});

test("pages: reference systems, filters, boxes, orders, nothing, next and back", async () => {
  for (const c of filled) {
    const path = `/collections/${c.id}/items`;
    for (const crs of c.crs.filter((_, i) => i < 4 || i === c.crs.length - 1)) await page(`${path}?limit=20&crs=${enc(crs)}`, crs);
    const all = await page(`${path}?limit=7`);
    const id = all.features[0].id;
    const text = `id = '${id.replaceAll("'", "''")}'`;
    const json = JSON.stringify({ op: "=", args: [{ property: "id" }, id] });
    for (const q of [`filter=${enc(text)}`, `filter-lang=cql2-json&filter=${enc(json)}`, `id=${enc(id)}`]) {
      assert.deepEqual((await page(`${path}?${q}`)).features, [all.features[0]], q);
    }
    const none = await page(`${path}?filter=${enc(`${text} AND id = 'x'`)}`);
    assert.equal(none.numberMatched, 0);
    for (const q of ["sortby=-id", "properties=id", "datetime=2018-02-12T23:20:50Z", "datetime=../2018-02-12T00:00:00Z"]) await page(`${path}?limit=5&${q}`);
    await boxes(c, path);
    await there_and_back(path);
  }
});

/** The boxes of the official tests: the extent, Greenwich, the equator, 180°, the poles; again in another system. */
async function boxes(c, path) {
  const extent = c.extent?.spatial.bbox[0];
  const apart = ["-1.5,50,1.5,53", "-80,-5,-70,5", "177,65,-177,70", "-180,85,180,90", "-180,-90,180,-85"];
  const placeless = (await page(`${path}?bbox=${apart[4]}&limit=1000`)).features;
  assert.ok(placeless.every((f) => f.geometry === null), `${path}: nothing is at the South Pole`);
  for (const box of apart) assert.deepEqual((await page(`${path}?bbox=${box}&limit=1000`)).features, placeless, box);
  if (!extent) return;
  const whole = await page(`${path}?limit=3&bbox=${extent}`);
  assert.equal(whole.numberMatched, c.numberOfFeatures, `${path}: all are in the extent`);
  const [w, s, e, n] = extent;
  assert.equal((await page(`${path}?limit=3&bbox=${w},${s},-100,${e},${n},9000`)).numberMatched, c.numberOfFeatures, "with heights");
  const turned = await page(`${path}?limit=3&bbox=${s},${w},${n},${e}&bbox-crs=${enc("http://www.opengis.net/def/crs/EPSG/0/4326")}`);
  assert.deepEqual(turned.features, whole.features, `${path}: latitude first`);
}

/** Forward over two pages by their links, and back again. */
async function there_and_back(path) {
  const first = await page(`${path}?limit=2`);
  if (first.numberMatched <= 2) return assert.equal(href(first, "next"), undefined, "the last page leads nowhere");
  const second = await page(href(first, "next"));
  const back = await page(href(second, "prev"));
  assert.deepEqual(back.features, first.features, path);
}

test("what is wrong is said as the standard and RFC 9457 have it", async () => {
  const items = "/collections/villages/items";
  const bad = ["limit=0", "limit=x", "bbox=1,2,3", "bbox=1,2,3,x", "bbox=1,2,3,4,5", "bbox=0,9,1,8", "datetime=yesterday", "datetime=2020-01-02/2020-01-01",
    "crs=http://www.opengis.net/def/crs/0/unknown", `crs=${enc("http://www.opengis.net/def/crs/EPSG/0/0")}`, "bbox=0,0,1,1&bbox-crs=unknown", "filter=goats%20%3D%201",
    "filter=(", "filter-lang=xml&filter=a", "unknown=1", "f=xml", "sortby=goats", "cursor=x", "limit=1&limit=2"];
  const wrong = [
    ...bad.map((q) => [`${items}?${q}`, 400]),
    ["/collections?unknown=1", 400],
    ["/conformance?unknown=1", 400],
    ["/collections/goats", 404],
    ["/collections/goats/items", 404],
    ["/collections/goats/queryables", 404],
    ["/collections/goats/tiles", 404],
    [`${items}/goat`, 404],
    ["/tileMatrixSets/goats", 404],
    ["/tiles/goats", 404],
    ["/tiles/WebMercatorQuad/99/0/0", 404],
    ["/tiles/WebMercatorQuad/3/x/0", 400],
    ["/tiles/WebMercatorQuad?collections=goats", 400],
    ["/styles/goats", 404],
    ["/nowhere/at/all", 404],
  ];
  for (const [path, status] of wrong) await refused(path, status);
  await refused(items, 406, { headers: { accept: "image/png" } });
  await refused(items, 405, { method: "PUT" });
});

async function refused(path, status, more) {
  const { json } = await ask(path, "application/problem+json", status, more);
  holds("problem", json, path);
  assert.equal(json.status, status, path);
}

test("tiles: lists, tilesets, tile matrix sets, TileJSON", async () => {
  const sets = await document("matrixSets", "/tileMatrixSets");
  for (const about of sets.tileMatrixSets) {
    const set = await document("matrixSet", href(about, "self"));
    assert.equal(set.id, about.id);
    const scales = set.tileMatrices.map((m) => m.scaleDenominator);
    assert.deepEqual(scales, scales.toSorted((a, b) => b - a), "from coarse to fine");
  }
  for (const from of ["", ...collections.map((c) => `/collections/${c.id}`)]) {
    const { tilesets } = await document("tilesets", `${from}/tiles`);
    for (const one of tilesets) {
      const set = await document("tileset", href(one, "self"));
      assert.deepEqual([set.crs, set.dataType, href(set, SCHEME)], [one.crs, one.dataType, href(one, SCHEME)], from);
      for (const l of set.tileMatrixSetLimits) assert.ok(l.minTileRow <= l.maxTileRow && l.minTileCol <= l.maxTileCol, `${from} ${l.tileMatrix}`);
      const { json } = await ask(`${from}/tiles/WebMercatorQuad?f=tilejson`, "application/vnd.mapbox.tile+json");
      holds("tileJson", json, from);
      const fields = json.vector_layers.flatMap((l) => (l.minzoom >= json.minzoom && l.maxzoom <= json.maxzoom && l.minzoom <= l.maxzoom ? [] : [l.id]));
      assert.deepEqual(fields, [], "zooms of layers are within those of the tiles");
      assert.deepEqual(json.vector_layers.map((l) => l.id), set.layers.map((l) => l.id), from);
      assert.ok(json.tiles[0].startsWith(base) && json.center[2] >= json.minzoom && json.center[2] <= json.maxzoom);
    }
  }
});

test("styles are as MapLibre's own check has them", async () => {
  const { styles } = (await ask("/styles")).json;
  assert.ok(styles.length > 0);
  for (const about of styles) {
    for (const l of about.links) holds("link", l, about.id);
    const { json } = await ask(href(about, "stylesheet"), "application/vnd.mapbox.style+json");
    assert.deepEqual(validateStyleMin(json).map((e) => e.message), [], about.id);
  }
});
