//! The scorecard as JSON, CSV and XLSX: one sheet of all counties, one for each county, and a list of names per gap.

use std::collections::BTreeMap;

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use serde_json::{Value, json};

use super::collection::{Built, built};
use super::geojson::Geometry;
use crate::findings::Findings;
use crate::gaps::{Gap, Verdict};
use crate::priority::scorecard::{Card, Figure, Scorecard};
use crate::standards::Of;
use crate::text::message;

/// Longest name of a sheet that spreadsheets allow.
const SHEET_NAME: usize = 31;

/// `scorecard.json`, also `/api/scorecard`.
pub fn json_of(f: &Findings, s: &Scorecard) -> Value {
    let mut out = json!(s);
    if let Some(o) = out.as_object_mut() {
        o.insert("atlas".into(), json!(f.atlas.id));
        o.insert("title".into(), json!({"zh": f.atlas.title_zh, "en": f.atlas.title_en}));
        o.insert("provenance".into(), json!(f.provenance));
        o.insert("data_version".into(), json!(f.data_version));
    }
    out
}

/// The counties' cards as features: one property a figure, `{indicator}_{figure}`, so that a map can colour by it.
pub(super) fn places(f: &Findings, s: &Scorecard) -> Vec<Built> {
    let areas: BTreeMap<&str, _> = f.world.counties.iter().map(|c| (c.id.as_str(), c.area.as_ref())).collect();
    let place = |c: &Card| {
        let mut p = json!({
            "id": c.id, "name": c.name, "target": c.target, "villages": c.villages,
            "priority_villages": c.priority_villages, "people": c.people, "poor_people": c.poor_people,
        });
        for g in &c.figures {
            for (name, value) in [
                ("yes", json!(g.yes)),
                ("no", json!(g.no)),
                ("unknown", json!(g.unknown)),
                ("share", json!(g.share)),
                ("people_share", json!(g.people_share)),
                ("reference", json!(g.reference)),
                ("target", json!(g.target)),
                ("reached", json!(g.reached)),
                ("missing", json!(g.missing)),
                ("cheapest_cost", json!(g.cheapest.as_ref().map(|b| b.cost))),
            ] {
                p[format!("{}_{name}", g.key)] = value;
            }
        }
        built(&c.id, &Geometry::Area(areas.get(c.id.as_str()).copied().flatten()), &p)
    };
    s.counties.iter().map(place).collect()
}

/// A row a place and indicator; RFC 4180, UTF-8 with a mark at its start, so that spreadsheets read Chinese.
pub fn csv_of(s: &Scorecard) -> Vec<u8> {
    let mut out = String::from("\u{feff}");
    out += "level,id,name,county,indicator,indicator_zh,indicator_en,department,of,yes,no,unknown,share,unknown_share,\
            people_yes,people_no,people_share,reference,difference,people_gap,target,reached,missing,cheapest_cost,\
            cheapest_villages\r\n";
    let reference = std::iter::once(("reference", &s.reference));
    let counties = s.counties.iter().map(|c| ("county", c));
    let all = reference.chain(counties).chain(s.towns.iter().map(|c| ("town", c)));
    for (level, card) in all {
        for g in &card.figures {
            let n = |v: Option<f64>| v.map_or_else(String::new, |v| v.to_string());
            let best = g.cheapest.as_ref();
            let row = [
                level.to_owned(),
                card.id.clone(),
                card.name.clone(),
                card.county.clone().unwrap_or_default(),
                g.key.to_owned(),
                g.name.zh.clone(),
                g.name.en.clone(),
                g.department.zh.clone(),
                json!(g.of).as_str().unwrap_or_default().to_owned(),
                g.yes.to_string(),
                g.no.to_string(),
                g.unknown.to_string(),
                n(g.share),
                n(g.unknown_share),
                n(g.people_yes),
                n(g.people_no),
                n(g.people_share),
                n(g.reference),
                n(g.difference),
                n(g.people_gap),
                n(g.target),
                g.reached.map_or_else(String::new, |r| r.to_string()),
                g.missing.map_or_else(String::new, |m| m.to_string()),
                n(best.map(|b| b.cost)),
                best.map_or_else(String::new, |b| b.villages.join(" ")),
            ];
            out += &row.map(|cell| quote(&cell)).join(",");
            out += "\r\n";
        }
    }
    out.into_bytes()
}

/// A cell; what a spreadsheet would take for a formula stays text.
pub(crate) fn quote(cell: &str) -> String {
    let formula =
        cell.starts_with(['=', '+', '@', '\t', '\r']) || (cell.starts_with('-') && cell.parse::<f64>().is_err());
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

struct Look {
    title: Format,
    head: Format,
    text: Format,
    count: Format,
    share: Format,
    number: Format,
    bad: Format,
}

fn cell() -> Format {
    Format::new().set_border(FormatBorder::Thin).set_border_color(Color::RGB(0xBB_BB_BB))
}

/// How headings of tables look.
pub(crate) fn heading_format() -> Format {
    let head = cell().set_bold().set_text_wrap().set_align(FormatAlign::VerticalCenter);
    head.set_background_color(Color::RGB(0xDD_E6_F0))
}

impl Look {
    fn new() -> Self {
        Look {
            title: Format::new().set_bold().set_font_size(14.0),
            head: heading_format(),
            text: cell(),
            count: cell().set_num_format("#,##0"),
            share: cell().set_num_format("0.0%"),
            number: cell().set_num_format("#,##0.00"),
            bad: cell().set_bold().set_font_color(Color::RGB(0xB1_00_26)),
        }
    }
}

/// The workbook, in Chinese with English names beside; the same bytes for the same scorecard.
pub fn xlsx_of(f: &Findings, s: &Scorecard) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // No clock in the file.
    let born = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&born).set_title(&f.atlas.title_zh));
    let look = Look::new();
    let mut taken: Vec<String> = Vec::new();
    overview(book.add_worksheet().set_name(sheet_name("总表", &mut taken))?, f, s, &look)?;
    for card in spoken_of(s) {
        let name = if card.name.is_empty() { &card.id } else { &card.name };
        let towns: Vec<&Card> = s.towns.iter().filter(|t| t.county.as_deref() == Some(card.id.as_str())).collect();
        county(book.add_worksheet().set_name(sheet_name(name, &mut taken))?, card, &towns, &look)?;
    }
    let mut kinds: BTreeMap<(&str, &str), Vec<&Gap>> = BTreeMap::new();
    let roads = f.roads.gaps.iter().chain(&f.roads.neighbours);
    let all = roads.chain(&f.power.gaps).chain(&f.water.gaps).chain(&f.broadband.gaps).chain(&f.services.gaps);
    for g in all.filter(|g| g.verdict == Verdict::Gap) {
        kinds.entry((g.theme, g.kind)).or_default().push(g);
    }
    for ((_, kind), gaps) in kinds {
        let name = format!("名单 {}", message(&format!("kind_{kind}"), &[]).zh);
        names(book.add_worksheet().set_name(sheet_name(&name, &mut taken))?, f, &gaps, &look)?;
    }
    book.save_to_buffer()
}

/// Counties that have villages, or should.
fn spoken_of(s: &Scorecard) -> impl Iterator<Item = &Card> {
    s.counties.iter().filter(|c| c.villages > 0 || c.target)
}

/// A name that a sheet may have: no forbidden signs, short enough, unlike the others.
fn sheet_name(name: &str, taken: &mut Vec<String>) -> String {
    let clean: String = name.chars().filter(|c| !"[]:*?/\\'".contains(*c)).collect();
    let clean = if clean.is_empty() { "-".to_owned() } else { clean };
    let mut out: String = clean.chars().take(SHEET_NAME).collect();
    let mut n = 2;
    while taken.iter().any(|t| t.to_lowercase() == out.to_lowercase()) {
        let suffix = format!(" {n}");
        out = clean.chars().take(SHEET_NAME - suffix.len()).chain(suffix.chars()).collect();
        n += 1;
    }
    taken.push(out.clone());
    out
}

fn heading(sheet: &mut Worksheet, row: u32, cells: &[&str], look: &Look) -> Result<(), XlsxError> {
    for (c, text) in (0u16..).zip(cells) {
        sheet.write_string_with_format(row, c, *text, &look.head)?;
    }
    Ok(())
}

fn value(sheet: &mut Worksheet, at: (u32, u16), v: Option<f64>, format: &Format, look: &Look) -> Result<(), XlsxError> {
    match v {
        Some(v) => sheet.write_number_with_format(at.0, at.1, v, format)?,
        None => sheet.write_string_with_format(at.0, at.1, "", &look.text)?,
    };
    Ok(())
}

fn share_format<'l>(g: &Figure, look: &'l Look) -> &'l Format {
    if g.of == Of::Households { &look.number } else { &look.share }
}

/// All counties: a row each, two columns an indicator (share and missing).
fn overview(sheet: &mut Worksheet, f: &Findings, s: &Scorecard, look: &Look) -> Result<(), XlsxError> {
    sheet.write_string_with_format(0, 0, format!("{} 县级评分表", f.atlas.title_zh), &look.title)?;
    sheet.write_string(
        1,
        0,
        format!(
            "数据版本 {}　来源 {}",
            f.data_version,
            message(&format!("provenance_{}", json!(f.provenance).as_str().unwrap_or_default()), &[]).zh
        ),
    )?;
    let mut head = vec!["县代码", "县", "村数", "重点村", "人口", "贫困人口"];
    let labels: Vec<String> =
        s.reference.figures.iter().flat_map(|g| [g.name.zh.clone(), format!("{} 缺口村数", g.name.zh)]).collect();
    head.extend(labels.iter().map(String::as_str));
    heading(sheet, 3, &head, look)?;
    for (row, card) in (4u32..).zip(spoken_of(s).chain([&s.reference])) {
        let last = card.id.is_empty();
        sheet.write_string_with_format(row, 0, if last { "参照区" } else { &card.id }, &look.text)?;
        sheet.write_string_with_format(row, 1, &card.name, &look.text)?;
        value(sheet, (row, 2), Some(card.villages as f64), &look.count, look)?;
        value(sheet, (row, 3), Some(card.priority_villages as f64), &look.count, look)?;
        value(sheet, (row, 4), card.people, &look.count, look)?;
        value(sheet, (row, 5), card.poor_people, &look.count, look)?;
        for (k, all) in (0u16..).zip(&s.reference.figures) {
            let own = card.figures.iter().find(|g| g.key == all.key);
            value(sheet, (row, 6 + 2 * k), own.and_then(|g| g.share), share_format(all, look), look)?;
            let missing = own.and_then(|g| g.missing).map(|m| m as f64);
            value(sheet, (row, 7 + 2 * k), missing, &look.count, look)?;
        }
    }
    sheet.set_freeze_panes(4, 2)?;
    sheet.set_column_width(0, 10)?;
    sheet.set_column_width(1, 18)?;
    sheet.set_landscape();
    Ok(())
}

/// One county: its indicators, then its towns.
fn county(sheet: &mut Worksheet, card: &Card, towns: &[&Card], look: &Look) -> Result<(), XlsxError> {
    sheet.write_string_with_format(0, 0, format!("{} {}", card.name, card.id), &look.title)?;
    let head = [
        "指标",
        "Indicator",
        "责任部门",
        "达到",
        "未达到",
        "未知",
        "比例",
        "目标",
        "按人口比例",
        "参照区平均（按人口）",
        "与参照区之差",
        "差距人口",
        "缺口村数",
        "最低投资",
        "最低投资的村",
    ];
    heading(sheet, 2, &head, look)?;
    let mut row = 3;
    for g in &card.figures {
        let at = |c: u16| (row, c);
        let ratio = share_format(g, look);
        sheet.write_string_with_format(row, 0, &g.name.zh, &look.text)?;
        sheet.write_string_with_format(row, 1, &g.name.en, &look.text)?;
        sheet.write_string_with_format(row, 2, &g.department.zh, &look.text)?;
        value(sheet, at(3), Some(g.yes), &look.count, look)?;
        value(sheet, at(4), Some(g.no), &look.count, look)?;
        value(sheet, at(5), Some(g.unknown), &look.count, look)?;
        value(sheet, at(6), g.share, ratio, look)?;
        value(sheet, at(7), g.target, ratio, look)?;
        value(sheet, at(8), g.people_share, ratio, look)?;
        value(sheet, at(9), g.reference, ratio, look)?;
        value(sheet, at(10), g.difference, ratio, look)?;
        value(sheet, at(11), g.people_gap, &look.count, look)?;
        let missing = g.missing.map(|m| m as f64);
        value(sheet, at(12), missing, if g.missing > Some(0) { &look.bad } else { &look.count }, look)?;
        value(sheet, at(13), g.cheapest.as_ref().map(|c| c.cost), &look.count, look)?;
        let list = g.cheapest.as_ref().map_or_else(String::new, |c| c.villages.join(" "));
        // A cell holds 32,767 characters.
        sheet.write_string_with_format(row, 14, list.chars().take(32_000).collect::<String>(), &look.text)?;
        row += 1;
    }
    row += 1;
    let mut head = vec!["乡镇", "村数", "人口"];
    head.extend(card.figures.iter().map(|g| g.name.zh.as_str()));
    heading(sheet, row, &head, look)?;
    for town in towns {
        row += 1;
        sheet.write_string_with_format(row, 0, &town.name, &look.text)?;
        value(sheet, (row, 1), Some(town.villages as f64), &look.count, look)?;
        value(sheet, (row, 2), town.people, &look.count, look)?;
        for (k, all) in (3u16..).zip(&card.figures) {
            let own = town.figures.iter().find(|g| g.key == all.key).and_then(|g| g.share);
            value(sheet, (row, k), own, share_format(all, look), look)?;
        }
    }
    sheet.set_freeze_panes(3, 1)?;
    for (c, w) in [(0, 26), (1, 34), (2, 14), (9, 12), (10, 12), (14, 40)] {
        sheet.set_column_width(c, w)?;
    }
    sheet.set_landscape();
    Ok(())
}

/// Who has a gap: a row each, most severe first.
fn names(sheet: &mut Worksheet, f: &Findings, gaps: &[&Gap], look: &Look) -> Result<(), XlsxError> {
    let county: BTreeMap<&str, &str> = f.world.counties.iter().map(|c| (c.id.as_str(), c.name.as_str())).collect();
    let head = [
        "县",
        "乡镇",
        "代码",
        "名称",
        "人口",
        "严重度",
        "原因",
        "Why",
        "实测",
        "限值",
        "单位",
        "依据",
        "投资",
        "责任部门",
    ];
    heading(sheet, 0, &head, look)?;
    let mut list: Vec<&&Gap> = gaps.iter().collect();
    list.sort_by(|a, b| a.county.cmp(&b.county).then(b.severity.total_cmp(&a.severity)).then(a.id.cmp(&b.id)));
    for (row, g) in (1u32..).zip(list) {
        let place = g.county.as_deref().map_or("", |c| county.get(c).copied().unwrap_or(c));
        let code = g.village.as_deref().unwrap_or_else(|| g.id.rsplit(':').next().unwrap_or_default());
        let confidence = json!(g.confidence).as_str().unwrap_or_default().to_owned();
        let cells = [(0, place), (1, g.town.as_deref().unwrap_or_default()), (2, code), (3, &g.village_name)];
        for (c, text) in cells {
            sheet.write_string_with_format(row, c, text, &look.text)?;
        }
        value(sheet, (row, 4), g.people, &look.count, look)?;
        value(sheet, (row, 5), Some(g.severity), &look.number, look)?;
        sheet.write_string_with_format(row, 6, &g.why.zh, &look.text)?;
        sheet.write_string_with_format(row, 7, &g.why.en, &look.text)?;
        value(sheet, (row, 8), g.measured, &look.number, look)?;
        value(sheet, (row, 9), g.threshold, &look.number, look)?;
        sheet.write_string_with_format(row, 10, g.unit, &look.text)?;
        sheet.write_string_with_format(row, 11, message(&format!("confidence_{confidence}"), &[]).zh, &look.text)?;
        value(sheet, (row, 12), g.remedy.as_ref().map(|r| r.cost), &look.count, look)?;
        sheet.write_string_with_format(row, 13, &g.department.zh, &look.text)?;
    }
    sheet.set_freeze_panes(1, 4)?;
    for (c, w) in [(0, 16), (1, 14), (2, 16), (3, 20), (6, 48), (7, 48)] {
        sheet.set_column_width(c, w)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stay_cells() {
        assert_eq!(quote("a,b"), "\"a,b\"");
        assert_eq!((quote("=1+1").as_str(), quote("-0.5").as_str(), quote("-x").as_str()), ("'=1+1", "-0.5", "'-x"));
        let mut taken = Vec::new();
        assert_eq!(sheet_name("a/b[c]", &mut taken), "abc");
        assert_eq!(sheet_name("ABC", &mut taken), "ABC 2");
        assert_eq!(sheet_name(&"村".repeat(40), &mut taken).chars().count(), 31);
    }
}
