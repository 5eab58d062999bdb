//! `[snapshots]`: where runs are kept, and which village codes changed.

use std::path::{Path, PathBuf};

use super::error::ProblemKind;
use super::paths::{self, PathProblem, Vars};
use super::raw::{Reader, Section};
use super::resolve::home;

pub(super) const KEYS: [&str; 2] = ["store", "codes"];

/// Files of the section, absolute.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SnapshotFiles {
    /// A GeoPackage, made when the first run is kept.
    pub store: Option<PathBuf>,
    /// A table of old code, new code, kind and date.
    pub codes: Option<PathBuf>,
}

pub(super) fn snapshots(r: &mut Reader<'_>, s: &Section<'_>, dir: &Path, vars: &Vars<'_>) -> SnapshotFiles {
    r.keys(s, &KEYS, |k| home(k, "[snapshots]").filter(|h| !h.contains("[snapshots]")));
    let store = file(r, s, "store", dir, vars);
    if let (Some(store), Some(v)) = (&store, s.get("store"))
        && !store.extension().is_some_and(|e| e.eq_ignore_ascii_case("gpkg"))
    {
        r.invalid(&v.span(), "store is a GeoPackage; let its name end with .gpkg");
    }
    SnapshotFiles { store, codes: file(r, s, "codes", dir, vars) }
}

/// A plain file, relative to the atlas's folder.
fn file(r: &mut Reader<'_>, s: &Section<'_>, key: &str, dir: &Path, vars: &Vars<'_>) -> Option<PathBuf> {
    let t = r.text(s, key)?;
    let path = match paths::resolve_source(&t.value, dir, vars) {
        Ok(open) if !open.starts_with("/vsi") && Path::new(&open).is_absolute() => return Some(open.into()),
        Ok(_) => PathProblem::NoFile,
        Err(problem) => problem,
    };
    r.problem(&t.span, ProblemKind::Path { path: t.value, problem: path });
    None
}
