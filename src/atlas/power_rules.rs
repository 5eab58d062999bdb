//! `[rules.power]`: the atlas's own limits, costs, conductors and transformers over the shipped rule files.

use super::raw::{At, Reader, Section};
use super::rules::{department, number};
use super::suggest;
use crate::standards::{Conductor, PowerRules, TransformerType, VoltageLimits};

/// Keys of `[rules.power]`.
pub(super) const KEYS: [&str; 31] = [
    "single_phase_pu",
    "three_phase_pu",
    "percentile",
    "supply_radius_m",
    "kw_per_household",
    "power_factor",
    "load_factor",
    "scenarios",
    "frequency_hz",
    "low_nominal_v",
    "hv_source_pu",
    "long_feeder_m",
    "low_capacity_kva",
    "overload",
    "power_access_m",
    "max_grid_m",
    "supply_hours",
    "snap_m",
    "bus_snap_m",
    "village_m",
    "area_margin_m",
    "tie_max_m",
    "severe_pu",
    "target_loading",
    "transformer_ratings_kva",
    "remedy_conductors",
    "new_transformer_type",
    "cost",
    "department",
    "conductors",
    "transformer_types",
];

/// The shipped rules with the values of `s` put over them.
pub(super) fn power(r: &mut Reader<'_>, s: &Section<'_>, home: impl Fn(&str) -> Option<String>) -> PowerRules {
    let mut rules = PowerRules::default();
    r.keys(s, &KEYS, home);
    let positive = (0.0, false);
    let at_least_zero = (0.0, true);
    number(r, s, "percentile", &mut rules.percentile, at_least_zero);
    number(r, s, "supply_radius_m", &mut rules.supply_radius_m, positive);
    number(r, s, "kw_per_household", &mut rules.kw_per_household, positive);
    number(r, s, "power_factor", &mut rules.power_factor, positive);
    number(r, s, "load_factor", &mut rules.load_factor, positive);
    number(r, s, "frequency_hz", &mut rules.frequency_hz, positive);
    number(r, s, "low_nominal_v", &mut rules.low_nominal_v, positive);
    number(r, s, "hv_source_pu", &mut rules.hv_source_pu, positive);
    number(r, s, "long_feeder_m", &mut rules.long_feeder_m, positive);
    number(r, s, "low_capacity_kva", &mut rules.low_capacity_kva, at_least_zero);
    number(r, s, "overload", &mut rules.overload, positive);
    number(r, s, "power_access_m", &mut rules.power_access_m, positive);
    number(r, s, "max_grid_m", &mut rules.max_grid_m, positive);
    number(r, s, "supply_hours", &mut rules.supply_hours, at_least_zero);
    number(r, s, "snap_m", &mut rules.snap_m, at_least_zero);
    number(r, s, "bus_snap_m", &mut rules.bus_snap_m, at_least_zero);
    number(r, s, "village_m", &mut rules.village_m, at_least_zero);
    number(r, s, "area_margin_m", &mut rules.area_margin_m, positive);
    number(r, s, "tie_max_m", &mut rules.tie_max_m, at_least_zero);
    number(r, s, "severe_pu", &mut rules.severe_pu, positive);
    number(r, s, "target_loading", &mut rules.target_loading, positive);
    limits(r, s, "single_phase_pu", &mut rules.single_phase_pu);
    limits(r, s, "three_phase_pu", &mut rules.three_phase_pu);
    numbers(r, s, "scenarios", &mut rules.scenarios);
    numbers(r, s, "transformer_ratings_kva", &mut rules.transformer_ratings_kva);
    rules.transformer_ratings_kva.sort_by(f64::total_cmp);
    if let Some(costs) = r.table(s, "cost", "cost of [rules.power]") {
        r.keys(&costs, &["transformer", "transformer_per_kva", "low_line_per_km", "medium_line_per_km"], |_| None);
        let c = &mut rules.cost;
        number(r, &costs, "transformer", &mut c.transformer, at_least_zero);
        number(r, &costs, "transformer_per_kva", &mut c.transformer_per_kva, at_least_zero);
        number(r, &costs, "low_line_per_km", &mut c.low_line_per_km, at_least_zero);
        number(r, &costs, "medium_line_per_km", &mut c.medium_line_per_km, at_least_zero);
    }
    department(r, s, &mut rules.department);
    conductors(r, s, &mut rules);
    transformer_types(r, s, &mut rules);
    names(r, s, &mut rules);
    bounds(r, s, &rules);
    rules
}

/// `{ low, high }`, shares of the nominal voltage.
fn limits(r: &mut Reader<'_>, s: &Section<'_>, key: &str, into: &mut VoltageLimits) {
    let Some(table) = r.table(s, key, &format!("{key} of [rules.power]")) else { return };
    r.keys(&table, &["low", "high"], |_| None);
    number(r, &table, "low", &mut into.low, (0.0, false));
    number(r, &table, "high", &mut into.high, (0.0, false));
    if into.low >= 1.0 || into.high <= 1.0 {
        let text = format!(
            "{key} must have low under 1 and high over 1 (shares of the nominal voltage), but has {} and {}",
            into.low, into.high
        );
        r.invalid(&table.span, text);
    }
}

/// A list of numbers greater than 0.
pub(super) fn numbers(r: &mut Reader<'_>, s: &Section<'_>, key: &str, into: &mut Vec<f64>) {
    let Some(v) = s.get(key) else { return };
    let Some(items) = v.get_ref().as_array() else {
        return r.wrong_type(key, v, "a list of numbers", format!("write {key} = [1.5, 2.0]"));
    };
    let mut out = Vec::new();
    for item in items {
        let Some(At { value, span }) = r.number_value(key, item) else { return };
        if value <= 0.0 {
            return r.invalid(&span, format!("{key} holds {value}, but its numbers must be greater than 0"));
        }
        out.push(value);
    }
    *into = out;
}

fn conductors(r: &mut Reader<'_>, s: &Section<'_>, rules: &mut PowerRules) {
    let Some(table) = r.table(s, "conductors", "[rules.power.conductors]") else { return };
    for (name, _, v) in table.entries() {
        let Some(c) = r.table_value(name, v, &format!("conductor \"{name}\"")) else { continue };
        r.keys(&c, &["r", "x", "r0", "x0", "max_i_ka"], |_| None);
        let mut new = Conductor { r: f64::NAN, x: 0.0, r0: None, x0: None, max_i_ka: f64::NAN };
        let (mut r0, mut x0) = (f64::NAN, f64::NAN);
        number(r, &c, "r", &mut new.r, (0.0, false));
        number(r, &c, "x", &mut new.x, (0.0, true));
        number(r, &c, "r0", &mut r0, (0.0, false));
        number(r, &c, "x0", &mut x0, (0.0, true));
        (new.r0, new.x0) = (Some(r0).filter(|v| !v.is_nan()), Some(x0).filter(|v| !v.is_nan()));
        number(r, &c, "max_i_ka", &mut new.max_i_ka, (0.0, false));
        if new.r.is_nan() || new.max_i_ka.is_nan() {
            r.invalid(&c.span, format!("conductor \"{name}\" needs r (ohm/km) and max_i_ka (kA); x may be left out"));
        } else {
            rules.conductors.insert(name.to_owned(), new);
        }
    }
}

fn transformer_types(r: &mut Reader<'_>, s: &Section<'_>, rules: &mut PowerRules) {
    let Some(table) = r.table(s, "transformer_types", "[rules.power.transformer_types]") else { return };
    for (name, _, v) in table.entries() {
        let Some(t) = r.table_value(name, v, &format!("transformer type \"{name}\"")) else { continue };
        r.keys(&t, &["vk_percent", "vkr_percent", "iron_loss_percent", "i0_percent"], |_| None);
        let mut new =
            TransformerType { vk_percent: f64::NAN, vkr_percent: f64::NAN, iron_loss_percent: 0.0, i0_percent: 0.0 };
        number(r, &t, "vk_percent", &mut new.vk_percent, (0.0, false));
        number(r, &t, "vkr_percent", &mut new.vkr_percent, (0.0, true));
        number(r, &t, "iron_loss_percent", &mut new.iron_loss_percent, (0.0, true));
        number(r, &t, "i0_percent", &mut new.i0_percent, (0.0, true));
        if new.vk_percent.is_nan() || new.vkr_percent.is_nan() || new.vkr_percent > new.vk_percent {
            let text =
                format!("transformer type \"{name}\" needs vk_percent and vkr_percent, the latter not the greater");
            r.invalid(&t.span, text);
        } else {
            rules.transformer_types.insert(name.to_owned(), new);
        }
    }
}

/// Names that must stand in the tables.
fn names(r: &mut Reader<'_>, s: &Section<'_>, rules: &mut PowerRules) {
    let known: Vec<&str> = rules.conductors.keys().map(String::as_str).collect();
    let mut unknown = Vec::new();
    let wanted = r.texts(s, "remedy_conductors");
    for t in wanted.iter().flatten().filter(|t| rules.conductor(&t.value).is_none()) {
        let hint = suggest::hint(&t.value, &known, "conductors known");
        unknown.push((t.span.clone(), format!("no conductor \"{}\" in the table; {hint}", t.value)));
    }
    if let Some(wanted) = wanted {
        rules.remedy_conductors = wanted.into_iter().map(|t| t.value).collect();
    }
    if let Some(t) = r.text(s, "new_transformer_type") {
        if rules.transformer_type(&t.value).is_none() {
            unknown.push((t.span.clone(), format!("no transformer type \"{}\" in the table", t.value)));
        }
        rules.new_transformer_type = t.value;
    }
    for (span, text) in unknown {
        r.invalid(&span, text);
    }
}

/// Values that have an upper bound too.
fn bounds(r: &mut Reader<'_>, s: &Section<'_>, rules: &PowerRules) {
    for (key, value, most) in [
        ("percentile", rules.percentile, 50.0),
        ("power_factor", rules.power_factor, 1.0),
        ("supply_hours", rules.supply_hours, 24.0),
        ("target_loading", rules.target_loading, 1.0),
        ("hv_source_pu", rules.hv_source_pu, 1.5),
    ] {
        if value > most {
            let span = s.get(key).map_or(s.span.clone(), toml::Spanned::span);
            r.invalid(&span, format!("{key} is {value}, but must be at most {most}; correct it or remove the key"));
        }
    }
}
