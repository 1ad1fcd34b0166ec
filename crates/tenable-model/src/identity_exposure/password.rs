//! The password rule of current servers, as a check that callers may use before they send.
//!
//! The server stays the authority: older versions ask for less (8 characters), and the client never checks on its own.
//! Source: vendor's API description and product documentation.

use std::fmt;

/// How many characters a password needs at least.
pub const MINIMUM_LENGTH: usize = 12;

/// What a password lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Weakness {
    /// Fewer than [`MINIMUM_LENGTH`] characters.
    TooShort,
    /// No lower-case ASCII letter.
    NoLowerCase,
    /// No upper-case ASCII letter.
    NoUpperCase,
    /// No digit.
    NoDigit,
    /// No special character. An underscore is none; a space is one, and so is any letter outside ASCII.
    NoSpecialCharacter,
    /// A line break.
    LineBreak,
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "it has fewer than 12 characters",
            Self::NoLowerCase => "it has no lower-case letter from a to z",
            Self::NoUpperCase => "it has no upper-case letter from A to Z",
            Self::NoDigit => "it has no digit",
            Self::NoSpecialCharacter => "it has no special character (an underscore does not count)",
            Self::LineBreak => "it has a line break",
        })
    }
}

/// Everything that current servers would find wrong with a password; nothing when they would accept it.
///
/// ```
/// use tenable_model::identity_exposure::password::{Weakness, weaknesses};
///
/// assert_eq!(weaknesses("Violet-Harbor-42"), []);
/// assert_eq!(weaknesses("Abcdefgh123_"), [Weakness::NoSpecialCharacter]);
/// ```
pub fn weaknesses(password: &str) -> Vec<Weakness> {
    let any = |test: fn(char) -> bool| password.chars().any(test);
    // The server's pattern is matched by UTF-16 units: a character beyond the basic plane counts twice.
    let length = password.encode_utf16().count();
    [
        (length < MINIMUM_LENGTH, Weakness::TooShort),
        (!any(|c| c.is_ascii_lowercase()), Weakness::NoLowerCase),
        (!any(|c| c.is_ascii_uppercase()), Weakness::NoUpperCase),
        (!any(|c| c.is_ascii_digit()), Weakness::NoDigit),
        (!any(|c| !c.is_ascii_alphanumeric() && c != '_'), Weakness::NoSpecialCharacter),
        (any(|c| matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')), Weakness::LineBreak),
    ]
    .into_iter()
    .filter_map(|(found, weakness)| found.then_some(weakness))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepted_and_refused() {
        for password in ["Violet-Harbor-42", "Abcdefgh123é", "Abcdefgh 123", "Aa1!Aa1!Aa1!"] {
            assert_eq!(weaknesses(password), [], "{password}");
        }
        for (password, weakness) in [
            ("Violet-Hb-4", Weakness::TooShort),
            ("VIOLET-HARBOR-42", Weakness::NoLowerCase),
            ("violet-harbor-42", Weakness::NoUpperCase),
            ("éiolet-harbor-4É", Weakness::NoUpperCase),
            ("Violet-Harbor-xx", Weakness::NoDigit),
            ("Violet-Harbor-٤٢", Weakness::NoDigit),
            ("Abcdefgh123_", Weakness::NoSpecialCharacter),
            ("Violet-Harbor-42\n", Weakness::LineBreak),
        ] {
            assert_eq!(weaknesses(password), [weakness], "{password}");
        }
        assert_eq!(weaknesses("").len(), 5);
    }
}
