//! Settings at the face of the program, headers, figures.

use super::*;

fn serve(args: &[&str], env: &[(&str, &str)]) -> (Option<i32>, String) {
    let o =
        Command::new(env!("CARGO_BIN_EXE_cuntong")).arg("serve").args(args).envs(env.iter().copied()).output().unwrap();
    (o.status.code(), stderr(&o))
}

#[test]
fn what_is_wrong_is_told_before_anything_is_done() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("serve.toml");
    let config = file.to_str().unwrap();
    std::fs::write(&file, "atlas = \"atlas.toml\"\nbnid = \"127.0.0.1:0\"\n").unwrap();
    let atlas = "data/liechtenstein/atlas.toml";
    for (args, env, part) in [
        (&[][..], &[][..], "no atlas is named"),
        (&["--config", config], &[], "serve.toml:2:1: unknown field `bnid`"),
        (&["--config", "/no/such.toml"], &[], "/no/such.toml: cannot be read"),
        (&[atlas, "--bind", "0.0.0.0:0"], &[], "--allow-remote"),
        (&[atlas], &[("CUNTONG_SERVE_BIND", "0.0.0.0:0")], "--allow-remote"),
        (&[atlas], &[("CUNTONG_SERVE_BNID", "x")], "CUNTONG_SERVE_BNID"),
        (&[atlas], &[("CUNTONG_SERVE_ADMIN_TOKEN", "short")], "it needs at least 24"),
        (&[atlas, "--bind", "127.0.0.1:1", "--watch=-1"], &[], "watch"),
        (&["no/such/atlas.toml", "--bind", "127.0.0.1:0"], &[], "no/such/atlas.toml"),
    ] {
        let (code, said) = serve(args, env);
        assert!(code == Some(1) || code == Some(2), "{args:?}: {code:?} {said}");
        assert!(said.contains(part), "{args:?} {env:?}: {said}");
    }
    // An address that is taken is told at once.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (code, said) = serve(&[atlas, "--bind", &taken.local_addr().unwrap().to_string()], &[]);
    assert!(code == Some(1) && said.contains("cannot serve at"), "{said}");
}

#[test]
fn a_file_of_settings_with_a_token_in_another() {
    let dir = region(20, 1);
    std::fs::write(dir.path().join("token"), format!("{TOKEN}\n")).unwrap();
    let file = dir.path().join("serve.toml");
    let text = "atlas = \"atlas.toml\"\nbind = \"127.0.0.1:0\"\nadmin_token_file = \"token\"\nmetrics = false\n\
                basemap = \"https://tiles.example.org/{z}/{x}/{y}.png\"\nlog_requests = false\nroots = [\".\"]\n";
    std::fs::write(&file, text).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_cuntong"))
        .args(["serve", "--config", file.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let base = address(&mut child).unwrap();
    let s = Service { child, base };
    assert_eq!(s.get("/metrics", &[]).status(), 404);
    assert_eq!(reload(&s).0, 200);
    let r = s.get("/", &[]);
    let policy = r.headers()["content-security-policy"].to_str().unwrap();
    for part in
        ["img-src 'self' data: blob: https://tiles.example.org;", "connect-src 'self' https://tiles.example.org;"]
    {
        assert!(policy.contains(part), "{policy}");
    }
}

#[test]
fn every_answer_has_its_headers() {
    let dir = region(20, 1);
    let (s, _) = start(&atlas(&dir), &[], &[]);
    for path in [
        "/",
        "/ogc?f=html",
        "/api/summary",
        "/nothing",
        "/collections/villages/items?limit=0",
        "/metrics",
        "/health/live",
    ] {
        let r = s.get(path, &[]);
        let h = r.headers();
        for (name, part) in [
            ("content-security-policy", "default-src 'self'"),
            ("content-security-policy", "frame-ancestors 'self'"),
            ("content-security-policy", "object-src 'none'"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("permissions-policy", "camera=()"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert!(h[name].to_str().unwrap().contains(part), "{path} {name}");
        }
        assert!(h["x-data-version"].len() == 16 && h["x-request-id"].len() >= 10, "{path}");
        assert!(!h["content-security-policy"].to_str().unwrap().contains("script-src 'self' 'unsafe"), "{path}");
    }
}

#[test]
fn figures_for_prometheus() {
    let dir = region(20, 1);
    let (s, _) = start(&atlas(&dir), &[], &[]);
    for _ in 0..3 {
        s.json("/api/summary");
    }
    for i in 0..5 {
        s.get(&format!("/made/up/{i}"), &[]);
    }
    let mut r = s.get("/metrics", &[]);
    assert!(r.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    let text = r.body_mut().read_to_string().unwrap();
    let value = |name: &str| -> f64 {
        let line = text.lines().find(|l| l.starts_with(name) && l[name.len()..].starts_with(' '));
        line.unwrap_or_else(|| panic!("{name}: {text}")).rsplit(' ').next().unwrap().parse().unwrap()
    };
    assert_eq!(value("cuntong_requests_total{route=\"/api/summary\",method=\"GET\",status=\"200\"}"), 3.0);
    // Addresses that somebody makes up are one line.
    assert_eq!(value("cuntong_requests_total{route=\"page\",method=\"GET\",status=\"404\"}"), 5.0);
    assert_eq!(value("cuntong_request_duration_seconds_count{route=\"/api/summary\"}"), 3.0);
    assert_eq!(value("cuntong_request_duration_seconds_bucket{route=\"/api/summary\",le=\"+Inf\"}"), 3.0);
    assert_eq!(value("cuntong_requests_in_hand"), 1.0);
    assert!(value("process_resident_memory_bytes") > 1e6 && value("cuntong_data_age_seconds") >= 0.0);
    assert!(value("cuntong_stage_seconds{stage=\"analysis\"}") > 0.0);
    // Each family is introduced once, and every line is of one.
    let mut families = std::collections::BTreeSet::new();
    for line in text.lines() {
        match line.strip_prefix("# TYPE ") {
            Some(rest) => assert!(families.insert(rest.split(' ').next().unwrap().to_owned()), "{line}"),
            None if line.starts_with('#') => {}
            None => {
                let name = line.split(['{', ' ']).next().unwrap();
                let known = ["", "_bucket", "_sum", "_count"]
                    .iter()
                    .any(|e| name.strip_suffix(e).is_some_and(|n| families.contains(n)));
                assert!(known && line.rsplit(' ').next().unwrap().parse::<f64>().is_ok(), "{line}");
            }
        }
    }
}
