//! Local search by key paths and key vertices.
//!
//! Crucial vertices are the terminals and the vertices of the tree where three or more edges meet (the latter are the key
//! vertices); the ways between them are key paths. Taking a key path out leaves two pieces, taking a key vertex and its
//! paths out leaves several; they are joined again as cheaply as the graph allows. All these moves are tried in one pass:
//!
//! 1. Every vertex of the graph belongs to the nearest tree vertex, its base. Edges between two regions are the
//!    candidates, each standing for the way from base to base.
//! 2. The tree is walked from the leaves up. A heap for every subtree holds the candidates with a base inside; the
//!    cheapest that leaves the subtree is its way out. Candidates between two subtrees of a key vertex are found by their
//!    lowest common ancestor.
//! 3. The regions of vertices taken out are shared anew among the bases that stay, which gives more candidates.
//!
//! Moves that do not disturb each other are made together. Taking such moves from one search of the graph follows Uchoa and
//! Werneck, "Fast local search for the Steiner problem in graphs" (2012).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::budget::Budget;
use super::core::{Core, NONE};
use super::tree::{Pruner, Tree};
use super::units::{Cost, FAR};

/// Trees made to find out which moves go together, in one pass.
const TRIALS: usize = 60;

type Heap = BinaryHeap<Reverse<(Cost, u32)>>;

/// A way to make the tree cheaper.
#[derive(Debug, Clone)]
struct Move {
    gain: Cost,
    /// Vertices taken out of the tree, and its edges taken out.
    out: Vec<u32>,
    edges_out: Vec<u32>,
    edges_in: Vec<u32>,
    /// Vertices that must stay for the new edges to join the pieces.
    bases: Vec<u32>,
}

/// Room for [`Keys::improve`], kept between calls.
#[derive(Debug, Default)]
pub struct Keys {
    // The tree, in an order in which every subtree is one stretch.
    order: Vec<u32>,
    place: Vec<u32>,
    size: Vec<u32>,
    parent: Vec<u32>,
    parent_edge: Vec<u32>,
    head: Vec<u32>,
    first: Vec<u32>,
    // Regions.
    base: Vec<u32>,
    far: Vec<Cost>,
    by: Vec<u32>,
    region_start: Vec<u32>,
    region: Vec<u32>,
    own_start: Vec<u32>,
    own: Vec<u32>,
    // Regions shared anew.
    stamp: u32,
    out: Vec<u32>,
    dirty: Vec<u32>,
    base_anew: Vec<u32>,
    far_anew: Vec<Cost>,
    by_anew: Vec<u32>,
    heap: Heap,
    /// No move takes out edges of this cost or more; dearer ways are of no use.
    limit: Cost,
    touched: Vec<u8>,
    steps: u64,
}

impl Keys {
    pub fn new(nodes: usize) -> Self {
        let none = || vec![NONE; nodes];
        Self {
            place: none(),
            size: vec![0; nodes],
            parent: none(),
            parent_edge: none(),
            head: none(),
            first: none(),
            base: none(),
            far: vec![FAR; nodes],
            by: none(),
            out: vec![0; nodes],
            dirty: vec![0; nodes],
            base_anew: none(),
            far_anew: vec![FAR; nodes],
            by_anew: none(),
            touched: vec![0; nodes],
            ..Self::default()
        }
    }

    /// One pass; true where the tree got cheaper.
    pub fn improve(
        &mut self,
        core: &Core,
        cost: &[Cost],
        tree: &mut Tree,
        pruner: &mut Pruner,
        budget: &mut Budget,
    ) -> bool {
        if core.terminals.len() < 2 || tree.edges.is_empty() {
            return false;
        }
        self.steps = 0;
        self.plant(core, &tree.edges, core.terminals[0]);
        self.limit = self.dearest_move(core, cost);
        self.share(core, cost);
        let mut moves = self.moves(core, cost, budget);
        moves.sort_by(|a, b| b.gain.cmp(&a.gain).then_with(|| a.edges_out.cmp(&b.edges_out)));
        let better = self.make(core, cost, tree, pruner, &moves);
        budget.spend(self.steps + core.nodes() as u64);
        better
    }

    fn make(&mut self, core: &Core, cost: &[Cost], tree: &mut Tree, pruner: &mut Pruner, moves: &[Move]) -> bool {
        // Of moves that disturb each other the better one is kept.
        const OUT: u8 = 1;
        const BASE: u8 = 2;
        let mut kept: Vec<&Move> = Vec::new();
        for m in moves {
            let free = m.out.iter().all(|&v| self.touched[v as usize] == 0)
                && m.bases.iter().all(|&v| self.touched[v as usize] != OUT);
            if free {
                m.out.iter().for_each(|&v| self.touched[v as usize] = OUT);
                m.bases.iter().for_each(|&v| self.touched[v as usize] = BASE);
                kept.push(m);
            }
        }
        for m in &kept {
            m.out.iter().chain(&m.bases).for_each(|&v| self.touched[v as usize] = 0);
        }
        // Together they may still leave a gap; then each half is tried for itself, the better one first.
        let before = tree.cost;
        let mut stack: Vec<(usize, usize)> = vec![(0, kept.len())];
        let mut trials = TRIALS;
        while let Some((from, to)) = stack.pop().filter(|_| trials > 0) {
            trials -= 1;
            let some = &kept[from..to];
            self.steps += 2 * tree.edges.len() as u64;
            let mut gone: Vec<u32> = some.iter().flat_map(|m| m.edges_out.iter().copied()).collect();
            gone.sort_unstable();
            let mut edges: Vec<u32> = tree.edges.iter().copied().filter(|e| gone.binary_search(e).is_err()).collect();
            edges.extend(some.iter().flat_map(|m| m.edges_in.iter().copied()));
            match pruner.tidy(core, cost, &edges) {
                Some(better) if better.cost < tree.cost => *tree = better,
                _ if to - from > 1 => {
                    let middle = from.midpoint(to);
                    stack.push((middle, to));
                    stack.push((from, middle));
                }
                _ => {}
            }
        }
        tree.cost < before
    }

    fn plant(&mut self, core: &Core, edges: &[u32], root: u32) {
        self.place.fill(NONE);
        self.first.fill(NONE);
        let mut next = vec![[NONE; 2]; edges.len()];
        for (i, &e) in (0u32..).zip(edges) {
            for (side, v) in core.ends[e as usize].into_iter().enumerate() {
                next[i as usize][side] = self.first[v as usize];
                self.first[v as usize] = i;
            }
        }
        self.order.clear();
        self.parent[root as usize] = root;
        self.parent_edge[root as usize] = NONE;
        let mut stack = vec![root];
        while let Some(v) = stack.pop() {
            self.place[v as usize] = self.order.len() as u32;
            self.order.push(v);
            self.size[v as usize] = 1;
            let mut i = self.first[v as usize];
            while i != NONE {
                let e = edges[i as usize];
                if e != self.parent_edge[v as usize] {
                    let w = core.other(e, v);
                    self.parent[w as usize] = v;
                    self.parent_edge[w as usize] = e;
                    stack.push(w);
                }
                i = next[i as usize][usize::from(core.ends[e as usize][1] == v)];
            }
        }
        for &v in self.order[1..].iter().rev() {
            self.size[self.parent[v as usize] as usize] += self.size[v as usize];
        }
        // Heavy paths, for common ancestors: the head of the path a vertex is on.
        self.first.fill(NONE);
        for &v in &self.order[1..] {
            let up = self.parent[v as usize] as usize;
            let heavy = self.first[up];
            if heavy == NONE || self.size[v as usize] > self.size[heavy as usize] {
                self.first[up] = v;
            }
        }
        for &v in &self.order {
            let up = self.parent[v as usize];
            self.head[v as usize] = if up != v && self.first[up as usize] == v { self.head[up as usize] } else { v };
        }
        self.steps += 4 * edges.len() as u64;
    }

    /// One more than the most any move takes out: the paths at a key vertex, or one path.
    fn dearest_move(&mut self, core: &Core, cost: &[Cost]) -> Cost {
        let mut at: Vec<Cost> = vec![0; core.nodes()];
        let mut most = 0;
        // What hangs below a vertex by one path so far.
        for &v in self.order[1..].iter().rev() {
            let i = v as usize;
            let crucial = core.is_terminal[i] || self.children(v).nth(1).is_some();
            let path = if crucial { 0 } else { at[i] } + cost[self.parent_edge[i] as usize];
            let up = self.parent[i];
            let branches = self.children(up).nth(1).is_some();
            if core.is_terminal[up as usize] || branches {
                most = most.max(path);
                at[up as usize] += path;
                // The whole path once its lower end is known: it counts there too.
                let mut low = v;
                while !core.is_terminal[low as usize] && self.children(low).nth(1).is_none() {
                    low = self.order[self.place[low as usize] as usize + 1];
                }
                if !core.is_terminal[low as usize] {
                    most = most.max(at[low as usize] + path);
                }
            } else {
                at[up as usize] = path;
            }
        }
        most + 1
    }

    fn within(&self, v: u32, top: u32) -> bool {
        let (p, t) = (self.place[v as usize], self.place[top as usize]);
        p >= t && p - t < self.size[top as usize]
    }

    fn ancestor(&self, mut a: u32, mut b: u32) -> u32 {
        while self.head[a as usize] != self.head[b as usize] {
            let (ha, hb) = (self.head[a as usize], self.head[b as usize]);
            if self.place[ha as usize] > self.place[hb as usize] {
                a = self.parent[ha as usize];
            } else {
                b = self.parent[hb as usize];
            }
        }
        if self.place[a as usize] < self.place[b as usize] { a } else { b }
    }

    /// Gives every vertex to its nearest tree vertex, and lists regions and candidates by base.
    fn share(&mut self, core: &Core, cost: &[Cost]) {
        let n = core.nodes();
        self.far.fill(FAR);
        self.base.fill(NONE);
        self.heap.clear();
        for &v in &self.order {
            self.far[v as usize] = 0;
            self.base[v as usize] = v;
            self.by[v as usize] = NONE;
            self.heap.push(Reverse((0, v)));
        }
        while let Some(Reverse((d, v))) = self.heap.pop() {
            if d > self.far[v as usize] {
                continue;
            }
            self.steps += core.degree(v) as u64;
            for a in core.around(v) {
                let next = d + cost[a.edge as usize];
                if next < self.far[a.to as usize] && next < self.limit {
                    self.far[a.to as usize] = next;
                    self.base[a.to as usize] = self.base[v as usize];
                    self.by[a.to as usize] = a.edge;
                    self.heap.push(Reverse((next, a.to)));
                }
            }
        }
        fill_lists(n, &mut self.region_start, &mut self.region, |put| {
            for v in 0..n {
                if self.base[v] != NONE {
                    put(self.base[v], v as u32);
                }
            }
        });
        let (mut start, mut own) = (std::mem::take(&mut self.own_start), std::mem::take(&mut self.own));
        fill_lists(n, &mut start, &mut own, |put| {
            for e in 0..core.edges() as u32 {
                if let Some([a, b]) = self.candidate(core, cost, e) {
                    put(a, e);
                    put(b, e);
                }
            }
        });
        (self.own_start, self.own) = (start, own);
        self.steps += core.edges() as u64;
    }

    /// The bases an edge joins, where that may be of use.
    fn candidate(&self, core: &Core, cost: &[Cost], e: u32) -> Option<[u32; 2]> {
        let [a, b] = core.ends[e as usize].map(|v| self.base[v as usize]);
        (a != b && a != NONE && b != NONE && self.way(core, cost, e) < self.limit).then_some([a, b])
    }

    fn way(&self, core: &Core, cost: &[Cost], e: u32) -> Cost {
        let [a, b] = core.ends[e as usize];
        self.far[a as usize] + cost[e as usize] + self.far[b as usize]
    }

    fn moves(&mut self, core: &Core, cost: &[Cost], budget: &mut Budget) -> Vec<Move> {
        let n = core.nodes();
        // Candidates by the lowest common ancestor of their bases, where that is a key vertex.
        let key = |k: &Self, v: u32| !core.is_terminal[v as usize] && k.children(v).nth(1).is_some();
        let (mut level_start, mut level) = (Vec::new(), Vec::new());
        let keys: Vec<bool> = (0..n as u32).map(|v| self.place[v as usize] != NONE && key(self, v)).collect();
        fill_lists(n, &mut level_start, &mut level, |put| {
            for e in 0..core.edges() as u32 {
                if let Some([a, b]) = self.candidate(core, cost, e) {
                    let top = self.ancestor(a, b);
                    if keys[top as usize] && top != a && top != b {
                        put(top, e);
                    }
                }
            }
        });
        self.steps += 2 * core.edges() as u64;
        let mut found = Vec::new();
        // Heaps by the lowest crucial vertex of a path; `low` leads there from every vertex of the path.
        let mut heaps: Vec<Heap> = Vec::new();
        let mut heap_of = vec![NONE; n];
        let mut low = vec![NONE; n];
        for at in (1..self.order.len()).rev() {
            let v = self.order[at];
            let children: Vec<u32> = self.children(v).collect();
            if children.len() == 1 && !core.is_terminal[v as usize] {
                low[v as usize] = low[children[0] as usize];
                continue;
            }
            low[v as usize] = v;
            if !budget.spend(std::mem::take(&mut self.steps)) {
                break;
            }
            // The path up to the next crucial vertex.
            let mut up = vec![];
            let mut top = v;
            let mut path = vec![self.parent_edge[v as usize]];
            loop {
                let p = self.parent[top as usize];
                let more = self.children(p).nth(1).is_some();
                if core.is_terminal[p as usize] || more {
                    break;
                }
                up.push(p);
                path.push(self.parent_edge[p as usize]);
                top = p;
            }
            let above = self.parent[top as usize];
            self.steps += up.len() as u64 + children.len() as u64;
            let mut better = false;
            if keys[v as usize] {
                let mut out = up.clone();
                let mut edges_out = path.clone();
                out.push(v);
                let mut pieces: Vec<u32> = Vec::with_capacity(children.len());
                for &c in &children {
                    let mut w = c;
                    edges_out.push(self.parent_edge[w as usize]);
                    while w != low[c as usize] {
                        out.push(w);
                        w = self.order[self.place[w as usize] as usize + 1];
                        edges_out.push(self.parent_edge[w as usize]);
                    }
                    pieces.push(w);
                }
                let mut ways: Vec<(Cost, u32)> = Vec::new();
                for &p in &pieces {
                    let heap = &mut heaps[heap_of[p as usize] as usize];
                    ways.extend(Self::leaving(&self.base, &self.place, self.size[top as usize], top, core, heap));
                }
                let between = level_start[v as usize] as usize..level_start[v as usize + 1] as usize;
                self.steps += between.len() as u64;
                ways.extend(level[between].iter().map(|&e| (self.way(core, cost, e), e)));
                pieces.push(above);
                if let Some(m) = self.rejoin(core, cost, top, &pieces, out, edges_out, ways) {
                    better = true;
                    found.push(m);
                }
            }
            // All of the subtree in one heap, the largest taking in the others.
            let mut whole = NONE;
            for &c in &children {
                let h = heap_of[low[c as usize] as usize];
                if whole == NONE || heaps[h as usize].len() > heaps[whole as usize].len() {
                    whole = h;
                }
            }
            if whole == NONE {
                whole = heaps.len() as u32;
                heaps.push(Heap::new());
            }
            for &c in &children {
                let h = heap_of[low[c as usize] as usize];
                if h != whole {
                    let mut small = std::mem::take(&mut heaps[h as usize]);
                    self.steps += 4 * small.len() as u64;
                    heaps[whole as usize].append(&mut small);
                }
            }
            heap_of[v as usize] = whole;
            let mut add = |keys: &mut Self, w: u32| {
                let list = keys.own_start[w as usize] as usize..keys.own_start[w as usize + 1] as usize;
                keys.steps += 2 * list.len() as u64;
                for i in list {
                    let e = keys.own[i];
                    heaps[whole as usize].push(Reverse((keys.way(core, cost, e), e)));
                }
            };
            add(self, v);
            for &c in &children {
                let mut w = c;
                while w != low[c as usize] {
                    add(self, w);
                    w = self.order[self.place[w as usize] as usize + 1];
                }
            }
            let heap = &mut heaps[whole as usize];
            let way = Self::leaving(&self.base, &self.place, self.size[top as usize], top, core, heap);
            if !better {
                let ways: Vec<(Cost, u32)> = way.into_iter().collect();
                if let Some(m) = self.rejoin(core, cost, top, &[v, above], up, path, ways) {
                    found.push(m);
                }
            }
        }
        found
    }

    /// The cheapest candidate with exactly one base in the subtree of `top`; those with both inside are of no use to any
    /// later subtree and go for good.
    fn leaving(base: &[u32], place: &[u32], size: u32, top: u32, core: &Core, heap: &mut Heap) -> Option<(Cost, u32)> {
        let t = place[top as usize];
        let inside = |v: u32| {
            let p = place[base[v as usize] as usize];
            p >= t && p - t < size
        };
        while let Some(&Reverse((way, e))) = heap.peek() {
            let [a, b] = core.ends[e as usize];
            if !(inside(a) && inside(b)) {
                return Some((way, e));
            }
            heap.pop();
        }
        None
    }

    /// Children of a tree vertex.
    fn children(&self, v: u32) -> impl Iterator<Item = u32> + '_ {
        let from = self.place[v as usize] as usize;
        let end = from + self.size[v as usize] as usize;
        let mut at = from + 1;
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let c = self.order[at];
                at += self.size[c as usize] as usize;
                c
            })
        })
    }

    /// Joins the pieces, all but the last given by their topmost vertex and the last being all outside of `top`, once
    /// `out` and `edges_out` are taken out; `None` where that is not cheaper.
    #[allow(clippy::too_many_arguments)]
    fn rejoin(
        &mut self,
        core: &Core,
        cost: &[Cost],
        top: u32,
        pieces: &[u32],
        out: Vec<u32>,
        edges_out: Vec<u32>,
        mut ways: Vec<(Cost, u32)>,
    ) -> Option<Move> {
        let saved: Cost = edges_out.iter().map(|&e| cost[e as usize]).sum();
        self.stamp += 1;
        for &v in &out {
            self.out[v as usize] = self.stamp;
        }
        self.share_anew(core, cost, &out, saved, &mut ways);
        ways.sort_unstable();
        self.steps += 2 * ways.len() as u64;
        let last = pieces.len() as u32 - 1;
        let mut join: Vec<u32> = (0..=last).collect();
        fn find(join: &mut [u32], mut i: u32) -> u32 {
            while join[i as usize] != i {
                join[i as usize] = join[join[i as usize] as usize];
                i = join[i as usize];
            }
            i
        }
        let mut left = last;
        let mut spent = 0;
        let mut chosen = Vec::new();
        for &(way, e) in &ways {
            if left == 0 || spent + way >= saved {
                break;
            }
            let piece = |b: u32| {
                if !self.within(b, top) {
                    return last;
                }
                // Pieces stand in the order of their places.
                let p = self.place[b as usize];
                pieces[..last as usize].partition_point(|&t| self.place[t as usize] <= p) as u32 - 1
            };
            let ends = core.ends[e as usize].map(|v| self.base_now(v));
            if ends.iter().any(|&b| b == NONE || self.out[b as usize] == self.stamp) {
                continue;
            }
            let (a, b) = (find(&mut join, piece(ends[0])), find(&mut join, piece(ends[1])));
            if a != b {
                join[a as usize] = b;
                left -= 1;
                spent += way;
                chosen.push(e);
            }
        }
        if left > 0 || spent >= saved {
            return None;
        }
        let mut edges_in = Vec::new();
        let mut bases = pieces.to_vec();
        for &e in &chosen {
            edges_in.push(e);
            for v in core.ends[e as usize] {
                bases.push(self.base_now(v));
                let mut at = v;
                loop {
                    let anew = self.dirty[at as usize] == self.stamp;
                    let by = if anew { self.by_anew[at as usize] } else { self.by[at as usize] };
                    if by == NONE {
                        break;
                    }
                    edges_in.push(by);
                    at = core.other(by, at);
                }
            }
        }
        Some(Move { gain: saved - spent, out, edges_out, edges_in, bases })
    }

    /// The base of a vertex after [`Self::share_anew`].
    fn base_now(&self, v: u32) -> u32 {
        if self.dirty[v as usize] == self.stamp { self.base_anew[v as usize] } else { self.base[v as usize] }
    }

    /// Shares the regions of `out` among the other bases, as far as `limit`, and adds the candidates that come of it.
    fn share_anew(&mut self, core: &Core, cost: &[Cost], out: &[u32], limit: Cost, ways: &mut Vec<(Cost, u32)>) {
        let mut inner: Vec<u32> = Vec::new();
        for &b in out {
            let list = self.region_start[b as usize] as usize..self.region_start[b as usize + 1] as usize;
            inner.extend_from_slice(&self.region[list]);
        }
        for &v in &inner {
            self.dirty[v as usize] = self.stamp;
            self.far_anew[v as usize] = FAR;
            self.base_anew[v as usize] = NONE;
            self.by_anew[v as usize] = NONE;
        }
        self.heap.clear();
        for &v in &inner {
            self.steps += core.degree(v) as u64;
            for a in core.around(v) {
                let w = a.to as usize;
                if self.dirty[w] == self.stamp || self.base[w] == NONE {
                    continue;
                }
                let next = self.far[w] + cost[a.edge as usize];
                if next < self.far_anew[v as usize] && next < limit {
                    self.far_anew[v as usize] = next;
                    self.base_anew[v as usize] = self.base[w];
                    self.by_anew[v as usize] = a.edge;
                }
            }
            if self.base_anew[v as usize] != NONE {
                self.heap.push(Reverse((self.far_anew[v as usize], v)));
            }
        }
        while let Some(Reverse((d, v))) = self.heap.pop() {
            if d > self.far_anew[v as usize] {
                continue;
            }
            self.steps += core.degree(v) as u64;
            for a in core.around(v) {
                let w = a.to as usize;
                let next = d + cost[a.edge as usize];
                if self.dirty[w] == self.stamp && next < self.far_anew[w] && next < limit {
                    self.far_anew[w] = next;
                    self.base_anew[w] = self.base_anew[v as usize];
                    self.by_anew[w] = a.edge;
                    self.heap.push(Reverse((next, a.to)));
                }
            }
        }
        for &v in &inner {
            let b = self.base_anew[v as usize];
            if b == NONE {
                continue;
            }
            for a in core.around(v) {
                let w = a.to as usize;
                let again = self.dirty[w] == self.stamp;
                if (again && a.to < v) || self.base_now(a.to) == b || self.base_now(a.to) == NONE {
                    continue;
                }
                let far = if again { self.far_anew[w] } else { self.far[w] };
                let way = self.far_anew[v as usize] + cost[a.edge as usize] + far;
                if way < limit {
                    ways.push((way, a.edge));
                }
            }
        }
    }
}

/// Lists of values by key, one after the other; `each` is called twice with the same result.
fn fill_lists(n: usize, start: &mut Vec<u32>, list: &mut Vec<u32>, each: impl Fn(&mut dyn FnMut(u32, u32))) {
    start.clear();
    start.resize(n + 2, 0);
    each(&mut |k, _| start[k as usize + 2] += 1);
    for k in 2..n + 2 {
        start[k] += start[k - 1];
    }
    list.clear();
    list.resize(start[n + 1] as usize, 0);
    each(&mut |k, value| {
        list[start[k as usize + 1] as usize] = value;
        start[k as usize + 1] += 1;
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::steiner::search::Searcher;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// The cheapest way to join the pieces a tree falls into without some of its edges, by plain Dijkstra and Prim; only
    /// pieces that hold a terminal or stay by themselves as tree vertices in `keep` count.
    fn rejoined(core: &Core, kept: &[u32], dropped: &[bool]) -> Cost {
        let n = core.nodes();
        let mut piece: Vec<usize> = (0..n).collect();
        loop {
            let mut changed = false;
            for &e in kept {
                let [a, b] = core.ends[e as usize].map(|v| v as usize);
                let low = piece[a].min(piece[b]);
                changed |= piece[a] != piece[b];
                (piece[a], piece[b]) = (low, low);
            }
            if !changed {
                break;
            }
        }
        let mut inside: Vec<bool> = core.is_terminal.clone();
        for &e in kept {
            core.ends[e as usize].iter().for_each(|&v| inside[v as usize] = true);
        }
        let mut groups: Vec<usize> = (0..n).filter(|&v| inside[v] && !dropped[v]).map(|v| piece[v]).collect();
        groups.sort_unstable();
        groups.dedup();
        let distance = |from: usize| {
            let mut far: Vec<Cost> =
                (0..n).map(|v| if inside[v] && !dropped[v] && piece[v] == from { 0 } else { FAR }).collect();
            for _ in 0..n {
                for (e, &[a, b]) in core.ends.iter().enumerate() {
                    let (a, b) = (a as usize, b as usize);
                    far[a] = far[a].min(far[b] + core.cost[e]);
                    far[b] = far[b].min(far[a] + core.cost[e]);
                }
            }
            far
        };
        let mut near: Vec<Cost> = distance(groups[0]);
        let mut total = 0;
        let mut left: Vec<usize> = groups[1..].to_vec();
        while !left.is_empty() {
            let reach = |g: usize| (0..n).filter(|&v| inside[v] && !dropped[v] && piece[v] == g).map(|v| near[v]).min();
            let (at, way) = left.iter().enumerate().map(|(i, &g)| (i, reach(g).unwrap())).min_by_key(|x| x.1).unwrap();
            total += way;
            let g = left.remove(at);
            for (v, d) in distance(g).into_iter().enumerate() {
                near[v] = near[v].min(d);
            }
        }
        total
    }

    #[test]
    fn no_move_is_left_at_the_end() {
        for seed in 0..60 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let n = 30u32;
            let mut ends: Vec<[u32; 2]> = (1..n).map(|v| [rng.random_range(0..v), v]).collect();
            for _ in 0..40 {
                let a = rng.random_range(0..n);
                ends.push([a, (a + rng.random_range(1..n)) % n]);
            }
            let cost: Vec<Cost> = ends.iter().map(|_| rng.random_range(0..20)).collect();
            let core = Core::new(ends, cost.clone(), (0..n).map(|v| v % 4 == 0).collect());
            let mut budget = Budget::new(u64::MAX, None);
            let mut tree = Searcher::new(&core).start(0, |_| true, &mut budget).unwrap();
            let (mut keys, mut pruner) = (Keys::new(n as usize), Pruner::new(n as usize));
            while keys.improve(&core, &cost, &mut tree, &mut pruner, &mut budget) {}
            let mut degree = vec![0; n as usize];
            tree.edges.iter().flat_map(|&e| core.ends[e as usize]).for_each(|v| degree[v as usize] += 1);
            let crucial = |v: u32| core.is_terminal[v as usize] || degree[v as usize] > 2;
            for v in (0..n).filter(|&v| degree[v as usize] > 0 && crucial(v)) {
                // The paths at this vertex.
                let mut paths: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
                for &e in tree.edges.iter().filter(|&&e| core.ends[e as usize].contains(&v)) {
                    let (mut path, mut inner) = (vec![e], vec![]);
                    let mut at = core.other(e, v);
                    while !crucial(at) {
                        inner.push(at);
                        let next = |f: &&u32| core.ends[**f as usize].contains(&at) && !path.contains(f);
                        let f = *tree.edges.iter().find(next).unwrap();
                        path.push(f);
                        at = core.other(f, at);
                    }
                    paths.push((path, inner));
                }
                let check = |edges: &[u32], out: &[u32]| {
                    let mut dropped = vec![false; n as usize];
                    out.iter().for_each(|&v| dropped[v as usize] = true);
                    let kept: Vec<u32> = tree.edges.iter().copied().filter(|e| !edges.contains(e)).collect();
                    let mut total = rejoined(&core, &kept, &dropped);
                    total += core.sum(&kept);
                    assert!(total >= tree.cost, "seed {seed}, vertex {v}: {total} < {}", tree.cost);
                };
                for (path, inner) in &paths {
                    check(path, inner);
                }
                if !core.is_terminal[v as usize] {
                    let edges: Vec<u32> = paths.iter().flat_map(|p| p.0.clone()).collect();
                    let mut out: Vec<u32> = paths.iter().flat_map(|p| p.1.clone()).collect();
                    out.push(v);
                    check(&edges, &out);
                }
            }
        }
    }
}
