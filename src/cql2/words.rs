//! Text without regard to case and accents, and patterns of LIKE.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds case. By way of capitals, so that ß meets SS and the two small sigmas each other.
pub(super) fn fold_case(text: &str) -> String {
    text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect::<String>().replace('ς', "σ")
}

/// Letters without their accents.
pub(super) fn fold_accents(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).nfc().collect()
}

/// A pattern: `%` is anything, `_` one character, `\` takes the next as it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pattern(Vec<Piece>);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Piece {
    One(char),
    Any,
    Anything,
}

impl Pattern {
    /// `fold` is done to what is not a sign.
    pub(super) fn new(text: &str, fold: impl Fn(&str) -> String) -> Self {
        let (mut pieces, mut plain) = (Vec::new(), String::new());
        let close = |plain: &mut String, pieces: &mut Vec<Piece>| {
            pieces.extend(fold(plain).chars().map(Piece::One));
            plain.clear();
        };
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '%' | '_' => {
                    close(&mut plain, &mut pieces);
                    pieces.push(if c == '%' { Piece::Anything } else { Piece::Any });
                }
                '\\' => plain.push(chars.next().unwrap_or('\\')),
                c => plain.push(c),
            }
        }
        close(&mut plain, &mut pieces);
        Pattern(pieces)
    }

    /// Goes back to the last `%` only, so that no pattern takes longer than its length times that of the text.
    pub(super) fn fits(&self, text: &str) -> bool {
        let t: Vec<char> = text.chars().collect();
        let p = &self.0;
        let (mut i, mut j) = (0, 0);
        let mut last: Option<(usize, usize)> = None;
        while i < t.len() {
            match p.get(j) {
                Some(Piece::Anything) => {
                    last = Some((j, i));
                    j += 1;
                }
                Some(Piece::Any) => (i, j) = (i + 1, j + 1),
                Some(Piece::One(c)) if *c == t[i] => (i, j) = (i + 1, j + 1),
                _ => match last {
                    Some((at, from)) => {
                        last = Some((at, from + 1));
                        (i, j) = (from + 1, at + 1);
                    }
                    None => return false,
                },
            }
        }
        p[j..].iter().all(|x| *x == Piece::Anything)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let fits = |p: &str, t: &str| Pattern::new(p, str::to_owned).fits(t);
        assert!(fits("%家%", "张家村") && fits("张_村", "张家村") && fits("%", "") && fits("", ""));
        assert!(fits("a%b%c", "a12b3bc") && fits(r"100\%", "100%") && fits(r"a\\b", r"a\b"));
        assert!(!fits("张_", "张家村") && !fits("", "a") && !fits(r"100\%", "1000") && !fits("a%b", "ac"));
    }

    #[test]
    fn folding() {
        assert_eq!(fold_case("STRASSE"), fold_case("straße"));
        assert_eq!(fold_case("ΣΑΣ"), fold_case("σας"));
        assert_eq!(fold_accents("Häuser, Čekić"), "Hauser, Cekic");
        assert_eq!(fold_accents("村"), "村");
    }
}
