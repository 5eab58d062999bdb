//! Puts a region together: counties, mesh, plots, villages along the mesh.
//!
//! 1. A mesh wide enough for the villages asked for: made up, or as coarse as the target counties allow.
//! 2. Planted plots until the villages with gaps are enough; each plot lies wholly in one county.
//! 3. Ordinary plots and places along the mesh for all other villages.

use geo::Coord;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::counties::{self, County, CountyMask};
use super::lattice::{Lattice, NodeSeat};
use super::names::Names;
use super::options::{SynthError, SynthOptions};
use super::plot::{Claim, Facility, Landscape, Plot, Site};
use super::recipes::{Ordinary, Recipe};
use super::terrain::{Frame, nearest_on_line};
use crate::world::{VillageStatus, metric};

/// Narrowest mesh, metres: plots need the room, and the middle of a hole must be over 5 km from its rim.
pub const MIN_MESH_M: f64 = 6_000.0;
/// Villages a square of the mesh takes on average.
const PER_SQUARE: f64 = 5.8;

/// Stream of [`Recipe::OwnWays`], and how often it takes the place of a tree.
const OWN_WAYS: u64 = 41;
const INSTEAD_SHARE: f64 = 0.7;

/// A whole region before people and names.
#[derive(Clone)]
pub struct Region {
    pub counties: Vec<County>,
    pub mesh_m: f64,
    pub land: Landscape,
    /// Seats at nodes of the mesh, with their positions (degrees).
    pub node_seats: Vec<(NodeSeat, Coord)>,
    /// Villages with a planted gap.
    pub planted: usize,
}

/// A random stream for one purpose, so that a change in one part leaves the others alone.
pub fn stream(seed: u64, purpose: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(purpose);
    rng
}

/// Builds the region, widening or narrowing the mesh until the villages fit.
pub fn build(options: &SynthOptions, names: &mut Names) -> Result<Region, SynthError> {
    match &options.counties {
        None => {
            let mut squares = options.villages as f64 / PER_SQUARE + 3.0;
            loop {
                let cols = (squares * 1.2).sqrt().ceil().max(3.0);
                let rows = (squares / cols).ceil().max(2.0);
                let mesh = MIN_MESH_M;
                let start = Coord { x: -0.5 * cols * mesh, y: -0.5 * rows * mesh };
                let frame = Frame::new(Coord { x: 120.8, y: 41.6 }, start);
                let size = (cols as usize, rows as usize);
                let wanted = (options.villages as f64 / 250.0).round().clamp(1.0, 60.0) as usize;
                let counties = counties::make_up(&frame, size, mesh, wanted, names, &mut stream(options.seed, 1));
                if let Ok(region) = fill(options, &frame, counties, size, mesh) {
                    return Ok(region);
                }
                squares *= 1.1;
            }
        }
        Some(path) => {
            let counties = counties::read(path, options)?;
            let mask = CountyMask::new(&counties);
            let (min, max) = mask.bounds();
            // The coarsest mesh would use all the ground; border squares are lost, so it gets finer from there.
            let mut mesh = (mask.area_m2() * PER_SQUARE / options.villages as f64).sqrt().max(MIN_MESH_M);
            loop {
                let origin = (min + max) / 2.0;
                let corner = Frame::new(origin, Coord { x: 0.0, y: 0.0 }).metres(min);
                let frame = Frame::new(origin, corner * 1.02);
                let squares = |half: f64| (-2.04 * half / mesh).max(0.0) as usize + 1;
                let size = (squares(corner.x), squares(corner.y));
                match fill(options, &frame, counties.clone(), size, mesh) {
                    Ok(region) => return Ok(region),
                    Err(fits) if mesh <= MIN_MESH_M => {
                        return Err(SynthError::NoRoom { asked: options.villages, fits });
                    }
                    Err(_) => mesh = (mesh * 0.96).max(MIN_MESH_M),
                }
            }
        }
    }
}

/// One attempt with a given mesh; the error is about how many villages would fit.
fn fill(
    options: &SynthOptions,
    frame: &Frame,
    counties: Vec<County>,
    size: (usize, usize),
    mesh: f64,
) -> Result<Region, usize> {
    let n = options.villages;
    let mask = CountyMask::new(&counties);
    let planted = (options.gap_rate * n as f64).round() as usize;
    let holes = if n >= 100 { (n / 600).max(1).min(planted) } else { 0 };
    let mut land = Landscape::default();
    let lattice =
        Lattice::build(frame, &mask, size, mesh, holes, n / 10, &mut stream(options.seed, 2), &mut land.lines);
    let rng = stream(options.seed, 3);
    let own = stream(options.seed, OWN_WAYS);
    let mut b = Builder { frame, mask: &mask, lattice: &lattice, land, mesh, rng, own };
    let mut free = b.free_squares();
    b.plant(planted, &mut free)?;
    b.settle(n, free)?;
    let node_seats = lattice
        .seats
        .iter()
        .filter_map(|s| {
            let m = lattice.nodes[s.node]?;
            let away = Coord { x: b.rng.random_range(-90.0..90.0), y: b.rng.random_range(-90.0..90.0) };
            Some((s.clone(), frame.degrees(m + away)))
        })
        .collect();
    let mut land = b.land;
    schools(&mut land, frame, n / 6, &mut stream(options.seed, 4));
    Ok(Region { counties, mesh_m: mesh, land, node_seats, planted })
}

struct Builder<'a> {
    frame: &'a Frame,
    mask: &'a CountyMask,
    lattice: &'a Lattice,
    land: Landscape,
    mesh: f64,
    rng: ChaCha8Rng,
    /// Of what is planted instead of something else.
    own: ChaCha8Rng,
}

/// South-west node of a free square and its county.
type Square = (usize, usize);

impl Builder<'_> {
    /// Squares with all four roads whose contents would lie in one county, in random order.
    fn free_squares(&mut self) -> Vec<Square> {
        let l = self.lattice;
        let inset = Plot::inset(self.mesh) - 500.0;
        let mut free: Vec<Square> = (0..l.nodes.len())
            .filter(|&n| l.is_square(n))
            .filter_map(|n| {
                let corner = self.corner(n);
                let at = |k: u8| inset + (self.mesh - 2.0 * inset) * f64::from(k) / 12.0;
                let county = self.mask.at(self.frame.degrees(corner + Coord { x: at(0), y: at(0) }))?;
                let same = (0..=12).all(|i| {
                    (0..=12).all(|j| {
                        let m = corner + Coord { x: at(i), y: at(j) };
                        self.mask.at(self.frame.degrees(m)) == Some(county)
                    })
                });
                same.then_some((n, county))
            })
            .collect();
        free.shuffle(&mut self.rng);
        free
    }

    fn corner(&self, node: usize) -> Coord {
        let across = self.lattice.cols + 1;
        Coord { x: (node % across) as f64 * self.mesh, y: (node / across) as f64 * self.mesh }
    }

    fn with_plot(&mut self, (node, county): Square, recipe: &'static str, act: impl FnOnce(&mut Plot<'_>)) {
        let l = self.lattice;
        let ring =
            [l.east[node], l.north[node + 1], l.east[node + l.cols + 1], l.north[node]].map(Option::unwrap_or_default);
        let corner = self.corner(node);
        act(&mut Plot::new(&mut self.land, &mut self.rng, self.frame, corner, self.mesh, ring, county, recipe));
    }

    fn plant(&mut self, wanted: usize, free: &mut Vec<Square>) -> Result<(), usize> {
        let mut left = wanted;
        for &hole in &self.lattice.holes {
            let m = self.corner(hole) + Coord { x: self.mesh, y: self.mesh };
            let point = self.frame.degrees(m + Coord { x: self.rng.random_range(-40.0..40.0), y: 0.0 });
            if let Some(county) = self.mask.at(point) {
                let status = VillageStatus::Administrative;
                self.land.sites.push(Site { point, status, claim: Claim::NoRoad, recipe: "no_road", county });
                left = left.saturating_sub(1);
            }
        }
        let mut deck: Vec<Recipe> = Recipe::FIRST_ROUND.iter().rev().copied().collect();
        let mut first = true;
        while left > 0 {
            if deck.is_empty() {
                deck = Recipe::LATER_ROUND.to_vec();
                deck.shuffle(&mut self.rng);
                first = false;
            }
            let Some(recipe) = deck.pop() else { break };
            if recipe.villages() > left {
                continue;
            }
            let Some(square) = free.pop() else { return Err(self.land.sites.len()) };
            // The first round has each situation as it is.
            match recipe.instead().filter(|_| !first && self.own.random_bool(INSTEAD_SHARE)) {
                Some(other) => self.plant_instead(square, recipe, other),
                None => self.with_plot(square, recipe.name(), |p| recipe.plant(p)),
            }
            left -= recipe.villages();
        }
        Ok(())
    }

    /// Plants `other` by a stream of its own. What `recipe` would have drawn is drawn all the same, so that every other
    /// plot is what it is without this one.
    fn plant_instead(&mut self, square: Square, recipe: Recipe, other: Recipe) {
        let before = self.land.clone();
        self.with_plot(square, recipe.name(), |p| recipe.plant(p));
        self.land = before;
        std::mem::swap(&mut self.rng, &mut self.own);
        self.with_plot(square, other.name(), |p| other.plant(p));
        std::mem::swap(&mut self.rng, &mut self.own);
    }

    /// Villages without a gap, until there are `total`.
    fn settle(&mut self, total: usize, free: Vec<Square>) -> Result<(), usize> {
        let mut slots = self.slots();
        let left = total.saturating_sub(self.land.sites.len());
        // About a quarter of them off the mesh; more where the mesh has no room.
        let mut inside = (left / 4).max((left + 2).saturating_sub(slots.len()));
        for square in free {
            let left = total.saturating_sub(self.land.sites.len());
            if inside == 0 || left == 0 {
                break;
            }
            let kind = [Ordinary::Through, Ordinary::Through, Ordinary::DeadEnd, Ordinary::Pocket]
                [self.rng.random_range(0..4)];
            self.with_plot(square, kind.name(), |p| kind.build(p, left));
            inside = inside.saturating_sub(kind.villages());
        }
        // On a finer mesh more of them would find a place inside.
        if inside > left / 8 && self.mesh > MIN_MESH_M {
            return Err(self.land.sites.len() + slots.len());
        }
        slots.shuffle(&mut self.rng);
        while self.land.sites.len() < total {
            let Some((line, m, node)) = slots.pop() else { return Err(self.land.sites.len()) };
            self.beside(line, m, node);
        }
        Ok(())
    }

    /// Places along the mesh: a road, a position on it (metres), and whether that is a node.
    fn slots(&self) -> Vec<(usize, Coord, bool)> {
        let l = self.lattice;
        let per_edge = ((self.mesh / 2_000.0).round() as usize).max(2) - 1;
        let mut slots = Vec::new();
        for n in 0..l.nodes.len() {
            let Some(a) = l.nodes[n] else { continue };
            for (edge, other) in [(l.east[n], n + 1), (l.north[n], n + l.cols + 1)] {
                let (Some(line), Some(Some(b))) = (edge, l.nodes.get(other)) else { continue };
                for k in 1..=per_edge {
                    slots.push((line, a + (*b - a) * (k as f64 / (per_edge + 1) as f64), false));
                }
            }
            if let Some(line) = l.east[n].or(l.north[n]) {
                slots.push((line, a, true));
            }
        }
        slots
    }

    /// A village beside a mesh road, usually close, one in twenty at 480–499 m; none where a county ends.
    fn beside(&mut self, line: usize, m: Coord, node: bool) {
        for _ in 0..6 {
            let road = &self.land.lines[line].coords;
            let rough = self.frame.degrees(m);
            let (i, foot, _) = nearest_on_line(rough, road);
            let (a, b) = (self.frame.metres(road[i]), self.frame.metres(road[i + 1]));
            let (dx, dy) = ((b - a).x, (b - a).y);
            let length = dx.hypot(dy);
            let side = if self.rng.random_bool(0.5) { 1.0 } else { -1.0 };
            let out = Coord { x: -dy / length * side, y: dx / length * side };
            // A node's other roads would come nearer, so the decoys stay away from nodes.
            let decoy = !node && self.rng.random_bool(0.05);
            let wanted: f64 = if decoy {
                self.rng.random_range(480.0..499.0)
            } else {
                self.rng.random_range(0.0f64..1.0).powi(2) * 400.0
            };
            let foot = self.frame.metres(foot);
            let (mut lo, mut hi) = (0.0, 2.0 * wanted + 10.0);
            for _ in 0..50 {
                let mid = 0.5 * (lo + hi);
                if nearest_on_line(self.frame.degrees(foot + out * mid), road).2 < wanted { lo = mid } else { hi = mid }
            }
            let place = foot + out * lo;
            let Some(county) = self.mask.county(self.frame, place, 300.0) else { continue };
            let status = match self.rng.random_range(0..20) {
                0..16 => VillageStatus::Administrative,
                16..19 => VillageStatus::Merged,
                _ => VillageStatus::Natural,
            };
            let recipe = if decoy { "just_within" } else { "along_the_road" };
            let point = self.frame.degrees(place);
            self.land.sites.push(Site { point, status, claim: Claim::Connected, recipe, county });
            return;
        }
    }
}

/// Schools beside connected villages that lie along the mesh well within reach.
fn schools(land: &mut Landscape, frame: &Frame, wanted: usize, rng: &mut ChaCha8Rng) {
    let mut hosts: Vec<usize> =
        (0..land.sites.len()).filter(|&i| matches!(land.sites[i].recipe, "along_the_road")).collect();
    hosts.shuffle(rng);
    for i in hosts.into_iter().take(wanted) {
        let site = &land.sites[i];
        let m = frame.metres(site.point);
        let away = Coord { x: rng.random_range(-60.0..60.0), y: rng.random_range(-60.0..60.0) };
        let point = frame.degrees(m + away);
        // Villages along the road lie within 400 m of it.
        if metric::distance_m(point, site.point) < 95.0 {
            land.schools.push(Facility { point, claim: Claim::Connected, county: site.county });
        }
    }
}
