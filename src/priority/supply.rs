//! Villages to sources with limited yields, for a budget: each connection is paid whole, each source gives no more than it
//! has, a village is served when it has all it needs, from one source or several.
//!
//! The choice is made village by village in some order, each by its cheapest connections to what is left; the order is
//! changed while that helps. The bound lets villages be served in part: for any price of money λ the most that gain less
//! λ times cost can be is a transport problem, solved exactly ([`cheapest`]), and what a budget can do is at most that plus λ
//! times the budget.

use crate::network::assignment::{Offer, cheapest};

/// A connection that could be built.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Way {
    pub source: u32,
    pub price: f64,
}

/// Who could be served from where.
#[derive(Debug, Clone, Default)]
pub struct Supply {
    /// Litres a day; more than 0.
    pub need: Vec<u64>,
    /// Litres a day of each source.
    pub spare: Vec<u64>,
    /// Per village, cheapest first.
    pub ways: Vec<Vec<Way>>,
    pub gain: Vec<f64>,
}

/// Connections by village: positions in its ways, and litres. Empty where it is not served.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Served {
    pub by: Vec<Vec<(u32, u64)>>,
    pub cost: f64,
    pub gain: f64,
}

/// Orders that are tried to better a choice.
const TRIES: usize = 3_000;
/// Sources among which a village is split.
const SPLIT: usize = 8;
/// Prices of money that bound every budget, and steps that make the bound of one budget sharper.
const PRICES: usize = 24;
const SHARPER: usize = 10;

impl Supply {
    fn len(&self) -> usize {
        self.need.len()
    }

    /// Nobody.
    fn none(&self) -> Served {
        Served { by: vec![Vec::new(); self.len()], cost: 0.0, gain: 0.0 }
    }

    /// The cheapest connections of a village to what is left.
    fn connect(&self, i: usize, left: &[u64]) -> Option<(f64, Vec<(u32, u64)>)> {
        let (ways, need) = (&self.ways[i], self.need[i]);
        let has = |k: usize| left[ways[k].source as usize];
        let single = (0..ways.len()).find(|&k| has(k) >= need);
        let most = single.map_or(f64::INFINITY, |k| ways[k].price);
        let some: Vec<usize> = (0..ways.len()).filter(|&k| has(k) > 0 && ways[k].price < most).collect();
        let near = &some[..some.len().min(SPLIT)];
        let mut best: Option<(f64, Vec<usize>)> = single.map(|k| (most, vec![k]));
        for set in 1u32..1 << near.len() {
            let of = || (0..near.len()).filter(|b| set >> b & 1 == 1).map(|b| near[b]);
            let price: f64 = of().map(|k| ways[k].price).sum();
            if best.as_ref().is_none_or(|b| price < b.0) && of().map(has).sum::<u64>() >= need {
                best = Some((price, of().collect()));
            }
        }
        if best.is_none() {
            // The fullest first, until it is enough.
            let mut fullest = some;
            fullest.sort_by(|&a, &b| has(b).cmp(&has(a)).then(a.cmp(&b)));
            let mut sum = 0;
            let enough = fullest.iter().position(|&k| {
                sum += has(k);
                sum >= need
            })?;
            fullest.truncate(enough + 1);
            fullest.sort_unstable();
            best = Some((fullest.iter().map(|&k| ways[k].price).sum(), fullest));
        }
        let (price, chosen) = best?;
        let mut open = need;
        let litres = chosen.into_iter().map(|k| {
            let take = open.min(has(k));
            open -= take;
            (k as u32, take)
        });
        Some((price, litres.filter(|l| l.1 > 0).collect()))
    }

    /// Serves villages in this order, each that the rest of the budget pays.
    pub fn in_order(&self, order: &[usize], budget: f64) -> Served {
        let mut left = self.spare.clone();
        let mut out = self.none();
        for &i in order {
            let Some((price, by)) = self.connect(i, &left) else { continue };
            if out.cost + price > budget {
                continue;
            }
            for &(k, litres) in &by {
                left[self.ways[i][k as usize].source as usize] -= litres;
            }
            out.cost += price;
            out.gain += self.gain[i];
            out.by[i] = by;
        }
        out
    }

    /// The best of a few orders.
    pub fn quick(&self, budget: f64) -> (Served, Vec<usize>) {
        let first = |i: usize| self.ways[i].first().map_or(f64::INFINITY, |w| w.price);
        let with: Vec<usize> = (0..self.len()).filter(|&i| !self.ways[i].is_empty()).collect();
        let by = |rank: &dyn Fn(usize) -> f64| {
            let mut order = with.clone();
            order.sort_by(|&a, &b| rank(b).total_cmp(&rank(a)).then(a.cmp(&b)));
            order
        };
        let litres = |i: usize| self.need[i] as f64;
        let orders = [
            by(&|i| self.gain[i] / first(i).max(1e-9)),
            by(&|i| self.gain[i]),
            by(&|i| -first(i)),
            by(&|i| self.gain[i] / litres(i)),
            by(&|i| self.gain[i] / (first(i).max(1e-9) * litres(i)).sqrt()),
        ];
        let all = orders.into_iter().map(|o| (self.in_order(&o, budget), o));
        all.reduce(|a, b| if better(&b.0, &a.0) { b } else { a }).unwrap_or_else(|| (self.none(), Vec::new()))
    }

    /// A choice for a budget.
    pub fn choose(&self, budget: f64) -> Served {
        let (mut best, mut order) = self.quick(budget);
        let mut tries = 0;
        loop {
            let before = (best.gain, best.cost);
            let mut villages = order.clone();
            // Those that are left out first.
            villages.sort_by_key(|&i| !best.by[i].is_empty());
            for i in villages {
                for to_front in [true, false] {
                    let mut other: Vec<usize> = order.iter().copied().filter(|&k| k != i).collect();
                    other.insert(if to_front { 0 } else { other.len() }, i);
                    let found = self.in_order(&other, budget);
                    tries += 1;
                    if better(&found, &best) {
                        (best, order) = (found, other);
                    }
                }
                if tries > TRIES {
                    return best;
                }
            }
            if (best.gain, best.cost) == before {
                return best;
            }
        }
    }

    /// Least cost of serving just these, as far as a bound can tell.
    pub fn cost_at_least(&self, villages: &[usize]) -> f64 {
        let offers = self.offers(villages, |i, price| (price / self.need[i] as f64, true));
        let (sum, _) = self.transport(villages, &offers, &[]);
        sum * (1.0 - 1e-9)
    }

    /// Offers of villages by number in the list, priced by the litre; those of which `price` says no are left out.
    fn offers(&self, villages: &[usize], price: impl Fn(usize, f64) -> (f64, bool)) -> Vec<Offer> {
        let one = |(d, &i): (u32, &usize)| {
            let of = self.ways[i].iter().map(|w| (w.source, price(i, w.price)));
            of.filter(|o| o.1.1)
                .map(|(source, p)| Offer { demand: d, capacity: source, price: p.0 })
                .collect::<Vec<_>>()
        };
        (0u32..).zip(villages).flat_map(one).collect()
    }

    /// At most the least cost of serving all; a price in `alone` is of a litre that a village brings itself.
    fn transport(&self, villages: &[usize], offers: &[Offer], alone: &[f64]) -> (f64, Vec<u64>) {
        let demands: Vec<u64> = villages.iter().map(|&i| self.need[i]).collect();
        let mut capacities = self.spare.clone();
        let mut all = offers.to_vec();
        for (d, &price) in (0u32..).zip(alone) {
            all.push(Offer { demand: d, capacity: capacities.len() as u32, price });
            capacities.push(demands[d as usize]);
        }
        // Prices are cut to whole steps of 1e-4 in there; much larger ones lose little by it.
        let top = all.iter().map(|o| o.price).fold(0.0, f64::max);
        let scale = if top > 0.0 { 1e9 / top } else { 1.0 };
        all.iter_mut().for_each(|o| o.price = (o.price * scale).floor());
        let flow = cheapest(&demands, &capacities, &all);
        let sum: f64 = all.iter().zip(&flow).map(|(o, &l)| o.price * l as f64).sum();
        (sum / scale, flow)
    }

    /// What no choice can exceed, as a function of the budget.
    pub fn bound(&self) -> Bound<'_> {
        let rates = (0..self.len()).flat_map(|i| {
            let of = self.ways[i].iter().map(move |w| self.gain[i] / w.price);
            of.filter(|r| r.is_finite() && *r > 0.0)
        });
        let (lo, hi) = rates.fold((f64::INFINITY, 0.0f64), |(lo, hi), r| (lo.min(r), hi.max(r)));
        let mut out = Bound { supply: self, lines: Vec::new() };
        out.add(0.0);
        if hi > 0.0 {
            let (lo, hi) = (0.3 * lo, 1.1 * hi);
            for k in 0..PRICES {
                out.add(lo * (hi / lo).powf(k as f64 / (PRICES - 1) as f64));
            }
        }
        out
    }
}

fn better(a: &Served, b: &Served) -> bool {
    a.gain > b.gain + 1e-9 || (a.gain >= b.gain - 1e-9 && a.cost < b.cost - 1e-6)
}

/// Lines above what can be reached: (λ, value without budget), by λ.
pub struct Bound<'a> {
    supply: &'a Supply,
    lines: Vec<(f64, f64)>,
}

impl Bound<'_> {
    fn add(&mut self, money: f64) {
        let s = self.supply;
        let villages: Vec<usize> = (0..s.len()).filter(|&i| s.gain[i] > 0.0 && !s.ways[i].is_empty()).collect();
        let litre = |i: usize, sum: f64| sum / s.need[i] as f64;
        let offers = s.offers(&villages, |i, price| (litre(i, money * price), money * price <= s.gain[i]));
        let alone: Vec<f64> = villages.iter().map(|&i| litre(i, s.gain[i])).collect();
        let whole: f64 = villages.iter().map(|&i| s.gain[i]).sum();
        let (sum, _) = s.transport(&villages, &offers, &alone);
        // What is lost by cutting prices is on the safe side; what is lost by rounding is made up for.
        let line = (money, (whole - sum).max(0.0) + 1e-9 * whole);
        let at = self.lines.partition_point(|l| l.0 < money);
        self.lines.insert(at, line);
    }

    /// No choice of this cost has a greater gain.
    pub fn at_most(&self, budget: f64) -> f64 {
        let value = |l: &(f64, f64)| if l.0 > 0.0 { l.0 * budget + l.1 } else { l.1 };
        self.lines.iter().map(value).fold(f64::INFINITY, f64::min)
    }

    /// Makes the bound of one budget as sharp as can be.
    pub fn sharpen(&mut self, budget: f64) {
        for k in 0..SHARPER {
            let value = |l: &(f64, f64)| l.0 * budget + l.1;
            let all = self.lines.iter().enumerate();
            let Some((at, _)) = all.min_by(|a, b| value(a.1).total_cmp(&value(b.1))) else { return };
            let here = self.lines[at].0;
            let beside = if k % 2 == 0 { at.checked_sub(1) } else { Some(at + 1) };
            if let Some(other) = beside.and_then(|b| self.lines.get(b)) {
                self.add(0.5 * (here + other.0));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Most gain for a budget, by every set of connections of every village.
    fn best(s: &Supply, budget: f64) -> f64 {
        fn feasible(s: &Supply, chosen: &[(usize, u32)]) -> bool {
            // Whoever is served: every group of villages needs no more than the sources it is connected to have.
            let villages: Vec<usize> = chosen.iter().map(|c| c.0).collect();
            (1u32..1 << chosen.len()).all(|m| {
                let of = || (0..chosen.len()).filter(move |b| m >> b & 1 == 1);
                let need: u64 = of().map(|b| s.need[villages[b]]).sum();
                let reach = of().fold(0u32, |r, b| r | chosen[b].1);
                let has: u64 = (0..s.spare.len()).filter(|j| reach >> j & 1 == 1).map(|j| s.spare[j]).sum();
                need <= has
            })
        }
        fn go(s: &Supply, i: usize, chosen: &mut Vec<(usize, u32)>, left: f64, gain: f64, best: &mut f64) {
            if i == s.need.len() {
                if gain > *best && feasible(s, chosen) {
                    *best = gain;
                }
                return;
            }
            go(s, i + 1, chosen, left, gain, best);
            for m in 1u32..1 << s.ways[i].len() {
                let of = || (0..s.ways[i].len()).filter(move |k| m >> k & 1 == 1);
                let price: f64 = of().map(|k| s.ways[i][k].price).sum();
                if price <= left {
                    chosen.push((i, of().fold(0, |r, k| r | 1 << s.ways[i][k].source)));
                    go(s, i + 1, chosen, left - price, gain + s.gain[i], best);
                    chosen.pop();
                }
            }
        }
        let mut most = 0.0;
        go(s, 0, &mut Vec::new(), budget, 0.0, &mut most);
        most
    }

    proptest! {
        #[test]
        fn never_better_than_the_best_and_never_bounded_below_it(
            villages in prop::collection::vec((1u64..9, 1u32..90, prop::collection::vec(prop::option::of(1u32..40), 3)), 1..6),
            spare in prop::collection::vec(0u64..20, 3),
            budget in 0u32..120,
        ) {
            let ways = |list: &[Option<u32>]| {
                let all = (0u32..).zip(list).filter_map(|(source, p)| Some(Way { source, price: f64::from((*p)?) }));
                let mut all: Vec<Way> = all.collect();
                all.sort_by(|a, b| a.price.total_cmp(&b.price));
                all
            };
            let s = Supply {
                need: villages.iter().map(|v| v.0).collect(),
                spare,
                ways: villages.iter().map(|v| ways(&v.2)).collect(),
                gain: villages.iter().map(|v| f64::from(v.1)).collect(),
            };
            let budget = f64::from(budget);
            let most = best(&s, budget);
            let found = s.choose(budget);
            prop_assert!(found.cost <= budget && found.gain <= most + 1e-9, "{found:?} {most}");
            let mut left = s.spare.clone();
            for (i, by) in found.by.iter().enumerate().filter(|(_, b)| !b.is_empty()) {
                prop_assert_eq!(by.iter().map(|b| b.1).sum::<u64>(), s.need[i]);
                for &(k, litres) in by {
                    let j = s.ways[i][k as usize].source as usize;
                    prop_assert!(litres <= left[j]);
                    left[j] -= litres;
                }
            }
            let mut bound = s.bound();
            prop_assert!(bound.at_most(budget) >= most - 1e-6, "{} {}", bound.at_most(budget), most);
            bound.sharpen(budget);
            prop_assert!(bound.at_most(budget) >= most - 1e-6, "{} {}", bound.at_most(budget), most);
            let served: Vec<usize> = (0..s.len()).filter(|&i| !found.by[i].is_empty()).collect();
            prop_assert!(s.cost_at_least(&served) <= found.cost + 1e-6);
        }
    }
}
