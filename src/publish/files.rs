//! `analyze --out`: one GeoJSON per collection, `summary.json`, `quality.json`, `run.json`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use thiserror::Error;

use super::collections::result_collections;
use super::{scorecard, summary};
use crate::findings::Findings;
use crate::priority::Conclusions;

#[derive(Debug, Error)]
#[error("{}: cannot write: {source}", path.display())]
pub struct WriteError {
    pub path: PathBuf,
    source: std::io::Error,
}

/// Writes all files of a run into `dir` (made if missing) and answers with their names: results as GeoJSON, if wanted,
/// and the documents about them. Every file is the same byte for byte on a second run, but for `timings_s` in
/// `run.json`.
pub fn write_all(f: &Findings, c: &Conclusions, dir: &Path, geojson: bool) -> Result<Vec<String>, WriteError> {
    let at = |path: PathBuf| move |source| WriteError { path, source };
    fs::create_dir_all(dir).map_err(at(dir.to_path_buf()))?;
    let mut names = Vec::new();
    let mut put = |name: String, bytes: &[u8]| {
        // Written beside and renamed, so that a reader never sees half a file.
        let part = dir.join(format!(".{name}.part"));
        fs::write(&part, bytes).map_err(at(part.clone()))?;
        fs::rename(&part, dir.join(&name)).map_err(at(dir.join(&name)))?;
        names.push(name);
        Ok(())
    };
    for c in if geojson { result_collections(f, c) } else { Vec::new() } {
        let all: Vec<u32> = (0..c.len() as u32).collect();
        let mut extra = Map::new();
        extra.insert("name".into(), c.id.into());
        extra.insert("provenance".into(), json!(f.provenance));
        extra.insert("attribution".into(), json!(f.atlas.attribution));
        put(format!("{}.geojson", c.id), &c.feature_collection(&all, &extra))?;
    }
    let cards = &c.scorecard;
    put("summary.json".into(), &pretty(&summary(f)))?;
    put("scorecard.json".into(), &pretty(&scorecard::json_of(f, cards)))?;
    put("scorecard.csv".into(), &scorecard::csv_of(cards))?;
    let book = scorecard::xlsx_of(f, cards)
        .map_err(|e| WriteError { path: dir.join("scorecard.xlsx"), source: std::io::Error::other(e.to_string()) })?;
    put("scorecard.xlsx".into(), &book)?;
    put("quality.json".into(), &pretty(&json!(f.quality)))?;
    let timings: Map<String, Value> =
        f.timings.iter().map(|(k, d)| (k.to_string(), json!((d.as_secs_f64() * 1e3).round() / 1e3))).collect();
    let run = json!({
        "program": {"name": "cuntong", "version": env!("CARGO_PKG_VERSION"), "gdal": gdal_version()},
        "atlas": f.atlas.id,
        "data_version": f.data_version,
        "inputs": f.inputs,
        "sources": f.world.sources,
        "rules": {"roads": f.atlas.roads, "power": f.atlas.power, "water": f.atlas.water, "broadband": f.atlas.broadband,
            "services": f.atlas.services, "targets": f.atlas.scorecard, "priority": f.atlas.priority, "noding": f.atlas.noding},
        "timings_s": timings,
    });
    put("run.json".into(), &pretty(&run))?;
    Ok(names)
}

fn gdal_version() -> String {
    crate::layers::gdal_version()
}

fn pretty(v: &Value) -> Vec<u8> {
    let mut out = serde_json::to_vec_pretty(v).unwrap_or_default();
    out.push(b'\n');
    out
}
