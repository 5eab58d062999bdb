//! Need of villages and the order of villages and remedies (definitions, section 7).
//!
//! A theme's severity of a village is that of its worst gap, 0 where the theme is known to be in order; where it is not
//! known the theme does not count, and the share of the weights that is known stands beside the need.

use std::collections::BTreeMap;

use serde::Serialize;

use super::stability::intervals;
use crate::findings::Findings;
use crate::gaps::{Gap, Verdict, metres};
use crate::standards::{Bilingual, PriorityRules, THEMES, Weights};

/// What a ranking is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    #[default]
    Need,
    /// Need × people.
    People,
    /// People per cost of the remedy.
    Value,
}

impl By {
    pub const ALL: [(&'static str, By); 3] = [("need", By::Need), ("people", By::People), ("value", By::Value)];
}

/// A question for a ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub by: By,
    /// Index into [`THEMES`]; all themes without it.
    pub theme: Option<usize>,
    pub weights: Weights,
    /// Villages of this county only.
    pub county: Option<String>,
    /// Priority villages (深度贫困村) only.
    pub priority_only: bool,
}

impl Question {
    /// All villages by need, with the atlas's weights.
    pub fn opening(f: &Findings) -> Self {
        Self { by: By::Need, theme: None, weights: f.atlas.priority.weights, county: None, priority_only: false }
    }
}

/// A theme's part in a need.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    pub theme: &'static str,
    pub verdict: Verdict,
    /// Of the worst gap; `None` where the theme is unknown.
    pub severity: Option<f64>,
    /// Share of the weights that are known for this village.
    pub weight: Option<f64>,
    /// What the theme adds to the need: weight × severity.
    pub part: Option<f64>,
    /// Ids of its gaps.
    pub gaps: Vec<String>,
    pub why: Option<Bilingual>,
}

/// A village in a ranking.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Equal scores share the better rank.
    pub rank: usize,
    /// 5th and 95th percentile of the rank over draws of the weights.
    pub rank_interval: [usize; 2],
    pub village: String,
    pub name: String,
    pub town: Option<String>,
    pub county: Option<String>,
    pub priority: bool,
    pub people: Option<f64>,
    pub score: f64,
    pub need: f64,
    /// Share of all weights that is of known themes.
    pub known_share: f64,
    /// Of all its remedies; shared stretches count whole. `None` where none is known.
    pub cost: Option<f64>,
    /// Gaps for which no remedy is known.
    pub without_remedy: usize,
    pub parts: Vec<Part>,
}

/// A ranking of villages.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranking {
    pub by: By,
    pub theme: Option<&'static str>,
    pub weights: Weights,
    pub draws: u32,
    pub currency: String,
    /// Villages with a need greater than 0, best first.
    pub rows: Vec<Row>,
    /// Villages asked about without need, and those of which nothing is known.
    pub without_need: usize,
    pub unknown: usize,
    /// With a need, but without what the score is made of: people or the cost of a remedy.
    pub not_scored: usize,
}

/// A remedy in a ranking.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RemedyRow {
    pub rank: usize,
    pub gap: String,
    pub theme: &'static str,
    pub kind: &'static str,
    pub remedy: &'static str,
    pub village: Option<String>,
    pub name: String,
    pub county: Option<String>,
    pub people: Option<f64>,
    pub severity: f64,
    pub length_m: f64,
    pub cost: f64,
    pub score: f64,
    pub why: Bilingual,
}

/// All gaps of a run that are somebody's, theme by theme.
pub fn gaps_of(f: &Findings) -> impl Iterator<Item = &Gap> {
    let roads = f.roads.gaps.iter();
    roads.chain(&f.power.gaps).chain(&f.water.gaps).chain(&f.broadband.gaps).chain(&f.services.gaps)
}

/// Index into [`THEMES`].
pub fn theme_index(theme: &str) -> Option<usize> {
    THEMES.iter().position(|t| *t == theme)
}

/// Severities of every village by theme.
pub struct Needs<'a> {
    f: &'a Findings,
    /// Per village; `None` where the theme is unknown.
    severity: Vec<[Option<f64>; 5]>,
    /// Per village: known gaps, by theme.
    gaps: Vec<Vec<&'a Gap>>,
}

impl<'a> Needs<'a> {
    pub fn new(f: &'a Findings) -> Self {
        let n = f.world.villages.len();
        let village: BTreeMap<&str, usize> = f.world.villages.iter().map(|v| v.id.as_str()).zip(0..).collect();
        let mut gaps: Vec<Vec<&Gap>> = vec![Vec::new(); n];
        for g in gaps_of(f).filter(|g| g.verdict == Verdict::Gap) {
            if let Some(&i) = g.village.as_deref().and_then(|v| village.get(v)) {
                gaps[i].push(g);
            }
        }
        let severity = (0..n)
            .map(|i| {
                let mut out = [None; 5];
                for (k, theme) in THEMES.iter().enumerate() {
                    let own = gaps[i].iter().filter(|g| g.theme == *theme).map(|g| g.severity);
                    out[k] = match verdict(f, k, i) {
                        Verdict::Unknown => own.reduce(f64::max),
                        _ => Some(own.fold(0.0, f64::max)),
                    };
                }
                out
            })
            .collect();
        Needs { f, severity, gaps }
    }

    /// Need and share known of village `i`; `None` where nothing with a weight is known.
    pub fn need(&self, i: usize, weights: &[f64; 5]) -> Option<(f64, f64)> {
        need(&self.severity[i], weights)
    }

    /// Severity of the worst gap of village `i` in a theme, by its place in [`THEMES`]; 0 where it is in order, `None` where it
    /// is not known.
    pub fn severity(&self, i: usize, theme: usize) -> Option<f64> {
        self.severity[i][theme]
    }

    /// Known gaps of village `i`.
    pub fn gaps_of(&self, i: usize) -> &[&'a Gap] {
        &self.gaps[i]
    }

    fn weights(&self, q: &Question) -> [f64; 5] {
        let mut w = q.weights.list();
        if let Some(theme) = q.theme {
            w = [0.0; 5];
            w[theme] = 1.0;
        }
        w
    }

    /// Costs of the remedies of village `i` in the themes asked about, and gaps without one.
    fn remedies(&self, i: usize, weights: &[f64; 5]) -> (Option<f64>, usize) {
        let asked = |g: &&&Gap| theme_index(g.theme).is_some_and(|k| weights[k] > 0.0);
        let (mut cost, mut without) = (None, 0);
        for g in self.gaps[i].iter().filter(asked) {
            match g.remedy.as_ref().filter(|r| r.cost > 0.0) {
                Some(r) => cost = Some(cost.unwrap_or(0.0) + r.cost),
                None => without += 1,
            }
        }
        (cost, without)
    }

    /// Ranks villages.
    pub fn villages(&self, q: &Question, rules: &PriorityRules) -> Ranking {
        let weights = self.weights(q);
        let all = &self.f.world.villages;
        let asked = (0..all.len()).filter(|&i| {
            let v = &all[i];
            (q.county.is_none() || v.county == q.county) && (v.priority || !q.priority_only)
        });
        let mut out = Ranking {
            by: q.by,
            theme: q.theme.map(|k| THEMES[k]),
            weights: q.weights,
            draws: rules.draws,
            currency: self.f.atlas.currency.clone(),
            rows: Vec::new(),
            without_need: 0,
            unknown: 0,
            not_scored: 0,
        };
        let mut scored: Vec<(usize, f64)> = Vec::new();
        for i in asked {
            let Some((need, _)) = self.need(i, &weights) else {
                out.unknown += 1;
                continue;
            };
            if need <= 0.0 {
                out.without_need += 1;
                continue;
            }
            match self.score(i, need, q.by, &weights) {
                Some(score) => scored.push((i, score)),
                None => out.not_scored += 1,
            }
        }
        scored.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| all[a.0].id.cmp(&all[b.0].id)));
        let ranks = ranks(&scored.iter().map(|s| s.1).collect::<Vec<_>>());
        // Nothing of the order depends on the weights where one theme alone or the cost decides.
        let steady = q.theme.is_some() || q.by == By::Value;
        let spans = if steady {
            ranks.iter().map(|&r| [r, r]).collect()
        } else {
            let severity: Vec<[Option<f64>; 5]> = scored.iter().map(|s| self.severity[s.0]).collect();
            let factor: Vec<f64> = scored
                .iter()
                .map(|s| if q.by == By::People { all[s.0].population.unwrap_or(0.0) } else { 1.0 })
                .collect();
            intervals(&severity, &factor, &weights, rules)
        };
        out.rows = scored
            .iter()
            .zip(ranks)
            .zip(spans)
            .map(|((&(i, score), rank), rank_interval)| self.row(i, score, (rank, rank_interval), &weights))
            .collect();
        out
    }

    fn score(&self, i: usize, need: f64, by: By, weights: &[f64; 5]) -> Option<f64> {
        let people = self.f.world.villages[i].population;
        match by {
            By::Need => Some(need),
            By::People => people.map(|p| need * p),
            By::Value => {
                let cost = self.remedies(i, weights).0?;
                people.map(|p| p / cost)
            }
        }
    }

    fn row(&self, i: usize, score: f64, (rank, rank_interval): (usize, [usize; 2]), weights: &[f64; 5]) -> Row {
        let v = &self.f.world.villages[i];
        let (need, known_share) = self.need(i, weights).unwrap_or_default();
        let (cost, without_remedy) = self.remedies(i, weights);
        let severity = &self.severity[i];
        let known: f64 = (0..5).filter(|&k| severity[k].is_some()).map(|k| weights[k]).sum();
        let parts = (0..5)
            .filter(|&k| weights[k] > 0.0)
            .map(|k| {
                let own: Vec<&&Gap> = self.gaps[i].iter().filter(|g| g.theme == THEMES[k]).collect();
                let worst = own.iter().max_by(|a, b| a.severity.total_cmp(&b.severity).then(b.id.cmp(&a.id)));
                let weight = severity[k].map(|_| weights[k] / known);
                Part {
                    theme: THEMES[k],
                    verdict: verdict(self.f, k, i),
                    severity: severity[k],
                    weight: weight.map(round),
                    part: weight.zip(severity[k]).map(|(w, s)| round(w * s)),
                    gaps: own.iter().map(|g| g.id.clone()).collect(),
                    why: worst.map(|g| g.why.clone()),
                }
            })
            .collect();
        Row {
            rank,
            rank_interval,
            village: v.id.clone(),
            name: v.name.clone(),
            town: v.town.clone(),
            county: v.county.clone(),
            priority: v.priority,
            people: v.population,
            score: round(score),
            need: round(need),
            known_share: round(known_share),
            cost: cost.map(metres),
            without_remedy,
            parts,
        }
    }

    /// Ranks remedies: gaps of villages, schools, seats and transformers that have one.
    pub fn remedy_rows(&self, q: &Question) -> Vec<RemedyRow> {
        let weights = self.weights(q);
        let sum: f64 = weights.iter().sum();
        let priority: BTreeMap<&str, bool> =
            self.f.world.villages.iter().map(|v| (v.id.as_str(), v.priority)).collect();
        let mut rows: Vec<RemedyRow> = gaps_of(self.f)
            .filter(|g| g.verdict == Verdict::Gap && (q.county.is_none() || g.county == q.county))
            .filter(|g| !q.priority_only || g.village.as_deref().is_some_and(|v| priority.get(v) == Some(&true)))
            .filter_map(|g| {
                let remedy = g.remedy.as_ref().filter(|r| r.cost > 0.0)?;
                let weight = weights[theme_index(g.theme)?] / sum;
                if weight <= 0.0 {
                    return None;
                }
                let score = match q.by {
                    By::Need => weight * g.severity,
                    By::People => weight * g.severity * g.people?,
                    By::Value => g.people? / remedy.cost,
                };
                Some(RemedyRow {
                    rank: 0,
                    gap: g.id.clone(),
                    theme: g.theme,
                    kind: g.kind,
                    remedy: remedy.kind,
                    village: g.village.clone(),
                    name: g.village_name.clone(),
                    county: g.county.clone(),
                    people: g.people,
                    severity: g.severity,
                    length_m: remedy.length_m,
                    cost: remedy.cost,
                    score: round(score),
                    why: g.why.clone(),
                })
            })
            .collect();
        rows.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.gap.cmp(&b.gap)));
        for (row, rank) in ranks(&rows.iter().map(|r| r.score).collect::<Vec<_>>()).into_iter().enumerate() {
            rows[row].rank = rank;
        }
        rows
    }
}

/// Weighted mean of the known severities and the share of the weights that is known.
pub(super) fn need(severity: &[Option<f64>; 5], weights: &[f64; 5]) -> Option<(f64, f64)> {
    let (mut sum, mut known, mut all) = (0.0, 0.0, 0.0);
    for (s, w) in severity.iter().zip(weights) {
        all += w;
        if let Some(s) = s {
            sum += w * s;
            known += w;
        }
    }
    (known > 0.0).then(|| (sum / known, known / all))
}

/// Ranks of scores in falling order: 1, 2, 2, 4 …
pub(super) fn ranks(falling: &[f64]) -> Vec<usize> {
    let mut out: Vec<usize> = Vec::with_capacity(falling.len());
    for (k, s) in falling.iter().enumerate() {
        let same = k > 0 && falling[k - 1] == *s;
        out.push(if same { out[k - 1] } else { k + 1 });
    }
    out
}

/// The answer of a theme, by its place in [`THEMES`], on village `i`.
pub fn verdict(f: &Findings, theme: usize, i: usize) -> Verdict {
    let of = |v: Option<Verdict>| v.unwrap_or(Verdict::Unknown);
    match theme {
        0 => of(f.roads.villages.get(i).map(|v| v.verdict)),
        1 => of(f.power.villages.get(i).map(|v| v.verdict)),
        2 => of(f.water.villages.get(i).map(|v| v.verdict)),
        3 => of(f.broadband.villages.get(i).map(|v| v.verdict)),
        _ => of(f.services.villages.get(i).copied()),
    }
}

fn round(v: f64) -> f64 {
    (v * 1e9).round() / 1e9 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_themes_do_not_count() {
        let s = [Some(1.0), None, Some(0.5), None, None];
        let (n, known) = need(&s, &[1.0; 5]).unwrap();
        assert!((n - 0.75).abs() < 1e-12 && (known - 0.4).abs() < 1e-12);
        let (n, known) = need(&s, &[3.0, 1.0, 1.0, 0.0, 0.0]).unwrap();
        assert!((n - 0.875).abs() < 1e-12 && (known - 0.8).abs() < 1e-12);
        assert_eq!(need(&s, &[0.0, 1.0, 0.0, 1.0, 1.0]), None);
    }

    #[test]
    fn equal_scores_share_a_rank() {
        assert_eq!(ranks(&[9.0, 5.0, 5.0, 1.0]), [1, 2, 2, 4]);
        assert!(ranks(&[]).is_empty());
    }
}
