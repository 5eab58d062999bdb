//! Pages a person can browse: plain HTML without scripts and without anything from elsewhere, in Chinese or English.

use std::fmt::Write;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::super::{Snapshot, cache};
use super::Reader;
use super::negotiate::Language;
pub use crate::text::html as escape;
use crate::text::message;

const STYLE: &str = "body{font:16px/1.5 system-ui,'Noto Sans CJK SC',sans-serif;max-width:75rem;margin:0 auto;\
    padding:1rem;color:#1b2430;background:#fff}a{color:#0b5394}nav{margin-bottom:1rem}h1{font-size:1.5rem}\
    h2{font-size:1.15rem;margin-top:1.5rem}table{border-collapse:collapse;font-size:.9rem}.wide{overflow-x:auto}\
    th,td{border:1px solid #c9d1da;padding:.25rem .5rem;text-align:left;vertical-align:top}th{background:#eef2f6}\
    svg{width:100%;height:auto;max-height:32rem;background:#f6f8fa;border:1px solid #c9d1da}\
    code{background:#eef2f6;padding:0 .2rem;overflow-wrap:anywhere}footer{margin-top:2rem;color:#4a5666}";

impl Reader {
    pub fn pick(&self, zh: &str, en: &str) -> String {
        if self.language == Language::Zh { zh } else { en }.to_owned()
    }

    /// A sentence of `messages.toml`.
    pub fn say(&self, key: &str) -> String {
        let m = message(key, &[]);
        self.pick(&m.zh, &m.en)
    }

    /// A sentence with numbers or names in it.
    pub fn say_with(&self, key: &str, fills: &[(&str, String)]) -> String {
        let fills: Vec<(&str, crate::text::Fill)> = fills.iter().map(|(k, v)| (*k, v.clone().into())).collect();
        let m = message(key, &fills);
        self.pick(&m.zh, &m.en)
    }
}

/// The first step of every path of crumbs.
pub fn home(r: &Reader) -> (String, String) {
    (r.base.to("/ogc?f=html"), r.say("ogc_home"))
}

pub fn answer(req: &HttpRequest, s: &Snapshot, r: &Reader, body: impl FnOnce() -> Vec<u8>) -> HttpResponse {
    let mut out = cache::varied(req, s, &r.variant(), "text/html; charset=utf-8", body);
    out.headers_mut().insert(header::CONTENT_LANGUAGE, header::HeaderValue::from_static(tag(r)));
    out
}

fn tag(r: &Reader) -> &'static str {
    match r.language {
        Language::Zh => "zh-CN",
        Language::En => "en",
    }
}

/// A page while it is written.
pub struct Page<'a> {
    reader: &'a Reader,
    out: String,
}

impl<'a> Page<'a> {
    /// `crumbs` are address and name of the pages above.
    pub fn new(reader: &'a Reader, title: &str, crumbs: &[(String, String)]) -> Self {
        let (title, lang) = (escape(title), tag(reader));
        let mut out = format!(
            "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{title}</title><style>{STYLE}</style></head>\n<body>"
        );
        if !crumbs.is_empty() {
            let all: Vec<String> = crumbs
                .iter()
                .map(|(href, name)| format!("<a href=\"{}\">{}</a>", escape(href), escape(name)))
                .collect();
            let _ = write!(out, "<nav>{}</nav>", all.join(" › "));
        }
        let _ = writeln!(out, "<main><h1>{title}</h1>");
        Page { reader, out }
    }

    /// Markup that is escaped already.
    pub fn raw(&mut self, html: &str) {
        self.out.push_str(html);
        self.out.push('\n');
    }

    pub fn text(&mut self, text: &str) {
        if !text.is_empty() {
            let _ = writeln!(self.out, "<p>{}</p>", escape(text));
        }
    }

    pub fn heading(&mut self, text: &str) {
        let _ = writeln!(self.out, "<h2>{}</h2>", escape(text));
    }

    /// Addresses and names.
    pub fn list(&mut self, items: impl IntoIterator<Item = (String, String)>) {
        self.out.push_str("<ul>");
        for (href, name) in items {
            let _ = write!(self.out, "<li><a href=\"{}\">{}</a></li>", escape(&href), escape(&name));
        }
        self.out.push_str("</ul>\n");
    }

    /// Rows of cells that are markup already.
    pub fn table(&mut self, head: &[String], rows: impl IntoIterator<Item = Vec<String>>) {
        self.out.push_str("<div class=\"wide\" tabindex=\"0\"><table>");
        if !head.is_empty() {
            let cells: String = head.iter().map(|h| format!("<th scope=\"col\">{}</th>", escape(h))).collect();
            let _ = write!(self.out, "<thead><tr>{cells}</tr></thead>");
        }
        self.out.push_str("<tbody>");
        for row in rows {
            let cells: String = row.iter().map(|c| format!("<td>{c}</td>")).collect();
            let _ = write!(self.out, "<tr>{cells}</tr>");
        }
        self.out.push_str("</tbody></table></div>\n");
    }

    /// The same document as JSON.
    pub fn json_link(&mut self, path: &str) {
        let with = format!("{path}{}f=json", if path.contains('?') { '&' } else { '?' });
        let _ = writeln!(self.out, "<p><a href=\"{}\">JSON</a></p>", escape(&self.reader.base.to(&with)));
    }

    pub fn finish(mut self) -> Vec<u8> {
        let _ = writeln!(self.out, "</main><footer>Cuntong 村通 {}</footer></body></html>", env!("CARGO_PKG_VERSION"));
        self.out.into_bytes()
    }
}

/// A value of a property as markup: objects as tables, sentences in the reader's language.
pub fn value(r: &Reader, v: &Value, depth: usize) -> String {
    match v {
        Value::Null => "–".into(),
        Value::String(t) => escape(t),
        Value::Bool(b) => r.say(if *b { "ogc_yes" } else { "ogc_no" }),
        Value::Number(n) => n.to_string(),
        Value::Object(o) if o.len() == 2 && o.contains_key("zh") && o.contains_key("en") => {
            value(r, if r.language == Language::Zh { &o["zh"] } else { &o["en"] }, depth)
        }
        Value::Object(_) | Value::Array(_) if depth > 4 => "…".into(),
        Value::Object(o) => {
            let row = |(k, v): (&String, &Value)| {
                format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>", escape(k), value(r, v, depth + 1))
            };
            format!("<table>{}</table>", o.iter().map(row).collect::<String>())
        }
        Value::Array(a) if a.iter().all(|v| !v.is_object() && !v.is_array()) => {
            a.iter().map(|v| value(r, v, depth + 1)).collect::<Vec<_>>().join(", ")
        }
        Value::Array(a) => {
            let item = |v: &Value| format!("<li>{}</li>", value(r, v, depth + 1));
            format!("<ul>{}</ul>", a.iter().map(item).collect::<String>())
        }
    }
}
