//! What the classes have besides their fields: methods of the model that are written by hand, as read-only properties.

/// A property that is computed.
pub(super) struct Member {
    pub(super) product: &'static str,
    /// The class.
    pub(super) object: &'static str,
    pub(super) name: &'static str,
    /// Its type in Python.
    pub(super) kind: &'static str,
    /// How it is computed in Rust, from the object by the name `it`.
    pub(super) computed: &'static str,
    pub(super) about: &'static str,
}

/// The properties of a class.
pub(super) fn members(product: &str, object: &str) -> impl Iterator<Item = &'static Member> {
    MEMBERS.iter().filter(move |member| member.product == product && member.object == object)
}

const IE: &str = "identity_exposure";
const SC: &str = "security_center";
const VM: &str = "vulnerability_management";

const fn member(
    (product, object): (&'static str, &'static str),
    name: &'static str,
    kind: &'static str,
    computed: &'static str,
    about: &'static str,
) -> Member {
    Member { product, object, name, kind, computed, about }
}

const MEMBERS: &[Member] = &[
    member((IE, "User"), "full_name", "str", "it.full_name()", "First and last name as one text."),
    member(
        (IE, "User"),
        "can_sign_in",
        "bool | None",
        "it.can_sign_in()",
        "Whether the account can sign in now: active and not locked out. `None` when the server does not say.",
    ),
    member((IE, "UserInfo"), "full_name", "str", "it.full_name()", "First and last name as one text."),
    member(
        (SC, "User"),
        "full_name",
        "str",
        "it.full_name()",
        "First and last name as one text; empty when neither is there.",
    ),
    member(
        (SC, "User"),
        "is_administrator",
        "bool | None",
        "it.is_administrator()",
        "Whether it is an administrator, who belongs to no organization. `None` when the answer does not say.",
    ),
    member((SC, "User"), "role_id", "int | None", "it.role_id()", "The role. `None` when the answer does not say."),
    member(
        (SC, "User"),
        "group_id",
        "int | None",
        "it.group_id()",
        "The group. `None` for an administrator, who has none, and when the answer does not say.",
    ),
    member(
        (SC, "User"),
        "responsible_asset_id",
        "int | None",
        "it.responsible_asset_id()",
        "The asset that the user answers for. `None` when none is set, and when the answer does not say.",
    ),
    member(
        (SC, "User"),
        "ldap_id",
        "int | None",
        "it.ldap_id()",
        "The LDAP server that the user signs in with. `None` when none is set, and when the answer does not say.",
    ),
    member(
        (SC, "CurrentUser"),
        "full_name",
        "str",
        "it.full_name()",
        "First and last name as one text; empty when neither is there.",
    ),
    member(
        (SC, "CurrentUser"),
        "is_administrator",
        "bool | None",
        "it.is_administrator()",
        "Whether the session is an administrator's. `None` when the answer does not say.",
    ),
    member(
        (SC, "CurrentUser"),
        "role_id",
        "int | None",
        "it.role_id()",
        "The role. `None` when the answer does not say.",
    ),
    member(
        (SC, "CurrentUser"),
        "group_id",
        "int | None",
        "it.group_id()",
        "The group. `None` for an administrator, who has none, and when the answer does not say.",
    ),
    member(
        (SC, "CurrentUser"),
        "organization_id",
        "int | None",
        "it.organization_id()",
        "The organization; 0 stands for the administrators, who belong to none.",
    ),
    member(
        (SC, "Role"),
        "granted",
        "tuple[str, ...]",
        "it.granted()",
        "The product's names of the permissions that the role grants, in order of name, also those that this release does not know. \
         Empty also when the answer held no permissions, as lists do unless they are named. `perm_scan` is no flag but a choice and \
         not among them.",
    ),
    member(
        (SC, "Reference"),
        "is_set",
        "bool",
        "it.is_set()",
        "Whether it names something. A server writes -1 where nothing is set.",
    ),
    member(
        (VM, "User"),
        "mail_address",
        "str",
        "it.mail_address()",
        "Where mail reaches the user: the e-mail address, or the user name where there is none, which is one by rule.",
    ),
    member(
        (VM, "User"),
        "predefined_role",
        "PredefinedRole | None",
        "it.predefined_role()",
        "The predefined role that the answer tells; `None` when it says nothing, and for 0, which may be a custom role.",
    ),
    member(
        (VM, "User"),
        "role_name",
        "str | None",
        "it.role_name()",
        "The name of the user's role as far as the answer tells: from `rbac_roles`, which a list with roles has, or else from the \
         number.",
    ),
    member(
        (VM, "Role"),
        "is_predefined",
        "bool",
        "it.is_predefined()",
        "Whether the product brought it, so that it can be neither changed nor deleted.",
    ),
];
