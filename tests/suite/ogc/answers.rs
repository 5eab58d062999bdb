//! Answers on practice and real data against the schemas of the description: what a schema does not name is a fault, and
//! so is a member that no answer has.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::common::{Service, have};
use crate::ogc::schema::{Checker, described};
use crate::ogc::{enc, region};

/// Features of each collection that are looked at.
const FEATURES: usize = 500;

/// Members of answers: those that are described and those that were met.
#[derive(Default)]
struct Members {
    described: BTreeSet<String>,
    met: BTreeSet<String>,
}

/// Holds everything that a service answers against its description.
fn hold(s: &Service, atlas: &str, members: &mut Members) {
    let doc = s.json("/api");
    let mut c = Checker::new(&doc, true);
    let mut hold = |path: &str, method: &str, media: &str, answer: &Value, at: &str| {
        let of = &doc["paths"][path][method]["responses"]["200"]["content"][media]["schema"];
        // Of features: whole ones, before those of which some members were asked for.
        let of = of["anyOf"].get(0).unwrap_or(of);
        assert_ne!(of["$ref"], "#/components/schemas/AnyFeaturePage", "{path} has a schema of its own");
        c.check(of, answer, at);
        described(&doc, of, &mut members.described);
    };
    for collection in s.json("/collections")["collections"].as_array().unwrap() {
        let id = collection["id"].as_str().unwrap();
        let path = format!("/collections/{id}/items");
        hold(&path, "get", "application/geo+json", &s.json(&format!("{path}?limit={FEATURES}")), id);
    }
    // Plans of one county: those of a province take their time.
    let village = &s.json("/collections/villages/items?limit=1")["features"][0]["properties"];
    let county = village["county"].as_str().map(enc);
    let plan = "/api/plans/{theme}";
    for (path, query) in [
        ("/health", ""),
        ("/api/summary", ""),
        ("/api/scorecard", ""),
        ("/api/rankings", "?by=need"),
        ("/api/rankings", "?by=value&theme=roads"),
        ("/api/remedies", ""),
        ("/api/projects", ""),
        (plan, "roads"),
        (plan, "roads?budget=3000000&weigh=need"),
        (plan, "power"),
        (plan, "water?budget=1000000"),
        (plan, "broadband?planned=exclude"),
        ("/api/plans/all", "?budget=50000000&planned=exclude"),
    ] {
        let mut asked = format!("{}{query}", path.replace("{theme}", ""));
        if let (Some(county), true) = (&county, path.starts_with("/api/plans")) {
            asked += &format!("{}county={county}", if asked.contains('?') { '&' } else { '?' });
        }
        let mut r = s.get(&asked, &[]);
        let body: Value = r.body_mut().with_config().limit(100_000_000).read_json().unwrap();
        if r.status() == 404 {
            // The atlas has nothing on it.
            continue;
        }
        assert_eq!(r.status(), 200, "{asked}: {body}");
        hold(path, "get", "application/json", &body, path);
        if path == plan {
            let joint = if asked.contains('?') { '&' } else { '?' };
            let works = s.json(&format!("{asked}{joint}f=geojson"));
            hold(path, "get", "application/geo+json", &works, &asked);
        }
    }
    // A village with a neighbour that no paved way leads to, where there is one.
    let pair = s.get("/collections/neighbour_gaps/items?limit=1", &[]).body_mut().read_json::<Value>().unwrap();
    let pair = &pair["features"][0]["properties"]["village"];
    let near = "/api/villages/{village}/neighbours";
    if let Some(id) = pair.as_str().or(village["id"].as_str()) {
        hold(near, "get", "application/json", &s.json(&near.replace("{village}", &enc(id))), near);
    }
    if let Some(outcome) = scenario(s) {
        hold("/scenarios", "post", "application/json", &outcome, "/scenarios");
    }
    assert!(c.faults.is_empty(), "{atlas}: {:#?}", c.faults);
    members.met.append(&mut c.met);
}

/// What paving the way of the worst village without pavement does.
fn scenario(s: &Service) -> Option<Value> {
    let gaps = s.json("/collections/road_gaps/items?limit=1000");
    let of = |g: &&Value| g["properties"]["kind"] == "village_unpaved" && g["properties"]["state"] == "linked";
    let gap = &gaps["features"].as_array()?.iter().find(of)?["id"];
    let edit = json!({"type": "Feature", "geometry": null, "properties": {"edit": "pave", "gap": gap}});
    let edits = json!({"type": "FeatureCollection", "features": [edit]});
    let mut r = ureq::post(format!("{}/scenarios", s.base)).send_json(edits).unwrap();
    Some(r.body_mut().with_config().limit(100_000_000).read_json().unwrap())
}

/// The practice region with what it lacks: fibre that lies, and a further threshold of arsenic.
fn richer() -> String {
    let own = std::path::PathBuf::from(region());
    let line = json!({"type": "LineString", "coordinates": [[120.0, 41.0], [120.1, 41.0]]});
    let fibre = json!({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"id": "f1"}, "geometry": line},
    ]});
    std::fs::write(own.with_file_name("fibre.geojson"), fibre.to_string()).unwrap();
    let text = std::fs::read_to_string(&own).unwrap()
        + "\n[[layers.fibre_lines]]\npath = \"fibre.geojson\"\nfields = { id = \"id\" }\n\
           [rules.water]\nalso_over = { arsenic = { values = [0.005], unit = \"mg/L\" } }\n";
    let richer = own.with_file_name("richer.toml");
    std::fs::write(&richer, text).unwrap();
    richer.to_str().unwrap().to_owned()
}

#[test]
fn answers_are_as_described() {
    let mut members = Members::default();
    let dir = tempfile::tempdir().unwrap();
    let settings = dir.path().join("serve.toml");
    std::fs::write(&settings, "basemap = \"https://tiles.example.org/{z}/{x}/{y}.png\"\n").unwrap();
    for (atlas, data) in [
        (richer().as_str(), ""),
        ("data/liaoning/atlas.toml", ""),
        ("data/liechtenstein/atlas.toml", ""),
        ("data/simbench-rural/atlas.toml", ""),
        ("examples/kwale/atlas.toml", "water"),
        ("examples/nandurbar/atlas.toml", "nandurbar"),
    ] {
        if data.is_empty() || have(data) {
            hold(&Service::start_with(atlas, &["--config", settings.to_str().unwrap()]), atlas, &mut members);
        }
    }
    let missing: Vec<&String> = members.described.difference(&members.met).collect();
    assert!(missing.is_empty(), "described, but no answer has it: {missing:#?}");
}
