//! Long answers that are written while they are sent, so that none of them is in memory as a whole.
//!
//! A part is made when the client has taken the one before, on a thread that may take its time; while a client is slow, no
//! thread waits for it.

use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::rt::task::{JoinHandle, spawn_blocking};
use actix_web::web::Bytes;

use crate::publish::Collection;

/// Bytes of features after which a part ends, before they are turned into another form.
const PART: usize = 256 << 10;

/// Makes the next part; `None` at the end. What is made after an error is cut off, so that no client takes it for whole.
pub type Make = Box<dyn FnMut() -> Option<std::io::Result<Vec<u8>>> + Send>;

/// A body that is ready, or one that is made in parts.
pub enum Body {
    Whole(Vec<u8>),
    Parts(Make),
}

impl From<Body> for BoxBody {
    fn from(b: Body) -> Self {
        match b {
            Body::Whole(bytes) => BoxBody::new(bytes),
            Body::Parts(make) => BoxBody::new(Parts { make: Some(make), running: None }),
        }
    }
}

type Made = (Make, Option<std::io::Result<Vec<u8>>>);

struct Parts {
    /// Neither at the end.
    make: Option<Make>,
    running: Option<JoinHandle<Made>>,
}

impl MessageBody for Parts {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<std::io::Result<Bytes>>> {
        let this = self.get_mut();
        if let Some(mut make) = this.make.take() {
            this.running = Some(spawn_blocking(move || {
                let part = make();
                (make, part)
            }));
        }
        let Some(running) = &mut this.running else { return Poll::Ready(None) };
        let made = ready!(Pin::new(running).poll(cx));
        this.running = None;
        Poll::Ready(match made {
            Ok((make, Some(Ok(part)))) => {
                this.make = Some(make);
                Some(Ok(part.into()))
            }
            Ok((_, Some(Err(e)))) => Some(Err(e)),
            Ok((_, None)) => None,
            Err(e) => Some(Err(std::io::Error::other(e))),
        })
    }
}

/// The rows of the next part that begins at row `from`; empty at the end.
pub fn next(c: &Collection, rows: &[u32], from: usize) -> Range<usize> {
    let mut size = 0;
    let taken = rows[from.min(rows.len())..].iter().take_while(|&&i| {
        let fits = size < PART;
        size += c.feature(i).len();
        fits
    });
    from..from + taken.count()
}

/// True where these rows are too long for one piece.
pub fn is_long(c: &Collection, rows: &[u32]) -> bool {
    next(c, rows, 0).end < rows.len()
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::pin;

    use super::*;

    async fn taken(make: Make) -> Vec<Result<Bytes, String>> {
        let mut body = pin!(Parts { make: Some(make), running: None });
        let mut out = Vec::new();
        while let Some(part) = poll_fn(|cx| body.as_mut().poll_next(cx)).await {
            out.push(part.map_err(|e| e.to_string()));
        }
        out
    }

    #[actix_web::test]
    async fn parts_come_in_order_and_a_fault_ends_them() {
        let mut n = 0u8;
        let make: Make = Box::new(move || {
            n += 1;
            (n < 4).then(|| Ok(vec![n]))
        });
        assert_eq!(taken(make).await, [1u8, 2, 3].map(|n| Ok(Bytes::from(vec![n]))));
        let mut n = 0u8;
        let make: Make = Box::new(move || {
            n += 1;
            Some(if n == 2 { Err(std::io::Error::other("disk")) } else { Ok(vec![n]) })
        });
        assert_eq!(taken(make).await, [Ok(Bytes::from(vec![1])), Err("disk".into())]);
        let make: Make = Box::new(|| panic!("a fault of ours"));
        let out = taken(make).await;
        assert!(out.len() == 1 && out[0].is_err());
    }
}
