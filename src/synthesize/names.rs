//! Invented names. Every one holds a character of [`RARE`], none of which occurs in any name of the ten
//! counties' village register, so no invented name can be a real village's.

use rand::Rng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Characters that no village or town of the register uses.
const RARE: &str = "霁蘅筠溆芷蕙榭蓼荻萱茗澹濯漪沅澧蘋菀苕荇薇葭栀楸梓柘栎枳杞鹭鸥鸢雁莺岚霭霏霓霞暄昀晞曦煦琅璟瑾玥珞樟橘柚橙芡菱藕荷莼藤茜";
const FIRST: &str = "上下前后东西南北大小新老高长双三石青白清";
const LAST: &str = "屯沟营岭堡庄坪湾台甸洼峪坡井";

/// Deals invented names; no two villages, towns or counties get the same.
pub struct Names {
    villages: Vec<String>,
    pairs: Vec<String>,
}

impl Names {
    pub fn new(rng: &mut ChaCha8Rng) -> Self {
        let rare: Vec<char> = RARE.chars().collect();
        let mut villages = Vec::with_capacity(rare.len() * 280);
        for a in FIRST.chars() {
            for b in &rare {
                for c in LAST.chars() {
                    villages.push(format!("{a}{b}{c}"));
                }
            }
        }
        let mut pairs = Vec::with_capacity(rare.len() * rare.len());
        for a in &rare {
            for b in rare.iter().filter(|b| *b != a) {
                pairs.push(format!("{a}{b}"));
            }
        }
        villages.shuffle(rng);
        pairs.shuffle(rng);
        Names { villages, pairs }
    }

    /// Stem of a village name, without 村.
    pub fn village(&mut self) -> String {
        self.villages.pop().unwrap_or_default()
    }

    pub fn town(&mut self, rng: &mut ChaCha8Rng) -> String {
        let suffix = if rng.random_bool(0.6) { "镇" } else { "乡" };
        self.pairs.pop().unwrap_or_default() + suffix
    }

    pub fn county(&mut self) -> String {
        self.pairs.pop().unwrap_or_default() + "县"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use std::collections::HashSet;

    #[test]
    fn enough_different_names() {
        let n = Names::new(&mut ChaCha8Rng::seed_from_u64(1));
        assert!(n.villages.len() >= super::super::options::MAX_VILLAGES, "{}", n.villages.len());
        assert!(n.pairs.len() > 3000);
        assert_eq!(n.villages.iter().collect::<HashSet<_>>().len(), n.villages.len());
    }

    #[test]
    fn no_rare_character_is_in_the_register() {
        let path = std::env::var("CUNTONG_TEST_DATA").unwrap_or_else(|_| "../shared/data".into());
        let Ok(text) = std::fs::read_to_string(format!("{path}/liaoning/village_register.csv")) else {
            println!("skipped: no village register under {path}");
            return;
        };
        // The county column holds none of them either, so the whole text can be searched.
        assert!(!RARE.chars().any(|c| text.contains(c)));
    }
}
