//! Steiner trees on instances of the PACE Challenge 2018: cost against the best known, lower bound, seconds.
//!
//! One thread and ten seconds for each; `make bench`. `CUNTONG_BENCH_STEINER=Track3` takes only files with that in their
//! name, `CUNTONG_BENCH_SECONDS=60` gives them longer.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use cuntong::network::steiner::{Options, solve};

#[path = "../tests/suite/common/pace.rs"]
mod pace;

fn main() {
    let folder = std::env::var_os("CUNTONG_TEST_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let folder = folder.join("steiner");
    let part = std::env::var("CUNTONG_BENCH_STEINER").unwrap_or_default();
    let seconds = std::env::var("CUNTONG_BENCH_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(10.0);
    let known = pace::known(&folder);
    if known.is_empty() {
        println!("no instances: {} is not there (set CUNTONG_TEST_DATA)", folder.join("optima.csv").display());
        return;
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    println!("Steiner trees, one thread, {seconds} s each");
    println!(
        "{:<23} {:>6} {:>6} {:>5} {:>10} {:>10} {:>7} {:>10} {:>7} {:>6}",
        "file", "n", "m", "k", "best known", "ours", "gap %", "bound", "gap %", "s"
    );
    let mut gaps: Vec<f64> = Vec::new();
    let mut wrong = 0;
    for k in known.iter().filter(|k| k.file.contains(&part)) {
        let instance = pace::read(&k.path);
        let options =
            Options { steps: u64::MAX, deadline: Some(Duration::from_secs_f64(seconds)), ..Options::default() };
        let begin = Instant::now();
        let s = pool.install(|| solve(&instance, &options)).expect("a tree");
        let took = begin.elapsed().as_secs_f64();
        let gap = (s.cost / k.upper - 1.0) * 100.0;
        println!(
            "{:<23} {:>6} {:>6} {:>5} {:>10} {:>10} {:>7.3} {:>10} {:>7.3} {:>6.2}{}",
            k.file,
            instance.nodes,
            instance.edges.len(),
            instance.terminals.len(),
            k.upper,
            s.cost,
            gap,
            s.lower_bound,
            (1.0 - s.lower_bound / k.upper) * 100.0,
            took,
            if s.proven_optimal { " optimal" } else { "" }
        );
        wrong += usize::from(s.lower_bound > k.upper);
        gaps.push(gap);
    }
    let worst = gaps.iter().copied().fold(0.0, f64::max);
    println!(
        "{} instances: mean gap {:.4} %, worst {worst:.3} %",
        gaps.len(),
        gaps.iter().sum::<f64>() / gaps.len() as f64
    );
    assert_eq!(wrong, 0, "a lower bound is above the best tree known");
}
