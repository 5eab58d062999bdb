//! Water: sources, test results in rows or columns, service areas, heights; and what village records say of water.

use std::collections::{BTreeMap, HashMap};

use geo::Coord;

use super::fields::Values;
use super::places::{self, CountyFinder, From};
use super::quality::{QualityReport, SourceQuality};
use super::raster;
use super::read::{Table, reason};
use super::text::{date, number, yes_no};
use super::{natural, open};
use crate::standards::{ParameterIx, Species, parameter};
use crate::world::metric::distance_m;
use crate::world::water::{Functional, ServiceArea, SourceType, TestResult, WaterData, WaterRecord, WaterSource};
use crate::world::{Heights, Known, Village};

const NO_SOURCE: &str = "names no water source that exists";
const NO_VILLAGE: &str = "names a village that does not exist";
const NO_PARAMETER: &str = "parameter is not known";
const NO_VALUE: &str = "value is no number";
const NEGATIVE: &str = "negative concentration";
const FUTURE: &str = "date lies in the future";
/// Samples of one source that lie farther apart are pointed out, metres.
const ONE_PLACE_M: f64 = 500.0;

/// The tables of the theme, each in the atlas's order.
pub(super) struct Inputs<'t, 'a> {
    pub sources: &'t mut [Table<'a>],
    pub tests: &'t mut [Table<'a>],
    pub areas: &'t mut [Table<'a>],
}

pub(super) fn build(
    inputs: Inputs,
    villages: &[Village],
    heights: &[Heights],
    finder: &CountyFinder,
    report: &mut QualityReport,
) -> WaterData {
    let has_sources = !inputs.sources.is_empty();
    let (mut sources, rows) = sources(inputs.sources, finder);
    let by_id: HashMap<String, u32> = sources.iter().map(|s| s.id.clone()).zip(0..).collect();
    let mut results = Vec::new();
    let units: Vec<Units> = inputs.sources.iter().map(|t| open::units_row(t.source)).collect();
    for (source, (table, samples)) in rows.iter().enumerate() {
        for row in samples {
            wide(&mut inputs.sources[*table], &units[*table], *row, source as u32, &mut results);
        }
    }
    for table in inputs.tests.iter_mut() {
        if table.source.results.is_empty() {
            tests(table, &by_id, &mut results);
        } else {
            wide_tests(table, &by_id, &mut results);
        }
    }
    settle(&mut results, &sources, report);
    let areas = areas(inputs.areas, &by_id, villages);
    let points: Vec<Coord> = sources.iter().map(|s| s.point).collect();
    for (s, h) in sources.iter_mut().zip(sample(heights, &points)) {
        s.elevation_m = s.elevation_m.or(h);
    }
    let points: Vec<Coord> = villages.iter().map(|v| v.point).collect();
    let village_elevation = sample(heights, &points);
    let data = WaterData { sources, results, areas, village_elevation, has_sources };
    if has_sources {
        report.fact("water.sources", data.sources.len() as f64, "count");
        report.fact("water.results", data.results.len() as f64, "count");
        let tested: std::collections::HashSet<u32> = data.results.iter().map(|r| r.source).collect();
        report.fact("water.sources_tested", tested.len() as f64, "count");
    }
    data
}

/// Heights of positions from the first raster that has one.
fn sample(heights: &[Heights], points: &[Coord]) -> Vec<Option<f64>> {
    let mut out = vec![None; points.len()];
    for h in heights {
        for (o, v) in out.iter_mut().zip(raster::heights_at(h, points)) {
            *o = o.or(v);
        }
    }
    out
}

fn source_type(s: &str) -> Option<Option<SourceType>> {
    let low = s.trim().to_lowercase();
    if low == "unknown" {
        return Some(None);
    }
    let own = SourceType::ALL.into_iter().find(|t| t.as_str() == low);
    own.or_else(|| {
        // Words of WPdx and of village records.
        let has = |words: &[&str]| words.iter().any(|w| low.contains(w));
        if has(&["unprotected spring"]) {
            Some(SourceType::UnprotectedSpring)
        } else if has(&["unprotected", "open well", "土井"]) {
            Some(SourceType::UnprotectedWell)
        } else if has(&["protected spring", "泉"]) {
            Some(SourceType::ProtectedSpring)
        } else if has(&["protected", "covered well", "shallow well"]) {
            Some(SourceType::ProtectedWell)
        } else if has(&["borehole", "tubewell", "tube well", "机井"]) {
            Some(SourceType::Borehole)
        } else if has(&["piped", "tap", "kiosk", "水厂", "自来水"]) {
            Some(SourceType::Piped)
        } else if has(&["rain"]) {
            Some(SourceType::Rainwater)
        } else if has(&["truck", "tanker", "cart"]) {
            Some(SourceType::Tanker)
        } else if has(&["surface", "river", "lake", "pond", "stream", "dam"]) {
            Some(SourceType::Surface)
        } else {
            None
        }
    })
    .map(Some)
}

fn functional(s: &str) -> Option<Functional> {
    let low = s.trim().to_lowercase();
    Some(match low.as_str() {
        "unknown" => Functional::Unknown,
        "partly" => Functional::Partly,
        "abandoned" => Functional::Abandoned,
        _ if low.starts_with("functional, ") || low.starts_with("partially") => Functional::Partly,
        "functional" => Functional::Yes,
        _ if low.starts_with("non") || low.starts_with("not functional") => Functional::No,
        _ => match yes_no(s)? {
            Known::Yes => Functional::Yes,
            Known::No => Functional::No,
            Known::Unknown => Functional::Unknown,
        },
    })
}

/// Sources by id, and the table and rows that each was made from.
fn sources(tables: &mut [Table], finder: &CountyFinder) -> (Vec<WaterSource>, Vec<(usize, Vec<usize>)>) {
    let mut drafts = Vec::new();
    let mut samples: HashMap<(usize, usize), Vec<usize>> = HashMap::new();
    for (t, table) in tables.iter_mut().enumerate() {
        let rows = one_per_source(table, t, &mut samples);
        let mut quality = std::mem::take(&mut table.quality);
        let keep = |r: usize| table.is_good(r);
        let values = table.values();
        let kinds = values.classify("type", &mut quality, keep, source_type);
        let works = values.classify("functional", &mut quality, keep, functional);
        let abandoned = values.yes_no("abandoned", &mut quality, keep);
        let [yields, users, depth] = ["yield_m3_d", "users", "depth_m"].map(|f| values.number(f, &mut quality, keep));
        let elevation = values.classify("elevation_m", &mut quality, keep, number);
        for (row, point) in rows {
            let label = || table.label(row);
            let stated = values.text("county", row);
            let county = finder.county(stated, point, &mut quality, label);
            let around = finder.county(None, point, &mut SourceQuality::default(), String::new);
            if stated.is_some() && county.is_some() && finder.has_counties() && county != around {
                quality.note("lies outside the county of its record", label);
            }
            let gone = abandoned.get(row) == Some(Known::Yes);
            let item = WaterSource {
                assured: false,
                id: table.id_or_derived(row),
                name: values.text("name", row).map(str::to_owned),
                kind: kinds.get(row).flatten(),
                functional: if gone { Functional::Abandoned } else { works.get(row).unwrap_or_default() },
                yield_m3_d: yields.get(row),
                users: users.get(row),
                elevation_m: elevation.get(row),
                depth_m: depth.get(row),
                county,
                town: values.text("town", row).map(str::to_owned),
                point,
                source: table.index,
            };
            drafts.push(From { item, table: t, row, source: table.index });
        }
        table.quality = quality;
    }
    let kept = places::unify(drafts, tables, |s| &mut s.id, |a, b| a.name.cmp(&b.name));
    let rows = |d: &From<WaterSource>| samples.get(&(d.table, d.row)).cloned().unwrap_or_else(|| vec![d.row]);
    kept.into_iter().map(|d| (rows(&d), d)).map(|(r, d)| (d.item, (d.table, r))).unzip()
}

/// Rows with their points. Where results stand in columns, rows of one id are samples of one source: the first, by its
/// own fields and place, stands for them, and `samples` names them all.
fn one_per_source(
    table: &mut Table,
    t: usize,
    samples: &mut HashMap<(usize, usize), Vec<usize>>,
) -> Vec<(usize, Coord)> {
    let rows = places::with_points(table);
    if table.source.results.is_empty() {
        return rows;
    }
    let mut of: BTreeMap<String, Vec<(usize, Coord)>> = BTreeMap::new();
    for r in rows {
        of.entry(table.id_or_derived(r.0)).or_default().push(r);
    }
    let mut out = Vec::new();
    for (_, mut group) in of {
        let name = |r: usize| table.values().text("name", r).map(str::to_owned);
        group.sort_by(|a, b| {
            (a.1.x.total_cmp(&b.1.x)).then(a.1.y.total_cmp(&b.1.y)).then_with(|| name(a.0).cmp(&name(b.0)))
        });
        let first = group[0];
        let apart = group.iter().any(|g| distance_m(g.1, first.1) > ONE_PLACE_M);
        if apart {
            let label = table.label(first.0);
            table.quality.note("samples of one source lie far apart", || label);
        }
        table.quality.kept += group.len() as u64 - 1;
        samples.insert((t, first.0), group.iter().map(|g| g.0).collect());
        out.push(first);
    }
    out.sort_by_key(|r| r.0);
    out
}

/// What a cell holds: a number, that less than a detection limit was found, or more than could be counted.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Reading {
    value: f64,
    below: bool,
    above: bool,
}

fn reading(text: &str) -> Option<Reading> {
    let text = text.trim();
    let below = text.strip_prefix(['<', '＜', '≤', '﹤']);
    let above = text.strip_prefix(['>', '＞', '≥', '﹥']);
    let digits = below.or(above).unwrap_or(text);
    number(digits.trim_start_matches('=')).map(|value| Reading {
        value,
        below: below.is_some(),
        above: above.is_some(),
    })
}

/// The number in a cell, for fuzzing.
pub(crate) fn probe_reading(text: &str) -> Option<f64> {
    reading(text).map(|r| r.value)
}

fn is_nothing(text: &str) -> bool {
    let low = text.trim().to_lowercase();
    ["", "na", "n/a", "nan", "-", "--", "null", "none", "nd?", "未测", "未检"].contains(&low.as_str())
}

/// Words for "less than the detection limit", of which there is no number.
fn is_undetected(text: &str) -> bool {
    ["nd", "bdl", "未检出", "not detected", "undetected"].contains(&text.trim().to_lowercase().as_str())
}

/// Unit of each column by its heading, where the table has a row of units.
type Units = Option<Vec<(String, String)>>;

/// Results in columns of their own.
fn wide(table: &mut Table, units: &Units, row: usize, source: u32, out: &mut Vec<TestResult>) {
    if table.source.results.is_empty() {
        return;
    }
    let mut quality = std::mem::take(&mut table.quality);
    let values = table.values();
    let day = day_of(&values, row, &mut quality, || table.label(row));
    if day != Err(()) {
        for (name, column) in &table.source.results {
            let p = column.parameter.get();
            let Some(text) = values.text(p.key.as_str(), row).filter(|t| !is_nothing(t)) else { continue };
            let label = || format!("{}: {} = {text}", table.label(row), p.key);
            let in_file = || units.as_ref()?.iter().find(|(n, _)| n == name).map(|(_, u)| u.as_str());
            let unit = column.unit.as_deref().or_else(in_file);
            push(source, (column.parameter, column.species), text, unit, day.unwrap_or(None), &mut quality, label, out);
        }
    }
    table.quality = quality;
}

/// Day of a sample; an error where it lies in the future.
fn day_of(
    values: &Values,
    row: usize,
    quality: &mut SourceQuality,
    label: impl Fn() -> String,
) -> Result<Option<i32>, ()> {
    let Some(text) = values.text("date", row).filter(|t| !is_nothing(t)) else { return Ok(None) };
    let Some(day) = date(text) else {
        quality.note("date is not understood; taken as unknown", || format!("{} ({text})", label()));
        return Ok(None);
    };
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs() / 86_400);
    if i64::from(day) > now as i64 + 1 {
        quality.note(FUTURE, || format!("{} ({text})", label()));
        return Err(());
    }
    Ok(Some(day))
}

/// Index of the source that a row of tests names.
fn source_of(table: &Table, row: usize, by_id: &HashMap<String, u32>) -> Option<u32> {
    let prefix = table.source.id_prefix.as_deref().unwrap_or_default();
    by_id.get(&format!("{prefix}{}", table.values().text("source", row)?)).copied()
}

/// Tests of one sample in a row, with the source that it is of.
fn wide_tests(table: &mut Table, by_id: &HashMap<String, u32>, out: &mut Vec<TestResult>) {
    let units = open::units_row(table.source);
    for row in 0..table.rows() {
        if !table.is_good(row) {
            continue;
        }
        match source_of(table, row, by_id) {
            Some(source) => {
                wide(table, &units, row, source, out);
                table.quality.kept += 1;
            }
            None => table.skip(row, NO_SOURCE),
        }
    }
}

/// Results one row each.
fn tests(table: &mut Table, by_id: &HashMap<String, u32>, out: &mut Vec<TestResult>) {
    let mut quality = std::mem::take(&mut table.quality);
    let values = table.values();
    let below = values.classify(
        "below_detection",
        &mut quality,
        |r| table.is_good(r),
        |s| match s.trim() {
            "Not Detected" | "Present Below Quantification Limit" => Some(Known::Yes),
            s => yes_no(s),
        },
    );
    let mut skipped = Vec::new();
    for row in (0..table.rows()).filter(|r| table.is_good(*r)) {
        let named = values.text("source", row).map(|s| {
            let prefix = table.source.id_prefix.as_deref().unwrap_or_default();
            format!("{prefix}{s}")
        });
        let Some(&source) = named.as_ref().and_then(|n| by_id.get(n)) else {
            skipped.push((row, NO_SOURCE));
            continue;
        };
        let name = values.text("parameter", row).unwrap_or_default();
        let Some(p) = parameter(name) else {
            quality.note(NO_PARAMETER, || name.to_owned());
            skipped.push((row, NO_PARAMETER));
            continue;
        };
        let label = || format!("{} {name}", named.as_deref().unwrap_or_default());
        let Ok(day) = day_of(&values, row, &mut quality, label) else {
            skipped.push((row, FUTURE));
            continue;
        };
        let flagged = below.get(row) == Some(Known::Yes);
        let (mut text, mut unit) = (values.text("value", row).unwrap_or_default(), values.text("unit", row));
        if flagged && is_nothing(text) {
            // The limit stands in columns of its own, or nowhere.
            text = values.text("detection_limit", row).unwrap_or("nd");
            unit = values.text("detection_unit", row).or(unit);
        }
        let limit = flagged && !is_undetected(text) && !text.trim_start().starts_with('<');
        let written = if limit { format!("<{text}") } else { text.to_owned() };
        let species = match values.text("species", row).map(str::trim).map(|s| s.trim_start_matches("as ")) {
            Some("N") => Some(Species::N),
            Some("NO3" | "NO2" | "NH4") => Some(Species::Ion),
            Some("NH3") => Some(Species::Nh3),
            _ => p.1,
        };
        let before = out.len();
        push(source, (p.0, species), &written, unit, day, &mut quality, label, out);
        quality.kept += (out.len() - before) as u64;
    }
    table.quality = quality;
    for (row, why) in skipped {
        table.skip(row, why);
    }
}

/// Adds a result in the parameter's own unit, or says why not.
#[allow(clippy::too_many_arguments)]
fn push(
    source: u32,
    (ix, species): (ParameterIx, Option<Species>),
    text: &str,
    unit: Option<&str>,
    day: Option<i32>,
    quality: &mut SourceQuality,
    label: impl Fn() -> String,
    out: &mut Vec<TestResult>,
) {
    let p = ix.get();
    if is_undetected(text) {
        // Not found, and nobody says how little could have been: only where nothing at all is allowed it says enough.
        if p.is_count() {
            out.push(TestResult { source, parameter: ix, value: 0.0, below: false, above: false, day });
        } else {
            quality.note("not detected, but no detection limit is given", label);
        }
        return;
    }
    let Some(Reading { value, below, above }) = reading(text) else {
        return quality.note(NO_VALUE, || format!("{} ({text})", label()));
    };
    if value < 0.0 {
        return quality.note(NEGATIVE, || format!("{} ({text})", label()));
    }
    match p.factor(unit, species) {
        Ok(factor) => {
            let value = value * factor;
            // Fewer than one in the volume of the limit is none.
            let none = below && p.is_count() && value <= 1.0;
            let (value, below) = if none { (0.0, false) } else { (value, below) };
            out.push(TestResult { source, parameter: ix, value, below, above, day });
        }
        Err(e) => quality.note(&format!("{}: {e}", p.key), label),
    }
}

/// Sorts results and points out samples of one day that disagree; both are kept.
fn settle(results: &mut Vec<TestResult>, sources: &[WaterSource], report: &mut QualityReport) {
    results.sort_by(|a, b| {
        (a.source, a.parameter, a.day)
            .cmp(&(b.source, b.parameter, b.day))
            .then(a.value.total_cmp(&b.value))
            .then((a.below, a.above).cmp(&(b.below, b.above)))
    });
    results.dedup();
    let same = |a: &TestResult, b: &TestResult| {
        (a.source, a.parameter) == (b.source, b.parameter) && a.day == b.day && a.day.is_some()
    };
    let clash = results.windows(2).filter(|w| same(&w[0], &w[1]) && !w[0].below && !w[1].below);
    let mut named: Vec<String> =
        clash.map(|w| format!("{} {}", sources[w[0].source as usize].id, w[0].parameter.get().key)).collect();
    named.sort_by(|a, b| natural(a, b));
    named.dedup();
    report.list("water.samples_of_one_day_disagree", named);
}

fn areas(tables: &mut [Table], by_id: &HashMap<String, u32>, villages: &[Village]) -> Vec<ServiceArea> {
    let village: HashMap<&str, u32> = villages.iter().map(|v| v.id.as_str()).zip(0..).collect();
    let mut drafts = Vec::new();
    for (t, table) in tables.iter_mut().enumerate() {
        for row in 0..table.rows() {
            if !table.is_good(row) {
                continue;
            }
            let values = table.values();
            let Some(source) = source_of(table, row, by_id) else {
                table.skip(row, NO_SOURCE);
                continue;
            };
            let named = values.text("village", row);
            let of = named.and_then(|v| village.get(v).copied());
            let area = table.area(row);
            if area.is_none() && of.is_none() {
                let why = if named.is_some() { NO_VILLAGE } else { reason::NO_AREA };
                table.skip(row, why);
                continue;
            }
            let pair = || named.map(|v| format!("{}–{v}", values.text("source", row).unwrap_or_default()));
            let id = table.id(row).or_else(|| pair().filter(|_| area.is_none()));
            let id = id.unwrap_or_else(|| table.id_or_derived(row));
            let item = ServiceArea { id, source, village: of, area };
            drafts.push(From { item, table: t, row, source: table.index });
        }
    }
    let kept =
        places::unify(drafts, tables, |a| &mut a.id, |a, b| a.source.cmp(&b.source).then(a.village.cmp(&b.village)));
    kept.into_iter().map(|d| d.item).collect()
}

/// Reads the water fields of village records: answers a function from row to record.
pub(super) fn records<'v>(
    values: &'v Values<'_>,
    quality: &mut SourceQuality,
    keep: &impl Fn(usize) -> bool,
) -> impl Fn(usize) -> WaterRecord + 'v {
    let kind = values.classify("water_type", quality, keep, source_type);
    let scarce = values.yes_no("water_scarce", quality, keep);
    let treated = values.yes_no("water_treated", quality, keep);
    let [litres, short, minutes] =
        ["water_litres", "water_days_short", "water_minutes"].map(|f| values.number(f, quality, keep));
    let piped = values.classify("piped_share", quality, keep, |s| number(s).filter(|v| (0.0..=1.0).contains(v)));
    move |row| WaterRecord {
        source: values.text("water_source", row).map(str::to_owned),
        kind: kind.get(row).flatten(),
        litres: litres.get(row),
        scarce: scarce.get(row).unwrap_or_default(),
        days_short: short.get(row).filter(|d| *d <= 366.0),
        piped_share: piped.get(row),
        minutes: minutes.get(row),
        treated: treated.get(row).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_as_laboratories_write_them() {
        let of = |value, below, above| Some(Reading { value, below, above });
        assert_eq!((reading("<0.04"), reading("< 6")), (of(0.04, true, false), of(6.0, true, false)));
        assert_eq!((reading("0.04"), reading("1,234.5")), (of(0.04, false, false), of(1234.5, false, false)));
        assert_eq!((reading(">2419.6"), reading(">= 5")), (of(2419.6, false, true), of(5.0, false, true)));
        assert_eq!((reading("n.d."), reading("about 3")), (None, None));
        assert!(is_undetected("未检出") && is_nothing("NA") && !is_nothing("0"));
    }

    #[test]
    fn sources_and_states_in_the_words_of_others() {
        assert_eq!(source_type("Borehole/Tubewell"), Some(Some(SourceType::Borehole)));
        assert_eq!(source_type("Unprotected Shallow Well"), Some(Some(SourceType::UnprotectedWell)));
        assert_eq!((source_type("unknown"), source_type("zzz")), (Some(None), None));
        assert_eq!(functional("Functional, needs repair"), Some(Functional::Partly));
        assert_eq!(functional("Non-Functional"), Some(Functional::No));
        assert_eq!((functional("yes"), functional("mystery")), (Some(Functional::Yes), None));
    }
}
