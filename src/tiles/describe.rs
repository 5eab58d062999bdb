//! What readers are told of tiles: layers and fields as in TileJSON, and in words what is left out where.

use serde_json::{Map, Value, json};

use super::fields::Form;
use super::tile::MAX_ZOOM;
use super::{CELL, FULL_ZOOM, Layer, Tiles};
use crate::publish::Collection;

/// `vector_layers` of TileJSON and PMTiles, with these last zooms.
pub fn vector_layers(all: &[Collection], chosen: &[usize], tiles: &Tiles, last: u8) -> Value {
    let one = |&at: &usize| {
        let c = all.get(at)?;
        let layer = tiles.layer(at, c)?;
        let fields: Map<String, Value> =
            layer.named.list(c.table()).map(|(name, form, _)| (name.to_owned(), word(form).into())).collect();
        Some(json!({
            "id": c.id,
            "description": format!("{} / {}. {}", c.title_zh, c.title_en, shown(layer)),
            "minzoom": layer.zooms[0].min(last),
            "maxzoom": last,
            "fields": fields,
        }))
    };
    chosen.iter().filter_map(one).collect()
}

fn word(f: Form) -> &'static str {
    match f {
        Form::Text => "String",
        Form::Number | Form::Whole => "Number",
        Form::Boolean => "Boolean",
    }
}

/// A JSON Schema of a layer's fields.
pub fn schema(c: &Collection, layer: &Layer) -> Value {
    let property = |(name, form, always): (&str, Form, bool)| {
        let kind = match form {
            Form::Text => "string",
            Form::Number => "number",
            Form::Whole => "integer",
            Form::Boolean => "boolean",
        };
        let mut about = json!({"title": name, "type": kind});
        if !always {
            about["description"] = format!("From zoom {FULL_ZOOM} on").into();
        }
        (name.to_owned(), about)
    };
    let properties: Map<String, Value> = layer.named.list(c.table()).map(property).collect();
    json!({"type": "object", "properties": properties})
}

/// Which features of a layer a zoom shows.
pub fn shown(layer: &Layer) -> String {
    let [first, all] = layer.zooms;
    let thinned = match layer.dimension {
        _ if all <= FULL_ZOOM && first == 0 => "All features at every zoom".to_owned(),
        Some(0) => format!("At most one point for each {CELL} × {CELL} units below zoom {all}, the most important"),
        _ => format!("The most important features from zoom {first} on, all from zoom {all}"),
    };
    format!("{thinned}; all at zoom {MAX_ZOOM}. Fewer properties below zoom {FULL_ZOOM}.")
}
