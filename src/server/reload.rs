//! New data beside the old: loaded and analysed on a thread of its own, swapped in only if whole.
//!
//! 1. An order comes: SIGHUP, `POST /admin/reload`, or files that look different twice in a row in the same way.
//!    Orders that come while one is carried out are carried out together after it.
//! 2. The files are looked at, read, and looked at again: what changed in between is not whole, and read anew.
//! 3. Data of another version is made ready and put in place in one step. Whoever reads the old goes on with it; its
//!    memory is given back here when the last is done, not on a thread that answers.
//!
//! A load that fails, or falls over, leaves what is served. Nothing is written anywhere, so that the program can be
//! killed at any moment and begins again.
//!
//! Files are looked at (size, time, number of the file) every few seconds instead of asking the system to tell: what
//! another machine writes to a shared drive is never told, one look at some dozen files costs microseconds, and a file
//! that is put in the place of another needs no care.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};
use tokio::sync::oneshot;
use tracing::{error, info, warn};

use super::{Snapshot, State};
use crate::findings::Findings;

/// Orders that may wait; they are carried out together, so that more would say nothing new.
const ORDERS: usize = 64;
/// Times that files which change while they are read are read again.
const TRIES: usize = 3;
/// A rest before they are.
const REST: Duration = Duration::from_millis(500);
/// Readers of old data are waited for so long; a longer one gives the memory back itself.
const READERS: Duration = Duration::from_secs(120);

/// Where data comes from. The server knows neither GDAL nor atlases.
pub struct Loader {
    pub load: Box<dyn Fn() -> Result<Findings, String> + Send + Sync>,
    /// All files that a load reads.
    pub files: Box<dyn Fn() -> Vec<PathBuf> + Send + Sync>,
}

/// Files as they look from outside.
type Look = Vec<(PathBuf, Option<(u64, Option<SystemTime>, u64)>)>;

impl Loader {
    fn look(&self) -> Look {
        let number = |m: &std::fs::Metadata| {
            #[cfg(unix)]
            return std::os::unix::fs::MetadataExt::ino(m);
            #[cfg(not(unix))]
            return m.len();
        };
        let seen = |p: PathBuf| {
            let data = std::fs::metadata(&p).ok().map(|m| (m.len(), m.modified().ok(), number(&m)));
            (p, data)
        };
        (self.files)().into_iter().map(seen).collect()
    }

    /// Loads what is whole: no file changes on the way. With how the files looked.
    fn whole(&self) -> (Look, Result<Findings, String>) {
        let mut before = self.look();
        for left in (0..TRIES).rev() {
            let found = caught(|| (self.load)()).and_then(|r| r);
            let after = self.look();
            if before == after {
                return (before, found);
            }
            warn!("files changed while they were read");
            if left > 0 {
                std::thread::sleep(REST);
                before = self.look();
            }
        }
        // Not how they look now: whoever watches sees at the next look that there is something to do.
        (before, Err("files went on changing while they were read; write them beside and rename them".into()))
    }
}

/// What falls over is an error like others, told with its words.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|p| {
        let said = p.downcast_ref::<String>().map(String::as_str).or_else(|| p.downcast_ref::<&str>().copied());
        format!("the analysis fell over: {}", said.unwrap_or("no reason was given"))
    })
}

/// The first data, and the loader for all that follow.
pub fn first(loader: Loader) -> Result<(Snapshot, Watcher), String> {
    let (look, found) = loader.whole();
    Ok((Snapshot::new(found?), Watcher { loader, look, threads: None }))
}

/// Why data is loaded again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    Signal,
    Request,
    Files,
}

impl Cause {
    fn name(self) -> &'static str {
        match self {
            Cause::Signal => "signal",
            Cause::Request => "request",
            Cause::Files => "files",
        }
    }
}

struct Order {
    cause: Cause,
    done: Option<oneshot::Sender<Last>>,
}

/// A load after the first.
#[derive(Debug, Clone)]
pub struct Last {
    pub cause: Cause,
    /// Seconds since 1970.
    pub ended: f64,
    pub took: Duration,
    /// `changed`, `unchanged`, `failed`.
    pub result: &'static str,
    /// Of a failure.
    pub why: Option<String>,
    /// Served after it.
    pub data_version: String,
}

impl Last {
    pub fn json(&self) -> Value {
        json!({
            "result": self.result, "why": self.why, "cause": self.cause.name(),
            "ended": super::health::moment(self.ended), "seconds": self.took.as_secs_f64(),
            "data_version": self.data_version,
        })
    }
}

/// What is told of loads after the first.
#[derive(Debug, Clone)]
pub struct Told {
    pub running: bool,
    pub last: Option<Last>,
    pub counts: [(&'static str, u64); 3],
}

/// How the service gives orders and sees what became of them.
pub struct Reload {
    orders: SyncSender<Order>,
    told: Mutex<Told>,
}

impl Reload {
    pub fn new() -> (Self, Orders) {
        let (orders, come) = sync_channel(ORDERS);
        let told = Told { running: false, last: None, counts: [("changed", 0), ("unchanged", 0), ("failed", 0)] };
        (Self { orders, told: Mutex::new(told) }, Orders(come))
    }

    pub fn told(&self) -> Told {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Orders a load; where so many wait that this one says nothing new, it is one of them.
    pub fn order(&self, cause: Cause) {
        let _ = self.orders.try_send(Order { cause, done: None });
    }

    /// As [`Reload::order`]; tells when it is done. `None` where too many wait for that.
    pub fn order_and_wait(&self, cause: Cause) -> Option<oneshot::Receiver<Last>> {
        let (done, wait) = oneshot::channel();
        self.orders.try_send(Order { cause, done: Some(done) }).ok().map(|()| wait)
    }

    fn set(&self, change: impl FnOnce(&mut Told)) {
        change(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Orders as they come.
pub struct Orders(Receiver<Order>);

/// Carries out orders and looks at files.
pub struct Watcher {
    loader: Loader,
    /// How files looked when they were last read.
    look: Look,
    /// Threads of an analysis: half of the cores, so that answers have the other half.
    threads: Option<rayon::ThreadPool>,
}

impl Watcher {
    /// Works until the service is gone, on a thread of its own.
    pub fn start(mut self, state: Arc<State>, orders: Orders) -> std::io::Result<()> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(cores.div_ceil(2));
        self.threads = pool.thread_name(|i| format!("reload-{i}")).build().ok();
        std::thread::Builder::new().name("reload".into()).spawn(move || self.work(&state, &orders.0)).map(drop)
    }

    fn work(&mut self, state: &State, orders: &Receiver<Order>) {
        let mut changed: Option<Look> = None;
        loop {
            let order = match state.settings.watch {
                None => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(every) => orders.recv_timeout(every),
            };
            let first = match order {
                Ok(order) => order,
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    let look = self.loader.look();
                    if look == self.look {
                        changed = None;
                        continue;
                    }
                    if changed.as_ref() != Some(&look) {
                        // Somebody may still be writing.
                        changed = Some(look);
                        continue;
                    }
                    Order { cause: Cause::Files, done: None }
                }
            };
            changed = None;
            let all: Vec<Order> = std::iter::once(first).chain(orders.try_iter()).collect();
            let old = state.loaded();
            let last = self.once(state, &old, all[0].cause);
            for done in all.into_iter().filter_map(|o| o.done) {
                // Whoever asked may be gone.
                let _ = done.send(last.clone());
            }
            // After the answers: whoever waits for one is a reader of the old.
            release(old, last.result == "changed");
        }
    }

    fn once(&mut self, state: &State, old: &Snapshot, cause: Cause) -> Last {
        state.reload.set(|t| t.running = true);
        info!(cause = cause.name(), "loading data anew");
        let begin = Instant::now();
        let load = || {
            let (look, found) = self.loader.whole();
            let new = found.and_then(|f| match f.data_version == old.data_version {
                true => Ok(None),
                false => caught(|| Some(Snapshot::new(f))),
            });
            (look, new)
        };
        let (look, new) = match &self.threads {
            Some(threads) => threads.install(load),
            None => load(),
        };
        self.look = look;
        let (result, why) = match new {
            Ok(None) => ("unchanged", None),
            Ok(Some(new)) => {
                state.swap(new);
                ("changed", None)
            }
            Err(why) => ("failed", Some(why)),
        };
        let (took, data_version) = (begin.elapsed(), state.loaded().data_version.clone());
        let last = Last { cause, ended: seconds_since_1970(), took, result, why, data_version };
        let (seconds, cause) = (took.as_secs_f64(), cause.name());
        match &last.why {
            None => info!(cause, result, seconds, data_version = last.data_version, "data loaded"),
            Some(why) => error!(cause, why, data_version = last.data_version, "data not loaded; the old is served on"),
        }
        state.reload.set(|t| {
            t.running = false;
            if let Some(c) = t.counts.iter_mut().find(|c| c.0 == result) {
                c.1 += 1;
            }
            t.last = Some(last.clone());
        });
        last
    }
}

/// Gives memory back when the last reader is done.
fn release(old: Arc<Snapshot>, replaced: bool) {
    let begin = Instant::now();
    while replaced && Arc::strong_count(&old) > 1 && begin.elapsed() < READERS {
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub fn seconds_since_1970() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64())
}
