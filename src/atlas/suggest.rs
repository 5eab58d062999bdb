//! "Did you mean …?": the known word nearest to a mistyped one.

/// Words longer than this (in characters) are not compared: nothing of ours is that long.
const LONGEST: usize = 60;

/// The candidate nearest to `word`, if any is near enough to be what was meant.
pub(super) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let word = plain(word);
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let best = candidates
        .iter()
        .map(|c| (distance(&word, &plain(c)), *c))
        .filter(|(d, c)| *d <= allowed(word.len().min(c.chars().count())))
        .min_by_key(|(d, _)| *d);
    if let Some((_, c)) = best {
        return Some(c);
    }
    // `road_class` means `class`, `pop` means `population`.
    let whole: String = word.iter().collect();
    candidates
        .iter()
        .filter(|c| whole.split('_').any(|part| part == **c) || (word.len() >= 3 && c.starts_with(&whole)))
        .max_by_key(|c| c.len())
        .copied()
}

/// "did you mean …?" where something is near, else the list of what is known.
pub(super) fn hint(word: &str, candidates: &[&str], what: &str) -> String {
    match nearest(word, candidates) {
        Some(c) => format!("did you mean \"{c}\"?"),
        None => format!("{what}: {}", candidates.join(", ")),
    }
}

fn allowed(len: usize) -> usize {
    match len {
        0..=1 => 0,
        2..=4 => 1,
        5..=8 => 2,
        _ => 3,
    }
}

fn plain(s: &str) -> Vec<char> {
    s.trim().chars().map(|c| if c == '-' || c == ' ' { '_' } else { c.to_ascii_lowercase() }).collect()
}

/// Edit distance where swapping two neighbours counts as one (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_word_that_was_meant() {
        let known = ["fields", "values", "defaults", "id", "path", "class", "id_prefix", "population"];
        assert_eq!(nearest("feilds", &known), Some("fields"));
        assert_eq!(nearest("Fields", &known), Some("fields"));
        assert_eq!(nearest("id-prefix", &known), Some("id_prefix"));
        assert_eq!(nearest("pth", &known), Some("path"));
        assert_eq!(nearest("road_class", &known), Some("class"));
        assert_eq!(nearest("pop", &known), Some("population"));
        assert_eq!(nearest("zebra", &known), None);
        assert_eq!(nearest("", &known), None);
        assert_eq!(nearest("x", &["y"]), None, "one letter is no hint");
        assert_eq!(distance(&plain("abcd"), &plain("acbd")), 1);
        assert_eq!(distance(&plain(""), &plain("abc")), 3);
    }
}
