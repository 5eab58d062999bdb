//! A well that was mended between two years: a later sample finds what was over its limit well under it.

use super::model::{Parameter, Sample, Situation, Water};

/// Adds such a sample to the source of one village that has it to itself; answers with the village's index.
pub fn mend(water: &mut Water, date: &str, may: impl Fn(usize) -> bool) -> Option<usize> {
    let alone = |w: &Water, s: usize| w.villages.iter().filter(|v| v.source == s).count() == 1;
    let found = (0..water.villages.len()).find_map(|i| {
        let Situation::Exceeds(p) = water.villages[i].situation else { return None };
        let s = water.villages[i].source;
        let plain = matches!(p, Parameter::Fluoride | Parameter::Arsenic | Parameter::Nitrate | Parameter::Iron);
        let before = water.sources[s].samples.iter().all(|x| x.date.as_str() < date);
        (may(i) && plain && before && alone(water, s)).then_some((i, s, p))
    });
    let (village, source, parameter) = found?;
    let value = format!("{:.*}", parameter.decimals(), 0.4 * parameter.limit());
    let (unit, date) = (parameter.unit(), date.to_owned());
    water.sources[source].samples.push(Sample { parameter, value, unit, date, below: None });
    Some(village)
}
