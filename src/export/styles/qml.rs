//! A style as QGIS keeps it: rules, each with a symbol. Written for QGIS 3.22 and later.

use std::fmt::Write;

use super::{Condition, Drawn, Rule, Style, xml};

fn expression(c: &Condition) -> String {
    match c {
        Condition::Is(f, v) => format!("\"{f}\" = '{v}'"),
        Condition::IsNot(f, v) => format!("\"{f}\" <> '{v}'"),
        Condition::True(f) => format!("\"{f}\""),
        Condition::NotTrue(f) => format!("NOT \"{f}\""),
        Condition::AtLeast(f, n) => format!("\"{f}\" >= {n}"),
        Condition::Below(f, n) => format!("\"{f}\" < {n}"),
    }
}

/// `#rrggbb` as `r,g,b,255`.
fn rgba(colour: &str) -> String {
    let part = |i: usize| colour.get(i..i + 2).and_then(|h| u8::from_str_radix(h, 16).ok()).unwrap_or(0);
    format!("{},{},{},255", part(1), part(3), part(5))
}

fn symbol(r: &Rule, drawn: Drawn) -> (&'static str, &'static str, Vec<(&'static str, String)>) {
    let width = r.width.to_string();
    match drawn {
        Drawn::Points => (
            "marker",
            "SimpleMarker",
            vec![
                ("name", "circle".into()),
                ("color", rgba(r.colour)),
                ("outline_color", rgba(r.edge)),
                ("outline_style", "solid".into()),
                ("outline_width", if r.width > 0.5 { "0.2".into() } else { width }),
                ("outline_width_unit", "MM".into()),
                ("size", r.size.to_string()),
                ("size_unit", "MM".into()),
            ],
        ),
        Drawn::Lines => {
            let dash = r.dash.map_or("5;2".into(), |[on, off]| format!("{on};{off}"));
            // A hollow point's fill would be a line nobody sees.
            let colour = if r.colour == super::LAND { r.edge } else { r.colour };
            let cap = if r.dash.is_some() { "flat" } else { "round" };
            (
                "line",
                "SimpleLine",
                vec![
                    ("line_color", rgba(colour)),
                    ("line_style", "solid".into()),
                    ("line_width", width),
                    ("line_width_unit", "MM".into()),
                    ("capstyle", cap.into()),
                    ("joinstyle", "round".into()),
                    ("use_custom_dash", u8::from(r.dash.is_some()).to_string()),
                    ("customdash", dash),
                    ("customdash_unit", "MM".into()),
                ],
            )
        }
        Drawn::Areas => (
            "fill",
            "SimpleFill",
            vec![
                ("color", rgba(r.colour)),
                ("style", "solid".into()),
                ("outline_color", rgba(r.edge)),
                ("outline_style", "solid".into()),
                ("outline_width", width),
                ("outline_width_unit", "MM".into()),
            ],
        ),
    }
}

pub fn qml(style: &Style) -> String {
    let mut out = String::from(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n\
         <qgis version=\"3.22.0\" styleCategories=\"Symbology\">\n\
         <renderer-v2 type=\"RuleRenderer\" forceraster=\"0\" symbollevels=\"0\" enableorderby=\"0\">\n\
         <rules key=\"rules\">\n",
    );
    for (i, r) in style.rules.iter().enumerate() {
        let filter = r.when.iter().map(expression).collect::<Vec<_>>().join(" AND ");
        let _ = writeln!(
            out,
            "<rule key=\"rule{i}\" symbol=\"{i}\" label=\"{}\" filter=\"{}\"/>",
            xml(&r.label),
            xml(&filter)
        );
    }
    out.push_str("</rules>\n<symbols>\n");
    for (i, r) in style.rules.iter().enumerate() {
        let (kind, class, options) = symbol(r, style.drawn);
        let _ = write!(
            out,
            "<symbol type=\"{kind}\" name=\"{i}\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">\
             <layer class=\"{class}\" enabled=\"1\" locked=\"0\" pass=\"{i}\"><Option type=\"Map\">"
        );
        for (name, value) in options {
            let _ = write!(out, "<Option type=\"QString\" name=\"{name}\" value=\"{}\"/>", xml(&value));
        }
        out.push_str("</Option></layer></symbol>\n");
    }
    out.push_str("</symbols>\n</renderer-v2>\n</qgis>\n");
    out
}
