//! Villages as columns: the little that a page needs of all of them at once, for search, lists and points on a map.
//!
//! Names come with their Pinyin: a syllable for each character, all readings of a character that has several
//! (`chang/zhang`), so that a search finds a village however its name is read. Everything else of a village is its
//! feature in the collection `villages`.

use pinyin::{ToPinyin, ToPinyinMulti};
use serde_json::{Map, Value, json};

use crate::findings::Findings;
use crate::gaps::Verdict;
use crate::priority::need::{Needs, verdict};
use crate::standards::THEMES;

/// Seven decimals: about a centimetre.
fn degrees(x: f64) -> f64 {
    (x * 1e7).round() / 1e7
}

/// The syllables of a name, those of one character with `/` between, others as they are; `None` where nothing is Chinese.
fn reading(name: &str) -> Option<String> {
    let (mut chinese, mut before_other) = (false, false);
    let mut out = String::new();
    for c in name.chars().filter(|c| c.is_alphanumeric()) {
        let mut all: Vec<&str> = match c.to_pinyin_multi() {
            Some(m) => m.into_iter().map(|p| p.plain()).collect(),
            None => c.to_pinyin().map(|p| p.plain()).into_iter().collect(),
        };
        // Readings that differ in tone alone are one.
        let mut seen = Vec::new();
        all.retain(|s| {
            !seen.contains(s) && {
                seen.push(*s);
                true
            }
        });
        // Latin letters and digits stand together.
        let other = all.is_empty();
        if !(out.is_empty() || other && before_other) {
            out.push(' ');
        }
        before_other = other;
        if other {
            out.extend(c.to_lowercase());
        } else {
            chinese = true;
            out.push_str(&all.join("/"));
        }
    }
    chinese.then_some(out)
}

/// One letter for each village: `g` gap, `o` in order, `u` unknown.
fn letter(v: Verdict) -> char {
    match v {
        Verdict::Gap => 'g',
        Verdict::Ok => 'o',
        Verdict::Unknown => 'u',
    }
}

/// `/api/villages`: columns of equal length, in the order of the collection; `themes` has, for each theme with data, a
/// letter of each village and the severity of its worst gap (three decimals, `null` where the theme is unknown).
/// `there` are the themes with data. Counties and the weights of themes come along.
pub fn columns(f: &Findings, there: &[&str]) -> Value {
    let all = &f.world.villages;
    let needs = Needs::new(f);
    let mut themes = Map::new();
    for (k, theme) in THEMES.iter().enumerate().filter(|(_, t)| there.contains(t)) {
        let verdicts: String = (0..all.len()).map(|i| letter(verdict(f, k, i))).collect();
        let severity: Vec<Option<f64>> =
            (0..all.len()).map(|i| needs.severity(i, k).map(|s| (s * 1e3).round() / 1e3)).collect();
        themes.insert((*theme).to_owned(), json!({"verdict": verdicts, "severity": severity}));
    }
    let column = |of: &dyn Fn(&crate::world::Village) -> Value| -> Value { all.iter().map(of).collect() };
    json!({
        "atlas": f.atlas.id,
        "provenance": f.provenance,
        "data_version": f.data_version,
        "count": all.len(),
        "id": column(&|v| json!(v.id)),
        "name": column(&|v| json!(v.name)),
        "pinyin": column(&|v| json!(reading(&v.name))),
        "town": column(&|v| json!(v.town)),
        "county": column(&|v| json!(v.county)),
        "population": column(&|v| json!(v.population)),
        "priority": column(&|v| json!(v.priority)),
        "status": column(&|v| json!(v.status)),
        "lon": column(&|v| json!(degrees(v.point.x))),
        "lat": column(&|v| json!(degrees(v.point.y))),
        "themes": themes,
        "counties": {
            "id": f.world.counties.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(),
            "name": f.world.counties.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(),
            "target": f.world.counties.iter().map(|c| c.target).collect::<Vec<_>>(),
        },
        "weights": f.atlas.priority.weights,
    })
}

#[cfg(test)]
mod tests {
    use super::reading;

    /// Whether the syllables spell this, each in one of its readings.
    fn reads(name: &str, spelt: &str) -> bool {
        let found = reading(name).unwrap_or_default();
        let (found, spelt): (Vec<&str>, Vec<&str>) = (found.split(' ').collect(), spelt.split(' ').collect());
        found.len() == spelt.len() && found.iter().zip(&spelt).all(|(f, s)| f.split('/').any(|one| one == *s))
    }

    #[test]
    fn names_are_read_in_every_way() {
        assert!(reads("大柘坪村", "da zhe ping cun"));
        assert!(reads("长岭子", "chang ling zi") && reads("长岭子", "zhang ling zi"));
        assert!(!reads("长岭子", "chang ling"));
        // Figures and Latin letters stand together, in small letters.
        assert!(reads("红旗12队", "hong qi 12 dui"));
        assert!(reads("A1 区", "a1 qu"));
        assert_eq!(reading("Balzers"), None);
        // One reading is said once, whatever its tones.
        assert_eq!(reading("村").as_deref(), Some("cun"));
    }
}
