//! Words in titles and field names that tell what a layer is; all without case and punctuation.

pub(super) const ROADS: &[&str] =
    &["公路", "道路", "路网", "road", "highway", "street", "drrp", "国道", "省道", "县道", "乡道", "村道"];
pub(super) const NOT_ROADS: &[&str] = &[
    "铁路", "线路", "电", "河", "水系", "管", "界", "rail", "power", "river", "stream", "water", "electric", "cable",
    "pipe", "proposal", "boundary", "voltage", "mvline", "lvline",
];
pub(super) const VILLAGES: &[&str] = &["村", "屯", "居民点", "vill", "hab", "settlement", "communit", "gram", "place"];
pub(super) const COUNTIES: &[&str] =
    &["县", "区划", "区县", "county", "counties", "district", "block", "taluk", "tehsil", "admin", "bound"];
pub(super) const TOWNS: &[&str] = &["乡镇", "镇界", "乡界", "镇域", "township", "towns"];
pub(super) const SCHOOLS: &[&str] = &["学校", "小学", "中学", "教学点", "school", "教育"];
pub(super) const SCHOOL_VALUES: &[&str] = &["学校", "小学", "教育", "school", "education"];
pub(super) const VILLAGE_SEATS: &[&str] = &["村委", "村部"];
pub(super) const DWELLINGS: &[&str] = &["房屋", "农房", "住宅", "dwelling", "building", "houses"];
pub(super) const SEATS: &[&str] = &["驻地", "政府", "乡镇", "seat", "headquarter", "township", "towns"];
pub(super) const PROJECTS: &[&str] = &["项目", "工程", "规划", "计划", "project", "planned"];
pub(super) const POPULATION: &[&str] = &["人口", "pop", "ppp", "ghs"];

/// True where `text` holds any of `list`.
pub(super) fn any(text: &str, list: &[&str]) -> bool {
    list.iter().any(|w| text.contains(w))
}
