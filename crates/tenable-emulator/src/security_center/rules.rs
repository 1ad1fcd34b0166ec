//! The guesses about Security Center. The first outcome of each rule is the default.
//!
//! Outcomes such as `code_142` are values of `error_code`.

crate::rules::rule_table! {
    // Versions, requests and answers.
    GENERATION = "sc.generation": Medium ["6", "5", "5.20"]
        "Version to resemble: 6 is current, 5 is like 5.8, 5.20 like 5 with no version before login and no version header.";
    ENCLAVE_SECURITY = "sc.enclave_security": Medium ["off", "on"]
        "Whether the paths below /rest/tes exist, as in Tenable Enclave Security.";
    ENCLAVE_SECURITY_REFUSAL = "sc.enclave_security_refusal": Low ["404", "403"]
        "Status below /rest/tes where that is not so.";
    FAILURE_LABEL = "sc.failure_label": Medium ["json", "html"]
        "Content type of failures, which are JSON either way; both were seen.";
    UNKNOWN_RESOURCE = "sc.unknown_resource": Low ["404", "403", "html"]
        "A path that does not exist: an envelope with this status, or a web server's page with status 404.";
    UNKNOWN_METHOD = "sc.unknown_method": Low ["403", "405", "404"]
        "Status for a method that a known path does not have.";
    UNKNOWN_QUERY = "sc.unknown_query": Low ["ignored", "refused"]
        "Query parameters that are not documented for the call.";
    CONTENT_TYPE = "sc.content_type": Low ["required", "ignored"]
        "Whether a body must be labelled application/json.";
    UNEXPECTED_BODY = "sc.unexpected_body": Low ["refused", "ignored"]
        "A body where none is documented; an empty object always passes, as pyTenable sends it.";

    // Error codes.
    VALIDATION_CODE = "sc.validation_code": Low ["code_142", "code_146", "code_143"]
        "Code for a missing or unusable attribute; 142 and 146 were seen on other resources.";
    PERMISSION_CODE = "sc.permission_code": Low ["code_146", "code_143", "code_0"]
        "Code for what the caller may not do; 146 was seen on other resources.";
    NOT_FOUND_CODE = "sc.not_found_code": Medium ["code_147", "code_143", "code_146"]
        "Code for an object that does not exist; 147 in every sample, none of which is about users, roles or groups.";
    LOGIN_FAILURE_CODE = "sc.login_failure_code": Low ["code_20", "code_12", "code_142"]
        "Code for a login that fails.";
    API_KEY_CODE = "sc.api_key_code": Low ["code_0", "code_12", "code_20"]
        "Code for API key misuse; the status 400 is documented, the body is not.";

    // Keys, logins and sessions.
    API_KEYS = "sc.api_keys": Medium ["on", "off", "absent"]
        "The server-wide switch for API keys; absent is a release before 5.13, which does not know the header.";
    KEY_HEADER = "sc.key_header": Low ["lenient", "documented"]
        "Names inside the x-apikey header: in any case, as clients rely on, or in lower case only.";
    BAD_KEY_ON_SYSTEM = "sc.bad_key_on_system": Medium ["400", "403"]
        "A bad key on GET /system: 400 as documented, or 403 with code 0 as recorded on 5.20.";
    BAD_TOKEN_ON_SYSTEM = "sc.bad_token_on_system": Low ["open", "403"]
        "A bad token on GET /system, which needs none.";
    VERSION_BEFORE_LOGIN = "sc.version_before_login": Medium ["hidden", "shown"]
        "Whether GET /system tells the version before login on 5.20, where it was missed, and on 6; on 5 it always does.";
    LOCKED_KEY = "sc.locked_key": Low ["400", "403", "accepted"]
        "The key of a locked user.";
    SESSION_LIMIT = "sc.session_limit": Low ["4", "1", "2", "unlimited"]
        "Sessions that a user may have at a time.";
    RELEASED_SESSION = "sc.released_session": Low ["oldest", "newest", "all"]
        "Which session of the user releaseSession ends.";
    SESSIONS_OF_LOCKED_USER = "sc.sessions_of_locked_user": Low ["kept", "ended"]
        "What locking a user does to the sessions that the user has.";
    LOGIN_LIMIT = "sc.login_limit": Medium ["20", "3", "0"]
        "Failed logins in a row that lock an account; 0 never does. An old guide says 20.";
    LOCKED_LOGIN = "sc.locked_login": Low ["told", "same"]
        "Whether a locked user's login is refused in words of its own, or like a wrong password.";
    EXPIRED_PASSWORD = "sc.expired_password": Low ["must_change", "refused", "accepted"]
        "A login with an expired password: it sets mustChangePassword, is refused, or nothing happens.";
    COOKIE_SECURE = "sc.cookie_secure": Medium ["over_tls", "always"]
        "When the session cookie is marked secure; the product, always behind TLS, always does.";
    COOKIE_COUNT = "sc.cookie_count": Medium ["once", "twice"]
        "How often a login's answer sets the session cookie; where twice, the last one counts.";
    CERTIFICATE_LOGIN = "sc.certificate_login": Medium ["token", "no_token"]
        "Whether GET /system with a user's certificate gives the token; one report about 6.5.1 says it does not.";
    FINGERPRINT = "sc.fingerprint": Low ["sha256", "sha1"]
        "Digest that associateCert stores; certificates are recognised by either.";

    // Fields and lists.
    UNKNOWN_FIELDS = "sc.unknown_fields": Low ["ignored", "refused"]
        "A name in the fields parameter that does not exist.";
    FORBIDDEN_FIELDS = "sc.forbidden_fields": Low ["dropped", "refused"]
        "A field in the fields parameter that the caller may not see.";
    SINGLE_GET = "sc.single_get": Medium ["complete", "marked"]
        "One user without fields: all that the caller may see, as recorded on 5.8, or only the fields marked in the documentation.";
    ORGANIZATION_USERS = "sc.organization_users": Medium ["all", "security_managers"]
        "GET /user with orgID on 6: the page says both; on 5 always the Security Managers.";
    ORGANIZATION_USERS_FIELDS = "sc.organization_users_fields": Low ["extended", "marked"]
        "The fixed fields of that list: the marked ones with role, group, locked, authType and lastLogin, or the marked ones.";
    FIELDS_WITH_ORGANIZATION = "sc.fields_with_organization": Medium ["ignored", "refused", "honored"]
        "The fields parameter along with orgID on 6, which is not supported; on 5 always honored.";
    ORGANIZATION_USER_BY_ID = "sc.organization_user_by_id": Medium ["security_managers", "all"]
        "Whom an administrator reaches at /user/{id} with orgID.";
    ORGANIZATION_OF_MEMBERS = "sc.organization_of_members": Low ["ignored", "refused"]
        "The orgID of a caller who is no administrator.";
    ORGANIZATION_REQUIRED = "sc.organization_required": Low ["code_15", "code_147"]
        "Code where an administrator asks for an organization's data without orgID; 15 was seen on assets.";
    ORGANIZATION_PARAMETER = "sc.organization_parameter": Low ["both", "query", "body"]
        "Where orgID is read on PATCH and DELETE.";
    USER_VISIBILITY = "sc.user_visibility": Low ["all", "managed"]
        "Which users of the own organization a caller sees who manages none or some.";
    ADMINISTRATOR_GROUP_FIELDS = "sc.administrator_group_fields": Medium ["hidden", "shown"]
        "Whether administrators get group, responsibleAsset and the managed groups at /user on 6; the field list says no.";
    ORGANIZATION_USER_LIST = "sc.organization_user_list": Medium ["example", "marked"]
        "Default fields of /organization/{orgID}/user: the example has canUse and canManage, the field list does not mark them.";
    LIST_ORDER = "sc.list_order": Low ["id", "reverse"]
        "Order of lists without sortField.";
    PAGING = "sc.paging": Low ["offsets", "ignored"]
        "Whether /user knows paginated, startOffset and endOffset; paging is documented, the names are not.";
    PAGE_COUNTERS = "sc.page_counters": Low ["number", "string"]
        "Type of the counters on a page.";
    PAGE_END = "sc.page_end": Low ["actual", "requested"]
        "endOffset of the last page.";
    PAGE_CURSOR = "sc.page_cursor": Low ["moves", "stuck"]
        "Whether a page starts at startOffset, or always at the first record, as a defect would have it.";
    UNSET_LDAP = "sc.unset_ldap": Medium ["number", "string"]
        "Type of the -1 in a user's ldap that is not set; recordings and an example differ.";
    ACCOUNT_REFERENCES = "sc.account_references": Low ["full", "ids"]
        "Entries of parent, linkedUsers and switchableUsers: with names, or ids alone.";
    API_KEYS_FIELD = "sc.api_keys_field": Low ["objects", "access_keys", "empty"]
        "Entries of a user's apiKeys.";

    // Users.
    DUPLICATE_USERNAME = "sc.duplicate_username": Low ["refused", "allowed"]
        "A user name that is taken.";
    USERNAME_SCOPE = "sc.username_scope": Low ["organization", "instance"]
        "Where a user name is unique.";
    MISSING_AUTH_TYPE = "sc.missing_auth_type": Low ["tns", "refused"]
        "A new user without authType.";
    CERTIFICATE_AUTH_TYPE = "sc.certificate_auth_type": Low ["refused", "accepted"]
        "The authType cert, which a maintainer advised and no client sends.";
    MISSING_LDAP_USERNAME = "sc.missing_ldap_username": Low ["accepted", "refused"]
        "A new LDAP user without ldapUsername.";
    MISSING_RESPONSIBLE_ASSET = "sc.missing_responsible_asset": Low ["unset", "refused"]
        "A new user without responsibleAssetID, which every client sends.";
    MUST_CHANGE_PASSWORD_ELSEWHERE = "sc.must_change_password_elsewhere": Medium ["refused", "ignored"]
        "mustChangePassword for an LDAP or SAML user, for whom it must be false.";
    MINIMUM_PASSWORD_LENGTH = "sc.minimum_password_length": Medium ["3", "8"]
        "Length that a password needs; a server setting whose default was 3 in an older guide.";
    SECURITY_MANAGER_SCOPE = "sc.security_manager_scope": Medium ["managed_groups", "all_groups"]
        "Whose users and objects a Security Manager manages: those of the groups given, or all.";
    UNLOCK_CASCADE = "sc.unlock_cascade": Low ["none", "unlocks"]
        "What unlocking an administrator does to the linked users.";
    LINKED_USER_FIELDS = "sc.linked_user_fields": Low ["refused", "ignored"]
        "The six fields of a linked user that cannot change, in a PATCH.";
    LINKED_PARENT = "sc.linked_parent": Low ["either", "object", "number"]
        "How the parent of a new linked user is written; without one it is the calling administrator.";
    DELETE_SELF = "sc.delete_self": Low ["refused", "allowed"]
        "Deleting one's own account.";
    LAST_ADMINISTRATOR = "sc.last_administrator": Low ["refused", "allowed"]
        "Deleting or locking the last administrator who is not locked.";
    MIGRATE_IN_QUERY = "sc.migrate_in_query": Low ["accepted", "ignored"]
        "migrateUserID in the query instead of the body.";
    MIGRATE_UUID = "sc.migrate_uuid": Low ["refused", "accepted"]
        "A uuid as migrateUserID.";
    MUST_CHANGE_PASSWORD_AFTERWARDS = "sc.must_change_password_afterwards": Low ["cleared", "kept"]
        "mustChangePassword once the user has set a new password.";
    OWN_PASSWORD = "sc.own_password": Low ["current_password", "free"]
        "Whether PATCH /currentUser with a password needs currentPassword too.";

    STATUS = "sc.status": Low ["ignored", "stored"]
        "The status in the body of a user, of which only the value 0 is known.";

    // Roles.
    ROLE_LIST = "sc.role_list": Medium ["marked", "complete"]
        "Default fields of the list of roles on 6; on 5 always complete.";
    ROLE_PATCH_ANSWER = "sc.role_patch_answer": Medium ["creator_id", "as_get"]
        "Answer to PATCH /role/{id}: as recorded, or as documented.";
    ROLE_FILTER = "sc.role_filter": Low ["applied", "ignored"]
        "filter=subset on the list of roles, which leaves out roles that grant less than the caller's.";
    DUPLICATE_ROLE_NAME = "sc.duplicate_role_name": Low ["refused", "allowed"]
        "A role name that is taken.";
    MANAGE_APPLICATION = "sc.manage_application": Low ["refused", "ignored"]
        "permManageApp for a role other than Administrator.";

    // Groups.
    GROUP_LIST = "sc.group_list": Medium ["marked", "complete"]
        "Default fields of the list of groups on 6; on 5 always complete.";
    ADMINISTRATOR_GROUPS = "sc.administrator_groups": Low ["refused", "empty"]
        "GET /group by an administrator, who has no organization.";
    GROUP_USERS = "sc.group_users": Low ["ignored", "refused"]
        "users in the body of a group; membership is written at the user.";
    GROUP_ARRAYS = "sc.group_arrays": Low ["replaced", "extended"]
        "What an array in PATCH /group/{id} does to the list.";
    SHARE_WITHOUT_PERMISSION = "sc.share_without_permission": Low ["refused", "ignored"]
        "Shareable objects in the body of a group from a caller without Share Objects.";
    DUPLICATE_GROUP_NAME = "sc.duplicate_group_name": Low ["refused", "allowed"]
        "A group name that is taken in the organization.";
    GROUP_WITH_USERS = "sc.group_with_users": Low ["refused", "moved"]
        "Deleting a group that has users: refused, or they move to Full Access.";
    FULL_ACCESS_GROUP = "sc.full_access_group": Low ["permission", "validation"]
        "Kind of the refusal to delete the Full Access group.";

    // Organizations.
    DUPLICATE_ORGANIZATION_NAME = "sc.duplicate_organization_name": Low ["refused", "allowed"]
        "An organization name that is taken.";
    ORGANIZATION_WITH_USERS = "sc.organization_with_users": Low ["cascade", "refused"]
        "Deleting an organization that has users.";
    GROUP_ASSIGN = "sc.group_assign": Low ["lenient", "strict"]
        "PATCH of an organization without repositories: fine, or refused over groupAssign, as one report about 6.0 says.";

    // The caller.
    CURRENT_ORGANIZATION_ID = "sc.current_organization_id": Low ["string", "number"]
        "Type of organization.id at /currentUser for a caller who is no administrator.";
    PREFERENCE_FILTER = "sc.preference_filter": Low ["query", "ignored"]
        "Whether GET /currentUser/preferences filters by name and tag in the query.";
    PREFERENCE_DELETE_ANSWER = "sc.preference_delete_answer": Low ["array", "empty"]
        "Answer to DELETE /currentUser/preferences.";
    SWITCH_ANSWER = "sc.switch_answer": Low ["user", "empty"]
        "Answer to POST /currentUser/switch.";
    ASSOCIATE_ANSWER = "sc.associate_answer": Low ["user", "empty"]
        "Answer to POST /currentUser/associateCert.";
}
