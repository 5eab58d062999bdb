//! Tables of the store. It is a GeoPackage 1.3: villages and gaps are layers with points in WGS84, the others tables, so
//! that QGIS opens it. `prints` and `holdings` are ours alone and not listed as contents.

/// `GPKG`, as the first bytes say what a SQLite file is.
pub const APPLICATION_ID: i64 = 0x4750_4B47;
/// GeoPackage 1.3.0.
pub const USER_VERSION: i64 = 10_300;
/// Of our own tables; another number is not read.
pub const LAYOUT: i64 = 1;

/// Everything of an empty store. Dates that a GeoPackage asks for are fixed, so that the same snapshots are the same.
pub const TABLES: &str = r#"
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326,
   'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
   'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE,
  max_x DOUBLE, max_y DOUBLE, srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name), UNIQUE (table_name),
  FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id) VALUES
  ('villages', 'features', '村 / Villages', '2000-01-01T00:00:00.000Z', 4326),
  ('gaps', 'features', '缺口 / Gaps', '2000-01-01T00:00:00.000Z', 4326),
  ('snapshots', 'attributes', '存档 / Snapshots', '2000-01-01T00:00:00.000Z', NULL),
  ('scores', 'attributes', '记分卡 / Scorecard', '2000-01-01T00:00:00.000Z', NULL);
INSERT INTO gpkg_geometry_columns VALUES ('villages', 'geom', 'POINT', 4326, 0, 0), ('gaps', 'geom', 'POINT', 4326, 0, 0);
CREATE TABLE layout (version INTEGER NOT NULL);
INSERT INTO layout VALUES (1);
CREATE TABLE snapshots (
  fid INTEGER PRIMARY KEY, date TEXT NOT NULL UNIQUE, atlas TEXT NOT NULL, title_zh TEXT NOT NULL, title_en TEXT NOT NULL,
  provenance TEXT NOT NULL, currency TEXT NOT NULL, data_version TEXT NOT NULL, program TEXT NOT NULL,
  covers TEXT NOT NULL, rules TEXT NOT NULL, unknown TEXT NOT NULL, digest TEXT NOT NULL, villages INTEGER NOT NULL,
  gaps INTEGER NOT NULL, prints INTEGER NOT NULL, scores INTEGER NOT NULL);
CREATE TABLE villages (
  fid INTEGER PRIMARY KEY, geom BLOB NOT NULL, snapshot INTEGER NOT NULL, date TEXT NOT NULL, id TEXT NOT NULL,
  name TEXT NOT NULL, town TEXT, county TEXT, population REAL, households REAL, poor_population REAL,
  priority BOOLEAN NOT NULL, roads_verdict TEXT, roads_severity REAL, roads_confidence TEXT, power_verdict TEXT,
  power_severity REAL, power_confidence TEXT, water_verdict TEXT, water_severity REAL, water_confidence TEXT,
  broadband_verdict TEXT, broadband_severity REAL, broadband_confidence TEXT, services_verdict TEXT,
  services_severity REAL, services_confidence TEXT);
CREATE UNIQUE INDEX villages_of ON villages (snapshot, id);
CREATE INDEX villages_by_id ON villages (id);
CREATE TABLE gaps (
  fid INTEGER PRIMARY KEY, geom BLOB NOT NULL, snapshot INTEGER NOT NULL, date TEXT NOT NULL, id TEXT NOT NULL,
  theme TEXT NOT NULL, kind TEXT NOT NULL, class TEXT, village TEXT, other TEXT, name TEXT NOT NULL, town TEXT, county TEXT,
  verdict TEXT NOT NULL, severity REAL NOT NULL, measured REAL, threshold REAL, unit TEXT NOT NULL,
  confidence TEXT NOT NULL, why_zh TEXT NOT NULL, why_en TEXT NOT NULL, people REAL, households REAL, remedy TEXT,
  remedy_m REAL, cost REAL, department_zh TEXT NOT NULL, department_en TEXT NOT NULL, planned BOOLEAN,
  planned_year INTEGER, villages TEXT NOT NULL, touches TEXT NOT NULL);
CREATE UNIQUE INDEX gaps_of ON gaps (snapshot, id);
CREATE INDEX gaps_by_village ON gaps (village);
CREATE TABLE scores (
  fid INTEGER PRIMARY KEY, snapshot INTEGER NOT NULL, date TEXT NOT NULL, level TEXT NOT NULL, place TEXT NOT NULL,
  name TEXT NOT NULL, county TEXT, key TEXT NOT NULL, indicator_zh TEXT NOT NULL, indicator_en TEXT NOT NULL,
  theme TEXT NOT NULL, department_zh TEXT NOT NULL, department_en TEXT NOT NULL, yes REAL NOT NULL, no REAL NOT NULL,
  unknown REAL NOT NULL, share REAL, people_share REAL, reference REAL, target REAL, reached BOOLEAN, missing INTEGER,
  cost REAL);
CREATE INDEX scores_of ON scores (snapshot);
CREATE TABLE prints (
  print INTEGER PRIMARY KEY, layer TEXT NOT NULL, id TEXT NOT NULL, shape INTEGER NOT NULL, said INTEGER NOT NULL,
  west REAL, south REAL, east REAL, north REAL, UNIQUE (layer, id, shape, said));
CREATE TABLE holdings (snapshot INTEGER NOT NULL, print INTEGER NOT NULL, PRIMARY KEY (snapshot, print)) WITHOUT ROWID;
"#;
