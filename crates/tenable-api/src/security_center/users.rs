//! What the contract cannot say of users: which arguments need which others, and how pages follow each other.

use http::StatusCode;
use tenable_model::security_center::{AuthType, EmailNotice, Page, User};

use super::{CreateSecurityManager, CreateUser, ListUsersPaged, UpdateSecurityManager, UpdateUser};
use crate::{Error, ListOperation, Operation};

/// How many days a password may last. Source: product documentation.
const PASSWORD_EXPIRATION: std::ops::RangeInclusive<u64> = 1..=365;

/// The arguments of an account that depend on each other; `None` where an edit leaves them as they are.
struct Account<'a> {
    auth_type: Option<&'a AuthType>,
    email: Option<&'a String>,
    email_notice: Option<&'a EmailNotice>,
    must_change_password: Option<bool>,
    password_expiration: Option<u64>,
}

impl Account<'_> {
    /// What holds for a new account as well as for an edit.
    fn check(&self) -> Result<(), String> {
        let elsewhere = matches!(self.auth_type, Some(AuthType::Ldap | AuthType::Saml));
        if elsewhere && self.must_change_password == Some(true) {
            return Err("`mustChangePassword` cannot be true for an account that signs in by LDAP or SAML: \
                        its password is not kept here"
                .to_owned());
        }
        match self.password_expiration {
            Some(days) if !PASSWORD_EXPIRATION.contains(&days) => {
                Err(format!("`passwordExpiration` is {days}, and it must be 1 to 365 days"))
            }
            _ => Ok(()),
        }
    }

    /// What holds for a new account besides.
    fn check_new(&self, username: &str, has_password: bool, has_ldap: bool) -> Result<(), String> {
        if username.trim().is_empty() {
            return Err("`username` is empty".to_owned());
        }
        match self.auth_type {
            Some(AuthType::Tns) if !has_password => {
                return Err("`password` is missing: an account of the authType tns signs in with one".to_owned());
            }
            Some(AuthType::Ldap) if !has_ldap => {
                return Err("`ldap` is missing: an account of the authType ldap needs its LDAP server".to_owned());
            }
            _ => {}
        }
        let notice = self.email_notice.is_some_and(|notice| *notice != EmailNotice::None);
        if notice && self.email.is_none_or(|email| email.trim().is_empty()) {
            return Err("`email` is missing: `emailNotice` asks for a mail to the user".to_owned());
        }
        self.check()
    }
}

/// The checks of the requests that make or change an account: their fields have the same names.
macro_rules! checked {
    ($($new:ident),*; $($edit:ident),*) => {
        $(impl $new {
            /// Whether the arguments go together.
            pub(super) fn check(&self) -> Result<(), Error> {
                let account = Account {
                    auth_type: Some(&self.auth_type),
                    email: self.email.as_ref(),
                    email_notice: self.email_notice.as_ref(),
                    must_change_password: self.must_change_password,
                    password_expiration: self.password_expiration,
                };
                account
                    .check_new(&self.username, self.password.is_some(), self.ldap.is_some())
                    .map_err(|text| Error::invalid_input(Self::META, text))
            }
        })*
        $(impl $edit {
            /// Whether the arguments go together.
            pub(super) fn check(&self) -> Result<(), Error> {
                let account = Account {
                    auth_type: self.auth_type.as_ref(),
                    email: self.email.as_ref(),
                    email_notice: self.email_notice.as_ref(),
                    must_change_password: self.must_change_password,
                    password_expiration: self.password_expiration,
                };
                account.check().map_err(|text| Error::invalid_input(Self::META, text))
            }
        })*
    };
}

checked! { CreateUser, CreateSecurityManager; UpdateUser, UpdateSecurityManager }

impl ListOperation for ListUsersPaged {
    type Item = User;

    /// Goes on where this page ended, with pages as long as the first one was to be.
    ///
    /// A server that does not page sends everything at once. One that repeats a page, or says that there is more and sends nothing, is
    /// an error: to go on would give users twice or lose some.
    fn page(&self, page: Page<User>) -> Result<(Vec<User>, Option<Self>), Error> {
        let confused = |text: String| Err(Error::incomplete(Self::META, StatusCode::OK, &text));
        let start = self.start_offset.unwrap_or(0);
        let length = self.end_offset.saturating_sub(start).max(1);
        let count = page.items.len() as u64;
        let end = start + count;
        let pages = page.total_records.is_some() || page.start_offset.is_some() || page.end_offset.is_some();
        if !pages && start == 0 {
            return Ok((page.items, None));
        }
        if !pages {
            return confused(format!("the page from {start} was asked for, and a whole list came"));
        }
        if let Some(came) = page.start_offset.filter(|came| *came != start) {
            return confused(format!("the page from {start} was asked for, and the one from {came} came"));
        }
        let more = match page.total_records {
            Some(total) if count == 0 && start < total => {
                return confused(format!("the page from {start} is empty, and the list is said to have {total} users"));
            }
            Some(total) => end < total,
            None => count >= length,
        };
        let next = Self { start_offset: Some(end), end_offset: end + length, ..self.clone() };
        Ok((page.items, more.then_some(next)))
    }

    fn key(user: &User) -> Option<String> {
        Some(user.id.to_string())
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;
    use tenable_model::security_center::{OrganizationId, RoleId, UserAddress, UserId};

    use super::*;
    use crate::ErrorKind;

    fn refusal<O: Operation>(operation: &O) -> String {
        let error = operation.request().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        error.to_string()
    }

    #[test]
    fn a_new_account_needs_what_its_sign_in_needs() {
        let ann = || CreateUser::new("ann", RoleId(2));
        let saml = || ann().auth_type("saml");
        for (request, part) in [
            (CreateUser::new(" ", RoleId(2)).password("Violet-Harbor-42"), "`username` is empty"),
            (ann(), "`password` is missing"),
            (ann().auth_type("ldap"), "`ldap` is missing"),
            (saml().must_change_password(true), "`mustChangePassword`"),
            (saml().email_notice("both"), "`email` is missing"),
            (saml().password_expiration(0), "`passwordExpiration` is 0"),
            (saml().password_expiration(366), "`passwordExpiration` is 366"),
        ] {
            let error = refusal(&request);
            assert!(error.contains(part), "{error}");
        }
        for request in [
            ann().password("Violet-Harbor-42").must_change_password(true).email_notice("none"),
            ann().auth_type("ldap").ldap(1),
            saml().email("ann@example.com").email_notice("id").password_expiration(365),
            ann().auth_type("linked"),
        ] {
            request.request().unwrap();
        }
    }

    #[test]
    fn an_edit_sends_only_what_was_named() {
        let ann = UserAddress::own(4);
        let body = |request: UpdateUser| String::from_utf8(request.request().unwrap().body().to_vec()).unwrap();
        assert_eq!(body(UpdateUser::new(ann.clone()).locked(true)), r#"{"locked":"true"}"#);
        assert_eq!(body(UpdateUser::new(ann.clone()).firstname("")), r#"{"firstname":""}"#);
        assert_eq!(body(UpdateUser::new(ann.clone())), "{}");
        let error = refusal(&UpdateUser::new(ann).auth_type("saml").must_change_password(true));
        assert!(error.contains("`mustChangePassword`"), "{error}");
    }

    #[test]
    fn a_password_goes_with_the_callers_own() {
        let request = UpdateUser::new(UserAddress::own(4)).password("Copper-Lantern-77", "Violet-Harbor-42");
        assert_eq!(request.current_password.as_ref().unwrap().expose_secret(), "Violet-Harbor-42");
        let mut half = request;
        half.current_password = None;
        assert!(refusal(&half).contains("`password` is set without `currentPassword`"));
    }

    #[test]
    fn an_organization_is_named_wherever_the_server_may_look() {
        let address = (OrganizationId(2), UserId(1));
        let request = UpdateUser::new(address).title("Head").request().unwrap();
        assert_eq!(request.uri(), "/rest/user/1?orgID=2");
        assert_eq!(request.body(), r#"{"orgID":2,"title":"Head"}"#);
    }

    fn users(ids: std::ops::Range<u64>) -> String {
        let list: Vec<String> = ids.map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
        format!("[{}]", list.join(","))
    }

    fn page(start: u64, total: u64, list: &str) -> Page<User> {
        let json = format!(r#"{{"totalRecords":"{total}","startOffset":{start},"endOffset":0,"results":{list}}}"#);
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn pages_follow_each_other_to_the_end() {
        let first = ListUsersPaged::new(2);
        let (items, next) = first.page(page(0, 5, &users(1..3))).unwrap();
        let next = next.unwrap();
        assert_eq!((items.len(), next.start_offset, next.end_offset), (2, Some(2), 4));
        let uri = next.request().unwrap().uri().to_string();
        assert_eq!(uri, "/rest/user?paginated=true&startOffset=2&endOffset=4");
        let (_, last) = next.page(page(2, 5, &users(3..5))).unwrap();
        let (items, end) = last.unwrap().page(page(4, 5, &users(5..6))).unwrap();
        assert_eq!((items.len(), end.is_none()), (1, true));
    }

    #[test]
    fn a_server_that_does_not_page_sends_all_at_once() {
        let (items, next) = ListUsersPaged::new(2).page(serde_json::from_str(&users(1..6)).unwrap()).unwrap();
        assert_eq!((items.len(), next.is_none()), (5, true));
    }

    #[test]
    fn a_page_that_was_not_asked_for_is_an_error() {
        let second = ListUsersPaged::new(4).start_offset(2);
        for (came, part) in [
            (page(0, 5, &users(1..3)), "the one from 0 came"),
            (page(2, 5, "[]"), "is empty"),
            (serde_json::from_str(&users(1..6)).unwrap(), "a whole list came"),
        ] {
            let error = second.page(came).unwrap_err();
            assert!(error.is_unreadable() && error.to_string().contains(part), "{error}");
        }
    }
}
