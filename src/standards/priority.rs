//! Rules of priorities: weights of the themes, and how the stability of ranks is tried.

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
}
