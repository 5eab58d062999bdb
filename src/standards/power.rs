//! Rules of the power theme: voltage limits, supply radii, costs, and the tables of conductors and transformers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Bilingual;

/// Text of the shipped rule file.
pub const POWER_TOML: &str = include_str!("../../standards/power.toml");
/// Text of the shipped table of conductors.
pub const CONDUCTORS_TOML: &str = include_str!("../../standards/conductors.toml");
/// Text of the shipped table of transformers.
pub const TRANSFORMERS_TOML: &str = include_str!("../../standards/transformers.toml");

/// Allowed voltage as a share of the nominal one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoltageLimits {
    pub low: f64,
    pub high: f64,
}

/// Costs of works, in the atlas's currency.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerCosts {
    /// Site, mast and connection of one transformer.
    pub transformer: f64,
    pub transformer_per_kva: f64,
    pub low_line_per_km: f64,
    pub medium_line_per_km: f64,
}

/// Electrical data of a conductor, per phase.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conductor {
    /// Ohm per km.
    pub r: f64,
    /// Ohm per km.
    pub x: f64,
    /// Zero-sequence impedance, ohm per km, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r0: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x0: Option<f64>,
    pub max_i_ka: f64,
}

/// A series of transformers, in percent of the rating.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransformerType {
    pub vk_percent: f64,
    pub vkr_percent: f64,
    pub iron_loss_percent: f64,
    pub i0_percent: f64,
}

/// Values of `standards/power.toml` after the atlas's overrides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerRules {
    pub single_phase_pu: VoltageLimits,
    pub three_phase_pu: VoltageLimits,
    pub percentile: f64,
    pub supply_radius_m: f64,
    pub kw_per_household: f64,
    pub power_factor: f64,
    pub load_factor: f64,
    pub scenarios: Vec<f64>,
    pub frequency_hz: f64,
    pub low_nominal_v: f64,
    pub hv_source_pu: f64,
    pub long_feeder_m: f64,
    pub low_capacity_kva: f64,
    pub overload: f64,
    pub power_access_m: f64,
    pub max_grid_m: f64,
    pub supply_hours: f64,
    pub snap_m: f64,
    pub bus_snap_m: f64,
    pub village_m: f64,
    pub area_margin_m: f64,
    pub tie_max_m: f64,
    pub severe_pu: f64,
    pub target_loading: f64,
    pub transformer_ratings_kva: Vec<f64>,
    pub remedy_conductors: Vec<String>,
    pub new_transformer_type: String,
    pub cost: PowerCosts,
    pub department: Bilingual,
    /// The shipped table with the atlas's own conductors.
    #[serde(default = "conductors")]
    pub conductors: BTreeMap<String, Conductor>,
    /// The shipped table with the atlas's own series.
    #[serde(default = "transformers")]
    pub transformer_types: BTreeMap<String, TransformerType>,
}

fn conductors() -> BTreeMap<String, Conductor> {
    toml::from_str(CONDUCTORS_TOML).expect("standards/conductors.toml is valid")
}

fn transformers() -> BTreeMap<String, TransformerType> {
    toml::from_str(TRANSFORMERS_TOML).expect("standards/transformers.toml is valid")
}

impl Default for PowerRules {
    /// The shipped rules. The files are compiled in and tested, so they always parse.
    fn default() -> Self {
        super::shipped(POWER_TOML)
    }
}

/// A name without what writers vary: case, spaces, hyphens, voltage ratings ("NAYY 4x150SE 0.6/1kV").
fn plain(name: &str) -> String {
    let name = name.split_whitespace().filter(|w| !w.to_lowercase().ends_with("kv")).collect::<Vec<_>>().concat();
    name.to_uppercase().replace(['-', '_', '—', '×', '*'], "")
}

impl PowerRules {
    /// The conductor of this name, written one way or the other.
    pub fn conductor(&self, name: &str) -> Option<Conductor> {
        let wanted = plain(name);
        let found = self.conductors.get(name);
        found.or_else(|| self.conductors.iter().find(|(n, _)| plain(n) == wanted).map(|(_, c)| c)).copied()
    }

    /// The series of a type such as `S11`, `S11-M-100/10` or `SBH15-M-200`, and the rating in kVA if the name has one.
    pub fn transformer_type(&self, name: &str) -> Option<(TransformerType, Option<f64>)> {
        let wanted = plain(name.split(['-', '/', ' ']).next().unwrap_or_default());
        let series = self.transformer_types.iter().find(|(n, _)| plain(n) == wanted).map(|(_, t)| *t)?;
        let parts = name.split(['/', ' ']).next().unwrap_or_default();
        let rating = parts.split('-').skip(1).find_map(|p| p.parse::<f64>().ok()).filter(|kva| *kva > 0.0);
        Some((series, rating))
    }

    /// Limits for a supply point with one phase, or with more.
    pub fn limits(&self, single_phase: bool) -> VoltageLimits {
        if single_phase { self.single_phase_pu } else { self.three_phase_pu }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_rules_parse() {
        let r = PowerRules::default();
        assert_eq!((r.limits(true).low, r.limits(false).low), (0.90, 0.93));
        assert!(r.remedy_conductors.iter().all(|c| r.conductor(c).is_some()));
        assert!(r.transformer_type(&r.new_transformer_type).is_some());
        assert!(r.transformer_ratings_kva.is_sorted());
    }

    #[test]
    fn names_are_found_as_people_write_them() {
        let r = PowerRules::default();
        for name in ["NAYY 4x150SE 0.6/1kV", "nayy 4X150se", "NAYY-4x150SE"] {
            assert_eq!(r.conductor(name).map(|c| c.r), Some(0.2067), "{name}");
        }
        assert_eq!(r.conductor("lgj 50"), r.conductor("LGJ-50"));
        assert_eq!(r.conductor("LGJ-51"), None);
        assert_eq!(r.transformer_type("S11-M-100/10").unwrap().1, Some(100.0));
        assert_eq!(r.transformer_type("s9").unwrap().1, None);
        assert!(r.transformer_type("Z99").is_none());
    }
}
