use super::*;
use crate::publish::table::{Column, Kind};

fn schema(columns: &[&str], shape: ShapeType) -> Schema {
    let columns = columns.iter().map(|n| Column { name: (*n).to_owned(), kind: Kind::Text, empty: false }).collect();
    Schema::made(columns, vec![shape])
}

/// Every element that is opened is closed, in order, and every attribute's quotes are whole.
fn well_formed(xml: &str) -> bool {
    let mut open = Vec::new();
    for tag in xml.split('<').skip(1) {
        let Some((tag, _)) = tag.split_once('>') else { return false };
        if tag.starts_with(['?', '!']) {
            continue;
        }
        if tag.matches('"').count() % 2 != 0 {
            return false;
        }
        let name = |t: &str| t.split_whitespace().next().unwrap_or_default().to_owned();
        if let Some(closed) = tag.strip_prefix('/') {
            if open.pop() != Some(name(closed)) {
                return false;
            }
        } else if !tag.ends_with('/') {
            open.push(name(tag));
        }
    }
    open.is_empty()
}

#[test]
fn what_a_table_has_decides_on_its_look() {
    let count = |columns: &[&str], shape, name| of(&schema(columns, shape), name).map(|s| (s.rules.len(), s.drawn));
    assert_eq!(count(&["id", "verdict", "severity"], ShapeType::Point, "new_gaps"), Some((6, Drawn::Points)));
    assert_eq!(count(&["id", "severity"], ShapeType::MultiPolygon, "areas"), Some((5, Drawn::Areas)));
    assert_eq!(count(&["surface", "main"], ShapeType::LineString, "roads"), Some((5, Drawn::Lines)));
    assert_eq!(count(&["people"], ShapeType::LineString, "road_links"), Some((5, Drawn::Lines)));
    assert_eq!(count(&["people", "road_verdict"], ShapeType::Point, "villages"), Some((3, Drawn::Points)));
    assert_eq!(count(&["villages", "gap_share"], ShapeType::MultiPolygon, "counties"), Some((6, Drawn::Areas)));
    assert_eq!(count(&["name"], ShapeType::Point, "seats"), None);
}

#[test]
fn every_value_falls_into_one_class() {
    let style = of(&schema(&["verdict", "severity"], ShapeType::Point), "gaps").unwrap();
    let holds = |c: &Condition, verdict: &str, severity: f64| match c {
        Condition::Is(_, v) => *v == verdict,
        Condition::IsNot(_, v) => *v != verdict,
        Condition::AtLeast(_, n) => severity >= *n,
        Condition::Below(_, n) => severity < *n,
        _ => unreachable!(),
    };
    for severity in [0.0, 0.1999, 0.2, 0.5, 0.8, 1.0] {
        for verdict in ["gap", "unknown"] {
            let fits = style.rules.iter().filter(|r| r.when.iter().all(|c| holds(c, verdict, severity)));
            let colours: Vec<_> = fits.map(|r| r.colour).collect();
            let step = SEVERITY_STEPS.iter().filter(|s| severity >= **s).count();
            assert_eq!(colours, [if verdict == "gap" { RAMP[step] } else { LAND }], "{verdict} {severity}");
        }
    }
}

#[test]
fn both_forms_are_well_formed_and_have_every_rule() {
    assert!(!well_formed("<a><b></a></b>") && !well_formed("<a b=\"<\">") && well_formed("<a b=\"&lt;\"/>"));
    for shape in [ShapeType::Point, ShapeType::LineString, ShapeType::MultiPolygon] {
        for columns in [&["severity", "verdict"][..], &["verdict"], &["surface", "main"]] {
            let Some(style) = of(&schema(columns, shape), "roads") else { panic!("{columns:?}") };
            let (qml, sld) = (qml(&style), sld(&style, "roads"));
            assert!(well_formed(&qml), "{qml}");
            assert!(well_formed(&sld), "{sld}");
            assert_eq!(qml.matches("<rule ").count(), style.rules.len());
            assert_eq!(sld.matches("<Rule>").count(), style.rules.len());
            assert!(!qml.contains("style_") && !sld.contains("style_"), "a label has no words: {qml}");
        }
    }
}
