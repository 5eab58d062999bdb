//! What-if: a scenario is posted as GeoJSON, its answer is worked out off the threads that answer and not kept.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use serde_json::Value;

use super::plans::{answer, json, table};
use super::problem::Problem;
use super::{State, limits, query};
use crate::priority::scenario::{self, ScenarioError};
use crate::publish::lists;

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
        Problem::new(status, "Bad scenario", e.to_string())
    }
}

/// `POST /scenarios`
pub async fn post(req: HttpRequest, payload: web::Payload, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let (most, within) = (state.settings.limits.body_bytes, state.settings.limits.request);
    let client = limits::client(&req, &state.settings.trusted_proxies);
    state.scenarios.take(client).map_err(|wait| Problem::too_many("scenarios", wait))?;
    let p = query::pairs(req.query_string(), &["f"])?;
    let form = query::form_of(&p, &["json", "csv", "xlsx"])?;
    let body = limits::body(payload, most, within).await?;
    answer(req, s, "changes", move |s| {
        let document: Value = serde_json::from_slice(&body).map_err(|e| ScenarioError::NotGeoJson(e.to_string()))?;
        let (after, outcome) = scenario::answer(&s.findings, &s.conclusions.scorecard, &document)?;
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
    let problem = Problem { detail, ..Problem::method_not_allowed(req.method().as_str()) };
    let mut answer = problem.error_response();
    answer.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("POST"));
    answer
}
