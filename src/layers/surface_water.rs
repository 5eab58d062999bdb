//! Rivers and lakes: lines and areas for the map, which no analysis looks at.

use super::places::{self, From};
use super::read::Table;
use crate::world::{SurfaceShape, SurfaceWater};

pub(super) fn build(tables: &mut [Table]) -> Vec<SurfaceWater> {
    let mut drafts = Vec::new();
    for (t, table) in tables.iter().enumerate() {
        let values = table.values();
        for row in (0..table.rows()).filter(|r| table.is_good(*r)) {
            let shape = match table.area(row) {
                Some(area) => SurfaceShape::Area(area),
                None => SurfaceShape::Lines(table.lines_only(row)),
            };
            let item = SurfaceWater {
                id: table.id_or_derived(row),
                name: values.text("name", row).map(str::to_owned),
                shape,
                source: table.index,
            };
            drafts.push(From { item, table: t, row, source: table.index });
        }
    }
    let kept = places::unify(drafts, tables, |w| &mut w.id, |a, b| a.name.cmp(&b.name));
    kept.into_iter().map(|d| d.item).collect()
}
