//! Paths of OGC API – Features.

use serde_json::{Map, Value, json};

use super::super::super::query::{DEFAULT_LIMIT, MAX_LIMIT};
use super::super::ask::PARAMETERS;
use super::super::links::{GEOJSON, HTML, JSON, OPENAPI, SCHEMA};
use super::schemas::{ANY_FEATURE, COLLECTIONS};
use super::{About, Described, both, get, parameter, schema, shared};
use crate::cql2::{MAX_BYTES, MAX_DEPTH};
use crate::export;
use crate::publish::Kind;
use crate::world::RoadClass;

const TAG: &str = "features";

/// Parameters that more than one path has.
pub fn parameters() -> Map<String, Value> {
    let text = || json!({"type": "string"});
    let corners = |n: usize| json!({"minItems": n, "maxItems": n});
    let all = [
        (
            "f",
            "Form of the answer; without it the Accept header decides",
            json!({"type": "string", "enum": ["json", "html"]}),
        ),
        (
            "limit",
            &format!("Most features in the answer; more than {MAX_LIMIT} is taken as {MAX_LIMIT}"),
            // The standard has it so: the description names the maximum, and more than that is no error.
            json!({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}),
        ),
        (
            "offset",
            "Features to leave out at the beginning; the next links are surer, as they know no numbers but keys",
            json!({"type": "integer", "minimum": 0, "default": 0}),
        ),
        ("cursor", "Where a page begins, from the next link of another", text()),
        (
            "bbox",
            "Features that touch the box, and those without geometry: lower and upper corner; the western edge may be \
             greater than the eastern, over the antimeridian",
            // Laid out as in /req/core/fc-bbox-definition: test engines look for the type beside `oneOf`.
            json!({"type": "array", "items": {"type": "number"}, "oneOf": [corners(4), corners(6)]}),
        ),
        (
            "bbox-crs",
            "Reference system of bbox; longitude and latitude without it",
            json!({"type": "string", "format": "uri"}),
        ),
        (
            "crs",
            "Reference system of the answer: one that the collection lists, or any other two-dimensional one of the EPSG registry",
            json!({"type": "string", "format": "uri"}),
        ),
        ("datetime", "An instant or an interval; features have no time and match every one", times()),
        (
            "filter",
            &format!("A condition in CQL2 over the queryables, up to {MAX_BYTES} bytes and {MAX_DEPTH} levels deep"),
            text(),
        ),
        (
            "filter-lang",
            "Language of the filter",
            json!({"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"}),
        ),
        ("filter-crs", "Reference system of geometries in the filter", json!({"type": "string", "format": "uri"})),
        ("sortby", "Queryables to sort by, a minus before those from the greatest down; null comes last", list()),
        ("properties", "Properties that features of the answer have; all without it", list()),
    ];
    let forms: Vec<&str> = ["json", "html"].into_iter().chain(files().map(export::Form::key)).collect();
    let about =
        "Form of the answer; without it the Accept header decides. Files have every feature unless a limit is named";
    let mut out: Map<String, Value> =
        all.into_iter().map(|(name, about, schema)| (name.to_owned(), parameter(name, about, schema))).collect();
    out.insert("f-items".into(), parameter("f", about, json!({"type": "string", "enum": forms})));
    out.insert("collectionId".into(), in_path("collectionId", "Id of a collection"));
    out.insert("featureId".into(), in_path("featureId", "Id of a feature"));
    out
}

/// Forms of features that are files.
fn files() -> impl Iterator<Item = export::Form> {
    export::Form::ALL.into_iter().filter(|f| *f != export::Form::GeoJson)
}

/// RFC 3339; of an interval either end may be open, but not both.
fn times() -> Value {
    let instant =
        r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d{2}:\d{2})";
    let open = r"(\.\.)?";
    json!({"type": "string", "pattern": format!("^({instant}(/({instant}|{open}))?|{open}/{instant})$")})
}

fn list() -> Value {
    json!({"type": "array", "items": {"type": "string"}})
}

fn in_path(name: &str, about: &str) -> Value {
    json!({"name": name, "in": "path", "required": true, "description": about, "schema": {"type": "string"}})
}

pub(super) fn paths(about: &About, paths: &mut Map<String, Value>) {
    let f = || vec![shared("f")];
    let landing = |id: &str, about: &str| get(TAG, id, about, f(), both(JSON, schema("LandingPage")), &[400, 406]);
    let mut put = |path: &str, item: Value| paths.insert(path.to_owned(), item);
    put("/", landing("root", "The map page for browsers; the landing page where JSON is asked for"));
    put("/ogc", landing("landing", "The landing page, also as a page to browse"));
    put(
        "/conformance",
        get(TAG, "conformance", "Conformance classes", f(), both(JSON, schema("Conformance")), &[400, 406]),
    );
    put(
        "/api",
        get(
            TAG,
            "api",
            "This description",
            f(),
            both(OPENAPI, json!({"type": "object", "additionalProperties": true})),
            &[400, 406],
        ),
    );
    let page = vec![(HTML, json!({"type": "string"}))];
    put("/api.html", get(TAG, "apiPage", "This description as a page", Vec::new(), page, &[400]));
    put(
        "/collections",
        get(TAG, "collections", "All collections", f(), both(JSON, schema("Collections")), &[400, 406]),
    );
    let named = |more: &[&str]| -> Vec<Value> { ["collectionId"].iter().chain(more).map(|p| shared(p)).collect() };
    put(
        "/collections/{collectionId}",
        get(TAG, "collection", "A collection", named(&["f"]), both(JSON, schema("Collection")), &[400, 404, 406]),
    );
    put(
        "/collections/{collectionId}/queryables",
        get(
            TAG,
            "queryables",
            "A JSON Schema of what filters and sortby can name",
            named(&["f"]),
            both(SCHEMA, schema("Queryables")),
            &[400, 404, 406],
        ),
    );
    put(
        "/collections/{collectionId}/items/{featureId}",
        get(
            TAG,
            "feature",
            "A feature",
            named(&["featureId", "f", "crs"]),
            both(GEOJSON, schema("Feature")),
            &[400, 404, 406],
        ),
    );
    for c in &about.collections {
        put(&format!("/collections/{}/items", c.id), items(c));
    }
}

/// Features of one collection, with its properties as parameters.
fn items(c: &Described) -> Value {
    let mut parameters: Vec<Value> = PARAMETERS.into_iter().filter(|p| *p != "f").map(shared).collect();
    parameters.push(shared("f-items"));
    if c.id == "roads" {
        let classes = RoadClass::ALL.map(|k| k.as_str());
        let about = "Classes of roads, any of which will do";
        parameters.push(parameter(
            "class",
            about,
            json!({"type": "array", "items": {"type": "string", "enum": classes}}),
        ));
    }
    for (name, kind) in &c.properties {
        let taken = PARAMETERS.contains(&name.as_str()) || c.id == "roads" && name == "class";
        if !taken {
            let kind = match kind {
                Kind::Text | Kind::Null => "string",
                Kind::Number => "number",
                Kind::Integer => "integer",
                Kind::Boolean => "boolean",
            };
            parameters.push(parameter(name, "The property has this value", json!({"type": kind})));
        }
    }
    let about = format!("Features of {}", c.title);
    let id = format!("items_{}", c.id);
    let of = COLLECTIONS.iter().find(|(id, _)| *id == c.id).map_or(ANY_FEATURE, |(_, name)| name);
    // Whole features; where `properties` names some members, those.
    let pages = [schema(&format!("{of}Page")), schema(&format!("{ANY_FEATURE}Page"))];
    let mut content = both(GEOJSON, json!({"anyOf": pages}));
    let media = |f: export::Form| f.media_type().trim_end_matches("; charset=utf-8");
    content.extend(files().map(|f| (media(f), json!({"type": "string", "format": "binary"}))));
    let mut out = get(TAG, &id, &about, parameters, content, &[400, 406]);
    out["get"]["responses"]["200"]["headers"] = json!({
        "Content-Crs": {"description": "Reference system of the answer", "schema": {"type": "string"}},
        "ETag": {"description": "For If-None-Match", "schema": {"type": "string"}},
    });
    out
}
