//! Schemas in a short notation, so that what an answer looks like can be read like a table:
//!
//! ```text
//! Verdict = ok|gap|unknown     Whether there is a gap
//! VillageProperties:           A village
//!   ..Run                      The members of Run, too
//!   id          text           Statistical code, where there is one
//!   people      number?        May be null
//!   power?      Verdict        May be missing
//! ```
//!
//! Types: `text`, `day` (YYYY-MM-DD), `number`, `integer`, `count` (whole, not negative), `flag`, `position` (longitude,
//! latitude), `any` (an object of any members), `[T]` (a list), `[T]2` (of so many), `{T}` (an object of any keys), `a|b`
//! (one of these words; a single word in quotes), and names of schemas, which begin with a capital. A `?` behind a type:
//! null, too; behind a name: not always there.

use serde_json::{Map, Value, json};

use super::super::schema;

/// Adds the schemas of a text; `..Name` looks among those that are there already.
pub fn read(text: &str, into: &mut Map<String, Value>) {
    let mut name = String::new();
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        let (word, rest) = word(line);
        if line.starts_with(' ') {
            let members = match word.strip_prefix("..") {
                Some(other) => into.get(other).cloned().unwrap_or_default(),
                None => member(word, rest),
            };
            if let Some(object) = into.get_mut(&name) {
                extend(object, &members);
            }
        } else if let Some(words) = rest.strip_prefix("= ") {
            let (words, about) = self::word(words);
            into.insert(word.to_owned(), described(kind(words), about));
        } else {
            name = word.trim_end_matches(':').to_owned();
            let object = json!({"type": "object", "required": [], "properties": {}});
            into.insert(name.clone(), described(object, rest));
        }
    }
}

/// The first word of a line and what follows it.
fn word(line: &str) -> (&str, &str) {
    let line = line.trim();
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    (word, rest.trim_start())
}

/// An object of one member.
fn member(name: &str, rest: &str) -> Value {
    let (of, about) = word(rest);
    let bare = name.trim_end_matches('?');
    let required: &[&str] = if bare == name { &[name] } else { &[] };
    json!({"required": required, "properties": {bare: described(kind(of), about)}})
}

/// Adds the members of one object to another.
pub fn extend(object: &mut Value, with: &Value) {
    if let (Some(all), Some(more)) = (object["required"].as_array_mut(), with["required"].as_array()) {
        all.extend(more.iter().cloned());
    }
    if let (Some(all), Some(more)) = (object["properties"].as_object_mut(), with["properties"].as_object()) {
        all.extend(more.clone());
    }
}

fn described(mut kind: Value, about: &str) -> Value {
    if about.is_empty() {
        return kind;
    }
    // Beside a reference nothing else counts.
    if kind.get("$ref").is_some() && kind.get("nullable").is_none() {
        kind = json!({"allOf": [kind]});
    }
    kind["description"] = about.into();
    kind
}

fn kind(of: &str) -> Value {
    if let Some(inner) = of.strip_suffix('?') {
        return nullable(kind(inner));
    }
    let within = |open, close| of.strip_prefix(open).and_then(|t: &str| t.strip_suffix(close));
    if let Some(inner) = within('[', ']') {
        return json!({"type": "array", "items": kind(inner)});
    }
    if let Some((list, n)) = of.split_at_checked(of.len() - 1)
        && list.ends_with(']')
        && let Ok(n) = n.parse::<u8>()
    {
        let mut fixed = kind(list);
        fixed["minItems"] = n.into();
        fixed["maxItems"] = n.into();
        return fixed;
    }
    if let Some(inner) = within('{', '}') {
        return json!({"type": "object", "additionalProperties": kind(inner)});
    }
    match of {
        "text" => json!({"type": "string"}),
        "day" => json!({"type": "string", "format": "date"}),
        "number" => json!({"type": "number"}),
        "integer" => json!({"type": "integer"}),
        "count" => json!({"type": "integer", "minimum": 0}),
        "flag" => json!({"type": "boolean"}),
        "any" => json!({"type": "object", "additionalProperties": true}),
        "position" => kind("[number]2"),
        name if name.starts_with(char::is_uppercase) => schema(name),
        words => json!({"type": "string", "enum": words.trim_matches('\'').split('|').collect::<Vec<_>>()}),
    }
}

fn nullable(mut kind: Value) -> Value {
    kind["nullable"] = true.into();
    if let Some(words) = kind.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
    kind
}

/// A reference cannot say that null is allowed, too (OpenAPI 3.0.3, Schema Object): where it has to, the schema itself
/// takes its place.
pub fn inline_nullable(all: &mut Map<String, Value>) {
    let named = all.clone();
    all.values_mut().for_each(|v| inline(v, &named));
}

fn inline(v: &mut Value, named: &Map<String, Value>) {
    if v["nullable"] == true
        && let Some(found) = v["$ref"].as_str().and_then(|r| named.get(r.rsplit('/').next()?))
    {
        let own = v.get("description").cloned();
        *v = nullable(found.clone());
        if let Some(about) = own {
            v["description"] = about;
        }
    }
    match v {
        Value::Array(items) => items.iter_mut().for_each(|x| inline(x, named)),
        Value::Object(members) => members.values_mut().for_each(|x| inline(x, named)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schemas(text: &str) -> Value {
        let mut all = Map::new();
        read(text, &mut all);
        inline_nullable(&mut all);
        all.into()
    }

    #[test]
    fn members_are_read_with_their_types() {
        let all = schemas("A: One thing\n  id text Its code\n  n? {[count]}\nB:\n  ..A\n  a A?\n  w ok|gap?  Words");
        let code = json!({"type": "string", "description": "Its code"});
        let n = json!({"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer", "minimum": 0}}});
        let a = json!({
            "type": "object", "description": "One thing", "required": ["id"], "properties": {"id": code, "n": n},
        });
        assert_eq!(all["A"], a);
        assert_eq!(all["B"]["required"], json!(["id", "a", "w"]));
        let mut or_null = a;
        or_null["nullable"] = true.into();
        assert_eq!(all["B"]["properties"]["a"], or_null);
        let words = json!({"type": "string", "enum": ["ok", "gap", null], "nullable": true, "description": "Words"});
        assert_eq!(all["B"]["properties"]["w"], words);
    }

    #[test]
    fn a_list_may_have_a_length() {
        let all = schemas("A:\n  a position?\n  b [number?]3");
        let a = json!({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2, "nullable": true});
        assert_eq!(all["A"]["properties"]["a"], a);
        let b = &all["A"]["properties"]["b"];
        assert_eq!(b["maxItems"], 3);
        assert_eq!((&b["nullable"], &b["items"]["nullable"]), (&Value::Null, &json!(true)));
    }

    #[test]
    fn what_stands_beside_a_reference_is_kept() {
        let all = schemas("V = ok|gap  Whether\nA:\n  v V  Of roads");
        let v = json!({"allOf": [{"$ref": "#/components/schemas/V"}], "description": "Of roads"});
        assert_eq!(all["A"]["properties"]["v"], v);
    }
}
