//! A filter in text, cut into tokens.

use super::Fault;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name, a keyword or a function: what it is the grammar decides.
    Word(String),
    /// A name in double quotes, never a keyword.
    Quoted(String),
    Text(String),
    Number(f64),
    /// Brackets, commas and operators.
    Sign(&'static str),
}

const SIGNS: [&str; 16] = ["<=", ">=", "<>", "!=", "=", "<", ">", "(", ")", ",", "+", "-", "*", "/", "%", "^"];

fn begins_name(c: char) -> bool {
    c == '_' || c == ':' || c.is_alphabetic()
}

fn in_name(c: char) -> bool {
    begins_name(c) || c == '.' || c.is_numeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

/// Tokens, each with the byte where it begins.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Fault> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let (token, length) = if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if begins_name(c) {
            let end = rest.find(|c| !in_name(c)).unwrap_or(rest.len());
            (Token::Word(rest[..end].to_owned()), end)
        } else if c.is_ascii_digit() || c == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
            number(rest).ok_or_else(|| Fault::new(format!("no number at position {at}")))?
        } else if c == '\'' {
            let (text, end) = quoted(rest, '\'').ok_or_else(|| unclosed(at))?;
            (Token::Text(text), end)
        } else if c == '"' {
            let (text, end) = quoted(rest, '"').ok_or_else(|| unclosed(at))?;
            (Token::Quoted(text), end)
        } else if let Some(sign) = SIGNS.into_iter().find(|s| rest.starts_with(s)) {
            (Token::Sign(sign), sign.len())
        } else {
            return Err(Fault::new(format!("{c:?} at position {at} has no meaning")));
        };
        out.push((at, token));
        at += length;
    }
    Ok(out)
}

fn unclosed(at: usize) -> Fault {
    Fault::new(format!("the quotation mark at position {at} is never closed"))
}

fn number(rest: &str) -> Option<(Token, usize)> {
    let b = rest.as_bytes();
    let digits = |mut i: usize| {
        while b.get(i).is_some_and(u8::is_ascii_digit) {
            i += 1;
        }
        i
    };
    let mut end = digits(0);
    if b.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(b.get(end), Some(b'e' | b'E')) {
        let from = end + 1 + usize::from(matches!(b.get(end + 1), Some(b'+' | b'-')));
        let to = digits(from);
        if to > from {
            end = to;
        }
    }
    let value: f64 = rest[..end].parse().ok()?;
    value.is_finite().then_some((Token::Number(value), end))
}

/// Text between quotation marks; two of them stand for one, `\'` as well.
fn quoted(rest: &str, mark: char) -> Option<(String, usize)> {
    let mut out = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((i, c)) = chars.next() {
        let next = chars.peek().map(|&(_, n)| n);
        if c == '\\' && next == Some(mark) && mark == '\'' || c == mark && next == Some(mark) {
            out.push(mark);
            chars.next();
        } else if c == mark {
            return Some((out, i + 1));
        } else {
            out.push(c);
        }
    }
    None
}
