//! What every file says of itself: of which region and data it is.

use serde_json::{Map, Value, json};

use crate::findings::Findings;
use crate::standards::Bilingual;
use crate::text::message;

/// Where a collection comes from.
#[derive(Debug, Clone)]
pub struct About {
    pub atlas: String,
    pub title: Bilingual,
    pub attribution: Value,
    pub provenance: Value,
    pub data_version: String,
}

impl About {
    pub fn of(f: &Findings) -> Self {
        Self {
            atlas: f.atlas.id.clone(),
            title: Bilingual { zh: f.atlas.title_zh.clone(), en: f.atlas.title_en.clone() },
            attribution: json!(f.atlas.attribution),
            provenance: json!(f.provenance),
            data_version: f.data_version.clone(),
        }
    }

    /// Of a run that was kept.
    pub fn of_snapshot(s: &crate::priority::snapshot::About) -> Self {
        Self {
            atlas: s.atlas.clone(),
            title: s.title.clone(),
            attribution: json!([]),
            provenance: json!(s.provenance),
            data_version: s.data_version.clone(),
        }
    }

    /// What stands beside the features of a GeoJSON file.
    pub fn members(&self, collection: &str) -> Map<String, Value> {
        let mut out = Map::new();
        out.insert("name".into(), collection.into());
        out.insert("provenance".into(), self.provenance.clone());
        out.insert("attribution".into(), self.attribution.clone());
        out
    }

    /// The atlas's id as a file's name.
    pub fn file_stem(&self) -> String {
        let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' };
        let stem: String = self.atlas.chars().map(plain).collect();
        let stem = stem.trim_start_matches('.');
        if stem.is_empty() { "cuntong".to_owned() } else { stem.to_owned() }
    }

    /// One line in both languages: region, whether simulated, whose data, which version.
    pub fn sentence(&self) -> String {
        let key = format!("provenance_{}", self.provenance.as_str().unwrap_or_default());
        let what = message(&key, &[]);
        let whose = match &self.attribution {
            Value::String(s) => s.clone(),
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "),
            _ => String::new(),
        };
        let whose = if whose.is_empty() { whose } else { format!(" · {whose}") };
        let Bilingual { zh, en } = &self.title;
        format!(
            "{zh} / {en} · {} / {}{whose} · cuntong {} · {}",
            what.zh,
            what.en,
            env!("CARGO_PKG_VERSION"),
            self.data_version
        )
    }
}
