//! Which class of ours a word in the user's data means. `None` where a person must decide.

use crate::atlas::LayerKind;
use crate::standards::OsmRoads;
use crate::world::{RoadClass, Surface};

/// The class that `value` of field `field` (of layer `kind`) most likely means.
pub(super) fn class_of(kind: LayerKind, field: &str, value: &str) -> Option<&'static str> {
    let v = value.trim().to_lowercase();
    match (kind, field) {
        (LayerKind::Roads, "surface") => surface(&v),
        (LayerKind::Roads, "class") => road_class(&v),
        (LayerKind::Seats, "level") => level(&v),
        (LayerKind::Projects, "theme") => crate::world::projects::theme(&v),
        (LayerKind::Projects, "status") => crate::world::projects::Status::parse(&v).map(|s| s.as_str()),
        (_, "status") => status(&v),
        (LayerKind::Substations, "kind") => ["source", "secondary"].into_iter().find(|w| *w == v),
        (LayerKind::PowerLines, "power") => ["line", "minor_line", "cable"].into_iter().find(|w| *w == v),
        (LayerKind::Transformers, "tap_side") => ["hv", "lv"].into_iter().find(|w| *w == v),
        (_, "phase" | "phases") => phases(&v),
        (LayerKind::WaterSources, "type" | "functional")
        | (_, "water_type" | "station_distance" | "clinic_distance" | "school_distance") => {
            kind.classes(field).and_then(|all| all.iter().find(|c| **c == v).copied())
        }
        _ => yes_no(&v),
    }
}

/// What is written for a value that nobody recognised: the class that claims the least.
pub(super) fn undecided(kind: LayerKind, field: &str) -> &'static str {
    match (kind, field) {
        (LayerKind::Roads, "class") => "unclassified",
        (LayerKind::Seats, "level") => "township",
        (LayerKind::Projects, "theme") => "unknown",
        (LayerKind::Projects, "status") => "planned",
        (_, "status") => "administrative",
        (LayerKind::Substations, "kind") => "secondary",
        (LayerKind::PowerLines, "power") => "minor_line",
        (LayerKind::Transformers, "tap_side") => "hv",
        _ => "unknown",
    }
}

fn phases(v: &str) -> Option<&'static str> {
    match v {
        "abc" | "3" | "三相" | "three-phase" => Some("abc"),
        "1" | "单相" | "single-phase" => Some("1"),
        _ => ["a", "b", "c", "ab", "bc", "ca"].into_iter().find(|w| *w == v),
    }
}

fn has(v: &str, words: &[&str]) -> bool {
    words.iter().any(|w| v.contains(w))
}

fn surface(v: &str) -> Option<&'static str> {
    // "Not paved" says what it is not; gravel and earth cost differently, so it stays open.
    if has(v, &["未硬化", "非硬化", "未铺装", "非铺装", "无路面", "未通"]) {
        return None;
    }
    match OsmRoads::default().surface(Some(v), None, RoadClass::Road).0 {
        Surface::Unknown => {}
        s => return Some(s.as_str()),
    }
    if has(v, &["水泥", "混凝土", "砼", "沥青", "柏油", "硬化", "油路", "铺装", "石板", "砖"]) {
        return Some("paved");
    }
    if has(v, &["砂石", "碎石", "石子", "沙石", "砾石", "泥结", "石渣"]) {
        return Some("gravel");
    }
    if has(v, &["土路", "素土", "泥土", "土质", "泥路"]) || v == "土" || v == "泥" {
        return Some("earth");
    }
    let tokens = tokens(v);
    let any = |words: &[&str]| tokens.iter().any(|t| words.contains(t));
    if any(&["unpaved", "unsealed", "non"]) {
        return any(&["earth", "dirt", "earthen"]).then_some("earth");
    }
    if any(&["gravel", "wbm", "murram", "laterite", "compacted", "stone"]) {
        return Some("gravel");
    }
    if any(&["asphalt", "asphalted", "concrete", "cement", "cc", "bt", "bituminous", "bitumen", "blacktop", "tar"])
        || any(&["paved", "sealed", "tarmac", "topped", "pucca", "chipseal"])
    {
        return Some("paved");
    }
    any(&["earth", "earthen", "dirt", "soil", "mud", "track", "kuchha", "kutcha"]).then_some("earth")
}

fn tokens(v: &str) -> Vec<&str> {
    v.split(|c: char| !c.is_alphanumeric()).filter(|t| !t.is_empty()).collect()
}

fn road_class(v: &str) -> Option<&'static str> {
    if let Some(c) = RoadClass::parse(v) {
        return Some(c.as_str());
    }
    if ["footway", "path", "cycleway", "bridleway", "pedestrian", "steps", "proposed", "corridor"].contains(&v)
        || has(v, &["步道", "人行", "自行车", "铁路"])
    {
        return Some("none");
    }
    const CHINESE: [(&str, &str); 16] = [
        ("高速", "motorway"),
        ("国道", "trunk"),
        ("省道", "primary"),
        ("县道", "secondary"),
        ("乡道", "tertiary"),
        ("镇道", "tertiary"),
        ("村道", "unclassified"),
        ("村路", "unclassified"),
        ("通村", "unclassified"),
        ("村级", "unclassified"),
        ("乡村道路", "unclassified"),
        ("巷", "residential"),
        ("街", "residential"),
        ("机耕", "track"),
        ("田间", "track"),
        ("生产路", "track"),
    ];
    if let Some((_, c)) = CHINESE.iter().find(|(w, _)| v.contains(w)) {
        return Some(c);
    }
    // Letters of the national route numbering, and the Indian road register.
    const CODES: [(&str, &str); 12] = [
        ("g", "trunk"),
        ("s", "primary"),
        ("x", "secondary"),
        ("y", "tertiary"),
        ("c", "unclassified"),
        ("nh", "trunk"),
        ("sh", "primary"),
        ("mdr", "secondary"),
        ("odr", "tertiary"),
        ("vr", "unclassified"),
        ("expressway", "motorway"),
        ("village", "unclassified"),
    ];
    let tokens = tokens(v);
    if let [one] = tokens[..]
        && let Some((_, c)) = CODES[..5].iter().find(|(w, _)| *w == one)
    {
        return Some(c);
    }
    if let Some((_, c)) = CODES[5..].iter().find(|(w, _)| tokens.contains(w)) {
        return Some(c);
    }
    let by_name = RoadClass::ALL.into_iter().filter(|c| *c != RoadClass::Road);
    by_name.map(RoadClass::as_str).find(|c| tokens.contains(c))
}

fn status(v: &str) -> Option<&'static str> {
    if has(v, &["撤并", "合并", "merged"]) {
        Some("merged")
    } else if has(v, &["自然村", "自然屯", "村民小组", "natural", "hamlet", "isolated"]) || v == "屯" {
        Some("natural")
    } else if has(v, &["行政村", "建制村", "社区", "居委会", "村委会", "administrative"]) || v == "village"
    {
        Some("administrative")
    } else {
        None
    }
}

fn level(v: &str) -> Option<&'static str> {
    if has(v, &["乡", "镇", "街道", "town", "block"]) {
        Some("township")
    } else if has(v, &["县", "区", "市", "county", "district", "city"]) {
        Some("county")
    } else {
        None
    }
}

fn yes_no(v: &str) -> Option<&'static str> {
    const YES: [&str; 10] = ["是", "有", "已通", "通", "y", "yes", "true", "t", "1", "已通硬化路"];
    const NO: [&str; 10] = ["否", "无", "未通", "不通", "n", "no", "false", "f", "0", "未通硬化路"];
    if YES.contains(&v) {
        Some("yes")
    } else if NO.contains(&v) {
        Some("no")
    } else if ["unknown", "na", "n/a", "不详", "未知"].contains(&v) {
        Some("unknown")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surfaces() {
        let of = |v| class_of(LayerKind::Roads, "surface", v);
        for v in ["水泥", "水泥混凝土", "沥青", "柏油路", "已硬化", "Asphalt", "CC", "BT", "Black Topped", "concrete"]
        {
            assert_eq!(of(v), Some("paved"), "{v}");
        }
        for v in ["砂石", "碎石路面", "石子", "泥结碎石", "gravel", "WBM"] {
            assert_eq!(of(v), Some("gravel"), "{v}");
        }
        for v in ["土路", "土", "素土", "dirt", "ground", "earth"] {
            assert_eq!(of(v), Some("earth"), "{v}");
        }
        for v in ["未硬化", "其他", "?", "3", ""] {
            assert_eq!(of(v), None, "{v}");
        }
    }

    #[test]
    fn road_classes() {
        let of = |v| class_of(LayerKind::Roads, "class", v);
        let known = [
            ("国道", "trunk"),
            ("省道", "primary"),
            ("县道", "secondary"),
            ("乡道", "tertiary"),
            ("村道", "unclassified"),
            ("高速公路", "motorway"),
            ("NH", "trunk"),
            ("SH", "primary"),
            ("MDR", "secondary"),
            ("RR(ODR)", "tertiary"),
            ("RR(VR)", "unclassified"),
            ("RR(TRACK)", "track"),
            ("Y", "tertiary"),
            ("primary_link", "primary"),
            ("Secondary road", "secondary"),
            ("footway", "none"),
        ];
        for (v, c) in known {
            assert_eq!(of(v), Some(c), "{v}");
        }
        for v in ["BR", "四级", "等外", "4"] {
            assert_eq!(of(v), None, "{v}");
        }
    }

    #[test]
    fn every_answer_is_a_class_that_the_atlas_allows() {
        let words = [
            "水泥",
            "土",
            "碎石",
            "国道",
            "track",
            "hamlet",
            "行政村",
            "合并村",
            "乡",
            "县",
            "是",
            "否",
            "??",
            "footway",
        ];
        for kind in LayerKind::ALL {
            for field in kind.fields() {
                let Some(classes) = kind.classes(field) else { continue };
                assert!(classes.contains(&undecided(kind, field)), "{kind:?} {field}");
                for c in words.iter().filter_map(|w| class_of(kind, field, w)) {
                    assert!(classes.contains(&c), "{kind:?} {field} {c}");
                }
            }
        }
    }
}
