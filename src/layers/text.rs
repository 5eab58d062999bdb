//! Values as people and programs write them: yes and no, numbers, hstore tags, broken encodings.

use crate::world::Known;

/// Yes and no in the words that village records use; `None` for anything else.
pub(super) fn yes_no(s: &str) -> Option<Known> {
    Some(match s.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "t" | "1" | "1.0" | "是" | "有" | "已通" | "√" => Known::Yes,
        "no" | "n" | "false" | "f" | "0" | "0.0" | "否" | "无" | "未通" | "×" => Known::No,
        "unknown" | "未知" | "不详" => Known::Unknown,
        _ => return None,
    })
}

/// A number as people write it: `1234`, `1,234.5`, `１２３４`, with spaces between thousands.
pub(super) fn number(s: &str) -> Option<f64> {
    let plain: String = s
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{a0}')
        .map(|c| match c {
            '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
            '，' => ',',
            '．' => '.',
            '－' => '-',
            c => c,
        })
        .collect();
    let text = match plain.contains(',') {
        false => plain,
        true => {
            let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
            let mut groups = whole.trim_start_matches('-').split(',');
            let first = groups.next().unwrap_or_default();
            let grouped = (1..=3).contains(&first.len()) && groups.all(|g| g.len() == 3) && !fraction.contains(',');
            if !grouped {
                return None;
            }
            plain.replace(',', "")
        }
    };
    // "inf", "nan" and "1e9" are numbers to Rust; only the last is one here.
    if !text.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c)) {
        return None;
    }
    text.parse::<f64>().ok().filter(|v| v.is_finite())
}

/// Calls `found(key, value)` for every pair of an hstore text such as `"surface"=>"gravel","note"=>"a \"b\""`.
pub(super) fn hstore(text: &str, mut found: impl FnMut(&str, &str)) {
    let mut rest = text;
    let (mut key, mut value) = (String::new(), String::new());
    while let Some(after_key) = quoted(rest, &mut key) {
        let Some(arrow) = after_key.trim_start().strip_prefix("=>") else { return };
        let Some(after) = quoted(arrow.trim_start(), &mut value) else {
            // `NULL` without quotes: no value.
            match arrow.trim_start().strip_prefix("NULL") {
                Some(r) => rest = r.trim_start().trim_start_matches(','),
                None => return,
            }
            continue;
        };
        found(&key, &value);
        rest = after.trim_start().trim_start_matches(',');
    }
}

/// Reads one quoted string into `into` and returns what follows it.
fn quoted<'t>(text: &'t str, into: &mut String) -> Option<&'t str> {
    into.clear();
    let body = text.trim_start().strip_prefix('"')?;
    let mut escaped = false;
    for (i, c) in body.char_indices() {
        match c {
            _ if escaped => {
                into.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return Some(&body[i + 1..]),
            c => into.push(c),
        }
    }
    None
}

/// True where text looks like GBK that was read as Latin-1, as happens with shapefiles whose header claims so:
/// all letters beyond ASCII come in pairs that are Chinese characters in GB 2312.
pub(super) fn gbk_as_latin1(s: &str) -> bool {
    let mut pending = false;
    let mut pairs = 0;
    for c in s.chars() {
        match (c as u32, pending) {
            (0..=0x7f, false) => {}
            (0xb0..=0xf7, false) => pending = true,
            (0xa1..=0xfe, true) => {
                pending = false;
                pairs += 1;
            }
            _ => return false,
        }
    }
    !pending && pairs > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hstore_with_escapes() {
        let mut got = Vec::new();
        hstore(
            r#""surface"=>"gravel","note"=>"a \"b\", \\ c=>d","空"=>"","x"=>NULL,"tracktype" => "grade2""#,
            |k, v| {
                got.push((k.to_string(), v.to_string()));
            },
        );
        let want = [("surface", "gravel"), ("note", "a \"b\", \\ c=>d"), ("空", ""), ("tracktype", "grade2")];
        assert_eq!(got, want.map(|(k, v)| (k.to_string(), v.to_string())));
        hstore("\"broken", |_, _| panic!("nothing to find"));
        hstore("\"broken\"=>", |_, _| panic!("nothing to find"));
    }

    proptest! {
        #[test]
        fn hstore_survives_anything(s in ".{0,40}") {
            hstore(&s, |_, _| {});
        }

        #[test]
        fn hstore_round_trips(k in ".{1,8}", v in ".{0,12}") {
            let escape = |s: &str| s.replace('\\', "\\\\").replace('"', "\\\"");
            let mut got = Vec::new();
            hstore(&format!("\"{}\"=>\"{}\",\"z\"=>\"1\"", escape(&k), escape(&v)), |k, v| got.push((k.to_string(), v.to_string())));
            prop_assert_eq!(got, vec![(k, v), ("z".to_string(), "1".to_string())]);
        }
    }

    #[test]
    fn numbers_as_people_write_them() {
        for (s, v) in [
            ("1,234", 1234.0),
            ("1,234,567.5", 1_234_567.5),
            ("１２３４", 1234.0),
            (" 12 345 ", 12_345.0),
            ("-3", -3.0),
        ] {
            assert_eq!(number(s), Some(v), "{s}");
        }
        for s in ["", "约500", "1,23", "12,34,567", "inf", "NaN", "3人", "1.2.3", "--"] {
            assert_eq!(number(s), None, "{s}");
        }
    }

    #[test]
    fn yes_and_no() {
        for s in ["是", "有", "1", "TRUE", "Y", "yes"] {
            assert_eq!(yes_no(s), Some(Known::Yes), "{s}");
        }
        for s in ["否", "无", "0", "false", "N"] {
            assert_eq!(yes_no(s), Some(Known::No), "{s}");
        }
        assert_eq!(yes_no("maybe"), None);
        assert_eq!(yes_no("2"), None, "Indian census tables use 2 for no; the atlas has to say so");
    }

    #[test]
    fn mojibake_is_seen() {
        let (latin, ..) = (encoding_rs::GBK.encode("头道河村").0.iter().map(|b| *b as char).collect::<String>(), ());
        assert!(gbk_as_latin1(&latin));
        for s in ["Würzburg", "Schaan", "São Tomé", "Orléans", "头道河村", "Noël à"] {
            assert!(!gbk_as_latin1(s), "{s}");
        }
    }
}

/// A calendar date as days since 1970-01-01: `2016-03-01`, `2016-03-01T…`, `2016/3/1`, `20160301`, `2016年3月1日`,
/// `1.3.2016`, `2016-03` and `2016` (their first day). A date such as `3/4/2016`, which may be either day or month
/// first, is none; `31/12/2016` is one.
pub(super) fn date(s: &str) -> Option<i32> {
    let s = s.trim().split(['T', ' ']).next().unwrap_or_default();
    let chinese = s.replace(['年', '月'], "-").replace('日', "");
    let s = chinese.trim_end_matches('-');
    if s.len() == 8 && s.bytes().all(|b| b.is_ascii_digit()) {
        return days(s[..4].parse().ok()?, s[4..6].parse().ok()?, s[6..].parse().ok()?);
    }
    let parts: Vec<&str> = s.split(['-', '/', '.']).collect();
    let n = |i: usize| parts.get(i).and_then(|p| p.parse::<u32>().ok());
    match (parts.len(), parts[0].len()) {
        (1, 4) => days(n(0)? as i32, 1, 1),
        (2, 4) => days(n(0)? as i32, n(1)?, 1),
        (3, 4) => days(n(0)? as i32, n(1)?, n(2)?),
        (3, _) if parts[2].len() == 4 => {
            let (a, b, year) = (n(0)?, n(1)?, n(2)? as i32);
            // Dots are day first everywhere; of slashes and hyphens only what cannot be a month tells.
            if s.contains('.') || a > 12 || a == b {
                days(year, b, a)
            } else if b > 12 {
                days(year, a, b)
            } else {
                None
            }
        }
        _ => None,
    }
}

/// Days since 1970-01-01 of a date of the Gregorian calendar (civil-from-days counting, eras of 400 years).
fn days(year: i32, month: u32, day: u32) -> Option<i32> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let most = *length.get(month.checked_sub(1)? as usize)?;
    if !(1..=most).contains(&day) || !(1800..=9999).contains(&year) {
        return None;
    }
    let y = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (y.div_euclid(400), y.rem_euclid(400));
    let of_year = (153 * ((month as i32 + 9) % 12) + 2) / 5 + day as i32 - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[cfg(test)]
mod dates {
    use super::date;

    #[test]
    fn dates_in_several_forms() {
        let day = date("2016-03-01");
        assert_eq!(day, Some(16_861));
        for same in ["2016-03-01T00:00:00Z", "2016/3/1", "20160301", "2016年3月1日", "1.3.2016", "2016-03"] {
            assert_eq!(date(same), day, "{same}");
        }
        assert_eq!((date("1970-01-01"), date("2000-02-29"), date("31/12/1999")), (Some(0), Some(11_016), Some(10_956)));
        for bad in ["3/4/2016", "2016-13-01", "2015-02-29", "yesterday", ""] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }
}
