//! The cheapest way to give unsafe villages safe water.
//!
//! Every village sends its whole demand (litres a day) to sources that have as much to spare; a litre sent from
//! village to source costs what their connection costs (metres of straight pipe and metres of lift), and a village
//! may be split. The sum over all litres is made as small as it can be: a minimum-cost flow, found by the plain
//! method of cheapest augmenting ways.
//!
//! Sources with enough for everybody need no care: a village never goes farther than the cheapest of those, so that
//! only the scarce sources that are cheaper still have to be thought about.

/// What a village can choose from.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Litres a day.
    pub demand: i64,
    /// The cheapest source that never runs dry: its index and the cost of the connection.
    pub plenty: (usize, f64),
    /// Cost of the second cheapest of those.
    pub second: f64,
    /// Scarce sources that are cheaper, as (position in the list of capacities, cost).
    pub scarce: Vec<(usize, f64)>,
}

/// Litres of each village to its scarce sources (in the order of its choice), then to its plentiful one.
pub type Flow = Vec<Vec<i64>>;

/// Differences in cost under this are none, CNY.
const NONE: f64 = 1e-9;

/// The cheapest flow; `capacity` holds the scarce sources' litres.
pub fn cheapest(choices: &[Choice], capacity: &[i64]) -> Flow {
    let mut flow: Flow = choices.iter().map(|c| vec![0; c.scarce.len() + 1]).collect();
    let mut left = capacity.to_vec();
    // Villages that can use each scarce source, with its place in their choice.
    let mut users: Vec<Vec<(usize, usize)>> = vec![Vec::new(); capacity.len()];
    for (v, c) in choices.iter().enumerate() {
        c.scarce.iter().enumerate().for_each(|(k, (s, _))| users[*s].push((v, k)));
    }
    for v in 0..choices.len() {
        let mut demand = choices[v].demand;
        while demand > 0 {
            let steps = cheapest_way(v, choices, &users, &flow, &left);
            // Litres that every step of the way allows.
            let mut amount = demand;
            for (i, &(w, to)) in steps.iter().enumerate() {
                if i > 0 {
                    let from = steps[i - 1].1;
                    amount = amount.min(flow[w][place(&choices[w], from)]);
                }
                if i + 1 == steps.len() && to != Target::Plenty {
                    amount = amount.min(left[scarce(to)]);
                }
            }
            for (i, &(w, to)) in steps.iter().enumerate() {
                if i > 0 {
                    flow[w][place(&choices[w], steps[i - 1].1)] -= amount;
                }
                flow[w][place(&choices[w], to)] += amount;
            }
            if let Some(&(_, to)) = steps.last()
                && to != Target::Plenty
            {
                left[scarce(to)] -= amount;
            }
            demand -= amount;
        }
    }
    flow
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Scarce(usize),
    /// The plentiful source of whoever goes there.
    Plenty,
}

fn scarce(t: Target) -> usize {
    match t {
        Target::Scarce(s) => s,
        Target::Plenty => usize::MAX,
    }
}

fn place(choice: &Choice, to: Target) -> usize {
    match to {
        Target::Plenty => choice.scarce.len(),
        Target::Scarce(s) => choice.scarce.iter().position(|(t, _)| *t == s).unwrap_or(choice.scarce.len()),
    }
}

/// The cheapest chain of moves that finds room for a litre of village `v`: who moves, and where to. Each mover but
/// the first leaves the source that the one before moved to.
fn cheapest_way(
    v: usize,
    choices: &[Choice],
    users: &[Vec<(usize, usize)>],
    flow: &Flow,
    left: &[i64],
) -> Vec<(usize, Target)> {
    let n = left.len();
    // Cost to come to each scarce source, by whom, and from which.
    let mut cost = vec![f64::INFINITY; n];
    let mut by: Vec<(usize, Option<usize>)> = vec![(v, None); n];
    let mut todo: Vec<usize> = Vec::new();
    for &(s, c) in &choices[v].scarce {
        cost[s] = c;
        todo.push(s);
    }
    // The best end so far: cost, who moves there, from which source.
    let mut best = (choices[v].plenty.1, v, None::<usize>, Target::Plenty);
    while let Some(s) = todo.pop() {
        if left[s] > 0 {
            continue;
        }
        for &(w, k) in users[s].iter().filter(|(w, k)| flow[*w][*k] > 0) {
            let freed = cost[s] - choices[w].scarce[k].1;
            for &(t, c) in choices[w].scarce.iter().filter(|(t, _)| *t != s) {
                if freed + c < cost[t] - NONE {
                    cost[t] = freed + c;
                    by[t] = (w, Some(s));
                    todo.push(t);
                }
            }
            let end = freed + choices[w].plenty.1;
            if end < best.0 - NONE {
                best = (end, w, Some(s), Target::Plenty);
            }
        }
    }
    for s in (0..n).filter(|&s| left[s] > 0) {
        if cost[s] < best.0 - NONE {
            best = (cost[s], by[s].0, by[s].1, Target::Scarce(s));
        }
    }
    let mut steps = vec![(best.1, best.3)];
    let mut from = best.2;
    while let Some(s) = from {
        steps.push((by[s].0, Target::Scarce(s)));
        from = by[s].1;
    }
    steps.reverse();
    steps
}

/// Villages in groups: those of different groups have no scarce source in common.
pub fn groups(choices: &[Choice], scarce: usize) -> Vec<Vec<usize>> {
    let mut root: Vec<usize> = (0..scarce).collect();
    fn top(root: &mut [usize], mut s: usize) -> usize {
        while root[s] != s {
            root[s] = root[root[s]];
            s = root[s];
        }
        s
    }
    for c in choices {
        for w in c.scarce.windows(2) {
            let (a, b) = (top(&mut root, w[0].0), top(&mut root, w[1].0));
            root[a] = b;
        }
    }
    let mut groups = vec![Vec::new(); scarce];
    for (v, c) in choices.iter().enumerate() {
        match c.scarce.first() {
            Some((s, _)) => groups[top(&mut root, *s)].push(v),
            None => groups.push(vec![v]),
        }
    }
    groups.retain(|g| !g.is_empty());
    groups
}

/// How much dearer, CNY a connection, it gets at least when village `v`, which has all its water from one source,
/// must take another: what the answer's certainty hangs on. `group` is that of `v`.
pub fn regret(v: usize, group: &[usize], choices: &[Choice], flow: &Flow, capacity: &[i64]) -> f64 {
    let Some(own) = flow[v].iter().position(|l| *l > 0) else { return f64::INFINITY };
    let costs = |w: usize, k: usize| choices[w].scarce.get(k).map_or(choices[w].plenty.1, |c| c.1);
    let mut load = vec![0; capacity.len()];
    for &w in group {
        choices[w].scarce.iter().zip(&flow[w]).for_each(|((s, _), l)| load[*s] += l);
    }
    let left = choices[v].scarce.get(own).map(|c| c.0);
    let full: Vec<bool> = load.iter().zip(capacity).map(|(l, c)| l >= c).collect();
    // What it costs until a litre that arrives at a scarce source has found room: in what `v` left, or where there
    // is room anyway (`anywhere`) and somebody else may leave for the better.
    let mut anywhere = 0.0f64;
    let mut room: Vec<f64> = full.iter().map(|f| if *f { f64::INFINITY } else { 0.0 }).collect();
    if let Some(s) = left {
        room[s] = 0.0;
    }
    loop {
        let mut changed = false;
        for &w in group {
            let choice = &choices[w];
            for k in (0..=choice.scarce.len()).filter(|k| flow[w][*k] > 0) {
                let other = (0..=choice.scarce.len()).filter(|j| *j != k);
                let arrival = |j: usize| choice.scarce.get(j).map_or(anywhere, |(t, _)| room[*t]);
                let onward = other.map(|j| costs(w, j) + arrival(j)).fold(f64::INFINITY, f64::min) - costs(w, k);
                if let Some((s, _)) = choice.scarce.get(k)
                    && onward < room[*s] - 1e-6
                {
                    room[*s] = onward;
                    changed = true;
                }
                if onward < anywhere - 1e-6 {
                    anywhere = onward;
                    changed = true;
                }
            }
        }
        for (r, _) in room.iter_mut().zip(&full).filter(|(_, f)| !**f) {
            *r = r.min(anywhere);
        }
        if !changed {
            break;
        }
    }
    let arrival = |k: usize| choices[v].scarce.get(k).map_or(anywhere, |(s, _)| room[*s]);
    (0..=choices[v].scarce.len())
        .filter(|k| *k != own)
        .map(|k| costs(v, k) + arrival(k) - costs(v, own))
        .fold(if own == choices[v].scarce.len() { choices[v].second - costs(v, own) } else { f64::INFINITY }, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// All ways to give unit demands to sources, tried one by one.
    fn tried(costs: &[Vec<f64>], left: &mut [i64], v: usize) -> f64 {
        if v == costs.len() {
            return 0.0;
        }
        let mut best = f64::INFINITY;
        for s in 0..left.len() {
            if left[s] > 0 && costs[v][s].is_finite() {
                left[s] -= 1;
                best = best.min(costs[v][s] + tried(costs, left, v + 1));
                left[s] += 1;
            }
        }
        best
    }

    #[test]
    fn the_cheapest_flow_is_the_best_of_all() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut tight = 0;
        for _ in 0..400 {
            let (villages, scarce) = (rng.random_range(1..7), rng.random_range(1..4));
            let capacity: Vec<i64> = (0..scarce).map(|_| rng.random_range(0..3)).collect();
            let choices: Vec<Choice> = (0..villages)
                .map(|_| {
                    let plenty = rng.random_range(50.0..100.0);
                    let offered = (0..scarce).filter(|_| rng.random_bool(0.8));
                    let offered: Vec<usize> = offered.collect();
                    let scarce = offered.into_iter().map(|s| (s, rng.random_range(1.0..plenty))).collect();
                    Choice { demand: 1, plenty: (0, plenty), second: plenty + 20.0, scarce }
                })
                .collect();
            let flow = cheapest(&choices, &capacity);
            let costs: Vec<Vec<f64>> = choices
                .iter()
                .map(|c| {
                    let mut row = vec![f64::INFINITY; scarce];
                    c.scarce.iter().for_each(|(s, cost)| row[*s] = *cost);
                    row.push(c.plenty.1);
                    row
                })
                .collect();
            let price = |v: usize, f: &[i64]| {
                let c = &choices[v];
                f.iter().enumerate().map(|(k, l)| *l as f64 * c.scarce.get(k).map_or(c.plenty.1, |x| x.1)).sum::<f64>()
            };
            let total: f64 = flow.iter().enumerate().map(|(v, f)| price(v, f)).sum();
            let mut left = capacity.clone();
            left.push(villages as i64);
            let best = tried(&costs, &mut left, 0);
            assert!((total - best).abs() < 1e-9, "{total} {best}");
            let groups = groups(&choices, scarce);
            assert_eq!(groups.iter().map(Vec::len).sum::<usize>(), villages);
            // What it costs when one village must not have what it got.
            for v in 0..villages {
                let own = flow[v].iter().position(|l| *l > 0).unwrap();
                let mut barred = costs.clone();
                barred[v][choices[v].scarce.get(own).map_or(scarce, |c| c.0)] = f64::INFINITY;
                let group = groups.iter().find(|g| g.contains(&v)).unwrap();
                let second = if own == choices[v].scarce.len() { 20.0 } else { f64::INFINITY };
                let other = (tried(&barred, &mut left, 0) - best).min(second);
                let told = regret(v, group, &choices, &flow, &capacity);
                assert!((other - told).abs() < 1e-6 || other == told, "{other} {told}");
                tight += usize::from(own > 0);
            }
        }
        assert!(tight > 100);
    }
}
