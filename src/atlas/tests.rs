use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::standards::RoadRules;
use crate::world::{Provenance, RoadClass};

const FILE: &str = "/data/x/atlas.toml";

/// A good atlas of four lines; tests add theirs from line 5 on.
const BASE: &str = "id = \"x\"\n[[layers.villages]]\npath = \"v.shp\"\nfields = { id = \"CODE\", status = \"KIND\" }\n";

fn good(text: &str) -> Atlas {
    parse(text, Path::new(FILE)).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

fn bad(text: &str) -> String {
    match parse(text, Path::new(FILE)) {
        Ok(_) => panic!("accepted:\n{text}"),
        Err(e) => e.to_string(),
    }
}

/// Asserts that `BASE` + `text` fails at this place (line counted in the whole file) with one problem that says all of `parts`.
fn fails(text: &str, place: &str, parts: &[&str]) {
    let message = bad(&format!("{BASE}{text}"));
    check(&message, place, parts);
}

fn check(message: &str, place: &str, parts: &[&str]) {
    assert!(message.starts_with(&format!("{FILE}:{place}: ")), "expected {place}: {message}");
    assert_eq!(message.lines().count(), 1, "one problem: {message}");
    for p in parts {
        assert!(message.contains(p), "expected {p:?} in: {message}");
    }
}

#[test]
fn smallest_atlas() {
    let a = good(BASE);
    assert_eq!((a.id.as_str(), a.title_zh.as_str(), a.title_en.as_str()), ("x", "x", "x"));
    assert_eq!(a.currency, "CNY");
    assert_eq!(a.noding, Noding::SharedVertices);
    assert_eq!(a.roads, RoadRules::default());
    assert_eq!(a.provenance, Provenance::Real);
    assert_eq!(a.sources.len(), 1);
    let s = &a.sources[0];
    assert_eq!((s.kind, s.path.as_str(), s.open.as_str(), s.line), (LayerKind::Villages, "v.shp", "/data/x/v.shp", 2));
    assert_eq!((s.crs.clone(), s.osm), (Crs::FromFile, false));
    assert_eq!(s.fields["id"], "CODE");
}

#[test]
fn full_atlas() {
    let a = good(
        r#"id = "liaoning"
title = { zh = "辽宁", en = "Liaoning" }
attribution = ["A", "B"]
currency = "INR"
[network]
noding = "crossings"
[targets]
counties = ["210727", "211321"]
[rules.roads]
access_m = 800
cost_per_km = { earth = 600_000, new = 1e6 }
trunk_classes = ["primary", "trunk"]
department = { en = "Roads" }
[[layers.roads]]
path = "PG:dbname=gis"
layer = "roads"
where = "kind <> '步道'"
encoding = "GBK"
crs = "gcj02"
provenance = "simulated"
attribution = "C"
id_prefix = "r-"
fields = { id = "ID", class = "技术等级", surface = "路面类型" }
values.surface = { "水泥" = "paved", "土" = "earth" }
values.class."国道" = "trunk"
values.class."步道" = "none"
defaults = { surface = "unknown" }
[[layers.villages]]
path = "a.osm.pbf"
values.status = { hamlet = "natural" }
defaults = { population = 12, priority = true }
crs = "BD-09"
provenance = "derived"
[[layers.population]]
path = "/vsizip/pop.zip/pop.tif"
crs = "EPSG:4490"
"#,
    );
    assert_eq!((a.title_zh.as_str(), a.title_en.as_str()), ("辽宁", "Liaoning"));
    assert_eq!(a.attribution, ["A", "B", "C"]);
    assert_eq!(a.target_counties, ["210727", "211321"]);
    assert_eq!(a.noding, Noding::Crossings);
    assert_eq!(a.provenance, Provenance::Simulated, "the worst of the sources");
    let shipped = RoadRules::default();
    assert_eq!(a.roads.access_m, 800.0);
    assert_eq!((a.roads.cost_per_km.earth, a.roads.cost_per_km.new), (600_000.0, 1e6));
    assert_eq!(a.roads.cost_per_km.gravel, shipped.cost_per_km.gravel);
    assert_eq!(a.roads.trunk_classes, [RoadClass::Primary, RoadClass::Trunk]);
    assert_eq!((a.roads.department.zh, a.roads.department.en.as_str()), (shipped.department.zh, "Roads"));
    let lines: Vec<_> = a.sources.iter().map(|s| (s.kind.key(), s.line)).collect();
    assert_eq!(lines, [("roads", 14), ("villages", 28), ("population", 34)], "in the file's order");
    let r = &a.sources[0];
    assert_eq!((r.open.as_str(), r.crs.clone(), r.encoding.as_deref()), ("PG:dbname=gis", Crs::Gcj02, Some("GBK")));
    assert_eq!(r.values["surface"]["水泥"], "paved");
    assert_eq!(r.values["class"]["步道"], "none");
    let v = &a.sources[1];
    assert!(v.osm, "by its name");
    assert_eq!(v.crs, Crs::Bd09);
    assert_eq!((v.defaults["population"].as_str(), v.defaults["priority"].as_str()), ("12", "yes"));
    assert_eq!(a.sources[2].crs, Crs::Named("EPSG:4490".into()));
    assert_eq!(a.sources[2].open, "/vsizip//data/x/pop.zip/pop.tif");
}

#[test]
fn stated_provenance_and_single_texts() {
    let a = good(&format!("provenance = \"derived\"\nattribution = \"one\"\ntitle = \"T\"\n{BASE}"));
    assert_eq!(a.provenance, Provenance::Derived);
    assert_eq!(a.attribution, ["one"]);
    assert_eq!((a.title_zh.as_str(), a.title_en.as_str()), ("T", "T"));
    let a = good(&format!("title.zh = \"甲\"\n{BASE}"));
    assert_eq!((a.title_zh.as_str(), a.title_en.as_str()), ("甲", "甲"));
}

#[test]
fn a_field_may_be_mapped_and_defaulted() {
    let a = good(&format!("{BASE}defaults = {{ status = \"natural\" }}\nvalues.status = {{ a = \"merged\" }}\n"));
    assert_eq!(a.sources[0].defaults["status"], "natural");
}

#[test]
fn the_example_message() {
    let e = parse(
        "id = \"x\"\n\n[[layers.villages]]\npath = \"v\"\n\n\n[[layers.roads]]\npath = \"r\"\n    feilds = {}\n",
        Path::new("data/x/atlas.toml"),
    );
    let e = e.expect_err("unknown key").to_string();
    assert_eq!(e, "data/x/atlas.toml:9:5: unknown key \"feilds\" in [[layers.roads]]; did you mean \"fields\"?");
}

#[test]
fn unknown_keys_at_every_level() {
    fails("feilds = {}\n", "5:1", &["\"feilds\" in [[layers.villages]]", "did you mean \"fields\"?"]);
    fails("[netwrk]\n", "5:2", &["\"netwrk\"", "did you mean \"network\"?"]);
    fails("[network]\nnodding = \"crossings\"\n", "6:1", &["in [network]", "did you mean \"noding\"?"]);
    fails("[targets]\ncountys = []\n", "6:1", &["in [targets]", "did you mean \"counties\"?"]);
    fails("[rules.road]\n", "5:8", &["in [rules]", "did you mean \"roads\"?"]);
    fails("[rules.roads]\nacces_m = 5\n", "6:1", &["in [rules.roads]", "did you mean \"access_m\"?"]);
    fails("[rules.roads]\ncost_per_km = { erth = 1 }\n", "6:17", &["did you mean \"earth\"?"]);
    fails("[rules.roads]\ncost_per_km.paved = 1\n", "6:13", &["\"paved\"", "costs nothing"]);
    fails("[rules.roads]\ndepartment = { cn = \"a\" }\n", "6:16", &["\"cn\" in department of [rules.roads]"]);
    fails("[[layers.raods]]\npath = \"r\"\n", "5:10", &["\"raods\" in [layers]", "did you mean \"roads\"?"]);
    fails("[[layers.zebras]]\n", "5:10", &["layers known: villages, village_records"]);
    fails("[[layers.roads]]\npath = \"r\"\nfields = { surfce = \"a\" }\n", "7:12", &["did you mean \"surface\"?"]);
    fails("[[layers.roads]]\npath = \"r\"\nfields.population = \"a\"\n", "7:8", &["fields of roads: id, name"]);
    fails("[[layers.roads]]\npath = \"r\"\nvalues.srface.a = \"paved\"\n", "7:8", &["did you mean \"surface\"?"]);
    fails("[[layers.roads]]\npath = \"r\"\ndefaults.clas = \"track\"\n", "7:10", &["did you mean \"class\"?"]);
    check(&bad(&format!("titel = \"a\"\n{BASE}")), "1:1", &["the top of the file", "did you mean \"title\"?"]);
    check(&bad(&format!("title = {{ ch = \"a\" }}\n{BASE}")), "1:11", &["\"ch\" in title"]);
}

#[test]
fn keys_in_the_wrong_section_are_sent_home() {
    check(&bad(&format!("noding = \"crossings\"\n{BASE}")), "1:1", &["it belongs under [network]"]);
    check(&bad(&format!("access_m = 1\n{BASE}")), "1:1", &["it belongs under [rules.roads]"]);
    check(&bad(&format!("path = \"a\"\n{BASE}")), "1:1", &["under [[layers.…]]"]);
    fails("currency = \"INR\"\n", "5:1", &["at the top of the file"]);
    fails("[network]\ncurrency = \"INR\"\n", "6:1", &["at the top of the file"]);
    fails("surface = \"a\"\n", "5:1", &["unknown key \"surface\""]);
    fails("population = \"POP\"\n", "5:1", &["fields = { population = \"their field\" }"]);
    check(&bad(&format!("roads = \"a\"\n{BASE}")), "1:1", &["[[layers.roads]]"]);
}

#[test]
fn unknown_words() {
    fails("provenance = \"reel\"\n", "5:14", &["provenance \"reel\"", "did you mean \"real\"?"]);
    fails("schema = \"ogr\"\n", "5:10", &["schema \"ogr\""]);
    fails("[network]\nnoding = \"crossing\"\n", "6:10", &["did you mean \"crossings\"?"]);
    fails("[network]\nnoding = \"zzz\"\n", "6:10", &["allowed: shared-vertices, crossings"]);
    fails("values.status = { \"老村\" = \"naturel\" }\n", "5:26", &["class \"naturel\"", "did you mean \"natural\"?"]);
    fails("values.status = { a = \"?\" }\n", "5:23", &["allowed: administrative, merged, natural"]);
    fails("defaults = { paved = \"ja\" }\n", "5:22", &["class \"ja\" for defaults.paved", "yes, no, unknown"]);
    fails("[rules.roads]\ntrunk_classes = [\"primry\"]\n", "6:18", &["road class", "did you mean \"primary\"?"]);
    fails("[rules.roads]\ntrunk_classes = [\"none\"]\n", "6:18", &["\"none\""]);
}

#[test]
fn wrong_types() {
    check(&bad(&BASE.replace("id = \"x\"", "id = 5")), "1:6", &["text in quotes, not a whole number", "\"5\""]);
    check(&bad(&format!("title = 5\n{BASE}")), "1:9", &["title must be text"]);
    check(&bad(&format!("attribution = 1.5\n{BASE}")), "1:15", &["a list of texts, not a decimal number"]);
    check(&bad(&format!("attribution = [\"a\", true]\n{BASE}")), "1:21", &["true or false"]);
    check(&bad(&format!("network = 1\n{BASE}")), "1:11", &["network must be a table"]);
    check(&bad(&format!("targets = []\n{BASE}")), "1:11", &["targets must be a table, not a list"]);
    fails("[targets]\ncounties = [210727]\n", "6:13", &["write it in quotes: \"210727\""]);
    fails("[targets]\ncounties = [\"1\", \"1\"]\n", "6:18", &["listed twice"]);
    fails("[rules]\nroads = 1\n", "6:9", &["roads must be a table"]);
    fails("[rules.roads]\naccess_m = \"500\"\n", "6:12", &["a number, not text", "remove the quotes: access_m = 500"]);
    fails("[rules.roads]\naccess_m = 2020-01-01\n", "6:12", &["not a date"]);
    fails("[rules.roads]\ntrunk_classes = 1\n", "6:17", &["a list of texts"]);
    fails("[rules.roads]\ndepartment = 1\n", "6:14", &["department must be a table"]);
    fails("[rules.roads]\ncost_per_km = 5\n", "6:15", &["cost_per_km must be a table"]);
    fails("layer = 1\n", "5:9", &["layer must be text"]);
    fails("values = 1\n", "5:10", &["values must be a table"]);
    fails("values.status = \"natural\"\n", "5:17", &["values.status must be a table"]);
    fails("values.status = { a = 1 }\n", "5:23", &["values.status.\"a\" must be text"]);
    fails("defaults.town = []\n", "5:17", &["defaults.town must be text"]);
    fails("defaults.population = -1\n", "5:23", &["at least 0"]);
    fails("defaults.population = \"many\"\n", "5:23", &["must be a number"]);
    fails("defaults.id = \"a\"\n", "5:10", &["same id", "fields.id"]);
    check(&bad("id = \"x\"\nlayers = 1\n"), "2:10", &["layers must be a table"]);
    fails("[layers.roads]\npath = \"r\"\n", "5:1", &["[[layers.roads]] with two brackets"]);
    check(&bad("id = \"x\"\nlayers.villages = \"v.shp\"\n"), "2:19", &["a list of sources, not text", "path = "]);
    check(&bad("id = \"x\"\nlayers.villages = [\"v.shp\"]\n"), "2:20", &["must be a table, not text"]);
}

#[test]
fn thresholds_and_costs() {
    fails("[rules.roads]\naccess_m = -5\n", "6:12", &["access_m is -5", "greater than 0"]);
    fails("[rules.roads]\nsnap_m = -0.5\n", "6:10", &["snap_m is -0.5", "at least 0"]);
    fails("[rules.roads]\nneighbour_detour = 0.5\n", "6:20", &["at least 1"]);
    fails("[rules.roads]\naccess_m = nan\n", "6:12", &["finite"]);
    fails("[rules.roads]\nrai_m = inf\n", "6:9", &["finite"]);
    fails("[rules.roads]\ncost_per_km.new = -1\n", "6:19", &["new is -1", "at least 0"]);
    fails("[rules.roads]\ncost_per_km.new = nan\n", "6:19", &["finite"]);
    fails("[rules.roads]\nmax_access_m = 400\n", "6:16", &["access_m (500) is greater than max_access_m (400)"]);
    fails("[rules.roads]\naccess_m = 6000\nsevere_m = 9000\n", "6:12", &["greater than max_access_m (5000)"]);
    fails("[rules.roads]\nsevere_m = 500\n", "6:12", &["severe_m (500) must be greater than access_m"]);
    good(&format!("{BASE}[rules.roads]\nsnap_m = 0\ncost_per_km.new = 0\naccess_m = 0x1F4\ntrunk_classes = []\n"));
}

#[test]
fn empty_texts() {
    check(&bad(&BASE.replace("v.shp", " ")), "3:8", &["path is empty"]);
    check(&bad(&BASE.replace("CODE", "")), "4:17", &["fields.id is empty"]);
    check(&bad(&BASE.replace("\"x\"", "\"\"")), "1:6", &["id is empty"]);
    check(&bad(&BASE.replace("\"x\"", "\"a b/c\"")), "1:6", &["letters, digits"]);
    fails("crs = \"\"\n", "5:7", &["crs is empty"]);
    fails("where = \"\"\n", "5:9", &["where is empty"]);
    fails("encoding = \"G B K\"\n", "5:12", &["encoding \"G B K\""]);
    check(&bad(&format!("currency = \"yuan\"\n{BASE}")), "1:12", &["ISO 4217"]);
}

#[test]
fn values_need_a_field_and_classes() {
    fails("values.paved = { \"是\" = \"yes\" }\n", "5:8", &["no field is read into paved", "fields.paved"]);
    fails("values.name = { a = \"b\" }\n", "5:8", &["no classes", "status"]);
    fails("[[layers.dwellings]]\npath=\"d\"\nvalues.people = {}\n", "7:8", &["no field here has any"]);
    // Without a usable mapping of the field only the mapping is complained about.
    fails("[[layers.roads]]\npath=\"r\"\nfields.surface = 1\nvalues.surface = {}\n", "7:18", &["fields.surface"]);
    good(&format!("{BASE}[[layers.roads]]\npath=\"r\"\nschema = \"osm\"\nvalues.surface = {{ tar = \"paved\" }}\n"));
}

#[test]
fn sources_that_are_missing_or_double() {
    check(&bad("id = \"x\"\n"), "1:1", &["no sources", "[[layers.villages]]"]);
    check(&bad("id = \"x\"\nlayers = {}\n"), "2:10", &["no sources"]);
    check(&bad("id = \"x\"\nlayers.villages = []\n"), "2:1", &["layers.villages is empty"]);
    check(&bad("id = \"x\"\n[[layers.roads]]\npath = \"r\"\n"), "2:3", &["no villages layer", "[[layers.villages]]"]);
    check(&bad("[[layers.villages]]\npath = \"v\"\n"), "1:1", &["has no \"id\"", "id = \"my-region\""]);
    fails("[[layers.roads]]\nlayer = \"r\"\n", "5:1", &["[[layers.roads]] has no \"path\""]);
    fails("[[layers.villages]]\npath = \"./v.shp\"\n", "5:1", &["same as the one in line 2"]);
    good(&format!(
        "{BASE}[[layers.villages]]\npath = \"v.shp\"\nwhere = \"a = 1\"\n[[layers.counties]]\npath = \"v.shp\"\n"
    ));
    fails("[[layers.population]]\npath = \"p.tif\"\nwhere = \"a\"\n", "7:9", &["where means nothing", "raster"]);
}

#[test]
fn paths_are_checked() {
    check(&bad(&BASE.replace("v.shp", "/vsicurl/http://x/v.zip")), "3:8", &["/vsicurl/", "download the file"]);
    check(&bad(&BASE.replace("v.shp", "${NO_SUCH_VARIABLE_X}/v")), "3:8", &["NO_SUCH_VARIABLE_X is not set", "export"]);
    check(&bad(&BASE.replace("v.shp", "WFS:v")), "3:8", &["\"WFS:\" is not allowed"]);
}

#[test]
fn syntax_errors_have_a_place() {
    check(&bad("id = \"x\"\ntitle = 辽宁\n"), "2:9", &["not valid TOML"]);
    check(&bad("id = \"x\"\nid = \"y\"\n"), "2:1", &["not valid TOML", "duplicate key", "keep one"]);
    let deep = format!("a = {}", "[".repeat(5000));
    assert!(bad(&deep).contains("not valid TOML"));
}

#[test]
fn all_problems_come_at_once_and_in_order() {
    let text = bad("[[layers.roads]]\nfeilds = {}\npath = \"/vsis3/a\"\n[network]\nnoding = 1\n");
    let places: Vec<&str> = text.lines().map(|l| l.split(": ").next().unwrap_or_default()).collect();
    let expected: Vec<String> = ["1:1", "1:3", "2:1", "3:8", "5:10"].map(|p| format!("{FILE}:{p}")).to_vec();
    assert_eq!(places, expected, "{text}");
    let many: String = (0..30).map(|i| format!("zz{i} = 1\n")).collect();
    let text = bad(&format!("{many}{BASE}"));
    assert_eq!(text.lines().count(), 21);
    assert!(text.ends_with("… and 10 more problems"), "{text}");
}

#[test]
fn files_that_cannot_be_read() {
    let dir = tempfile::tempdir().expect("temp dir");
    let missing = dir.path().join("no.toml");
    let e = load(&missing).expect_err("missing").to_string();
    assert!(e.contains("no.toml: no such file") && e.contains("cuntong init"), "{e}");
    let e = load(dir.path()).expect_err("folder").to_string();
    assert!(e.contains("this is a folder"), "{e}");
    let gbk = dir.path().join("gbk.toml");
    std::fs::write(&gbk, b"id = \"x\"\ntitle = \"\xc1\xc9\xc4\xfe\"\n").expect("write");
    let e = load(&gbk).expect_err("GBK").to_string();
    assert!(e.contains("gbk.toml:2:10: the text is not UTF-8") && e.contains("GBK"), "{e}");
    let bom = dir.path().join("bom.toml");
    std::fs::write(&bom, format!("\u{feff}{}", BASE.replace('\n', "\r\n"))).expect("write");
    let a = load(&bom).expect("a byte order mark and Windows line ends are fine");
    assert_eq!(a.sources[0].line, 2);
    assert_eq!(a.sources[0].open, dir.path().join("v.shp").display().to_string());
}

/// Pieces of atlases, so that random text gets past the parser.
fn snippet() -> impl Strategy<Value = String> {
    let pieces = [
        "id",
        "=",
        "\"x\"",
        "\n",
        "[[layers.villages]]\n",
        "[[layers.roads]]\n",
        "[layers]\n",
        "path = \"v\"\n",
        "fields",
        "values",
        "surface",
        ".",
        "{",
        "}",
        "[",
        "]",
        ",",
        "[rules.roads]\n",
        "access_m = ",
        "-1",
        "nan",
        "\"${A}\"",
        "\"é\"",
        "title",
        "路",
        "cost_per_km = {new=1}\n",
        "defaults = {status=1}\n",
        "#",
        "'",
        "\"\"\"",
        "counties",
        "targets",
        "\u{feff}",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|v| v.concat())
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in any::<String>()) {
        let _ = parse(&text, Path::new(FILE)).map_err(|e| e.to_string());
    }

    #[test]
    fn nearly_atlases_never_panic(text in snippet(), cut in 0usize..200) {
        let _ = parse(&text, Path::new(FILE)).map_err(|e| e.to_string());
        let with_base = format!("{BASE}{text}");
        let at = (0..=cut.min(with_base.len())).rev().find(|i| with_base.is_char_boundary(*i)).unwrap_or(0);
        let _ = parse(&with_base, Path::new(FILE)).map_err(|e| e.to_string());
        let _ = parse(&with_base[..at], Path::new(FILE)).map_err(|e| e.to_string());
    }

    #[test]
    fn arbitrary_paths_never_panic_and_never_reach_the_network(text in "(/vsi(zip|curl|s3|tar)|/|\\{|\\}|\\$\\{A\\}|http:|:|x|路|,){0,12}") {
        if let Ok(open) = resolve_source(&text, Path::new("/d"), &Vars::from_process()) {
            prop_assert!(!open.contains("/vsicurl/") && !open.contains("/vsis3/") && !open.contains("://"), "{}", open);
        }
    }
}
