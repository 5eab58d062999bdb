//! Choices that are no trees of roads, in words: works in order, villages, and the curve.

use super::{Connected, CurvePoint, Work};
use crate::findings::Findings;
use crate::gaps::metres;
use crate::priority::sequence::sequence;

/// A village that is served, and the works (by number) that it needs.
pub struct Needing {
    /// Index into the world.
    pub village: usize,
    pub people: f64,
    pub gain: f64,
    pub works: Vec<u32>,
}

/// Works with these costs in order, each told by `work` (number, order, cost so far), and the villages by id; `metres_of`
/// is the length of a work.
pub fn in_order(
    f: &Findings,
    served: &[Needing],
    cost: &[f64],
    metres_of: impl Fn(u32) -> f64,
    work: impl Fn(u32, usize, f64) -> Work,
) -> (Vec<Work>, Vec<Connected>) {
    let ways: Vec<Vec<u32>> = served.iter().map(|s| s.works.clone()).collect();
    let gain: Vec<f64> = served.iter().map(|s| s.gain).collect();
    let of = |k: usize| &f.world.villages[served[k].village];
    let names: Vec<&str> = (0..served.len()).map(|k| of(k).id.as_str()).collect();
    let mut works: Vec<Work> = Vec::new();
    let mut after = vec![0; served.len()];
    let (mut spent, mut so_far) = (0.0, 0.0);
    for taken in sequence(&ways, cost, &gain, &names) {
        for n in taken.works {
            spent += cost[n as usize];
            works.push(Work { people_so_far: so_far, ..work(n, works.len() + 1, spent) });
        }
        let order = works.len();
        let Some(last) = works.last_mut() else { continue };
        for k in taken.done {
            after[k] = order;
            last.villages.push(of(k).id.clone());
            last.people += served[k].people;
            so_far += served[k].people;
        }
        last.villages.sort();
        last.people_so_far = so_far;
    }
    let mut villages: Vec<Connected> = (0..served.len())
        .map(|k| Connected {
            id: of(k).id.clone(),
            name: of(k).name.clone(),
            people: of(k).population,
            after: after[k],
            length_m: metres(served[k].works.iter().map(|&n| metres_of(n)).sum::<f64>() + 0.0),
            by_surface: None,
        })
        .collect();
    villages.sort_by(|a, b| a.id.cmp(&b.id));
    (works, villages)
}

/// What a choice costs and brings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    pub cost: f64,
    pub gain: f64,
    pub people: f64,
    pub villages: usize,
}

/// The choices that no cheaper one outdoes.
pub fn curve(mut found: Vec<Reached>, at_most: Option<&dyn Fn(f64) -> f64>) -> Vec<CurvePoint> {
    found.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(b.gain.total_cmp(&a.gain)));
    let mut out: Vec<CurvePoint> = Vec::new();
    let mut most = -1.0;
    for r in found {
        let point = CurvePoint {
            cost: metres(r.cost),
            people: r.people + 0.0,
            villages: r.villages,
            people_at_most: at_most.map(|m| m(r.cost).max(r.people).round()),
        };
        if r.gain > most && out.last().is_none_or(|p| p.cost < point.cost) {
            most = r.gain;
            out.push(point);
        }
    }
    out
}
