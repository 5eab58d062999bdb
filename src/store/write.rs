//! Keeping and dropping snapshots, each in one transaction.

use geo::Coord;
use rusqlite::{Transaction, TransactionBehavior, params};
use serde::Serialize;

use super::{Store, StoreError};
use crate::priority::snapshot::{About, Day, Snapshot};

/// A word of an enumeration, as it is written in JSON.
fn word(v: &impl Serialize) -> String {
    serde_json::to_value(v).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn list(v: &impl Serialize) -> String {
    serde_json::to_string(v).unwrap_or_default()
}

/// A point as a GeoPackage has it: header, WGS84, well-known binary.
fn point(c: Coord) -> Vec<u8> {
    let mut out = b"GP\x00\x01".to_vec();
    out.extend_from_slice(&4326i32.to_le_bytes());
    out.push(1);
    out.extend_from_slice(&1u32.to_le_bytes());
    out.extend_from_slice(&c.x.to_le_bytes());
    out.extend_from_slice(&c.y.to_le_bytes());
    out
}

impl Store {
    /// Keeps a snapshot under its date: all of it or nothing.
    ///
    /// # Errors
    /// Where there is one of that date already and `replace` does not say that it may go; where the store has another
    /// atlas's snapshots.
    pub fn keep(&mut self, s: &Snapshot, replace: bool) -> Result<(), StoreError> {
        let Some(date) = &s.about.date else { return Ok(()) };
        let there = self.list()?;
        if let Some(other) = there.iter().find(|a| a.atlas != s.about.atlas) {
            let (there, here) = (other.atlas.clone(), s.about.atlas.clone());
            return Err(StoreError::OtherAtlas { path: self.path.clone(), there, here });
        }
        let path = self.path.clone();
        let all = self.db.transaction_with_behavior(TransactionBehavior::Immediate);
        let all = all.map_err(|e| super::sql(&path, e))?;
        let put = || -> rusqlite::Result<bool> {
            let twice: i64 =
                all.query_row("SELECT count(*) FROM snapshots WHERE date = ?1", [date.as_str()], |r| r.get(0))?;
            if twice > 0 {
                if !replace {
                    return Ok(false);
                }
                remove(&all, date)?;
            }
            fill(&all, s, date)?;
            measure(&all)?;
            Ok(true)
        };
        match put() {
            Ok(true) => all.commit().map_err(|e| super::sql(&path, e)),
            Ok(false) => Err(StoreError::Exists { path, date: date.clone() }),
            Err(e) => Err(super::sql(&path, e)),
        }
    }

    /// Takes a snapshot out.
    pub fn drop(&mut self, date: &Day) -> Result<(), StoreError> {
        let path = self.path.clone();
        let gone = (|| {
            let all = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let gone = remove(&all, date)?;
            measure(&all)?;
            all.commit()?;
            Ok(gone)
        })();
        match gone.map_err(|e| super::sql(&path, e))? {
            true => Ok(()),
            false => Err(self.no_snapshot(date)),
        }
    }
}

/// Extents of the layers, as clients expect them.
fn measure(all: &Transaction) -> rusqlite::Result<()> {
    // The positions stand at fixed places of the geometry, but SQL cannot read them: the snapshots tell.
    let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    let mut rows = all.prepare("SELECT geom FROM villages")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(c) = super::read::place(row.get_ref(0)?.as_blob().unwrap_or_default()) {
            bounds = [bounds[0].min(c.x), bounds[1].min(c.y), bounds[2].max(c.x), bounds[3].max(c.y)];
        }
    }
    let known = bounds[0] <= bounds[2];
    let [west, south, east, north] = bounds.map(|b| known.then_some(b));
    let sql = "UPDATE gpkg_contents SET min_x = ?1, min_y = ?2, max_x = ?3, max_y = ?4 WHERE data_type = 'features'";
    all.execute(sql, params![west, south, east, north]).map(|_| ())
}

fn remove(all: &Transaction, date: &Day) -> rusqlite::Result<bool> {
    let id = all.query_row("SELECT fid FROM snapshots WHERE date = ?1", [date.as_str()], |r| r.get::<_, i64>(0));
    let id = match id {
        Err(rusqlite::Error::QueryReturnedNoRows) => return Ok(false),
        other => other?,
    };
    for table in ["villages", "gaps", "scores", "holdings"] {
        all.execute(&format!("DELETE FROM {table} WHERE snapshot = ?1"), [id])?;
    }
    all.execute("DELETE FROM prints WHERE print NOT IN (SELECT print FROM holdings)", [])?;
    all.execute("DELETE FROM snapshots WHERE fid = ?1", [id])?;
    Ok(true)
}

fn fill(all: &Transaction, s: &Snapshot, date: &Day) -> rusqlite::Result<()> {
    let date = date.as_str();
    let About { atlas, title, currency, data_version, program, digest, rules, covers, .. } = &s.about;
    all.execute(
        "INSERT INTO snapshots (date, atlas, title_zh, title_en, provenance, currency, data_version, program, covers,
         rules, unknown, digest, villages, gaps, prints, scores)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        params![
            date,
            atlas,
            title.zh,
            title.en,
            word(&s.about.provenance),
            currency,
            data_version,
            program,
            list(covers),
            rules.to_string(),
            list(&s.unknown),
            digest,
            s.villages.len() as i64,
            s.gaps.len() as i64,
            s.records.len() as i64,
            s.scores.len() as i64,
        ],
    )?;
    let id = all.last_insert_rowid();
    villages(all, s, id, date)?;
    gaps(all, s, id, date)?;
    scores(all, s, id, date)?;
    prints(all, s, id)
}

fn villages(all: &Transaction, s: &Snapshot, id: i64, date: &str) -> rusqlite::Result<()> {
    let marks = (1..=26).map(|k| format!("?{k}")).collect::<Vec<_>>().join(", ");
    let mut put = all.prepare(&format!(
        "INSERT INTO villages (geom, snapshot, date, id, name, town, county, population, households, poor_population,
         priority, roads_verdict, roads_severity, roads_confidence, power_verdict, power_severity, power_confidence,
         water_verdict, water_severity, water_confidence, broadband_verdict, broadband_severity, broadband_confidence,
         services_verdict, services_severity, services_confidence) VALUES ({marks})"
    ))?;
    for v in &s.villages {
        let [a, b, c, d, e] = v.standing.map(|s| {
            let word_of = s.and_then(|s| s.confidence).map(|c| word(&c));
            (s.map(|s| s.verdict.as_str()), s.and_then(|s| s.severity), word_of)
        });
        put.execute(params![
            point(v.point),
            id,
            date,
            v.id,
            v.name,
            v.town,
            v.county,
            v.population,
            v.households,
            v.poor_population,
            v.priority,
            a.0,
            a.1,
            a.2,
            b.0,
            b.1,
            b.2,
            c.0,
            c.1,
            c.2,
            d.0,
            d.1,
            d.2,
            e.0,
            e.1,
            e.2,
        ])?;
    }
    Ok(())
}

fn gaps(all: &Transaction, s: &Snapshot, id: i64, date: &str) -> rusqlite::Result<()> {
    let marks = (1..=31).map(|k| format!("?{k}")).collect::<Vec<_>>().join(", ");
    let mut put = all.prepare(&format!(
        "INSERT INTO gaps (geom, snapshot, date, id, theme, kind, class, village, other, name, town, county, verdict,
         severity, measured, threshold, unit, confidence, why_zh, why_en, people, households, remedy, remedy_m, cost,
         department_zh, department_en, planned, planned_year, villages, touches) VALUES ({marks})"
    ))?;
    for g in &s.gaps {
        put.execute(params![
            point(g.point),
            id,
            date,
            g.id,
            g.theme,
            g.kind,
            g.class,
            g.village,
            g.other,
            g.name,
            g.town,
            g.county,
            g.verdict.as_str(),
            g.severity,
            g.measured,
            g.threshold,
            g.unit,
            word(&g.confidence),
            g.why.zh,
            g.why.en,
            g.people,
            g.households,
            g.remedy,
            g.remedy_m,
            g.cost,
            g.department.zh,
            g.department.en,
            g.planned,
            g.planned_year,
            list(&g.villages),
            list(&g.touches),
        ])?;
    }
    Ok(())
}

fn scores(all: &Transaction, s: &Snapshot, id: i64, date: &str) -> rusqlite::Result<()> {
    let marks = (1..=22).map(|k| format!("?{k}")).collect::<Vec<_>>().join(", ");
    let mut put = all.prepare(&format!(
        "INSERT INTO scores (snapshot, date, level, place, name, county, key, indicator_zh, indicator_en, theme,
         department_zh, department_en, yes, no, unknown, share, people_share, reference, target, reached, missing, cost)
         VALUES ({marks})"
    ))?;
    for r in &s.scores {
        put.execute(params![
            id,
            date,
            r.level,
            r.place,
            r.name,
            r.county,
            r.key,
            r.indicator.zh,
            r.indicator.en,
            r.theme,
            r.department.zh,
            r.department.en,
            r.yes,
            r.no,
            r.unknown,
            r.share,
            r.people_share,
            r.reference,
            r.target,
            r.reached,
            r.missing.map(|m| m as i64),
            r.cost,
        ])?;
    }
    Ok(())
}

fn prints(all: &Transaction, s: &Snapshot, id: i64) -> rusqlite::Result<()> {
    let mut find = all.prepare("SELECT print FROM prints WHERE layer = ?1 AND id = ?2 AND shape = ?3 AND said = ?4")?;
    let mut put = all.prepare(
        "INSERT INTO prints (layer, id, shape, said, west, south, east, north) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let mut hold = all.prepare("INSERT INTO holdings VALUES (?1, ?2)")?;
    for r in &s.records {
        let known = find.query_row(params![r.layer, r.id, r.shape, r.said], |row| row.get::<_, i64>(0));
        let print = match known {
            Err(rusqlite::Error::QueryReturnedNoRows) => {
                let [west, south, east, north] = [0, 1, 2, 3].map(|k| r.bbox.map(|b| b[k]));
                put.execute(params![r.layer, r.id, r.shape, r.said, west, south, east, north])?;
                all.last_insert_rowid()
            }
            other => other?,
        };
        hold.execute([id, print])?;
    }
    Ok(())
}
