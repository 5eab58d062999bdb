//! The roads as a draughtsman would have drawn them without vertices at the joints (`noding = "crossings"`).
//!
//! Edges of the mesh become long lines along rows and columns that merely cross; roads that end at another line stop
//! up to 1.4 m short of it or run over it.

use std::collections::{HashMap, HashSet};

use geo::Coord;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::lattice::{Line, Role};
use super::terrain::{Frame, round7};

fn key(c: Coord) -> (u64, u64) {
    (c.x.to_bits(), c.y.to_bits())
}

/// What passes through a node of the mesh.
#[derive(Default, Clone, Copy)]
struct Node {
    row_through: bool,
    column_through: bool,
}

/// Redraws the lines.
pub fn crossings(lines: &[Line], rng: &mut ChaCha8Rng) -> Vec<Line> {
    let ends: HashSet<(u64, u64)> = lines
        .iter()
        .filter(|l| l.role == Role::Plot)
        .flat_map(|l| [l.coords.first(), l.coords.last()].into_iter().flatten().map(|c| key(*c)))
        .collect();
    // Joints of plot roads with the mesh.
    let joints: HashSet<(u64, u64)> = lines
        .iter()
        .filter(|l| l.role != Role::Plot)
        .flat_map(|l| l.coords[1..l.coords.len() - 1].iter().map(|c| key(*c)))
        .filter(|k| ends.contains(k))
        .collect();
    let rows = runs(lines, |r| if let Role::Row { col, row } = r { Some((row, col)) } else { None });
    let columns = runs(lines, |r| if let Role::Column { col, row } = r { Some((col, row)) } else { None });
    let mut nodes: HashMap<(u64, u64), Node> = HashMap::new();
    for (runs, is_row) in [(&rows, true), (&columns, false)] {
        for run in runs {
            for (i, &l) in run.iter().enumerate() {
                let coords = &lines[l].coords;
                for (c, through) in [(coords[0], i > 0), (coords[coords.len() - 1], i + 1 < run.len())] {
                    let node = nodes.entry(key(c)).or_default();
                    if is_row {
                        node.row_through |= through;
                    } else {
                        node.column_through |= through;
                    }
                }
            }
        }
    }
    let mut out = Vec::new();
    for (runs, is_row) in [(&rows, true), (&columns, false)] {
        for run in runs {
            let mut coords: Vec<Coord> = Vec::new();
            for &l in run {
                let skip = usize::from(!coords.is_empty());
                coords.extend(lines[l].coords.iter().skip(skip).filter(|c| !joints.contains(&key(**c))));
            }
            let node = |c: Coord| nodes.get(&key(c)).copied().unwrap_or_default();
            // Where the other direction passes through, this line stops about there.
            let loose = |n: Node| if is_row { n.column_through && !n.row_through } else { n.row_through };
            let (first, last) = (loose(node(coords[0])), loose(node(coords[coords.len() - 1])));
            if !is_row {
                let n = coords.len();
                let mut i = 0;
                coords.retain(|c| {
                    i += 1;
                    i == 1 || i == n || !node(*c).row_through
                });
            }
            nudge(&mut coords, first, last, rng);
            let Some(&l) = run.first() else { continue };
            out.push(Line { coords, ..lines[l].clone() });
        }
    }
    for line in lines.iter().filter(|l| l.role == Role::Plot) {
        let mut line = line.clone();
        let loose = |c: Option<&Coord>| c.is_some_and(|c| joints.contains(&key(*c)));
        let (first, last) = (loose(line.coords.first()), loose(line.coords.last()));
        nudge(&mut line.coords, first, last, rng);
        out.push(line);
    }
    out
}

/// Mesh edges of one direction joined into runs of the same class and name; each run a list of line indices.
fn runs(lines: &[Line], place: impl Fn(Role) -> Option<(usize, usize)>) -> Vec<Vec<usize>> {
    let mut edges: Vec<((usize, usize), usize)> =
        lines.iter().enumerate().filter_map(|(i, l)| Some((place(l.role)?, i))).collect();
    edges.sort_unstable();
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut before: Option<((usize, usize), usize)> = None;
    for ((major, minor), i) in edges {
        let goes_on = before.is_some_and(|((m, n), j)| {
            m == major && n + 1 == minor && lines[j].class == lines[i].class && lines[j].name == lines[i].name
        });
        match runs.last_mut() {
            Some(run) if goes_on => run.push(i),
            _ => runs.push(vec![i]),
        }
        before = Some(((major, minor), i));
    }
    runs
}

/// Moves the marked ends 0.3–1.4 m along the line, inwards or outwards.
fn nudge(coords: &mut [Coord], first: bool, last: bool, rng: &mut ChaCha8Rng) {
    let n = coords.len();
    for (wanted, end, inner) in [(first, 0, 1), (last, n - 1, n - 2)] {
        if !wanted {
            continue;
        }
        let frame = Frame::new(coords[end], Coord { x: 0.0, y: 0.0 });
        let d = frame.metres(coords[inner]);
        let length = d.x.hypot(d.y);
        let by = rng.random_range(0.3f64..1.4).min(0.3 * length) * if rng.random_bool(0.5) { 1.0 } else { -1.0 };
        if length > 0.0 {
            coords[end] = round7(frame.degrees(d * (by / length)));
        }
    }
}
