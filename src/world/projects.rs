//! Projects: works that somebody has planned, with theme, year, cost and where they are (definitions, section 7).

use geo::{Coord, MultiPolygon};
use serde::Serialize;

use super::{Provenance, VillageIx};

/// How far a project has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A list of projects that does not say is a list of plans.
    #[default]
    Planned,
    UnderConstruction,
    /// Built, as the list says; the data may not show it yet.
    Done,
    /// Given up; read, so that it can be left out.
    Cancelled,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Planned => "planned",
            Status::UnderConstruction => "under_construction",
            Status::Done => "done",
            Status::Cancelled => "cancelled",
        }
    }

    /// Our word or a usual Chinese or English one.
    pub fn parse(s: &str) -> Option<Self> {
        Some(match s.trim().to_lowercase().as_str() {
            "planned" | "proposed" | "approved" | "计划" | "规划" | "拟建" | "待建" | "未开工" | "前期" => {
                Status::Planned
            }
            "under_construction" | "under construction" | "ongoing" | "在建" | "施工" | "施工中" | "建设中"
            | "已开工" | "开工" => Status::UnderConstruction,
            "done" | "completed" | "built" | "完成" | "已完成" | "完工" | "已完工" | "竣工" | "已竣工" | "建成"
            | "已建成" | "已建" => Status::Done,
            "cancelled" | "canceled" | "取消" | "已取消" | "撤销" | "终止" => Status::Cancelled,
            _ => return None,
        })
    }
}

/// The theme that a word names: ours, or the one an office would write. `None` for words of no theme.
pub fn theme(s: &str) -> Option<&'static str> {
    Some(match s.trim().to_lowercase().as_str() {
        "roads" | "road" | "道路" | "公路" | "交通" | "农村公路" | "通村路" => "roads",
        "power" | "electricity" | "供电" | "电力" | "电网" | "农网" | "动力电" => "power",
        "water" | "饮水" | "供水" | "水利" | "饮水安全" | "安全饮水" => "water",
        "broadband" | "internet" | "宽带" | "通信" | "网络" | "信息" => "broadband",
        "services" | "service" | "服务" | "公共服务" => "services",
        _ => return None,
    })
}

/// Where a project is: points, lines and an area, any of them missing. Positions in degrees.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Site {
    pub points: Vec<Coord>,
    pub lines: Vec<Vec<Coord>>,
    pub area: Option<MultiPolygon>,
}

/// A project.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    pub id: String,
    pub name: Option<String>,
    /// One of [`crate::standards::THEMES`].
    pub theme: &'static str,
    /// As the list has it; what kinds mean stands in `standards/priority.toml`.
    pub kind: Option<String>,
    pub status: Status,
    /// In which it is to be done.
    pub year: Option<i32>,
    /// In the atlas's currency.
    pub cost: Option<f64>,
    /// Villages that it names, sorted.
    pub villages: Vec<VillageIx>,
    pub site: Site,
    pub provenance: Provenance,
    pub source: u16,
}

impl Project {
    /// Still to come, so that gaps it closes are in the data by right.
    pub fn is_open(&self) -> bool {
        self.status != Status::Done
    }

    /// Whether it names the village (index into the world's).
    pub fn names(&self, village: u32) -> bool {
        self.villages.binary_search(&VillageIx(village)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standards::THEMES;

    #[test]
    fn words_of_offices() {
        assert_eq!(["道路", "供电", "饮水", "宽带", "服务"].map(theme), THEMES.map(Some));
        assert_eq!(THEMES.map(theme), THEMES.map(Some));
        assert_eq!(theme("旅游"), None);
        assert_eq!(["规划", "在建", "竣工"].map(Status::parse), {
            use Status::*;
            [Some(Planned), Some(UnderConstruction), Some(Done)]
        });
        for s in [Status::Planned, Status::UnderConstruction, Status::Done, Status::Cancelled] {
            assert_eq!(Status::parse(s.as_str()), Some(s));
        }
    }
}
