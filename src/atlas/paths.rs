//! Addresses of sources: `${VAR}`, relative paths, and what may be opened at all.
//!
//! Only local files (also inside zip, gzip and tar) and PostgreSQL are opened. An atlas is data that people
//! pass on: it must not make the program fetch from the network, so addresses are allowed by name and
//! everything else that GDAL would understand is refused.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// Archive readers that may stand before a path.
const ARCHIVES: [&str; 3] = ["/vsizip", "/vsigzip", "/vsitar"];

/// Path components that make GDAL leave the local files, wherever they stand in the address.
const REFUSED: [&str; 20] = [
    "vsicurl",
    "vsicurl_streaming",
    "vsis3",
    "vsis3_streaming",
    "vsigs",
    "vsigs_streaming",
    "vsiaz",
    "vsiaz_streaming",
    "vsiadls",
    "vsioss",
    "vsioss_streaming",
    "vsiswift",
    "vsiswift_streaming",
    "vsihdfs",
    "vsiwebhdfs",
    "vsistdin",
    "vsistdout",
    "vsisubfile",
    "vsisparse",
    "vsicrypt",
];

/// The variable that names the folder of test data, and its folder (from the current one) where it is not set.
const TEST_DATA: (&str, &str) = ("CUNTONG_TEST_DATA", "../shared/data");

/// Why an address cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PathProblem {
    #[error("it is empty; give a file, a /vsizip/… address or a PG: connection")]
    Empty,
    #[error("the variable {name} is not set; set it (export {name}=…) or write the folder out")]
    Unset { name: String },
    #[error("\"${{\" must be closed by \"}}\" and hold a name of letters, digits and _; write ${{NAME}}")]
    BadVariable,
    #[error("\"{what}\" reads from the network or a pipe, which an atlas may not; download the file and give its path")]
    Network { what: String },
    #[error(
        "\"{prefix}\" is not a file reader that may be used; use /vsizip/, /vsigzip/ or /vsitar/ before a local path"
    )]
    Reader { prefix: String },
    #[error(
        "the driver prefix \"{prefix}:\" is not allowed, only PG: is; give a file's path (./{prefix}:… if the file is really called so)"
    )]
    Driver { prefix: String },
    #[error("this is data, not a path; save it as a file and give the file's path")]
    Inline,
    #[error("it holds a control character (line break, tab …); remove it")]
    Control,
    #[error("\"{{\" after an archive reader must be closed by \"}}\"; write /vsizip/{{archive.zip}}/inside.shp")]
    Braces,
    #[error("it must be a plain file here, not an archive or a database")]
    NoFile,
    #[error("the folder of the atlas has a name that is not UTF-8; move the atlas")]
    Folder,
}

/// Looks a variable up by name.
type Lookup<'a> = Box<dyn Fn(&str) -> Option<String> + 'a>;

/// Where `${VAR}` gets its values.
pub struct Vars<'a> {
    get: Lookup<'a>,
    current_dir: PathBuf,
}

impl<'a> Vars<'a> {
    /// The environment and the current folder of this process.
    pub fn from_process() -> Vars<'static> {
        Vars {
            get: Box::new(|name| std::env::var(name).ok()),
            current_dir: std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")),
        }
    }

    #[cfg(test)]
    pub(super) fn fixed(get: impl Fn(&str) -> Option<String> + 'a, current_dir: &str) -> Self {
        Vars { get: Box::new(get), current_dir: PathBuf::from(current_dir) }
    }

    /// The folder of the test data is relative to the current folder, so it is made absolute here.
    fn value(&self, name: &str) -> Option<String> {
        let value = (self.get)(name).filter(|v| !v.is_empty());
        if name != TEST_DATA.0 {
            return value;
        }
        let dir = value.unwrap_or_else(|| TEST_DATA.1.to_owned());
        self.current_dir.join(dir).to_str().map(str::to_owned)
    }
}

/// What GDAL opens for `text` written in an atlas that stands in `dir` (absolute).
///
/// # Errors
/// [`PathProblem`] for unset variables and for addresses that are not local files or PostgreSQL.
pub fn resolve_source(text: &str, dir: &Path, vars: &Vars<'_>) -> Result<String, PathProblem> {
    let text = expand(text, vars)?;
    let text = text.trim();
    if text.is_empty() {
        return Err(PathProblem::Empty);
    }
    if text.chars().any(char::is_control) {
        return Err(PathProblem::Control);
    }
    if is_postgres(text) {
        return Ok(text.to_owned());
    }
    check_network(text)?;
    local(text, dir)
}

fn is_postgres(text: &str) -> bool {
    let starts = |p: &str| text.get(..p.len()).is_some_and(|head| head.eq_ignore_ascii_case(p));
    starts("PG:") || starts("postgresql:")
}

fn expand(text: &str, vars: &Vars<'_>) -> Result<String, PathProblem> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        out.push_str(&rest[..at]);
        let body = &rest[at + 2..];
        let end = body.find('}').ok_or(PathProblem::BadVariable)?;
        let name = &body[..end];
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(PathProblem::BadVariable);
        }
        out.push_str(&vars.value(name).ok_or_else(|| PathProblem::Unset { name: name.to_owned() })?);
        rest = &body[end + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

/// Refuses network readers and URLs anywhere in the address, so that no nesting hides one.
fn check_network(text: &str) -> Result<(), PathProblem> {
    let low = text.to_ascii_lowercase().replace('\\', "/");
    for part in low.split(['/', '{', '}', ',', '|']) {
        let name = part.split('?').next().unwrap_or(part);
        if REFUSED.contains(&name) {
            return Err(PathProblem::Network { what: format!("/{name}/") });
        }
    }
    if let Some(at) = low.find("://") {
        let scheme: String = low[..at].chars().rev().take_while(char::is_ascii_alphanumeric).collect();
        return Err(PathProblem::Network { what: format!("{}://", scheme.chars().rev().collect::<String>()) });
    }
    Ok(())
}

fn local(text: &str, dir: &Path) -> Result<String, PathProblem> {
    for archive in ARCHIVES {
        let Some(rest) = text.strip_prefix(archive).filter(|r| r.starts_with('/')) else { continue };
        // GDAL reads `/vsizip/vsitar/…` as readers in a chain, without a second slash.
        let inner = if rest.starts_with("/vsi") { rest } else { &rest[1..] };
        if let Some(body) = inner.strip_prefix('{') {
            let end = closing(body).ok_or(PathProblem::Braces)?;
            return Ok(format!("{archive}/{{{}}}{}", local(&body[..end], dir)?, &body[end + 1..]));
        }
        return Ok(format!("{archive}/{}", local(inner, dir)?));
    }
    plain(text, dir)
}

/// Index of the brace that closes the one before `body`.
fn closing(body: &str) -> Option<usize> {
    let mut depth = 1usize;
    for (i, c) in body.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(i);
        }
    }
    None
}

/// A path on the local disk, made absolute.
fn plain(text: &str, dir: &Path) -> Result<String, PathProblem> {
    if text.is_empty() {
        return Err(PathProblem::Empty);
    }
    if text.starts_with(['{', '[', '<']) {
        return Err(PathProblem::Inline);
    }
    if text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("/vsi")) {
        let prefix = text[1..].split('/').next().unwrap_or_default();
        return Err(PathProblem::Reader { prefix: format!("/{prefix}/") });
    }
    let head: String =
        text.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '.')).collect();
    // One letter before the colon is a drive of Windows.
    if head.len() > 1 && text[head.len()..].starts_with(':') {
        return Err(PathProblem::Driver { prefix: head });
    }
    let mut relative = text;
    while let Some(rest) = relative.strip_prefix("./") {
        relative = rest.trim_start_matches('/');
    }
    dir.join(relative).to_str().map(str::to_owned).ok_or(PathProblem::Folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(text: &str) -> Result<String, PathProblem> {
        let vars = Vars::fixed(|n| (n == "DATA").then(|| "/big/disk".to_owned()), "/home/me/proj");
        resolve_source(text, Path::new("/atlases/x"), &vars)
    }

    fn ok(text: &str) -> String {
        get(text).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    #[test]
    fn relative_paths_start_from_the_atlas() {
        assert_eq!(ok("roads.shp"), "/atlases/x/roads.shp");
        assert_eq!(ok("./roads.shp"), "/atlases/x/roads.shp");
        assert_eq!(ok("/abs/roads.shp"), "/abs/roads.shp");
        assert_eq!(ok("../y/路网.shp"), "/atlases/x/../y/路网.shp");
        assert_eq!(ok("路网:2020.shp"), "/atlases/x/路网:2020.shp");
        assert_eq!(ok("./roads:2020.shp"), "/atlases/x/roads:2020.shp");
        assert_eq!(ok("/vsizip/a.zip"), "/vsizip//atlases/x/a.zip");
        assert_eq!(ok("/vsizip//abs/a.zip/b/c.shp"), "/vsizip//abs/a.zip/b/c.shp");
        assert_eq!(ok("/vsigzip/a.osm.gz"), "/vsigzip//atlases/x/a.osm.gz");
        assert_eq!(ok("/vsitar/a.tgz/b.shp"), "/vsitar//atlases/x/a.tgz/b.shp");
        assert_eq!(ok("/vsizip/vsitar/a.tar/b.zip"), "/vsizip//vsitar//atlases/x/a.tar/b.zip");
        assert_eq!(ok("/vsizip//vsizip/a.zip/b.zip"), "/vsizip//vsizip//atlases/x/a.zip/b.zip");
        assert_eq!(ok("/vsizip/{a.zip}/c.shp"), "/vsizip/{/atlases/x/a.zip}/c.shp");
        assert_eq!(ok("/vsizip/{/vsizip/{a.zip}/b.zip}/c.shp"), "/vsizip/{/vsizip/{/atlases/x/a.zip}/b.zip}/c.shp");
    }

    #[test]
    fn postgres_is_kept() {
        for t in ["PG:dbname=gis host=db", "pg:dbname=gis", "postgresql://me@db/gis"] {
            assert_eq!(ok(t), t);
        }
    }

    #[test]
    fn variables() {
        assert_eq!(ok("${DATA}/r.shp"), "/big/disk/r.shp");
        assert_eq!(ok("/vsizip/${DATA}/r.zip"), "/vsizip//big/disk/r.zip");
        assert_eq!(ok("${CUNTONG_TEST_DATA}/r.shp"), "/home/me/proj/../shared/data/r.shp");
        assert_eq!(ok("/vsizip/${CUNTONG_TEST_DATA}/r.zip"), "/vsizip//home/me/proj/../shared/data/r.zip");
        assert_eq!(ok("$DATA/r.shp"), "/atlases/x/$DATA/r.shp", "only ${{…}} expands");
        assert_eq!(get("${NOPE}/r.shp"), Err(PathProblem::Unset { name: "NOPE".into() }));
        assert_eq!(get("${NOPE/r.shp"), Err(PathProblem::BadVariable));
        assert_eq!(get("${}/r.shp"), Err(PathProblem::BadVariable));
        assert_eq!(get("${A B}/r.shp"), Err(PathProblem::BadVariable));
        let set = Vars::fixed(|n| (n == "CUNTONG_TEST_DATA").then(|| "td".to_owned()), "/home/me");
        assert_eq!(resolve_source("${CUNTONG_TEST_DATA}/a", Path::new("/x"), &set), Ok("/home/me/td/a".into()));
    }

    #[test]
    fn a_variable_cannot_smuggle_a_network_address() {
        let vars = Vars::fixed(|_| Some("/vsicurl/http://x".to_owned()), "/");
        let e = resolve_source("${EVIL}/a.shp", Path::new("/x"), &vars);
        assert!(matches!(e, Err(PathProblem::Network { .. })), "{e:?}");
    }

    #[test]
    fn network_and_tricks_are_refused() {
        for t in [
            "/vsicurl/http://x/a.zip",
            "/vsicurl?url=http%3A%2F%2Fx",
            "/vsicurl_streaming/https://x",
            "/VSICURL/http://x",
            "/vsis3/bucket/a.shp",
            "/vsigs/bucket/a",
            "/vsigs_streaming/bucket/a",
            "/vsiaz/c/a",
            "/vsiadls/c/a",
            "/vsioss/c/a",
            "/vsiswift/c/a",
            "/vsihdfs/a",
            "/vsiwebhdfs/a",
            "/vsistdin/",
            "/vsisubfile/0_100,/etc/passwd",
            "/vsizip//vsicurl/http://x/a.zip",
            "/vsizip/vsicurl/http://x/a.zip",
            "/vsizip/{/vsis3/b/a.zip}/x.shp",
            "/vsigzip//vsisubfile/10,/vsicurl/x",
            "/vsitar//vsizip//vsis3/b/a",
            "http://x/a.geojson",
            "https://x/a.geojson",
            "ftp://x/a",
        ] {
            assert!(matches!(get(t), Err(PathProblem::Network { .. })), "{t}: {:?}", get(t));
        }
        for t in ["/vsimem/a.shp", "/vsi7z/a.7z", "/vsizip//vsimem/a.zip", "/vsizip/vsimem/a.zip", "/vsiunknown/x"] {
            assert!(matches!(get(t), Err(PathProblem::Reader { .. })), "{t}: {:?}", get(t));
        }
        for t in ["WFS:x", "OAPIF:x", "MySQL:db", "GeoJSON:{}", "ESRIJSON:x", "OGR_VRT:x", "CSV:a.csv", "MVT:x"] {
            assert!(matches!(get(t), Err(PathProblem::Driver { .. })), "{t}: {:?}", get(t));
        }
        for t in ["{\"type\":\"FeatureCollection\"}", " <OGRVRTDataSource/>", "<OGRVRT", "[1]"] {
            assert_eq!(get(t), Err(PathProblem::Inline), "{t}");
        }
        assert!(matches!(get("WFS:https://x"), Err(PathProblem::Network { .. })));
        assert_eq!(get("a\nb"), Err(PathProblem::Control));
        assert_eq!(get("a\0b"), Err(PathProblem::Control));
        assert_eq!(get("  "), Err(PathProblem::Empty));
        assert_eq!(get("/vsizip/"), Err(PathProblem::Empty));
        assert_eq!(get("/vsizip/{a.zip/c.shp"), Err(PathProblem::Braces));
    }

    #[test]
    fn every_refusal_names_the_fix() {
        for t in ["/vsicurl/http://x", "/vsimem/x", "WFS:x", "<x", "${NOPE}", "", "${x"] {
            let text = get(t).expect_err(t).to_string();
            assert!(text.contains(';'), "{t}: {text}");
        }
    }
}
