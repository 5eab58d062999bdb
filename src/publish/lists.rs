//! Rankings and plans as tables (CSV, XLSX) and JSON.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use serde::Serialize;
use serde_json::{Value, json};

use super::scorecard::{heading_format, quote};
use crate::findings::Findings;
use crate::gaps::Verdict;
use crate::priority::budget_plan::BudgetPlan;
use crate::priority::need::{Ranking, RemedyRow};
use crate::priority::projects::Row;
use crate::priority::road_plan::JointPlan;
use crate::priority::scenario::{Change, Outcome};
use crate::text::message;

/// A cell of a table.
pub enum Cell {
    Text(String),
    Number(f64),
    Empty,
}

impl From<&str> for Cell {
    fn from(s: &str) -> Self {
        Cell::Text(s.to_owned())
    }
}
impl From<String> for Cell {
    fn from(s: String) -> Self {
        Cell::Text(s)
    }
}
impl From<f64> for Cell {
    fn from(n: f64) -> Self {
        Cell::Number(n)
    }
}
impl From<usize> for Cell {
    fn from(n: usize) -> Self {
        Cell::Number(n as f64)
    }
}
impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(v: Option<T>) -> Self {
        v.map_or(Cell::Empty, Into::into)
    }
}

/// A table; a heading is the key of a message `column_…`.
pub struct List {
    pub name: &'static str,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

impl List {
    /// RFC 4180 with English keys as headings; UTF-8 with a mark at its start, so that spreadsheets read Chinese.
    pub fn csv(&self) -> Vec<u8> {
        let mut out = String::from("\u{feff}");
        out += &self.columns.join(",");
        out += "\r\n";
        for row in &self.rows {
            let cells = row.iter().map(|c| match c {
                Cell::Text(t) => quote(t),
                Cell::Number(n) => n.to_string(),
                Cell::Empty => String::new(),
            });
            out += &cells.collect::<Vec<_>>().join(",");
            out += "\r\n";
        }
        out.into_bytes()
    }

    /// A sheet with Chinese headings and English ones beneath; the same bytes for the same list.
    pub fn xlsx(&self, f: &Findings) -> Result<Vec<u8>, XlsxError> {
        self.workbook(&f.atlas.title_zh)
    }

    /// As [`List::xlsx`], of a region of this name.
    pub fn workbook(&self, title: &str) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let born = ExcelDateTime::from_ymd(2000, 1, 1)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&born).set_title(title));
        let sheet = book.add_worksheet().set_name(message(&format!("list_{}", self.name), &[]).zh)?;
        let head = heading_format();
        let number = Format::new().set_num_format("#,##0.####");
        for (c, key) in (0u16..).zip(&self.columns) {
            let name = message(&format!("column_{key}"), &[]);
            sheet.write_string_with_format(0, c, name.zh, &head)?;
            sheet.write_string_with_format(1, c, name.en, &head)?;
            sheet.set_column_width(c, if key.starts_with("why") { 48 } else { 14 })?;
        }
        for (r, row) in (2u32..).zip(&self.rows) {
            for (c, cell) in (0u16..).zip(row) {
                match cell {
                    // A cell holds 32,767 characters.
                    Cell::Text(t) => sheet.write_string(r, c, t.chars().take(32_000).collect::<String>())?,
                    Cell::Number(n) => sheet.write_number_with_format(r, c, *n, &number)?,
                    Cell::Empty => continue,
                };
            }
        }
        sheet.set_freeze_panes(2, 0)?;
        sheet.set_landscape();
        book.save_to_buffer()
    }
}

/// Any answer with what it is an answer about.
pub fn json_of(f: &Findings, answer: &impl Serialize) -> Value {
    let mut out = json!(answer);
    if let Some(o) = out.as_object_mut() {
        o.insert("atlas".into(), json!(f.atlas.id));
        o.insert("provenance".into(), json!(f.provenance));
        o.insert("data_version".into(), json!(f.data_version));
    }
    out
}

pub fn ranking(r: &Ranking) -> List {
    let mut columns = vec![
        "rank",
        "rank_low",
        "rank_high",
        "village",
        "name",
        "town",
        "county",
        "priority",
        "people",
        "score",
        "need",
        "known_share",
        "cost",
        "without_remedy",
    ];
    let themes = [
        ["roads", "why_roads_zh", "why_roads_en"],
        ["power", "why_power_zh", "why_power_en"],
        ["water", "why_water_zh", "why_water_en"],
        ["broadband", "why_broadband_zh", "why_broadband_en"],
        ["services", "why_services_zh", "why_services_en"],
    ];
    columns.extend(themes.iter().flatten());
    let rows = r.rows.iter().map(|row| {
        let mut cells: Vec<Cell> = vec![
            row.rank.into(),
            row.rank_interval[0].into(),
            row.rank_interval[1].into(),
            row.village.as_str().into(),
            row.name.as_str().into(),
            row.town.clone().into(),
            row.county.clone().into(),
            usize::from(row.priority).into(),
            row.people.into(),
            row.score.into(),
            row.need.into(),
            row.known_share.into(),
            row.cost.into(),
            row.without_remedy.into(),
        ];
        for [theme, ..] in themes {
            let part = row.parts.iter().find(|p| p.theme == theme);
            cells.push(part.and_then(|p| p.severity).into());
            let why = part.and_then(|p| p.why.as_ref());
            cells.push(why.map(|w| w.zh.clone()).into());
            cells.push(why.map(|w| w.en.clone()).into());
        }
        cells
    });
    List { name: "villages", columns, rows: rows.collect() }
}

pub fn remedies(rows: &[RemedyRow]) -> List {
    let columns = vec![
        "rank", "theme", "kind", "remedy", "village", "name", "county", "people", "severity", "length_m", "cost",
        "score", "why_zh", "why_en", "gap",
    ];
    let rows = rows.iter().map(|r| {
        vec![
            r.rank.into(),
            r.theme.into(),
            r.kind.into(),
            r.remedy.into(),
            r.village.clone().into(),
            r.name.as_str().into(),
            r.county.clone().into(),
            r.people.into(),
            r.severity.into(),
            r.length_m.into(),
            r.cost.into(),
            r.score.into(),
            r.why.zh.as_str().into(),
            r.why.en.as_str().into(),
            r.gap.as_str().into(),
        ]
    });
    List { name: "remedies", columns, rows: rows.collect() }
}

/// What a scenario closes, opens and changes.
pub fn changes(o: &Outcome) -> List {
    let columns = vec![
        "change",
        "theme",
        "kind",
        "village",
        "name",
        "county",
        "people",
        "verdict_before",
        "verdict_after",
        "severity_before",
        "severity_after",
        "cost_before",
        "cost_after",
        "why_zh",
        "why_en",
        "gap",
    ];
    let verdict = |v: Option<Verdict>| Cell::from(v.map(Verdict::as_str));
    let row = |word: &str, c: &Change| {
        vec![
            word.into(),
            c.theme.into(),
            c.kind.into(),
            c.village.clone().into(),
            c.name.as_str().into(),
            c.county.clone().into(),
            c.people.into(),
            verdict(c.verdict_before),
            verdict(c.verdict_after),
            c.severity_before.into(),
            c.severity_after.into(),
            c.cost_before.into(),
            c.cost_after.into(),
            c.why.zh.as_str().into(),
            c.why.en.as_str().into(),
            c.id.as_str().into(),
        ]
    };
    let all = [("closed", &o.closed), ("opened", &o.opened), ("changed", &o.changed)];
    let rows = all.iter().flat_map(|(word, list)| list.iter().map(|c| row(word, c)));
    List { name: "changes", columns, rows: rows.collect() }
}

pub fn joint_works(p: &JointPlan) -> List {
    let columns = vec![
        "order",
        "link",
        "surface",
        "length_m",
        "cost",
        "cost_so_far",
        "people",
        "people_so_far",
        "villages",
        "roads",
        "source",
        "m3_d",
        "projects",
        "double_financed",
    ];
    let rows = p.works.iter().map(|w| {
        vec![
            w.order.into(),
            w.id.as_str().into(),
            w.surface.into(),
            w.length_m.into(),
            w.cost.into(),
            w.cost_so_far.into(),
            w.people.into(),
            w.people_so_far.into(),
            w.villages.join(" ").into(),
            w.roads.join(" ").into(),
            w.source.clone().into(),
            w.m3_d.into(),
            w.projects.join(" ").into(),
            w.double_financed.into(),
        ]
    });
    List { name: "works", columns, rows: rows.collect() }
}

pub fn budget_steps(p: &BudgetPlan) -> List {
    let columns = vec![
        "order",
        "theme",
        "village",
        "name",
        "county",
        "people",
        "cost",
        "cost_so_far",
        "relief",
        "relief_so_far",
        "paid_by",
        "gaps",
        "links",
        "projects",
        "double_financed",
    ];
    let rows = p.steps.iter().map(|s| {
        vec![
            s.order.into(),
            s.theme.into(),
            s.village.as_str().into(),
            s.name.as_str().into(),
            s.county.clone().into(),
            s.people.into(),
            s.cost.into(),
            s.cost_so_far.into(),
            s.relief.into(),
            s.relief_so_far.into(),
            s.paid_by.as_str().into(),
            s.gaps.join(" ").into(),
            s.links.join(" ").into(),
            s.projects.join(" ").into(),
            s.double_financed.into(),
        ]
    });
    List { name: "steps", columns, rows: rows.collect() }
}

/// Projects with what they are counted in, and the gaps of each theme that are planned.
pub fn projects_answer(f: &Findings, rows: &[&Row]) -> Value {
    json!({
        "currency": f.atlas.currency, "weights": f.atlas.priority.weights, "by_theme": f.projects.by_theme, "rows": rows,
    })
}

/// Projects: ranked ones first.
pub fn projects(rows: &[&Row]) -> List {
    let columns = vec![
        "rank",
        "project",
        "name",
        "theme",
        "kind",
        "status",
        "year",
        "cost",
        "villages",
        "people",
        "relief",
        "relief_per_million",
        "people_per_million",
        "bring_forward",
        "outranks",
        "serves_nobody",
        "remedy_m",
        "remedy_cost",
        "overlaps",
        "paid_twice",
        "gaps",
        "unknown",
        "still_open",
    ];
    let rows = rows.iter().map(|r| {
        let others: Vec<&str> = r.overlaps.iter().map(|o| o.project.as_str()).collect();
        vec![
            r.rank.into(),
            r.id.as_str().into(),
            r.name.clone().into(),
            r.theme.into(),
            r.kind.clone().into(),
            r.status.as_str().into(),
            r.year.map(f64::from).into(),
            r.cost.into(),
            r.villages.join(" ").into(),
            r.people.into(),
            r.relief.into(),
            r.relief_per_million.into(),
            r.people_per_million.into(),
            usize::from(r.bring_forward).into(),
            r.outranks.into(),
            usize::from(r.serves_nobody).into(),
            r.remedy_m.into(),
            r.remedy_cost.into(),
            others.join(" ").into(),
            r.overlaps.iter().filter_map(|o| o.cost).reduce(|a, b| a + b).into(),
            r.gaps.join(" ").into(),
            r.unknown.join(" ").into(),
            r.still_open.join(" ").into(),
        ]
    });
    List { name: "projects", columns, rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_with_commas_are_quoted_and_empty_ones_stay_empty() {
        let rows = vec![vec!["a,b".into(), Cell::Empty, 1.5.into()]];
        let list = List { name: "works", columns: vec!["x", "y", "z"], rows };
        assert_eq!(String::from_utf8(list.csv()).unwrap(), "\u{feff}x,y,z\r\n\"a,b\",,1.5\r\n");
    }

    #[test]
    fn every_column_and_list_has_its_words() {
        let columns = "rank rank_low rank_high village name town county priority people score need known_share cost \
                       without_remedy roads power water broadband services theme kind remedy severity length_m gap order \
                       link surface cost_so_far people_so_far villages relief relief_so_far paid_by gaps links why_zh \
                       why_en why_roads_zh why_roads_en why_power_zh why_power_en why_water_zh why_water_en \
                       why_broadband_zh why_broadband_en why_services_zh why_services_en project status year \
                       relief_per_million people_per_million bring_forward outranks serves_nobody remedy_m remedy_cost \
                       overlaps paid_twice unknown still_open projects double_financed source m3_d";
        for key in columns.split_whitespace() {
            let name = format!("column_{key}");
            assert_ne!(message(&name, &[]).zh, name);
        }
        for key in ["villages", "remedies", "works", "steps", "projects"] {
            let name = format!("list_{key}");
            assert_ne!(message(&name, &[]).zh, name);
        }
    }
}
