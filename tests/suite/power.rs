//! The power theme through the public face: published networks, remedies put into the data, real data, broken input.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::common::{Run, cuntong, data_root, have, read_json, stderr};
use gdal::vector::sql::Dialect;
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use serde_json::{Value, json};

fn run(atlas: &Path, options: &[&str]) -> Run {
    Run::with(atlas.to_str().unwrap(), options)
}

fn by_id(features: Vec<Value>) -> BTreeMap<String, Value> {
    features.into_iter().map(|f| (f["id"].as_str().unwrap().to_owned(), f["properties"].clone())).collect()
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|l| l.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn shipped_networks_have_the_voltages_that_were_published() {
    if !have("simbench") {
        return;
    }
    for (column, factor) in [(1, "1"), (2, "2")] {
        let r = run(Path::new("data/simbench-rural/atlas.toml"), &["--load-factor", factor]);
        let buses = by_id(r.features("power_buses"));
        for (prefix, name) in [("r1", "rural1"), ("r2", "rural2")] {
            let mut compared = 0;
            for row in rows(&data_root().join(format!("simbench/{name}/expected_voltages.csv"))) {
                let expected: f64 = row[column].parse().unwrap();
                // The high-voltage bus is no bus of the network.
                let Some(p) = buses.get(&format!("{prefix}-{}", row[0])).filter(|p| !p["modelled_pu"].is_null()) else {
                    assert_eq!(expected, 1.025, "{name} bus {}", row[0]);
                    continue;
                };
                let found = p["modelled_pu"].as_f64().unwrap();
                assert!((found - expected).abs() < 1e-6, "{name} bus {} load ×{factor}: {found}, {expected}", row[0]);
                assert_eq!([0.93, 0.90].map(|l| found < l), [0.93, 0.90].map(|l| expected < l));
                compared += 1;
            }
            assert_eq!(compared, if name == "rural1" { 14 } else { 96 });
        }
    }
}

#[test]
fn single_phase_customers_as_published() {
    if !have("simbench") {
        return;
    }
    for (name, buses) in [("rural1", 14), ("rural2", 96)] {
        let root = data_root().join("simbench").join(name);
        let dir = tempfile::tempdir().unwrap();
        let at = |file: &str| root.join(file).display().to_string().replace('\\', "/");
        let atlas = format!(
            r#"
id = "one-phase"
[[layers.villages]]
path = "{shipped}"
fields = {{ id = "id" }}
[[layers.power_buses]]
path = "{buses}"
fields = {{ id = "bus", nominal_v = "nominal_v" }}
[[layers.power_lines]]
path = "{lines}"
fields = {{ id = "line", from_bus = "from_bus", to_bus = "to_bus", length_km = "length_km", r_ohm_per_km = "r_ohm_per_km", x_ohm_per_km = "x_ohm_per_km", parallel = "parallel" }}
[[layers.transformers]]
path = "{transformers}"
fields = {{ id = "transformer", lv_bus = "lv_bus", rating_kva = "rating_kva", lv_nominal_v = "lv_nominal_v", vk_percent = "vk_percent", vkr_percent = "vkr_percent", hv_source_pu = "hv_source_pu" }}
defaults = {{ iron_loss_kw = 0, i0_percent = 0 }}
[[layers.loads]]
path = "{loads}"
fields = {{ bus = "bus", phase = "phase", p_kw = "p_kw", q_kvar = "q_kvar" }}
"#,
            shipped = fs::canonicalize("data/simbench-rural/villages.csv").unwrap().display(),
            buses = at("buses.geojson"),
            lines = at("lines.geojson"),
            transformers = at("transformers.geojson"),
            loads = at("loads_single_phase.csv"),
        );
        let file = dir.path().join("atlas.toml");
        fs::write(&file, atlas).unwrap();
        let found = by_id(run(&file, &[]).features("power_buses"));
        let mut compared = 0;
        for row in rows(&root.join("expected_voltages_single_phase.csv")) {
            let Some(abc) = found.get(&row[0]).and_then(|p| p["modelled_abc_pu"].as_array()) else { continue };
            for (p, expected) in abc.iter().zip(&row[1..]) {
                let (p, expected) = (p.as_f64().unwrap(), expected.parse::<f64>().unwrap());
                assert!((p - expected).abs() < 1e-5, "{name} bus {}: {p}, {expected}", row[0]);
            }
            compared += 1;
        }
        assert_eq!(compared, buses, "{name}");
    }
}

/// Carries out every remedy in the GeoPackage of a practice region, as works would change the data.
fn carry_out(gpkg: &Path, areas: &[Value]) -> usize {
    let options = DatasetOptions {
        open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_UPDATE,
        ..Default::default()
    };
    let ds = Dataset::open_ex(gpkg, options).unwrap();
    let sql = |q: String| {
        ds.execute_sql(&q, None, Dialect::DEFAULT).unwrap_or_else(|e| panic!("{q}: {e}"));
    };
    let mut done = 0;
    for r in areas.iter().flat_map(|a| a["properties"]["remedies"].as_array().unwrap()) {
        let ids = |v: &Value| {
            v.as_array().unwrap().iter().map(|i| format!("'{}'", i.as_str().unwrap())).collect::<Vec<_>>().join(",")
        };
        let rewire = || {
            sql(format!(
                "UPDATE power_lines SET r_ohm_per_km = NULL, x_ohm_per_km = NULL, max_i_ka = NULL, conductor = '{}' WHERE id IN ({})",
                r["conductor"].as_str().unwrap(),
                ids(&r["lines"])
            ));
        };
        let enlarge = || {
            let text = r["text"]["en"].as_str().unwrap();
            let id = text.split("transformer ").nth(1).unwrap().split(' ').next().unwrap();
            sql(format!("UPDATE transformers SET rating_kva = {} WHERE id = '{id}'", r["rating_kva"]));
        };
        match r["kind"].as_str().unwrap() {
            "thicker_conductor" => rewire(),
            "larger_transformer" => enlarge(),
            "larger_and_thicker" => {
                rewire();
                enlarge();
            }
            "new_transformer" => {
                for (bus, rating) in r["buses"].as_array().unwrap().iter().zip(r["ratings_kva"].as_array().unwrap()) {
                    let bus = bus.as_str().unwrap();
                    sql(format!("DELETE FROM power_lines WHERE to_bus = '{bus}' AND voltage < 1000"));
                    sql(format!(
                        "INSERT INTO transformers (id, lv_bus, rating_kva, phases, lv_nominal_v, vk_percent, vkr_percent, iron_loss_kw, i0_percent) \
                         VALUES ('new-{bus}', '{bus}', {rating}, 'abc', 400, 4, 1.5, 0, 0)"
                    ));
                }
            }
            "survey" => continue,
            other => panic!("{other}"),
        }
        done += 1;
    }
    done
}

#[test]
fn remedies_carried_out_close_their_gaps() {
    let mut kinds = BTreeMap::<String, usize>::new();
    for (n, seed, shape) in [("300", "4", "point"), ("600", "5", "polygon"), ("300", "31", "point")] {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().to_str().unwrap();
        let o = cuntong(&[
            "synthesize",
            "--villages",
            n,
            "--seed",
            seed,
            "--village-shape",
            shape,
            "--id",
            "r",
            "--out",
            out,
        ]);
        assert!(o.status.success(), "{}", stderr(&o));
        let atlas = dir.path().join("atlas.toml");
        let before = run(&atlas, &[]);
        let areas = before.features("low_voltage_areas");
        let modelled: Vec<&Value> = areas.iter().filter(|a| a["properties"]["confidence"] == "modelled").collect();
        assert!(modelled.len() >= 10, "{}", modelled.len());
        for r in modelled.iter().flat_map(|a| a["properties"]["remedies"].as_array().unwrap()) {
            if r["kind"] == "survey" {
                // Touches an area that is judged by its lengths.
                assert!(r["text"]["en"].as_str().unwrap().contains("record the conductors first"), "{r}");
                continue;
            }
            assert!(r["cost"].as_f64().unwrap() > 0.0 && r["after_pu"].as_f64().unwrap() >= 0.90, "{r}");
            *kinds.entry(r["kind"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        let done = carry_out(&dir.path().join("r.gpkg"), &areas);
        let remedies = areas.iter().flat_map(|a| a["properties"]["remedies"].as_array().unwrap());
        assert_eq!(done, remedies.filter(|r| r["kind"] != "survey").count());
        let after = run(&atlas, &[]);
        // Of what the model saw, nothing is left; what only readings or lengths tell stays.
        let counts = &after.json("summary.json")["counts"]["power"];
        assert_eq!((&counts["under_limit"], &counts["over_limit"]), (&json!(0), &json!(0)), "seed {seed}");
        let left = after.features("low_voltage_areas");
        assert!(left.iter().all(|a| a["properties"]["confidence"] != "modelled"), "seed {seed}");
        let villages = by_id(after.features("villages"));
        for a in modelled.iter().filter(|a| a["properties"]["remedies"].as_array().unwrap().len() == 1) {
            let promised = a["properties"]["remedy"]["after_pu"].as_f64().unwrap();
            let of = a["properties"]["villages"].as_array().unwrap();
            let margin = |v: &Value| villages[v.as_str().unwrap()]["power_worst_pu"].as_f64().unwrap();
            let worst = of.iter().map(margin).fold(f64::INFINITY, f64::min);
            // Other transformers of the village may be lower, within their limits.
            assert!(worst <= promised + 1e-6 && worst >= 0.90, "{a}: {worst}");
        }
    }
    println!("{kinds:?}");
    assert!(kinds.len() >= 3, "{kinds:?}");
}

#[test]
fn twice_the_load_is_what_the_scenario_said() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().to_str().unwrap();
    assert!(cuntong(&["synthesize", "--villages", "200", "--seed", "8", "--out", out]).status.success());
    let atlas = dir.path().join("atlas.toml");
    let power = |r: &Run| r.json("summary.json")["counts"]["power"].clone();
    let (one, two) = (power(&run(&atlas, &[])), power(&run(&atlas, &["--load-factor", "2"])));
    let said = one["scenarios"].as_array().unwrap().iter().find(|s| s["load_factor"] == 2.0).unwrap();
    let collapsed = said["networks_without_answer"].as_u64().unwrap();
    assert!(said["supply_points_under"].as_u64() > one["under_limit"].as_u64());
    // A network that collapses has no voltages: its points count as under the limit in the scenario only.
    if collapsed == 0 {
        assert_eq!(said["supply_points_under"], two["under_limit"]);
    } else {
        assert!(said["supply_points_under"].as_u64() > two["under_limit"].as_u64());
    }
    let bad = cuntong(&["analyze", atlas.to_str().unwrap(), "--out", out, "--load-factor", "0"]);
    assert_eq!(bad.status.code(), Some(2));
}

#[test]
fn nandurbar_reports_what_its_records_say() {
    if !have("nandurbar") {
        return;
    }
    let r = Run::shipped("examples/nandurbar/atlas.toml");
    let power = &r.json("summary.json")["counts"]["power"];
    // Published: 31 villages without power for agriculture; two of them have no electricity at all.
    assert_eq!((&power["by_kind"]["no_three_phase"], &power["by_kind"]["no_grid"]), (&json!(31), &json!(2)));
    assert!(r.features("power_gaps").iter().all(|g| g["properties"]["confidence"] == "reported"));
    let villages = r.features("villages");
    // 126 polygons have no row in the directory, 13 rows have no figures: unknown, not well supplied.
    let unknown = villages.iter().filter(|v| v["properties"]["power_verdict"] == "unknown").count();
    assert_eq!(unknown, 139);
}

#[test]
fn gulu_shows_published_voltages_beside_its_own() {
    if !have("gulu") {
        return;
    }
    let r = Run::shipped("examples/gulu/atlas.toml");
    let buses = r.features("power_buses");
    assert_eq!(buses.len(), 452);
    let both =
        buses.iter().filter(|b| b["properties"]["published_pu"].is_f64() && b["properties"]["modelled_pu"].is_f64());
    assert_eq!(both.count(), 452);
    let p = &r.json("summary.json")["counts"]["power"];
    assert_eq!((&p["supply_points"], &p["under_limit"]), (&json!(335), &json!(0)));
}

/// A hand-made grid: one transformer, three buses in a row, every table as GeoJSON or CSV in a folder.
struct Hand {
    dir: tempfile::TempDir,
    lines: String,
    transformers: String,
    loads: String,
    readings: String,
}

impl Hand {
    fn new() -> Self {
        Hand {
            dir: tempfile::tempdir().unwrap(),
            lines: "id,from_bus,to_bus,km,r,x,conductor\nL1,B0,B1,0.2,0.3,0.1,\nL2,B1,B2,0.2,0.3,0.1,\n".into(),
            transformers: "id,lon,lat,lv_bus,kva\nT1,120,41,B0,100\n".into(),
            loads: "id,lon,lat,bus,p,households\nS1,120.001,41,B1,5,4\nS2,120.002,41,B2,5,4\n".into(),
            readings: "id,village,load,voltage,nominal,time\nR1,V1,,221,220,2026-07-01T19:00:00+08:00\n".into(),
        }
    }

    fn write(&self) -> std::path::PathBuf {
        let put = |name: &str, text: &str| fs::write(self.dir.path().join(name), text).unwrap();
        put("villages.csv", "id,name,lon,lat\nV1,甲村,120.001,41\n");
        put("buses.csv", "id,lon,lat\nB0,120,41\nB1,120.001,41\nB2,120.002,41\nB3,120.003,41\n");
        put("lines.csv", &self.lines);
        put("transformers.csv", &self.transformers);
        put("loads.csv", &self.loads);
        put("readings.csv", &self.readings);
        put(
            "atlas.toml",
            r#"
id = "hand"
[[layers.villages]]
path = "villages.csv"
fields = { id = "id", name = "name" }
[[layers.power_buses]]
path = "buses.csv"
fields = { id = "id" }
[[layers.power_lines]]
path = "lines.csv"
fields = { id = "id", from_bus = "from_bus", to_bus = "to_bus", length_km = "km", r_ohm_per_km = "r", x_ohm_per_km = "x", conductor = "conductor" }
defaults = { voltage = 380 }
[[layers.transformers]]
path = "transformers.csv"
fields = { id = "id", lv_bus = "lv_bus", rating_kva = "kva" }
defaults = { lv_nominal_v = 400, vk_percent = 4, vkr_percent = 1.5, iron_loss_kw = 0, i0_percent = 0 }
[[layers.loads]]
path = "loads.csv"
fields = { id = "id", bus = "bus", p_kw = "p", households = "households" }
[[layers.voltage_readings]]
path = "readings.csv"
fields = { id = "id", village = "village", load = "load", voltage = "voltage", nominal = "nominal", time = "time" }
"#,
        );
        self.dir.path().join("atlas.toml")
    }

    fn run(&self) -> Run {
        run(&self.write(), &[])
    }
}

/// Everything the report says of one layer, as text.
fn quality(r: &Run, layer: &str) -> String {
    let q = r.json("quality.json");
    let of = q["sources"].as_array().unwrap().iter().filter(|s| s["layer"] == layer);
    of.map(|s| s.to_string()).collect()
}

fn list(r: &Run, key: &str) -> Vec<String> {
    let q = r.json("quality.json");
    let of = q["lists"].as_array().unwrap().iter().find(|l| l["key"] == key);
    of.map_or(Vec::new(), |l| l["items"].as_array().unwrap().iter().map(|i| i.as_str().unwrap().to_owned()).collect())
}

#[test]
fn a_good_grid_is_solved_and_says_nothing() {
    let r = Hand::new().run();
    assert!(list(&r, "power.networks_not_solved").is_empty());
    let p = by_id(r.features("supply_points"));
    let (near, far) = (p["S1"]["modelled_pu"].as_f64().unwrap(), p["S2"]["modelled_pu"].as_f64().unwrap());
    assert!(far < near && far > 0.9, "{near} {far}");
    assert_eq!((&p["S2"]["length_m"], &p["S2"]["transformer"]), (&json!(400.0), &json!("T1")));
}

#[test]
fn a_line_to_a_bus_that_does_not_exist_is_left_out_and_named() {
    let mut h = Hand::new();
    h.lines.push_str("L9,B2,B99,0.1,0.3,0.1,\n");
    let r = h.run();
    let said = quality(&r, "power_lines");
    assert!(said.contains("joins a bus that does not exist") && said.contains("L9"), "{said}");
    assert!(by_id(r.features("supply_points"))["S2"]["modelled_pu"].is_f64(), "the rest is still solved");
}

#[test]
fn zero_and_negative_impedance_is_unknown_and_the_network_is_judged_by_length() {
    for bad in ["0,0", "-0.3,0.1", "0.3,-0.1"] {
        let mut h = Hand::new();
        h.lines = format!("id,from_bus,to_bus,km,r,x,conductor\nL1,B0,B1,0.2,0.3,0.1,\nL2,B1,B2,0.6,{bad},\n");
        h.readings = "id,village,load,voltage,nominal,time\n".into();
        let r = h.run();
        assert!(quality(&r, "power_lines").contains("impedance is zero, negative or incomplete"), "{bad}");
        assert!(list(&r, "power.networks_not_solved")[0].contains("L2"), "{bad}");
        let p = by_id(r.features("supply_points"));
        assert_eq!((&p["S1"]["verdict"], &p["S1"]["confidence"]), (&json!("ok"), &json!("inferred")));
        assert_eq!((&p["S2"]["verdict"], &p["S2"]["confidence"]), (&json!("gap"), &json!("inferred")));
        assert!(p["S2"]["modelled_pu"].is_null());
    }
}

#[test]
fn a_transformer_without_rating_is_kept_and_its_network_not_solved() {
    for bad in ["", "0", "-50"] {
        let mut h = Hand::new();
        h.transformers = format!("id,lon,lat,lv_bus,kva\nT1,120,41,B0,{bad}\n");
        let r = h.run();
        assert!(quality(&r, "transformers").contains("no rating"), "{bad}");
        let t = &by_id(r.features("transformers"))["T1"];
        assert_eq!((&t["solved"], &t["rating_kva"]), (&json!(false), &Value::Null));
        assert!(t["problem"]["en"].as_str().unwrap().contains("T1"), "{t}");
    }
}

#[test]
fn readings_of_zero_or_in_kilovolts_are_left_out_and_named() {
    let mut h = Hand::new();
    h.readings = "id,village,load,voltage,nominal,time\n\
        ok,V1,,221,220,2026-07-01T19:00:00+08:00\n\
        zero,V1,,0,220,2026-07-01T20:00:00+08:00\n\
        kilo,V1,,0.22,220,2026-07-01T21:00:00+08:00\n\
        unit,V1,,0.22 kV,220,2026-07-01T22:00:00+08:00\n\
        mad,V1,,900,220,2026-07-01T23:00:00+08:00\n\
        text,V1,,low,220,2026-07-01T23:10:00+08:00\n\
        nowhere,V9,,221,220,2026-07-01T23:20:00+08:00\n"
        .into();
    let r = h.run();
    let q = r.json("quality.json");
    let source = q["sources"].as_array().unwrap().iter().find(|s| s["layer"] == "voltage_readings").unwrap().clone();
    assert_eq!((&source["read"], &source["kept"]), (&json!(7), &json!(2)));
    let skipped: BTreeMap<&str, &Value> = source["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| (t["examples"][0].as_str().unwrap(), &t["reason"]))
        .collect();
    let says = |id: &str, word: &str| assert!(skipped[id].as_str().unwrap().contains(word), "{id}: {}", skipped[id]);
    says("zero", "outage");
    says("kilo", "kilovolts");
    says("mad", "0.3 and 1.7");
    says("text", "no voltage");
    says("nowhere", "exists");
}

#[test]
fn a_reading_without_time_counts_and_is_noted() {
    let mut h = Hand::new();
    h.readings = "id,village,load,voltage,nominal,time\nR1,,S2,180,220,\nR2,,S2,181,220,夜里\n".into();
    let r = h.run();
    let said = quality(&r, "voltage_readings");
    assert!(said.contains("no time") && said.contains("not ISO 8601"), "{said}");
    let v = &by_id(r.features("villages"))["V1"];
    assert_eq!((&v["power_verdict"], &v["power_confidence"]), (&json!("gap"), &json!("measured")));
    let gap = r.features("power_gaps").into_iter().find(|g| g["id"] == "power:low_voltage:V1").unwrap();
    let text = gap["properties"]["evidence"][0]["text"]["en"].as_str().unwrap().to_owned();
    assert!(text.contains("time unknown"), "{text}");
    assert_eq!(v["power_disagrees"], true, "the load flow has it well above the limit");
}

#[test]
fn two_sources_on_one_island_are_solved_together_and_named() {
    let mut h = Hand::new();
    let alone = by_id(h.run().features("supply_points"))["S2"]["modelled_pu"].as_f64().unwrap();
    h.transformers.push_str("T2,120.002,41,B2,50\n");
    let r = h.run();
    assert_eq!(list(&r, "power.networks_with_two_transformers"), ["T1 + T2"]);
    let p = by_id(r.features("supply_points"));
    assert!(p["S2"]["modelled_pu"].as_f64().unwrap() > alone);
    assert_eq!(p["S2"]["transformer"], "T2");
    let t = by_id(r.features("transformers"));
    let sum = ["T1", "T2"].map(|t1| t[t1]["demand_kva"].as_f64().unwrap()).iter().sum::<f64>();
    // 10 kW at a power factor of 0.9 and the losses.
    assert!(sum > 10.0 / 0.9 && sum < 1.05 * 10.0 / 0.9, "{sum}");
}

#[test]
fn a_network_without_any_place_is_solved_all_the_same() {
    let mut h = Hand::new();
    let with = by_id(h.run().features("supply_points"))["S2"]["modelled_pu"].clone();
    h.transformers = "id,lv_bus,kva\nT1,B0,100\n".into();
    h.loads = "id,bus,p,households,village\nS1,B1,5,4,V1\nS2,B2,5,4,V1\n".into();
    let atlas = h.write();
    fs::write(h.dir.path().join("buses.csv"), "id,name\nB0,\nB1,\nB2,\nB3,\n").unwrap();
    let text = fs::read_to_string(&atlas).unwrap();
    fs::write(&atlas, text.replace("p_kw = \"p\", households", "p_kw = \"p\", village = \"village\", households"))
        .unwrap();
    let r = run(&atlas, &[]);
    let p = by_id(r.features("supply_points"));
    assert_eq!(p["S2"]["modelled_pu"], with);
    assert!(quality(&r, "transformers").contains("stands on no map"));
    assert!(r.features("transformers")[0]["geometry"].is_null());
    // Where the grid is nobody says, so nobody is far from it.
    assert!(!r.features("power_gaps").iter().any(|g| g["properties"]["kind"] == "no_grid"));
}

#[test]
fn customers_at_the_transformer_itself_need_no_line() {
    let mut h = Hand::new();
    h.transformers.push_str("T2,120.003,41,B3,50\n");
    h.loads.push_str("S3,120.003,41,B3,20,9\n");
    let r = h.run();
    let p = &by_id(r.features("supply_points"))["S3"];
    let pu = p["modelled_pu"].as_f64().unwrap_or_else(|| panic!("{p}"));
    // 400 V behind 4 % of 50 kVA, of 380 V: half the rating takes a little over 1 %.
    assert!((1.0..400.0 / 380.0).contains(&pu) && pu < 0.99 * 400.0 / 380.0, "{pu}");
    assert_eq!((&p["transformer"], &p["length_m"]), (&json!("T2"), &json!(0.0)));
}

#[test]
fn closed_loops_parallel_cables_and_roofs_are_solved() {
    let at = |lines: &str, loads: &str| {
        let mut h = Hand::new();
        h.lines = format!("id,from_bus,to_bus,km,r,x,conductor\n{lines}");
        h.loads = format!("id,lon,lat,bus,p,households\n{loads}");
        let r = h.run();
        assert!(list(&r, "power.networks_not_solved").is_empty());
        let p = by_id(r.features("supply_points"));
        move |id: &str| p[id]["modelled_pu"].as_f64().unwrap()
    };
    let load = "S1,120.001,41,B1,5,4\nS2,120.002,41,B2,15,4\n";
    let alone = at("L1,B0,B1,0.2,0.3,0.1,\nL2,B1,B2,0.2,0.3,0.1,\n", load);
    let twice = at("L1,B0,B1,0.2,0.3,0.1,\nL2,B1,B2,0.2,0.3,0.1,\nL3,B2,B1,0.2,0.3,0.1,\n", load);
    let thick = at("L1,B0,B1,0.2,0.3,0.1,\nL2,B1,B2,0.2,0.15,0.05,\n", load);
    assert!(twice("S2") > alone("S2") && (twice("S2") - thick("S2")).abs() < 1e-9);
    let ring = at("L1,B0,B1,0.2,0.3,0.1,\nL2,B1,B2,0.2,0.3,0.1,\nL3,B2,B0,0.4,0.3,0.1,\n", load);
    assert!(ring("S2") > alone("S2"));
    let roof = at("L1,B0,B1,0.2,0.3,0.1,\nL2,B1,B2,0.2,0.3,0.1,\n", "S1,120.001,41,B1,5,4\nS2,120.002,41,B2,-60,4\n");
    assert!(roof("S2") > 1.07, "a roof that feeds more than the village takes lifts the voltage: {}", roof("S2"));
}

#[test]
fn an_unknown_conductor_is_named_and_the_atlas_can_add_it() {
    let mut h = Hand::new();
    h.lines = "id,from_bus,to_bus,km,r,x,conductor\nL1,B0,B1,0.2,,,LGJ-50\nL2,B1,B2,0.2,,,铁线8号\n".into();
    let r = h.run();
    let said = quality(&r, "power_lines");
    assert!(said.contains("conductor is not in the table") && said.contains("L2 (铁线8号)"), "{said}");
    assert!(by_id(r.features("supply_points"))["S2"]["modelled_pu"].is_null());
    let atlas = h.write();
    let text = fs::read_to_string(&atlas).unwrap();
    let more = "[rules.power.conductors]\n\"铁线8号\" = { r = 30.0, x = 0.4, max_i_ka = 0.02 }\n";
    fs::write(&atlas, text.replace("[[layers.villages]]", &format!("{more}[[layers.villages]]"))).unwrap();
    let r = run(&atlas, &[]);
    let pu = by_id(r.features("supply_points"))["S2"]["modelled_pu"].as_f64().unwrap();
    assert!(pu < 0.93, "iron wire loses much: {pu}");
}

#[test]
fn a_load_that_no_line_can_carry_is_named_with_its_bus() {
    let mut h = Hand::new();
    h.loads = "id,lon,lat,bus,p,households\nS1,120.001,41,B1,5,4\nS2,120.002,41,B2,5000,4\n".into();
    h.readings = "id,village,load,voltage,nominal,time\n".into();
    let r = h.run();
    let said = list(&r, "power.networks_not_solved");
    assert!(said[0].contains("T1") && said[0].contains("no voltage carries the load"), "{said:?}");
    let p = by_id(r.features("supply_points"));
    assert_eq!(p["S2"]["verdict"], "unknown", "no answer is no verdict");
}

#[test]
fn a_load_at_a_bus_that_does_not_exist_is_left_out_and_named() {
    let mut h = Hand::new();
    h.loads.push_str("S9,120.002,41,B77,5,4\n");
    let said = quality(&h.run(), "loads");
    assert!(said.contains("its bus does not exist") && said.contains("S9"), "{said}");
}

#[test]
fn transmission_lines_alone_do_not_tell_who_has_power() {
    // OpenStreetMap had three transmission lines there in 2013, and no distribution.
    let r = Run::shipped("data/liechtenstein/atlas.toml");
    assert_eq!(r.features("power_lines").len(), 3);
    assert!(r.features("power_lines").iter().all(|l| l["properties"]["level"] == "high"));
    assert!(r.features("villages").iter().all(|v| v["properties"]["power_verdict"] == "unknown"));
    assert!(r.features("power_gaps").is_empty());
    assert_eq!(list(r, "power.transmission_only").len(), 1);
}

#[test]
fn openstreetmap_grids_by_their_tags() {
    let dir = tempfile::tempdir().unwrap();
    let node = |id: u32, lon: f64, tags: &str| format!("<node id=\"{id}\" lat=\"41\" lon=\"{lon}\">{tags}</node>\n");
    let tag = |k: &str, v: &str| format!("<tag k=\"{k}\" v=\"{v}\"/>");
    let mut xml = String::from("<osm version=\"0.6\">\n");
    for (id, lon, tags) in [
        (1, 120.000, tag("place", "village") + &tag("name", "甲")),
        (2, 120.100, tag("place", "village") + &tag("name", "乙")),
        (3, 120.300, tag("place", "village") + &tag("name", "丙")),
        (10, 120.001, String::new()),
        (11, 120.050, String::new()),
        (12, 120.099, String::new()),
        (13, 120.002, tag("power", "pole") + &tag("transformer", "distribution")),
        (20, 120.310, String::new()),
        (21, 120.320, String::new()),
    ] {
        xml += &node(id, lon, &tags);
    }
    let way = |id: u32, nodes: &[u32], tags: String| {
        let nodes: String = nodes.iter().map(|n| format!("<nd ref=\"{n}\"/>")).collect();
        format!("<way id=\"{id}\">{nodes}{tags}</way>\n")
    };
    xml += &way(1, &[10, 11], tag("power", "minor_line") + &tag("voltage", "10000") + &tag("cables", "3"));
    xml += &way(2, &[11, 12], tag("power", "minor_line") + &tag("cables", "2"));
    xml += &way(3, &[20, 21], tag("power", "line") + &tag("voltage", "15000") + &tag("frequency", "16.7"));
    xml += "</osm>\n";
    fs::write(dir.path().join("grid.osm"), xml).unwrap();
    let atlas = "id = \"osm\"\n[[layers.villages]]\npath = \"grid.osm\"\n[[layers.power_lines]]\npath = \"grid.osm\"\n\
                 [[layers.transformers]]\npath = \"grid.osm\"\n";
    fs::write(dir.path().join("atlas.toml"), atlas).unwrap();
    let r = run(&dir.path().join("atlas.toml"), &[]);
    let lines = by_id(r.features("power_lines"));
    let told = |id: &str| (lines[id]["level"].clone(), lines[id]["phases"].clone());
    assert_eq!(told("1"), (json!("medium"), json!("abc")));
    assert_eq!(told("2"), (json!("medium"), json!("a")));
    assert!(!lines.contains_key("3"), "a railway's line serves no village");
    assert_eq!(r.features("transformers").len(), 1);
    let gaps = by_id(r.features("power_gaps"));
    // 乙 has a single-phase line only; 丙 is 16 km from anything.
    assert!(!gaps.keys().any(|id| id.ends_with(":1")), "{gaps:?}");
    assert_eq!(gaps["power:no_three_phase:2"]["confidence"], "inferred", "nobody need have mapped all");
    let far = gaps["power:no_three_phase:2"]["measured"].as_f64().unwrap();
    assert!((far - 4_205.0).abs() < 10.0, "{far}");
    assert!(gaps.contains_key("power:no_grid:3"));
}

#[test]
fn an_atlas_without_power_says_nothing_of_it() {
    if !have("ladakh") {
        return;
    }
    let r = Run::shipped("examples/ladakh/atlas.toml");
    let s = r.json("summary.json");
    assert!(!s["themes"].as_array().unwrap().contains(&json!("power")));
    assert!(s["counts"]["power"].is_null());
    assert!(!r.dir.join("power_gaps.geojson").exists());
    assert!(read_json(&r.dir.join("run.json"))["rules"]["power"].is_object());
}
