use super::{User, UserInfo};

impl User {
    /// First and last name as one text.
    pub fn full_name(&self) -> String {
        full_name(&self.name, self.surname.as_deref())
    }

    /// Whether the account can sign in now: active and not locked out. A server that does not say whether it is active is taken at
    /// its silence: active.
    pub fn can_sign_in(&self) -> bool {
        self.active.unwrap_or(true) && !self.locked_out
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
        assert!(user(r#"{"id":1,"active":true,"lockedOut":false}"#).can_sign_in());
        assert!(user(r#"{"id":1}"#).can_sign_in());
        assert!(!user(r#"{"id":1,"active":true,"lockedOut":true}"#).can_sign_in());
        assert!(!user(r#"{"id":1,"active":false}"#).can_sign_in());
    }
}
