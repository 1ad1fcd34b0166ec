use super::Role;

impl Role {
    /// The wire names of the permissions that the role grants, in order of name, also those that this release does not know.
    ///
    /// `permScan` is no flag but a choice and stands in [`perm_scan`](Self::perm_scan). Empty also when the answer held no permissions,
    /// as lists do unless they are named.
    ///
    /// ```
    /// use tenable_model::security_center::Role;
    ///
    /// let json = r#"{"id":"3","name":"Analyst","permCreateTickets":"true","permUpdateFeeds":"false","permTimeTravel":"true"}"#;
    /// let role: Role = serde_json::from_str(json)?;
    /// assert_eq!(role.granted(), ["permCreateTickets", "permTimeTravel"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn granted(&self) -> Vec<String> {
        let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(self) else { return Vec::new() };
        let mut granted: Vec<String> = fields
            .into_iter()
            .filter(|(name, value)| name.starts_with("perm") && (*value == "true" || *value == true))
            .map(|(name, _)| name)
            .collect();
        granted.sort();
        granted
    }
}
