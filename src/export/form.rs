//! The forms there are: their names, endings and media types.

use std::str::FromStr;

use thiserror::Error;

/// A form that one collection can be had in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    GeoJson,
    GeoJsonSeq,
    GeoPackage,
    FlatGeobuf,
    GeoParquet,
    Shapefile,
    Csv,
    Xlsx,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{name:?} is none of the forms {}", Form::ALL.map(Form::key).join(", "))]
pub struct UnknownForm {
    pub name: String,
}

impl Form {
    pub const ALL: [Form; 8] = [
        Form::GeoJson,
        Form::GeoPackage,
        Form::FlatGeobuf,
        Form::GeoParquet,
        Form::Shapefile,
        Form::Csv,
        Form::Xlsx,
        Form::GeoJsonSeq,
    ];

    /// Name on the command line and in `f=`.
    pub fn key(self) -> &'static str {
        match self {
            Form::GeoJson => "geojson",
            Form::GeoJsonSeq => "geojsonseq",
            Form::GeoPackage => "gpkg",
            Form::FlatGeobuf => "fgb",
            Form::GeoParquet => "parquet",
            Form::Shapefile => "shp",
            Form::Csv => "csv",
            Form::Xlsx => "xlsx",
        }
    }

    /// Ending of a file, without a dot. `.shp.zip` is what GDAL opens as a Shapefile without being told.
    pub fn ending(self) -> &'static str {
        match self {
            Form::GeoJsonSeq => "geojsonl",
            Form::Shapefile => "shp.zip",
            other => other.key(),
        }
    }

    /// Media type. Lines of GeoJSON begin without the record separator that `application/geo+json-seq` (RFC 8142)
    /// asks for, as line-wise tools want them, so they do not go by that name.
    pub fn media_type(self) -> &'static str {
        match self {
            Form::GeoJson => "application/geo+json",
            Form::GeoJsonSeq => "application/x-ndjson",
            Form::GeoPackage => "application/geopackage+sqlite3",
            Form::FlatGeobuf => "application/flatgeobuf",
            Form::GeoParquet => "application/vnd.apache.parquet",
            Form::Shapefile => "application/zip",
            Form::Csv => "text/csv; charset=utf-8",
            Form::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// For a list to choose from.
    pub fn title(self) -> &'static str {
        match self {
            Form::GeoJson => "GeoJSON",
            Form::GeoJsonSeq => "GeoJSON, a feature a line",
            Form::GeoPackage => "GeoPackage",
            Form::FlatGeobuf => "FlatGeobuf",
            Form::GeoParquet => "GeoParquet",
            Form::Shapefile => "Shapefile (ZIP)",
            Form::Csv => "CSV (WKT)",
            Form::Xlsx => "Excel (XLSX)",
        }
    }

    /// True where a file is its rows one after the other, so that it can be sent while it is written.
    pub fn in_parts(self) -> bool {
        matches!(self, Form::Csv | Form::GeoJsonSeq)
    }

    /// True where one file holds all collections.
    pub fn holds_all(self) -> bool {
        self == Form::GeoPackage
    }
}

impl FromStr for Form {
    type Err = UnknownForm;

    fn from_str(s: &str) -> Result<Self, UnknownForm> {
        let name = s.trim();
        let found = Form::ALL.into_iter().find(|f| f.key().eq_ignore_ascii_case(name));
        found.ok_or_else(|| UnknownForm { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_form_names_the_known_ones() {
        assert_eq!("GPKG".parse(), Ok(Form::GeoPackage));
        let e = "kml".parse::<Form>().unwrap_err().to_string();
        assert_eq!(e, "\"kml\" is none of the forms geojson, gpkg, fgb, parquet, shp, csv, xlsx, geojsonseq");
    }
}
