//! `[rules.water]`: the atlas's own profile, thresholds and costs over the shipped rule file.

use super::raw::{Reader, Section};
use super::rules::{department, number};
use crate::standards::{Convenience, Grades, Profile, WaterRules};

/// Keys of `[rules.water]`.
pub(super) const KEYS: [&str; 17] = [
    "profile",
    "worst_in_years",
    "litres",
    "litres_scarce",
    "minutes",
    "distance_m",
    "climb_m",
    "available",
    "convenience",
    "walk_km_h",
    "jmp_minutes",
    "max_source_m",
    "max_link_m",
    "litres_per_person",
    "cost",
    "severe_factor",
    "department",
];

/// The shipped rules with the values of `s` put over them.
pub(super) fn water(r: &mut Reader<'_>, s: &Section<'_>, home: impl Fn(&str) -> Option<String>) -> WaterRules {
    let mut rules = WaterRules::default();
    // The department stands in every theme's rules.
    r.keys(s, &KEYS, home);
    if let Some(t) = r.text(s, "profile") {
        match Profile::shipped(&t.value) {
            Some(p) => rules.profile = p.name,
            None => {
                let known = Profile::names().join(", ");
                r.invalid(&t.span, format!("no profile \"{}\"; known: {known}", t.value));
            }
        }
    }
    if let Some(t) = r.text(s, "convenience") {
        match r.word("convenience", &t, &["straight", "roads"], "way of measuring") {
            Some("roads") => rules.convenience = Convenience::Roads,
            Some(_) => rules.convenience = Convenience::Straight,
            None => {}
        }
    }
    let positive = (0.0, false);
    number(r, s, "worst_in_years", &mut rules.worst_in_years, (0.0, true));
    number(r, s, "walk_km_h", &mut rules.walk_km_h, positive);
    number(r, s, "jmp_minutes", &mut rules.jmp_minutes, positive);
    number(r, s, "max_source_m", &mut rules.max_source_m, positive);
    number(r, s, "max_link_m", &mut rules.max_link_m, positive);
    number(r, s, "litres_per_person", &mut rules.litres_per_person, positive);
    number(r, s, "severe_factor", &mut rules.severe_factor, (1.0, false));
    grades(r, s, "litres", &mut rules.litres);
    grades(r, s, "litres_scarce", &mut rules.litres_scarce);
    grades(r, s, "minutes", &mut rules.minutes);
    grades(r, s, "distance_m", &mut rules.distance_m);
    grades(r, s, "climb_m", &mut rules.climb_m);
    grades(r, s, "available", &mut rules.available);
    if let Some(costs) = r.table(s, "cost", "cost of [rules.water]") {
        r.keys(&costs, &["per_km", "per_lift_m"], |_| None);
        number(r, &costs, "per_km", &mut rules.cost.per_km, (0.0, true));
        number(r, &costs, "per_lift_m", &mut rules.cost.per_lift_m, (0.0, true));
    }
    department(r, s, &mut rules.department);
    rules
}

fn grades(r: &mut Reader<'_>, s: &Section<'_>, key: &str, into: &mut Grades) {
    let Some(table) = r.table(s, key, &format!("{key} of [rules.water]")) else { return };
    r.keys(&table, &["safe", "basic"], |_| None);
    number(r, &table, "safe", &mut into.safe, (0.0, true));
    number(r, &table, "basic", &mut into.basic, (0.0, true));
}
