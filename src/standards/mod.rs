//! Rule files (`standards/*.toml`), compiled in; an atlas overrides single values.

mod roads;

pub use roads::*;
