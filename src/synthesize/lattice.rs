//! The paved skeleton: a jittered square mesh of roads inside the target counties, its seats and road classes.
//!
//! 1. Nodes and edges whose surroundings lie in target counties.
//! 2. Holes: the inner cross of 2 × 2 squares is left out, for villages without any road.
//! 3. Small islands of the mesh are dropped, so that every paved road of the mesh reaches a seat.
//! 4. County and township seats at nodes; primary roads join county seats, secondary and tertiary ones lead to
//!    the towns, the rest is unclassified.

use std::collections::VecDeque;

use geo::Coord;
use rand::Rng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::counties::CountyMask;
use super::terrain::{Frame, bent};
use crate::world::{RoadClass, SeatLevel, Surface};

/// Nodes leave their place in the mesh by at most this share of the mesh width, along each axis.
pub const JITTER: f64 = 0.06;
/// Edges leave the straight line by at most this share of the mesh width (and 8 m).
pub const BEND: f64 = 0.03;
/// Metres between the vertices of a road as drawn.
pub const STEP_M: f64 = 200.0;

/// What a road line is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Edge of the mesh along row `row`, east of column `col`.
    Row { col: usize, row: usize },
    /// Edge of the mesh along column `col`, north of row `row`.
    Column { col: usize, row: usize },
    /// Road inside a plot.
    Plot,
}

/// A road as built: lines connect exactly where they share a coordinate that ends one of them.
#[derive(Debug, Clone)]
pub struct Line {
    pub role: Role,
    pub class: RoadClass,
    pub surface: Surface,
    pub bridge: bool,
    pub name: Option<String>,
    /// Degrees, rounded.
    pub coords: Vec<Coord>,
}

/// An administrative seat at a node of the mesh.
#[derive(Debug, Clone)]
pub struct NodeSeat {
    pub node: usize,
    pub level: SeatLevel,
    pub county: usize,
}

pub struct Lattice {
    /// Squares.
    pub cols: usize,
    pub rows: usize,
    pub mesh: f64,
    /// Metres; `None` where there is no node.
    pub nodes: Vec<Option<Coord>>,
    /// Line index of each node's edge to the east and to the north.
    pub east: Vec<Option<usize>>,
    pub north: Vec<Option<usize>>,
    /// South-west node of each 2 × 2 hole.
    pub holes: Vec<usize>,
    pub seats: Vec<NodeSeat>,
}

impl Lattice {
    /// Lays the mesh out and draws its roads into `lines`.
    #[allow(clippy::too_many_arguments)]
    pub fn build(
        frame: &Frame,
        mask: &CountyMask,
        (cols, rows): (usize, usize),
        mesh: f64,
        holes: usize,
        towns: usize,
        rng: &mut ChaCha8Rng,
        lines: &mut Vec<Line>,
    ) -> Self {
        let mut l = Lattice {
            cols,
            rows,
            mesh,
            nodes: vec![None; (cols + 1) * (rows + 1)],
            east: vec![None; (cols + 1) * (rows + 1)],
            north: vec![None; (cols + 1) * (rows + 1)],
            holes: Vec::new(),
            seats: Vec::new(),
        };
        l.place_nodes(frame, mask, rng);
        l.place_edges(frame, mask);
        l.cut_holes(frame, mask, holes, rng);
        l.drop_islands(frame, mask);
        l.place_seats(frame, mask, towns, rng);
        let class = l.classify(rng);
        l.draw(frame, &class, rng, lines);
        l
    }

    fn col_row(&self, node: usize) -> (usize, usize) {
        (node % (self.cols + 1), node / (self.cols + 1))
    }

    fn place_nodes(&mut self, frame: &Frame, mask: &CountyMask, rng: &mut ChaCha8Rng) {
        for n in 0..self.nodes.len() {
            let (col, row) = self.col_row(n);
            let jitter = JITTER * self.mesh;
            let m = Coord {
                x: col as f64 * self.mesh + rng.random_range(-jitter..jitter),
                y: row as f64 * self.mesh + rng.random_range(-jitter..jitter),
            };
            self.nodes[n] = mask.inside(frame, m, 300.0).then_some(m);
        }
    }

    /// Marks the edges that can be drawn (with a placeholder line index).
    fn place_edges(&mut self, frame: &Frame, mask: &CountyMask) {
        let margin = BEND * self.mesh + 200.0;
        for n in 0..self.nodes.len() {
            let (col, row) = self.col_row(n);
            let free = |other: usize| {
                let (Some(a), Some(b)) = (self.nodes[n], self.nodes[other]) else { return false };
                (1..16).all(|k| mask.inside(frame, a + (b - a) * (f64::from(k) / 16.0), margin))
            };
            let east = col < self.cols && free(n + 1);
            let north = row < self.rows && free(n + self.cols + 1);
            self.east[n] = east.then_some(usize::MAX);
            self.north[n] = north.then_some(usize::MAX);
        }
    }

    /// True where the square north-east of node `n` has all four edges.
    pub fn is_square(&self, n: usize) -> bool {
        let (col, row) = self.col_row(n);
        col < self.cols
            && row < self.rows
            && self.east[n].is_some()
            && self.north[n].is_some()
            && self.north[n + 1].is_some()
            && self.east[n + self.cols + 1].is_some()
    }

    fn cut_holes(&mut self, frame: &Frame, mask: &CountyMask, wanted: usize, rng: &mut ChaCha8Rng) {
        let mut candidates: Vec<usize> = (0..self.nodes.len()).collect();
        candidates.shuffle(rng);
        let up = self.cols + 1;
        for n in candidates {
            if self.holes.len() == wanted {
                break;
            }
            let squares = [n, n + 1, n + up, n + up + 1];
            let (col, row) = self.col_row(n);
            if col + 2 > self.cols || row + 2 > self.rows || !squares.iter().all(|&s| self.is_square(s)) {
                continue;
            }
            let centre = n + up + 1;
            let Some(m) = self.nodes[centre] else { continue };
            if mask.county(frame, m, 600.0).is_none() {
                continue;
            }
            self.nodes[centre] = None;
            for (edges, node) in [(0, centre), (1, centre), (0, centre - 1), (1, centre - up)] {
                if edges == 0 {
                    self.east[node] = None;
                } else {
                    self.north[node] = None;
                }
            }
            self.holes.push(n);
        }
    }

    /// Neighbouring nodes along drawn edges.
    fn neighbours(&self, n: usize) -> impl Iterator<Item = usize> + '_ {
        let up = self.cols + 1;
        let east = self.east[n].map(|_| n + 1);
        let north = self.north[n].map(|_| n + up);
        let west = (!n.is_multiple_of(up) && self.east[n - 1].is_some()).then(|| n - 1);
        let south = (n >= up && self.north[n - up].is_some()).then(|| n - up);
        [east, north, west, south].into_iter().flatten()
    }

    /// Nodes reachable from `from` in breadth-first order, with the node each was reached from.
    fn walk(&self, from: usize) -> Vec<(usize, usize)> {
        let mut seen = vec![false; self.nodes.len()];
        let mut queue = VecDeque::from([(from, from)]);
        let mut order = Vec::new();
        seen[from] = true;
        while let Some((n, parent)) = queue.pop_front() {
            order.push((n, parent));
            for m in self.neighbours(n) {
                if !seen[m] {
                    seen[m] = true;
                    queue.push_back((m, n));
                }
            }
        }
        order
    }

    /// Connected pieces, each a sorted list of nodes.
    fn pieces(&self) -> Vec<Vec<usize>> {
        let mut seen = vec![false; self.nodes.len()];
        let mut pieces = Vec::new();
        for n in 0..self.nodes.len() {
            if self.nodes[n].is_some() && !seen[n] {
                let mut piece: Vec<usize> = self.walk(n).into_iter().map(|(m, _)| m).collect();
                piece.sort_unstable();
                for &m in &piece {
                    seen[m] = true;
                }
                pieces.push(piece);
            }
        }
        pieces
    }

    fn drop_islands(&mut self, frame: &Frame, mask: &CountyMask) {
        for piece in self.pieces() {
            let seat = |n: &usize| self.nodes[*n].is_some_and(|m| mask.county(frame, m, 400.0).is_some());
            if piece.len() >= 6 && piece.iter().any(seat) {
                continue;
            }
            for n in piece {
                self.nodes[n] = None;
                self.east[n] = None;
                self.north[n] = None;
            }
        }
    }

    fn place_seats(&mut self, frame: &Frame, mask: &CountyMask, towns: usize, rng: &mut ChaCha8Rng) {
        let home: Vec<Option<usize>> =
            self.nodes.iter().map(|m| m.and_then(|m| mask.county(frame, m, 400.0))).collect();
        let mut counties: Vec<usize> = home.iter().flatten().copied().collect();
        counties.sort_unstable();
        counties.dedup();
        let mut taken = vec![false; self.nodes.len()];
        for &county in &counties {
            let of: Vec<usize> = (0..home.len()).filter(|&n| home[n] == Some(county)).collect();
            let middle =
                of.iter().filter_map(|&n| self.nodes[n]).fold(Coord { x: 0.0, y: 0.0 }, |a, b| a + b) / of.len() as f64;
            let far = |n: &usize| self.nodes[*n].map_or(f64::INFINITY, |m| (m.x - middle.x).hypot(m.y - middle.y));
            if let Some(node) = of.into_iter().min_by(|a, b| far(a).total_cmp(&far(b))) {
                taken[node] = true;
                self.seats.push(NodeSeat { node, level: SeatLevel::County, county });
            }
        }
        // Every piece of the mesh needs an anchor of its own.
        for piece in self.pieces() {
            if !piece.iter().any(|&n| taken[n])
                && let Some((node, county)) = piece.iter().find_map(|&n| home[n].map(|c| (n, c)))
            {
                taken[node] = true;
                self.seats.push(NodeSeat { node, level: SeatLevel::Township, county });
            }
        }
        let mut free: Vec<usize> = (0..home.len()).filter(|&n| home[n].is_some() && !taken[n]).collect();
        free.shuffle(rng);
        let mut dealt = vec![0usize; counties.last().map_or(0, |c| c + 1)];
        // 90 towns a county at most: the town's part of a village code is 900–999.
        for node in free.into_iter().take(towns) {
            if let Some(county) = home[node]
                && dealt[county] < 90
            {
                dealt[county] += 1;
                self.seats.push(NodeSeat { node, level: SeatLevel::Township, county });
            }
        }
    }

    /// Class of the edge east and north of each node.
    fn classify(&self, rng: &mut ChaCha8Rng) -> [Vec<RoadClass>; 2] {
        let mut class =
            [vec![RoadClass::Unclassified; self.nodes.len()], vec![RoadClass::Unclassified; self.nodes.len()]];
        let up = self.cols + 1;
        let mut raise = |a: usize, b: usize, to: RoadClass| {
            let (low, axis) = (a.min(b), usize::from(a.abs_diff(b) == up));
            class[axis][low] = class[axis][low].min(to);
        };
        let county_seats: Vec<&NodeSeat> = self.seats.iter().filter(|s| s.level == SeatLevel::County).collect();
        for (k, seat) in county_seats.iter().enumerate() {
            let order = self.walk(seat.node);
            let mut parent = vec![usize::MAX; self.nodes.len()];
            for &(n, p) in &order {
                parent[n] = p;
            }
            let mut lead = |to: usize, class: RoadClass| {
                let mut n = to;
                while n != seat.node && parent[n] != usize::MAX {
                    raise(n, parent[n], class);
                    n = parent[n];
                }
            };
            if let Some(next) = order.iter().find(|(n, _)| county_seats[..k].iter().any(|s| s.node == *n)) {
                lead(next.0, RoadClass::Primary);
            }
            for town in self.seats.iter().filter(|s| s.level == SeatLevel::Township && s.county == seat.county) {
                lead(town.node, if rng.random_bool(0.3) { RoadClass::Secondary } else { RoadClass::Tertiary });
            }
        }
        class
    }

    fn draw(&mut self, frame: &Frame, class: &[Vec<RoadClass>; 2], rng: &mut ChaCha8Rng, lines: &mut Vec<Line>) {
        for n in 0..self.nodes.len() {
            let (col, row) = self.col_row(n);
            for axis in 0..2 {
                let (wanted, other) =
                    if axis == 0 { (self.east[n], n + 1) } else { (self.north[n], n + self.cols + 1) };
                let (Some(_), Some(a), Some(b)) = (wanted, self.nodes[n], self.nodes.get(other).copied().flatten())
                else {
                    continue;
                };
                let coords = bent(a, b, BEND * self.mesh, STEP_M, rng);
                let class = class[axis][n];
                let number = if axis == 0 { row } else { 500 + col };
                let name = match class {
                    RoadClass::Primary => Some(format!("S9{number:03}")),
                    RoadClass::Secondary => Some(format!("X9{number:03}")),
                    _ => None,
                };
                let role = if axis == 0 { Role::Row { col, row } } else { Role::Column { col, row } };
                lines.push(Line {
                    role,
                    class,
                    surface: Surface::Paved,
                    bridge: false,
                    name,
                    coords: coords.into_iter().map(|m| frame.degrees(m)).collect(),
                });
                let index = Some(lines.len() - 1);
                if axis == 0 {
                    self.east[n] = index;
                } else {
                    self.north[n] = index;
                }
            }
        }
    }
}
