//! Instants: RFC 3339 dates and times as seconds since 1970.

use super::Fault;

/// `2024-03-01` (its midnight, UTC) or `2024-03-01T12:00:00Z`, with any offset; `None` where it is neither.
pub fn instant(text: &str) -> Option<f64> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let days = days(date)? as f64 * 86400.0;
    if rest.is_empty() {
        return Some(days);
    }
    if !matches!(rest.as_bytes()[0], b'T' | b't' | b' ') {
        return None;
    }
    let clock = &rest[1..];
    let b = clock.as_bytes();
    if b.get(2) != Some(&b':') || b.get(5) != Some(&b':') {
        return None;
    }
    let (h, m, s) = (two(clock, 0, 23)?, two(clock, 3, 59)?, two(clock, 6, 60)?);
    let mut at = 8;
    let mut fraction = 0.0;
    if b.get(8) == Some(&b'.') {
        let end = clock[9..].find(|c: char| !c.is_ascii_digit()).map_or(clock.len(), |i| i + 9);
        fraction = format!("0{}", &clock[8..end]).parse().ok().filter(|_| end > 9)?;
        at = end;
    }
    let offset = match clock.get(at..)? {
        "Z" | "z" => 0,
        o if o.len() == 6 && o.starts_with(['+', '-']) && o.as_bytes()[3] == b':' => {
            let minutes = two(o, 1, 23)? * 60 + two(o, 4, 59)?;
            if o.starts_with('-') { -minutes } else { minutes }
        }
        _ => return None,
    };
    Some(days + (h * 3600 + m * 60 + s - offset * 60) as f64 + fraction)
}

fn two(text: &str, at: usize, most: i64) -> Option<i64> {
    let digits = text.get(at..at + 2).filter(|d| d.bytes().all(|c| c.is_ascii_digit()))?;
    digits.parse().ok().filter(|n| *n <= most)
}

/// Days since 1970 of `2024-03-01`, in the Gregorian calendar.
fn days(date: &str) -> Option<i64> {
    let b = date.as_bytes();
    if b.len() != 10 || b[4] != b'-' || b[7] != b'-' || !b[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let year: i64 = date[..4].parse().ok()?;
    let (month, day) = (two(date, 5, 12)?, two(date, 8, 31)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => 31,
    };
    if month == 0 || day == 0 || day > longest {
        return None;
    }
    // Years from March on, so that the leap day is the last of its year.
    let y = if month <= 2 { year - 1 } else { year };
    let m = (month + 9) % 12;
    Some(365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (153 * m + 2) / 5 + day - 1 - 719_468)
}

/// DATE('…') or TIMESTAMP('…').
pub(super) fn literal(function: &str, text: &str) -> Result<f64, Fault> {
    let date = function == "date";
    let wanted = if date { "2024-03-01" } else { "2024-03-01T12:00:00Z" };
    let found = instant(text).filter(|_| (text.len() == 10) == date);
    found.ok_or_else(|| Fault::new(format!("{text:?} is no {function}; write it as {wanted}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read() {
        assert_eq!(instant("1970-01-01"), Some(0.0));
        assert_eq!(instant("2000-02-29"), Some(951_782_400.0));
        assert_eq!(instant("2026-11-26T02:03:06Z"), Some(1_795_658_586.0));
        assert_eq!(instant("2026-11-26T10:03:06.5+08:00"), Some(1_795_658_586.5));
        assert_eq!(instant("1969-12-31T23:59:59Z"), Some(-1.0));
        for bad in [
            "",
            "2024",
            "2023-02-29",
            "2024-13-01",
            "2024-01-00",
            "2024-01-01T",
            "2024-01-01T10:00Z",
            "2024-01-01T10:00:00",
            "2024-01-01T24:00:00Z",
            "2024-01-01T10:00:00.Z",
            "二〇二四年一月一日",
            "2024-01-01T10:00:00+08",
        ] {
            assert_eq!(instant(bad), None, "{bad}");
        }
    }
}
