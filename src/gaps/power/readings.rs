//! Voltage readings per place, held against the limits by percentiles (definitions, section 3, "measured").

use std::collections::BTreeMap;

use super::super::Verdict;
use super::model::Bad;
use crate::standards::{PowerRules, VoltageLimits};
use crate::world::power::{ReadAt, VoltageReading};

/// What was read at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Low and high percentile, shares of the nominal voltage.
    pub low_pu: f64,
    pub high_pu: f64,
    pub count: usize,
    pub limits: VoltageLimits,
    /// First and last time, where readings have one.
    pub times: Option<(String, String)>,
}

impl Measured {
    pub fn verdict(&self) -> Verdict {
        if self.bad().is_some() { Verdict::Gap } else { Verdict::Ok }
    }

    pub fn bad(&self) -> Option<Bad> {
        if self.low_pu < self.limits.low {
            Some(Bad::Low)
        } else {
            (self.high_pu > self.limits.high).then_some(Bad::High)
        }
    }
}

/// Percentile (0–100) of sorted values by linear interpolation between the two next to it.
pub fn percentile(sorted: &[f64], percent: f64) -> f64 {
    let h = percent / 100.0 * (sorted.len().saturating_sub(1)) as f64;
    let i = h.floor() as usize;
    let next = sorted[(i + 1).min(sorted.len() - 1)];
    sorted[i] + h.fract() * (next - sorted[i])
}

/// Readings of one place are of one kind: where single-phase and three-phase ones mix, the kind with the lower limit
/// margin decides, so each kind is weighed alone.
pub(super) fn measured(readings: &[VoltageReading], rules: &PowerRules) -> BTreeMap<ReadAt, Measured> {
    let mut groups: BTreeMap<(ReadAt, bool), Vec<&VoltageReading>> = BTreeMap::new();
    for r in readings {
        groups.entry((r.at, r.single_phase)).or_default().push(r);
    }
    let mut out: BTreeMap<ReadAt, Measured> = BTreeMap::new();
    for ((at, single), all) in groups {
        let mut pu: Vec<f64> = all.iter().map(|r| r.volts / r.nominal_v).collect();
        pu.sort_by(f64::total_cmp);
        let times = all.iter().filter_map(|r| r.time.as_deref());
        let m = Measured {
            low_pu: percentile(&pu, rules.percentile),
            high_pu: percentile(&pu, 100.0 - rules.percentile),
            count: pu.len(),
            limits: rules.limits(single),
            times: times.clone().min().zip(times.max()).map(|(a, b)| (a.to_owned(), b.to_owned())),
        };
        let margin = |m: &Measured| (m.low_pu - m.limits.low).min(m.limits.high - m.high_pu);
        match out.get(&at) {
            Some(old) if margin(old) <= margin(&m) => {}
            _ => {
                out.insert(at, m);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_interpolate() {
        let v: Vec<f64> = (0..=20).map(f64::from).collect();
        assert_eq!((percentile(&v, 5.0), percentile(&v, 95.0), percentile(&[3.0], 5.0)), (1.0, 19.0, 3.0));
        assert_eq!(percentile(&[0.0, 1.0], 5.0), 0.05);
    }

    #[test]
    fn one_low_reading_of_forty_is_no_gap_and_two_kinds_are_weighed_alone() {
        let rules = PowerRules::default();
        let reading = |volts, nominal_v| VoltageReading {
            at: ReadAt::Village(0),
            volts,
            nominal_v,
            single_phase: nominal_v < 300.0,
            time: None,
            source: 0,
        };
        let mut all = vec![reading(215.0, 220.0); 39];
        all.push(reading(180.0, 220.0));
        assert_eq!(measured(&all, &rules)[&ReadAt::Village(0)].bad(), None);
        // 0.92 is enough for one phase and too little for three.
        assert_eq!(measured(&[reading(202.4, 220.0)], &rules)[&ReadAt::Village(0)].bad(), None);
        all.push(reading(349.6, 380.0));
        let m = &measured(&all, &rules)[&ReadAt::Village(0)];
        assert_eq!((m.bad(), m.limits.low), (Some(Bad::Low), 0.93));
        assert_eq!(measured(&[reading(236.0, 220.0)], &rules)[&ReadAt::Village(0)].bad(), Some(Bad::High));
    }
}
