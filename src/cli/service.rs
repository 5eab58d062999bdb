//! `serve`: settings gathered, the first data loaded, the service begun.

use std::io::IsTerminal;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use clap::Args;

use super::{Ask, Failure, Stages};
use crate::atlas::{self, Atlas};
use crate::findings::{Findings, analyse};
use crate::server::reload::{self, Loader};
use crate::server::settings::{self, Raw, Settings};
use crate::{layers, server};

/// What is said on the command line comes before the environment (CUNTONG_SERVE_…) and the file.
#[derive(Args)]
pub struct Service {
    /// The atlas; may stand in the settings instead.
    atlas: Option<PathBuf>,
    /// Address and port [default: 127.0.0.1:8080].
    #[arg(long)]
    bind: Option<SocketAddr>,
    /// Settings, see docs/operations.md.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Answer to other machines, too, where --bind says so.
    #[arg(long)]
    allow_remote: bool,
    /// Look for changed files every so many seconds, and load them.
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "2")]
    watch: Option<f64>,
}

impl Service {
    fn settings(&self) -> Result<Settings, Failure> {
        let flags = Raw {
            atlas: self.atlas.clone(),
            bind: self.bind,
            allow_remote: self.allow_remote.then_some(true),
            watch_seconds: self.watch,
            ..Raw::default()
        };
        let texts = std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
        let environment = settings::from_environment(texts)?;
        let file = self.config.as_deref().map_or(Ok(Raw::default()), settings::from_file)?;
        Ok(Settings::new(flags.or(environment).or(file))?)
    }

    pub fn serve(&self, ask: Ask) -> Result<(), Failure> {
        let settings = self.settings()?;
        let bind = settings.bind;
        if !bind.ip().is_loopback() {
            tracing::warn!(%bind, "answering to other machines: put a proxy with TLS in front");
        }
        // An address that is taken is told before the analysis takes its time.
        drop(TcpListener::bind(bind).map_err(|e| format!("cannot serve at {bind}: {e}"))?);
        std::panic::set_hook(Box::new(|p| tracing::error!("fell over: {p}")));
        let (snapshot, watcher) = reload::first(loader(&settings, ask))?;
        actix_web::rt::System::new()
            .block_on(server::serve(snapshot, watcher, settings))
            .map_err(|e| format!("cannot serve at {bind}: {e}").into())
    }
}

/// The atlas as it is asked for.
fn read(path: &Path, roots: &[PathBuf], ask: Ask) -> Result<Atlas, Failure> {
    let mut atlas = atlas::load(path)?;
    if let Some(factor) = ask.load_factor {
        atlas.power.load_factor = factor;
    }
    layers::within(&atlas, roots)?;
    Ok(atlas)
}

fn loader(settings: &Settings, ask: Ask) -> Loader {
    let (path, roots) = (settings.atlas.clone(), settings.roots.clone());
    let first = AtomicBool::new(true);
    let load = move || -> Result<Findings, String> {
        // On a terminal the first load is shown; else, and later, its steps are for whoever wants to know all.
        let shown = first.swap(false, Ordering::Relaxed) && std::io::stderr().is_terminal();
        let stages = shown.then(Stages::new);
        let tell = |stage: &str| match &stages {
            Some(stages) => stages.tell(stage),
            None => tracing::debug!(stage),
        };
        let begin = Instant::now();
        let atlas = read(&path, &roots, ask).map_err(|e| e.to_string())?;
        let loaded = layers::load(&atlas, &tell).map_err(|e| e.to_string())?;
        Ok(analyse(atlas, loaded, begin.elapsed(), &tell))
    };
    let path = settings.atlas.clone();
    let files = move || {
        let mut all = vec![path.clone()];
        // Of an atlas that is broken there is nothing to look at but itself.
        all.extend(atlas::load(&path).map(|a| layers::files(&a)).unwrap_or_default());
        all
    };
    Loader { load: Box::new(load), files: Box::new(files) }
}
