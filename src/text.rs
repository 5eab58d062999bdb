//! Sentences in both languages from `messages.toml`, with `{names}` filled in.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use crate::standards::Bilingual;

static MESSAGES: LazyLock<BTreeMap<String, Bilingual>> =
    LazyLock::new(|| toml::from_str(include_str!("../messages.toml")).expect("messages.toml is valid"));

/// A value to fill in: the same in both languages, or one for each.
pub enum Fill {
    Same(String),
    Each(Bilingual),
}

impl From<String> for Fill {
    fn from(s: String) -> Self {
        Fill::Same(s)
    }
}
impl From<Bilingual> for Fill {
    fn from(b: Bilingual) -> Self {
        Fill::Each(b)
    }
}

/// Text for HTML, also within quotation marks.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The message `key`; an unknown key answers with itself, so that a missing sentence shows.
pub fn message(key: &str, fills: &[(&str, Fill)]) -> Bilingual {
    let mut out = MESSAGES.get(key).cloned().unwrap_or_else(|| Bilingual { zh: key.into(), en: key.into() });
    for (name, fill) in fills {
        let (zh, en) = match fill {
            Fill::Same(s) => (s, s),
            Fill::Each(b) => (&b.zh, &b.en),
        };
        let name = format!("{{{name}}}");
        out.zh = out.zh.replace(&name, zh);
        out.en = out.en.replace(&name, en);
    }
    out
}

/// A length for reading: metres below 1 km, else kilometres with one decimal.
pub fn length(m: f64) -> String {
    if m < 999.5 { format!("{m:.0} m") } else { format!("{:.1} km", m / 1000.0) }
}

/// A count with thousands separators.
pub fn count(n: f64) -> String {
    let digits = format!("{:.0}", n.abs());
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    if n <= -0.5 { format!("-{out}") } else { out }
}

/// Columns padded to the widest cell; those from `text_columns` on are right-aligned.
pub fn aligned(rows: &[Vec<String>], text_columns: usize) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns).map(|i| rows.iter().map(|r| width(&r[i])).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (i, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[i] - width(cell));
            let _ = if i < text_columns { write!(line, "{cell}{pad}  ") } else { write!(line, "{pad}{cell}  ") };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Columns a terminal needs: Chinese characters take two.
pub fn width(s: &str) -> usize {
    s.chars().map(|c| if (c as u32) >= 0x2E80 { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_both_languages() {
        let m = message("rule_no_road", &[("limit", length(5000.0).into())]);
        assert_eq!(m.en, "some road must lie within 5.0 km of the settlement point");
        assert!(m.zh.contains("5.0 km"));
    }

    #[test]
    fn numbers_for_reading() {
        assert_eq!((length(999.4), length(999.6)), ("999 m".into(), "1.0 km".into()));
        assert_eq!(count(1234567.0), "1,234,567");
        assert_eq!(count(12.0), "12");
    }
}
