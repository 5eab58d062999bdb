//! Tiles that were asked for before, up to a number of bytes; those not asked for the longest go first.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::tile::Tile;

/// Collections by their places, and the tile.
pub type Key = (Box<[u16]>, Tile);

/// What an entry costs besides its bytes.
const OVERHEAD: usize = 128;

pub struct Cache {
    most: usize,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    tiles: HashMap<Key, (Arc<[u8]>, u64)>,
    /// By when they were last asked for.
    order: BTreeMap<u64, Key>,
    bytes: usize,
    clock: u64,
}

impl Cache {
    pub fn new(most: usize) -> Self {
        Self { most, held: Mutex::default() }
    }

    /// The tile, made by `make` if it is not held. It is made outside the lock: two who ask at once both make it, which
    /// costs less than all others waiting.
    pub fn get(&self, key: &Key, make: impl FnOnce() -> Vec<u8>) -> Arc<[u8]> {
        let lock = || self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = lock().find(key) {
            return found;
        }
        let made: Arc<[u8]> = make().into();
        lock().keep(key, made.clone(), self.most);
        made
    }

    #[cfg(test)]
    fn size(&self) -> (usize, usize) {
        let h = self.held.lock().unwrap();
        (h.tiles.len(), h.bytes)
    }
}

impl Held {
    fn find(&mut self, key: &Key) -> Option<Arc<[u8]>> {
        let (bytes, when) = self.tiles.get_mut(key)?;
        self.clock += 1;
        if let Some(k) = self.order.remove(when) {
            self.order.insert(self.clock, k);
        }
        *when = self.clock;
        Some(bytes.clone())
    }

    fn keep(&mut self, key: &Key, made: Arc<[u8]>, most: usize) {
        let cost = |b: &Arc<[u8]>| b.len() + OVERHEAD;
        if cost(&made) > most || self.tiles.contains_key(key) {
            return;
        }
        self.clock += 1;
        self.bytes += cost(&made);
        self.order.insert(self.clock, key.clone());
        self.tiles.insert(key.clone(), (made, self.clock));
        while self.bytes > most {
            let Some((_, oldest)) = self.order.pop_first() else { break };
            if let Some((gone, _)) = self.tiles.remove(&oldest) {
                self.bytes -= cost(&gone);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_unasked_goes_first() {
        let key = |n: u32| -> Key { ([1].into(), Tile::new(10, n, 0).unwrap()) };
        let c = Cache::new(3 * (100 + OVERHEAD));
        let mut made = 0;
        for n in [1, 2, 3, 1, 4] {
            c.get(&key(n), || {
                made += 1;
                vec![n as u8; 100]
            });
        }
        assert_eq!((made, c.size()), (4, (3, 3 * (100 + OVERHEAD))));
        // 2 went, 1 stayed.
        assert_eq!(c.get(&key(1), Vec::new).len(), 100);
        assert_eq!(c.get(&key(2), Vec::new).len(), 0);
        // What is larger than everything is given, not kept.
        assert_eq!(c.get(&key(9), || vec![0; 9999]).len(), 9999);
        assert!(c.size().0 <= 4 && !c.get(&key(9), Vec::new).len() > 0);
    }
}
