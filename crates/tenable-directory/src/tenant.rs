use std::fmt;
use std::sync::Arc;

use tenable_api::admin::Admin;
use tenable_api::model::Product;

/// One connection to one product, under the name that every record gives it.
///
/// ```
/// use tenable_api::vulnerability_management::VulnerabilityManagement;
/// use tenable_directory::Tenant;
///
/// let client = VulnerabilityManagement::builder().api_key("access", "secret").build()?;
/// let tenant = Tenant::new("acme", client);
/// assert_eq!(tenant.name(), "acme");
/// # Ok::<(), tenable_api::BuildError>(())
/// ```
#[derive(Clone)]
pub struct Tenant {
    name: String,
    connection: Result<Arc<dyn Admin>, String>,
}

impl Tenant {
    /// A tenant that this client reaches.
    pub fn new(name: impl Into<String>, client: impl Admin + 'static) -> Self {
        Self::shared(name, Arc::new(client))
    }

    /// A tenant that this client reaches, shared with others.
    pub fn shared(name: impl Into<String>, client: Arc<dyn Admin>) -> Self {
        Self { name: name.into(), connection: Ok(client) }
    }

    /// A tenant that cannot be reached, and why: it is listed as failed, and the others are done.
    pub fn unreachable(name: impl Into<String>, why: impl Into<String>) -> Self {
        Self { name: name.into(), connection: Err(why.into()) }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The product; `None` when the tenant cannot be reached.
    pub fn product(&self) -> Option<Product> {
        self.admin().ok().map(|admin| admin.capabilities().product)
    }

    /// The client, or why there is none.
    pub fn admin(&self) -> Result<&Arc<dyn Admin>, &str> {
        self.connection.as_ref().map_err(String::as_str)
    }
}

impl fmt::Debug for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tenant").field("name", &self.name).field("connection", &self.connection).finish()
    }
}
