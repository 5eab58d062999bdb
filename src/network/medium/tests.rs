use proptest::prelude::*;

use super::*;

fn line(from: u32, to: u32, length_m: f64) -> Line {
    Line { from, to, length_m }
}

/// Nodes in a row 100 m apart, each with ten people in two households; lines as long as they are straight.
fn row(nodes: u32, lines: &[(u32, u32)], sources: &[u32]) -> Grid {
    Grid {
        nodes,
        lines: lines.iter().map(|&(a, b)| line(a, b, 100.0 * f64::from(a.abs_diff(b)))).collect(),
        sources: sources.to_vec(),
        people: vec![10.0; nodes as usize],
        households: vec![2.0; nodes as usize],
        positions: (0..nodes).map(|v| [100.0 * f64::from(v), 0.0]).collect(),
    }
}

fn bridges(s: &Structure) -> Vec<u32> {
    (0..s.bridge.len() as u32).filter(|&e| s.bridge[e as usize]).collect()
}

const RULES: TieRules = TieRules { max_length_m: 1e6, max_ties: 1000 };

#[test]
fn ring_from_one_substation_has_no_bridge() {
    let g = row(4, &[(0, 1), (1, 2), (2, 3), (3, 0)], &[0]);
    let s = structure(&g);
    assert!(bridges(&s).is_empty());
    let f = &s.feeders[0];
    assert_eq!((s.feeders.len(), f.ties(), f.radial()), (1, 1, false));
    assert_eq!((f.nodes.as_slice(), f.heads.as_slice()), (&[1, 2, 3][..], &[0, 3][..]));
    assert_eq!(f.sources, [0]);
    assert_eq!((f.total_m, f.length_m, f.farthest), (600.0, 300.0, 3));
    assert_eq!(s.feeder, [None, Some(0), Some(0), Some(0)]);
    assert_eq!(ties(&g, &s, &RULES), []);
}

#[test]
fn lateral_of_a_tied_feeder_is_radial() {
    // Substations 0 and 4, tied through 1, 2, 3; from 2 a lateral 5, 6 and a fork 7.
    let g = row(8, &[(0, 1), (1, 2), (2, 3), (3, 4), (2, 5), (5, 6), (5, 7)], &[4, 0, 0]);
    let s = structure(&g);
    assert_eq!(bridges(&s), [4, 5, 6]);
    assert_eq!(s.behind[4], Served { people: 30.0, households: 6.0, nodes: 3 });
    assert_eq!((s.cut_off(4), s.cut_off(6), s.cut_off(1)), (vec![5, 6, 7], vec![7], vec![]));
    assert_eq!(s.bridges_above(7).collect::<Vec<_>>(), [6, 4]);
    let f = &s.feeders[0];
    assert_eq!((f.sources.as_slice(), f.laterals.as_slice(), f.ties()), (&[0, 4][..], &[4][..], 1));
    assert_eq!((s.source[1], s.source[2], s.source[3]), (Some(0), Some(0), Some(4)));
    assert_eq!(s.distance_m[7], Some(700.0));
    // 5 lies beside substation 4: 100 m for its ten people, where 6 would give twenty for 200 m and 7 for 300 m.
    let t = ties(&g, &s, &RULES);
    assert_eq!(t.len(), 1);
    assert_eq!((t[0].from, t[0].to, t[0].relieves.as_slice()), (5, 4, &[4][..]));
    assert_eq!((t[0].secured.people, t[0].per_km), (10.0, 100.0));
}

#[test]
fn tie_between_two_radial_feeders_is_one_tie() {
    let g = row(6, &[(0, 1), (1, 2), (5, 4), (4, 3)], &[0, 5]);
    let s = structure(&g);
    assert!(s.feeders.len() == 2 && s.feeders.iter().all(Feeder::radial));
    let t = ties(&g, &s, &RULES);
    assert_eq!(t.len(), 1);
    assert_eq!((t[0].from, t[0].to, t[0].length_m, t[0].per_km), (2, 3, 100.0, 400.0));
    assert_eq!(t[0].relieves, [0, 1, 2, 3]);
    assert_eq!(t[0].secured, Served { people: 40.0, households: 8.0, nodes: 4 });
    // Out of reach, and with limits that are none.
    for max_length_m in [99.0, -1.0, f64::NAN] {
        assert_eq!(ties(&g, &s, &TieRules { max_length_m, ..RULES }), []);
    }
    assert_eq!(ties(&g, &s, &TieRules { max_ties: 0, ..RULES }), []);
    // Built, the tie leaves no bridge.
    let mut built = g.clone();
    built.lines.push(line(2, 3, 100.0));
    assert!(bridges(&structure(&built)).is_empty());
}

#[test]
fn ranked_by_households_then_nodes_where_people_are_unknown() {
    let mut g = row(4, &[(0, 1), (1, 2)], &[0, 3]);
    g.people = vec![f64::NAN, f64::NAN, -3.0];
    let t = ties(&g, &structure(&g), &RULES);
    assert_eq!((t[0].measure, t[0].per_km, t[0].secured.people), (Measure::Households, 40.0, 0.0));
    g.households.clear();
    let t = ties(&g, &structure(&g), &RULES);
    assert_eq!((t[0].measure, t[0].per_km, t[0].secured.nodes), (Measure::Nodes, 20.0, 2));
    // Two nodes at one place: as if 1 m apart. Without positions there is nothing to join.
    g.positions[3] = g.positions[2];
    assert_eq!(ties(&g, &structure(&g), &RULES)[0].per_km, 2000.0);
    g.positions = vec![[f64::NAN, 0.0]; 4];
    assert_eq!(ties(&g, &structure(&g), &RULES), []);
}

#[test]
fn parallel_lines_and_loops_are_no_bridges() {
    let g = row(3, &[(0, 1), (1, 0), (1, 1), (1, 2), (0, 0), (2, 2)], &[0]);
    let s = structure(&g);
    assert_eq!(bridges(&s), [3]);
    assert_eq!(s.feeders[0].lines, [0, 1, 2, 3, 5]);
    assert_eq!(s.line_feeder[4], None);
}

#[test]
fn source_within_a_feeder_parts_it() {
    let g = row(5, &[(0, 1), (1, 2), (2, 3), (3, 4)], &[2]);
    let s = structure(&g);
    assert_eq!(bridges(&s), [0, 1, 2, 3]);
    assert_eq!(s.feeders.iter().map(|f| f.nodes.clone()).collect::<Vec<_>>(), [[0, 1], [3, 4]]);
    assert_eq!((s.behind[1].people, s.behind[0].people), (20.0, 10.0));
}

#[test]
fn line_between_substations_belongs_to_no_feeder() {
    let s = structure(&row(2, &[(0, 1)], &[0, 1]));
    assert!(s.feeders.is_empty() && !s.bridge[0] && s.line_feeder[0].is_none());
    assert_eq!(s.supplied, [true, true]);
}

#[test]
fn islands_are_listed_and_broken_input_is_ignored() {
    let mut g = row(7, &[(0, 1), (6, 2), (2, 4), (3, 3)], &[0, 9]);
    g.lines.extend([line(1, 7, 1.0), line(u32::MAX, 0, 1.0)]);
    g.lines[0].length_m = f64::NAN;
    let s = structure(&g);
    assert_eq!(s.islands, [vec![2, 4, 6], vec![3], vec![5]]);
    assert_eq!(s.supplied, [true, true, false, false, false, false, false]);
    assert_eq!((s.distance_m[1], s.distance_m[2]), (Some(0.0), None));
    assert_eq!(bridges(&s), [0], "what has no source loses none");
    assert_eq!((s.cut_off(1), s.cut_off(99)), (vec![], vec![]));
    let none = structure(&Grid::default());
    assert!(none.feeders.is_empty() && none.islands.is_empty());
    assert_eq!(ties(&Grid::default(), &none, &RULES), []);
}

#[test]
fn long_chain_needs_no_stack() {
    let n = 200_000;
    let lines: Vec<(u32, u32)> = (1..n).map(|v| (v - 1, v)).collect();
    let g = row(n, &lines, &[0]);
    let s = structure(&g);
    assert_eq!(bridges(&s).len(), lines.len());
    assert_eq!((s.behind[0].nodes, s.behind[n as usize - 2].nodes), (n - 1, 1));
    assert_eq!(s.feeders[0].length_m, 100.0 * f64::from(n - 1));
    // Back to the substation is all there is, and every node is worth the same per kilometre: the shortest.
    let t = ties(&g, &s, &RULES);
    assert_eq!((t.len(), t[0].from, t[0].to, t[0].length_m), (1, 1, 0, 100.0));
}

/// Any small grid: broken lines, loops, parallels, islands and several sources included; people are whole numbers,
/// so sums are exact in any order.
fn any_grid() -> impl Strategy<Value = Grid> {
    (1u32..=12).prop_flat_map(|n| {
        let some = n as usize;
        let lines = prop::collection::vec((0..=n, 0..n, 0u32..50), 0..=some + 4);
        let sources = prop::collection::vec(0..n, 0..=3);
        let who = prop::collection::vec((0u32..6, 0u32..4), some);
        let at = prop::collection::vec((-5i32..5, -5i32..5), some);
        (lines, sources, who, at, prop::bool::weighted(0.8), prop::bool::weighted(0.8)).prop_map(
            move |(lines, sources, who, at, people, households)| Grid {
                nodes: n,
                lines: lines.iter().map(|&(a, b, m)| line(a, b, f64::from(m))).collect(),
                sources,
                people: who.iter().map(|w| if people { f64::from(w.0) } else { f64::NAN }).collect(),
                households: who.iter().map(|w| if households { f64::from(w.1) } else { 0.0 }).collect(),
                positions: at.iter().map(|&(x, y)| [f64::from(x), f64::from(y)]).collect(),
            },
        )
    })
}

/// Nodes with a source when line `lost` is out, by spreading until nothing changes.
fn reached(g: &Grid, lost: Option<usize>) -> Vec<bool> {
    let mut on = vec![false; g.nodes as usize];
    for &v in &g.sources {
        on[v as usize] = true;
    }
    let mut changed = true;
    while changed {
        changed = false;
        for (e, l) in g.lines.iter().enumerate() {
            let (a, b) = (l.from as usize, l.to as usize);
            if Some(e) != lost && a < on.len() && b < on.len() && on[a] != on[b] {
                (on[a], on[b], changed) = (true, true, true);
            }
        }
    }
    on
}

/// Per line: nodes that lose their source with it.
fn cut(g: &Grid) -> Vec<Vec<u32>> {
    let all = reached(g, None);
    let lost = |e| {
        let left = reached(g, Some(e));
        (0..g.nodes).filter(|&v| all[v as usize] && !left[v as usize]).collect()
    };
    (0..g.lines.len()).map(lost).collect()
}

fn sum(g: &Grid, nodes: impl Iterator<Item = u32>) -> Served {
    let mut total = Served::default();
    for v in nodes {
        total += g.served(v);
    }
    total
}

/// Nodes behind some bridge.
fn insecure(g: &Grid) -> Vec<u32> {
    let cut = cut(g);
    (0..g.nodes).filter(|v| cut.iter().any(|c| c.contains(v))).collect()
}

/// Every tie there could be for the nodes behind one topmost bridge, each tried out; the best by the rule.
fn best_tie(g: &Grid, behind: &[u32], max_m: f64, measure: Measure) -> Option<(f64, f64, [u32; 2], Served)> {
    let (on, before) = (reached(g, None), insecure(g));
    let mut best: Option<(f64, f64, [u32; 2], Served)> = None;
    for &u in behind {
        for w in (0..g.nodes).filter(|&w| on[w as usize] && !behind.contains(&w)) {
            let (p, q) = (g.positions[u as usize], g.positions[w as usize]);
            let m = ((p[0] - q[0]) * (p[0] - q[0]) + (p[1] - q[1]) * (p[1] - q[1])).sqrt();
            let mut built = g.clone();
            built.lines.push(line(u, w, m));
            let after = insecure(&built);
            let secured = sum(g, before.iter().copied().filter(|v| !after.contains(v)));
            let gain = match measure {
                Measure::People => secured.people,
                Measure::Households => secured.households,
                Measure::Nodes => f64::from(secured.nodes),
            };
            let found = (-gain / m.max(1.0), m, [u.min(w), u.max(w)]);
            if m <= max_m && gain > 0.0 && best.is_none_or(|b| found < (b.0, b.1, b.2)) {
                best = Some((found.0, found.1, found.2, secured));
            }
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn bridges_are_the_lines_whose_loss_cuts_somebody_off(g in any_grid()) {
        let s = structure(&g);
        let on = reached(&g, None);
        prop_assert_eq!(&s.supplied, &on);
        for (e, lost) in cut(&g).iter().enumerate() {
            prop_assert_eq!(s.bridge[e], !lost.is_empty(), "line {}", e);
            prop_assert_eq!(&s.cut_off(e as u32), lost);
            prop_assert_eq!(s.behind[e], sum(&g, lost.iter().copied()));
        }
        let mut off: Vec<u32> = s.islands.concat();
        off.sort_unstable();
        prop_assert_eq!(off, (0..g.nodes).filter(|&v| !on[v as usize]).collect::<Vec<_>>());
        prop_assert!(s.islands.is_sorted_by_key(|i| i[0]));
    }

    #[test]
    fn distances_are_those_of_bellman_and_ford(g in any_grid()) {
        let s = structure(&g);
        let mut best = vec![(f64::INFINITY, u32::MAX); g.nodes as usize];
        for &v in &g.sources {
            best[v as usize] = (0.0, v);
        }
        for _ in 0..=g.nodes {
            for l in g.lines.iter().filter(|l| l.from < g.nodes) {
                let (a, b) = (l.from as usize, l.to as usize);
                for (a, b) in [(a, b), (b, a)] {
                    let is_source = g.sources.contains(&(b as u32));
                    let way = (best[a].0 + l.length_m, best[a].1);
                    if !is_source && way < best[b] {
                        best[b] = way;
                    }
                }
            }
        }
        for (v, &(m, source)) in best.iter().enumerate() {
            prop_assert_eq!(s.distance_m[v], m.is_finite().then_some(m), "node {}", v);
            prop_assert_eq!(s.source[v], m.is_finite().then_some(source), "node {}", v);
        }
    }

    #[test]
    fn feeders_part_the_grid_and_radial_ones_hang_on_one_bridge(g in any_grid()) {
        let s = structure(&g);
        let source = |v: u32| g.sources.contains(&v);
        let mut seen = vec![0; g.nodes as usize];
        for (i, f) in s.feeders.iter().enumerate() {
            for &v in &f.nodes {
                seen[v as usize] += 1;
                prop_assert_eq!(s.feeder[v as usize], Some(i as u32));
            }
            let own = |l: &Line| l.to < g.nodes && l.from < g.nodes && (f.nodes.contains(&l.from) || f.nodes.contains(&l.to));
            let lines: Vec<u32> = (0..g.lines.len() as u32).filter(|&e| own(&g.lines[e as usize])).collect();
            let is_head = |e: &u32| source(g.lines[*e as usize].from) || source(g.lines[*e as usize].to);
            prop_assert_eq!(&f.heads, &lines.iter().copied().filter(is_head).collect::<Vec<_>>());
            prop_assert!(lines.iter().all(|&e| s.line_feeder[e as usize] == Some(i as u32)));
            prop_assert_eq!(f.total_m, lines.iter().map(|&e| g.lines[e as usize].length_m).sum::<f64>());
            prop_assert_eq!(&f.lines, &lines);
            prop_assert_eq!(f.served, sum(&g, f.nodes.iter().copied()));
            let far = f.nodes.iter().filter_map(|&v| s.distance_m[v as usize]).fold(0.0, f64::max);
            let farthest = f.nodes.iter().copied().find(|&v| s.distance_m[v as usize] == Some(far));
            prop_assert_eq!((f.length_m, Some(f.farthest)), (far, farthest));
            prop_assert_eq!(f.radial(), f.laterals.iter().any(|&e| s.cut_off(e) == f.nodes));
            let mut laterals = s.bridges.iter().filter(|&&e| s.line_feeder[e as usize] == Some(i as u32));
            prop_assert!(laterals.all(|&e| s.above[e as usize].is_some() != f.laterals.contains(&e)));
        }
        for v in 0..g.nodes {
            prop_assert_eq!(seen[v as usize], i32::from(s.supplied[v as usize] && !source(v)), "node {}", v);
        }
        prop_assert!(s.feeders.is_sorted_by_key(|f| f.heads[0]));
    }

    #[test]
    fn ties_are_the_best_of_all_pairs(g in any_grid(), max_m in 0.0..15.0f64, max_ties in 0usize..6) {
        let s = structure(&g);
        let cut = cut(&g);
        let behind = sum(&g, insecure(&g).into_iter());
        let measure = match behind {
            b if b.people > 0.0 => Measure::People,
            b if b.households > 0.0 => Measure::Households,
            _ => Measure::Nodes,
        };
        // Of bridges that cut off the same nodes none can stand above the other: that would be one more node.
        let topmost = cut.iter().filter(|c| !c.is_empty() && !cut.iter().any(|d| d.len() > c.len() && d.contains(&c[0])));
        let mut want: Vec<_> = topmost.filter_map(|c| best_tie(&g, c, max_m, measure)).collect();
        want.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        want.dedup_by_key(|t| t.2);
        want.truncate(max_ties);
        let got = ties(&g, &s, &TieRules { max_length_m: max_m, max_ties });
        prop_assert_eq!(got.len(), want.len());
        for (t, w) in got.iter().zip(&want) {
            prop_assert_eq!([t.from.min(t.to), t.from.max(t.to)], w.2);
            prop_assert_eq!((t.length_m, t.secured, t.measure), (w.1, w.3, measure));
            prop_assert!((t.per_km + w.0 * 1000.0).abs() < 1e-6 && s.nearest[t.from as usize].is_some());
            let mut built = g.clone();
            built.lines.push(line(t.from, t.to, t.length_m));
            let after = structure(&built);
            let relieved = (0..g.lines.len() as u32).filter(|&e| s.bridge[e as usize] && !after.bridge[e as usize]);
            prop_assert_eq!(&t.relieves, &relieved.collect::<Vec<_>>());
        }
    }

    /// Large enough for boxes within boxes: a forest on several substations, against all pairs.
    #[test]
    fn boxes_leave_out_no_better_tie(
        who in prop::collection::vec((0u32..400, 0u32..40, -300i32..300, -300i32..300, 0usize..99), 30..250),
        sources in 1u32..6,
        // With 400 nobody lives anywhere, and nodes count.
        few in prop_oneof![9 => Just(300u32), 1 => Just(400)],
    ) {
        let up = |v: usize, k: usize| v.saturating_sub(1 + k % 9).max(k % sources as usize) as u32;
        let g = Grid {
            nodes: who.len() as u32,
            lines: (sources as usize..who.len()).map(|v| line(up(v, who[v].4), v as u32, 1.0)).collect(),
            sources: (0..sources).collect(),
            people: who.iter().map(|w| f64::from(w.0.saturating_sub(few))).collect(),
            households: Vec::new(),
            positions: who.iter().map(|w| [f64::from(w.2), f64::from(w.3)]).collect(),
        };
        let s = structure(&g);
        let chain: Vec<Vec<u32>> = (0..g.nodes).map(|v| s.bridges_above(v).collect()).collect();
        let on_way = |v: u32, x: u32| s.nearest[x as usize].is_some_and(|b| chain[v as usize].contains(&b));
        let secured: Vec<Served> = (0..g.nodes).map(|v| sum(&g, (0..g.nodes).filter(|&x| on_way(v, x)))).collect();
        let anybody = secured.iter().any(|x| x.people > 0.0);
        let gain: Vec<f64> = secured.iter().map(|x| if anybody { x.people } else { f64::from(x.nodes) }).collect();
        let mut want = Vec::new();
        for &top in s.bridges.iter().filter(|&&b| s.above[b as usize].is_none()) {
            let behind = s.cut_off(top);
            let others: Vec<u32> = (0..g.nodes).filter(|w| behind.binary_search(w).is_err()).collect();
            let pairs = behind.iter().flat_map(|&u| others.iter().map(move |&w| (u as usize, w as usize)));
            let tie = |(u, w): (usize, usize)| {
                let (p, q) = (g.positions[u], g.positions[w]);
                let m = ((p[0] - q[0]) * (p[0] - q[0]) + (p[1] - q[1]) * (p[1] - q[1])).sqrt();
                (-(gain[u] + gain[w]) / m.max(1.0), m, u.min(w), u.max(w))
            };
            want.extend(pairs.map(tie).filter(|t| t.0 < 0.0).min_by(|a, b| a.partial_cmp(b).expect("numbers")));
        }
        want.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
        want.dedup();
        let got = ties(&g, &s, &RULES);
        let got: Vec<_> = got.iter().map(|t| (t.length_m, t.from.min(t.to) as usize, t.from.max(t.to) as usize)).collect();
        prop_assert_eq!(got, want.iter().map(|w| (w.1, w.2, w.3)).collect::<Vec<_>>());
    }
}
