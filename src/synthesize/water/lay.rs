//! Lays out the sources: one situation after the other, then the ordinary villages.

use std::ops::Range;

use rand::Rng;
use rand::seq::IndexedRandom;

use super::model::*;
use super::place::Builder;
use super::samples::{CONVERTED, DETECTED, Show};
use crate::world::metric;

/// Metres to a source that is too far (threshold 800 m), and to one much too far. Between them it takes about half
/// an hour to fetch water, so nothing lies there.
const TOO_FAR_M: Range<f64> = 845.0..930.0;
const MUCH_TOO_FAR_M: Range<f64> = 1_420.0..1_900.0;
/// Metres to a source that is near enough (400 and 800 m).
const NEAR_M: Range<f64> = 60.0..370.0;
const NEAR_ENOUGH_M: Range<f64> = 430.0..750.0;
/// Metres to a source deep below; far enough to lie in another cell.
const DEEP_M: Range<f64> = 600.0..755.0;
/// A village with a gap has a source with plenty within this, where one can be made, metres.
const PLENTY_M: f64 = 8_000.0;
/// An ordinary village has a source with plenty by this chance.
const PLENTY_CHANCE: f64 = 0.15;
/// Villages joined to such a source lie at most this far, metres.
const JOIN_M: f64 = 5_000.0;

impl Builder<'_> {
    /// Everything but yields. `groups` are the villages with a situation, `plain` all others.
    pub fn lay(&mut self, groups: &[Vec<usize>], plain: &[usize]) {
        for i in groups.iter().flatten().copied() {
            match self.situations[i] {
                Situation::TooFar if self.room[i] > 1_300.0 && self.rng.random_bool(0.6) => {
                    self.guard(i, TOO_FAR_M.end);
                }
                Situation::BrokenNearest => self.guard(i, TOO_FAR_M.end),
                Situation::BrokenBeside => self.guard(i, 700.0),
                _ => {}
            }
        }
        let waterless: Vec<usize> = groups.iter().flatten().copied().filter(|i| self.situations[*i].is_gap()).collect();
        self.waterworks(plain, &waterless);
        for group in groups {
            self.plant(group);
        }
        self.ordinary(plain);
        self.springs(&waterless);
        for i in groups.iter().flatten().copied() {
            if self.situations[i] == Situation::RecordOverArea {
                self.misleading_area(i);
            }
        }
        self.settle_nearest();
    }

    /// Sources with plenty, one within reach of every village with a gap if there is any to be made.
    fn waterworks(&mut self, plain: &[usize], waterless: &[usize]) {
        let mut chosen: Vec<usize> = plain.iter().copied().filter(|_| self.rng.random_bool(PLENTY_CHANCE)).collect();
        if chosen.is_empty() {
            chosen.extend(plain.first());
        }
        let mut is: Vec<bool> = vec![false; self.points.len()];
        let mut ordinary = vec![false; self.points.len()];
        chosen.iter().for_each(|i| is[*i] = true);
        plain.iter().for_each(|i| ordinary[*i] = true);
        for &g in waterless {
            let p = self.points[g];
            let around = self.near.within(p, PLENTY_M);
            if !around.iter().any(|(_, k)| is[*k])
                && let Some((_, k)) = self.near.nearest(p, |k| ordinary[k])
                && !is[k]
            {
                is[k] = true;
                chosen.push(k);
            }
        }
        for i in chosen {
            let source = self.own(i, SourceType::Piped, Show::Safe);
            self.plenty.push(source);
            let how = self.some_way();
            self.supply(i, source, how, None);
        }
    }

    /// A source of the village's own, at the distance of ordinary ones.
    fn own(&mut self, village: usize, kind: SourceType, show: Show) -> usize {
        let far = (0.45 * self.room[village]).clamp(120.0, 900.0);
        let at = self.spot_or_close(self.points[village], 60.0..far, village);
        self.source(village, kind, at, show)
    }

    fn improved(&mut self) -> SourceType {
        use SourceType::*;
        *[Borehole, Borehole, ProtectedWell, ProtectedSpring].choose(&mut self.rng).unwrap_or(&Borehole)
    }

    fn some_type(&mut self) -> SourceType {
        if self.rng.random_bool(0.45) { SourceType::Piped } else { self.improved() }
    }

    /// One of the situations.
    fn plant(&mut self, group: &[usize]) {
        use Situation::*;
        let i = group[0];
        let converted = *CONVERTED.choose(&mut self.rng).unwrap_or(&Parameter::Arsenic);
        let detected = *DETECTED.choose(&mut self.rng).unwrap_or(&Parameter::Arsenic);
        let show = match self.situations[i] {
            Exceeds(p) => Show::Over(p),
            OtherUnits => Show::OverOtherUnit(converted),
            UnitsBelow => Show::UnderOtherUnit(converted),
            Untested => Show::Nothing,
            HighDetection => Show::HighDetection(detected),
            OldExceedance => Show::OldOver(
                *[Parameter::Fluoride, Parameter::Nitrate, Parameter::Iron, Parameter::EColi]
                    .choose(&mut self.rng)
                    .unwrap_or(&Parameter::Fluoride),
            ),
            // Unimproved whatever they test.
            Surface | UnprotectedWell if self.rng.random_bool(0.5) => Show::Nothing,
            _ => Show::Safe,
        };
        if group.len() > 1 {
            let middle = metric::along(self.points[i], self.points[group[1]], 0.5);
            let at = self.spot_or_close(middle, 20.0..300.0, i);
            let kind = self.some_type();
            let source = self.source(i, kind, at, show);
            return self.share(group, source);
        }
        let how = self.some_way();
        match self.situations[i] {
            TooFar => {
                let guarded = self.is_guarded(i);
                let near = guarded || self.rng.random_bool(0.5);
                let how = if guarded { How::Nearest } else { How::Record };
                self.fetch(i, if near { TOO_FAR_M } else { MUCH_TOO_FAR_M }, how, None);
            }
            TooLong => {
                // Clear of 30 minutes as well.
                let long = self.rng.random_bool(0.5);
                let minutes = if long { self.rng.random_range(33..=55) } else { self.rng.random_range(22..=27) };
                self.fetch(i, 850.0..1_400.0, How::Record, Some(minutes));
            }
            BrokenNearest => {
                self.broken(i, 120.0..400.0);
                self.fetch(i, TOO_FAR_M, How::Nearest, None);
            }
            BrokenBeside => {
                self.broken(i, 120.0..350.0);
                self.fetch(i, 450.0..700.0, How::Nearest, None);
            }
            TooHigh | BetweenClimb => {
                let high = self.situations[i] == TooHigh;
                let depth = if high { self.rng.random_range(88..140) } else { self.rng.random_range(44..=74) };
                if let Some(at) = self.gorge(i, DEEP_M, depth) {
                    let kind = self.improved();
                    let source = self.source(i, kind, at, Show::Safe);
                    self.offer_own(source, i);
                    self.supply(i, source, how, None);
                } else {
                    self.situations[i] = if high { TooFar } else { WalkNear };
                    self.fetch(i, if high { TOO_FAR_M } else { NEAR_ENOUGH_M }, How::Record, None);
                }
            }
            WalkNear => {
                let near = self.rng.random_bool(0.5);
                let minutes = (near && self.rng.random_bool(0.5)).then(|| self.rng.random_range(3..=9));
                self.fetch(i, if near { NEAR_M } else { NEAR_ENOUGH_M }, how, minutes);
            }
            WalkMinutes => {
                let minutes = self.rng.random_range(11..=19);
                self.fetch(i, NEAR_ENOUGH_M, how, Some(minutes));
            }
            Surface | UnprotectedWell => {
                let surface = self.situations[i] == Surface;
                let kind = if surface { SourceType::Surface } else { SourceType::UnprotectedWell };
                let at = self.spot_or_close(self.points[i], 100.0..350.0, i);
                let source = self.source(i, kind, at, show);
                if how == How::Record && self.rng.random_bool(0.3) {
                    self.sources[source].functional = "partly";
                }
                self.supply(i, source, how, None);
            }
            RecordOverArea => {
                let source = self.own(i, SourceType::Piped, Show::Safe);
                self.supply(i, source, How::Record, None);
            }
            _ => {
                let kind = self.some_type();
                let source = self.own(i, kind, show);
                self.supply(i, source, how, None);
            }
        }
    }

    /// A village that fetches its water from a safe source of its own.
    fn fetch(&mut self, village: usize, metres: Range<f64>, how: How, minutes: Option<i64>) {
        let at = self.spot(self.points[village], metres, village);
        let kind = self.improved();
        let source = self.source(village, kind, at, Show::Safe);
        self.offer_own(source, village);
        self.supply(village, source, how, minutes);
    }

    /// Of villages that live too far from their source: there may be plenty for a pipe.
    fn offer_own(&mut self, source: usize, village: usize) {
        if self.situations[village].is_gap() && self.rng.random_bool(0.5) {
            self.plenty.push(source);
        }
    }

    fn ordinary(&mut self, plain: &[usize]) {
        let mut works = super::near::Near::default();
        self.plenty.iter().for_each(|s| works.add(*s, self.sources[*s].at));
        let mut open = vec![false; self.points.len()];
        plain.iter().filter(|i| self.villages[**i].is_none()).for_each(|i| open[*i] = true);
        for &i in plain {
            if !open[i] {
                continue;
            }
            open[i] = false;
            let draw = self.rng.random_range(0.0..1.0);
            let p = self.points[i];
            let joined = works.within(p, JOIN_M).into_iter().find(|(_, s)| self.sources[*s].kind == SourceType::Piped);
            if let Some((_, source)) = joined.filter(|_| draw < 0.25) {
                let how = if self.rng.random_bool(0.6) { How::Area } else { How::Record };
                self.supply(i, source, how, None);
                continue;
            }
            let other = self.near.within(p, 3_000.0).into_iter().find(|(_, k)| open[*k]);
            let kind = self.some_type();
            if let Some((_, k)) = other.filter(|_| draw < 0.45) {
                open[k] = false;
                let at = self.spot_or_close(metric::along(p, self.points[k], 0.5), 20.0..300.0, i);
                let source = self.source(i, kind, at, Show::Safe);
                self.share(&[i, k], source);
                continue;
            }
            let source = self.own(i, kind, Show::Safe);
            let how = self.some_way();
            self.supply(i, source, how, None);
        }
    }

    /// Springs nobody uses, each for one of two villages that both would take it.
    fn springs(&mut self, waterless: &[usize]) {
        let mut works = super::near::Near::default();
        self.plenty.iter().for_each(|s| works.add(*s, self.sources[*s].at));
        let mut gap = vec![false; self.points.len()];
        waterless.iter().for_each(|i| gap[*i] = true);
        for &a in waterless {
            if !gap[a] || !self.rng.random_bool(0.4) {
                continue;
            }
            let p = self.points[a];
            let Some((d, b)) = self.near.within(p, 7_000.0).into_iter().find(|(_, k)| gap[*k] && *k != a) else {
                continue;
            };
            if d < 800.0 {
                continue;
            }
            let share = self.rng.random_range(0.35..0.65);
            let at = self.spot(metric::along(p, self.points[b], share), 10.0..0.1 * d, a);
            let better = [a, b].into_iter().all(|v| {
                let own = metric::distance_m(self.points[v], at);
                works.nearest(self.points[v], |_| true).is_none_or(|(other, _)| own < 0.8 * other)
            });
            if better && self.is_free(at, usize::MAX) {
                let source = self.source(a, SourceType::ProtectedSpring, at, Show::Safe);
                self.scarce.push((source, 0));
                (gap[a], gap[b]) = (false, false);
            }
        }
    }

    /// A service area that says something else than the record.
    fn misleading_area(&mut self, village: usize) {
        let own = self.villages[village].map(|w| w.source);
        let Some((_, source)) = self.working.nearest(self.points[village], |s| Some(s) != own) else { return };
        let radius_m = (0.42 * self.room[village]).min(800.0);
        self.areas.push(Area { source, village: None, centre: self.points[village], radius_m });
    }
}
