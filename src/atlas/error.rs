//! What can be wrong with an atlas file. Every message names the place, the key and the fix.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use super::paths::PathProblem;

/// Problems beyond this many are counted, not printed.
const SHOWN: usize = 20;

/// Why an atlas could not be loaded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AtlasError {
    #[error("{}: no such file; give the path of an atlas.toml (`cuntong init FILES…` drafts one)", file.display())]
    Missing { file: PathBuf },
    #[error("{}: this is a folder; give the path of the atlas.toml inside it", file.display())]
    Folder { file: PathBuf },
    #[error("{}: cannot be read: {source}", file.display())]
    Read { file: PathBuf, source: std::io::Error },
    #[error("{0}: the text is not UTF-8; save the file as UTF-8 (an editor on Chinese Windows may have used GBK)")]
    NotUtf8(Place),
    /// The file reads, but what it says is wrong. One line for each problem, in the file's order.
    #[error("{}", lines(problems))]
    Invalid { problems: Vec<Problem> },
}

fn lines(problems: &[Problem]) -> String {
    let mut out: Vec<String> = problems.iter().take(SHOWN).map(Problem::to_string).collect();
    if problems.len() > SHOWN {
        out.push(format!("… and {} more problems", problems.len() - SHOWN));
    }
    out.join("\n")
}

/// A place in the atlas file; line and column count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub file: PathBuf,
    pub line: usize,
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// One thing wrong at one place.
#[derive(Debug, Error)]
#[error("{place}: {kind}")]
pub struct Problem {
    pub place: Place,
    pub kind: ProblemKind,
}

/// The kinds of problems. `hint` is the fix, in words.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProblemKind {
    #[error("not valid TOML: {0}")]
    Syntax(String),
    #[error("unknown key \"{key}\" in {section}; {hint}")]
    UnknownKey { key: String, section: String, hint: String },
    #[error("unknown {what} \"{word}\" for {key}; {hint}")]
    UnknownWord { what: &'static str, word: String, key: String, hint: String },
    #[error("{key} must be {expected}, not {found}; {hint}")]
    WrongType { key: String, expected: &'static str, found: &'static str, hint: String },
    #[error("{section} has no \"{key}\"; {hint}")]
    MissingKey { key: &'static str, section: String, hint: String },
    #[error("path \"{path}\": {problem}")]
    Path { path: String, problem: PathProblem },
    /// Anything else about one key: what is wrong and how to put it right.
    #[error("{0}")]
    Invalid(String),
}
