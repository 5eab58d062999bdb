//! A plot: the inside of one square of the paved mesh, in which exactly one thing is planted.
//!
//! Plot positions are metres in a frame of the plot's own, `(0, 0)`–`(g, g)`, turned and mirrored at random; side 0
//! is south in it. Contents keep [`Plot::INSET`] from the square's nominal sides. The mesh road itself wanders by
//! at most `JITTER + BEND` of the width, which leaves more than 800 m of clear ground between contents and mesh.

use geo::Coord;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::lattice::{BEND, JITTER, Line, Role};
use super::terrain::{Frame, bent, nearest_on_line};
use crate::world::{RoadClass, Surface, VillageStatus, metric};

/// Index into the road lines.
pub type LineIx = usize;

/// What the builder knows about a place's way to the main network.
#[derive(Debug, Clone)]
pub enum Claim {
    Connected,
    /// By road lines, all drawn from the main network outwards: `whole` ones, then `last` up to its point nearest
    /// to the place. With `new`, a new straight line from there to the place.
    Linked {
        whole: Vec<LineIx>,
        last: LineIx,
        new: bool,
    },
    /// The roads it can join are these, and they reach nothing.
    CutOff {
        piece: Vec<LineIx>,
    },
    NoRoad,
}

/// A village as built.
#[derive(Debug, Clone)]
pub struct Site {
    /// Degrees.
    pub point: Coord,
    pub status: VillageStatus,
    pub claim: Claim,
    /// Recipe that made it, for the truth file.
    pub recipe: &'static str,
    /// Index of its county.
    pub county: usize,
}

/// A school or seat as built.
#[derive(Debug, Clone)]
pub struct Facility {
    pub point: Coord,
    pub claim: Claim,
    pub county: usize,
}

/// All that has been put into the landscape so far.
#[derive(Debug, Default, Clone)]
pub struct Landscape {
    pub lines: Vec<Line>,
    pub sites: Vec<Site>,
    pub schools: Vec<Facility>,
    /// Township seats off the mesh.
    pub seats: Vec<Facility>,
    /// Villages of one planted pair of neighbours without a short paved way.
    pub far_neighbours: Vec<(usize, usize)>,
}

pub struct Plot<'a> {
    pub land: &'a mut Landscape,
    pub rng: &'a mut ChaCha8Rng,
    frame: &'a Frame,
    corner: Coord,
    /// Width, metres.
    pub g: f64,
    quarter_turns: u8,
    mirrored: bool,
    /// Mesh roads to the south, east, north and west.
    ring: [LineIx; 4],
    county: usize,
    recipe: &'static str,
}

impl<'a> Plot<'a> {
    /// Clear ground between the square's nominal sides and its contents, metres.
    pub fn inset(mesh: f64) -> f64 {
        (JITTER + BEND) * mesh + 820.0
    }

    #[allow(clippy::too_many_arguments)]
    pub fn new(
        land: &'a mut Landscape,
        rng: &'a mut ChaCha8Rng,
        frame: &'a Frame,
        corner: Coord,
        g: f64,
        ring: [LineIx; 4],
        county: usize,
        recipe: &'static str,
    ) -> Self {
        let quarter_turns = rng.random_range(0..4);
        let mirrored = rng.random_bool(0.5);
        Plot { land, rng, frame, corner, g, quarter_turns, mirrored, ring, county, recipe }
    }

    fn turn(&self, x: f64, y: f64) -> (f64, f64) {
        let mut p = if self.mirrored { (-x, y) } else { (x, y) };
        for _ in 0..self.quarter_turns {
            p = (-p.1, p.0);
        }
        p
    }

    /// Plane metres of a plot position.
    fn plane(&self, x: f64, y: f64) -> Coord {
        let h = 0.5 * self.g;
        let (tx, ty) = self.turn(x - h, y - h);
        self.corner + Coord { x: tx + h, y: ty + h }
    }

    /// Plot position of a coordinate.
    fn local(&self, c: Coord) -> (f64, f64) {
        let h = 0.5 * self.g;
        let m = self.frame.metres(c) - self.corner;
        let mut p = (m.x - h, m.y - h);
        for _ in 0..self.quarter_turns {
            p = (p.1, -p.0);
        }
        ((if self.mirrored { -p.0 } else { p.0 }) + h, p.1 + h)
    }

    /// Degrees of a plot position.
    pub fn at(&self, x: f64, y: f64) -> Coord {
        self.frame.degrees(self.plane(x, y))
    }

    /// The mesh road on a side (0 south, 1 east, 2 north, 3 west, in plot directions).
    pub fn side(&self, side: usize) -> LineIx {
        let out = [(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)][side];
        let (x, y) = self.turn(out.0, out.1);
        let actual = if y < -0.5 {
            0
        } else if x > 0.5 {
            1
        } else if y > 0.5 {
            2
        } else {
            3
        };
        self.ring[actual]
    }

    /// Makes a joint in the mesh road on `side`: a new vertex in the middle of the segment nearest to the plot
    /// position, never near the road's ends.
    pub fn attach(&mut self, side: usize, x: f64, y: f64) -> Coord {
        let near = self.at(x, y);
        let line = self.side(side);
        let coords = &self.land.lines[line].coords;
        let keep = 3.min(coords.len() / 4);
        let middle = |i: usize| super::terrain::round7(metric::along(coords[i], coords[i + 1], 0.5));
        let best = (keep..coords.len() - 1 - keep)
            .min_by(|&a, &b| metric::distance_m(middle(a), near).total_cmp(&metric::distance_m(middle(b), near)))
            .unwrap_or(0);
        let joint = middle(best);
        self.land.lines[line].coords.insert(best + 1, joint);
        joint
    }

    /// Draws a road through the given coordinates; legs bend a little, those under 600 m are straight.
    pub fn road(&mut self, through: &[Coord], surface: Surface, class: RoadClass) -> LineIx {
        let mut coords = vec![through[0]];
        for w in through.windows(2) {
            let (a, b) = (self.frame.metres(w[0]), self.frame.metres(w[1]));
            let length = (b - a).x.hypot((b - a).y);
            let amplitude = if length < 600.0 { 0.0 } else { (0.025 * length).min(60.0) };
            let leg = bent(a, b, amplitude, 160.0, self.rng);
            coords.extend(leg[1..leg.len() - 1].iter().map(|m| self.frame.degrees(*m)));
            coords.push(w[1]);
        }
        self.land.lines.push(Line { role: Role::Plot, class, surface, bridge: false, name: None, coords });
        self.land.lines.len() - 1
    }

    /// An unpaved road of a class that goes with its surface.
    pub fn track(&mut self, through: &[Coord], surface: Surface) -> LineIx {
        let class = match surface {
            Surface::Paved | Surface::Gravel => RoadClass::Unclassified,
            Surface::Unknown => RoadClass::Road,
            Surface::Earth => RoadClass::Track,
        };
        self.road(through, surface, class)
    }

    /// The position straight into the plot from the joint `from` on `side` 0 that lies `distance` metres from that
    /// side's road.
    pub fn inwards(&self, from: Coord, distance: f64) -> Coord {
        let (x, y) = self.local(from);
        let road = &self.land.lines[self.side(0)].coords;
        let (mut lo, mut hi) = (0.5 * distance, 2.0 * distance);
        for _ in 0..50 {
            let mid = 0.5 * (lo + hi);
            let p = self.at(x, y + mid);
            if nearest_on_line(p, road).2 < distance { lo = mid } else { hi = mid }
        }
        self.at(x, y + hi)
    }

    /// A position within `radius` metres of a coordinate.
    pub fn near(&mut self, c: Coord, radius: f64) -> Coord {
        let m = self.frame.metres(c);
        let (angle, r) = (self.rng.random_range(0.0..std::f64::consts::TAU), self.rng.random_range(0.0..radius));
        self.frame.degrees(m + Coord { x: r * angle.cos(), y: r * angle.sin() })
    }

    pub fn status(&mut self) -> VillageStatus {
        match self.rng.random_range(0..20) {
            0..14 => VillageStatus::Administrative,
            14..18 => VillageStatus::Merged,
            _ => VillageStatus::Natural,
        }
    }

    pub fn village(&mut self, point: Coord, claim: Claim) -> usize {
        let status = self.status();
        self.village_of(point, claim, status)
    }

    pub fn village_of(&mut self, point: Coord, claim: Claim, status: VillageStatus) -> usize {
        self.land.sites.push(Site { point, status, claim, recipe: self.recipe, county: self.county });
        self.land.sites.len() - 1
    }

    pub fn facility(&self, point: Coord, claim: Claim) -> Facility {
        Facility { point, claim, county: self.county }
    }
}
