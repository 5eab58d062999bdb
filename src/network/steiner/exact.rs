//! Few terminals: the exact tree by dynamic programming over sets of terminals (Erickson, Monma and Veinott).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::budget::Budget;
use super::core::Core;
use super::tree::Tree;
use super::units::{Cost, FAR};

/// Most table entries, 12 bytes each.
const ROOM: usize = 1 << 23;
/// Marks a predecessor that is a set of terminals, not an edge.
const SET: u32 = 1 << 31;

/// About how many steps [`cheapest`] takes; `None` where its table would be too large.
pub fn effort(core: &Core) -> Option<u64> {
    let k = core.terminals.len();
    if !(2..=20).contains(&k) || core.nodes() << (k - 1) > ROOM {
        return None;
    }
    let unions = core.nodes() as u64 * 3u64.pow(k as u32 - 1) / 8;
    Some(unions + ((core.edges() as u64 * 4) << (k - 1)))
}

/// The cheapest tree if it costs at most `most`; `None` too when the budget ends.
pub fn cheapest(core: &Core, most: Cost, budget: &mut Budget) -> Option<Tree> {
    let n = core.nodes();
    let (&root, others) = core.terminals.split_last()?;
    let sets = 1usize << others.len();
    let mut cost = vec![FAR; sets * n];
    let mut by = vec![u32::MAX; sets * n];
    for (i, &t) in others.iter().enumerate() {
        cost[(1 << i) * n + t as usize] = 0;
    }
    let mut heap: BinaryHeap<Reverse<(Cost, u32)>> = BinaryHeap::new();
    for set in 1..sets {
        let (below, rest) = cost.split_at_mut(set * n);
        let here = &mut rest[..n];
        let from = &mut by[set * n..(set + 1) * n];
        // The half that holds the lowest terminal stands for both.
        let low = set & set.wrapping_neg();
        let mut part = (set - 1) & set;
        while part > 0 {
            if part & low != 0 {
                let (one, two) = (&below[part * n..(part + 1) * n], &below[(set ^ part) * n..(set ^ part) * n + n]);
                for v in 0..n {
                    let sum = one[v] + two[v];
                    if sum < here[v] {
                        here[v] = sum;
                        from[v] = SET | part as u32;
                    }
                }
                if !budget.spend(n as u64 / 4 + 1) {
                    return None;
                }
            }
            part = (part - 1) & set;
        }
        heap.extend((0u32..).zip(here.iter()).filter(|(_, c)| **c <= most).map(|(v, &c)| Reverse((c, v))));
        let mut steps = 0;
        while let Some(Reverse((d, v))) = heap.pop() {
            if d > here[v as usize] {
                continue;
            }
            steps += core.degree(v) as u64;
            for a in core.around(v) {
                let next = d + core.cost[a.edge as usize];
                if next < here[a.to as usize] && next <= most {
                    here[a.to as usize] = next;
                    from[a.to as usize] = a.edge;
                    heap.push(Reverse((next, a.to)));
                }
            }
        }
        if !budget.spend(steps) {
            return None;
        }
    }
    let total = cost[(sets - 1) * n + root as usize];
    if total > most {
        return None;
    }
    let mut edges = Vec::new();
    let mut stack = vec![(sets - 1, root)];
    while let Some((set, v)) = stack.pop() {
        match by[set * n + v as usize] {
            u32::MAX => {}
            p if p & SET != 0 => {
                let part = (p & !SET) as usize;
                stack.extend([(part, v), (set ^ part, v)]);
            }
            edge => {
                edges.push(edge);
                stack.push((set, core.other(edge, v)));
            }
        }
    }
    edges.sort_unstable();
    edges.dedup();
    Some(Tree { cost: core.sum(&edges), edges })
}
