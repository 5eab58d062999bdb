//! A run as it is kept: what it found of each village, its gaps, its scorecard, and fingerprints of what it rests on, so
//! that a later run can be held against it (definitions, section 7).
//!
//! [`Snapshot::take`] makes one of a run. It is a plain value: the store that keeps it and the comparison that reads it
//! know nothing of each other.

mod prints;
mod take;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use geo::Coord;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::gaps::{Confidence, Verdict};
use crate::standards::{Bilingual, THEMES};
use crate::world::Provenance;

pub use prints::{PROJECTS, VILLAGES, reads};

/// A day of the calendar, `2017-12-31`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(String);

/// A text that is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a day; write 2017-12-31")]
pub struct NoDay(pub String);

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(s: &str) -> Result<Self, NoDay> {
        let whole = || -> Option<bool> {
            let b = s.as_bytes();
            if b.len() != 10 || !s.is_ascii() || b[4] != b'-' || b[7] != b'-' {
                return None;
            }
            let number = |r: std::ops::Range<usize>| {
                let part = &s[r];
                part.bytes().all(|c| c.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten()
            };
            let (y, m, d) = (number(0..4)?, number(5..7)?, number(8..10)?);
            let leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
            let most = match m {
                2 => 28 + u32::from(leap),
                4 | 6 | 9 | 11 => 30,
                1..=12 => 31,
                _ => return None,
            };
            Some(y > 0 && (1..=most).contains(&d))
        };
        if whole() == Some(true) { Ok(Day(s.to_owned())) } else { Err(NoDay(s.to_owned())) }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Day {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a snapshot is of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct About {
    /// `None`: the run that is at hand, not kept.
    pub date: Option<Day>,
    pub atlas: String,
    pub title: Bilingual,
    pub provenance: Provenance,
    pub currency: String,
    pub data_version: String,
    /// Version of this program.
    pub program: String,
    /// What the run had data on, see [`criterion`].
    pub covers: BTreeSet<String>,
    /// Rules by theme, and `targets`.
    #[serde(skip)]
    pub rules: Value,
    /// Of everything in it but the date: two snapshots with the same digest are the same.
    pub digest: String,
    pub villages: usize,
    pub gaps: usize,
}

/// A village and where it stands, in the order of [`THEMES`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VillageRow {
    pub id: String,
    pub name: String,
    pub town: Option<String>,
    pub county: Option<String>,
    pub population: Option<f64>,
    pub households: Option<f64>,
    pub poor_population: Option<f64>,
    pub priority: bool,
    #[serde(skip)]
    pub point: Coord,
    /// `None` where the run has no data on the theme.
    pub standing: [Option<Standing>; 5],
}

/// A village in a theme.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Standing {
    pub verdict: Verdict,
    /// Of its worst gap; 0 without one, `None` where nothing is known.
    pub severity: Option<f64>,
    pub confidence: Option<Confidence>,
}

/// A gap as it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GapRow {
    pub id: String,
    pub theme: &'static str,
    pub kind: String,
    /// Of services: what is missing.
    pub class: Option<String>,
    pub village: Option<String>,
    /// Of neighbours: the other one.
    pub other: Option<String>,
    pub name: String,
    pub town: Option<String>,
    pub county: Option<String>,
    pub verdict: Verdict,
    pub severity: f64,
    pub measured: Option<f64>,
    pub threshold: Option<f64>,
    pub unit: String,
    pub confidence: Confidence,
    pub why: Bilingual,
    pub people: Option<f64>,
    pub households: Option<f64>,
    pub remedy: Option<String>,
    pub remedy_m: Option<f64>,
    pub cost: Option<f64>,
    pub department: Bilingual,
    /// Projects close it, and by the end of which year.
    pub planned: Option<bool>,
    pub planned_year: Option<i32>,
    /// Of gaps that several villages share.
    pub villages: Vec<String>,
    /// What it was derived from, as `layer:id`.
    #[serde(skip)]
    pub touches: Vec<String>,
    #[serde(skip)]
    pub point: Coord,
}

/// Fingerprint of one feature of the input: what of it changes shows where the world changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub layer: String,
    pub id: String,
    /// Digest of its positions.
    pub shape: i64,
    /// Digest of what it says otherwise.
    pub said: i64,
    /// West, south, east, north.
    pub bbox: Option<[f64; 4]>,
}

/// An indicator of a place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoreRow {
    /// `region`, `county` or `town`.
    pub level: String,
    pub place: String,
    pub name: String,
    /// Of towns.
    pub county: Option<String>,
    /// The indicator.
    pub key: String,
    pub indicator: Bilingual,
    pub theme: String,
    pub department: Bilingual,
    pub yes: f64,
    pub no: f64,
    pub unknown: f64,
    pub share: Option<f64>,
    pub people_share: Option<f64>,
    pub reference: Option<f64>,
    pub target: Option<f64>,
    pub reached: Option<bool>,
    pub missing: Option<usize>,
    /// Of the cheapest works that reach the target.
    pub cost: Option<f64>,
}

/// A run as it is kept; all lists by id.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    pub about: About,
    pub villages: Vec<VillageRow>,
    pub gaps: Vec<GapRow>,
    /// What nobody knows, as `criterion:code`: a gap there is not closed for being gone.
    pub unknown: BTreeSet<String>,
    pub records: Vec<Record>,
    pub scores: Vec<ScoreRow>,
}

/// The theme of this name, as the program has it.
pub fn theme_named(name: &str) -> Option<&'static str> {
    THEMES.into_iter().find(|t| *t == name)
}

/// What has to be known before it can be said that there is no such gap.
pub fn criterion(theme: &str, kind: &str, class: Option<&str>) -> String {
    let part = match (theme, kind) {
        ("roads", "neighbours_unpaved" | "fragile_access" | "school_unpaved" | "township_unpaved") => "network",
        ("roads", _) => "access",
        ("power", "low_voltage" | "over_voltage") => "voltage",
        ("power", "no_grid" | "no_three_phase") => "three_phase",
        ("power", "few_hours") => "hours",
        ("power", "transformer_overload") => "loading",
        ("power", "low_capacity") => "capacity",
        ("power", _) => "feeders",
        ("water", "unsafe_water") => "village",
        ("water", _) => "source",
        ("broadband", "no_mobile") => "mobile",
        ("broadband", _) => "speed",
        _ => class.unwrap_or("station"),
    };
    format!("{theme}:{part}")
}

/// The last part of a gap's id: what it is a gap of.
pub fn code(gap: &str) -> &str {
    gap.splitn(3, ':').nth(2).unwrap_or(gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar() {
        for good in ["2016-02-29", "2017-12-31", "2000-02-29", "0001-01-01"] {
            assert_eq!(good.parse::<Day>().unwrap().as_str(), good);
        }
        for bad in ["2017-02-29", "1900-02-29", "2017-13-01", "2017-1-1", "2017-00-10", "", "20171231", "2017-12-3１"]
        {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn codes_of_gaps() {
        assert_eq!(code("roads:no_road:210727900201"), "210727900201");
        assert_eq!(code("services:far_from_service:clinic:2107"), "clinic:2107");
        assert_eq!(criterion("services", "no_facility", Some("clinic")), "services:clinic");
        assert_eq!(criterion("roads", "cut_off", None), "roads:access");
    }
}
