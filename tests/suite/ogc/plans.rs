//! The plans that serve everybody, as collections.

use serde_json::Value;

use crate::common::{cuntong, read_json, stderr};
use crate::ogc::{all, ids, region, service};

const PLANS: [(&str, &str); 4] =
    [("roads", "road_plan"), ("power", "power_plan"), ("water", "water_plan"), ("broadband", "broadband_plan")];

#[test]
fn a_plans_collection_holds_the_works_that_the_command_writes() {
    let s = service();
    let dir = tempfile::tempdir().unwrap();
    for (theme, id) in PLANS {
        let out = dir.path().join(format!("{theme}.geojson"));
        let o = cuntong(&["plan", &region(), "--theme", theme, "--out", out.to_str().unwrap()]);
        assert!(o.status.success(), "{}", stderr(&o));
        let written = read_json(&out);
        let works = written["features"].as_array().unwrap();
        let found = all(&s, id);
        assert!(found.len() > 5, "{id}: {}", found.len());
        assert_eq!(found.len(), works.len(), "{id}");
        // In the order of building.
        for (n, (f, w)) in found.iter().zip(works).enumerate() {
            assert_eq!(f["properties"]["order"], n + 1, "{id}");
            for part in ["id", "geometry", "properties"] {
                assert_eq!(f[part], w[part], "{id}, {part} of work {}", n + 1);
            }
        }
        let last = &found[found.len() - 1]["properties"];
        let asked = s.json(&format!("/api/plans/{theme}"));
        assert_eq!(last["cost_so_far"], asked["cost"], "{id}");
        assert_eq!(asked["works"].as_array().unwrap().len(), works.len());

        // Filters and pages as of any collection.
        let first = crate::ogc::features(&s, &format!("/collections/{id}/items?filter=order%20%3C=%203"));
        assert_eq!(ids(&first), ids(&found[..3]));
        let dear = crate::ogc::features(&s, &format!("/collections/{id}/items?sortby=-cost&limit=1"));
        let cost = |f: &Value| f["properties"]["cost"].as_f64().unwrap();
        assert_eq!(cost(&dear[0]), found.iter().map(cost).fold(0.0, f64::max));
    }
}
