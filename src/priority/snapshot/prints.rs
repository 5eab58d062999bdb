//! Fingerprints of every feature that an analysis reads: two digests of 8 bytes each, of its positions and of what it
//! says otherwise, and its box.
//!
//! They are taken of what was understood, not of files, so that a layer written anew in another form is the same layer.
//! Names are left out (no rule reads them), and so is the number of the source: a source more in the atlas changes no
//! feature. What a village's record says of a theme is a layer of its own, so that a new water record is not taken for a
//! change of its road. Samples and readings are taken together by the place they belong to.

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Write};

use geo::{BoundingRect, Coord, MultiPolygon};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::Record;
use crate::world::power::{BusIx, ReadAt};
use crate::world::{Known, World};

/// The layer of the villages themselves.
pub const VILLAGES: &str = "villages";

/// Layers that each theme reads, in the order of [`crate::standards::THEMES`]; villages are read by all.
const THEME_LAYERS: [&[&str]; 5] = [
    &["village_roads", "roads", "seats", "schools"],
    &[
        "village_power",
        "substations",
        "transformers",
        "power_lines",
        "power_buses",
        "loads",
        "voltage_readings",
        "roads",
    ],
    &["village_water", "water_sources", "water_tests", "service_areas", "elevation", "roads"],
    &["village_broadband", "broadband_coverage", "broadband_nodes", "roads"],
    &["village_services", "facilities", "schools", "seats", "roads"],
];

/// Layers that say what would close a gap, not whether there is one, by theme: ways to three-phase power and to fibre run
/// along roads, and projects are matched with gaps that are there.
const REMEDIES: [(usize, &str); 2] = [(1, "roads"), (3, "roads")];
pub const PROJECTS: &str = "projects";

/// A theme (index into [`crate::standards::THEMES`]) reads a layer; `decides`: to say whether there is a gap.
pub fn reads(theme: usize, layer: &str, decides: bool) -> bool {
    if layer == PROJECTS {
        return !decides;
    }
    let own = layer == VILLAGES || THEME_LAYERS.get(theme).is_some_and(|l| l.contains(&layer));
    own && !(decides && REMEDIES.contains(&(theme, layer)))
}

/// Text that goes into a digest as it is written.
struct Into(Sha256);

impl Write for Into {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.0.update(s);
        Ok(())
    }
}

/// Numbers are written so that they read back as the same number.
fn digest(what: &impl Debug) -> i64 {
    let mut into = Into(Sha256::new());
    let _ = write!(into, "{what:?}");
    let bytes: [u8; 32] = into.0.finalize().into();
    let [a, b, c, d, e, f, g, h, ..] = bytes;
    i64::from_le_bytes([a, b, c, d, e, f, g, h])
}

fn box_of(coords: &[Coord]) -> Option<[f64; 4]> {
    let first = coords.first()?;
    let start = [first.x, first.y, first.x, first.y];
    Some(coords.iter().fold(start, |b, c| [b[0].min(c.x), b[1].min(c.y), b[2].max(c.x), b[3].max(c.y)]))
}

fn record(layer: &str, id: &str, coords: &[Coord], said: &impl Debug) -> Record {
    Record { layer: layer.into(), id: id.into(), shape: digest(&coords), said: digest(said), bbox: box_of(coords) }
}

/// Of an area; `point` beside it.
fn area(layer: &str, id: &str, area: Option<&MultiPolygon>, point: &[Coord], said: &impl Debug) -> Record {
    let own = area.and_then(BoundingRect::bounding_rect).map(|r| [r.min().x, r.min().y, r.max().x, r.max().y]);
    let shape = digest(&(area, point));
    Record { layer: layer.into(), id: id.into(), shape, said: digest(said), bbox: own.or_else(|| box_of(point)) }
}

/// All of a world, by layer and id.
pub fn records(w: &World) -> Vec<Record> {
    let mut out: Vec<Record> = Vec::new();
    villages(w, &mut out);
    let at = std::slice::from_ref;
    out.extend(w.seats.iter().map(|s| record("seats", &s.id, at(&s.point), &(s.level, &s.county))));
    out.extend(w.schools.iter().map(|s| record("schools", &s.id, at(&s.point), &(s.pupils, &s.county))));
    let r = &w.roads;
    let road = |i: usize| record("roads", &r.id[i], r.line(i), &(r.class[i], r.surface[i], r.flags[i]));
    out.par_extend((0..r.len()).into_par_iter().map(road));
    power(w, &mut out);
    water(w, &mut out);
    let b = &w.broadband;
    out.extend(
        b.coverage.iter().map(|c| area("broadband_coverage", &c.id, Some(&c.area), &[], &(c.mbit_s, c.measured))),
    );
    out.extend(b.nodes.iter().map(|n| record("broadband_nodes", &n.id, at(&n.point), &n.mbit_s)));
    out.extend(w.facilities.iter().map(|f| record("facilities", &f.id, at(&f.point), &f.class)));
    out.extend(w.projects.iter().map(|p| {
        let villages: Vec<&str> =
            p.villages.iter().filter_map(|v| w.villages.get(v.0 as usize)).map(|v| v.id.as_str()).collect();
        let points: Vec<Coord> = p.site.points.iter().chain(p.site.lines.iter().flatten()).copied().collect();
        let said = (p.theme, &p.kind, p.status, p.year, p.cost, villages);
        area(PROJECTS, &p.id, p.site.area.as_ref(), &points, &said)
    }));
    out.par_sort_by(|a, b| (&a.layer, &a.id).cmp(&(&b.layer, &b.id)));
    merge(out)
}

/// Features of one layer and id (an id that two sources share) as one.
fn merge(records: Vec<Record>) -> Vec<Record> {
    let mut out: Vec<Record> = Vec::with_capacity(records.len());
    for r in records {
        match out.last_mut() {
            Some(last) if last.layer == r.layer && last.id == r.id => {
                last.shape = digest(&(last.shape, r.shape));
                last.said = digest(&(last.said, r.said));
                last.bbox = match (last.bbox, r.bbox) {
                    (Some(a), Some(b)) => Some([a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]),
                    (a, b) => a.or(b),
                };
            }
            _ => out.push(r),
        }
    }
    out
}

fn villages(w: &World, out: &mut Vec<Record>) {
    for v in w.villages.iter() {
        let at = [v.point];
        let said = (&v.town, &v.county, v.population, v.households, v.poor_population, v.priority, v.status);
        out.push(area(VILLAGES, &v.id, v.area.as_ref(), &at, &said));
        let mut says = |theme: &str, anything: bool, said: &dyn Debug| {
            if anything {
                out.push(record(&format!("village_{theme}"), &v.id, &at, &said));
            }
        };
        let roads = (v.reported_paved, v.reported_all_weather);
        says("roads", roads != (Known::Unknown, Known::Unknown), &roads);
        let power = (v.reported_electricity, v.reported_three_phase, v.reported_power_hours);
        says("power", power != (Known::Unknown, Known::Unknown, None), &power);
        says("water", v.water.speaks(), &v.water);
        says("broadband", v.broadband != Default::default(), &v.broadband);
        says("services", !v.services.is_empty(), &v.services);
    }
}

fn power(w: &World, out: &mut Vec<Record>) {
    let p = &w.power;
    let at = |c: &Option<Coord>| c.iter().copied().collect::<Vec<_>>();
    let bus = |b: Option<BusIx>| b.and_then(|b| p.buses.get(b.0 as usize)).map(|b| b.id.as_str());
    let village = |v: Option<u32>| v.and_then(|v| w.villages.get(v as usize)).map(|v| v.id.as_str());
    out.extend(
        p.substations
            .iter()
            .map(|s| record("substations", &s.id, &[s.point], &(s.voltage_v, s.rating_kva, s.is_source, bus(s.bus)))),
    );
    out.extend(p.transformers.iter().map(|t| {
        let ends = (bus(t.hv_bus), bus(t.lv_bus), t.rating_kva, t.phases, t.phases_assumed, t.lv_nominal_v);
        let losses = (t.vk_percent, t.vkr_percent, t.iron_loss_kw, t.i0_percent, t.tap);
        let grid = (t.hv_source_pu, t.hv_short_circuit_mva, t.hv_rx, t.parallel, t.households);
        record("transformers", &t.id, &at(&t.point), &(ends, losses, grid))
    }));
    out.par_extend(p.lines.par_iter().map(|l| {
        let ends = (bus(l.from), bus(l.to), l.voltage_v, l.level, l.phases, &l.conductor, l.length_m);
        let ohm = (l.ohm_per_km, l.c_nf_per_km, l.parallel, l.max_i_ka, l.zero_ohm_per_km, l.neutral_ratio);
        record("power_lines", &l.id, &l.coords, &(ends, ohm))
    }));
    let listed = p.buses.iter().filter(|b| b.listed || b.published_pu.is_some());
    out.extend(listed.map(|b| record("power_buses", &b.id, &at(&b.point), &(b.nominal_v, b.published_pu))));
    out.extend(p.loads.iter().map(|l| {
        let draws = (bus(l.bus), l.phases, l.p_kw, l.q_kvar, l.households, l.people, village(l.village));
        record("loads", &l.id, &at(&l.point), &draws)
    }));
    let mut readings: BTreeMap<&str, (Option<Coord>, Vec<_>)> = BTreeMap::new();
    for r in &p.readings {
        let (id, point) = match r.at {
            ReadAt::Load(i) => p.loads.get(i as usize).map(|l| (l.id.as_str(), l.point)),
            ReadAt::Transformer(i) => p.transformers.get(i as usize).map(|t| (t.id.as_str(), t.point)),
            ReadAt::Bus(b) => p.buses.get(b.0 as usize).map(|b| (b.id.as_str(), b.point)),
            ReadAt::Village(i) => w.villages.get(i as usize).map(|v| (v.id.as_str(), Some(v.point))),
        }
        .unwrap_or_default();
        let own = readings.entry(id).or_default();
        own.0 = own.0.or(point);
        own.1.push((r.volts, r.nominal_v, r.single_phase, &r.time));
    }
    out.extend(readings.iter().map(|(id, (point, said))| record("voltage_readings", id, &at(point), said)));
}

fn water(w: &World, out: &mut Vec<Record>) {
    let d = &w.water;
    let source = |s: u32| d.sources.get(s as usize);
    out.extend(d.sources.iter().map(|s| {
        let said = (s.kind, s.functional, s.yield_m3_d, s.users, s.elevation_m, s.depth_m, &s.county, &s.town);
        record("water_sources", &s.id, &[s.point], &said)
    }));
    let mut tests: BTreeMap<u32, Vec<_>> = BTreeMap::new();
    for t in &d.results {
        tests.entry(t.source).or_default().push((t.parameter, t.value, t.below, t.above, t.day));
    }
    let tested = tests.iter().filter_map(|(s, said)| Some((source(*s)?, said)));
    out.extend(tested.map(|(s, said)| record("water_tests", &s.id, &[s.point], said)));
    out.extend(d.areas.iter().map(|a| {
        let village = a.village.and_then(|v| w.villages.get(v as usize)).map(|v| v.id.as_str());
        let said = (source(a.source).map(|s| s.id.as_str()), village);
        area("service_areas", &a.id, a.area.as_ref(), &[], &said)
    }));
    let heights = w.villages.iter().zip(&d.village_elevation).filter_map(|(v, h)| Some((v, (*h)?)));
    out.extend(heights.map(|(v, h)| record("elevation", &v.id, &[v.point], &h)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_tells_what_differs() {
        let (a, b) = (Coord { x: 120.0, y: 41.0 }, Coord { x: 120.5, y: 41.0 });
        let one = record("roads", "r", &[a, b], &("paved", 1));
        assert_eq!(one, record("roads", "r", &[a, b], &("paved", 1)));
        let moved = record("roads", "r", &[a, Coord { x: 120.500_000_1, y: 41.0 }], &("paved", 1));
        assert!(one.shape != moved.shape && one.said == moved.said);
        let said = record("roads", "r", &[a, b], &("earth", 1));
        assert!(one.shape == said.shape && one.said != said.said);
        assert_eq!(one.bbox, Some([120.0, 41.0, 120.5, 41.0]));
        let both = merge(vec![one.clone(), moved]);
        assert!(both.len() == 1 && both[0].shape != one.shape);
    }
}
