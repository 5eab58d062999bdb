//! Little-endian well-known binary, the form in which geometry is handed to GDAL.

use geo::{Coord, MultiPolygon, Polygon};

fn header(out: &mut Vec<u8>, kind: u32) {
    out.push(1);
    out.extend(kind.to_le_bytes());
}

fn coords(out: &mut Vec<u8>, coords: &[Coord]) {
    out.extend((coords.len() as u32).to_le_bytes());
    for c in coords {
        out.extend(c.x.to_le_bytes());
        out.extend(c.y.to_le_bytes());
    }
}

fn polygon_body(out: &mut Vec<u8>, p: &Polygon) {
    out.extend((1 + p.interiors().len() as u32).to_le_bytes());
    coords(out, &p.exterior().0);
    for ring in p.interiors() {
        coords(out, &ring.0);
    }
}

pub fn point(c: Coord) -> Vec<u8> {
    let mut out = Vec::with_capacity(21);
    header(&mut out, 1);
    out.extend(c.x.to_le_bytes());
    out.extend(c.y.to_le_bytes());
    out
}

pub fn line(line: &[Coord]) -> Vec<u8> {
    let mut out = Vec::with_capacity(9 + 16 * line.len());
    header(&mut out, 2);
    coords(&mut out, line);
    out
}

pub fn multi_line(lines: &[Vec<Coord>]) -> Vec<u8> {
    let mut out = Vec::new();
    header(&mut out, 5);
    out.extend((lines.len() as u32).to_le_bytes());
    lines.iter().for_each(|l| out.extend(line(l)));
    out
}

pub fn multi_polygon(m: &MultiPolygon) -> Vec<u8> {
    let mut out = Vec::new();
    header(&mut out, 6);
    out.extend((m.0.len() as u32).to_le_bytes());
    for p in m {
        header(&mut out, 3);
        polygon_body(&mut out, p);
    }
    out
}
