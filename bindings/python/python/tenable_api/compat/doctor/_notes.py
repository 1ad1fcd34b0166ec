"""What is better than with pyTenable, call by call, and what to use for what is not covered.

Tests hold both tables against the classes of `tenable_api.compat`: what is said to be better is there, what has a substitute is
not.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Better:
    """A defect of pyTenable that is gone.

    Attributes:
        text: What is better.
        without: It is so only if none of these arguments is given.
        with_: It is so only if one of these is given.
    """

    text: str
    without: tuple[str, ...] = ()
    with_: tuple[str, ...] = ()

    def holds(self, names: tuple[str, ...], spread: bool) -> bool:
        """Whether it is so for a call with these arguments."""
        if self.with_ and not spread and not set(self.with_) & set(names):
            return False
        return not set(self.without) & set(names)


_ONCE = Better("it is not sent a second time when the connection breaks after the server may have carried it out")
_PASSWORD = Better("the password is not written to the log")
_FIELDS = Better("a field that this release does not know does not raise")
#: Of the three clients, one drops characters from ids, two put them into the address as they are.
_CUT_ID = Better("an id that is none is refused, and not cut down to one that belongs to something else")
_ID = Better("an id that is none is refused, and does not become another address")

#: By client and call; the client alone is its constructor.
BETTER: dict[str, tuple[Better, ...]] = {
    "TenableIE": (Better("a request that gets no answer ends after a time; pyTenable waits for ever", without=("timeout",)),),
    "TenableIE.users.list": (_FIELDS,),
    "TenableIE.users.info": (_FIELDS,),
    "TenableIE.users.create": (_ONCE, _PASSWORD, _FIELDS),
    "TenableIE.users.details": (_FIELDS, _ID),
    "TenableIE.users.update": (_PASSWORD, _FIELDS, _ID),
    "TenableIE.users.delete": (_ID,),
    "TenableIE.users.change_password": (_PASSWORD,),
    "TenableIE.users.retrieve_password": (_PASSWORD,),
    "TenableIE.users.update_user_roles": (_ID,),
    "TenableIE.roles.list": (_FIELDS,),
    "TenableIE.roles.create": (_ONCE, _FIELDS),
    "TenableIE.roles.copy_role": (_ONCE, _FIELDS, _ID),
    "TenableIE.roles.details": (_FIELDS, _ID),
    "TenableIE.roles.update": (_FIELDS, _ID),
    "TenableIE.roles.delete": (_ID,),
    "TenableIE.roles.replace_role_permissions": (_FIELDS, _ID),
    "TenableIE.lockout_policy.details": (_FIELDS,),
    "TenableIE.preference.details": (_FIELDS,),
    "TenableIE.profiles.list": (_FIELDS,),
    "TenableIE.profiles.details": (_FIELDS, _ID),
    "TenableSC": (
        Better(
            "the server's certificate is verified, which pyTenable does not do unless told; a server with a certificate of its own needs "
            "ssl_verify=PATH, or ssl_verify=False",
            without=("ssl_verify",),
        ),
        Better("an account with as many sessions as it may have gets an error that says so", with_=("username",)),
    ),
    "TenableSC.users.create": (
        _ONCE,
        _PASSWORD,
        Better("authType is sent as given", with_=("authType",)),
        Better("responsibleAssetID is sent as given", with_=("responsibleAssetID",)),
    ),
    "TenableSC.users.details": (_ID,),
    "TenableSC.users.edit": (
        Better("createDefaultObjects is not sent unless it is asked for", without=("default_objects", "createDefaultObjects")),
        Better("the password is not written to the log", with_=("password",)),
        Better("the other preferences of the user stay", with_=("timezone",)),
        _ID,
    ),
    "TenableSC.users.delete": (_ID,),
    "TenableSC.roles.create": (_ONCE, Better("permScan is sent as given", with_=("permScan",))),
    "TenableSC.roles.edit": (
        Better("the right to scan stays; pyTenable takes it away unless can_scan is given", without=("can_scan",)),
        Better("permScan is sent as given", with_=("permScan",)),
    ),
    "TenableSC.groups.create": (_ONCE,),
    "TenableSC.organizations.create": (_ONCE,),
    "TenableSC.organizations.manager_create": (_ONCE, _PASSWORD),
    "TenableSC.organizations.manager_edit": (
        Better("createDefaultObjects is not sent unless it is asked for", without=("default_objects", "createDefaultObjects")),
        Better("the password is not written to the log", with_=("password",)),
        Better("the other preferences of the user stay", with_=("timezone",)),
    ),
    "TenableIO.users.create": (_ONCE, _PASSWORD),
    "TenableIO.users.edit": (Better("the changes are sent; pyTenable from 26.5 on sends none"), _CUT_ID),
    "TenableIO.users.change_password": (_PASSWORD, _CUT_ID),
    "TenableIO.users.details": (_CUT_ID,),
    "TenableIO.users.delete": (_CUT_ID,),
    "TenableIO.users.enabled": (_CUT_ID,),
    "TenableIO.users.edit_auths": (_CUT_ID,),
    "TenableIO.users.gen_api_keys": (_ONCE, _CUT_ID),
    "TenableIO.users.impersonate": (Better("used in a `with`, it ends with it; pyTenable's goes on until session.restore()"),),
    "TenableIO.groups.create": (_ONCE,),
    "TenableIO.groups.edit": (_CUT_ID,),
    "TenableIO.groups.delete": (_CUT_ID,),
    "TenableIO.groups.add_user": (_CUT_ID,),
    "TenableIO.groups.delete_user": (_CUT_ID,),
    "TenableIO.access_control.create": (_ONCE,),
}

#: What to do about what a script reaches behind pyTenable's back.
PRIVATE: dict[str, str] = {
    "_session": "give proxies, ssl_verify, cert, vendor, product and build to the constructor",
    "_url": "give url to the constructor",
    "_timeout": "give timeout to the constructor",
    "_retries": "give retries to the constructor",
    "_backoff": "give backoff to the constructor",
    "_ssl_verify": "give ssl_verify to the constructor",
    "_cert": "give cert to the constructor",
    "_req": "use get(), post() and the like",
    "_api": "use the client itself",
    "_log": "use a logger of your own",
    "_version": "use version",
}

#: For a call that is not covered.
ELSEWHERE = "keep pyTenable's client for it, beside this one; or get(), post() and the like, which send any request"
