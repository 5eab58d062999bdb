//! `GET /api/villages`: what pages need of all villages at once; and the neighbours of one.

use actix_web::{HttpRequest, HttpResponse, web};

use super::problem::Problem;
use super::{Snapshot, State, cache, limits, query};
use crate::publish::{neighbours, villages};

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

/// `GET /api/villages/{village}/neighbours`: whether a paved way leads to each of them.
pub async fn neighbours_of(
    req: HttpRequest,
    village: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let (s, id) = (state.current(), village.into_inner());
    let at = s.clone();
    let found = limits::light(&req, move || {
        neighbours::neighbours(&at.findings, &id)
            .ok_or_else(|| Problem::not_found(format!("there is no village {id:?}")))
    })
    .await??;
    Ok(cache::cached(&req, &s, "application/json", || found.to_string().into_bytes()))
}
