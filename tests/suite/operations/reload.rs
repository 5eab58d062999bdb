//! New data while the service answers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::*;

fn version(s: &Service) -> String {
    s.json("/health")["data_version"].as_str().unwrap().to_owned()
}

#[test]
fn by_request_by_signal_and_by_itself() {
    let dir = region(20, 1);
    let atlas = atlas(&dir);
    let (s, log) = start(&atlas, &["--watch", "0.2"], &[("ADMIN_TOKEN", TOKEN)]);
    let first = version(&s);
    let ready = s.json("/health/ready");
    assert_eq!((&ready["status"], &ready["last_reload"]), (&"ready".into(), &Value::Null));

    // Files: the page's title is in the summary.
    retitle(&atlas, "Second");
    until("the second title", || s.json("/api/summary")["title"]["en"] == "Second");
    let second = version(&s);
    assert_ne!(first, second);
    assert_eq!(s.json("/health/ready")["last_reload"]["cause"], "files");

    // A request: nothing changed, and that is said.
    let (status, told) = reload(&s);
    assert_eq!((status, &told["result"], &told["cause"]), (200, &"unchanged".into(), &"request".into()));
    assert_eq!(version(&s), second);

    // A signal.
    let loads = |s: &Service| s.json("/health/ready")["last_reload"]["ended"].clone();
    let before = loads(&s);
    std::thread::sleep(Duration::from_millis(1100));
    signal(&s, "-HUP");
    until("a load by signal", || loads(&s) != before);
    assert_eq!(s.json("/health/ready")["last_reload"]["cause"], "signal");

    // A broken atlas: the old goes on, and why is said in both places.
    let text = std::fs::read_to_string(&atlas).unwrap();
    std::fs::write(&atlas, text.replace("[[layers.villages]]", "[[layers.goats]]")).unwrap();
    until("the failure", || s.json("/health/ready")["status"] == "stale");
    let ready = s.json("/health/ready");
    let why = ready["last_reload"]["why"].as_str().unwrap();
    assert!(why.contains("goats") && why.contains("atlas.toml:"), "{why}");
    assert_eq!(ready["data_version"], second.as_str());
    assert_eq!(version(&s), second);
    let said = std::fs::read_to_string(&log).unwrap();
    assert!(said.contains("data not loaded; the old is served on") && said.contains("goats"), "{said}");
    let (status, told) = reload(&s);
    assert_eq!((status, &told["title"]), (422, &"Data not loaded".into()));

    // Mended, it is loaded without being asked.
    std::fs::write(&atlas, text).unwrap();
    until("the mended atlas", || s.json("/health/ready")["status"] == "ready");
    assert_eq!(version(&s), second);

    // A file that is missing, and one that is cut short: old data as well.
    let layer = std::fs::read_dir(dir.path())
        .unwrap()
        .flatten()
        .map(|e| e.path())
        .find(|p| p.extension().is_some_and(|e| e == "gpkg"))
        .unwrap();
    let whole = std::fs::read(&layer).unwrap();
    std::fs::write(&layer, &whole[..whole.len() / 2]).unwrap();
    let (status, told) = reload(&s);
    assert_eq!((status, version(&s)), (422, second.clone()), "{told}");
    std::fs::remove_file(&layer).unwrap();
    let (status, told) = reload(&s);
    assert_eq!((status, version(&s)), (422, second.clone()), "{told}");
    assert!(told["detail"].as_str().unwrap().contains("there is no such file"), "{told}");
    std::fs::write(&layer, whole).unwrap();
    assert_eq!((reload(&s).0, version(&s)), (200, second));
    let figures = s.get("/metrics", &[]).body_mut().read_to_string().unwrap();
    assert!(figures.contains("cuntong_reloads_total{result=\"changed\"} 1\n"), "{figures}");
    assert!(figures.contains("cuntong_last_reload_failed 0\n"));
}

/// Answers of many clients while data changes between two versions: each is of one of them, whole.
#[test]
fn no_answer_is_of_two_versions() {
    let dir = region(30, 2);
    let atlas = atlas(&dir);
    let (s, _) = start(&atlas, &[], &[("ADMIN_TOKEN", TOKEN)]);
    let paths = [
        "/api/summary",
        "/",
        "/api/rankings?limit=2",
        "/collections/villages/items?limit=5",
        "/ogc?f=json",
        "/nothing",
    ];
    let ask = |path: &str| {
        let mut r = s.get(path, &[]);
        let version = r.headers()["x-data-version"].to_str().unwrap().to_owned();
        let text = r.body_mut().with_config().limit(50_000_000).read_to_string().unwrap();
        (version, r.status().as_u16(), text)
    };
    let text_of = |text: &str| {
        // The moment of the answer is its own.
        let mut v: Value = serde_json::from_str(text).unwrap_or_else(|_| text.into());
        if let Some(o) = v.as_object_mut() {
            o.remove("timeStamp");
        }
        v
    };
    // What each version answers, alone.
    let mut known: std::collections::BTreeMap<(String, &str), (u16, Value)> = Default::default();
    let versions: Vec<String> = ["One", "Two"]
        .into_iter()
        .map(|title| {
            retitle(&atlas, title);
            assert_eq!(reload(&s).0, 200);
            for path in paths {
                let (version, status, text) = ask(path);
                known.insert((version, path), (status, text_of(&text)));
            }
            version(&s)
        })
        .collect();
    assert_eq!(known.len(), 2 * paths.len());
    assert_ne!(known[&(versions[0].clone(), paths[0])].1["title"], known[&(versions[1].clone(), paths[0])].1["title"]);
    let done = AtomicBool::new(false);
    let seen = std::sync::Mutex::new(std::collections::BTreeMap::<String, usize>::new());
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let (done, seen, ask, known, text_of) = (&done, &seen, &ask, &known, &text_of);
            scope.spawn(move || {
                for i in worker.. {
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                    let path = paths[i % paths.len()];
                    let (version, status, text) = ask(path);
                    let (was, whole) =
                        known.get(&(version.clone(), path)).unwrap_or_else(|| panic!("{version} {path}"));
                    assert_eq!(*was, status, "{path}");
                    assert_eq!(*whole, text_of(&text), "{path}");
                    *seen.lock().unwrap().entry(version).or_default() += 1;
                }
            });
        }
        for i in 0..6 {
            retitle(&atlas, ["One", "Two"][i % 2]);
            let (status, told) = reload(&s);
            assert_eq!((status, &told["result"]), (200, &"changed".into()));
        }
        done.store(true, Ordering::Relaxed);
    });
    let seen = seen.into_inner().unwrap();
    assert!(seen.len() == 2 && seen.values().all(|n| *n > 3), "both versions were seen: {seen:?}");
}

/// Killed at any moment of a load, the service begins again with what is on disk, and its store of snapshots is whole.
/// `CUNTONG_KILLS=200` for the whole number; fewer else.
#[test]
fn killed_at_any_moment() {
    let kills: u64 = std::env::var("CUNTONG_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(6);
    let dir = region(20, 3);
    let atlas = atlas(&dir);
    let text = std::fs::read_to_string(&atlas).unwrap();
    std::fs::write(&atlas, format!("{text}\n[snapshots]\nstore = \"runs.gpkg\"\n")).unwrap();
    let o = cuntong(&["snapshot", "keep", atlas.to_str().unwrap(), "--date", "2017-12-31"]);
    assert!(o.status.success(), "{}", stderr(&o));
    let kept = std::fs::read(dir.path().join("runs.gpkg")).unwrap();
    let mut versions = std::collections::BTreeSet::new();
    let (mut whole, mut dice) = (1_000, 20_171_231u64);
    for i in 0..kills {
        let (mut s, _) = start(&atlas, &[], &[("ADMIN_TOKEN", TOKEN)]);
        versions.insert(version(&s));
        assert_eq!(s.json("/snapshots")["snapshots"].as_array().map(Vec::len), Some(1), "kill {i}");
        if i == 0 {
            // How long a load takes here.
            let begin = std::time::Instant::now();
            assert_eq!(reload(&s).0, 200);
            whole = begin.elapsed().as_millis() as u64;
        }
        retitle(&atlas, &format!("Title {i}"));
        signal(&s, "-HUP");
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_micros((dice >> 33) % (whole * 1_200)));
        signal(&s, "-KILL");
        assert!(!s.child.wait().unwrap().success());
    }
    let (s, _) = start(&atlas, &[], &[]);
    assert_eq!(s.json("/api/summary")["title"]["en"], format!("Title {}", kills - 1));
    assert_eq!(versions.len() as u64, kills);
    assert!(kept == std::fs::read(dir.path().join("runs.gpkg")).unwrap(), "nobody writes to the store");
}

#[test]
fn administration_is_for_whoever_has_the_token() {
    let dir = region(20, 1);
    let atlas = atlas(&dir);
    let (s, _) = start(&atlas, &[], &[]);
    assert_eq!(post(&s, "/admin/reload", &[("Authorization", "Bearer x")], "").0, 404);
    drop(s);
    let (s, log) = start(&atlas, &[], &[("ADMIN_TOKEN", TOKEN)]);
    assert_eq!(s.get("/admin/reload", &[]).status(), 405);
    assert_eq!(s.get("/admin/reload", &[]).headers()["allow"], "POST");
    let r = s.get("/admin/other", &[]);
    assert_eq!(r.status(), 404);
    let bearer = format!("Bearer {TOKEN}");
    assert_eq!(post(&s, "/admin/reload", &[("Authorization", &bearer)], "").0, 202);
    assert_eq!(post(&s, "/admin/reload?wait=perhaps", &[("Authorization", &bearer)], "").0, 400);
    let basic = format!("Basic {TOKEN}");
    for wrong in ["", "Bearer", "Bearer ", &format!("{bearer}x"), &bearer[..bearer.len() - 1], &basic] {
        let (status, _, body) = post(&s, "/admin/reload", &[("Authorization", wrong)], "");
        assert_eq!((status, &body["title"]), (401, &"Not allowed".into()), "{wrong}");
    }
    // Whoever goes on guessing has to wait, and the token is in no log.
    let tries: Vec<_> = (0..8).map(|_| post(&s, "/admin/reload", &[("Authorization", "Bearer guess")], "")).collect();
    assert!(tries.iter().any(|(status, retry, _)| *status == 429 && retry.is_some()), "{tries:?}");
    assert!(!std::fs::read_to_string(log).unwrap().contains(TOKEN));
}
