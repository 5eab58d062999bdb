//! Costs as whole numbers, so that bounds are exact.
//!
//! Where every cost is a whole multiple of one power of two and all of them together fit into 53 bits, that power is the
//! unit and nothing is lost. Otherwise a unit is chosen small enough for 50 bits of the sum, and costs are rounded down:
//! a bound for the rounded costs is a bound for the true ones.

/// Costs in units; sums of all edges of a graph stay far from overflow.
pub type Cost = i64;

/// More than any sum of costs, and small enough that two of them can be added.
pub const FAR: Cost = 1 << 60;

/// What a unit is worth.
#[derive(Debug, Clone, Copy)]
pub struct Units {
    /// A cost times two to this power is the number of units.
    power: i32,
    exact: bool,
}

impl Units {
    /// The unit for these costs, which must be finite and not negative.
    pub fn of(costs: impl Iterator<Item = f64> + Clone) -> Self {
        let positive = || costs.clone().filter(|c| *c > 0.0);
        let Some(lowest) = positive().map(lowest_bit).min() else { return Self { power: 0, exact: true } };
        let most = positive().fold(0.0, f64::max);
        let room = most.log2() + (positive().count() as f64).log2();
        if (-1000..=1000).contains(&lowest) && room - f64::from(lowest) < 63.0 {
            let units = Self { power: -lowest, exact: true };
            if positive().map(|c| i128::from(units.floor(c))).sum::<i128>() < 1 << 53 {
                return units;
            }
        }
        Self { power: (49 - room.ceil() as i32).clamp(-1000, 1000), exact: false }
    }

    /// Units in `cost`, rounded down.
    pub fn floor(self, cost: f64) -> Cost {
        (cost * two_to(self.power)).floor() as Cost
    }

    /// A lower bound in units as a cost that no sum over `edges` true costs falls short of, not even by its own rounding.
    pub fn bound(self, units: Cost, edges: usize) -> f64 {
        let cost = units as f64 * two_to(-self.power);
        if self.exact { cost } else { (cost * (1.0 - (edges + 4) as f64 * f64::EPSILON)).max(0.0) }
    }
}

fn two_to(power: i32) -> f64 {
    2f64.powi(power)
}

/// Exponent of the lowest bit set in a positive finite number.
fn lowest_bit(x: f64) -> i32 {
    let bits = x.to_bits();
    let (exponent, mantissa) = ((bits >> 52) as i32 & 0x7ff, bits & ((1 << 52) - 1));
    if exponent == 0 {
        return mantissa.trailing_zeros() as i32 - 1074;
    }
    exponent - 1075 + (mantissa | 1 << 52).trailing_zeros() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_and_binary_costs_are_exact() {
        for costs in [vec![3.0, 0.0, 5.0], vec![0.5, 0.75], vec![1e9, 4e9], vec![], vec![0.0]] {
            let u = Units::of(costs.iter().copied());
            assert!(u.exact, "{costs:?}");
            assert!(costs.iter().all(|&c| u.bound(u.floor(c), 1) == c), "{costs:?}");
        }
    }

    #[test]
    fn other_costs_are_rounded_down() {
        for costs in [vec![0.1, 0.2, 1e7], vec![1e-300, 1e300], vec![f64::MAX; 9], vec![5e-324, 1.0], vec![5e-324]] {
            let u = Units::of(costs.iter().copied());
            assert!(costs.iter().map(|&c| i128::from(u.floor(c))).sum::<i128>() < 1 << 54);
            assert!(costs.iter().all(|&c| u.bound(u.floor(c), 1) <= c), "{costs:?}");
        }
    }
}
