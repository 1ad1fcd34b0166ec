//! The clients and the emulator over real sockets.

mod identity_exposure;
mod security_center;
mod vulnerability_management;
