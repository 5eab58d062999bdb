//! Places that villages need, by class; and what village records say of them.

use super::fields::Values;
use super::places::{self, CountyFinder, From};
use super::quality::SourceQuality;
use super::read::Table;
use crate::standards::ServiceRules;
use crate::world::broadband::{Facility, ServiceRecord};

const NO_CLASS: &str = "names no class of facilities that the rules have";

/// Facilities, sorted by class and id.
pub(super) fn facilities(tables: &mut [Table], finder: &CountyFinder, rules: &ServiceRules) -> Vec<Facility> {
    let mut drafts = Vec::new();
    for (t, table) in tables.iter_mut().enumerate() {
        let rows = places::with_points(table);
        let mut quality = std::mem::take(&mut table.quality);
        let known = |s: &str| rules.classes.contains_key(s).then(|| s.to_owned());
        let classes = table.values().classify("class", &mut quality, |r| table.is_good(r), known);
        let mut skipped = Vec::new();
        for (row, point) in rows {
            let values = table.values();
            let Some(class) = classes.get(row) else {
                skipped.push(row);
                continue;
            };
            let item = Facility {
                id: table.id_or_derived(row),
                name: values.text("name", row).unwrap_or_default().to_owned(),
                class,
                county: finder.county(values.text("county", row), point, &mut quality, || table.label(row)),
                point,
                provenance: table.source.provenance,
            };
            drafts.push(From { item, table: t, row, source: table.index });
        }
        table.quality = quality;
        for row in skipped {
            table.skip(row, NO_CLASS);
        }
    }
    let kept = places::unify(drafts, tables, |f| &mut f.id, |a, b| a.class.cmp(&b.class).then(a.name.cmp(&b.name)));
    let mut out: Vec<Facility> = kept.into_iter().map(|d| d.item).collect();
    out.sort_by(|a, b| a.class.cmp(&b.class).then(a.id.cmp(&b.id)));
    out
}

/// A range that says nothing.
const ANY: (f64, f64) = (0.0, f64::INFINITY);

/// A distance as records give it: metres, or a range of them (`5-10 km`, `<5km`, `>10 km`); `unknown` is [`ANY`].
fn range(text: &str) -> Option<(f64, f64)> {
    let low = text.trim().to_lowercase().replace(' ', "");
    if low == "unknown" {
        return Some(ANY);
    }
    let (number, scale) = match (low.strip_suffix("km"), low.strip_suffix('m')) {
        (Some(n), _) => (n, 1000.0),
        (None, Some(n)) => (n, 1.0),
        _ => (low.as_str(), 1.0),
    };
    let of = |s: &str| s.parse::<f64>().ok().filter(|v| *v >= 0.0 && v.is_finite()).map(|v| v * scale);
    if let Some(n) = number.strip_prefix('<') {
        return of(n).map(|v| (0.0, v));
    }
    if let Some(n) = number.strip_prefix('>') {
        return of(n).map(|v| (v, f64::INFINITY));
    }
    if let Some((a, b)) = number.split_once(['-', '–', '~']) {
        return of(a).zip(of(b)).filter(|(a, b)| a <= b);
    }
    of(number).map(|v| (v, v))
}

/// Fields of village records, by class: one inside, and how far the nearest is.
const RECORDS: [(&str, &str, &str); 3] = [
    ("station", "station", "station_distance"),
    ("clinic", "clinic", "clinic_distance"),
    ("school", "school", "school_distance"),
];

/// Reads the fields of village records on facilities: answers a function from row to records.
pub(super) fn records<'v>(
    values: &'v Values<'_>,
    quality: &mut SourceQuality,
    keep: &impl Fn(usize) -> bool,
) -> impl Fn(usize) -> Vec<ServiceRecord> + 'v {
    let read = RECORDS.map(|(class, inside, far)| {
        (class, values.yes_no(inside, quality, keep), values.classify(far, quality, keep, range))
    });
    move |row| {
        let said = read.iter().map(|(class, inside, far)| ServiceRecord {
            class,
            inside: inside.get(row).unwrap_or_default(),
            metres: far.get(row).filter(|m| *m != ANY),
        });
        said.filter(|r| *r != ServiceRecord { class: r.class, ..ServiceRecord::default() }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{ANY, range};

    #[test]
    fn distances_as_records_give_them() {
        assert_eq!(range("<5km"), Some((0.0, 5000.0)));
        assert_eq!((range("5-10 km"), range(">10 km")), (Some((5000.0, 10_000.0)), Some((10_000.0, f64::INFINITY))));
        assert_eq!((range("750"), range("1.2 km")), (Some((750.0, 750.0)), Some((1200.0, 1200.0))));
        assert_eq!(range("unknown"), Some(ANY));
        assert_eq!((range("near"), range("10-5 km"), range("-3")), (None, None, None));
    }
}
