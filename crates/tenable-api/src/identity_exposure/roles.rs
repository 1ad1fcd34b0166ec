//! Steps on roles that take more than one call.

use tenable_model::identity_exposure::{Role, RoleId};

use super::Roles;
use crate::Error;

impl Roles {
    /// Copies a role and gives the copy, also from servers whose answer does not hold it.
    ///
    /// Such an answer is followed by [`list`](Self::list); the copy is the newest role of the wanted name. `None` when it cannot be
    /// told, because another caller removed or renamed it meanwhile.
    ///
    /// ```
    /// # use tenable_api::identity_exposure::IdentityExposure;
    /// # async fn example(client: IdentityExposure) -> Result<(), tenable_api::Error> {
    /// let copy = client.roles().copy_and_read(2, "Auditor").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn copy_and_read(
        &self,
        from_id: impl Into<RoleId>,
        name: impl Into<String>,
    ) -> Result<Option<Role>, Error> {
        let name = name.into();
        if let Some(role) = self.copy_role(from_id, name.clone()).send().await? {
            return Ok(Some(role));
        }
        // Ids count up and are not used again.
        let roles = self.list().send().await?;
        Ok(roles.into_iter().filter(|role| role.name == name).max_by_key(|role| role.id))
    }
}
