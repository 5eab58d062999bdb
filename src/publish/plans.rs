//! Joint plans as features: collections of what everybody needs, and the works of a plan that was asked for.

use serde_json::{Map, Value};

use super::collection::{Built, Collection, built, wrap};
use super::geojson::{Geometry, feature};
use super::lists::json_of;
use crate::findings::Findings;
use crate::priority::theme_plan::{JointPlan, Work};

/// The plans that serve everybody, one collection for each theme, in the order of building.
pub(super) fn results(plans: &[JointPlan]) -> impl Iterator<Item = Collection> + '_ {
    plans.iter().filter_map(|p| {
        let (id, zh, en) = match p.theme {
            "roads" => ("road_plan", "道路建设方案", "Road plan"),
            "power" => ("power_plan", "供电改造方案", "Power plan"),
            "water" => ("water_plan", "供水建设方案", "Water plan"),
            "broadband" => ("broadband_plan", "宽带建设方案", "Broadband plan"),
            _ => return None,
        };
        Some(Collection::new(id, zh, en, p.works.iter().map(work).collect()))
    })
}

fn work(w: &Work) -> Built {
    built(&w.id, &shape(w), w).ranked([w.order as f64, 0.0, 0.0])
}

/// Works on what has no place have none.
fn shape(w: &Work) -> Geometry<'_> {
    match w.line[..] {
        [point] => Geometry::Point(point),
        [] => Geometry::Area(None),
        _ => Geometry::Line(&w.line),
    }
}

/// The works of a joint plan as a FeatureCollection, in the order of building; the plan's figures stand beside.
pub fn geojson(f: &Findings, p: &JointPlan) -> Vec<u8> {
    let mut about = match json_of(f, p) {
        Value::Object(o) => o,
        _ => Map::new(),
    };
    about.remove("works");
    let one = |w: &Work| {
        let mut bytes = Vec::new();
        feature(&mut bytes, &w.id, &shape(w), w);
        bytes
    };
    let works: Vec<Vec<u8>> = p.works.iter().map(one).collect();
    wrap(works.iter().map(Vec::len).sum(), &about, works.iter().map(Vec::as_slice))
}
