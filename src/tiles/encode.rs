//! Mapbox Vector Tile 2.1, written straight into bytes.
//!
//! An encoder of our own: the format is five messages of Protocol Buffers, and what a library would add beyond writing
//! numbers (a builder, a choice of types, a second copy of everything) is more than what is here.

use std::collections::HashMap;

use super::area::Polygon;
use super::clip::EXTENT;
use super::grid::Spot;

/// A shape on the grid of its tile.
pub enum Drawn {
    Points(Vec<Spot>),
    Lines(Vec<Vec<Spot>>),
    Areas(Vec<Polygon>),
}

/// A property's value; numbers by their bits, so that equal ones are found again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value<'a> {
    Text(&'a str),
    Whole(i64),
    Number(u64),
    Boolean(bool),
}

/// A number in as few bytes as it needs.
pub fn varint(out: &mut Vec<u8>, mut n: u64) {
    while n > 0x7f {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Small numbers stay small, whatever their sign.
fn zigzag(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)) as u64
}

/// A field of a length and its bytes.
fn bytes(out: &mut Vec<u8>, field: u8, content: &[u8]) {
    out.push(field << 3 | 2);
    varint(out, content.len() as u64);
    out.extend_from_slice(content);
}

fn number(out: &mut Vec<u8>, field: u8, n: u64) {
    out.push(field << 3);
    varint(out, n);
}

/// Commands of a geometry: where the pen is, and what it drew.
struct Pen {
    at: Spot,
    out: Vec<u8>,
}

const MOVE: u64 = 1;
const LINE: u64 = 2;
const CLOSE: u64 = 7;

impl Pen {
    fn command(&mut self, id: u64, count: usize) {
        varint(&mut self.out, id | (count as u64) << 3);
    }

    fn to(&mut self, p: Spot) {
        for (from, to) in self.at.into_iter().zip(p) {
            varint(&mut self.out, zigzag(i64::from(to) - i64::from(from)));
        }
        self.at = p;
    }

    fn path(&mut self, path: &[Spot]) {
        let [first, rest @ ..] = path else { return };
        self.command(MOVE, 1);
        self.to(*first);
        self.command(LINE, rest.len());
        rest.iter().for_each(|&p| self.to(p));
    }

    fn draw(&mut self, shape: &Drawn) {
        match shape {
            Drawn::Points(ps) => {
                self.command(MOVE, ps.len());
                ps.iter().for_each(|&p| self.to(p));
            }
            Drawn::Lines(ls) => ls.iter().for_each(|l| self.path(l)),
            Drawn::Areas(all) => all.iter().flatten().for_each(|ring| {
                self.path(ring);
                self.command(CLOSE, 1);
            }),
        }
    }
}

/// A layer while it is written.
pub struct Writer<'a> {
    features: Vec<u8>,
    count: usize,
    keys: Vec<&'a str>,
    key: HashMap<&'a str, u64>,
    values: Vec<u8>,
    value: HashMap<Value<'a>, u64>,
}

impl<'a> Writer<'a> {
    pub fn new() -> Self {
        Self {
            features: Vec::new(),
            count: 0,
            keys: Vec::new(),
            key: HashMap::new(),
            values: Vec::new(),
            value: HashMap::new(),
        }
    }

    /// Features have no number of their own: ours are named by texts, which go along as the property `id`, and a place
    /// in the collection would mean another feature after the next reload. MapLibre takes the text with `promoteId`.
    pub fn feature(&mut self, shape: &Drawn, properties: impl Iterator<Item = (&'a str, Value<'a>)>) {
        let mut tags = Vec::new();
        for (name, value) in properties {
            let k = *self.key.entry(name).or_insert_with(|| {
                self.keys.push(name);
                self.keys.len() as u64 - 1
            });
            varint(&mut tags, k);
            let next = self.value.len() as u64;
            let v = *self.value.entry(value).or_insert_with_key(|v| {
                write_value(&mut self.values, v);
                next
            });
            varint(&mut tags, v);
        }
        let mut pen = Pen { at: [0, 0], out: Vec::new() };
        pen.draw(shape);
        let kind = match shape {
            Drawn::Points(_) => 1,
            Drawn::Lines(_) => 2,
            Drawn::Areas(_) => 3,
        };
        let mut own = Vec::with_capacity(tags.len() + pen.out.len() + 12);
        bytes(&mut own, 2, &tags);
        number(&mut own, 3, kind);
        bytes(&mut own, 4, &pen.out);
        bytes(&mut self.features, 2, &own);
        self.count += 1;
    }

    /// Appends the layer to a tile; one without features is none.
    pub fn finish(self, name: &str, out: &mut Vec<u8>) {
        if self.count == 0 {
            return;
        }
        let mut own = Vec::with_capacity(self.features.len() + self.values.len() + 1024);
        number(&mut own, 15, 2);
        bytes(&mut own, 1, name.as_bytes());
        own.extend_from_slice(&self.features);
        for k in &self.keys {
            bytes(&mut own, 3, k.as_bytes());
        }
        own.extend_from_slice(&self.values);
        number(&mut own, 5, EXTENT as u64);
        bytes(out, 3, &own);
    }
}

fn write_value(out: &mut Vec<u8>, v: &Value) {
    let mut own = Vec::new();
    match *v {
        Value::Text(t) => bytes(&mut own, 1, t.as_bytes()),
        Value::Number(bits) => {
            own.push(3 << 3 | 1);
            own.extend_from_slice(&bits.to_le_bytes());
        }
        Value::Whole(n) if n >= 0 => number(&mut own, 5, n as u64),
        Value::Whole(n) => number(&mut own, 6, zigzag(n)),
        Value::Boolean(b) => number(&mut own, 7, b.into()),
    }
    bytes(out, 4, &own);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specifications_own_examples() {
        let drawn = |shape: &Drawn| {
            let mut pen = Pen { at: [0, 0], out: Vec::new() };
            pen.draw(shape);
            pen.out
        };
        assert_eq!(drawn(&Drawn::Points(vec![[25, 17]])), [9, 50, 34]);
        assert_eq!(drawn(&Drawn::Points(vec![[5, 7], [3, 2]])), [17, 10, 14, 3, 9]);
        let lines = vec![vec![[2, 2], [2, 10], [10, 10]], vec![[1, 1], [3, 5]]];
        assert_eq!(drawn(&Drawn::Lines(lines)), [9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8]);
        let area = vec![vec![vec![[3, 6], [8, 12], [20, 34]]]];
        assert_eq!(drawn(&Drawn::Areas(area)), [9, 6, 12, 18, 10, 12, 24, 44, 15]);
        let mut long = Vec::new();
        varint(&mut long, 300);
        assert_eq!(long, [0xac, 2]);
        assert_eq!([zigzag(0), zigzag(-1), zigzag(1), zigzag(i64::MIN)], [0, 1, 2, u64::MAX]);
    }
}
