use super::{User, UserInfo};

impl User {
    /// First and last name as one text.
    pub fn full_name(&self) -> String {
        full_name(&self.name, self.surname.as_deref())
    }

    /// Whether the account can sign in now: active and not locked out. `None` when the server does not say.
    pub fn can_sign_in(&self) -> Option<bool> {
        match self.active {
            Some(false) => Some(false),
            _ if self.locked_out => Some(false),
            _ if self.lacks("lockedOut") => None,
            active => active,
        }
    }
}

impl UserInfo {
    /// First and last name as one text.
    pub fn full_name(&self) -> String {
        full_name(&self.name, self.surname.as_deref())
    }
}

fn full_name(name: &str, surname: Option<&str>) -> String {
    match surname.map(str::trim).filter(|surname| !surname.is_empty()) {
        Some(surname) => format!("{name} {surname}"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(json: &str) -> User {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn names_are_joined() {
        assert_eq!(user(r#"{"id":1,"name":"Ann","surname":"Lee"}"#).full_name(), "Ann Lee");
        assert_eq!(user(r#"{"id":1,"name":"Ann","surname":" "}"#).full_name(), "Ann");
        assert_eq!(user(r#"{"id":1,"name":"Ann"}"#).full_name(), "Ann");
    }

    #[test]
    fn locked_or_inactive_cannot_sign_in() {
        for (json, can) in [
            (r#"{"id":1,"active":true,"lockedOut":false}"#, Some(true)),
            (r#"{"id":1,"active":true,"lockedOut":true}"#, Some(false)),
            (r#"{"id":1,"active":false}"#, Some(false)),
            (r#"{"id":1,"lockedOut":true}"#, Some(false)),
            (r#"{"id":1,"lockedOut":false}"#, None),
            (r#"{"id":1,"active":true}"#, None),
        ] {
            assert_eq!(user(json).can_sign_in(), can, "{json}");
        }
    }
}
