//! Links with whole addresses, as clients of the standard expect them.

use actix_web::HttpRequest;
use actix_web::http::header::HeaderValue;
use serde_json::{Value, json};

pub const JSON: &str = "application/json";
pub const GEOJSON: &str = "application/geo+json";
pub const HTML: &str = "text/html";
pub const SCHEMA: &str = "application/schema+json";
pub const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";

/// Where the service is, as the client sees it.
#[derive(Debug, Clone)]
pub struct Base(String);

impl Base {
    /// From the request and what a proxy says of it (`Forwarded` or `X-Forwarded-Proto`, `-Host`, `-Prefix`). What
    /// could not be part of an address is left out, so that nothing a client writes there gets any further.
    pub fn of(req: &HttpRequest) -> Self {
        let info = req.connection_info();
        let plain = |t: &str, more: &str| t.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
        let scheme = if info.scheme() == "https" { "https" } else { "http" };
        let host = if plain(info.host(), ".-_:[]") { info.host() } else { "localhost" };
        let prefix = req.headers().get("X-Forwarded-Prefix").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let prefix = if plain(prefix, "/-_.~") && prefix.starts_with('/') { prefix.trim_end_matches('/') } else { "" };
        Base(format!("{scheme}://{host}{prefix}"))
    }

    /// The address of a path that begins with `/`.
    pub fn to(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

pub fn link(rel: &str, href: String, media: &str, title: &str) -> Value {
    json!({"rel": rel, "href": href, "type": media, "title": title})
}

/// `self` as it is, `alternate` in the other form.
pub fn self_and_alternate(base: &Base, path: &str, media: &str) -> [Value; 2] {
    let with = |f: &str| base.to(&format!("{path}{}f={f}", if path.contains('?') { '&' } else { '?' }));
    [
        link("self", with("json"), media, "This document"),
        link("alternate", with("html"), HTML, "This document as a page"),
    ]
}

/// The links of a document as a `Link` header (RFC 8288); `None` where there are none. Titles stay with the document.
pub fn header(links: &Value) -> Option<HeaderValue> {
    let one = |l: &Value| {
        let text = |k: &str| l[k].as_str();
        Some(format!("<{}>; rel=\"{}\"; type=\"{}\"", text("href")?, text("rel")?, text("type")?))
    };
    let all: Vec<String> = links.as_array()?.iter().filter_map(one).collect();
    HeaderValue::from_str(&all.join(", ")).ok().filter(|_| !all.is_empty())
}

/// A part of a path, escaped.
pub fn escape(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for b in part.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(b as char);
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

/// A query of these parameters, with its `?`; empty without any.
pub fn query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let all: Vec<String> = pairs.into_iter().map(|(k, v)| format!("{}={}", escape(k), escape(v))).collect();
    if all.is_empty() { String::new() } else { format!("?{}", all.join("&")) }
}
