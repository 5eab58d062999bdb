//! `POST /admin/reload`, for whoever shows the token.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use serde_json::json;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::problem::Problem;
use super::reload::Cause;
use super::{State, limits, query};

/// The token as it was shown is the one that was set. Digests are compared, in constant time, so that neither
/// beginning nor length of the right one shows in how long the answer takes.
fn is_right(shown: &[u8], set: &[u8]) -> bool {
    Sha256::digest(shown)[..].ct_eq(&Sha256::digest(set)[..]).into()
}

fn allowed(req: &HttpRequest, state: &State) -> Result<(), Problem> {
    let Some(token) = &state.settings.admin_token else {
        return Err(Problem::not_found("administration is turned off; admin_token turns it on"));
    };
    let client = limits::client(req, &state.settings.trusted_proxies);
    state.admin_tries.take(client).map_err(|wait| Problem::too_many("requests to administration", wait))?;
    let shown = req.headers().get(header::AUTHORIZATION).and_then(|v| v.as_bytes().strip_prefix(b"Bearer "));
    match shown {
        Some(shown) if is_right(shown, token.bytes()) => Ok(()),
        _ => {
            tracing::warn!(%client, "administration refused: the token is missing or wrong");
            let why = "Authorization: Bearer … with the token of administration is needed";
            Err(Problem::new(StatusCode::UNAUTHORIZED, "Not allowed", why.to_owned()))
        }
    }
}

/// `POST /admin/reload`: loads data anew; with `wait=true` answers when that is done, with what became of it.
pub async fn reload(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    allowed(&req, &state)?;
    let p = query::pairs(req.query_string(), &["wait"])?;
    if !query::flag(&p, "wait")? {
        state.reload.order(Cause::Request);
        let body = json!({"status": "ordered", "see": "/health/ready"});
        return Ok(HttpResponse::Accepted().insert_header((header::CACHE_CONTROL, "no-store")).json(body));
    }
    let wait = state.settings.limits.heavy_wait;
    let done = state.reload.order_and_wait(Cause::Request).ok_or_else(|| Problem::busy(wait))?;
    let last = done.await.map_err(|_| Problem::busy(wait))?;
    let status = if last.why.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    if let Some(why) = last.why {
        return Err(Problem::new(status, "Data not loaded", why));
    }
    Ok(HttpResponse::build(status).insert_header((header::CACHE_CONTROL, "no-store")).json(last.json()))
}

/// Any other method.
pub async fn other(req: HttpRequest) -> HttpResponse {
    let detail = format!("{} is not answered here; use POST", req.method());
    let problem = Problem { detail, ..Problem::method_not_allowed(req.method().as_str()) };
    let mut answer = problem.error_response();
    answer.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("POST"));
    answer
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_the_very_token() {
        let set = b"abcdefghijklmnopqrstuvwxyz";
        assert!(super::is_right(set, set));
        for wrong in
            [&b""[..], b"abcdefghijklmnopqrstuvwxy", b"abcdefghijklmnopqrstuvwxyzz", b"Abcdefghijklmnopqrstuvwxyz"]
        {
            assert!(!super::is_right(wrong, set));
        }
    }
}
