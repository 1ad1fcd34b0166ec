use std::fmt;

/// When a field comes with an answer, by the legend of the vendor's pages.
///
/// The marks are those of 6.x and govern lists; servers of 5.x send the whole object unless fields are named, and a single object comes
/// whole on 5.x too. A field that the caller may not see is left out, and so is one that the server does not know.
///
/// ```
/// use tenable_model::security_center::{Legend, UserField};
///
/// assert_eq!(UserField::Id.legend(), Some(Legend::Always));
/// assert_eq!(UserField::Locked.legend(), Some(Legend::OnRequest));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Legend {
    /// Comes whatever is asked for (`*`).
    Always,
    /// Comes when no fields are named (`**`).
    Default,
    /// Comes only when it is named.
    OnRequest,
    /// Comes only when it is named, and never in an administrator's session.
    OnRequestNotForAdministrators,
}

impl fmt::Display for Legend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Always => "always",
            Self::Default => "when no fields are named",
            Self::OnRequest => "on request",
            Self::OnRequestNotForAdministrators => "on request, not for administrators",
        })
    }
}
