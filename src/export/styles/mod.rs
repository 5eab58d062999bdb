//! How collections are coloured where a file can say so: the colours and classes of the web page, as rules that
//! [`qml`] writes for QGIS and [`sld`] for everything else.
//!
//! A table is coloured by what it has, not by its name, so that a new theme's gaps are coloured without a word here:
//! severity, else a surface, else people served, else a verdict.

mod qml;
mod sld;
#[cfg(test)]
mod tests;

pub use qml::qml;
pub use sld::sld;

pub use crate::publish::colours::RAMP;
use crate::publish::colours::{
    BORDER, EARTH, EDGE, EMPTY, GRAVEL, HALO, ISLAND, LAND, MAIN, OK, PEOPLE_STEPS, SEVERITY_STEPS, SHARE_STEPS,
    UNKNOWN,
};
use crate::publish::shape::ShapeType;
use crate::publish::table::Schema;
use crate::text::message;

/// What must be true of a feature; all conditions of a rule together.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    Is(&'static str, &'static str),
    IsNot(&'static str, &'static str),
    True(&'static str),
    NotTrue(&'static str),
    AtLeast(&'static str, f64),
    Below(&'static str, f64),
}

/// Features of one look.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// In both languages.
    pub label: String,
    pub when: Vec<Condition>,
    pub colour: &'static str,
    /// Around points and areas.
    pub edge: &'static str,
    /// Of lines and edges, in millimetres.
    pub width: f64,
    /// Diameter of points, in millimetres.
    pub size: f64,
    /// Dash and gap in millimetres.
    pub dash: Option<[f64; 2]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawn {
    Points,
    Lines,
    Areas,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Style {
    pub rules: Vec<Rule>,
    /// What QGIS draws; of mixed layers the first kind there is.
    pub drawn: Drawn,
}

/// The look of a collection; `None` where its features are all alike.
pub fn of(schema: &Schema, collection: &str) -> Option<Style> {
    let has = |name: &str| schema.columns.iter().any(|c| c.name == name);
    let rules = if has("severity") {
        severity(has("verdict"))
    } else if collection == "roads" && has("surface") && has("main") {
        surfaces()
    } else if collection == "counties" && has("gap_share") {
        shares()
    } else if has("people") && schema.single_shape().is_some_and(|t| t.multi() == ShapeType::MultiLineString) {
        ramp("people", &PEOPLE_STEPS, "style_people", 0)
    } else {
        // Of a village, its roads: the first map of the page.
        let field = ["verdict", "road_verdict"].into_iter().find(|f| has(f))?;
        verdicts(field)
    };
    let drawn = match schema.shapes.first()?.multi() {
        ShapeType::MultiPoint => Drawn::Points,
        ShapeType::MultiLineString => Drawn::Lines,
        _ => Drawn::Areas,
    };
    Some(Style { rules, drawn })
}

fn words(key: &str) -> String {
    let m = message(key, &[]);
    format!("{} / {}", m.zh, m.en)
}

fn rule(label: String, when: Vec<Condition>, colour: &'static str) -> Rule {
    Rule { label, when, colour, edge: EDGE, width: 0.2, size: 2.6, dash: None }
}

/// Five classes of a number. Numbers have `decimals` in the labels.
fn ramp(field: &'static str, steps: &[f64; 4], title: &str, decimals: usize) -> Vec<Rule> {
    let title = words(title);
    (0..RAMP.len())
        .map(|k| {
            let low = k.checked_sub(1).map(|i| steps[i]);
            let high = steps.get(k).copied();
            let when = low.map(|l| Condition::AtLeast(field, l)).into_iter();
            let when = when.chain(high.map(|h| Condition::Below(field, h))).collect();
            let label = match (low, high) {
                (None, Some(h)) => format!("{title} < {h:.decimals$}"),
                (Some(l), Some(h)) => format!("{title} {l:.decimals$}–{h:.decimals$}"),
                (l, _) => format!("{title} ≥ {:.decimals$}", l.unwrap_or_default()),
            };
            Rule { width: 0.8, size: 2.2 + 0.4 * k as f64, ..rule(label, when, RAMP[k]) }
        })
        .collect()
}

/// Known gaps by severity; what may be one is grey.
fn severity(verdicts: bool) -> Vec<Rule> {
    let mut rules = ramp("severity", &SEVERITY_STEPS, "style_severity", 1);
    if verdicts {
        for r in &mut rules {
            r.when.insert(0, Condition::IsNot("verdict", "unknown"));
        }
        rules.insert(0, unknown(vec![Condition::Is("verdict", "unknown")]));
    }
    rules
}

/// Points are hollow, so that they differ from the others in more than hue.
fn unknown(when: Vec<Condition>) -> Rule {
    Rule { edge: UNKNOWN, width: 0.5, ..rule(words("style_unknown"), when, LAND) }
}

fn verdicts(field: &'static str) -> Vec<Rule> {
    vec![
        Rule { edge: HALO, size: 1.8, ..rule(words("style_ok"), vec![Condition::Is(field, "ok")], OK) },
        unknown(vec![Condition::Is(field, "unknown")]),
        Rule { size: 3.0, ..rule(words("style_gap"), vec![Condition::Is(field, "gap")], RAMP[3]) },
    ]
}

fn surfaces() -> Vec<Rule> {
    let of = |s| Condition::Is("surface", s);
    let paved = |more| vec![of("paved"), more];
    let look = |key, when, colour, width, dash| Rule { width, dash, ..rule(words(key), when, colour) };
    vec![
        look("style_road_unknown", vec![of("unknown")], UNKNOWN, 0.3, Some([1.2, 1.2])),
        look("style_road_earth", vec![of("earth")], EARTH, 0.4, Some([1.8, 0.9])),
        look("style_road_gravel", vec![of("gravel")], GRAVEL, 0.4, None),
        look("style_road_island", paved(Condition::NotTrue("main")), ISLAND, 0.5, None),
        look("style_road_main", paved(Condition::True("main")), MAIN, 0.5, None),
    ]
}

fn shares() -> Vec<Rule> {
    let mut rules = ramp("gap_share", &SHARE_STEPS, "style_share", 2);
    for r in &mut rules {
        r.when.insert(0, Condition::AtLeast("villages", 1.0));
        r.edge = BORDER;
        r.width = 0.3;
    }
    let none = rule(words("style_no_villages"), vec![Condition::Below("villages", 1.0)], EMPTY);
    rules.insert(0, Rule { edge: BORDER, width: 0.3, ..none });
    rules
}

/// Text inside XML.
fn xml(s: &str) -> String {
    s.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
