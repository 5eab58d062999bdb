//! What answers look like. Members that are named are always there; there may be more.

use serde_json::{Map, Value, json};

use super::schema;

fn object(members: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = members.iter().map(|(k, _)| *k).collect();
    let properties: Map<String, Value> = members.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
    json!({"type": "object", "required": names, "properties": properties})
}

fn list(of: Value) -> Value {
    json!({"type": "array", "items": of})
}

fn maybe(kind: &str) -> Value {
    json!({"type": kind, "nullable": true})
}

pub fn all() -> Value {
    let (text, whole, number, flag) = (
        json!({"type": "string"}),
        json!({"type": "integer", "minimum": 0}),
        json!({"type": "number"}),
        json!({"type": "boolean"}),
    );
    let any = json!({"type": "object"});
    let provenance = json!({"type": "string", "enum": ["real", "derived", "simulated"]});
    let bilingual = object(&[("zh", text.clone()), ("en", text.clone())]);
    let links = ("links", list(schema("Link")));
    let run = [("atlas", text.clone()), ("provenance", provenance.clone()), ("data_version", text.clone())];
    let with_run = |members: &[(&str, Value)]| object(&[members, &run].concat());
    let coordinates = list(json!({}));
    let geometry = json!({
        "type": "object",
        "nullable": true,
        "required": ["type", "coordinates"],
        "properties": {
            "type": {
                "type": "string",
                "enum": ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"],
            },
            "coordinates": coordinates,
        },
    });
    let feature = |more: &[(&str, Value)]| {
        let own = [
            ("type", json!({"type": "string", "enum": ["Feature"]})),
            ("id", text.clone()),
            ("geometry", schema("Geometry")),
            ("properties", any.clone()),
        ];
        object(&[&own, more].concat())
    };
    let collection_of = |features: &str, more: &[(&str, Value)]| {
        let own =
            [("type", json!({"type": "string", "enum": ["FeatureCollection"]})), ("features", list(schema(features)))];
        object(&[&own, more].concat())
    };
    let card = object(&[
        ("id", text.clone()),
        ("name", text.clone()),
        ("villages", whole.clone()),
        ("figures", list(schema("Figure"))),
    ]);
    json!({
        "Problem": object(&[
            ("type", text.clone()), ("title", text.clone()), ("status", whole.clone()), ("detail", text.clone()),
        ]),
        "Link": {
            "type": "object",
            "required": ["href", "rel"],
            "properties": {"href": text, "rel": text, "type": text, "title": text},
        },
        "LandingPage": object(&[("title", text.clone()), ("description", text.clone()), links.clone()]),
        "Conformance": object(&[("conformsTo", list(text.clone()))]),
        "Extent": object(&[("spatial", object(&[("bbox", list(list(number.clone()))), ("crs", text.clone())]))]),
        "Collection": {
            "type": "object",
            "required": ["id", "title", "itemType", "crs", "storageCrs", "links", "provenance"],
            "properties": {
                "id": text, "title": text, "itemType": {"type": "string", "enum": ["feature"]}, "crs": list(text.clone()),
                "storageCrs": text, "extent": schema("Extent"), "provenance": provenance, "links": links.1,
                "numberOfFeatures": whole,
            },
        },
        "Collections": object(&[links.clone(), ("collections", list(schema("Collection"))), ("crs", list(text.clone()))]),
        "Queryables": object(&[
            ("$schema", text.clone()), ("$id", text.clone()), ("type", json!({"type": "string", "enum": ["object"]})),
            ("title", text.clone()), ("properties", any.clone()), ("additionalProperties", flag.clone()),
        ]),
        "Geometry": geometry,
        "FeatureOfPage": feature(&[]),
        "Feature": feature(std::slice::from_ref(&links)),
        "FeatureCollection": collection_of("FeatureOfPage", &[
            ("numberMatched", whole.clone()), ("numberReturned", whole.clone()),
            ("timeStamp", json!({"type": "string", "format": "date-time"})), ("provenance", provenance.clone()), links,
        ]),
        "Bilingual": bilingual,
        "Health": object(&[
            ("status", json!({"type": "string", "enum": ["ok"]})), ("version", text.clone()),
            ("data_version", text.clone()), ("atlas", text.clone()),
        ]),
        "Live": object(&[("status", json!({"type": "string", "enum": ["ok"]}))]),
        "Ready": object(&[
            ("status", json!({"type": "string", "enum": ["ready", "stale"]})), ("data_version", text.clone()),
            ("loaded", text.clone()), ("age_seconds", number.clone()), ("loading", flag.clone()),
            ("last_reload", maybe("object")),
        ]),
        "Summary": object(&[
            ("id", text.clone()), ("title", schema("Bilingual")), ("provenance", provenance.clone()),
            ("attribution", list(text.clone())), ("currency", text.clone()), ("data_version", text.clone()),
            ("version", text.clone()), ("rules", any.clone()), ("counts", any.clone()), ("themes", list(text.clone())),
            ("bbox", json!({"type": "array", "items": number, "nullable": true})),
            ("collections", list(object(&[("id", text.clone()), ("count", whole.clone())]))),
        ]),
        "Figure": object(&[
            ("key", text.clone()), ("name", schema("Bilingual")), ("theme", text.clone()), ("yes", number.clone()),
            ("no", number.clone()), ("unknown", number.clone()), ("share", maybe("number")), ("target", maybe("number")),
            ("reached", maybe("boolean")), ("missing", maybe("integer")), ("cheapest", maybe("object")),
        ]),
        "Card": card,
        "Scorecard": with_run(&[
            ("reference", schema("Card")), ("counties", list(schema("Card"))), ("towns", list(schema("Card"))),
            ("currency", text.clone()),
        ]),
        "Ranking": with_run(&[
            ("by", text.clone()), ("weights", any.clone()), ("draws", whole.clone()), ("currency", text.clone()),
            ("numberMatched", whole.clone()),
            ("rows", list(object(&[
                ("rank", whole.clone()), ("village", text.clone()), ("name", text.clone()), ("score", number.clone()),
                ("need", number.clone()), ("known_share", number.clone()), ("parts", list(any.clone())),
            ]))),
        ]),
        "Remedies": with_run(&[
            ("by", text.clone()), ("weights", any.clone()), ("currency", text.clone()), ("numberMatched", whole.clone()),
            ("rows", list(object(&[
                ("rank", whole.clone()), ("gap", text.clone()), ("theme", text.clone()), ("kind", text.clone()),
                ("severity", number.clone()), ("score", number.clone()),
            ]))),
        ]),
        "Projects": with_run(&[("numberMatched", whole.clone()), ("rows", list(any.clone()))]),
        "Scenario": object(&[
            ("type", json!({"type": "string", "enum": ["FeatureCollection"]})), ("features", list(any.clone())),
        ]),
        "Outcome": with_run(&[
            ("edits", whole.clone()), ("road_cost", number.clone()), ("road_m", number.clone()), ("currency", text.clone()),
            ("by_theme", any.clone()), ("closed", list(any.clone())), ("opened", list(any.clone())),
            ("changed", list(any.clone())), ("scorecard", list(any.clone())),
        ]),
        "RoadPlan": with_run(&[
            ("budget", maybe("number")), ("currency", text.clone()), ("cost", number.clone()), ("people", number.clone()),
            ("villages_connected", whole.clone()), ("everybody", any.clone()), ("works", list(any.clone())),
            ("villages", list(any.clone())), ("curve", list(any.clone())),
        ]),
        "Works": collection_of("FeatureOfPage", &[("cost", number.clone()), ("atlas", text.clone())]),
        "BudgetPlan": with_run(&[
            ("budget", number.clone()), ("currency", text.clone()), ("cost", number.clone()), ("relief", number.clone()),
            ("steps", list(any.clone())), ("by_theme", any.clone()), ("without_remedy", any),
        ]),
    })
}
