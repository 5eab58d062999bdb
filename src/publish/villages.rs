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
    let mut chinese = false;
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
        if all.is_empty() {
            // Latin letters and digits stand together.
            if !out.is_empty()
                && !out.chars().last().is_some_and(|l| l.is_ascii_alphanumeric() && c.is_ascii_alphanumeric())
            {
                out.push(' ');
            }
            out.extend(c.to_lowercase());
            continue;
        }
        chinese = true;
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&all.join("/"));
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

    #[test]
    fn names_are_read_in_every_way() {
        assert_eq!(reading("大柘坪村").as_deref(), Some("da/dai/tai zhe ping cun"));
        assert_eq!(reading("长岭子").as_deref(), Some("chang/zhang ling zi"));
        assert_eq!(reading("红旗2队").as_deref(), Some("hong/gong qi 2 dui"));
        assert_eq!(reading("Balzers"), None);
        assert_eq!(reading("A1区"), Some("a1 qu/ou".to_owned()));
    }
}
