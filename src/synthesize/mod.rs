//! `cuntong synthesize`: writes a practice region of any size, with gaps planted in it and the answers beside it.
//!
//! 1. [`counties`]: made up, or read from a file of outlines.
//! 2. [`lattice`]: a jittered mesh of paved roads inside them, with seats and road classes.
//! 3. [`plot`] and [`recipes`]: each square of the mesh takes one situation, clear of everything else, so that its
//!    answer is known from the building.
//! 4. [`region`]: deals plots until the villages with gaps are enough, then settles the others.
//! 5. [`people`]: invented names, codes, population.
//! 6. Vertices are added until the roads have as many segments as asked for; [`drawn`] hides the joints.
//! 7. [`truth`] measures the answers on the finished lines; [`check`] is an independent second opinion.
//! 8. [`power`]: grid, low-voltage networks and readings, with gaps of their own.
//! 9. [`water`]: sources, tests and heights, with gaps of their own.
//! 10. [`social`]: broadband and facilities.
//! 11. [`projects`]: planned works that close some of the gaps.
//! 12. [`write`]: layers, `atlas.toml`, `truth.json`.
//! 13. [`next_year`], where it is asked for: a second year with planted changes.
//!
//! The same options give the same bytes.

mod check;
mod counties;
mod drawn;
mod lattice;
mod names;
mod next_year;
mod options;
mod people;
mod plot;
mod power;
mod projects;
mod recipes;
mod region;
mod social;
mod terrain;
mod territory;
#[cfg(test)]
mod testkit;
#[cfg(test)]
mod tests;
mod truth;
mod water;
mod wkb;
mod write;

use std::path::Path;

use names::Names;
pub use next_year::run as run_two_years;
pub use options::{Format, MAX_VILLAGES, MIN_VILLAGES, SynthError, SynthOptions, SynthSummary, VillageShape};

use crate::atlas::Noding;
use crate::world::metric;

/// Writes the practice region into the folder `out` (made if missing): layer files, `atlas.toml`, `truth.json`.
pub fn run(options: &SynthOptions, out: &Path) -> Result<SynthSummary, SynthError> {
    options.check()?;
    let stem = stem(options, out);
    let (region, people) = build(options)?;
    let io = |path: &Path| {
        let path = path.to_path_buf();
        move |source| SynthError::Io { path, source }
    };
    std::fs::create_dir_all(out).map_err(io(out))?;
    let redrawn;
    let roads = match options.noding {
        Noding::SharedVertices => &region.land.lines,
        Noding::Crossings => {
            redrawn = drawn::crossings(&region.land.lines, &mut region::stream(options.seed, 6));
            &redrawn
        }
    };
    let power = options.power.then(|| power::build(options, &region, &people)).transpose()?;
    let water = options.water.then(|| water::build(options, &region, &people));
    let social = options.social.then(|| social::build(options, &region, &people));
    let gaps = projects::Gaps::new(region.land.sites.len(), power.as_ref(), water.as_ref(), social.as_ref());
    let planned = options.projects.then(|| projects::build(options, &region, &people, &gaps));
    let themes = write::Themes {
        power: power.as_ref(),
        water: water.as_ref(),
        social: social.as_ref(),
        projects: planned.as_ref(),
    };
    let mut files = write::layers(options, &region, &people, roads, themes, None, out, &stem)?;
    let mut truth = truth::truth(options, &region, &people);
    if let Some(power) = &power {
        truth["power"] = power::truth::truth(power, &people);
    }
    if let Some(water) = &water {
        let points: Vec<_> = region.land.sites.iter().map(|s| s.point).collect();
        truth["water"] = water::truth::truth(water, &points, &people);
    }
    if let Some(social) = &social {
        truth["social"] = social::truth(social, &people);
    }
    if let Some(planned) = &planned {
        truth["projects"] = projects::truth(planned, &region, &people, &gaps);
    }
    for (name, text) in
        [("atlas.toml", write::atlas(options, &region, &stem)), ("truth.json", truth.to_string() + "\n")]
    {
        let path = out.join(name);
        std::fs::write(&path, text).map_err(io(&path))?;
        files.push(path);
    }
    Ok(SynthSummary {
        villages: region.land.sites.len(),
        counties: region.counties.len(),
        towns: people.towns,
        schools: people.schools.len(),
        roads: roads.len(),
        segments: roads.iter().map(|l| l.coords.len() - 1).sum(),
        road_km: roads.iter().map(|l| metric::length_m(&l.coords)).sum::<f64>() / 1000.0,
        planted: region.planted,
        planted_power: power.as_ref().map_or(0, |p| p.situations.iter().filter(|s| s.kind().is_some()).count()),
        transformers: power.as_ref().map_or(0, |p| p.transformers.len()),
        supply_points: power.as_ref().map_or(0, |p| p.transformers.iter().map(|t| t.points.len()).sum()),
        planted_water: water.as_ref().map_or(0, |w| w.villages.iter().filter(|v| v.situation.is_gap()).count()),
        water_sources: water.as_ref().map_or(0, |w| w.sources.len()),
        water_tests: water.as_ref().map_or(0, |w| w.sources.iter().map(|s| s.samples.len()).sum()),
        planted_broadband: social.as_ref().map_or(0, social::Social::planted),
        facilities: social.as_ref().map_or(0, |s| s.places.len()),
        projects: planned.as_ref().map_or(0, |p| p.works.len()),
        mesh_m: region.mesh_m,
        files,
    })
}

/// Everything but files.
fn build(options: &SynthOptions) -> Result<(region::Region, people::People), SynthError> {
    let mut names = Names::new(&mut region::stream(options.seed, 0));
    let mut region = region::build(options, &mut names)?;
    if let Some(wanted) = options.segments {
        reach_segments(&mut region.land.lines, wanted);
    }
    let people = people::settle(&region, &mut names, &mut region::stream(options.seed, 5));
    Ok((region, people))
}

/// Spreads additional vertices over all lines in proportion to length, until they have `wanted` segments.
fn reach_segments(lines: &mut [lattice::Line], wanted: usize) {
    let have: usize = lines.iter().map(|l| l.coords.len() - 1).sum();
    let extra = wanted.saturating_sub(have) as f64;
    let total: f64 = lines.iter().map(|l| metric::length_m(&l.coords)).sum();
    let mut passed = 0.0;
    let mut added = 0usize;
    for line in lines {
        let plan: Vec<usize> = line
            .coords
            .windows(2)
            .map(|w| {
                passed += metric::distance_m(w[0], w[1]);
                let due = (extra * passed / total).round() as usize;
                let now = due.saturating_sub(added);
                added += now;
                now
            })
            .collect();
        line.coords = terrain::densify(&line.coords, plan.into_iter());
    }
}

/// Id of the atlas: as asked, or from the folder's name.
fn stem(options: &SynthOptions, out: &Path) -> String {
    let from_folder = || {
        let name = out.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
        let clean: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect();
        if clean.is_empty() { "practice".to_owned() } else { clean }
    };
    options.id.clone().unwrap_or_else(from_folder)
}
