//! Where electric things may stand: distances between settlements, and ground that planted villages keep clear.

use std::collections::HashMap;

use geo::Coord;

use super::model::Situation;
use crate::synthesize::terrain::{Frame, nearest_on_line};
use crate::world::metric;

/// Nothing electrical comes nearer to a village without grid, metres (threshold 5 km).
pub const NO_GRID_CLEAR_M: f64 = 5_120.0;
/// Nothing of three phases comes nearer to a village without three-phase power, metres (threshold 500 m).
pub const THREE_PHASE_CLEAR_M: f64 = 560.0;
/// Nor comes it into the ground that is nearest to that village, with this margin, metres.
const TERRITORY_MARGIN_M: f64 = 40.0;
/// Settlements farther apart are no neighbours on the grid.
pub const NEIGHBOUR_M: f64 = 9_000.0;
/// Farther off a village's territory does not reach, metres.
const CARE_M: f64 = 9_000.0;
const CELL_M: f64 = 3_000.0;

/// Settlements of all villages, by position.
pub struct Ground {
    points: Vec<Coord>,
    metres: Vec<Coord>,
    cells: HashMap<(i64, i64), Vec<usize>>,
}

fn cell(m: Coord) -> (i64, i64) {
    ((m.x / CELL_M).floor() as i64, (m.y / CELL_M).floor() as i64)
}

impl Ground {
    pub fn new(points: Vec<Coord>) -> Self {
        let n = points.len().max(1) as f64;
        let sum = points.iter().fold(Coord { x: 0.0, y: 0.0 }, |a, p| a + *p);
        let frame = Frame::new(sum / n, Coord { x: 0.0, y: 0.0 });
        let metres: Vec<Coord> = points.iter().map(|p| frame.metres(*p)).collect();
        let mut cells: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
        for (i, m) in metres.iter().enumerate() {
            cells.entry(cell(*m)).or_default().push(i);
        }
        Ground { points, metres, cells }
    }

    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Villages within about `radius` metres of village `i`, without it, in order of their index.
    pub fn around(&self, i: usize, radius: f64) -> Vec<usize> {
        let reach = (radius / CELL_M).ceil() as i64 + 1;
        let (x, y) = cell(self.metres[i]);
        let mut found: Vec<usize> = (x - reach..=x + reach)
            .flat_map(|x| (y - reach..=y + reach).filter_map(move |y| self.cells.get(&(x, y))))
            .flatten()
            .copied()
            .filter(|&k| k != i && metric::distance_m(self.points[i], self.points[k]) <= radius)
            .collect();
        found.sort_unstable();
        found
    }

    pub fn distance(&self, a: usize, b: usize) -> f64 {
        metric::distance_m(self.points[a], self.points[b])
    }

    /// Metres to the nearest other village, at most `radius`.
    pub fn nearest(&self, i: usize, radius: f64) -> f64 {
        self.around(i, radius).into_iter().map(|k| self.distance(i, k)).fold(radius, f64::min)
    }

    /// Gabriel neighbours within [`NEIGHBOUR_M`]: no third settlement lies in the circle over the two, so a straight
    /// line between them stays on ground that is nearest to one of them.
    pub fn neighbours(&self) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for a in 0..self.points.len() {
            let near = self.around(a, NEIGHBOUR_M);
            for &b in near.iter().filter(|b| **b > a) {
                let d = self.distance(a, b).powi(2);
                let blocked = near
                    .iter()
                    .filter(|c| **c != b)
                    .any(|&c| self.distance(a, c).powi(2) + self.distance(b, c).powi(2) < d);
                if !blocked {
                    pairs.push((a, b));
                }
            }
        }
        pairs
    }
}

/// Ground that has to stay clear.
pub struct Clear<'a> {
    ground: &'a Ground,
    no_grid: Vec<usize>,
    /// With the villages around it.
    no_three_phase: Vec<(usize, Vec<usize>)>,
}

impl<'a> Clear<'a> {
    pub fn new(ground: &'a Ground, situations: &[Situation]) -> Self {
        let of = |s: Situation| (0..situations.len()).filter(move |&i| situations[i] == s);
        Clear {
            ground,
            no_grid: of(Situation::NoGrid).collect(),
            no_three_phase: of(Situation::NoThreePhase)
                .map(|i| {
                    // Nearest first: they decide soonest.
                    let mut around = ground.around(i, CARE_M);
                    around.sort_by(|&a, &b| ground.distance(i, a).total_cmp(&ground.distance(i, b)));
                    (i, around)
                })
                .collect(),
        }
    }

    /// The village that a line (or a place, as a line of one position) would rob of its gap.
    /// `one_phase` lines only mind villages without any grid.
    pub fn robbed(&self, line: &[Coord], one_phase: bool) -> Option<usize> {
        let whole: Vec<Coord> = if line.len() == 1 { vec![line[0]; 2] } else { line.to_vec() };
        let (lo, hi) = whole.iter().fold((whole[0], whole[0]), |(lo, hi), c| {
            (Coord { x: lo.x.min(c.x), y: lo.y.min(c.y) }, Coord { x: hi.x.max(c.x), y: hi.y.max(c.y) })
        });
        let (lo, hi) = metric::grow_box(lo, hi, CARE_M);
        let near = |i: usize| {
            let p = self.ground.points[i];
            p.x >= lo.x && p.x <= hi.x && p.y >= lo.y && p.y <= hi.y
        };
        let apart = |i: usize| nearest_on_line(self.ground.points[i], &whole).2;
        if let Some(&i) = self.no_grid.iter().find(|&&i| near(i) && apart(i) < NO_GRID_CLEAR_M) {
            return Some(i);
        }
        if one_phase {
            return None;
        }
        self.no_three_phase
            .iter()
            .find(|(i, others)| near(*i) && (apart(*i) < THREE_PHASE_CLEAR_M || self.enters(*i, others, &whole)))
            .map(|(i, _)| *i)
    }

    fn enters(&self, i: usize, others: &[usize], line: &[Coord]) -> bool {
        line.windows(2).any(|w| {
            let steps = (metric::distance_m(w[0], w[1]) / 60.0).ceil().max(1.0) as usize;
            (0..=steps).any(|k| {
                let p = metric::along(w[0], w[1], k as f64 / steps as f64);
                let own = metric::distance_m(p, self.ground.points[i]) - TERRITORY_MARGIN_M;
                own < CARE_M && others.iter().all(|&o| metric::distance_m(p, self.ground.points[o]) > own)
            })
        })
    }
}
