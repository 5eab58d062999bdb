//! Projects: planned works as points, lines, polygons, or a table that only names villages.

use std::collections::HashMap;

use super::places::{self, From};
use super::quality::QualityReport;
use super::read::Table;
use super::text::{date, number};
use crate::world::projects::{Project, Site, Status, theme};
use crate::world::{Village, VillageIx};

const NO_THEME: &str = "names no theme (roads, power, water, broadband, services)";
const NEGATIVE: &str = "its cost is negative";
const NOWHERE: &str = "no geometry and no village";
const UNKNOWN_ONLY: &str = "no geometry, and no village of its is in the atlas";
const BAD_YEAR: &str = "its year is none that a plan can have";
const CANCELLED: &str = "cancelled";
const UNKNOWN_VILLAGE: &str = "names a village that is not in the atlas";

/// First and last year that a list of projects can name: before the first five-year plan there were none.
const YEARS: (f64, f64) = (1953.0, 2100.0);

/// Projects, sorted by id.
///
/// A year that no plan can have (0, 20177) leaves the record out rather than without a year: in tables it is the mark
/// of columns that have slipped, and then cost and villages are wrong, too.
pub(super) fn build(tables: &mut [Table], villages: &[Village], report: &mut QualityReport) -> Vec<Project> {
    let by_id: HashMap<&str, u32> = villages.iter().map(|v| v.id.as_str()).zip(0..).collect();
    let mut drafts = Vec::new();
    let mut strangers = Vec::new();
    for (t, table) in tables.iter_mut().enumerate() {
        let mut quality = std::mem::take(&mut table.quality);
        let keep = |r: usize| table.is_good(r);
        let values = table.values();
        let themes = values.classify("theme", &mut quality, keep, theme);
        let statuses = values.classify("status", &mut quality, keep, Status::parse);
        let years = values.classify("year", &mut quality, keep, year);
        let costs = values.classify("cost", &mut quality, keep, number);
        let (mut skipped, mut ignored) = (Vec::new(), Vec::new());
        for row in (0..table.rows()).filter(|r| table.is_good(*r)) {
            let status = statuses.get(row).unwrap_or_default();
            if status == Status::Cancelled {
                ignored.push(row);
                continue;
            }
            let (year, cost) = (years.get(row), costs.get(row));
            let site = Site { points: table.points(row), lines: lines(table, row), area: table.area(row) };
            let nowhere = site == Site::default();
            let codes = values.text("village", row).map(codes).unwrap_or_default();
            let (known, unknown): (Vec<&str>, Vec<&str>) = codes.into_iter().partition(|c| by_id.contains_key(c));
            let wrong = if themes.get(row).is_none() {
                Some(NO_THEME)
            } else if cost.is_some_and(|c| c < 0.0) {
                Some(NEGATIVE)
            } else if year.is_some_and(|y| !(YEARS.0..=YEARS.1).contains(&y)) {
                Some(BAD_YEAR)
            } else if nowhere && known.is_empty() {
                Some(if unknown.is_empty() { NOWHERE } else { UNKNOWN_ONLY })
            } else {
                None
            };
            for code in &unknown {
                quality.note(UNKNOWN_VILLAGE, || table.label(row));
                strangers.push(format!("{}: {code}", table.label(row)));
            }
            if let Some(why) = wrong {
                skipped.push((row, why));
                continue;
            }
            let mut named: Vec<VillageIx> = known.iter().map(|c| VillageIx(by_id[c])).collect();
            named.sort_unstable();
            named.dedup();
            let item = Project {
                id: id(table, row, nowhere),
                name: values.text("name", row).map(str::to_owned),
                theme: themes.get(row).unwrap_or_default(),
                kind: values.text("kind", row).map(str::to_owned),
                status,
                year: year.map(|y| y as i32),
                cost,
                villages: named,
                site,
                provenance: table.source.provenance,
                source: table.index,
            };
            drafts.push(From { item, table: t, row, source: table.index });
        }
        table.quality = quality;
        skipped.into_iter().for_each(|(row, why)| table.skip(row, why));
        ignored.into_iter().for_each(|row| table.ignore(row, CANCELLED));
    }
    report.list("projects.unknown_villages", strangers);
    let key = |p: &Project| {
        (p.theme, p.kind.clone(), p.status, p.year, p.cost.map(f64::to_bits), p.name.clone(), p.villages.clone())
    };
    let kept = places::unify(drafts, tables, |p| &mut p.id, |a, b| key(a).cmp(&key(b)));
    if !tables.is_empty() {
        report.fact("projects", kept.len() as f64, "count");
    }
    kept.into_iter().map(|d| d.item).collect()
}

/// Lines with a length; what is drawn as one point twice is no line.
fn lines(table: &Table, row: usize) -> Vec<Vec<geo::Coord>> {
    table.lines_only(row).into_iter().filter(|l| l.len() >= 2).collect()
}

/// Its id; without one that of its geometry, and of a row without geometry its place in the table, for two rows that say
/// the same of different villages must not be one.
fn id(table: &Table, row: usize, nowhere: bool) -> String {
    match (table.id(row), nowhere) {
        (Some(id), _) => id,
        (None, true) => format!("{}row-{}", table.source.id_prefix.as_deref().unwrap_or_default(), row + 1),
        (None, false) => table.id_or_derived(row),
    }
}

/// Codes of villages, separated by semicolons or commas of either width, or by spaces.
fn codes(text: &str) -> Vec<&str> {
    let parts = text.split(|c: char| matches!(c, ';' | ',' | '；' | '，' | '、' | '|') || c.is_whitespace());
    parts.filter(|c| !c.is_empty()).collect()
}

/// `2018`, `2018.0`, `2018年`, a date, or the last year of `2018-2020`. What is a number but no year stays one, to be
/// told apart from what is none.
fn year(text: &str) -> Option<f64> {
    let t = text.trim();
    if let Some(n) = number(t.trim_end_matches('年')) {
        // 2018.5 is no year.
        return Some(if n.fract() == 0.0 { n } else { 0.0 });
    }
    let span = t.split(['-', '–', '—', '~', '至']).map(|p| p.trim().trim_end_matches('年')).collect::<Vec<_>>();
    if let [first, last] = span[..]
        && first.len() == 4
        && last.len() == 4
    {
        return number(first).and(number(last));
    }
    date(t)?;
    t.get(..4).and_then(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_as_lists_write_them() {
        for (text, want) in [
            ("2018", 2018.0),
            ("2018.0", 2018.0),
            ("2018年", 2018.0),
            ("2018-05-01", 2018.0),
            ("2018年5月", 2018.0),
            ("2018-2020", 2020.0),
            ("2018年至2020年", 2020.0),
            ("20177", 20177.0),
            ("0", 0.0),
        ] {
            assert_eq!(year(text), Some(want), "{text}");
        }
        assert_eq!((year("十三五"), year("")), (None, None));
        assert_eq!(year("2018.5"), Some(0.0));
    }

    #[test]
    fn codes_between_any_separators() {
        assert_eq!(codes("a;b, c，d；e、f"), ["a", "b", "c", "d", "e", "f"]);
        assert!(codes(" ;; ").is_empty());
    }
}
