//! Behaviour across the layers.

mod golden;
mod identity_exposure;
mod wire;
