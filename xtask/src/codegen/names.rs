//! From one way of writing a name to another.

/// `smtpUseStartTLS` to `smtp_use_start_tls`.
pub(crate) fn snake(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, character) in characters.iter().enumerate() {
        let upper = character.is_ascii_uppercase();
        let after_lower = at > 0 && !characters[at - 1].is_ascii_uppercase() && characters[at - 1] != '_';
        let before_lower = at > 0 && characters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        if upper && (after_lower || before_lower) {
            snake.push('_');
        }
        snake.push(if *character == '-' { '_' } else { character.to_ascii_lowercase() });
    }
    snake
}

/// `self-user-id`, `api_key` and `DESC` to `SelfUserId`, `ApiKey` and `Desc`.
pub(crate) fn pascal(name: &str) -> String {
    let mut pascal = String::new();
    for word in name.split(['_', '-', ' ', '.', '+', ':']) {
        let mut characters = word.chars();
        pascal.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        let rest = characters.as_str();
        // A word in capitals is a word all the same.
        let shouted = word.chars().all(|character| character.is_ascii_uppercase());
        pascal.push_str(&if shouted { rest.to_ascii_lowercase() } else { rest.to_owned() });
    }
    pascal
}

/// `locked_out` to `lockedOut`, as serde's `rename_all = "camelCase"` does.
pub(crate) fn camel(snake: &str) -> String {
    let pascal = pascal(snake);
    let mut characters = pascal.chars();
    characters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + characters.as_str())
}

/// How serde comes from the names of a struct's fields to those on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Convention {
    /// They are the same.
    Snake,
    /// As `rename_all = "camelCase"` says.
    Camel,
}

impl Convention {
    /// The one that spares a struct the most words, from the names in Rust and on the wire.
    pub(crate) fn of<'a>(names: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let (mut snakes, mut camels) = (0, 0);
        for (field, wire) in names.filter(|(field, _)| camel(field) != *field) {
            snakes += usize::from(field == wire);
            camels += usize::from(camel(field) == wire);
        }
        if camels > snakes { Self::Camel } else { Self::Snake }
    }

    /// The name on the wire of a field that has no name of its own.
    pub(crate) fn wire(self, field: &str) -> String {
        match self {
            Self::Snake => field.to_owned(),
            Self::Camel => camel(field),
        }
    }

    /// What a struct of this convention says to serde, besides other attributes.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Snake => "",
            Self::Camel => ", rename_all = \"camelCase\"",
        }
    }
}

/// `lockout_policy` to `lockout policy`.
pub(crate) fn words(snake: &str) -> String {
    snake.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_become_field_names() {
        for (wire, field) in [
            ("id", "id"),
            ("lockedOut", "locked_out"),
            ("searchUserDN", "search_user_dn"),
            ("smtpUseStartTLS", "smtp_use_start_tls"),
            ("expirationDateUTC", "expiration_date_utc"),
            ("isSaaSDeployment", "is_saa_s_deployment"),
            ("migrateUserID", "migrate_user_id"),
        ] {
            assert_eq!(snake(wire), field);
        }
    }

    #[test]
    fn words_become_type_names() {
        for (word, name) in
            [("tenable", "Tenable"), ("self-user-id", "SelfUserId"), ("api_key", "ApiKey"), ("DESC", "Desc"), ("", "")]
        {
            assert_eq!(pascal(word), name);
        }
        for (field, wire) in [("locked_out", "lockedOut"), ("id", "id"), ("search_user_dn", "searchUserDn")] {
            assert_eq!(camel(field), wire);
        }
    }
}
