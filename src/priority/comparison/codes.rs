//! The table of changed village codes: which villages were merged, split, renamed or given another code, and when.

use std::collections::BTreeMap;

use serde::Serialize;
use thiserror::Error;

use crate::priority::snapshot::Day;

/// What became of a village.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Merge,
    Split,
    Rename,
    Recode,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Merge => "merge",
            Kind::Split => "split",
            Kind::Rename => "rename",
            Kind::Recode => "recode",
        }
    }

    fn parse(s: &str) -> Option<Self> {
        Some(match s.trim().to_lowercase().as_str() {
            "merge" | "merged" | "合并" | "并入" | "撤并" => Kind::Merge,
            "split" | "拆分" | "分设" | "析置" => Kind::Split,
            "rename" | "renamed" | "更名" | "改名" => Kind::Rename,
            "recode" | "recoded" | "code" | "代码变更" | "变更代码" | "换码" => Kind::Recode,
            _ => return None,
        })
    }
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Step {
    pub date: Day,
    pub old: String,
    pub new: String,
    pub kind: Kind,
}

/// What is wrong with a table of codes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CodesError {
    #[error("the first line must name the columns old, new, kind, date (旧代码, 新代码, 类型, 日期); {0} is missing")]
    Column(&'static str),
    #[error("line {line}: {column} is empty")]
    Empty { line: usize, column: &'static str },
    #[error("line {line}: kind {kind:?} is none of merge, split, rename, recode (合并, 拆分, 更名, 变更代码)")]
    Kind { line: usize, kind: String },
    #[error("line {line}: date {date:?} is not a day; write 2017-12-31")]
    Date { line: usize, date: String },
}

const COLUMNS: [(&str, &[&str]); 4] = [
    ("old", &["old", "old_code", "旧代码", "原代码"]),
    ("new", &["new", "new_code", "新代码", "现代码"]),
    ("kind", &["kind", "类型", "变更类型"]),
    ("date", &["date", "日期", "变更日期"]),
];

/// The whole table, by date.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Codes {
    steps: Vec<Step>,
}

impl Codes {
    /// Reads a table separated by commas, semicolons or tabs.
    pub fn parse(text: &str) -> Result<Self, CodesError> {
        let text = text.trim_start_matches('\u{feff}');
        let mut lines = text.lines().zip(1..).filter(|(l, _)| !l.trim().is_empty());
        let head = lines.next().map_or("", |(l, _)| l);
        let mark = ['\t', ';', ','].into_iter().find(|m| head.contains(*m)).unwrap_or(',');
        let cells = |line: &str| -> Vec<String> {
            line.split(mark).map(|c| c.trim().trim_matches('"').trim().to_owned()).collect()
        };
        let names = cells(head);
        let mut at = [0; 4];
        for (slot, (name, words)) in at.iter_mut().zip(COLUMNS) {
            let found = names.iter().position(|n| words.contains(&n.to_lowercase().as_str()));
            *slot = found.ok_or(CodesError::Column(name))?;
        }
        let mut steps = Vec::new();
        for (text, line) in lines {
            let row = cells(text);
            let get = |k: usize| match row.get(at[k]).filter(|c| !c.is_empty()) {
                Some(c) => Ok(c.clone()),
                None => Err(CodesError::Empty { line, column: COLUMNS[k].0 }),
            };
            let (old, new, kind, date) = (get(0)?, get(1)?, get(2)?, get(3)?);
            let kind = Kind::parse(&kind).ok_or(CodesError::Kind { line, kind })?;
            let date = date.parse().map_err(|_| CodesError::Date { line, date })?;
            steps.push(Step { date, old, new, kind });
        }
        steps.sort();
        steps.dedup();
        Ok(Codes { steps })
    }

    /// All steps, by date.
    pub fn all(&self) -> &[Step] {
        &self.steps
    }

    /// The steps after one day, up to and with another (to the end without it).
    pub fn between(&self, from: &Day, to: Option<&Day>) -> Vec<Step> {
        let within = |s: &&Step| s.date > *from && to.is_none_or(|t| s.date <= *t);
        self.steps.iter().filter(within).cloned().collect()
    }
}

/// What became of each village that the table names, over all steps in turn.
#[derive(Debug, Clone, Default)]
pub struct Succession {
    /// Old code to the codes it ends as, with the steps on the way.
    to: BTreeMap<String, BTreeMap<String, Vec<Step>>>,
    /// The other way round.
    from: BTreeMap<String, Vec<String>>,
}

impl Succession {
    /// `steps` by date.
    pub fn new(steps: &[Step]) -> Self {
        let mut to: BTreeMap<String, BTreeMap<String, Vec<Step>>> = BTreeMap::new();
        let mut k = 0;
        while k < steps.len() {
            // All of one day happen at once: a code that is given up and taken that day is two villages.
            let day = &steps[k].date;
            let end = k + steps[k..].iter().take_while(|s| s.date == *day).count();
            let today = &steps[k..end];
            for step in today {
                let own = || BTreeMap::from([(step.old.clone(), Vec::new())]);
                to.entry(step.old.clone()).or_insert_with(own);
            }
            for ends in to.values_mut() {
                let before = std::mem::take(ends);
                for (code, way) in before {
                    let mut next = today.iter().filter(|s| s.old == code).peekable();
                    if next.peek().is_none() {
                        ends.insert(code, way);
                        continue;
                    }
                    for step in next {
                        let mut way = way.clone();
                        way.push(step.clone());
                        ends.entry(step.new.clone()).or_insert(way);
                    }
                }
            }
            k = end;
        }
        let mut from: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (old, ends) in &to {
            for new in ends.keys() {
                from.entry(new.clone()).or_default().push(old.clone());
            }
        }
        Succession { to, from }
    }

    /// The codes a village ends as, with the steps that led there; itself where nothing happened.
    pub fn of(&self, code: &str) -> Vec<(String, Vec<Step>)> {
        match self.to.get(code) {
            Some(ends) => ends.iter().map(|(c, way)| (c.clone(), way.clone())).collect(),
            None => vec![(code.to_owned(), Vec::new())],
        }
    }

    /// The table says where this code went.
    pub fn knows(&self, code: &str) -> bool {
        self.to.contains_key(code)
    }

    /// Codes that became this one.
    pub fn before(&self, code: &str) -> &[String] {
        self.from.get(code).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Codes {
        Codes::parse(text).unwrap()
    }

    #[test]
    fn tables_in_both_languages() {
        let en = codes("old,new,kind,date\na,b,merge,2016-05-01\n\n\"c\", d ,recode,2016-06-01\n");
        let zh = codes("\u{feff}日期;旧代码;新代码;类型\r\n2016-05-01;a;b;合并\r\n2016-06-01;c;d;变更代码\r\n");
        assert_eq!(en, zh);
        for (bad, why) in [
            ("old,new,kind\n", "date is missing"),
            ("old,new,kind,date\na,,merge,2016-01-01", "line 2: new is empty"),
            ("old,new,kind,date\na,b,marry,2016-01-01", "line 2: kind \"marry\""),
            ("old,new,kind,date\na,b,merge,2016-02-30", "line 2: date \"2016-02-30\""),
            ("", "old is missing"),
        ] {
            assert!(Codes::parse(bad).unwrap_err().to_string().contains(why), "{bad:?}");
        }
    }

    #[test]
    fn steps_follow_each_other() {
        let all = codes(
            "old,new,kind,date\na,b,merge,2016-05-01\nb,c,recode,2016-09-01\nx,y1,split,2016-05-01\nx,y2,split,2016-05-01\n\
             p,q,recode,2016-05-01\nq,r,recode,2016-05-01\n",
        );
        let day = |s: &str| s.parse::<Day>().unwrap();
        let s = Succession::new(&all.between(&day("2015-12-31"), Some(&day("2016-12-31"))));
        let ends = |c: &str| s.of(c).into_iter().map(|(c, way)| (c, way.len())).collect::<Vec<_>>();
        assert_eq!(ends("a"), [("c".into(), 2)]);
        assert_eq!(ends("b"), [("c".into(), 1)]);
        assert_eq!(ends("x"), [("y1".into(), 1), ("y2".into(), 1)]);
        assert_eq!((ends("p"), ends("q")), (vec![("q".into(), 1)], vec![("r".into(), 1)]));
        assert_eq!(ends("z"), [("z".into(), 0)]);
        assert_eq!(s.before("c"), ["a", "b"]);
        let later = Succession::new(&all.between(&day("2016-05-01"), None));
        assert_eq!(later.of("a"), [("a".into(), vec![])]);
        assert_eq!(later.of("b")[0].0, "c");
    }
}
