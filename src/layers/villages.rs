//! Villages: attributes from the layer and from records, settlement points, counties.
//!
//! 1. Each feature of a village layer becomes a village; ids are made unique.
//! 2. Records without geometry are joined by id; what they state overrides the layer.
//! 3. The settlement point: seat, dwellings, own point, interior point, in that order.
//! 4. The county and the town: as stated, else the polygon that holds the settlement point.

use std::collections::{BTreeMap, HashMap};

use geo::{Coord, MultiPolygon};

use super::order::natural;
use super::places::{self, CountyFinder, From};
use super::quality::{QualityReport, SourceQuality};
use super::read::{Table, reason};
use super::register;
use super::settle;
use super::text::number;
use super::towns::TownFinder;
use crate::world::broadband::{BroadbandRecord, ServiceRecord};
use crate::world::index::Polygons;
use crate::world::water::WaterRecord;
use crate::world::{Known, SettlementFrom, Village, VillageStatus};

/// People in one place beyond this many times the 99th percentile are pointed out.
const IMPLAUSIBLE: f64 = 20.0;

/// What a village layer or a record states; `None` where it says nothing.
#[derive(Debug, Clone, Default, PartialEq)]
struct Stated {
    name: Option<String>,
    town: Option<String>,
    county: Option<String>,
    population: Option<f64>,
    households: Option<f64>,
    poor_population: Option<f64>,
    priority: Option<Known>,
    status: Option<VillageStatus>,
    paved: Option<Known>,
    all_weather: Option<Known>,
    electricity: Option<Known>,
    three_phase: Option<Known>,
    power_hours: Option<f64>,
    water: WaterRecord,
    broadband: BroadbandRecord,
    services: Vec<ServiceRecord>,
}

impl Stated {
    /// `other`'s statements, and these where it has none.
    fn overridden_by(&mut self, other: Stated) {
        fn set<T>(a: &mut Option<T>, b: Option<T>) {
            if b.is_some() {
                *a = b;
            }
        }
        set(&mut self.name, other.name);
        set(&mut self.town, other.town);
        set(&mut self.county, other.county);
        set(&mut self.population, other.population);
        set(&mut self.households, other.households);
        set(&mut self.poor_population, other.poor_population);
        set(&mut self.priority, other.priority);
        set(&mut self.status, other.status);
        set(&mut self.paved, other.paved);
        set(&mut self.all_weather, other.all_weather);
        set(&mut self.electricity, other.electricity);
        set(&mut self.three_phase, other.three_phase);
        set(&mut self.power_hours, other.power_hours);
        let (w, o) = (&mut self.water, other.water);
        set(&mut w.source, o.source);
        set(&mut w.kind, o.kind);
        set(&mut w.litres, o.litres);
        set(&mut w.days_short, o.days_short);
        set(&mut w.piped_share, o.piped_share);
        set(&mut w.minutes, o.minutes);
        for (mine, theirs) in [(&mut w.scarce, o.scarce), (&mut w.treated, o.treated)] {
            if theirs != Known::Unknown {
                *mine = theirs;
            }
        }
        let (b, o) = (&mut self.broadband, other.broadband);
        set(&mut b.mbit_s, o.mbit_s);
        for (mine, theirs) in [(&mut b.broadband, o.broadband), (&mut b.mobile, o.mobile)] {
            if theirs != Known::Unknown {
                *mine = theirs;
            }
        }
        for said in other.services {
            self.services.retain(|s| s.class != said.class);
            self.services.push(said);
        }
    }
}

struct Draft {
    id: String,
    /// The id before it was made unique, and as the source has it: what records join on.
    base: String,
    raw: Option<String>,
    stated: Stated,
    own: Coord,
    area: Option<MultiPolygon>,
    settled: Option<(Coord, SettlementFrom)>,
}

/// The tables that villages are made of, each in the atlas's order.
pub(super) struct Inputs<'t, 'a> {
    pub villages: &'t mut [Table<'a>],
    pub records: &'t mut [Table<'a>],
    pub seats: &'t mut [Table<'a>],
    pub dwellings: &'t mut [Table<'a>],
    pub register: &'t mut [Table<'a>],
}

/// Makes the world's villages, sorted by id.
pub(super) fn build(
    inputs: Inputs,
    finder: &CountyFinder,
    towns: &TownFinder,
    report: &mut QualityReport,
) -> Vec<Village> {
    let mut drafts = drafts(inputs.villages);
    let joined = Joined::new(&drafts);
    join_records(&mut drafts, &joined, inputs.records, report);
    let seats = seats(&drafts, &joined, inputs.seats);
    for (d, seat) in drafts.iter_mut().zip(seats) {
        d.item.settled = seat.map(|p| (p, SettlementFrom::Seat));
    }
    if !inputs.dwellings.is_empty() {
        let medians = medians(&drafts, inputs.dwellings);
        for (d, median) in drafts.iter_mut().zip(medians) {
            let from_dwellings = median.map(|p| (p, SettlementFrom::Dwellings));
            d.item.settled = d.item.settled.or(from_dwellings);
        }
    }
    check_people(&drafts, inputs.villages);
    let named = drafts.iter().map(|d| register::Named {
        id: &d.item.base,
        raw: d.item.raw.as_deref(),
        name: d.item.stated.name.as_deref().unwrap_or_default(),
    });
    register::compare(named, inputs.register, report);
    let villages: Vec<Village> = drafts.into_iter().map(|d| finish(d, inputs.villages, finder, towns)).collect();
    facts(&villages, report);
    villages
}

fn stated(table: &Table, quality: &mut SourceQuality, rows: &[usize]) -> Vec<Stated> {
    let values = table.values();
    let keep = |r: usize| table.is_good(r);
    let population = values.number("population", quality, keep);
    let households = values.number("households", quality, keep);
    let poor = values.number("poor_population", quality, keep);
    let priority = values.yes_no("priority", quality, keep);
    let paved = values.yes_no("paved", quality, keep);
    let all_weather = values.yes_no("all_weather", quality, keep);
    let electricity = values.yes_no("electricity", quality, keep);
    let three_phase = values.yes_no("three_phase", quality, keep);
    let hours = values.classify("power_hours", quality, keep, |s| number(s).filter(|h| (0.0..=24.0).contains(h)));
    let water = super::water::records(&values, quality, &keep);
    let broadband = super::broadband::records(&values, quality, &keep);
    let services = super::facilities::records(&values, quality, &keep);
    let osm = table.osm;
    let status = values.classify("status", quality, keep, |s| match s {
        "administrative" | "行政村" => Some(VillageStatus::Administrative),
        "merged" | "撤并建制村" => Some(VillageStatus::Merged),
        "natural" | "自然村" => Some(VillageStatus::Natural),
        "hamlet" | "isolated_dwelling" if osm => Some(VillageStatus::Natural),
        _ if osm => Some(VillageStatus::Administrative),
        _ => None,
    });
    let text = |field, row| values.text(field, row).map(String::from);
    rows.iter()
        .map(|&row| Stated {
            name: text("name", row),
            town: text("town", row),
            county: text("county", row),
            population: population.get(row),
            households: households.get(row),
            poor_population: poor.get(row),
            priority: priority.get(row),
            status: status.get(row),
            paved: paved.get(row),
            all_weather: all_weather.get(row),
            electricity: electricity.get(row),
            three_phase: three_phase.get(row),
            power_hours: hours.get(row),
            water: water(row),
            broadband: broadband(row),
            services: services(row),
        })
        .collect()
}

fn drafts(tables: &mut [Table]) -> Vec<From<Draft>> {
    let mut drafts = Vec::new();
    for (t, table) in tables.iter_mut().enumerate() {
        if table.osm && table.source.r#where.is_none() {
            places::keep_only(table, |t, row| {
                matches!(t.values().text("place", row), Some("village" | "hamlet" | "isolated_dwelling"))
            });
        }
        let rows = places::with_points(table);
        let mut quality = std::mem::take(&mut table.quality);
        let numbers: Vec<usize> = rows.iter().map(|r| r.0).collect();
        let stated = stated(table, &mut quality, &numbers);
        for ((row, own), stated) in rows.into_iter().zip(stated) {
            if table.raw_id(row).is_none() {
                quality.note("no id; one was made from the geometry", || table.label(row));
            }
            let id = table.id_or_derived(row);
            let raw = table.raw_id(row).map(String::from);
            let area = table.area(row);
            let item = Draft { base: id.clone(), id, raw, stated, own, area, settled: None };
            drafts.push(From { item, table: t, row, source: table.index });
        }
        table.quality = quality;
    }
    // Only features with the same id are compared, so the text costs nothing.
    places::unify(drafts, tables, |d| &mut d.id, |a, b| format!("{:?}", a.stated).cmp(&format!("{:?}", b.stated)))
}

/// Villages by the ids that other layers know them by.
struct Joined(HashMap<String, Vec<usize>>);

impl Joined {
    fn new(drafts: &[From<Draft>]) -> Self {
        let mut map: HashMap<String, Vec<usize>> = HashMap::new();
        for (i, d) in drafts.iter().enumerate() {
            map.entry(d.item.base.clone()).or_default().push(i);
            if let Some(raw) = d.item.raw.as_ref().filter(|r| **r != d.item.base) {
                map.entry(raw.clone()).or_default().push(i);
            }
        }
        Joined(map)
    }

    fn get(&self, id: &str) -> &[usize] {
        self.0.get(id).map_or(&[], Vec::as_slice)
    }
}

fn join_records(drafts: &mut [From<Draft>], joined: &Joined, tables: &mut [Table], report: &mut QualityReport) {
    if tables.is_empty() {
        return;
    }
    let mut has_record = vec![false; drafts.len()];
    let mut unmatched = Vec::new();
    for table in tables {
        let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for row in 0..table.rows() {
            match table.id(row) {
                Some(id) => by_id.entry(id).or_default().push(row),
                None => table.skip(row, reason::NO_ID),
            }
        }
        let mut quality = std::mem::take(&mut table.quality);
        let all: Vec<usize> = (0..table.rows()).collect();
        let stated = stated(table, &mut quality, &all);
        for (id, rows) in by_id {
            // Several records of one village: in the order of what they state, the first statement wins.
            let mut records: Vec<&Stated> = rows.iter().map(|r| &stated[*r]).collect();
            records.sort_by_cached_key(|s| format!("{s:?}"));
            records.dedup();
            if records.len() > 1 {
                quality.note("several records of one id; their statements are merged", || id.clone());
            }
            let mut merged = Stated::default();
            for record in records.into_iter().rev() {
                merged.overridden_by(record.clone());
            }
            let villages = joined.get(&id);
            if villages.is_empty() {
                quality.ignore("no village with this id", || id.clone());
                unmatched.push(id);
                continue;
            }
            quality.kept += rows.len() as u64;
            for &v in villages {
                drafts[v].item.stated.overridden_by(merged.clone());
                has_record[v] = true;
            }
        }
        table.quality = quality;
    }
    let without: Vec<String> =
        drafts.iter().zip(&has_record).filter(|(_, h)| !**h).map(|(d, _)| d.item.id.clone()).collect();
    report.fact("villages.with_record", (drafts.len() - without.len()) as f64, "count");
    report.list("village_records.without_village", unmatched);
    report.list("villages.without_record", without);
}

/// The seat of each village, where one is given.
fn seats(drafts: &[From<Draft>], joined: &Joined, tables: &mut [Table]) -> Vec<Option<Coord>> {
    let mut seats: Vec<Option<Coord>> = vec![None; drafts.len()];
    if tables.is_empty() {
        return seats;
    }
    let polygons = Polygons::new(drafts.iter().map(|d| d.item.area.as_ref()));
    for table in tables {
        let mut rows = places::with_points(table);
        // The first by id and position is taken, not the first in the file.
        rows.sort_by(|a, b| {
            let id = |r: &(usize, Coord)| table.raw_id(r.0).unwrap_or_default().to_string();
            natural(&id(a), &id(b)).then_with(|| a.1.x.total_cmp(&b.1.x)).then_with(|| a.1.y.total_cmp(&b.1.y))
        });
        for (row, point) in rows {
            let inside = || polygons.holding(point);
            let named = table.id(row).map_or(&[][..], |id| joined.get(&id));
            let village = match named {
                [] => inside(),
                [one] => Some(*one),
                several => Some(inside().filter(|i| several.contains(i)).unwrap_or(several[0])),
            };
            match village {
                None => table.ignore(row, "no village with this id or around this point"),
                Some(v) if seats[v].is_some() => {
                    let label = table.label(row);
                    table.quality.note("village has several seats; the first is used", || label);
                }
                Some(v) => {
                    seats[v] = Some(point);
                    table.quality.kept += 1;
                }
            }
        }
    }
    seats
}

/// The median centre of the dwellings in each village polygon.
fn medians(drafts: &[From<Draft>], tables: &mut [Table]) -> Vec<Option<Coord>> {
    let polygons = Polygons::new(drafts.iter().map(|d| d.item.area.as_ref()));
    let mut dwellings: Vec<Vec<(Coord, f64)>> = vec![Vec::new(); drafts.len()];
    for table in tables {
        let rows = places::with_points(table);
        let mut quality = std::mem::take(&mut table.quality);
        let people = table.values().number("people", &mut quality, |r| table.is_good(r));
        for (row, point) in rows {
            match polygons.holding(point) {
                Some(v) => {
                    dwellings[v].push((point, people.get(row).unwrap_or(1.0)));
                    quality.kept += 1;
                }
                None => quality.ignore("in no village polygon", || table.label(row)),
            }
        }
        table.quality = quality;
    }
    dwellings.iter().map(|d| settle::median(d)).collect()
}

/// Points out populations that dwarf all the others; they are kept.
fn check_people(drafts: &[From<Draft>], tables: &mut [Table]) {
    let mut people: Vec<f64> = drafts.iter().filter_map(|d| d.item.stated.population).collect();
    people.sort_by(f64::total_cmp);
    if people.len() < 50 {
        return;
    }
    let limit = IMPLAUSIBLE * people[(people.len() - 1) * 99 / 100].max(1.0);
    for d in drafts {
        if let Some(p) = d.item.stated.population.filter(|p| *p > limit) {
            let text = || format!("{} ({p})", d.item.id);
            tables[d.table].quality.note("population dwarfs all others; kept, please check", text);
        }
    }
}

fn finish(d: From<Draft>, tables: &mut [Table], finder: &CountyFinder, towns: &TownFinder) -> Village {
    let table = &mut tables[d.table];
    let Draft { id, stated, own, area, settled, .. } = d.item;
    let of_layer = if area.is_some() { SettlementFrom::Interior } else { SettlementFrom::Point };
    let (point, settlement_from) = settled.unwrap_or((own, of_layer));
    let county = finder.county(stated.county.as_deref(), point, &mut table.quality, || id.clone());
    let town = towns.town(stated.town, county.as_deref(), point, &mut table.quality, || id.clone());
    Village {
        name: stated.name.unwrap_or_default(),
        town,
        county,
        population: stated.population,
        households: stated.households,
        poor_population: stated.poor_population,
        priority: stated.priority == Some(Known::Yes),
        status: stated.status.unwrap_or_default(),
        point,
        settlement_from,
        area,
        reported_paved: stated.paved.unwrap_or_default(),
        reported_all_weather: stated.all_weather.unwrap_or_default(),
        reported_electricity: stated.electricity.unwrap_or_default(),
        reported_three_phase: stated.three_phase.unwrap_or_default(),
        reported_power_hours: stated.power_hours,
        water: stated.water,
        broadband: stated.broadband,
        services: stated.services,
        provenance: table.source.provenance,
        source: table.index,
        id,
    }
}

fn facts(villages: &[Village], report: &mut QualityReport) {
    if villages.is_empty() {
        return;
    }
    report.fact("villages.count", villages.len() as f64, "count");
    let unnamed = villages.iter().filter(|v| v.name.is_empty()).count();
    report.fact("villages.without_name", unnamed as f64, "count");
    let known = villages.iter().filter(|v| v.population.is_some()).count();
    report.fact("villages.population_known", known as f64, "count");
    report.fact("villages.population", villages.iter().filter_map(|v| v.population).fold(0.0, |a, b| a + b), "people");
    for (from, key) in [
        (SettlementFrom::Seat, "villages.settled_by_seat"),
        (SettlementFrom::Dwellings, "villages.settled_by_dwellings"),
        (SettlementFrom::Point, "villages.settled_by_point"),
        (SettlementFrom::Interior, "villages.settled_by_interior"),
    ] {
        let count = villages.iter().filter(|v| v.settlement_from == from).count();
        if count > 0 {
            report.fact(key, count as f64, "count");
        }
    }
}
