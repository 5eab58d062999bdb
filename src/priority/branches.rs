//! Villages that hang on a forest of links, as a tree below the network itself.

use std::collections::BTreeMap;

/// A village that could be connected: the links from it towards the network (indexes into the costs), and what it costs
/// by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub path: Vec<u32>,
    pub own_cost: f64,
}

/// The network (the first) or a link, and what hangs on it.
#[derive(Default)]
pub(super) struct Branch {
    /// Of the link.
    pub cost: f64,
    pub below: Vec<Below>,
}

pub(super) enum Below {
    Branch(usize),
    /// Index into the candidates.
    Village(usize),
}

/// The tree; branches are numbered from the network outwards, so those below come after. Paths must form a forest: after
/// the same link the same links follow.
pub(super) fn branches(candidates: &[Candidate], link_cost: &[f64]) -> Vec<Branch> {
    let mut branch_of: BTreeMap<u32, usize> = BTreeMap::new();
    let mut all = vec![Branch::default()];
    for (i, c) in candidates.iter().enumerate() {
        let mut above = 0;
        for &l in c.path.iter().rev() {
            above = *branch_of.entry(l).or_insert_with(|| {
                all.push(Branch { cost: link_cost[l as usize], ..Branch::default() });
                let new = all.len() - 1;
                all[above].below.push(Below::Branch(new));
                new
            });
        }
        all[above].below.push(Below::Village(i));
    }
    all
}

/// What tests of choices on a forest share.
#[cfg(test)]
pub(super) mod testkit {
    use super::Candidate;

    /// Candidates at links (number, own cost); link `i` hangs below link `parents[i]` where that is smaller, else on the
    /// network, as does a candidate at a link that does not exist.
    pub fn forest(parents: &[usize], at: &[(usize, u32)]) -> Vec<Candidate> {
        let path = |start: usize| {
            let mut path = Vec::new();
            let mut l = start;
            while l < parents.len() {
                path.push(l as u32);
                if parents[l] >= l {
                    break;
                }
                l = parents[l];
            }
            path
        };
        at.iter().map(|&(l, c)| Candidate { path: path(l), own_cost: f64::from(c) }).collect()
    }

    pub fn cost_of(set: &[usize], all: &[Candidate], links: &[f64]) -> f64 {
        let mut used: Vec<u32> = set.iter().flat_map(|&i| all[i].path.clone()).collect();
        used.sort_unstable();
        used.dedup();
        set.iter().map(|&i| all[i].own_cost).sum::<f64>() + used.iter().map(|&l| links[l as usize]).sum::<f64>()
    }

    /// Every set of `n` things.
    pub fn sets(n: usize) -> impl Iterator<Item = Vec<usize>> {
        (0u32..1 << n).map(move |m| (0..n).filter(|i| m >> i & 1 == 1).collect())
    }
}
