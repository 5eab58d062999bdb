//! A style as SLD 1.0, for GeoServer, MapServer and others.

use std::fmt::Write;

use super::{Condition, Drawn, Rule, Style, xml};

/// Pixels of a millimetre at the 0.28 mm that SLD takes for a pixel.
const PIXELS_PER_MM: f64 = 1.0 / 0.28;

fn pixels(mm: f64) -> String {
    format!("{:.2}", mm * PIXELS_PER_MM)
}

fn filter(c: &Condition) -> String {
    let compare = |op: &str, f: &str, v: String| {
        format!(
            "<ogc:PropertyIs{op}><ogc:PropertyName>{f}</ogc:PropertyName><ogc:Literal>{v}</ogc:Literal></ogc:PropertyIs{op}>"
        )
    };
    match c {
        Condition::Is(f, v) => compare("EqualTo", f, xml(v)),
        Condition::IsNot(f, v) => compare("NotEqualTo", f, xml(v)),
        Condition::True(f) => compare("EqualTo", f, "true".into()),
        Condition::NotTrue(f) => compare("EqualTo", f, "false".into()),
        Condition::AtLeast(f, n) => compare("GreaterThanOrEqualTo", f, n.to_string()),
        Condition::Below(f, n) => compare("LessThan", f, n.to_string()),
    }
}

fn parameter(name: &str, value: &str) -> String {
    format!("<CssParameter name=\"{name}\">{value}</CssParameter>")
}

fn stroke(colour: &str, width: f64, dash: Option<[f64; 2]>) -> String {
    let mut out = parameter("stroke", colour) + &parameter("stroke-width", &pixels(width));
    if let Some([on, off]) = dash {
        out += &parameter("stroke-dasharray", &format!("{} {}", pixels(on), pixels(off)));
    }
    format!("<Stroke>{out}</Stroke>")
}

fn symbolizer(r: &Rule, drawn: Drawn) -> String {
    let fill = format!("<Fill>{}</Fill>", parameter("fill", r.colour));
    let edge = stroke(r.edge, r.width.min(0.5), None);
    match drawn {
        Drawn::Points => format!(
            "<PointSymbolizer><Graphic><Mark><WellKnownName>circle</WellKnownName>{fill}{edge}</Mark><Size>{}</Size></Graphic></PointSymbolizer>",
            pixels(r.size)
        ),
        Drawn::Lines => {
            let colour = if r.colour == super::LAND { r.edge } else { r.colour };
            format!("<LineSymbolizer>{}</LineSymbolizer>", stroke(colour, r.width, r.dash))
        }
        Drawn::Areas => format!("<PolygonSymbolizer>{fill}{edge}</PolygonSymbolizer>"),
    }
}

pub fn sld(style: &Style, name: &str) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <StyledLayerDescriptor version=\"1.0.0\" xmlns=\"http://www.opengis.net/sld\" \
         xmlns:ogc=\"http://www.opengis.net/ogc\">\n\
         <NamedLayer><Name>{0}</Name><UserStyle><Name>{0}</Name><FeatureTypeStyle>\n",
        xml(name)
    );
    for r in &style.rules {
        let all: String = r.when.iter().map(filter).collect();
        let all = if r.when.len() > 1 { format!("<ogc:And>{all}</ogc:And>") } else { all };
        let _ = writeln!(
            out,
            "<Rule><Title>{}</Title><ogc:Filter>{all}</ogc:Filter>{}</Rule>",
            xml(&r.label),
            symbolizer(r, style.drawn)
        );
    }
    out.push_str("</FeatureTypeStyle></UserStyle></NamedLayer>\n</StyledLayerDescriptor>\n");
    out
}
