//! What follows from findings by itself, before anybody asks a question.

use rayon::prelude::*;

use super::joint::{Ask, JointPlan};
use super::scorecard::{Scorecard, scorecard};
use super::theme_plan::{PLANNED, plan};
use crate::findings::Findings;

pub struct Conclusions {
    pub scorecard: Scorecard,
    /// Everybody served, one plan for each theme that the atlas has something to plan with, in the order of [`PLANNED`].
    pub plans: Vec<JointPlan>,
}

impl Conclusions {
    pub fn new(f: &Findings) -> Self {
        let everybody = || PLANNED.par_iter().filter_map(|theme| plan(f, theme, &Ask::default())).collect();
        let (scorecard, plans) = rayon::join(|| scorecard(f), everybody);
        Self { scorecard, plans }
    }

    /// The plan that answers the question, if it is one of those that nobody needs to ask.
    pub fn plan(&self, theme: &str, ask: &Ask) -> Option<&JointPlan> {
        self.plans.iter().find(|p| p.theme == theme && *ask == Ask::default())
    }
}
