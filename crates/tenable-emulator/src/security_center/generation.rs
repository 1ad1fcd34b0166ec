//! The versions that an instance can resemble.

use super::rules;
use crate::rules::Rules;

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Generation {
    /// Like 5.8.
    V5,
    /// Like 5.20.
    V520,
    /// Like 6.
    V6,
}

/// Permissions of roles, `permScan` excepted: those of every version in the order of the documentation, then later ones.
macro_rules! flags {
    ($($later:literal),*) => {
        &[
            "permManageApp",
            "permManageGroups",
            "permManageRoles",
            "permManageImages",
            "permManageGroupRelationships",
            "permManageBlackoutWindows",
            "permManageAttributeSets",
            "permCreateTickets",
            "permCreateAlerts",
            "permCreateAuditFiles",
            "permCreateLDAPAssets",
            "permCreatePolicies",
            "permPurgeTickets",
            "permPurgeScanResults",
            "permPurgeReportResults",
            "permAgentsScan",
            "permShareObjects",
            "permUpdateFeeds",
            "permUploadNessusResults",
            "permViewOrgLogs",
            "permManageAcceptRiskRules",
            "permManageRecastRiskRules",
            $($later),*
        ]
    };
}

impl Generation {
    pub(super) fn of(rules: &Rules) -> Self {
        match rules.outcome(rules::GENERATION) {
            "5" => Self::V5,
            "5.20" => Self::V520,
            _ => Self::V6,
        }
    }

    pub(super) fn version(self) -> &'static str {
        match self {
            Self::V5 => "5.8.0",
            Self::V520 => "5.20.0",
            Self::V6 => "6.5.1",
        }
    }

    /// Whether users and organizations have uuids, and paths take them.
    pub(super) fn has_uuids(self) -> bool {
        self == Self::V6
    }

    /// The permissions that roles of this version have, `permScan` excepted.
    pub(super) fn flags(self) -> &'static [&'static str] {
        match self {
            Self::V5 => flags!(),
            Self::V520 => flags!("permAgentsSync"),
            Self::V6 => flags!(
                "permAgentsSync",
                "permManageACR",
                "permViewDomainInventoryAssets",
                "permManageAttackSurfaceDomains",
                "permManageVulnRoutingRules",
                "permViewHostAssets",
                "permManageRiskRules"
            ),
        }
    }
}

/// The permissions of all versions.
pub(super) fn all_flags() -> impl Iterator<Item = &'static str> {
    Generation::V6.flags().iter().copied()
}
