//! Indicators of the county scorecard, with their targets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Bilingual;

const TOML: &str = include_str!("../../standards/scorecard.toml");

/// Order in which indicators are shown.
pub const INDICATORS: [&str; 13] = [
    "paved",
    "merged_paved",
    "schools_paved",
    "neighbours_paved",
    "rai",
    "voltage",
    "three_phase",
    "kva_per_household",
    "safe_water",
    "tested_sources",
    "broadband",
    "station",
    "services",
];

/// What an indicator counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// All villages.
    All,
    /// 行政村
    Administrative,
    /// 撤并建制村
    Merged,
    /// 深度贫困村; all villages where the atlas marks none.
    Priority,
    Schools,
    /// Pairs of neighbouring administrative villages.
    Pairs,
    People,
    Sources,
    Households,
}

/// One indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    pub zh: String,
    pub en: String,
    pub of: Of,
    /// Share, or the value itself where it is no share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
    /// Theme whose department is in charge.
    pub theme: String,
}

impl Indicator {
    pub fn name(&self) -> Bilingual {
        Bilingual { zh: self.zh.clone(), en: self.en.clone() }
    }
}

/// Indicators by key, with the atlas's targets.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct ScorecardRules(pub BTreeMap<String, Indicator>);

impl Default for ScorecardRules {
    /// The shipped indicators. The file is compiled in and tested, so it always parses.
    fn default() -> Self {
        ScorecardRules(super::shipped(TOML))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_indicator_is_in_the_file() {
        let rules = ScorecardRules::default().0;
        assert!(INDICATORS.iter().all(|k| rules.contains_key(*k)) && rules.len() == INDICATORS.len());
        assert_eq!((rules["broadband"].target, rules["station"].target), (Some(0.9), Some(0.8)));
    }
}
