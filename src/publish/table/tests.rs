use super::super::collection::built;
use super::super::geojson::Geometry;
use super::*;
use serde_json::json;

fn collection(features: &[Value]) -> Collection {
    let line = [geo::Coord { x: 1.0, y: 2.0 }, geo::Coord { x: 3.0, y: 4.0 }];
    let shapes = [Geometry::Line(&line), Geometry::Area(None), Geometry::Point(line[0])];
    let rows = features.iter().zip(&shapes).enumerate();
    Collection::new("test", "试", "Test", rows.map(|(i, (p, g))| built(&format!("f{i}"), g, p)).collect())
}

#[test]
fn each_column_has_the_one_type_that_holds_all_its_values() {
    let c = collection(&[
        json!({"id": "f0", "n": 1, "r": 1, "m": "甲", "d": "2020-02-29", "b": true, "l": [1], "nothing": null, "z": 3.0}),
        json!({"id": "f1", "n": null, "r": 0.5, "m": 2, "d": "2021-01-31", "b": false, "l": {"a": "乙"}, "late": "2020-02-30"}),
    ]);
    let table = Table::of(&c);
    let kinds: Vec<(&str, Kind)> = table.schema.columns.iter().map(|c| (c.name.as_str(), c.kind)).collect();
    let expected = [
        ("id", Kind::Text),
        ("n", Kind::Integer),
        ("r", Kind::Real),
        ("m", Kind::Text),
        ("d", Kind::Date),
        ("b", Kind::Bool),
        ("l", Kind::Json),
        ("nothing", Kind::Text),
        ("z", Kind::Real),
        ("late", Kind::Text),
    ];
    assert_eq!(kinds, expected);
    assert_eq!((table.schema.id, table.schema.bare), (0, 1));
    assert_eq!(table.schema.single_shape(), Some(ShapeType::LineString));
    let mut rows = Vec::new();
    table
        .each(|r| {
            rows.push(r);
            Ok::<(), ()>(())
        })
        .unwrap();
    assert_eq!(rows[0].values[2], Some(Cell::Real(1.0)));
    assert_eq!(rows[1].values[3], Some(Cell::Text("2".into())));
    assert_eq!(rows[1].values[6], Some(Cell::Json(r#"{"a":"乙"}"#.into())));
    assert_eq!(rows[1].values[8], None);
    assert_eq!(rows[1].shape, None);
}

#[test]
fn the_feature_id_is_a_column_even_where_the_property_means_something_else() {
    let c = collection(&[json!({"name": "a"}), json!({"name": "b"})]);
    let s = Schema::of(&c);
    assert_eq!((s.columns[0].name.as_str(), s.id), ("id", 0));
    let c = collection(&[json!({"name": "a", "id": "other"})]);
    let s = Schema::of(&c);
    assert_eq!(s.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["feature_id", "name", "id"]);
    let s = Schema::of(&collection(&[]));
    assert_eq!((s.columns.len(), s.columns[0].kind, s.single_shape()), (1, Kind::Text, None));
}

#[test]
fn a_selection_has_the_columns_of_the_whole() {
    let c = collection(&[json!({"a": 1}), json!({"b": 2}), json!({"a": 1.5})]);
    let schema = Arc::new(Schema::of(&c));
    assert_eq!(schema.single_shape(), None);
    let table = Table::selection(&c, schema, &[2, 0]);
    let mut ids = Vec::new();
    table
        .each(|r| {
            ids.push((r.id, r.values[1].clone()));
            Ok::<(), ()>(())
        })
        .unwrap();
    assert_eq!(ids, [("f2".into(), Some(Cell::Real(1.5))), ("f0".into(), Some(Cell::Real(1.0)))]);
}

#[test]
fn days_are_counted_as_the_calendar_does() {
    for (day, n) in [("1970-01-01", 0), ("2000-02-29", 11016), ("2026-11-26", 20783), ("1969-12-31", -1)] {
        assert_eq!(days_since_1970(day), Some(n), "{day}");
    }
    for no in ["2019-02-29", "2020-13-01", "20200101", "2020-1-01", "2020-01-1x", "二零二零"] {
        assert_eq!(days_since_1970(no), None, "{no}");
    }
}
