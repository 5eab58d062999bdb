//! Text encoding of a shapefile that does not say.
//!
//! Without a `.cpg` GDAL takes the table for Latin-1 and hands out garbage where it is GBK, which most Chinese
//! shapefiles are. Read as Latin-1, each byte is one character, so the bytes themselves can be looked at.

use gdal::vector::LayerAccess;
use gdal::{Dataset, Metadata};

use super::look;

/// Features whose text is looked at.
const SAMPLE: usize = 20_000;

/// What the bytes look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guess {
    /// Name for `encoding`; `None` where nothing fits.
    pub name: Option<&'static str>,
    pub why: &'static str,
}

/// The encoding to write for a layer; `None` where the file says it or has plain ASCII.
pub(super) fn of_shapefile(path: &str, ds: &Dataset, index: usize) -> Option<Guess> {
    let layer = ds.layer(index).ok()?;
    let stated = |key: &str| layer.metadata_item(key, "SHAPEFILE").filter(|v| !v.is_empty());
    // Language id 87 (ISO-8859-1) is what programs write that do not care.
    let says = stated("CPG_VALUE").is_some()
        || stated("ENCODING_FROM_LDID").is_some_and(|e| e != "ISO-8859-1" && e != "CP1252");
    if says {
        return None;
    }
    let raw = look::open(path, &["ENCODING=ISO-8859-1"]).ok()?;
    let mut layer = raw.layer(index).ok()?;
    let mut texts: Vec<Vec<u8>> = Vec::new();
    texts.extend(layer.defn().fields().filter_map(|f| bytes(&f.name())));
    for feature in layer.features().take(SAMPLE) {
        for i in 0..feature.field_count() {
            if let Ok(Some(text)) = feature.field_as_string(i)
                && !text.is_ascii()
            {
                texts.extend(bytes(&text));
            }
        }
    }
    guess(&texts)
}

/// The bytes behind a text that was read as Latin-1.
fn bytes(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

/// Judges the bytes of all texts together.
pub(super) fn guess(texts: &[Vec<u8>]) -> Option<Guess> {
    let texts: Vec<&Vec<u8>> = texts.iter().filter(|t| !t.is_ascii()).collect();
    if texts.is_empty() {
        return None;
    }
    // A text may be cut in the middle of a character by the width of its column.
    let utf8 = |t: &[u8]| match std::str::from_utf8(t) {
        Ok(_) => true,
        Err(e) => e.error_len().is_none(),
    };
    if texts.iter().all(|t| utf8(t)) {
        return Some(Guess { name: Some("UTF-8"), why: "the file does not say; its bytes are valid UTF-8" });
    }
    let (mut pairs, mut hanzi) = (0usize, 0usize);
    for t in &texts {
        match gbk_pairs(t) {
            Some((p, h)) => (pairs, hanzi) = (pairs + p, hanzi + h),
            None => return Some(Guess { name: None, why: "bytes that are neither UTF-8 nor GBK" }),
        }
    }
    // Latin-1 words can pass for GBK, but their accents seldom fall into the block of common characters.
    if hanzi * 10 >= pairs * 7 {
        Some(Guess { name: Some("GBK"), why: "the file does not say; its bytes are valid GBK and not UTF-8" })
    } else {
        Some(Guess { name: None, why: "bytes that are not UTF-8 and do not look like GBK" })
    }
}

/// Two-byte characters of `t` read as GBK and those among them in the block of GB 2312; `None` if it is not GBK.
fn gbk_pairs(t: &[u8]) -> Option<(usize, usize)> {
    let (mut pairs, mut hanzi) = (0, 0);
    let mut i = 0;
    while i < t.len() {
        let b = t[i];
        if b < 0x80 {
            i += 1;
            continue;
        }
        let Some(&second) = t.get(i + 1) else { break };
        if !(0x81..=0xFE).contains(&b) || !(0x40..=0xFE).contains(&second) || second == 0x7F {
            return None;
        }
        pairs += 1;
        hanzi += usize::from((0xA1..=0xF7).contains(&b) && second >= 0xA1);
        i += 2;
    }
    Some((pairs, hanzi))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(texts: &[&[u8]]) -> Option<Option<&'static str>> {
        guess(&texts.iter().map(|t| t.to_vec()).collect::<Vec<_>>()).map(|g| g.name)
    }

    #[test]
    fn tells_encodings_apart() {
        assert_eq!(name(&[b"abc"]), None, "ASCII needs no encoding");
        assert_eq!(name(&["义县".as_bytes()]), Some(Some("UTF-8")));
        assert_eq!(name(&[&"义县".as_bytes()[..5]]), Some(Some("UTF-8")), "cut by the column's width");
        assert_eq!(name(&[b"\xd2\xe5\xcf\xd8", b"abc"]), Some(Some("GBK")));
        assert_eq!(name(&[b"\xd2\xe5\xcf"]), Some(Some("GBK")), "cut by the column's width");
        assert_eq!(name(&[b"Caf\xe9 Le\xe9n"]), Some(None), "Latin-1");
        assert_eq!(name(&[b"\xff\xff"]), Some(None));
    }
}
