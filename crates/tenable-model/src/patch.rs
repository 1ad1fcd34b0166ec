use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a partial update does to one field that may be null: leave it, clear it, or set it.
///
/// Absent, null and a value are three different things on the wire. In JSON, [`Keep`](Self::Keep) is an absent key,
/// [`Clear`](Self::Clear) is `null` and [`Set`](Self::Set) is the value.
///
/// ```
/// use tenable_model::Patch;
///
/// assert_eq!(Patch::from("ldaps://dc.example.com".to_owned()), Patch::Set("ldaps://dc.example.com".to_owned()));
/// assert_eq!(Patch::<String>::from(None), Patch::Clear);
/// assert!(Patch::<String>::default().is_keep());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// The field is not sent; the server keeps what it has.
    #[default]
    Keep,
    /// The field is sent as `null`.
    Clear,
    /// The field is sent with this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field is left out of the request.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The value to set, if there is one.
    pub const fn as_set(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// Applies `change` to the value to set, if there is one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(change(value)),
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<T> From<Option<T>> for Patch<T> {
    /// `None` clears the field: whoever names a field means to change it.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    /// Fields are written with `skip_serializing_if = "Patch::is_keep"`; a kept value that is written all the same becomes null.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_set().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    /// For fields with `#[serde(default)]`: an absent key is [`Keep`](Self::Keep), null is [`Clear`](Self::Clear).
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    struct Body {
        #[serde(skip_serializing_if = "Patch::is_keep")]
        url: Patch<String>,
    }

    #[test]
    fn three_states_are_three_documents() {
        for (json, state) in [
            ("{}", Patch::Keep),
            (r#"{"url":null}"#, Patch::Clear),
            (r#"{"url":""}"#, Patch::Set(String::new())),
            (r#"{"url":"x"}"#, Patch::Set("x".to_owned())),
        ] {
            let body = Body { url: state };
            assert_eq!(serde_json::to_string(&body).unwrap(), json);
            assert_eq!(serde_json::from_str::<Body>(json).unwrap(), body);
        }
    }

    #[test]
    fn map_changes_only_a_set_value() {
        assert_eq!(Patch::Set(2).map(|n| n + 1), Patch::Set(3));
        assert_eq!(Patch::<i32>::Clear.map(|n| n + 1), Patch::Clear);
        assert_eq!(Patch::<i32>::Keep.map(|n| n + 1), Patch::Keep);
    }
}
