//! What can be wrong with a store.

use std::path::PathBuf;

use thiserror::Error;

use crate::priority::comparison::codes::CodesError;
use crate::priority::snapshot::Day;

#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    #[error("{}: there is no store of snapshots yet; `cuntong snapshot keep` makes it", path.display())]
    Missing { path: PathBuf },
    #[error("{}: is no store of snapshots: {why}", path.display())]
    NotAStore { path: PathBuf, why: String },
    #[error("{}: there is a snapshot of {date} already; --replace puts this one in its place", path.display())]
    Exists { path: PathBuf, date: Day },
    #[error("{}: there is no snapshot of {date}; there are {have}", path.display())]
    NoSnapshot { path: PathBuf, date: Day, have: String },
    #[error("{}: holds snapshots of the atlas {there:?}, not of {here:?}", path.display())]
    OtherAtlas { path: PathBuf, there: String, here: String },
    #[error("{}: table {table}: {what}", path.display())]
    Damaged { path: PathBuf, table: &'static str, what: String },
    #[error("{}: {source}", path.display())]
    Sql { path: PathBuf, source: rusqlite::Error },
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{}: {source}", path.display())]
    Codes { path: PathBuf, source: CodesError },
}
