//! Networks: roads (noding, an edge index, last-mile forests, bridges, paths between neighbours), medium-voltage grids
//! ([`medium`]), load flow ([`flow`]) and Steiner trees ([`steiner`]).
//!
//! Knows lines, surfaces and costs, but no theme's rules and no villages: callers hand in points and get
//! distances, paths, pieces and voltages back.

pub mod assignment;
mod cutoff;
mod edit;
pub mod flow;
mod fragile;
mod index;
mod lastmile;
pub mod medium;
mod neighbours;
mod net;
mod noding;
pub mod ordered;
mod reach;
mod road_net;
pub mod shares;
pub mod steiner;
pub mod travel;
mod union_find;

pub use edit::{Difference, Drawn, Edited, Joining, MAX_CROSSINGS, Stretch, TooManyCrossings, edit};
pub use fragile::{Fragile, fragile_groups};
pub use index::{EdgeIndex, Hit, TOLERANCE_M};
pub use lastmile::{
    Access, FibreAsk, JointRoads, LastMile, Link, LinkSurface, PathSummary, Standing, Ways, last_mile, routes, standing,
};
pub use neighbours::{NeighbourPath, Repair, Terminal, paved_paths};
pub use net::{Adjacency, Net};
pub use noding::node;
pub use reach::{AnchorUse, Reach, reach};
pub use road_net::RoadNet;
pub use union_find::UnionFind;
