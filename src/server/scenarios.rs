//! What-if: a scenario is posted as GeoJSON, its answer is worked out off the threads that answer and not kept.

use std::sync::Arc;

use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use serde_json::Value;

use super::plans::{answer, json, table};
use super::problem::Problem;
use super::{State, query};
use crate::priority::scenario::{self, ScenarioError};
use crate::publish::lists;

/// Bytes of a scenario at most: a thousand edits with five thousand positions fit well.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

impl From<ScenarioError> for Problem {
    fn from(e: ScenarioError) -> Self {
        let too_much = matches!(
            e,
            ScenarioError::TooManyEdits { .. }
                | ScenarioError::TooManyPositions { .. }
                | ScenarioError::TooLong { .. }
                | ScenarioError::TooManyCrossings
        );
        let status = if too_much { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST };
        Problem { status, title: "Bad scenario", detail: e.to_string() }
    }
}

fn unread(e: &actix_web::Error) -> Problem {
    let too_large = matches!(e.as_error::<PayloadError>(), Some(PayloadError::Overflow));
    let (status, detail) = if too_large {
        (StatusCode::PAYLOAD_TOO_LARGE, format!("more than {MAX_BYTES} bytes"))
    } else {
        (StatusCode::BAD_REQUEST, e.to_string())
    };
    Problem { status, title: "Bad scenario", detail }
}

/// `POST /scenarios`
pub async fn post(
    req: HttpRequest,
    body: Result<web::Bytes, actix_web::Error>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let p = query::pairs(req.query_string(), &["f"])?;
    let form = query::form_of(&p, &["json", "csv", "xlsx"])?;
    let body = Arc::new(body.map_err(|e| unread(&e))?);
    answer(req, s, "changes", move |s| {
        let document: Value = serde_json::from_slice(&body).map_err(|e| ScenarioError::NotGeoJson(e.to_string()))?;
        let (after, outcome) = scenario::answer(&s.findings, &s.figures, &document)?;
        if form != "json" {
            return table(s, &lists::changes(&outcome), form);
        }
        Ok(json(&lists::json_of(&after, &outcome)))
    })
    .await
}

/// Any other method.
pub async fn other(req: HttpRequest) -> HttpResponse {
    let detail = format!("{} is not answered here; POST a GeoJSON FeatureCollection of edits", req.method());
    Problem { detail, ..Problem::method_not_allowed(req.method().as_str()) }.error_response()
}
