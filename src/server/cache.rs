//! Answers that a client may keep: each has a tag, and whoever shows it again is told that nothing changed.

use actix_web::body::MessageBody;
use actix_web::http::header::{self, ETag, EntityTag, Header, IfNoneMatch};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

use super::Snapshot;

/// The tag of an address in one data version; `variant` is what else the answer depends on.
fn tag(req: &HttpRequest, s: &Snapshot, variant: &str) -> EntityTag {
    let mut h = Sha256::new();
    for part in [&s.data_version, &req.uri().to_string(), variant] {
        h.update(part);
        h.update([0]);
    }
    // Weak: the same answer may be compressed or not.
    EntityTag::new_weak(h.finalize()[..8].iter().map(|b| format!("{b:02x}")).collect())
}

fn known(req: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(req) {
        Ok(IfNoneMatch::Any) => req.headers().contains_key(header::IF_NONE_MATCH),
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|t| t.weak_eq(tag)),
        Err(_) => false,
    }
}

fn finish<B: MessageBody + 'static>(
    req: &HttpRequest,
    s: &Snapshot,
    variant: &str,
    body: Option<(&str, B)>,
) -> HttpResponse {
    let mut answer = if body.is_some() { HttpResponse::Ok() } else { HttpResponse::NotModified() };
    answer
        .insert_header(ETag(tag(req, s, variant)))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::VARY, "Accept, Accept-Encoding, Accept-Language"));
    match body {
        Some((kind, body)) => answer.content_type(kind).body(body),
        None => answer.finish(),
    }
}

/// The answer that nothing changed, where the client shows the very tag. Only answers that were given have one, so that
/// this can be asked before any work is done.
pub fn unchanged(req: &HttpRequest, s: &Snapshot, variant: &str) -> Option<HttpResponse> {
    let any = matches!(IfNoneMatch::parse(req), Ok(IfNoneMatch::Any));
    (!any && known(req, &tag(req, s, variant))).then(|| finish(req, s, variant, None::<(&str, ())>))
}

/// Answers with `body`, or 304 where the client has this data version of this address already.
pub fn varied<B: MessageBody + 'static>(
    req: &HttpRequest,
    s: &Snapshot,
    variant: &str,
    kind: &str,
    body: impl FnOnce() -> B,
) -> HttpResponse {
    let body = (!known(req, &tag(req, s, variant))).then(|| (kind, body()));
    finish(req, s, variant, body)
}

/// As [`varied`], of what depends on the address alone.
pub fn cached(req: &HttpRequest, s: &Snapshot, kind: &str, body: impl FnOnce() -> Vec<u8>) -> HttpResponse {
    varied(req, s, "", kind, body)
}
