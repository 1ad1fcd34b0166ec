use std::sync::Arc;

use secrecy::SecretString;

use super::session::{ClassifySecurityCenter, SecurityCenterDialect, Session, SessionAuthorization, SignIn};
use super::{
    ACCESS_KEY_VARIABLE, DeleteToken, PASSWORD_VARIABLE, SECRET_KEY_VARIABLE, URL_VARIABLE, USERNAME_VARIABLE,
};
use crate::builder::{Builder, ProductParts, pair, variable};
use crate::{BuildError, CallOptions, Client, Error, ErrorKind};

/// The client of Tenable Security Center, and of Tenable Enclave Security.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use tenable_api::security_center::SecurityCenter;
///
/// let sc = SecurityCenter::builder().url("https://sc.example.com").api_key("access", "secret").build()?;
/// for user in sc.users().list().fields(["username", "locked"]).send().await? {
///     println!("{} {:?}", user.id, user.username);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Signing in
///
/// By [API key](Builder::api_key), by [name and password](Builder::login), or by [client certificate](Builder::client_certificate_login).
/// The last two open a session at the first call that needs one, renew it when it has expired, and end it in [`close`](Self::close).
///
/// # Pooling and cloning
///
/// A clone shares connections, limits and the session. Keep one client per account and clone it freely.
#[derive(Clone, Debug)]
pub struct SecurityCenter {
    client: Client,
    session: Arc<Session>,
}

/// What only Security Center needs to be told.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    api_key: Option<(SecretString, SecretString)>,
    login: Option<(String, SecretString)>,
    client_certificate: bool,
    release_session: bool,
    enclave_security: bool,
}

impl SecurityCenter {
    /// Starts a client with its settings.
    pub fn builder() -> Builder<Settings> {
        Builder::new()
    }

    /// A client for the address and the credentials that the environment names.
    ///
    /// `TSC_URL`, and `TSC_ACCESS_KEY` with `TSC_SECRET_KEY`, or else `TSC_USERNAME` with `TSC_PASSWORD`. Fails when something is missing
    /// or cannot be used, before any request. Without the feature `hyper` it always fails, for want of a transport: use
    /// [`builder`](Self::builder) and [`from_env`](Builder::from_env) there.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::builder().from_env()?.build()
    }

    /// The part that runs operations, for operations as values and for what the SDK does not know yet.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The same client with options for all its calls; what a call says itself comes first. See [`Client::with_options`].
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { client: self.client.with_options(options), session: self.session.clone() }
    }

    /// Ends the session, if one is open: for this client and all its clones.
    ///
    /// An account may have few sessions at once, so a program that signs in by password or certificate closes when it is done. A later
    /// call signs in again. With an API key there is nothing to end.
    ///
    /// ```
    /// # async fn example(sc: tenable_api::security_center::SecurityCenter) -> Result<(), tenable_api::Error> {
    /// sc.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The session is no longer used in any case; a failure says that the server may still count it. A session that is over already is
    /// no error.
    pub async fn close(&self) -> Result<(), Error> {
        let Some(generation) = self.session.generation() else { return Ok(()) };
        let ended = self.client.execute(&DeleteToken::new()).await;
        self.session.forget(generation);
        match ended {
            Err(error) if error.kind() != ErrorKind::SessionExpired => Err(error),
            _ => Ok(()),
        }
    }
}

impl Builder<Settings> {
    /// Signs every call by an API key: the access key and the secret key that an administrator or the user has generated.
    ///
    /// Keys work only while the server-wide switch for them is on. From version 5.13.
    pub fn api_key(mut self, access_key: impl Into<SecretString>, secret_key: impl Into<SecretString>) -> Self {
        self.product.api_key = Some((access_key.into(), secret_key.into()));
        self
    }

    /// Signs in by name, which is case-sensitive, and password.
    pub fn login(mut self, username: impl Into<String>, password: impl Into<SecretString>) -> Self {
        self.product.login = Some((username.into(), password.into()));
        self
    }

    /// Signs in by the client certificate in the [TLS settings](Builder::tls). It must be bound to a user: by an administrator who sets
    /// the user's `fingerprint`, or by the user with `current_user().associate_certificate()`.
    pub fn client_certificate_login(mut self) -> Self {
        self.product.client_certificate = true;
        self
    }

    /// Whether signing in may end another session of the account when it has as many as it may have.
    ///
    /// False by default: the other session may be somebody at work. Signing in then fails with
    /// [`ErrorKind::SessionLimit`](crate::ErrorKind::SessionLimit).
    pub fn release_session(mut self, release: bool) -> Self {
        self.product.release_session = release;
        self
    }

    /// Whether users, roles and groups are addressed as Enclave Security has them, under `/rest/tes`.
    pub fn enclave_security(mut self, enclave_security: bool) -> Self {
        self.product.enclave_security = enclave_security;
        self
    }

    /// Takes what the environment has: `TSC_URL`, and unless a way to sign in is chosen already, `TSC_ACCESS_KEY` with `TSC_SECRET_KEY` or
    /// else `TSC_USERNAME` with `TSC_PASSWORD`.
    ///
    /// What is not there stays as it is. Half a pair is an error.
    pub fn from_env(mut self) -> Result<Self, BuildError> {
        if let Some(url) = variable(URL_VARIABLE)? {
            self = self.url(url);
        }
        let chosen = &self.product;
        if chosen.api_key.is_some() || chosen.login.is_some() || chosen.client_certificate {
            return Ok(self);
        }
        if let Some((access_key, secret_key)) = pair(ACCESS_KEY_VARIABLE, SECRET_KEY_VARIABLE)? {
            return Ok(self.api_key(access_key, secret_key));
        }
        Ok(match pair(USERNAME_VARIABLE, PASSWORD_VARIABLE)? {
            Some((username, password)) => self.login(username, password),
            None => self,
        })
    }

    /// The client. Fails, before any request, when the URL or the way to sign in is missing, twofold or cannot be used.
    pub fn build(self) -> Result<SecurityCenter, BuildError> {
        let (product, rest) = self.take_product();
        let hint = "give a URL such as https://sc.example.com, or set TSC_URL and use from_env()";
        let base = rest.base("/rest", hint)?;
        let sign_in = match (product.api_key, product.login, product.client_certificate) {
            (Some((access_key, secret_key)), None, false) => SignIn::api_key(&access_key, &secret_key)?,
            (None, Some((username, password)), false) => SignIn::password(username, password, product.release_session)?,
            (None, None, true) => SignIn::Certificate,
            (None, None, false) => {
                return Err(BuildError::new(
                    "no way to sign in: give an API key, a user name with its password, or client_certificate_login; or set TSC_ACCESS_KEY and \
                     TSC_SECRET_KEY, or TSC_USERNAME and TSC_PASSWORD, and use from_env()",
                ));
            }
            _ => {
                return Err(BuildError::new(
                    "more than one way to sign in: choose an API key, a user name with its password, or client_certificate_login",
                ));
            }
        };
        let session = Arc::new(Session::new(sign_in, base.clone()));
        let client = rest.client(ProductParts {
            base,
            authorize: Arc::new(SessionAuthorization(session.clone())),
            classify: Arc::new(ClassifySecurityCenter(session.clone())),
            dialect: Box::new(SecurityCenterDialect(session.clone())),
            twins: product.enclave_security,
        })?;
        Ok(SecurityCenter { client, session })
    }
}
