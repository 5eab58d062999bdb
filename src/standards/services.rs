//! Rules of facilities and public services.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Bilingual;

const TOML: &str = include_str!("../../standards/services.toml");

/// Class of facilities whose points are schools or seats of the atlas.
pub const SCHOOL: &str = "school";
pub const SEAT: &str = "seat";
/// Information service station (信息服务站).
pub const STATION: &str = "station";

/// What a class of facilities is called and what is asked of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FacilityClass {
    pub zh: String,
    pub en: String,
    /// A village should have one inside, or this near (straight metres); `None`: not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_m: Option<f64>,
    /// The way there along roads is held against the reference region.
    #[serde(default)]
    pub travel: bool,
    /// Of a new one, in the atlas's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// In charge of this class; the theme's department without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Bilingual>,
}

impl FacilityClass {
    pub fn name(&self) -> Bilingual {
        Bilingual { zh: self.zh.clone(), en: self.en.clone() }
    }
}

/// Values of `standards/services.toml` after the atlas's overrides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceRules {
    pub factor: f64,
    pub severe_factor: f64,
    pub reported_far_m: f64,
    pub classes: BTreeMap<String, FacilityClass>,
    pub department: Bilingual,
}

impl Default for ServiceRules {
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
        let r = ServiceRules::default();
        assert!(r.factor > 1.0 && r.severe_factor > r.factor);
        assert!([SCHOOL, SEAT, STATION].iter().all(|c| r.classes.contains_key(*c)));
    }
}
