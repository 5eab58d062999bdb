//! Writes the draft as TOML with comments.

use std::fmt::Write as _;

use super::fields::ValueDraft;
use super::guess::Entry;
use crate::atlas::LayerKind;

/// Share of line ends on shared vertices below which a layer counts as drawn by hand.
const DRAWN_BY_HAND: f64 = 0.5;

/// A TOML string in double quotes.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Text fit for a comment: one line, no control characters.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The whole atlas. `others` are the layers nothing was found to do with.
pub(super) fn atlas(id: &str, entries: &[Entry], others: &[String]) -> String {
    let mut out = String::new();
    let osm = entries.iter().any(|e| e.osm && e.active);
    out += "# First draft. Lines with TODO need a look; everything else is a guess worth checking, too.\n";
    out += "# Paths are relative to this file; ${VAR} takes a variable of the environment.\n\n";
    let _ = writeln!(out, "id = {}", quote(id));
    let _ = writeln!(out, "title = {{ zh = {0}, en = {0} }}  # TODO", quote(id));
    out += "# provenance = \"real\"  # or \"derived\", \"simulated\"; unless stated, the worst of the sources\n";
    if osm {
        out += "attribution = [\"© OpenStreetMap contributors, ODbL 1.0\"]  # TODO name the other sources\n";
    } else {
        out += "# attribution = [\"…\"]  # TODO who made the data, under which licence\n";
    }
    out += "currency = \"CNY\"  # TODO of all costs\n";
    noding(&mut out, entries);
    out += "\n# [targets]\n# counties = [\"…\"]  # ids of the programme's counties; all without this\n";
    out += "\n[rules.roads]  # every value of standards/roads.toml can be set here\n";
    out += "# access_m = 500  # a village this near to the paved network is connected\n";
    out += "# cost_per_km = { gravel = 350000, earth = 500000, unknown = 500000, new = 900000 }  # TODO your costs\n";
    for e in entries {
        let block = source(e);
        out.push('\n');
        if e.active {
            out += &block;
        } else {
            for line in block.lines() {
                out += if line.starts_with('#') { "" } else { "# " };
                out += line;
                out.push('\n');
            }
        }
    }
    if !others.is_empty() {
        out += "\n# Not recognised. If one of these is of use, add a [[layers.…]] for it; the layers are:\n";
        let known: Vec<&str> = LayerKind::ALL.iter().map(|k| k.key()).collect();
        let _ = writeln!(out, "# {}", known.join(", "));
        for o in others {
            let _ = writeln!(out, "# TODO {}", comment(o));
        }
    }
    out
}

fn noding(out: &mut String, entries: &[Entry]) {
    let own: Vec<&Entry> = entries.iter().filter(|e| e.kind == LayerKind::Roads && e.active && !e.osm).collect();
    let shares: Vec<f64> = own.iter().filter_map(|e| e.shared_ends).collect();
    let Some(least) = shares.into_iter().reduce(f64::min) else { return };
    let percent = (least * 100.0).round();
    out.push_str("\n[network]\n");
    if least < DRAWN_BY_HAND {
        let _ = writeln!(
            out,
            "# Only {percent} % of the line ends lie on another line's vertex: drawn by hand, lines connect where they cross."
        );
        out.push_str("noding = \"crossings\"\n");
    } else {
        let _ = writeln!(
            out,
            "# {percent} % of the line ends lie on another line's vertex: lines connect at shared vertices."
        );
        out.push_str("noding = \"shared-vertices\"\n");
    }
}

fn source(e: &Entry) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# {}", comment(&e.summary));
    for n in &e.mapping.notes {
        let _ = writeln!(out, "# {}", comment(n));
    }
    let key = e.kind.key();
    let _ = writeln!(out, "[[layers.{key}]]");
    let _ = writeln!(out, "path = {}", quote(&e.path));
    let mut optional = |name: &str, value: Option<&str>, why: &str| {
        if let Some(v) = value {
            let why = if why.is_empty() { String::new() } else { format!("  # {}", comment(why)) };
            let _ = writeln!(out, "{name} = {}{why}", quote(v));
        }
    };
    optional("layer", e.layer.as_deref(), "");
    optional("where", e.r#where.as_deref(), "");
    optional("encoding", e.encoding.as_ref().map(|x| x.0.as_str()), e.encoding.as_ref().map_or("", |x| &x.1));
    optional("crs", e.crs.as_ref().map(|x| x.0.as_str()), e.crs.as_ref().map_or("", |x| &x.1));
    optional("schema", e.osm.then_some("osm"), "");
    optional("id_prefix", e.id_prefix.as_deref(), "");
    if !e.mapping.fields.is_empty() {
        let list: Vec<String> = e.mapping.fields.iter().map(|(f, t)| format!("{f} = {}", quote(t))).collect();
        let _ = writeln!(out, "fields = {{ {} }}  # ours = theirs", list.join(", "));
    }
    for v in &e.mapping.values {
        values(&mut out, key, v);
    }
    out
}

fn values(out: &mut String, layer: &str, v: &ValueDraft) {
    let _ = writeln!(out, "[layers.{layer}.values.{}]  # theirs = ours", v.field);
    for (theirs, ours, todo, count) in &v.rows {
        let mut why = Vec::new();
        if *todo {
            why.push("TODO".to_owned());
        }
        if *count > 0 {
            why.push(format!("{count} features"));
        }
        let why = if why.is_empty() { String::new() } else { format!("  # {}", why.join(", ")) };
        let _ = writeln!(out, "{} = {}{why}", quote(theirs), quote(ours));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_anything() {
        for text in ["a", "a\"b", "a\\b", "a\nb\tc", "路\u{7f}\u{1}", "'''", ""] {
            let table: toml::Table = toml::from_str(&format!("{} = {}", quote(text), quote(text))).expect("valid TOML");
            assert_eq!(table.get(text).and_then(|v| v.as_str()), Some(text));
        }
    }
}
