//! How much may still be done: steps, which are the same on every machine, and perhaps a moment after which to stop.

use std::time::Instant;

/// The clock is looked at after this many steps.
const LOOK: u64 = 1 << 14;

/// A step is about one edge looked at.
#[derive(Debug, Clone)]
pub struct Budget {
    left: u64,
    until: Option<Instant>,
    /// Steps until the clock is looked at again.
    look: u64,
    late: bool,
}

impl Budget {
    pub fn new(steps: u64, until: Option<Instant>) -> Self {
        Self { left: steps, until, look: 0, late: false }
    }

    /// Takes `steps` off; false when it is time to stop.
    pub fn spend(&mut self, steps: u64) -> bool {
        self.left = self.left.saturating_sub(steps);
        self.look = self.look.saturating_sub(steps + 1);
        if self.look == 0 {
            self.look = LOOK;
            self.late = self.late || self.until.is_some_and(|t| Instant::now() >= t);
        }
        self.open()
    }

    pub fn open(&self) -> bool {
        self.left > 0 && !self.late
    }

    pub fn left(&self) -> u64 {
        self.left
    }

    /// A budget of at most `steps`, and at most this share of the time left; [`Self::take`] accounts for it.
    pub fn part(&self, steps: u64, share: f64) -> Self {
        let now = Instant::now();
        let until = self.until.map(|t| now + t.saturating_duration_since(now).mul_f64(share));
        Self { left: steps.min(self.left), until, look: 0, late: self.late }
    }

    /// What `part`, begun with `steps`, used of this.
    pub fn take(&mut self, steps: u64, part: &Self) {
        let begun = steps.min(self.left);
        self.look = 0;
        self.spend(begun.saturating_sub(part.left));
    }
}
