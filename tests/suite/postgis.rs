//! PostGIS in and out, against a server of its own. Where none is installed the tests pass over themselves and say so;
//! `make test` installs one.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::gis::{Habits, practice, published, same_features};
use crate::common::{cuntong, stderr};
use cuntong::export::About;
use cuntong::export::postgis::{self, PostgisError, SchemaName};
use cuntong::findings::Findings;
use cuntong::priority::Conclusions;
use cuntong::publish::collections;
use cuntong::publish::table::Table;
use gdal::vector::{LayerAccess, OGRwkbGeometryType, sql};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use serde_json::Value;

const PASSWORD: &str = "owner secret/word";
const ENCODED: &str = "owner%20secret%2Fword";

struct Server {
    // Stopped before the folder goes.
    folder: tempfile::TempDir,
    port: u16,
}

impl Server {
    /// A server with the database `db`, which has PostGIS, and the database `plain`, which has not.
    fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let o = Command::new("scripts/postgis-for-tests.sh")
            .args(["start", folder.path().to_str().unwrap(), &port.to_string()])
            .stdin(Stdio::null())
            // The server would keep a pipe open for as long as it lives.
            .stderr(std::fs::File::create(folder.path().join("start.log")).unwrap())
            .stdout(Stdio::null())
            .status()
            .unwrap();
        let said = std::fs::read_to_string(folder.path().join("start.log")).unwrap_or_default();
        if o.code() == Some(3) {
            println!("SKIPPED: {} (scripts/setup.sh test installs it)", said.trim());
            return None;
        }
        assert!(o.success(), "{said}");
        let server = Server { folder, port };
        server.psql("postgres", "CREATE DATABASE db");
        server.psql("postgres", "CREATE DATABASE plain");
        server.psql(
            "db",
            "CREATE SCHEMA gis; CREATE EXTENSION postgis SCHEMA gis; ALTER DATABASE db SET search_path = public, gis",
        );
        Some(server)
    }

    fn url(&self, db: &str) -> String {
        format!("postgresql://owner:{ENCODED}@127.0.0.1:{}/{db}", self.port)
    }

    /// For GDAL, with its own words for an address.
    fn pg(&self, db: &str) -> String {
        format!("PG:host=127.0.0.1 port={} dbname={db} user=owner password='{PASSWORD}'", self.port)
    }

    fn command(&self, db: &str, statement: &str) -> Command {
        let mut c = Command::new("psql");
        c.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            "127.0.0.1",
            "-U",
            "owner",
            "-d",
            db,
            "-c",
            statement,
        ])
        .args(["-p", &self.port.to_string()])
        .env("PGPASSWORD", PASSWORD);
        c
    }

    fn psql(&self, db: &str, statement: &str) -> String {
        let o = self.command(db, statement).output().unwrap();
        assert!(o.status.success(), "{statement}: {}", stderr(&o));
        String::from_utf8(o.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("scripts/postgis-for-tests.sh").arg("stop").arg(self.folder.path()).status();
    }
}

fn schema(name: &str) -> SchemaName {
    SchemaName::new(name).unwrap()
}

fn write(server: &Server, found: &Findings, to: &str) -> Result<postgis::Filled, PostgisError> {
    let all = collections(found, &Conclusions::new(found));
    let tables: Vec<Table> = all.iter().map(Table::of).collect();
    postgis::write(&tables, &server.url("db"), &schema(to), &About::of(found), &|_| ())
}

fn open(server: &Server, schema: &str) -> Dataset {
    let schemas = format!("SCHEMAS={schema}");
    let options = DatasetOptions {
        open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR,
        allowed_drivers: Some(&["PostgreSQL"]),
        open_options: Some(&[&schemas]),
        ..Default::default()
    };
    Dataset::open_ex(server.pg("db"), options).unwrap()
}

#[test]
fn every_collection_is_a_table_with_everything_in_it() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let found = practice(dir.path(), 60, &[]);
    let all = collections(&found, &Conclusions::new(&found));
    // Twice: the second time the tables are there.
    for _ in 0..2 {
        let filled = write(&server, &found, "义县").unwrap();
        assert_eq!((filled.tables, filled.rows), (all.len(), all.iter().map(|c| c.len()).sum()));
        let d = open(&server, "义县");
        for c in &all {
            let mut layer = d.layer_by_name(c.id).unwrap_or_else(|e| panic!("{}: {e}", c.id));
            let srs = layer.spatial_ref().unwrap();
            assert_eq!((srs.auth_name().as_deref(), srs.auth_code().ok()), (Some("EPSG"), Some(4326)), "{}", c.id);
            let h = Habits { no_empty_columns: true, ..Habits::default() };
            same_features(&mut layer, &published(c), &|n| n.to_owned(), h);
        }
        assert_eq!(d.layer_by_name("villages").unwrap().defn().geometry_type(), OGRwkbGeometryType::wkbPoint);
        assert_eq!(d.layer_by_name("roads").unwrap().defn().geometry_type(), OGRwkbGeometryType::wkbMultiLineString);
    }
    let ask = |q: &str| server.psql("db", q);
    let kinds = ask(
        "SELECT string_agg(column_name || ' ' || data_type, ',' ORDER BY column_name) FROM information_schema.columns \
         WHERE table_schema = '义县' AND table_name = 'villages' \
         AND column_name IN ('id', 'priority', 'population', 'power_supply_points', 'gaps')",
    );
    assert_eq!(kinds, "gaps jsonb,id text,population double precision,power_supply_points bigint,priority boolean");
    let n = all.len().to_string();
    assert_eq!(ask("SELECT count(*) FROM pg_indexes WHERE schemaname = '义县' AND indexdef LIKE '%gist%'"), n);
    assert_eq!(ask("SELECT count(*) FROM pg_indexes WHERE schemaname = '义县' AND indexdef LIKE '%UNIQUE%(id)'"), n);
    assert!(ask("SELECT obj_description('\"义县\".roads'::regclass)").starts_with("道路 / Roads · "));
    let column = "SELECT col_description('\"义县\".villages'::regclass, attnum) FROM pg_attribute \
                  WHERE attrelid = '\"义县\".villages'::regclass AND attname = 'name'";
    assert_eq!(ask(column), "名称 / Name");
    let run = ask(
        "SELECT data_version, atlas, program, program_version, features > 0, now() - written_at < '1h' FROM \"义县\".run",
    );
    let program = env!("CARGO_PKG_VERSION");
    assert_eq!(run, format!("{}|practice|cuntong|{program}|t|t", found.data_version));
    // The index answers: what a map asks for.
    assert_eq!(
        ask("SELECT count(*) > 0 FROM \"义县\".villages WHERE geom && gis.ST_MakeEnvelope(-180, -90, 180, 90, 4326)"),
        "t"
    );
}

/// Copies a practice region's layers into the database and makes an atlas that reads them there.
fn atlas_in_database(server: &Server, dir: &Path) -> std::path::PathBuf {
    let o = Command::new("ogr2ogr")
        .args(["-f", "PostgreSQL", &server.pg("db")])
        .arg(dir.join("practice.gpkg"))
        .args(["-lco", "LAUNDER=NO", "-lco", "GEOMETRY_NAME=geom", "-lco", "SCHEMA=public"])
        .output()
        .unwrap();
    assert!(o.status.success(), "{}", stderr(&o));
    let text = std::fs::read_to_string(dir.join("atlas.toml")).unwrap();
    let from = "path = \"practice.gpkg\"";
    assert!(text.contains(from), "{text}");
    let atlas = dir.join("database.toml");
    std::fs::write(&atlas, text.replace(from, &format!("path = \"{}\"", server.pg("db")))).unwrap();
    atlas
}

#[test]
fn a_region_in_the_database_gives_the_findings_of_its_files() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    drop(practice(dir.path(), 60, &[]));
    let atlas = atlas_in_database(&server, dir.path());
    let (from_files, from_database) = (dir.path().join("a"), dir.path().join("b"));
    for (atlas, out) in [(&dir.path().join("atlas.toml"), &from_files), (&atlas, &from_database)] {
        let o = cuntong(&["analyze", atlas.to_str().unwrap(), "--out", out.to_str().unwrap()]);
        assert!(o.status.success(), "{}", stderr(&o));
        assert!(!stderr(&o).contains("owner secret"), "{}", stderr(&o));
    }
    // All that may differ is where things are from.
    let hidden = server.pg("db").replace(&format!("'{PASSWORD}'"), "***");
    let mut compared = 0;
    for entry in std::fs::read_dir(&from_database).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("secret"), "{name} has the password");
        if name.ends_with(".geojson") {
            let other = std::fs::read_to_string(from_files.join(&name)).unwrap();
            assert!(text.replace(&hidden, "practice.gpkg") == other, "{name} differs");
            compared += 1;
        }
    }
    assert!(compared > 15, "{compared}");

    // The version of the data is that of the tables' contents, in whatever order they come.
    let version = || crate::common::findings(&atlas).data_version;
    let first = version();
    server.psql("db", "UPDATE villages SET name = name");
    assert_eq!(version(), first);
    server.psql("db", "UPDATE villages SET name = name || '东' WHERE id = (SELECT min(id) FROM villages)");
    assert_ne!(version(), first);
    server.psql("db", "UPDATE villages SET name = rtrim(name, '东') WHERE id = (SELECT min(id) FROM villages)");

    // And results are sources again: villages and roads as this program wrote them.
    let o = cuntong(&["analyze", atlas.to_str().unwrap(), "--postgis", &server.url("db"), "--schema", "results"]);
    assert!(o.status.success(), "{}", stderr(&o));
    let connection = server.pg("db");
    let again = dir.path().join("again.toml");
    let text = format!(
        "id = \"again\"\n[[layers.villages]]\npath = \"{connection}\"\nlayer = \"results.villages\"\n\
         fields = {{ id = \"id\", name = \"name\", population = \"population\" }}\n\
         [[layers.roads]]\npath = \"{connection}\"\nlayer = \"results.roads\"\n\
         fields = {{ id = \"id\", class = \"class\", surface = \"surface\" }}\n"
    );
    std::fs::write(&again, text).unwrap();
    let found = crate::common::findings(&again);
    let villages: Value = serde_json::from_slice(&std::fs::read(from_files.join("villages.geojson")).unwrap()).unwrap();
    let names: Vec<&str> =
        villages["features"].as_array().unwrap().iter().map(|f| f["properties"]["name"].as_str().unwrap()).collect();
    assert_eq!(found.world.villages.len(), names.len());
    assert!(found.world.villages.iter().all(|v| names.contains(&v.name.as_str())));
    assert!(!found.world.roads.is_empty());
}

#[test]
fn readers_see_the_old_run_or_the_new_one() {
    let Some(server) = Server::start() else { return };
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (small, large) = (practice(a.path(), 40, &[]), practice(b.path(), 90, &[]));
    write(&server, &small, "cuntong").unwrap();
    // One that reads the tables one after the other in one snapshot, while they are replaced in between.
    let slow = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT data_version FROM cuntong.run; SELECT pg_sleep(6); \
                SELECT count(*) FROM cuntong.villages; SELECT count(*) FROM cuntong.roads; COMMIT";
    let slow = server.command("db", slow).stdout(Stdio::piped()).spawn().unwrap();
    // Others that ask all in one statement, again and again.
    let stop = std::sync::atomic::AtomicBool::new(false);
    let pairs = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let d = open(&server, "cuntong");
            let mut seen = Vec::new();
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                let q = "SELECT (SELECT data_version FROM cuntong.run) AS version, (SELECT count(*) FROM cuntong.villages) AS n";
                let mut answer = d.execute_sql(q, None, sql::Dialect::DEFAULT).unwrap().unwrap();
                let row = answer.features().next().map(|f| (f.field_as_string(0).unwrap(), f.field_as_integer64(1).unwrap()));
                seen.push(row.unwrap());
            }
            seen
        });
        std::thread::sleep(std::time::Duration::from_millis(1500));
        for found in [&large, &small, &large] {
            write(&server, found, "cuntong").unwrap();
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        reader.join().unwrap()
    });
    let of = |f: &Findings| (Some(f.data_version.clone()), Some(f.world.villages.len() as i64));
    for p in [of(&small), of(&large)] {
        assert!(pairs.contains(&p), "{p:?} was never seen among {} answers", pairs.len());
    }
    assert!(pairs.iter().all(|p| *p == of(&small) || *p == of(&large)), "a mixture: {pairs:?}");
    let said = String::from_utf8(slow.wait_with_output().unwrap().stdout).unwrap();
    let said: Vec<&str> = said.lines().filter(|l| !l.is_empty()).collect();
    let roads = small.world.roads.len().to_string();
    assert_eq!(said, [small.data_version.as_str(), &small.world.villages.len().to_string(), &roads]);
}

#[test]
fn other_columns_swap_the_table_and_a_failure_leaves_the_old_run() {
    let Some(server) = Server::start() else { return };
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let full = practice(a.path(), 60, &[]);
    let bare = practice(b.path(), 40, &["--no-power", "--no-water"]);
    let ask = |q: &str| server.psql("db", q);
    write(&server, &full, "cuntong").unwrap();
    ask("CREATE ROLE reader; GRANT SELECT ON ALL TABLES IN SCHEMA cuntong TO reader");
    // Another region with fewer columns: nothing to swap, so a view on a column that it lacks does not mind.
    ask("CREATE VIEW public.mine AS SELECT id, power_verdict FROM cuntong.villages");
    let oid = ask("SELECT 'cuntong.villages'::regclass::oid");
    write(&server, &bare, "cuntong").unwrap();
    assert_eq!(ask("SELECT data_version FROM cuntong.run"), bare.data_version);
    assert_eq!(ask("SELECT count(*) || ' ' || count(power_verdict) FROM public.mine"), "40 0");
    assert_eq!(ask("SELECT count(*) FROM cuntong.water_gaps"), "0", "a theme that is no more is empty");
    ask("DROP VIEW public.mine; ALTER TABLE cuntong.villages DROP COLUMN power_verdict");
    write(&server, &full, "cuntong").unwrap();
    assert_eq!(ask("SELECT count(power_verdict) FROM cuntong.villages"), "60", "a column that lacks is added");
    assert_eq!(ask("SELECT 'cuntong.villages'::regclass::oid"), oid, "the table is the one that it was");

    // A column of a type that does not hold the values, and a view that needs it.
    ask("ALTER TABLE cuntong.villages ALTER COLUMN population TYPE text");
    ask("CREATE VIEW public.mine AS SELECT id, population FROM cuntong.villages");
    let before = ask("SELECT md5(string_agg(v::text, ',' ORDER BY id)) FROM cuntong.villages v");
    let e = write(&server, &bare, "cuntong").unwrap_err().to_string();
    assert!(e.contains("mine") && e.contains("still there"), "{e}");
    assert_eq!(ask("SELECT md5(string_agg(v::text, ',' ORDER BY id)) FROM cuntong.villages v"), before);
    assert_eq!(ask("SELECT data_version FROM cuntong.run"), full.data_version);
    assert_eq!(ask("SELECT count(*) FROM pg_class WHERE relname LIKE '%\\_\\_new%'"), "0");
    ask("DROP VIEW public.mine");
    write(&server, &bare, "cuntong").unwrap();
    assert_eq!(ask("SELECT sum(population) > 0 FROM cuntong.villages"), "t");
    assert_ne!(ask("SELECT 'cuntong.villages'::regclass::oid"), oid);
    assert_eq!(ask("SELECT has_table_privilege('reader', 'cuntong.villages', 'SELECT')"), "t");
    assert_eq!(ask("SELECT count(*) FROM pg_class WHERE relname LIKE '%\\_\\_new%'"), "0");
    write(&server, &bare, "cuntong").unwrap();

    // Two at a time.
    let mut other = server
        .command("db", "BEGIN; SELECT pg_advisory_xact_lock(hashtext('cuntong cuntong')); SELECT pg_sleep(8)")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert!(matches!(write(&server, &bare, "cuntong"), Err(PostgisError::Busy { .. })));
    let _ = other.kill();
    let _ = other.wait();
}

#[test]
fn what_is_wrong_is_said_without_the_password() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let found = practice(dir.path(), 30, &["--no-power", "--no-water", "--no-social", "--no-projects"]);
    let atlas = dir.path().join("atlas.toml");
    let run = |url: &str, more: &[&str]| {
        let mut args = vec!["analyze", atlas.to_str().unwrap(), "--postgis", url];
        args.extend(more);
        let o = Command::new(env!("CARGO_BIN_EXE_cuntong")).args(&args).env("CUNTONG_LOG", "debug").output().unwrap();
        let said = stderr(&o) + &String::from_utf8_lossy(&o.stdout);
        for secret in ["secret", "wrong%2Fword", "wrong/word"] {
            assert!(!said.contains(secret), "{said}");
        }
        (o.status.code(), said)
    };
    let good = server.url("db");
    let (code, said) = run(&good.replace(ENCODED, "wrong%2Fword"), &[]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("cannot connect to postgresql://owner:***@127.0.0.1") && said.contains("authentication"),
        "{said}"
    );
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (code, said) = run(&good.replace(&server.port.to_string(), &closed.to_string()), &[]);
    assert!(code == Some(1) && said.contains("cannot connect"), "{said}");
    let (code, said) = run("mysql://owner:secret@host/x", &[]);
    assert!(code == Some(1) && said.contains("begins with postgresql://"), "{said}");
    let (code, said) = run(&server.url("plain"), &[]);
    assert!(code == Some(1) && said.contains("CREATE EXTENSION postgis"), "{said}");
    let (code, said) = run(&server.url("nowhere"), &[]);
    assert!(code == Some(1) && said.contains("nowhere"), "{said}");
    for name in ["a\"; DROP SCHEMA public CASCADE; --", "a b", "", "pg_catalog", "information_schema"] {
        let (code, said) = run(&good, &["--schema", name]);
        assert!(code == Some(2) && said.contains("no name for a schema"), "{name}: {said}");
    }

    // A schema where somebody else's tables are.
    server.psql("db", "CREATE TABLE public.roads (mine text); INSERT INTO public.roads VALUES ('precious')");
    let e = write(&server, &found, "public").unwrap_err();
    assert!(matches!(&e, PostgisError::Foreign { table, .. } if table == "roads"), "{e}");
    assert_eq!(server.psql("db", "SELECT mine FROM public.roads"), "precious");
    assert_eq!(
        server.psql("db", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename = 'villages'"),
        "0"
    );

    // Somebody who may not make a schema, and then one who may use it.
    server.psql("db", "CREATE ROLE guest LOGIN PASSWORD 'guest-secret'");
    let guest = format!("postgresql://guest:guest-secret@127.0.0.1:{}/db", server.port);
    let (code, said) = run(&guest, &["--schema", "theirs"]);
    assert!(code == Some(1) && said.contains("permission denied"), "{said}");
    server.psql("db", "CREATE SCHEMA theirs AUTHORIZATION guest; GRANT USAGE ON SCHEMA gis TO guest");
    let (code, said) = run(&guest, &["--schema", "theirs"]);
    assert!(code == Some(0) && said.contains("in schema theirs of postgresql://guest:***@"), "{said}");
}
