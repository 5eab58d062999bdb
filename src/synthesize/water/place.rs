//! Where sources stand, and who uses which.
//!
//! Villages whose nearest source has to be the right one keep a circle around them clear of other sources that work.
//! Everybody else whose nearest source turned out to be another one gets it written into the record.

use std::collections::HashSet;
use std::f64::consts::TAU;
use std::ops::Range;

use geo::Coord;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::height::Heights;
use super::model::*;
use super::near::Near;
use super::samples::{self, Show};
use crate::synthesize::terrain::round7;
use crate::world::metric;

/// The nearest source is nearer than the second nearest by this factor at least.
pub const CLEARLY_NEARER: f64 = 1.05;

/// A position `m` metres from `from`.
pub fn offset(from: Coord, m: f64, angle: f64) -> Coord {
    let (kx, ky) = metric::metres_per_degree(from.y);
    round7(Coord { x: from.x + m * angle.cos() / kx, y: from.y + m * angle.sin() / ky })
}

/// No circle around a village is larger, metres.
const WIDEST_GUARD_M: f64 = 1_100.0;

pub struct Builder<'a> {
    pub points: &'a [Coord],
    pub near: &'a Near,
    /// Metres to each village's nearest neighbour.
    pub room: &'a [f64],
    pub rng: ChaCha8Rng,
    pub situations: Vec<Situation>,
    pub villages: Vec<Option<VillageWater>>,
    pub sources: Vec<Source>,
    pub areas: Vec<Area>,
    pub heights: Heights,
    /// Sources that work.
    pub working: Near,
    /// Sources with more than anybody needs.
    pub plenty: Vec<usize>,
    /// Sources for which villages compete, with their litres.
    pub scarce: Vec<(usize, i64)>,
    /// Villages with a circle around them, and its radius in metres (0 without).
    guarded: Near,
    guard_m: Vec<f64>,
    gorges: HashSet<usize>,
    /// Cells with a village or a source.
    taken: HashSet<usize>,
}

impl<'a> Builder<'a> {
    pub fn new(
        points: &'a [Coord],
        near: &'a Near,
        room: &'a [f64],
        situations: Vec<Situation>,
        mut rng: ChaCha8Rng,
    ) -> Self {
        let heights = Heights::new(points, &mut rng);
        let taken = points.iter().map(|p| heights.cell(*p)).collect();
        Builder {
            points,
            near,
            room,
            rng,
            villages: vec![None; situations.len()],
            situations,
            sources: Vec::new(),
            areas: Vec::new(),
            heights,
            working: Near::default(),
            plenty: Vec::new(),
            scarce: Vec::new(),
            guarded: Near::default(),
            guard_m: vec![0.0; points.len()],
            gorges: HashSet::new(),
            taken,
        }
    }

    /// Keeps a circle clear around a village whose source lies at most `source_m` away.
    pub fn guard(&mut self, village: usize, source_m: f64) {
        self.guard_m[village] = (1.08 * source_m).min(WIDEST_GUARD_M);
        self.guarded.add(village, self.points[village]);
    }

    pub fn is_guarded(&self, village: usize) -> bool {
        self.guard_m[village] > 0.0
    }

    /// May a source that works stand there? `village` is whose it is.
    pub fn is_free(&self, p: Coord, village: usize) -> bool {
        let around = self.guarded.within(p, WIDEST_GUARD_M);
        !self.gorges.contains(&self.heights.cell(p))
            && !around.iter().any(|(d, g)| *g != village && *d < self.guard_m[*g])
    }

    /// A free place for a source at a distance within `metres` from `from`.
    pub fn spot(&mut self, from: Coord, metres: Range<f64>, village: usize) -> Coord {
        let mut p = from;
        for _ in 0..100 {
            let angle = self.rng.random_range(0.0..TAU);
            p = offset(from, self.rng.random_range(metres.clone()), angle);
            if self.is_free(p, village) {
                break;
            }
        }
        p
    }

    /// The same, or else close to the village.
    pub fn spot_or_close(&mut self, from: Coord, metres: Range<f64>, village: usize) -> Coord {
        let p = self.spot(from, metres, village);
        if self.is_free(p, village) { p } else { self.spot(self.points[village], 30.0..200.0, village) }
    }

    /// A place for a source that lies `depth_m` deeper than its village, in a cell of its own.
    pub fn gorge(&mut self, village: usize, metres: Range<f64>, depth_m: i16) -> Option<Coord> {
        let from = self.points[village];
        for _ in 0..200 {
            let angle = self.rng.random_range(0.0..TAU);
            let p = offset(from, self.rng.random_range(metres.clone()), angle);
            let cell = self.heights.cell(p);
            if self.is_free(p, village) && !self.taken.contains(&cell) {
                self.heights.metres[cell] = self.heights.at(from) - depth_m;
                self.gorges.insert(cell);
                return Some(p);
            }
        }
        None
    }

    /// Adds a source; `village` gives it its name.
    pub fn source(&mut self, village: usize, kind: SourceType, at: Coord, show: Show) -> usize {
        let index = self.sources.len();
        let depth_m = match kind {
            SourceType::Borehole => Some(f64::from(self.rng.random_range(40..160))),
            SourceType::ProtectedWell | SourceType::UnprotectedWell => {
                Some(f64::from(self.rng.random_range(60..250)) / 10.0)
            }
            _ => None,
        };
        self.taken.insert(self.heights.cell(at));
        self.working.add(index, at);
        self.sources.push(Source {
            number: index + 1,
            village,
            kind,
            functional: "yes",
            abandoned: false,
            at,
            elevation_m: self.heights.at(at),
            depth_m,
            yield_l: None,
            samples: samples::draw(show, &mut self.rng),
        });
        index
    }

    /// Adds a source that does not work any more, nearer to its village than the one that does.
    pub fn broken(&mut self, village: usize, metres: Range<f64>) {
        let angle = self.rng.random_range(0.0..TAU);
        let at = offset(self.points[village], self.rng.random_range(metres), angle);
        let show = if self.rng.random_bool(0.6) { Show::Safe } else { Show::Nothing };
        let abandoned = self.rng.random_bool(0.5);
        let samples = samples::draw(show, &mut self.rng);
        self.taken.insert(self.heights.cell(at));
        let yield_l = self.rng.random_bool(0.5).then(|| 1_000 * self.rng.random_range(100..400));
        self.sources.push(Source {
            number: self.sources.len() + 1,
            village,
            kind: SourceType::ProtectedWell,
            functional: "no",
            abandoned,
            at,
            elevation_m: self.heights.at(at),
            depth_m: None,
            yield_l,
            samples,
        });
    }

    /// Gives a village its source and the rest of its record.
    pub fn supply(&mut self, village: usize, source: usize, how: How, minutes: Option<i64>) {
        use Situation::*;
        let situation = self.situations[village];
        let rng = &mut self.rng;
        let scarce = match situation {
            TooLittle | BetweenLitres => false,
            TooLittleScarce | ScarceEnough => true,
            _ => rng.random_bool(0.3),
        };
        // The limits are 60 and 35 litres; 40 and 20 where water is scarce.
        let litres = match situation {
            TooLittle => rng.random_range(14..=33),
            TooLittleScarce => rng.random_range(8..=19),
            BetweenLitres => rng.random_range(37..=57),
            ScarceEnough => rng.random_range(21..=33),
            _ if scarce => rng.random_range(42..=58),
            _ => rng.random_range(63..=110),
        };
        // 95 and 90 % of 365 days.
        let days_short = match situation {
            Unreliable => rng.random_range(40..=120),
            BetweenDays => rng.random_range(21..=34),
            _ => rng.random_range(0..=15),
        };
        let piped_share = if situation.fetched() { 0.0 } else { 1.0 };
        if how == How::Area {
            let radius_m = (0.42 * self.room[village]).min(800.0);
            self.areas.push(Area { source, village: Some(village), centre: self.points[village], radius_m });
        }
        self.villages[village] =
            Some(VillageWater { situation, source, how, litres, scarce, days_short, piped_share, minutes });
    }

    /// Gives a source to several villages at once.
    pub fn share(&mut self, group: &[usize], source: usize) {
        let wanted = group.len() == 2 && self.rng.random_bool(0.4);
        let circle = wanted.then(|| {
            let (a, b) = (self.points[group[0]], self.points[group[1]]);
            (round7(metric::along(a, b, 0.5)), 0.5 * metric::distance_m(a, b) + 150.0)
        });
        let clear = circle.filter(|(centre, r)| self.near.within(*centre, 1.1 * r).len() == 2);
        for &v in group {
            self.supply(v, source, How::Record, None);
            if clear.is_some()
                && let Some(water) = &mut self.villages[v]
            {
                water.how = How::Area;
            }
        }
        if let Some((centre, radius_m)) = clear {
            self.areas.push(Area { source, village: None, centre, radius_m });
        }
    }

    /// Record, area or the nearest one.
    pub fn some_way(&mut self) -> How {
        match self.rng.random_range(0..10) {
            0..3 => How::Record,
            3..6 => How::Area,
            _ => How::Nearest,
        }
    }

    /// Where another source is as near, the record has to name the right one.
    pub fn settle_nearest(&mut self) {
        for (i, water) in self.villages.iter_mut().enumerate() {
            let Some(water) = water.as_mut().filter(|w| w.how == How::Nearest) else { continue };
            let own = metric::distance_m(self.points[i], self.sources[water.source].at);
            let around = self.working.within(self.points[i], CLEARLY_NEARER * own + 1.0);
            if around.iter().any(|(_, s)| *s != water.source) {
                water.how = How::Record;
            }
        }
    }
}
