//! Words of power layers: voltages with units, phases.

use super::super::text::number;
use crate::world::power::{ABC, Phases};

/// Voltages in volts: `66000`, `66 kV`, `10千伏`, `110000;20000` (OSM: several circuits).
pub(super) fn volts(s: &str) -> Option<Vec<f64>> {
    s.split(';').map(one).collect()
}

fn one(s: &str) -> Option<f64> {
    let low = s.trim().to_lowercase();
    let (digits, factor) = if let Some(d) = low.strip_suffix("kv").or_else(|| low.strip_suffix("千伏")) {
        (d, 1000.0)
    } else if let Some(d) = low.strip_suffix('v').or_else(|| low.strip_suffix('伏')) {
        (d, 1.0)
    } else {
        (low.as_str(), 1.0)
    };
    number(digits).map(|v| v * factor).filter(|v| *v >= 0.0)
}

/// Phases (0: stated to be unknown): `abc`, `3`, `三相`, `a`, `L1`, `bn`; `1` and `单相` are one phase, it is not said which, and stand for a.
pub(super) fn phases(s: &str) -> Option<Phases> {
    let low = s.trim().to_lowercase();
    match low.as_str() {
        "3" | "3.0" | "三相" | "three" | "three-phase" => return Some(ABC),
        "1" | "1.0" | "单相" | "single" | "single-phase" => return Some(1),
        "unknown" | "不明" => return Some(0),
        "l1" => return Some(1),
        "l2" => return Some(2),
        "l3" => return Some(4),
        _ => {}
    }
    let mut mask = 0;
    for c in low.chars() {
        mask |= match c {
            'a' => 1,
            'b' => 2,
            'c' => 4,
            'n' => 0,
            _ => return None,
        };
    }
    (mask > 0).then_some(mask)
}

/// Phases from the number of conductors of a line (OSM `cables`): three or more carry all three.
pub(super) fn cables(s: &str) -> Option<Phases> {
    let n = s.split(';').map(number).collect::<Option<Vec<f64>>>()?.into_iter().fold(0.0, f64::max);
    match n {
        n if n >= 3.0 => Some(ABC),
        n if n >= 1.0 => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voltages_with_and_without_units() {
        assert_eq!(volts("66 kV"), Some(vec![66_000.0]));
        assert_eq!(volts("110000;20000"), Some(vec![110_000.0, 20_000.0]));
        assert_eq!(volts("0.4千伏"), Some(vec![400.0]));
        assert_eq!((volts("low"), volts("-5")), (None, None));
    }

    #[test]
    fn phases_as_people_write_them() {
        assert_eq!(
            ["abc", "三相", "B", "l3", "an", "1"].map(phases),
            [Some(7), Some(7), Some(2), Some(4), Some(1), Some(1)]
        );
        assert_eq!((phases("x"), phases("n")), (None, None));
        assert_eq!((cables("3"), cables("2"), cables("6;3")), (Some(ABC), Some(1), Some(ABC)));
    }
}
