//! The user's `atlas.toml`: what they have, where it comes from, how its words map to ours.
//!
//! [`load`] does it in four steps, and reports every problem of the file at once:
//!
//! 1. `raw` parses TOML and reads typed values, each with its place in the file;
//! 2. `resolve` walks the sections and refuses every key it does not know;
//! 3. `sources` checks one `[[layers.…]]` entry, `rules`, `power_rules` and `water_rules` the sections of `[rules]`;
//! 4. `paths` expands `${VAR}`, makes paths absolute and refuses network addresses.

mod error;
mod history;
mod model;
mod paths;
mod power_rules;
mod priority_rules;
mod raw;
mod resolve;
mod rules;
mod social_rules;
mod sources;
mod suggest;
#[cfg(test)]
mod tests;
mod water_rules;

use std::path::Path;

pub use error::{AtlasError, Place, Problem, ProblemKind};
pub use history::SnapshotFiles;
pub use model::*;
pub use paths::{PathProblem, Vars, resolve_source};

/// Reads and checks an atlas file.
///
/// # Errors
/// [`AtlasError`] names the file and, for every problem found in it, line, column, key and the fix.
pub fn load(path: &Path) -> Result<Atlas, AtlasError> {
    let file = path.to_path_buf();
    let bytes = std::fs::read(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => AtlasError::Missing { file: file.clone() },
        _ if path.is_dir() => AtlasError::Folder { file: file.clone() },
        _ => AtlasError::Read { file: file.clone(), source },
    })?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => parse(text, path),
        Err(e) => {
            let good = String::from_utf8_lossy(&bytes[..e.valid_up_to()]);
            let (line, column) = raw::line_column(&good, good.len());
            Err(AtlasError::NotUtf8(Place { file, line, column }))
        }
    }
}

/// Checks the text of an atlas; `file` is where it stands or will stand (relative paths start from its folder).
///
/// # Errors
/// As [`load`], without the ones of reading.
pub fn parse(text: &str, file: &Path) -> Result<Atlas, AtlasError> {
    resolve::atlas(text, file, &Vars::from_process())
}
