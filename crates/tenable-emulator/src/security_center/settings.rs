//! How an instance without sockets is set up.

use crate::rules::{RuleError, Rules};

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

impl Default for Settings {
    fn default() -> Self {
        Self::new()
    }
}

impl Settings {
    /// Default rules.
    pub fn new() -> Self {
        Self { rules: Rules::new(crate::RULE_TABLES) }
    }

    /// Chooses the outcome of a rule. A rule or an outcome that does not exist is refused.
    pub fn set(mut self, rule: &str, outcome: &str) -> Result<Self, RuleError> {
        self.rules.set_initial(rule, outcome)?;
        Ok(self)
    }
}
