//! All collections as tables of a PostGIS database, replaced in one transaction.
//!
//! 1. Connect, find PostGIS, begin; only one program at a time writes into a schema (an advisory lock says so).
//! 2. Each collection is a table: a column for each of its own, `geom` with an index, `id` as primary key, comments.
//! 3. A table that stands there is emptied and filled again, with the columns added that it lacks; what it has beyond
//!    them stays and holds nothing. A collection that is no more leaves an empty table.
//! 4. `run` says which run this is, and everything is committed.
//!
//! Emptying by `DELETE` and not by swapping tables is what makes readers see the old run or the new one and never a
//! mixture: rows follow the reader's snapshot, while names of tables do not. A reader whose snapshot is older than a
//! swap finds the new table by its name and no row of it visible; a reader of two tables can block a swap or be killed
//! as its deadlock. Rows also leave views on the tables and grants as they are. The price is dead rows, which
//! autovacuum takes away.
//!
//! So that this is the rule, a column without any value in this run is not made: its type is not known, and the wrong
//! one would have to be changed later. Only a column whose type has changed asks for a swap: the table is filled under
//! another name and put in its place at the end, by `DROP TABLE` without `CASCADE`. A view that needs the old table
//! stops that with a message, and the old run stays.
//!
//! The connection is GDAL's, as for reading: libpq knows TLS, `.pgpass`, services and the environment, and there is
//! no further dependency. Rows travel as `INSERT` of many at a time (about 1 MB), for GDAL's own way into a table
//! writes numbers with 15 digits, which is not all of them.

mod connection;
mod sql;

use thiserror::Error;

use connection::{Connection, Session};
use sql::{Layout, ident, literal};

pub use sql::SchemaName;

use super::About;
use crate::publish::table::Table;

#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PostgisError {
    #[error("a connection begins with postgresql:// or PG:, as in postgresql://user@host/database")]
    NotAConnection,
    #[error("cannot connect to {place}: {reason}")]
    Connect { place: String, reason: String },
    #[error("the database has no PostGIS: have its owner run CREATE EXTENSION postgis")]
    NoPostgis,
    #[error("another program is writing into schema \"{schema}\" just now")]
    Busy { schema: String },
    #[error("schema \"{schema}\" has a table \"{table}\" that this program did not make; choose another --schema")]
    Foreign { schema: String, table: String },
    #[error("{doing}: {reason}; what was in the database before is still there")]
    Failed { doing: String, reason: String },
}

/// A name of a schema that may be written: letters, digits and underscores, none of PostgreSQL's own.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{name:?} is no name for a schema: letters, digits and underscores, no digit first, at most 63 bytes, not pg_… or \
     information_schema"
)]
pub struct BadSchema {
    pub name: String,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    pub tables: usize,
    pub rows: usize,
}

/// Writes `tables` into `schema` of the database at `url`. `tell` hears what is being written.
pub fn write(
    tables: &[Table],
    url: &str,
    schema: &SchemaName,
    about: &About,
    tell: &dyn Fn(&str),
) -> Result<Filled, PostgisError> {
    tell("connect to PostGIS");
    let mut connection = Connection::open(url)?;
    connection.in_transaction(|c| fill(c, tables, schema, about, tell))
}

fn fill(
    c: &Session,
    tables: &[Table],
    schema: &SchemaName,
    about: &About,
    tell: &dyn Fn(&str),
) -> Result<Filled, PostgisError> {
    let postgis = c
        .one(
            "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace \
             WHERE e.extname = 'postgis'",
        )?
        .ok_or(PostgisError::NoPostgis)?;
    // Texts are written with quotes doubled and nothing else; what a server takes backslashes for must not matter. A
    // swap waits for readers, but not for one who went home.
    c.run("SET LOCAL standard_conforming_strings = on")?;
    c.run("SET LOCAL lock_timeout = '30s'")?;
    let key = literal(&format!("cuntong {schema}"));
    let lock = format!("SELECT CASE WHEN pg_try_advisory_xact_lock(hashtext({key})) THEN 'mine' ELSE 'taken' END");
    if c.one(&lock)?.as_deref() != Some("mine") {
        return Err(PostgisError::Busy { schema: schema.to_string() });
    }
    // Not CREATE … IF NOT EXISTS: that asks for the right to create even where there is nothing to create.
    let there = c.one(&format!("SELECT 1 FROM pg_namespace WHERE nspname = {}", literal(schema.as_str())))?;
    if there.is_none() {
        c.run(&format!("CREATE SCHEMA {}", ident(schema.as_str())))?;
    }
    let found = existing(c, schema)?;
    let ours = |name: &str| match found.iter().find(|(n, _)| n == name) {
        Some((_, false)) => Err(PostgisError::Foreign { schema: schema.to_string(), table: name.to_owned() }),
        there => Ok(there.is_some()),
    };
    let layouts: Vec<Layout> = tables.iter().map(|t| Layout::new(t, schema, &postgis)).collect();
    // Before anything is written, so that a refusal is quick.
    layouts.iter().map(Layout::name).chain([sql::RUN]).try_for_each(|name| ours(name).map(drop))?;
    let mut swaps = Vec::new();
    let mut filled = Filled { tables: layouts.len(), rows: 0 };
    for layout in &layouts {
        tell(&format!("{schema}.{}", layout.name()));
        let mut target = layout.name().to_owned();
        if !ours(layout.name())? {
            layout.create(c, &target)?;
        } else if let Some(lacking) = layout.lacking(c)? {
            layout.empty(c, &lacking)?;
        } else {
            target = layout.aside();
            layout.create(c, &target)?;
            swaps.push(layout);
        }
        filled.rows += layout.insert(c, &target)?;
        layout.comment(c, &target, about)?;
    }
    for layout in swaps {
        tell(&format!("swap {schema}.{}", layout.name()));
        layout.swap(c)?;
    }
    // Of themes that are no more: left as they are they would mix two runs, dropped they would break views.
    let stays = |name: &str| name == sql::RUN || layouts.iter().any(|l| l.name() == name);
    for (name, _) in found.iter().filter(|(name, ours)| *ours && !stays(name)) {
        c.run(&format!("DELETE FROM {}", schema.table(name)))?;
    }
    sql::record(c, schema, about, &filled)?;
    for layout in &layouts {
        c.run(&format!("ANALYZE {}", schema.table(layout.name())))?;
    }
    Ok(filled)
}

/// Tables and views of the schema, and whether they are ours.
fn existing(c: &Session, schema: &SchemaName) -> Result<Vec<(String, bool)>, PostgisError> {
    let all = c.rows(&format!(
        "SELECT c.relname::text, obj_description(c.oid, 'pg_class') FROM pg_class c \
         JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = {} AND c.relkind IN ('r', 'v', 'm', 'f', 'p') ORDER BY 1",
        literal(schema.as_str())
    ))?;
    let of = |row: Vec<Option<String>>| {
        let mut row = row.into_iter();
        let name = row.next().flatten().unwrap_or_default();
        (name, row.next().flatten().is_some_and(|comment| comment.ends_with(sql::OURS)))
    };
    Ok(all.into_iter().map(of).collect())
}
