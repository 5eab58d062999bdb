//! Who may ask how much: places for work off the threads that answer, and buckets of scenarios for each client.
//!
//! Work has a place from the moment it begins until it is done, even where the client is gone by then: what runs cannot
//! be stopped, so it must go on counting. Whoever only waits gives its turn back when its client goes.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::{HttpRequest, web};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::Span;

use super::State;
use super::problem::Problem;
use super::settings::Limits;
use crate::publish::Collection;

/// Clients whose buckets are kept; beyond, those that are full again go first.
const CLIENTS: usize = 10_000;

/// Places for work of one weight, and a line before them.
pub struct Pool {
    places: Arc<Semaphore>,
    all: usize,
    /// Those that have no place yet.
    waiting: AtomicUsize,
    queue: usize,
    wait: Duration,
}

/// Leaves the line however the wait ends.
struct InLine<'a>(&'a AtomicUsize);

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    pub fn new(places: usize, queue: usize, wait: Duration) -> Self {
        let places = places.min(Semaphore::MAX_PERMITS);
        Self { places: Arc::new(Semaphore::new(places)), all: places, waiting: AtomicUsize::new(0), queue, wait }
    }

    /// A place, at once or after a wait; a problem where the line is too long or does not move.
    async fn place(&self) -> Result<OwnedSemaphorePermit, Problem> {
        if let Ok(free) = self.places.clone().try_acquire_owned() {
            return Ok(free);
        }
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.queue {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Problem::busy(self.wait));
        }
        let _in_line = InLine(&self.waiting);
        match tokio::time::timeout(self.wait, self.places.clone().acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(Problem::busy(self.wait)),
        }
    }

    /// Work in hand, and requests that wait for a place.
    pub fn load(&self) -> (usize, usize) {
        (self.all - self.places.available_permits(), self.waiting.load(Ordering::Relaxed))
    }
}

/// Does heavy work off the threads that answer: rankings, plans, scenarios, files.
pub async fn heavy<T: Send + 'static>(
    req: &HttpRequest,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    run(req, |s| &s.heavy, work).await
}

/// As [`heavy`], of what is done in a moment but not at once: features, tiles, documents.
pub async fn light<T: Send + 'static>(
    req: &HttpRequest,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    run(req, |s| &s.light, work).await
}

async fn run<T: Send + 'static>(
    req: &HttpRequest,
    pool: impl FnOnce(&State) -> &Pool,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let state = req.app_data::<web::Data<State>>().ok_or_else(|| Problem::internal("no state"))?;
    let (pool, span, most) = (pool(state), Span::current(), state.settings.limits.request);
    let done = async {
        let place = pool.place().await?;
        let work = web::block(move || {
            let _place = place;
            span.in_scope(work)
        });
        work.await.map_err(Problem::internal)
    };
    tokio::time::timeout(most, done).await.unwrap_or_else(|_| Err(Problem::late(most)))
}

/// The body of a request: not longer than `most` bytes, and there in time.
pub async fn body(payload: web::Payload, most: usize, within: Duration) -> Result<web::Bytes, Problem> {
    match tokio::time::timeout(within, payload.to_bytes_limited(most)).await {
        Ok(Ok(Ok(bytes))) => Ok(bytes),
        Ok(Ok(Err(e))) => Err(Problem::bad_body(e)),
        Ok(Err(_)) => Err(Problem::body_too_long(most)),
        Err(_) => Err(Problem::slow(within)),
    }
}

/// Bytes of features that an answer may have.
pub fn answer_bytes(req: &HttpRequest) -> usize {
    req.app_data::<web::Data<State>>().map_or(usize::MAX, |s| s.settings.limits.answer_bytes)
}

/// Whether these features are not too many bytes for one answer, before they are written.
pub fn fits(c: &Collection, rows: &[u32], most: usize) -> Result<(), Problem> {
    let bytes: usize = rows.iter().map(|&i| c.feature(i).len()).sum();
    if bytes > most { Err(Problem::answer_too_long(most)) } else { Ok(()) }
}

/// Buckets of tokens: each client has so many at once, and gets them back over time.
pub struct Buckets {
    most: f64,
    /// A second.
    refill: f64,
    held: Mutex<HashMap<IpAddr, (f64, Instant)>>,
}

impl Buckets {
    pub fn new(at_once: f64, per_minute: f64) -> Self {
        Self { most: at_once, refill: per_minute / 60.0, held: Mutex::default() }
    }

    /// Takes one, or says how long until there is one.
    pub fn take(&self, client: IpAddr) -> Result<(), Duration> {
        self.take_at(client, Instant::now())
    }

    fn take_at(&self, client: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let level = |(n, when): (f64, Instant)| {
            (n + now.saturating_duration_since(when).as_secs_f64() * self.refill).min(self.most)
        };
        if held.len() >= CLIENTS {
            held.retain(|_, bucket| level(*bucket) < self.most);
            // All of them busy: nobody is let in for free, those there keep what they have.
            if held.len() >= CLIENTS && !held.contains_key(&network(client)) {
                return Err(Duration::from_secs_f64(1.0 / self.refill));
            }
        }
        let bucket = held.entry(network(client)).or_insert((self.most, now));
        let n = level(*bucket);
        if n < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - n) / self.refill));
        }
        *bucket = (n - 1.0, now);
        Ok(())
    }
}

/// Whom an address counts for: a household has a /64 of version 6 to itself.
fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

/// Who asks: the peer, or where that is a proxy that is trusted, whom it names last that is none itself.
pub fn client(req: &HttpRequest, trusted: &[IpAddr]) -> IpAddr {
    let peer = req.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |a| a.ip().to_canonical());
    if !trusted.contains(&peer) {
        return peer;
    }
    let named: Vec<&str> = req
        .headers()
        .get_all("X-Forwarded-For")
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .map(str::trim)
        .collect();
    for name in named.into_iter().rev() {
        match name.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
            Ok(ip) if trusted.contains(&ip) => {}
            Ok(ip) => return ip,
            // What a proxy writes is an address; what is none came from farther away.
            Err(_) => break,
        }
    }
    peer
}

/// All pools and buckets of a service.
pub(super) fn pools(l: &Limits) -> (Pool, Pool, Buckets) {
    (
        Pool::new(l.heavy, l.heavy_queue, l.heavy_wait),
        Pool::new(l.light, l.light.saturating_mul(16), l.heavy_wait),
        Buckets::new(l.scenarios_at_once, l.scenarios_per_minute),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn buckets_fill_again() {
        let b = Buckets::new(2.0, 60.0);
        let (a, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let t = Instant::now();
        assert!(b.take_at(a, t).is_ok() && b.take_at(a, t).is_ok());
        let wait = b.take_at(a, t).unwrap_err();
        assert!((wait.as_secs_f64() - 1.0).abs() < 1e-6);
        assert!(b.take_at(other, t).is_ok());
        assert!(b.take_at(a, t + wait).is_ok() && b.take_at(a, t + wait).is_err());
        // After a long rest there are no more than at once.
        let later = t + Duration::from_secs(3600);
        assert_eq!((0..9).filter(|_| b.take_at(a, later).is_ok()).count(), 2);
    }

    #[test]
    fn buckets_do_not_grow_without_end() {
        let b = Buckets::new(1.0, 1.0);
        let t = Instant::now();
        let ip = |n: u32| IpAddr::from(n.to_be_bytes());
        let taken = (0..2 * CLIENTS as u32).filter(|&n| b.take_at(ip(n), t).is_ok()).count();
        assert_eq!((taken, b.held.lock().unwrap().len()), (CLIENTS, CLIENTS));
        assert!(b.take_at(ip(3_000_000), t + Duration::from_secs(61)).is_ok());
        assert_eq!(b.held.lock().unwrap().len(), 1);
    }

    #[test]
    fn one_house_is_one_client() {
        let n = |t: &str| network(t.parse().unwrap());
        assert_eq!(n("2001:db8::1"), n("2001:db8::ffff:1"));
        assert_ne!(n("2001:db8::1"), n("2001:db8:0:1::1"));
        assert_eq!(n("::ffff:192.0.2.1"), n("192.0.2.1"));
    }

    #[test]
    fn clients_behind_proxies() {
        let proxy: IpAddr = "127.0.0.1".parse().unwrap();
        let of = |peer: &str, header: &str, trusted: &[IpAddr]| {
            let req = TestRequest::default()
                .peer_addr(peer.parse().unwrap())
                .insert_header(("X-Forwarded-For", header))
                .to_http_request();
            client(&req, trusted).to_string()
        };
        assert_eq!(of("192.0.2.9:1", "203.0.113.7", &[proxy]), "192.0.2.9");
        assert_eq!(of("127.0.0.1:1", "203.0.113.7", &[]), "127.0.0.1");
        assert_eq!(of("127.0.0.1:1", "198.51.100.1, 203.0.113.7, 127.0.0.1", &[proxy]), "203.0.113.7");
        assert_eq!(of("127.0.0.1:1", "spoofed", &[proxy]), "127.0.0.1");
        assert_eq!(of("127.0.0.1:1", "203.0.113.7, x", &[proxy]), "127.0.0.1");
    }
}
