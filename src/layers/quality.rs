//! The data-quality report: what was read, kept, repaired and left out, and why.
//!
//! Everything in it is ordered by name or id, so that the same input gives the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::order::natural;
use crate::text::aligned;

/// How many examples a tally names.
pub const EXAMPLES: usize = 20;

/// The report of one run; later stages add their own [`facts`](Self::facts) and [`lists`](Self::lists).
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct QualityReport {
    /// One entry per source, in the atlas's order.
    pub sources: Vec<SourceQuality>,
    /// Single figures on whole layers.
    pub facts: Vec<Fact>,
    /// Findings that name features or places.
    pub lists: Vec<NamedList>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// Dotted name, e.g. `roads.unknown_surface_share`.
    pub key: String,
    pub value: f64,
    /// `m`, `share`, `people`, `count` …
    pub unit: String,
}

/// One finding with everything it concerns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamedList {
    pub key: String,
    pub count: usize,
    /// All of them, in natural order.
    pub items: Vec<String>,
}

/// What became of one source.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SourceQuality {
    pub layer: String,
    /// Path as written in the atlas, without passwords.
    pub path: String,
    /// Features the source gave (after its `where`).
    pub read: u64,
    /// Features of ours made from them; a line of several parts makes several roads.
    pub kept: u64,
    /// Features whose geometry was repaired.
    pub repaired: u64,
    /// Features left out because they are bad, by reason.
    pub skipped: Vec<Tally>,
    /// Features left out because they are something else, such as footways.
    pub ignored: Vec<Tally>,
    /// Things to know about features that were kept.
    pub notes: Vec<Tally>,
    /// Fields of the file that nothing is mapped to (not for OSM).
    pub unmapped_fields: Vec<String>,
    /// Values that mean nothing to us and count as unknown.
    pub unmapped_values: Vec<UnmappedValues>,
    /// About the source as a whole, each with what to do.
    pub warnings: Vec<String>,
}

/// Features that share a reason.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Tally {
    pub reason: String,
    pub count: u64,
    /// Up to [`EXAMPLES`] feature ids, the first in natural order.
    pub examples: Vec<String>,
}

/// Values of one field that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnmappedValues {
    /// Our name of the field.
    pub field: String,
    /// Features concerned.
    pub count: u64,
    /// Different values.
    pub distinct: usize,
    /// Up to [`EXAMPLES`] of them, the most frequent first.
    pub examples: Vec<ValueCount>,
}

/// How often a value occurs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ValueCount {
    pub value: String,
    pub count: u64,
}

/// Adds `id` to the tally of `reason`.
pub(super) fn count_in(tallies: &mut Vec<Tally>, reason: &str, id: impl FnOnce() -> String) {
    let tally = match tallies.iter_mut().position(|t| t.reason == reason) {
        Some(i) => &mut tallies[i],
        None => {
            tallies.push(Tally { reason: reason.to_string(), ..Tally::default() });
            let last = tallies.len() - 1;
            &mut tallies[last]
        }
    };
    tally.count += 1;
    tally.examples.push(id());
    // Sorted and cut now and then, so that a bad layer of a million features stays small.
    if tally.examples.len() >= EXAMPLES * 50 {
        shorten(tally);
    }
}

fn shorten(tally: &mut Tally) {
    tally.examples.sort_by(|a, b| natural(a, b));
    tally.examples.truncate(EXAMPLES);
}

impl SourceQuality {
    pub(super) fn skip(&mut self, reason: &str, id: impl FnOnce() -> String) {
        count_in(&mut self.skipped, reason, id);
    }

    pub(super) fn ignore(&mut self, reason: &str, id: impl FnOnce() -> String) {
        count_in(&mut self.ignored, reason, id);
    }

    pub(super) fn note(&mut self, reason: &str, id: impl FnOnce() -> String) {
        count_in(&mut self.notes, reason, id);
    }

    pub(super) fn unmapped(&mut self, field: &str, values: BTreeMap<String, u64>) {
        if values.is_empty() {
            return;
        }
        let mut examples: Vec<ValueCount> =
            values.iter().map(|(v, c)| ValueCount { value: v.clone(), count: *c }).collect();
        examples.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| natural(&a.value, &b.value)));
        examples.truncate(EXAMPLES);
        self.unmapped_values.push(UnmappedValues {
            field: field.to_string(),
            count: values.values().sum(),
            distinct: values.len(),
            examples,
        });
    }

    /// Features left out as bad.
    pub fn skipped_count(&self) -> u64 {
        self.skipped.iter().map(|t| t.count).sum()
    }

    /// Features left out as something else.
    pub fn ignored_count(&self) -> u64 {
        self.ignored.iter().map(|t| t.count).sum()
    }

    /// How many features were skipped for `reason`.
    pub fn skipped_for(&self, reason: &str) -> u64 {
        self.skipped.iter().find(|t| t.reason == reason).map_or(0, |t| t.count)
    }

    fn finish(&mut self) {
        for tallies in [&mut self.skipped, &mut self.ignored, &mut self.notes] {
            tallies.iter_mut().for_each(shorten);
            tallies.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.reason.cmp(&b.reason)));
        }
        self.unmapped_values.sort_by(|a, b| a.field.cmp(&b.field));
    }
}

impl QualityReport {
    /// Adds a figure.
    pub fn fact(&mut self, key: &str, value: f64, unit: &str) {
        self.facts.push(Fact { key: key.to_string(), value, unit: unit.to_string() });
    }

    /// Adds a finding; nothing is added when there are no items.
    pub fn list(&mut self, key: &str, mut items: Vec<String>) {
        if items.is_empty() {
            return;
        }
        items.sort_by(|a, b| natural(a, b));
        self.lists.push(NamedList { key: key.to_string(), count: items.len(), items });
    }

    /// Value of the fact `key`.
    pub fn value(&self, key: &str) -> Option<f64> {
        self.facts.iter().find(|f| f.key == key).map(|f| f.value)
    }

    /// Items of the list `key`.
    pub fn items(&self, key: &str) -> &[String] {
        self.lists.iter().find(|l| l.key == key).map_or(&[], |l| &l.items)
    }

    pub(super) fn finish(&mut self) {
        self.sources.iter_mut().for_each(SourceQuality::finish);
    }

    /// The report for people: aligned columns, English with Chinese headings.
    pub fn to_table(&self) -> String {
        let mut rows = vec![
            ["Layer 图层", "Source 来源", "Read 读取", "Kept 保留", "Repaired 修复", "Skipped 跳过", "Other 其他"]
                .map(String::from)
                .to_vec(),
        ];
        for s in &self.sources {
            rows.push(vec![
                s.layer.clone(),
                s.path.clone(),
                s.read.to_string(),
                s.kept.to_string(),
                s.repaired.to_string(),
                s.skipped_count().to_string(),
                s.ignored_count().to_string(),
            ]);
        }
        let mut out = aligned(&rows, 2);
        for s in &self.sources {
            let mut lines = String::new();
            for (head, tallies) in [("skipped 跳过", &s.skipped), ("other 其他", &s.ignored), ("note 说明", &s.notes)]
            {
                for t in tallies {
                    let _ = writeln!(lines, "  {head}: {} × {}: {}", t.count, t.reason, few(&t.examples, t.count));
                }
            }
            for u in &s.unmapped_values {
                let values: Vec<String> = u.examples.iter().map(|v| format!("{} ({})", v.value, v.count)).collect();
                let _ = writeln!(
                    lines,
                    "  unmapped values 未映射的值: {} × {}: {}",
                    u.count,
                    u.field,
                    few(&values, u.distinct as u64)
                );
            }
            for w in &s.warnings {
                let _ = writeln!(lines, "  warning 警告: {w}");
            }
            if !lines.is_empty() {
                let _ = write!(out, "\n{} {}\n{lines}", s.layer, s.path);
            }
        }
        if !self.facts.is_empty() {
            let mut rows = vec![["Fact 指标", "Value 数值", "Unit 单位"].map(String::from).to_vec()];
            rows.extend(self.facts.iter().map(|f| vec![f.key.clone(), number(f.value), f.unit.clone()]));
            let _ = write!(out, "\n{}", aligned(&rows, 1));
        }
        for l in &self.lists {
            let shown = &l.items[..l.items.len().min(EXAMPLES)];
            let _ = write!(out, "\n{} ({})\n  {}\n", l.key, l.count, few(shown, l.count as u64));
        }
        out
    }
}

fn few(examples: &[String], count: u64) -> String {
    let more = if count > examples.len() as u64 { ", …" } else { "" };
    format!("{}{more}", examples.join(", "))
}

fn number(v: f64) -> String {
    if v == v.trunc() { format!("{v:.0}") } else { format!("{v:.3}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::width;

    #[test]
    fn table_is_aligned_and_names_reasons() {
        let mut q =
            SourceQuality { layer: "roads".into(), path: "路.shp".into(), read: 3, kept: 1, ..Default::default() };
        q.skip("no geometry", || "10".into());
        q.skip("no geometry", || "9".into());
        q.unmapped("surface", BTreeMap::from([("泥".to_string(), 2)]));
        let mut report = QualityReport { sources: vec![q], ..Default::default() };
        report.fact("roads.length", 1234.5, "m");
        report.list("register_missing", vec!["b".into(), "a".into()]);
        report.finish();
        let t = report.to_table();
        assert!(t.contains("2 × no geometry: 9, 10"), "{t}");
        assert!(t.contains("泥 (2)"), "{t}");
        let mut lines = t.lines();
        assert_eq!(lines.next().map(width), lines.next().map(width), "{t}");
        assert_eq!(report.items("register_missing"), ["a", "b"]);
        serde_json::to_string(&report).unwrap();
    }

    #[test]
    fn tallies_stay_small() {
        let mut q = SourceQuality::default();
        for i in 0..100_000 {
            q.skip("x", || (100_000 - i).to_string());
        }
        q.finish();
        assert_eq!(q.skipped[0].count, 100_000);
        assert_eq!(q.skipped[0].examples[..2], ["1", "2"]);
    }
}
