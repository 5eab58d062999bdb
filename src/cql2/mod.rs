//! CQL2 filters (OGC 21-065r2) in their two spellings, held against a table of properties.
//!
//! 1. `text` or `json` read a filter into an [`Expr`], with places within it for what is wrong;
//! 2. `bind` finds its properties, checks types and brings its geometries to longitude and latitude;
//! 3. `eval` says of each row whether it is true, in three-valued logic: only true selects.
//!
//! Written here and not taken from the `cql2` crate: its grammar tries a bracket first as an expression and then again
//! as a list, so that reading takes twice as long for every bracket left open (0.5 s at 16, half a minute at 22), and
//! even without its default features it brings about ninety crates, among them two SQL and JSON Schema engines and an
//! assembler for stack switching. Here every token is looked at once.

mod bind;
mod eval;
mod geometry;
mod json;
mod text;
mod time;
mod token;
mod words;

pub use bind::{Bound, Properties, bind};
pub use eval::{Rows, select};
pub use geometry::rectangle;
pub use json::parse_json;
pub use text::parse_text;
pub use time::instant;

/// Longest filter, in bytes.
pub const MAX_BYTES: usize = 8192;
/// Deepest nesting of brackets, operators and functions. The reader of JSON stops at 128 brackets, of which a level takes
/// two and a geometry at the bottom four more: so both spellings have the same limit, and it is ours that is met first.
pub const MAX_DEPTH: usize = 60;

/// Why a filter cannot be used, for whoever wrote it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct Fault(pub String);

impl Fault {
    fn new(why: impl Into<String>) -> Self {
        Fault(why.into())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    /// Towards zero.
    WholeDivide,
    Remainder,
    Power,
}

/// Relations of two geometries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spatial {
    Intersects,
    Disjoint,
    Equals,
    Touches,
    Crosses,
    Within,
    Contains,
    Overlaps,
}

impl Spatial {
    const ALL: [(&'static str, Spatial); 8] = [
        ("s_intersects", Spatial::Intersects),
        ("s_disjoint", Spatial::Disjoint),
        ("s_equals", Spatial::Equals),
        ("s_touches", Spatial::Touches),
        ("s_crosses", Spatial::Crosses),
        ("s_within", Spatial::Within),
        ("s_contains", Spatial::Contains),
        ("s_overlaps", Spatial::Overlaps),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, s)| s)
    }
}

/// A filter as it was written. Chains of equal operators are one list, so that only nesting makes it deep.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    Text(String),
    Number(f64),
    Boolean(bool),
    /// Seconds since 1970, UTC.
    Instant(f64),
    Geometry(geo::Geometry),
    Property(String),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Compare(Compare, Box<Expr>, Box<Expr>),
    Like(Box<Expr>, Box<Expr>),
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Vec<Expr>),
    IsNull(Box<Expr>),
    /// From the left to the right.
    Arithmetic(Box<Expr>, Vec<(Arithmetic, Expr)>),
    CaseI(Box<Expr>),
    AccentI(Box<Expr>),
    Spatial(Spatial, Box<Expr>, Box<Expr>),
}

/// What both spellings say of a function that is not answered.
fn no_function(name: &str) -> Fault {
    Fault::new(format!(
        "there is no function {name:?}; there are CASEI, ACCENTI, DATE, TIMESTAMP, S_INTERSECTS, S_DISJOINT, S_EQUALS, \
         S_TOUCHES, S_CROSSES, S_WITHIN, S_CONTAINS and S_OVERLAPS"
    ))
}

fn too_deep() -> Fault {
    Fault::new(format!("nested deeper than {MAX_DEPTH}"))
}

fn check_length(text: &str) -> Result<(), Fault> {
    if text.len() > MAX_BYTES {
        return Err(Fault::new(format!("longer than {MAX_BYTES} bytes")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn precedence_is_the_standards() {
        let e = |t: &str| parse_text(t).unwrap();
        assert_eq!(e("a = 1 OR b = 2 AND c = 3"), e("a = 1 OR (b = 2 AND c = 3)"));
        assert_eq!(e("NOT a = 1 AND b = 2"), e("(NOT (a = 1)) AND b = 2"));
        assert_eq!(e("a + b * c - d > -2 ^ 2"), e("a + (b * c) - d > ((-2) ^ 2)"));
        assert_eq!(e("a BETWEEN 1 AND 2 AND b = 3"), e("(a BETWEEN 1 AND 2) AND (b = 3)"));
        assert_eq!(e("a NOT IN (1, 2)"), e("NOT a IN (1,2)"));
        assert_eq!(e("\"order by\" = 'it''s'"), e("\"order by\" = 'it\\'s'"));
        // A keyword ends where a name does.
        assert_eq!(e("notes = 1 and orders = 2"), e("(notes=1)and(orders=2)"));
        assert_eq!(e("point = 1"), e("\"point\" = 1"));
    }

    #[test]
    fn both_spellings_are_one_language() {
        let json = r#"{"op":"and","args":[{"op":">=","args":[{"property":"n"},1.5]},
            {"op":"not","args":[{"op":"like","args":[{"op":"casei","args":[{"property":"t"}]},{"op":"casei","args":["X%"]}]}]}]}"#;
        assert_eq!(parse_json(json), parse_text("n >= 1.5 AND CASEI(t) NOT LIKE CASEI('X%')"));
        let json = r#"{"op":"s_within","args":[{"property":"geometry"},{"type":"Point","coordinates":[1,-2]}]}"#;
        assert_eq!(parse_json(json), parse_text("S_WITHIN(geometry, POINT(1 -2))"));
        let json = r#"{"op":"<","args":[{"property":"d"},{"date":"2024-03-01"}]}"#;
        assert_eq!(parse_json(json), parse_text("d < DATE('2024-03-01')"));
    }

    proptest! {
        /// Whatever comes in, an answer comes out.
        #[test]
        fn nothing_makes_the_readers_fall_over(
            words in prop::collection::vec(prop::sample::select(vec![
                "(", ")", ",", "'", "\"", "a", "村", "NOT", "and", "OR", "in", "between", "is", "null", "like", "=", "<", ">", "<>", "+",
                "-", "*", "/", "^", "%", "div", "1", "1e9", ".5", "'x'", "TRUE", "POINT", "POLYGON", "BBOX", "GEOMETRYCOLLECTION", "Z",
                "casei", "S_INTERSECTS", "DATE", "{", "}", "[", "]", ":", "\\", "\u{0}", "é",
            ]), 0..40),
            glue in prop::sample::select(vec!["", " "]),
        ) {
            let text = words.join(glue);
            let _ = parse_text(&text);
            let _ = parse_json(&text);
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = parse_text(&text);
            let _ = parse_json(&text);
            let _ = instant(&text);
        }
    }
}
