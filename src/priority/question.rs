//! Questions as people write them (in an address or on the command line), turned into valid ones.

use thiserror::Error;

use super::budget_plan::Floor;
use super::comparison::Class;
use super::need::{By, theme_index};
use super::theme_plan::PLANNED;
use crate::standards::{THEMES, Weights};
use crate::world::World;

/// What is wrong with a question: the parameter and why.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{parameter}: {why}")]
pub struct Fault {
    pub parameter: &'static str,
    pub why: String,
}

fn fault(parameter: &'static str, why: impl Into<String>) -> Fault {
    Fault { parameter, why: why.into() }
}

/// `need`, `people` or `value`.
pub fn by(text: &str) -> Result<By, Fault> {
    let found = By::ALL.iter().find(|b| b.0 == text);
    found.map(|b| b.1).ok_or_else(|| fault("by", format!("{text:?} is none of need, people, value")))
}

/// Name of a theme.
pub fn theme(text: &str) -> Result<usize, Fault> {
    theme_index(text).ok_or_else(|| fault("theme", format!("{text:?} is none of {}", THEMES.join(", "))))
}

/// What became of a gap.
pub fn class(text: &str) -> Result<Class, Fault> {
    let all = || Class::ALL.map(Class::as_str).join(", ");
    Class::parse(text).ok_or_else(|| fault("change", format!("{text:?} is none of {}", all())))
}

/// Name of a theme that has a plan of its own.
pub fn planned_theme(text: &str) -> Result<&'static str, Fault> {
    let found = PLANNED.into_iter().find(|t| *t == text);
    found.ok_or_else(|| fault("theme", format!("{text:?} is none of {}", PLANNED.join(", "))))
}

/// `roads:2,water:1`: those not named weigh nothing.
pub fn weights(text: &str) -> Result<Weights, Fault> {
    let mut out = Weights { roads: 0.0, power: 0.0, water: 0.0, broadband: 0.0, services: 0.0 };
    for part in text.split(',') {
        let Some((name, number)) = part.split_once(':') else {
            return Err(fault("weights", format!("{part:?} is not theme:number, e.g. roads:2,water:1")));
        };
        let Some(into) = out.of_mut(name.trim()) else {
            return Err(fault("weights", format!("{name:?} is none of {}", THEMES.join(", "))));
        };
        *into = number.trim().parse().map_err(|_| fault("weights", format!("{number:?} is not a number")))?;
    }
    out.fault().map_or(Ok(out), |why| Err(fault("weights", why)))
}

/// A sum of money, at least 0.
pub fn money(parameter: &'static str, text: &str) -> Result<f64, Fault> {
    let n: f64 = text.trim().parse().map_err(|_| fault(parameter, format!("{text:?} is not a number")))?;
    if n.is_finite() && n >= 0.0 {
        return Ok(n);
    }
    Err(fault(parameter, format!("{text} is not a sum of money of at least 0")))
}

/// `include` or `exclude`: whether a plan leaves out what projects do anyway.
pub fn planned(text: &str) -> Result<bool, Fault> {
    match text {
        "include" => Ok(false),
        "exclude" => Ok(true),
        other => Err(fault("planned", format!("{other:?} is neither include nor exclude"))),
    }
}

/// The id of a county that the atlas has.
pub fn county(text: &str, w: &World) -> Result<String, Fault> {
    let known = w.counties.iter().any(|c| c.id == text) || w.villages.iter().any(|v| v.county.as_deref() == Some(text));
    if known { Ok(text.to_owned()) } else { Err(fault("county", format!("there is no county {text:?} in the atlas"))) }
}

/// `water:500000,210727:1000000`: so much at least for a theme or a county.
pub fn floors(text: &str, budget: f64, w: &World) -> Result<Vec<Floor>, Fault> {
    let mut out = Vec::new();
    let mut sum = 0.0;
    for part in text.split(',') {
        let Some((name, number)) = part.split_once(':') else {
            return Err(fault("floors", format!("{part:?} is not theme:amount or county:amount")));
        };
        let amount = money("floors", number)?;
        sum += amount;
        out.push(match theme_index(name) {
            Some(k) => Floor::Theme(k, amount),
            None => Floor::County(county(name, w).map_err(|f| fault("floors", f.why))?, amount),
        });
    }
    if sum > budget {
        return Err(fault("floors", format!("the floors sum to {sum}, more than the budget of {budget}")));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_as_written() {
        let w = weights("roads:2, water:0.5").unwrap();
        assert_eq!(w.list(), [2.0, 0.0, 0.5, 0.0, 0.0]);
        for bad in ["", "roads", "roads:x", "trains:1", "roads:-1", "roads:0,water:0", "roads:NaN", "roads:inf"] {
            assert_eq!(weights(bad).unwrap_err().parameter, "weights", "{bad}");
        }
    }

    #[test]
    fn money_is_not_negative() {
        assert_eq!(money("budget", " 1e6 "), Ok(1e6));
        for bad in ["-1", "NaN", "inf", "much", ""] {
            assert!(money("budget", bad).is_err(), "{bad}");
        }
        let w = World::default();
        assert!(floors("water:5,roads:6", 10.0, &w).unwrap_err().why.contains("more than the budget"));
        assert!(floors("atlantis:1", 10.0, &w).unwrap_err().why.contains("atlantis"));
        assert_eq!(floors("water:5", 10.0, &w).unwrap(), [Floor::Theme(2, 5.0)]);
    }
}
