//! Rules of the water theme: parameters with their names, limits by profile, and units with their chemistry.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::Bilingual;

/// Text of the shipped rule file.
pub const WATER_TOML: &str = include_str!("../../standards/water.toml");

/// Names of the shipped profiles and their texts.
const PROFILES: [(&str, &str); 4] = [
    ("GB 5749-2022", include_str!("../../standards/water/gb5749_2022.toml")),
    ("GB 5749-2022 small supply", include_str!("../../standards/water/gb5749_2022_small.toml")),
    ("GB 5749-2006", include_str!("../../standards/water/gb5749_2006.toml")),
    ("WHO 2022", include_str!("../../standards/water/who_2022.toml")),
];

/// What kind of quantity a parameter is; decides which units it can come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Kind {
    /// Milligrams per litre.
    #[serde(rename = "mass")]
    Mass,
    /// Nitrate, milligrams of nitrogen per litre.
    #[serde(rename = "mass_n")]
    Nitrate,
    /// Nitrite, as nitrogen.
    #[serde(rename = "mass_n2")]
    Nitrite,
    /// Ammonia, as nitrogen.
    #[serde(rename = "mass_n3")]
    Ammonia,
    /// Hardness, milligrams of CaCO3 per litre.
    #[serde(rename = "mass_caco3")]
    Hardness,
    /// Per 100 mL.
    #[serde(rename = "count100")]
    Count100,
    /// Per mL.
    #[serde(rename = "count1")]
    Count1,
    /// Per 10 L.
    #[serde(rename = "count10l")]
    Count10L,
    #[serde(rename = "turbidity")]
    Turbidity,
    #[serde(rename = "colour")]
    Colour,
    #[serde(rename = "activity")]
    Activity,
    #[serde(rename = "ph")]
    Ph,
    #[serde(rename = "ratio")]
    Ratio,
}

/// A quantity that laboratories test.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    #[serde(skip)]
    pub key: String,
    pub zh: String,
    pub en: String,
    pub kind: Kind,
    pub cas: Option<String>,
    /// Grams per mole.
    pub molar: Option<f64>,
    /// Further names.
    #[serde(default)]
    names: Vec<String>,
}

/// Index into [`parameters`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ParameterIx(pub u16);

/// Which species a concentration of nitrogen is given as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Species {
    /// As nitrogen.
    N,
    /// As the ion or molecule: NO3, NO2, NH4.
    Ion,
    Nh3,
}

/// A limit of a profile, in [`Limit::unit`] as written and in the parameter's own unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Lowest value allowed (pH).
    pub low: Option<f64>,
    /// Highest value allowed.
    pub limit: f64,
    pub unit: String,
    /// The limit itself is over it already ("fewer than 1").
    #[serde(default)]
    pub exclusive: bool,
    #[serde(default)]
    pub clause: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
}

impl Limit {
    /// A value that is too high.
    pub fn is_over(&self, value: f64) -> bool {
        value > self.limit || (self.exclusive && value == self.limit)
    }
}

/// Why a value cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    #[error("no unit")]
    Missing,
    #[error("unit \"{0}\" is not one of this parameter's")]
    Unknown(String),
    #[error("as nitrogen or as the ion? write e.g. \"mg/L as N\" or \"mg/L as NO3\"")]
    Species,
    #[error("electrical conductivity is not dissolved solids")]
    Conductivity,
}

static PARAMETERS: LazyLock<Vec<Parameter>> = LazyLock::new(|| {
    let all: BTreeMap<String, Parameter> = toml::from_str(include_str!("../../standards/water/parameters.toml"))
        .expect("standards/water/parameters.toml is valid");
    all.into_iter().map(|(key, p)| Parameter { key, ..p }).collect()
});

/// Each name once, plain, with the species it implies.
static NAMES: LazyLock<BTreeMap<String, (ParameterIx, Option<Species>)>> = LazyLock::new(|| {
    let mut out = BTreeMap::new();
    for (p, i) in PARAMETERS.iter().zip(0..) {
        let own = [&p.key, &p.zh, &p.en].into_iter().chain(&p.names).chain(&p.cas);
        for name in own {
            out.insert(plain(name), (ParameterIx(i), None));
        }
    }
    let of = |key: &str| PARAMETERS.iter().position(|p| p.key == key).map(|i| ParameterIx(i as u16));
    for (key, species, names) in [
        (
            "nitrate",
            Species::N,
            &["NO3-N", "硝酸盐氮", "硝酸盐（以N计）", "nitrate as N", "nitrate nitrogen", "Nitrate-N"][..],
        ),
        ("nitrate", Species::Ion, &["NO3", "NO3-", "硝酸根", "nitrate as NO3"][..]),
        ("nitrite", Species::N, &["NO2-N", "亚硝酸盐氮", "亚硝酸盐（以N计）", "nitrite as N", "Nitrite-N"][..]),
        ("nitrite", Species::Ion, &["NO2", "NO2-", "亚硝酸根", "nitrite as NO2"][..]),
        (
            "ammonia",
            Species::N,
            &["NH3-N", "NH4-N", "氨氮", "氨（以N计）", "ammonia as N", "Ammonia-N", "ammonia nitrogen"][..],
        ),
        ("ammonia", Species::Ion, &["NH4", "NH4+", "铵", "ammonium", "Ammonium as NH4"][..]),
    ] {
        let Some(ix) = of(key) else { continue };
        for name in names {
            out.insert(plain(name), (ix, Some(species)));
        }
    }
    out
});

/// A name without case, spaces and punctuation; charges are punctuation too.
fn plain(name: &str) -> String {
    let name = name.replace(['₀', '⁻', '⁺'], "");
    let digits = name.chars().map(|c| match c {
        '₁'..='₉' => char::from(b'1' + (c as u32 - '₁' as u32) as u8),
        c => c,
    });
    digits.filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// All parameters.
pub fn parameters() -> &'static [Parameter] {
    &PARAMETERS
}

/// The parameter of this name, key, symbol or CAS number, and the species that the name implies.
pub fn parameter(name: &str) -> Option<(ParameterIx, Option<Species>)> {
    NAMES.get(&plain(name)).copied().filter(|_| !plain(name).is_empty())
}

impl ParameterIx {
    pub fn get(self) -> &'static Parameter {
        &PARAMETERS[usize::from(self.0)]
    }
}

/// Nitrogen in nitrate, nitrite, ammonium and ammonia, by molar mass.
const N: f64 = 14.006_7;
const NO3: f64 = 62.004_9;
const NO2: f64 = 46.005_5;
const NH4: f64 = 18.038_5;
const NH3: f64 = 17.030_5;

impl Parameter {
    /// Counted, not weighed: living things in a volume.
    pub fn is_count(&self) -> bool {
        matches!(self.kind, Kind::Count100 | Kind::Count1 | Kind::Count10L)
    }

    /// The unit that values are converted to.
    pub fn unit(&self) -> &'static str {
        match self.kind {
            Kind::Mass => "mg/L",
            Kind::Nitrate | Kind::Nitrite | Kind::Ammonia => "mg/L as N",
            Kind::Hardness => "mg/L as CaCO3",
            Kind::Count100 => "CFU/100mL",
            Kind::Count1 => "CFU/mL",
            Kind::Count10L => "/10L",
            Kind::Turbidity => "NTU",
            Kind::Colour => "Pt-Co",
            Kind::Activity => "Bq/L",
            Kind::Ph | Kind::Ratio => "1",
        }
    }

    /// What a value in `unit` must be multiplied by to be in the parameter's own unit. `species` is what the
    /// parameter's name or a column of its own says; the unit's own words come first.
    pub fn factor(&self, unit: Option<&str>, species: Option<Species>) -> Result<f64, UnitError> {
        let written = unit.map(str::trim).filter(|u| !u.is_empty() && *u != "-");
        if matches!(self.kind, Kind::Ph | Kind::Ratio) {
            let said = written.map(plain).unwrap_or_default();
            let fine =
                matches!(said.as_str(), "" | "1" | "ph" | "phunits" | "stdunits" | "none" | "无量纲" | "standardunits");
            return if fine { Ok(1.0) } else { Err(UnitError::Unknown(said)) };
        }
        let written = written.ok_or(UnitError::Missing)?;
        let unknown = || UnitError::Unknown(written.to_owned());
        let (base, said) = split(written);
        if base.starts_with("us/cm")
            || base.starts_with("ms/cm")
            || base.starts_with("ms/m")
            || base.starts_with("us/m")
        {
            return Err(UnitError::Conductivity);
        }
        match self.kind {
            Kind::Mass => match said.as_deref() {
                None => self.mass(&base).ok_or_else(unknown),
                // "mg/L as F" says what the parameter says anyway.
                Some(s) if parameter(s).is_some_and(|(p, _)| p.get().key == self.key) => {
                    self.mass(&base).ok_or_else(unknown)
                }
                Some("o2" | "o" | "phenol" | "cn") => self.mass(&base).ok_or_else(unknown),
                Some(_) => Err(unknown()),
            },
            Kind::Nitrate | Kind::Nitrite | Kind::Ammonia => self.nitrogen(&base, said.as_deref(), species, unknown),
            Kind::Hardness => hardness(&base, said.as_deref()).ok_or_else(unknown),
            Kind::Count100 | Kind::Count1 | Kind::Count10L => {
                let per_ml = per_millilitre(&base).ok_or_else(unknown)?;
                Ok(per_ml
                    * match self.kind {
                        Kind::Count100 => 100.0,
                        Kind::Count1 => 1.0,
                        _ => 10_000.0,
                    })
            }
            Kind::Turbidity => {
                ["ntu", "fnu", "ftu", "ntru", "度"].contains(&base.as_str()).then_some(1.0).ok_or_else(unknown)
            }
            Kind::Colour => {
                let known = ["pt-co", "ptco", "pcu", "hazen", "tcu", "cu", "度", "mg/lpt"];
                known.contains(&base.as_str()).then_some(1.0).ok_or_else(unknown)
            }
            Kind::Activity => match base.as_str() {
                "bq/l" => Ok(1.0),
                "mbq/l" => Ok(1e-3),
                "pci/l" => Ok(0.037),
                _ => Err(unknown()),
            },
            Kind::Ph | Kind::Ratio => Ok(1.0),
        }
    }

    /// Milligrams per litre of one `base`.
    fn mass(&self, base: &str) -> Option<f64> {
        mass(base).or_else(|| Some(millimoles(base)? * self.molar?))
    }

    fn nitrogen(
        &self,
        base: &str,
        said: Option<&str>,
        species: Option<Species>,
        unknown: impl Fn() -> UnitError,
    ) -> Result<f64, UnitError> {
        // A mole of nitrate is a mole of nitrogen.
        if let Some(mmol) = millimoles(base) {
            return Ok(mmol * N);
        }
        let mg = mass(base).ok_or_else(&unknown)?;
        let species = match said {
            None => species.ok_or(UnitError::Species)?,
            Some("n" | "no3n" | "no2n" | "nh3n" | "nh4n") => Species::N,
            Some("no3" | "no2" | "nh4") => Species::Ion,
            Some("nh3") => Species::Nh3,
            Some(_) => return Err(unknown()),
        };
        let share = match (species, self.kind) {
            (Species::N, _) => 1.0,
            (Species::Ion, Kind::Nitrate) => N / NO3,
            (Species::Ion, Kind::Nitrite) => N / NO2,
            (Species::Ion, _) => N / NH4,
            (Species::Nh3, Kind::Ammonia) => N / NH3,
            (Species::Nh3, _) => return Err(unknown()),
        };
        Ok(mg * share)
    }
}

/// "mg/L as NO3" → ("mg/l", "no3"); "mg/L NO3-N" and "mg/L (as CaCO3)" too.
fn split(unit: &str) -> (String, Option<String>) {
    let low = unit.to_lowercase().replace(['µ', 'μ'], "u").replace('₃', "3").replace('₂', "2").replace('₄', "4");
    let low = low.replace(['(', ')', '（', '）', '[', ']'], " ").replace("以", " as ").replace('计', " ");
    // "mg l-1", "µg L⁻¹" and "mg dm-3" are written with a power, the rest with a stroke.
    let low = low.replace('⁻', "-").replace('¹', "1").replace('³', "3").replace(['^', '·'], "");
    let low = low.replace(" l-1", "/l").replace("l-1", "/l").replace(" dm-3", "/dm3").replace("//", "/");
    let (base, said) = match low.split_once(" as ") {
        Some((b, s)) => (b.to_owned(), Some(s.to_owned())),
        None => match low.trim().split_once(' ') {
            Some((b, s)) if b.contains('/') && !s.trim().starts_with("ml") && !s.trim_start().starts_with("100") => {
                (b.to_owned(), Some(s.to_owned()))
            }
            _ => (low.clone(), None),
        },
    };
    let tidy = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    (tidy(&base), said.map(|s| plain(&s)).filter(|s| !s.is_empty()))
}

fn mass(base: &str) -> Option<f64> {
    Some(match base {
        "mg/l" | "ppm" | "g/m3" | "mg/dm3" | "毫克/升" | "ug/ml" => 1.0,
        "ug/l" | "ppb" | "mg/m3" | "mcg/l" | "ug/dm3" | "微克/升" => 1e-3,
        "ng/l" | "ppt" => 1e-6,
        "g/l" => 1e3,
        "mg/ml" => 1e3,
        _ => return None,
    })
}

fn millimoles(base: &str) -> Option<f64> {
    Some(match base {
        "mmol/l" => 1.0,
        "umol/l" => 1e-3,
        "mol/l" => 1e3,
        _ => return None,
    })
}

/// Milligrams of CaCO3 per litre; degrees are German ones (10 mg CaO/L) unless they say French.
fn hardness(base: &str, said: Option<&str>) -> Option<f64> {
    match base {
        "mmol/l" => return Some(100.09),
        "°dh" | "dh" | "°d" => return Some(17.848),
        "°fh" | "fh" | "°f" => return Some(10.0),
        "gpg" => return Some(17.118),
        _ => {}
    }
    match said {
        Some("caco3") => mass(base),
        Some("cao") => mass(base).map(|m| m * 100.09 / 56.077),
        _ => None,
    }
}

/// One of `base` as a count per millilitre.
fn per_millilitre(base: &str) -> Option<f64> {
    let known = ["cfu", "mpn", "个", "n", "#", "count", "org", "no", "oocysts", "cysts", "number", "colonies"];
    let (top, volume) = base.split_once('/')?;
    if !(top.is_empty() || known.contains(&top.trim_end_matches('.'))) {
        return None;
    }
    Some(match volume {
        "100ml" | "dl" => 0.01,
        "ml" | "1ml" => 1.0,
        "l" | "1000ml" => 1e-3,
        "10l" => 1e-4,
        "250ml" => 0.004,
        _ => return None,
    })
}

/// Limits by parameter, in the parameters' own units.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    pub name: String,
    pub limits: BTreeMap<ParameterIx, Limit>,
}

impl Profile {
    /// The shipped profile of this name; how it is written does not matter.
    pub fn shipped(name: &str) -> Option<Self> {
        let (name, text) = PROFILES.iter().find(|(n, _)| plain(n) == plain(name))?;
        let rows: BTreeMap<String, Limit> = toml::from_str(text).expect("a shipped profile is valid");
        let mut limits = BTreeMap::new();
        for (key, mut row) in rows {
            let (ix, _) = parameter(&key).expect("a shipped profile names known parameters");
            let p = ix.get();
            let factor = p.factor(Some(&row.unit), None).expect("a shipped profile has known units");
            // What the unit says stays readable; numbers are in the parameter's own unit.
            row.limit = tidy(row.limit * factor);
            row.low = row.low.map(|l| tidy(l * factor));
            row.unit = p.unit().to_owned();
            limits.insert(ix, row);
        }
        Some(Profile { name: (*name).to_owned(), limits })
    }

    /// The parameters of the profile with the atlas's own limits in place of, or beside, its own.
    fn with(mut self, own: &BTreeMap<String, Limit>) -> Self {
        for (key, limit) in own {
            if let Some((ix, _)) = parameter(key) {
                self.limits.insert(ix, limit.clone());
            }
        }
        if !own.is_empty() {
            self.name.push_str(" + atlas");
        }
        self
    }

    pub fn names() -> Vec<&'static str> {
        PROFILES.iter().map(|p| p.0).collect()
    }
}

/// Without the dust of a multiplication: twelve significant digits.
pub(crate) fn tidy(v: f64) -> f64 {
    format!("{v:.12e}").parse().unwrap_or(v)
}

/// Two bounds of a criterion: better than the first is safe, better than the second basically safe.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grades {
    pub safe: f64,
    pub basic: f64,
}

/// Line that a distance to water is measured along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Convenience {
    Straight,
    /// Along roads; straight where no road leads there.
    Roads,
}

/// Costs of connections, in the atlas's currency.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaterCosts {
    pub per_km: f64,
    pub per_lift_m: f64,
}

/// Values of `standards/water.toml` after the atlas's overrides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaterRules {
    pub profile: String,
    /// The atlas's own limits by parameter, in the parameters' own units.
    #[serde(default)]
    pub limits: BTreeMap<String, Limit>,
    /// Further thresholds of which the shares of sources over them are told, by parameter, in its own unit.
    #[serde(default)]
    pub also_over: BTreeMap<String, Vec<f64>>,
    /// Years back from the latest sample of all within which the worst counts; 0: the latest sample alone.
    pub worst_in_years: f64,
    pub litres: Grades,
    pub litres_scarce: Grades,
    pub minutes: Grades,
    pub distance_m: Grades,
    pub climb_m: Grades,
    /// Share of days with enough water.
    pub available: Grades,
    /// How the distance to a source is taken where no minutes are known.
    pub convenience: Convenience,
    pub walk_km_h: f64,
    /// Round trip up to which an improved source is a basic service (JMP).
    pub jmp_minutes: f64,
    /// Farther away no functional source is a village's.
    pub max_source_m: f64,
    pub max_link_m: f64,
    pub litres_per_person: f64,
    pub cost: WaterCosts,
    pub severe_factor: f64,
    pub department: Bilingual,
}

impl WaterRules {
    /// The limits that sources are held against.
    pub fn limits(&self) -> Profile {
        Profile::shipped(&self.profile).unwrap_or_default().with(&self.limits)
    }
}

impl Default for WaterRules {
    /// The shipped rules. The file is compiled in and tested, so it always parses.
    fn default() -> Self {
        super::shipped(WATER_TOML)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_tells_below_from_above_in_three_units() {
        for name in Profile::names() {
            let profile = Profile::shipped(name).unwrap();
            assert!(profile.limits.len() > 90, "{name}: {}", profile.limits.len());
            for (ix, l) in &profile.limits {
                let p = ix.get();
                let units: &[&str] = match p.kind {
                    Kind::Mass if p.molar.is_some() => &["mg/L", "µg/L", "mmol/L"],
                    Kind::Mass => &["mg/L", "ug/l", "ng/L"],
                    Kind::Nitrate => &["mg/L as N", "mg/L as NO3", "mmol/L"],
                    Kind::Nitrite => &["mg/L as N", "µg/L as NO2", "mmol/L"],
                    Kind::Ammonia => &["mg/L as N", "mg/L as NH4", "mg/L as NH3"],
                    Kind::Hardness => &["mg/L as CaCO3", "mmol/L", "°dH"],
                    Kind::Count100 => &["CFU/100mL", "MPN/100 mL", "CFU/mL"],
                    Kind::Count1 => &["CFU/mL", "CFU/100mL", "个/mL"],
                    Kind::Count10L => &["/10L", "oocysts/10L", "n/L"],
                    Kind::Turbidity => &["NTU", "FNU", "FTU"],
                    Kind::Colour => &["Pt-Co", "Hazen", "TCU"],
                    Kind::Activity => &["Bq/L", "mBq/L", "pCi/L"],
                    Kind::Ph | Kind::Ratio => &["1", "", "pH"],
                };
                for unit in units {
                    let f = p.factor(Some(unit), None).unwrap_or_else(|e| panic!("{name} {}: {unit}: {e}", p.key));
                    let limit = l.limit / f;
                    let step = if limit == 0.0 { 1.0 } else { limit * 1e-3 };
                    assert!((limit - step) * f <= l.limit && (limit + step) * f > l.limit, "{name} {} {unit}", p.key);
                }
                assert_eq!(parameter(&p.key).unwrap().0, *ix);
                assert!(!p.zh.is_empty() && !p.en.is_empty());
                if let Some(cas) = &p.cas {
                    assert!(cas_is_valid(cas), "{}: {cas}", p.key);
                    assert_eq!(parameter(cas).map(|x| x.0), Some(*ix));
                }
            }
        }
    }

    /// The last digit of a CAS number is a check digit.
    fn cas_is_valid(cas: &str) -> bool {
        let digits: Vec<u32> = cas.chars().filter_map(|c| c.to_digit(10)).collect();
        let Some((check, rest)) = digits.split_last() else { return false };
        rest.iter().rev().zip(1..).map(|(d, i)| d * i).sum::<u32>() % 10 == *check
    }

    #[test]
    fn all_cas_numbers_have_their_check_digit() {
        for p in parameters() {
            assert!(p.cas.as_deref().is_none_or(cas_is_valid), "{}: {:?}", p.key, p.cas);
        }
    }

    #[test]
    fn chemistry_is_not_guessed() {
        let of = |name: &str| parameter(name).unwrap_or_else(|| panic!("{name}"));
        let (nitrate, none) = of("Nitrate");
        assert_eq!((none, nitrate.get().factor(Some("mg/L"), None)), (None, Err(UnitError::Species)));
        let (_, ion) = of("NO3");
        let f = nitrate.get().factor(Some("mg/L"), ion).unwrap();
        assert!((50.0 * f - 11.295).abs() < 0.001, "50 mg/L as the ion are 11.3 as N: {}", 50.0 * f);
        assert_eq!(nitrate.get().factor(Some("mg/L as N"), ion), Ok(1.0), "the unit speaks louder than the name");
        let tds = of("TDS").0.get();
        assert_eq!(tds.factor(Some("µS/cm"), None), Err(UnitError::Conductivity));
        let hardness = of("总硬度").0.get();
        assert!(hardness.factor(Some("mg/L"), None).is_err(), "as what?");
        assert_eq!(hardness.factor(Some("mg/L as CaCO3"), None), Ok(1.0));
        assert_eq!(of("砷").0.get().factor(None, None), Err(UnitError::Missing));
        assert_eq!(of("7440-38-2").0, of("As").0);
        assert_eq!(of("E. coli").0.get().key, "e_coli");
        assert!(parameter("unobtainium").is_none() && parameter("").is_none());
    }

    #[test]
    fn the_same_limit_in_two_profiles() {
        let of =
            |profile: &str, name: &str| Profile::shipped(profile).unwrap().limits[&parameter(name).unwrap().0].limit;
        assert_eq!(
            (of("GB 5749-2022", "氟化物"), of("GB 5749-2022 small supply", "F"), of("who 2022", "fluoride")),
            (1.0, 1.2, 1.5)
        );
        assert_eq!((of("GB 5749-2022", "nitrate"), of("GB 5749-2022 small supply", "nitrate")), (10.0, 20.0));
        assert!((of("WHO 2022", "nitrate") - 11.295).abs() < 0.001);
        assert!(Profile::shipped("GB 9999").is_none());
        let rules = WaterRules::default();
        assert!(Profile::shipped(&rules.profile).is_some());
        assert!(rules.litres.safe > rules.litres.basic && rules.minutes.safe < rules.minutes.basic);
    }
}
