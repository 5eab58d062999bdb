//! Rules of the roads theme: thresholds, costs, and how OSM tags read as surfaces.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::world::{RoadClass, Surface};

/// Text of the shipped rule file.
pub const ROADS_TOML: &str = include_str!("../../standards/roads.toml");
/// Text of the shipped OSM table.
pub const OSM_ROADS_TOML: &str = include_str!("../../standards/osm_roads.toml");

/// Cost of paving one kilometre, by present surface, in the atlas's currency. Paved costs nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CostPerKm {
    pub gravel: f64,
    pub earth: f64,
    pub unknown: f64,
    /// Building on a new line where no road is.
    pub new: f64,
}

impl CostPerKm {
    /// Cost per km of paving a road of this surface.
    pub fn of(&self, s: Surface) -> f64 {
        match s {
            Surface::Paved => 0.0,
            Surface::Gravel => self.gravel,
            Surface::Earth => self.earth,
            Surface::Unknown => self.unknown,
        }
    }
}

/// Severity (0–1) of a gap known from the village's own record alone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportedSeverity {
    pub no_paved: f64,
    pub no_all_weather: f64,
}

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    pub zh: String,
    pub en: String,
}

/// Values of `standards/roads.toml` after the atlas's overrides. Lengths in metres.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoadRules {
    pub access_m: f64,
    pub max_access_m: f64,
    pub snap_m: f64,
    pub rai_m: f64,
    pub neighbour_max_m: f64,
    pub neighbour_detour: f64,
    pub severe_m: f64,
    pub reported_severity: ReportedSeverity,
    pub cost_per_km: CostPerKm,
    /// Travel speeds by surface.
    pub speed_km_h: Speeds,
    /// Longer ways along roads are not looked for.
    pub max_travel_m: f64,
    pub trunk_classes: Vec<RoadClass>,
    pub department: Bilingual,
}

/// Speeds by surface, and of walking where there is no road, km/h.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speeds {
    pub paved: f64,
    pub gravel: f64,
    pub earth: f64,
    pub unknown: f64,
    pub walk: f64,
}

impl Speeds {
    /// Kilometres per hour on a surface.
    pub fn of(&self, s: Surface) -> f64 {
        match s {
            Surface::Paved => self.paved,
            Surface::Gravel => self.gravel,
            Surface::Earth => self.earth,
            Surface::Unknown => self.unknown,
        }
    }
}

impl Default for RoadRules {
    /// The shipped rules. The file is compiled in and tested, so it always parses.
    fn default() -> Self {
        super::shipped(ROADS_TOML)
    }
}

/// How OSM tags read as classes and surfaces.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OsmRoads {
    surface: BTreeMap<Surface, Vec<String>>,
    tracktype: BTreeMap<Surface, Vec<String>>,
    highway: Highway,
    smoothness: Smoothness,
    access: Access,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Highway {
    roads: Vec<String>,
    inferred_paved: Vec<RoadClass>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Smoothness {
    not_all_season: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Access {
    closed: Vec<String>,
}

fn lookup(table: &BTreeMap<Surface, Vec<String>>, value: &str) -> Option<Surface> {
    table.iter().find(|(_, v)| v.iter().any(|x| x == value)).map(|(s, _)| *s)
}

impl Default for OsmRoads {
    fn default() -> Self {
        toml::from_str(OSM_ROADS_TOML).expect("standards/osm_roads.toml is valid")
    }
}

impl OsmRoads {
    /// Class of a `highway` value, or `None` where it is not a road for motor vehicles.
    pub fn class(&self, highway: &str) -> Option<RoadClass> {
        self.highway.roads.iter().any(|r| r == highway).then(|| RoadClass::parse(highway)).flatten()
    }

    /// Surface and whether it was inferred from the class: `surface` decides, then `tracktype`, then the class.
    ///
    /// A `surface` value that is in no list is unknown, not inferred. Several values (`asphalt;gravel`) count as
    /// the worst of them.
    pub fn surface(&self, surface: Option<&str>, tracktype: Option<&str>, class: RoadClass) -> (Surface, bool) {
        if let Some(s) = surface {
            let worst = s
                .split(';')
                .map(|v| lookup(&self.surface, v.trim()).unwrap_or(Surface::Unknown))
                .max()
                .unwrap_or(Surface::Unknown);
            return (worst, false);
        }
        if let Some(s) = tracktype.and_then(|t| lookup(&self.tracktype, t)) {
            return (s, false);
        }
        if self.highway.inferred_paved.contains(&class) { (Surface::Paved, true) } else { (Surface::Unknown, false) }
    }

    /// True where this smoothness rules out use all year.
    pub fn not_all_season(&self, smoothness: &str) -> bool {
        self.smoothness.not_all_season.iter().any(|s| s == smoothness)
    }

    /// True where `access` or `motor_vehicle` closes the road.
    pub fn closed(&self, value: &str) -> bool {
        self.access.closed.iter().any(|s| s == value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_rules_parse() {
        let r = RoadRules::default();
        assert_eq!(r.access_m, 500.0);
        assert_eq!(r.cost_per_km.of(Surface::Paved), 0.0);
        assert!(r.trunk_classes.contains(&RoadClass::Secondary));
    }

    #[test]
    fn surface_order_is_surface_tracktype_class() {
        let o = OsmRoads::default();
        assert_eq!(o.surface(Some("gravel"), Some("grade1"), RoadClass::Primary), (Surface::Gravel, false));
        assert_eq!(o.surface(None, Some("grade1"), RoadClass::Track), (Surface::Paved, false));
        assert_eq!(o.surface(None, None, RoadClass::Tertiary), (Surface::Paved, true));
        assert_eq!(o.surface(None, None, RoadClass::Unclassified), (Surface::Unknown, false), "untagged village road");
        assert_eq!(o.surface(Some("asphalt;ground"), None, RoadClass::Primary), (Surface::Earth, false));
        assert_eq!(o.surface(Some("moon dust"), None, RoadClass::Primary), (Surface::Unknown, false));
        assert_eq!(o.class("tertiary_link"), Some(RoadClass::Tertiary));
        assert_eq!(o.class("footway"), None);
    }
}
