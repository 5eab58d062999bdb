//! Paths of OGC API – Tiles and of the styles. Operations end as the standard wants it, so that clients find them.

use serde_json::{Map, Value, json};

use super::super::links::{HTML, JSON};
use super::{About, Content, both, get, parameter, schema, shared};
use crate::tiles::{MAX_ZOOM, MEDIA};

const TAG: &str = "tiles";

/// Parameters of tiles' paths.
pub fn parameters(about: &About) -> Map<String, Value> {
    let in_path = |name: &str, about: &str, kind: Value| {
        (name.to_owned(), json!({"name": name, "in": "path", "required": true, "description": about, "schema": kind}))
    };
    let number = json!({"type": "integer", "minimum": 0});
    let zooms: Vec<String> = (0..=MAX_ZOOM).map(|z| z.to_string()).collect();
    let forms = json!({"type": "string", "enum": ["json", "html", "tilejson"]});
    let ids: Vec<&str> = about.collections.iter().map(|c| c.id.as_str()).collect();
    let names = json!({"type": "array", "items": {"type": "string", "enum": ids}});
    let query = |key: &str, item: Value| (key.to_owned(), item);
    [
        in_path(
            "tileMatrixSetId",
            "Id of the tile matrix set",
            json!({"type": "string", "enum": [super::super::tiles::QUAD]}),
        ),
        in_path("tileMatrix", "Zoom", json!({"type": "string", "enum": zooms})),
        in_path("tileRow", "Row, from the north", number.clone()),
        in_path("tileCol", "Column, from the west", number),
        in_path("styleId", "Id of the style: a theme", json!({"type": "string"})),
        query("collections", parameter("collections", "Collections in the tiles; all without it", names)),
        query("f-tileset", parameter("f", "Form of the answer; without it the Accept header decides", forms)),
        query(
            "f-tile",
            parameter("f", "Form of the tile", json!({"type": "string", "enum": ["mvt"], "default": "mvt"})),
        ),
    ]
    .into_iter()
    .collect()
}

pub fn paths(paths: &mut Map<String, Value>) {
    let all = |names: &[&str]| -> Vec<Value> { names.iter().map(|n| shared(n)).collect() };
    for (before, kind, own) in
        [("/tiles", "dataset", None), ("/collections/{collectionId}/tiles", "collection", Some("collectionId"))]
    {
        let operation = |what: &str| format!(".{kind}.vector.{what}");
        let with = |names: &[&str]| all(&own.into_iter().chain(names.iter().copied()).collect::<Vec<_>>());
        let chosen: &[&str] = if own.is_none() { &["collections"] } else { &[] };
        let list = get(
            TAG,
            &operation("getTileSetsList"),
            "Tilesets",
            with(&["f"]),
            both(JSON, schema("TileSets")),
            &[400, 404, 406],
        );
        let forms: Content = vec![
            (JSON, schema("TileSet")),
            (HTML, json!({"type": "string"})),
            ("application/vnd.mapbox.tile+json", schema("TileJson")),
        ];
        let set = get(
            TAG,
            &operation("getTileSet"),
            "A tileset: its layers, limits and where its tiles are",
            with(&[&["tileMatrixSetId", "f-tileset"], chosen].concat()),
            forms,
            &[400, 404, 406],
        );
        let mut tile = get(
            TAG,
            &operation("getTile"),
            "A Mapbox Vector Tile",
            with(&[&["tileMatrixSetId", "tileMatrix", "tileRow", "tileCol", "f-tile"], chosen].concat()),
            vec![(MEDIA, json!({"type": "string", "format": "binary"}))],
            &[400, 404],
        );
        tile["get"]["responses"]["204"] = json!({"description": "There is nothing to show in this tile"});
        paths.insert(before.to_owned(), list);
        paths.insert(format!("{before}/{{tileMatrixSetId}}"), set);
        paths.insert(format!("{before}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"), tile);
    }
    let any = || json!({"type": "object", "additionalProperties": true});
    let mut put = |path: &str, item: Value| paths.insert(path.to_owned(), item);
    put(
        "/relief",
        get(
            TAG,
            "getRelief",
            "Shaded relief of the atlas's heights: where its tiles are, as TileJSON",
            Vec::new(),
            vec![("application/vnd.mapbox.tile+json", schema("ReliefTileJson"))],
            &[400, 404],
        ),
    );
    put(
        "/relief/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
        get(
            TAG,
            "getReliefTile",
            "Shadow and light on a transparent ground; without colour where there are no heights",
            all(&["tileMatrixSetId", "tileMatrix", "tileRow", "tileCol"]),
            vec![(crate::relief::MEDIA, json!({"type": "string", "format": "binary"}))],
            &[400, 404],
        ),
    );
    put(
        "/tileMatrixSets",
        get(TAG, "getTileMatrixSetsList", "Tile matrix sets", all(&["f"]), both(JSON, any()), &[400, 406]),
    );
    put(
        "/tileMatrixSets/{tileMatrixSetId}",
        get(
            TAG,
            "getTileMatrixSet",
            "A tile matrix set",
            all(&["tileMatrixSetId", "f"]),
            both(JSON, schema("TileMatrixSet")),
            &[400, 404, 406],
        ),
    );
    put("/styles", get(TAG, "getStyles", "Styles, one for each theme", all(&["f"]), both(JSON, any()), &[400, 406]));
    put(
        "/styles/{styleId}",
        get(
            TAG,
            "getStyle",
            "A style of MapLibre over the tiles",
            all(&["styleId"]),
            vec![("application/vnd.mapbox.style+json", schema("Style"))],
            &[400, 404],
        ),
    );
}

/// What answers look like.
pub fn schemas() -> Map<String, Value> {
    let (text, list, any) = (
        json!({"type": "string"}),
        json!({"type": "array", "items": {}}),
        json!({"type": "object", "additionalProperties": true}),
    );
    let object = |members: &[(&str, &Value)]| {
        let names: Vec<&str> = members.iter().map(|m| m.0).collect();
        let properties: Map<String, Value> = members.iter().map(|(k, v)| ((*k).to_owned(), (*v).clone())).collect();
        json!({"type": "object", "required": names, "properties": properties})
    };
    let whole = json!({"type": "integer"});
    [
        ("TileSets", object(&[("tilesets", &list), ("links", &list)])),
        (
            "TileSet",
            object(&[
                ("title", &text),
                ("dataType", &text),
                ("crs", &text),
                ("tileMatrixSetURI", &text),
                ("tileMatrixSetLimits", &list),
                ("layers", &list),
                ("boundingBox", &any),
                ("links", &list),
            ]),
        ),
        (
            "TileJson",
            object(&[
                ("tilejson", &text),
                ("tiles", &list),
                ("minzoom", &whole),
                ("maxzoom", &whole),
                ("bounds", &list),
                ("vector_layers", &list),
            ]),
        ),
        (
            "ReliefTileJson",
            object(&[
                ("tilejson", &text),
                ("name", &text),
                ("description", &text),
                ("attribution", &text),
                ("tiles", &list),
                ("minzoom", &whole),
                ("maxzoom", &whole),
                ("bounds", &list),
                (
                    "exaggeration",
                    &json!({"type": "number", "description": "How many times as high as they are heights are drawn"}),
                ),
            ]),
        ),
        ("TileMatrixSet", object(&[("id", &text), ("crs", &text), ("tileMatrices", &list)])),
        ("Style", object(&[("version", &whole), ("sources", &any), ("layers", &list)])),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), v))
    .collect()
}
