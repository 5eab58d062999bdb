//! Steiner trees against an exact search written here, and on instances of the PACE Challenge 2018.

use cuntong::network::UnionFind;
use cuntong::network::steiner::{Instance, Options, Solution, SteinerError, solve};
use proptest::prelude::*;

use crate::common::{self, pace};

/// The least cost of a tree that joins the terminals: every set of further vertices, each with its minimum spanning tree.
fn by_every_set(i: &Instance) -> f64 {
    let mut order: Vec<&(u32, u32, f64)> = i.edges.iter().collect();
    order.sort_by(|a, b| a.2.total_cmp(&b.2));
    let must: u32 = i.terminals.iter().fold(0, |s, t| s | 1 << t);
    let mut best = if must.count_ones() < 2 { 0.0 } else { f64::INFINITY };
    for set in (0u32..1 << i.nodes).filter(|s| s & must == must) {
        let mut sets = UnionFind::new(i.nodes);
        let (mut joined, mut cost) = (1, 0.0);
        for &&(a, b, c) in order.iter().filter(|e| set >> e.0 & 1 == 1 && set >> e.1 & 1 == 1) {
            if sets.find(a) != sets.find(b) {
                sets.union(a, b);
                joined += 1;
                cost += c;
            }
        }
        if joined == set.count_ones() {
            best = f64::min(best, cost);
        }
    }
    best
}

/// The edges are a tree over all terminals whose leaves are terminals; cost and bound fit.
fn check(i: &Instance, s: &Solution) {
    assert!(s.edges.is_sorted_by(|a, b| a < b), "{:?}", s.edges);
    let mut sets = UnionFind::new(i.nodes);
    let mut degree = vec![0; i.nodes];
    for &e in &s.edges {
        let (a, b, _) = i.edges[e as usize];
        assert_ne!(sets.find(a), sets.find(b), "edge {e} closes a circle");
        sets.union(a, b);
        degree[a as usize] += 1;
        degree[b as usize] += 1;
    }
    if let Some(&first) = i.terminals.first() {
        assert!(i.terminals.iter().all(|&t| sets.find(t) == sets.find(first)), "terminals apart");
        let touched = (0..i.nodes as u32).filter(|&v| degree[v as usize] > 0);
        assert!(touched.clone().all(|v| sets.find(v) == sets.find(first)), "a piece too many");
        assert!(touched.clone().all(|v| degree[v as usize] > 1 || i.terminals.contains(&v)), "a useless branch");
    }
    assert_eq!(s.cost, s.edges.iter().map(|&e| i.edges[e as usize].2).sum::<f64>());
    assert!(s.lower_bound <= s.cost && s.lower_bound >= 0.0);
}

fn options(steps: u64) -> Options {
    Options { steps, ..Options::default() }
}

/// Graphs of at most eleven vertices that need not be connected, with loops and parallel edges.
fn instances() -> impl Strategy<Value = Instance> {
    let cost = prop_oneof![
        (0u32..4).prop_map(f64::from).boxed(),
        (0u32..1000).prop_map(f64::from).boxed(),
        (0.0..1.0).boxed(),
        (0u32..8).prop_map(|c| f64::from(c) * 0.1).boxed(),
    ];
    (2usize..12).prop_flat_map(move |nodes| {
        let vertex = 0..nodes as u32;
        let edges = proptest::collection::vec((vertex.clone(), vertex.clone(), cost.clone()), 1..36);
        let terminals = proptest::collection::vec(vertex, 0..9);
        (edges, terminals).prop_map(move |(edges, terminals)| Instance { nodes, edges, terminals })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn small_graphs_are_solved_exactly(i in instances()) {
        let least = by_every_set(&i);
        match solve(&i, &Options::default()) {
            Ok(s) => {
                check(&i, &s);
                prop_assert!(s.proven_optimal);
                prop_assert!((s.cost - least).abs() <= 1e-12 * (1.0 + least), "{} and {least}", s.cost);
                prop_assert!(s.lower_bound <= least, "{} above {least}", s.lower_bound);
            }
            Err(SteinerError::NotConnected { .. }) => prop_assert!(least.is_infinite()),
            Err(e) => prop_assert!(false, "{}", e),
        }
    }

    #[test]
    fn a_bound_holds_however_little_is_done(i in instances(), steps in 0u64..2000) {
        if let Ok(s) = solve(&i, &options(steps)) {
            check(&i, &s);
            let least = by_every_set(&i);
            prop_assert!(s.lower_bound <= least && s.cost >= least - 1e-12 * least);
            prop_assert!(!s.proven_optimal || s.cost <= least + 1e-12 * least);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    /// Sparse enough, and large enough, that reductions and bounds have something to do.
    #[test]
    fn middling_graphs_are_solved_exactly(
        edges in proptest::collection::vec((0u32..15, 0u32..15, 1u32..7), 24..40),
        terminals in proptest::collection::vec(0u32..15, 3..7),
    ) {
        let edges = edges.into_iter().map(|(a, b, c)| (a, b, f64::from(c))).collect();
        let i = Instance { nodes: 15, edges, terminals };
        if let Ok(s) = solve(&i, &Options::default()) {
            check(&i, &s);
            prop_assert_eq!(s.cost, by_every_set(&i));
            prop_assert_eq!(s.lower_bound, s.cost);
        }
    }
}

#[test]
fn what_is_wrong_is_said() {
    let i = Instance { nodes: 4, edges: vec![(0, 1, 1.0), (2, 3, 1.0)], terminals: vec![0, 1] };
    let with = |edges: Vec<(u32, u32, f64)>, terminals: Vec<u32>| {
        solve(&Instance { nodes: 4, edges, terminals }, &Options::default()).map(|s| s.edges)
    };
    assert_eq!(with(i.edges.clone(), vec![0, 1, 1]), Ok(vec![0]));
    assert_eq!(with(i.edges.clone(), vec![0, 3]), Err(SteinerError::NotConnected { a: 0, b: 3 }));
    assert_eq!(with(i.edges.clone(), vec![4]), Err(SteinerError::Terminal { vertex: 4, nodes: 4 }));
    assert_eq!(with(vec![(0, 9, 1.0)], vec![]), Err(SteinerError::EdgeEnd { edge: 0, vertex: 9, nodes: 4 }));
    for cost in [f64::INFINITY, -1.0, f64::NEG_INFINITY] {
        assert_eq!(with(vec![(0, 1, cost)], vec![0, 1]), Err(SteinerError::Cost { edge: 0, cost }));
    }
    assert!(matches!(with(vec![(0, 1, f64::NAN)], vec![0, 1]), Err(SteinerError::Cost { edge: 0, .. })));
    assert_eq!(with(i.edges.clone(), vec![]), Ok(vec![]));
    assert_eq!(with(i.edges.clone(), vec![2, 2]), Ok(vec![]));
    assert_eq!(with(vec![], vec![0, 1]), Err(SteinerError::NotConnected { a: 0, b: 1 }));
    assert_eq!(solve(&Instance::default(), &Options::default()).map(|s| s.cost), Ok(0.0));
}

#[test]
fn extreme_costs_do_no_harm() {
    for cost in [f64::MAX, f64::MIN_POSITIVE, 5e-324, 1e308] {
        let edges = (0..6).flat_map(|a| (0..6).map(move |b| (a, b, cost))).collect();
        let i = Instance { nodes: 6, edges, terminals: vec![0, 3, 5] };
        let s = solve(&i, &Options::default()).unwrap();
        assert_eq!(s.edges.len(), 2);
        assert!(s.lower_bound <= cost + cost);
    }
}

/// A grid with terminals strewn over it.
fn grid(side: u32, every: u32) -> Instance {
    let mut i = Instance { nodes: (side * side) as usize, ..Instance::default() };
    for v in 0..side * side {
        let cost = |w: u32| f64::from(((v * 7919).wrapping_add(w * 104_729)) % 100) / 8.0 + 1.0;
        if v % side + 1 < side {
            i.edges.push((v, v + 1, cost(v + 1)));
        }
        if v + side < side * side {
            i.edges.push((v, v + side, cost(v + side)));
        }
    }
    i.terminals = (0..side * side).filter(|v| v.wrapping_mul(2_654_435_761) % every == 0).collect();
    i
}

#[test]
fn threads_and_runs_change_nothing() {
    let i = grid(24, 9);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| solve(&i, &options(20_000_000))).unwrap()
    };
    let one = run(1);
    check(&i, &one);
    assert_eq!(one, run(3));
    assert_eq!(one, run(1));
}

#[test]
fn a_large_graph_is_answered_in_time() {
    let i = grid(200, 7);
    let deadline = std::time::Duration::from_millis(500);
    let begin = std::time::Instant::now();
    let s = solve(&i, &Options { steps: u64::MAX, deadline: Some(deadline), ..Options::default() }).unwrap();
    let took = begin.elapsed();
    check(&i, &s);
    assert!(took < deadline * 20, "{took:?}");
}

#[test]
fn instances_of_the_pace_challenge() {
    if !common::have("steiner/optima.csv") {
        return;
    }
    let mut seen = 0;
    for k in pace::known(&common::data_root().join("steiner")).into_iter().step_by(3) {
        let i = pace::read(&k.path);
        let s = solve(&i, &options(20_000_000)).unwrap();
        check(&i, &s);
        println!("{}: {} of {}, bound {}", k.file, s.cost, k.upper, s.lower_bound);
        assert!(s.lower_bound <= k.upper, "{}: bound {} above {}", k.file, s.lower_bound, k.upper);
        assert!(
            s.cost >= k.upper || k.file.ends_with("095.gr") || k.file.contains("08"),
            "{}: better than possible",
            k.file
        );
        assert!(s.cost <= 1.06 * k.upper, "{}: {} for {}", k.file, s.cost, k.upper);
        seen += 1;
    }
    assert!(seen > 5);
}
