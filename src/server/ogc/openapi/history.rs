//! Paths of runs that were kept: comparisons, histories, reports.

use serde_json::{Map, Value, json};

use super::super::links::{GEOJSON, HTML, JSON};
use super::schemas::ANY_FEATURE;
use super::service::{county, form, in_path, limit, offset, tables};
use super::{About, get, parameter, schema};
use crate::priority::comparison::Class;
use crate::standards::THEMES;

fn day(name: &str, about: &str) -> Value {
    parameter(name, about, json!({"type": "string", "format": "date"}))
}

pub fn paths(about: &About, paths: &mut Map<String, Value>) {
    let mut put = |path: &str, item: Value| paths.insert(path.to_owned(), item);
    let own = |name: &str| vec![(JSON, schema(name))];
    put(
        "/snapshots",
        get("history", "snapshots", "Runs that were kept, by date", Vec::new(), own("Snapshots"), &[400]),
    );
    let mut from = day("from", "Date of the earlier run");
    from["required"] = json!(true);
    let classes: Vec<&str> = Class::ALL.iter().map(|c| c.as_str()).collect();
    let mut content = tables(schema("Comparison"));
    content.push((GEOJSON, schema("Changes")));
    put(
        "/comparisons",
        get(
            "history",
            "comparison",
            "What became of the gaps between two runs, and why: data changed, rule changed, villages merged",
            vec![
                from,
                day("to", "Date of the later run; without it the run at hand"),
                county(about),
                parameter(
                    "village",
                    "Only this village and those it came from, by its code",
                    json!({"type": "string"}),
                ),
                parameter("theme", "Only this theme", json!({"type": "string", "enum": THEMES})),
                parameter("change", "Only what became this", json!({"type": "string", "enum": classes})),
                limit(),
                offset(),
                form(&["json", "geojson", "csv", "xlsx"]),
            ],
            content,
            &[400, 404],
        ),
    );
    put(
        "/api/villages/{village}/history",
        get(
            "history",
            "villageHistory",
            "A village, and those it came from, in every run that was kept and in the one at hand",
            vec![in_path("village", "Code of the village")],
            own("VillageHistory"),
            &[400, 404],
        ),
    );
    put(
        "/api/scorecard/history",
        get(
            "history",
            "scorecardHistory",
            "Indicators of the region and its counties over time",
            vec![
                county(about),
                parameter("indicator", "Only this indicator, by its key", json!({"type": "string"})),
                form(&["json", "csv", "xlsx"]),
            ],
            tables(schema("ScorecardHistory")),
            &[400],
        ),
    );
    for (name, id, about) in [
        ("assessment", "assessment", "Assessment table of a county (考核表), to be printed"),
        ("notice", "notice", "Public notice of a county's gaps (公示), to be printed"),
    ] {
        let mut lang = parameter("lang", "Language", json!({"type": "string", "enum": ["zh", "en"]}));
        lang["schema"]["default"] = json!("zh");
        let mut asked = vec![
            in_path("county", "Code of the county"),
            day("date", "Date of the run; without it the run at hand"),
            day("since", "Date of an earlier run to compare with"),
            lang,
            form(&["html", "json", "csv", "xlsx"]),
        ];
        if id == "notice" {
            asked.push(parameter("theme", "Only this theme", json!({"type": "string", "enum": THEMES})));
            for (name, about) in [
                ("office", "Who publishes it"),
                ("period", "Period of notice"),
                ("phone", "Telephone for objections"),
                ("address", "Address for objections"),
            ] {
                asked.push(parameter(name, about, json!({"type": "string", "maxLength": 200})));
            }
        }
        let mut content = tables(schema("Report"));
        content.push((HTML, json!({"type": "string"})));
        put(&format!("/reports/{{county}}/{name}"), get("history", id, about, asked, content, &[400, 404]));
    }
}

/// What these paths answer with.
pub fn schemas() -> Map<String, Value> {
    let text = json!({"type": "string"});
    let whole = json!({"type": "integer"});
    let number = json!({"type": "number"});
    let maybe = |kind: &str| json!({"type": kind, "nullable": true});
    let list = |of: Value| json!({"type": "array", "items": of});
    let word = |words: &[&str]| json!({"type": "string", "enum": words});
    let date = json!({"type": "string", "format": "date", "nullable": true});
    let provenance = word(&["real", "derived", "simulated"]);
    let object = |properties: &[(&str, Value)]| {
        let names: Vec<&str> = properties.iter().map(|p| p.0).collect();
        let properties: Map<String, Value> = properties.iter().map(|p| (p.0.to_owned(), p.1.clone())).collect();
        json!({"type": "object", "required": names, "properties": properties})
    };
    let classes: Vec<&str> = Class::ALL.iter().map(|c| c.as_str()).collect();
    let gap = object(&[
        ("id", text.clone()),
        ("theme", word(&THEMES)),
        ("kind", text.clone()),
        ("village", maybe("string")),
        ("name", text.clone()),
        ("county", maybe("string")),
        ("verdict", word(&["gap", "unknown"])),
        ("severity", number.clone()),
        ("measured", maybe("number")),
        ("threshold", maybe("number")),
        ("unit", text.clone()),
        ("why", schema("Bilingual")),
        ("people", maybe("number")),
        ("remedy", maybe("string")),
        ("cost", maybe("number")),
        ("department", schema("Bilingual")),
    ]);
    let mut nullable_gap = gap.clone();
    nullable_gap["nullable"] = json!(true);
    let step = object(&[
        ("date", text.clone()),
        ("old", text.clone()),
        ("new", text.clone()),
        ("kind", word(&["merge", "split", "rename", "recode"])),
    ]);
    let causes = word(&["data", "data_elsewhere", "rule", "codes", "village", "program", "unknown"]);
    let feature = object(&[
        ("layer", text.clone()),
        ("id", text.clone()),
        ("how", word(&["added", "removed", "redrawn", "restated", "rewritten"])),
        ("near_m", maybe("number")),
    ]);
    let mut change = object(&[
        ("class", word(&classes)),
        ("id", text.clone()),
        ("theme", word(&THEMES)),
        ("name", text.clone()),
        ("village", maybe("string")),
        ("county", maybe("string")),
        ("people", maybe("number")),
        ("causes", list(causes)),
        ("reason", schema("Bilingual")),
        ("verdict_before", maybe("string")),
        ("verdict_after", maybe("string")),
        ("before", nullable_gap.clone()),
        ("after", nullable_gap),
    ]);
    change["properties"]["features"] = list(feature);
    change["properties"]["codes"] = list(step.clone());
    change["properties"]["rules"] = list(whole.clone());
    change["properties"]["continues"] = list(text.clone());
    let mut tally = vec![("county", maybe("string")), ("name", maybe("string")), ("theme", word(&THEMES))];
    tally.extend(["before", "after"].into_iter().chain(classes).map(|k| (k, whole.clone())));
    let about = object(&[
        ("date", date.clone()),
        ("atlas", text.clone()),
        ("title", schema("Bilingual")),
        ("provenance", provenance.clone()),
        ("currency", text.clone()),
        ("data_version", text.clone()),
        ("program", text.clone()),
        ("digest", text.clone()),
        ("villages", whole.clone()),
        ("gaps", whole.clone()),
    ]);
    let score = |more: &[(&str, Value)]| {
        let own = [
            ("level", word(&["region", "county", "town"])),
            ("place", text.clone()),
            ("name", text.clone()),
            ("key", text.clone()),
            ("indicator", schema("Bilingual")),
            ("theme", text.clone()),
        ];
        object(&[&own, more].concat())
    };
    let standing = json!({
        "type": "object", "nullable": true, "required": ["verdict", "severity", "confidence"],
        "properties": {
            "verdict": word(&["ok", "gap", "unknown"]), "severity": maybe("number"), "confidence": maybe("string"),
        },
    });
    let by_theme: Vec<(&str, Value)> = THEMES.into_iter().map(|t| (t, standing.clone())).collect();
    let all = json!({
        "RunAbout": about,
        "GapThen": gap,
        "GapChange": change,
        "Snapshots": object(&[
            ("atlas", text.clone()), ("data_version", text.clone()), ("snapshots", list(schema("RunAbout"))),
        ]),
        "Comparison": object(&[
            ("from", schema("RunAbout")), ("to", schema("RunAbout")), ("provenance", provenance.clone()),
            ("rules", list(object(&[("part", text.clone()), ("rule", text.clone()), ("before", json!({})), ("after", json!({}))]))),
            ("layers", list(object(&[
                ("layer", text.clone()), ("added", whole.clone()), ("removed", whole.clone()), ("changed", whole.clone()),
            ]))),
            ("villages", object(&[("left", list(text.clone())), ("entered", list(text.clone())), ("codes", list(step))])),
            ("tallies", list(object(&tally))),
            ("scores", list(score(&[
                ("share_before", maybe("number")), ("share_after", maybe("number")), ("missing_before", maybe("integer")),
                ("missing_after", maybe("integer")),
            ]))),
            ("numberMatched", whole),
            ("changes", list(schema("GapChange"))),
        ]),
        "Changes": object(&[
            ("type", word(&["FeatureCollection"])), ("name", text.clone()), ("provenance", provenance.clone()),
            ("features", list(schema(ANY_FEATURE))),
        ]),
        "VillageHistory": object(&[
            ("village", text.clone()), ("came_from", list(text.clone())), ("became", list(text.clone())),
            ("provenance", provenance.clone()),
            ("rows", list(object(&[
                ("date", date.clone()), ("id", text.clone()), ("name", text.clone()), ("population", maybe("number")),
                ("standing", object(&by_theme)), ("gaps", list(schema("GapThen"))),
            ]))),
        ]),
        "Report": object(&[
            ("title", text.clone()), ("about", list(text.clone())), ("foot", list(text.clone())),
            ("parts", list(object(&[
                ("heading", text.clone()), ("head", list(text.clone())), ("rows", list(list(json!({})))),
                ("note", maybe("string")),
            ]))),
        ]),
        "ScorecardHistory": object(&[
            ("provenance", provenance),
            ("rows", list(score(&[
                ("date", date), ("yes", number.clone()), ("no", number.clone()), ("unknown", number),
                ("share", maybe("number")), ("target", maybe("number")), ("reached", maybe("boolean")),
                ("missing", maybe("integer")),
            ]))),
        ]),
    });
    match all {
        Value::Object(all) => all,
        _ => Map::new(),
    }
}
