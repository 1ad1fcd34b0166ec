//! How an instance without sockets is set up.

use crate::rules::{Rules, only_rules};

/// How an instance without sockets is set up.
///
/// ```
/// use std::sync::Arc;
/// use tenable_emulator::clock::ManualClock;
/// use tenable_emulator::security_center::{SecurityCenter, Settings};
///
/// let settings = Settings::new().set("sc.generation", "5")?;
/// let instance = SecurityCenter::new(settings, Arc::new(ManualClock::default()));
/// assert!(instance.api_key(1, 1).is_some());
/// # Ok::<(), tenable_emulator::RuleError>(())
/// ```
#[derive(Debug)]
pub struct Settings {
    pub(super) rules: Rules,
}

only_rules!(Settings);
