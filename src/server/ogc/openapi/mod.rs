//! The description of the whole API as OpenAPI 3.0. It is kept by hand; a test holds it against the routes and against
//! answers.
//!
//! Each collection has a path of its own for its features, because each has parameters of its own (its properties):
//! clients that read the description, GDAL among them, learn from it what they may ask the server instead of looking
//! through all features themselves.

mod features;
mod history;
mod schemas;
mod service;
mod tiles;

use serde_json::{Map, Value, json};

use super::super::Snapshot;
use super::Reader;
use super::links::HTML;
use crate::publish::Kind;

/// What the description depends on.
struct About {
    title: String,
    /// Address of the service.
    server: String,
    /// Codes of the counties; none where there is no atlas.
    counties: Vec<String>,
    collections: Vec<Described>,
}

/// A collection, and its properties that can be asked for.
struct Described {
    id: String,
    title: String,
    properties: Vec<(String, Kind)>,
}

/// The whole document.
pub fn document(s: &Snapshot, r: &Reader) -> Value {
    let f = &s.findings;
    let mut counties: Vec<&str> = f.world.counties.iter().map(|c| c.id.as_str()).collect();
    counties.extend(f.world.villages.iter().filter_map(|v| v.county.as_deref()));
    counties.sort_unstable();
    counties.dedup();
    let collection = |c: &crate::publish::Collection| Described {
        id: c.id.to_owned(),
        title: format!("{} / {}", c.title_zh, c.title_en),
        properties: c.table().columns.iter().map(|p| (p.name.clone(), p.kind())).collect(),
    };
    write(&About {
        title: format!("{} / {}", f.atlas.title_zh, f.atlas.title_en),
        server: r.base.as_str().to_owned(),
        counties: counties.into_iter().map(str::to_owned).collect(),
        collections: s.collections.iter().map(collection).collect(),
    })
}

/// The document of a service on any atlas: every collection that there can be. Parameters by the properties of a
/// collection, and codes of counties, are known of an atlas alone.
pub fn of_any_atlas() -> Value {
    let collection =
        |(id, _): (&str, &str)| Described { id: id.to_owned(), title: id.replace('_', " "), properties: Vec::new() };
    write(&About {
        title: "村通 / Cuntong".to_owned(),
        server: "/".to_owned(),
        counties: Vec::new(),
        collections: schemas::COLLECTIONS.into_iter().map(collection).collect(),
    })
}

fn write(about: &About) -> Value {
    let mut paths = Map::new();
    features::paths(about, &mut paths);
    tiles::paths(&mut paths);
    service::paths(about, &mut paths);
    history::paths(about, &mut paths);
    let (mut parameters, mut schemas) = (features::parameters(), schemas::all());
    parameters.extend(tiles::parameters(about));
    schemas.extend(tiles::schemas());
    schemas.extend(history::schemas());
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": about.title,
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Gaps of villages in roads, power, water, broadband and services, and what to build first: \
                as OGC API – Features and Tiles, and as rankings and plans. A parameter that is not described here is refused.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "servers": [{"url": about.server}],
        "tags": [
            {"name": "features", "description": "OGC API – Features"},
            {"name": "tiles", "description": "OGC API – Tiles, styles"},
            {"name": "priorities", "description": "Scorecard, rankings, plans"},
            {"name": "history", "description": "Runs that were kept, comparisons, reports"},
            {"name": "service", "description": "State and figures"},
        ],
        "paths": paths,
        "components": {
            "parameters": parameters,
            "responses": {"Problem": problem_response()},
            "schemas": schemas,
        },
    })
}

fn problem_response() -> Value {
    json!({
        "description": "What was wrong, and what would be right (RFC 9457). After 429 and 503 the same can be asked again later.",
        "headers": {"Retry-After": {"description": "Seconds to wait, of 429 and 503", "schema": {"type": "integer"}}},
        "content": {"application/problem+json": {"schema": schema("Problem")}},
    })
}

fn schema(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn shared(name: &str) -> Value {
    json!({"$ref": format!("#/components/parameters/{name}")})
}

/// A parameter of the query.
fn parameter(name: &str, description: &str, schema: Value) -> Value {
    json!({"name": name, "in": "query", "description": description, "schema": schema, "style": "form", "explode": false})
}

/// What answers: media types with their schemas.
type Content = Vec<(&'static str, Value)>;

/// A GET with a good answer and these statuses as problems; 503 is one of every path, with the time to wait.
fn get(tag: &str, id: &str, summary: &str, parameters: Vec<Value>, content: Content, problems: &[u16]) -> Value {
    let content: Map<String, Value> = content.into_iter().map(|(m, s)| (m.to_owned(), json!({"schema": s}))).collect();
    let mut responses = Map::new();
    responses.insert("200".into(), json!({"description": "The answer", "content": content}));
    for status in problems.iter().chain(&[503]) {
        responses.insert(status.to_string(), json!({"$ref": "#/components/responses/Problem"}));
    }
    json!({"get": {
        "tags": [tag], "operationId": id, "summary": summary, "parameters": parameters, "responses": responses,
    }})
}

/// A path that is posted to; `body` is what is sent.
fn post(tag: &str, id: &str, summary: &str, parameters: Vec<Value>, body: (&str, Value), content: Content) -> Value {
    let mut item = get(tag, id, summary, parameters, content, &[400, 413, 429]);
    let mut operation = item["get"].take();
    let media = json!({body.0: {"schema": body.1}});
    operation["requestBody"] = json!({"required": true, "content": media});
    json!({"post": operation})
}

/// A document of the standard: as JSON and as a page.
fn both(media: &'static str, schema: Value) -> Content {
    vec![(media, schema), (HTML, json!({"type": "string"}))]
}
