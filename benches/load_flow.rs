//! The low-voltage networks of a province: 12,000 villages, 30,000 transformers, 3,000,000 buses. Seconds and peak memory
//! of the load flow, beside a general Newton-Raphson with a sparse LU library on the same networks, in the same run.
//! `make bench`; `CUNTONG_BENCH_TRANSFORMERS=1000` makes it small.

use std::time::{Duration, Instant};

use cuntong::network::flow::{ABC, Complex64, Island, Line, Source, Tolerance, Workspace, solve_with};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use rsparse::data::Sprs;

const TRANSFORMERS: usize = 30_000;
const BUSES: u32 = 100;
const ZERO: Complex64 = Complex64::new(0.0, 0.0);
/// Newton is given this long; where it needs more it solves a sample.
const PATIENCE: Duration = Duration::from_secs(120);

/// Feeders with branches, poles 30 m apart, of which two in three have a household; one network in fifty has a loop.
fn village(seed: u64) -> Island {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let line = |from: u32, to: u32, rng: &mut ChaCha8Rng| {
        let km = rng.random_range(0.02..0.04);
        let z = Complex64::new(0.46, 0.35) * km;
        Line { from, to, z, zn: z, b: 3e-6 * km, phases: ABC }
    };
    let mut lines: Vec<Line> = Vec::with_capacity(BUSES as usize);
    for k in 1..BUSES {
        let up = k - 1 - rng.random_range(0..8).min(k - 1);
        lines.push(line(up, k, &mut rng));
    }
    if seed.is_multiple_of(50) {
        lines.push(line(BUSES / 3, BUSES - 1, &mut rng));
    }
    let mut load_va = vec![[ZERO; 3]; BUSES as usize];
    for load in &mut load_va {
        let watts = rng.random_range(200.0..900.0);
        if rng.random_bool(0.66) {
            *load = [Complex64::new(watts, 0.4 * watts) / 3.0; 3];
        }
    }
    let emf_v = 400.0 / 3f64.sqrt();
    let z = Complex64::new(0.024, 0.059);
    let sources = vec![Source { bus: 0, emf_v, z, zn: Complex64::ZERO, y: Complex64::new(1.8e-3, -8e-3), phases: ABC }];
    Island { buses: BUSES, lines, sources, load_va }
}

/// The same households, each on one phase.
fn on_one_phase(island: &mut Island) {
    for (bus, load) in island.load_va.iter_mut().enumerate() {
        let sum = load[0] + load[1] + load[2];
        *load = [ZERO; 3];
        load[bus % 3] = sum;
    }
}

/// Newton-Raphson in polar coordinates for one phase of a balanced network: volts at the buses, and iterations. The order
/// of elimination is found once and used in all iterations.
fn newton(island: &Island) -> (Vec<Complex64>, u32) {
    let s = &island.sources[0];
    let n = island.buses as usize;
    // Columns of the admittance matrix: row and value. The source is a force and an admittance at its bus.
    let mut y: Vec<Vec<(usize, Complex64)>> = (0..n).map(|i| vec![(i, ZERO)]).collect();
    for l in &island.lines {
        let (f, t, a) = (l.from as usize, l.to as usize, l.z.inv());
        let half = Complex64::new(0.0, l.b / 2.0);
        y[f][0].1 += a + half;
        y[t][0].1 += a + half;
        y[f].push((t, -a));
        y[t].push((f, -a));
    }
    let half = s.z / 2.0;
    let divider = (s.y * half + 1.0).inv();
    let (force, a) = (divider * s.emf_v, (half + half * divider).inv());
    let bus = s.bus as usize;
    y[bus][0].1 += a;

    let mut j = Sprs::<f64>::zeros(2 * n, 2 * n, 4 * y.iter().map(Vec::len).sum::<usize>());
    let mut at = 0;
    for (col, entries) in y.iter().enumerate() {
        for c in [2 * col, 2 * col + 1] {
            for &(row, _) in entries {
                (j.i[at], j.i[at + 1]) = (2 * row, 2 * row + 1);
                at += 2;
            }
            j.p[c + 1] = at as isize;
        }
    }
    let mut order = rsparse::sqr(&j, 1, false);
    let (mut size, mut angle) = (vec![s.emf_v; n], vec![0.0; n]);
    let mut v = vec![Complex64::new(s.emf_v, 0.0); n];
    let (mut step, mut room) = (vec![0.0; 2 * n], vec![0.0; 2 * n]);
    for iteration in 1..=30 {
        let mut current = vec![ZERO; n];
        for (col, entries) in y.iter().enumerate() {
            for &(row, a) in entries {
                current[row] += a * v[col];
            }
        }
        current[bus] -= a * force;
        for i in 0..n {
            let missing = v[i] * current[i].conj() + island.load_va[i][0];
            (step[2 * i], step[2 * i + 1]) = (missing.re, missing.im);
        }
        let mut at = 0;
        for (col, entries) in y.iter().enumerate() {
            let unit = v[col] / size[col];
            for turn in [true, false] {
                for &(row, a) in entries {
                    let mut d = v[row] * (a * if turn { v[col] * Complex64::i() } else { unit }).conj();
                    if row == col {
                        d += current[row].conj() * if turn { v[col] * Complex64::i() } else { unit };
                    }
                    (j.x[at], j.x[at + 1]) = (d.re, d.im);
                    at += 2;
                }
            }
        }
        let lu = rsparse::lu(&j, &mut order, 1e-3).expect("regular");
        permute(lu.pinv.as_deref(), &step, &mut room);
        rsparse::lsolve(&lu.l, &mut room);
        rsparse::usolve(&lu.u, &mut room);
        permute(order.q.as_deref(), &room, &mut step);
        let mut largest = 0.0f64;
        for i in 0..n {
            angle[i] -= step[2 * i];
            size[i] -= step[2 * i + 1];
            v[i] = Complex64::from_polar(size[i], angle[i]);
            largest = largest.max(step[2 * i].abs() * size[i]).max(step[2 * i + 1].abs());
        }
        if largest <= 1e-10 * s.emf_v {
            return (v, iteration);
        }
    }
    panic!("Newton-Raphson did not converge");
}

fn permute(to: Option<&[isize]>, from: &[f64], out: &mut [f64]) {
    match to {
        Some(to) => to.iter().zip(from).for_each(|(&i, &x)| out[i as usize] = x),
        None => out.copy_from_slice(from),
    }
}

/// Peak resident memory in MiB.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|k| k.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

/// Solves all networks: seconds, iterations of all, lowest pu of all.
fn sweep(islands: &[Island]) -> (f64, u64, f64) {
    let begin = Instant::now();
    let solved = islands.par_iter().map_init(Workspace::default, |workspace, island| {
        let s = solve_with(workspace, island, Tolerance::default()).expect("solved");
        let nominal = 400.0 / 3f64.sqrt();
        let lowest = (0..island.buses).filter_map(|b| s.worst(b, nominal)).map(|w| w.1).fold(f64::INFINITY, f64::min);
        (u64::from(s.iterations), lowest)
    });
    let (iterations, lowest) = solved.reduce(|| (0, f64::INFINITY), |a, b| (a.0 + b.0, a.1.min(b.1)));
    (begin.elapsed().as_secs_f64(), iterations, lowest)
}

fn best_of_three(islands: &[Island], name: &str) -> f64 {
    let best = (0..3).map(|_| sweep(islands)).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default();
    let each = best.1 as f64 / islands.len() as f64;
    println!("  {name:<34} {:9.3} s   {each:.1} iterations, lowest {:.3} pu", best.0, best.2);
    best.0
}

fn main() {
    let wanted = std::env::var("CUNTONG_BENCH_TRANSFORMERS").ok().and_then(|n| n.parse().ok());
    let count: usize = wanted.unwrap_or(TRANSFORMERS).max(1);
    let begin = Instant::now();
    let mut islands: Vec<Island> = (0..count as u64).into_par_iter().map(village).collect();
    println!(
        "{} villages, {count} transformers, {} buses on {} threads; made in {:.1} s, best of 3",
        count * 2 / 5,
        count * BUSES as usize,
        rayon::current_num_threads(),
        begin.elapsed().as_secs_f64()
    );
    let ours = best_of_three(&islands, "load flow, balanced");
    println!("  {:<34} {:9.0} MiB", "peak memory so far", peak_mib());

    // Newton: as many as it can in its time, evenly spread.
    let begin = Instant::now();
    let probe = islands.len().min(200);
    islands[..probe].par_iter().for_each(|island| drop(std::hint::black_box(newton(island))));
    let expected = begin.elapsed().as_secs_f64() / probe as f64 * count as f64;
    let every = (expected / PATIENCE.as_secs_f64()).ceil().max(1.0) as usize;
    let sample: Vec<&Island> = islands.iter().step_by(every).collect();
    let begin = Instant::now();
    let iterations: u64 = sample.par_iter().map(|island| u64::from(std::hint::black_box(newton(island)).1)).sum();
    let scale = count as f64 / sample.len() as f64;
    let newtons = begin.elapsed().as_secs_f64() * scale;
    let each = iterations as f64 / sample.len() as f64;
    println!("  {:<34} {newtons:9.3} s   {each:.1} iterations", "sparse Newton-Raphson, balanced");
    if every > 1 {
        println!("  {:<34} {:9} networks, seconds scaled by {scale:.2}", "  of which solved", sample.len());
    }
    println!("  {:<34} {:9.1}", "ratio", newtons / ours);
    let apart = sample.par_iter().map_init(Workspace::default, |workspace, island| {
        let s = solve_with(workspace, island, Tolerance::default()).expect("solved");
        s.v.iter().zip(newton(island).0).map(|(a, b)| (a[0] - b).norm()).fold(0.0, f64::max)
    });
    println!("  {:<34} {:9.1e} V", "largest difference of a voltage", apart.reduce(|| 0.0, f64::max));

    islands.par_iter_mut().for_each(on_one_phase);
    best_of_three(&islands, "load flow, each load on one phase");
    println!("  {:<34} {:9.0} MiB", "peak memory", peak_mib());
}
