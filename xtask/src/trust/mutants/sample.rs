//! Which mutants are tried: a sample that a seed draws, cut into shards.

use std::{num::NonZeroUsize, str::FromStr};

use anyhow::{Context as _, ensure};

/// One of several equal parts of the work, counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    pub(crate) const WHOLE: Self = Self { index: 1, count: 1 };

    /// As part of a file's name.
    pub(crate) fn slug(self) -> String {
        format!("{}-of-{}", self.index, self.count)
    }

    fn has(self, position: usize) -> bool {
        position % self.count == self.index - 1
    }
}

impl FromStr for Shard {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (index, count) = text.split_once('/').context("a shard is written as 1/4")?;
        let shard = Self { index: index.parse()?, count: count.parse()? };
        ensure!((1..=shard.count).contains(&shard.index), "shards are numbered from 1 to {}", shard.count);
        Ok(shard)
    }
}

/// Draws `sample` of the names, or all of them, in an order that only the seed and the names decide.
pub(crate) fn draw(mut names: Vec<String>, seed: u64, sample: Option<NonZeroUsize>) -> Vec<String> {
    names.sort_by_cached_key(|name| (hash(seed, name), name.clone()));
    names.truncate(sample.map_or(usize::MAX, NonZeroUsize::get));
    names
}

/// The names that the shard has of these; each is in one shard.
pub(crate) fn of_shard(names: &[String], shard: Shard) -> Vec<String> {
    let of_shard = names.iter().enumerate().filter(|&(position, _)| shard.has(position));
    of_shard.map(|(_, name)| name.clone()).collect()
}

/// FNV-1a of the name, and the finish of `SplitMix64`: the same everywhere, and spread well enough to draw with.
pub(crate) fn hash(seed: u64, name: &str) -> u64 {
    let fnv = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325 ^ seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mixed = (fnv ^ fnv >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("src/lib.rs:{number}:5: replace")).collect()
    }

    #[test]
    fn a_sample_is_drawn_by_the_seed_whatever_the_order() {
        let reversed = names(100).into_iter().rev().collect();
        let sample = draw(names(100), 7, NonZeroUsize::new(10));
        assert_eq!(sample.len(), 10);
        assert_eq!(sample, draw(reversed, 7, NonZeroUsize::new(10)));
        assert_ne!(sample, draw(names(100), 8, NonZeroUsize::new(10)));
        assert_eq!(draw(names(3), 7, NonZeroUsize::new(10)).len(), 3);
        assert_eq!(draw(names(3), 7, None).len(), 3);
    }

    #[test]
    fn shards_have_each_mutant_once() {
        let sample = draw(names(10), 7, None);
        let mut parts: Vec<String> =
            ["1/3", "2/3", "3/3"].iter().flat_map(|shard| of_shard(&sample, shard.parse().unwrap())).collect();
        parts.sort();
        let mut all = names(10);
        all.sort();
        assert_eq!(parts, all);
        for wrong in ["0/3", "4/3", "1", "1/0", "a/b"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
