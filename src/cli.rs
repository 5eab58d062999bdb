//! The command line: parsed once into a command, one function for each.
//!
//! Exit codes: 0 done, 1 the input or the region is wrong, 2 the command line is wrong.

mod archive;
mod history;
mod outputs;
mod plans;
mod service;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Args, Parser, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use self::history::{CompareAsk, Keep, SnapshotAsk};
use self::outputs::Outputs;
use self::plans::{PlanAsk, ProjectsAsk, RankAsk, WhatIfAsk};
use crate::atlas::Noding;
use crate::findings::{Findings, analyse};
use crate::synthesize::{Format, SynthOptions, VillageShape};
use crate::{atlas, init, layers, publish, synthesize};

/// 村通: finds where villages are still left out, and shows what to build first.
#[derive(Parser)]
#[command(name = "cuntong", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Logs as JSON lines.
    #[arg(long, global = true)]
    log_json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Read the layers of an atlas and report on their quality.
    Check {
        atlas: PathBuf,
        /// For machines.
        #[arg(long)]
        json: bool,
    },
    /// Find the gaps and write them as files, or as tables of PostGIS.
    Analyze {
        atlas: PathBuf,
        #[command(flatten)]
        outputs: Outputs,
        #[command(flatten)]
        keep: Keep,
        /// Print the summary as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        ask: Ask,
    },
    /// Find the gaps and serve them, with the map page.
    Serve {
        #[command(flatten)]
        service: service::Service,
        #[command(flatten)]
        ask: Ask,
    },
    /// Rank villages, or remedies, by need, people or value.
    Rank {
        atlas: PathBuf,
        #[command(flatten)]
        ask: RankAsk,
    },
    /// Plan roads together, or one budget over all themes.
    Plan {
        atlas: PathBuf,
        #[command(flatten)]
        ask: PlanAsk,
    },
    /// What a few changes of the data would close and open.
    WhatIf {
        atlas: PathBuf,
        #[command(flatten)]
        ask: WhatIfAsk,
    },
    /// Planned works: what each closes, which to bring forward, what would be paid twice.
    Projects {
        atlas: PathBuf,
        #[command(flatten)]
        ask: ProjectsAsk,
    },
    /// Print the description of the service's API (OpenAPI), with every collection that an atlas can have.
    Openapi,
    /// Runs kept under a date: keep, list, drop.
    Snapshot {
        #[command(subcommand)]
        ask: SnapshotAsk,
    },
    /// What became of the gaps between two runs that were kept, and why.
    Compare {
        #[command(flatten)]
        ask: CompareAsk,
    },
    /// Write a first atlas by looking at data files.
    Init {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// File to write; standard output without it. An existing file is kept.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Make a practice district or province with planted gaps.
    Synthesize {
        #[command(flatten)]
        options: Invent,
        #[arg(long)]
        out: PathBuf,
    },
}

/// What if.
#[derive(Args, Clone, Copy, Default)]
struct Ask {
    /// All power loads times this, instead of the atlas's load_factor.
    #[arg(long, value_parser = positive)]
    load_factor: Option<f64>,
}

fn positive(s: &str) -> Result<f64, String> {
    let n: f64 = s.parse().map_err(|_| format!("{s:?} is not a number"))?;
    if n.is_finite() && n > 0.0 { Ok(n) } else { Err(format!("{s} is not greater than 0")) }
}

/// What to invent.
#[derive(Args)]
struct Invent {
    /// How many villages.
    #[arg(long)]
    villages: usize,
    #[arg(long)]
    seed: u64,
    /// How the lines are drawn.
    #[arg(long, value_enum, default_value = "shared-vertices")]
    noding: NodingArg,
    /// GeoJSON of county polygons (properties code, name, target); a district is made up without it.
    #[arg(long)]
    counties: Option<PathBuf>,
    /// The counties are in GCJ-02.
    #[arg(long, requires = "counties")]
    counties_gcj02: bool,
    /// Who made the counties, for the atlas's attribution.
    #[arg(long, requires = "counties")]
    counties_attribution: Option<String>,
    /// Line segments that the roads should have in all.
    #[arg(long)]
    segments: Option<usize>,
    #[arg(long, value_enum, default_value = "point")]
    village_shape: ShapeArg,
    #[arg(long, value_enum, default_value = "gpkg")]
    format: FormatArg,
    /// Share of the villages with a planted gap, 0–0.3.
    #[arg(long, default_value_t = 0.12)]
    gap_rate: f64,
    /// Id of the atlas; the folder's name without it.
    #[arg(long)]
    id: Option<String>,
    #[arg(long)]
    title_zh: Option<String>,
    #[arg(long)]
    title_en: Option<String>,
    /// Leave out the ground of the towns.
    #[arg(long)]
    no_towns: bool,
    /// Leave out substations, power lines, transformers, loads and voltage readings.
    #[arg(long)]
    no_power: bool,
    /// Leave out water sources, their tests, service areas, records and heights.
    #[arg(long)]
    no_water: bool,
    /// Leave out broadband and facilities.
    #[arg(long)]
    no_social: bool,
    /// Leave out planned works.
    #[arg(long)]
    no_projects: bool,
    /// A second year, too, with planted changes, in the folder next; codes.csv and comparison.json go with both.
    #[arg(long)]
    next_year: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum NodingArg {
    SharedVertices,
    Crossings,
}

#[derive(Clone, Copy, ValueEnum)]
enum ShapeArg {
    Point,
    Polygon,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    Gpkg,
    Fgb,
}

impl From<Invent> for SynthOptions {
    fn from(i: Invent) -> Self {
        SynthOptions {
            villages: i.villages,
            seed: i.seed,
            noding: match i.noding {
                NodingArg::SharedVertices => Noding::SharedVertices,
                NodingArg::Crossings => Noding::Crossings,
            },
            counties: i.counties,
            counties_are_gcj02: i.counties_gcj02,
            counties_attribution: i.counties_attribution,
            segments: i.segments,
            village_shape: match i.village_shape {
                ShapeArg::Point => VillageShape::Point,
                ShapeArg::Polygon => VillageShape::Polygon,
            },
            format: match i.format {
                FormatArg::Gpkg => Format::Gpkg,
                FormatArg::Fgb => Format::Fgb,
            },
            gap_rate: i.gap_rate,
            id: i.id,
            title_zh: i.title_zh,
            title_en: i.title_en,
            towns: !i.no_towns,
            power: !i.no_power,
            water: !i.no_water,
            social: !i.no_social,
            projects: !i.no_projects,
        }
    }
}

/// Anything that ends a command early, as a person should read it.
type Failure = Box<dyn std::error::Error>;

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    log(cli.log_json);
    layers::quiet_gdal();
    match obey(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("error: {e}");
            let mut cause = e.source();
            while let Some(c) = cause {
                eprintln!("  because: {c}");
                cause = c.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn obey(command: Command) -> Result<(), Failure> {
    match command {
        Command::Check { atlas, json } => check(&atlas, json),
        Command::Analyze { atlas, outputs, keep, json, ask } => analyze(&atlas, &outputs, &keep, json, ask),
        Command::Serve { service, ask } => service.serve(ask),
        Command::Rank { atlas, ask } => plans::rank(&run(&atlas, Ask::default())?, &ask),
        Command::Plan { atlas, ask } => plans::plan(&run(&atlas, Ask::default())?, &ask),
        Command::WhatIf { atlas, ask } => plans::what_if(&run(&atlas, Ask::default())?, &ask),
        Command::Projects { atlas, ask } => plans::projects(&run(&atlas, Ask::default())?, &ask),
        Command::Openapi => {
            print(&format!("{:#}", crate::server::openapi()));
            Ok(())
        }
        Command::Snapshot { ask } => history::snapshot(ask),
        Command::Compare { ask } => history::compare_runs(&ask),
        Command::Init { files, out } => draft(&files, out.as_deref()),
        Command::Synthesize { options, out } => synthetic(options, &out),
    }
}

fn log(json: bool) {
    let filter =
        tracing_subscriber::EnvFilter::try_from_env("CUNTONG_LOG").unwrap_or_else(|_| "warn,cuntong=info".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if json { log.json().init() } else { log.compact().init() }
}

/// Tells stages: a spinner on a terminal, plain lines otherwise.
struct Stages {
    bar: Option<ProgressBar>,
    begin: Instant,
}

impl Stages {
    fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { bar, begin: Instant::now() }
    }

    fn tell(&self, stage: &str) {
        match &self.bar {
            Some(b) => b.set_message(stage.to_string()),
            None => eprintln!("{:7.2} s  {stage}", self.begin.elapsed().as_secs_f64()),
        }
    }
}

impl Drop for Stages {
    fn drop(&mut self) {
        if let Some(b) = &self.bar {
            b.finish_and_clear();
        }
    }
}

fn run(path: &Path, ask: Ask) -> Result<Findings, Failure> {
    let stages = Stages::new();
    let mut atlas = atlas::load(path)?;
    if let Some(factor) = ask.load_factor {
        atlas.power.load_factor = factor;
    }
    let begin = Instant::now();
    let loaded = layers::load(&atlas, &|s| stages.tell(s))?;
    Ok(analyse(atlas, loaded, begin.elapsed(), &|s| stages.tell(s)))
}

/// Prints, but a closed pipe is not an error.
fn print(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{}", text.trim_end());
}

fn check(path: &Path, json: bool) -> Result<(), Failure> {
    let found = run(path, Ask::default())?;
    if json {
        print(&serde_json::to_string_pretty(&found.quality)?);
    } else {
        print(&found.quality.to_table());
    }
    Ok(())
}

fn analyze(path: &Path, outputs: &Outputs, keep: &Keep, json: bool, ask: Ask) -> Result<(), Failure> {
    outputs.check()?;
    let under = keep.check(path)?;
    let found = run(path, ask)?;
    let written = outputs.write(&found)?;
    if let Some(under) = under {
        history::keep(&found, &under)?;
    }
    let summary = publish::summary(&found);
    if json {
        print(&serde_json::to_string_pretty(&summary)?);
        return Ok(());
    }
    let c = &summary["counts"];
    let title = format!("{} / {} ({:?})", found.atlas.title_zh, found.atlas.title_en, found.provenance);
    let mut text = format!("{}\n", title.to_lowercase().replace("real)", "real data)"));
    for (name, keys) in [
        ("villages", &["villages", "connected", "linked", "cut_off", "no_road", "no_data"][..]),
        ("verdict", &["ok", "gap", "unknown", "disagreements"][..]),
        ("works", &["links", "link_m", "link_cost"][..]),
        ("neighbours", &["neighbour_pairs", "neighbour_gaps", "neighbour_unknown"][..]),
        ("facilities", &["schools", "schools_gap", "seats", "seats_gap"][..]),
        ("fragile", &["fragile", "fragile_villages"][..]),
    ] {
        let row: Vec<String> = keys.iter().map(|k| format!("{k} {}", c[*k])).collect();
        text.push_str(&format!("  {name:<11} {}\n", row.join(", ")));
    }
    if let Some(p) = c.get("power") {
        let keys =
            ["villages_gap", "villages_unknown", "areas", "transformers", "solved", "under_limit", "radial_feeders"];
        let row: Vec<String> = keys.iter().map(|k| format!("{k} {}", p[*k])).collect();
        text.push_str(&format!("  {:<11} {}\n", "power", row.join(", ")));
    }
    if let Some(w) = c.get("water") {
        let keys = ["villages_gap", "villages_unknown", "sources", "unsafe", "unimproved", "untested", "links"];
        let row: Vec<String> = keys.iter().map(|k| format!("{k} {}", w[*k])).collect();
        text.push_str(&format!("  {:<11} {}\n", "water", row.join(", ")));
    }
    if let Some(p) = c.get("projects") {
        let keys = ["projects", "open", "planned_gaps", "serve_nobody", "overlap", "bring_forward"];
        let row: Vec<String> = keys.iter().map(|k| format!("{k} {}", p[*k])).collect();
        text.push_str(&format!("  {:<11} {}\n", "projects", row.join(", ")));
    }
    for (stage, t) in &found.timings {
        text.push_str(&format!("  {:<20} {:8.3} s\n", stage, t.as_secs_f64()));
    }
    text.push_str(&written.to_text());
    print(&text);
    Ok(())
}

fn draft(files: &[PathBuf], out: Option<&Path>) -> Result<(), Failure> {
    let text = init::draft(files)?;
    match out {
        None => print(&text),
        Some(path) => {
            use std::io::Write;
            let mut file = std::fs::File::create_new(path).map_err(|e| format!("{}: {e}", path.display()))?;
            file.write_all(text.as_bytes())?;
            eprintln!("wrote {}; next: cuntong check {}", path.display(), path.display());
        }
    }
    Ok(())
}

fn synthetic(options: Invent, out: &Path) -> Result<(), Failure> {
    let begin = Instant::now();
    let make = if options.next_year { synthesize::run_two_years } else { synthesize::run };
    let summary = make(&options.into(), out)?;
    eprintln!("{:.2} s", begin.elapsed().as_secs_f64());
    print(&serde_json::to_string_pretty(&summary)?);
    Ok(())
}
