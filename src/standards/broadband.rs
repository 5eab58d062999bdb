//! Rules of the broadband theme.

use serde::{Deserialize, Serialize};

use super::Bilingual;

const TOML: &str = include_str!("../../standards/broadband.toml");

/// Values of `standards/broadband.toml` after the atlas's overrides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BroadbandRules {
    pub min_mbit_s: f64,
    pub severe_mbit_s: f64,
    pub max_mbit_s: f64,
    pub broadband_access_m: f64,
    pub max_route_m: f64,
    /// Of fibre, in the atlas's currency.
    pub cost_per_km: f64,
    pub department: Bilingual,
}

impl Default for BroadbandRules {
    /// The shipped rules. The file is compiled in and tested, so it always parses.
    fn default() -> Self {
        super::shipped(TOML)
    }
}

#[cfg(test)]
mod tests {
    use super::BroadbandRules;

    #[test]
    fn shipped_rules_parse() {
        let r = BroadbandRules::default();
        assert!(r.min_mbit_s > r.severe_mbit_s && r.max_mbit_s > r.min_mbit_s);
    }
}
