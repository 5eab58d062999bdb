//! The order of works: again and again the village whose ways, with all that are done by the same works, bring the most
//! for the money. What is built already is free.

/// Works that are built next, in this order, and the villages that are served once they stand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Taken {
    pub works: Vec<u32>,
    pub done: Vec<usize>,
}

/// Puts the works of all `ways` (per village what it needs, in the order of building; villages without works are left out)
/// in order. `cost` is of each work, `gain` of each village; equal villages in the order of their names.
pub fn sequence(ways: &[Vec<u32>], cost: &[f64], gain: &[f64], name: &[&str]) -> Vec<Taken> {
    let mut users: Vec<Vec<u32>> = vec![Vec::new(); cost.len()];
    for (i, way) in (0u32..).zip(ways) {
        way.iter().for_each(|&l| users[l as usize].push(i));
    }
    let mut built = vec![false; cost.len()];
    let mut open: Vec<usize> = ways.iter().map(Vec::len).collect();
    let mut left: Vec<usize> = (0..ways.len()).filter(|&i| open[i] > 0).collect();
    let mut hits = vec![0usize; ways.len()];
    let mut out = Vec::new();
    while !left.is_empty() {
        let mut best: Option<(usize, f64, f64)> = None;
        for &i in &left {
            let new = || ways[i].iter().filter(|&&l| !built[l as usize]);
            let touched = || new().flat_map(|&l| &users[l as usize]).map(|&k| k as usize);
            touched().for_each(|k| hits[k] += 1);
            let mut sum = 0.0;
            for k in touched() {
                if hits[k] == open[k] {
                    sum += gain[k];
                }
                hits[k] = 0;
            }
            let price: f64 = new().map(|&l| cost[l as usize]).sum();
            // gain ÷ cost, without dividing by nothing.
            let better = best.is_none_or(|(b, g, c)| {
                let by_value = (sum * c).total_cmp(&(g * price)).then(c.total_cmp(&price));
                by_value.then_with(|| name[b].cmp(name[i])).is_gt()
            });
            if better {
                best = Some((i, sum, price));
            }
        }
        let Some((i, ..)) = best else { break };
        let mut taken = Taken::default();
        for &l in &ways[i] {
            if !std::mem::replace(&mut built[l as usize], true) {
                taken.works.push(l);
                users[l as usize].iter().for_each(|&k| open[k as usize] -= 1);
            }
        }
        (taken.done, left) = left.into_iter().partition(|&k| open[k] == 0);
        out.push(taken);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_need_is_built_once_and_first() {
        // Two villages share work 0; the third is dearer for its people.
        let ways = [vec![0, 1], vec![0], vec![2], vec![]];
        let found = sequence(&ways, &[10.0, 1.0, 30.0], &[5.0, 5.0, 6.0, 1.0], &["a", "b", "c", "d"]);
        let taken = |works: &[u32], done: &[usize]| Taken { works: works.to_vec(), done: done.to_vec() };
        assert_eq!(found, [taken(&[0, 1], &[0, 1]), taken(&[2], &[2])]);
    }
}
