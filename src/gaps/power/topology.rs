//! What is joined to what: nodes and sections of lines, by ids where layers give them, else by geometry.

use std::collections::HashMap;

use geo::Coord;

use crate::atlas::Noding;
use crate::network::{UnionFind, node};
use crate::standards::PowerRules;
use crate::world::index::PointIndex;
use crate::world::power::{BusIx, Level, PowerGrid};
use crate::world::{RoadClass, Roads, Surface};

/// A stretch of line between two nodes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Section {
    /// Index into the grid's lines.
    pub line: u32,
    pub from: u32,
    pub to: u32,
    /// Metres.
    pub length_m: f64,
}

/// The grid as a graph. The first nodes are the grid's buses, in their order.
#[derive(Debug, Default)]
pub(super) struct Topology {
    pub points: Vec<Option<Coord>>,
    /// By line.
    pub sections: Vec<Section>,
    /// Nodes of each transformer's two sides.
    pub hv: Vec<Option<u32>>,
    pub lv: Vec<Option<u32>>,
    pub substation: Vec<Option<u32>>,
    pub load: Vec<Option<u32>>,
}

impl Topology {
    pub fn new(grid: &PowerGrid, rules: &PowerRules) -> Self {
        let mut t = Topology { points: grid.buses.iter().map(|b| b.point).collect(), ..Topology::default() };
        for (i, l) in grid.lines.iter().enumerate() {
            if let (Some(BusIx(from)), Some(BusIx(to))) = (l.from, l.to) {
                t.sections.push(Section { line: i as u32, from, to, length_m: l.length_m });
            }
        }
        for level in [Level::Low, Level::Medium] {
            t.join_by_place(grid, level, rules.snap_m);
        }
        t.sections.sort_by_key(|s| s.line);
        let low = t.near(grid, Level::Low);
        let medium = t.near(grid, Level::Medium);
        let at = |own: Option<BusIx>, nodes: &Near, point: Option<Coord>| {
            own.map(|b| b.0).or_else(|| nodes.nearest(point?, rules.bus_snap_m))
        };
        t.hv = grid.transformers.iter().map(|x| at(x.hv_bus, &medium, x.point)).collect();
        t.lv = grid.transformers.iter().map(|x| at(x.lv_bus, &low, x.point)).collect();
        t.substation = grid.substations.iter().map(|x| at(x.bus, &medium, Some(x.point))).collect();
        t.load = grid.loads.iter().map(|x| at(x.bus, &low, x.point)).collect();
        t
    }

    /// Lines without ids at both ends: noded as drawn, then joined to the buses of their level at the same place.
    fn join_by_place(&mut self, grid: &PowerGrid, level: Level, snap_m: f64) {
        let mine = |l: &crate::world::power::PowerLine| {
            l.level == Some(level) && (l.from.is_none() || l.to.is_none()) && l.coords.len() >= 2
        };
        let drawn: Vec<u32> = (0..grid.lines.len() as u32).filter(|&i| mine(&grid.lines[i as usize])).collect();
        if drawn.is_empty() {
            return;
        }
        let mut lines = Roads { start: vec![0], ..Roads::default() };
        for &i in &drawn {
            let l = &grid.lines[i as usize];
            lines.id.push(l.id.clone());
            lines.name.push(None);
            lines.class.push(RoadClass::Road);
            lines.surface.push(Surface::Paved);
            lines.flags.push(0);
            lines.source.push(l.source);
            lines.coords.extend_from_slice(&l.coords);
            lines.start.push(lines.coords.len() as u32);
        }
        let net = node(&lines, Noding::SharedVertices, snap_m);
        // Named buses of this level first, so that a place both have keeps the bus's number.
        let mut named: Vec<u32> = self
            .sections
            .iter()
            .filter(|s| grid.lines[s.line as usize].level == Some(level))
            .flat_map(|s| [s.from, s.to])
            .chain(drawn.iter().flat_map(|&i| {
                let l = &grid.lines[i as usize];
                [l.from, l.to].into_iter().flatten().map(|b| b.0)
            }))
            .filter(|&b| self.points[b as usize].is_some())
            .collect();
        named.sort_unstable();
        named.dedup();
        let places: Vec<Coord> = named.iter().filter_map(|&b| self.points[b as usize]).collect();
        let index = PointIndex::new(places.iter().copied());
        let number: Vec<u32> = net
            .vertex
            .iter()
            .map(|&p| match index.nearest(p, snap_m) {
                Some((k, _)) => named[k as usize],
                None => {
                    self.points.push(Some(p));
                    self.points.len() as u32 - 1
                }
            })
            .collect();
        // A stated length is shared out by what is drawn.
        let mut drawn_m: HashMap<u32, f64> = HashMap::new();
        for e in 0..net.edges() {
            *drawn_m.entry(net.road[e]).or_default() += net.len[e];
        }
        for e in 0..net.edges() {
            let line = drawn[net.road[e] as usize];
            let [from, to] = [net.from[e], net.to[e]].map(|v| number[v as usize]);
            let scale = grid.lines[line as usize].length_m / drawn_m[&net.road[e]].max(1e-9);
            if from != to {
                self.sections.push(Section { line, from, to, length_m: net.len[e] * scale });
            }
        }
    }

    /// Places of the nodes where lines of a level end.
    fn near(&self, grid: &PowerGrid, level: Level) -> Near {
        let of_level = self.sections.iter().filter(|s| grid.lines[s.line as usize].level == Some(level));
        let mut nodes: Vec<u32> = of_level.flat_map(|s| [s.from, s.to]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        nodes.retain(|&n| self.points[n as usize].is_some());
        let index = PointIndex::new(nodes.iter().filter_map(|&n| self.points[n as usize]));
        Near { nodes, index }
    }

    /// For each node the set of nodes that lines of a level join it to, by its smallest member.
    pub fn pieces(&self, grid: &PowerGrid, level: Level) -> Vec<u32> {
        let mut sets = UnionFind::new(self.points.len());
        for s in self.sections.iter().filter(|s| grid.lines[s.line as usize].level == Some(level)) {
            sets.union(s.from, s.to);
        }
        sets.labels()
    }
}

struct Near {
    nodes: Vec<u32>,
    index: PointIndex,
}

impl Near {
    fn nearest(&self, p: Coord, radius_m: f64) -> Option<u32> {
        self.index.nearest(p, radius_m).map(|(k, _)| self.nodes[k as usize])
    }
}
