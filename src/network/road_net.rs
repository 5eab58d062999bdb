//! A noded road network with its index, for every theme that asks for ways.

use super::{EdgeIndex, Net};

/// Roads ready for questions of distance.
pub struct RoadNet {
    pub net: Net,
    pub index: EdgeIndex,
}
