//! Where random numbers come from: the operating system, or a seed that makes a run repeatable.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};

use crate::lock;

thread_local! {
    /// Of the product that this thread is at work for, and that product's name. Keys and tokens are drawn deep inside of handlers.
    static CURRENT: RefCell<Option<(Arc<Seeded>, &'static str)>> = const { RefCell::new(None) };
}

/// The source of one emulator.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entropy(Option<Arc<Seeded>>);

#[derive(Debug)]
struct Seeded {
    seed: u64,
    /// How many blocks each product has drawn: requests to one do not change what another draws.
    drawn: Mutex<HashMap<&'static str, u64>>,
}

impl Entropy {
    /// What repeats with the seed.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(Some(Arc::new(Seeded { seed, drawn: Mutex::default() })))
    }

    /// Does something for a product, during which this thread draws from this source.
    pub(crate) fn within<T>(&self, product: &'static str, act: impl FnOnce() -> T) -> T {
        let current = self.0.as_ref().map(|seeded| (Arc::clone(seeded), product));
        let _former = Former(CURRENT.replace(current));
        act()
    }
}

/// Puts back what the thread drew from before, also when it panics.
struct Former(Option<(Arc<Seeded>, &'static str)>);

impl Drop for Former {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

impl Seeded {
    fn fill(&self, product: &'static str, buffer: &mut [u8]) {
        for part in buffer.chunks_mut(digest::SHA256_OUTPUT_LEN) {
            let block = {
                let mut drawn = lock(&self.drawn);
                let next = drawn.entry(product).or_default();
                *next += 1;
                *next
            };
            let mut context = digest::Context::new(&digest::SHA256);
            context.update(&self.seed.to_be_bytes());
            context.update(&block.to_be_bytes());
            context.update(product.as_bytes());
            part.copy_from_slice(&context.finish().as_ref()[..part.len()]);
        }
    }
}

/// Fills a buffer with random bytes.
pub(crate) fn fill(buffer: &mut [u8]) {
    let seeded = CURRENT.with_borrow(|current| {
        let Some((seeded, product)) = current else { return false };
        seeded.fill(product, buffer);
        true
    });
    if !seeded {
        let filled = SystemRandom::new().fill(buffer);
        assert!(filled.is_ok(), "the operating system gives no random numbers");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(entropy: &Entropy, product: &'static str) -> [u8; 40] {
        let mut buffer = [0; 40];
        entropy.within(product, || fill(&mut buffer));
        buffer
    }

    #[test]
    fn a_seed_repeats_and_products_do_not_disturb_each_other() {
        let (one, two, other) = (Entropy::seeded(7), Entropy::seeded(7), Entropy::seeded(8));
        let first = draw(&one, "a");
        draw(&one, "b");
        assert_eq!(first, draw(&two, "a"));
        assert_eq!(draw(&one, "a"), draw(&two, "a"));
        assert_ne!(first, draw(&one, "a"), "one after the other");
        assert_ne!(first, draw(&Entropy::seeded(7), "b"));
        assert_ne!(first, draw(&other, "a"));
        assert_ne!(first[..8], first[32..]);
    }

    #[test]
    fn without_a_seed_and_outside_nothing_repeats() {
        assert_ne!(draw(&Entropy::default(), "a"), draw(&Entropy::default(), "a"));
        let seeded = Entropy::seeded(7);
        seeded.within("a", || {
            assert_ne!(draw(&Entropy::default(), "a"), draw(&Entropy::default(), "a"), "nested");
            let mut inside = [0; 40];
            fill(&mut inside);
            assert_eq!(inside, draw(&Entropy::seeded(7), "a"));
        });
        let (mut one, mut two) = ([0; 40], [0; 40]);
        fill(&mut one);
        fill(&mut two);
        assert_ne!(one, two);
    }
}
