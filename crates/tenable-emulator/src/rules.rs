//! Guesses about the products, each with a name and a choice of outcomes.
//!
//! The vendor leaves much undocumented. Wherever the emulator had to guess, the guess is a [`Rule`] in the one table of
//! its product, so that a client can be tested against every plausible answer.

use std::collections::HashMap;
use std::sync::PoisonError;
use std::sync::RwLock;

use http::StatusCode;
use serde::Serialize;

/// How well a rule's default is supported.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Confidence {
    /// Follows from a document or an observation, yet another reading is plausible.
    Medium,
    /// A guess.
    Low,
}

/// One undocumented point of behaviour, and the outcomes that can be chosen for it.
///
/// ```
/// let rule = tenable_emulator::rules().find(|rule| rule.name == "ie.duplicate_email").unwrap();
/// assert_eq!(rule.default, "409");
/// assert!(rule.outcomes.contains(&"400"));
/// ```
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Rule {
    /// Name, with the product's prefix: `ie.` for Identity Exposure, `sc.` for Security Center, `vm.` for Vulnerability Management.
    pub name: &'static str,
    /// The outcomes that may be chosen. Three digits are the status code of the answer.
    pub outcomes: &'static [&'static str],
    /// The outcome in force unless another is set.
    pub default: &'static str,
    /// How well the default is supported.
    pub confidence: Confidence,
    /// What the rule decides, in one line.
    pub doc: &'static str,
}

/// Why a rule could not be set.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// No product has a rule of this name.
    #[error("there is no rule {name:?}; the rules are: {known}")]
    UnknownRule {
        /// The name asked for.
        name: String,
        /// All names, separated by commas.
        known: String,
    },
    /// The rule does not have this outcome.
    #[error("rule {rule} cannot be set to {outcome:?}; its outcomes are: {allowed}")]
    UnknownOutcome {
        /// The rule's name.
        rule: &'static str,
        /// The outcome asked for.
        outcome: String,
        /// The allowed outcomes, separated by commas.
        allowed: String,
    },
}

/// The chosen outcomes of one emulator.
#[derive(Debug)]
pub(crate) struct Rules {
    tables: &'static [&'static [Rule]],
    initial: HashMap<&'static str, &'static str>,
    chosen: RwLock<HashMap<&'static str, &'static str>>,
}

impl Rules {
    pub(crate) fn new(tables: &'static [&'static [Rule]]) -> Self {
        Self { tables, initial: HashMap::new(), chosen: RwLock::default() }
    }

    /// All rules, product by product.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'static Rule> + use<> {
        self.tables.iter().copied().flatten()
    }

    /// Finds a rule and one of its outcomes by name.
    fn find(&self, name: &str, outcome: &str) -> Result<(&'static Rule, &'static str), RuleError> {
        let rule = self.all().find(|rule| rule.name == name).ok_or_else(|| RuleError::UnknownRule {
            name: name.to_owned(),
            known: self.all().map(|rule| rule.name).collect::<Vec<_>>().join(", "),
        })?;
        let outcome =
            rule.outcomes.iter().find(|allowed| **allowed == outcome).ok_or_else(|| RuleError::UnknownOutcome {
                rule: rule.name,
                outcome: outcome.to_owned(),
                allowed: rule.outcomes.join(", "),
            })?;
        Ok((rule, outcome))
    }

    /// Sets a rule until the next [`reset`](Self::reset).
    pub(crate) fn set(&self, name: &str, outcome: &str) -> Result<(), RuleError> {
        let (rule, outcome) = self.find(name, outcome)?;
        self.chosen.write().unwrap_or_else(PoisonError::into_inner).insert(rule.name, outcome);
        Ok(())
    }

    /// Sets a rule for good: a reset returns to it.
    pub(crate) fn set_initial(&mut self, name: &str, outcome: &str) -> Result<(), RuleError> {
        let (rule, outcome) = self.find(name, outcome)?;
        self.initial.insert(rule.name, outcome);
        self.reset();
        Ok(())
    }

    /// Checks a rule and an outcome without setting anything.
    pub(crate) fn check(&self, name: &str, outcome: &str) -> Result<(), RuleError> {
        self.find(name, outcome).map(drop)
    }

    pub(crate) fn reset(&self) {
        self.initial.clone_into(&mut self.chosen.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// The outcome in force.
    pub(crate) fn outcome(&self, rule: &'static Rule) -> &'static str {
        let chosen = self.chosen.read().unwrap_or_else(PoisonError::into_inner);
        chosen.get(rule.name).copied().unwrap_or(rule.default)
    }

    /// Whether `outcome` is in force.
    pub(crate) fn is(&self, rule: &'static Rule, outcome: &str) -> bool {
        debug_assert!(rule.outcomes.contains(&outcome), "{} has no outcome {outcome}", rule.name);
        self.outcome(rule) == outcome
    }

    /// The outcome in force as a status code, if it is one.
    pub(crate) fn status(&self, rule: &'static Rule) -> Option<StatusCode> {
        StatusCode::from_bytes(self.outcome(rule).as_bytes()).ok()
    }
}

/// Declares a product's rules: a static for each, for the code, and `ALL`, for listings.
macro_rules! rule_table {
    ($(
        $identifier:ident = $name:literal: $confidence:ident [$($outcome:literal),+ $(,)?] $doc:literal;
    )+) => {
        /// Position of each rule in [`ALL`].
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "named like the statics they number")]
        enum Position { $($identifier),+ }

        /// Every rule of the product.
        pub(crate) static ALL: &[$crate::rules::Rule] = &[$(
            $crate::rules::Rule {
                name: $name,
                outcomes: &[$($outcome),+],
                default: $crate::rules::first(&[$($outcome),+]),
                confidence: $crate::rules::Confidence::$confidence,
                doc: $doc,
            }
        ),+];

        $(
            #[doc = $doc]
            pub(crate) static $identifier: &$crate::rules::Rule = &ALL[Position::$identifier as usize];
        )+
    };
}
pub(crate) use rule_table;

/// Makes settings of what holds nothing but `rules`.
macro_rules! only_rules {
    ($settings:ident) => {
        impl Default for $settings {
            fn default() -> Self {
                Self::new()
            }
        }

        impl $settings {
            /// Default rules.
            pub fn new() -> Self {
                Self { rules: $crate::rules::Rules::new($crate::RULE_TABLES) }
            }

            /// Chooses the outcome of a rule. A rule or an outcome that does not exist is refused.
            pub fn set(mut self, rule: &str, outcome: &str) -> Result<Self, $crate::RuleError> {
                self.rules.set_initial(rule, outcome)?;
                Ok(self)
            }
        }
    };
}
pub(crate) use only_rules;

/// A rule's default is the outcome that its table names first.
pub(crate) const fn first(outcomes: &'static [&'static str]) -> &'static str {
    outcomes[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_rule_accepts_each_of_its_outcomes_and_refuses_any_other() {
        let rules = Rules::new(crate::RULE_TABLES);
        for rule in rules.all() {
            assert_eq!(rules.outcome(rule), rule.default, "{}", rule.name);
            for outcome in rule.outcomes {
                rules.set(rule.name, outcome).unwrap();
                assert_eq!(rules.outcome(rule), *outcome, "{}", rule.name);
            }
            let message = rules.set(rule.name, "no such outcome").unwrap_err().to_string();
            for outcome in rule.outcomes {
                assert!(message.contains(outcome), "{message}");
            }
        }
    }

    #[test]
    fn rules_are_well_formed() {
        let rules = Rules::new(crate::RULE_TABLES);
        let mut names = HashSet::new();
        for rule in rules.all() {
            assert!(names.insert(rule.name), "{} is listed twice", rule.name);
            assert!(rule.outcomes.len() > 1, "{} leaves no choice", rule.name);
            assert!(!rule.doc.is_empty() && !rule.doc.contains('\n'), "{}", rule.name);
            let outcomes: HashSet<_> = rule.outcomes.iter().collect();
            assert_eq!(outcomes.len(), rule.outcomes.len(), "{} repeats an outcome", rule.name);
        }
    }

    #[test]
    fn an_unknown_rule_is_refused_with_the_list() {
        let rules = Rules::new(crate::RULE_TABLES);
        let message = rules.set("ie.duplicate_emial", "409").unwrap_err().to_string();
        assert!(message.contains("ie.duplicate_emial") && message.contains("ie.duplicate_email"), "{message}");
    }

    #[test]
    fn a_reset_returns_to_the_outcomes_given_at_the_start() {
        let mut rules = Rules::new(crate::RULE_TABLES);
        rules.set_initial("ie.duplicate_email", "400").unwrap();
        rules.set("ie.duplicate_email", "409").unwrap();
        rules.reset();
        let rule = rules.all().find(|rule| rule.name == "ie.duplicate_email").unwrap();
        assert_eq!(rules.outcome(rule), "400");
    }
}
