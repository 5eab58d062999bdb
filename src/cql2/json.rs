//! cql2-json.

use serde_json::Value;

use super::{
    Arithmetic, Compare, Expr, Fault, MAX_DEPTH, Spatial, check_length, geometry, no_function, time, too_deep,
};

/// Reads a filter written as JSON.
pub fn parse_json(text: &str) -> Result<Expr, Fault> {
    check_length(text)?;
    // The reader of JSON has a limit of its own (128), so that nothing deep gets as far as here.
    let v: Value = serde_json::from_str(text).map_err(|e| Fault::new(format!("no JSON: {e}")))?;
    expr(&v, 0)
}

fn expr(v: &Value, depth: usize) -> Result<Expr, Fault> {
    if depth > MAX_DEPTH {
        return Err(too_deep());
    }
    let o = match v {
        Value::String(s) => return Ok(Expr::Text(s.clone())),
        Value::Bool(b) => return Ok(Expr::Boolean(*b)),
        Value::Number(n) => {
            let n = n.as_f64().filter(|n| n.is_finite());
            return n.map(Expr::Number).ok_or_else(|| Fault::new(format!("{v} is too large")));
        }
        Value::Object(o) => o,
        Value::Null | Value::Array(_) => return Err(Fault::new(format!("{} is no expression", short(v)))),
    };
    if let Some(name) = o.get("property") {
        let name = name.as_str().ok_or_else(|| Fault::new("the name of a property is a string"))?;
        return Ok(Expr::Property(name.to_owned()));
    }
    for key in ["date", "timestamp"] {
        if let Some(t) = o.get(key) {
            return time::literal(key, t.as_str().unwrap_or_default()).map(Expr::Instant);
        }
    }
    if let Some(b) = o.get("bbox").filter(|_| !o.contains_key("type")) {
        return geometry::bbox_from_json(b).map(Expr::Geometry);
    }
    if o.contains_key("type") {
        return geometry::from_json(v, depth).map(Expr::Geometry);
    }
    let op = o.get("op").and_then(Value::as_str);
    let op = op.ok_or_else(|| Fault::new(format!("{} has no \"op\" that is a string", short(v))))?;
    let args = o.get("args").and_then(Value::as_array);
    let args = args.ok_or_else(|| Fault::new(format!("{op:?} has no list of \"args\"")))?;
    operation(op, args, depth + 1)
}

fn short(v: &Value) -> String {
    let text = v.to_string();
    if text.chars().count() > 60 { text.chars().take(60).collect::<String>() + "…" } else { text }
}

fn operation(op: &str, args: &[Value], depth: usize) -> Result<Expr, Fault> {
    let one = |v: &Value| expr(v, depth);
    let boxed = |v: &Value| expr(v, depth).map(Box::new);
    let count = |wanted: &str| Fault::new(format!("{op:?} takes {wanted} arguments, not {}", args.len()));
    let lower = op.to_ascii_lowercase();
    if let "and" | "or" = lower.as_str() {
        if args.len() < 2 {
            return Err(count("two or more"));
        }
        let all = args.iter().map(one).collect::<Result<Vec<_>, _>>()?;
        return Ok(if lower == "and" { Expr::And(all) } else { Expr::Or(all) });
    }
    let compare = match op {
        "=" => Some(Compare::Equal),
        "<>" => Some(Compare::NotEqual),
        "<" => Some(Compare::Less),
        "<=" => Some(Compare::LessOrEqual),
        ">" => Some(Compare::Greater),
        ">=" => Some(Compare::GreaterOrEqual),
        _ => None,
    };
    if let Some(c) = compare {
        let [a, b] = args else { return Err(count("two")) };
        return Ok(Expr::Compare(c, boxed(a)?, boxed(b)?));
    }
    let arithmetic = match lower.as_str() {
        "+" => Some(Arithmetic::Add),
        "-" => Some(Arithmetic::Subtract),
        "*" => Some(Arithmetic::Multiply),
        "/" => Some(Arithmetic::Divide),
        "div" => Some(Arithmetic::WholeDivide),
        "%" => Some(Arithmetic::Remainder),
        "^" => Some(Arithmetic::Power),
        _ => None,
    };
    if let Some(a) = arithmetic {
        let [left, right] = args else { return Err(count("two")) };
        return Ok(Expr::Arithmetic(boxed(left)?, vec![(a, one(right)?)]));
    }
    if let Some(s) = Spatial::named(&lower) {
        let [a, b] = args else { return Err(count("two")) };
        return Ok(Expr::Spatial(s, boxed(a)?, boxed(b)?));
    }
    match (lower.as_str(), args) {
        ("not", [a]) => Ok(Expr::Not(boxed(a)?)),
        ("isnull", [a]) => Ok(Expr::IsNull(boxed(a)?)),
        ("casei", [a]) => Ok(Expr::CaseI(boxed(a)?)),
        ("accenti", [a]) => Ok(Expr::AccentI(boxed(a)?)),
        ("not" | "isnull" | "casei" | "accenti", _) => Err(count("one")),
        ("like", [a, b]) => Ok(Expr::Like(boxed(a)?, boxed(b)?)),
        ("between", [a, low, high]) => Ok(Expr::Between(boxed(a)?, boxed(low)?, boxed(high)?)),
        ("in", [a, Value::Array(list)]) if !list.is_empty() => {
            Ok(Expr::In(boxed(a)?, list.iter().map(one).collect::<Result<_, _>>()?))
        }
        ("in", _) => Err(Fault::new("\"in\" takes a value and a list that is not empty")),
        ("like", _) => Err(count("two")),
        ("between", _) => Err(count("three")),
        _ => Err(no_function(op)),
    }
}
