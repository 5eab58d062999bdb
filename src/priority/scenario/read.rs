//! Scenarios as people and programs write them: a GeoJSON FeatureCollection whose features have a property `edit`.
//!
//! | `edit` | geometry | properties |
//! |---|---|---|
//! | `pave` | – | one of `link`, `gap` (id of a road gap with a way), `road` |
//! | `road` | LineString | `surface` (paved, gravel, earth; default paved) |
//! | `source` | Point | `type`, `yield_m3_d`, `elevation_m`, `villages` (ids), `piped` |
//! | `mend_source` | – | `source` |
//! | `transformer` | Point, or property `bus` | `kva` |
//! | `replace_transformer` | – | `transformer`, `kva` |
//! | `line` | – | `line` (id or ids), `conductor` |
//! | `node` | Point | `mbit_s` |
//! | `facility` | Point | `class` (default station) |

use std::cell::OnceCell;
use std::collections::HashMap;

use geo::Coord;
use serde_json::{Map, Value};

use super::{Edit, MAX_DRAWN_M, MAX_EDITS, MAX_POSITIONS, ScenarioError, grid};
use crate::findings::Findings;
use crate::standards::STATION;
use crate::world::Surface;
use crate::world::metric::{grow_box, length_m};
use crate::world::water::SourceType;

/// Largest rating of a transformer, kVA: what a village's grid has is a hundredth of it.
const MOST_KVA: f64 = 100_000.0;

/// Names of edits, for messages.
const EDITS: [&str; 9] =
    ["pave", "road", "source", "mend_source", "transformer", "replace_transformer", "line", "node", "facility"];

/// Reads a scenario for `f`. Everything that it names must be there.
pub fn read(document: &Value, f: &Findings) -> Result<Vec<Edit>, ScenarioError> {
    let not = |why: &str| ScenarioError::NotGeoJson(why.to_owned());
    if document.get("type").and_then(Value::as_str) != Some("FeatureCollection") {
        return Err(not("`type` is not \"FeatureCollection\""));
    }
    let features = document.get("features").and_then(Value::as_array).ok_or_else(|| not("`features` is no list"))?;
    if features.is_empty() {
        return Err(ScenarioError::Empty);
    }
    if features.len() > MAX_EDITS {
        return Err(ScenarioError::TooManyEdits { count: features.len() });
    }
    let names = Names::new(f);
    let edits: Vec<Edit> = features
        .iter()
        .enumerate()
        .map(|(i, feature)| One::new(i, feature, &names)?.edit())
        .collect::<Result<_, _>>()?;
    let lines = || edits.iter().filter_map(|e| if let Edit::Road { line, .. } = e { Some(line) } else { None });
    let count = lines().map(Vec::len).sum();
    if count > MAX_POSITIONS {
        return Err(ScenarioError::TooManyPositions { count });
    }
    let m: f64 = lines().map(|l| length_m(l)).sum();
    if m > MAX_DRAWN_M {
        return Err(ScenarioError::TooLong { km: m / 1000.0 });
    }
    Ok(edits)
}

/// Ids and their numbers, looked up once for all edits.
type Ids<'a> = OnceCell<HashMap<&'a str, u32>>;

/// What edits may name.
struct Names<'a> {
    f: &'a Findings,
    region: OnceCell<Option<(Coord, Coord)>>,
    links: Ids<'a>,
    roads: Ids<'a>,
    villages: Ids<'a>,
    sources: Ids<'a>,
    transformers: Ids<'a>,
    lines: Ids<'a>,
    low_buses: OnceCell<grid::LowBuses<'a>>,
}

impl<'a> Names<'a> {
    fn new(f: &'a Findings) -> Self {
        Names {
            f,
            region: OnceCell::new(),
            links: OnceCell::new(),
            roads: OnceCell::new(),
            villages: OnceCell::new(),
            sources: OnceCell::new(),
            transformers: OnceCell::new(),
            lines: OnceCell::new(),
            low_buses: OnceCell::new(),
        }
    }

    fn link(&self, id: &str) -> Option<u32> {
        number(&self.links, || self.f.roads.links.iter().map(|l| l.id.as_str()), id)
    }

    fn road(&self, id: &str) -> Option<u32> {
        number(&self.roads, || self.f.world.roads.id.iter().map(String::as_str), id)
    }

    fn village(&self, id: &str) -> Option<u32> {
        number(&self.villages, || self.f.world.villages.iter().map(|v| v.id.as_str()), id)
    }

    fn source(&self, id: &str) -> Option<u32> {
        number(&self.sources, || self.f.world.water.sources.iter().map(|s| s.id.as_str()), id)
    }

    fn transformer(&self, id: &str) -> Option<u32> {
        number(&self.transformers, || self.f.world.power.transformers.iter().map(|t| t.id.as_str()), id)
    }

    fn line(&self, id: &str) -> Option<u32> {
        number(&self.lines, || self.f.world.power.lines.iter().map(|l| l.id.as_str()), id)
    }

    fn low_buses(&self) -> &grid::LowBuses<'a> {
        self.low_buses.get_or_init(|| grid::LowBuses::new(&self.f.world.power))
    }
}

fn number<'a, I: Iterator<Item = &'a str>>(ids: &Ids<'a>, all: impl FnOnce() -> I, id: &str) -> Option<u32> {
    ids.get_or_init(|| all().zip(0..).collect()).get(id).copied()
}

/// Box of all villages, counties and roads, and as far around as a village may be from a road.
fn region(f: &Findings) -> Option<(Coord, Coord)> {
    let w = &f.world;
    let rings = w.counties.iter().filter_map(|c| c.area.as_ref()).flat_map(|a| a.iter().map(|p| p.exterior()));
    let all = w.villages.iter().map(|v| v.point).chain(rings.flat_map(|r| r.0.iter().copied()));
    let all = all.chain(w.roads.coords.iter().copied());
    let (lo, hi) = all.fold(None, |b: Option<(Coord, Coord)>, c| {
        let (lo, hi) = b.unwrap_or((c, c));
        Some((Coord { x: lo.x.min(c.x), y: lo.y.min(c.y) }, Coord { x: hi.x.max(c.x), y: hi.y.max(c.y) }))
    })?;
    Some(grow_box(lo, hi, f.atlas.roads.max_access_m))
}

/// One feature under reading.
struct One<'a> {
    at: String,
    feature: &'a Value,
    properties: &'a Map<String, Value>,
    names: &'a Names<'a>,
    f: &'a Findings,
}

type Read<T> = Result<T, ScenarioError>;

impl<'a> One<'a> {
    fn new(i: usize, feature: &'a Value, names: &'a Names<'a>) -> Read<Self> {
        let at = format!("features[{i}]");
        let Some(properties) = feature.get("properties").and_then(Value::as_object) else {
            return Err(ScenarioError::Edit { at, why: "has no properties".to_owned() });
        };
        Ok(One { at, feature, properties, names, f: names.f })
    }

    fn wrong<T>(&self, key: &str, why: impl Into<String>) -> Read<T> {
        let at =
            if key == "geometry" { format!("{}.geometry", self.at) } else { format!("{}.properties.{key}", self.at) };
        Err(ScenarioError::Edit { at, why: why.into() })
    }

    fn edit(&self) -> Read<Edit> {
        let kind = self.text("edit")?;
        let known: &[&str] = match kind {
            "pave" => &["link", "gap", "road"],
            "road" => &["surface"],
            "source" => &["type", "yield_m3_d", "elevation_m", "villages", "piped"],
            "mend_source" => &["source"],
            "transformer" => &["bus", "kva"],
            "replace_transformer" => &["transformer", "kva"],
            "line" => &["line", "conductor"],
            "node" => &["mbit_s"],
            "facility" => &["class"],
            other => return self.wrong("edit", format!("{other:?} is none of {}", EDITS.join(", "))),
        };
        let free = |k: &str| ["edit", "name", "note", "id"].contains(&k) || known.contains(&k);
        if let Some(k) = self.properties.keys().find(|k| !free(k)) {
            return self.wrong(k, format!("is not known of {kind:?}; known are {}", known.join(", ")));
        }
        match kind {
            "pave" => self.pave(),
            "road" => self.road(),
            "source" => self.source(),
            "mend_source" => self.mend_source(),
            "transformer" => self.transformer(),
            "replace_transformer" => self.replace_transformer(),
            "line" => self.line(),
            "node" => Ok(Edit::Node { point: self.point()?, mbit_s: self.number("mbit_s", 0.0, 1e6)? }),
            _ => self.facility(),
        }
    }

    fn maybe_text(&self, key: &str) -> Read<Option<&'a str>> {
        match self.properties.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(s)) => Ok(Some(s)),
            Some(_) => self.wrong(key, "is no text"),
        }
    }

    fn text(&self, key: &str) -> Read<&'a str> {
        match self.maybe_text(key)? {
            Some(s) => Ok(s),
            None => self.wrong(key, "is needed"),
        }
    }

    /// Above `least` (inclusive where it is not 0), at most `most`.
    fn number(&self, key: &str, least: f64, most: f64) -> Read<Option<f64>> {
        match self.properties.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(v) => match v.as_f64() {
                Some(n) if n.is_finite() && n <= most && (n > least || n == least && least != 0.0) => Ok(Some(n)),
                _ => self.wrong(key, format!("{v} is no number above {least} and up to {most}")),
            },
        }
    }

    fn kva(&self) -> Read<f64> {
        match self.number("kva", 0.0, MOST_KVA)? {
            Some(kva) => Ok(kva),
            None => self.wrong("kva", "is needed"),
        }
    }

    fn position(&self, v: &Value) -> Read<Coord> {
        let ordinate = |i: usize| v.get(i).and_then(Value::as_f64).filter(|n| n.is_finite());
        let (Some(x), Some(y)) = (ordinate(0), ordinate(1)) else {
            return self.wrong("geometry", format!("{v} is no position"));
        };
        let region = self.names.region.get_or_init(|| region(self.f));
        let inside = region.is_none_or(|(lo, hi)| lo.x <= x && x <= hi.x && lo.y <= y && y <= hi.y);
        if !inside {
            return self.wrong("geometry", format!("the position {x}, {y} lies outside the region"));
        }
        Ok(Coord { x, y })
    }

    fn coordinates(&self, of: &str) -> Read<&'a Value> {
        let geometry = self.feature.get("geometry");
        if geometry.and_then(|g| g.get("type")).and_then(Value::as_str) != Some(of) {
            return self.wrong("geometry", format!("is no {of}"));
        }
        match geometry.and_then(|g| g.get("coordinates")) {
            Some(c) => Ok(c),
            None => self.wrong("geometry", "has no coordinates"),
        }
    }

    fn point(&self) -> Read<Coord> {
        self.position(self.coordinates("Point")?)
    }

    fn pave(&self) -> Read<Edit> {
        let roads = &self.f.roads;
        let link = |id: &str| self.names.link(id);
        if let Some(id) = self.maybe_text("link")? {
            return match link(id) {
                Some(k) => Ok(Edit::PaveLinks(vec![k])),
                None => self.wrong("link", format!("there is no link {id:?}")),
            };
        }
        if let Some(id) = self.maybe_text("gap")? {
            let gap = roads.gaps.iter().find(|g| g.id == id);
            let Some(gap) = gap else { return self.wrong("gap", format!("there is no road gap {id:?}")) };
            let links: Vec<u32> = gap.remedy.iter().flat_map(|r| &r.links).filter_map(|id| link(id)).collect();
            if links.is_empty() {
                return self.wrong("gap", format!("{id:?} has no way that could be paved"));
            }
            return Ok(Edit::PaveLinks(links));
        }
        let Some(id) = self.maybe_text("road")? else { return self.wrong("link", "one of link, gap, road is needed") };
        match self.names.road(id) {
            Some(k) => Ok(Edit::PaveRoad(k)),
            None => self.wrong("road", format!("there is no road {id:?}")),
        }
    }

    fn road(&self) -> Read<Edit> {
        if !self.f.world.has_roads {
            return self.wrong("edit", "the atlas has no road layer");
        }
        let Some(list) = self.coordinates("LineString")?.as_array() else {
            return self.wrong("geometry", "its coordinates are no list");
        };
        let mut line = list.iter().map(|p| self.position(p)).collect::<Read<Vec<Coord>>>()?;
        line.dedup();
        if line.len() < 2 {
            return self.wrong("geometry", "a line needs two different positions");
        }
        let surface = match self.maybe_text("surface")? {
            None => Surface::Paved,
            Some(s) => match Surface::ALL.into_iter().find(|x| x.as_str() == s && *x != Surface::Unknown) {
                Some(x) => x,
                None => return self.wrong("surface", format!("{s:?} is none of paved, gravel, earth")),
            },
        };
        Ok(Edit::Road { line, surface })
    }

    fn source(&self) -> Read<Edit> {
        let kind = match self.maybe_text("type")? {
            None => SourceType::Borehole,
            Some(s) => match SourceType::ALL.into_iter().find(|x| x.as_str() == s) {
                Some(x) => x,
                None => {
                    let all: Vec<&str> = SourceType::ALL.iter().map(|x| x.as_str()).collect();
                    return self.wrong("type", format!("{s:?} is none of {}", all.join(", ")));
                }
            },
        };
        let villages = match self.properties.get("villages") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) => list
                .iter()
                .map(|v| {
                    let found = v.as_str().and_then(|id| self.names.village(id));
                    found.map_or_else(|| self.wrong("villages", format!("there is no village {v}")), Ok)
                })
                .collect::<Read<Vec<u32>>>()?,
            Some(_) => return self.wrong("villages", "is no list of village ids"),
        };
        let piped = match self.properties.get("piped") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(b)) => *b,
            Some(_) => return self.wrong("piped", "is neither true nor false"),
        };
        Ok(Edit::Source {
            point: self.point()?,
            kind,
            yield_m3_d: self.number("yield_m3_d", 0.0, 1e7)?,
            elevation_m: self.number("elevation_m", -500.0, 9_000.0)?,
            villages,
            piped,
        })
    }

    fn mend_source(&self) -> Read<Edit> {
        let id = self.text("source")?;
        match self.names.source(id) {
            Some(k) => Ok(Edit::MendSource(k)),
            None => self.wrong("source", format!("there is no water source {id:?}")),
        }
    }

    fn transformer(&self) -> Read<Edit> {
        let kva = self.kva()?;
        let low = self.names.low_buses();
        if let Some(id) = self.maybe_text("bus")? {
            return match low.named(id) {
                Some(bus) => Ok(Edit::Transformer { bus, kva }),
                None => self.wrong("bus", format!("there is no low-voltage bus {id:?}")),
            };
        }
        match low.nearest(self.point()?) {
            Some(bus) => Ok(Edit::Transformer { bus, kva }),
            None => self
                .wrong("geometry", format!("no low-voltage bus lies within {:.0} m; name one in `bus`", grid::BUS_M)),
        }
    }

    fn replace_transformer(&self) -> Read<Edit> {
        let id = self.text("transformer")?;
        let kva = self.kva()?;
        match self.names.transformer(id) {
            Some(k) => Ok(Edit::ReplaceTransformer { transformer: k, kva }),
            None => self.wrong("transformer", format!("there is no transformer {id:?}")),
        }
    }

    fn line(&self) -> Read<Edit> {
        let ids: Vec<&str> = match self.properties.get("line") {
            Some(Value::String(s)) => vec![s],
            Some(Value::Array(list)) if !list.is_empty() && list.iter().all(Value::is_string) => {
                list.iter().filter_map(Value::as_str).collect()
            }
            _ => return self.wrong("line", "is no id and no list of ids"),
        };
        let lines = ids
            .iter()
            .map(|id| match self.names.line(id) {
                Some(k) => Ok(k),
                None => self.wrong("line", format!("there is no power line {id:?}")),
            })
            .collect::<Read<Vec<u32>>>()?;
        let conductor = self.text("conductor")?;
        if self.f.atlas.power.conductor(conductor).is_none() {
            let known: Vec<&str> = self.f.atlas.power.remedy_conductors.iter().map(String::as_str).collect();
            let why = format!("{conductor:?} is not in the table of conductors; e.g. {}", known.join(", "));
            return self.wrong("conductor", why);
        }
        Ok(Edit::Reconductor { lines, conductor: conductor.to_owned() })
    }

    fn facility(&self) -> Read<Edit> {
        let class = self.maybe_text("class")?.unwrap_or(STATION);
        let classes = &self.f.atlas.services.classes;
        if !classes.contains_key(class) {
            let known: Vec<&str> = classes.keys().map(String::as_str).collect();
            return self.wrong("class", format!("{class:?} is none of {}", known.join(", ")));
        }
        Ok(Edit::Facility { point: self.point()?, class: class.to_owned() })
    }
}
