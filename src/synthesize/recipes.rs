//! What can be planted in a plot. Each recipe builds one situation with one true answer.

use rand::Rng;

use super::plot::{Claim, Plot};
use crate::world::{RoadClass, Surface, VillageStatus};

/// A situation with a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipe {
    /// One unpaved road to one village.
    Spur,
    /// Two to five villages on one unpaved tree.
    Tree(u8),
    /// Two or three villages, each with an unpaved road of its own to the mesh, and a cross track between them: one road
    /// and the cross track serve all for less than their own roads.
    OwnWays(u8),
    /// Road surface not recorded: the answer is unknown.
    Unknown,
    /// Gravel, unknown and earth in turn.
    Mixed,
    /// A paved stretch in the middle of an unpaved road.
    Island,
    /// A shorter earth road and a longer but cheaper gravel road.
    Alternative,
    /// A village beside the middle of a long unpaved dead end.
    MidEdge,
    /// A village beside an unpaved road that reaches paved roads at both ends.
    Through,
    /// A village 600–3000 m from any road; the paved road is the nearest.
    NewLink,
    /// The same, but the nearest road is unpaved itself.
    NewToSpur,
    /// On an unpaved piece that reaches nothing.
    CutOff,
    /// On a paved piece that reaches nothing.
    CutOffPaved,
    /// 505–560 m from the paved road, at the end of an earth road.
    JustBeyond,
    /// 505–560 m from the paved road, without a road.
    JustBeyondBare,
    /// A bridge over a paved road does not connect to it.
    Bridge,
    /// A school, no village.
    School,
    /// A township seat and its village.
    Seat,
}

impl Recipe {
    /// Each situation once, the usual ones first: a small region gets the beginning of this list.
    pub const FIRST_ROUND: [Recipe; 17] = [
        Recipe::Spur,
        Recipe::School,
        Recipe::Unknown,
        Recipe::Tree(3),
        Recipe::CutOff,
        Recipe::NewLink,
        Recipe::Seat,
        Recipe::JustBeyond,
        Recipe::Alternative,
        Recipe::Island,
        Recipe::MidEdge,
        Recipe::Bridge,
        Recipe::Mixed,
        Recipe::Through,
        Recipe::CutOffPaved,
        Recipe::NewToSpur,
        Recipe::JustBeyondBare,
    ];

    /// Later rounds: common situations more often.
    pub const LATER_ROUND: [Recipe; 24] = [
        Recipe::Spur,
        Recipe::Spur,
        Recipe::Spur,
        Recipe::Tree(2),
        Recipe::Tree(3),
        Recipe::Tree(4),
        Recipe::Tree(5),
        Recipe::Unknown,
        Recipe::Unknown,
        Recipe::Mixed,
        Recipe::Mixed,
        Recipe::Island,
        Recipe::Alternative,
        Recipe::MidEdge,
        Recipe::Through,
        Recipe::NewLink,
        Recipe::NewToSpur,
        Recipe::CutOff,
        Recipe::CutOffPaved,
        Recipe::JustBeyond,
        Recipe::JustBeyondBare,
        Recipe::Bridge,
        Recipe::School,
        Recipe::Seat,
    ];

    /// What may be planted instead, with as many villages.
    pub fn instead(self) -> Option<Recipe> {
        match self {
            Recipe::Tree(n @ 2..=3) => Some(Recipe::OwnWays(n)),
            _ => None,
        }
    }

    /// Villages it makes.
    pub fn villages(self) -> usize {
        match self {
            Recipe::School => 0,
            Recipe::Tree(n) | Recipe::OwnWays(n) => usize::from(n),
            _ => 1,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Recipe::Spur => "spur",
            Recipe::Tree(_) => "shared_last_mile",
            Recipe::OwnWays(_) => "own_ways_and_cross_track",
            Recipe::Unknown => "unknown_surface",
            Recipe::Mixed => "mixed_surfaces",
            Recipe::Island => "paved_island",
            Recipe::Alternative => "cheaper_but_longer",
            Recipe::MidEdge => "joins_mid_edge",
            Recipe::Through => "between_two_mains",
            Recipe::NewLink => "new_link",
            Recipe::NewToSpur => "new_link_to_unpaved",
            Recipe::CutOff => "cut_off",
            Recipe::CutOffPaved => "cut_off_paved",
            Recipe::JustBeyond => "just_beyond",
            Recipe::JustBeyondBare => "just_beyond_no_road",
            Recipe::Bridge => "bridge_over",
            Recipe::School => "school",
            Recipe::Seat => "township_seat",
        }
    }

    pub fn plant(self, p: &mut Plot<'_>) {
        match self {
            Recipe::Spur => spur(p),
            Recipe::Tree(n) => tree(p, n),
            Recipe::OwnWays(n) => own_ways(p, n),
            Recipe::Unknown => simple(p, Surface::Unknown, 0.5),
            Recipe::Mixed => mixed(p),
            Recipe::Island => island(p),
            Recipe::Alternative => alternative(p),
            Recipe::MidEdge => mid_edge(p),
            Recipe::Through => through(p),
            Recipe::NewLink => new_link(p),
            Recipe::NewToSpur => new_to_spur(p),
            Recipe::CutOff => cut_off(p, Surface::Earth),
            Recipe::CutOffPaved => cut_off(p, Surface::Paved),
            Recipe::JustBeyond => just_beyond(p, true),
            Recipe::JustBeyondBare => just_beyond(p, false),
            Recipe::Bridge => bridge(p),
            Recipe::School => school(p),
            Recipe::Seat => seat(p),
        }
    }
}

fn linked(whole: &[usize], last: usize) -> Claim {
    Claim::Linked { whole: whole.to_vec(), last, new: false }
}

fn some_unpaved(p: &mut Plot<'_>) -> Surface {
    if p.rng.random_bool(0.5) { Surface::Gravel } else { Surface::Earth }
}

/// Widest part of a plot that gaps are built in, metres: on a coarse mesh the last miles stay near its corner and
/// do not grow with it.
const USUAL_M: f64 = 6_400.0;

/// Metres between villages whose own ways run side by side.
const APART_M: f64 = 1_150.0;

fn usual(p: &Plot<'_>) -> f64 {
    p.g.min(USUAL_M)
}

/// Smallest and largest plot coordinate of contents.
fn span(p: &Plot<'_>) -> (f64, f64) {
    let g = usual(p);
    (Plot::inset(p.g), g - Plot::inset(g))
}

/// One road straight in, to a village at the given share of the usable depth.
fn simple(p: &mut Plot<'_>, surface: Surface, depth: f64) {
    let (lo, hi) = span(p);
    let joint = p.attach(0, 0.5 * usual(p), 0.0);
    let end = p.at(0.5 * usual(p), lo + depth * (hi - lo));
    let road = p.track(&[joint, end], surface);
    let point = p.near(end, 150.0);
    p.village(point, linked(&[], road));
}

fn spur(p: &mut Plot<'_>) {
    let surface = some_unpaved(p);
    let (lo, hi) = span(p);
    let joint = p.attach(0, 0.5 * usual(p), 0.0);
    match p.rng.random_range(0..3) {
        // Short: 700–1100 m.
        0 => {
            let d = p.rng.random_range(700.0..1100.0);
            let end = p.inwards(joint, d);
            let road = p.track(&[joint, end], surface);
            p.village(end, linked(&[], road));
        }
        // With a corner, up to 6 km.
        1 => {
            let reach = (hi - lo).min(5_000.0);
            let y = lo + p.rng.random_range(0.3..0.6) * reach;
            let corner = p.at(0.5 * usual(p), y);
            let further = p.rng.random_range(0.1..0.35) * reach;
            let end = p.at(lo + 0.05 * reach, y + further);
            let road = p.track(&[joint, corner, end], surface);
            let point = p.near(end, 120.0);
            p.village(point, linked(&[], road));
        }
        _ => {
            let depth = p.rng.random_range(0.1..1.0);
            let end = p.at(0.5 * usual(p), lo + depth * (hi - lo).min(4_500.0));
            let road = p.track(&[joint, end], surface);
            let point = p.near(end, 150.0);
            p.village(point, linked(&[], road));
        }
    }
}

fn tree(p: &mut Plot<'_>, n: u8) {
    let g = usual(p);
    let (lo, hi) = span(p);
    let joint = p.attach(0, 0.5 * g, 0.0);
    let (low, high) = (p.at(0.5 * g, 0.31 * g), p.at(0.5 * g, 0.58 * g));
    let surface = some_unpaved(p);
    let stem = p.track(&[joint, low], surface);
    let branch = |p: &mut Plot<'_>, before: &[usize], from, x, y| {
        let surface = some_unpaved(p);
        let end = p.at(x, y);
        let road = p.track(&[from, end], surface);
        let point = p.near(end, 150.0);
        p.village(point, linked(before, road));
    };
    branch(p, &[stem], low, lo + 100.0, 0.42 * g);
    if n != 3 {
        branch(p, &[stem], low, hi - 100.0, 0.40 * g);
    }
    if n >= 3 {
        let surface = some_unpaved(p);
        let upper = p.track(&[low, high], surface);
        branch(p, &[stem, upper], high, lo + 300.0, hi - 100.0);
        branch(p, &[stem, upper], high, hi - 300.0, hi - 200.0);
        if n == 5 {
            let point = p.at(0.5 * g - 250.0, 0.45 * g);
            p.village(point, linked(&[stem], upper));
        }
    }
}

/// Roads side by side, as long as each other but for a few hundred metres, so that the way over the cross track
/// ([`APART_M`]) is never a village's own cheapest; and far longer than it, so that together it is cheaper.
fn own_ways(p: &mut Plot<'_>, n: u8) {
    let g = usual(p);
    let (lo, hi) = span(p);
    let depth = lo + p.rng.random_range(0.5..0.95) * (hi - lo);
    let surface = some_unpaved(p);
    let first = 0.5 * g - 0.5 * APART_M * f64::from(n - 1);
    let mut before = None;
    for k in 0..n {
        let x = first + APART_M * f64::from(k);
        let joint = p.attach(0, x, 0.0);
        let end = p.at(x, depth);
        let road = p.track(&[joint, end], surface);
        if let Some(other) = before.replace(end) {
            p.track(&[other, end], surface);
        }
        let point = p.near(end, 120.0);
        p.village(point, linked(&[], road));
    }
}

fn mixed(p: &mut Plot<'_>) {
    let g = usual(p);
    let (_, hi) = span(p);
    let joint = p.attach(0, 0.5 * g, 0.0);
    let (a, b, end) = (p.at(0.5 * g, 0.30 * g), p.at(0.5 * g + 300.0, 0.5 * g), p.at(0.5 * g - 200.0, hi));
    let first = p.track(&[joint, a], Surface::Gravel);
    let second = p.track(&[a, b], Surface::Unknown);
    let third = p.track(&[b, end], Surface::Earth);
    let point = p.near(end, 120.0);
    p.village(point, linked(&[first, second], third));
}

fn island(p: &mut Plot<'_>) {
    let g = usual(p);
    let (_, hi) = span(p);
    let joint = p.attach(0, 0.5 * g, 0.0);
    let (a, b, end) = (p.at(0.5 * g, 0.27 * g), p.at(0.5 * g, 0.37 * g), p.at(0.5 * g + 200.0, hi));
    let first = p.track(&[joint, a], Surface::Gravel);
    let scrap = p.road(&[a, b], Surface::Paved, RoadClass::Unclassified);
    let second = p.track(&[b, end], Surface::Earth);
    let point = p.near(end, 120.0);
    p.village(point, linked(&[first, scrap], second));
}

fn alternative(p: &mut Plot<'_>) {
    let g = usual(p);
    let south = p.attach(0, 0.5 * g, 0.0);
    let west = p.attach(3, 0.0, 0.5 * g);
    let village = p.at(0.5 * g, 0.43 * g);
    let detour = p.at(0.58 * g, 0.22 * g);
    p.track(&[south, detour, village], Surface::Earth);
    let bend = p.at(0.28 * g, 0.52 * g);
    let gravel = p.track(&[west, bend, village], Surface::Gravel);
    p.village(village, linked(&[], gravel));
}

fn mid_edge(p: &mut Plot<'_>) {
    let g = usual(p);
    let (_, hi) = span(p);
    let joint = p.attach(0, 0.5 * g, 0.0);
    let end = p.at(0.5 * g, hi);
    let surface = some_unpaved(p);
    let road = p.track(&[joint, end], surface);
    let (aside, depth) = (p.rng.random_range(150.0..380.0), p.rng.random_range(0.42..0.58));
    let point = p.at(0.5 * g + aside, depth * g);
    p.village(point, linked(&[], road));
}

fn through(p: &mut Plot<'_>) {
    let g = usual(p);
    let (south, north) = (p.attach(0, 0.5 * g, 0.0), p.attach(2, 0.5 * g, p.g));
    let surface = some_unpaved(p);
    let road = p.track(&[south, north], surface);
    let aside = p.rng.random_range(100.0..380.0);
    let point = p.at(0.5 * g - aside, 0.37 * g);
    p.village(point, linked(&[], road));
}

fn new_link(p: &mut Plot<'_>) {
    let joint = p.attach(0, 0.5 * usual(p), 0.0);
    let far = (0.32 * usual(p)).min(3_000.0);
    let d = p.rng.random_range(600.0..far);
    let point = p.inwards(joint, d);
    let road = p.side(0);
    p.village(point, Claim::Linked { whole: vec![], last: road, new: true });
}

fn new_to_spur(p: &mut Plot<'_>) {
    let g = usual(p);
    let joint = p.attach(0, 0.5 * g, 0.0);
    let end = p.at(0.5 * g, 0.22 * g);
    let surface = some_unpaved(p);
    let road = p.track(&[joint, end], surface);
    let beyond = p.rng.random_range(500.0..750.0);
    let point = p.at(0.5 * g + 650.0, 0.22 * g + beyond);
    p.village(point, Claim::Linked { whole: vec![], last: road, new: true });
}

fn cut_off(p: &mut Plot<'_>, surface: Surface) {
    let g = usual(p);
    let (a, b) = (p.at(0.5 * g - 700.0, 0.52 * g), p.at(0.5 * g + 700.0, 0.46 * g));
    let piece = p.track(&[a, b], surface);
    let point = p.near(b, 250.0);
    p.village(point, Claim::CutOff { piece: vec![piece] });
}

fn just_beyond(p: &mut Plot<'_>, with_road: bool) {
    let joint = p.attach(0, 0.5 * usual(p), 0.0);
    let d = p.rng.random_range(505.0..560.0);
    let point = p.inwards(joint, d);
    let claim = if with_road {
        linked(&[], p.track(&[joint, point], Surface::Earth))
    } else {
        Claim::Linked { whole: vec![], last: p.side(0), new: true }
    };
    p.village(point, claim);
}

fn bridge(p: &mut Plot<'_>) {
    let g = usual(p);
    let (_, hi) = span(p);
    let (x, y) = (0.5 * g, 0.36 * g);
    let south = p.attach(0, x, 0.0);
    let west = p.attach(3, 0.0, y);
    // The paved dead end runs straight under the bridge. The odd lengths keep evenly spaced vertices of the two
    // from falling on one another, which would join them.
    let (below, above, end) = (p.at(x, y - 230.0), p.at(x, y + 270.0), p.at(x, 0.52 * g));
    p.road(&[south, below, above, end], Surface::Paved, RoadClass::Unclassified);
    let (from, to, village) = (p.at(x - 47.0, y), p.at(x + 71.0, y), p.at(hi, 0.40 * g));
    let first = p.track(&[west, from], Surface::Gravel);
    let bridge = p.track(&[from, to], Surface::Gravel);
    p.land.lines[bridge].bridge = true;
    let last = p.track(&[to, village], Surface::Gravel);
    let point = p.near(village, 100.0);
    p.village(point, linked(&[first, bridge], last));
}

fn school(p: &mut Plot<'_>) {
    let (lo, hi) = span(p);
    let joint = p.attach(0, 0.5 * usual(p), 0.0);
    let depth = p.rng.random_range(lo..hi);
    let end = p.at(0.5 * usual(p), depth);
    let surface = some_unpaved(p);
    let road = p.track(&[joint, end], surface);
    let point = p.near(end, 120.0);
    let school = p.facility(point, linked(&[], road));
    p.land.schools.push(school);
}

fn seat(p: &mut Plot<'_>) {
    let (lo, hi) = span(p);
    let joint = p.attach(0, 0.5 * usual(p), 0.0);
    let depth = p.rng.random_range(lo..hi);
    let end = p.at(0.5 * usual(p), depth);
    let surface = some_unpaved(p);
    let road = p.track(&[joint, end], surface);
    let (point, village) = (p.near(end, 60.0), p.near(end, 150.0));
    let seat = p.facility(point, linked(&[], road));
    p.land.seats.push(seat);
    p.village_of(village, linked(&[], road), VillageStatus::Administrative);
}

/// A plot without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ordinary {
    /// A paved road through, three villages along it.
    Through,
    /// A paved dead end with two villages.
    DeadEnd,
    /// Two paved dead ends that almost meet: two villages near each other, far apart by road.
    Pocket,
}

impl Ordinary {
    pub fn villages(self) -> usize {
        match self {
            Ordinary::Through => 3,
            Ordinary::DeadEnd | Ordinary::Pocket => 2,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Ordinary::Through => "paved_through_road",
            Ordinary::DeadEnd => "paved_dead_end",
            Ordinary::Pocket => "paved_pocket",
        }
    }

    /// Builds it with at most `room` villages.
    pub fn build(self, p: &mut Plot<'_>, room: usize) {
        let g = p.g;
        let hi = g - Plot::inset(g);
        let south = p.attach(0, 0.5 * g, 0.0);
        match self {
            Ordinary::Through => {
                let north = p.attach(2, 0.5 * g, g);
                p.road(&[south, north], Surface::Paved, RoadClass::Unclassified);
                for y in [0.5, 0.32, 0.68].into_iter().take(room) {
                    let aside = p.rng.random_range(-380.0..380.0);
                    let point = p.at(0.5 * g + aside, y * g);
                    p.village(point, Claim::Connected);
                }
            }
            Ordinary::DeadEnd => {
                let end = p.at(0.5 * g, hi - 200.0);
                p.road(&[south, end], Surface::Paved, RoadClass::Unclassified);
                let point = p.near(end, 200.0);
                p.village(point, Claim::Connected);
                if room > 1 {
                    let aside = p.rng.random_range(50.0..380.0);
                    let point = p.at(0.5 * g + aside, 0.42 * g);
                    p.village(point, Claim::Connected);
                }
            }
            Ordinary::Pocket => {
                let north = p.attach(2, 0.5 * g, g);
                let (a, b) = (p.at(0.5 * g, 0.5 * g - 600.0), p.at(0.5 * g, 0.5 * g + 600.0));
                p.road(&[south, a], Surface::Paved, RoadClass::Unclassified);
                p.road(&[north, b], Surface::Paved, RoadClass::Unclassified);
                let one = p.village_of(a, Claim::Connected, VillageStatus::Administrative);
                if room > 1 {
                    let other = p.village_of(b, Claim::Connected, VillageStatus::Administrative);
                    p.land.far_neighbours.push((one, other));
                }
            }
        }
    }
}
