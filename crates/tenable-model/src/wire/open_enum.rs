/// Declares an enum of known words that keeps unknown ones.
///
/// Read from any string and written back unchanged; parsing cannot fail.
macro_rules! open_enum {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A value that this release does not know, as it came; empty when the product said nothing.
            Other(String),
        }

        impl $name {
            /// The known values, as they stand on the wire.
            pub const KNOWN: &'static [&'static str] = &[$($word),*];

            /// The value as it stands on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl Default for $name {
            /// What a product that said nothing is read as.
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)*
                    _ => Self::Other(word.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match word.as_str() {
                    $($word => Self::$variant,)*
                    _ => Self::Other(word),
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Ok(word.into())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::text(deserializer)
            }
        }
    )*};
}

pub(crate) use open_enum;

#[cfg(test)]
mod tests {
    use crate::identity_exposure::Provider;

    #[test]
    fn every_known_word_and_any_other_round_trips() {
        for word in Provider::KNOWN.iter().chain(&["", "oidc", "Tenable", " saml"]) {
            let json = serde_json::to_string(word).unwrap();
            let provider: Provider = serde_json::from_str(&json).unwrap();
            assert_eq!(provider.as_str(), *word);
            assert_eq!(matches!(provider, Provider::Other(_)), !Provider::KNOWN.contains(word), "{word}");
            assert_eq!(serde_json::to_string(&provider).unwrap(), json);
            assert_eq!(word.parse::<Provider>(), Ok(provider));
        }
        assert!(serde_json::from_str::<Provider>("null").is_err());
        assert!(serde_json::from_str::<Provider>("[]").is_err());
    }
}
