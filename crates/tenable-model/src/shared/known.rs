use serde::{Serialize, Serializer};

/// A fact about a person, a role or a group, or why it is not there.
///
/// That a product does not tell something and that it has no such thing are different answers: who asks "is the account locked out?"
/// must not read the first as "no". In JSON a fact is its value or null; the object that holds it lists which nulls are which.
///
/// ```
/// use tenable_model::Known;
///
/// let enabled = Known::Value(true);
/// assert_eq!(enabled.value(), Some(&true));
/// assert_eq!(Known::<bool>::NotTold.value(), None);
/// assert_ne!(Known::<bool>::NotTold, Known::NotKept);
/// assert_eq!(Known::from(None::<bool>), Known::NotTold);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Known<T> {
    /// The answer says so.
    Value(T),
    /// This answer does not say: another call, another caller or another version may tell.
    #[default]
    NotTold,
    /// The product has no such thing, as far as its calls show.
    NotKept,
}

impl<T> Known<T> {
    /// The value, if the answer tells it.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::NotTold | Self::NotKept => None,
        }
    }

    /// The value, if the answer tells it.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::NotTold | Self::NotKept => None,
        }
    }

    /// Whether the answer does not say, though the product may have it.
    pub const fn is_not_told(&self) -> bool {
        matches!(self, Self::NotTold)
    }

    /// Whether the product has no such thing.
    pub const fn is_not_kept(&self) -> bool {
        matches!(self, Self::NotKept)
    }

    /// The same fact about a part or another form of the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Value(value) => Known::Value(change(value)),
            Self::NotTold => Known::NotTold,
            Self::NotKept => Known::NotKept,
        }
    }

    /// The same fact, with the value borrowed.
    pub const fn as_ref(&self) -> Known<&T> {
        match self {
            Self::Value(value) => Known::Value(value),
            Self::NotTold => Known::NotTold,
            Self::NotKept => Known::NotKept,
        }
    }
}

impl<T> From<Option<T>> for Known<T> {
    /// `None` is [`NotTold`](Self::NotTold): the product keeps it, and the answer lacks it.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::NotTold, Self::Value)
    }
}

impl<T: Serialize> Serialize for Known<T> {
    /// The value, or null.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

/// Two lists of names: facts that an answer does not tell, and facts that its product does not keep.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    pub(super) not_told: Vec<&'static str>,
    pub(super) not_kept: Vec<&'static str>,
}

impl Gaps {
    pub(super) fn note<T>(&mut self, name: &'static str, fact: &Known<T>) {
        match fact {
            Known::Value(_) => {}
            Known::NotTold => self.not_told.push(name),
            Known::NotKept => self.not_kept.push(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_its_value_or_null_in_json() {
        assert_eq!(serde_json::to_string(&Known::Value(7)).unwrap(), "7");
        for gap in [Known::<u8>::NotTold, Known::NotKept] {
            assert_eq!(serde_json::to_string(&gap).unwrap(), "null");
        }
    }

    #[test]
    fn map_keeps_why_a_value_is_missing() {
        assert_eq!(Known::Value(2).map(|n| n + 1), Known::Value(3));
        assert_eq!(Known::<u8>::NotTold.map(|n| n + 1), Known::NotTold);
        assert_eq!(Known::<u8>::NotKept.map(|n| n + 1), Known::NotKept);
        assert_eq!(Known::<u8>::NotKept.as_ref(), Known::NotKept);
    }
}
