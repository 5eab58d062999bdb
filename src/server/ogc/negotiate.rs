//! Which form an answer takes: `f` decides, else what the client accepts.

use actix_web::HttpRequest;
use actix_web::http::header;

use super::super::problem::Problem;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Json,
    Html,
}

/// Languages of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Zh,
    En,
}

const JSON: [&str; 5] = [
    "application/json",
    "application/geo+json",
    "application/schema+json",
    "application/vnd.oai.openapi+json",
    "application/openapi+json",
];
const HTML: [&str; 2] = ["text/html", "application/xhtml+xml"];

fn header_text(req: &HttpRequest, name: header::HeaderName) -> String {
    let all = req.headers().get_all(name).filter_map(|v| v.to_str().ok());
    all.collect::<Vec<_>>().join(",")
}

/// (range, quality) of a header such as `text/html, application/json;q=0.5`.
fn ranges(text: &str) -> Vec<(String, f64)> {
    text.split(',')
        .filter_map(|part| {
            let mut pieces = part.split(';').map(str::trim);
            let range = pieces.next().filter(|r| !r.is_empty())?.to_ascii_lowercase();
            let q = pieces.find_map(|p| p.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse::<f64>().ok());
            Some((range, q.filter(|q| (0.0..=1.0).contains(q))?))
        })
        .collect()
}

/// How much one of `types` is wanted: by the range that names it, else by a range for many.
fn wanted(ranges: &[(String, f64)], types: &[&str]) -> Option<f64> {
    let best = |of: &dyn Fn(&str) -> bool| ranges.iter().filter(|(r, _)| of(r)).map(|(_, q)| *q).max_by(f64::total_cmp);
    best(&|r| types.contains(&r))
        .or_else(|| {
            best(&|r| r.ends_with("/*") && r != "*/*" && types.iter().any(|t| t.starts_with(&r[..r.len() - 1])))
        })
        .or_else(|| best(&|r| r == "*/*"))
}

/// JSON or HTML; JSON where the client does not care.
pub fn form(req: &HttpRequest, f: Option<&str>) -> Result<Form, Problem> {
    match f {
        Some("json") => return Ok(Form::Json),
        Some("html") => return Ok(Form::Html),
        Some(other) => {
            return Err(Problem::bad_parameter("f", format!("{other:?} is no form; there are json, html")));
        }
        None => {}
    }
    let accept = header_text(req, header::ACCEPT);
    if accept.trim().is_empty() {
        return Ok(Form::Json);
    }
    let ranges = ranges(&accept);
    let (json, html) = (wanted(&ranges, &JSON).unwrap_or(0.0), wanted(&ranges, &HTML).unwrap_or(0.0));
    if json <= 0.0 && html <= 0.0 {
        return Err(Problem::not_acceptable(&accept));
    }
    Ok(if html > json { Form::Html } else { Form::Json })
}

/// Whether the client names JSON and likes it at least as much as a page; `*/*` does not name it.
pub fn names_json(req: &HttpRequest) -> bool {
    let ranges = ranges(&header_text(req, header::ACCEPT));
    let named = |types: &[&str]| {
        ranges.iter().filter(|(r, _)| types.contains(&r.as_str())).map(|(_, q)| *q).max_by(f64::total_cmp)
    };
    named(&JSON).is_some_and(|j| j > 0.0 && named(&HTML).is_none_or(|h| j >= h))
}

/// Chinese or English, by what the client prefers.
pub fn language(req: &HttpRequest) -> Language {
    let mut best = (0.0, Language::En);
    for (range, q) in ranges(&header_text(req, header::ACCEPT_LANGUAGE)) {
        let language = match range.split('-').next() {
            Some("zh") => Language::Zh,
            Some("en") => Language::En,
            _ => continue,
        };
        if q > best.0 {
            best = (q, language);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn of(accept: &str) -> Result<Form, Problem> {
        form(&TestRequest::default().insert_header(("Accept", accept)).to_http_request(), None)
    }

    #[test]
    fn what_clients_accept() {
        let firefox = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert_eq!(of(firefox).unwrap(), Form::Html);
        for json in [
            "*/*",
            "application/json",
            "application/geo+json, application/json",
            "application/*",
            "application/vnd.oai.openapi+json;version=3.0, application/json",
            "text/html;q=0.5, application/json",
        ] {
            assert_eq!(of(json).unwrap(), Form::Json, "{json}");
        }
        assert_eq!(of("text/*").unwrap(), Form::Html);
        assert_eq!(of("*/*;q=0.1, application/json;q=0").unwrap(), Form::Html);
        assert!(of("image/png").is_err() && of("text/html;q=0").is_err());
        let req = |a: &str| TestRequest::default().insert_header(("Accept", a)).to_http_request();
        assert!(names_json(&req("application/json")) && !names_json(&req("*/*")) && !names_json(&req(firefox)));
    }

    #[test]
    fn languages() {
        let of = |a: &str| language(&TestRequest::default().insert_header(("Accept-Language", a)).to_http_request());
        assert_eq!(
            [of("zh-CN,zh;q=0.9,en;q=0.8"), of("de, en;q=0.5"), of("")],
            [Language::Zh, Language::En, Language::En]
        );
        assert_eq!(of("en;q=0.2, zh;q=0.7"), Language::Zh);
    }
}
