//! Rules of priorities: weights of the themes, and how the stability of ranks is tried.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

const TOML: &str = include_str!("../../standards/priority.toml");

/// Themes, in the order of weights and of the page's tabs.
pub const THEMES: [&str; 5] = ["roads", "power", "water", "broadband", "services"];

/// A number for each of [`THEMES`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    pub roads: f64,
    pub power: f64,
    pub water: f64,
    pub broadband: f64,
    pub services: f64,
}

impl Weights {
    /// In the order of [`THEMES`].
    pub fn list(self) -> [f64; 5] {
        [self.roads, self.power, self.water, self.broadband, self.services]
    }

    /// The weight of one theme, to be changed; `None` for a name that is no theme.
    pub fn of_mut(&mut self, theme: &str) -> Option<&mut f64> {
        match theme {
            "roads" => Some(&mut self.roads),
            "power" => Some(&mut self.power),
            "water" => Some(&mut self.water),
            "broadband" => Some(&mut self.broadband),
            "services" => Some(&mut self.services),
            _ => None,
        }
    }

    /// What is wrong with them, if anything: weights are finite, not negative, and not all 0.
    pub fn fault(self) -> Option<String> {
        let list = self.list();
        if let Some(k) = list.iter().position(|w| !w.is_finite() || *w < 0.0) {
            return Some(format!("the weight of {} is {}; weights are numbers of at least 0", THEMES[k], list[k]));
        }
        let sum: f64 = list.iter().sum();
        (sum <= 0.0).then(|| "the weights sum to 0; give at least one theme a weight greater than 0".to_owned())
    }
}

/// Values of `standards/priority.toml` after the atlas's overrides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorityRules {
    pub weights: Weights,
    /// Draws of the weights.
    pub draws: u32,
    /// Sum of the Dirichlet parameters.
    pub concentration: f64,
    pub seed: u64,
    pub projects: ProjectRules,
    /// Kind of project → kinds of gaps, kinds of remedies and classes of facilities that it is for.
    pub project_kinds: BTreeMap<String, Vec<String>>,
}

/// When a project is taken to do a work (`[projects]` of the file, with the sources of its values).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectRules {
    /// A stretch within so many metres of a project's line is built by it.
    pub cover_m: f64,
    /// Share of a stretch's length from which on it counts as built whole.
    pub cover_share: f64,
    /// Metres that lines must run together for both to be about the same ground; less is a crossing.
    pub overlap_m: f64,
    /// A work within so many metres of a settlement point serves it.
    pub near_m: f64,
}

impl PriorityRules {
    /// Whether a project of this kind is for something that goes by `labels`. No kind, or one that the rules do not
    /// know, is for all of its theme.
    pub fn kinds_agree(&self, kind: Option<&str>, labels: &[&str]) -> bool {
        kind.is_none_or(|k| !self.knows_kind(k) || self.kinds_say_so(k, labels))
    }

    /// As [`Self::kinds_agree`], but only where the kind says so itself.
    pub fn kinds_say_so(&self, kind: &str, labels: &[&str]) -> bool {
        let listed = self.project_kinds.get(kind).into_iter().flatten();
        labels.contains(&kind) || listed.into_iter().any(|l| labels.contains(&l.as_str()))
    }

    /// Whether the rules say anything of this kind.
    pub fn knows_kind(&self, kind: &str) -> bool {
        self.project_kinds.contains_key(kind) || self.project_kinds.values().flatten().any(|l| l == kind)
    }
}

impl Default for PriorityRules {
    /// The shipped rules. The file is compiled in and tested, so it always parses.
    fn default() -> Self {
        super::shipped(TOML)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_rules_parse() {
        let r = PriorityRules::default();
        assert!(r.weights.fault().is_none() && r.draws == 1000);
        let none = Weights { roads: 0.0, power: 0.0, water: 0.0, broadband: 0.0, services: 0.0 };
        assert!(none.fault().unwrap().contains("sum to 0"));
        assert!(Weights { water: -1.0, ..none }.fault().unwrap().contains("water"));
    }

    #[test]
    fn kinds_of_projects() {
        let r = PriorityRules::default();
        assert!(r.kinds_agree(None, &["no_grid"]) && r.kinds_agree(Some("special"), &["no_grid"]));
        assert!(r.kinds_agree(Some("new_line"), &["no_grid"]) && !r.kinds_agree(Some("new_line"), &["low_voltage"]));
        assert!(!r.kinds_agree(Some("no_grid"), &["low_voltage"]), "kinds of gaps are known words");
        assert!(!r.kinds_say_so("special", &["no_grid"]));
    }
}
