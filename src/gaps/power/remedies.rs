//! What would mend a network: a larger transformer, a thicker conductor, or a new transformer nearer the load. Every
//! remedy is proved by solving the network again with it.

use super::networks::Network;
use super::solve::tolerance;
use crate::network::flow::{ABC, Complex64, Island, Line, Phases, Source, Workspace, solve_with};
use crate::standards::PowerRules;

/// New transformers of one remedy at most.
const MOST: usize = 4;
/// Buses tried for one new transformer at most.
const TRIED: usize = 24;

/// A voltage that must be held at a bus.
#[derive(Debug, Clone, Copy)]
pub(super) struct Check {
    pub bus: u32,
    pub phases: Phases,
    pub phase_v: f64,
    pub low: f64,
    /// Not to be exceeded either; infinite where it already was and nothing mends that.
    pub high: f64,
}

impl Check {
    /// How far a voltage is within the limits, pu.
    fn margin(&self, pu: f64) -> f64 {
        (pu - self.low).min(self.high - pu)
    }
}

/// Kind of works, cheapest that does it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Works {
    LargerTransformer {
        rating_kva: f64,
    },
    /// Lines of the island, and the index of the conductor in the rules' list.
    ThickerConductor {
        lines: Vec<u32>,
        conductor: usize,
    },
    /// Buses and ratings.
    NewTransformers {
        at: Vec<(u32, f64)>,
    },
    /// A larger transformer and a thicker conductor.
    Both {
        rating_kva: f64,
        lines: Vec<u32>,
        conductor: usize,
    },
}

/// Works that close the gap, and the worst voltage after them with the limit at its bus.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Proven {
    pub works: Works,
    pub cost: f64,
    pub after_pu: f64,
}

/// What the search needs of a network.
pub(super) struct Patient<'a> {
    pub network: &'a Network,
    pub checks: Vec<Check>,
    /// Metres of each of the island's lines.
    pub length_m: Vec<f64>,
    /// Rating of each transformer, all parallels together.
    pub rating_kva: Vec<f64>,
    /// Metres of new medium-voltage line to each bus; `None` where nothing is known of its place.
    pub extension_m: Box<dyn Fn(u32) -> Option<f64> + 'a>,
    pub rules: &'a PowerRules,
}

/// Least margin within the limits (pu) and the voltage that is nearest to its lower one; `None` where there is no
/// answer or a phase does not come.
fn worst(w: &mut Workspace, island: &Island, checks: &[Check]) -> Option<(f64, f64)> {
    let s = solve_with(w, island, tolerance()).ok()?;
    let mut least = Least::default();
    for c in checks {
        for p in (0..3u8).filter(|p| c.phases >> p & 1 == 1) {
            least.add(c, s.pu(c.bus, p, c.phase_v)?);
        }
    }
    Some((least.margin, least.pu))
}

/// The worst of several voltages.
struct Least {
    margin: f64,
    /// Bus of the least margin.
    bus: u32,
    above: f64,
    /// Voltage that is nearest to, or farthest under, its lower limit.
    pu: f64,
}

impl Default for Least {
    fn default() -> Self {
        Least { margin: f64::INFINITY, bus: 0, above: f64::INFINITY, pu: f64::INFINITY }
    }
}

impl Least {
    fn add(&mut self, c: &Check, pu: f64) {
        if c.margin(pu) < self.margin {
            (self.margin, self.bus) = (c.margin(pu), c.bus);
        }
        if pu - c.low < self.above {
            (self.above, self.pu) = (pu - c.low, pu);
        }
    }
}

fn kva(island: &Island) -> f64 {
    island.load_va.iter().flatten().sum::<Complex64>().norm() / 1e3
}

impl Patient<'_> {
    /// The cheapest works that close the gap; `None` where none of those known here does. Where no works bring every
    /// voltage within both limits, the upper ones are let go.
    pub fn remedy(&mut self, w: &mut Workspace) -> Option<Proven> {
        let strict = self.cheapest(w);
        strict.or_else(|| {
            self.checks.iter_mut().for_each(|c| c.high = f64::INFINITY);
            self.cheapest(w)
        })
    }

    fn cheapest(&self, w: &mut Workspace) -> Option<Proven> {
        if self.checks.is_empty() || self.network.island.sources.is_empty() {
            return None;
        }
        let mut found: Vec<Proven> = Vec::new();
        found.extend(self.larger(w));
        if self.loading() <= self.rules.overload {
            found.extend(self.thicker(w, &self.network.island));
        }
        found.extend(self.nearer(w));
        if found.is_empty() {
            found.extend(self.both(w));
        }
        found.into_iter().reduce(|best, next| if next.cost < best.cost { next } else { best })
    }

    /// Demand over all transformers' rating.
    pub fn loading(&self) -> f64 {
        kva(&self.network.island) / self.rating_kva.iter().sum::<f64>().max(1e-9)
    }

    /// The island with its first transformer replaced by one of `rating` kVA.
    fn with_rating(&self, rating: f64) -> Island {
        let mut island = self.network.island.clone();
        let ratio = rating / self.rating_kva[0].max(1e-9);
        let s = &mut island.sources[0];
        // The grid behind it stays as it is.
        let grid = -3.0 * s.zn;
        (s.z, s.y) = ((s.z - grid) / ratio + grid, s.y * ratio);
        island
    }

    fn ratings_above(&self) -> impl Iterator<Item = f64> {
        let rated: f64 = self.rating_kva[0];
        let others: f64 = self.rating_kva[1..].iter().sum();
        let need = kva(&self.network.island) / self.rules.overload - others;
        self.rules.transformer_ratings_kva.iter().copied().filter(move |r| *r > rated && *r >= need)
    }

    fn larger(&self, w: &mut Workspace) -> Option<Proven> {
        self.ratings_above().find_map(|rating| {
            let (margin, after_pu) = worst(w, &self.with_rating(rating), &self.checks)?;
            let cost = rating * self.rules.cost.transformer_per_kva;
            (margin >= 0.0).then_some(Proven { works: Works::LargerTransformer { rating_kva: rating }, cost, after_pu })
        })
    }

    /// The thinnest of the rules' conductors that does it, on as few lines as will do: those that lose most first.
    fn thicker(&self, w: &mut Workspace, island: &Island) -> Option<Proven> {
        let before = solve_with(w, island, tolerance()).ok()?;
        let mut order: Vec<(u32, f64)> = island
            .lines
            .iter()
            .zip(0..)
            .map(|(l, i)| {
                let amperes = before.line_a[i as usize].iter().copied().fold(0.0, f64::max);
                (i, amperes * l.z.norm() / self.length_m[i as usize].max(1e-3))
            })
            .filter(|(_, drop)| *drop > 0.0)
            .collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for (k, name) in self.rules.remedy_conductors.iter().enumerate() {
            let Some(c) = self.rules.conductor(name) else { continue };
            let new = |m: f64| Complex64::new(c.r, c.x) * (m / 1000.0).max(1e-5);
            let useful: Vec<u32> = order
                .iter()
                .map(|o| o.0)
                .filter(|&i| island.lines[i as usize].z.re > 1.05 * new(self.length_m[i as usize]).re)
                .collect();
            let with = |count: usize| {
                let mut changed = island.clone();
                for &i in &useful[..count] {
                    let l = &mut changed.lines[i as usize];
                    let ratio = if l.z.norm() > 0.0 { l.zn.norm() / l.z.norm() } else { 1.0 };
                    l.z = new(self.length_m[i as usize]);
                    l.zn = l.z * ratio;
                }
                changed
            };
            let closes = |w: &mut Workspace, count: usize| {
                worst(w, &with(count), &self.checks).filter(|(margin, _)| *margin >= 0.0).map(|(_, pu)| pu)
            };
            let Some(mut after_pu) = closes(w, useful.len()) else { continue };
            // Fewest lines that still do it.
            let (mut fails, mut does) = (0, useful.len());
            while does - fails > 1 {
                let middle = fails.midpoint(does);
                match closes(w, middle) {
                    Some(pu) => (does, after_pu) = (middle, pu),
                    None => fails = middle,
                }
            }
            let mut lines = useful[..does].to_vec();
            lines.sort_unstable();
            let km = lines.iter().map(|&i| self.length_m[i as usize]).sum::<f64>() / 1000.0;
            let cost = km * self.rules.cost.low_line_per_km;
            return Some(Proven { works: Works::ThickerConductor { lines, conductor: k }, cost, after_pu });
        }
        None
    }

    fn both(&self, w: &mut Workspace) -> Option<Proven> {
        self.ratings_above().find_map(|rating| {
            let p = self.thicker(w, &self.with_rating(rating))?;
            let Works::ThickerConductor { lines, conductor } = p.works else { return None };
            let cost = p.cost + rating * self.rules.cost.transformer_per_kva;
            Some(Proven { works: Works::Both { rating_kva: rating, lines, conductor }, cost, ..p })
        })
    }

    /// New transformers in a radial network with one transformer: each takes over all beyond its bus.
    fn nearer(&self, w: &mut Workspace) -> Option<Proven> {
        let island = &self.network.island;
        if island.sources.len() != 1 || island.lines.len() + 1 != island.buses as usize {
            return None;
        }
        let tree = Tree::new(island)?;
        let mut at: Vec<(u32, f64)> = Vec::new();
        let mut cost = 0.0;
        loop {
            let (margin, after_pu, bus) = self.state(w, &tree, &at)?;
            if margin >= 0.0 {
                return (!at.is_empty()).then_some(Proven { works: Works::NewTransformers { at }, cost, after_pu });
            }
            if at.len() == MOST {
                return None;
            }
            let mut path: Vec<u32> = tree.up(bus).take_while(|b| !at.iter().any(|a| a.0 == *b)).collect();
            path.retain(|&b| b != tree.root);
            let step = path.len().div_ceil(TRIED).max(1);
            let mut best: Option<(f64, f64, u32, f64)> = None;
            for &b in path.iter().step_by(step) {
                let Some(metres) = (self.extension_m)(b) else { continue };
                let demand = tree.beyond_kva(island, b, &at);
                let wanted = demand / self.rules.target_loading;
                let ratings = &self.rules.transformer_ratings_kva;
                let Some(rating) = ratings.iter().copied().find(|r| *r >= wanted) else { continue };
                let mut with = at.clone();
                with.push((b, rating));
                let Some((margin, ..)) = self.state(w, &tree, &with) else { continue };
                let c = &self.rules.cost;
                let price = c.transformer + rating * c.transformer_per_kva + metres / 1000.0 * c.medium_line_per_km;
                // What closes the gap, the cheapest; else what comes nearest to closing it.
                let rank = (-margin.min(0.0), price);
                if best.is_none_or(|x| rank.0.total_cmp(&x.0).then(rank.1.total_cmp(&x.1)).is_lt()) {
                    best = Some((rank.0, price, b, rating));
                }
            }
            let (short, price, b, rating) = best?;
            if short >= -margin {
                return None;
            }
            at.push((b, rating));
            cost += price;
        }
    }

    /// Least margin, the voltage and the bus there, with transformers of these ratings at these buses and the lines
    /// above them cut.
    fn state(&self, w: &mut Workspace, tree: &Tree, at: &[(u32, f64)]) -> Option<(f64, f64, u32)> {
        let mut least = Least::default();
        for root in std::iter::once(None).chain(at.iter().map(Some)) {
            let (start, source) = match root {
                None => (tree.root, self.network.island.sources[0]),
                Some(&(bus, rating)) => (bus, self.new_source(rating)?),
            };
            let rating = root.map_or(self.rating_kva[0], |r| r.1);
            let part = tree.part(&self.network.island, start, at, source);
            if kva(&part.island) > self.rules.overload * rating * (1.0 + 1e-9) {
                return Some((-1.0, 0.0, self.heaviest(&part)));
            }
            let s = solve_with(w, &part.island, tolerance()).ok();
            for c in &self.checks {
                let Some(&bus) = part.number.get(&c.bus) else { continue };
                for p in (0..3u8).filter(|p| c.phases >> p & 1 == 1) {
                    least.add(c, s.as_ref().and_then(|s| s.pu(bus, p, c.phase_v)).unwrap_or(0.0));
                }
            }
        }
        Some((least.margin, least.pu, least.bus))
    }

    /// The checked bus that draws most, farthest out of equal ones.
    fn heaviest(&self, part: &Part) -> u32 {
        let drawn = |c: &Check| {
            let bus = part.number.get(&c.bus)?;
            Some((part.island.load_va[*bus as usize].iter().sum::<Complex64>().norm(), *bus, c.bus))
        };
        let all = self.checks.iter().filter_map(drawn);
        all.max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map_or(0, |x| x.2)
    }

    /// A three-phase transformer of the rules' type.
    fn new_source(&self, rating: f64) -> Option<Source> {
        let (t, _) = self.rules.transformer_type(&self.rules.new_transformer_type)?;
        let emf_v = self.network.island.sources[0].emf_v;
        let base = 3.0 * emf_v * emf_v / (rating * 1e3) / 100.0;
        let x = (t.vk_percent * t.vk_percent - t.vkr_percent * t.vkr_percent).max(0.0).sqrt();
        Some(Source {
            bus: 0,
            emf_v,
            z: Complex64::new(t.vkr_percent, x) * base,
            zn: Complex64::ZERO,
            y: Complex64::ZERO,
            phases: ABC,
        })
    }
}

/// A radial island from its source outwards.
struct Tree {
    root: u32,
    parent: Vec<Option<(u32, u32)>>,
    /// From the root outwards.
    order: Vec<u32>,
    children: Vec<Vec<(u32, u32)>>,
}

/// One of the islands that a radial one falls into.
struct Part {
    island: Island,
    number: std::collections::HashMap<u32, u32>,
}

impl Tree {
    fn new(island: &Island) -> Option<Self> {
        let n = island.buses as usize;
        let root = island.sources[0].bus;
        let mut next: Vec<Vec<(u32, u32)>> = vec![Vec::new(); n];
        for (l, i) in island.lines.iter().zip(0..) {
            next[l.from as usize].push((l.to, i));
            next[l.to as usize].push((l.from, i));
        }
        let mut tree = Tree { root, parent: vec![None; n], order: vec![root], children: vec![Vec::new(); n] };
        let mut seen = vec![false; n];
        seen[root as usize] = true;
        let mut k = 0;
        while k < tree.order.len() {
            let b = tree.order[k];
            k += 1;
            for &(to, line) in &next[b as usize] {
                if !std::mem::replace(&mut seen[to as usize], true) {
                    tree.parent[to as usize] = Some((b, line));
                    tree.children[b as usize].push((to, line));
                    tree.order.push(to);
                }
            }
        }
        (tree.order.len() == n).then_some(tree)
    }

    /// The bus and those between it and the root, outermost first.
    fn up(&self, bus: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(bus), |&b| self.parent[b as usize].map(|p| p.0))
    }

    /// The buses from `start` outwards that no other of the transformers `at` takes over.
    fn buses(&self, start: u32, at: &[(u32, f64)]) -> Vec<u32> {
        let mut all = vec![start];
        let mut k = 0;
        while k < all.len() {
            let next = self.children[all[k] as usize].iter().map(|c| c.0);
            let next: Vec<u32> = next.filter(|c| !at.iter().any(|a| a.0 == *c)).collect();
            all.extend(next);
            k += 1;
        }
        all
    }

    fn beyond_kva(&self, island: &Island, start: u32, at: &[(u32, f64)]) -> f64 {
        let all = self.buses(start, at);
        all.iter().flat_map(|&b| island.load_va[b as usize]).sum::<Complex64>().norm() / 1e3
    }

    fn part(&self, island: &Island, start: u32, at: &[(u32, f64)], source: Source) -> Part {
        let buses = self.buses(start, at);
        let number: std::collections::HashMap<u32, u32> = buses.iter().copied().zip(0..).collect();
        let lines = buses[1..].iter().filter_map(|&b| {
            let (up, line) = self.parent[b as usize]?;
            Some(Line { from: number[&up], to: number[&b], ..island.lines[line as usize] })
        });
        let lines = lines.collect();
        let load_va = buses.iter().map(|&b| island.load_va[b as usize]).collect();
        let sources = vec![Source { bus: 0, ..source }];
        Part { island: Island { buses: buses.len() as u32, lines, sources, load_va }, number }
    }
}
