//! `analyze`: what is written where.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;

use super::{Failure, Stages, archive};
use crate::export::postgis::{self, SchemaName};
use crate::export::{self, About, Form};
use crate::findings::Findings;
use crate::priority::Conclusions;
use crate::publish::table::Table;
use crate::{layers, publish};

#[derive(Args)]
#[group(required = true, multiple = true)]
pub struct Outputs {
    /// Folder for the files; made if missing.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Forms of the collections, separated by commas: geojson, gpkg, fgb, parquet, shp, csv, xlsx, geojsonseq.
    #[arg(long, value_delimiter = ',', requires = "out", value_parser = form)]
    format: Vec<Form>,
    /// All layers as vector tiles, too, in one file: tiles.pmtiles.
    #[arg(long, requires = "out")]
    pmtiles: bool,
    /// Fill tables of a PostGIS database, postgresql://user@host/database; the password can stand in PGPASSWORD or
    /// .pgpass, where others do not see it.
    #[arg(long, value_name = "CONNECTION")]
    postgis: Option<String>,
    /// Schema for the tables [default: cuntong].
    #[arg(long, requires = "postgis", value_parser = SchemaName::new)]
    schema: Option<SchemaName>,
}

fn form(name: &str) -> Result<Form, export::UnknownForm> {
    name.parse()
}

/// What was written and how long it took.
#[derive(Default)]
pub struct Written {
    steps: Vec<(String, Duration)>,
    lines: Vec<String>,
}

impl Written {
    fn took(&mut self, what: &str, begin: Instant) {
        self.steps.push((what.to_owned(), begin.elapsed()));
    }

    pub fn to_text(&self) -> String {
        let steps = self.steps.iter().map(|(what, t)| format!("  {what:<20} {:8.3} s\n", t.as_secs_f64()));
        steps.chain([self.lines.join("\n")]).collect()
    }
}

impl Outputs {
    /// Finds what cannot be written before the analysis takes its time. Nothing is made yet, for it may fail.
    pub fn check(&self) -> Result<(), Failure> {
        let Some(dir) = &self.out else { return Ok(()) };
        let here = |p: &&Path| p.exists() || p.as_os_str().is_empty();
        let there = dir.ancestors().find(here).unwrap_or(dir);
        // Permissions alone do not tell: a folder can be on a disk that is mounted for reading.
        let probe = there.join(format!(".cuntong-probe-{}", std::process::id()));
        let done = std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe));
        Ok(done.map_err(|e| format!("{}: cannot write: {e}", dir.display()))?)
    }

    pub fn write(&self, f: &Findings) -> Result<Written, Failure> {
        let stages = Stages::new();
        let mut written = Written::default();
        let about = About::of(f);
        let geojson = self.format.is_empty() || self.format.contains(&Form::GeoJson);
        stages.tell("plans");
        let begin = Instant::now();
        let conclusions = Conclusions::new(f);
        written.took("plans", begin);
        let mut names = Vec::new();
        if let Some(dir) = &self.out {
            stages.tell("write results");
            let begin = Instant::now();
            names = publish::write_all(f, &conclusions, dir, geojson)?;
            written.took("write", begin);
        }
        // GeoJSON has been written: of the results only, for the inputs are at hand in a form of their own.
        let mut others: Vec<Form> = self.format.iter().copied().filter(|f| *f != Form::GeoJson).collect();
        others.sort();
        others.dedup();
        let more = self.pmtiles || !others.is_empty() || self.postgis.is_some();
        let collections = if more { publish::collections(f, &conclusions) } else { Vec::new() };
        if let (Some(dir), true) = (&self.out, self.pmtiles) {
            stages.tell("tiles");
            let begin = Instant::now();
            let made = archive::archive(f, &collections, dir)?;
            written.took("write tiles", begin);
            written.lines.push(archive::told(&made));
            names.push(archive::NAME.to_owned());
        }
        if !others.is_empty() || self.postgis.is_some() {
            stages.tell("tables");
            let tables: Vec<Table> = collections.iter().map(Table::of).collect();
            if let Some(dir) = &self.out {
                for form in others {
                    let begin = Instant::now();
                    for file in export::files::write(&tables, form, dir, &about, &|name| stages.tell(name))? {
                        for note in &file.notes {
                            tracing::warn!("{}: {}", file.name, note.en);
                        }
                        names.push(file.name);
                    }
                    written.took(&format!("write {}", form.key()), begin);
                }
            }
            if let Some(url) = &self.postgis {
                let begin = Instant::now();
                let schema = self.schema.clone().map_or_else(|| SchemaName::new("cuntong"), Ok)?;
                let filled = postgis::write(&tables, url, &schema, &about, &|what| stages.tell(what))?;
                written.took("write postgis", begin);
                let place = layers::redact(url);
                written.lines.push(format!(
                    "{} tables with {} features in schema {schema} of {place}",
                    filled.tables, filled.rows
                ));
            }
        }
        if let Some(dir) = &self.out {
            written.lines.push(format!("{} files in {}", names.len(), dir.display()));
        }
        Ok(written)
    }
}
