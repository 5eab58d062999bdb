//! What laboratories write.
//!
//! Values keep at least 5 % from their limits: ordinary ones lie well under, planted ones well over, and those in
//! other units just under or just over.

use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use super::model::{Parameter, Sample};

/// Mass of a nitrate ion over that of its nitrogen.
pub const NO3_PER_N: f64 = 62.0049 / 14.0067;
pub const AS_NO3: &str = "mg/L as NO3";
pub const MICROGRAMS: &str = "µg/L";

/// What the samples of a source have to show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Show {
    Nothing,
    Safe,
    /// The latest sample is over the limit.
    Over(Parameter),
    /// The same, just over and in another unit.
    OverOtherUnit(Parameter),
    UnderOtherUnit(Parameter),
    /// An older sample was over the limit.
    OldOver(Parameter),
    /// A detection limit above the limit.
    HighDetection(Parameter),
}

/// Parameters that are written in other units.
pub const CONVERTED: [Parameter; 3] = [Parameter::Arsenic, Parameter::Fluoride, Parameter::Nitrate];
/// Parameters whose detection limit can be too high.
pub const DETECTED: [Parameter; 3] = [Parameter::Arsenic, Parameter::Manganese, Parameter::Nitrate];
const ALWAYS: [Parameter; 4] = [Parameter::Fluoride, Parameter::Arsenic, Parameter::Nitrate, Parameter::EColi];
const SOMETIMES: [Parameter; 5] =
    [Parameter::Iron, Parameter::Manganese, Parameter::Turbidity, Parameter::Ph, Parameter::Coliforms];

fn day(year: i32, rng: &mut ChaCha8Rng) -> String {
    format!("{year}-{:02}-{:02}", rng.random_range(3..=11), rng.random_range(1..=28))
}

/// Writes a value, given as a share of the limit (E. coli: a count; pH: itself).
fn written(parameter: Parameter, share: f64, date: &str, other_unit: bool) -> Sample {
    let limit = parameter.limit();
    let (value, unit, decimals) = match parameter {
        Parameter::EColi | Parameter::Coliforms | Parameter::Ph => (share, parameter.unit(), parameter.decimals()),
        Parameter::Nitrate if other_unit => (share * limit * NO3_PER_N, AS_NO3, 1),
        Parameter::Fluoride | Parameter::Arsenic | Parameter::Iron | Parameter::Manganese if other_unit => {
            (1_000.0 * share * limit, MICROGRAMS, 1)
        }
        _ => (share * limit, parameter.unit(), parameter.decimals()),
    };
    Sample { parameter, value: format!("{value:.decimals$}"), unit, date: date.to_owned(), below: None }
}

fn safe(parameter: Parameter, date: &str, rng: &mut ChaCha8Rng) -> Sample {
    match parameter {
        Parameter::EColi | Parameter::Coliforms => written(parameter, 0.0, date, false),
        Parameter::Ph => written(parameter, rng.random_range(6.9..8.05), date, false),
        // Undetected, with a detection limit low enough.
        Parameter::Arsenic if rng.random_bool(0.3) => undetected(parameter, 0.1, date, rng),
        Parameter::Iron if rng.random_bool(0.2) => undetected(parameter, 0.04 / 0.3, date, rng),
        _ => {
            let share = rng.random_range(0.15..0.85);
            written(parameter, share, date, rng.random_bool(0.1))
        }
    }
}

fn over(parameter: Parameter, date: &str, rng: &mut ChaCha8Rng) -> Sample {
    let share = match parameter {
        Parameter::EColi | Parameter::Coliforms => f64::from(rng.random_range(3..60)),
        _ => rng.random_range(1.15..3.2),
    };
    written(parameter, share, date, false)
}

fn undetected(parameter: Parameter, share: f64, date: &str, rng: &mut ChaCha8Rng) -> Sample {
    let mut sample = written(parameter, share, date, false);
    if rng.random_bool(0.5) {
        sample.value.insert(0, '<');
    } else {
        sample.below = Some(true);
    }
    sample
}

/// The samples of a source, in the order of the layer.
pub fn draw(show: Show, rng: &mut ChaCha8Rng) -> Vec<Sample> {
    let planted = match show {
        Show::Nothing => return Vec::new(),
        Show::Safe => None,
        Show::Over(p)
        | Show::OverOtherUnit(p)
        | Show::UnderOtherUnit(p)
        | Show::OldOver(p)
        | Show::HighDetection(p) => Some(p),
    };
    let mut parameters = ALWAYS.to_vec();
    for p in SOMETIMES {
        if rng.random_bool(0.25) {
            parameters.push(p);
        }
    }
    parameters.extend(planted.filter(|p| !parameters.contains(p)));
    // Where there is E. coli, no count of coliforms agrees with itself.
    if planted == Some(Parameter::EColi) {
        parameters.retain(|p| *p != Parameter::Coliforms);
    }
    let date = day(2016, rng);
    let again = planted.is_some() && rng.random_bool(0.5) || rng.random_bool(0.06);
    let mut samples = Vec::new();
    if again || matches!(show, Show::OldOver(_)) {
        let old = day(rng.random_range(2013..=2015), rng);
        for &p in &parameters {
            let was_over = show == Show::OldOver(p);
            samples.push(if was_over { over(p, &old, rng) } else { safe(p, &old, rng) });
        }
    }
    for &p in &parameters {
        samples.push(if Some(p) == planted { latest(show, p, &date, rng) } else { safe(p, &date, rng) });
    }
    // Files are not in the order of time.
    if rng.random_bool(0.3) {
        samples.reverse();
    }
    samples
}

fn latest(show: Show, p: Parameter, date: &str, rng: &mut ChaCha8Rng) -> Sample {
    match show {
        Show::Over(_) => over(p, date, rng),
        Show::OverOtherUnit(_) => written(p, rng.random_range(1.07..1.5), date, true),
        Show::UnderOtherUnit(_) => written(p, rng.random_range(0.80..0.94), date, true),
        Show::HighDetection(_) => {
            let share = *[2.0, 2.5, 5.0].choose(rng).unwrap_or(&2.0);
            undetected(p, share, date, rng)
        }
        _ => safe(p, date, rng),
    }
}
