//! Snapshots in one file: a GeoPackage that QGIS opens, written through SQLite itself.
//!
//! A snapshot is written in one transaction with a rollback journal and full synchronisation: whoever is killed on the way,
//! and whenever, leaves the file as it was before, once the next one opens it. Readers see whole snapshots only. (A
//! write-ahead log would be as safe, but leaves two files beside the store, and a store on a disk that is mounted for
//! reading could not be opened.) A new store is made the same way: an empty file is no store yet, and is taken for one that is
//! still to be made.
//!
//! SQLite is the system's, which GDAL has loaded anyway. Two copies of it in one process would drop each other's locks
//! when one closes a file that the other has open. Through GDAL alone the journal and the synchronisation could not be
//! asked for, nor could tables that are no layers be read back.
//!
//! Fingerprints that did not change between snapshots are kept once.

mod error;
mod read;
mod schema;
mod write;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

pub use error::StoreError;

use crate::priority::comparison::codes::Codes;
use crate::priority::snapshot::{About, Day};

/// How long one waits for another who writes.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open store.
pub struct Store {
    path: PathBuf,
    db: Connection,
}

impl Store {
    /// Opens a store to read it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if !path.is_file() {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        // What a killed writer left must be taken back first, which needs leave to write.
        let journal = PathBuf::from(format!("{}-journal", path.display()));
        let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let with = |more| Connection::open_with_flags(path, flags | more);
        let db = if journal.exists() {
            with(OpenFlags::SQLITE_OPEN_READ_WRITE).or_else(|_| with(OpenFlags::SQLITE_OPEN_READ_ONLY))
        } else {
            with(OpenFlags::SQLITE_OPEN_READ_ONLY)
        };
        let store = Store { path: path.to_owned(), db: db.map_err(|e| sql(path, e))? };
        store.db.busy_timeout(PATIENCE).map_err(|e| sql(path, e))?;
        if store.is_empty()? {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        store.check()?;
        Ok(store)
    }

    /// Opens a store to write into it, and makes it if it is not there.
    pub fn open_or_make(path: &Path) -> Result<Self, StoreError> {
        let db = Connection::open(path).map_err(|e| sql(path, e))?;
        let mut store = Store { path: path.to_owned(), db };
        store.prepare().map_err(|e| match e.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => not_a_store(path, "it is no SQLite file"),
            _ => sql(path, e),
        })?;
        if store.is_empty()? {
            store.make().map_err(|e| sql(path, e))?;
        }
        store.check()?;
        Ok(store)
    }

    fn prepare(&self) -> rusqlite::Result<()> {
        self.db.busy_timeout(PATIENCE)?;
        self.db.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
        self.db.pragma_update(None, "synchronous", "FULL")
    }

    /// No table at all.
    fn is_empty(&self) -> Result<bool, StoreError> {
        let count = self.db.query_row("SELECT count(*) FROM sqlite_master", [], |r| r.get::<_, i64>(0));
        match count {
            Ok(n) => Ok(n == 0),
            Err(e) if e.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => {
                Err(not_a_store(&self.path, "it is no SQLite file"))
            }
            Err(e) => Err(sql(&self.path, e)),
        }
    }

    fn make(&mut self) -> rusqlite::Result<()> {
        let all = self.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        // Another may have made it in the meantime.
        let there: i64 = all.query_row("SELECT count(*) FROM sqlite_master", [], |r| r.get(0))?;
        if there == 0 {
            all.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
            all.pragma_update(None, "user_version", schema::USER_VERSION)?;
            all.execute_batch(schema::TABLES)?;
        }
        all.commit()
    }

    /// It is one of ours, in a layout that is known here.
    fn check(&self) -> Result<(), StoreError> {
        let layout = self.db.query_row("SELECT version FROM layout", [], |r| r.get::<_, i64>(0));
        match layout {
            Ok(schema::LAYOUT) => Ok(()),
            Ok(n) => Err(not_a_store(&self.path, &format!("its layout is {n}; this program knows {}", schema::LAYOUT))),
            Err(rusqlite::Error::SqliteFailure(e, _)) if e.code != rusqlite::ErrorCode::Unknown => {
                Err(sql(&self.path, rusqlite::Error::SqliteFailure(e, None)))
            }
            Err(_) => Err(not_a_store(&self.path, "another program made it")),
        }
    }

    fn sql<T>(&self, result: rusqlite::Result<T>) -> Result<T, StoreError> {
        result.map_err(|e| sql(&self.path, e))
    }

    fn no_snapshot(&self, date: &Day) -> StoreError {
        let days = self.list().unwrap_or_default();
        let have: Vec<&str> = days.iter().filter_map(|a| a.date.as_ref()).map(Day::as_str).collect();
        let have = if have.is_empty() { "none".to_owned() } else { have.join(", ") };
        StoreError::NoSnapshot { path: self.path.clone(), date: date.clone(), have }
    }
}

fn sql(path: &Path, source: rusqlite::Error) -> StoreError {
    StoreError::Sql { path: path.to_owned(), source }
}

fn not_a_store(path: &Path, why: &str) -> StoreError {
    StoreError::NotAStore { path: path.to_owned(), why: why.to_owned() }
}

/// The snapshots of a store, by date; none where there is no store yet.
pub fn list(path: &Path) -> Result<Vec<About>, StoreError> {
    match Store::open(path) {
        Err(StoreError::Missing { .. }) => Ok(Vec::new()),
        other => other?.list(),
    }
}

/// Reads a table of codes; UTF-8, or GB 18030 as spreadsheets write it.
pub fn codes(path: &Path) -> Result<Codes, StoreError> {
    let bytes = std::fs::read(path).map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
    let text = match std::str::from_utf8(&bytes) {
        Ok(t) => t.to_owned(),
        Err(_) => encoding_rs::GB18030.decode(&bytes).0.into_owned(),
    };
    Codes::parse(&text).map_err(|source| StoreError::Codes { path: path.to_owned(), source })
}
