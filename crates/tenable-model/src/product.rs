use std::fmt;

/// The product lines that this SDK administers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Product {
    /// Tenable Identity Exposure (formerly Tenable.ad, Alsid for AD).
    IdentityExposure,
    /// Tenable Security Center, and Tenable Enclave Security (formerly Tenable.sc).
    SecurityCenter,
    /// Tenable Vulnerability Management (formerly Tenable.io).
    VulnerabilityManagement,
}

impl Product {
    /// The name people know the product by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::IdentityExposure => "Tenable Identity Exposure",
            Self::SecurityCenter => "Tenable Security Center",
            Self::VulnerabilityManagement => "Tenable Vulnerability Management",
        }
    }

    /// The word that stands for the product in a terminal command, a configuration file and a log: `ie`.
    pub const fn command(self) -> &'static str {
        match self {
            Self::IdentityExposure => "ie",
            Self::SecurityCenter => "sc",
            Self::VulnerabilityManagement => "vm",
        }
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
