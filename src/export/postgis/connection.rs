//! A connection to PostgreSQL through GDAL: statements, answers, one transaction, and errors without passwords.

use gdal::vector::{LayerAccess, sql};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};

use super::PostgisError;
use crate::layers::{self, redact};

/// Seconds to wait for a server, where neither the address nor the environment says.
const PATIENCE: u32 = 10;

pub struct Connection {
    dataset: Dataset,
}

/// The address as GDAL takes it.
fn address(url: &str) -> Result<String, PostgisError> {
    let url = url.trim();
    let starts = |p: &str| url.get(..p.len()).is_some_and(|head| head.eq_ignore_ascii_case(p));
    let mut out = if starts("postgres://") {
        format!("postgresql{}", &url["postgres".len()..])
    } else if starts("postgresql://") || starts("PG:") {
        url.to_owned()
    } else {
        return Err(PostgisError::NotAConnection);
    };
    if !out.contains("connect_timeout") && std::env::var_os("PGCONNECT_TIMEOUT").is_none() {
        out += &match (out.contains("://"), out.contains('?')) {
            (true, true) => format!("&connect_timeout={PATIENCE}"),
            (true, false) => format!("?connect_timeout={PATIENCE}"),
            (false, _) => format!(" connect_timeout={PATIENCE}"),
        };
    }
    Ok(out)
}

impl Connection {
    pub fn open(url: &str) -> Result<Self, PostgisError> {
        layers::quiet_gdal();
        layers::gdal_failures();
        let options = DatasetOptions {
            open_flags: GdalOpenFlags::GDAL_OF_VECTOR
                | GdalOpenFlags::GDAL_OF_UPDATE
                | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR,
            allowed_drivers: Some(&["PostgreSQL"]),
            // Not to be told of every table of a large database.
            open_options: Some(&["SCHEMAS=pg_catalog"]),
            ..Default::default()
        };
        let dataset = Dataset::open_ex(address(url)?, options)
            .map_err(|e| PostgisError::Connect { place: redact(url), reason: said(&e) })?;
        layers::gdal_failures();
        Ok(Self { dataset })
    }

    /// Does all of `work` or nothing.
    pub fn in_transaction<T>(
        &mut self,
        work: impl FnOnce(&Session) -> Result<T, PostgisError>,
    ) -> Result<T, PostgisError> {
        let failed = |e: gdal::errors::GdalError| failed("transaction", said(&e));
        // GDAL's own transaction and not a BEGIN of ours: it wraps every query into a transaction of its own unless it
        // knows of one, and its COMMIT would be ours.
        let transaction = self.dataset.start_transaction().map_err(failed)?;
        // Dropped without a commit, a transaction is undone.
        let done = work(&Session { dataset: &transaction })?;
        layers::gdal_failures();
        transaction.commit().map_err(failed)?;
        Ok(done)
    }
}

/// A connection inside a transaction.
pub struct Session<'a> {
    dataset: &'a Dataset,
}

impl Session<'_> {
    /// Runs a statement that answers nothing.
    pub fn run(&self, statement: &str) -> Result<(), PostgisError> {
        layers::gdal_failures();
        self.dataset
            .execute_sql(statement, None, sql::Dialect::DEFAULT)
            .map(drop)
            .map_err(|e| failed(&gist(statement), said(&e)))
    }

    /// All rows of an answer, values as text.
    pub fn rows(&self, query: &str) -> Result<Vec<Vec<Option<String>>>, PostgisError> {
        layers::gdal_failures();
        let answer = self.dataset.execute_sql(query, None, sql::Dialect::DEFAULT);
        let Some(mut answer) = answer.map_err(|e| failed(&gist(query), said(&e)))? else { return Ok(Vec::new()) };
        let columns = answer.defn().fields().count();
        let row = |f: gdal::vector::Feature| (0..columns).map(|i| f.field_as_string(i).ok().flatten()).collect();
        let rows = answer.features().map(row).collect();
        drop(answer);
        match layers::gdal_failures() {
            none if none.is_empty() => Ok(rows),
            some => Err(failed(&gist(query), tidy(&some.join("; ")))),
        }
    }

    /// The first value of an answer.
    pub fn one(&self, query: &str) -> Result<Option<String>, PostgisError> {
        Ok(self.rows(query)?.into_iter().next().and_then(|row| row.into_iter().next().flatten()))
    }
}

fn failed(doing: &str, reason: String) -> PostgisError {
    PostgisError::Failed { doing: doing.to_owned(), reason }
}

/// The first words of a statement: what was being done, without the data.
fn gist(statement: &str) -> String {
    statement.split(['(', ';']).next().unwrap_or_default().chars().take(120).collect::<String>().trim().to_owned()
}

/// What the server said, in one line and without passwords.
fn said(error: &dyn std::fmt::Display) -> String {
    let said = layers::gdal_failures();
    tidy(&if said.is_empty() { error.to_string() } else { said.join("; ") })
}

fn tidy(message: &str) -> String {
    // The lines with the statement and a mark beneath it say nothing to who did not write it.
    let lines = message.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("LINE ") && *l != "^");
    redact(&lines.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_brought_into_the_form_of_gdal() {
        assert!(address("postgres://me@host/db").unwrap().starts_with("postgresql://me@host/db"));
        assert!(address("PG:dbname=x").unwrap().starts_with("PG:dbname=x"));
        assert_eq!(address("PG:dbname=x connect_timeout=3").unwrap(), "PG:dbname=x connect_timeout=3");
        for not in ["mysql://x", "host=x", "", "/etc/passwd"] {
            assert!(matches!(address(not), Err(PostgisError::NotAConnection)), "{not}");
        }
    }

    #[test]
    fn a_failure_is_one_line_without_data() {
        assert_eq!(gist("INSERT INTO \"a\".\"b\" (\"id\") VALUES ('secret')"), "INSERT INTO \"a\".\"b\"");
        assert_eq!(tidy("ERROR:  no\nLINE 1: SELECT x\n    ^\nDETAIL:  why\n"), "ERROR:  no DETAIL:  why");
    }
}
