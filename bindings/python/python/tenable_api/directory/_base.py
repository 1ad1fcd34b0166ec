"""Tenants whose people are looked after together: what all kinds of them have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

from .._client import AsyncClient, SyncClient, _Client
from .._errors import InvalidInputError
from .._native import directory as _native
from . import _tasks
from ._given import check_number, check_text


class BaseTenants:
    """What synchronous and asynchronous tenants have in common."""

    __slots__ = ("_native", "_products")

    _kind: type[_Client]

    def __init__(
        self,
        clients: Mapping[str, Any],
        *,
        aliases: Mapping[str, Iterable[str]] | None = None,
        protected: Iterable[str] = (),
        tenants_at_once: int = 16,
        people_at_once: int = 8,
    ) -> None:
        if not isinstance(clients, Mapping):
            raise TypeError(f"clients are a mapping of names to clients, not {type(clients).__name__}")
        # Of no tenant, everything holds.
        if not clients:
            raise InvalidInputError("there is no tenant: clients is empty")
        for name in clients:
            check_text(name, "the name of a tenant")
        for what, number in (("tenants_at_once", tenants_at_once), ("people_at_once", people_at_once)):
            check_number(number, what)
            if number < 1:
                raise InvalidInputError(f"{what} is {number}: a number from 1 is expected")
        given = {name: _connection(name, client, self._kind) for name, client in clients.items()}
        settings: dict[str, Any] = {
            "aliases": [(person, _tasks._names(names, f"the aliases of {person}")) for person, names in (aliases or {}).items()],
            "protected": _tasks._names(protected, "protected"),
            "tenants_at_once": tenants_at_once,
            "people_at_once": people_at_once,
        }
        self._native = _native.Directory(list(given.items()), settings)
        self._products: dict[str, str | None] = dict(self._native.tenants())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the tenants, in the order in which they were given."""
        return tuple(self._products)

    def product(self, tenant: str) -> str | None:
        """The word of a tenant's product: `ie`, `sc`, `vm`; `None` when it cannot be reached. Raises `KeyError` when there is
        none of this name."""
        return self._products[tenant]

    def __len__(self) -> int:
        return len(self._products)

    def __iter__(self) -> Iterator[str]:
        return iter(self._products)

    def __contains__(self, tenant: object) -> bool:
        return tenant in self._products

    def __repr__(self) -> str:
        tenants = (f"{name} ({product or 'cannot be reached'})" for name, product in self._products.items())
        return f"<{type(self).__name__}: {', '.join(tenants)}>"

    def __reduce__(self) -> NoReturn:
        name = type(self).__name__
        raise TypeError(f"{name} holds connections, which cannot be pickled or copied: make it anew in each process")


def _connection(name: str, client: object, kind: type[_Client]) -> Any:
    """The native client, or why there is none."""
    if isinstance(client, kind):
        return client._client
    if isinstance(client, Exception):
        return str(client)
    other = "AsyncTenants" if isinstance(client, AsyncClient) else "Tenants"
    hint = f": give it to {other}" if isinstance(client, _Client) else ""
    raise TypeError(f"the tenant {name!r} is a {type(client).__name__}, not a {kind.__name__}{hint}")
