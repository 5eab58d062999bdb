//! Comparisons of two snapshots in words, as tables and as features.

use serde_json::{Value, json};

use super::collection::{Built, Collection, built};
use super::geojson::Geometry;
use super::lists::{Cell, List};
use crate::gaps::Verdict;
use crate::priority::comparison::codes::Step;
use crate::priority::comparison::{Cause, Change, Class, Comparison, RuleChange, Touch};
use crate::priority::snapshot::GapRow;
use crate::standards::Bilingual;
use crate::text::{Fill, length, message};

/// Features that a sentence names.
const NAMED: usize = 3;

fn join(parts: Vec<Bilingual>, zh: &str, en: &str) -> Bilingual {
    let (a, b): (Vec<String>, Vec<String>) = parts.into_iter().map(|p| (p.zh, p.en)).unzip();
    Bilingual { zh: a.join(zh), en: b.join(en) }
}

fn same(text: &str) -> Bilingual {
    Bilingual { zh: text.to_owned(), en: text.to_owned() }
}

/// Name of a layer of the input; itself where it has none.
pub fn layer_name(layer: &str) -> Bilingual {
    let key = format!("layer_{layer}");
    let name = message(&key, &[]);
    if name.zh == key { same(layer) } else { name }
}

pub fn class_name(class: Class) -> Bilingual {
    message(&format!("change_{}", class.as_str()), &[])
}

fn feature_name(t: &Touch) -> Bilingual {
    let how = match json!(t.how) {
        Value::String(s) => message(&format!("how_{s}"), &[]),
        _ => same(""),
    };
    // What touches is at no distance worth a word.
    let near = t
        .near_m
        .filter(|m| *m >= 0.5)
        .map_or_else(|| same(""), |m| message("reason_near", &[("far", length(m).into())]));
    let fills = [
        ("layer", layer_name(&t.layer).into()),
        ("id", t.id.clone().into()),
        ("how", how.into()),
        ("near", near.into()),
    ];
    message("reason_feature", &fills)
}

fn step_name(s: &Step) -> Bilingual {
    let fills = [("old", Fill::from(s.old.clone())), ("new", s.new.clone().into())];
    message(&format!("step_{}", s.kind.as_str()), &fills)
}

/// `access_m: 500 → 400`.
pub fn rule_name(r: &RuleChange) -> String {
    let short = |v: &Value| {
        let text = v.to_string();
        if text.chars().count() > 60 { format!("{}…", text.chars().take(60).collect::<String>()) } else { text }
    };
    format!("{}: {} → {}", r.rule, short(&r.before), short(&r.after))
}

/// Why a gap differs, in words; nothing for one that is the same.
pub fn reason(c: &Change, all: &Comparison) -> Bilingual {
    let mut parts: Vec<Bilingual> = Vec::new();
    if c.unknown_now {
        parts.push(message("reason_unknown_now", &[]));
    }
    for cause in &c.causes {
        let what = match cause {
            Cause::Data => {
                let mut named: Vec<Bilingual> = c.features.iter().take(NAMED).map(feature_name).collect();
                if c.features_count > named.len() {
                    let more = (c.features_count - named.len()).to_string();
                    named.push(message("reason_more", &[("n", more.into())]));
                }
                join(named, "、", ", ")
            }
            Cause::Rule => {
                let rules = c.rules.iter().filter_map(|&i| all.rules.get(i));
                join(rules.map(|r| same(&rule_name(r))).collect(), "；", "; ")
            }
            Cause::Codes => join(c.codes.iter().map(step_name).collect(), "、", ", "),
            Cause::Program => same(&format!("{} → {}", all.from.program, all.to.program)),
            _ => same(""),
        };
        let key = match (cause, c.class) {
            (Cause::Village, Class::Entered) => "reason_village_entered".to_owned(),
            _ => format!("reason_{}", cause.as_str()),
        };
        parts.push(message(&key, &[("what", what.into())]));
    }
    join(parts, "；", "; ")
}

/// Columns of [`list`].
const COLUMNS: [&str; 26] = [
    "change",
    "theme",
    "kind",
    "village",
    "name",
    "town",
    "county",
    "people",
    "verdict_before",
    "verdict_after",
    "severity_before",
    "severity_after",
    "measured_before",
    "measured_after",
    "threshold_before",
    "threshold_after",
    "unit",
    "cost_before",
    "cost_after",
    "causes",
    "reason_zh",
    "reason_en",
    "features",
    "why_zh",
    "why_en",
    "gap",
];

fn features(c: &Change) -> String {
    c.features.iter().map(|t| format!("{}:{}", t.layer, t.id)).collect::<Vec<_>>().join(" ")
}

fn verdict_after(c: &Change) -> Option<&'static str> {
    let now = c.after.as_ref().map(|g| g.verdict);
    let known = match c.class {
        Class::Closed | Class::Settled => Some(Verdict::Ok),
        Class::Left => None,
        _ if c.unknown_now => Some(Verdict::Unknown),
        _ => now,
    };
    known.map(Verdict::as_str)
}

fn verdict_before(c: &Change) -> Option<&'static str> {
    match (&c.before, c.class) {
        (Some(g), _) => Some(g.verdict.as_str()),
        (None, Class::Entered) => None,
        (None, _) => Some(Verdict::Ok.as_str()),
    }
}

/// A row a change.
pub fn list<'a>(all: &Comparison, changes: impl Iterator<Item = &'a Change>) -> List {
    let rows = changes.map(|c| {
        let why = reason(c, all);
        let causes: Vec<&str> = c.causes.iter().map(|c| c.as_str()).collect();
        let of = |f: fn(&GapRow) -> Option<f64>| [&c.before, &c.after].map(|g| Cell::from(g.as_ref().and_then(f)));
        let [severity_before, severity_after] = of(|g| Some(g.severity));
        let [measured_before, measured_after] = of(|g| g.measured);
        let [threshold_before, threshold_after] = of(|g| g.threshold);
        let [cost_before, cost_after] = of(|g| g.cost);
        let gap = c.gap();
        vec![
            c.class.as_str().into(),
            c.theme.into(),
            gap.map(|g| g.kind.clone()).into(),
            c.village.clone().into(),
            c.name.as_str().into(),
            c.town.clone().into(),
            c.county.clone().into(),
            c.people.into(),
            verdict_before(c).into(),
            verdict_after(c).into(),
            severity_before,
            severity_after,
            measured_before,
            measured_after,
            threshold_before,
            threshold_after,
            gap.map(|g| g.unit.clone()).into(),
            cost_before,
            cost_after,
            causes.join(" ").into(),
            why.zh.into(),
            why.en.into(),
            features(c).into(),
            gap.map(|g| g.why.zh.clone()).into(),
            gap.map(|g| g.why.en.clone()).into(),
            c.id.as_str().into(),
        ]
    });
    List { name: "comparison", columns: COLUMNS.to_vec(), rows: rows.collect() }
}

/// A change with its reason in words.
pub fn change_json(all: &Comparison, c: &Change) -> Value {
    let mut out = json!(c);
    out["reason"] = json!(reason(c, all));
    out["verdict_before"] = json!(verdict_before(c));
    out["verdict_after"] = json!(verdict_after(c));
    out
}

/// The whole comparison with these changes.
pub fn json(all: &Comparison, changes: &[&Change]) -> Value {
    let mut out = json!({
        "from": all.from, "to": all.to, "rules": all.rules, "layers": all.layers, "villages": all.villages,
        "tallies": all.tallies, "scores": all.scores,
    });
    out["changes"] = changes.iter().map(|c| change_json(all, c)).collect();
    out
}

/// Points of the changes, for maps and files.
pub fn collection<'a>(all: &Comparison, changes: impl Iterator<Item = &'a Change>) -> Collection {
    let features: Vec<Built> = changes
        .filter_map(|c| {
            let gap = c.gap()?;
            let why = reason(c, all);
            let of = |f: fn(&GapRow) -> Option<f64>| [&c.before, &c.after].map(|g| g.as_ref().and_then(f));
            let [severity_before, severity_after] = of(|g| Some(g.severity));
            let [measured_before, measured_after] = of(|g| g.measured);
            let [cost_before, cost_after] = of(|g| g.cost);
            let properties = json!({
                "id": c.id, "change": c.class, "theme": c.theme, "kind": gap.kind, "village": c.village, "name": c.name,
                "town": c.town, "county": c.county, "people": c.people, "verdict_before": verdict_before(c),
                "verdict_after": verdict_after(c), "severity_before": severity_before,
                "severity_after": severity_after, "measured_before": measured_before,
                "measured_after": measured_after, "unit": gap.unit, "cost_before": cost_before,
                "cost_after": cost_after, "causes": c.causes, "reason_zh": why.zh, "reason_en": why.en,
                "features": c.features, "why_zh": gap.why.zh, "why_en": gap.why.en,
                "from": all.from.date, "to": all.to.date, "provenance": all.to.provenance,
            });
            let rank = [f64::from(c.class as u8), -c.people.unwrap_or(0.0), 0.0];
            Some(built(&c.id, &Geometry::Point(gap.point), &properties).ranked(rank))
        })
        .collect();
    Collection::new("comparison", "对比", "Comparison", features)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::priority::comparison::How;

    #[test]
    fn everything_has_its_words() {
        let has = |key: String| assert_ne!(message(&key, &[]).zh, key);
        COLUMNS.iter().for_each(|c| has(format!("column_{c}")));
        Class::ALL.iter().for_each(|c| has(format!("change_{}", c.as_str())));
        for c in [Cause::Data, Cause::DataElsewhere, Cause::Rule, Cause::Codes, Cause::Village, Cause::Program] {
            has(format!("reason_{}", c.as_str()));
        }
        for h in [How::Added, How::Removed, How::Redrawn, How::Restated, How::Rewritten] {
            has(format!("how_{}", json!(h).as_str().unwrap_or_default()));
        }
        has("list_comparison".into());
        has("list_score_history".into());
        let layers = "villages village_roads village_power village_water village_broadband village_services roads seats \
                      schools substations transformers power_lines power_buses loads voltage_readings water_sources \
                      water_tests service_areas elevation broadband_coverage broadband_nodes facilities projects";
        layers.split_whitespace().for_each(|l| has(format!("layer_{l}")));
        assert_eq!(layer_name("moon").zh, "moon");
    }
}
