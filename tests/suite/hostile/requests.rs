//! Hostile requests. Afterwards the service answers as before.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::{Service, cuntong, stderr};

const TOKEN: &str = "not-a-secret-but-long-enough";
/// No answer takes longer, on a slow machine that builds something else as well.
const LONGEST: Duration = Duration::from_secs(30);

fn service() -> (Service, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().to_str().unwrap();
    let o = cuntong(&["synthesize", "--villages", "60", "--seed", "9", "--id", "hostile", "--out", out]);
    assert!(o.status.success(), "{}", stderr(&o));
    let atlas = dir.path().join("atlas.toml");
    (Service::start_set(atlas.to_str().unwrap(), &[], &[("CUNTONG_SERVE_ADMIN_TOKEN", TOKEN)]), dir)
}

/// Status, head and body of whatever comes back; the connection is closed after it.
fn send(s: &Service, bytes: &[u8]) -> (u16, String, Vec<u8>) {
    let mut c = TcpStream::connect(s.base.strip_prefix("http://").unwrap()).unwrap();
    c.set_read_timeout(Some(LONGEST)).unwrap();
    // The other side may hang up before it has all.
    let _ = c.write_all(bytes);
    let mut out = Vec::new();
    let _ = c.read_to_end(&mut out);
    let end = out.windows(4).position(|w| w == b"\r\n\r\n").map_or(out.len(), |i| i + 4);
    let head = String::from_utf8_lossy(&out[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|t| t.parse().ok()).unwrap_or(0);
    (status, head, out.split_off(end))
}

fn request(method: &str, target: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut out = format!("{method} {target} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{headers}").into_bytes();
    if !body.is_empty() || method == "POST" {
        out.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(body);
    out
}

fn enc(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// A problem as RFC 9457 has it, of this status, with this in its detail.
fn is_problem(what: &str, (status, head, body): &(u16, String, Vec<u8>), expected: u16, part: &str) {
    let text = String::from_utf8_lossy(body);
    assert_eq!(*status, expected, "{what}: {head}{text}");
    assert!(head.to_lowercase().contains("content-type: application/problem+json"), "{what}: {head}");
    let p: Value = serde_json::from_slice(body).unwrap_or_else(|e| panic!("{what}: {e}: {text}"));
    assert_eq!(p["status"], expected, "{what}");
    assert!(p["detail"].as_str().unwrap().contains(part), "{what}: {text} has no {part:?}");
}

#[test]
fn hostile_addresses() {
    let (s, _dir) = service();
    let filter = |text: &str| format!("/collections/villages/items?filter={}", enc(text));
    let json = |text: &str| format!("/collections/villages/items?filter-lang=cql2-json&filter={}", enc(text));
    let items = |query: &str| format!("/collections/villages/items?{query}");
    let cases: Vec<(String, u16, &str)> = vec![
        // Files are not named by requests.
        ("/../../etc/passwd".into(), 404, "nothing"),
        ("/..%2f..%2fetc%2fpasswd".into(), 404, "nothing"),
        ("/%2e%2e/%2e%2e/etc/passwd".into(), 404, "nothing"),
        ("/assets/../../../etc/passwd".into(), 404, "nothing"),
        ("/assets/..%5c..%5cwindows%5cwin.ini".into(), 404, "nothing"),
        ("//etc/passwd".into(), 404, "nothing"),
        ("/index.html%00.js".into(), 404, "nothing"),
        ("/assets/%ff%fe".into(), 404, "nothing"),
        ("/collections/..%2f..%2fetc%2fpasswd/items".into(), 404, "no collection"),
        ("/collections/%00/items".into(), 404, "no collection"),
        ("/collections/%2Fvsicurl%2Fhttp%3A%2F%2Fx/items".into(), 404, "no collection"),
        ("/collections/villages/items/..%2f..%2fatlas.toml".into(), 404, "no feature"),
        ("/styles/..%2f..%2fetc%2fpasswd".into(), 404, "passwd"),
        ("/tileMatrixSets/%3Cscript%3E".into(), 404, "script"),
        (items("path=/etc/passwd"), 400, "path: unknown parameter"),
        (items("f=/vsicurl/http://127.0.0.1/x"), 400, "f:"),
        (items("f=gpkg%00"), 400, "f:"),
        (items("crs=http://127.0.0.1:1/evil"), 400, "crs:"),
        (items("bbox=1,2,3,4&bbox-crs=file:///etc/passwd"), 400, "bbox-crs:"),
        (items("crs=%2Bproj%3Dpipeline"), 400, "crs:"),
        ("/api/plans/..%2f..%2fetc".into(), 404, "theme"),
        // Not markup, not SQL, not code.
        (items("f=html&filter=%3Cscript%3Ealert(1)%3C/script%3E"), 400, "filter:"),
        ("/api/rankings?by=%3Cscript%3E".into(), 400, "none of need, people, value"),
        (filter("id = 'x' OR 1=1; --"), 400, "filter:"),
        (filter("name LIKE '%' UNION SELECT * FROM users"), 400, "filter:"),
        (filter("id = load_extension('x')"), 400, "no function"),
        (items("sortby=id;DROP%20TABLE%20villages"), 400, "sortby:"),
        (items("properties=__proto__"), 400, "properties:"),
        (items("county=%27%20OR%201=1&x=1"), 400, "unknown parameter"),
        ("/api/rankings?county=%27%20OR%201=1".into(), 400, "no county"),
        // Numbers that are none, or too many.
        (items("bbox=1,2,3"), 400, "bbox:"),
        (items("bbox=NaN,0,1,1"), 400, "bbox:"),
        (items("bbox=1e400,0,1,1"), 400, "bbox:"),
        (items("bbox=0,-inf,1,inf"), 400, "bbox:"),
        (items("limit=-1"), 400, "limit:"),
        (items("limit=0x10"), 400, "limit:"),
        (items("limit=1&limit=2"), 400, "given twice"),
        (items("offset=-9223372036854775808"), 400, "offset:"),
        (items("cursor=AAAA"), 400, "cursor:"),
        (items("cursor=%F0%9F%92%A9"), 400, "cursor:"),
        (items("datetime=../.."), 400, "datetime:"),
        (items("datetime=9999999999-01-01"), 400, "datetime:"),
        ("/api/plans/all".into(), 400, "budget: is needed"),
        ("/api/plans/all?budget=nan".into(), 400, "budget:"),
        ("/api/plans/all?budget=-1".into(), 400, "budget:"),
        ("/api/plans/all?budget=1e999".into(), 400, "budget:"),
        ("/api/plans/all?budget=1&weights=roads:inf".into(), 400, "weights:"),
        ("/api/plans/all?budget=1&floors=water:1e999".into(), 400, "floors:"),
        ("/api/plans/goats".into(), 404, "theme"),
        ("/tiles/WebMercatorQuad/99999999999/0/0".into(), 404, "tile matrix"),
        ("/tiles/WebMercatorQuad/0/4294967296/0".into(), 404, "rows and columns"),
        ("/tiles/WebMercatorQuad/0/-1/0".into(), 400, "tileRow"),
        // Depth and length.
        (filter(&"(".repeat(3000)), 400, "filter:"),
        (filter(&format!("{}a = 1", "NOT ".repeat(2000))), 400, "nested deeper than 60"),
        (filter(&"a".repeat(9000)), 400, "longer than 8192 bytes"),
        (json(&format!("{}1{}", "[".repeat(4000), "]".repeat(4000))), 400, "filter:"),
        (json(r#"{"op":"and","args":[]}"#), 400, "filter:"),
        (json("{\"op\":\"=\",\"args\":[{\"property\":\"\\ud800\"},1]}"), 400, "filter:"),
        (items("filter-lang=sql&filter=1"), 400, "filter-lang:"),
        (format!("/{}", "a/".repeat(20_000)), 414, "more than 32768 bytes"),
        (filter("S_INTERSECTS(geometry, POLYGON((0 0, 1e308 1e308, 1 0)))"), 400, "filter:"),
    ];
    assert!(cases.len() >= 50);
    for (target, status, part) in &cases {
        let begin = Instant::now();
        is_problem(target, &send(&s, &request("GET", target, "", b"")), *status, part);
        assert!(begin.elapsed() < LONGEST, "{target}");
    }
    assert_eq!(s.json("/health")["status"], "ok");
}

/// What is right but dear, or odd: it is answered, soon.
#[test]
fn dear_and_odd_addresses() {
    let (s, _dir) = service();
    let likes = format!("name LIKE '{}x'", "%a".repeat(500));
    let tower = format!("population = {}", vec!["2"; 500].join(" ^ "));
    let many: Vec<String> = (0..380).map(|i| format!("population = {i}")).collect();
    for (text, expected) in [(likes, 200), (tower, 400), (many.join(" OR "), 200)] {
        let begin = Instant::now();
        let (status, _, body) =
            send(&s, &request("GET", &format!("/collections/villages/items?filter={}", enc(&text)), "", b""));
        assert_eq!(status, expected, "{text}: {}", String::from_utf8_lossy(&body));
        assert!(begin.elapsed() < LONGEST, "{:?}: {text}", begin.elapsed());
    }
    for (query, returned) in
        [("limit=99999999999999999999", 60), ("offset=99999999999999999999", 0), ("bbox=170,-90,-170,90", 0)]
    {
        assert_eq!(s.json(&format!("/collections/villages/items?{query}"))["numberReturned"], returned, "{query}");
    }
    // Markup in a request comes back as text.
    let (_, _, body) =
        send(&s, &request("GET", "/collections/villages/items?f=html&limit=2&sortby=id", "Host2: x\r\n", b""));
    let page = String::from_utf8_lossy(&body);
    assert!(page.contains("<table") && !page.contains("<script"), "{page}");
}

#[test]
fn hostile_methods_and_headers() {
    let (s, _dir) = service();
    for (method, target, headers, status, part) in [
        ("DELETE", "/api/summary", "", 405, "DELETE"),
        ("TRACE", "/", "", 405, "TRACE"),
        ("PUT", "/collections/villages", "", 405, "PUT"),
        ("PATCH", "/collections/villages/items/1", "", 405, "PATCH"),
        ("POST", "/api/summary", "", 405, "POST"),
        ("GET", "/scenarios", "", 405, "POST"),
        ("BREW", "/health", "", 405, "BREW"),
        ("GET", "/admin/reload", "", 405, "use POST"),
        ("POST", "/admin/reload", "", 401, "token"),
        ("POST", "/admin/reload?path=/etc/passwd", "Authorization: Bearer x\r\n", 401, "token"),
        ("POST", "/admin/reload", "Authorization: Bearer \u{e9}\r\n", 401, "token"),
        ("GET", "/ogc", "Accept: image/png\r\n", 406, "image/png"),
    ] {
        let what = format!("{method} {target}");
        is_problem(&what, &send(&s, &request(method, target, headers, b"")), status, part);
    }
    // Whoever says where the service is, is not believed beyond an address.
    for header in [
        "X-Forwarded-Host: evil\"><script>alert(1)</script>\r\n",
        "X-Forwarded-Prefix: /\"><script>\r\n",
        "Forwarded: host=\"e><script>\";proto=javascript\r\n",
    ] {
        let (status, _, body) = send(&s, &request("GET", "/ogc?f=html", header, b""));
        let page = String::from_utf8_lossy(&body);
        assert!(status == 200 && !page.contains("<script") && !page.contains("javascript:"), "{header}");
    }
    // Other pages may read, but not with a token.
    let headers = "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n";
    let (_, head, _) = send(&s, &request("OPTIONS", "/admin/reload", headers, b""));
    assert!(
        !head.to_lowercase().contains("access-control-allow-headers: *")
            && !head.to_lowercase().contains("allow-headers: authorization"),
        "{head}"
    );
    // An id that would break a line of the log is not taken.
    let (_, head, _) = send(&s, &request("GET", "/health", "X-Request-Id: a}{\"b\r\n", b""));
    assert!(!head.contains("a}{"), "{head}");
    let tag = format!("If-None-Match: {}\r\n", "\"x\", ".repeat(5000));
    assert_eq!(send(&s, &request("GET", "/api/summary", &tag, b"")).0, 200);
}

/// Not HTTP, or two things at once: hung up on, or told so.
#[test]
fn hostile_bytes() {
    let (s, _dir) = service();
    let long = format!("GET / HTTP/1.1\r\nHost: here\r\n{}\r\n", "X-A: b\r\n".repeat(40_000));
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("another version", b"GET / HTTP/9.9\r\nHost: here\r\n\r\n".to_vec()),
        ("a null in a header", b"GET / HTTP/1.1\r\nHost: here\r\nX: a\0b\r\n\r\n".to_vec()),
        ("two lengths", b"POST /scenarios HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\nContent-Length: 30\r\n\r\n{}".to_vec()),
        (
            "length and chunks",
            b"POST /scenarios HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_vec(),
        ),
        ("a length below zero", b"POST /scenarios HTTP/1.1\r\nHost: here\r\nContent-Length: -1\r\n\r\n".to_vec()),
        ("a chunk of no size", b"POST /scenarios HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n".to_vec()),
        ("a TLS greeting", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec()),
        ("HTTP/2 at once", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec()),
        ("no method", b" / HTTP/1.1\r\n\r\n".to_vec()),
        ("a folded header", b"GET / HTTP/1.1\r\nHost: here\r\nX: a\r\n b\r\n\r\n".to_vec()),
        ("headers without end", long.into_bytes()),
    ];
    for (what, bytes) in cases {
        let begin = Instant::now();
        let (status, head, _) = send(&s, &bytes);
        assert!([0, 400, 408, 413, 431, 505].contains(&status), "{what}: {head}");
        assert!(begin.elapsed() < LONGEST, "{what}");
        assert_eq!(s.json("/health")["status"], "ok", "{what}");
    }
}

#[test]
fn hostile_scenarios() {
    let (s, _dir) = service();
    let road = |coordinates: &str| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"edit":"road","surface":"paved"}},"geometry":{{"type":"LineString","coordinates":{coordinates}}}}}]}}"#
        )
    };
    let feature = r#"{"type":"Feature","properties":{"edit":"pave","road":"x"},"geometry":null}"#;
    let many = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, vec![feature; 1001].join(","));
    let edit = |properties: &str| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{properties},"geometry":null}}]}}"#
        )
    };
    let bbox = s.json("/api/summary")["bbox"].clone();
    let (west, south) = (bbox[0].as_f64().unwrap(), bbox[1].as_f64().unwrap());
    let position = |i: i32| format!("[{},{}]", west + 0.01 + f64::from(i) * 1e-6, south + 0.01);
    let positions: Vec<String> = (0..5001).map(position).collect();
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("nothing", Vec::new(), 400),
        ("no JSON", b"<xml/>".to_vec(), 400),
        ("deep", "[".repeat(1_000_000).into_bytes(), 400),
        ("not UTF-8", b"{\"type\":\"\xff\"}".to_vec(), 400),
        ("features are no list", br#"{"type":"FeatureCollection","features":{}}"#.to_vec(), 400),
        ("another type", br#"{"type":"Topology","objects":{}}"#.to_vec(), 400),
        ("too many edits", many.into_bytes(), 413),
        ("too many positions", road(&format!("[{}]", positions.join(","))).into_bytes(), 413),
        ("positions beyond numbers", road("[[1e400,41],[120,41]]").into_bytes(), 400),
        ("positions off the globe", road("[[1e308,41],[120,41]]").into_bytes(), 400),
        ("words for positions", road("[[\"a\",41],[120,41]]").into_bytes(), 400),
        ("one position", road("[[120,41]]").into_bytes(), 400),
        ("no positions", road("[]").into_bytes(), 400),
        ("round the globe", road("[[-179,0],[179,0],[-179,10],[179,10]]").into_bytes(), 400),
        ("an edit that is none", edit(r#"{"edit":"rm -rf"}"#).into_bytes(), 400),
        ("an edit with too much", edit(r#"{"edit":"pave","file":"/etc/passwd"}"#).into_bytes(), 400),
        ("a road that is not there", edit(r#"{"edit":"pave","road":"../../x"}"#).into_bytes(), 400),
        ("more than may be sent", vec![b' '; (4 << 20) + 1], 413),
    ];
    for (what, body, status) in cases {
        let begin = Instant::now();
        is_problem(
            what,
            &send(&s, &request("POST", "/scenarios", "Content-Type: application/geo+json\r\n", &body)),
            status,
            "",
        );
        assert!(begin.elapsed() < LONGEST, "{what}");
    }
    assert_eq!(s.json("/health")["status"], "ok");
}
