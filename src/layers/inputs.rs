//! The list of input files with size and SHA-256, so that a run can be traced to its bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::error::{At, LayerError};
use crate::atlas::{Atlas, Source};

/// One file that was read, or one table of a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputFile {
    /// Path as written in the atlas; for sidecar files with their own ending. Of a table its connection, without a
    /// password, and its name.
    pub path: String,
    /// Of a table, of the values and positions that were read.
    pub bytes: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
}

/// Files that belong to one data set, by the ending of the file that is named in the atlas.
const SIDECARS: [(&str, &[&str]); 5] = [
    ("shp", &["shp", "shx", "dbf", "prj", "cpg"]),
    ("tab", &["tab", "dat", "map", "id", "ind"]),
    ("mif", &["mif", "mid"]),
    ("tif", &["tif", "tfw", "prj"]),
    ("gml", &["gml", "gfs"]),
];

/// A text, such as a connection or an error about one, without passwords: values of `password` and what stands
/// between user and host of an address. Rather too much is hidden than too little.
pub fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(i) = rest.to_ascii_lowercase().find("password") {
        let (head, tail) = rest.split_at(i + "password".len());
        out.push_str(head);
        let value = tail.trim_start();
        rest = tail;
        if let Some(value) = value.strip_prefix('=') {
            out.push_str("=***");
            rest = after_value(value.trim_start());
        }
    }
    out.push_str(rest);
    // postgresql://user:secret@host/…; a password may hold a slash, and an address ends with a blank at the latest.
    let mut from = 0;
    while let Some(scheme) = out[from..].find("://").map(|i| from + i + 3) {
        let to = out[scheme..].find(char::is_whitespace).map_or(out.len(), |e| scheme + e);
        from = to;
        if let Some(at) = out[scheme..to].rfind('@').map(|e| scheme + e)
            && let Some(colon) = out[scheme..at].find(':').map(|e| scheme + e)
        {
            out.replace_range(colon + 1..at, "***");
            from = colon + 4;
        }
    }
    out
}

/// What follows a value of a connection: quoted with escapes, or up to a blank or `&`.
fn after_value(value: &str) -> &str {
    let Some(quoted) = value.strip_prefix('\'') else {
        let end = value.find(|c: char| c.is_whitespace() || c == '&' || c == '\'').unwrap_or(value.len());
        return &value[end..];
    };
    let mut escaped = false;
    for (i, c) in quoted.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => return &quoted[i + 1..],
            _ => {}
        }
    }
    ""
}

/// The file or folder on disk behind a GDAL address: itself, or the archive of a `/vsizip/…` path. `None` for
/// databases and other addresses that are no files.
pub(super) fn file_on_disk(open: &str) -> Option<PathBuf> {
    let mut path = open;
    let mut archive = false;
    while let Some(rest) = ["/vsizip/", "/vsigzip/", "/vsitar/"].iter().find_map(|p| path.strip_prefix(p)) {
        path = rest;
        archive = true;
    }
    if path.starts_with("/vsi") || is_database(path) {
        return None;
    }
    let path = path.strip_prefix('{').map_or(path, |p| p.split('}').next().unwrap_or(p));
    if !archive {
        return Some(PathBuf::from(path));
    }
    // Inside an archive the path goes on; the archive is the longest part that is a file.
    let whole = Path::new(path);
    Some(whole.ancestors().find(|p| p.is_file()).unwrap_or(whole).to_path_buf())
}

pub(super) fn is_database(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    ["pg:", "postgresql://", "postgres://", "mysql:"].iter().any(|p| lower.starts_with(p))
}

/// Path as written in the atlas, and the path on disk.
fn files_of(source: &Source) -> Vec<(String, PathBuf)> {
    let Some(main) = file_on_disk(&source.open) else { return Vec::new() };
    if main.is_dir() {
        let mut inside: Vec<_> = std::fs::read_dir(&main)
            .map(|d| d.flatten().map(|e| e.path()).filter(|p| p.is_file()).collect())
            .unwrap_or_default();
        inside.sort();
        return inside
            .into_iter()
            .map(|p| {
                let name = p.file_name().unwrap_or_default().to_string_lossy().into_owned();
                (format!("{}/{name}", source.path.trim_end_matches('/')), p)
            })
            .collect();
    }
    let ending = main.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    let is_inside_archive = source.open.starts_with("/vsi");
    let sidecars = SIDECARS.iter().find(|(e, _)| *e == ending && !is_inside_archive).map(|(_, s)| *s);
    let Some(sidecars) = sidecars else { return vec![(source.path.clone(), main)] };
    let stem = Path::new(&source.path).with_extension("");
    sidecars
        .iter()
        .flat_map(|e| [e.to_string(), e.to_uppercase()])
        .map(|e| (format!("{}.{e}", stem.display()), main.with_extension(&e)))
        .filter(|(_, p)| p.is_file())
        .collect()
}

/// Every file that a load of the atlas reads; of a file that is not there its name, so that it shows when it comes.
pub fn files(atlas: &Atlas) -> Vec<PathBuf> {
    let named = atlas.sources.iter().filter_map(|s| file_on_disk(&s.open));
    let all: BTreeSet<PathBuf> = named.chain(atlas.sources.iter().flat_map(files_of).map(|(_, p)| p)).collect();
    all.into_iter().collect()
}

/// Refuses sources whose files, links followed, are in none of the folders `roots`; without any folder all are fine.
pub fn within(atlas: &Atlas, roots: &[PathBuf]) -> Result<(), LayerError> {
    if roots.is_empty() {
        return Ok(());
    }
    for source in &atlas.sources {
        for (_, file) in files_of(source) {
            // What is not there is told when it is opened.
            let Ok(real) = file.canonicalize() else { continue };
            if !roots.iter().any(|r| real.starts_with(r)) {
                return Err(LayerError::Outside { at: At::of(source), file: real.display().to_string() });
            }
        }
    }
    Ok(())
}

/// Size and hash of every file behind `sources`, each once, ordered by path.
pub(super) fn list(sources: &[Source]) -> Result<Vec<InputFile>, LayerError> {
    let files: BTreeMap<String, PathBuf> = sources.iter().flat_map(files_of).collect();
    files
        .into_par_iter()
        .map(|(path, file)| {
            let io = |e: std::io::Error| LayerError::Io { file: path.clone(), reason: e.to_string() };
            let mut hash = Sha256::new();
            let mut reader = std::fs::File::open(&file).map_err(io)?;
            let bytes = std::io::copy(&mut reader, &mut hash).map_err(io)?;
            Ok(InputFile { path, bytes, sha256: format!("{:x}", hash.finalize()) })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_hidden() {
        assert_eq!(redact("PG:host=db password=s3cret user=me"), "PG:host=db password=*** user=me");
        assert_eq!(redact("PG:password='a b' user=me"), "PG:password=*** user=me");
        assert_eq!(redact("postgresql://me:s3cret@db/x"), "postgresql://me:***@db/x");
        assert_eq!(redact("/data/村.shp"), "/data/村.shp");
        assert_eq!(redact("PG:password = s3cret user=me"), "PG:password=*** user=me");
        assert_eq!(redact(r"PG:password='a\'b c' user=me"), "PG:password=*** user=me");
        assert_eq!(redact("postgresql://me:s3/cr:et@db/x y://a:b@c"), "postgresql://me:***@db/x y://a:***@c");
        assert_eq!(
            redact("postgresql://db/x?user=me&password=s3cret&a=1"),
            "postgresql://db/x?user=me&password=***&a=1"
        );
        assert_eq!(redact("FATAL: password authentication failed"), "FATAL: password authentication failed");
    }

    #[test]
    fn archives_are_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let zip = dir.path().join("a.zip");
        std::fs::write(&zip, b"x").unwrap();
        let at = format!("/vsizip/{}/inner/b.shp", zip.display());
        assert_eq!(file_on_disk(&at), Some(zip));
        assert_eq!(file_on_disk("PG:dbname=x"), None);
    }
}
