//! Atlases built by hand, for tests.

use std::path::PathBuf;

use crate::atlas::{Atlas, LayerKind, Noding, Source};
use crate::standards::{PowerRules, RoadRules};
use crate::world::Provenance;

/// A source with nothing set but its layer and path.
pub fn source(kind: LayerKind, path: &str) -> Source {
    Source::new(kind, path)
}

impl Source {
    /// Maps our fields to theirs.
    pub fn with(mut self, fields: &[(&str, &str)]) -> Self {
        self.fields.extend(fields.iter().map(|(a, b)| (a.to_string(), b.to_string())));
        self
    }

    /// Maps values of one field.
    pub fn map(mut self, field: &str, values: &[(&str, &str)]) -> Self {
        let map = values.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
        self.values.insert(field.to_string(), map);
        self
    }

    pub fn filter(mut self, condition: &str) -> Self {
        self.r#where = Some(condition.to_string());
        self
    }
}

/// An atlas of these sources.
pub fn atlas(sources: Vec<Source>) -> Atlas {
    Atlas {
        file: PathBuf::from("atlas.toml"),
        id: "test".to_string(),
        title_zh: "测试".to_string(),
        title_en: "Test".to_string(),
        provenance: Provenance::Real,
        attribution: Vec::new(),
        sources,
        target_counties: Vec::new(),
        reference_counties: Vec::new(),
        currency: "CNY".to_string(),
        noding: Noding::SharedVertices,
        roads: RoadRules::default(),
        power: PowerRules::default(),
        water: Default::default(),
        broadband: Default::default(),
        services: Default::default(),
        scorecard: Default::default(),
        priority: Default::default(),
        snapshots: Default::default(),
    }
}

/// The folder of shared test data, or `None` with a line that says so.
pub fn data(part: &str) -> Option<String> {
    let base = std::env::var("CUNTONG_TEST_DATA").map_or_else(
        |_| {
            let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
            let near = here.join("../shared/data");
            if near.exists() { near } else { here.join("../../shared/data") }
        },
        PathBuf::from,
    );
    let path = base.join(part);
    if path.exists() {
        return Some(path.canonicalize().unwrap_or(path).display().to_string());
    }
    println!("skipped: no {} (set CUNTONG_TEST_DATA)", path.display());
    None
}
