//! Whether values are as schemas of the description say, by the words that the description uses.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Checks values; every fault is kept with its place.
pub struct Checker<'a> {
    pub doc: &'a Value,
    /// A member that no schema names is a fault, too.
    pub strict: bool,
    pub faults: BTreeSet<String>,
    /// Members that were met, as `Schema.member.member`.
    pub met: BTreeSet<String>,
}

impl<'a> Checker<'a> {
    pub fn new(doc: &'a Value, strict: bool) -> Self {
        Checker { doc, strict, faults: BTreeSet::new(), met: BTreeSet::new() }
    }

    /// Holds `v` against `schema`; `at` says where it was found.
    pub fn check(&mut self, schema: &Value, v: &Value, at: &str) {
        self.walk(schema, v, at, at);
    }

    fn walk(&mut self, schema: &Value, v: &Value, at: &str, name: &str) {
        if let Some((named, found)) = resolve(self.doc, schema) {
            return self.walk(found, v, at, named);
        }
        if schema["nullable"] == true && v.is_null() {
            return;
        }
        if let Some(all) = schema["enum"].as_array()
            && !all.contains(v)
        {
            self.fault(at, format!("{v} is none of {}", schema["enum"]));
        }
        let fits = match schema["type"].as_str() {
            None => true,
            Some("object") => v.is_object(),
            Some("array") => v.is_array(),
            Some("string") => v.is_string(),
            Some("number") => v.is_number(),
            Some("integer") => v.is_i64() || v.is_u64(),
            Some("boolean") => v.is_boolean(),
            Some(other) => panic!("{at}: {other} is no type"),
        };
        if !fits {
            return self.fault(at, format!("{} is no {}", short(v), schema["type"]));
        }
        if let (Some(least), Some(n)) = (schema["minimum"].as_f64(), v.as_f64())
            && n < least
        {
            self.fault(at, format!("{n} is less than {least}"));
        }
        if let Some(members) = v.as_object() {
            self.members(schema, members, at, name);
        }
        if let Some(items) = v.as_array() {
            let n = items.len() as u64;
            if schema["minItems"].as_u64().is_some_and(|m| n < m) || schema["maxItems"].as_u64().is_some_and(|m| n > m)
            {
                self.fault(at, format!("{n} items"));
            }
            if let Some(of) = schema.get("items") {
                items.iter().for_each(|x| self.walk(of, x, &format!("{at}[]"), name));
            }
        }
    }

    fn members(&mut self, schema: &Value, members: &Map<String, Value>, at: &str, name: &str) {
        for needed in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !members.contains_key(needed) {
                self.fault(at, format!("lacks {needed}"));
            }
        }
        for (k, x) in members {
            let place = format!("{at}.{k}");
            if let Some(s) = schema["properties"].get(k) {
                let named = format!("{name}.{k}");
                self.walk(s, x, &place, &named);
                self.met.insert(named);
                continue;
            }
            match &schema["additionalProperties"] {
                Value::Object(_) => self.walk(&schema["additionalProperties"], x, &format!("{at}.*"), name),
                Value::Bool(true) => {}
                _ if self.strict => self.fault(&place, format!("is not described: {}", short(x))),
                _ => {}
            }
        }
    }

    fn fault(&mut self, at: &str, what: String) {
        self.faults.insert(format!("{at}: {what}"));
    }
}

/// The schema that another one stands for, with its name.
fn resolve<'a>(doc: &'a Value, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
    if let Some([one]) = schema["allOf"].as_array().map(Vec::as_slice) {
        return resolve(doc, one);
    }
    let r = schema["$ref"].as_str()?;
    let found = r.strip_prefix('#').and_then(|p| doc.pointer(p));
    Some((r.rsplit('/').next().unwrap_or(r), found.unwrap_or_else(|| panic!("{r} leads nowhere"))))
}

fn short(v: &Value) -> String {
    v.to_string().chars().take(80).collect()
}

/// Members that a schema and those it refers to describe, as a checker names those that it meets.
pub fn described(doc: &Value, schema: &Value, out: &mut BTreeSet<String>) {
    fn walk(doc: &Value, schema: &Value, name: &str, out: &mut BTreeSet<String>) {
        if let Some((named, found)) = resolve(doc, schema) {
            return walk(doc, found, named, out);
        }
        for (k, s) in schema["properties"].as_object().into_iter().flatten() {
            let named = format!("{name}.{k}");
            if out.insert(named.clone()) {
                walk(doc, s, &named, out);
            }
        }
        for inner in ["items", "additionalProperties"] {
            if schema[inner].is_object() {
                walk(doc, &schema[inner], name, out);
            }
        }
    }
    walk(doc, schema, "", out);
}

#[test]
fn what_is_not_as_described_is_found() {
    let doc = serde_json::json!({"components": {"schemas": {
        "A": {"type": "object", "required": ["n"], "properties": {
            "n": {"type": "integer", "minimum": 0},
            "w": {"type": "string", "enum": ["a", null], "nullable": true},
            "b": {"allOf": [{"$ref": "#/components/schemas/B"}], "description": "…"},
            "m": {"type": "object", "additionalProperties": {"type": "number"}},
        }},
        "B": {"type": "array", "items": {"type": "number"}, "maxItems": 2},
    }}});
    let a = serde_json::json!({"$ref": "#/components/schemas/A"});
    let faults = |v: Value| {
        let mut c = Checker::new(&doc, true);
        c.check(&a, &v, "a");
        c.faults.into_iter().collect::<Vec<_>>().join("; ")
    };
    use serde_json::json;
    assert_eq!(faults(json!({"n": 1, "w": null, "b": [1, 2.5], "m": {"x": 1}})), "");
    assert_eq!(faults(json!({})), "a: lacks n");
    assert_eq!(faults(json!({"n": 1.5})), "a.n: 1.5 is no \"integer\"");
    assert_eq!(faults(json!({"n": -1})), "a.n: -1 is less than 0");
    assert_eq!(faults(json!({"n": null})), "a.n: null is no \"integer\"");
    assert_eq!(faults(json!({"n": 1, "w": "b"})), "a.w: \"b\" is none of [\"a\",null]");
    assert_eq!(faults(json!({"n": 1, "b": [1, 2, 3]})), "a.b: 3 items");
    assert_eq!(faults(json!({"n": 1, "b": [true]})), "a.b[]: true is no \"number\"");
    assert_eq!(faults(json!({"n": 1, "m": {"x": "1"}})), "a.m.*: \"1\" is no \"number\"");
    assert_eq!(faults(json!({"n": 1, "x": 1})), "a.x: is not described: 1");
}
