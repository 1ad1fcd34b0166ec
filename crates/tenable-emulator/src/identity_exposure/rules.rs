//! The guesses about Identity Exposure. The first outcome of each rule is the default.
//!
//! "Described" in the texts below means: in the vendor's machine-readable description of the API.

crate::rules::rule_table! {
    // Shape of requests and answers.
    VALIDATION_STATUS = "ie.validation_status": Medium ["400", "422"]
        "Status when a body, path or query fails validation; 400 was seen on other endpoints.";
    ERROR_BODY = "ie.error_body": Low ["code_message", "nested", "errors_array", "text", "empty"]
        "Form of error bodies; none is described.";
    UNKNOWN_METHOD = "ie.unknown_method": Low ["404", "405"]
        "Status for a method that a known path does not have.";
    UNKNOWN_QUERY = "ie.unknown_query": Medium ["refused", "ignored"]
        "Query parameters, of which no supported operation has any; refusal was seen on other endpoints.";
    CONTENT_TYPE = "ie.content_type": Low ["415", "400", "ignored"]
        "Status for a body that is not application/json.";
    UNEXPECTED_BODY = "ie.unexpected_body": Low ["refused", "ignored"]
        "A body where none is described; an empty object always passes, as pyTenable sends it.";
    NULL_BODY = "ie.null_body": Low ["null", "empty"]
        "Success without content and a status other than 204: the described JSON null, or no bytes.";
    EXTRA_FIELDS = "ie.extra_fields": Low ["off", "on"]
        "Whether answers have fields that the description lacks, as later releases do.";
    VERSION_SHAPE = "ie.version_shape": Medium ["current", "2021"]
        "Shape of answers: 2021 has provider alsid, numeric entityIds, picture, and a short user details object.";
    DEPLOYMENT = "ie.deployment": Low ["saas", "on_premises"]
        "What about says: a SaaS instance, or an appliance with a host name.";

    // Authentication, licence and permission.
    INACTIVE_KEY = "ie.inactive_key": Low ["401", "403", "accepted"]
        "The key of an inactive user.";
    LOCKED_KEY = "ie.locked_key": Medium ["401", "403"]
        "Status for the key of a locked-out user; the refusal is documented, the status is not.";
    LICENSE_FEATURES = "ie.license_features": Low ["all", "none"]
        "Features of the licence; without any, roles, profiles, keys and configuration are refused.";
    LICENSE_REFUSAL = "ie.license_refusal": Low ["403", "401", "404"]
        "Status when the licence lacks the feature.";
    LICENSE_USER_LIMIT = "ie.license_user_limit": Low ["informational", "403", "409"]
        "Creating or enabling an active user above the licensed count.";
    PERMISSION_ENFORCEMENT = "ie.permission_enforcement": Low ["403", "404", "none"]
        "A write that the caller's roles do not allow.";
    READ_PERMISSION = "ie.read_permission": Low ["open", "enforced"]
        "Reads of users, roles, profiles and configuration by callers whose roles do not grant them.";

    // Users.
    LIST_ORDER = "ie.list_order": Low ["id", "reverse"]
        "Order of lists.";
    CREATE_ORDER = "ie.create_order": Low ["request", "reverse"]
        "Order of the answer to a creation of several.";
    CREATE_STATUS = "ie.create_status": Medium ["201", "200"]
        "Status of a creation; 201 is described, pyTenable's tests say 200.";
    UNKNOWN_ID = "ie.unknown_id": Low ["404", "400", "403"]
        "Status for a user, role or profile that does not exist.";
    DUPLICATE_EMAIL = "ie.duplicate_email": Low ["409", "400"]
        "Status when an e-mail address is already used, or stands twice in one creation; nothing is created.";
    EMAIL_COMPARISON = "ie.email_comparison": Low ["ignore_case", "exact"]
        "How e-mail addresses are compared.";
    PICTURE = "ie.picture": Medium ["refused", "accepted", "ignored"]
        "The picture field of older releases in user bodies; it is no longer described and bodies are closed.";
    DEFAULT_ROLES = "ie.default_roles": Low ["applied", "none"]
        "Whether the server gives a new user the default roles, or only the console preselects them.";
    IDENTIFIER = "ie.identifier": Low ["email", "random"]
        "The identifier of a new local user.";
    IDENTIFIER_ON_UPDATE = "ie.identifier_on_update": Low ["kept", "follows_email"]
        "The identifier of a local user whose e-mail address changes.";
    ABSENT_TEXTS = "ie.absent_texts": Low ["null", "absent"]
        "How surname, department and biography that were never set are answered.";
    TENABLE_CLOUD_USER_NAME = "ie.tenable_cloud_user_name": Medium ["null", "name", "absent"]
        "The field in whoami: described as required and nullable; pyTenable fails unless it is absent.";
    DELETE_SELF = "ie.delete_self": Low ["403", "400", "409", "allowed"]
        "Deleting one's own account.";
    LAST_ADMINISTRATOR = "ie.last_administrator": Low ["403", "400", "409", "allowed"]
        "Deleting, disabling or stripping the last active Global Administrator.";
    EMPTY_ROLES = "ie.empty_roles": Low ["200", "400"]
        "An empty list of roles for a user; the described minimum stands in the wrong place.";
    UNKNOWN_ROLE = "ie.unknown_role": Low ["404", "400", "500"]
        "Status when a role named in a body does not exist; nothing is changed.";
    DUPLICATE_ROLES = "ie.duplicate_roles": Low ["collapsed", "kept", "400"]
        "A role named twice among a user's roles or the default ones.";
    UNKNOWN_PROFILE = "ie.unknown_profile": Low ["404", "400", "accepted"]
        "A profile named in a body that does not exist; a negative id is refused in any case.";

    // Passwords and lock-out.
    WRONG_OLD_PASSWORD = "ie.wrong_old_password": Low ["401", "400", "403"]
        "Status of a password change with a wrong old password; it does not count as a failed login.";
    SAME_PASSWORD = "ie.same_password": Low ["200", "400", "409"]
        "A password change to the same password.";
    EXTERNAL_PASSWORD = "ie.external_password": Low ["403", "400", "409"]
        "Status of a new password for an account that signs in elsewhere, by its owner or an administrator.";
    KEY_ON_PASSWORD_CHANGE = "ie.key_on_password_change": Low ["kept", "revoked"]
        "What a new password does to the account's key.";
    LEGACY_PASSWORD_ENDPOINTS = "ie.legacy_password_endpoints": Low ["present", "404"]
        "forgotten-password and retrieve-password, which the current description lacks.";
    LEGACY_PASSWORD_SUCCESS = "ie.legacy_password_success": Low ["200", "202", "204"]
        "Success status of these two.";
    BAD_RESET_TOKEN = "ie.bad_reset_token": Low ["400", "401", "404"]
        "Status for an unknown, used or expired reset token.";
    RESET_TOKEN_LIFETIME = "ie.reset_token_lifetime": Low ["3600", "600", "86400"]
        "Lifetime of a reset token in seconds.";
    LOGIN_FAILURE = "ie.login_failure": Low ["401", "400", "403"]
        "Status of a login with a wrong password or no local account of the address; both are answered alike.";
    LOGIN_REFUSED = "ie.login_refused": Low ["401", "403"]
        "Status of a login to a locked or inactive account.";
    NEED_PASSWORD_RESET = "ie.need_password_reset": Low ["false", "true"]
        "The needPasswordReset field of a login.";
    LOCKOUT_ZERO = "ie.lockout_zero": Low ["until_unlocked", "no_lock"]
        "The meaning of a lock-out duration of 0.";
    FAILED_ATTEMPT_PERIOD_ZERO = "ie.failed_attempt_period_zero": Low ["same_moment", "no_limit"]
        "The meaning of a failed attempt period of 0: only failures at one moment count, or all since the last success.";

    // Roles and profiles.
    DUPLICATE_ROLE_NAME = "ie.duplicate_role_name": Low ["409", "400", "allowed"]
        "Creating, copying or renaming a role to a name in use.";
    GLOBAL_ADMINISTRATOR_CHANGE = "ie.global_administrator_change": Medium ["403", "400", "409"]
        "Status of a change to the Global Administrator role, or its deletion; the refusal is documented.";
    DELETE_ROLE = "ie.delete_role": Low ["cascade", "409", "keep"]
        "Deleting a role in use: taken from its users and the defaults, refused, or left dangling.";
    COPY_STATUS = "ie.copy_status": Low ["200", "201", "204"]
        "Status of a copy; described as 204 with a body, which HTTP rules out. 204 has no body.";
    ENTITY_IDS = "ie.entity_ids": Low ["strict", "lenient"]
        "Numbers in entityIds: refused, or turned into strings, which pyTenable needs.";
    DUPLICATE_PROFILE_NAME = "ie.duplicate_profile_name": Low ["409", "400", "allowed"]
        "Creating, copying or renaming a profile to a name in use.";
    BUILT_IN_PROFILE = "ie.built_in_profile": Low ["403", "400", "409", "allowed"]
        "A change to the built-in profile, or its deletion.";

    // Configuration.
    SETTINGS_SECRETS = "ie.settings_secrets": Low ["plain", "null"]
        "How stored SMTP and LDAP passwords are answered.";
}
