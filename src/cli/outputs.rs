//! `analyze`: what is written where.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;

use super::{Failure, Stages};
use crate::export::{self, About, Form};
use crate::findings::Findings;
use crate::publish;
use crate::publish::table::Table;

#[derive(Args)]
pub struct Outputs {
    /// Folder for the files; made if missing.
    #[arg(long)]
    out: PathBuf,
    /// Forms of the collections, separated by commas: geojson, gpkg, fgb, parquet, shp, csv, xlsx, geojsonseq.
    #[arg(long, value_delimiter = ',', default_value = "geojson", value_parser = form)]
    format: Vec<Form>,
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
    pub fn to_text(&self) -> String {
        let steps = self.steps.iter().map(|(what, t)| format!("  {what:<20} {:8.3} s\n", t.as_secs_f64()));
        steps.chain([self.lines.join("\n")]).collect()
    }
}

impl Outputs {
    /// Finds what cannot be written before the analysis takes its time.
    pub fn check(&self) -> Result<(), Failure> {
        let dir = &self.out;
        {
            std::fs::create_dir_all(dir).map_err(|e| format!("{}: cannot write: {e}", dir.display()))?;
            // Permissions alone do not tell: a folder can be on a disk that is mounted for reading.
            let probe = dir.join(".part-probe");
            std::fs::write(&probe, b"").map_err(|e| format!("{}: cannot write: {e}", dir.display()))?;
            std::fs::remove_file(&probe).map_err(|e| format!("{}: cannot write: {e}", dir.display()))?;
        }
        Ok(())
    }

    pub fn write(&self, f: &Findings) -> Result<Written, Failure> {
        let stages = Stages::new();
        let mut written = Written::default();
        let dir = &self.out;
        {
            stages.tell("write results");
            let begin = Instant::now();
            let mut names = publish::write_all(f, dir, self.format.contains(&Form::GeoJson))?;
            written.steps.push(("write".into(), begin.elapsed()));
            // GeoJSON has been written; it is of the results only, as inputs are at hand in a form of their own.
            let mut others: Vec<Form> = self.format.iter().copied().filter(|f| *f != Form::GeoJson).collect();
            others.sort();
            others.dedup();
            if !others.is_empty() {
                let collections = publish::collections(f);
                let tables: Vec<Table> = collections.iter().map(Table::of).collect();
                let about = About::of(f);
                for form in others {
                    let begin = Instant::now();
                    for file in export::files::write(&tables, form, dir, &about, &|name| stages.tell(name))? {
                        for note in &file.notes {
                            tracing::warn!("{}: {}", file.name, note.en);
                        }
                        names.push(file.name);
                    }
                    written.steps.push((format!("write {}", form.key()), begin.elapsed()));
                }
            }
            written.lines.push(format!("{} files in {}", names.len(), dir.display()));
        }
        Ok(written)
    }
}
