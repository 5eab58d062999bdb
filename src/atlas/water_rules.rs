//! `[rules.water]`: the atlas's own profile, thresholds and costs over the shipped rule file.

use super::power_rules::numbers;
use super::raw::{Reader, Section};
use super::rules::{department, number};
use crate::standards::{Convenience, Grades, Limit, Parameter, Profile, WaterRules, parameter, tidy};

/// Keys of `[rules.water]`.
pub(super) const KEYS: [&str; 19] = [
    "profile",
    "limits",
    "also_over",
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
    limits(r, s, &mut rules);
    also_over(r, s, &mut rules);
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

/// A parameter by any of its names, and what one `unit` of it is in its own unit.
fn parameter_in(r: &mut Reader<'_>, name: &str, t: &Section<'_>) -> Option<(&'static Parameter, f64)> {
    let Some((ix, species)) = parameter(name) else {
        r.invalid(&t.span, format!("\"{name}\" is no parameter known here; write its name, symbol or CAS number"));
        return None;
    };
    let unit = r.text(t, "unit");
    match ix.get().factor(unit.as_ref().map(|u| u.value.as_str()), species) {
        Ok(factor) => Some((ix.get(), factor)),
        Err(e) => {
            r.invalid(&unit.map_or(t.span.clone(), |u| u.span), format!("unit of {name}: {e}"));
            None
        }
    }
}

/// `arsenic = { limit = 50, unit = "µg/L" }`: in place of the profile's limit, or beside its parameters.
fn limits(r: &mut Reader<'_>, s: &Section<'_>, rules: &mut WaterRules) {
    let Some(table) = r.table(s, "limits", "[rules.water.limits]") else { return };
    for (name, span, v) in table.entries() {
        let Some(t) = r.table_value(name, v, &format!("limit of \"{name}\"")) else { continue };
        r.keys(&t, &["limit", "low", "unit", "note"], |_| None);
        let Some((p, factor)) = parameter_in(r, name, &t) else { continue };
        let (mut limit, mut low) = (f64::NAN, f64::NAN);
        number(r, &t, "limit", &mut limit, (0.0, true));
        number(r, &t, "low", &mut low, (0.0, true));
        if limit.is_nan() {
            r.invalid(&span, format!("{name} needs limit = …, the highest value allowed"));
            continue;
        }
        let own = Limit {
            low: Some(low).filter(|l| !l.is_nan()).map(|l| tidy(l * factor)),
            limit: tidy(limit * factor),
            unit: p.unit().to_owned(),
            exclusive: false,
            clause: Some("atlas".to_owned()),
            note: r.text(&t, "note").map(|n| n.value),
        };
        if rules.limits.insert(p.key.clone(), own).is_some() {
            r.invalid(&span, format!("{} has a limit under another name already; keep one", p.en));
        }
    }
}

/// `arsenic = { values = [50], unit = "µg/L" }`: shares over further thresholds beside those over the limit.
fn also_over(r: &mut Reader<'_>, s: &Section<'_>, rules: &mut WaterRules) {
    let Some(table) = r.table(s, "also_over", "[rules.water.also_over]") else { return };
    let profile = rules.limits();
    for (name, span, v) in table.entries() {
        let Some(t) = r.table_value(name, v, &format!("also_over of \"{name}\"")) else { continue };
        r.keys(&t, &["values", "unit"], |_| None);
        let Some((p, factor)) = parameter_in(r, name, &t) else { continue };
        if parameter(&p.key).is_none_or(|(ix, _)| !profile.limits.contains_key(&ix)) {
            r.invalid(
                &span,
                format!("{name} has no limit in {}; give it one under [rules.water.limits]", profile.name),
            );
            continue;
        }
        let mut values = Vec::new();
        numbers(r, &t, "values", &mut values);
        if values.is_empty() {
            r.invalid(&span, format!("{name} needs values = [50], the thresholds"));
        }
        rules.also_over.insert(p.key.clone(), values.into_iter().map(|v| tidy(v * factor)).collect());
    }
}

fn grades(r: &mut Reader<'_>, s: &Section<'_>, key: &str, into: &mut Grades) {
    let Some(table) = r.table(s, key, &format!("{key} of [rules.water]")) else { return };
    r.keys(&table, &["safe", "basic"], |_| None);
    number(r, &table, "safe", &mut into.safe, (0.0, true));
    number(r, &table, "basic", &mut into.basic, (0.0, true));
}
