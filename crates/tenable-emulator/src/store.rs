//! What a product remembers: in memory, and in the state file if there is one.

use std::fmt;
use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::bounds::Growth;
use crate::lock;
use crate::persistence::{StateError, StateFile};

/// The state of one product.
pub(crate) struct Store<S> {
    product: &'static str,
    file: Option<Arc<StateFile>>,
    state: Mutex<Tracked<S>>,
    growth: Growth,
}

impl<S> fmt::Debug for Store<S> {
    /// Leaves out the state, which holds keys.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Store").field("product", &self.product).finish_non_exhaustive()
    }
}

impl<S: Serialize + DeserializeOwned> Store<S> {
    /// A state that is kept in memory alone.
    pub(crate) fn in_memory(product: &'static str, state: S) -> Self {
        Self { product, file: None, state: Mutex::new(Tracked::new(state)), growth: Growth::default() }
    }

    /// The state in the file, once `accept` has looked at it, or `seed` where the file has none of this product.
    pub(crate) fn open(
        product: &'static str,
        file: Option<Arc<StateFile>>,
        accept: impl FnOnce(&mut S) -> Result<(), &'static str>,
        seed: impl FnOnce() -> S,
    ) -> Result<Self, StateError> {
        let Some(file) = file else { return Ok(Self::in_memory(product, seed())) };
        let state = match file.load::<S>(product)? {
            Some(mut state) => {
                accept(&mut state).map_err(|reason| file.invalid(product, &reason))?;
                state
            }
            None => seed(),
        };
        file.save(product, &state)?;
        let store = Self { file: Some(file), ..Self::in_memory(product, state) };
        store.growth.count(store.size());
        Ok(store)
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Tracked<S>> {
        lock(&self.state)
    }

    /// Saves the state if it has changed. If that fails, returns to what was saved last.
    pub(crate) fn commit(&self, state: &mut Tracked<S>) -> Result<(), StateError> {
        if !state.take_changed() {
            return Ok(());
        }
        let Some(file) = &self.file else { return Ok(()) };
        file.save(self.product, &**state).inspect_err(|_| {
            if let Ok(Some(saved)) = file.load(self.product) {
                *state = Tracked::new(saved);
            }
        })
    }

    /// Puts another state in the place of this one, unless it cannot be saved.
    pub(crate) fn replace(&self, new: S) -> Result<(), StateError> {
        let mut state = self.lock();
        if let Some(file) = &self.file {
            file.save(self.product, &new)?;
        }
        *state = Tracked::new(new);
        Ok(())
    }

    /// Lets something happen, and puts the state back to what it was before; what it gives is what happened.
    pub(crate) fn forgetting<T>(&self, happen: impl FnOnce() -> T) -> T {
        let before = serde_json::from_value(self.to_value());
        let happened = happen();
        if let Ok(before) = before {
            // If it cannot be saved, it was kept: a fault that did not happen.
            drop(self.replace(before));
        }
        happened
    }

    /// Whether a request that carries `bytes` may still be remembered, with `limit` bytes of JSON in all.
    pub(crate) fn has_room(&self, limit: usize, bytes: usize) -> bool {
        self.growth.has_room(limit, bytes, || self.size())
    }

    /// Counts a request that carried, or was answered with, as many bytes.
    pub(crate) fn grew(&self, bytes: usize) {
        self.growth.count(bytes);
    }

    /// Bytes that the state takes as JSON.
    fn size(&self) -> usize {
        let mut counter = Counter(0);
        // Counting cannot fail, and a state can always be written.
        let _infallible = serde_json::to_writer(&mut counter, &**self.lock());
        counter.0
    }

    /// The whole state as JSON, keys included.
    pub(crate) fn to_value(&self) -> Value {
        serde_json::to_value(&**self.lock()).unwrap_or_default()
    }
}

/// Counts what is written to it.
struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A value that knows whether it was borrowed for writing since it was last saved.
#[derive(Debug)]
pub(crate) struct Tracked<T> {
    value: T,
    changed: bool,
}

impl<T> Tracked<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value, changed: false }
    }

    /// The value, to be changed without being saved for it: the next change takes it along.
    pub(crate) fn unmarked(&mut self) -> &mut T {
        &mut self.value
    }

    /// Whether the value may have changed since the last call.
    fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }
}

impl<T> Deref for Tracked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Tracked<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.changed = true;
        &mut self.value
    }
}
