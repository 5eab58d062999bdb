//! Broadband coverage and speed tiles, access nodes, fibre lines; and what village records say of broadband.

use std::collections::HashMap;

use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::fields::Values;
use super::places::{self, From};
use super::quality::{QualityReport, SourceQuality};
use super::read::{Table, reason};
use super::text::number;
use crate::standards::BroadbandRules;
use crate::world::Known;
use crate::world::broadband::{BroadbandData, BroadbandNode, BroadbandRecord, Coverage, FibreLine};

/// Tables of the theme, each in the atlas's order.
pub(super) struct Inputs<'t, 'a> {
    pub coverage: &'t mut [Table<'a>],
    pub nodes: &'t mut [Table<'a>],
    pub fibre: &'t mut [Table<'a>],
}

/// Deepest quadkey that is read.
const QUADKEY: usize = 24;
const NO_SPEED: &str = "speed is 0: no reading";
const TOO_FAST: &str = "speed is beyond all that is possible; check its unit";

pub(super) fn build(inputs: Inputs, rules: &BroadbandRules, report: &mut QualityReport) -> BroadbandData {
    let (coverage, has_coverage) = coverage(inputs.coverage, rules);
    let data = BroadbandData {
        coverage,
        has_coverage,
        has_nodes: !inputs.nodes.is_empty(),
        nodes: nodes(inputs.nodes),
        fibre: fibre(inputs.fibre),
    };
    if !inputs.coverage.is_empty() {
        report.fact("broadband.coverage", data.coverage.len() as f64, "count");
    }
    if data.has_nodes {
        report.fact("broadband.nodes", data.nodes.len() as f64, "count");
    }
    data
}

fn coverage(tables: &mut [Table], rules: &BroadbandRules) -> (Vec<Coverage>, bool) {
    let mut drafts = Vec::new();
    let mut offers = false;
    for (t, table) in tables.iter_mut().enumerate() {
        let mut quality = std::mem::take(&mut table.quality);
        let keep = |r: usize| table.is_good(r);
        let values = table.values();
        let mbit = values.classify("mbit_s", &mut quality, keep, number);
        let kbit = values.classify("kbit_s", &mut quality, keep, number);
        // Tiles of kilobits, or with a number of tests, are measurements.
        let tiles = values.has("kbit_s") || values.has("tests");
        let measured = values.yes_no("measured", &mut quality, keep);
        let mut skipped = Vec::new();
        for row in (0..table.rows()).filter(|r| table.is_good(*r)) {
            let area = table.area(row).or_else(|| values.text("quadkey", row).and_then(tile));
            let Some(area) = area else {
                skipped.push((row, reason::NO_AREA));
                continue;
            };
            let is_measured = measured.get(row).map_or(tiles, |k| k == Known::Yes);
            offers |= !is_measured;
            let mbit_s = mbit.get(row).or(kbit.get(row).map(|k| k / 1000.0));
            let wrong =
                mbit_s.and_then(|v| if v <= 0.0 { Some(NO_SPEED) } else { (v > rules.max_mbit_s).then_some(TOO_FAST) });
            // A measurement that is none says nothing; what is offered is there, at a speed nobody knows.
            if let Some(why) = wrong {
                if is_measured {
                    skipped.push((row, why));
                    continue;
                }
                quality.note(why, || table.label(row));
            }
            let id = values.text("quadkey", row).filter(|_| table.raw_id(row).is_none()).map(str::to_owned);
            let item = Coverage {
                id: id.unwrap_or_else(|| table.id_or_derived(row)),
                mbit_s: mbit_s.filter(|_| wrong.is_none()),
                measured: is_measured,
                area,
                source: table.index,
            };
            drafts.push(From { item, table: t, row, source: table.index });
        }
        table.quality = quality;
        for (row, why) in skipped {
            table.skip(row, why);
        }
    }
    let speed = |c: &Coverage| c.mbit_s.unwrap_or(-1.0);
    let kept = places::unify(drafts, tables, |c| &mut c.id, |a, b| speed(a).total_cmp(&speed(b)));
    (kept.into_iter().map(|d| d.item).collect(), offers)
}

/// Ground of a quadkey (Bing tiles, Web Mercator).
fn tile(key: &str) -> Option<MultiPolygon> {
    let key = key.trim();
    if key.is_empty() || key.len() > QUADKEY {
        return None;
    }
    let (mut x, mut y) = (0u64, 0u64);
    for c in key.chars() {
        let d = c.to_digit(4)?;
        x = x << 1 | u64::from(d & 1);
        y = y << 1 | u64::from(d >> 1);
    }
    let n = (1u64 << key.len()) as f64;
    let lon = |x: u64| x as f64 / n * 360.0 - 180.0;
    let lat = |y: u64| (std::f64::consts::PI * (1.0 - 2.0 * y as f64 / n)).sinh().atan().to_degrees();
    let (w, e, north, south) = (lon(x), lon(x + 1), lat(y), lat(y + 1));
    let ring = [(w, south), (e, south), (e, north), (w, north), (w, south)];
    let ring: LineString = ring.iter().map(|&(x, y)| Coord { x, y }).collect();
    Some(MultiPolygon(vec![Polygon::new(ring, Vec::new())]))
}

fn nodes(tables: &mut [Table]) -> Vec<BroadbandNode> {
    let mut drafts = Vec::new();
    for (t, table) in tables.iter_mut().enumerate() {
        let rows = places::with_points(table);
        let mut quality = std::mem::take(&mut table.quality);
        let values = table.values();
        let mbit = values.number("mbit_s", &mut quality, |r| table.is_good(r));
        for (row, point) in rows {
            let item = BroadbandNode {
                id: table.id_or_derived(row),
                name: values.text("name", row).map(str::to_owned),
                mbit_s: mbit.get(row).filter(|v| *v > 0.0),
                point,
                source: table.index,
            };
            drafts.push(From { item, table: t, row, source: table.index });
        }
        table.quality = quality;
    }
    let kept = places::unify(drafts, tables, |n| &mut n.id, |a, b| a.name.cmp(&b.name));
    kept.into_iter().map(|d| d.item).collect()
}

fn fibre(tables: &mut [Table]) -> Vec<FibreLine> {
    let mut out = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for table in tables.iter_mut() {
        let mut kept = 0;
        for row in (0..table.rows()).filter(|r| table.is_good(*r)) {
            let base = table.id_or_derived(row);
            for line in table.lines(row) {
                let n = seen.entry(base.clone()).and_modify(|n| *n += 1).or_insert(1);
                out.push(FibreLine {
                    id: if *n > 1 { format!("{base}-{n}") } else { base.clone() },
                    name: table.values().text("name", row).map(str::to_owned),
                    line: line.to_vec(),
                    source: table.index,
                });
            }
            kept += 1;
        }
        table.quality.kept += kept;
    }
    out.sort_by(|a, b| a.id.cmp(&b.id));
    out
}

/// Reads the broadband fields of village records: answers a function from row to record.
pub(super) fn records<'v>(
    values: &'v Values<'_>,
    quality: &mut SourceQuality,
    keep: &impl Fn(usize) -> bool,
) -> impl Fn(usize) -> BroadbandRecord + 'v {
    let broadband = values.yes_no("broadband", quality, keep);
    let mobile = values.yes_no("mobile", quality, keep);
    let mbit = values.number("mbit_s", quality, keep);
    move |row| BroadbandRecord {
        broadband: broadband.get(row).unwrap_or_default(),
        mbit_s: mbit.get(row),
        mobile: mobile.get(row).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::BoundingRect;

    #[test]
    fn a_quadkey_is_a_tile_of_the_web_mercator_grid() {
        let b = tile("0").unwrap().bounding_rect().unwrap();
        assert!((b.min().x + 180.0).abs() < 1e-9 && b.max().x.abs() < 1e-9 && (b.max().y - 85.051_128_78).abs() < 1e-6);
        let b = tile("1202102332").unwrap().bounding_rect().unwrap();
        assert!((b.width() - 360.0 / 1024.0).abs() < 1e-9);
        assert!(tile("").is_none() && tile("4").is_none() && tile(&"0".repeat(40)).is_none());
    }
}
