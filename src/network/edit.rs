//! Changes of a road network: stretches paved, roads drawn (definitions, section 7, what-if).
//!
//! 1. Stretches to pave become marks on edges; one that ends within `snap_m` of an edge's end ends there.
//! 2. A drawn road joins a road that its end comes within `join_m` of, and every road and drawn road that it crosses,
//!    bridges and tunnels apart. Both get the very same position there.
//! 3. Edges are cut at the marks. The first piece keeps the edge's number, the others follow after the last edge, so that
//!    all that is known of other edges stays true.
//! 4. The roads are rewritten alike: noding them anew gives the same network with other numbers.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, Line};

use super::index::{EdgeIndex, Hit};
use super::net::Net;
use super::noding::key;
use super::road_net::RoadNet;
use crate::world::metric::{distance_m, grow_box, length_m, nearest_on_segment};
use crate::world::{RoadClass, Roads, Surface, road_flags};

/// Where on a line: segment, and share of it.
type Place = (u32, f64);

/// A stretch of an edge to pave; `None` is the edge's own end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    pub edge: u32,
    pub from: Option<Hit>,
    pub to: Option<Hit>,
}

/// A road that somebody drew.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    pub id: String,
    /// At least two positions.
    pub line: Vec<Coord>,
    pub surface: Surface,
}

/// How near things must be to be joined, metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Joining {
    /// End of a drawn road to a road.
    pub join_m: f64,
    /// What is nearer is the same place, as in noding: a stretch's end and an edge's, a drawn road and a road's end.
    pub snap_m: f64,
}

/// Roads and network after the changes.
pub struct Edited {
    pub roads: Arc<Roads>,
    pub net: RoadNet,
    /// Edges that are new, have another line, or another surface; ascending.
    pub changed: Vec<u32>,
}

/// A cut of a line.
#[derive(Debug, Clone, Copy)]
struct Mark {
    place: Place,
    at: Coord,
}

/// Where a network differs from the one that an earlier answer is of: answers for places that are far enough from there
/// stay true.
pub struct Difference<'a> {
    net: &'a Net,
    index: EdgeIndex,
    box_of: Option<(Coord, Coord)>,
}

impl<'a> Difference<'a> {
    /// `edges` of `net`, in any order.
    pub fn new(net: &'a Net, edges: &[u32]) -> Self {
        let all = || edges.iter().flat_map(|&e| net.line(e));
        let box_of = all().fold(None, |b: Option<(Coord, Coord)>, c| {
            let (lo, hi) = b.unwrap_or((*c, *c));
            Some((Coord { x: lo.x.min(c.x), y: lo.y.min(c.y) }, Coord { x: hi.x.max(c.x), y: hi.y.max(c.y) }))
        });
        Self { net, index: EdgeIndex::of(net, edges.iter().copied()), box_of }
    }

    pub fn is_empty(&self) -> bool {
        self.box_of.is_none()
    }

    /// Some of it is within `radius_m` of `p`.
    pub fn near(&self, p: Coord, radius_m: f64) -> bool {
        self.may_be_within(p, radius_m) && self.index.any_within(self.net, p, radius_m, |_| true)
    }

    /// Cheap first look: its box is within `radius_m` of `p`.
    fn may_be_within(&self, p: Coord, radius_m: f64) -> bool {
        self.box_of.is_some_and(|(lo, hi)| {
            let (a, b) = grow_box(lo, hi, radius_m);
            a.x <= p.x && p.x <= b.x && a.y <= p.y && p.y <= b.y
        })
    }

    /// A way of less than `length_m` from `a` to `b` may lead over some of it.
    pub fn on_the_way(&self, a: Coord, b: Coord, length_m: f64) -> bool {
        if !self.may_be_within(a, length_m) || !self.may_be_within(b, length_m) {
            return false;
        }
        let far = |p: Coord| self.index.nearest(self.net, p, length_m, |_| true).map(|h| h.dist);
        far(a).zip(far(b)).is_some_and(|(x, y)| x + y <= length_m + 1.0)
    }
}

/// Crossings of drawn roads with roads and with each other at most.
pub const MAX_CROSSINGS: usize = 200_000;

/// The drawn roads cross more often than [`MAX_CROSSINGS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyCrossings;

/// Carries the changes out. `net` must be as it was noded from `roads`; `source` is what drawn roads come from.
pub fn edit(
    net: &RoadNet,
    roads: &Roads,
    paved: &[Stretch],
    drawn: &[Drawn],
    joining: Joining,
    source: u16,
) -> Result<Edited, TooManyCrossings> {
    let mut plan = Plan { net: &net.net, roads, joining, marks: BTreeMap::new(), paved: BTreeMap::new() };
    for s in paved {
        plan.pave(s);
    }
    plan.mark_stretches();
    let lines = plan.draw(&net.index, drawn)?;
    Ok(Writer::new(&plan).write(&net.index, drawn, &lines, source))
}

/// What is to be done to each edge.
struct Plan<'a> {
    net: &'a Net,
    roads: &'a Roads,
    joining: Joining,
    marks: BTreeMap<u32, Vec<Mark>>,
    paved: BTreeMap<u32, Vec<Run>>,
}

/// A stretch of an edge from place to place; where it does not reach the edge's end, the cut.
#[derive(Debug, Clone, Copy)]
struct Run {
    begin: Place,
    end: Place,
    cut_at: [Option<Hit>; 2],
}

/// A drawn road with the places where it is cut.
struct DrawnLine {
    line: Vec<Coord>,
    marks: Vec<Mark>,
}

impl Plan<'_> {
    fn segments(&self, e: u32) -> u32 {
        self.net.line(e).len() as u32 - 1
    }

    fn pave(&mut self, s: &Stretch) {
        let line = self.net.line(s.edge);
        let last = line.len() as u32 - 2;
        let ahead = |h: &Hit| length_m(&line[..=h.seg as usize]) + distance_m(line[h.seg as usize], h.at);
        let whole = self.net.len[s.edge as usize];
        let snap = self.joining.snap_m;
        let from = s.from.filter(|h| ahead(h) > snap && whole - ahead(h) > snap);
        let to = s.to.filter(|h| ahead(h) > snap && whole - ahead(h) > snap);
        // A stretch between two positions at the same end is none.
        let (a, b) = (s.from.map_or(0.0, |h| ahead(&h)), s.to.map_or(whole, |h| ahead(&h)));
        if b - a <= snap.min(0.5 * whole) {
            return;
        }
        let places = (from.map_or((0, 0.0), |h| (h.seg, h.t)), to.map_or((last, 1.0), |h| (h.seg, h.t)));
        let run = Run { begin: places.0, end: places.1, cut_at: [from, to] };
        self.paved.entry(s.edge).or_default().push(run);
    }

    /// Unites the stretches of each edge and marks their ends. What is paved already needs no cut.
    fn mark_stretches(&mut self) {
        let mut paved = std::mem::take(&mut self.paved);
        for (e, runs) in &mut paved {
            let surface = self.roads.surface[self.net.road[*e as usize] as usize];
            runs.sort_by(|a, b| place_order(&a.begin, &b.begin));
            let mut whole: Vec<Run> = Vec::new();
            for r in runs.drain(..) {
                match whole.last_mut() {
                    Some(l) if place_order(&r.begin, &l.end).is_le() => {
                        if place_order(&l.end, &r.end).is_lt() {
                            (l.end, l.cut_at[1]) = (r.end, r.cut_at[1]);
                        }
                    }
                    _ => whole.push(r),
                }
            }
            for h in whole.iter().flat_map(|r| r.cut_at).flatten().filter(|_| surface != Surface::Paved) {
                self.mark(&h, h.at);
            }
            *runs = whole;
        }
        self.paved = paved;
    }

    /// Marks a cut; the position is the line's own where it has one there. Answers the position.
    fn mark(&mut self, h: &Hit, at: Coord) -> Coord {
        let line = self.net.line(h.edge);
        let (a, b) = (line[h.seg as usize], line[h.seg as usize + 1]);
        let (place, at) = if key(at) == key(a) {
            ((h.seg, 0.0), a)
        } else if key(at) == key(b) {
            if h.seg + 1 < self.segments(h.edge) { ((h.seg + 1, 0.0), b) } else { ((h.seg, 1.0), b) }
        } else {
            ((h.seg, h.t), at)
        };
        self.marks.entry(h.edge).or_default().push(Mark { place, at });
        at
    }

    fn over(&self, e: u32) -> bool {
        let road = self.net.road[e as usize] as usize;
        self.roads.flags[road] & (road_flags::BRIDGE | road_flags::TUNNEL) != 0
    }

    fn draw(&mut self, index: &EdgeIndex, drawn: &[Drawn]) -> Result<Vec<DrawnLine>, TooManyCrossings> {
        let mut lines: Vec<DrawnLine> =
            drawn.iter().map(|d| DrawnLine { line: d.line.clone(), marks: Vec::new() }).collect();
        // Ends: to the nearest road, else to another drawn road.
        for i in 0..lines.len() {
            for first in [true, false] {
                let end = if first { lines[i].line[0] } else { lines[i].line[lines[i].line.len() - 1] };
                let road = index.nearest(self.net, end, self.joining.join_m, |_| true);
                let other = nearest_drawn(&lines, i, end, self.joining.join_m);
                let at = match (road, other) {
                    (Some(h), o) if o.is_none_or(|o| h.dist <= o.1) => {
                        let at = if key(h.at) == key(end) { end } else { h.at };
                        self.mark(&h, at)
                    }
                    (_, Some((at, _))) => at,
                    _ => continue,
                };
                let line = &mut lines[i].line;
                if key(at) == key(end) {
                    let n = line.len();
                    line[if first { 0 } else { n - 1 }] = at;
                } else if first {
                    line.insert(0, at);
                } else {
                    line.push(at);
                }
            }
        }
        for l in &mut lines {
            self.bend(index, &mut l.line);
        }
        // Each place of a drawn road once, however often it is met there.
        let mut met: HashSet<(usize, u32, u64)> = HashSet::new();
        for i in 0..lines.len() {
            let line = lines[i].line.clone();
            for (k, w) in (0u32..).zip(line.windows(2)) {
                for h in index.crossings(self.net, (w[0], w[1]), |e| !self.over(e)) {
                    let at = if let Some(own) = w.iter().find(|c| key(**c) == key(h.at)) { *own } else { h.at };
                    let at = self.mark(&h, at);
                    if !met.insert((i, k, key(at))) {
                        continue;
                    }
                    lines[i].marks.push(Mark { place: (k, nearest_on_segment(at, w[0], w[1]).0), at });
                }
            }
            for j in 0..=i {
                cross(&mut lines, i, j, &mut met);
                if met.len() > MAX_CROSSINGS {
                    return Err(TooManyCrossings);
                }
            }
        }
        Ok(lines)
    }
}

impl Plan<'_> {
    /// The ends of roads within `snap_m` of a drawn road become positions of it.
    fn bend(&self, index: &EdgeIndex, line: &mut Vec<Coord>) {
        let snap_m = self.joining.snap_m;
        let mut out = vec![line[0]];
        for w in line.windows(2) {
            let mut near: Vec<(f64, Coord)> = Vec::new();
            for e in index.along(w[0], w[1], snap_m) {
                let own = self.net.line(e);
                for (is_end, at) in [(self.begins(e), own[0]), (self.ends(e), own[own.len() - 1])] {
                    let (t, _, m) = nearest_on_segment(at, w[0], w[1]);
                    if is_end && m <= snap_m && t > 0.0 && t < 1.0 {
                        near.push((t, at));
                    }
                }
            }
            near.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (_, at) in near.into_iter().chain([(1.0, w[1])]) {
                if out.last().is_none_or(|l| key(*l) != key(at)) {
                    out.push(at);
                }
            }
        }
        *line = out;
    }

    /// The edge is the first of its road.
    fn begins(&self, e: u32) -> bool {
        e == 0 || self.net.road[e as usize - 1] != self.net.road[e as usize]
    }

    /// The edge is the last of its road.
    fn ends(&self, e: u32) -> bool {
        let next = e as usize + 1;
        next == self.net.edges() || self.net.road[next] != self.net.road[e as usize]
    }
}

/// Nearest position on another drawn road within `most_m`.
fn nearest_drawn(lines: &[DrawnLine], own: usize, p: Coord, most_m: f64) -> Option<(Coord, f64)> {
    let others = lines.iter().enumerate().filter(|(i, _)| *i != own).flat_map(|(_, l)| l.line.windows(2));
    let all = others.map(|w| nearest_on_segment(p, w[0], w[1])).map(|(_, at, m)| (at, m));
    all.filter(|x| x.1 <= most_m).min_by(|a, b| a.1.total_cmp(&b.1))
}

/// Marks where two drawn roads, or one with itself, meet.
fn cross(lines: &mut [DrawnLine], i: usize, j: usize, met: &mut HashSet<(usize, u32, u64)>) {
    let (one, two) = (lines[i].line.clone(), lines[j].line.clone());
    for (k, a) in (0u32..).zip(one.windows(2)) {
        if met.len() > MAX_CROSSINGS {
            return;
        }
        for (l, b) in (0u32..).zip(two.windows(2)) {
            // A line meets itself at each of its bends.
            if i == j && l + 1 >= k {
                break;
            }
            let mut put = |p: Coord| {
                let at = a.iter().chain(b).find(|c| key(**c) == key(p)).map_or(p, |c| *c);
                for (line, seg, ends) in [(i, k, a), (j, l, b)] {
                    if met.insert((line, seg, key(at))) {
                        let place = (seg, nearest_on_segment(at, ends[0], ends[1]).0);
                        lines[line].marks.push(Mark { place, at });
                    }
                }
            };
            match line_intersection(Line::new(a[0], a[1]), Line::new(b[0], b[1])) {
                Some(LineIntersection::SinglePoint { intersection, .. }) => put(intersection),
                Some(LineIntersection::Collinear { intersection }) => {
                    put(intersection.start);
                    put(intersection.end);
                }
                None => {}
            }
        }
    }
}

fn place_order(a: &Place, b: &Place) -> std::cmp::Ordering {
    a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
}

/// Cuts a line at marks: the pieces, each with where on the line it begins and ends.
fn cut(line: &[Coord], mut marks: Vec<Mark>) -> Vec<(Vec<Coord>, Place, Place)> {
    marks.sort_by(|a, b| place_order(&a.place, &b.place));
    let end = (line.len() as u32 - 2, 1.0);
    let mut out = Vec::new();
    let (mut part, mut begin, mut next) = (vec![line[0]], (0, 0.0), 1usize);
    for m in &marks {
        while next <= m.place.0 as usize {
            part.push(line[next]);
            next += 1;
        }
        if key(m.at) == key(line[0]) && part.len() == 1 && out.is_empty() {
            continue;
        }
        if key(m.at) == key(line[line.len() - 1]) && m.place.0 == end.0 {
            continue;
        }
        if part.last().is_none_or(|l| key(*l) != key(m.at)) {
            part.push(m.at);
        }
        if part.len() > 1 {
            out.push((std::mem::replace(&mut part, vec![m.at]), begin, m.place));
            begin = m.place;
        }
    }
    part.extend_from_slice(&line[next..]);
    out.push((part, begin, end));
    out
}

/// A piece of a road in its order: number of the edge, line, surface, flags.
struct Piece {
    edge: u32,
    line: Vec<Coord>,
    surface: Surface,
    flags: u8,
}

/// Writes the changed network and roads.
struct Writer<'a> {
    plan: &'a Plan<'a>,
    out: Net,
    changed: Vec<u32>,
    vertex: HashMap<u64, u32>,
}

impl<'a> Writer<'a> {
    fn new(plan: &'a Plan<'a>) -> Self {
        let mut vertex = HashMap::new();
        for &e in plan.marks.keys() {
            let (line, i) = (plan.net.line(e), e as usize);
            vertex.insert(key(line[0]), plan.net.from[i]);
            vertex.insert(key(line[line.len() - 1]), plan.net.to[i]);
        }
        Writer { plan, out: plan.net.clone(), changed: Vec::new(), vertex }
    }

    fn vertex_at(&mut self, at: Coord) -> u32 {
        *self.vertex.entry(key(at)).or_insert_with(|| {
            self.out.vertex.push(at);
            self.out.vertex.len() as u32 - 1
        })
    }

    fn write(mut self, index: &EdgeIndex, drawn: &[Drawn], lines: &[DrawnLine], source: u16) -> Edited {
        let net = self.plan.net;
        let mut touched: Vec<u32> =
            self.plan.marks.keys().chain(self.plan.paved.keys()).map(|&e| net.road[e as usize]).collect();
        touched.sort_unstable();
        touched.dedup();
        let mut rewritten = BTreeMap::new();
        for road in touched {
            let begin = net.road.partition_point(|&r| r < road) as u32;
            let end = net.road.partition_point(|&r| r <= road) as u32;
            let pieces: Vec<Piece> = (begin..end).flat_map(|e| self.edge(e)).collect();
            rewritten.insert(road, pieces);
        }
        let mut roads = self.roads(rewritten);
        for (d, l) in drawn.iter().zip(lines) {
            let road = roads.id.len() as u32;
            let mut whole: Vec<Coord> = Vec::new();
            for (part, ..) in cut(&l.line, l.marks.clone()) {
                let (a, b) = (self.vertex_at(part[0]), self.vertex_at(part[part.len() - 1]));
                self.changed.push(self.out.edges() as u32);
                self.out.push(a, b, road, &part, length_m(&part));
                append(&mut whole, &part);
            }
            let flags = road_flags::BEGINS_AT_CUT | road_flags::ENDS_AT_CUT;
            push_row(&mut roads, (d.id.clone(), None), RoadClass::Unclassified, (d.surface, flags), source, &whole);
        }
        self.changed.sort_unstable();
        self.changed.dedup();
        let index = index.with(&self.out, &self.changed);
        Edited { roads: roads.into(), net: RoadNet { net: self.out, index }, changed: self.changed }
    }

    /// Cuts an edge; answers its pieces in order.
    fn edge(&mut self, e: u32) -> Vec<Piece> {
        let plan = self.plan;
        let road = plan.net.road[e as usize] as usize;
        let (old, old_flags) = (plan.roads.surface[road], plan.roads.flags[road]);
        let paved = plan.paved.get(&e).map_or(&[][..], Vec::as_slice);
        let marks = plan.marks.get(&e).cloned().unwrap_or_default();
        let parts = cut(plan.net.line(e), marks);
        let many = parts.len() > 1;
        let ends = (plan.net.from[e as usize], plan.net.to[e as usize]);
        let last = parts.len() - 1;
        let mut out = Vec::with_capacity(parts.len());
        for (k, (line, begin, end)) in parts.into_iter().enumerate() {
            let within = |r: &Run| place_order(&r.begin, &begin).is_le() && place_order(&end, &r.end).is_le();
            let done = paved.iter().any(within);
            let made = old_flags & !(road_flags::SURFACE_INFERRED | road_flags::NOT_ALL_SEASON);
            let (surface, flags) = if done { (Surface::Paved, made) } else { (old, old_flags) };
            let from = if k == 0 { ends.0 } else { self.vertex_at(line[0]) };
            let to = if k == last { ends.1 } else { self.vertex_at(line[line.len() - 1]) };
            let edge = if k == 0 { e } else { self.out.edges() as u32 };
            if k > 0 {
                self.out.push(from, to, road as u32, &line, length_m(&line));
            } else if many {
                self.out.put(e, from, to, &line, length_m(&line));
            }
            if many || (surface, flags) != (old, old_flags) {
                self.changed.push(edge);
            }
            out.push(Piece { edge, line, surface, flags });
        }
        out
    }

    /// The roads with the rewritten ones in their places, their further parts after the last.
    fn roads(&mut self, mut rewritten: BTreeMap<u32, Vec<Piece>>) -> Roads {
        let old = self.plan.roads;
        if rewritten.is_empty() {
            return old.clone();
        }
        let mut out = Roads {
            id: old.id.clone(),
            name: old.name.clone(),
            class: old.class.clone(),
            surface: old.surface.clone(),
            flags: old.flags.clone(),
            source: old.source.clone(),
            start: vec![0],
            coords: Vec::with_capacity(old.coords.len() + 64),
        };
        let mut further: Vec<(u32, Vec<Piece>)> = Vec::new();
        let mut next = 0usize;
        for (&road, pieces) in rewritten.iter_mut() {
            let r = road as usize;
            copy_lines(&mut out, old, next, r);
            next = r + 1;
            let mut parts: Vec<Vec<Piece>> = Vec::new();
            for p in pieces.drain(..) {
                match parts.last_mut() {
                    Some(part) if (part[0].surface, part[0].flags) == (p.surface, p.flags) => part.push(p),
                    _ => parts.push(vec![p]),
                }
            }
            let mut parts = parts.into_iter();
            let Some(first) = parts.next() else {
                copy_lines(&mut out, old, r, r + 1);
                continue;
            };
            (out.surface[r], out.flags[r]) = (first[0].surface, first[0].flags);
            let mut line = Vec::new();
            first.iter().for_each(|p| append(&mut line, &p.line));
            out.coords.extend_from_slice(&line);
            out.start.push(out.coords.len() as u32);
            let own = out.flags[r];
            for part in parts {
                further.push((road, part));
            }
            if further.last().is_some_and(|p| p.0 == road) {
                out.flags[r] = own | road_flags::ENDS_AT_CUT;
            }
        }
        copy_lines(&mut out, old, next, old.len());
        let last = |k: usize, road: u32| further.get(k + 1).is_none_or(|p| p.0 != road);
        let last: Vec<bool> = further.iter().enumerate().map(|(k, p)| last(k, p.0)).collect();
        for ((road, part), last) in further.into_iter().zip(last) {
            let r = road as usize;
            let cut =
                if last { road_flags::BEGINS_AT_CUT } else { road_flags::BEGINS_AT_CUT | road_flags::ENDS_AT_CUT };
            let number = out.id.len() as u32;
            let mut line = Vec::new();
            for p in &part {
                append(&mut line, &p.line);
                self.out.road[p.edge as usize] = number;
            }
            let name = (old.id[r].clone(), old.name[r].clone());
            push_row(&mut out, name, old.class[r], (part[0].surface, part[0].flags | cut), old.source[r], &line);
        }
        out
    }
}

fn copy_lines(out: &mut Roads, old: &Roads, from: usize, to: usize) {
    let shift = out.coords.len() as i64 - i64::from(old.start[from]);
    out.coords.extend_from_slice(&old.coords[old.start[from] as usize..old.start[to] as usize]);
    out.start.extend(old.start[from + 1..=to].iter().map(|&s| (i64::from(s) + shift) as u32));
}

fn push_row(
    out: &mut Roads,
    (id, name): (String, Option<String>),
    class: RoadClass,
    (surface, flags): (Surface, u8),
    source: u16,
    line: &[Coord],
) {
    if out.start.is_empty() {
        out.start.push(0);
    }
    out.id.push(id);
    out.name.push(name);
    out.class.push(class);
    out.surface.push(surface);
    out.flags.push(flags);
    out.source.push(source);
    out.coords.extend_from_slice(line);
    out.start.push(out.coords.len() as u32);
}

/// Appends a line to one that ends where it begins.
fn append(line: &mut Vec<Coord>, part: &[Coord]) {
    let skip = usize::from(line.last().is_some() && line.last() == part.first());
    line.extend_from_slice(&part[skip..]);
}
