//! Tables as SQL: names and texts quoted, layouts, rows, comments, and the record of the run.

use std::fmt::{self, Write};

use super::connection::Session;
use super::{BadSchema, Filled, PostgisError};
use crate::export::About;
use crate::export::names::{cut, fresh, unique};
use crate::publish::shape::ShapeType;
use crate::publish::table::{Cell, Kind, Row, Table};
use crate::text::message;

/// The table that says which run the others are of.
pub const RUN: &str = "run";
/// Bytes of a name in PostgreSQL.
const NAME: usize = 63;
/// Columns that every table has already.
const SYSTEM: [&str; 7] = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", "oid"];
/// Length of a statement that is sent off.
const STATEMENT: usize = 1 << 20;

/// The name of a schema, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaName(String);

impl SchemaName {
    /// Names are quoted wherever they stand, so this is a second wall: nothing that needs quoting gets through, but
    /// letters of any script, for a county may call its schema by its name.
    pub fn new(name: &str) -> Result<Self, BadSchema> {
        let begins = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let lower = name.to_lowercase();
        let own = lower.starts_with("pg_") || lower == "information_schema";
        if begins && plain && !own && name.len() <= NAME {
            Ok(Self(name.to_owned()))
        } else {
            Err(BadSchema { name: name.to_owned() })
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A table of the schema, quoted.
    pub fn table(&self, name: &str) -> String {
        format!("{}.{}", ident(&self.0), ident(name))
    }
}

impl fmt::Display for SchemaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A quoted name.
pub fn ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\"").replace('\0', ""))
}

/// A quoted text; PostgreSQL knows no zero bytes in texts.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''").replace('\0', ""))
}

/// What comments on tables of ours end with.
pub const OURS: &str = "[cuntong]";

/// A column to be written.
struct Column {
    /// Which of the collection's it is.
    from: usize,
    name: String,
    kind: &'static str,
}

/// A collection as a table: names and types of the columns that have values.
pub struct Layout<'t, 'c> {
    table: &'t Table<'c>,
    schema: &'t SchemaName,
    columns: Vec<Column>,
    geometry: String,
    /// Type in PostGIS, without its schema.
    shape: String,
    multi: bool,
    /// Schema that PostGIS is in, which need not be where names are looked up.
    postgis: String,
}

impl<'t, 'c> Layout<'t, 'c> {
    pub fn new(table: &'t Table<'c>, schema: &'t SchemaName, postgis: &str) -> Self {
        let own = &table.schema.columns;
        let names = unique(own.iter().map(|c| c.name.as_str()), &SYSTEM, NAME);
        let geometry = fresh("geom", names.iter().map(String::as_str));
        let kind = |k: Kind| match k {
            Kind::Bool => "boolean",
            Kind::Integer => "bigint",
            Kind::Real => "double precision",
            Kind::Date => "date",
            Kind::Text => "text",
            Kind::Json => "jsonb",
        };
        let columns = names.into_iter().zip(own).enumerate().filter(|(i, (_, c))| !c.empty || *i == table.schema.id);
        let columns = columns.map(|(from, (name, c))| Column { from, name, kind: kind(c.kind) }).collect();
        // Lines and areas are of many parts even where each has one: whether one of them has more can differ from run to
        // run, and the table should not.
        let single = table.schema.single_shape();
        let shape = single.map(|t| if t == ShapeType::Point { t } else { t.multi() });
        Self {
            table,
            schema,
            columns,
            geometry,
            shape: format!("geometry({},4326)", shape.map_or("Geometry", ShapeType::name)),
            multi: shape.is_some_and(ShapeType::is_multi),
            postgis: postgis.to_owned(),
        }
    }

    pub fn name(&self) -> &'c str {
        self.table.collection.id
    }

    /// Name under which the table waits for its place.
    pub fn aside(&self) -> String {
        format!("{}__new", self.name())
    }

    /// Makes the table under `name`, without its index.
    pub fn create(&self, c: &Session, name: &str) -> Result<(), PostgisError> {
        let mut columns: Vec<String> = self.columns.iter().map(|c| format!("{} {}", ident(&c.name), c.kind)).collect();
        columns.push(format!("{} {}.{}", ident(&self.geometry), ident(&self.postgis), self.shape));
        let key = self.columns.iter().find(|c| c.from == self.table.schema.id).map_or("id", |c| c.name.as_str());
        let key_name = self.index_name(name, "pkey");
        columns.push(format!("CONSTRAINT {} PRIMARY KEY ({})", ident(&key_name), ident(key)));
        c.run(&format!("CREATE TABLE {} ({})", self.schema.table(name), columns.join(", ")))
    }

    /// Columns that the table which is there lacks, by their place here; `None` where one of its own is of a type that
    /// does not hold the values.
    pub fn lacking(&self, c: &Session) -> Result<Option<Vec<usize>>, PostgisError> {
        let there = c.rows(&format!(
            "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a \
             WHERE a.attrelid = {}::regclass AND a.attnum > 0 AND NOT a.attisdropped",
            literal(&self.schema.table(self.name()))
        ))?;
        let kind_of = |name: &str| {
            let row = there.iter().find(|row| row.first().is_some_and(|n| n.as_deref() == Some(name)))?;
            row.get(1)?.as_deref()
        };
        let mut lacking = Vec::new();
        for (i, column) in self.columns.iter().enumerate() {
            match (kind_of(&column.name), column.kind) {
                (None, _) => lacking.push(i),
                (Some(there), wanted) if there == wanted => {}
                (Some("double precision"), "bigint") => {}
                _ => return Ok(None),
            }
        }
        // The type's schema stands before it or not, as the search path has it.
        let shape = kind_of(&self.geometry).unwrap_or_default();
        let shape = shape.find("geometry(").map_or("", |at| &shape[at..]);
        let nothing = self.table.schema.shapes.is_empty();
        let fits = shape == self.shape || shape == "geometry(Geometry,4326)" || (nothing && !shape.is_empty());
        Ok(fits.then_some(lacking))
    }

    /// Empties the table that is there and adds what it lacks.
    pub fn empty(&self, c: &Session, lacking: &[usize]) -> Result<(), PostgisError> {
        let table = self.schema.table(self.name());
        for column in lacking.iter().map(|&i| &self.columns[i]) {
            c.run(&format!("ALTER TABLE {table} ADD COLUMN {} {}", ident(&column.name), column.kind))?;
        }
        c.run(&format!("DELETE FROM {table}"))
    }

    fn index_name(&self, table: &str, what: &str) -> String {
        format!("{}_{what}", cut(table, NAME - 1 - what.len()))
    }

    /// Adds all rows, many with one statement; answers with how many. The index follows them where it is new.
    pub fn insert(&self, c: &Session, target: &str) -> Result<usize, PostgisError> {
        let mut names: Vec<String> = self.columns.iter().map(|c| ident(&c.name)).collect();
        names.push(ident(&self.geometry));
        let head = format!("INSERT INTO {} ({}) VALUES ", self.schema.table(target), names.join(", "));
        let mut statement = head.clone();
        let mut rows = 0;
        self.table.each(|row| {
            if statement.len() > head.len() {
                statement.push(',');
            }
            self.values(&mut statement, row);
            rows += 1;
            if statement.len() >= STATEMENT {
                c.run(&statement)?;
                statement.truncate(head.len());
            }
            Ok(())
        })?;
        if statement.len() > head.len() {
            c.run(&statement)?;
        }
        c.run(&format!(
            "CREATE INDEX IF NOT EXISTS {} ON {} USING gist ({})",
            ident(&self.index_name(target, "geom")),
            self.schema.table(target),
            ident(&self.geometry)
        ))?;
        Ok(rows)
    }

    fn values(&self, out: &mut String, mut row: Row) {
        out.push('(');
        for column in &self.columns {
            match row.values[column.from].take() {
                None => out.push_str("NULL"),
                Some(Cell::Real(n)) => {
                    let _ = write!(out, "{n:e}");
                }
                Some(Cell::Json(t)) => out.push_str(&literal(&without_zero(t))),
                Some(value @ (Cell::Bool(_) | Cell::Integer(_))) => out.push_str(&value.text()),
                Some(Cell::Date(t) | Cell::Text(t)) => out.push_str(&literal(&t)),
            }
            out.push(',');
        }
        match row.shape.map(|s| if self.multi { s.into_multi() } else { s }) {
            None => out.push_str("NULL"),
            Some(shape) => {
                out.push('\'');
                for byte in shape.wkb(Some(4326)) {
                    let _ = write!(out, "{byte:02x}");
                }
                out.push('\'');
            }
        }
        out.push(')');
    }

    /// Says of the table and its columns what they are.
    pub fn comment(&self, c: &Session, target: &str, about: &About) -> Result<(), PostgisError> {
        let (t, own) = (self.schema.table(target), self.table.collection);
        let text = format!("{} / {} · {} {OURS}", own.title_zh, own.title_en, about.sentence());
        c.run(&format!("COMMENT ON TABLE {t} IS {}", literal(&text)))?;
        for column in &self.columns {
            let key = format!("column_{}", self.table.schema.columns[column.from].name);
            let words = message(&key, &[]);
            if words.zh != key {
                let text = literal(&format!("{} / {}", words.zh, words.en));
                c.run(&format!("COMMENT ON COLUMN {t}.{} IS {text}", ident(&column.name)))?;
            }
        }
        c.run(&format!("COMMENT ON COLUMN {t}.{} IS 'WGS 84, EPSG:4326'", ident(&self.geometry)))
    }

    /// Puts the table that waits aside into its place. Who could read the old one can read the new one.
    pub fn swap(&self, c: &Session) -> Result<(), PostgisError> {
        let (old, new) = (self.schema.table(self.name()), self.schema.table(&self.aside()));
        let grants = c.rows(&format!(
            "SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, \
             a.privilege_type FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a \
             WHERE n.nspname = {} AND c.relname = {} AND a.grantee <> c.relowner ORDER BY 1, 2",
            literal(self.schema.as_str()),
            literal(self.name())
        ))?;
        c.run(&format!("DROP TABLE {old}"))?;
        c.run(&format!("ALTER TABLE {new} RENAME TO {}", ident(self.name())))?;
        for what in ["pkey", "geom"] {
            let from = self.index_name(&self.aside(), what);
            let to = self.index_name(self.name(), what);
            c.run(&format!("ALTER INDEX {} RENAME TO {}", self.schema.table(&from), ident(&to)))?;
        }
        for grant in grants {
            if let [Some(who), Some(what)] = grant.as_slice() {
                c.run(&format!("GRANT {what} ON {old} TO {who}"))?;
            }
        }
        Ok(())
    }
}

/// JSON without escaped zero characters, which `jsonb` refuses.
fn without_zero(json: String) -> String {
    if !json.contains("\\u0000") {
        return json;
    }
    fn clean(v: &mut serde_json::Value) {
        match v {
            serde_json::Value::String(s) => s.retain(|c| c != '\0'),
            serde_json::Value::Array(a) => a.iter_mut().for_each(clean),
            serde_json::Value::Object(o) => o.values_mut().for_each(clean),
            _ => {}
        }
    }
    let mut value = serde_json::from_str(&json).unwrap_or_default();
    clean(&mut value);
    value.to_string()
}

/// Writes down which run the tables are of; there is one row.
pub fn record(c: &Session, schema: &SchemaName, about: &About, filled: &Filled) -> Result<(), PostgisError> {
    let table = schema.table(RUN);
    c.run(&format!(
        "CREATE TABLE IF NOT EXISTS {table} (data_version text PRIMARY KEY, written_at timestamptz NOT NULL, \
         atlas text NOT NULL, title_zh text, title_en text, provenance text, attribution jsonb, \
         program text NOT NULL, program_version text NOT NULL, tables integer NOT NULL, features bigint NOT NULL)"
    ))?;
    c.run(&format!("COMMENT ON TABLE {table} IS '本次分析 / The run that the tables here are of {OURS}'"))?;
    c.run(&format!("DELETE FROM {table}"))?;
    c.run(&format!(
        "INSERT INTO {table} VALUES ({}, now(), {}, {}, {}, {}, {}, 'cuntong', {}, {}, {})",
        literal(&about.data_version),
        literal(&about.atlas),
        literal(&about.title.zh),
        literal(&about.title.en),
        literal(about.provenance.as_str().unwrap_or_default()),
        literal(&without_zero(about.attribution.to_string())),
        literal(env!("CARGO_PKG_VERSION")),
        filled.tables,
        filled.rows
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_quotes() {
        assert_eq!(ident("a\"; DROP TABLE x; --"), "\"a\"\"; DROP TABLE x; --\"");
        assert_eq!(literal("O'Brien\\'; --"), "'O''Brien\\''; --'");
        assert_eq!(literal("a\0b"), "'ab'");
        assert_eq!(without_zero("{\"a\":[\"x\\u0000y\",\"\\\\u0000\"]}".into()), "{\"a\":[\"xy\",\"\\\\u0000\"]}");
    }

    #[test]
    fn names_of_schemas() {
        for good in ["cuntong", "_x1", "义县2020", "Cuntong"] {
            assert_eq!(SchemaName::new(good).map(|s| s.to_string()), Ok(good.to_owned()));
        }
        let long = "x".repeat(64);
        for bad in
            ["", "1a", "a b", "a\"b", "a;b", "a.b", "pg_toast", "PG_x", "information_schema", "a-b", "a'b", &long]
        {
            assert!(SchemaName::new(bad).is_err(), "{bad}");
        }
    }
}
