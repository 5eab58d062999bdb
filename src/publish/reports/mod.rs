//! Reports of a county as offices print them: the assessment table (考核表) and the public-notice list (公示), as a page for
//! A4 and as a workbook.
//!
//! [`assessment`] and [`notice`] say what stands in one; this file only lays it out. Everything is escaped, nothing
//! comes from elsewhere, and no script runs.

mod assessment;
mod notice;

use std::fmt::Write;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, XlsxError};
use serde_json::{Value, json};

use super::scorecard::{heading_format, quote};
use crate::gaps::metres;
use crate::priority::comparison::Comparison;
use crate::priority::snapshot::{About, Day, Snapshot};
use crate::standards::Bilingual;
use crate::text::{Fill, count, html as escape, message};

pub use assessment::assessment;
pub use notice::{Publishing, notice};

/// Language of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Zh,
    En,
}

impl Language {
    fn pick(self, b: Bilingual) -> String {
        if self == Language::Zh { b.zh } else { b.en }
    }

    fn say(self, key: &str) -> String {
        self.pick(message(key, &[]))
    }

    fn fill(self, key: &str, fills: &[(&str, Fill)]) -> String {
        self.pick(message(key, fills))
    }

    fn tag(self) -> &'static str {
        if self == Language::Zh { "zh-CN" } else { "en" }
    }

    /// A word that may have no message: then itself.
    fn word(self, prefix: &str, word: &str) -> String {
        let key = format!("{prefix}_{word}");
        let found = self.say(&key);
        if found == key { word.to_owned() } else { found }
    }
}

/// What a report is made of: a snapshot, and what became of the gaps since an earlier one.
pub struct Sources<'a> {
    pub snapshot: &'a Snapshot,
    pub since: Option<&'a Comparison>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Number(f64),
    /// 0 to 1.
    Share(f64),
    /// Percentage points, with sign.
    Points(f64),
    Nothing,
}

impl Cell {
    fn share(v: Option<f64>) -> Self {
        v.map_or(Cell::Nothing, Cell::Share)
    }

    fn number(v: Option<f64>) -> Self {
        v.map_or(Cell::Nothing, Cell::Number)
    }

    fn text(&self) -> String {
        match self {
            Cell::Text(t) => t.clone(),
            Cell::Number(n) if n.fract() == 0.0 => count(*n),
            Cell::Number(n) => metres(*n).to_string(),
            Cell::Share(s) => format!("{:.1} %", s * 100.0),
            Cell::Points(p) => match (p * 1000.0).round() / 10.0 {
                0.0 => "0.0".to_owned(),
                points => format!("{points:+.1}"),
            },
            Cell::Nothing => "–".to_owned(),
        }
    }
}

/// A table under a heading.
pub struct Part {
    pub heading: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// Below the table.
    pub note: Option<String>,
}

/// A whole report in one language.
pub struct Report {
    pub title: String,
    /// Region, date, data version, provenance.
    pub about: Vec<String>,
    pub parts: Vec<Part>,
    /// For stamp and date.
    pub foot: Vec<String>,
    language: Language,
}

/// What every report says of itself.
fn about(l: Language, a: &About, since: Option<&Comparison>) -> Vec<String> {
    let day = |d: &Option<Day>| d.as_ref().map_or_else(|| l.say("report_now"), Day::to_string);
    let same = |s: &str| Fill::from(s.to_owned());
    let provenance = json!(a.provenance).as_str().map(|p| l.say(&format!("provenance_{p}"))).unwrap_or_default();
    let mut out = vec![
        l.fill("report_region", &[("region", a.title.clone().into()), ("provenance", same(&provenance))]),
        l.fill("report_date", &[("date", same(&day(&a.date))), ("version", same(&a.data_version))]),
    ];
    if let Some(c) = since {
        out.push(l.fill("report_since", &[("date", same(&day(&c.from.date)))]));
    }
    out
}

const STYLE: &str = "@page{size:A4 landscape;margin:14mm}\
    body{font:15px/1.5 system-ui,'Noto Sans CJK SC',sans-serif;max-width:80rem;margin:0 auto;padding:1rem;color:#1b2430;\
    background:#fff}h1{font-size:1.5rem;text-align:center;margin:.5rem 0}h2{font-size:1.1rem;margin:1.5rem 0 .4rem}\
    .about{text-align:center;color:#4a5666;margin:0 0 1rem}.about span{margin:0 .8rem;display:inline-block}\
    table{border-collapse:collapse;width:100%;font-size:.88rem}th,td{border:1px solid #6b7785;padding:.25rem .45rem;\
    text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#eef2f6}td.n{text-align:right;\
    white-space:nowrap}.wide{overflow-x:auto}.note{color:#4a5666;font-size:.88rem}.foot{display:flex;\
    justify-content:space-between;margin-top:2.5rem;flex-wrap:wrap;gap:1rem}\
    @media print{body{max-width:none;padding:0;font-size:11px}thead{display:table-header-group}\
    tr{break-inside:avoid}h2{break-after:avoid}.wide{overflow:visible}th{print-color-adjust:exact}}";

impl Report {
    /// As it stands on the page; numbers stay numbers.
    pub fn json(&self) -> Value {
        let cell = |c: &Cell| match c {
            Cell::Number(n) => json!(n),
            Cell::Nothing => Value::Null,
            c => json!(c.text()),
        };
        let part = |p: &Part| {
            let rows: Vec<Vec<Value>> = p.rows.iter().map(|r| r.iter().map(cell).collect()).collect();
            json!({"heading": p.heading, "head": p.head, "rows": rows, "note": p.note})
        };
        let parts: Vec<Value> = self.parts.iter().map(part).collect();
        json!({"title": self.title, "about": self.about, "parts": parts, "foot": self.foot})
    }

    /// The tables one below the other, each under its heading; UTF-8 with a mark that spreadsheets know it by.
    pub fn csv(&self) -> Vec<u8> {
        let cell = |c: &Cell| match c {
            Cell::Number(n) => n.to_string(),
            Cell::Nothing => String::new(),
            c => quote(&c.text()),
        };
        let mut lines = vec![quote(&self.title)];
        lines.extend(self.about.iter().map(|l| quote(l)));
        for p in &self.parts {
            lines.extend([String::new(), quote(&p.heading)]);
            if !p.rows.is_empty() {
                lines.push(p.head.iter().map(|h| quote(h)).collect::<Vec<_>>().join(","));
            }
            lines.extend(p.rows.iter().map(|r| r.iter().map(cell).collect::<Vec<_>>().join(",")));
            lines.extend(p.note.iter().map(|n| quote(n)));
        }
        lines.push(String::new());
        lines.extend(self.foot.iter().map(|l| quote(l)));
        format!("\u{feff}{}\r\n", lines.join("\r\n")).into_bytes()
    }

    /// A page without scripts, for A4.
    pub fn html(&self) -> Vec<u8> {
        let title = escape(&self.title);
        let mut out = format!(
            "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{title}</title><style>{STYLE}</style></head>\n<body><main><h1>{title}</h1>\n<p class=\"about\">",
            self.language.tag()
        );
        for line in &self.about {
            let _ = write!(out, "<span>{}</span>", escape(line));
        }
        out.push_str("</p>\n");
        for part in &self.parts {
            let _ = writeln!(out, "<section><h2>{}</h2>", escape(&part.heading));
            if !part.rows.is_empty() {
                out.push_str("<div class=\"wide\" tabindex=\"0\"><table><thead><tr>");
                for h in &part.head {
                    let _ = write!(out, "<th scope=\"col\">{}</th>", escape(h));
                }
                out.push_str("</tr></thead><tbody>\n");
                for row in &part.rows {
                    out.push_str("<tr>");
                    for cell in row {
                        let number = if matches!(cell, Cell::Text(_)) { "" } else { " class=\"n\"" };
                        let _ = write!(out, "<td{number}>{}</td>", escape(&cell.text()));
                    }
                    out.push_str("</tr>\n");
                }
                out.push_str("</tbody></table></div>\n");
            }
            if let Some(note) = &part.note {
                let _ = writeln!(out, "<p class=\"note\">{}</p>", escape(note));
            }
            out.push_str("</section>\n");
        }
        out.push_str("<p class=\"foot\">");
        for line in &self.foot {
            let _ = write!(out, "<span>{}</span>", escape(line));
        }
        out.push_str("</p></main></body></html>\n");
        out.into_bytes()
    }

    /// One sheet, landscape A4; the same bytes for the same report.
    pub fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let born = ExcelDateTime::from_ymd(2000, 1, 1)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&born).set_title(&self.title));
        let sheet = book.add_worksheet().set_name(self.language.say("report_sheet"))?;
        let (head, title) = (heading_format(), Format::new().set_bold().set_font_size(16));
        let plain = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::Top).set_text_wrap();
        let number = plain.clone().set_num_format("#,##0.##");
        let share = plain.clone().set_num_format("0.0%");
        let points = plain.clone().set_num_format("+0.0;-0.0;0.0");
        let bold = Format::new().set_bold().set_font_size(12);
        sheet.write_string_with_format(0, 0, &self.title, &title)?;
        let mut row = 1;
        for line in &self.about {
            sheet.write_string(row, 0, line)?;
            row += 1;
        }
        for part in &self.parts {
            row += 1;
            sheet.write_string_with_format(row, 0, &part.heading, &bold)?;
            row += 1;
            if !part.rows.is_empty() {
                for (c, h) in (0u16..).zip(&part.head) {
                    sheet.write_string_with_format(row, c, h, &head)?;
                }
                row += 1;
            }
            for cells in &part.rows {
                for (c, cell) in (0u16..).zip(cells) {
                    match cell {
                        // A cell holds 32,767 characters.
                        Cell::Text(t) => {
                            let t: String = t.chars().take(32_000).collect();
                            sheet.write_string_with_format(row, c, t, &plain)?
                        }
                        Cell::Number(n) => sheet.write_number_with_format(row, c, *n, &number)?,
                        Cell::Share(s) => sheet.write_number_with_format(row, c, *s, &share)?,
                        Cell::Points(p) => sheet.write_number_with_format(row, c, p * 100.0, &points)?,
                        Cell::Nothing => sheet.write_string_with_format(row, c, "–", &plain)?,
                    };
                }
                row += 1;
            }
            if let Some(note) = &part.note {
                sheet.write_string(row, 0, note)?;
                row += 1;
            }
        }
        row += 1;
        for line in &self.foot {
            sheet.write_string(row, 0, line)?;
            row += 1;
        }
        for c in 0..12u16 {
            // Wide where sentences stand.
            let cells = self.parts.iter().flat_map(|p| &p.rows).filter_map(|r| r.get(usize::from(c)));
            let longest = cells.map(|cell| cell.text().chars().count()).max().unwrap_or(0);
            sheet.set_column_width(c, if longest > 24 { 40 } else { 15 })?;
        }
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        book.save_to_buffer()
    }
}
