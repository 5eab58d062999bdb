//! Errors as RFC 9457 problem details.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

use crate::publish::Collection;

/// An answer that says what was wrong and what would be right.
#[derive(Debug, Clone)]
pub struct Problem {
    pub status: StatusCode,
    pub title: &'static str,
    pub detail: String,
}

impl Problem {
    pub fn bad_parameter(name: &str, detail: impl std::fmt::Display) -> Self {
        Self { status: StatusCode::BAD_REQUEST, title: "Bad parameter", detail: format!("{name}: {detail}") }
    }

    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Self { status: StatusCode::NOT_FOUND, title: "Not found", detail: what.to_string() }
    }

    pub fn no_collection(id: &str, have: &[Collection]) -> Self {
        let ids: Vec<&str> = have.iter().map(|c| c.id).collect();
        Self::not_found(format!("there is no collection {id:?}; there are {}", ids.join(", ")))
    }

    pub fn not_acceptable(accept: &str) -> Self {
        Self {
            status: StatusCode::NOT_ACCEPTABLE,
            title: "Not acceptable",
            detail: format!("there is JSON and HTML here, and {accept:?} takes neither; f=json or f=html decides"),
        }
    }

    /// Something of ours went wrong; the reason is for the log and whoever asks.
    pub fn internal(why: impl std::fmt::Display) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, title: "Internal error", detail: why.to_string() }
    }

    pub fn method_not_allowed(method: &str) -> Self {
        Self {
            status: StatusCode::METHOD_NOT_ALLOWED,
            title: "Method not allowed",
            detail: format!("{method} is not answered here; use GET"),
        }
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
        });
        let mut answer = HttpResponse::build(self.status);
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            answer.insert_header((header::ALLOW, super::assets::METHODS));
        }
        answer.content_type("application/problem+json").body(body.to_string())
    }
}
