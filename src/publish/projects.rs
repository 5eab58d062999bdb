//! Planned works: their collection and figures.

use serde_json::{Value, json};

use super::collection::{Built, Collection, built};
use super::geojson::Geometry;
use crate::findings::Findings;
use crate::gaps::metres;
use crate::priority::projects::Row;
use crate::world::projects::{Project, Site};

/// The collection of projects: those with a place first, for clients (QGIS) take a collection whose first ten features have
/// none for a table; ranked ones before others. None where the atlas has no source of projects.
pub(super) fn results(f: &Findings) -> Vec<Collection> {
    if !f.world.has_projects {
        return Vec::new();
    }
    let features = f.projects.rows.iter().zip(f.world.projects.iter()).map(|(row, p)| feature(row, p)).collect();
    vec![Collection::new("projects", "项目", "Projects", features)]
}

/// A project that only names villages has no geometry of its own, and none is made up for it.
fn feature(row: &Row, p: &Project) -> Built {
    let mut properties = json!(row);
    properties["provenance"] = json!(p.provenance);
    let geometry = match &p.site {
        Site { area: Some(area), .. } => Geometry::Area(Some(area)),
        Site { lines, .. } if lines.len() == 1 => Geometry::Line(&lines[0]),
        Site { lines, .. } if !lines.is_empty() => Geometry::Lines(lines),
        Site { points, .. } if points.len() == 1 => Geometry::Point(points[0]),
        Site { points, .. } if !points.is_empty() => Geometry::Points(points),
        _ => Geometry::Area(None),
    };
    let rank = row.rank.map_or(f64::MAX, |r| r as f64);
    let built = built(&row.id, &geometry, &properties);
    let placeless = f64::from(!built.has_place());
    built.ranked([placeless, rank, 0.0])
}

/// `counts.projects` of the summary.
pub(super) fn counts(f: &Findings) -> Option<Value> {
    if !f.world.has_projects {
        return None;
    }
    let rows = &f.projects.rows;
    let of = |keep: &dyn Fn(&Row) -> bool| rows.iter().filter(|r| keep(r)).count();
    // Each pair stands with both.
    let twice = rows.iter().flat_map(|r| &r.overlaps).filter_map(|o| o.cost).sum::<f64>() / 2.0;
    let themes = f.projects.by_theme.values();
    Some(json!({
        "projects": rows.len(),
        "open": f.world.projects.iter().filter(|p| p.is_open()).count(),
        "planned_gaps": themes.map(|c| c.planned).sum::<usize>(),
        "by_theme": f.projects.by_theme,
        "serve_nobody": of(&|r| r.serves_nobody),
        "overlap": of(&|r| !r.overlaps.is_empty()),
        "paid_twice": metres(twice),
        "bring_forward": of(&|r| r.bring_forward),
        "done_but_gap_remains": of(&|r| !r.still_open.is_empty()),
    }))
}
