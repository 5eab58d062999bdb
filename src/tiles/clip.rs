//! What of lines and rings is in a tile.
//!
//! Lines are cut piece by piece, rings edge by edge (Sutherland and Hodgman). A clipped ring may run along the border of
//! the box more than once; that is mended where areas are made ([`super::area`]). A cut is rounded to the grid, on the
//! outer border of the buffer only, where nobody sees it: within the tile a line moves by less than half a unit.

use super::grid::Spot;

/// Units of a tile's side.
pub const EXTENT: i32 = 4096;
/// How far beyond its sides a tile shows what is there, so that strokes and circles meet: 8 pixels of 512.
pub const BUFFER: i32 = 64;

const LOW: i32 = -BUFFER;
const HIGH: i32 = EXTENT + BUFFER;

/// The four sides of the box: axis, where, and whether what is greater is inside.
const SIDES: [(usize, i32, bool); 4] = [(0, LOW, true), (0, HIGH, false), (1, LOW, true), (1, HIGH, false)];

pub fn holds(p: Spot) -> bool {
    p.iter().all(|v| (LOW..=HIGH).contains(v))
}

fn inside(p: Spot, (axis, at, greater): (usize, i32, bool)) -> bool {
    if greater { p[axis] >= at } else { p[axis] <= at }
}

/// Where the way between two positions on different sides crosses; the same in both directions.
fn cut(a: Spot, b: Spot, (axis, at, _): (usize, i32, bool)) -> Spot {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    let other = 1 - axis;
    let [from, to] = [a, b].map(|p| [i64::from(p[axis]), i64::from(p[other])]);
    let (mut run, mut rise) = (to[0] - from[0], to[1] - from[1]);
    if run < 0 {
        (run, rise) = (-run, -rise);
    }
    // Half a unit more, and down.
    let up = (2 * rise * (i64::from(at) - from[0]) + run).div_euclid(2 * run);
    let mut out = [at; 2];
    out[other] = (from[1] + up) as i32;
    out
}

/// The part of a stretch in the box.
fn stretch(mut a: Spot, mut b: Spot) -> Option<(Spot, Spot)> {
    for side in SIDES {
        match (inside(a, side), inside(b, side)) {
            (false, false) => return None,
            (false, true) => a = cut(a, b, side),
            (true, false) => b = cut(a, b, side),
            (true, true) => {}
        }
    }
    Some((a, b))
}

/// The parts of a line in the box, of two positions or more.
pub fn line(path: &[Spot]) -> Vec<Vec<Spot>> {
    if path.iter().all(|&p| holds(p)) {
        return if path.len() > 1 { vec![path.to_vec()] } else { Vec::new() };
    }
    let mut out: Vec<Vec<Spot>> = Vec::new();
    // Whether the line so far ends where the next stretch begins.
    let mut open = false;
    for w in path.windows(2) {
        let Some((a, b)) = stretch(w[0], w[1]) else {
            open = false;
            continue;
        };
        match out.last_mut().filter(|l| open && l.last() == Some(&a)) {
            Some(l) => l.push(b),
            None => out.push(vec![a, b]),
        }
        open = b == w[1];
    }
    for l in &mut out {
        l.dedup();
    }
    out.retain(|l| l.len() > 1);
    out
}

/// A ring as far as it is in the box, without repeating its first position; empty where nothing is.
pub fn ring(path: &[Spot]) -> Vec<Spot> {
    let mut now = path.to_vec();
    if now.len() > 1 && now.first() == now.last() {
        now.pop();
    }
    for side in SIDES {
        if now.iter().all(|&p| inside(p, side)) {
            continue;
        }
        let mut next = Vec::with_capacity(now.len());
        for (i, &b) in now.iter().enumerate() {
            let a = now[(i + now.len() - 1) % now.len()];
            match (inside(a, side), inside(b, side)) {
                (true, true) => next.push(b),
                (true, false) => next.push(cut(a, b, side)),
                (false, true) => next.extend([cut(a, b, side), b]),
                (false, false) => {}
            }
        }
        next.dedup();
        now = next;
    }
    if now.len() < 3 { Vec::new() } else { now }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_cut_into_pieces() {
        let l = [[-1000, 10], [100, 10], [100, -500], [200, -500], [200, 20]];
        assert_eq!(line(&l), [vec![[-64, 10], [100, 10], [100, -64]], vec![[200, -64], [200, 20]]]);
        assert!(line(&[[-1000, 0], [-1000, 4000]]).is_empty() && line(&[[5, 5]]).is_empty());
        assert_eq!(line(&[[5, 5], [9, 5]]), [[[5, 5], [9, 5]]]);
        assert_eq!(line(&[[-5000, 100], [9000, 100]]), [[[-64, 100], [4160, 100]]]);
    }

    #[test]
    fn a_ring_around_the_tile_is_the_tile() {
        let far = [[-9000, -9000], [9000, -9000], [9000, 9000], [-9000, 9000], [-9000, -9000]];
        let mut found = ring(&far);
        found.sort_unstable();
        assert_eq!(found, [[LOW, LOW], [LOW, HIGH], [HIGH, LOW], [HIGH, HIGH]]);
        assert!(ring(&[[-9000, 0], [-8000, 0], [-8000, 10], [-9000, 0]]).is_empty());
    }

    proptest! {
        #[test]
        fn cuts_are_rounded_to_the_nearest_and_have_no_direction(
            a in prop::array::uniform2(-100_000i32..100_000), b in prop::array::uniform2(-100_000i32..100_000),
        ) {
            for side in SIDES.into_iter().filter(|s| inside(a, *s) != inside(b, *s)) {
                let c = cut(a, b, side);
                prop_assert_eq!(c, cut(b, a, side));
                let o = 1 - side.0;
                let t = f64::from(side.1 - a[side.0]) / f64::from(b[side.0] - a[side.0]);
                let exact = f64::from(a[o]) + t * f64::from(b[o] - a[o]);
                prop_assert!((exact - f64::from(c[o])).abs() <= 0.5 + 1e-6, "{exact} {c:?}");
            }
        }
    }
}
