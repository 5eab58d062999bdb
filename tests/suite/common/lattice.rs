//! Small regions whose best plans can be found by trying everything.

use std::fs;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

/// Streets of a lattice of 1.5 km; the row y = 0 is a paved main road, all else is earth or gravel, some missing.
/// Villages stand on crossings.
pub struct Small {
    pub dir: tempfile::TempDir,
    /// (a, b, cost) between crossings; 0 is the main road.
    pub edges: Vec<(usize, usize, f64)>,
    pub nodes: usize,
    /// (crossing, people).
    pub villages: Vec<(usize, f64)>,
}

/// With `fibre` villages want fibre instead: every road costs the same and there is an access node at each end of the main
/// road.
pub fn small(seed: u64, fibre: bool) -> Small {
    const W: usize = 5;
    const H: usize = 4;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let at = |x: usize, y: usize| [120.0 + 0.0179 * x as f64, 41.0 + 0.0135 * y as f64];
    let node = |x: usize, y: usize| match (x, y, fibre) {
        (0, 0, true) => 0,
        (x, 0, true) if x + 1 == W => 0,
        (x, 0, true) => W * (H - 1) + x,
        (_, 0, false) => 0,
        _ => 1 + (y - 1) * W + x,
    };
    let (mut roads, mut edges) = (Vec::new(), Vec::new());
    let main: Vec<[f64; 2]> = (0..W).map(|x| at(x, 0)).collect();
    roads.push(json!({"type": "Feature", "properties": {"id": "main", "class": "primary", "surface": "paved"},
        "geometry": {"type": "LineString", "coordinates": main}}));
    if fibre {
        for x in 1..W {
            let m = cuntong::world::metric::distance_m(at(x - 1, 0).into(), at(x, 0).into());
            edges.push((node(x - 1, 0), node(x, 0), m * 60.0));
        }
    }
    for y in 0..H {
        for x in 0..W {
            for (a, b) in [(x + 1, y), (x, y + 1)] {
                if a >= W || b >= H || b == 0 || !rng.random_bool(0.85) {
                    continue;
                }
                let surface = if rng.random_bool(0.4) { "gravel" } else { "earth" };
                let (p, q) = (at(x, y), at(a, b));
                let m = cuntong::world::metric::distance_m(p.into(), q.into());
                let rate = match surface {
                    _ if fibre => 60.0,
                    "gravel" => 350.0,
                    _ => 500.0,
                };
                edges.push((node(x, y), node(a, b), m * rate));
                roads.push(json!({"type": "Feature",
                    "properties": {"id": format!("r{}", edges.len()), "class": "unclassified", "surface": surface},
                    "geometry": {"type": "LineString", "coordinates": [p, q]}}));
            }
        }
    }
    // Only crossings from which the main road can be reached.
    let nodes = 1 + W * (H - 1) + if fibre { W - 2 } else { 0 };
    let mut reached = vec![false; nodes];
    reached[0] = true;
    for _ in 0..nodes {
        for &(a, b, _) in &edges {
            if reached[a] || reached[b] {
                (reached[a], reached[b]) = (true, true);
            }
        }
    }
    let mut free: Vec<(usize, usize)> =
        (1..H).flat_map(|y| (0..W).map(move |x| (x, y))).filter(|&(x, y)| reached[node(x, y)]).collect();
    let mut villages = Vec::new();
    let mut features = Vec::new();
    for k in 0..7.min(free.len()) {
        let (x, y) = free.swap_remove(rng.random_range(0..free.len()));
        let people = f64::from(rng.random_range(20u32..900));
        villages.push((node(x, y), people));
        features.push(
            json!({"type": "Feature", "properties": {"id": format!("v{k}"), "population": people, "broadband": "no"},
            "geometry": {"type": "Point", "coordinates": at(x, y)}}),
        );
    }
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, features: Vec<Value>| {
        let text = json!({"type": "FeatureCollection", "features": features}).to_string();
        fs::write(dir.path().join(name), text).unwrap();
    };
    write("roads.geojson", roads);
    write("villages.geojson", features);
    let node_at = |p| json!({"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": p}});
    write("nodes.geojson", vec![node_at(at(0, 0)), node_at(at(W - 1, 0))]);
    let mut atlas = String::from(
        "id = \"small\"\n[[layers.villages]]\npath = \"villages.geojson\"\n\
                 fields = { id = \"id\", population = \"population\" }\n[[layers.roads]]\npath = \"roads.geojson\"\n\
                 fields = { id = \"id\", class = \"class\", surface = \"surface\" }\n",
    );
    if fibre {
        let field = "population = \"population\", broadband = \"broadband\"";
        atlas = atlas.replace("population = \"population\"", field);
        atlas += "[[layers.broadband_nodes]]\npath = \"nodes.geojson\"\n";
    }
    fs::write(dir.path().join("atlas.toml"), atlas).unwrap();
    Small { dir, edges, nodes, villages }
}

/// Least cost of joining every subset of the villages to the main road (Dreyfus and Wagner, 1971).
pub fn all_sets(s: &Small) -> Vec<f64> {
    let (k, n) = (s.villages.len(), s.nodes);
    let mut near = vec![vec![f64::INFINITY; n]; n];
    for (v, row) in near.iter_mut().enumerate() {
        row[v] = 0.0;
    }
    for &(a, b, c) in &s.edges {
        near[a][b] = near[a][b].min(c);
        near[b][a] = near[a][b];
    }
    for m in 0..n {
        for a in 0..n {
            for b in 0..n {
                near[a][b] = near[a][b].min(near[a][m] + near[m][b]);
            }
        }
    }
    let mut best = vec![vec![f64::INFINITY; n]; 1 << k];
    best[0] = vec![0.0; n];
    for set in 1usize..1 << k {
        let mut here = vec![f64::INFINITY; n];
        if set.count_ones() == 1 {
            here[s.villages[set.trailing_zeros() as usize].0] = 0.0;
        }
        let mut part = (set - 1) & set;
        while part > 0 {
            for (v, cost) in here.iter_mut().enumerate() {
                *cost = cost.min(best[part][v] + best[set ^ part][v]);
            }
            part = (part - 1) & set;
        }
        best[set] = (0..n).map(|v| (0..n).map(|u| here[u] + near[u][v]).fold(f64::INFINITY, f64::min)).collect();
    }
    best.into_iter().map(|b| b[0]).collect()
}
