//! `[rules.priority]`: the atlas's own weights and rules of projects over the shipped rule file.

use super::raw::{Reader, Section};
use super::rules::number;
use crate::standards::{PriorityRules, THEMES};

/// Keys of `[rules.priority]`.
pub(super) const KEYS: [&str; 6] = ["weights", "draws", "concentration", "seed", "projects", "project_kinds"];
/// Most draws of the weights.
const MOST_DRAWS: f64 = 100_000.0;

pub(super) fn priority(r: &mut Reader<'_>, s: &Section<'_>, home: impl Fn(&str) -> Option<String>) -> PriorityRules {
    let mut rules = PriorityRules::default();
    r.keys(s, &KEYS, home);
    if let Some(w) = r.table(s, "weights", "weights of [rules.priority]") {
        r.keys(&w, &THEMES, |_| None);
        for theme in THEMES {
            if let Some(into) = rules.weights.of_mut(theme) {
                number(r, &w, theme, into, (0.0, true));
            }
        }
        if let Some(fault) = rules.weights.fault() {
            r.invalid(&w.span, fault);
        }
    }
    let whole = |r: &mut Reader<'_>, key: &str, now: f64, least: f64, most: f64| {
        let mut v = now;
        number(r, s, key, &mut v, (least, true));
        if v.fract() != 0.0 || v > most {
            r.invalid(&s.span, format!("{key} is {v}; it must be a whole number of at most {most}"));
            return now;
        }
        v
    };
    rules.draws = whole(r, "draws", f64::from(rules.draws), 1.0, MOST_DRAWS) as u32;
    rules.seed = whole(r, "seed", rules.seed as f64, 0.0, 2f64.powi(53)) as u64;
    number(r, s, "concentration", &mut rules.concentration, (0.0, false));
    projects(r, s, &mut rules);
    rules
}

fn projects(r: &mut Reader<'_>, s: &Section<'_>, rules: &mut PriorityRules) {
    if let Some(p) = r.table(s, "projects", "projects of [rules.priority]") {
        r.keys(&p, &["cover_m", "cover_share", "overlap_m", "near_m"], |_| None);
        let into = &mut rules.projects;
        number(r, &p, "cover_m", &mut into.cover_m, (0.0, false));
        number(r, &p, "cover_share", &mut into.cover_share, (0.0, false));
        number(r, &p, "overlap_m", &mut into.overlap_m, (0.0, true));
        number(r, &p, "near_m", &mut into.near_m, (0.0, true));
        if into.cover_share > 1.0 {
            r.invalid(&p.span, format!("cover_share is {}; it is a share, at most 1", into.cover_share));
        }
    }
    if let Some(kinds) = r.table(s, "project_kinds", "project_kinds of [rules.priority]") {
        for (kind, _, _) in kinds.entries() {
            if let Some(list) = r.texts(&kinds, kind) {
                rules.project_kinds.insert(kind.to_owned(), list.into_iter().map(|t| t.value).collect());
            }
        }
    }
}
