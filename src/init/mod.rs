//! `cuntong init`: looks at files and drafts the first `atlas.toml`, for a person to read and correct.
//!
//! 1. `look` opens each file and gathers facts about its layers: shape, fields, values, encoding, CRS;
//! 2. `guess` names the layer of the atlas that each one feeds, by `hints` in titles, fields and values (`osm` knows OpenStreetMap's own);
//! 3. `fields` maps field names (`words`), `values` the words in them;
//! 4. `write` writes it all down, every guess that needs a look marked `TODO`.
//!
//! The draft always loads: it is checked with [`crate::atlas::parse`] before it is handed out.

mod encoding;
mod fields;
mod guess;
mod hints;
mod look;
mod osm;
#[cfg(test)]
mod tests;
mod values;
mod words;
mod write;

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::atlas::{self, AtlasError, LayerKind, PathProblem, Vars};
use guess::Entry;

/// Why no atlas could be drafted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InitError {
    #[error("no files given; name the files of the region: cuntong init villages.shp roads.osm.pbf …")]
    NoFiles,
    #[error("{}: no such file; check the name", path.display())]
    Missing { path: PathBuf },
    #[error("{}: the name is not UTF-8; rename the file", path.display())]
    Name { path: PathBuf },
    #[error("{path}: {problem}")]
    Path { path: String, problem: PathProblem },
    #[error("{path}: GDAL cannot read it ({}); convert it to GeoPackage, GeoJSON or Shapefile", reason(source))]
    Open { path: String, source: gdal::errors::GdalError },
    #[error("{path}: no layer in it that can be read; check that the file is complete")]
    NoLayers { path: String },
    #[error("{path}: layer {layer}: {source}")]
    Layer { path: String, layer: String, source: gdal::errors::GdalError },
    #[error("{path}: cannot be read: {source}")]
    Read { path: String, source: std::io::Error },
    #[error("{path}: the table is not UTF-8; save it as CSV UTF-8")]
    TableNotUtf8 { path: String },
    #[error("none of the files looks like a layer of villages, which an atlas needs; seen: {seen}")]
    NoVillages { seen: String },
    #[error("the draft would not load, please report this:\n{0}")]
    Draft(#[from] AtlasError),
}

/// GDAL's own words where it has any.
fn reason(e: &gdal::errors::GdalError) -> String {
    match e {
        gdal::errors::GdalError::NullPointer { msg, .. } if msg.is_empty() => "unknown format".to_owned(),
        gdal::errors::GdalError::NullPointer { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}

/// Drafts an atlas from the files given. Paths stay as given, so the text belongs into the current folder.
///
/// # Errors
/// [`InitError`] names the file that is missing, not readable, or that no villages were found.
pub fn draft(files: &[PathBuf]) -> Result<String, InitError> {
    let first = files.first().ok_or(InitError::NoFiles)?;
    let mut entries: Vec<Entry> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for file in files.iter().filter(|f| !is_sidecar(f)) {
        let path = address(file)?;
        if seen.contains(&path) {
            continue;
        }
        seen.push(path.clone());
        if osm::is_osm(&path) {
            entries.extend(osm::entries(&path)?);
            continue;
        }
        for facts in look::file(&path)? {
            match guess::entry(&facts) {
                Some(entry) => entries.push(entry),
                None => others.push(facts.summary()),
            }
        }
    }
    guess::settle(&mut entries);
    if !entries.iter().any(|e| e.kind == LayerKind::Villages && e.active) {
        let known = entries.iter().map(|e| format!("{} ({})", e.path, e.kind.key()));
        let seen = known.chain(others.iter().map(|o| format!("{o} (not recognised)"))).collect::<Vec<_>>().join("; ");
        return Err(InitError::NoVillages { seen });
    }
    let text = write::atlas(&name_of(first), &entries, &others);
    atlas::parse(&text, Path::new("atlas.toml"))?;
    Ok(text)
}

/// True for the files beside a `.shp`, which a shell's `*` hands over, too.
fn is_sidecar(file: &Path) -> bool {
    const SIDE: [&str; 9] = ["dbf", "shx", "prj", "cpg", "sbn", "sbx", "qpj", "qmd", "qix"];
    let side = file.extension().and_then(|e| e.to_str()).is_some_and(|e| SIDE.contains(&e.to_lowercase().as_str()));
    side && ["shp", "SHP"].iter().any(|e| file.with_extension(e).exists())
}

/// The address to write into the atlas for a file given by name: archives get their reader.
fn address(file: &Path) -> Result<String, InitError> {
    let text = file.to_str().ok_or_else(|| InitError::Name { path: file.to_path_buf() })?;
    let low = text.to_ascii_lowercase();
    let plain = !low.starts_with("/vsi") && !low.starts_with("pg:") && !low.starts_with("postgresql:");
    let exists = file.exists();
    let ends = |list: &[&str]| list.iter().any(|e| low.ends_with(e));
    let path = match text {
        t if !plain => t.to_owned(),
        t if ends(&[".zip", ".kmz"]) => format!("/vsizip/{t}"),
        t if ends(&[".tar", ".tgz", ".tar.gz"]) => format!("/vsitar/{t}"),
        t if ends(&[".gz"]) => format!("/vsigzip/{t}"),
        t if exists && file.is_relative() && t.contains(':') => format!("./{t}"),
        t => t.to_owned(),
    };
    let dir = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
    // A literal `${…}` in a file's name would expand when the atlas is loaded: refused here by the same rule.
    if let Err(problem) = atlas::resolve_source(&path, &dir, &Vars::from_process()) {
        return Err(InitError::Path { path: text.to_owned(), problem });
    }
    if plain && !exists {
        return Err(InitError::Missing { path: file.to_path_buf() });
    }
    Ok(path)
}

/// A short name for the atlas: the folder of the first file, else the file.
fn name_of(file: &Path) -> String {
    let folder = file.parent().and_then(Path::file_name);
    let stem = file.file_stem();
    let text = folder.or(stem).and_then(|s| s.to_str()).unwrap_or_default();
    let id: String = text.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let id = id.trim_matches('-');
    if id.is_empty() { "my-region".to_owned() } else { id.to_owned() }
}
