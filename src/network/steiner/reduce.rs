//! Reductions that leave a cheapest tree: they need no bound.
//!
//! 1. Degrees: leaves that are no terminals go, vertices of degree two become one edge, a terminal's only edge is taken,
//!    and so is its cheapest one if that leads to a terminal.
//! 2. Special distances: an edge goes where a way between its ends is no dearer from each terminal on it to the next
//!    (Duin and Volgenant). Once with the nearest terminals of both ends, once by short searches around every vertex.
//! 3. A vertex of degree three or four goes, its edges joined pair by pair, where three or more of its neighbours are joined
//!    at least as cheaply without it.
//! 4. Links: the cheapest edge out of a terminal's region is taken where the next is at least as long as the whole way to
//!    another terminal over the first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::budget::Budget;
use super::core::NONE;
use super::graph::Graph;
use super::units::{Cost, FAR};

/// Edges looked at in a short search.
const SHORT: usize = 120;

/// Reduces until little changes.
pub fn reduce(g: &mut Graph, budget: &mut Budget) {
    let mut scratch = Scratch::new(g.vertices() as usize);
    degrees(g);
    for _ in 0..12 {
        let before = g.living();
        if g.terminals() < 2 || !budget.spend(before as u64) {
            return;
        }
        by_nearest_terminals(g, budget);
        degrees(g);
        around_vertices(g, &mut scratch, budget);
        degrees(g);
        small_vertices(g, &mut scratch, budget);
        degrees(g);
        if before - g.living() <= before / 50 {
            return;
        }
    }
}

/// Step 1, until nothing changes.
pub fn degrees(g: &mut Graph) {
    let mut todo: Vec<u32> = (0..g.vertices()).rev().collect();
    while let Some(v) = todo.pop() {
        if g.terminals() < 2 {
            // The tree is complete.
            for e in 0..g.edge_numbers() {
                g.remove(e);
            }
            return;
        }
        if g.is_terminal(v) {
            let Some((e, w)) = g.around(v).min_by_key(|&(e, w)| (g.cost(e), !g.is_terminal(w), e)) else { continue };
            if g.degree(v) == 1 || g.is_terminal(w) {
                let stays = g.contract(e);
                todo.push(stays);
                todo.extend(g.around(stays).map(|x| x.1));
            }
            continue;
        }
        match g.degree(v) {
            1 => {
                let (e, w) = g.around(v).next().expect("degree one");
                g.remove(e);
                todo.push(w);
            }
            2 => {
                let both: Vec<(u32, u32)> = g.around(v).collect();
                g.remove(both[0].0);
                g.remove(both[1].0);
                g.bridge([both[0].1, both[1].1], both[0].0, both[1].0);
                todo.extend([both[0].1, both[1].1]);
            }
            _ => {}
        }
    }
}

/// Of every vertex the nearest terminals, up to two: distance and terminal.
fn nearest_terminals(g: &Graph) -> Vec<[(Cost, u32); 2]> {
    let mut near = vec![[(FAR, NONE); 2]; g.vertices() as usize];
    let mut heap: BinaryHeap<Reverse<(Cost, u32, u32)>> =
        (0..g.vertices()).filter(|&v| g.is_terminal(v)).map(|v| Reverse((0, v, v))).collect();
    while let Some(Reverse((d, v, t))) = heap.pop() {
        let slots = &mut near[v as usize];
        if slots[0].1 == NONE {
            slots[0] = (d, t);
        } else if slots[0].1 != t && slots[1].1 == NONE {
            slots[1] = (d, t);
        } else {
            continue;
        }
        // Ways end at terminals: what lies behind is nearer to them.
        if g.is_terminal(v) && v != t {
            continue;
        }
        for (e, w) in g.around(v) {
            let slots = &near[w as usize];
            if slots[1].1 == NONE && slots[0].1 != t {
                heap.push(Reverse((d + g.cost(e), w, t)));
            }
        }
    }
    near
}

/// The dearest edge between two terminals in the minimum spanning tree of their distances.
struct Bottlenecks {
    up: Vec<u32>,
    cost: Vec<Cost>,
    depth: Vec<u32>,
}

impl Bottlenecks {
    fn new(g: &Graph, near: &[[(Cost, u32); 2]]) -> Self {
        let n = g.vertices() as usize;
        let mut ways: Vec<(Cost, u32, u32)> = Vec::new();
        for e in (0..g.edge_numbers()).filter(|&e| g.alive(e)) {
            let [(da, ta), (db, tb)] = g.ends(e).map(|v| near[v as usize][0]);
            if ta != tb && ta != NONE && tb != NONE {
                ways.push((da + g.cost(e) + db, ta, tb));
            }
        }
        ways.sort_unstable();
        // Union by size without shortcuts: the ways up stay short, and the cost on them grows.
        let mut b = Self { up: (0..n as u32).collect(), cost: vec![0; n], depth: vec![0; n] };
        let mut size = vec![1u32; n];
        for (way, x, y) in ways {
            let (x, y) = (b.top(x), b.top(y));
            if x != y {
                let (low, high) = if size[x as usize] <= size[y as usize] { (x, y) } else { (y, x) };
                b.up[low as usize] = high;
                b.cost[low as usize] = way;
                size[high as usize] += size[low as usize];
            }
        }
        for v in 0..n as u32 {
            let mut at = v;
            while b.up[at as usize] != at {
                at = b.up[at as usize];
                b.depth[v as usize] += 1;
            }
        }
        b
    }

    fn top(&self, mut v: u32) -> u32 {
        while self.up[v as usize] != v {
            v = self.up[v as usize];
        }
        v
    }

    fn between(&self, mut a: u32, mut b: u32) -> Cost {
        let mut most = 0;
        while a != b {
            if self.depth[a as usize] < self.depth[b as usize] {
                std::mem::swap(&mut a, &mut b);
            }
            if self.up[a as usize] == a {
                return FAR;
            }
            most = most.max(self.cost[a as usize]);
            a = self.up[a as usize];
        }
        most
    }
}

/// Step 2 with the nearest terminals, and step 4.
fn by_nearest_terminals(g: &mut Graph, budget: &mut Budget) {
    let near = nearest_terminals(g);
    let bottlenecks = Bottlenecks::new(g, &near);
    budget.spend(6 * g.living() as u64 + u64::from(g.vertices()));
    // Strictly cheaper ways: no cheapest tree has such an edge, so all can go at once.
    for e in (0..g.edge_numbers()).filter(|&e| g.alive(e)).collect::<Vec<_>>() {
        let c = g.cost(e);
        let [a, b] = g.ends(e).map(|v| near[v as usize]);
        let cheaper = a
            .iter()
            .filter(|x| x.0 < c)
            .any(|&(_, ta)| b.iter().filter(|y| y.0 < c).any(|&(_, tb)| ta == tb || bottlenecks.between(ta, tb) < c));
        if cheaper {
            g.remove(e);
        }
    }
    links(g, &near);
}

/// Step 4. The argument for a region needs only that it holds one terminal and that the edges out of it are as they were;
/// so after an edge is taken, neither of the two regions it joins is looked at again.
fn links(g: &mut Graph, near: &[[(Cost, u32); 2]]) {
    let n = g.vertices() as usize;
    let mut out: Vec<[(Cost, u32); 2]> = vec![[(FAR, NONE); 2]; n];
    for e in (0..g.edge_numbers()).filter(|&e| g.alive(e)) {
        let [a, b] = g.ends(e).map(|v| near[v as usize][0].1);
        if a == b || a == NONE || b == NONE {
            continue;
        }
        for t in [a, b] {
            let slots = &mut out[t as usize];
            if (g.cost(e), e) < slots[0] {
                *slots = [(g.cost(e), e), slots[0]];
            } else if (g.cost(e), e) < slots[1] {
                slots[1] = (g.cost(e), e);
            }
        }
    }
    let mut touched = vec![false; n];
    for t in 0..n {
        let [(c, e), (second, _)] = out[t];
        if e == NONE || touched[t] || !g.alive(e) {
            continue;
        }
        let [x, y] = g.ends(e).map(|v| near[v as usize][0]);
        if x.1 as usize != t && y.1 as usize != t {
            continue;
        }
        if !touched[x.1 as usize] && !touched[y.1 as usize] && second >= x.0 + c + y.0 {
            touched[x.1 as usize] = true;
            touched[y.1 as usize] = true;
            // The tree must come here, even where neither end is a terminal.
            let stays = g.contract(e);
            g.make_terminal(stays);
        }
    }
}

/// Room for short searches.
struct Scratch {
    /// The dearest way between terminals so far, and the way since the last terminal.
    label: Vec<(Cost, Cost)>,
    /// The neighbour the way began with.
    branch: Vec<u32>,
    seen: Vec<u32>,
    direct: Vec<u32>,
    stamp: u32,
    heap: BinaryHeap<Reverse<(Cost, Cost, u32)>>,
}

impl Scratch {
    fn new(n: usize) -> Self {
        Self {
            label: vec![(FAR, FAR); n],
            branch: vec![NONE; n],
            seen: vec![0; n],
            direct: vec![NONE; n],
            stamp: 0,
            heap: BinaryHeap::new(),
        }
    }

    fn offer(&mut self, v: u32, most: Cost, since: Cost, branch: u32) {
        let key = most.max(since);
        let old = self.label[v as usize];
        if self.seen[v as usize] != self.stamp || (key, since) < (old.0.max(old.1), old.1) {
            self.seen[v as usize] = self.stamp;
            self.label[v as usize] = (most, since);
            self.branch[v as usize] = branch;
            self.heap.push(Reverse((key, since, v)));
        }
    }

    /// The next vertex of the search, its label as it goes on from there.
    fn next(&mut self, g: &Graph) -> Option<(u32, Cost, Cost)> {
        while let Some(Reverse((key, since, v))) = self.heap.pop() {
            let (most, now) = self.label[v as usize];
            if (most.max(now), now) == (key, since) {
                return Some(if g.is_terminal(v) { (v, key, 0) } else { (v, most, since) });
            }
        }
        None
    }
}

/// Step 2 by short searches: from a vertex, edges to neighbours that can be reached otherwise.
fn around_vertices(g: &mut Graph, s: &mut Scratch, budget: &mut Budget) {
    for u in 0..g.vertices() {
        if g.degree(u) < 2 {
            continue;
        }
        s.stamp += 1;
        s.heap.clear();
        s.seen[u as usize] = s.stamp;
        s.label[u as usize] = (0, 0);
        let star: Vec<(u32, u32)> = g.around(u).collect();
        let limit = star.iter().map(|x| g.cost(x.0)).max().unwrap_or(0);
        for &(e, w) in &star {
            s.direct[w as usize] = e;
            s.offer(w, 0, g.cost(e), w);
        }
        let mut gone: Vec<u32> = Vec::new();
        let mut steps = 0;
        'search: while let Some((v, most, since)) = s.next(g) {
            if most.max(since) > limit {
                break;
            }
            let branch = s.branch[v as usize];
            if gone.contains(&branch) {
                // The way began with an edge that is no more.
                continue;
            }
            for (e, w) in g.around(v) {
                steps += 1;
                if w == u {
                    continue;
                }
                let next = since + g.cost(e);
                if most.max(next) > limit {
                    continue;
                }
                let d = s.direct[w as usize];
                if d != NONE && branch != w && most.max(next) <= g.cost(d) && !gone.contains(&w) {
                    gone.push(w);
                }
                s.offer(w, most, next, branch);
                if steps > SHORT.max(2 * star.len()) {
                    break 'search;
                }
            }
        }
        for &(e, w) in &star {
            s.direct[w as usize] = NONE;
            if gone.contains(&w) {
                g.remove(e);
            }
        }
        if !budget.spend(steps as u64 + 2 * star.len() as u64) {
            return;
        }
    }
}

/// Step 3.
fn small_vertices(g: &mut Graph, s: &mut Scratch, budget: &mut Budget) {
    for v in 0..g.vertices() {
        let k = g.degree(v);
        if g.is_terminal(v) || !(3..=4).contains(&k) {
            continue;
        }
        let star: Vec<(u32, u32)> = g.around(v).collect();
        let cost: Vec<Cost> = star.iter().map(|x| g.cost(x.0)).collect();
        let mut special = [[FAR; 4]; 4];
        let mut steps = 0;
        for i in 0..k - 1 {
            let far = (i + 1..k).map(|j| cost[i] + cost[j]).max().unwrap_or(0);
            steps += special_from(g, s, v, star[i].1, far);
            for j in i + 1..k {
                let w = star[j].1 as usize;
                if s.seen[w] == s.stamp {
                    let (most, since) = s.label[w];
                    special[i][j] = most.max(since);
                    special[j][i] = special[i][j];
                }
            }
        }
        let needless = (0u32..1 << k).filter(|set| set.count_ones() >= 3).all(|set| {
            let members: Vec<usize> = (0..k).filter(|i| set & 1 << i != 0).collect();
            let star: Cost = members.iter().map(|&i| cost[i]).sum();
            spanning(&members, &special) <= star
        });
        if needless {
            for (e, _) in &star {
                g.remove(*e);
            }
            for i in 0..k {
                for j in i + 1..k {
                    if special[i][j] > cost[i] + cost[j] {
                        g.bridge([star[i].1, star[j].1], star[i].0, star[j].0);
                    }
                }
            }
        }
        if !budget.spend(steps) {
            return;
        }
    }
}

/// Special distances from `from` without `without`, up to `limit`, in a short search; returns the steps.
fn special_from(g: &Graph, s: &mut Scratch, without: u32, from: u32, limit: Cost) -> u64 {
    s.stamp += 1;
    s.heap.clear();
    s.offer(from, 0, 0, NONE);
    let mut steps = 0;
    while let Some((v, most, since)) = s.next(g) {
        for (e, w) in g.around(v) {
            steps += 1;
            let next = since + g.cost(e);
            if w != without && most.max(next) <= limit {
                s.offer(w, most, next, NONE);
            }
        }
        if steps > SHORT {
            break;
        }
    }
    steps as u64
}

/// Cost of the minimum spanning tree of some members.
fn spanning(members: &[usize], cost: &[[Cost; 4]; 4]) -> Cost {
    let mut inside = vec![members[0]];
    let mut left: Vec<usize> = members[1..].to_vec();
    let mut sum = 0;
    while !left.is_empty() {
        let ways = left.iter().enumerate().flat_map(|(at, &b)| inside.iter().map(move |&a| (cost[a][b], at)));
        let Some((way, at)) = ways.min() else { break };
        sum += way.min(FAR / 8);
        inside.push(left.swap_remove(at));
    }
    sum
}
