//! Codes, names and people for what the region builder placed.

use std::collections::BTreeMap;

use geo::Coord;
use rand::Rng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::names::Names;
use super::plot::Claim;
use super::region::Region;
use crate::world::{SeatLevel, metric};

/// Priority villages among 2,700, as in the founding plan.
const PRIORITY_SHARE: f64 = 58.0 / 2_700.0;

/// Record of a site of the same index.
#[derive(Debug, Clone, Default)]
pub struct VillageRow {
    pub id: String,
    pub name: String,
    pub town: String,
    pub population: i64,
    pub households: i64,
    pub poor_population: i64,
    pub priority: bool,
}

#[derive(Debug, Clone)]
pub struct SeatRow {
    pub id: String,
    pub name: String,
    pub level: SeatLevel,
    pub county: usize,
    pub point: Coord,
    pub claim: Claim,
}

#[derive(Debug, Clone)]
pub struct SchoolRow {
    pub id: String,
    pub name: String,
    pub pupils: i64,
    pub county: usize,
    pub point: Coord,
    pub claim: Claim,
}

#[derive(Clone)]
pub struct People {
    /// In the order of the landscape's sites.
    pub villages: Vec<VillageRow>,
    pub seats: Vec<SeatRow>,
    pub schools: Vec<SchoolRow>,
    pub towns: usize,
}

struct Town {
    name: String,
    county: usize,
    point: Coord,
    /// 900–999
    number: usize,
    villages: usize,
}

pub fn settle(region: &Region, names: &mut Names, rng: &mut ChaCha8Rng) -> People {
    let mut per_county: BTreeMap<usize, usize> = BTreeMap::new();
    let mut towns: Vec<Town> = Vec::new();
    let mut seats = Vec::new();
    let on_mesh = region.node_seats.iter().map(|(s, p)| (s.level, s.county, *p, Claim::Connected));
    let off_mesh = region.land.seats.iter().map(|f| (SeatLevel::Township, f.county, f.point, f.claim.clone()));
    for (level, county, point, claim) in on_mesh.chain(off_mesh) {
        let number = per_county.entry(county).or_insert(900);
        let name = names.town(rng);
        let c = &region.counties[county];
        seats.push(SeatRow {
            id: format!("{}{number:03}000", c.code),
            name: if level == SeatLevel::County { c.name.clone() } else { name.clone() },
            level,
            county,
            point,
            claim,
        });
        towns.push(Town { name, county, point, number: *number, villages: 0 });
        *number += 1;
    }
    let sites = &region.land.sites;
    let mut villages: Vec<VillageRow> = sites
        .iter()
        .map(|site| {
            let town = nearest_town(&towns, site.county, site.point);
            let code = &region.counties[site.county].code;
            let stem = names.village();
            let mut row = VillageRow { name: format!("{stem}村"), ..VillageRow::default() };
            match town.map(|t| &mut towns[t]) {
                Some(t) => {
                    t.villages += 1;
                    row.id = format!("{code}{:03}{:03}", t.number, 200 + t.villages);
                    row.town = t.name.clone();
                }
                None => row.id = format!("{code}999{:03}", villages_without_town(&mut per_county, site.county)),
            }
            people(&mut row, !matches!(site.claim, Claim::Connected), rng);
            row
        })
        .collect();
    prioritise(&mut villages, region, rng);
    let schools = region
        .land
        .schools
        .iter()
        .enumerate()
        .map(|(i, f)| SchoolRow {
            id: format!("school-{:04}", i + 1),
            name: format!("{}小学", names.village()),
            pupils: rng.random_range(18..260),
            county: f.county,
            point: f.point,
            claim: f.claim.clone(),
        })
        .collect();
    let count = towns.len();
    People { villages, seats, schools, towns: count }
}

/// Counts villages of a county that has no seat at all (its mesh is a mere corner), from 201.
fn villages_without_town(counts: &mut BTreeMap<usize, usize>, county: usize) -> usize {
    let n = counts.entry(county).or_insert(200);
    *n += 1;
    *n
}

fn nearest_town(towns: &[Town], county: usize, p: Coord) -> Option<usize> {
    let far = |t: &usize| metric::distance_m(towns[*t].point, p);
    (0..towns.len()).filter(|&t| towns[t].county == county).min_by(|a, b| far(a).total_cmp(&far(b)))
}

fn people(row: &mut VillageRow, remote: bool, rng: &mut ChaCha8Rng) {
    // Product of uniforms: many small villages, few large ones.
    let size: f64 = rng.random_range(0.45f64..1.6) * rng.random_range(0.5f64..1.7);
    let population = 1_150.0 * size * if remote { 0.7 } else { 1.0 };
    let household = rng.random_range(2.6..3.6);
    let poor = rng.random_range(0.02..0.13) * if remote { 1.6 } else { 1.0 };
    row.population = population.round() as i64;
    row.households = (population / household).round() as i64;
    row.poor_population = (population * poor).round() as i64;
}

/// Marks the priority villages: half of them where a gap is planted, as far as there are any.
fn prioritise(villages: &mut [VillageRow], region: &Region, rng: &mut ChaCha8Rng) {
    let wanted = (PRIORITY_SHARE * villages.len() as f64).round() as usize;
    let (mut others, mut remote): (Vec<usize>, Vec<usize>) =
        (0..villages.len()).partition(|&i| matches!(region.land.sites[i].claim, Claim::Connected));
    remote.shuffle(rng);
    others.shuffle(rng);
    remote.truncate(wanted / 2);
    for i in remote.into_iter().chain(others).take(wanted) {
        villages[i].priority = true;
        villages[i].poor_population = villages[i].population * 18 / 100;
    }
}
