use secrecy::ExposeSecret as _;
use tenable_model::identity_exposure::{NewAllowedGroup, ProfileId, RoleId};
use tenable_tests::CoreTransport;

#[tokio::test]
async fn the_directory_configuration_sets_clears_and_keeps() {
    let tie = CoreTransport::with_rules(&[]).client();
    let group = NewAllowedGroup::new("cn=analysts", [RoleId(2)], ProfileId(1));
    let written = tie
        .ldap_configuration()
        .update()
        .enabled(true)
        .url("ldaps://dc.example.com")
        .search_user_dn("cn=reader,dc=example,dc=com")
        .search_user_password("Copper-Lantern-77")
        .allowed_groups([group])
        .send()
        .await
        .unwrap();
    assert_eq!(written.url.as_deref(), Some("ldaps://dc.example.com"));
    let groups = written.allowed_groups.unwrap();
    assert_eq!(groups[0].name.as_deref(), Some("cn=analysts"));
    assert_eq!(groups[0].default_role_ids.as_deref(), Some(&[RoleId(2)][..]));

    let cleared = tie.ldap_configuration().update().clear_url().send().await.unwrap();
    assert_eq!(cleared.url, None);
    assert_eq!(cleared.search_user_dn.as_deref(), Some("cn=reader,dc=example,dc=com"), "what is not named is kept");
    assert!(cleared.enabled);
    let read = tie.ldap_configuration().details().send().await.unwrap();
    assert_eq!(read.search_user_password.unwrap().expose_secret(), "Copper-Lantern-77");
}

#[tokio::test]
async fn the_saml_configuration_maps_groups_to_roles() {
    let tie = CoreTransport::with_rules(&[]).client();
    let group = NewAllowedGroup::new("analysts", [RoleId(2)], ProfileId(1));
    let written = tie
        .saml_configuration()
        .update()
        .enabled(true)
        .provider_login_url("https://login.example.com")
        .activate_created_users(false)
        .allowed_groups([group])
        .send()
        .await
        .unwrap();
    assert!(written.enabled && !written.activate_created_users);
    assert_eq!(tie.saml_configuration().details().send().await.unwrap(), written);
    let cleared =
        tie.saml_configuration().update().clear_provider_login_url().clear_allowed_groups().send().await.unwrap();
    assert_eq!(cleared.provider_login_url, None);
    assert!(cleared.enabled);
}

#[tokio::test]
async fn preferences_profiles_settings_and_about() {
    let tie = CoreTransport::with_rules(&[]).client();
    let preferences = tie.preferences().update().language("fr").send().await.unwrap();
    assert_eq!((preferences.language.as_str(), preferences.preferred_profile_id), ("fr", ProfileId(1)));
    assert_eq!(tie.preferences().details().send().await.unwrap(), preferences);

    let profiles = tie.profiles().list().send().await.unwrap();
    assert_eq!(tie.profiles().details(profiles[0].id).send().await.unwrap(), profiles[0]);

    let before = tie.application_settings().details().send().await.unwrap();
    let after = tie
        .application_settings()
        .update()
        .smtp_server_address("mail.example.com")
        .smtp_server_port(25)
        .send()
        .await
        .unwrap();
    assert_eq!(after.smtp_server_address.as_deref(), Some("mail.example.com"));
    assert_eq!(after.default_role_ids, before.default_role_ids);
    let cleared = tie.application_settings().update().clear_smtp_server_port().send().await.unwrap();
    assert_eq!((cleared.smtp_server_port, cleared.smtp_server_address.as_deref()), (None, Some("mail.example.com")));

    assert!(!tie.about().details().send().await.unwrap().version.is_empty());
}

#[tokio::test]
async fn the_lockout_policy_changes_what_is_named() {
    let product = CoreTransport::with_rules(&[("ie.null_body", "empty")]);
    let tie = product.client();
    let before = tie.lockout_policy().details().send().await.unwrap();
    tie.lockout_policy().update().enabled(false).send().await.unwrap();
    let after = tie.lockout_policy().details().send().await.unwrap();
    assert!(!after.enabled);
    assert_eq!(after.failed_attempt_threshold, before.failed_attempt_threshold);
}

#[tokio::test]
async fn a_renewed_key_replaces_the_old_one_for_all_clones() {
    let product = CoreTransport::with_rules(&[]);
    let tie = product.client();
    let old = tie.current_api_key();
    let clone = tie.clone();
    let renewed = tie.api_key().renew().send().await.unwrap();
    assert_ne!(renewed.key.expose_secret(), old.expose_secret());
    let read = clone.api_key().read().send().await.unwrap();
    assert_eq!(read.key.expose_secret(), renewed.key.expose_secret());
    assert!(product.client_with_key(old).users().info().send().await.unwrap_err().is_unauthenticated());
}
