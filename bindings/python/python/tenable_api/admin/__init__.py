"""Users, roles and groups of any product, through the same calls.

```python
from tenable_api import SecurityCenter
from tenable_api.admin import Ability, Admin

with SecurityCenter.from_env() as sc:
    admin = Admin(sc)
    for user in admin.users():
        print(user.key, user.user_name, user.enabled, user.last_sign_in)
    if admin.capabilities.can(Ability.CREATE_GROUP):
        admin.create_group("Night shift")
```

What a product cannot do is in its `Capabilities`, and refused with `UnsupportedError` before anything is sent. A client is one
connection: what it lists is what its account sees.

| | Identity Exposure | Security Center | Vulnerability Management |
| --- | --- | --- | --- |
| roles of a user | any number | exactly one | exactly one |
| groups of a user | there are none | exactly one; none for an administrator | any number |
| user name | the e-mail address | apart from the e-mail address | an address by form; never changes |
| ways to sign in, each by itself | no | no | password, API keys, SAML |
| other API keys for another user | no | no | yes |
| temporary password | no | yes | yes |
| successor of a deleted user | no | yes | yes |
| remove a member from a group | no | no: add the member to another group | yes |
"""

from .._hints import show_as_of
from ..directory._record import LastTime
from ._admin import Admin
from ._async_admin import AsyncAdmin
from ._capabilities import Ability, Capabilities, Defect, Limitation
from ._values import Group, GroupReference, Listing, NewUser, ReplacedKeys, Role, RoleReference, SignIn, User

__all__ = [
    "Ability",
    "Admin",
    "AsyncAdmin",
    "Capabilities",
    "Defect",
    "Group",
    "GroupReference",
    "LastTime",
    "Limitation",
    "Listing",
    "NewUser",
    "ReplacedKeys",
    "Role",
    "RoleReference",
    "SignIn",
    "User",
]


show_as_of(__name__, map(globals().__getitem__, __all__))


def __dir__() -> list[str]:
    return sorted(__all__)
