//! Last-mile states and costs against an independent method: petgraph on a graph built by brute force, over random
//! networks with ties, zero-cost paved islands, cut-off pieces and points beyond reach.

use std::collections::HashMap;

use cuntong::atlas::Noding;
use cuntong::network::{Access, EdgeIndex, TOLERANCE_M, last_mile, node, reach, standing};
use cuntong::standards::RoadRules;
use cuntong::world::metric::{distance_m, nearest_on_segment};
use cuntong::world::{RoadClass, Roads, Surface};
use geo::Coord;
use petgraph::algo::{connected_components, dijkstra};
use petgraph::graph::{NodeIndex, UnGraph};
use proptest::prelude::*;

const STEP: f64 = 0.002; // about 220 m north, 165 m east
const SIZE: usize = 12;

fn grid(x: usize, y: usize) -> Coord {
    Coord { x: 120.0 + x as f64 * STEP, y: 41.0 + y as f64 * STEP }
}

/// A road: lattice positions and a surface; paved roads may be of a trunk class.
#[derive(Debug, Clone)]
struct Road {
    at: Vec<(usize, usize)>,
    surface: Surface,
    trunk: bool,
}

fn road() -> impl Strategy<Value = Road> {
    let steps = prop::collection::vec(0..4usize, 1..6);
    (0..SIZE, 0..SIZE, steps, 0..4usize, prop::bool::weighted(0.15)).prop_map(|(x, y, steps, s, trunk)| {
        let mut at = vec![(x, y)];
        for d in steps {
            let (x, y) = at[at.len() - 1];
            let next = match d {
                0 => (x + 1, y),
                1 => (x, y + 1),
                2 => (x.saturating_sub(1), y),
                _ => (x, y.saturating_sub(1)),
            };
            if next.0 < SIZE && next.1 < SIZE && !at.contains(&next) {
                at.push(next);
            }
        }
        let surface = if trunk { Surface::Paved } else { Surface::ALL[s] };
        Road { at, surface, trunk }
    })
}

fn world(list: &[Road]) -> Roads {
    let mut r = Roads { start: vec![0], ..Roads::default() };
    for (i, road) in list.iter().filter(|r| r.at.len() > 1).enumerate() {
        r.id.push(i.to_string());
        r.name.push(None);
        r.class.push(if road.trunk { RoadClass::Primary } else { RoadClass::Unclassified });
        r.surface.push(road.surface);
        r.flags.push(0);
        r.source.push(0);
        r.coords.extend(road.at.iter().map(|p| grid(p.0, p.1)));
        r.start.push(r.coords.len() as u32);
    }
    r
}

#[derive(Debug, PartialEq, Clone, Copy)]
enum Truth {
    Connected,
    Linked(f64),
    CutOff(Option<f64>),
    NoRoad,
}

/// Without trunk roads the longest paved component decides; two equally long ones leave the truth open.
fn longest_is_open(list: &[Road], roads: &Roads) -> bool {
    if list.iter().any(|r| r.trunk && r.at.len() > 1) {
        return false;
    }
    let net = node(roads, Noding::SharedVertices, 0.0);
    let mut g: UnGraph<(), ()> = UnGraph::new_undirected();
    let n: Vec<NodeIndex> = net.vertex.iter().map(|_| g.add_node(())).collect();
    let paved: Vec<usize> =
        (0..net.edges()).filter(|&e| roads.surface[net.road[e] as usize] == Surface::Paved).collect();
    for &e in &paved {
        g.add_edge(n[net.from[e] as usize], n[net.to[e] as usize], ());
    }
    let mut metres: Vec<f64> = petgraph::algo::kosaraju_scc(&g)
        .iter()
        .map(|c| paved.iter().filter(|&&e| c.contains(&n[net.from[e] as usize])).map(|&e| net.len[e]).sum())
        .collect();
    metres.sort_by(|a, b| b.total_cmp(a));
    metres.len() > 1 && metres[0] > 0.0 && metres[0] - metres[1] < 1e-3
}

/// The definition, as plainly as it can be programmed. Every lattice step of a road is a segment. An edge of the
/// network is a road's stretch between vertices (line ends or positions used twice).
fn brute_force(roads: &Roads, points: &[Coord], rules: &RoadRules) -> Vec<Truth> {
    let key = |c: Coord| ((c.x * 1e6).round() as i64, (c.y * 1e6).round() as i64);
    let mut uses: HashMap<(i64, i64), usize> = HashMap::new();
    for i in 0..roads.len() {
        for (k, &c) in roads.line(i).iter().enumerate() {
            let end = k == 0 || k + 1 == roads.line(i).len();
            *uses.entry(key(c)).or_default() += if end { 2 } else { 1 };
        }
    }
    // Edges as lists of positions with their road.
    let mut edges: Vec<(Vec<Coord>, usize)> = Vec::new();
    for i in 0..roads.len() {
        let mut part = Vec::new();
        for &c in roads.line(i) {
            part.push(c);
            if uses[&key(c)] >= 2 {
                if part.len() > 1 {
                    edges.push((part, i));
                }
                part = vec![c];
            }
        }
    }
    let paved = |e: usize| roads.surface[edges[e].1] == Surface::Paved;
    let per_m = |s: Surface| rules.cost_per_km.of(s) / 1000.0;

    // Main network by a paved graph.
    let mut g: UnGraph<(), ()> = UnGraph::new_undirected();
    let mut at: HashMap<(i64, i64), NodeIndex> = HashMap::new();
    for e in (0..edges.len()).filter(|&e| paved(e)) {
        let ends = [edges[e].0[0], edges[e].0[edges[e].0.len() - 1]];
        let n = ends.map(|c| *at.entry(key(c)).or_insert_with(|| g.add_node(())));
        g.add_edge(n[0], n[1], ());
    }
    let component = |g: &UnGraph<(), ()>, from: NodeIndex| dijkstra(g, from, None, |_| 1);
    let mut main_vertex: Vec<(i64, i64)> = Vec::new();
    let trunk: Vec<usize> = (0..edges.len()).filter(|&e| roads.class[edges[e].1] == RoadClass::Primary).collect();
    let roots: Vec<usize> = if trunk.is_empty() {
        assert!(connected_components(&g) > 0 || at.is_empty());
        // Longest paved component.
        let mut best: Option<(f64, usize)> = None;
        for e in (0..edges.len()).filter(|&e| paved(e)) {
            let inside = component(&g, at[&key(edges[e].0[0])]);
            let m: f64 = (0..edges.len())
                .filter(|&f| paved(f) && inside.contains_key(&at[&key(edges[f].0[0])]))
                .map(|f| edges[f].0.windows(2).map(|w| distance_m(w[0], w[1])).sum::<f64>())
                .sum();
            if best.is_none_or(|b| m > b.0 + 1e-6) {
                best = Some((m, e));
            }
        }
        best.map(|b| b.1).into_iter().collect()
    } else {
        trunk
    };
    for e in roots {
        let inside = component(&g, at[&key(edges[e].0[0])]);
        main_vertex.extend(at.iter().filter(|(_, n)| inside.contains_key(*n)).map(|(k, _)| *k));
    }
    let main = |e: usize| paved(e) && main_vertex.contains(&key(edges[e].0[0]));

    let nearest = |p: Coord, e: usize| {
        edges[e]
            .0
            .windows(2)
            .enumerate()
            .map(|(k, w)| {
                let (t, c, d) = nearest_on_segment(p, w[0], w[1]);
                (d, k, t, c)
            })
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .unwrap()
    };

    // Within is meant to a millimetre.
    let (access_m, max_access_m) = (rules.access_m + TOLERANCE_M, rules.max_access_m + TOLERANCE_M);
    points
        .iter()
        .map(|&p| {
            let hits: Vec<(usize, (f64, usize, f64, Coord))> = (0..edges.len()).map(|e| (e, nearest(p, e))).collect();
            if hits.iter().any(|h| main(h.0) && h.1.0 <= access_m) {
                return Truth::Connected;
            }
            let mut joints: Vec<_> = hits.iter().filter(|h| h.1.0 <= access_m).collect();
            // Beyond reach of any road each joint costs its own way there, as new road.
            let mut per_leg_m = 0.0;
            if joints.is_empty() {
                let Some(best) = hits.iter().min_by(|a, b| a.1.0.total_cmp(&b.1.0)) else { return Truth::NoRoad };
                if best.1.0 > max_access_m {
                    return Truth::NoRoad;
                }
                per_leg_m = rules.cost_per_km.new / 1000.0;
                joints = hits.iter().filter(|h| h.1.0 <= best.1.0 + 1e-3).collect();
            }
            // One graph per village: every edge by its ends, joint edges split, one root for the main network.
            let mut g: UnGraph<(), f64> = UnGraph::new_undirected();
            let (village, root) = (g.add_node(()), g.add_node(()));
            let mut at: HashMap<(i64, i64), NodeIndex> = HashMap::new();
            for (e, (line, road)) in edges.iter().enumerate() {
                let ends = [line[0], line[line.len() - 1]];
                let n = ends.map(|c| *at.entry(key(c)).or_insert_with(|| g.add_node(())));
                if main(e) {
                    g.add_edge(n[0], root, 0.0);
                    g.add_edge(n[1], root, 0.0);
                }
                let c = per_m(roads.surface[*road]);
                let whole: f64 = line.windows(2).map(|w| distance_m(w[0], w[1])).sum();
                g.add_edge(n[0], n[1], whole * c);
                if let Some((_, (d, k, _, at))) = joints.iter().find(|j| j.0 == e) {
                    let before: f64 =
                        line[..=*k].windows(2).map(|w| distance_m(w[0], w[1])).sum::<f64>() + distance_m(line[*k], *at);
                    let j = g.add_node(());
                    g.add_edge(village, j, d * per_leg_m);
                    g.add_edge(j, n[0], before * c);
                    g.add_edge(j, n[1], (whole - before) * c);
                }
            }
            match dijkstra(&g, village, Some(root), |e| *e.weight()).get(&root) {
                Some(d) => Truth::Linked(*d),
                None => {
                    // Pieces that can be joined, pieces that reach; the shortest of all pairs of segments.
                    let from = dijkstra(&g, village, None, |_| 1.0);
                    let to = dijkstra(&g, root, None, |_| 1.0);
                    let here = |e: usize| from.contains_key(&at[&key(edges[e].0[0])]);
                    let there = |e: usize| to.contains_key(&at[&key(edges[e].0[0])]);
                    let mut best = f64::INFINITY;
                    for e in (0..edges.len()).filter(|&e| here(e)) {
                        for f in (0..edges.len()).filter(|&f| there(f)) {
                            for &c in &edges[e].0 {
                                best = best.min(nearest(c, f).0);
                            }
                            for &c in &edges[f].0 {
                                best = best.min(nearest(c, e).0);
                            }
                        }
                    }
                    Truth::CutOff(best.is_finite().then_some(best))
                }
            }
        })
        .collect()
}

fn compare(list: &[Road], points: &[Coord]) -> Result<(), TestCaseError> {
    let rules = RoadRules { access_m: 120.0, max_access_m: 700.0, ..RoadRules::default() };
    let roads = world(list);
    prop_assume!(!longest_is_open(list, &roads));
    let net = node(&roads, Noding::SharedVertices, rules.snap_m);
    let index = EdgeIndex::new(&net);
    let r = reach(&net, &roads, &index, &[], &rules.trunk_classes, rules.access_m);
    let limits = (rules.access_m, rules.max_access_m);
    let stand = standing(&net, &index, &r, points, limits, None);
    let found = last_mile(&net, &roads, &index, &r, (points, &stand), rules.access_m, &rules.cost_per_km);
    let truth = brute_force(&roads, points, &rules);
    for (i, (f, t)) in found.access.iter().zip(&truth).enumerate() {
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1.0);
        let same = match (f, t) {
            (Access::Connected { .. }, Truth::Connected) | (Access::NoRoad { .. }, Truth::NoRoad) => true,
            (Access::Linked { path, .. }, Truth::Linked(c)) => near(path.cost, *c),
            (Access::CutOff { link_m, .. }, Truth::CutOff(m)) => match (link_m, m) {
                (Some(a), Some(b)) => near(*a, *b),
                (None, None) => true,
                _ => false,
            },
            _ => false,
        };
        prop_assert!(same, "point {i}: found {f:?}, expected {t:?}");
        if let Access::Linked { path, .. } | Access::CutOff { path: Some(path), .. } = f {
            let links: f64 = path.links.iter().map(|&l| found.links[l as usize].cost).sum();
            // A link can be shared only in whole, so a path's links add up to its cost.
            prop_assert!(near(links, path.cost), "point {i}: links {links}, path {}", path.cost);
            prop_assert!(path.links.iter().all(|&l| found.links[l as usize].points.contains(&(i as u32))));
        }
    }
    for l in &found.links {
        prop_assert!(l.line.len() >= 2 || l.length_m < 0.1);
        let drawn: f64 = l.line.windows(2).map(|w| distance_m(w[0], w[1])).sum();
        prop_assert!((drawn - l.length_m).abs() < 0.05, "drawn {drawn}, said {}", l.length_m);
    }
    Ok(())
}

/// A paved and a gravel road upon each other, and a village beyond reach whose nearest place on the gravel is less
/// than a millimetre nearer than the corner where the paved one ends.
#[test]
fn a_joint_costs_its_own_way() {
    let gravel = Road { at: vec![(0, 3), (0, 4), (1, 4)], surface: Surface::Gravel, trunk: false };
    let paved = Road { at: vec![(0, 4), (0, 3)], surface: Surface::Paved, trunk: false };
    let village = Coord { x: 120.0 + 0.0026978482797354215 * STEP, y: 41.0 + 4.595050686637091 * STEP };
    compare(&[gravel, paved], &[village]).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn equals_petgraph(
        list in prop::collection::vec(road(), 1..40),
        points in prop::collection::vec((0.0..12.0f64, 0.0..12.0f64), 1..12),
    ) {
        let points: Vec<Coord> = points.iter().map(|p| Coord { x: 120.0 + p.0 * STEP, y: 41.0 + p.1 * STEP }).collect();
        compare(&list, &points)?;
    }

    #[test]
    fn equals_petgraph_with_points_on_the_lattice(
        list in prop::collection::vec(road(), 1..40),
        points in prop::collection::vec((0..SIZE, 0..SIZE), 1..12),
    ) {
        let points: Vec<Coord> = points.iter().map(|p| grid(p.0, p.1)).collect();
        compare(&list, &points)?;
    }
}
