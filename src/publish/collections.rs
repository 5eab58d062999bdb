//! The collections that are published, each as ready-made features in order of importance.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use rayon::prelude::*;
use serde_json::{Value, json};

use super::collection::{Built, Collection, built};
use super::geojson::Geometry;
use super::{plans, power, projects, scorecard, social, water};
use crate::findings::Findings;
use crate::gaps::roads::State;
use crate::gaps::{BySurface, Gap, Verdict, metres};
use crate::priority::Conclusions;
use crate::priority::need::verdict;
use crate::standards::THEMES;
use crate::world::{County, SurfaceShape, SurfaceWater, Town, Village};

/// Results first, then the inputs a map needs.
pub fn collections(f: &Findings, c: &Conclusions) -> Vec<Collection> {
    let (mut results, inputs) = rayon::join(|| result_collections(f, c), || input_collections(f));
    results.extend(inputs);
    results
}

/// What an analysis found.
pub(super) fn result_collections(f: &Findings, c: &Conclusions) -> Vec<Collection> {
    let mut all = vec![
        Collection::new("villages", "村", "Villages", villages(f)),
        Collection::new("road_gaps", "道路缺口", "Road gaps", gaps(&f.roads.gaps)),
        Collection::new("road_links", "待建路段", "Links to build", links(f)),
        Collection::new("neighbour_gaps", "相邻村未通", "Neighbours not joined", gaps(&f.roads.neighbours)),
        Collection::new("fragile_access", "单一通道", "Fragile access", gaps(&f.roads.fragile)),
        Collection::new("counties", "县", "Counties", counties(f)),
    ];
    if !f.world.towns.is_empty() {
        all.push(Collection::new("towns", "乡镇", "Towns", towns(f)));
    }
    let scores = scorecard::places(f, &c.scorecard);
    all.push(Collection::new("scorecard_counties", "县级记分卡", "Scorecard of counties", scores));
    all.extend(power::results(f));
    all.extend(water::results(f));
    all.extend(social::results(f));
    all.extend(projects::results(f));
    all.extend(plans::results(&c.plans));
    all
}

fn input_collections(f: &Findings) -> Vec<Collection> {
    let mut all = vec![
        Collection::new("roads", "道路", "Roads", roads(f)),
        Collection::new("schools", "学校", "Schools", schools(f)),
        Collection::new("seats", "驻地", "Seats", seats(f)),
    ];
    all.extend(power::inputs(f));
    all.extend(social::inputs(f));
    if !f.world.surface_water.is_empty() {
        all.push(Collection::new("surface_water", "地表水", "Surface water", surface_water(f)));
    }
    all
}

fn villages(f: &Findings) -> Vec<Built> {
    let mut gaps: std::collections::HashMap<&str, Vec<&str>> = Default::default();
    let own = f.roads.gaps.iter().chain(&f.roads.neighbours).chain(&f.power.gaps).chain(&f.water.gaps);
    let own = own.chain(&f.broadband.gaps).chain(&f.services.gaps);
    for (v, id) in own.filter_map(|g| Some((g.village.as_deref()?, g.id.as_str()))) {
        gaps.entry(v).or_default().push(id);
    }
    for g in &f.roads.fragile {
        for v in g.extra["villages"].as_array().into_iter().flatten().filter_map(|v| v.as_str()) {
            gaps.entry(v).or_default().push(&g.id);
        }
    }
    let w = &f.world;
    let counties = w.county_names();
    (0..w.villages.len())
        .into_par_iter()
        .map(|i| {
            let (v, r) = (&w.villages[i], &f.roads.villages[i]);
            let path = r.path.as_ref();
            let mut properties = json!({
                "id": v.id, "name": v.name, "town": v.town, "county": v.county,
                "county_name": v.county.as_deref().and_then(|c| counties.get(c)),
                "population": v.population, "households": v.households, "poor_population": v.poor_population,
                "priority": v.priority, "status": v.status, "provenance": v.provenance,
                "settlement_from": v.settlement_from,
                "source": w.sources.get(v.source as usize).map(|s| &s.path),
                "road_state": r.state, "road_verdict": r.verdict, "road_confidence": r.confidence,
                "road_distance_m": r.distance_m.map(metres),
                "road_link_m": path.map(|p| metres(p.work_m())), "road_link_cost": path.map(|p| metres(p.cost)),
                "road_path_m": path.map(|p| metres(p.length_m())),
                "road_path_by_surface": path.map(|p| BySurface::from(p.by_surface)),
                "road_joint": path.map(|p| [p.joint.x, p.joint.y]),
                "cut_off_link_m": r.cut_off_link_m.map(metres),
                "cut_off_link_cost": r.cut_off_link_m.map(|m| metres(m * f.atlas.roads.cost_per_km.new / 1000.0)),
                "reported_paved": v.reported_paved, "reported_all_weather": v.reported_all_weather,
                "road_disagrees": r.disagrees,
                "rai_share": r.rai.map(|s| s.known), "rai_share_if_unknown": r.rai.map(|s| s.if_unknown),
                "fragile": r.fragile,
                "gaps": gaps.get(v.id.as_str()).cloned().unwrap_or_default(),
                "links": path.map(|p| p.links.iter().map(|&l| &f.roads.links[l as usize].id).collect::<Vec<_>>()).unwrap_or_default(),
            });
            power::village(f, i, &mut properties);
            water::village(f, i, &mut properties);
            social::village(f, i, &mut properties);
            built(&v.id, &Geometry::Point(v.point), &properties)
        })
        .collect()
}

/// Known gaps before unknown ones, the severest first, then the most people. All have the properties that any has, null
/// where they say nothing: clients (QGIS, GDAL) learn the columns of a collection from its first ten features.
pub(super) fn gaps(gaps: &[Gap]) -> Vec<Built> {
    let rank = |g: &Gap| [f64::from(g.verdict as u8), -g.severity, -g.people.unwrap_or(0.0)];
    let names: BTreeSet<&String> = gaps.iter().flat_map(|g| g.extra.keys()).collect();
    let feature = |g: &Gap| {
        let built = |g: &Gap| built(&g.id, &Geometry::from(&g.shape), g).ranked(rank(g));
        if g.extra.len() == names.len() {
            return built(g);
        }
        let mut whole = g.clone();
        for name in &names {
            whole.extra.entry(name.as_str()).or_insert(Value::Null);
        }
        built(&whole)
    };
    gaps.par_iter().map(feature).collect()
}

fn links(f: &Findings) -> Vec<Built> {
    let link = |l: &crate::gaps::roads::LinkFeature| {
        built(&l.id, &Geometry::Line(&l.line), l).ranked([-l.people.unwrap_or(0.0), 0.0, 0.0])
    };
    f.roads.links.par_iter().map(link).collect()
}

fn counties(f: &Findings) -> Vec<Built> {
    let of = grouped(f, |v| v.county.as_deref());
    let one = |c: &County| {
        let own = of.get(c.id.as_str()).map_or(&[][..], Vec::as_slice);
        let mut p = json!({"id": c.id, "name": c.name, "target": c.target, "provenance": c.provenance});
        count(f, own, &mut p);
        if let Some(picture) = water::contamination(f, &c.id) {
            p["contamination"] = picture;
        }
        built(&c.id, &Geometry::Area(c.area.as_ref()), &p)
    };
    f.world.counties.iter().map(one).collect()
}

/// A town's key is what villages name it by: its county and its name.
fn towns(f: &Findings) -> Vec<Built> {
    let w = &f.world;
    let names = w.county_names();
    let of = grouped(f, |v| Some((v.county.as_deref(), v.town.as_deref()?)));
    let one = |t: &Town| {
        let own = of.get(&(t.county.as_deref(), t.name.as_str())).map_or(&[][..], Vec::as_slice);
        let county = t.county.as_deref();
        let mut p = json!({
            "id": t.id, "name": t.name, "county": county, "county_name": county.and_then(|c| names.get(c)),
            "key": format!("{}/{}", county.unwrap_or_default(), t.name), "provenance": t.provenance,
        });
        count(f, own, &mut p);
        built(&t.id, &Geometry::Area(t.area.as_ref()), &p)
    };
    w.towns.iter().map(one).collect()
}

/// Villages by what they belong to.
fn grouped<'a, K: Eq + Hash>(f: &'a Findings, key: impl Fn(&'a Village) -> Option<K>) -> HashMap<K, Vec<usize>> {
    let mut of: HashMap<K, Vec<usize>> = HashMap::new();
    for (i, v) in f.world.villages.iter().enumerate() {
        if let Some(k) = key(v) {
            of.entry(k).or_default().push(i);
        }
    }
    of
}

/// Tallies of villages by their verdicts in the themes with data; those of roads have no name in front.
fn count(f: &Findings, own: &[usize], p: &mut Value) {
    let n = own.len();
    p["villages"] = json!(n);
    let there =
        [true, f.power.facts.is_some(), f.water.facts.is_some(), f.broadband.facts.is_some(), f.services.has_data()];
    for (k, theme) in THEMES.iter().enumerate().filter(|(k, _)| there[*k]) {
        let of = |x: Verdict| own.iter().filter(|&&i| verdict(f, k, i) == x).count();
        let name = |what: &str| if k == 0 { what.to_owned() } else { format!("{theme}_{what}") };
        let gap = of(Verdict::Gap);
        p[name("gaps")] = json!(gap);
        p[name("unknown")] = json!(of(Verdict::Unknown));
        p[name("gap_share")] = json!((n > 0).then(|| (gap as f64 / n as f64 * 1e4).round() / 1e4));
    }
}

/// The most important class first.
fn roads(f: &Findings) -> Vec<Built> {
    let r = &f.world.roads;
    (0..r.len())
        .into_par_iter()
        .map(|i| {
            let p = json!({
                "id": r.id[i], "name": r.name[i], "class": r.class[i], "surface": r.surface[i],
                "main": f.roads.road_main[i],
            });
            built(&r.id[i], &Geometry::Line(r.line(i)), &p).ranked([f64::from(r.class[i] as u8), 0.0, 0.0])
        })
        .collect()
}

fn surface_water(f: &Findings) -> Vec<Built> {
    let w = &f.world;
    let one = |s: &SurfaceWater| {
        let provenance = w.sources.get(usize::from(s.source)).map(|i| i.provenance);
        let p = json!({"id": s.id, "name": s.name, "provenance": provenance});
        let shape = match &s.shape {
            SurfaceShape::Area(a) => Geometry::Area(Some(a)),
            SurfaceShape::Lines(all) => match &all[..] {
                [line] => Geometry::Line(line),
                _ => Geometry::Lines(all),
            },
        };
        built(&s.id, &shape, &p)
    };
    w.surface_water.par_iter().map(one).collect()
}

fn schools(f: &Findings) -> Vec<Built> {
    let states = |i: usize| f.roads.schools.get(i).copied().unwrap_or(State::NoData);
    f.world
        .schools
        .iter()
        .enumerate()
        .map(|(i, s)| {
            let p = json!({
                "id": s.id, "name": s.name, "county": s.county, "pupils": s.pupils, "state": states(i),
                "provenance": s.provenance,
            });
            built(&s.id, &Geometry::Point(s.point), &p)
        })
        .collect()
}

fn seats(f: &Findings) -> Vec<Built> {
    f.world
        .seats
        .iter()
        .enumerate()
        .map(|(i, s)| {
            let p = json!({
                "id": s.id, "name": s.name, "level": s.level, "county": s.county,
                "state": f.roads.seats.get(i), "provenance": s.provenance,
            });
            built(&s.id, &Geometry::Point(s.point), &p)
        })
        .collect()
}
