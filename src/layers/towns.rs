//! Towns: the ground of townships, for the map and for villages that do not say which town is theirs.

use std::collections::HashSet;

use geo::{Coord, MultiPolygon};

use super::places::{self, CountyFinder, From};
use super::quality::SourceQuality;
use super::read::Table;
use crate::world::Town;
use crate::world::index::Polygons;

/// The towns, sorted by id. Without a name a town cannot be told from others, and is left out.
pub(super) fn build(tables: &mut [Table], finder: &CountyFinder) -> Vec<Town> {
    let mut drafts = Vec::new();
    for (t, table) in tables.iter_mut().enumerate() {
        places::keep_level(table, "8");
        for (row, inside) in places::with_points(table) {
            let Some(name) = table.values().text("name", row).map(str::to_owned) else {
                table.skip(row, "has no name");
                continue;
            };
            let (stated, label) = (table.values().text("county", row).map(str::to_owned), table.label(row));
            let county = finder.county(stated.as_deref(), inside, &mut table.quality, || label.clone());
            let area = table.area(row);
            let item = Town {
                id: table.id_or_derived(row),
                name,
                county,
                area,
                provenance: table.source.provenance,
                source: table.index,
            };
            drafts.push(From { item, table: t, row, source: table.index });
        }
    }
    let kept = places::unify(drafts, tables, |t| &mut t.id, |a, b| a.name.cmp(&b.name).then(a.county.cmp(&b.county)));
    kept.into_iter().map(|d| d.item).collect()
}

/// Finds the town of a place: the one it states, else the one on whose ground it lies.
pub(super) struct TownFinder<'a> {
    towns: &'a [Town],
    named: HashSet<(Option<&'a str>, &'a str)>,
    polygons: Polygons<'a>,
}

impl<'a> TownFinder<'a> {
    pub fn new(towns: &'a [Town]) -> Self {
        let named = towns.iter().map(|t| (t.county.as_deref(), t.name.as_str())).collect();
        let polygons = Polygons::new(towns.iter().map(|t| t.area.as_ref().map(|a: &MultiPolygon| a)));
        TownFinder { towns, named, polygons }
    }

    /// Name of the town. What the place states stands as it is, known to the towns layer or not.
    pub fn town(
        &self,
        stated: Option<String>,
        county: Option<&str>,
        point: Coord,
        quality: &mut SourceQuality,
        label: impl Fn() -> String,
    ) -> Option<String> {
        if self.towns.is_empty() {
            return stated;
        }
        if let Some(s) = stated {
            if !self.named.contains(&(county, s.as_str())) {
                quality.note("states a town that is not in the towns layer", || format!("{} ({s})", label()));
            }
            return Some(s);
        }
        let found = &self.towns[self.polygons.holding(point)?];
        quality.note("states no town; the one it lies in is taken", || format!("{} ({})", label(), found.name));
        Some(found.name.clone())
    }
}
