//! Entries of the fuzz targets (`fuzz/`) and of the test that gives them again what was found. Each takes any bytes,
//! must come back, and checks what holds of every answer.

use std::path::Path;
use std::sync::LazyLock;

use geo::Coord;
use serde_json::Value;

use crate::findings::analyse;
use crate::layers::{self, offset};
use crate::priority::question;
use crate::priority::scenario;
use crate::server::Snapshot;
use crate::standards;
use crate::synthesize::{self, SynthOptions};
use crate::{atlas, cql2};

/// A small region with all themes.
static REGION: LazyLock<Snapshot> = LazyLock::new(|| {
    let dir = std::env::temp_dir().join(format!("cuntong-probe-{}", std::process::id()));
    synthesize::run(&SynthOptions::new(20, 1), &dir).expect("a region can be made");
    let atlas = atlas::load(&dir.join("atlas.toml")).expect("its atlas can be read");
    let loaded = layers::load(&atlas, &|_| {}).expect("its layers can be read");
    let _ = std::fs::remove_dir_all(&dir);
    Snapshot::new(analyse(atlas, loaded, std::time::Duration::ZERO, &|_| {}))
});

/// An atlas: what it may open is a local file or PostgreSQL, whatever stands in it.
pub fn atlas(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(found) = atlas::parse(text, Path::new("/probe/atlas.toml")) else { return };
    for s in &found.sources {
        let low = s.open.to_ascii_lowercase();
        if low.starts_with("pg:") || low.starts_with("postgresql:") {
            continue;
        }
        assert!(low.starts_with('/') && !low.contains("://"), "{}", s.open);
        let plain = ["/vsizip/", "/vsigzip/", "/vsitar/"].iter().fold(low, |t, a| t.replace(a, "/"));
        assert!(!plain.contains("/vsicurl") && !plain.contains("/vsis3/"), "{}", s.open);
    }
}

/// A filter in both spellings, held against a collection: it selects nothing that is not there.
pub fn cql2(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let all = &REGION.collections;
    let c = &all[usize::from(*first) % all.len()];
    let rows: Vec<u32> = (0..c.len() as u32).collect();
    for expr in [cql2::parse_text(text), cql2::parse_json(text)].into_iter().flatten() {
        if let Ok(bound) = cql2::bind(&expr, c, &Ok) {
            assert!(cql2::select(&bound, c, &rows).iter().all(|i| rows.contains(i)));
        }
    }
}

/// Parameters of a request for features, and those of rankings and plans.
pub fn query(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let s = &*REGION;
    let c = &s.collections[usize::from(*first) % s.collections.len()];
    crate::server::probe(c, text);
    let _ = (question::by(text), question::theme(text), question::weights(text), question::planned(text));
    let _ = question::county(text, &s.findings.world);
    if let Ok(money) = question::money("budget", text) {
        assert!(money.is_finite() && money >= 0.0);
    }
    let _ = question::floors(text, 1e6, &s.findings.world);
}

/// A result of a laboratory, `name|value|unit`: what is understood is a finite number.
pub fn water_value(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut parts = text.splitn(3, '|');
    let (name, value, unit) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
    if let Some(value) = layers::probe_reading(value) {
        assert!(value.is_finite(), "{text}");
    }
    if let Some((p, species)) = standards::parameter(name)
        && let Ok(factor) = p.get().factor(unit, species)
    {
        assert!(factor.is_finite() && factor > 0.0, "{text}: {factor}");
    }
}

/// The body of a scenario: what is answered can be written and is the same when asked again.
pub fn scenario(bytes: &[u8]) {
    let Ok(document) = serde_json::from_slice::<Value>(bytes) else { return };
    let s = &*REGION;
    if let Ok((_, outcome)) = scenario::answer(&s.findings, s.figures(), &document) {
        let once = serde_json::to_string(&outcome).expect("an outcome can be written");
        let (_, again) = scenario::answer(&s.findings, s.figures(), &document).expect("as before");
        assert_eq!(once, serde_json::to_string(&again).expect("an outcome can be written"));
    }
}

/// Two numbers as longitude and latitude: what is finite stays so, there and back is the same place within a
/// millimetre, and outside the box nothing moves.
pub fn gcj02(bytes: &[u8]) {
    let Some(bytes) = bytes.first_chunk::<16>() else { return };
    let (x, y) = bytes.split_at(8);
    let number = |b: &[u8]| f64::from_le_bytes(b.try_into().expect("eight bytes"));
    // As they come, and brought into the box, where most of any bytes would never be.
    let raw = Coord { x: number(x), y: number(y) };
    let share = |b: &[u8]| u64::from_le_bytes(b.try_into().expect("eight bytes")) as f64 / u64::MAX as f64;
    let inside = Coord { x: 72.1 + 65.6 * share(x), y: 0.9 + 54.8 * share(y) };
    for p in [raw, inside] {
        let forward = [offset::wgs84_to_gcj02(p), offset::wgs84_to_bd09(p), offset::gcj02_to_bd09(p)];
        let back = [offset::gcj02_to_wgs84(p), offset::bd09_to_wgs84(p), offset::bd09_to_gcj02(p)];
        if !offset::inside_china(p) {
            let same = |q: Coord| q.x.to_bits() == p.x.to_bits() && q.y.to_bits() == p.y.to_bits();
            assert!(forward.into_iter().chain(back).all(same), "{p:?}");
            continue;
        }
        assert!(forward.iter().chain(&back).all(|q| q.x.is_finite() && q.y.is_finite()), "{p:?}");
        if p == inside {
            let there = offset::gcj02_to_wgs84(offset::wgs84_to_gcj02(p));
            if offset::inside_china(offset::wgs84_to_gcj02(p)) {
                assert!((there.x - p.x).hypot(there.y - p.y) < 1e-8, "{p:?} came back as {there:?}");
            }
        }
    }
}
