//! Reading snapshots back.

use std::collections::BTreeSet;

use geo::Coord;
use rusqlite::Row;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Store, StoreError};
use crate::gaps::{Confidence, Verdict};
use crate::priority::snapshot::{About, Day, GapRow, Record, ScoreRow, Snapshot, Standing, VillageRow, theme_named};
use crate::standards::Bilingual;
use crate::world::Provenance;

/// Position of a point of a GeoPackage, as this program writes it.
pub(super) fn place(geom: &[u8]) -> Option<Coord> {
    let number = |at: usize| Some(f64::from_le_bytes(geom.get(at..at + 8)?.try_into().ok()?));
    Some(Coord { x: number(13)?, y: number(21)? })
}

/// Takes the values of a row in turn; what does not fit is said with the table and the column.
struct Reader<'r, 's> {
    row: &'r Row<'s>,
    next: usize,
}

type Wrong = String;

impl<'r, 's> Reader<'r, 's> {
    fn new(row: &'r Row<'s>) -> Self {
        Reader { row, next: 0 }
    }

    fn take<T: rusqlite::types::FromSql>(&mut self) -> Result<T, Wrong> {
        let at = self.next;
        self.next += 1;
        self.row.get(at).map_err(|e| e.to_string())
    }

    fn json<T: DeserializeOwned>(&mut self) -> Result<T, Wrong> {
        let text: String = self.take()?;
        serde_json::from_str(&text).map_err(|e| format!("{}: {e}", self.name()))
    }

    /// Name of the column that was taken last.
    fn name(&self) -> String {
        self.row.as_ref().column_name(self.next.saturating_sub(1)).unwrap_or("?").to_owned()
    }

    fn point(&mut self) -> Result<Coord, Wrong> {
        let geom: Vec<u8> = self.take()?;
        place(&geom).ok_or_else(|| "geom: no point".to_owned())
    }

    fn both(&mut self) -> Result<Bilingual, Wrong> {
        Ok(Bilingual { zh: self.take()?, en: self.take()? })
    }

    fn date(&mut self) -> Result<Day, Wrong> {
        self.take::<String>()?.parse().map_err(|e| format!("date: {e}"))
    }

    /// A word that must be one of those known.
    fn word<T>(&mut self, parse: impl Fn(&str) -> Option<T>) -> Result<T, Wrong> {
        let text: String = self.take()?;
        parse(&text).ok_or_else(|| format!("{}: {text:?} is not known", self.name()))
    }

    fn maybe_word<T>(&mut self, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Wrong> {
        let text: Option<String> = self.take()?;
        text.map(|t| parse(&t).ok_or_else(|| format!("{}: {t:?} is not known", self.name()))).transpose()
    }

    fn count(&mut self) -> Result<usize, Wrong> {
        usize::try_from(self.take::<i64>()?).map_err(|_| format!("{}: below 0", self.name()))
    }
}

fn verdict(s: &str) -> Option<Verdict> {
    [Verdict::Ok, Verdict::Gap, Verdict::Unknown].into_iter().find(|v| v.as_str() == s)
}

fn confidence(s: &str) -> Option<Confidence> {
    Some(match s {
        "measured" => Confidence::Measured,
        "computed" => Confidence::Computed,
        "modelled" => Confidence::Modelled,
        "reported" => Confidence::Reported,
        "inferred" => Confidence::Inferred,
        _ => return None,
    })
}

fn provenance(s: &str) -> Option<Provenance> {
    serde_json::from_value(Value::from(s)).ok()
}

const ABOUT: &str = "date, atlas, title_zh, title_en, provenance, currency, data_version, program, covers, rules, digest, \
                     villages, gaps, prints, scores, unknown";
const GAP: &str = "geom, id, theme, kind, class, village, other, name, town, county, verdict, severity, measured, \
                   threshold, unit, confidence, why_zh, why_en, people, households, remedy, remedy_m, cost, \
                   department_zh, department_en, planned, planned_year, villages, touches";
const VILLAGE: &str = "geom, id, name, town, county, population, households, poor_population, priority, roads_verdict, \
                       roads_severity, roads_confidence, power_verdict, power_severity, power_confidence, \
                       water_verdict, water_severity, water_confidence, broadband_verdict, broadband_severity, \
                       broadband_confidence, services_verdict, services_severity, services_confidence";
const SCORE: &str = "level, place, name, county, key, indicator_zh, indicator_en, theme, department_zh, department_en, \
                     yes, no, unknown, share, people_share, reference, target, reached, missing, cost";

fn about(r: &mut Reader) -> Result<(About, [usize; 2]), Wrong> {
    let about = About {
        date: Some(r.date()?),
        atlas: r.take()?,
        title: r.both()?,
        provenance: r.word(provenance)?,
        currency: r.take()?,
        data_version: r.take()?,
        program: r.take()?,
        covers: r.json()?,
        rules: r.json()?,
        digest: r.take()?,
        villages: r.count()?,
        gaps: r.count()?,
    };
    Ok((about, [r.count()?, r.count()?]))
}

fn village(r: &mut Reader) -> Result<VillageRow, Wrong> {
    let mut row = VillageRow {
        point: r.point()?,
        id: r.take()?,
        name: r.take()?,
        town: r.take()?,
        county: r.take()?,
        population: r.take()?,
        households: r.take()?,
        poor_population: r.take()?,
        priority: r.take()?,
        standing: [None; 5],
    };
    for slot in &mut row.standing {
        let verdict = r.maybe_word(verdict)?;
        let (severity, confidence) = (r.take()?, r.maybe_word(confidence)?);
        *slot = verdict.map(|verdict| Standing { verdict, severity, confidence });
    }
    Ok(row)
}

fn gap(r: &mut Reader) -> Result<GapRow, Wrong> {
    Ok(GapRow {
        point: r.point()?,
        id: r.take()?,
        theme: r.word(theme_named)?,
        kind: r.take()?,
        class: r.take()?,
        village: r.take()?,
        other: r.take()?,
        name: r.take()?,
        town: r.take()?,
        county: r.take()?,
        verdict: r.word(verdict)?,
        severity: r.take()?,
        measured: r.take()?,
        threshold: r.take()?,
        unit: r.take()?,
        confidence: r.word(confidence)?,
        why: r.both()?,
        people: r.take()?,
        households: r.take()?,
        remedy: r.take()?,
        remedy_m: r.take()?,
        cost: r.take()?,
        department: r.both()?,
        planned: r.take()?,
        planned_year: r.take()?,
        villages: r.json()?,
        touches: r.json()?,
    })
}

fn score(r: &mut Reader) -> Result<ScoreRow, Wrong> {
    Ok(ScoreRow {
        level: r.take()?,
        place: r.take()?,
        name: r.take()?,
        county: r.take()?,
        key: r.take()?,
        indicator: r.both()?,
        theme: r.take()?,
        department: r.both()?,
        yes: r.take()?,
        no: r.take()?,
        unknown: r.take()?,
        share: r.take()?,
        people_share: r.take()?,
        reference: r.take()?,
        target: r.take()?,
        reached: r.take()?,
        missing: r.take::<Option<i64>>()?.and_then(|m| usize::try_from(m).ok()),
        cost: r.take()?,
    })
}

fn print(r: &mut Reader) -> Result<Record, Wrong> {
    let (layer, id, shape, said) = (r.take()?, r.take()?, r.take()?, r.take()?);
    let corners: [Option<f64>; 4] = [r.take()?, r.take()?, r.take()?, r.take()?];
    let bbox = match corners {
        [Some(a), Some(b), Some(c), Some(d)] => Some([a, b, c, d]),
        _ => None,
    };
    Ok(Record { layer, id, shape, said, bbox })
}

impl Store {
    fn rows<T>(
        &self,
        table: &'static str,
        query: &str,
        values: &[&dyn rusqlite::ToSql],
        make: impl Fn(&mut Reader) -> Result<T, Wrong>,
    ) -> Result<Vec<T>, StoreError> {
        let damaged = |what: String| StoreError::Damaged { path: self.path.clone(), table, what };
        let mut ask = self.sql(self.db.prepare(query))?;
        let mut rows = self.sql(ask.query(values))?;
        let mut out = Vec::new();
        while let Some(row) = self.sql(rows.next())? {
            out.push(make(&mut Reader::new(row)).map_err(damaged)?);
        }
        Ok(out)
    }

    /// All snapshots, by date.
    pub fn list(&self) -> Result<Vec<About>, StoreError> {
        let query = format!("SELECT {ABOUT} FROM snapshots ORDER BY date");
        self.rows("snapshots", &query, &[], |r| about(r).map(|(a, _)| a))
    }

    /// A whole snapshot.
    pub fn read(&self, date: &Day) -> Result<Snapshot, StoreError> {
        // One transaction, so that all of it is of one moment.
        let at_once = self.sql(self.db.unchecked_transaction())?;
        let query = format!("SELECT {ABOUT}, fid FROM snapshots WHERE date = ?1");
        let found = self.rows("snapshots", &query, &[&date.as_str()], |r| {
            Ok((about(r)?, r.json::<BTreeSet<String>>()?, r.take::<i64>()?))
        })?;
        let Some(((about, [prints, scores]), unknown, id)) = found.into_iter().next() else {
            return Err(self.no_snapshot(date));
        };
        let of = |columns: &str, table: &str| format!("SELECT {columns} FROM {table} WHERE snapshot = ?1 ORDER BY fid");
        let snapshot = Snapshot {
            villages: self.rows("villages", &of(VILLAGE, "villages"), &[&id], village)?,
            gaps: self.rows("gaps", &of(GAP, "gaps"), &[&id], gap)?,
            scores: self.rows("scores", &of(SCORE, "scores"), &[&id], score)?,
            records: self.rows(
                "prints",
                "SELECT layer, id, shape, said, west, south, east, north FROM holdings JOIN prints USING (print)
                 WHERE snapshot = ?1 ORDER BY layer, id",
                &[&id],
                print,
            )?,
            unknown,
            about,
        };
        self.sql(at_once.finish())?;
        let whole = [
            ("villages", snapshot.villages.len(), snapshot.about.villages),
            ("gaps", snapshot.gaps.len(), snapshot.about.gaps),
            ("prints", snapshot.records.len(), prints),
            ("scores", snapshot.scores.len(), scores),
        ];
        match whole.into_iter().find(|(_, have, said)| have != said) {
            None => Ok(snapshot),
            Some((table, have, said)) => {
                let what = format!("the snapshot of {date} has {have} rows, not {said}");
                Err(StoreError::Damaged { path: self.path.clone(), table, what })
            }
        }
    }

    /// A village in every snapshot that has it, with its gaps, by date.
    pub fn village(&self, id: &str) -> Result<Vec<(Day, VillageRow, Vec<GapRow>)>, StoreError> {
        let at_once = self.sql(self.db.unchecked_transaction())?;
        let query = format!("SELECT {VILLAGE}, date FROM villages WHERE id = ?1 ORDER BY date");
        let rows = self.rows("villages", &query, &[&id], |r| Ok((village(r)?, r.date()?)))?;
        let mut out = Vec::with_capacity(rows.len());
        for (row, date) in rows {
            let query = format!("SELECT {GAP} FROM gaps WHERE village = ?1 AND date = ?2 ORDER BY fid");
            let own = self.rows("gaps", &query, &[&id, &date.as_str()], gap)?;
            out.push((date, row, own));
        }
        self.sql(at_once.finish())?;
        Ok(out)
    }

    /// Indicators of all snapshots at a level (`region`, `county`, `town`), by date.
    pub fn scores(&self, level: &str) -> Result<Vec<(Day, ScoreRow)>, StoreError> {
        let query = format!("SELECT {SCORE}, date FROM scores WHERE level = ?1 ORDER BY date, fid");
        self.rows("scores", &query, &[&level], |r| Ok((score(r)?, r.date()?)).map(|(s, d)| (d, s)))
    }
}
