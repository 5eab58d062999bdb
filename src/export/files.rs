//! Many collections into a folder, in the forms asked for.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use super::{About, ExportError, Form, gdal, stream};
use crate::publish::table::Table;
use crate::standards::Bilingual;

/// A file that was written.
pub struct Written {
    pub name: String,
    /// What its form could not hold.
    pub notes: Vec<Bilingual>,
}

/// Writes each of `tables` in `form` into `dir`, which must be there: a file for each collection, or one for all
/// where the form has layers. `tell` hears of each file before it is written.
///
/// A file is written beside its place and put there whole, so that a reader never sees half of one and a failure
/// leaves what was there; its remains are taken away.
pub fn write(
    tables: &[Table],
    form: Form,
    dir: &Path,
    about: &About,
    tell: &dyn Fn(&str),
) -> Result<Vec<Written>, ExportError> {
    if form.holds_all() {
        let name = format!("{}.{}", about.file_stem(), form.ending());
        tell(&name);
        let notes = whole(dir, &name, |part| gdal::gpkg::write(tables, part, about).map(|()| Vec::new()))?;
        return Ok(vec![Written { name, notes }]);
    }
    let mut all = Vec::new();
    for table in tables {
        let name = format!("{}.{}", table.collection.id, form.ending());
        tell(&name);
        let notes = whole(dir, &name, |part| {
            let io = |source| ExportError::Io { path: dir.join(&name), source };
            let mut out = BufWriter::new(File::create(part).map_err(io)?);
            let notes = stream(table, form, about, &mut out, &dir.join(&name))?;
            out.flush().map_err(io)?;
            // Not left to the drop, which would keep a full disk to itself.
            out.into_inner().map_err(|e| io(e.into_error()))?.sync_data().map_err(io)?;
            Ok(notes)
        })?;
        all.push(Written { name, notes });
    }
    Ok(all)
}

/// Has `write` make a file of its own and puts it in its place.
fn whole(
    dir: &Path,
    name: &str,
    write: impl FnOnce(&Path) -> Result<Vec<Bilingual>, ExportError>,
) -> Result<Vec<Bilingual>, ExportError> {
    // The ending stays last: GDAL's drivers look at it.
    let part = dir.join(format!(".part-{name}"));
    let io = |source| ExportError::Io { path: dir.join(name), source };
    match fs::remove_file(&part) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(io(e)),
        _ => {}
    }
    let done = write(&part).and_then(|notes| fs::rename(&part, dir.join(name)).map_err(io).map(|()| notes));
    if done.is_err() {
        let _ = fs::remove_file(&part);
    }
    done
}
