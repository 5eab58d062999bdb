// What the standards ask of documents, as JSON Schemas (draft 2020-12) in our own words: no package holds the standards'
// own. Each names its source. Where a standard leaves a member free it is free here, too; what requirements ask beyond
// the standard's schema (relations of links, the first reference system) is asked here as well.

export const CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
export const SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
export const TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
export const QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables";
export const GEOJSON = "application/geo+json";
export const MVT = "application/vnd.mapbox-vector-tile";
const JSON_ = "application/json";

const text = { type: "string", minLength: 1 };
const uri = { type: "string", format: "uri" };
const count = { type: "integer", minimum: 0 };
const time = { type: "string", format: "date-time" };
const object = (required, properties, more = {}) => ({ type: "object", required, properties, ...more });
const list = (items, more = {}) => ({ type: "array", items, ...more });
const numbers = (n) => list({ type: "number" }, { minItems: n, maxItems: n });
const ref = (name) => ({ $ref: `standard#/$defs/${name}` });

/** Links, among them one of each of these relations; one in this form where the form is named. */
const links = (...wanted) =>
  list(ref("link"), {
    allOf: wanted.map(([rel, media]) => {
      const of = { rel: { const: rel }, ...(media ? { type: { const: media } } : {}) };
      return { contains: { type: "object", required: Object.keys(of), properties: of } };
    }),
  });
/** A document is there as JSON and as a page (Features 1, fc-md-links, fc-links, f-links; class HTML). */
const both = (media = JSON_) => [["self", media], ["alternate", "text/html"]];

const typed = (name, coordinates) => object(["type", "coordinates"], { type: { const: name }, coordinates });
/** RFC 7946, 3.1: geometries over positions of this kind; rings are closed. */
const geometry = (position) => {
  const line = list(position, { minItems: 2 });
  const rings = list(list(position, { minItems: 4, closed: true }), { minItems: 1 });
  return {
    type: "object",
    oneOf: [
      typed("Point", position),
      typed("MultiPoint", list(position)),
      typed("LineString", line),
      typed("MultiLineString", list(line)),
      typed("Polygon", rings),
      typed("MultiPolygon", list(rings)),
    ],
  };
};
/** RFC 7946, 4: longitude and latitude. */
const degrees = {
  type: "array",
  minItems: 2,
  maxItems: 3,
  prefixItems: [{ type: "number", minimum: -180, maximum: 180 }, { type: "number", minimum: -90, maximum: 90 }, { type: "number" }],
};
const anywhere = list({ type: "number" }, { minItems: 2, maxItems: 3 });

/** RFC 7946, 3.2 and 7.1; Features 1, 7.16: without members that make another object of it. */
const feature = (shape, more = {}) =>
  object(["type", "id", "geometry", "properties"], {
    type: { const: "Feature" },
    id: { oneOf: [text, { type: "integer" }] },
    geometry: { oneOf: [{ type: "null" }, ref(shape)] },
    properties: { type: ["object", "null"] },
    features: false,
    coordinates: false,
    geometries: false,
    crs: false,
    ...more,
  });

/** RFC 7946, 3.3 and 7.1; Features 1, 7.15: fc-response, fc-links, fc-timeStamp, fc-numberMatched, fc-numberReturned. */
const page = (one) =>
  object(["type", "features", "links", "timeStamp", "numberMatched", "numberReturned"], {
    type: { const: "FeatureCollection" },
    features: list(ref(one)),
    links: links(...both(GEOJSON)),
    timeStamp: time,
    numberMatched: count,
    numberReturned: count,
    geometry: false,
    properties: false,
    coordinates: false,
    geometries: false,
    crs: false,
  });

/** 17-083r4, 7.1 and annex B: a reference system by address or as an object. */
const system = { oneOf: [uri, { type: "object", minProperties: 1 }] };
const dataType = { enum: ["map", "vector", "coverage"] };
const whole = { type: "integer", minimum: 1 };
const box = object(["lowerLeft", "upperRight"], {
  lowerLeft: numbers(2),
  upperRight: numbers(2),
  crs: system,
  orderedAxes: list(text, { minItems: 2, maxItems: 2 }),
});
const scheme = [SCHEME, JSON_];

export const schemas = {
  $id: "standard",
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $defs: {
    /** Features 1, schema link (RFC 8288); a template says so. */
    link: object(
      ["href", "rel", "type"],
      {
        href: text,
        rel: text,
        type: { type: "string", format: "media" },
        hreflang: text,
        title: text,
        length: count,
        templated: { type: "boolean" },
      },
      {
        if: { required: ["templated"], properties: { templated: { const: true } } },
        then: { properties: { href: { type: "string", format: "template" } } },
        else: { properties: { href: uri } },
      },
    ),

    /** Features 1, 7.2 (root-success); Tiles 1, 9.2 (dataset-tilesets, landing page). */
    landing: object(["title", "links"], {
      title: text,
      description: text,
      attribution: text,
      links: links(
        ...both(),
        ["service-desc", "application/vnd.oai.openapi+json;version=3.0"],
        ["service-doc", "text/html"],
        ["conformance", JSON_],
        ["data", JSON_],
        [TILESETS, JSON_],
      ),
    }),

    /** Features 1, 7.4 (conformance-success). */
    conformance: object(["conformsTo"], { conformsTo: list(uri, { minItems: 1, uniqueItems: true }), links: links(...both()) }),

    /** Features 1, 7.13 (fc-md-items, fc-md-extent); Features 2, 6.2 (crs, storageCrs); Tiles 1, 10.2 (geodata). */
    collection: object(["id", "links", "crs", "storageCrs"], {
      id: text,
      title: text,
      description: text,
      links: links(...both(), ["items", GEOJSON], ["items", "text/html"], [QUERYABLES, "application/schema+json"], [TILESETS, JSON_]),
      itemType: { const: "feature" },
      crs: list(uri, { minItems: 1, uniqueItems: true, prefixItems: [{ const: CRS84 }] }),
      storageCrs: uri,
      storageCrsCoordinateEpoch: { type: "number" },
      extent: object([], {
        spatial: object(["bbox"], { bbox: list({ anyOf: [numbers(4), numbers(6)] }, { minItems: 1 }), crs: { const: CRS84 } }),
        temporal: object(["interval"], {
          interval: list(list({ anyOf: [time, { type: "null" }] }, { minItems: 2, maxItems: 2 }), { minItems: 1 }),
          trs: { const: "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian" },
        }),
      }),
    }),

    /** Features 1, 7.13 (fc-md-success, fc-md-links); Features 2, 6.2 (the list for all). */
    collections: object(["links", "collections"], {
      links: links(...both()),
      collections: list(ref("collection"), { minItems: 1 }),
      crs: list(uri, { prefixItems: [{ const: CRS84 }] }),
      numberMatched: count,
      numberReturned: count,
    }),

    degrees: geometry(degrees),
    anywhere: geometry(anywhere),
    feature: feature("degrees"),
    featureAnywhere: feature("anywhere"),
    page: page("feature"),
    pageAnywhere: page("featureAnywhere"),
    /** Features 1, 7.16 (f-links). */
    item: feature("degrees", { links: links(...both(GEOJSON), ["collection", JSON_]) }),
    itemAnywhere: feature("anywhere", { links: links(...both(GEOJSON), ["collection", JSON_]) }),

    /** Features 3, 6.2 (queryables, get-queryables-response): every property is a plain type or a geometry. */
    queryables: object(["$schema", "$id", "type", "properties"], {
      $schema: { enum: ["https://json-schema.org/draft/2019-09/schema", "https://json-schema.org/draft/2020-12/schema"] },
      $id: uri,
      type: { const: "object" },
      title: text,
      properties: {
        type: "object",
        minProperties: 1,
        additionalProperties: {
          type: "object",
          properties: { title: text },
          oneOf: [
            { required: ["type"], properties: { type: { enum: ["string", "number", "integer", "boolean"] } } },
            { required: ["format"], properties: { format: { type: "string", pattern: "^geometry-(any|(multi)?(point|linestring|polygon))$" } } },
          ],
        },
      },
    }),

    /** Features 1, schema exception (`code`); RFC 9457, 3.1 (the others; the status is that of the answer). */
    problem: object(["code", "type", "title", "status", "detail"], {
      code: { type: "string", pattern: "^[A-Z][A-Za-z]+$" },
      description: text,
      type: { type: "string", format: "reference" },
      title: text,
      status: { type: "integer", minimum: 400, maximum: 599 },
      detail: text,
      instance: { type: "string", format: "reference" },
    }),

    /** Tiles 1, 8.3 (tilesets-list); 17-083r4, tileset metadata, in short. */
    tilesets: object(["tilesets", "links"], { tilesets: list(ref("tilesetInList"), { minItems: 1 }), links: links(...both()) }),
    tilesetInList: object(["dataType", "crs", "links"], {
      title: text,
      dataType,
      crs: system,
      tileMatrixSetURI: uri,
      links: links(["self", JSON_], scheme),
    }),

    /** 17-083r4, table of tileset metadata; Tiles 1, 7.2 (a link to the tiles as a template). */
    tileset: object(["dataType", "crs", "links"], {
      title: text,
      description: text,
      attribution: text,
      keywords: list(text),
      dataType,
      crs: system,
      tileMatrixSetURI: uri,
      tileMatrixSetLimits: list(
        object(["tileMatrix", "minTileRow", "maxTileRow", "minTileCol", "maxTileCol"], {
          tileMatrix: text,
          minTileRow: count,
          maxTileRow: count,
          minTileCol: count,
          maxTileCol: count,
        }),
      ),
      boundingBox: box,
      centerPoint: object(["coordinates"], { coordinates: numbers(2), crs: system, tileMatrix: text, scaleDenominator: { type: "number" }, cellSize: { type: "number" } }),
      created: time,
      updated: time,
      mediaTypes: list({ type: "string", format: "media" }),
      layers: list(ref("layer"), { minItems: 1 }),
      links: links(["self", JSON_], ["alternate"], ["item", MVT], scheme),
    }),
    /** 17-083r4, geospatial data resources: layers, with a part of JSON Schema for their properties. */
    layer: object(["id", "dataType"], {
      id: text,
      title: text,
      description: text,
      dataType,
      crs: system,
      geometryDimension: { type: "integer", minimum: 0, maximum: 3 },
      minTileMatrix: text,
      maxTileMatrix: text,
      minScaleDenominator: { type: "number" },
      maxScaleDenominator: { type: "number" },
      boundingBox: box,
      propertiesSchema: object(["type", "properties"], {
        type: { const: "object" },
        required: list(text, { minItems: 1 }),
        properties: {
          type: "object",
          additionalProperties: object([], {
            title: text,
            description: text,
            type: { enum: ["array", "boolean", "integer", "null", "number", "object", "string"] },
            enum: { type: "array", minItems: 1, uniqueItems: true },
            format: text,
          }),
        },
      }),
      links: list(ref("link"), { minItems: 1 }),
    }),

    /** Tiles 1, 8.4; 17-083r4, 7.1. */
    matrixSets: object(["tileMatrixSets"], {
      links: links(...both()),
      tileMatrixSets: list(object(["links"], { id: text, title: text, uri, crs: system, links: links(["self", JSON_]) }), { minItems: 1 }),
    }),
    matrixSet: object(["id", "crs", "tileMatrices"], {
      id: text,
      title: text,
      description: text,
      uri,
      orderedAxes: list(text, { minItems: 1 }),
      crs: system,
      wellKnownScaleSet: uri,
      boundingBox: box,
      tileMatrices: list(
        object(["id", "scaleDenominator", "cellSize", "pointOfOrigin", "tileWidth", "tileHeight", "matrixWidth", "matrixHeight"], {
          id: text,
          scaleDenominator: { type: "number", exclusiveMinimum: 0 },
          cellSize: { type: "number", exclusiveMinimum: 0 },
          cornerOfOrigin: { enum: ["topLeft", "bottomLeft"] },
          pointOfOrigin: numbers(2),
          tileWidth: whole,
          tileHeight: whole,
          matrixWidth: whole,
          matrixHeight: whole,
        }),
        { minItems: 1 },
      ),
    }),

    /** TileJSON 3.0.0, 3. */
    tileJson: object(["tilejson", "tiles", "vector_layers"], {
      tilejson: { type: "string", pattern: "^3\\.\\d+\\.\\d+$" },
      tiles: list({ type: "string", format: "template", allOf: ["z", "x", "y"].map((n) => ({ pattern: `\\{${n}\\}` })) }, { minItems: 1 }),
      vector_layers: list(
        object(["id", "fields"], {
          id: text,
          fields: { type: "object", additionalProperties: { type: "string" } },
          description: { type: "string" },
          minzoom: ref("zoom"),
          maxzoom: ref("zoom"),
        }),
      ),
      attribution: { type: "string" },
      bounds: {
        type: "array",
        minItems: 4,
        maxItems: 4,
        prefixItems: [-180, -90, -180, -90].map((least) => ({ type: "number", minimum: least, maximum: -least })),
      },
      center: { type: "array", minItems: 3, maxItems: 3, prefixItems: [{ type: "number" }, { type: "number" }, ref("zoom")] },
      description: { type: "string" },
      fillzoom: ref("zoom"),
      minzoom: ref("zoom"),
      maxzoom: ref("zoom"),
      name: { type: "string" },
      scheme: { enum: ["xyz", "tms"] },
      version: { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+" },
    }),
    zoom: { type: "integer", minimum: 0, maximum: 30 },

    /** Features 1, 7.15 and Features 2, 7: how the description has the parameters of items (bbox-definition and others). */
    parameters: object(["bbox", "limit", "datetime", "crs", "bbox-crs"], {
      bbox: ref("parameter"),
      limit: ref("parameter"),
      datetime: ref("parameter"),
      crs: ref("parameter"),
      "bbox-crs": ref("parameter"),
    }, {
      allOf: [
        { properties: { bbox: { properties: { schema: object(["type", "items", "oneOf"], {
          type: { const: "array" },
          items: object(["type"], { type: { const: "number" } }),
          oneOf: { const: [{ minItems: 4, maxItems: 4 }, { minItems: 6, maxItems: 6 }] },
        }) } } } },
        { properties: { limit: { properties: { schema: object(["type", "minimum", "maximum", "default"], {
          type: { const: "integer" },
          minimum: count,
          maximum: whole,
          default: whole,
        }) } } } },
        ...["datetime", "crs", "bbox-crs"].map((name) => ({
          properties: { [name]: { properties: { schema: object(["type"], { type: { const: "string" } }) } } },
        })),
      ],
    }),
    parameter: object(["name", "in", "style", "explode", "schema"], {
      name: text,
      in: { const: "query" },
      required: { const: false },
      style: { const: "form" },
      explode: { const: false },
      schema: { type: "object" },
    }),
  },
};
