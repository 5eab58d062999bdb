//! `[rules.roads]`: the atlas's own thresholds and costs over the shipped rule file.

use std::ops::Range;

use toml::de::DeValue;

use super::raw::{At, Reader, Section};
use crate::standards::{Bilingual, RoadRules};
use crate::world::RoadClass;

/// Keys of `[rules.roads]`.
pub(super) const KEYS: [&str; 12] = [
    "access_m",
    "max_access_m",
    "snap_m",
    "rai_m",
    "neighbour_max_m",
    "neighbour_detour",
    "severe_m",
    "cost_per_km",
    "speed_km_h",
    "max_travel_m",
    "trunk_classes",
    "department",
];

/// The shipped rules with the values of `section` put over them.
pub(super) fn roads(r: &mut Reader<'_>, section: &Section<'_>, home: impl Fn(&str) -> Option<String>) -> RoadRules {
    let mut rules = RoadRules::default();
    r.keys(section, &KEYS, home);
    // (key, where it goes, least value, whether the least value itself is allowed)
    number(r, section, "access_m", &mut rules.access_m, (0.0, false));
    number(r, section, "max_access_m", &mut rules.max_access_m, (0.0, false));
    number(r, section, "snap_m", &mut rules.snap_m, (0.0, true));
    number(r, section, "rai_m", &mut rules.rai_m, (0.0, false));
    number(r, section, "neighbour_max_m", &mut rules.neighbour_max_m, (0.0, true));
    number(r, section, "neighbour_detour", &mut rules.neighbour_detour, (1.0, true));
    number(r, section, "severe_m", &mut rules.severe_m, (0.0, false));
    if let Some(costs) = r.table(section, "cost_per_km", "cost_per_km of [rules.roads]") {
        r.keys(&costs, &["gravel", "earth", "unknown", "new"], |k| {
            (k == "paved").then(|| "nowhere: a paved road costs nothing to pave".to_owned())
        });
        let c = &mut rules.cost_per_km;
        number(r, &costs, "gravel", &mut c.gravel, (0.0, true));
        number(r, &costs, "earth", &mut c.earth, (0.0, true));
        number(r, &costs, "unknown", &mut c.unknown, (0.0, true));
        number(r, &costs, "new", &mut c.new, (0.0, true));
    }
    number(r, section, "max_travel_m", &mut rules.max_travel_m, (0.0, false));
    if let Some(speeds) = r.table(section, "speed_km_h", "speed_km_h of [rules.roads]") {
        r.keys(&speeds, &["paved", "gravel", "earth", "unknown", "walk"], |_| None);
        let v = &mut rules.speed_km_h;
        number(r, &speeds, "paved", &mut v.paved, (0.0, false));
        number(r, &speeds, "gravel", &mut v.gravel, (0.0, false));
        number(r, &speeds, "earth", &mut v.earth, (0.0, false));
        number(r, &speeds, "unknown", &mut v.unknown, (0.0, false));
        number(r, &speeds, "walk", &mut v.walk, (0.0, false));
    }
    if let Some(classes) = trunk_classes(r, section) {
        rules.trunk_classes = classes;
    }
    department(r, section, &mut rules.department);
    order(r, section, &rules);
    rules
}

pub(super) fn number(r: &mut Reader<'_>, s: &Section<'_>, key: &str, into: &mut f64, (least, allowed): (f64, bool)) {
    let Some(v) = s.get(key) else { return };
    let Some(At { value, span }) = r.number_value(key, v) else { return };
    if value > least || (allowed && value == least) {
        *into = value;
    } else {
        let bound = if allowed { format!("at least {least}") } else { format!("greater than {least}") };
        r.invalid(&span, format!("{key} is {value}, but must be {bound}; correct it or remove the key"));
    }
}

fn trunk_classes(r: &mut Reader<'_>, s: &Section<'_>) -> Option<Vec<RoadClass>> {
    let known: Vec<&'static str> = RoadClass::ALL.iter().map(|c| c.as_str()).collect();
    let mut out = Vec::new();
    for word in r.texts(s, "trunk_classes")? {
        let found = r.word("trunk_classes", &word, &known, "road class");
        if let Some(class) = found.and_then(RoadClass::parse)
            && !out.contains(&class)
        {
            out.push(class);
        }
    }
    Some(out)
}

/// A text in one language or `{ zh, en }`; one language given alone leaves the other as shipped.
pub(super) fn department(r: &mut Reader<'_>, s: &Section<'_>, into: &mut Bilingual) {
    let Some(v) = s.get("department") else { return };
    if let DeValue::String(_) = v.get_ref() {
        if let Some(t) = r.text_value("department", v) {
            into.zh.clone_from(&t.value);
            into.en = t.value;
        }
        return;
    }
    let Some(d) = r.table_value("department", v, &format!("department of {}", s.name)) else { return };
    r.keys(&d, &["zh", "en"], |_| None);
    if let Some(t) = r.text(&d, "zh") {
        into.zh = t.value;
    }
    if let Some(t) = r.text(&d, "en") {
        into.en = t.value;
    }
}

/// Thresholds that only make sense in a certain order.
fn order(r: &mut Reader<'_>, s: &Section<'_>, rules: &RoadRules) {
    let place = |keys: [&str; 2]| -> Range<usize> {
        keys.iter().find_map(|k| s.get(k)).map_or(s.span.clone(), toml::Spanned::span)
    };
    if rules.access_m > rules.max_access_m {
        let text = format!(
            "access_m ({}) is greater than max_access_m ({}); a village in reach of a road cannot be without one: lower access_m or raise max_access_m",
            rules.access_m, rules.max_access_m
        );
        r.invalid(&place(["access_m", "max_access_m"]), text);
    }
    if rules.access_m >= rules.severe_m {
        let text = format!(
            "severe_m ({}) must be greater than access_m ({}); severity grows from 0 at access_m to 1 at severe_m: set severe_m",
            rules.severe_m, rules.access_m
        );
        r.invalid(&place(["severe_m", "access_m"]), text);
    }
}
