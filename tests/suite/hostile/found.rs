//! What fuzzing found (`tests/found/TARGET/`), and a start for each target: they come back, as do cuts and mixtures of
//! them.

use std::fs;
use std::path::PathBuf;

use cuntong::probe;

/// A target's name and what it runs.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 6] = [
    ("atlas", probe::atlas),
    ("cql2", probe::cql2),
    ("query", probe::query),
    ("water_value", probe::water_value),
    ("scenario", probe::scenario),
    ("gcj02", probe::gcj02),
];

#[test]
fn what_was_found_does_no_harm() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/found");
    for (name, run) in TARGETS {
        let mut files: Vec<_> = fs::read_dir(root.join(name)).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty(), "{name} has a start at least");
        let all: Vec<Vec<u8>> = files.iter().map(|f| fs::read(f).unwrap()).collect();
        for (file, bytes) in files.iter().zip(&all) {
            println!("{}", file.display());
            run(bytes);
            // Cut anywhere, and a byte changed anywhere: cheap, and it keeps on finding.
            for at in (0..bytes.len()).step_by(bytes.len() / 16 + 1) {
                run(&bytes[..at]);
                let mut changed = bytes.clone();
                changed[at] ^= 0x15;
                run(&changed);
            }
        }
    }
}
