//! The official list of villages beside the village layer (definitions, section 1).

use std::collections::BTreeMap;

use super::quality::QualityReport;
use super::read::{Table, reason};

/// What a village of the layer is called.
pub(super) struct Named<'d> {
    /// With the source's prefix.
    pub id: &'d str,
    /// As the source has it.
    pub raw: Option<&'d str>,
    pub name: &'d str,
}

/// Reports which villages the layer lacks, which it has that the register does not, and whose names differ.
pub(super) fn compare<'d>(villages: impl Iterator<Item = Named<'d>>, tables: &mut [Table], report: &mut QualityReport) {
    if tables.is_empty() {
        return;
    }
    let mut register: BTreeMap<String, String> = BTreeMap::new();
    for table in tables {
        for row in 0..table.rows() {
            match table.id(row) {
                Some(id) => {
                    register.insert(id, table.values().text("name", row).unwrap_or_default().to_string());
                    table.quality.kept += 1;
                }
                None => table.skip(row, reason::NO_ID),
            }
        }
    }
    let mut layer: BTreeMap<&str, &str> = BTreeMap::new();
    for v in villages {
        layer.insert(v.raw.filter(|r| register.contains_key(*r)).unwrap_or(v.id), v.name);
    }
    let missing: Vec<String> =
        register.iter().filter(|(id, _)| !layer.contains_key(id.as_str())).map(|(id, n)| format!("{id} {n}")).collect();
    let extra: Vec<String> =
        layer.iter().filter(|(id, _)| !register.contains_key(**id)).map(|(id, n)| format!("{id} {n}")).collect();
    let differing: Vec<String> = register
        .iter()
        .filter_map(|(id, official)| {
            let ours = layer.get(id.as_str())?;
            let differ = !official.is_empty() && core_name(ours) != core_name(official);
            differ.then(|| format!("{id} {ours} ≠ {official}"))
        })
        .collect();
    report.fact("register.villages", register.len() as f64, "count");
    report.fact("register.missing_in_layer", missing.len() as f64, "count");
    report.fact("register.not_in_register", extra.len() as f64, "count");
    report.fact("register.names_differ", differing.len() as f64, "count");
    report.list("register.missing_in_layer", missing);
    report.list("register.not_in_register", extra);
    report.list("register.names_differ", differing);
}

/// A village's name without the words for its committee: 头道河村村民委员会 and 头道河村 are the same.
fn core_name(name: &str) -> &str {
    let mut n = name.trim();
    for suffix in ["居民委员会", "村民委员会", "居委会", "村委会", "社区", "村"] {
        n = n.strip_suffix(suffix).filter(|s| !s.is_empty()).unwrap_or(n);
    }
    n
}

#[cfg(test)]
mod tests {
    use super::core_name;

    #[test]
    fn committee_words_do_not_count() {
        assert_eq!(core_name("头道河村村民委员会"), core_name("头道河村"));
        assert_eq!(core_name("友谊街社区居民委员会"), core_name("友谊街社区"));
        assert_eq!(core_name("头道河村民委员会"), core_name("头道河"));
        assert_ne!(core_name("头道河村"), core_name("二道河村"));
        assert_eq!(core_name("村"), "村");
    }
}
