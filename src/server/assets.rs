//! The web page, built by Vite and embedded in the binary.

use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use rust_embed::RustEmbed;

use super::problem::Problem;

#[derive(RustEmbed)]
#[folder = "web/dist"]
struct Dist;

/// What every address answers.
pub const METHODS: &str = "GET, HEAD, OPTIONS";

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

/// What browsers ask before a page from elsewhere may read an answer with headers of its own. There is nothing here
/// that could be changed, and no cookie that could be abused, so that all may read.
fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((header::ALLOW, METHODS))
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "Accept, Accept-Language, Content-Type, If-None-Match"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "86400"))
        .finish()
}

/// Any address that is not part of the API.
pub async fn page(req: HttpRequest) -> HttpResponse {
    if *req.method() == Method::OPTIONS {
        return preflight();
    }
    if !matches!(*req.method(), Method::GET | Method::HEAD) {
        return Problem::method_not_allowed(req.method().as_str()).error_response();
    }
    let path = req.path().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    let Some(file) = Dist::get(path) else {
        return Problem::not_found(format!("there is nothing at /{path}")).error_response();
    };
    // Vite names files in assets/ by their content.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    HttpResponse::Ok()
        .content_type(content_type(path))
        .insert_header((header::CACHE_CONTROL, cache))
        .body(file.data.into_owned())
}
