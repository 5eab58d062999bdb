//! The description of the API, for programs and for people.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;

use super::super::problem::Problem;
use super::super::{Snapshot, State, cache, limits, query};
use super::html::{self, Page, escape};
use super::links::{Base, OPENAPI};
use super::negotiate::{self, Form};
use super::{Reader, openapi};

/// `GET /api`
pub async fn api(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let p = query::pairs(req.query_string(), &["f"])?;
    let r = Reader::of(&req, p.get("f").map(String::as_str))?;
    answer(req, state.current(), r).await
}

/// `GET /api.html`
pub async fn page(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let r = Reader { form: Form::Html, language: negotiate::language(&req), base: Base::of(&req) };
    answer(req, state.current(), r).await
}

/// Off the threads that answer: it names the properties of all collections, which have to be read the first time.
async fn answer(req: HttpRequest, s: Arc<Snapshot>, r: Reader) -> Result<HttpResponse, Problem> {
    if let Some(unchanged) = cache::unchanged(&req, &s, &r.variant()) {
        return Ok(unchanged);
    }
    let at = s.clone();
    let work = move || match r.form {
        Form::Json => (openapi::document(&at, &r).to_string().into_bytes(), r),
        Form::Html => (view(&at, &r), r),
    };
    let (body, r) = limits::light(&req, work).await?;
    Ok(match r.form {
        Form::Json => cache::varied(&req, &s, &r.variant(), OPENAPI, || body),
        Form::Html => html::answer(&req, &s, &r, || body),
    })
}

/// The description as a page, with nothing in it that the description does not have.
fn view(s: &Snapshot, r: &Reader) -> Vec<u8> {
    let doc = openapi::document(s, r);
    let mut p = Page::new(r, &r.say("ogc_api"), &[html::home(r)]);
    p.text(doc["info"]["description"].as_str().unwrap_or_default());
    for (path, item) in doc["paths"].as_object().into_iter().flatten() {
        let get = &item["get"];
        p.heading(&format!("GET {path}"));
        p.text(get["summary"].as_str().unwrap_or_default());
        p.text(get["description"].as_str().unwrap_or_default());
        let parameters = get["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        let rows: Vec<Vec<String>> = parameters.iter().map(|q| parameter(&doc, q)).collect();
        if !rows.is_empty() {
            p.table(&["ogc_parameter", "ogc_type", "ogc_meaning"].map(|k| r.say(k)), rows);
        }
        let media = get["responses"]["200"]["content"].as_object().into_iter().flatten();
        let media: Vec<String> = media.map(|(m, _)| format!("<code>{}</code>", escape(m))).collect();
        p.raw(&format!("<p>{}</p>", media.join(" ")));
    }
    p.json_link("/api");
    p.finish()
}

fn parameter(doc: &Value, q: &Value) -> Vec<String> {
    let q = match q["$ref"].as_str() {
        Some(at) => doc.pointer(at.trim_start_matches('#')).unwrap_or(q),
        None => q,
    };
    let schema = &q["schema"];
    let kind = match schema["enum"].as_array() {
        Some(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        None => schema["type"].as_str().unwrap_or_default().to_owned(),
    };
    let text = |k: &str| escape(q[k].as_str().unwrap_or_default());
    vec![format!("<code>{}</code>", text("name")), escape(&kind), text("description")]
}
