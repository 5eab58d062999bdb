//! Voltage readings: what they were taken at, and which of them cannot be voltages.

use std::collections::HashMap;

use super::super::read::Table;
use super::{Buses, bus_key, words};
use crate::world::power::{Load, ReadAt, Transformer, VoltageReading};

const NO_VOLTAGE: &str = "no voltage";
const ZERO: &str = "0 V is an outage, not a voltage";
const KILOVOLTS: &str = "voltage looks like kilovolts; write volts, or a unit: \"0.22 kV\"";
const IMPLAUSIBLE: &str = "voltage is not between 0.3 and 1.7 times the nominal one";
const NOWHERE: &str = "names no load, transformer, bus or village that exists";
const NO_TIME: &str = "no time; the reading counts, but when it was taken is unknown";
const BAD_TIME: &str = "time is not ISO 8601 (2026-07-01T19:00:00+08:00); taken as unknown";

pub(super) fn build(
    tables: &mut [Table],
    buses: &Buses,
    villages: &HashMap<&str, u32>,
    transformers: &[Transformer],
    loads: &[Load],
) -> Vec<VoltageReading> {
    let by_id = |ids: &mut dyn Iterator<Item = &str>| -> HashMap<String, u32> {
        ids.zip(0..).map(|(id, i)| (id.to_owned(), i)).collect()
    };
    let transformers = by_id(&mut transformers.iter().map(|t| t.id.as_str()));
    let loads = by_id(&mut loads.iter().map(|l| l.id.as_str()));
    let mut out: Vec<VoltageReading> = Vec::new();
    for table in tables {
        let mut quality = std::mem::take(&mut table.quality);
        let keep = |r: usize| table.is_good(r);
        let values = table.values();
        let volts = values.classify("voltage", &mut quality, keep, |s| words::volts(s)?.first().copied());
        let nominal = values.classify("nominal", &mut quality, keep, |s| words::volts(s)?.first().copied());
        let phases = values.classify("phase", &mut quality, keep, words::phases);
        let mut skipped = Vec::new();
        for row in (0..table.rows()).filter(|r| table.is_good(*r)) {
            let Some(v) = volts.get(row) else {
                skipped.push((row, NO_VOLTAGE));
                continue;
            };
            if v == 0.0 {
                skipped.push((row, ZERO));
                continue;
            }
            let single = phases.get(row).filter(|p| *p > 0).map(|p| p.count_ones() == 1);
            let Some(nominal_v) = nominal.get(row).filter(|n| *n > 0.0).or_else(|| guess(v, single)) else {
                skipped.push((row, if v < 50.0 { KILOVOLTS } else { IMPLAUSIBLE }));
                continue;
            };
            let pu = v / nominal_v;
            if !(0.3..=1.7).contains(&pu) {
                let kilo = (0.3..=1.7).contains(&(1000.0 * pu));
                skipped.push((row, if kilo { KILOVOLTS } else { IMPLAUSIBLE }));
                continue;
            }
            let prefixed = |raw: &str| format!("{}{raw}", table.source.id_prefix.as_deref().unwrap_or_default());
            let load = values.text("load", row).and_then(|id| loads.get(&prefixed(id))).map(|&i| ReadAt::Load(i));
            let at = load
                .or_else(|| {
                    let t = values.text("transformer", row)?;
                    transformers.get(&prefixed(t)).map(|&i| ReadAt::Transformer(i))
                })
                .or_else(|| buses.find(&bus_key(table, values.text("bus", row)?)).map(ReadAt::Bus))
                .or_else(|| villages.get(values.text("village", row)?).map(|&i| ReadAt::Village(i)));
            let Some(at) = at else {
                skipped.push((row, NOWHERE));
                continue;
            };
            let time = values.text("time", row);
            match time {
                None => quality.note(NO_TIME, || table.label(row)),
                Some(t) if !is_time(t) => quality.note(BAD_TIME, || format!("{} ({t})", table.label(row))),
                Some(_) => {}
            }
            out.push(VoltageReading {
                at,
                volts: v,
                nominal_v,
                single_phase: nominal_v < 300.0 || single == Some(true) && nominal_v < 1_000.0,
                time: time.filter(|t| is_time(t)).map(str::to_owned),
                source: table.index,
            });
            quality.kept += 1;
        }
        table.quality = quality;
        for (row, why) in skipped {
            table.skip(row, why);
        }
    }
    out.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.time.cmp(&b.time)).then(a.volts.total_cmp(&b.volts)));
    out
}

/// The nominal voltage of a reading that states none: 220 V, 380 V, or of a medium-voltage grid.
fn guess(v: f64, single: Option<bool>) -> Option<f64> {
    let near = |n: f64| (0.6..=1.4).contains(&(v / n)).then_some(n);
    match single {
        Some(true) => near(220.0),
        _ if (154.0..=300.0).contains(&v) => Some(220.0),
        _ => near(380.0).or_else(|| near(10_000.0)),
    }
}

/// True for a date, with or without time of day, as ISO 8601 has it.
fn is_time(s: &str) -> bool {
    let b = s.as_bytes();
    let digits = |r: std::ops::Range<usize>| b.get(r).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
    let two =
        |r: std::ops::Range<usize>, most: u32| s.get(r).and_then(|t| t.parse::<u32>().ok()).is_some_and(|n| n <= most);
    let date = digits(0..4) && b.get(4) == Some(&b'-') && two(5..7, 12) && b.get(7) == Some(&b'-') && two(8..10, 31);
    let clock = b.len() == 10 || matches!(b.get(10), Some(b'T' | b' ')) && two(11..13, 24);
    date && clock
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for good in ["2016-12-05", "2016-12-05T21:00:00+08:00", "2016-12-05 21:00"] {
            assert!(is_time(good), "{good}");
        }
        for bad in ["", "5.12.2016", "2016-13-01", "2016-12-05Tx", "20161205", "夜里"] {
            assert!(!is_time(bad), "{bad}");
        }
    }

    #[test]
    fn nominal_voltages_are_guessed_only_where_one_fits() {
        assert_eq!(guess(198.0, None), Some(220.0));
        assert_eq!(guess(353.0, None), Some(380.0));
        assert_eq!(guess(9_600.0, None), Some(10_000.0));
        assert_eq!((guess(0.21, None), guess(1_000.0, None)), (None, None));
    }
}
