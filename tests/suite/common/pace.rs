//! Instances of the PACE Challenge 2018 in its own format.

use std::path::{Path, PathBuf};

use cuntong::network::steiner::Instance;

/// An instance with what is known of it.
pub struct Known {
    pub file: String,
    pub path: PathBuf,
    /// Cost of the best tree known.
    pub upper: f64,
}

/// The instances listed in `optima.csv`; none where the folder is not there.
pub fn known(folder: &Path) -> Vec<Known> {
    let text = std::fs::read_to_string(folder.join("optima.csv")).unwrap_or_default();
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let file = fields.first()?.to_string();
        Some(Known { path: folder.join(&file), file, upper: fields.get(5)?.parse().ok()? })
    };
    text.lines().skip(1).filter_map(row).collect()
}

/// Reads a `.gr` file: `E from to cost` and `T terminal`, counted from one.
pub fn read(path: &Path) -> Instance {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut instance = Instance::default();
    let vertex = |word: &str| word.parse::<u32>().expect("a vertex") - 1;
    for line in text.lines() {
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["Nodes", n] => instance.nodes = n.parse().expect("a number of vertices"),
            ["E", a, b, cost] => instance.edges.push((vertex(a), vertex(b), cost.parse().expect("a cost"))),
            ["T", t] => instance.terminals.push(vertex(t)),
            _ => {}
        }
    }
    instance
}
