//! Who may ask how much, and how slowly.

use std::time::{Duration, Instant};

use super::*;

/// A scenario that takes its time: many drawn roads.
fn scenario(edits: usize) -> String {
    let features: Vec<String> = (0..edits)
        .map(|i| {
            let x = 120.0 + i as f64 * 1e-4;
            format!(
                r#"{{"type":"Feature","properties":{{"edit":"road","surface":"paved"}},"geometry":{{"type":"LineString","coordinates":[[{x},41.0],[{x},41.001]]}}}}"#
            )
        })
        .collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

#[test]
fn a_client_has_so_many_scenarios() {
    let dir = region(20, 1);
    let limits = [("LIMITS_SCENARIOS_AT_ONCE", "3"), ("LIMITS_SCENARIOS_PER_MINUTE", "6")];
    let (s, _) = start(&atlas(&dir), &[], &limits);
    let empty = r#"{"type":"FeatureCollection","features":[]}"#;
    let all: Vec<_> = (0..5).map(|_| post(&s, "/scenarios", &[], empty)).collect();
    let of = |status: u16| all.iter().filter(|a| a.0 == status).count();
    assert_eq!((of(429), all.len() - of(429)), (2, 3), "{all:?}");
    let (_, retry, body) = all.iter().find(|a| a.0 == 429).unwrap();
    let wait: u64 = retry.as_ref().unwrap().parse().unwrap();
    assert!((1..=10).contains(&wait) && body["detail"].as_str().unwrap().contains("scenarios"));
    // Everything else goes on; whoever is named by nobody trusted is the peer still.
    assert_eq!(s.get("/api/summary", &[]).status(), 200);
    assert_eq!(post(&s, "/scenarios", &[("X-Forwarded-For", "203.0.113.5")], empty).0, 429);
}

#[test]
fn heavy_work_queues_and_then_is_refused() {
    let dir = region(400, 4);
    let limits = [
        ("LIMITS_HEAVY", "1"),
        ("LIMITS_HEAVY_QUEUE", "1"),
        ("LIMITS_HEAVY_WAIT_SECONDS", "0.5"),
        ("LIMITS_SCENARIOS_AT_ONCE", "1000"),
    ];
    let (s, _) = start(&atlas(&dir), &[], &limits);
    let answers: Vec<(u16, Option<String>, Value)> = std::thread::scope(|scope| {
        let ask = |i: usize| {
            let mut r = s.get(&format!("/api/plans/all?budget={}", 1_000_000 + i), &[]);
            let retry = r.headers().get("retry-after").map(|v| v.to_str().unwrap().to_owned());
            (r.status().as_u16(), retry, r.body_mut().with_config().limit(100_000_000).read_json().unwrap_or_default())
        };
        let hands: Vec<_> = (0..12).map(|i| scope.spawn(move || ask(i))).collect();
        // Light work is not behind it.
        let begin = Instant::now();
        assert_eq!(s.get("/collections/villages/items?limit=1", &[]).status(), 200);
        assert!(begin.elapsed() < Duration::from_secs(10));
        hands.into_iter().map(|h| h.join().unwrap()).collect()
    });
    let busy: Vec<_> = answers.iter().filter(|a| a.0 == 503).collect();
    assert!(answers.iter().all(|a| [200, 503].contains(&a.0)) && answers.iter().any(|a| a.0 == 200), "{answers:?}");
    assert!(!busy.is_empty() && busy.len() < 12, "{} of 12 are refused", busy.len());
    for (_, retry, body) in &busy {
        assert_eq!((retry.as_deref(), &body["title"], &body["status"]), (Some("1"), &"Busy".into(), &503.into()));
    }
    // Afterwards there is room again.
    until("room", || s.get("/api/plans/all?budget=5", &[]).status() == 200);
    let figures = s.get("/metrics", &[]).body_mut().read_to_string().unwrap();
    assert!(figures.contains(&format!("cuntong_busy_total {}\n", busy.len())), "{figures}");
    assert!(
        figures.contains("cuntong_heavy_running 0\n") && figures.contains("cuntong_heavy_waiting 0\n"),
        "{figures}"
    );
}

#[test]
fn what_is_not_done_in_time_is_told() {
    let dir = region(400, 4);
    let (s, _) = start(&atlas(&dir), &[], &[("LIMITS_REQUEST_SECONDS", "0.01")]);
    let mut r = s.get("/api/plans/all?budget=1e9", &[]);
    let body: Value = r.body_mut().read_json().unwrap();
    assert_eq!((r.status().as_u16(), &body["title"]), (503, &"Not done in time".into()));
    assert!(r.headers().contains_key("retry-after"));
    // What was begun has its place until it is done.
    until("the place", || {
        let figures = s.get("/metrics", &[]).body_mut().read_to_string().unwrap();
        figures.contains("cuntong_heavy_running 0\n")
    });
}

#[test]
fn sizes() {
    let dir = region(20, 1);
    let limits = [("LIMITS_QUERY_BYTES", "2000"), ("LIMITS_BODY_BYTES", "3000"), ("LIMITS_ANSWER_BYTES", "20000")];
    let (s, _) = start(&atlas(&dir), &[], &limits);
    let mut long = s.get(&format!("/collections/villages/items?filter={}", "a".repeat(3000)), &[]);
    assert_eq!(long.status(), 414);
    assert_eq!(long.body_mut().read_json::<Value>().unwrap()["title"], "Address too long");
    let (status, _, body) = post(&s, "/scenarios", &[], &scenario(100));
    assert_eq!((status, &body["title"]), (413, &"Body too long".into()));
    for path in ["/collections/roads/items?limit=100000", "/collections/roads/items?f=csv"] {
        let mut r = s.get(path, &[]);
        let body: Value = r.body_mut().read_json().unwrap();
        assert_eq!(r.status(), 400, "{path}");
        assert!(body["detail"].as_str().unwrap().contains("more than 20000 bytes"), "{body}");
    }
    assert_eq!(s.get("/collections/roads/items?limit=3", &[]).status(), 200);
    assert_eq!(s.json("/health")["status"], "ok");
}

/// Slow heads, slow bodies, and answers that nobody fetches end; others are served meanwhile.
#[test]
fn slow_clients() {
    let dir = region(150, 5);
    let limits = [
        ("LIMITS_HEADER_SECONDS", "1"),
        ("LIMITS_REQUEST_SECONDS", "2"),
        ("LIMITS_IDLE_SECONDS", "1"),
        ("LIMITS_SEND_SECONDS", "2"),
        ("WORKERS", "1"),
    ];
    let (s, _) = start(&atlas(&dir), &[], &limits);
    // A head that never ends, a byte at a time, on many connections.
    let begin = Instant::now();
    let mut slow: Vec<_> = (0..100).map(|_| connect(&s)).collect();
    for c in &mut slow {
        c.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\nX-").unwrap();
    }
    assert_eq!(s.json("/health")["status"], "ok");
    let mut ended = 0;
    for c in &mut slow {
        let mut out = Vec::new();
        let _ = c.read_to_end(&mut out);
        let text = String::from_utf8_lossy(&out);
        ended += usize::from(out.is_empty() || text.starts_with("HTTP/1.1 408"));
    }
    assert_eq!(ended, 100);
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());

    // A body that never comes.
    let said = raw(&s, b"POST /scenarios HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{");
    assert!(said.starts_with("HTTP/1.1 408") && said.contains("Too slow"), "{said}");

    // A connection that says nothing more.
    let begin = Instant::now();
    let said = raw(&s, b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(said.starts_with("HTTP/1.1 200") && begin.elapsed() < Duration::from_secs(15));

    // Answers that nobody fetches: the connection is given up, and with it the memory of the answer.
    let mut deaf = connect(&s);
    let many = b"GET /collections/roads/items?limit=100000 HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200);
    let _ = deaf.write_all(&many);
    std::thread::sleep(Duration::from_secs(6));
    let pid = s.child.id();
    let open = || {
        std::fs::read_dir(format!("/proc/{pid}/fd"))
            .unwrap()
            .flatten()
            .filter(|e| std::fs::read_link(e.path()).is_ok_and(|l| l.to_string_lossy().starts_with("socket:")))
            .count()
    };
    let before = open();
    drop(deaf);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(open(), before, "the connection was gone before its client went");
    assert_eq!(s.json("/health")["status"], "ok");
}
