//! stub
use std::path::Path;
#[derive(clap::Args, Debug, Clone)]
pub struct SynthOptions {
    #[arg(long)]
    pub villages: usize,
}
#[derive(serde::Serialize)]
pub struct SynthSummary {}
pub fn run(_: &SynthOptions, _: &Path) -> Result<SynthSummary, std::io::Error> {
    Ok(SynthSummary {})
}
