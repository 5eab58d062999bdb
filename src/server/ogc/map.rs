//! A small map without scripts: the features of a page as SVG, over the outlines of counties.

use std::fmt::Write;

use geo::{Coord, Geometry, LineString};

use super::super::Snapshot;
use super::html::escape;
use crate::publish::Collection;

const WIDTH: f64 = 960.0;
const MOST_HEIGHT: f64 = 600.0;
const MARGIN: f64 = 12.0;
/// Smallest extent in degrees, so that one point does not fill the world.
const LEAST: f64 = 0.02;

/// From degrees to the picture: longitudes shortened by the cosine of the middle latitude.
struct View {
    west: f64,
    north: f64,
    shrink: f64,
    scale: f64,
    height: f64,
}

impl View {
    fn over(b: [f64; 4]) -> Self {
        let grow = |low: f64, high: f64| {
            let more = ((LEAST - (high - low)) / 2.0).max(0.0);
            (low - more, high + more)
        };
        let ((w, e), (s, n)) = (grow(b[0], b[2]), grow(b[1], b[3]));
        let shrink = ((s + n) / 2.0).to_radians().cos().max(0.05);
        let (width, tall) = ((e - w) * shrink, n - s);
        let scale = ((WIDTH - 2.0 * MARGIN) / width).min((MOST_HEIGHT - 2.0 * MARGIN) / tall);
        let west = w - ((WIDTH - 2.0 * MARGIN) / scale - width) / 2.0 / shrink;
        View { west, north: n, shrink, scale, height: tall * scale + 2.0 * MARGIN }
    }

    fn at(&self, c: Coord) -> (f64, f64) {
        let x = MARGIN + (c.x - self.west) * self.shrink * self.scale;
        (x, MARGIN + (self.north - c.y) * self.scale)
    }

    fn bbox(&self) -> [f64; 4] {
        let wide = WIDTH / self.scale / self.shrink;
        [self.west, self.north - self.height / self.scale, self.west + wide, self.north]
    }

    /// A path; positions within a pixel of the last one are left out.
    fn path(&self, out: &mut String, l: &LineString, close: bool) {
        let mut last: Option<(f64, f64)> = None;
        let end = l.0.len().saturating_sub(1);
        for (i, c) in l.0.iter().enumerate() {
            let (x, y) = self.at(*c);
            let far = last.is_none_or(|(a, b)| (a - x).abs() + (b - y).abs() >= 1.0);
            if far || i == end {
                let _ = write!(out, "{}{x:.1} {y:.1}", if last.is_none() { 'M' } else { 'L' });
                last = Some((x, y));
            }
        }
        if close {
            out.push('Z');
        }
    }

    fn draw(&self, g: &Geometry, out: &mut String) {
        let mut d = String::new();
        let dot = |c: Coord| {
            let (x, y) = self.at(c);
            format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>")
        };
        match g {
            Geometry::Point(p) => out.push_str(&dot(p.0)),
            Geometry::MultiPoint(m) => m.0.iter().for_each(|p| out.push_str(&dot(p.0))),
            Geometry::LineString(l) => self.path(&mut d, l, false),
            Geometry::MultiLineString(m) => m.0.iter().for_each(|l| self.path(&mut d, l, false)),
            Geometry::Polygon(p) => self.rings(&mut d, p),
            Geometry::MultiPolygon(m) => m.0.iter().for_each(|p| self.rings(&mut d, p)),
            _ => {}
        }
        if !d.is_empty() {
            let area = matches!(g, Geometry::Polygon(_) | Geometry::MultiPolygon(_));
            let _ = write!(out, "<path class=\"{}\" d=\"{d}\"/>", if area { "area" } else { "line" });
        }
    }

    fn rings(&self, d: &mut String, p: &geo::Polygon) {
        for r in std::iter::once(p.exterior()).chain(p.interiors()) {
            self.path(d, r, true);
        }
    }
}

/// The features `rows` of a collection; nothing where none of them has a place. `href` is where a feature leads.
pub fn svg(s: &Snapshot, c: &Collection, rows: &[u32], label: &str, href: &dyn Fn(&str) -> String) -> String {
    let shapes: Vec<(u32, Geometry)> = rows.iter().filter_map(|&i| c.shape(i).map(|g| (i, g))).collect();
    let boxes = shapes.iter().filter_map(|(_, g)| geo::BoundingRect::bounding_rect(g));
    let all = boxes.map(|r| [r.min().x, r.min().y, r.max().x, r.max().y]);
    let Some(bbox) = all.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]) else {
        return String::new();
    };
    let view = View::over(bbox);
    let mut out = format!(
        "<svg viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" aria-label=\"{}\"><style>.back path{{fill:#fff;stroke:#b4bfca}}\
         .line{{fill:none;stroke:#b3261e;stroke-width:2}}.area{{fill:#b3261e33;stroke:#b3261e}}\
         circle{{fill:#b3261e;stroke:#fff}}</style><g class=\"back\">",
        view.height,
        escape(label)
    );
    if let Some(counties) = s.collections.iter().find(|x| x.id == "counties") {
        let mut near: Vec<u32> = counties.near(view.bbox()).collect();
        near.sort_unstable();
        for g in near.into_iter().filter_map(|i| counties.shape(i)) {
            view.draw(&g, &mut out);
        }
    }
    out.push_str("</g>");
    for (i, g) in &shapes {
        let id = c.id_of(*i);
        let _ = write!(out, "<a href=\"{}\"><title>{}</title>", escape(&href(id)), escape(id));
        view.draw(g, &mut out);
        out.push_str("</a>");
    }
    out.push_str("</svg>");
    out
}
