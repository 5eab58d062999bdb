//! Styles name only what the tiles have.

use serde_json::Value;

use crate::ogc::{links, problem, service};

/// Names of properties that an expression reads.
fn read(v: &Value, out: &mut Vec<String>) {
    if let Some([Value::String(op), Value::String(name), ..]) = v.as_array().map(Vec::as_slice)
        && ["get", "has"].contains(&op.as_str())
    {
        out.push(name.clone());
    }
    v.as_array().into_iter().flatten().for_each(|x| read(x, out));
    v.as_object().into_iter().flatten().for_each(|(_, x)| read(x, out));
}

#[test]
fn styles_read_fields_that_are_there() {
    let s = service();
    let listed = s.json("/styles");
    let ids: Vec<&str> = listed["styles"].as_array().unwrap().iter().map(|x| x["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["roads", "power", "water", "broadband", "services"]);
    for style in listed["styles"].as_array().unwrap() {
        let path = links(style)["stylesheet"].strip_prefix(&s.base).unwrap().to_owned();
        let style = s.json(&path);
        assert_eq!(style["version"], 8);
        assert!(style.get("glyphs").is_none() && style.get("sprite").is_none());
        let url = style["sources"]["cuntong"]["url"].as_str().unwrap().strip_prefix(&s.base).unwrap().to_owned();
        let tilejson = s.json(&url);
        let tiles = tilejson["vector_layers"].as_array().unwrap();
        let mut used = 0;
        for l in style["layers"].as_array().unwrap().iter().filter(|l| l["source"] == "cuntong") {
            let own = tiles.iter().find(|t| t["id"] == l["source-layer"]).unwrap_or_else(|| panic!("no tiles for {l}"));
            let mut names = Vec::new();
            [&l["filter"], &l["paint"], &l["layout"]].into_iter().for_each(|x| read(x, &mut names));
            for n in &names {
                assert!(own["fields"].get(n).is_some(), "{path}: {} has no {n}", l["source-layer"]);
            }
            used += names.len();
        }
        assert!(used > 10, "{path}");
    }
    assert!(problem(&s, "/styles/goats", 404).contains("roads"));
}
