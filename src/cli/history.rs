//! `snapshot` and `compare`: runs kept under a date, and what became of the gaps between two.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, Subcommand};

use super::{Ask, Failure, print, run};
use crate::atlas;
use crate::export::{self, About, Form};
use crate::findings::Findings;
use crate::gaps::Verdict;
use crate::priority::comparison::codes::Codes;
use crate::priority::comparison::{Change, Class, Comparison, Filter, compare};
use crate::priority::question;
use crate::priority::scorecard::scorecard;
use crate::priority::snapshot::{Day, Snapshot};
use crate::publish::comparison as words;
use crate::publish::table::Table;
use crate::standards::THEMES;
use crate::store::{self, Store, StoreError};

/// Changes of a class that are printed.
const SHOWN: usize = 20;

/// Keep, list and drop runs.
#[derive(Subcommand)]
pub enum SnapshotAsk {
    /// Analyse an atlas and keep the run under a date.
    Keep {
        atlas: PathBuf,
        #[command(flatten)]
        under: Under,
        /// For machines.
        #[arg(long)]
        json: bool,
    },
    /// What is kept, by date.
    List {
        /// An atlas, or the store itself.
        place: PathBuf,
        /// For machines.
        #[arg(long)]
        json: bool,
    },
    /// Take a run out of the store.
    Drop {
        /// An atlas, or the store itself.
        place: PathBuf,
        date: Day,
    },
}

/// Where and under what date a run is kept.
#[derive(Args)]
pub struct Under {
    /// Date of the run [default: today, in UTC].
    #[arg(long)]
    date: Option<Day>,
    /// The store, instead of the atlas's.
    #[arg(long)]
    store: Option<PathBuf>,
    /// Put it in the place of the run of that date.
    #[arg(long)]
    replace: bool,
}

impl Under {
    /// Finds what cannot be kept before the analysis takes its time.
    fn check(&self, path: &Path) -> Result<(), Failure> {
        let date = self.date()?;
        let there = store::list(path)?.into_iter().any(|a| a.date.as_ref() == Some(&date));
        if there && !self.replace { Err(StoreError::Exists { path: path.to_owned(), date }.into()) } else { Ok(()) }
    }

    fn date(&self) -> Result<Day, Failure> {
        self.date.clone().map_or_else(today, Ok)
    }
}

/// `analyze --keep`.
#[derive(Args)]
pub struct Keep {
    /// Keep the run in the atlas's store of snapshots, under a date [default: today, in UTC].
    #[arg(long, value_name = "DATE", num_args = 0..=1, default_missing_value = "today")]
    keep: Option<String>,
    /// Put it in the place of the run of that date.
    #[arg(long, requires = "keep")]
    replace: bool,
}

impl Keep {
    /// Finds a date that is none and a missing store before the analysis takes its time.
    pub fn check(&self, atlas: &Path) -> Result<Option<Under>, Failure> {
        let Some(keep) = &self.keep else { return Ok(None) };
        let date = if keep == "today" { None } else { Some(keep.parse()?) };
        let under = Under { date, store: None, replace: self.replace };
        under.check(&store_of(atlas, None)?)?;
        Ok(Some(under))
    }
}

/// What to compare.
#[derive(Args)]
pub struct CompareAsk {
    /// An atlas, or the store itself.
    place: PathBuf,
    /// Date of the earlier run.
    from: Day,
    /// Date of the later run; without it the atlas as it is now.
    to: Option<Day>,
    /// Table of changed village codes, instead of the atlas's.
    #[arg(long)]
    codes: Option<PathBuf>,
    /// Id of a county.
    #[arg(long)]
    county: Option<String>,
    /// roads, power, water, broadband or services.
    #[arg(long)]
    theme: Option<String>,
    /// closed, opened, changed, still, left, entered, settled or doubted.
    #[arg(long)]
    change: Option<String>,
    /// Write the changes to a file: .csv, .xlsx, .geojson, .gpkg or .json.
    #[arg(short, long)]
    out: Option<PathBuf>,
    /// For machines.
    #[arg(long)]
    json: bool,
}

pub fn snapshot(ask: SnapshotAsk) -> Result<(), Failure> {
    match ask {
        SnapshotAsk::Keep { atlas, under, json } => {
            under.check(&store_of(&atlas, under.store.as_deref())?)?;
            let found = run(&atlas, Ask::default())?;
            let kept = keep(&found, &under)?;
            if json {
                print(&serde_json::to_string_pretty(&kept.about)?);
            }
            Ok(())
        }
        SnapshotAsk::List { place, json } => list(&place, json),
        SnapshotAsk::Drop { place, date } => {
            Store::open(&store_of(&place, None)?)?;
            Ok(Store::open_or_make(&store_of(&place, None)?)?.drop(&date)?)
        }
    }
}

/// Keeps a run.
pub fn keep(found: &Findings, under: &Under) -> Result<Snapshot, Failure> {
    let path = match &under.store {
        Some(path) => path.clone(),
        None => found.atlas.snapshots.store.clone().ok_or_else(|| no_store(&found.atlas.file))?,
    };
    let date = under.date()?;
    let taken = Snapshot::take(found, &scorecard(found), Some(date.clone()));
    Store::open_or_make(&path)?.keep(&taken, under.replace)?;
    eprintln!("kept {date} in {}: {} villages, {} gaps", path.display(), taken.villages.len(), taken.gaps.len());
    Ok(taken)
}

fn today() -> Result<Day, Failure> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let day = crate::gaps::water::date(i32::try_from(seconds / 86_400)?);
    Ok(day.parse()?)
}

fn no_store(atlas: &Path) -> Failure {
    format!("{}: names no store; add [snapshots] with store = \"snapshots.gpkg\", or use --store", atlas.display())
        .into()
}

fn is_atlas(place: &Path) -> bool {
    place.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"))
}

/// The store that is given, else the atlas's, else the place itself.
fn store_of(place: &Path, given: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(path) = given {
        return Ok(path.to_owned());
    }
    if !is_atlas(place) {
        return Ok(place.to_owned());
    }
    atlas::load(place)?.snapshots.store.ok_or_else(|| no_store(place))
}

fn list(place: &Path, json: bool) -> Result<(), Failure> {
    let kept = store::list(&store_of(place, None)?)?;
    if json {
        print(&serde_json::to_string_pretty(&kept)?);
        return Ok(());
    }
    let mut rows = vec![["date", "atlas", "villages", "gaps", "data", "program"].map(str::to_owned).to_vec()];
    rows.extend(kept.iter().map(|a| {
        let date = a.date.as_ref().map(Day::to_string).unwrap_or_default();
        let (data, program) = (a.data_version.clone(), a.program.clone());
        vec![date, a.atlas.clone(), a.villages.to_string(), a.gaps.to_string(), data, program]
    }));
    print(&crate::text::aligned(&rows, 2));
    Ok(())
}

/// The two snapshots and the table of codes.
fn read(ask: &CompareAsk) -> Result<(Snapshot, Snapshot, Codes), Failure> {
    let files = if is_atlas(&ask.place) { atlas::load(&ask.place)?.snapshots } else { Default::default() };
    let path = store_of(&ask.place, None)?;
    let codes = match ask.codes.as_ref().or(files.codes.as_ref()) {
        Some(path) => store::codes(path)?,
        None => Codes::default(),
    };
    if ask.to.as_ref().is_some_and(|to| *to <= ask.from) {
        return Err(format!("{} is not before {}", ask.from, ask.to.as_ref().unwrap_or(&ask.from)).into());
    }
    let store = Store::open(&path)?;
    let from = store.read(&ask.from)?;
    let to = match &ask.to {
        Some(date) => store.read(date)?,
        None if is_atlas(&ask.place) => {
            let found = run(&ask.place, Ask::default())?;
            Snapshot::take(&found, &scorecard(&found), None)
        }
        None => return Err("the second date is missing; only an atlas has a run at hand".into()),
    };
    Ok((from, to, codes))
}

pub fn compare_runs(ask: &CompareAsk) -> Result<(), Failure> {
    let wrong = |f: question::Fault| -> Failure { format!("--{}: {}", f.parameter, f.why).into() };
    let theme = ask.theme.as_deref().map(question::theme).transpose().map_err(wrong)?.map(|k| THEMES[k]);
    let class = ask.change.as_deref().map(question::class).transpose().map_err(wrong)?;
    let filter = Filter { county: ask.county.clone(), villages: None, theme, class };
    let form = ask.out.as_deref().map(form_of).transpose()?;
    let (from, to, codes) = read(ask)?;
    let all = compare(&from, &to, &codes);
    let changes: Vec<&Change> = all.only(&filter).collect();
    if let (Some(path), Some(form)) = (&ask.out, form) {
        let bytes = match form {
            Out::Csv => words::list(&all, changes.iter().copied()).csv(),
            Out::Xlsx => words::list(&all, changes.iter().copied()).workbook(&all.to.title.zh)?,
            Out::Json => format!("{:#}\n", words::json(&all, &changes)).into_bytes(),
            Out::Form(form) => {
                let c = words::collection(&all, changes.iter().copied());
                export::bytes(&Table::of(&c), form, &About::of_snapshot(&all.to))?.bytes
            }
        };
        std::fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    if ask.json {
        print(&serde_json::to_string_pretty(&words::json(&all, &changes))?);
    } else {
        print(&told(&all, &filter, &changes));
    }
    Ok(())
}

enum Out {
    Csv,
    Xlsx,
    Json,
    Form(Form),
}

fn form_of(path: &Path) -> Result<Out, Failure> {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    Ok(match ending.as_str() {
        "csv" => Out::Csv,
        "xlsx" => Out::Xlsx,
        "json" => Out::Json,
        "geojson" => Out::Form(Form::GeoJson),
        "gpkg" => Out::Form(Form::GeoPackage),
        _ => return Err(format!("{}: end the name with .csv, .xlsx, .geojson, .gpkg or .json", path.display()).into()),
    })
}

/// A table by county and theme, then the changes.
fn told(all: &Comparison, filter: &Filter, changes: &[&Change]) -> String {
    let date = |d: &Option<Day>| d.as_ref().map_or_else(|| "now".to_owned(), Day::to_string);
    let mut text = format!("{} → {}\n", date(&all.from.date), date(&all.to.date));
    let mut rows =
        vec![vec!["county 县".to_owned(), "theme 主题".to_owned(), "before 前".to_owned(), "after 后".to_owned()]];
    // What happened nowhere has no column, but for the four that one asks for.
    let usual = [Class::Closed, Class::Opened, Class::Changed, Class::Still];
    let classes: Vec<Class> =
        Class::ALL.into_iter().filter(|c| usual.contains(c) || all.changes.iter().any(|x| x.class == *c)).collect();
    rows[0].extend(classes.iter().map(|c| format!("{} {}", c.as_str(), words::class_name(*c).zh)));
    for t in &all.tallies {
        if filter.theme.is_some_and(|x| x != t.theme) || (filter.county.is_some() && filter.county != t.county) {
            continue;
        }
        let county = match (&t.county, &t.name) {
            (Some(c), Some(n)) if c != n => format!("{c} {n}"),
            (Some(c), _) => c.clone(),
            (None, _) => "all 全部".to_owned(),
        };
        let mut row = vec![county, t.theme.to_owned(), t.counts.before.to_string(), t.counts.after.to_string()];
        row.extend(classes.iter().map(|c| t.counts.of(*c).to_string()));
        rows.push(row);
    }
    text += &crate::text::aligned(&rows, 2);
    for r in &all.rules {
        text += &format!("rule 规则 {}.{}\n", r.part, words::rule_name(r));
    }
    for l in &all.layers {
        text += &format!("data 数据 {}: {} added, {} removed, {} changed\n", l.layer, l.added, l.removed, l.changed);
    }
    for class in Class::ALL {
        let own: Vec<&&Change> = changes.iter().filter(|c| c.class == class).collect();
        if own.is_empty() || (class == Class::Still && filter.class != Some(Class::Still)) {
            continue;
        }
        text += &format!("\n{} {} ({})\n", class.as_str(), words::class_name(class).zh, own.len());
        for c in own.iter().take(SHOWN) {
            let verdict = if c.gap().is_some_and(|g| g.verdict == Verdict::Unknown) { "?" } else { "" };
            text += &format!("  {}{verdict} {} — {}\n", c.id, c.name, words::reason(c, all).en);
        }
        if own.len() > SHOWN {
            text += &format!("  … {} more\n", own.len() - SHOWN);
        }
    }
    text
}
