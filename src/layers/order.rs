//! Order, ids and duplicates: what makes the world independent of the order of features in a file.

use std::cmp::Ordering;

use geo::Coord;
use sha2::{Digest, Sha256};

/// Natural string order: runs of digits compare as numbers, so `a2` comes before `a10`. A total order: strings
/// that differ only in leading zeros fall back to plain order.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (x, y) = (a.as_bytes(), b.as_bytes());
    let (mut i, mut j) = (0, 0);
    while i < x.len() && j < y.len() {
        if x[i].is_ascii_digit() && y[j].is_ascii_digit() {
            let (from_i, from_j) = (skip_zeros(x, i), skip_zeros(y, j));
            let (to_i, to_j) = (end_of_digits(x, from_i), end_of_digits(y, from_j));
            let (m, n) = (&x[from_i..to_i], &y[from_j..to_j]);
            match m.len().cmp(&n.len()).then_with(|| m.cmp(n)) {
                Ordering::Equal => (i, j) = (to_i, to_j),
                other => return other,
            }
        } else {
            match x[i].cmp(&y[j]) {
                Ordering::Equal => (i, j) = (i + 1, j + 1),
                other => return other,
            }
        }
    }
    (x.len() - i).cmp(&(y.len() - j)).then_with(|| a.cmp(b))
}

fn skip_zeros(s: &[u8], mut i: usize) -> usize {
    while i < s.len() && s[i] == b'0' {
        i += 1;
    }
    i
}

fn end_of_digits(s: &[u8], mut i: usize) -> usize {
    while i < s.len() && s[i].is_ascii_digit() {
        i += 1;
    }
    i
}

/// Order of positions, for features whose ids are the same.
pub(super) fn by_coords(a: &[Coord], b: &[Coord]) -> Ordering {
    let axis = |p: &Coord, q: &Coord| p.x.total_cmp(&q.x).then(p.y.total_cmp(&q.y));
    a.iter().zip(b).map(|(p, q)| axis(p, q)).find(|o| o.is_ne()).unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// An id for a feature that has none, from its positions (to 1e-7 degrees, about a centimetre).
pub(super) fn id_from_geometry(coords: &[Coord]) -> String {
    let mut hash = Sha256::new();
    for c in coords {
        for v in [c.x, c.y] {
            hash.update(((v * 1e7).round() as i64).to_le_bytes());
        }
    }
    let digest = hash.finalize();
    digest[..6].iter().fold("geo-".to_string(), |s, b| s + &format!("{b:02x}"))
}

/// What became of one feature when ids were made unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Its id is its own.
    Kept,
    /// A second feature with this id; it has a suffix now.
    Renamed,
    /// Same id, positions and attributes as another one: dropped.
    Duplicate,
}

/// Sorts `items` by id and makes ids unique.
///
/// Items with the same id are ordered by `compare` (positions, then attributes). Those that compare equal are one
/// feature given twice; the others get `#2`, `#3` … within a source and `@2`, `@3` … across sources. The source
/// that comes first in the atlas keeps the bare id.
pub(super) fn unify<T>(
    mut items: Vec<T>,
    id: impl Fn(&mut T) -> &mut String,
    source: impl Fn(&T) -> u16,
    compare: impl Fn(&T, &T) -> Ordering,
    mut tell: impl FnMut(&T, Fate),
) -> Vec<T> {
    let mut keyed: Vec<(String, T)> = items.drain(..).map(|mut t| (std::mem::take(id(&mut t)), t)).collect();
    keyed.sort_by(|(i, a), (j, b)| natural(i, j).then_with(|| source(a).cmp(&source(b))).then_with(|| compare(a, b)));
    let mut out: Vec<T> = Vec::with_capacity(keyed.len());
    let mut renamed = false;
    let mut rest = keyed.into_iter().peekable();
    while let Some((base, first)) = rest.next() {
        if rest.peek().is_none_or(|(i, _)| *i != base) {
            let mut only = first;
            *id(&mut only) = base;
            tell(&only, Fate::Kept);
            out.push(only);
            continue;
        }
        let mut group = vec![first];
        while rest.peek().is_some_and(|(i, _)| *i == base) {
            group.extend(rest.next().map(|(_, t)| t));
        }
        let mut kept: Vec<T> = Vec::with_capacity(group.len());
        let (mut nth_source, mut nth) = (0, 0);
        for mut item in group {
            if kept.iter().any(|k| compare(k, &item).is_eq()) {
                *id(&mut item) = base.clone();
                tell(&item, Fate::Duplicate);
                continue;
            }
            if kept.last().is_none_or(|k| source(k) != source(&item)) {
                (nth_source, nth) = (nth_source + 1, 1);
            } else {
                nth += 1;
            }
            let mut own = base.clone();
            if nth_source > 1 {
                own += &format!("@{nth_source}");
            }
            if nth > 1 {
                own += &format!("#{nth}");
            }
            let is_first = kept.is_empty();
            renamed |= !is_first;
            *id(&mut item) = own;
            tell(&item, if is_first { Fate::Kept } else { Fate::Renamed });
            kept.push(item);
        }
        out.extend(kept);
    }
    if renamed {
        settle(&mut out, &id);
    }
    out
}

/// After renaming, ids such as `7#2` may meet one that the data itself holds; a `+` tells them apart.
fn settle<T>(items: &mut [T], id: &impl Fn(&mut T) -> &mut String) {
    let mut taken = std::collections::HashSet::with_capacity(items.len());
    for item in items.iter_mut() {
        while !taken.insert(id(item).clone()) {
            id(item).push('+');
        }
    }
    sort_by_id(items, id);
}

fn sort_by_id<T>(items: &mut [T], id: &impl Fn(&mut T) -> &mut String) {
    let mut keys: Vec<(String, usize)> = items.iter_mut().enumerate().map(|(i, t)| (id(t).clone(), i)).collect();
    keys.sort_by(|a, b| natural(&a.0, &b.0));
    // Apply the permutation by cycles.
    let mut target = vec![0; items.len()];
    for (to, (_, from)) in keys.iter().enumerate() {
        target[*from] = to;
    }
    for i in 0..target.len() {
        while target[i] != i {
            let to = target[i];
            items.swap(i, to);
            target.swap(i, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn natural_order() {
        let mut v = vec!["a10", "a2", "a02", "10", "9", "村10", "村9", "", "a"];
        v.sort_by(|a, b| natural(a, b));
        assert_eq!(v, ["", "9", "10", "a", "a02", "a2", "a10", "村9", "村10"]);
    }

    proptest! {
        #[test]
        fn natural_is_total(a in "[a0-9#]{0,5}", b in "[a0-9#]{0,5}", c in "[a0-9#]{0,5}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            prop_assert_eq!(natural(&a, &b).is_eq(), a == b);
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }

    type Item = (String, u16, i32);

    fn run(items: Vec<Item>) -> Vec<(String, i32)> {
        let all = unify(items, |t| &mut t.0, |t| t.1, |a, b| a.2.cmp(&b.2), |_, _| {});
        all.into_iter().map(|t| (t.0, t.2)).collect()
    }

    #[test]
    fn duplicates_go_and_namesakes_stay() {
        let items: Vec<Item> =
            vec![("7".into(), 0, 5), ("7".into(), 0, 3), ("7".into(), 0, 5), ("7".into(), 1, 9), ("7#2".into(), 0, 1)];
        let want = vec![("7".into(), 3), ("7#2".into(), 5), ("7#2+".into(), 1), ("7@2".into(), 9)];
        assert_eq!(run(items.clone()), want);
        assert_eq!(run(items.into_iter().rev().collect()), want, "the order of the file does not matter");
    }
}
