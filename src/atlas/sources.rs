//! One `[[layers.…]]` entry.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::ProblemKind;
use super::paths::{self, Vars};
use super::raw::{At, Reader, Section};
use super::resolve::{home, provenance};
use super::rules::number;
use super::{Crs, LayerKind, ResultColumn, Source, suggest};

/// Keys of a source.
pub(super) const KEYS: [&str; 16] = [
    "path",
    "layer",
    "where",
    "encoding",
    "crs",
    "schema",
    "provenance",
    "attribution",
    "id_prefix",
    "fields",
    "values",
    "defaults",
    "scale",
    "results",
    "skip_rows",
    "units_row",
];

/// Keys that a raster has no use for.
const VECTOR_ONLY: [&str; 12] = [
    "layer",
    "where",
    "encoding",
    "schema",
    "id_prefix",
    "fields",
    "values",
    "defaults",
    "scale",
    "results",
    "skip_rows",
    "units_row",
];

/// Fields that hold numbers which may be below zero, or may carry a unit.
const SIGNED: [&str; 9] = [
    "p_kw",
    "q_kvar",
    "voltage",
    "nominal",
    "tap_pos",
    "tap_neutral",
    "tap_step_percent",
    "elevation_m",
    "published_pu",
];

/// Fields that hold counts.
const NUMBERS: [&str; 38] = [
    "population",
    "households",
    "poor_population",
    "people",
    "pupils",
    "power_hours",
    "rating_kva",
    "hv_nominal_v",
    "lv_nominal_v",
    "vk_percent",
    "vkr_percent",
    "iron_loss_kw",
    "i0_percent",
    "hv_source_pu",
    "parallel",
    "length_km",
    "r_ohm_per_km",
    "x_ohm_per_km",
    "r0_ohm_per_km",
    "x0_ohm_per_km",
    "c_nf_per_km",
    "hv_short_circuit_mva",
    "hv_rx",
    "max_i_ka",
    "neutral_ratio",
    "nominal_v",
    "water_litres",
    "water_days_short",
    "piped_share",
    "water_minutes",
    "yield_m3_d",
    "users",
    "depth_m",
    "mbit_s",
    "kbit_s",
    "tests",
    "year",
    "cost",
];

/// Checks one entry. `None` only where it has no usable path.
pub(super) fn source(
    r: &mut Reader<'_>,
    kind: LayerKind,
    s: &Section<'_>,
    dir: &Path,
    vars: &Vars<'_>,
) -> Option<Source> {
    r.keys(s, &KEYS, |k| {
        if kind.fields().contains(&k) && !["id", "name"].contains(&k) {
            return Some(format!("under fields: fields = {{ {k} = \"their field\" }}"));
        }
        home(k, &s.name)
    });
    if kind.is_raster() {
        for key in VECTOR_ONLY {
            if let Some(v) = s.get(key) {
                r.invalid(&v.span(), format!("{key} means nothing for {}, which is a raster; remove it", s.name));
            }
        }
    }
    let address = address(r, s, dir, vars);
    let osm = schema(r, s) || address.as_ref().is_some_and(|(_, open)| is_osm_file(open));
    let fields = fields(r, kind, s);
    let values = values(r, kind, s, &fields, osm);
    let defaults = defaults(r, kind, s);
    let scale = scale(r, kind, s, &fields);
    let results = results(r, kind, s);
    let mut skip_rows = 0.0;
    number(r, s, "skip_rows", &mut skip_rows, (0.0, true));
    let units_row = r.flag(s, "units_row").unwrap_or_default();
    let crs = r.text(s, "crs").map_or(Crs::FromFile, |t| crs(&t.value));
    let provenance = r.text(s, "provenance").and_then(|t| provenance(r, &t)).unwrap_or_default();
    let layer = r.text(s, "layer").map(|t| t.value);
    let r#where = r.text(s, "where").map(|t| t.value);
    let encoding = encoding(r, s);
    let attribution = r.text(s, "attribution").map(|t| t.value);
    let id_prefix = r.text(s, "id_prefix").map(|t| t.value);
    let (path, open) = address?;
    Some(Source {
        kind,
        path,
        open,
        layer,
        r#where,
        encoding,
        crs,
        osm,
        provenance,
        attribution,
        id_prefix,
        fields,
        values,
        defaults,
        scale,
        results,
        skip_rows: skip_rows as usize,
        units_row,
        line: r.line(&s.span),
    })
}

/// The path as written, and what GDAL opens.
fn address(r: &mut Reader<'_>, s: &Section<'_>, dir: &Path, vars: &Vars<'_>) -> Option<(String, String)> {
    if s.get("path").is_none() {
        let hint = "add path = \"…\", a file or a PG: connection".to_owned();
        r.problem(&s.span, ProblemKind::MissingKey { key: "path", section: s.name.clone(), hint });
    }
    let t = r.text(s, "path")?;
    match paths::resolve_source(&t.value, dir, vars) {
        Ok(open) => Some((t.value, open)),
        Err(problem) => {
            r.problem(&t.span, ProblemKind::Path { path: t.value, problem });
            None
        }
    }
}

/// True for `schema = "osm"`.
fn schema(r: &mut Reader<'_>, s: &Section<'_>) -> bool {
    let Some(t) = r.text(s, "schema") else { return false };
    r.word("schema", &t, &["osm"], "schema").is_some()
}

/// Files that GDAL reads with its OSM driver.
fn is_osm_file(open: &str) -> bool {
    let low = open.to_ascii_lowercase();
    [".pbf", ".osm", ".osm.gz", ".osm.bz2"].iter().any(|e| low.ends_with(e))
}

fn crs(text: &str) -> Crs {
    match text.trim().to_ascii_uppercase().replace(['-', '_', ' '], "").as_str() {
        "GCJ02" => Crs::Gcj02,
        "BD09" => Crs::Bd09,
        _ => Crs::Named(text.trim().to_owned()),
    }
}

fn encoding(r: &mut Reader<'_>, s: &Section<'_>) -> Option<String> {
    let t = r.text(s, "encoding")?;
    if t.value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':')) {
        return Some(t.value);
    }
    r.invalid(&t.span, format!("encoding \"{}\" is not the name of one; write e.g. \"GBK\" or \"UTF-8\"", t.value));
    None
}

/// Checks a name of ours under `fields`, `values` or `defaults`.
fn known_field(
    r: &mut Reader<'_>,
    kind: LayerKind,
    part: &Section<'_>,
    key: &str,
    at: &std::ops::Range<usize>,
) -> bool {
    if kind.fields().contains(&key) {
        return true;
    }
    let hint = suggest::hint(key, kind.fields(), &format!("fields of {}", kind.key()));
    r.problem(at, ProblemKind::UnknownKey { key: key.to_owned(), section: part.name.clone(), hint });
    false
}

fn part<'t>(r: &mut Reader<'_>, kind: LayerKind, s: &Section<'t>, key: &str) -> Option<Section<'t>> {
    if kind.is_raster() {
        return None;
    }
    r.table(s, key, &format!("{key} of {}", s.name))
}

fn fields(r: &mut Reader<'_>, kind: LayerKind, s: &Section<'_>) -> BTreeMap<String, String> {
    let Some(section) = part(r, kind, s, "fields") else { return BTreeMap::new() };
    let mut out = BTreeMap::new();
    for (key, span, v) in section.entries() {
        if known_field(r, kind, &section, key, &span)
            && let Some(t) = r.text_value(&format!("fields.{key}"), v)
        {
            out.insert(key.to_owned(), t.value);
        }
    }
    out
}

fn values(
    r: &mut Reader<'_>,
    kind: LayerKind,
    s: &Section<'_>,
    fields: &BTreeMap<String, String>,
    osm: bool,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let Some(section) = part(r, kind, s, "values") else { return BTreeMap::new() };
    let mapped: Vec<&str> = s
        .get("fields")
        .and_then(|f| f.get_ref().as_table())
        .map_or(Vec::new(), |t| t.keys().map(|k| k.get_ref().as_ref()).collect());
    let mut out = BTreeMap::new();
    for (key, span, v) in section.entries() {
        if !known_field(r, kind, &section, key, &span) {
            continue;
        }
        let Some(classes) = kind.classes(key) else {
            let with: Vec<&str> = kind.fields().iter().copied().filter(|f| kind.classes(f).is_some()).collect();
            let able = if with.is_empty() { "no field here has any".to_owned() } else { with.join(", ") };
            let text = format!("values.{key}: {key} has no classes to map to; remove it (fields with classes: {able})");
            r.invalid(&span, text);
            continue;
        };
        if !osm && !fields.contains_key(key) && !mapped.contains(&key) {
            let text = format!(
                "values.{key} is given but no field is read into {key}, so it would do nothing; add fields.{key} = \"their field\" or remove values.{key}"
            );
            r.invalid(&span, text);
        }
        let name = format!("values.{key}");
        let Some(table) = r.table_value(&name, v, &format!("{name} of {}", s.name)) else { continue };
        let mut map = BTreeMap::new();
        for (theirs, _, v) in table.entries() {
            let value_key = format!("{name}.\"{theirs}\"");
            if let Some(t) = r.text_value(&value_key, v)
                && let Some(class) = r.word(&value_key, &t, classes, "class")
            {
                map.insert(theirs.to_owned(), class.to_owned());
            }
        }
        out.insert(key.to_owned(), map);
    }
    out
}

fn defaults(r: &mut Reader<'_>, kind: LayerKind, s: &Section<'_>) -> BTreeMap<String, String> {
    let Some(section) = part(r, kind, s, "defaults") else { return BTreeMap::new() };
    let mut out = BTreeMap::new();
    for (key, span, v) in section.entries() {
        if !known_field(r, kind, &section, key, &span) {
            continue;
        }
        let name = format!("defaults.{key}");
        if key == "id" {
            r.invalid(&span, "defaults.id would give every feature the same id; map fields.id instead");
            continue;
        }
        let Some(t) = r.constant(&name, v) else { continue };
        if allowed(r, kind, key, &name, &t) {
            out.insert(key.to_owned(), t.value);
        }
    }
    out
}

/// `scale = { p_kw = 1000 }`: what the file's numbers are multiplied by to be in our unit.
fn scale(
    r: &mut Reader<'_>,
    kind: LayerKind,
    s: &Section<'_>,
    fields: &BTreeMap<String, String>,
) -> BTreeMap<String, f64> {
    let Some(section) = part(r, kind, s, "scale") else { return BTreeMap::new() };
    let mut out = BTreeMap::new();
    for (key, span, _) in section.entries() {
        if !known_field(r, kind, &section, key, &span) {
            continue;
        }
        if !NUMBERS.contains(&key) && !SIGNED.contains(&key) {
            r.invalid(&span, format!("scale.{key}: {key} holds no numbers; remove it"));
        } else if !fields.contains_key(key) {
            r.invalid(
                &span,
                format!("scale.{key} is given but no field is read into {key}; add fields.{key} = \"their field\""),
            );
        } else {
            let mut factor = 1.0;
            number(r, &section, key, &mut factor, (0.0, false));
            out.insert(key.to_owned(), factor);
        }
    }
    out
}

/// `results = { column = { parameter, unit } }`, or `{ column = "parameter" }` where the file has a row of units.
fn results(r: &mut Reader<'_>, kind: LayerKind, s: &Section<'_>) -> BTreeMap<String, ResultColumn> {
    let Some(v) = s.get("results") else { return BTreeMap::new() };
    if !kind.has_results() {
        r.invalid(&v.span(), format!("results means nothing for {}; remove it", s.name));
        return BTreeMap::new();
    }
    let Some(table) = r.table(s, "results", &format!("results of {}", s.name)) else { return BTreeMap::new() };
    let mut out: BTreeMap<String, ResultColumn> = BTreeMap::new();
    for (column, span, v) in table.entries() {
        let (name, unit) = if v.get_ref().as_str().is_some() {
            (r.text_value(column, v), None)
        } else {
            let Some(t) = r.table_value(column, v, &format!("results.\"{column}\"")) else { continue };
            r.keys(&t, &["parameter", "unit"], |_| None);
            (r.text(&t, "parameter"), r.text(&t, "unit"))
        };
        let Some(name) = name else {
            r.invalid(&span, format!("results.\"{column}\" needs parameter = \"…\""));
            continue;
        };
        let Some((parameter, species)) = crate::standards::parameter(&name.value) else {
            let text = format!("\"{}\" is no parameter known here; write its name, symbol or CAS number", name.value);
            r.invalid(&name.span, text);
            continue;
        };
        if let Some(u) = &unit
            && let Err(e) = parameter.get().factor(Some(&u.value), species)
        {
            r.invalid(&u.span, format!("unit of {}: {e}", name.value));
            continue;
        }
        if out.values().any(|c| c.parameter == parameter) {
            r.invalid(&span, format!("{} is given by another column already; keep one", parameter.get().en));
            continue;
        }
        out.insert(column.to_owned(), ResultColumn { parameter, species, unit: unit.map(|u| u.value) });
    }
    out
}

/// Whether a constant is one that the field can hold.
fn allowed(r: &mut Reader<'_>, kind: LayerKind, key: &str, name: &str, t: &At<String>) -> bool {
    if let Some(classes) = kind.classes(key) {
        return r.word(name, t, classes, "class").is_some();
    }
    if NUMBERS.contains(&key) && !t.value.trim().parse::<f64>().is_ok_and(|n| n.is_finite() && n >= 0.0) {
        r.invalid(&t.span, format!("{name} is \"{}\", but must be a number of at least 0; correct it", t.value));
        return false;
    }
    true
}
