//! `GET /api/villages`: what pages need of all villages at once.

use actix_web::{HttpRequest, HttpResponse, web};

use super::problem::Problem;
use super::{Snapshot, State, cache, limits, query};
use crate::publish::villages;

impl Snapshot {
    /// Worked out once for a data version.
    pub(super) fn village_columns(&self) -> &[u8] {
        self.villages.get_or_init(|| {
            let themes: Vec<&str> =
                self.summary["themes"].as_array().into_iter().flatten().filter_map(|t| t.as_str()).collect();
            villages::columns(&self.findings, &themes).to_string().into_bytes()
        })
    }
}

pub async fn columns(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let s = state.current();
    let at = s.clone();
    limits::light(&req, move || at.village_columns().len()).await?;
    Ok(cache::cached(&req, &s, "application/json", || s.village_columns().to_vec()))
}
