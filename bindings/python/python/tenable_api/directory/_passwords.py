"""First passwords of accounts that are made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NoReturn, Union, final

from .._errors import InvalidInputError
from .._native import directory as _native
from .._raw import sendable
from .._values import Secret


@final
class RandomPasswords:
    """Random passwords that are kept here until somebody hands them out.

    24 characters of capital and small letters, digits and signs, each kind at least once, from the operating system's source of
    randomness: what the documented rules of the three products ask for. Tasks that are given no passwords make such ones as well,
    and nobody gets them: people sign in by SAML, or have the server mail them a link to set one.

    ```python
    passwords = RandomPasswords()
    tenants.apply(plan, passwords=passwords)
    for (tenant, user_name), password in passwords.made.items():
        hand_out(tenant, user_name, password.reveal())
    ```
    """

    __slots__ = ("_lock", "_made")

    def __init__(self) -> None:
        """None made yet."""
        self._made: dict[tuple[str, str], Secret] = {}
        self._lock = threading.Lock()

    @property
    def made(self) -> Mapping[tuple[str, str], Secret]:
        """The passwords so far, by tenant and user name. Each was made right before the account was."""
        with self._lock:
            return MappingProxyType(dict(self._made))

    def __call__(self, tenant: str, product: str, user_name: str) -> Secret:
        """Makes one for this account."""
        password = Secret(_native.random_password())
        with self._lock:
            self._made[tenant, user_name] = password
        return password

    def __repr__(self) -> str:
        return f"<RandomPasswords: {len(self._made)} made>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("passwords cannot be pickled")


Passwords = Union[
    Callable[[str, str, str], Union[str, Secret]],
    Mapping[str, Union[str, Secret]],
    Mapping["tuple[str, str]", Union[str, Secret]],
    Secret,
    str,
]
"""Who gives accounts that are made their first password: one for all of them, a mapping by user name or by tenant and user name,
or what is called with tenant, word of the product and user name right before the account is made, from a thread of the
package. A mapping has one for every account that is made: nothing is written when it lacks one."""

_SHOWN = 20


def giver(passwords: Passwords | None) -> Callable[[str, str, str], str] | None:
    """What the native module calls."""
    if passwords is None:
        return None
    if isinstance(passwords, (str, Secret)):
        one = Secret(sendable("passwords", passwords))
        return lambda _tenant, _product, _user_name: one.reveal()
    if isinstance(passwords, Mapping):
        given = _given(passwords)

        def look_up(tenant: str, product: str, user_name: str) -> str:
            password = given.get((tenant, user_name), given.get(user_name))
            if password is None:
                raise _lacking([(tenant, user_name)])
            return password.reveal()

        return look_up
    if not callable(passwords):
        raise TypeError(f"passwords are a text, a Secret, a mapping or a callable, not {type(passwords).__name__}")
    call = passwords
    return lambda tenant, product, user_name: sendable("a password", call(tenant, product, user_name))


def check_passwords(passwords: Passwords | None, accounts: Iterable[tuple[str, str]]) -> None:
    """Raises when a mapping has no password for one of these accounts, which are to be made: tenant and user name of each."""
    if isinstance(passwords, Mapping):
        given = _given(passwords)
        lacking = [account for account in accounts if account not in given and account[1] not in given]
        if lacking:
            raise _lacking(lacking)


def _given(passwords: Mapping[Any, str | Secret]) -> dict[object, Secret]:
    return {names: Secret(sendable(f"passwords[{names!r}]", password)) for names, password in passwords.items()}


def _lacking(accounts: list[tuple[str, str]]) -> InvalidInputError:
    shown = [f"{user_name} in {tenant}" for tenant, user_name in accounts[:_SHOWN]]
    more = [f"{len(accounts) - _SHOWN} others"] if len(accounts) > _SHOWN else []
    return InvalidInputError(
        f"passwords has none for {', '.join([*shown, *more])}: a mapping names every account that is made, by its user name or by "
        "(tenant, user name); RandomPasswords() makes random ones"
    )
