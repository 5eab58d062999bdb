//! Steps of a theme: told as they begin, timed as they end.

use std::time::{Duration, Instant};

/// Names and times the steps.
pub(super) struct Clock<'a> {
    progress: &'a dyn Fn(&str),
    last: Instant,
    pub timings: Vec<(&'static str, Duration)>,
}

impl<'a> Clock<'a> {
    pub fn new(progress: &'a dyn Fn(&str)) -> Self {
        Clock { progress, last: Instant::now(), timings: Vec::new() }
    }
    pub fn start(&mut self, name: &'static str) {
        (self.progress)(name);
        self.last = Instant::now();
        self.timings.push((name, Duration::ZERO));
    }
    pub fn stop(&mut self) {
        if let Some(t) = self.timings.last_mut() {
            t.1 = self.last.elapsed();
        }
    }
    pub fn next(&mut self, name: &'static str) {
        self.stop();
        self.start(name);
    }
}
