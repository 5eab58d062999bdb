//! Which works mend whose power: works on a low-voltage network serve all villages with low voltage on it, and a village on
//! several such networks needs the works of each.

use std::collections::{BTreeMap, BTreeSet};

use geo::Coord;

use crate::findings::Findings;
use crate::gaps::power::Bad;

/// Works on one network.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkWorks {
    pub id: String,
    pub kind: &'static str,
    pub length_m: f64,
    pub cost: f64,
    pub point: Option<Coord>,
}

/// Works on low-voltage networks, and who needs which.
#[derive(Debug, Clone, Default)]
pub struct PowerWorks {
    pub all: Vec<NetworkWorks>,
    needs: BTreeMap<usize, Option<Vec<u32>>>,
}

impl PowerWorks {
    pub fn new(f: &Findings) -> Self {
        let mut networks: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
        // Where the supply point that is worst hangs on no known network, works have no cost.
        let mut unknown: BTreeSet<usize> = BTreeSet::new();
        for p in f.power.points.iter().filter(|p| p.bad == Some(Bad::Low)) {
            let Some(v) = p.village else { continue };
            match p.network {
                Some(n) => {
                    networks.entry(v as usize).or_default().insert(n);
                }
                None => {
                    unknown.insert(v as usize);
                }
            }
        }
        let mut out = PowerWorks::default();
        let mut number: BTreeMap<u32, u32> = BTreeMap::new();
        for (&n, (name, remedy)) in &f.power.cures {
            let Some(cost) = remedy.cost else { continue };
            number.insert(n, out.all.len() as u32);
            out.all.push(NetworkWorks {
                id: format!("power-works:{name}"),
                kind: remedy.kind,
                length_m: remedy.length_m,
                cost,
                point: remedy.point.map(|p| Coord { x: p[0], y: p[1] }),
            });
        }
        for (v, of) in networks {
            let all: Option<Vec<u32>> = of.iter().map(|n| number.get(n).copied()).collect();
            out.needs.insert(v, all.filter(|_| !unknown.contains(&v)));
        }
        out
    }

    /// Works that lift the voltage of a village; `None` where they are not all known.
    pub fn of(&self, village: usize) -> Option<&[u32]> {
        self.needs.get(&village)?.as_deref()
    }
}
