//! Which of the user's fields feeds which of ours, and drafts of the value mappings.

use super::look::{FieldFacts, LayerFacts, Shape};
use super::{values, words};
use crate::atlas::LayerKind;

/// Draft of one `values.…` table.
#[derive(Debug, Clone)]
pub(super) struct ValueDraft {
    pub field: &'static str,
    /// Their value, our class, whether a person must decide, how often it occurs.
    pub rows: Vec<(String, &'static str, bool, usize)>,
}

/// The mapped fields of a layer and what to say about them.
#[derive(Debug, Clone, Default)]
pub(super) struct Mapping {
    pub fields: Vec<(&'static str, String)>,
    pub values: Vec<ValueDraft>,
    pub notes: Vec<String>,
}

impl Mapping {
    pub fn get(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(f, _)| *f == field).map(|(_, t)| t.as_str())
    }

    /// Maps `field` to `theirs`, over what it was mapped to before.
    pub fn set(&mut self, field: &'static str, theirs: String) {
        self.fields.retain(|(f, _)| *f != field);
        self.fields.push((field, theirs));
    }
}

/// The share of rows whose value of this field is a word we know as a class.
fn known_share(kind: LayerKind, field: &str, f: &FieldFacts) -> f64 {
    let Some(v) = &f.values else { return 0.0 };
    let known: usize = v.iter().filter(|(w, _)| values::class_of(kind, field, w).is_some()).map(|(_, n)| n).sum();
    if f.filled == 0 { 0.0 } else { known as f64 / f.filled as f64 }
}

/// Maps the fields of a layer that feeds `kind`.
pub(super) fn map(kind: LayerKind, facts: &LayerFacts) -> Mapping {
    let mut m = Mapping::default();
    for w in words::of(kind) {
        if !kind.fields().contains(&w.field) {
            continue;
        }
        let mut fits: Vec<(usize, &FieldFacts)> =
            facts.fields.iter().filter(|f| f.filled > 0).filter_map(|f| Some((words::fit(w, &f.name)?, f))).collect();
        fits.sort_by_key(|(rank, _)| *rank);
        let classes = kind.classes(w.field).is_some();
        let best = if w.field == "id" {
            // A code that repeats is no id; take it only when nothing better is there.
            let full = fits.iter().find(|(_, f)| f.unique && f.filled == facts.count);
            full.or_else(|| fits.iter().find(|(_, f)| f.unique)).or(fits.first())
        } else if classes {
            by_content(kind, w.field, &fits)
        } else if ["population", "households", "poor_population", "people", "pupils"].contains(&w.field) {
            fits.iter().find(|(_, f)| f.numeric)
        } else if w.field == "name" {
            // Numbers are not names, even where the field is called so.
            fits.iter().find(|(_, f)| !f.numeric)
        } else {
            fits.first()
        };
        if let Some((_, f)) = best {
            m.fields.push((w.field, f.name.clone()));
        }
    }
    if kind == LayerKind::Roads {
        by_values_alone(&mut m, facts, "surface");
        by_values_alone(&mut m, facts, "class");
    }
    drop_bad_guesses(kind, facts, &mut m);
    drafts(kind, facts, &mut m);
    notes(kind, facts, &mut m);
    m
}

/// Of several candidates the one whose words are best known.
fn by_content<'a, 'f>(
    kind: LayerKind,
    field: &str,
    fits: &'a [(usize, &'f FieldFacts)],
) -> Option<&'a (usize, &'f FieldFacts)> {
    let share = |f: &FieldFacts| (known_share(kind, field, f) * 100.0) as usize;
    fits.iter().filter(|(_, f)| f.values.is_some()).min_by_key(|(rank, f)| (100 - share(f), *rank))
}

/// A field under any name whose values are nearly all known words.
fn by_values_alone(m: &mut Mapping, facts: &LayerFacts, field: &'static str) {
    if m.get(field).is_some() {
        return;
    }
    let taken: Vec<String> = m.fields.iter().map(|(_, t)| t.clone()).collect();
    let found = facts.fields.iter().find(|f| {
        !f.numeric
            && !taken.contains(&f.name)
            && f.values.as_ref().is_some_and(|v| v.len() > 1 && v.keys().all(|w| w.chars().count() > 1))
            && known_share(LayerKind::Roads, field, f) >= 0.8
    });
    if let Some(f) = found {
        m.notes.push(format!("TODO {}: taken for the {field} by its values; check", f.name));
        m.fields.push((field, f.name.clone()));
    }
}

/// Fields whose name fits but whose values say nothing of the kind.
fn drop_bad_guesses(kind: LayerKind, facts: &LayerFacts, m: &mut Mapping) {
    let road_words = ["surface", "class"];
    m.fields.retain(|(field, theirs)| {
        if kind.classes(field).is_none() {
            return true;
        }
        let share = facts.field(theirs).map_or(0.0, |f| known_share(kind, field, f));
        let coded = facts.field(theirs).is_some_and(|f| one_two(f).is_some());
        // A road's class or surface by codes is still its class or surface: a person fills them in.
        (kind == LayerKind::Roads && road_words.contains(field)) || share > 0.5 || coded
    });
}

/// `1 = available, 2 = not`, as the Indian census writes it into the field's name.
fn one_two(f: &FieldFacts) -> Option<()> {
    let only = f.values.as_ref()?.keys().all(|v| ["1", "2", "NA"].contains(&v.as_str()));
    (only && words::plain(&f.name).contains("a1na2")).then_some(())
}

fn drafts(kind: LayerKind, facts: &LayerFacts, m: &mut Mapping) {
    for (field, theirs) in &m.fields {
        let (Some(classes), Some(f)) = (kind.classes(field), facts.field(theirs)) else { continue };
        let Some(found) = &f.values else { continue };
        if found.keys().all(|v| classes.contains(&v.as_str())) {
            continue;
        }
        let census = one_two(f).is_some();
        let mut rows: Vec<_> = found
            .iter()
            .map(|(v, n)| {
                let class = match v.as_str() {
                    "1" if census => Some("yes"),
                    "2" if census => Some("no"),
                    v => values::class_of(kind, field, v),
                };
                (v.clone(), class.unwrap_or_else(|| values::undecided(kind, field)), class.is_none(), *n)
            })
            .collect();
        rows.sort_by(|a, b| b.3.cmp(&a.3).then_with(|| a.0.cmp(&b.0)));
        m.values.push(ValueDraft { field, rows });
    }
}

fn notes(kind: LayerKind, facts: &LayerFacts, m: &mut Mapping) {
    if kind == LayerKind::Population || facts.shape == Shape::Raster {
        return;
    }
    match m.get("id").and_then(|id| facts.field(id)) {
        None => m
            .notes
            .push("TODO no field looks like an id; map fields.id, so that results can be compared over time".into()),
        Some(f) if !f.unique => {
            m.notes.push(format!("TODO the values of {} repeat; is there a field that is different for each?", f.name));
        }
        Some(f) if f.filled < facts.count => {
            m.notes.push(format!("TODO {} is empty in {} of {}", f.name, facts.count - f.filled, facts.count));
        }
        Some(_) => {}
    }
    if kind.fields().contains(&"name") && m.get("name").is_none() {
        m.notes.push("TODO no field looks like a name".into());
    }
    if kind == LayerKind::Villages && m.get("population").is_none() {
        m.notes.push("TODO no field looks like the population; without it gaps count villages, not people".into());
    }
    if kind == LayerKind::Roads && m.get("surface").is_none() {
        let how = match m.get("class") {
            Some(c) => format!(
                "; if the class tells (national roads are paved …), map it too: surface = \"{}\" and values.surface",
                c.replace(['\n', '\r'], " ")
            ),
            None => String::new(),
        };
        m.notes.push(format!("TODO no field says what the roads are made of: every surface is unknown{how}"));
    }
}
