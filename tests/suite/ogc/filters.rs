//! CQL2 in both spellings, held against plain loops over the features themselves.

use serde_json::{Value, json};

use crate::ogc::{all, enc, features, ids, problem, service, sorted};

type Test = Box<dyn Fn(&Value) -> bool>;

fn of(test: impl Fn(&Value) -> bool + 'static) -> Test {
    Box::new(test)
}

fn number(p: &Value, name: &str) -> Option<f64> {
    p[name].as_f64()
}

fn text(p: &Value, name: &str) -> Option<String> {
    p[name].as_str().map(str::to_owned)
}

/// Filters over villages: as text, as JSON, and what they mean.
fn filters(town: &str, name: &str) -> Vec<(String, Value, Test)> {
    let (t, n) = (town.to_owned(), name.chars().last().unwrap());
    let property = |p: &str| json!({"property": p});
    let op = |op: &str, args: Value| json!({"op": op, "args": args});
    let first: String = name.chars().take(1).collect();
    let head = first.clone();
    vec![
        (
            format!("town = '{town}'"),
            op("=", json!([property("town"), town])),
            of({
                let t = t.clone();
                move |p| text(p, "town").is_some_and(|x| x == t)
            }),
        ),
        (
            format!("town <> '{town}' AND population >= 1000"),
            op(
                "and",
                json!([op("<>", json!([property("town"), town])), op(">=", json!([property("population"), 1000]))]),
            ),
            of({
                let t = t.clone();
                move |p| text(p, "town").is_some_and(|x| x != t) && number(p, "population").is_some_and(|n| n >= 1000.0)
            }),
        ),
        (
            "population BETWEEN 500 AND 1500 OR priority = TRUE".into(),
            op(
                "or",
                json!([
                    op("between", json!([property("population"), 500, 1500])),
                    op("=", json!([property("priority"), true]))
                ]),
            ),
            of(|p| number(p, "population").is_some_and(|n| (500.0..=1500.0).contains(&n)) || p["priority"] == true),
        ),
        (
            "NOT (road_link_m > 1000)".into(),
            op("not", json!([op(">", json!([property("road_link_m"), 1000]))])),
            // Unknown is not false: a village without a link is not selected.
            of(|p| number(p, "road_link_m").is_some_and(|n| n <= 1000.0)),
        ),
        (
            "road_link_m IS NULL".into(),
            op("isNull", json!([property("road_link_m")])),
            of(|p| p["road_link_m"].is_null()),
        ),
        (
            "road_link_m is not null and road_verdict not in ('ok','unknown')".into(),
            op(
                "and",
                json!([
                    op("not", json!([op("isNull", json!([property("road_link_m")]))])),
                    op("not", json!([op("in", json!([property("road_verdict"), ["ok", "unknown"]]))]))
                ]),
            ),
            of(|p| !p["road_link_m"].is_null() && !["ok", "unknown"].contains(&p["road_verdict"].as_str().unwrap())),
        ),
        (
            format!("name LIKE '{head}%' OR name LIKE '%_{n}'"),
            op(
                "or",
                json!([
                    op("like", json!([property("name"), format!("{head}%")])),
                    op("like", json!([property("name"), format!("%_{n}")]))
                ]),
            ),
            of(move |p| {
                text(p, "name").is_some_and(|x| x.starts_with(&first) || x.chars().count() > 1 && x.ends_with(n))
            }),
        ),
        (
            "population / households > 3.1 and (population - households * 3) ^ 2 < 10000".into(),
            op(
                "and",
                json!([
                    op(">", json!([op("/", json!([property("population"), property("households")])), 3.1])),
                    op(
                        "<",
                        json!([
                            op(
                                "^",
                                json!([
                                    op(
                                        "-",
                                        json!([property("population"), op("*", json!([property("households"), 3]))])
                                    ),
                                    2
                                ])
                            ),
                            10000
                        ])
                    )
                ]),
            ),
            of(|p| match (number(p, "population"), number(p, "households")) {
                (Some(a), Some(b)) => a / b > 3.1 && (a - b * 3.0).powi(2) < 10_000.0,
                _ => false,
            }),
        ),
        (
            "population % 7 = 3 OR population DIV 100 = 12".into(),
            op(
                "or",
                json!([
                    op("=", json!([op("%", json!([property("population"), 7])), 3])),
                    op("=", json!([op("div", json!([property("population"), 100])), 12]))
                ]),
            ),
            of(|p| number(p, "population").is_some_and(|n| n % 7.0 == 3.0 || (n / 100.0).trunc() == 12.0)),
        ),
        (
            "CASEI(road_state) = casei('CONNECTED')".into(),
            op("=", json!([op("casei", json!([property("road_state")])), op("casei", json!(["CONNECTED"]))])),
            of(|p| p["road_state"] == "connected"),
        ),
        (
            "\"road_state\" = 'linked' or casei(accenti(status)) like casei('ÁDM%')".into(),
            op(
                "or",
                json!([
                    op("=", json!([property("road_state"), "linked"])),
                    op(
                        "like",
                        json!([
                            op("accenti", json!([op("casei", json!([property("status")]))])),
                            op("accenti", json!([op("casei", json!(["ÁDM%"]))]))
                        ])
                    )
                ]),
            ),
            of(|p| p["road_state"] == "linked"),
        ),
        (
            "road_path_by_surface.gravel > 0".into(),
            op(">", json!([property("road_path_by_surface.gravel"), 0])),
            of(|p| p["road_path_by_surface"]["gravel"].as_f64().is_some_and(|n| n > 0.0)),
        ),
        (
            "poor_population * 10 > population".into(),
            op(">", json!([op("*", json!([property("poor_population"), 10])), property("population")])),
            of(
                |p| matches!((number(p, "poor_population"), number(p, "population")), (Some(a), Some(b)) if a * 10.0 > b),
            ),
        ),
    ]
}

#[test]
fn both_spellings_select_what_plain_loops_select() {
    let s = service();
    let villages = all(&s, "villages");
    let some = &villages[7]["properties"];
    let mut selective = 0;
    for (text, json, test) in filters(some["town"].as_str().unwrap(), some["name"].as_str().unwrap()) {
        let wanted: Vec<String> = ids(&villages.iter().filter(|f| test(&f["properties"])).cloned().collect::<Vec<_>>());
        selective += usize::from(!wanted.is_empty() && wanted.len() < villages.len());
        for (lang, filter) in [("cql2-text", text.clone()), ("cql2-json", json.to_string())] {
            // The accented pattern differs between the two on purpose: as text it is not folded, and fits nothing.
            let path = format!("/collections/villages/items?limit=100000&filter-lang={lang}&filter={}", enc(&filter));
            if lang == "cql2-json" && filter.contains("ÁDM") {
                continue;
            }
            let answer = s.json(&path);
            assert_eq!(ids(answer["features"].as_array().unwrap()), wanted, "{filter}");
            assert_eq!(answer["numberMatched"], wanted.len(), "{filter}");
        }
    }
    assert!(selective >= 9, "most filters select some and leave out some: {selective}");
}

#[test]
fn places_and_their_relations() {
    let s = service();
    let villages = all(&s, "villages");
    let xy = |f: &Value| {
        [f["geometry"]["coordinates"][0].as_f64().unwrap(), f["geometry"]["coordinates"][1].as_f64().unwrap()]
    };
    let middle = |k: usize| {
        let mut all: Vec<f64> = villages.iter().map(|f| xy(f)[k]).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2] + 1e-9
    };
    let (x, y) = (middle(0), middle(1));
    let (w, sth, e, n) = (x - 0.1, y - 0.07, x, y);
    let within = |f: &Value| (w..=e).contains(&xy(f)[0]) && (sth..=n).contains(&xy(f)[1]);
    let inside: Vec<String> = ids(&villages.iter().filter(|f| within(f)).cloned().collect::<Vec<_>>());
    let outside: Vec<String> = ids(&villages.iter().filter(|f| !within(f)).cloned().collect::<Vec<_>>());
    assert!(!inside.is_empty() && !outside.is_empty());
    let ring = format!("(({w} {sth},{e} {sth},{e} {n},{w} {n},{w} {sth}))");
    let corners = json!([[w, sth], [e, sth], [e, n], [w, n], [w, sth]]);
    let json_of = |op: &str| {
        json!({"op": op, "args": [{"property": "geometry"}, {"type": "Polygon", "coordinates": [corners]}]}).to_string()
    };
    for (lang, filter, wanted) in [
        ("cql2-text", format!("S_INTERSECTS(geometry, POLYGON{ring})"), &inside),
        ("cql2-text", format!("S_WITHIN(geometry, BBOX({w},{sth},{e},{n}))"), &inside),
        ("cql2-text", format!("s_contains(MULTIPOLYGON({ring}), geometry)"), &inside),
        ("cql2-text", format!("S_DISJOINT(geometry, POLYGON {ring})"), &outside),
        ("cql2-text", format!("NOT S_INTERSECTS(geometry, POLYGON {ring})"), &outside),
        ("cql2-text", format!("S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(0 0), POLYGON {ring}))"), &inside),
        ("cql2-json", json_of("s_intersects"), &inside),
        ("cql2-json", json_of("s_disjoint"), &outside),
        (
            "cql2-json",
            json!({"op": "s_within", "args": [{"property": "geometry"}, {"bbox": [w, sth, e, n]}]}).to_string(),
            &inside,
        ),
    ] {
        let path = format!("/collections/villages/items?limit=100000&filter-lang={lang}&filter={}", enc(&filter));
        assert_eq!(&ids(&features(&s, &path)), wanted, "{filter}");
    }
    // Relations of areas: every area equals itself, and its own box covers it.
    let areas = all(&s, "low_voltage_areas");
    let area = areas.first().expect("the region has low voltage");
    let filter = json!({"op": "s_equals", "args": [{"property": "geometry"}, area["geometry"]]}).to_string();
    let path = format!("/collections/low_voltage_areas/items?filter-lang=cql2-json&filter={}", enc(&filter));
    assert_eq!(ids(&features(&s, &path)), ids(std::slice::from_ref(area)));
    // A box of the query is the box of the filter.
    let boxed = features(&s, &format!("/collections/roads/items?limit=100000&bbox={w},{sth},{e},{n}"));
    let filter = enc(&format!("S_INTERSECTS(geometry, BBOX({w},{sth},{e},{n}))"));
    let filtered = features(&s, &format!("/collections/roads/items?limit=100000&filter={filter}"));
    assert_eq!(ids(&boxed), ids(&filtered));
    assert!(!boxed.is_empty() && boxed.len() < all(&s, "roads").len());
    // A road whose box touches the box, but which passes it by, is not in it.
    let corner = boxed
        .iter()
        .all(|f| crate::ogc::positions(&f["geometry"]).windows(2).any(|p| crosses(p[0], p[1], [w, sth, e, n])));
    assert!(corner);
}

/// Whether a segment has a point in common with a box (Liang and Barsky).
fn crosses(a: [f64; 2], b: [f64; 2], [w, s, e, n]: [f64; 4]) -> bool {
    let (mut low, mut high) = (0.0f64, 1.0f64);
    for (from, to, min, max) in [(a[0], b[0], w, e), (a[1], b[1], s, n)] {
        let d = to - from;
        if d == 0.0 {
            if from < min || from > max {
                return false;
            }
        } else {
            let (p, q) = ((min - from) / d, (max - from) / d);
            low = low.max(p.min(q));
            high = high.min(p.max(q));
        }
    }
    low <= high + 1e-12
}

#[test]
fn parameters_of_properties() {
    let s = service();
    let villages = all(&s, "villages");
    let some = &villages[3]["properties"];
    let (town, people) = (some["town"].as_str().unwrap(), some["population"].as_f64().unwrap());
    let wanted = |test: &dyn Fn(&Value) -> bool| {
        ids(&villages.iter().filter(|f| test(&f["properties"])).cloned().collect::<Vec<_>>())
    };
    let found = |q: &str| ids(&features(&s, &format!("/collections/villages/items?limit=100000&{q}")));
    assert_eq!(found(&format!("town={}", enc(town))), wanted(&|p| p["town"] == town));
    assert_eq!(found(&format!("population={people}")), wanted(&|p| p["population"] == people));
    assert_eq!(found("priority=true"), wanted(&|p| p["priority"] == true));
    let both = format!("road_verdict=gap&filter={}", enc("population > 500"));
    assert_eq!(found(&both), wanted(&|p| p["road_verdict"] == "gap" && p["population"].as_f64() > Some(500.0)));
    assert!(found("town=nowhere").is_empty());
    assert!(problem(&s, "/collections/villages/items?population=many", 400).contains("population"));
    assert!(problem(&s, "/collections/villages/items?power_supply_points=0.5", 400).contains("whole"));
    assert!(problem(&s, "/collections/villages/items?priority=1", 400).contains("priority"));
}

#[test]
fn what_is_wrong_with_a_filter_is_said() {
    let s = service();
    let ask = |lang: &str, filter: &str| {
        problem(&s, &format!("/collections/villages/items?filter-lang={lang}&filter={}", enc(filter)), 400)
    };
    for (filter, says) in [
        ("", "expected"),
        ("goats > 3", "population"),
        ("population >", "ends where"),
        ("population > 'many'", "different types"),
        ("population = 1 extra", "position 15"),
        ("(population = 1", "ends where"),
        ("town = 'x", "never closed"),
        ("town LIKE 5", "pattern"),
        ("population LIKE '5'", "LIKE is for text"),
        ("BOOM(population)", "no function"),
        ("T_AFTER(population, DATE('2020-01-01'))", "no function"),
        ("population", "neither true nor false"),
        ("town = DATE('2020-13-01')", "date"),
        ("S_INTERSECTS(geometry, POINT(1))", "number"),
        ("S_INTERSECTS(geometry, POLYGON((0 0,1 1,1 0)))", "ring"),
        ("S_INTERSECTS(geometry, POLYGON((0 0,1 1,1 0,0 1,0 0)))", "not valid"),
        ("S_INTERSECTS(town, POINT(1 1))", "no geometry"),
        ("geometry = 5", "S_INTERSECTS"),
        ("population IN ()", "expected"),
        ("population ; DROP", "no meaning"),
    ] {
        let detail = ask("cql2-text", filter);
        assert!(detail.starts_with("filter: ") && detail.contains(says), "{filter}: {detail}");
    }
    for (filter, says) in [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[]", "no expression"),
        ("null", "no expression"),
        (r#"{"op":"boom","args":[]}"#, "no function"),
        (r#"{"op":"=","args":[1]}"#, "two"),
        (r#"{"op":"in","args":[{"property":"town"},[]]}"#, "not empty"),
        (r#"{"op":"=","args":[{"property":"goats"},1]}"#, "no property"),
        (r#"{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Circle","coordinates":[1]}]}"#, "Circle"),
        (r#"{"op":"="}"#, "args"),
        (r#"{"no":"op"}"#, "op"),
    ] {
        let detail = ask("cql2-json", filter);
        assert!(detail.starts_with("filter: ") && detail.contains(says), "{filter}: {detail}");
    }
}

#[test]
fn deep_and_long_filters_are_refused_at_once() {
    let s = service();
    let begin = std::time::Instant::now();
    let deep = |n: usize| format!("{}population = 1{}", "(".repeat(n), ")".repeat(n));
    let fine = features(&s, &format!("/collections/villages/items?filter={}", enc(&deep(59))));
    assert!(fine.len() < 150);
    for (lang, filter, says) in [
        ("cql2-text", deep(70), "deeper"),
        ("cql2-text", "(".repeat(4000), "deeper"),
        ("cql2-text", format!("{}population = 1", "NOT ".repeat(2000)), "deeper"),
        ("cql2-text", format!("population = {}1", "-".repeat(4000)), "deeper"),
        ("cql2-text", format!("{}name{} = 'x'", "CASEI(".repeat(1000), ")".repeat(1000)), "deeper"),
        ("cql2-text", format!("S_INTERSECTS(geometry, {}", "GEOMETRYCOLLECTION(".repeat(300)), "deeper"),
        ("cql2-json", format!("{}true{}", r#"{"op":"not","args":["#.repeat(62), "]}".repeat(62)), "deeper"),
        ("cql2-json", "[".repeat(5000), "no JSON"),
        ("cql2-json", format!("{}true{}", r#"{"op":"not","args":["#.repeat(300), "]}".repeat(300)), "no JSON"),
        ("cql2-text", format!("name = '{}'", "x".repeat(9000)), "longer"),
    ] {
        let path = format!("/collections/villages/items?filter-lang={lang}&filter={}", enc(&filter));
        assert!(problem(&s, &path, 400).contains(says), "{}", &filter[..60]);
    }
    // Long but flat is fine, and so is a pattern that would make a naive matcher go back for ever.
    let flat = vec!["population = 1"; 300].join(" OR ");
    let found = features(&s, &format!("/collections/villages/items?filter={}", enc(&flat)));
    assert!(found.iter().all(|f| f["properties"]["population"] == 1.0));
    let sum = format!("population > {}", vec!["1"; 2000].join("+"));
    assert!(features(&s, &format!("/collections/villages/items?filter={}", enc(&sum))).len() < 150);
    let evil = format!("name LIKE '{}x'", "%_".repeat(400));
    assert!(features(&s, &format!("/collections/villages/items?filter={}", enc(&evil))).is_empty());
    let many = vec!["S_INTERSECTS(geometry, POINT(0 0))"; 17].join(" OR ");
    assert!(problem(&s, &format!("/collections/villages/items?filter={}", enc(&many)), 400).contains("spatial"));
    assert!(begin.elapsed().as_secs() < 60);
    assert_eq!(s.json("/health")["status"], "ok");
}

#[test]
fn sorting_and_choosing_properties() {
    let s = service();
    let villages = all(&s, "villages");
    let found =
        features(&s, "/collections/villages/items?limit=100000&sortby=-road_link_m,name&properties=name,road_link_m");
    assert_eq!(sorted(ids(&found)), sorted(ids(&villages)));
    for f in &found {
        let names: Vec<&String> = f["properties"].as_object().unwrap().keys().collect();
        assert_eq!(names, ["name", "road_link_m"]);
    }
    let key =
        |f: &Value| (f["properties"]["road_link_m"].as_f64(), f["properties"]["name"].as_str().unwrap().to_owned());
    let keys: Vec<_> = found.iter().map(key).collect();
    for pair in keys.windows(2) {
        let fine = match (pair[0].0, pair[1].0) {
            (Some(a), Some(b)) => a > b || a == b && pair[0].1 <= pair[1].1,
            (None, None) => pair[0].1 <= pair[1].1,
            (a, b) => a.is_some() && b.is_none(),
        };
        assert!(fine, "{pair:?}");
    }
    assert!(keys[0].0.is_some() && keys.last().unwrap().0.is_none());
    let one = "/collections/villages/items?limit=5&sortby=-population&sortby=name&properties=name&properties=town";
    let other = "/collections/villages/items?limit=5&sortby=-population,name&properties=name,town";
    assert_eq!(features(&s, one), features(&s, other));
    assert!(problem(&s, "/collections/villages/items?sortby=goats", 400).contains("population"));
    assert!(problem(&s, "/collections/villages/items?sortby=name,-name", 400).contains("twice"));
    assert!(problem(&s, "/collections/villages/items?properties=goats", 400).contains("population"));
}
