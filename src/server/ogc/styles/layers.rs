//! Layers of the styles. Colours and steps are those of the map page (`web/src/colours.ts`, `web/src/themes/*-map.ts`);
//! a test holds the colours against it.

use serde_json::{Value, json};

use crate::publish::colours::{
    BORDER, EARTH, EDGE, EMPTY, GRAVEL, HALO, ISLAND, LAND, MAIN, OK, PEOPLE_STEPS as PEOPLE, RAMP,
    SEVERITY_STEPS as SEVERITY, SHARE_STEPS as SHARE, UNKNOWN,
};

pub const SOURCE: &str = "cuntong";
/// Of the shaded relief.
pub const RELIEF: &str = "relief";

/// From this zoom on villages show, below it counties are coloured.
const VILLAGES: u8 = 8;
/// Up to this zoom towns are coloured.
const TOWNS: f64 = 10.5;

/// Shares of the nominal voltage under the limit.
const DEPTH: [f64; 4] = [0.01, 0.02, 0.04, 0.07];

const LABEL: &str = "#22272c";
const PLACE: &str = "#5b3a8c";
const WATER: &str = "#9cc3da";
/// How strong shadow and light of the relief are.
const SHADE: f64 = 0.4;

pub struct Theme {
    pub id: &'static str,
    pub title_zh: &'static str,
    pub title_en: &'static str,
    /// The collection of its gaps.
    pub gaps: &'static str,
    /// Property of villages.
    verdict: &'static str,
    /// Property of counties and towns.
    share: &'static str,
}

const fn theme([id, title_zh, title_en]: [&'static str; 3], [gaps, verdict, share]: [&'static str; 3]) -> Theme {
    Theme { id, title_zh, title_en, gaps, verdict, share }
}

pub const THEMES: [Theme; 5] = [
    theme(["roads", "道路", "Roads"], ["road_gaps", "road_verdict", "gap_share"]),
    theme(["power", "供电", "Power"], ["power_gaps", "power_verdict", "power_gap_share"]),
    theme(["water", "饮水", "Water"], ["water_gaps", "water_verdict", "water_gap_share"]),
    theme(["broadband", "宽带", "Broadband"], ["broadband_gaps", "broadband_verdict", "broadband_gap_share"]),
    theme(["services", "公共服务", "Services"], ["service_gaps", "services_verdict", "services_gap_share"]),
];

/// A colour by the class that a value falls into.
fn ramp(value: Value, at: [f64; 4]) -> Value {
    let mut out = vec![json!("step"), value, json!(RAMP[0])];
    for (step, colour) in at.iter().zip(&RAMP[1..]) {
        out.extend([json!(step), json!(colour)]);
    }
    out.into()
}

/// A layer of one colour for each class of a number: QGIS 3.22 knows no colours by steps, and no value in place of one that is
/// not there. What has no number is in the first class.
fn classes(layer: &Value, colour: &str, property: &str, at: [f64; 4]) -> Vec<Value> {
    let one = |k: usize| {
        let low = k.checked_sub(1).map(|i| json!([">=", get(property), at[i]]));
        let high = at.get(k).map(|h| json!(["<", get(property), h]));
        let class = match low {
            None => json!(["any", ["!", ["has", property]], high]),
            Some(low) => {
                let all = [json!("all"), json!(["has", property]), low];
                all.into_iter().chain(high).collect()
            }
        };
        let mut out = layer.clone();
        out["id"] = format!("{}-{}", layer["id"].as_str().unwrap_or_default(), k + 1).into();
        out["paint"][colour] = RAMP[k].into();
        out["filter"] = match layer.get("filter") {
            Some(f) => json!(["all", f, class]),
            None => class,
        };
        out
    };
    (0..RAMP.len()).map(one).collect()
}

fn get(name: &str) -> Value {
    json!(["get", name])
}

fn or(name: &str, other: f64) -> Value {
    json!(["coalesce", ["get", name], other])
}

fn is(name: &str, value: impl Into<Value>) -> Value {
    json!(["==", ["get", name], value.into()])
}

fn width(from: u8, small: f64, large: f64) -> Value {
    json!(["interpolate", ["linear"], ["zoom"], from, small, 14, large])
}

fn layer(id: &str, kind: &str, collection: &str, minzoom: u8, filter: Option<Value>, paint: Value) -> Value {
    let mut out = json!({"id": id, "type": kind, "source": SOURCE, "source-layer": collection, "paint": paint});
    if minzoom > 0 {
        out["minzoom"] = minzoom.into();
    }
    if let Some(f) = filter {
        out["filter"] = f;
    }
    if kind == "line" && out["paint"].get("line-dasharray").is_none() {
        out["layout"] = json!({"line-cap": "round", "line-join": "round"});
    }
    out
}

fn line(id: &str, collection: &str, minzoom: u8, filter: Option<Value>, colour: Value, width: Value) -> Value {
    layer(id, "line", collection, minzoom, filter, json!({"line-color": colour, "line-width": width}))
}

fn dashed(mut line: Value, dash: [f64; 2]) -> Value {
    line["paint"]["line-dasharray"] = json!(dash);
    line["layout"] = json!({"line-cap": "butt"});
    line
}

/// Works that are to be built, by the people whom they reach.
fn works(collection: &str) -> Vec<Value> {
    let round = |id: String, w: Value| line(&id, collection, VILLAGES, None, json!(EDGE), w);
    let mut out = vec![round(format!("{collection}-case"), width(VILLAGES, 2.6, 8.5))];
    let own = round(collection.to_owned(), width(VILLAGES, 1.6, 6.0));
    out.extend(classes(&own, "line-color", "people", PEOPLE));
    out
}

fn circle(id: &str, collection: &str, minzoom: u8, filter: Option<Value>, radius: Value, colours: [Value; 2]) -> Value {
    let [fill, stroke] = colours;
    let paint = json!({
        "circle-radius": radius, "circle-color": fill, "circle-stroke-color": stroke, "circle-stroke-width": 1.2,
    });
    layer(id, "circle", collection, minzoom, filter, paint)
}

/// A theme's layers, bottom first; `fast` is the speed from which on broadband is broadband.
pub fn of(t: &Theme, fast: f64) -> Vec<Value> {
    let mut out = vec![
        json!({"id": "land", "type": "background", "paint": {"background-color": LAND}}),
        layer("county-empty", "fill", "counties", 0, None, json!({"fill-color": EMPTY})),
        relief(),
    ];
    out.extend(counties(t));
    let thin = json!(["interpolate", ["linear"], ["zoom"], 5, 0.6, 10, 1.4]);
    out.extend(towns(t));
    out.push(line("county-line", "counties", 0, None, json!(BORDER), thin));
    out.push(dashed(line("town-line", "towns", VILLAGES, None, json!(BORDER), json!(0.8)), [3.0, 2.0]));
    out.extend(surface_water());
    out.extend(roads());
    match t.id {
        "roads" => out.extend(works("road_links")),
        "power" => out.extend(power()),
        "water" => out.extend(works("water_links")),
        "broadband" => out.extend(broadband(fast)),
        _ => {}
    }
    out.extend(villages(t));
    match t.id {
        "power" => out.extend(power_points()),
        "water" => out.extend(sources()),
        "broadband" => out.push(spot("broadband_nodes", VILLAGES)),
        "services" => out.extend(["schools", "facilities"].map(|c| spot(c, 9))),
        _ => {}
    }
    out
}

fn counties(t: &Theme) -> Vec<Value> {
    let paint = json!({"fill-opacity": 0.85});
    let mut out = layer("county-share", "fill", "counties", 0, Some(json!([">", ["get", "villages"], 0])), paint);
    out["maxzoom"] = VILLAGES.into();
    classes(&out, "fill-color", t.share, SHARE)
}

/// Fainter than counties: villages stand on them.
fn towns(t: &Theme) -> Vec<Value> {
    let paint = json!({"fill-opacity": 0.4});
    let mut out = layer("town-share", "fill", "towns", VILLAGES, Some(json!([">", ["get", "villages"], 0])), paint);
    out["maxzoom"] = TOWNS.into();
    classes(&out, "fill-color", t.share, SHARE)
}

/// Fainter where counties are coloured.
fn relief() -> Value {
    let strong = json!(["interpolate", ["linear"], ["zoom"], VILLAGES - 2, SHADE * 0.4, VILLAGES + 1, SHADE]);
    json!({"id": "relief", "type": "raster", "source": RELIEF, "paint": {"raster-opacity": strong}})
}

/// Rivers and lakes.
fn surface_water() -> [Value; 2] {
    let of = |kind: &str| Some(json!(["==", ["geometry-type"], kind]));
    [
        layer("lake", "fill", "surface_water", 0, of("Polygon"), json!({"fill-color": WATER})),
        line("river", "surface_water", 0, of("LineString"), json!(WATER), width(8, 0.8, 3.0)),
    ]
}

fn roads() -> Vec<Value> {
    let wide = |w: f64| json!(["interpolate", ["linear"], ["zoom"], 7, w * 0.4, 10, w * 0.8, 14, w * 2.2]);
    let road =
        |id: &str, filter: Value, colour: &str, w: f64| line(id, "roads", 0, Some(filter), json!(colour), wide(w));
    let paved = |main: Value| json!(["all", is("surface", "paved"), main]);
    vec![
        dashed(road("road-unknown", is("surface", "unknown"), UNKNOWN, 1.2), [2.0, 2.0]),
        dashed(road("road-earth", is("surface", "earth"), EARTH, 1.5), [3.0, 1.5]),
        road("road-gravel", is("surface", "gravel"), GRAVEL, 1.5),
        road("road-island", paved(json!(["!=", get("main"), true])), ISLAND, 2.0),
        road("road-main", paved(is("main", true)), MAIN, 2.0),
    ]
}

/// Villages by their verdict, and gaps by their severity on top.
fn villages(t: &Theme) -> Vec<Value> {
    let dot = |small: f64, large: f64| width(VILLAGES, small, large);
    let of = |id: &str, verdict: &str, zoom: u8, radius: Value, fill: &str, stroke: &str| {
        circle(id, "villages", zoom, Some(is(t.verdict, verdict)), radius, [json!(fill), json!(stroke)])
    };
    let known = json!(["all", ["==", ["geometry-type"], "Point"], is("verdict", "gap")]);
    let colours = [json!(RAMP[0]), json!(EDGE)];
    let mut gaps = circle("gap", t.gaps, VILLAGES - 1, Some(known), dot(3.2, 9.0), colours);
    gaps["layout"] = json!({"circle-sort-key": get("severity")});
    let mut out = vec![
        of("village-ok", "ok", VILLAGES, dot(2.0, 5.0), OK, HALO),
        of("village-unknown", "unknown", VILLAGES - 1, dot(2.5, 7.0), LAND, UNKNOWN),
        of("village-gap", "gap", VILLAGES - 1, dot(3.2, 9.0), RAMP[0], EDGE),
    ];
    out.extend(classes(&gaps, "circle-color", "severity", SEVERITY));
    out
}

fn power() -> Vec<Value> {
    let short = json!(["-", or("limit_pu", 0.93), or("worst_pu", 0.92)]);
    let outline = |id: &str, confidence: &str| {
        line(id, "low_voltage_areas", VILLAGES, Some(is("confidence", confidence)), json!(EDGE), width(9, 0.8, 2.0))
    };
    let wire = |id: &str, level: &str, zoom: u8, colour: &str, w: Value| {
        line(id, "power_lines", zoom, Some(is("level", level)), json!(colour), w)
    };
    let over = json!(["all", ["has", "loading"], [">", get("loading"), 1]]);
    vec![
        layer(
            "area",
            "fill",
            "low_voltage_areas",
            VILLAGES,
            None,
            json!({"fill-color": ramp(short, DEPTH), "fill-opacity": 0.55}),
        ),
        outline("area-measured", "measured"),
        dashed(outline("area-modelled", "modelled"), [4.0, 2.0]),
        dashed(outline("area-inferred", "inferred"), [1.0, 2.0]),
        wire("wire-low", "low", 12, GRAVEL, width(9, 0.5, 1.6)),
        dashed(wire("wire-high", "high", 0, UNKNOWN, json!(2)), [6.0, 2.0]),
        wire("wire-medium", "medium", 9, PLACE, width(9, 1.0, 3.0)),
        line("wire-over", "power_lines", 0, Some(over), json!(RAMP[4]), width(9, 2.0, 4.0)),
    ]
}

fn power_points() -> Vec<Value> {
    let bad = json!([
        "any",
        ["all", ["has", "loading"], [">", get("loading"), 1]],
        ["all", ["has", "kva_per_household"], ["<", get("kva_per_household"), 2]],
        ["!=", get("solved"), true],
    ]);
    let good = json!([
        "all",
        ["any", ["!", ["has", "loading"]], ["<=", get("loading"), 1]],
        ["any", ["!", ["has", "kva_per_household"]], [">=", get("kva_per_household"), 2]],
        ["==", get("solved"), true],
    ]);
    let point = |id: &str, c: &str, zoom: u8, filter: Option<Value>, size: f64, colour: &str| {
        circle(id, c, zoom, filter, width(9, size * 0.5, size), [json!(colour), json!(HALO)])
    };
    vec![
        point("supply-ok", "supply_points", 12, Some(is("verdict", "ok")), 4.0, OK),
        point("supply-gap", "supply_points", 12, Some(is("verdict", "gap")), 6.0, RAMP[3]),
        point("transformer", "transformers", 11, Some(good), 5.0, PLACE),
        point("transformer-bad", "transformers", 9, Some(bad), 6.0, RAMP[4]),
        point("substation", "substations", 7, None, 7.0, LABEL),
    ]
}

fn sources() -> Vec<Value> {
    let of = |state: &str, zoom: u8, fill: &str, stroke: &str| {
        let id = format!("source-{state}");
        circle(
            &id,
            "water_sources",
            zoom,
            Some(is("state", state)),
            width(VILLAGES, 3.0, 7.0),
            [json!(fill), json!(stroke)],
        )
    };
    // Worse ones are drawn last, on top.
    vec![
        of("safe", 10, OK, HALO),
        of("untested", VILLAGES, HALO, PLACE),
        of("unknown", VILLAGES, HALO, "#59626b"),
        of("unimproved", VILLAGES, EARTH, HALO),
        of("unsafe", VILLAGES, RAMP[4], HALO),
    ]
}

fn broadband(fast: f64) -> Vec<Value> {
    let covered = |id: &str, filter: Value, colour: &str| {
        let paint = json!({"fill-color": colour, "fill-opacity": 0.2});
        layer(id, "fill", "broadband_coverage", VILLAGES, Some(filter), paint)
    };
    let with_speed = |test: Value| json!(["all", ["has", "mbit_s"], test]);
    let mut out = vec![
        covered("covered-unknown", json!(["!", ["has", "mbit_s"]]), UNKNOWN),
        covered("covered-slow", with_speed(json!(["<", get("mbit_s"), fast])), GRAVEL),
        covered("covered-fast", with_speed(json!([">=", get("mbit_s"), fast])), OK),
    ];
    out.push(dashed(
        line(
            "covered-measured",
            "broadband_coverage",
            VILLAGES,
            Some(is("measured", true)),
            json!(PLACE),
            width(VILLAGES, 0.8, 2.0),
        ),
        [3.0, 2.0],
    ));
    out.extend(works("fibre_links"));
    out
}

fn spot(collection: &str, zoom: u8) -> Value {
    circle(collection, collection, zoom, None, width(VILLAGES, 2.5, 6.0), [json!(HALO), json!(PLACE)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_of_the_page() {
        let page = include_str!("../../../../web/src/colours.ts");
        let light = page.split("light:").nth(1).unwrap().split('}').next().unwrap();
        // The others are held in `publish::colours`.
        for (name, colour) in [("label", LABEL), ("place", PLACE), ("water", WATER)] {
            assert!(light.contains(&format!("{name}: \"{colour}\"")), "{name}");
        }
    }

    #[test]
    fn ids_of_layers_are_their_own() {
        for t in &THEMES {
            let all = of(t, 20.0);
            let mut ids: Vec<&str> = all.iter().filter_map(|l| l["id"].as_str()).collect();
            ids.sort_unstable();
            let n = ids.len();
            ids.dedup();
            assert_eq!(ids.len(), n, "{}", t.id);
        }
    }
}
