//! Water: unsafe and untested sources, villages without safe water, and the cheapest safe source to connect them to
//! (definitions, section 4; GB 5749, WHO guidelines, T/CHES 18-2018, WHO/UNICEF JMP).
//!
//! 1. `quality.rs`: every source's tests against the profile's limits.
//! 2. `villages.rs`: whose source is whose; the four criteria, the worst of them decides; the JMP rung.
//! 3. `links.rs`: unsafe villages to safe sources with spare yield, all together at the least cost.
//! 4. `contamination.rs`: shares of sources over the limit per county and depth, with their intervals.
//! 5. `gaps.rs`: gaps with evidence and words.

mod contamination;
mod gaps;
mod links;
mod model;
mod quality;
mod villages;

use super::Verdict;
use super::clock::Clock;
use crate::network::travel::Travel;
use crate::standards::WaterRules;
use crate::world::World;
use crate::world::index::PointIndex;

pub use contamination::{Contamination, wilson};
pub use gaps::{date, tests, tidy};
pub use links::{WaterWay, litres_needed, ways};
pub use model::*;

/// Runs the theme. `currency` names the unit of the costs.
pub fn find(
    world: &World,
    rules: &WaterRules,
    travel: Option<&Travel>,
    currency: &str,
    progress: &dyn Fn(&str),
) -> WaterFindings {
    let data = &world.water;
    if !data.has_sources && !world.villages.iter().any(|v| v.water.speaks()) {
        return WaterFindings::default();
    }
    let mut clock = Clock::new(progress);
    clock.start("water quality");
    let profile = rules.limits();
    let mut sources = quality::judge(data, &profile, rules);
    clock.next("village water");
    let index = PointIndex::new(data.sources.iter().map(|s| s.point));
    let villages = villages::villages(world, &sources, &index, travel, rules);
    for (v, r) in world.villages.iter().zip(&villages) {
        if let Some(s) = r.source {
            let state = &mut sources[s as usize];
            state.villages += 1;
            match v.population {
                Some(n) => state.people = Some(state.people.unwrap_or(0.0) + n),
                None => state.people_unknown += 1,
            }
        }
    }
    clock.next("safe sources");
    let links = links::links(world, &mut sources, &villages, rules, currency);
    clock.next("contamination");
    let contamination = contamination::by_county(world, &sources, &profile, &rules.also_over);
    clock.next("water gaps");
    let gaps = gaps::gaps(world, rules, currency, &sources, &villages, &links);
    let count = |s: SourceState| sources.iter().filter(|x| x.state == s).count();
    let facts = WaterFacts {
        profile: profile.name.clone(),
        sources: sources.len(),
        safe: count(SourceState::Safe),
        unsafe_sources: count(SourceState::Unsafe),
        untested: count(SourceState::Untested),
        unknown: count(SourceState::Unknown),
        unimproved: count(SourceState::Unimproved),
        links: links.len(),
        link_cost: super::metres(super::total(links.iter().map(|l| l.cost))),
        without_link: villages
            .iter()
            .zip(0u32..)
            .filter(|(r, i)| r.verdict == Verdict::Gap && !links.iter().any(|l| l.village_ix == *i))
            .count(),
    };
    clock.stop();
    WaterFindings { facts: Some(facts), sources, villages, links, contamination, gaps, timings: clock.timings }
}
