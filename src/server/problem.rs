//! Errors as RFC 9457 problem details, with the `code` that OGC API – Features, Part 1 asks of exceptions.

use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;
use tracing::error;

use crate::publish::Collection;

/// An answer that says what was wrong and what would be right.
#[derive(Debug, Clone)]
pub struct Problem {
    pub status: StatusCode,
    pub title: &'static str,
    pub detail: String,
    /// When to ask again.
    pub retry_after: Option<Duration>,
}

impl Problem {
    pub fn new(status: StatusCode, title: &'static str, detail: String) -> Self {
        Self { status, title, detail, retry_after: None }
    }

    pub fn bad_parameter(name: &str, detail: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Bad parameter", format!("{name}: {detail}"))
    }

    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found", what.to_string())
    }

    pub fn no_collection(id: &str, have: &[Collection]) -> Self {
        let ids: Vec<&str> = have.iter().map(|c| c.id).collect();
        Self::not_found(format!("there is no collection {id:?}; there are {}", ids.join(", ")))
    }

    pub fn not_acceptable(accept: &str) -> Self {
        let why = format!("there is JSON and HTML here, and {accept:?} takes neither; f=json or f=html decides");
        Self::new(StatusCode::NOT_ACCEPTABLE, "Not acceptable", why)
    }

    /// Something of ours went wrong; the reason is for the log and whoever asks.
    pub fn internal(why: impl std::fmt::Display) -> Self {
        let why = why.to_string();
        error!(why, "internal error");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal error", why)
    }

    /// All places are taken and the line before them is full, or does not move.
    pub fn busy(wait: Duration) -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            title: "Busy",
            detail: "too much is being worked out at the moment; please ask again later".into(),
            retry_after: Some(wait.max(Duration::from_secs(1))),
        }
    }

    /// Not done in time.
    pub fn late(most: Duration) -> Self {
        let detail = format!("not done within {} s; please ask for less", most.as_secs_f64());
        Self { status: StatusCode::SERVICE_UNAVAILABLE, title: "Not done in time", detail, retry_after: Some(most) }
    }

    /// More than one client may ask.
    pub fn too_many(what: &str, wait: Duration) -> Self {
        let detail = format!("too many {what} from one client; please wait {} s", wait.as_secs_f64().ceil());
        Self { status: StatusCode::TOO_MANY_REQUESTS, title: "Too many requests", detail, retry_after: Some(wait) }
    }

    pub fn bad_body(why: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Bad body", why.to_string())
    }

    pub fn body_too_long(most: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "Body too long", format!("more than {most} bytes"))
    }

    /// The body did not come in time.
    pub fn slow(within: Duration) -> Self {
        let detail = format!("the body did not come within {} s", within.as_secs_f64());
        Self::new(StatusCode::REQUEST_TIMEOUT, "Too slow", detail)
    }

    pub fn address_too_long(most: usize) -> Self {
        Self::new(StatusCode::URI_TOO_LONG, "Address too long", format!("more than {most} bytes"))
    }

    /// An answer that would be larger than is given.
    pub fn answer_too_long(most: usize) -> Self {
        let why = format!("the answer would have more than {most} bytes; ask for fewer, and follow the next link");
        Self::bad_parameter("limit", why)
    }

    pub fn method_not_allowed(method: &str) -> Self {
        let why = format!("{method} is not answered here; use GET");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed", why)
    }
}

impl Problem {
    /// The title as one word for programs: `BadParameter`.
    fn code(&self) -> String {
        let mut start = true;
        let upper = |c: char| if std::mem::replace(&mut start, c == ' ') { c.to_ascii_uppercase() } else { c };
        self.title.chars().map(upper).filter(|c| *c != ' ').collect()
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}: {}", self.title, self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }
    fn error_response(&self) -> HttpResponse {
        let body = json!({
            "type": "about:blank", "title": self.title, "status": self.status.as_u16(), "detail": self.detail,
            "code": self.code(),
        });
        let mut answer = HttpResponse::build(self.status);
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            answer.insert_header((header::ALLOW, super::assets::METHODS));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"cuntong\""));
        }
        if let Some(wait) = self.retry_after {
            answer.insert_header((header::RETRY_AFTER, wait.as_secs_f64().ceil().max(1.0).to_string()));
        }
        answer.content_type("application/problem+json").body(body.to_string())
    }
}
