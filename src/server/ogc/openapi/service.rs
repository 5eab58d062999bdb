//! Paths of the service itself: state, figures, scorecard, rankings, plans.

use serde_json::{Map, Value, json};

use super::super::super::plans::ROWS;
use super::super::super::query::MAX_LIMIT;
use super::super::links::{GEOJSON, JSON};
use super::{About, Content, get, parameter, post, schema};
use crate::priority::need::By;
use crate::priority::theme_plan::PLANNED;
use crate::standards::THEMES;

const CSV: &str = "text/csv";
/// A number that is not negative, in patterns.
const NUMBER: &str = r"\d+(\.\d+)?";
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(super) fn form(forms: &[&str]) -> Value {
    parameter("f", "Form of the answer", json!({"type": "string", "enum": forms, "default": forms[0]}))
}

/// Answers as JSON and as tables.
pub(super) fn tables(json: Value) -> Content {
    vec![(JSON, json), (CSV, json!({"type": "string"})), (XLSX, json!({"type": "string", "format": "binary"}))]
}

fn money(name: &str, about: &str) -> Value {
    parameter(name, about, json!({"type": "number", "minimum": 0}))
}

fn flag(name: &str, about: &str) -> Value {
    parameter(name, about, json!({"type": "boolean", "default": false}))
}

fn weights() -> Value {
    let about = "Weights of themes, such as roads:2,water:1; those not named weigh nothing";
    let one = format!("({}):{NUMBER}", THEMES.join("|"));
    parameter("weights", about, json!({"type": "string", "pattern": format!("^{one}(,{one})*$")}))
}

pub(super) fn limit() -> Value {
    let about = "Most rows of an answer in JSON; tables have all";
    parameter("limit", about, json!({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": ROWS}))
}

pub(super) fn offset() -> Value {
    parameter("offset", "Rows to leave out at the beginning", json!({"type": "integer", "minimum": 0, "default": 0}))
}

pub(super) fn county(about: &About) -> Value {
    let mut kind = json!({"type": "string"});
    if !about.counties.is_empty() {
        kind["enum"] = json!(about.counties);
    }
    parameter("county", "Only this county, by its code", kind)
}

pub(super) fn in_path(name: &str, about: &str) -> Value {
    json!({"name": name, "in": "path", "required": true, "description": about, "schema": {"type": "string"}})
}

pub(super) fn paths(about: &About, paths: &mut Map<String, Value>) {
    let mut put = |path: &str, item: Value| paths.insert(path.to_owned(), item);
    let own = |name: &str| vec![(JSON, schema(name))];
    put(
        "/health",
        get("service", "health", "Whether the service is well, and on what data", Vec::new(), own("Health"), &[400]),
    );
    let live = "Whether the process answers";
    put("/health/live", get("service", "live", live, Vec::new(), own("Live"), &[400]));
    let ready = "What data is served, and how the last load of new data ended";
    put("/health/ready", get("service", "ready", ready, Vec::new(), own("Ready"), &[400]));
    put("/api/summary", get("service", "summary", "Figures and rules of the run", Vec::new(), own("Summary"), &[400]));
    put(
        "/api/villages",
        get(
            "service",
            "villages",
            "Every village in columns of equal length: names with Pinyin, places, verdicts and severities of each theme",
            Vec::new(),
            own("Villages"),
            &[400],
        ),
    );
    put(
        "/api/villages/{village}/neighbours",
        get(
            "service",
            "villageNeighbours",
            "Neighbouring administrative villages of one, the nearest first, and whether a paved way leads to each",
            vec![in_path("village", "Code of the village")],
            own("Neighbours"),
            &[400, 404],
        ),
    );
    let forms = ["json", "csv", "xlsx"];
    put(
        "/api/scorecard",
        get(
            "priorities",
            "scorecard",
            "Every indicator of each county and town beside its target and the reference region",
            vec![form(&forms)],
            tables(schema("Scorecard")),
            &[400],
        ),
    );
    let ranking = || {
        let by: Vec<&str> = By::ALL.iter().map(|b| b.0).collect();
        vec![
            parameter("by", "What to rank by", json!({"type": "string", "enum": by, "default": "need"})),
            parameter("theme", "Only this theme", json!({"type": "string", "enum": THEMES})),
            weights(),
            county(about),
            flag("priority", "Only priority villages"),
            limit(),
            offset(),
            form(&forms),
        ]
    };
    put(
        "/api/rankings",
        get(
            "priorities",
            "rankings",
            "Villages by need, people or value",
            ranking(),
            tables(schema("Ranking")),
            &[400],
        ),
    );
    put(
        "/api/remedies",
        get("priorities", "remedies", "Remedies of all gaps in order", ranking(), tables(schema("Remedies")), &[400]),
    );
    put(
        "/api/projects",
        get(
            "priorities",
            "projects",
            "Planned works: what each closes and relieves for its money, which to bring forward, what is paid twice",
            vec![
                parameter("theme", "Only this theme", json!({"type": "string", "enum": THEMES})),
                limit(),
                offset(),
                form(&forms),
            ],
            tables(schema("Projects")),
            &[400, 404],
        ),
    );
    put(
        "/scenarios",
        post(
            "priorities",
            "scenario",
            "What if: edits as GeoJSON, and which gaps they close, open and change",
            vec![form(&forms)],
            (GEOJSON, schema("Scenario")),
            tables(schema("Outcome")),
        ),
    );
    let planned = || {
        let words = json!({"type": "string", "enum": ["include", "exclude"], "default": "include"});
        parameter("planned", "Whether to plan what projects do anyway", words)
    };
    let mut plan = tables(schema("ThemePlan"));
    plan.push((GEOJSON, schema("ThemePlanWorks")));
    put(
        "/api/plans/{theme}",
        get(
            "priorities",
            "planTheme",
            "A theme planned together: everybody at the least cost, or the most people for a budget",
            vec![
                json!({
                    "name": "theme", "in": "path", "required": true, "description": "Theme",
                    "schema": {"type": "string", "enum": PLANNED},
                }),
                money("budget", "Money there is; everybody is connected without it"),
                parameter(
                    "weigh",
                    "What a village counts by",
                    json!({"type": "string", "enum": ["people", "need"], "default": "people"}),
                ),
                weights(),
                county(about),
                flag("unknown", "Villages of which nothing is known, too"),
                planned(),
                form(&["json", "geojson", "csv", "xlsx"]),
            ],
            plan,
            &[400, 404],
        ),
    );
    let mut budget = money("budget", "Money there is");
    budget["required"] = json!(true);
    put(
        "/api/plans/all",
        get(
            "priorities",
            "planAll",
            "One budget over the remedies of all themes",
            vec![
                budget,
                weights(),
                county(about),
                parameter(
                    "floors",
                    "Least sums of themes or counties, such as water:500000,210727:1000000",
                    json!({"type": "string", "pattern": format!("^[^:,]+:{NUMBER}(,[^:,]+:{NUMBER})*$")}),
                ),
                planned(),
                form(&forms),
            ],
            tables(schema("BudgetPlan")),
            &[400],
        ),
    );
}
