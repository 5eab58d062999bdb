//! The end: SIGTERM finishes requests in hand.

use std::time::{Duration, Instant};

use super::*;

#[test]
fn requests_in_hand_are_finished() {
    let dir = region(400, 4);
    let (mut s, log) = start(&atlas(&dir), &[], &[]);
    let base = s.base.clone();
    let hand = std::thread::spawn(move || {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut r = agent.get(format!("{base}/api/plans/all?budget=1e9")).call().unwrap();
        let body: Value = r.body_mut().with_config().limit(100_000_000).read_json().unwrap();
        (r.status().as_u16(), body)
    });
    until("the request", || {
        let figures = s.get("/metrics", &[]).body_mut().read_to_string().unwrap();
        figures.contains("cuntong_heavy_running 1\n") || hand.is_finished()
    });
    signal(&s, "-TERM");
    let (status, body) = hand.join().unwrap();
    assert_eq!(status, 200);
    assert!(body["steps"].is_array() || body["rows"].is_array(), "{body}");
    let begin = Instant::now();
    let ended = s.child.wait().unwrap();
    assert!(ended.success() && begin.elapsed() < Duration::from_secs(40), "{ended:?}");
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("\"stopped\""), "{log}");
}

/// What systemd is told, and lines of the log that a machine can read.
#[test]
fn systemd_and_logs() {
    let dir = region(20, 1);
    let socket = dir.path().join("notify");
    let told = std::os::unix::net::UnixDatagram::bind(&socket).unwrap();
    told.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let atlas = atlas(&dir);
    let log = atlas.with_extension("log");
    let mut child = Command::new(env!("CARGO_BIN_EXE_cuntong"))
        .args(["--log-json", "serve", atlas.to_str().unwrap(), "--bind", "127.0.0.1:0"])
        .env("NOTIFY_SOCKET", &socket)
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let base = address(&mut child).unwrap();
    let mut s = Service { child, base };
    let mut words = [0; 64];
    let mut word = || {
        let n = told.recv(&mut words).unwrap();
        String::from_utf8_lossy(&words[..n]).into_owned()
    };
    assert_eq!(word(), "READY=1");
    let r = s.get("/api/summary?x=1", &[("X-Request-Id", "from-the-proxy.1")]);
    assert_eq!(r.headers()["x-request-id"], "from-the-proxy.1");
    let odd = s.get("/health", &[("X-Request-Id", "a b\"c")]);
    let own = odd.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert!(own != "a b\"c" && own.len() > 8);
    signal(&s, "-TERM");
    assert_eq!(word(), "STOPPING=1");
    s.child.wait().unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    let lines: Vec<Value> =
        log.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{l}: {e}"))).collect();
    let mine = lines.iter().find(|l| l["fields"]["id"] == "from-the-proxy.1").unwrap_or_else(|| panic!("{log}"));
    assert_eq!((&mine["fields"]["status"], &mine["fields"]["query"]), (&400.into(), &"x=1".into()));
    assert!(lines.iter().any(|l| l["fields"]["id"] == own.as_str() && l["fields"]["path"] == "/health"));
}
