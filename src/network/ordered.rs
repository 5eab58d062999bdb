//! Floating-point numbers in a total order, for heaps.

/// A number ordered as by `f64::total_cmp`.
#[derive(Debug, Clone, Copy)]
pub struct Ordered(pub f64);

impl PartialEq for Ordered {
    fn eq(&self, o: &Self) -> bool {
        self.cmp(o).is_eq()
    }
}
impl Eq for Ordered {}
impl Ord for Ordered {
    fn cmp(&self, o: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&o.0)
    }
}
impl PartialOrd for Ordered {
    fn partial_cmp(&self, o: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(o))
    }
}
