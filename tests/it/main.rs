//! Behaviour across the layers.

mod golden;
