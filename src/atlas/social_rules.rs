//! `[rules.broadband]` and `[rules.services]`: the atlas's own values over the shipped rule files.

use super::raw::{Reader, Section};
use super::rules::{department, number};
use crate::standards::{BroadbandRules, FacilityClass, ServiceRules};

/// Keys of `[rules.broadband]`.
pub(super) const BROADBAND: [&str; 7] =
    ["min_mbit_s", "severe_mbit_s", "max_mbit_s", "broadband_access_m", "max_route_m", "cost_per_km", "department"];
/// Keys of `[rules.services]`.
pub(super) const SERVICES: [&str; 5] = ["factor", "severe_factor", "reported_far_m", "classes", "department"];

pub(super) fn broadband(r: &mut Reader<'_>, s: &Section<'_>, home: impl Fn(&str) -> Option<String>) -> BroadbandRules {
    let mut rules = BroadbandRules::default();
    r.keys(s, &BROADBAND, home);
    let positive = (0.0, false);
    number(r, s, "min_mbit_s", &mut rules.min_mbit_s, positive);
    number(r, s, "severe_mbit_s", &mut rules.severe_mbit_s, (0.0, true));
    number(r, s, "max_mbit_s", &mut rules.max_mbit_s, positive);
    number(r, s, "broadband_access_m", &mut rules.broadband_access_m, (0.0, true));
    number(r, s, "max_route_m", &mut rules.max_route_m, positive);
    number(r, s, "cost_per_km", &mut rules.cost_per_km, (0.0, true));
    if rules.severe_mbit_s >= rules.min_mbit_s {
        let text = format!(
            "severe_mbit_s ({}) must be less than min_mbit_s ({}); severity grows from 0 there to 1",
            rules.severe_mbit_s, rules.min_mbit_s
        );
        r.invalid(&s.span, text);
    }
    department(r, s, &mut rules.department);
    rules
}

pub(super) fn services(r: &mut Reader<'_>, s: &Section<'_>, home: impl Fn(&str) -> Option<String>) -> ServiceRules {
    let mut rules = ServiceRules::default();
    r.keys(s, &SERVICES, home);
    number(r, s, "factor", &mut rules.factor, (0.0, false));
    number(r, s, "severe_factor", &mut rules.severe_factor, (0.0, false));
    number(r, s, "reported_far_m", &mut rules.reported_far_m, (0.0, false));
    if rules.severe_factor <= rules.factor {
        let text = format!("severe_factor ({}) must be greater than factor ({})", rules.severe_factor, rules.factor);
        r.invalid(&s.span, text);
    }
    if let Some(classes) = r.table(s, "classes", "[rules.services.classes]") {
        for (key, span, value) in classes.entries() {
            let name = format!("[rules.services.classes.{key}]");
            let Some(c) = r.table_value(key, value, &name) else { continue };
            r.keys(&c, &["zh", "en", "access_m", "travel", "cost", "department"], |_| None);
            let word = key.chars().all(|c| c.is_alphanumeric() || c == '_');
            if !word || key.is_empty() {
                r.invalid(&span, format!("class \"{key}\" may hold letters, digits and _ only"));
                continue;
            }
            let mut class = rules.classes.get(key).cloned().unwrap_or_else(|| FacilityClass {
                zh: key.to_owned(),
                en: key.to_owned(),
                travel: true,
                ..FacilityClass::default()
            });
            if let Some(t) = r.text(&c, "zh") {
                class.zh = t.value;
            }
            if let Some(t) = r.text(&c, "en") {
                class.en = t.value;
            }
            if let Some(t) = r.flag(&c, "travel") {
                class.travel = t;
            }
            for (field, into) in [("access_m", &mut class.access_m), ("cost", &mut class.cost)] {
                if c.get(field).is_some() {
                    let mut v = 0.0;
                    number(r, &c, field, &mut v, (0.0, true));
                    *into = Some(v);
                }
            }
            if c.get("department").is_some() {
                department(r, &c, class.department.get_or_insert_with(|| rules.department.clone()));
            }
            rules.classes.insert(key.to_owned(), class);
        }
    }
    department(r, s, &mut rules.department);
    rules
}
