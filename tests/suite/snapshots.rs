//! Runs kept under a date: what is read back is what was kept, a killed writer leaves whole snapshots, and a comparison of two
//! years finds what was planted between them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::common::{Service, cuntong, findings, read_json, stderr};
use cuntong::priority::comparison::codes::Codes;
use cuntong::priority::comparison::{Cause, Class, Comparison, Score, compare};
use cuntong::priority::scorecard::scorecard;
use cuntong::priority::snapshot::{Day, Snapshot};
use cuntong::store::{self, Store, StoreError};
use gdal::vector::LayerAccess;
use serde_json::Value;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn ok(args: &[&str]) -> String {
    let o = cuntong(args);
    assert!(o.status.success(), "{args:?}: {}", stderr(&o));
    String::from_utf8(o.stdout).unwrap()
}

fn fails(args: &[&str], why: &str) {
    let o = cuntong(args);
    assert!(!o.status.success() && stderr(&o).contains(why), "{args:?}: {}", stderr(&o));
}

/// Two years of a practice region, kept in one store; made once.
struct Years {
    dir: PathBuf,
    truth: Value,
}

impl Years {
    fn atlas(&self, year: usize) -> String {
        self.dir.join(["atlas.toml", "next/atlas.toml"][year]).to_str().unwrap().to_owned()
    }

    fn store(&self) -> PathBuf {
        self.dir.join("snapshots.gpkg")
    }
}

fn years() -> &'static Years {
    static MADE: OnceLock<Years> = OnceLock::new();
    MADE.get_or_init(|| {
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("two-years");
        let _ = fs::remove_dir_all(&dir);
        let out = dir.to_str().unwrap();
        ok(&["synthesize", "--villages", "150", "--seed", "11", "--id", "years", "--next-year", "--out", out]);
        let years = Years { truth: read_json(&dir.join("comparison.json")), dir };
        for (k, date) in ["2016-12-31", "2017-12-31"].into_iter().enumerate() {
            ok(&["snapshot", "keep", &years.atlas(k), "--date", date]);
        }
        years
    })
}

fn compared(y: &Years) -> Comparison {
    let store = Store::open(&y.store()).unwrap();
    let codes = store::codes(&y.dir.join("codes.csv")).unwrap();
    compare(&store.read(&day("2016-12-31")).unwrap(), &store.read(&day("2017-12-31")).unwrap(), &codes)
}

fn list(truth: &Value, key: &str) -> BTreeSet<String> {
    let all = truth[key].as_array().unwrap_or_else(|| panic!("{key} is a list"));
    all.iter().map(|v| v.as_str().unwrap().to_owned()).collect()
}

/// Kinds that the planted truth speaks of.
fn spoken(id: &str) -> bool {
    !(id.starts_with("power:") || id.starts_with("services:far_from_service") || id.contains("fragile_access"))
        && (!id.starts_with("services:no_facility") || id.contains(":culture_room:"))
}

#[test]
fn two_years_with_planted_changes() {
    let y = years();
    let all = compared(y);
    let unsure = list(&y.truth, "unsure");
    let of = |classes: &[Class], pairs: bool| -> BTreeSet<String> {
        let own = all.changes.iter().filter(|c| classes.contains(&c.class)).map(|c| c.id.clone());
        own.filter(|id| spoken(id) && !unsure.contains(id) && id.contains('~') == pairs).collect()
    };
    let told = |keys: &[&str], pairs: bool| -> BTreeSet<String> {
        keys.iter().flat_map(|k| list(&y.truth, k)).filter(|id| id.contains('~') == pairs).collect()
    };
    let classes =
        [(Class::Closed, "closed"), (Class::Opened, "opened"), (Class::Left, "left"), (Class::Settled, "settled")];
    for (class, key) in classes {
        let planted = told(&[key], false);
        assert!(!planted.is_empty(), "{key}: something is planted");
        assert_eq!(of(&[class], false), planted, "{key}");
    }
    // The builder does not tell pairs that are not known from pairs that are not joined.
    assert_eq!(of(&[Class::Closed, Class::Settled], true), told(&["closed", "settled"], true));
    assert_eq!(of(&[Class::Opened, Class::Doubted], true), told(&["opened"], true));
    assert_eq!(of(&[Class::Left], true), told(&["left"], true));
    assert!(of(&[Class::Doubted, Class::Entered], false).is_empty());
    let planted = &y.truth["planted"];
    let cause = |id: &str| {
        let c = all.changes.iter().find(|c| c.id == id).unwrap_or_else(|| panic!("{id} is a change"));
        (c.class, c.causes.clone(), c.features.clone())
    };
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let road_gap = |key: &str, v: &Value| {
        let own = list(&y.truth, key).into_iter().filter(|g| g.starts_with("roads:") && !g.contains('~'));
        own.into_iter().find(|g| g.ends_with(&text(v))).unwrap_or_else(|| panic!("{key} has {v}"))
    };
    assert_eq!(planted["connected"].as_array().unwrap().len(), 2);
    // Paved: the road of its way is the reason.
    for v in planted["connected"].as_array().unwrap() {
        let id = road_gap("closed", v);
        let (class, causes, features) = cause(&id);
        assert_eq!((class, causes), (Class::Closed, vec![Cause::Data]), "{id}");
        assert!(features[0].layer == "roads" && features[0].near_m.is_none(), "{features:?}");
    }
    for v in planted["washed_out"].as_array().unwrap() {
        let id = road_gap("opened", v);
        let (class, causes, features) = cause(&id);
        assert_eq!((class, causes), (Class::Opened, vec![Cause::Data]), "{id}");
        assert!(features[0].layer == "roads" && features[0].near_m.is_none(), "{features:?}");
    }
    let (_, causes, features) = cause(&format!("water:unsafe_water:{}", text(&planted["mended"])));
    assert!(causes.contains(&Cause::Data) && features[0].layer == "water_tests", "{causes:?} {features:?}");
    let merged = text(&planted["merged"][0]);
    for c in all.changes.iter().filter(|c| c.class == Class::Left) {
        assert!(c.causes == [Cause::Codes] && c.id.contains(&merged), "{c:?}");
    }
    assert!(all.villages.left.is_empty() && all.villages.entered.is_empty(), "the table tells of all");
    for (old, new) in y.truth["continued"].as_object().unwrap() {
        let c = all.changes.iter().find(|c| c.id == new.as_str().unwrap()).unwrap();
        assert!(c.class == Class::Changed && c.causes.contains(&Cause::Codes), "{c:?}");
        assert!(c.continues.contains(old) || c.before.as_ref().is_some_and(|b| b.id == *old), "{c:?}");
    }
    // The rule: speeds between the two limits, and nothing else in that theme.
    let slow: Vec<_> = all.changes.iter().filter(|c| c.class == Class::Opened && c.theme == "broadband").collect();
    assert!(!slow.is_empty());
    for c in &slow {
        assert_eq!(c.causes, [Cause::Rule], "{}", c.id);
        let rule = &all.rules[c.rules[0]];
        assert_eq!((rule.part.as_str(), rule.rule.as_str()), ("broadband", "min_mbit_s"));
    }
    assert_eq!(all.rules.len(), 1, "{:?}", all.rules);
    // Whatever else differs has a reason, and the sums are those of the list.
    for c in all.changes.iter().filter(|c| c.class != Class::Still) {
        assert!(!c.causes.contains(&Cause::Unknown), "{c:?}");
    }
    for class in Class::ALL {
        let n = all.changes.iter().filter(|c| c.class == class).count();
        let sum: usize = all.tallies.iter().filter(|t| t.county.is_none()).map(|t| t.counts.of(class)).sum();
        assert_eq!(n, sum, "{class:?}");
    }
    let power = |class: Class| all.changes.iter().filter(move |c| c.theme == "power" && c.class == class);
    assert_eq!(power(Class::Closed).count() + power(Class::Opened).count(), 0, "nothing was done about power");
}

#[test]
fn what_was_kept_is_read_back_and_opens_in_gdal() {
    let y = years();
    let store = Store::open(&y.store()).unwrap();
    for (k, date) in ["2016-12-31", "2017-12-31"].into_iter().enumerate() {
        let found = findings(Path::new(&y.atlas(k)));
        let taken = Snapshot::take(&found, &scorecard(&found), Some(day(date)));
        let kept = store.read(&day(date)).unwrap();
        assert_eq!(kept.about, taken.about);
        assert_eq!(kept.villages, taken.villages);
        assert_eq!(kept.gaps, taken.gaps);
        assert_eq!(kept.records, taken.records);
        assert_eq!(kept.scores, taken.scores);
        assert!(kept == taken && kept.is_whole());
    }
    // Both years against themselves: everything is still there.
    let one = store.read(&day("2016-12-31")).unwrap();
    assert!(compare(&one, &one, &Codes::default()).changes.iter().all(|c| c.class == Class::Still));
    let data = gdal::Dataset::open(y.store()).unwrap();
    for (layer, each) in [("villages", 150 + 149), ("gaps", 0), ("snapshots", 2), ("scores", 0)] {
        let mut l = data.layer_by_name(layer).unwrap();
        let n = l.feature_count();
        assert!(if each > 0 { n == each } else { n > 0 }, "{layer}: {n}");
        let place = l.features().next().unwrap().geometry().map(|g| g.get_point(0));
        assert_eq!(place.is_some(), ["villages", "gaps"].contains(&layer), "{layer}");
    }
    let db = fs::read(y.store()).unwrap();
    assert_eq!((&db[..15], &db[68..72]), (&b"SQLite format 3"[..], &b"GPKG"[..]));
}

#[test]
fn keeping_listing_dropping() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().to_str().unwrap();
    ok(&["synthesize", "--villages", "20", "--seed", "3", "--no-power", "--no-water", "--no-social", "--out", out]);
    let atlas = dir.path().join("atlas.toml").to_str().unwrap().to_owned();
    fails(&["snapshot", "keep", &atlas], "add [snapshots] with store");
    fails(&["snapshot", "list", &atlas], "add [snapshots] with store");
    let text = fs::read_to_string(&atlas).unwrap();
    fs::write(&atlas, format!("{text}\n[snapshots]\nstore = \"runs.sqlite\"\n")).unwrap();
    fails(&["check", &atlas], "end with .gpkg");
    fs::write(&atlas, format!("{text}\n[snapshots]\nstore = \"runs.gpkg\"\ncodes = \"codes.csv\"\n")).unwrap();
    let path = dir.path().join("runs.gpkg");
    let store = path.to_str().unwrap();
    assert!(ok(&["snapshot", "list", &atlas, "--json"]).trim() == "[]", "no store is an empty list");
    fails(&["snapshot", "drop", &atlas, "2016-01-01"], "there is no store of snapshots yet");
    fails(&["snapshot", "keep", &atlas, "--date", "2016-02-30"], "is not a day");
    ok(&["snapshot", "keep", &atlas, "--date", "2016-02-29"]);
    let once = fs::read(&path).unwrap();
    fails(&["snapshot", "keep", &atlas, "--date", "2016-02-29"], "there is a snapshot of 2016-02-29 already");
    assert_eq!(fs::read(&path).unwrap(), once, "a refusal changes nothing");
    ok(&["analyze", &atlas, "--out", out, "--keep", "2017-01-01"]);
    ok(&["snapshot", "keep", &atlas, "--date", "2016-02-29", "--replace"]);
    let listed: Value = serde_json::from_str(&ok(&["snapshot", "list", store, "--json"])).unwrap();
    let dates: Vec<&str> = listed.as_array().unwrap().iter().map(|a| a["date"].as_str().unwrap()).collect();
    assert_eq!(dates, ["2016-02-29", "2017-01-01"]);
    assert_eq!(listed[0]["digest"], listed[1]["digest"], "the same data give the same snapshot");
    assert_eq!(listed[0]["provenance"], "simulated");
    // The table of codes must be there and right.
    fails(&["compare", &atlas, "2016-02-29", "2017-01-01"], "codes.csv");
    fs::write(dir.path().join("codes.csv"), "old,new,kind,date\na,b,marry,2016-01-01\n").unwrap();
    fails(&["compare", &atlas, "2016-02-29", "2017-01-01"], "line 2: kind \"marry\"");
    fails(&["compare", store, "2016-02-29", "2018-01-01"], "there are 2016-02-29, 2017-01-01");
    fails(&["compare", store, "2017-01-01", "2016-02-29"], "is not before");
    fails(&["compare", store, "2016-02-29"], "the second date is missing");
    ok(&["snapshot", "drop", store, "2016-02-29"]);
    fails(&["snapshot", "drop", store, "2016-02-29"], "there is no snapshot of 2016-02-29");
    // Another atlas's runs, other files, other layouts.
    let other = dir.path().join("other");
    ok(&[
        "synthesize",
        "--villages",
        "20",
        "--seed",
        "3",
        "--no-power",
        "--no-water",
        "--no-social",
        "--id",
        "other",
        "--out",
        other.to_str().unwrap(),
    ]);
    let other = other.join("atlas.toml");
    fails(&["snapshot", "keep", other.to_str().unwrap(), "--store", store], "holds snapshots of the atlas");
    let wrong = dir.path().join("wrong.gpkg");
    fs::write(&wrong, "this is no database, but long enough to be looked at as if it were one of those files").unwrap();
    fails(&["snapshot", "keep", &atlas, "--store", wrong.to_str().unwrap()], "it is no SQLite file");
    let foreign = dir.path().read_dir().unwrap().flatten().map(|e| e.path());
    let foreign =
        foreign.filter(|p| p.extension().is_some_and(|e| e == "gpkg")).find(|p| *p != path && *p != wrong).unwrap();
    let before = fs::read(&foreign).unwrap();
    fails(&["snapshot", "keep", &atlas, "--store", foreign.to_str().unwrap()], "another program made it");
    assert_eq!(fs::read(&foreign).unwrap(), before, "a file of somebody else is left alone");
    assert!(matches!(Store::open(&foreign), Err(StoreError::NotAStore { .. })));
}

#[test]
fn the_command_tells_and_writes_what_changed() {
    let y = years();
    let store = y.store();
    let (store, dir) = (store.to_str().unwrap(), tempfile::tempdir().unwrap());
    let all = compared(y);
    let told = ok(&["compare", &y.atlas(0), "2016-12-31", "2017-12-31"]);
    for part in ["broadband.min_mbit_s: 12.0 → 20.0", "data 数据 roads:", "closed", "已消除", "merged into"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let json: Value =
        serde_json::from_str(&ok(&["compare", &y.atlas(1), "2016-12-31", "2017-12-31", "--json"])).unwrap();
    assert_eq!(json["changes"].as_array().unwrap().len(), all.changes.len());
    // The second year's atlas is as it was kept, so that the run at hand gives the same.
    let now: Value = serde_json::from_str(&ok(&["compare", &y.atlas(1), "2016-12-31", "--json"])).unwrap();
    assert_eq!(now["changes"], json["changes"]);
    assert_eq!(now["to"]["date"], Value::Null);
    let closed = all.changes.iter().filter(|c| c.class == Class::Closed && c.theme == "roads").count();
    for form in ["csv", "xlsx", "geojson", "gpkg", "json"] {
        let file = dir.path().join(format!("out.{form}"));
        let path = file.to_str().unwrap();
        ok(&[
            "compare",
            store,
            "2016-12-31",
            "2017-12-31",
            "--codes",
            y.dir.join("codes.csv").to_str().unwrap(),
            "--theme",
            "roads",
            "--change",
            "closed",
            "--out",
            path,
        ]);
        let n = match form {
            "csv" => fs::read_to_string(&file).unwrap().lines().count() - 1,
            "json" => read_json(&file)["changes"].as_array().unwrap().len(),
            // Two headings.
            "xlsx" => gdal::Dataset::open(&file).unwrap().layer(0).unwrap().feature_count() as usize - 1,
            _ => gdal::Dataset::open(&file).unwrap().layer(0).unwrap().feature_count() as usize,
        };
        assert!(n == closed || (form == "xlsx" && n.abs_diff(closed) <= 1), "{form}: {n} of {closed}");
    }
    fails(&["compare", store, "2016-12-31", "2017-12-31", "--out", "x.pdf"], "end the name with");
    fails(&["compare", store, "2016-12-31", "2017-12-31", "--change", "gone"], "--change");
    fails(&["compare", store, "2016-12-31", "2017-12-31", "--theme", "trains"], "--theme");
}

#[test]
fn the_service_tells_of_runs_that_were_kept() {
    let y = years();
    let s = Service::start(&y.atlas(1));
    let all = compared(y);
    let kept = s.json("/snapshots");
    let days: Vec<&str> = kept["snapshots"].as_array().unwrap().iter().map(|a| a["date"].as_str().unwrap()).collect();
    assert_eq!(days, ["2016-12-31", "2017-12-31"]);
    let pair = "/comparisons?from=2016-12-31&to=2017-12-31";
    let got = s.json(&format!("{pair}&limit=100000"));
    assert_eq!(got["numberMatched"], all.changes.len());
    let ids = |v: &Value| -> Vec<String> {
        v["changes"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&got), all.changes.iter().map(|c| c.id.clone()).collect::<Vec<_>>());
    let closed = s.json(&format!("{pair}&change=closed&theme=water"));
    let wanted: Vec<String> =
        all.changes.iter().filter(|c| c.class == Class::Closed && c.theme == "water").map(|c| c.id.clone()).collect();
    assert!(!wanted.is_empty() && ids(&closed) == wanted);
    for c in closed["changes"].as_array().unwrap() {
        assert!(c["reason"]["zh"].as_str().unwrap().contains("水质检测"), "{c}");
        assert_eq!((&c["verdict_before"], &c["verdict_after"]), (&Value::from("gap"), &Value::from("ok")));
    }
    let county = all.changes[0].county.clone().unwrap();
    let own = s.json(&format!("{pair}&county={county}&limit=5&offset=2"));
    assert_eq!(own["changes"].as_array().unwrap().len(), 5);
    // A village with what it was merged from: every gap of either, and of pairs with them; no others.
    let merged = all.changes.iter().find(|c| c.class == Class::Left && !c.codes.is_empty()).unwrap();
    let (old, new) = (merged.codes[0].old.clone(), merged.codes[0].new.clone());
    let codes = [old, new.clone()];
    let of_either = |c: &&cuntong::priority::comparison::Change| {
        [&c.before, &c.after]
            .into_iter()
            .flatten()
            .any(|g| g.village.iter().chain(&g.other).chain(&g.villages).any(|v| codes.contains(v)))
    };
    let wanted: Vec<String> = all.changes.iter().filter(of_either).map(|c| c.id.clone()).collect();
    assert!(wanted.contains(&merged.id) && wanted.len() < all.changes.len());
    assert_eq!(ids(&s.json(&format!("{pair}&village={new}"))), wanted);
    assert!(ids(&s.json(&format!("{pair}&village=nobody"))).is_empty());
    let map = s.json(&format!("{pair}&change=opened&f=geojson"));
    assert_eq!(
        map["features"].as_array().unwrap().len(),
        all.changes.iter().filter(|c| c.class == Class::Opened).count()
    );
    for (form, kind) in [
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ] {
        let r = s.get(&format!("{pair}&f={form}"), &[]);
        assert_eq!((r.status().as_u16(), r.headers()["content-type"].to_str().unwrap()), (200, kind));
        assert!(r.headers()["content-disposition"].to_str().unwrap().contains("comparison"));
    }
    // The tag stands for both snapshots.
    let tag = s.get(pair, &[]).headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(s.get(pair, &[("If-None-Match", &tag)]).status(), 304);
    for (path, status, why) in [
        ("/comparisons", 400, "from"),
        ("/comparisons?from=yesterday", 400, "is not a day"),
        ("/comparisons?from=2017-12-31&to=2016-12-31", 400, "is not before"),
        ("/comparisons?from=2015-12-31", 404, "there are 2016-12-31, 2017-12-31"),
        ("/comparisons?from=2016-12-31&change=lost", 400, "change"),
        ("/comparisons?from=2016-12-31&county=9", 400, "county"),
        ("/comparisons?from=2016-12-31&colour=red", 400, "colour"),
        ("/api/villages/nobody/history", 404, "nobody"),
        ("/api/scorecard/history?indicator=luck", 400, "luck"),
        ("/reports/9/notice", 404, "no county"),
        (&format!("/reports/{county}/notice?lang=fr"), 400, "lang"),
        (&format!("/reports/{county}/notice?theme=trains"), 400, "theme"),
        (&format!("/reports/{county}/notice?office=two%0Alines"), 400, "office"),
        (&format!("/reports/{county}/notice?phone={}", "1".repeat(201)), 400, "phone"),
        (&format!("/reports/{county}/assessment?theme=roads"), 400, "theme"),
        (&format!("/reports/{county}/notice?date=2015-01-01"), 404, "2015-01-01"),
    ] {
        let mut r = s.get(path, &[]);
        let text = r.body_mut().read_to_string().unwrap();
        assert_eq!(r.status().as_u16(), status, "{path}: {text}");
        assert!(text.contains(why) && !text.contains(y.dir.to_str().unwrap()), "{path}: {text}");
    }
    histories(y, &s, &all);
    reports(&s, &county, &all);
}

fn histories(y: &Years, s: &Service, all: &Comparison) {
    let planted = &y.truth["planted"];
    let (old, new) = (planted["merged"][0].as_str().unwrap(), planted["merged"][1].as_str().unwrap());
    let h = s.json(&format!("/api/villages/{new}/history"));
    let rows: Vec<(Value, Value)> =
        h["rows"].as_array().unwrap().iter().map(|r| (r["date"].clone(), r["id"].clone())).collect();
    let (first, second) = (Value::from("2016-12-31"), Value::from("2017-12-31"));
    let mut then = [Value::from(old), Value::from(new)];
    then.sort_by_key(|v| v.to_string());
    let [a, b] = then;
    assert_eq!(rows, [(first.clone(), a), (first, b), (second, new.into()), (Value::Null, new.into())]);
    assert_eq!(h["came_from"], Value::from(vec![old]));
    let gone = s.json(&format!("/api/villages/{old}/history"));
    assert_eq!(gone["became"], Value::from(vec![new]));
    let v = planted["connected"][0].as_str().unwrap();
    let h = s.json(&format!("/api/villages/{v}/history"));
    let verdicts: Vec<&str> =
        h["rows"].as_array().unwrap().iter().map(|r| r["standing"]["roads"]["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["gap", "ok", "ok"]);
    assert!(h["rows"][0]["gaps"].as_array().unwrap().iter().any(|g| g["theme"] == "roads"));
    // Over time: two kept and the one at hand for each place.
    let county = all.changes[0].county.clone().unwrap();
    let differs = |x: &&Score| x.place == county && x.share_before != x.share_after;
    let score = all.scores.iter().find(differs).expect("an indicator of the county that differs");
    let scores = s.json(&format!("/api/scorecard/history?county={county}&indicator={}", score.key));
    let rows = scores["rows"].as_array().unwrap().iter();
    let shares: Vec<(Value, Option<f64>)> = rows.map(|r| (r["date"].clone(), r["share"].as_f64())).collect();
    let wanted = [
        ("2016-12-31".into(), score.share_before),
        ("2017-12-31".into(), score.share_after),
        (Value::Null, score.share_after),
    ];
    assert_eq!(shares, wanted, "{}", score.key);
}

fn reports(s: &Service, county: &str, all: &Comparison) {
    let page = |path: &str| {
        let mut r = s.get(path, &[]);
        assert_eq!(r.status(), 200, "{path}");
        assert_eq!(r.headers()["content-type"], "text/html; charset=utf-8");
        r.body_mut().read_to_string().unwrap()
    };
    let text = page(&format!("/reports/{county}/assessment"));
    for part in ["考核表", "交通运输", "水利", "供电", "通信管理", "模拟", "当前数据", "@page{size:A4"]
    {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains("<script") && text.contains("lang=\"zh-CN\""));
    let since = page(&format!("/reports/{county}/assessment?date=2017-12-31&since=2016-12-31&lang=en"));
    for part in ["assessment", "Transport", "2017-12-31", "Compared with 2016-12-31", "Change (points)", "Gaps before"]
    {
        assert!(since.contains(part), "{part}: {since}");
    }
    let notice = page(&format!("/reports/{county}/notice?since=2016-12-31"));
    let closed = all.changes.iter().filter(|c| c.class == Class::Closed && c.county.as_deref() == Some(county));
    let n = closed.clone().count();
    assert!(notice.contains(&format!("本期已消除：{n} 处")), "{n} closed");
    for c in closed {
        assert!(notice.contains(&c.name), "{}", c.name);
    }
    forms_of_a_notice(s, county);
    for kind in ["assessment", "notice"] {
        let mut r = s.get(&format!("/reports/{county}/{kind}?f=xlsx&since=2016-12-31"), &[]);
        assert_eq!(r.status(), 200);
        let book = r.body_mut().with_config().limit(50_000_000).read_to_vec().unwrap();
        assert_eq!(&book[..2], b"PK");
    }
}

/// The same rows in the same order in every form, and they are the gaps of the collection.
fn forms_of_a_notice(s: &Service, county: &str) {
    let office = "县政府 & <i>";
    let asked = |f: &str| {
        format!("/reports/{county}/notice?theme=roads&office=%E5%8E%BF%E6%94%BF%E5%BA%9C%20%26%20%3Ci%3E&f={f}")
    };
    let body = |f: &str| s.get(&asked(f), &[]).body_mut().with_config().limit(50_000_000).read_to_vec().unwrap();
    let said: Value = serde_json::from_slice(&body("json")).unwrap();
    let parts = said["parts"].as_array().unwrap();
    let rows: Vec<Vec<String>> = parts
        .iter()
        .flat_map(|p| p["rows"].as_array().unwrap())
        .map(|r| {
            let text = |c: &Value| {
                c.as_str().map_or_else(|| if c.is_null() { String::new() } else { c.to_string() }, str::to_owned)
            };
            r.as_array().unwrap().iter().map(text).collect()
        })
        .collect();
    let tidy = |t: &Value| t.as_str().unwrap().replace("（）", "");
    let mut wanted = Vec::new();
    for c in ["road_gaps", "neighbour_gaps", "fragile_access"] {
        let found = s.json(&format!("/collections/{c}/items?county={county}&limit=100000"));
        for g in
            found["features"].as_array().unwrap().iter().map(|f| &f["properties"]).filter(|g| g["verdict"] == "gap")
        {
            wanted.push([g["village_name"].as_str().unwrap().to_owned(), tidy(&g["why"]["zh"])]);
        }
    }
    let mut got: Vec<[String; 2]> = rows.iter().map(|r| [r[2].clone(), r[5].clone()]).collect();
    wanted.sort();
    got.sort();
    assert!(!got.is_empty() && got == wanted, "{} rows, {} gaps", got.len(), wanted.len());
    let plain = |r: &Vec<String>| (r[1].is_empty(), r[1].clone(), r[2].clone());
    assert!(rows.is_sorted_by_key(plain), "by town and name, what has no town last");
    // Every row stands in the page and in the table, in order.
    let escaped = |t: &str| t.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let (html, csv) = (String::from_utf8(body("html")).unwrap(), String::from_utf8(body("csv")).unwrap());
    let (mut in_page, mut in_table) = (0, 0);
    for r in &rows {
        in_page += html[in_page..].find(&format!("<td>{}</td>", escaped(&r[5]))).unwrap_or_else(|| panic!("{r:?}"));
        in_table += csv[in_table..].find(&r[5]).unwrap_or_else(|| panic!("{r:?}"));
    }
    assert!(html.contains(&escaped(office)) && !html.contains("<i>") && csv.contains(office));
    // The workbook, cell by cell.
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("notice.xlsx");
    fs::write(&file, body("xlsx")).unwrap();
    let book = gdal::Dataset::open(&file).unwrap();
    let mut layer = book.layer(0).unwrap();
    let mut found = Vec::new();
    for f in layer.features() {
        let cells: Vec<String> = (0..10).map(|k| f.field_as_string(k).ok().flatten().unwrap_or_default()).collect();
        // Those that begin with their number.
        if cells[0].parse::<u32>().is_ok() {
            found.push(cells);
        }
    }
    let same = |a: &str, b: &str| {
        a == b || b == "–" && a.is_empty() || a.parse::<f64>().ok() == b.parse::<f64>().ok() && a.parse::<f64>().is_ok()
    };
    assert_eq!(found.len(), rows.len());
    for (x, r) in found.iter().zip(&rows) {
        assert!(r.iter().zip(x).all(|(a, b)| same(a, b)), "{x:?} is {r:?}");
    }
}

#[test]
fn a_service_without_a_store_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().to_str().unwrap();
    ok(&["synthesize", "--villages", "20", "--seed", "3", "--no-power", "--no-water", "--no-social", "--out", out]);
    // Names that would be markup.
    let atlas = dir.path().join("atlas.toml");
    let text = fs::read_to_string(&atlas).unwrap().replace("练习区", "<b>\\\"&'练习区");
    fs::write(&atlas, text).unwrap();
    let s = Service::start(atlas.to_str().unwrap());
    assert_eq!(s.json("/snapshots")["snapshots"], Value::from(Vec::<Value>::new()));
    let mut r = s.get("/comparisons?from=2016-12-31", &[]);
    assert_eq!(r.status(), 404);
    assert!(r.body_mut().read_to_string().unwrap().contains("names no store"));
    let rows = s.json("/api/scorecard/history");
    let county = rows["rows"].as_array().unwrap().iter().find(|r| r["level"] == "county").unwrap();
    let county = county["place"].as_str().unwrap().to_owned();
    let mut r = s.get(&format!("/reports/{county}/notice"), &[]);
    let page = r.body_mut().read_to_string().unwrap();
    assert!(page.contains("&lt;b&gt;&quot;&amp;&#39;练习区") && !page.contains("<b>"), "names are escaped");
}

/// A small generator of numbers, so that the moments are the same in each run of the test.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Microseconds that writing a snapshot takes on this machine: as long as there is a journal.
fn time_of_writing(atlas: &str, journal: &Path) -> u64 {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cuntong"))
        .args(["snapshot", "keep", atlas, "--date", "2000-01-02"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut begin = None;
    let mut end = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if journal.exists() {
            end = Instant::now();
            begin.get_or_insert(end);
        }
        std::hint::spin_loop();
    }
    assert!(child.wait().unwrap().success());
    begin.map_or(0, |b| end.duration_since(b).as_micros() as u64).max(500)
}

/// Kills the program while it keeps a snapshot: half of the times at any moment of the run, half while it writes.
/// `CUNTONG_KILLS=200` for the whole number; fewer else.
#[test]
fn killed_at_any_moment_the_store_holds_whole_snapshots() {
    let kills: usize = std::env::var("CUNTONG_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(16);
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().to_str().unwrap();
    ok(&["synthesize", "--villages", "30", "--seed", "4", "--no-power", "--id", "crash", "--out", out]);
    let atlas = dir.path().join("atlas.toml");
    let text = fs::read_to_string(&atlas).unwrap();
    fs::write(&atlas, format!("{text}\n[snapshots]\nstore = \"runs.gpkg\"\n")).unwrap();
    let (atlas, path) = (atlas.to_str().unwrap().to_owned(), dir.path().join("runs.gpkg"));
    let journal = dir.path().join("runs.gpkg-journal");
    let begin = Instant::now();
    ok(&["snapshot", "keep", &atlas, "--date", "2000-01-01"]);
    let whole_run = begin.elapsed().as_millis() as u64;
    let good = Store::open(&path).unwrap().read(&day("2000-01-01")).unwrap().about.digest;
    let writing = time_of_writing(&atlas, &journal);
    let mut dice = Dice(20_171_231);
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for k in 0..kills {
        // Now and then a store that is still to be made.
        if k % 10 == 9 {
            fs::remove_file(&path).unwrap();
            let _ = fs::remove_file(&journal);
        }
        let date = format!("2001-{:02}-{:02}", 1 + k / 28, 1 + k % 28);
        let mut args = vec!["snapshot", "keep", &atlas, "--date", &date];
        // Replacing takes one out and puts one in.
        if k % 3 == 0 && path.exists() {
            args = vec!["snapshot", "keep", &atlas, "--date", "2000-01-01", "--replace"];
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_cuntong"))
            .args(&args)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        if k % 2 == 0 {
            std::thread::sleep(Duration::from_millis(dice.below(whole_run)));
        } else {
            let limit = Instant::now() + Duration::from_secs(60);
            while !journal.exists() && child.try_wait().unwrap().is_none() && Instant::now() < limit {
                std::hint::spin_loop();
            }
            std::thread::sleep(Duration::from_micros(dice.below(writing)));
        }
        let _ = child.kill();
        let ended = child.wait().unwrap().success();
        let how = match (ended, journal.exists()) {
            (true, _) => "done",
            (_, true) => "while writing",
            _ => "before or after",
        };
        *seen.entry(how).or_default() += 1;
        match Store::open(&path) {
            Ok(store) => {
                for about in store.list().unwrap() {
                    let s = store.read(about.date.as_ref().unwrap()).unwrap_or_else(|e| panic!("kill {k}: {e}"));
                    assert!(s.is_whole() && s.about.digest == good, "kill {k}: {:?}", about.date);
                }
            }
            Err(StoreError::Missing { .. }) if k % 10 == 9 => {}
            Err(e) => panic!("kill {k}: {e}"),
        }
        if k % 4 == 0 {
            let s = Service::start(&atlas);
            let n = s.json("/snapshots")["snapshots"].as_array().unwrap().len();
            assert!(n > 0 || k % 10 == 9, "kill {k}");
        }
        // What is missing after a store was taken away, so that the next have something to lose.
        if !store::list(&path).unwrap().iter().any(|a| a.date == Some(day("2000-01-01"))) {
            ok(&["snapshot", "keep", &atlas, "--date", "2000-01-01"]);
        }
    }
    println!("{kills} kills: {seen:?}");
    assert!(seen.get("while writing").is_some_and(|n| *n > 0), "{seen:?}");
}
