//! What answers look like. Members that are described as required are always there.

mod common;
mod gaps;
mod notation;
mod plans;
mod power;
mod social;
mod summary;
mod villages;

use serde_json::{Map, Value, json};

use super::schema;
use crate::standards::INDICATORS;

/// Collections that an atlas can have, with the schema of their features.
pub const COLLECTIONS: [(&str, &str); 35] = [
    ("villages", "Village"),
    ("road_gaps", "Gap"),
    ("road_links", "RoadLink"),
    ("neighbour_gaps", "Gap"),
    ("fragile_access", "Gap"),
    ("counties", "County"),
    ("towns", "Town"),
    ("scorecard_counties", "ScorecardCounty"),
    ("power_gaps", "Gap"),
    ("low_voltage_areas", "LowVoltageArea"),
    ("tie_lines", "TieLine"),
    ("transformers", "Transformer"),
    ("supply_points", "SupplyPoint"),
    ("power_lines", "PowerLine"),
    ("power_buses", "PowerBus"),
    ("water_gaps", "Gap"),
    ("water_sources", "WaterSource"),
    ("water_links", "WaterLink"),
    ("broadband_gaps", "Gap"),
    ("fibre_links", "FibreLink"),
    ("service_gaps", "Gap"),
    ("projects", "Project"),
    ("road_plan", "PlanWork"),
    ("power_plan", "PlanWork"),
    ("water_plan", "PlanWork"),
    ("broadband_plan", "PlanWork"),
    ("roads", "Road"),
    ("schools", "School"),
    ("seats", "Seat"),
    ("substations", "Substation"),
    ("facilities", "Facility"),
    ("broadband_nodes", "AccessNode"),
    ("broadband_coverage", "Coverage"),
    ("fibre_lines", "FibreLine"),
    ("surface_water", "SurfaceWater"),
];

/// Schema of features of no particular collection.
pub const ANY_FEATURE: &str = "AnyFeature";

/// Documents of the standard and of the service itself.
const DOCUMENTS: &str = "
Problem:               What was wrong (RFC 9457); its code is the title as one word
  type                 text
  title                text
  status               count
  detail               text
  code                 text

Link:
  href                 text
  rel                  text
  type?                text
  title?               text

LandingPage:
  title                text
  description          text
  links                [Link]

Conformance:
  conformsTo           [text]

SpatialExtent:
  bbox                 [[number]]
  crs                  text

Extent:
  spatial              SpatialExtent

Collection:
  id                   text
  title                text
  itemType             'feature'
  crs                  [text]
  storageCrs           text
  extent?              Extent
  provenance           Provenance
  links                [Link]
  numberOfFeatures?    count

Collections:
  links                [Link]
  collections          [Collection]
  crs                  [text]

Queryables:            A JSON Schema
  $schema              text
  $id                  text
  type                 'object'
  title                text
  properties           any
  additionalProperties flag

Health:
  status               'ok'
  version              text
  data_version         text
  atlas                text

Live:
  status               'ok'

Ready:                 Whether the service may be asked
  status               ready|stale
  data_version         text
  loaded               text         When the data were loaded (RFC 3339)
  age_seconds          number
  loading              flag
  last_reload          any?

Scenario:              Edits, each a feature
  type                 'FeatureCollection'
  features             [any]
";

pub fn all() -> Map<String, Value> {
    let mut all = Map::new();
    for text in
        [common::TEXT, DOCUMENTS, villages::TEXT, gaps::TEXT, power::TEXT, social::TEXT, plans::TEXT, summary::TEXT]
    {
        notation::read(text, &mut all);
    }
    all.insert("ScorecardCountyProperties".into(), scorecard_county());
    all.insert(
        "Geometry".into(),
        json!({
            "type": "object",
            "nullable": true,
            "required": ["type", "coordinates"],
            "properties": {
                "type": {
                    "type": "string",
                    "enum": ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"],
                },
                "coordinates": {"type": "array", "items": {}},
            },
        }),
    );
    let any = || json!({"type": "object", "additionalProperties": true});
    let mut single = feature(any());
    notation::extend(&mut single, &json!({"required": ["links"], "properties": {"links": links()}}));
    all.insert("Feature".into(), single);
    all.insert(ANY_FEATURE.into(), feature(any()));
    all.insert(format!("{ANY_FEATURE}Page"), page(ANY_FEATURE));
    for (_, name) in COLLECTIONS {
        all.insert(name.into(), feature(schema(&format!("{name}Properties"))));
        all.insert(format!("{name}Page"), page(name));
    }
    let mut works = features("PlanWork");
    notation::extend(&mut works, &all["PlanFigures"]);
    all.insert("ThemePlanWorks".into(), works);
    all["Scenario"]["properties"]["features"]["minItems"] = 1.into();
    notation::inline_nullable(&mut all);
    all
}

fn links() -> Value {
    json!({"type": "array", "items": schema("Link")})
}

fn feature(properties: Value) -> Value {
    json!({
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": schema("Geometry"),
            "properties": properties,
        },
    })
}

fn features(of: &str) -> Value {
    json!({
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": schema(of)},
        },
    })
}

/// Features of a collection as they are asked for.
fn page(of: &str) -> Value {
    let mut out = features(of);
    out["description"] = "Features, in order; whole unless the parameter properties names some members".into();
    let count = || json!({"type": "integer", "minimum": 0});
    let more = json!({
        "required": ["numberMatched", "numberReturned", "timeStamp", "provenance", "links"],
        "properties": {
            "numberMatched": count(),
            "numberReturned": count(),
            "timeStamp": {"type": "string", "format": "date-time"},
            "provenance": schema("Provenance"),
            "links": links(),
        },
    });
    notation::extend(&mut out, &more);
    out
}

/// A county with its indicators as columns, those of themes that the atlas has data on.
fn scorecard_county() -> Value {
    let mut all = Map::new();
    let mut text = "ScorecardCountyProperties: A county with its indicators as columns, of themes with data
        id text
        name text
        target flag
        villages count
        priority_villages count
        people number?
        poor_people number?"
        .to_owned();
    for key in INDICATORS {
        for (name, kind) in [
            ("yes", "number"),
            ("no", "number"),
            ("unknown", "number"),
            ("share", "number?"),
            ("people_share", "number?"),
            ("reference", "number?"),
            ("target", "number?"),
            ("reached", "flag?"),
            ("missing", "count?"),
            ("cheapest_cost", "number?"),
        ] {
            text += &format!("\n  {key}_{name}? {kind}");
        }
    }
    notation::read(&text, &mut all);
    all.remove("ScorecardCountyProperties").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_somewhere() {
        fn walk(v: &Value, known: &Map<String, Value>) {
            if let Some(r) = v["$ref"].as_str() {
                let name = r.rsplit('/').next().unwrap();
                assert!(known.contains_key(name), "{r} leads nowhere");
                assert_eq!(v.as_object().unwrap().len(), 1, "{r}: what stands beside a reference counts for nothing");
            }
            match v {
                Value::Array(items) => items.iter().for_each(|x| walk(x, known)),
                Value::Object(members) => members.values().for_each(|x| walk(x, known)),
                _ => {}
            }
        }
        let known = all();
        known.values().for_each(|v| walk(v, &known));
    }
}
