//! The load flow against published solutions of real networks, an independent Newton-Raphson, and physics.

use std::collections::BTreeMap;

use cuntong::network::flow::*;
use proptest::prelude::*;

use crate::common;

const ZERO: Complex64 = Complex64::new(0.0, 0.0);

fn c(re: f64, im: f64) -> Complex64 {
    Complex64::new(re, im)
}

fn line(from: u32, to: u32, z: Complex64) -> Line {
    Line { from, to, z, zn: z, b: 0.0, phases: ABC }
}

fn source(bus: u32, emf_v: f64) -> Source {
    Source { bus, emf_v, z: c(0.01, 0.03), zn: ZERO, y: ZERO, phases: ABC }
}

fn run(island: &Island) -> Solution {
    solve(island, Tolerance::default()).unwrap()
}

/// Largest distance between two voltages of the same bus and phase, volts.
fn apart(a: &[[Complex64; 3]], b: &[[Complex64; 3]]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().flatten().zip(b.iter().flatten()).map(|(a, b)| (a - b).norm()).fold(0.0, f64::max)
}

// ---- Real networks ----

struct SimBench {
    island: Island,
    /// The bus of the source.
    hv: i64,
    number: BTreeMap<i64, u32>,
}

const NOMINAL: f64 = 400.0;

fn rows(path: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(common::data_root().join(path)).unwrap();
    text.lines().skip(1).map(|l| l.split(',').map(str::to_owned).collect()).collect()
}

/// With charging and iron losses, or with neither.
fn simbench(name: &str, shunts: bool) -> SimBench {
    let read = |file: &str| {
        let json = common::read_json(&common::data_root().join(format!("simbench/{name}/{file}.geojson")));
        let features = json["features"].as_array().unwrap();
        features.iter().map(|f| f["properties"].clone()).collect::<Vec<_>>()
    };
    let t = &read("transformers")[0];
    let hv = t["hv_bus"].as_i64().unwrap();
    let ids = read("buses").into_iter().map(|b| b["bus"].as_i64().unwrap()).filter(|&b| b != hv);
    let number: BTreeMap<i64, u32> = ids.zip(0..).collect();
    let f = |v: &serde_json::Value, key: &str| v[key].as_f64().unwrap();
    let omega = 2.0 * std::f64::consts::PI * 50.0;
    let lines = read("lines").into_iter().map(|l| {
        let parallel = f(&l, "parallel");
        let z = c(f(&l, "r_ohm_per_km"), f(&l, "x_ohm_per_km")) * f(&l, "length_km") / parallel;
        let b = omega * f(&l, "c_nf_per_km") * 1e-9 * f(&l, "length_km") * parallel;
        let end = |key: &str| number[&l[key].as_i64().unwrap()];
        Line { b: if shunts { b } else { 0.0 }, ..line(end("from_bus"), end("to_bus"), z) }
    });
    let lines = lines.collect();
    let (va, v) = (f(t, "rating_kva") * 1e3, f(t, "lv_nominal_v"));
    let (size, r) = (f(t, "vk_percent") / 100.0, f(t, "vkr_percent") / 100.0);
    let z = c(r, (size * size - r * r).sqrt()) * v * v / va;
    let (admittance, g) = (f(t, "i0_percent") / 100.0 * va / v / v, f(t, "iron_loss_kw") * 1e3 / v / v);
    let y = if shunts { c(g, -(admittance * admittance - g * g).max(0.0).sqrt()) } else { ZERO };
    let emf_v = f(t, "hv_source_pu") * v / 3f64.sqrt();
    let sources = vec![Source { bus: number[&t["lv_bus"].as_i64().unwrap()], emf_v, z, zn: ZERO, y, phases: ABC }];
    let buses = number.len() as u32;
    SimBench { island: Island { buses, lines, sources, load_va: vec![[ZERO; 3]; buses as usize] }, hv, number }
}

#[test]
fn balanced_voltages_as_published() {
    for name in ["rural1", "rural2"] {
        if !common::have(&format!("simbench/{name}")) {
            return;
        }
        let expected = rows(&format!("simbench/{name}/expected_voltages.csv"));
        for (column, factor) in [(1, 1.0), (2, 2.0)] {
            let mut net = simbench(name, true);
            for row in rows(&format!("simbench/{name}/loads.csv")) {
                let bus = net.number[&row[0].parse().unwrap()];
                let third = c(row[1].parse().unwrap(), row[2].parse().unwrap()) * 1e3 * factor / 3.0;
                net.island.load_va[bus as usize].iter_mut().for_each(|s| *s += third);
            }
            let s = run(&net.island);
            let whole = solve_per_phase(&net.island, Tolerance::default()).unwrap();
            assert!(apart(&s.v, &whole.v) < 1e-9 * NOMINAL);
            let (mut worst, mut below) = (0.0f64, [[0; 2]; 2]);
            for row in expected.iter().filter(|r| r[0].parse() != Ok(net.hv)) {
                let pu = s.pu(net.number[&row[0].parse().unwrap()], 0, NOMINAL / 3f64.sqrt()).unwrap();
                let known: f64 = row[column].parse().unwrap();
                worst = worst.max((pu - known).abs());
                for (limit, count) in [0.93, 0.90].into_iter().zip(&mut below) {
                    assert_eq!(pu < limit, known < limit, "{name} ×{factor}: bus {}", row[0]);
                    count[0] += u32::from(pu < limit);
                    count[1] += u32::from(known < limit);
                }
            }
            let losses = s.losses_va(&net.island).re / 1e3;
            println!(
                "{name} ×{factor}: {worst:.1e} pu off, {below:?} below 0.93, 0.90; {losses:.2} kW lost, {} iterations",
                s.iterations
            );
            assert!(worst < 1e-8, "{name} ×{factor}: {worst:e}");
        }
    }
}

#[test]
fn single_phase_voltages_as_published() {
    for name in ["rural1", "rural2"] {
        if !common::have(&format!("simbench/{name}")) {
            return;
        }
        let mut net = simbench(name, false);
        for row in rows(&format!("simbench/{name}/loads_single_phase.csv")) {
            let bus = net.number[&row[0].parse().unwrap()];
            let phase = ["a", "b", "c"].iter().position(|p| *p == row[1]).unwrap();
            net.island.load_va[bus as usize][phase] += c(row[2].parse().unwrap(), row[3].parse().unwrap()) * 1e3;
        }
        let s = run(&net.island);
        let mut worst = 0.0f64;
        for row in rows(&format!("simbench/{name}/expected_voltages_single_phase.csv")) {
            let Some(&bus) = net.number.get(&row[0].parse().unwrap()) else { continue };
            for p in 0..3 {
                let pu = s.pu(bus, p, NOMINAL / 3f64.sqrt()).unwrap();
                worst = worst.max((pu - row[1 + p as usize].parse::<f64>().unwrap()).abs());
            }
        }
        println!("{name} single-phase: {worst:.1e} pu off, {} iterations", s.iterations);
        // Published by a solver that stops earlier than for balanced loads.
        assert!(worst < 1e-6, "{name}: {worst:e}");
    }
}

// ---- A feeder as others publish theirs ----

/// Three wires by their sequence impedances: self and mutual.
fn drop_of(z1: Complex64, z0: Complex64, i: [Complex64; 3]) -> [Complex64; 3] {
    let (own, mutual) = ((z0 + 2.0 * z1) / 3.0, (z0 - z1) / 3.0);
    [0, 1, 2].map(|p| own * i[p] + mutual * (i[(p + 1) % 3] + i[(p + 2) % 3]))
}

/// Line codes with zero-sequence data, lengths in metres, loads in watts on one phase each, a solar roof, a tap that is
/// not in the middle, a rated voltage that is not that of the bus, a grid that gives way, prefaces before the headings.
#[test]
fn a_feeder_in_other_units_with_line_codes_and_single_phase_customers() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    put(
        "buses.csv",
        "Bus coordinates\nBusname,x,y,kV\n1,390860,392887,11\n2,390861,392887,0.416\n3,390900,392890,0.416\n4,390950,392890,0.416\n5,390950,392930,0.416\n6,390990,392930,0.416\n",
    );
    let codes = [
        ("4c_.1", c(0.274, 0.073), c(0.959, 0.079)),
        ("35_SAC", c(0.868, 0.092), c(0.76, 0.092)),
        ("2c_.007", c(3.97, 0.099), c(3.97, 0.099)),
    ];
    let lines = [(2, 3, 120.0, 0, 1.0), (3, 4, 80.0, 0, 2.0), (4, 5, 150.0, 1, 1.0), (5, 6, 12.5, 2, 1.0)];
    let rows: Vec<String> = lines
        .iter()
        .enumerate()
        .map(|(i, l)| format!("L{i},{},{},{},m,{},{}", l.0, l.1, l.2, codes[l.3].0, l.4))
        .collect();
    put("lines.csv", &format!("Network lines\n\nName,Bus1,Bus2,Length,Units,LineCode,n\n{}\n", rows.join("\n")));
    let loads: [(usize, usize, f64, f64); 6] = [
        (3, 0, 9_000.0, 2_958.0),
        (4, 1, 14_000.0, 4_601.0),
        (5, 2, 11_000.0, 3_615.0),
        (5, 0, -6_500.0, 0.0),
        (6, 1, 5_500.0, 1_807.5),
        (6, 2, 2_500.0, 0.0),
    ];
    let rows: Vec<String> = loads.iter().map(|l| format!("{},{},{},{}", l.0, ["A", "B", "C"][l.1], l.2, l.3)).collect();
    put("loads.csv", &format!("Bus,phases,W,var\n{}\n", rows.join("\n")));
    put("transformers.csv", "Name,bus1,bus2,kV1,kV2,MVA,vk,vkr,tap,mid,step\nTR1,1,2,11.55,0.416,0.1,4,0.4,1,3,2.5\n");
    put("villages.csv", "id,x,y\nV1,390900,392890\n");
    put(
        "atlas.toml",
        r#"
id = "feeder"
[rules.power.conductors]
"4c_.1" = { r = 0.274, x = 0.073, r0 = 0.959, x0 = 0.079, max_i_ka = 0.3 }
"35_SAC" = { r = 0.868, x = 0.092, r0 = 0.76, x0 = 0.092, max_i_ka = 0.1 }
"2c_.007" = { r = 3.97, x = 0.099, r0 = 3.97, x0 = 0.099, max_i_ka = 0.05 }
[[layers.villages]]
path = "villages.csv"
crs = "EPSG:27700"
fields = { id = "id" }
[[layers.power_buses]]
path = "buses.csv"
crs = "EPSG:27700"
skip_rows = 1
fields = { id = "Busname", nominal_v = "kV" }
scale = { nominal_v = 1000 }
[[layers.power_lines]]
path = "lines.csv"
skip_rows = 2
fields = { id = "Name", from_bus = "Bus1", to_bus = "Bus2", length_km = "Length", conductor = "LineCode", parallel = "n" }
scale = { length_km = 0.001 }
[[layers.transformers]]
path = "transformers.csv"
fields = { id = "Name", hv_bus = "bus1", lv_bus = "bus2", hv_nominal_v = "kV1", lv_nominal_v = "kV2", rating_kva = "MVA", vk_percent = "vk", vkr_percent = "vkr", tap_pos = "tap", tap_neutral = "mid", tap_step_percent = "step" }
scale = { hv_nominal_v = 1000, lv_nominal_v = 1000, rating_kva = 1000 }
defaults = { iron_loss_kw = 0, i0_percent = 0, hv_source_pu = 1.05, hv_short_circuit_mva = 20, hv_rx = 0.25 }
[[layers.loads]]
path = "loads.csv"
fields = { bus = "Bus", phase = "phases", p_kw = "W", q_kvar = "var" }
scale = { p_kw = 0.001, q_kvar = 0.001 }
"#,
    );
    let run = common::Run::of(dir.path().join("atlas.toml").to_str().unwrap());

    // The same by 3 × 3 matrices, from the substation outwards, until nothing moves.
    let ratio = 11.0 / 11.55 / (1.0 - 2.0 * 0.025);
    let v2 = 416.0 * 416.0;
    let trafo = c(0.004, (0.04f64 * 0.04 - 0.004 * 0.004).sqrt()) * v2 / 100e3;
    let x = v2 * ratio * ratio / 20e6 / 0.25f64.hypot(1.0);
    let emf =
        [0.0, -120.0, 120.0].map(|d: f64| Complex64::from_polar(1.05 * ratio * 416.0 / 3f64.sqrt(), d.to_radians()));
    let mut v = [emf; 7];
    for _ in 0..200 {
        let mut i = [[ZERO; 3]; 7];
        for l in &loads {
            i[l.0][l.1] += (c(l.2, l.3) / v[l.0][l.1]).conj();
        }
        let sum = |from: usize| [0, 1, 2].map(|p| (from..7).map(|b| i[b][p]).sum::<Complex64>());
        let below = |a: [Complex64; 3], b: [Complex64; 3]| [0, 1, 2].map(|p| a[p] - b[p]);
        v[2] = below(emf, drop_of(trafo + c(0.25 * x, x), trafo, sum(2)));
        for l in &lines {
            let k = l.2 / 1000.0 / l.4;
            v[l.1] = below(v[l.0], drop_of(codes[l.3].1 * k, codes[l.3].2 * k, sum(l.1)));
        }
    }
    let buses = run.features("power_buses");
    let mut compared = 0;
    for b in buses.iter().filter(|b| !b["properties"]["modelled_abc_pu"].is_null()) {
        let bus: usize = b["id"].as_str().unwrap().parse().unwrap();
        for p in 0..3 {
            let found = b["properties"]["modelled_abc_pu"][p].as_f64().unwrap();
            let known = v[bus][p].norm() / (416.0 / 3f64.sqrt());
            assert!((found - known).abs() < 1e-6, "bus {bus} phase {p}: {found}, {known}");
        }
        compared += 1;
    }
    assert_eq!(compared, 5);
    // The roof lifts the phase it is on above the others.
    assert!(v[5][0].norm() > v[5][2].norm());
}

// ---- An independent solution: Newton-Raphson on the nodal equations of all four wires, dense ----

/// Neutrals are nodes of their own, grounded at the sources.
fn newton(island: &Island) -> Vec<[Complex64; 3]> {
    let buses = island.buses as usize;
    let n = 4 * buses + 3 * island.sources.len();
    let (mut y, mut fixed) = (vec![vec![ZERO; n]; n], vec![ZERO; n]);
    let branch = |y: &mut Vec<Vec<Complex64>>, i: usize, j: usize, a: Complex64| {
        y[i][i] += a;
        y[j][j] += a;
        y[i][j] -= a;
        y[j][i] -= a;
    };
    // Phases that a source reaches.
    let mut live = vec![0; buses];
    island.sources.iter().for_each(|s| live[s.bus as usize] |= s.phases);
    for _ in 0..buses {
        for l in &island.lines {
            let both = (live[l.from as usize] | live[l.to as usize]) & l.phases;
            live[l.from as usize] |= both;
            live[l.to as usize] |= both;
        }
    }
    for l in &island.lines {
        let (f, t) = (4 * l.from as usize, 4 * l.to as usize);
        branch(&mut y, f + 3, t + 3, l.zn.inv());
        for p in (0..3).filter(|p| (l.phases & live[l.from as usize]) >> p & 1 == 1) {
            branch(&mut y, f + p, t + p, l.z.inv());
            branch(&mut y, f + p, f + 3, c(0.0, l.b / 2.0));
            branch(&mut y, t + p, t + 3, c(0.0, l.b / 2.0));
        }
    }
    let mut grounded = vec![false; n];
    for (k, s) in island.sources.iter().enumerate() {
        // Alone at its bus, a star point with an impedance is a branch to ground.
        if s.zn == ZERO {
            grounded[4 * s.bus as usize + 3] = true;
        } else {
            let star = 4 * s.bus as usize + 3;
            y[star][star] += s.zn.inv();
        }
        for p in (0..3).filter(|p| s.phases >> p & 1 == 1) {
            let middle = 4 * buses + 3 * k + p;
            let half = (s.z / 2.0).inv();
            branch(&mut y, middle, 4 * s.bus as usize + p, half);
            y[middle][middle] += half + s.y;
            fixed[middle] += half * Complex64::from_polar(s.emf_v, -2.0 * std::f64::consts::PI / 3.0 * p as f64);
        }
    }
    // What has a known voltage: grounded neutrals, and phases that no source reaches.
    let mut dead = grounded;
    for i in 0..4 * buses {
        dead[i] |= i % 4 < 3 && live[i / 4] >> (i % 4) & 1 == 0;
    }
    for i in 0..n {
        dead[i] |= i >= 4 * buses && y[i][i] == ZERO;
        if dead[i] {
            y[i].fill(ZERO);
            y[i][i] = c(1.0, 0.0);
        }
    }
    let mut v = dense(&y.iter().map(|r| real_rows(r)).collect::<Vec<_>>().concat(), &flat(&fixed));
    for _ in 0..50 {
        let (mut j, mut f): (Vec<Vec<f64>>, Vec<Complex64>) =
            (y.iter().map(|r| real_rows(r)).collect::<Vec<_>>().concat(), Vec::new());
        for i in 0..n {
            f.push(y[i].iter().zip(v.chunks(2)).map(|(a, v)| a * c(v[0], v[1])).sum::<Complex64>() - fixed[i]);
        }
        for (bus, loads) in island.load_va.iter().enumerate() {
            for (p, s) in loads.iter().enumerate().filter(|(p, s)| **s != ZERO && !dead[4 * bus + p]) {
                let (a, b) = (4 * bus + p, 4 * bus + 3);
                let w = c(v[2 * a] - v[2 * b], v[2 * a + 1] - v[2 * b + 1]);
                let slope = -s.conj() / w.conj() / w.conj();
                for (row, sign) in [(a, 1.0), (b, -1.0)] {
                    if dead[row] {
                        continue;
                    }
                    f[row] += sign * (s / w).conj();
                    for (col, sign) in [(a, sign), (b, -sign)] {
                        j[2 * row][2 * col] += sign * slope.re;
                        j[2 * row][2 * col + 1] += sign * slope.im;
                        j[2 * row + 1][2 * col] += sign * slope.im;
                        j[2 * row + 1][2 * col + 1] -= sign * slope.re;
                    }
                }
            }
        }
        let step = dense(&j, &flat(&f));
        v.iter_mut().zip(&step).for_each(|(v, d)| *v -= d);
        if step.iter().all(|d| d.abs() < 1e-11) {
            let at = |i: usize| c(v[2 * i], v[2 * i + 1]);
            let bus = |b: usize| [0, 1, 2].map(|p| if dead[4 * b + p] { ZERO } else { at(4 * b + p) - at(4 * b + 3) });
            return (0..buses).map(bus).collect();
        }
    }
    panic!("Newton did not converge");
}

fn real_rows(row: &[Complex64]) -> Vec<Vec<f64>> {
    vec![row.iter().flat_map(|a| [a.re, -a.im]).collect(), row.iter().flat_map(|a| [a.im, a.re]).collect()]
}

fn flat(x: &[Complex64]) -> Vec<f64> {
    x.iter().flat_map(|x| [x.re, x.im]).collect()
}

/// Gaussian elimination with row pivoting.
fn dense(a: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let n = b.len();
    let mut m: Vec<Vec<f64>> = a.iter().zip(b).map(|(r, &b)| r.iter().copied().chain([b]).collect()).collect();
    for k in 0..n {
        let best = (k..n).max_by(|&i, &j| m[i][k].abs().total_cmp(&m[j][k].abs())).unwrap();
        m.swap(k, best);
        let (top, below) = m.split_at_mut(k + 1);
        for row in below.iter_mut().filter(|r| r[k] != 0.0) {
            let factor = row[k] / top[k][k];
            row[k..].iter_mut().zip(&top[k][k..]).for_each(|(x, p)| *x -= factor * p);
        }
    }
    let mut x = vec![0.0; n];
    for k in (0..n).rev() {
        x[k] = (m[k][n] - (k + 1..n).map(|j| m[k][j] * x[j]).sum::<f64>()) / m[k][k];
    }
    x
}

// ---- Random networks ----

/// A wire of any length and its charging: r, x/r, neutral ratio, b.
fn wire() -> impl Strategy<Value = (Complex64, Complex64, f64)> {
    (0.01..0.2f64, 0.1..1.5f64, 0.5..2.5f64, 0.0..1e-4f64)
        .prop_map(|(r, x, neutral, b)| (c(r, r * x), c(r * neutral, r * x * 0.7), b))
}

fn power() -> impl Strategy<Value = Complex64> {
    (0.0..250.0f64, 0.0..100.0f64).prop_map(|(p, q)| c(p, q))
}

fn loads(balanced: bool) -> BoxedStrategy<[Complex64; 3]> {
    if balanced { power().prop_map(|s| [s; 3]).boxed() } else { [power(), power(), power()].boxed() }
}

/// A tree on up to 14 buses, `extra` lines across it, and a second source where `two`. Lines and buses are in random order.
fn network(balanced: bool, extra: usize, two: bool) -> impl Strategy<Value = Island> {
    let bus = (any::<prop::sample::Index>(), wire(), loads(balanced));
    let across = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), wire());
    (prop::collection::vec(bus, 1..14), prop::collection::vec(across, 0..=extra), any::<u64>()).prop_map(
        move |(tree, across, seed)| {
            let n = tree.len() as u32 + 1;
            let make = |from: u32, to: u32, (z, zn, b)| Line { from, to, z, zn, b, phases: ABC };
            let mut island = Island { buses: n, load_va: vec![[ZERO; 3]], ..Island::default() };
            for (k, (up, wire, load)) in tree.into_iter().enumerate() {
                island.lines.push(make(up.index(k + 1) as u32, k as u32 + 1, wire));
                island.load_va.push(load);
            }
            for (a, b, wire) in across {
                island.lines.push(make(a.index(n as usize) as u32, b.index(n as usize) as u32, wire));
            }
            island.sources.push(Source { y: c(1e-4, -4e-4), ..source(0, 231.0) });
            if two {
                island.sources.push(Source { z: c(0.03, 0.05), ..source(n - 1, 228.0) });
            }
            renumber(&island, seed)
        },
    )
}

/// The same island with other numbers, and lines in another order and direction.
fn renumber(island: &Island, seed: u64) -> Island {
    let name = names(island.buses, seed);
    let mut out = island.clone();
    for (l, flip) in out.lines.iter_mut().zip((0..).map(|i| seed >> (i % 60) & 1 == 1)) {
        (l.from, l.to) = (name[l.from as usize], name[l.to as usize]);
        if flip {
            (l.from, l.to) = (l.to, l.from);
        }
    }
    let turn = seed as usize % out.lines.len().max(1);
    out.lines.rotate_left(turn);
    out.sources.iter_mut().for_each(|s| s.bus = name[s.bus as usize]);
    for (bus, load) in island.load_va.iter().enumerate() {
        out.load_va[name[bus] as usize] = *load;
    }
    out
}

fn names(n: u32, seed: u64) -> Vec<u32> {
    let mut name: Vec<u32> = (0..n).collect();
    name.sort_by_key(|&i| (u64::from(i) + 1).wrapping_mul(seed | 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20);
    name
}

/// Largest power missing at a bus without a source, as a share of the largest load: currents from the voltages alone.
fn imbalance(island: &Island, s: &Solution) -> f64 {
    let mut drawn = vec![[ZERO; 3]; island.buses as usize];
    for (bus, loads) in island.load_va.iter().enumerate() {
        for p in (0..3).filter(|p| s.phases[bus] >> p & 1 == 1) {
            drawn[bus][p] += (loads[p] / s.v[bus][p]).conj();
        }
    }
    for l in &island.lines {
        let (f, t) = (l.from as usize, l.to as usize);
        let on: Vec<usize> = (0..3).filter(|p| l.phases >> p & 1 == 1 && s.phases[f] >> p & 1 == 1).collect();
        let fall = |p: usize| s.v[f][p] - s.v[t][p];
        let sum = on.iter().map(|&p| fall(p)).sum::<Complex64>() / (l.z + on.len() as f64 * l.zn);
        for &p in &on {
            let current = (fall(p) - l.zn * sum) / l.z;
            drawn[f][p] += current + c(0.0, l.b / 2.0) * s.v[f][p];
            drawn[t][p] += c(0.0, l.b / 2.0) * s.v[t][p] - current;
        }
    }
    let largest = island.load_va.iter().flatten().map(|s| s.norm()).fold(1.0, f64::max);
    let fed: Vec<u32> = island.sources.iter().map(|s| s.bus).collect();
    let inner = (0..island.buses).filter(|b| !fed.contains(b)).map(|b| b as usize);
    inner.flat_map(|b| [0, 1, 2].map(|p| (s.v[b][p] * drawn[b][p].conj()).norm())).fold(0.0, f64::max) / largest
}

/// Power drawn from the sources is what loads, wires and irons take: the source buses balance too.
fn source_gap(island: &Island, s: &Solution) -> f64 {
    let mut gap = 0.0f64;
    for p in 0..3 {
        let given: Complex64 = island.sources.iter().zip(&s.source_va).map(|(_, s)| s[p]).sum();
        let drawn: Complex64 = island.load_va.iter().map(|s| s[p]).sum();
        let largest = island.load_va.iter().flatten().map(|s| s.norm()).fold(1.0, f64::max);
        let amps = &s.line_a;
        let heat: f64 = island.lines.iter().zip(amps).map(|(l, a)| l.z.re * a[p] * a[p]).sum();
        let coils: f64 = island.sources.iter().zip(&s.source_a).map(|(x, a)| x.z.re * a[p] * a[p]).sum();
        let irons: f64 = island.sources.iter().map(|x| x.y.re * x.emf_v * x.emf_v).sum();
        gap = gap.max((given.re - drawn.re - heat - coils - irons).abs() / (largest + irons));
    }
    gap
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_bus_of_a_feeder_gets_its_power(island in network(false, 0, false)) {
        prop_assert!(imbalance(&island, &run(&island)) < 1e-6);
    }

    #[test]
    fn every_bus_of_a_balanced_mesh_gets_its_power(island in network(true, 6, true)) {
        let s = run(&island);
        prop_assert!(imbalance(&island, &s) < 1e-6);
        prop_assert!(source_gap(&island, &s) < 0.01);
    }

    #[test]
    fn meshes_agree_with_newton(island in network(false, 6, false)) {
        prop_assert!(apart(&run(&island).v, &newton(&island)) < 1e-6);
    }

    #[test]
    fn two_sources_agree_with_newton(island in network(false, 4, true)) {
        prop_assert!(apart(&run(&island).v, &newton(&island)) < 1e-6);
    }

    /// Lines by their zero-sequence impedance, behind a grid that gives way but whose zero sequence ends in a delta.
    #[test]
    fn zero_sequence_agrees_with_newton(island in network(false, 4, false), k in 0.1..0.9f64, low in 0.0..0.3f64) {
        let mut island = island;
        let s = &mut island.sources[0];
        (s.zn, s.y) = (-s.z * k / 3.0, ZERO);
        island.lines.iter_mut().step_by(2).for_each(|l| l.zn = -l.z * low / 3.0);
        prop_assert!(apart(&run(&island).v, &newton(&island)) < 1e-6);
    }

    /// Some lines and one source carry only some phases; each phase has loops of its own.
    #[test]
    fn missing_phases_agree_with_newton(island in network(false, 6, true), masks in prop::collection::vec(1u8..8, 20)) {
        let mut island = island;
        island.lines.iter_mut().zip(&masks).for_each(|(l, &m)| l.phases = m | if m > 4 { ABC } else { 0 });
        island.sources[1].phases = masks[19];
        let s = run(&island);
        prop_assert!(apart(&s.v, &newton(&island)) < 1e-6);
        for &(bus, p) in &s.unserved {
            prop_assert!(s.v[bus as usize][p as usize] == ZERO && island.load_va[bus as usize][p as usize] != ZERO);
        }
    }

    #[test]
    fn one_phase_stands_for_three(island in network(true, 4, true)) {
        let (one, all) = (run(&island), solve_per_phase(&island, Tolerance::default()).unwrap());
        prop_assert!(apart(&one.v, &all.v) < 1e-9 * 230.0);
        for (a, b) in one.line_a.iter().chain(&one.source_a).zip(all.line_a.iter().chain(&all.source_a)) {
            prop_assert!((0..3).all(|p| (a[p] - b[p]).abs() < 1e-6 * (1.0 + a[p])));
        }
        for (a, b) in one.source_va.iter().zip(&all.source_va) {
            prop_assert!((0..3).all(|p| (a[p] - b[p]).norm() < 1e-5 * (1.0 + a[p].norm())));
        }
    }

    #[test]
    fn voltage_falls_along_a_feeder(island in network(true, 0, false)) {
        let mut island = island;
        island.lines.iter_mut().for_each(|l| l.b = 0.0);
        let s = run(&island);
        let v = |b: u32| s.v[b as usize][0].norm();
        let mut open: Vec<u32> = vec![island.sources[0].bus];
        let mut seen = vec![false; island.buses as usize];
        while let Some(bus) = open.pop() {
            seen[bus as usize] = true;
            for l in island.lines.iter().filter(|l| l.from == bus || l.to == bus) {
                let next = l.from + l.to - bus;
                if !seen[next as usize] {
                    prop_assert!(v(next) <= v(bus) + 1e-9);
                    open.push(next);
                }
            }
        }
        prop_assert!(v(island.sources[0].bus) < 231.0);
    }

    #[test]
    fn scaled_networks_have_the_same_voltages(island in network(false, 3, true), k in 0.2..5.0f64) {
        let base = run(&island);
        let mut strong = island.clone();
        strong.load_va.iter_mut().flatten().for_each(|s| *s *= k);
        strong.lines.iter_mut().for_each(|l| (l.z, l.zn, l.b) = (l.z / k, l.zn / k, l.b * k));
        strong.sources.iter_mut().for_each(|s| (s.z, s.y) = (s.z / k, s.y * k));
        prop_assert!(apart(&run(&strong).v, &base.v) < 1e-7);
        let mut high = island;
        high.load_va.iter_mut().flatten().for_each(|s| *s *= k * k);
        high.sources.iter_mut().for_each(|s| s.emf_v *= k);
        let mut high = run(&high).v;
        high.iter_mut().flatten().for_each(|v| *v /= k);
        prop_assert!(apart(&high, &base.v) < 1e-7);
    }

    #[test]
    fn numbers_do_not_matter(island in network(false, 5, true), seed in any::<u64>()) {
        let (a, b) = (run(&island), run(&renumber(&island, seed)));
        let name = names(island.buses, seed);
        let b: Vec<_> = name.iter().map(|&i| b.v[i as usize]).collect();
        prop_assert!(apart(&a.v, &b) < 1e-7);
    }

    /// Whatever the numbers are: an answer or an error, and answers balance.
    #[test]
    fn no_wrong_answer_under_any_load(
        mesh in network(true, 2, true),
        feeder in network(false, 0, false),
        k in 1.0..400.0f64,
    ) {
        for mut island in [mesh, feeder] {
            island.load_va.iter_mut().flatten().for_each(|s| *s *= k);
            if let Ok(s) = solve(&island, Tolerance::default()) {
                prop_assert!(imbalance(&island, &s) < 1e-6);
            }
        }
    }
}

// ---- Hand-made corners ----

/// Source, 0.5 ohm, a load.
fn feeder(load: [Complex64; 3]) -> Island {
    let ideal = Source { z: ZERO, ..source(0, 230.0) };
    Island { buses: 2, lines: vec![line(0, 1, c(0.5, 0.0))], sources: vec![ideal], load_va: vec![[ZERO; 3], load] }
}

#[test]
fn one_phase_and_neutral_fall_six_times_as_much() {
    let third = c(50.0, 0.0);
    let mut lateral = feeder([3.0 * third, ZERO, ZERO]);
    lateral.lines[0].phases = 1;
    let ratio = (230.0 - run(&lateral).v[1][0].norm()) / (230.0 - run(&feeder([third; 3])).v[1][0].norm());
    assert!((ratio - 6.0).abs() < 0.05, "{ratio}");
}

/// V = E/2 at the nose: E²/4R watts. Just below it there is an answer, above it there is none.
#[test]
fn the_nose_of_the_curve() {
    let nose = 230.0 * 230.0 / 4.0 / 0.5;
    for share in [0.5, 0.9, 0.99, 0.999] {
        let v = run(&feeder([c(nose * share, 0.0); 3])).v[1][0].norm();
        let exact = 115.0 * (1.0 + (1.0f64 - share).sqrt());
        assert!((v - exact).abs() < 1e-5, "{share}: {v} {exact}");
    }
    for share in [1.000_1, 1.001, 1.1, 2.0, 1e3, 1e200, 1e303] {
        for load in [[c(nose * share, 0.0); 3], [c(nose * share, 0.0), ZERO, ZERO]] {
            let e = solve(&feeder(load), Tolerance::default()).unwrap_err();
            assert!(matches!(e, FlowError::NotConverged { bus: 1, .. }), "{share}: {e:?}");
        }
    }
}

#[test]
fn what_cannot_be_solved_says_why() {
    let good = feeder([c(100.0, 0.0); 3]);
    let fails = |change: &dyn Fn(&mut Island)| {
        let mut island = good.clone();
        change(&mut island);
        solve(&island, Tolerance::default()).unwrap_err()
    };
    assert_eq!(fails(&|i| i.sources.clear()), FlowError::NoSource);
    assert_eq!(fails(&|i| i.sources[0].phases = 0), FlowError::NoSource);
    for z in [ZERO, c(-0.1, 0.1), c(f64::NAN, 0.1), c(0.1, f64::INFINITY)] {
        assert_eq!(fails(&|i| i.lines[0].z = z), FlowError::BadImpedance { line: 0 });
    }
    assert_eq!(fails(&|i| i.lines[0].zn.re = -1.0), FlowError::BadImpedance { line: 0 });
    assert_eq!(fails(&|i| i.lines[0].b = f64::NAN), FlowError::BadImpedance { line: 0 });
    assert_eq!(fails(&|i| i.lines[0].to = 2), FlowError::BadLine { line: 0 });
    for change in [
        |s: &mut Source| s.bus = 9,
        |s: &mut Source| s.emf_v = 0.0,
        |s: &mut Source| s.emf_v = f64::NAN,
        |s: &mut Source| s.z.re = -1.0,
    ] {
        assert_eq!(fails(&|i| change(&mut i.sources[0])), FlowError::BadSource { source_index: 0 });
    }
    let fight = |i: &mut Island| i.sources.push(Source { emf_v: 231.0, ..i.sources[0] });
    assert_eq!(fails(&fight), FlowError::BadSource { source_index: 1 });
    assert_eq!(fails(&|i| i.load_va[1][2].im = f64::NAN), FlowError::BadLoad { bus: 1 });
    assert_eq!(fails(&|i| i.load_va.truncate(1)), FlowError::BadLoad { bus: 1 });
    let mesh = |i: &mut Island| {
        i.buses = 30;
        i.load_va.resize(30, [ZERO; 3]);
        i.lines = (0..30).flat_map(|a| (0..a).map(move |b| line(a, b, c(0.1, 0.1)))).collect();
    };
    assert_eq!(fails(&mesh), FlowError::TooMeshed { loops: 30 * 29 / 2 - 29 });
    let never = Tolerance { max_iterations: 0, ..Tolerance::default() };
    assert!(matches!(solve(&good, never), Err(FlowError::NotConverged { iterations: 0, .. })));
}

#[test]
fn what_no_source_or_phase_reaches_is_listed() {
    let mut island = feeder([c(100.0, 0.0); 3]);
    island.buses = 4;
    island.load_va.resize(4, [c(50.0, 0.0); 3]);
    island.lines[0].phases = 0b101;
    island.lines.push(line(2, 3, c(0.1, 0.0)));
    let s = run(&island);
    assert_eq!(s.unserved, [(1, 1)]);
    assert_eq!(s.unreached, [2, 3]);
    assert_eq!(s.phases, [7, 0b101, 0, 0]);
    assert_eq!(s.v[1][1], ZERO);
    assert_eq!(s.pu(1, 1, 230.0), None);
    assert_eq!(s.worst(2, 230.0), None);
    assert!(s.worst(1, 230.0).is_some_and(|(_, pu)| pu < 1.0));
    assert!(s.losses_va(&island).re > 0.0 && s.losses_va(&island).re < 1.0);
}

/// Parallel lines are one line, lines from a bus to itself carry nothing, and twin transformers share the load.
#[test]
fn twins_share() {
    let load = [c(900.0, 300.0), c(100.0, 0.0), ZERO];
    let mut one = feeder(load);
    one.sources[0].z = c(0.02, 0.04);
    let mut two = one.clone();
    two.lines = vec![line(0, 1, c(1.0, 0.0)), line(1, 0, c(1.0, 0.0)), line(1, 1, c(1.0, 0.0))];
    two.sources = vec![Source { z: c(0.04, 0.08), ..one.sources[0] }; 2];
    let (a, b) = (run(&one), run(&two));
    assert!(apart(&a.v, &b.v) < 1e-9);
    for p in 0..3 {
        for amps in [b.line_a[0][p], b.line_a[1][p]] {
            assert!((amps - a.line_a[0][p] / 2.0).abs() < 1e-9);
        }
        assert_eq!(b.line_a[2][p], 0.0);
        assert!((b.source_va[0][p] - a.source_va[0][p] / 2.0).norm() < 1e-6);
        assert!((b.source_a[1][p] - a.source_a[0][p] / 2.0).abs() < 1e-9);
    }
}

/// Loops of perfect neutrals have no impedance: their current is of no matter.
#[test]
fn perfect_neutrals_in_a_loop() {
    let mut island = feeder([c(500.0, 0.0), ZERO, c(900.0, 100.0)]);
    island.buses = 3;
    island.load_va.push([ZERO, c(700.0, 0.0), ZERO]);
    island.lines.push(line(1, 2, c(0.3, 0.1)));
    island.lines.push(line(2, 0, c(0.2, 0.1)));
    island.lines.iter_mut().for_each(|l| l.zn = ZERO);
    let perfect = run(&island);
    island.lines.iter_mut().for_each(|l| l.zn = c(1e-9, 0.0));
    assert!(apart(&perfect.v, &run(&island).v) < 1e-5);
}

/// Thousands of buses in a row, and a bus with thousands of lines.
#[test]
fn long_rows_and_wide_stars() {
    let n = 20_000;
    for star in [false, true] {
        let lines = (1..n).map(|i| line(if star { 0 } else { i - 1 }, i, c(1e-4, 5e-5))).collect();
        let mut load_va = vec![[ZERO; 3]; n as usize];
        load_va[n as usize - 1] = [c(2000.0, 0.0), ZERO, ZERO];
        let s = run(&Island { buses: n, lines, sources: vec![source(0, 230.0)], load_va });
        assert!(s.v[n as usize - 1][0].norm() < 230.0);
    }
}
