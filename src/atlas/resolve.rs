//! From the text of an atlas to a valid [`Atlas`], section by section.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::error::{AtlasError, ProblemKind};
use super::paths::Vars;
use super::raw::{Raw, Reader, Section};
use super::{
    Atlas, LayerKind, Noding, Source, history, power_rules, priority_rules, rules, social_rules, sources, suggest,
    water_rules,
};
use crate::standards::{
    BroadbandRules, INDICATORS, Of, PowerRules, PriorityRules, RoadRules, ScorecardRules, ServiceRules, WaterRules,
};
use crate::world::Provenance;

const TOP: [&str; 10] =
    ["id", "title", "provenance", "attribution", "currency", "network", "targets", "rules", "snapshots", "layers"];

/// Where a key belongs that was written in section `here`: TOML puts a key into the section above it, so keys
/// easily land in the wrong one.
pub(super) fn home(key: &str, here: &str) -> Option<String> {
    let only_top = ["title", "currency", "network", "targets", "rules", "snapshots", "layers"];
    let place = if key == "noding" {
        "under [network]".to_owned()
    } else if let Some(kind) = LayerKind::ALL.iter().find(|k| k.key() == key) {
        format!("in a section of its own: [[layers.{}]]", kind.key())
    } else if rules::KEYS.contains(&key) {
        "under [rules.roads]".to_owned()
    } else if power_rules::KEYS.contains(&key) {
        "under [rules.power]".to_owned()
    } else if water_rules::KEYS.contains(&key) {
        "under [rules.water]".to_owned()
    } else if social_rules::BROADBAND.contains(&key) {
        "under [rules.broadband]".to_owned()
    } else if social_rules::SERVICES.contains(&key) {
        "under [rules.services]".to_owned()
    } else if priority_rules::KEYS.contains(&key) {
        "under [rules.priority]".to_owned()
    } else if history::KEYS.contains(&key) {
        "under [snapshots]".to_owned()
    } else if only_top.contains(&key) {
        "at the top of the file, before the first [section]".to_owned()
    } else if sources::KEYS.contains(&key) && !here.starts_with("[[") {
        "in a source: under [[layers.…]]".to_owned()
    } else if TOP.contains(&key) {
        "at the top of the file, before the first [section]".to_owned()
    } else {
        return None;
    };
    Some(place)
}

/// Parses and checks `text`.
pub(super) fn atlas(text: &str, file: &Path, vars: &Vars<'_>) -> Result<Atlas, AtlasError> {
    let mut r = Reader::new(file, text);
    let root = match DeTable::parse(text) {
        Ok(root) => root,
        Err(e) => {
            let at = e.span().unwrap_or(text.len()..text.len());
            r.problem(&at, ProblemKind::Syntax(syntax_hint(e.message())));
            return Err(AtlasError::Invalid { problems: r.into_problems() });
        }
    };
    let top = Section { name: "the top of the file".to_owned(), table: root.get_ref(), span: 0..0 };
    let atlas = read(&mut r, &top, file, vars);
    match atlas {
        Some(atlas) if !r.has_problems() => Ok(atlas),
        _ => Err(AtlasError::Invalid { problems: r.into_problems() }),
    }
}

fn syntax_hint(message: &str) -> String {
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    if message.contains("duplicate key") {
        format!("{message}; keep one of the two (sources repeat as [[layers.…]] with two brackets)")
    } else {
        format!("{message}; texts stand in quotes, lists in [ ], tables in {{ }}")
    }
}

fn read(r: &mut Reader<'_>, top: &Section<'_>, file: &Path, vars: &Vars<'_>) -> Option<Atlas> {
    r.keys(top, &TOP, |k| home(k, "top").filter(|h| !h.starts_with("at the top")));
    let id = id(r, top);
    let (title_zh, title_en) = title(r, top, id.as_deref().unwrap_or_default());
    let stated = r.text(top, "provenance").and_then(|t| provenance(r, &t));
    let mut attribution: Vec<String> = Vec::new();
    for t in r.texts(top, "attribution").unwrap_or_default() {
        push_new(&mut attribution, t.value);
    }
    let currency = currency(r, top);
    let noding = r.table(top, "network", "[network]").map_or(Noding::default(), |s| noding(r, &s));
    let targets = r.table(top, "targets", "[targets]").map(|s| targets(r, &s)).unwrap_or_default();
    let (roads, power, water, broadband, services, priority) =
        r.table(top, "rules", "[rules]").map_or_else(Default::default, |s| {
            r.keys(&s, &["roads", "power", "water", "broadband", "services", "priority"], |k| home(k, "[rules]"));
            let elsewhere = |here: &'static str| move |k: &str| home(k, here).filter(|h| !h.contains(here));
            let roads = r.table(&s, "roads", "[rules.roads]");
            let roads = roads.map_or_else(RoadRules::default, |s| rules::roads(r, &s, elsewhere("[rules.roads]")));
            let power = r.table(&s, "power", "[rules.power]");
            let power =
                power.map_or_else(PowerRules::default, |s| power_rules::power(r, &s, elsewhere("[rules.power]")));
            let water = r.table(&s, "water", "[rules.water]");
            let water =
                water.map_or_else(WaterRules::default, |s| water_rules::water(r, &s, elsewhere("[rules.water]")));
            let net = r.table(&s, "broadband", "[rules.broadband]");
            let net = net.map_or_else(BroadbandRules::default, |s| {
                social_rules::broadband(r, &s, elsewhere("[rules.broadband]"))
            });
            let services = r.table(&s, "services", "[rules.services]");
            let services = services
                .map_or_else(ServiceRules::default, |s| social_rules::services(r, &s, elsewhere("[rules.services]")));
            let priority = r.table(&s, "priority", "[rules.priority]");
            let priority = priority.map_or_else(PriorityRules::default, |s| {
                priority_rules::priority(r, &s, elsewhere("[rules.priority]"))
            });
            (roads, power, water, net, services, priority)
        });
    let dir = folder(file);
    let sources = layers(r, top, &dir, vars);
    let snapshots = r.table(top, "snapshots", "[snapshots]");
    let snapshots = snapshots.map(|s| history::snapshots(r, &s, &dir, vars)).unwrap_or_default();
    for s in &sources {
        if let Some(a) = &s.attribution {
            push_new(&mut attribution, a.clone());
        }
    }
    let provenance = stated.or_else(|| sources.iter().map(|s| s.provenance).max()).unwrap_or_default();
    Some(Atlas {
        file: file.to_path_buf(),
        id: id?,
        title_zh,
        title_en,
        provenance,
        attribution,
        sources,
        target_counties: targets.counties,
        reference_counties: targets.reference,
        currency,
        noding,
        roads,
        power,
        water,
        broadband,
        services,
        scorecard: targets.scorecard,
        priority,
        snapshots,
    })
}

fn push_new(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}

/// Folder of the atlas, absolute where the system can tell.
fn folder(file: &Path) -> PathBuf {
    let file = std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf());
    file.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

fn id(r: &mut Reader<'_>, top: &Section<'_>) -> Option<String> {
    if top.get("id").is_none() {
        let hint = "add a short name that stays the same: id = \"my-region\"".to_owned();
        r.problem(&top.span, ProblemKind::MissingKey { key: "id", section: top.name.clone(), hint });
    }
    let t = r.text(top, "id")?;
    if t.value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) {
        return Some(t.value);
    }
    r.invalid(&t.span, "id may hold letters, digits, - _ and . only; put the full name into title");
    None
}

/// A text, or `{ zh, en }`; a language left out takes the other's text, no title at all takes the id.
fn title(r: &mut Reader<'_>, top: &Section<'_>, id: &str) -> (String, String) {
    let Some(v) = top.get("title") else { return (id.to_owned(), id.to_owned()) };
    if let DeValue::Table(_) = v.get_ref() {
        let Some(s) = r.table_value("title", v, "title") else { return Default::default() };
        r.keys(&s, &["zh", "en"], |_| None);
        let zh = r.text(&s, "zh").map(|t| t.value);
        let en = r.text(&s, "en").map(|t| t.value);
        let any = zh.clone().or_else(|| en.clone()).unwrap_or_else(|| id.to_owned());
        return (zh.unwrap_or_else(|| any.clone()), en.unwrap_or(any));
    }
    match r.text_value("title", v) {
        Some(t) => (t.value.clone(), t.value),
        None => Default::default(),
    }
}

/// One of the three words.
pub(super) fn provenance(r: &mut Reader<'_>, t: &super::raw::At<String>) -> Option<Provenance> {
    match r.word("provenance", t, &["real", "derived", "simulated"], "provenance")? {
        "real" => Some(Provenance::Real),
        "derived" => Some(Provenance::Derived),
        _ => Some(Provenance::Simulated),
    }
}

fn currency(r: &mut Reader<'_>, top: &Section<'_>) -> String {
    const DEFAULT: &str = "CNY";
    let Some(t) = r.text(top, "currency") else { return DEFAULT.to_owned() };
    if t.value.len() == 3 && t.value.chars().all(|c| c.is_ascii_uppercase()) {
        return t.value;
    }
    let text = format!("currency \"{}\" is not an ISO 4217 code; write three capitals, e.g. \"CNY\"", t.value);
    r.invalid(&t.span, text);
    DEFAULT.to_owned()
}

fn noding(r: &mut Reader<'_>, s: &Section<'_>) -> Noding {
    r.keys(s, &["noding"], |k| home(k, "[network]"));
    let Some(t) = r.text(s, "noding") else { return Noding::default() };
    match r.word("noding", &t, &["shared-vertices", "crossings"], "noding") {
        Some("crossings") => Noding::Crossings,
        _ => Noding::SharedVertices,
    }
}

/// `[targets]`.
#[derive(Default)]
struct Targets {
    counties: Vec<String>,
    reference: Vec<String>,
    scorecard: ScorecardRules,
}

fn targets(r: &mut Reader<'_>, s: &Section<'_>) -> Targets {
    let own = ["counties", "reference", "share"];
    r.keys(s, &own, |k| home(k, "[targets]").filter(|_| !own.contains(&k)));
    let mut scorecard = ScorecardRules::default();
    if let Some(shares) = r.table(s, "share", "[targets.share]") {
        r.keys(&shares, &INDICATORS, |_| None);
        for key in INDICATORS.iter().filter(|k| shares.get(k).is_some()) {
            let Some(indicator) = scorecard.0.get_mut(*key) else { continue };
            let mut target = indicator.target.unwrap_or_default();
            rules::number(r, &shares, key, &mut target, (0.0, true));
            if target > 1.0 && indicator.of != Of::Households {
                let span = shares.get(key).map_or(shares.span.clone(), toml::Spanned::span);
                let text = format!("target {key} is {target}, more than all; write 0.9 for 90 %");
                r.invalid(&span, text);
            }
            indicator.target = Some(target);
        }
    }
    Targets { counties: ids(r, s, "counties"), reference: ids(r, s, "reference"), scorecard }
}

/// Ids of counties, each once.
fn ids(r: &mut Reader<'_>, s: &Section<'_>, key: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for t in r.texts(s, key).unwrap_or_default() {
        if out.contains(&t.value) {
            r.invalid(&t.span, format!("county \"{}\" is listed twice; remove one", t.value));
        } else {
            out.push(t.value);
        }
    }
    out
}

/// All sources, in the file's order.
fn layers(r: &mut Reader<'_>, top: &Section<'_>, dir: &Path, vars: &Vars<'_>) -> Vec<Source> {
    let known = LayerKind::ALL.map(LayerKind::key);
    let Some(section) = r.table(top, "layers", "[layers]") else {
        if top.get("layers").is_none() {
            r.invalid(&top.span, no_villages("the atlas has no sources"));
        }
        return Vec::new();
    };
    let mut found: Vec<(usize, Source)> = Vec::new();
    for (key, span, value) in section.entries() {
        let Some(kind) = LayerKind::ALL.into_iter().find(|k| k.key() == key) else {
            let hint = suggest::hint(key, &known, "layers known");
            r.problem(&span, ProblemKind::UnknownKey { key: key.to_owned(), section: "[layers]".to_owned(), hint });
            continue;
        };
        for entry in entries(r, kind, value) {
            if let Some(source) = sources::source(r, kind, &entry, dir, vars) {
                found.push((entry.span.start, source));
            }
        }
    }
    found.sort_by_key(|(at, _)| *at);
    twice(r, &found);
    let sources_alone = section.get("water_sources").is_some();
    match section.get("villages").map(|v| v.get_ref()) {
        None if sources_alone => {}
        None if section.table.is_empty() => r.invalid(&section.span, no_villages("the atlas has no sources")),
        None => r.invalid(&section.span, no_villages("the atlas has no villages layer")),
        Some(DeValue::Array(a)) if a.is_empty() => r.invalid(&section.span, no_villages("layers.villages is empty")),
        Some(_) => {}
    }
    found.into_iter().map(|(_, s)| s).collect()
}

fn no_villages(what: &str) -> String {
    format!(
        "{what}; gaps are those of villages, so add [[layers.villages]] with a path (only water_sources can stand alone)"
    )
}

/// The tables under one `[[layers.kind]]`.
fn entries<'t>(r: &mut Reader<'_>, kind: LayerKind, value: &'t Raw<'t>) -> Vec<Section<'t>> {
    let key = kind.key();
    let name = format!("[[layers.{key}]]");
    match value.get_ref() {
        DeValue::Array(items) => items.iter().filter_map(|v| r.table_value(key, v, &name)).collect(),
        DeValue::Table(_) => {
            let hint = format!("write {name} with two brackets, so that a layer can have several sources");
            r.wrong_type(key, value, "a list of sources", hint);
            Vec::new()
        }
        _ => {
            let hint = format!("write {name} and below it path = \"…\"");
            r.wrong_type(key, value, "a list of sources", hint);
            Vec::new()
        }
    }
}

/// The same data read twice into the same layer would count its features twice.
fn twice(r: &mut Reader<'_>, found: &[(usize, Source)]) {
    for (i, (at, s)) in found.iter().enumerate() {
        let same = |o: &Source| o.kind == s.kind && o.open == s.open && o.layer == s.layer && o.r#where == s.r#where;
        if let Some((_, first)) = found[..i].iter().find(|(_, o)| same(o)) {
            let text = format!(
                "this source of {} is the same as the one in line {}; remove one, or tell them apart by layer or where",
                s.kind.key(),
                first.line
            );
            r.invalid(&(*at..*at), text);
        }
    }
}
