use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};
use tenable_transport::Origin;

use crate::BuildError;

/// Where a product answers: origin and the path before the operations' own paths.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl {
    origin: Origin,
    /// The origin as it goes into addresses.
    scheme: Scheme,
    authority: Authority,
    prefix: String,
}

impl BaseUrl {
    /// Reads what a person has at hand: with or without a trailing slash, with or without `suffix` (such as `/api`), which every
    /// operation's path brings itself; empty where the paths of a product have nothing in common.
    pub(crate) fn parse(text: &str, suffix: &str, allow_plain_http: bool) -> Result<Self, BuildError> {
        let invalid = |reason: &str| BuildError::url(text, reason);
        let text = text.trim();
        if text.is_empty() {
            return Err(invalid("it is empty"));
        }
        if text.contains(['?', '#']) {
            return Err(invalid("it has a query or a fragment"));
        }
        let uri: Uri = text.parse().map_err(|_| invalid("it is not a URL"))?;
        let scheme = uri.scheme_str().ok_or_else(|| invalid("the scheme is missing: write https:// before it"))?;
        if !matches!(scheme, "https" | "http") {
            return Err(invalid("the scheme is neither https nor http"));
        }
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(invalid("it holds credentials; give the API key apart from it"));
        }
        if uri.path().contains('@') {
            // As in https://https://me:password@acme.example, whose server would be called "https".
            return Err(invalid("there is an @ in its path: write the scheme once, and leave credentials out"));
        }
        let origin = Origin::of(&uri).map_err(|error| invalid(&error.to_string()))?;
        if scheme == "http" && !allow_plain_http && !origin.is_loopback() {
            return Err(invalid(
                "plain http would send the credentials unencrypted: use https, or set allow_plain_http",
            ));
        }
        let path = uri.path().trim_end_matches('/');
        // Without a suffix, every path is one before the operations' own.
        if !suffix.is_empty() && path.contains(&format!("{suffix}/")) {
            return Err(invalid(&format!("what follows {suffix} is added by the client")));
        }
        let prefix = path.strip_suffix(suffix).unwrap_or(path).trim_end_matches('/').to_owned();
        let spelling: Uri = origin.to_string().parse().map_err(|_| invalid("it is not a URL"))?;
        let (Some(scheme), Some(authority)) = (spelling.scheme().cloned(), spelling.authority().cloned()) else {
            return Err(invalid("it is not a URL"));
        };
        Ok(Self { origin, scheme, authority, prefix })
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// As it is kept: without a trailing slash, and without what every operation's path brings itself.
    pub(crate) fn as_text(&self) -> String {
        format!("{}{}", self.origin, self.prefix)
    }

    /// The full address of a path and query.
    pub(crate) fn join(&self, path: PathAndQuery) -> Result<Uri, http::Error> {
        let mut address = Parts::default();
        address.scheme = Some(self.scheme.clone());
        address.authority = Some(self.authority.clone());
        address.path_and_query =
            Some(if self.prefix.is_empty() { path } else { format!("{}{path}", self.prefix).try_into()? });
        Ok(Uri::from_parts(address)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_has_at_hand() {
        for (text, full) in [
            ("https://acme.tenable.ad", "https://acme.tenable.ad/api/users"),
            ("https://acme.tenable.ad/", "https://acme.tenable.ad/api/users"),
            ("https://acme.tenable.ad/api", "https://acme.tenable.ad/api/users"),
            (" https://acme.tenable.ad/api/ ", "https://acme.tenable.ad/api/users"),
            ("https://acme.tenable.ad//", "https://acme.tenable.ad/api/users"),
            ("https://gate.example.com:8443/tie/api/", "https://gate.example.com:8443/tie/api/users"),
            ("HTTPS://ACME.tenable.ad", "https://acme.tenable.ad/api/users"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/api/users"),
            ("http://[::1]:8080/api", "http://[::1]:8080/api/users"),
        ] {
            let base = BaseUrl::parse(text, "/api", false).unwrap();
            assert_eq!(base.join(PathAndQuery::from_static("/api/users")).unwrap().to_string(), full, "{text}");
        }
    }

    #[test]
    fn what_is_refused_says_why() {
        for (text, reason) in [
            ("", "empty"),
            ("acme.tenable.ad", "https://"),
            ("ftp://acme.tenable.ad", "neither https nor http"),
            ("https://", "not a URL"),
            ("https://acme.tenable.ad/api?x=1", "query"),
            ("https://me:secret@acme.tenable.ad", "credentials"),
            ("https://https://me:secret@acme.tenable.ad", "there is an @ in its path"),
            ("http://acme.tenable.ad", "plain http"),
            ("https://ac me", "not a URL"),
            ("https://acme.tenable.ad/api/users", "what follows /api is added by the client"),
            ("https://acme.tenable.ad/?apikey=secret", "query"),
            ("https://acme.tenable.ad:99999", "port"),
        ] {
            let error = BaseUrl::parse(text, "/api", false).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
        assert!(BaseUrl::parse("http://acme.tenable.ad", "/api", true).is_ok());
    }
}
