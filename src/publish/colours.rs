//! Colours and class limits of maps, those of the page (`web/src/colours.ts`, `web/src/themes/*-map.ts`); tests hold them
//! together.

/// ColorBrewer YlOrRd, 5 classes.
pub const RAMP: [&str; 5] = ["#ffffb2", "#fecc5c", "#fd8d3c", "#f03b20", "#bd0026"];
/// Limits between the classes: of severities, of people, of shares of villages.
pub const SEVERITY_STEPS: [f64; 4] = [0.2, 0.4, 0.6, 0.8];
pub const PEOPLE_STEPS: [f64; 4] = [500.0, 1000.0, 2000.0, 5000.0];
pub const SHARE_STEPS: [f64; 4] = [0.05, 0.1, 0.2, 0.4];

pub const LAND: &str = "#f4f5f2";
pub const EMPTY: &str = "#e6e8e4";
pub const BORDER: &str = "#8d949b";
pub const HALO: &str = "#ffffff";
pub const MAIN: &str = "#4a5560";
pub const ISLAND: &str = "#0072b2";
pub const GRAVEL: &str = "#b07d3c";
pub const EARTH: &str = "#8a5a2b";
pub const UNKNOWN: &str = "#9aa0a6";
pub const OK: &str = "#2b7a9e";
pub const EDGE: &str = "#3b3b3b";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_of_the_page() {
        let page = include_str!("../../web/src/colours.ts");
        let light = page.split("dark: {").next().unwrap();
        let array = |v: &[f64]| format!("[{}]", v.iter().map(f64::to_string).collect::<Vec<_>>().join(", "));
        assert!(light.contains(&format!("RAMP = {:?}", RAMP)), "{RAMP:?}");
        for (name, steps) in [("SEVERITY", SEVERITY_STEPS), ("PEOPLE", PEOPLE_STEPS), ("SHARE", SHARE_STEPS)] {
            assert!(light.contains(&format!("{name}_STEPS = {}", array(&steps))), "{name}");
        }
        for (name, colour) in [
            ("land", LAND),
            ("empty", EMPTY),
            ("border", BORDER),
            ("halo", HALO),
            ("main", MAIN),
            ("island", ISLAND),
            ("gravel", GRAVEL),
            ("earth", EARTH),
            ("unknown", UNKNOWN),
            ("ok", OK),
            ("edge", EDGE),
        ] {
            assert!(light.contains(&format!("{name}: \"{colour}\"")), "{name}");
        }
    }
}
