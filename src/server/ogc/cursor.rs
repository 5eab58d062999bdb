//! Places in an ordered answer that outlive a reload: the key of the last feature that was seen, not its number.
//!
//! A page that begins after a key neither skips nor repeats a feature that both data versions have with the same key.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::super::problem::Problem;
use crate::publish::Cell;

/// Key of a feature: what was sorted by, then its rank of importance and its id.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    pub values: Vec<Value>,
    pub rank: [f64; 3],
    pub id: String,
    /// The page ends before that feature instead of beginning behind it.
    pub before: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Text(String),
    Number(f64),
    Boolean(bool),
}

impl From<Cell<'_>> for Value {
    fn from(c: Cell) -> Self {
        match c {
            Cell::Null => Value::Null,
            Cell::Text(t) => Value::Text(t.to_owned()),
            Cell::Number(n) => Value::Number(n),
            Cell::Boolean(b) => Value::Boolean(b),
        }
    }
}

impl Value {
    pub fn cell(&self) -> Cell<'_> {
        match self {
            Value::Null => Cell::Null,
            Value::Text(t) => Cell::Text(t),
            Value::Number(n) => Cell::Number(*n),
            Value::Boolean(b) => Cell::Boolean(*b),
        }
    }

    /// Numbers by their bits, so that none is changed by being written.
    fn json(&self) -> Json {
        match self {
            Value::Null => Json::Null,
            Value::Text(t) => json!(t),
            Value::Number(n) => json!(n.to_bits()),
            Value::Boolean(b) => json!(b),
        }
    }

    fn read(v: &Json) -> Option<Self> {
        Some(match v {
            Json::Null => Value::Null,
            Json::String(t) => Value::Text(t.clone()),
            Json::Number(n) => Value::Number(f64::from_bits(n.as_u64()?)),
            Json::Bool(b) => Value::Boolean(*b),
            _ => return None,
        })
    }
}

/// What a cursor belongs to: the collection and every parameter that decides which features there are and in what order.
pub fn digest(collection: &str, pairs: &BTreeMap<String, String>) -> String {
    let mut h = Sha256::new();
    h.update(collection);
    for (k, v) in pairs {
        if !["limit", "offset", "cursor", "f", "crs", "properties", "datetime"].contains(&k.as_str()) {
            for part in [k, v] {
                h.update([0]);
                h.update(part);
            }
        }
    }
    h.finalize()[..6].iter().map(|b| format!("{b:02x}")).collect()
}

impl Cursor {
    pub fn write(&self, digest: &str) -> String {
        let values: Vec<Json> = self.values.iter().map(Value::json).collect();
        let mut all = json!([digest, values, self.rank.map(f64::to_bits), self.id]);
        if let (true, Some(all)) = (self.before, all.as_array_mut()) {
            all.push(true.into());
        }
        let text = all.to_string();
        text.bytes().map(|b| format!("{b:02x}")).collect()
    }

    pub fn read(text: &str, digest: &str) -> Result<Self, Problem> {
        let bad = || Problem::bad_parameter("cursor", "not one that a link of this service has");
        let bytes: Option<Vec<u8>> = (text.len().is_multiple_of(2) && text.is_ascii())
            .then(|| (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok()).collect())
            .flatten();
        let v: Json = serde_json::from_slice(&bytes.ok_or_else(bad)?).map_err(|_| bad())?;
        let of = v[0].as_str().ok_or_else(bad)?;
        if of != digest {
            return Err(Problem::bad_parameter(
                "cursor",
                "belongs to another question; only limit, crs, properties and f may change",
            ));
        }
        let values = v[1].as_array().and_then(|a| a.iter().map(Value::read).collect::<Option<Vec<_>>>());
        let rank = v[2].as_array().and_then(|a| {
            let all: Option<Vec<f64>> = a.iter().map(|b| b.as_u64().map(f64::from_bits)).collect();
            <[f64; 3]>::try_from(all?).ok()
        });
        Ok(Cursor {
            values: values.ok_or_else(bad)?,
            rank: rank.ok_or_else(bad)?,
            id: v[3].as_str().ok_or_else(bad)?.to_owned(),
            before: v[4].as_bool().unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let mut c = Cursor {
            values: vec![Value::Null, Value::Text("村\"".into()), Value::Number(0.1 + 0.2), Value::Boolean(true)],
            rank: [1.0, -0.3, 1e300],
            id: "道路:1".into(),
            before: true,
        };
        assert_eq!(Cursor::read(&c.write("abc"), "abc").unwrap(), c);
        c.before = false;
        assert_eq!(Cursor::read(&c.write("abc"), "abc").unwrap(), c);
        assert!(Cursor::read(&c.write("abc"), "abd").unwrap_err().detail.contains("another question"));
        for bad in ["", "0", "zz", "5b5d", "7b7d", "é", "+1+1"] {
            assert!(Cursor::read(bad, "abc").is_err(), "{bad}");
        }
    }
}
