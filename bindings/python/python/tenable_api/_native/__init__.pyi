"""The native half of the package; import `tenable_api` instead."""

from asyncio import Future
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from types import GenericAlias
from typing import Any, Generic, Literal, SupportsIndex, TypeVar, final, overload

from typing_extensions import disjoint_base

from . import directory, identity_exposure, security_center, testing, vulnerability_management
from .._values import Secret, Unset

__all__ = [
    "AsyncElements",
    "Client",
    "Elements",
    "Items",
    "ItemsIterator",
    "Object",
    "ResponseInfo",
    "__version__",
    "directory",
    "enable_logging",
    "identity_exposure",
    "security_center",
    "testing",
    "vulnerability_management",
]

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)

__version__: str

def enable_logging() -> None:
    """Hands records of the SDK to the loggers below `tenable_api`, from now on. A second call does nothing."""

@final
class Client:
    """A client, and how its calls are made. Others made from it share connections, limits and session."""

    @staticmethod
    def identity_exposure(
        url: str | None,
        api_key: str | Secret | None,
        settings: Mapping[str, Any],
        on_new_api_key: Callable[[Secret], object] | None = None,
    ) -> Client: ...
    @staticmethod
    def security_center(
        url: str | None,
        access_key: str | Secret | None,
        secret_key: str | Secret | None,
        username: str | None,
        password: str | Secret | None,
        client_certificate_login: bool,
        release_session: bool,
        enclave_security: bool,
        settings: Mapping[str, Any],
    ) -> Client: ...
    @staticmethod
    def vulnerability_management(
        url: str | None,
        access_key: str | Secret | None,
        secret_key: str | Secret | None,
        settings: Mapping[str, Any],
    ) -> Client: ...
    def call(self, operation: str, given: dict[str, Any]) -> Any:
        """Runs an operation, on arguments in wire names."""

    def call_async(self, operation: str, given: dict[str, Any]) -> Future[Any]:
        """The same as a future of asyncio's."""

    def iterate(self, operation: str, given: dict[str, Any]) -> Elements[Any]:
        """The elements of a list, page by page."""

    def iterate_async(self, operation: str, given: dict[str, Any]) -> AsyncElements[Any]:
        """The same for `async for`."""

    def with_options(
        self,
        timeout: float | timedelta | Unset | None,
        missing_as_deleted: Literal[True] | None,
        on_response: Callable[[ResponseInfo], object] | None,
    ) -> Client:
        """A client with other options, on the same connections."""

    def as_user(self, user_name: str) -> Client:
        """A client whose calls are made as another user."""

    def current_api_key(self) -> Secret:
        """The key in use. Identity Exposure only."""

    def raw(self, request: Mapping[str, Any]) -> tuple[int, list[tuple[str, str]], bytes, int, float]:
        """Sends any request and gives the answer as it is: status, headers, body; and attempts and seconds."""

    def raw_async(self, request: Mapping[str, Any]) -> Future[tuple[int, list[tuple[str, str]], bytes, int, float]]:
        """The same as a future of asyncio's."""

    def close(self) -> None:
        """Later calls of this client, and of those made from it, fail. The first client ends the session, and so does the last one that
        is left. A second time does nothing."""

    def close_async(self) -> Future[None] | None:
        """The same as a future of asyncio's, or `None` where there is nothing to wait for."""

    @property
    def closed(self) -> bool:
        """Whether it is closed."""

    @property
    def product(self) -> str:
        """The name of the product."""

    @property
    def url(self) -> str:
        """Where the product answers."""

@final
class Elements(Generic[_T], Iterator[_T]):
    """An iterator over the elements of a list."""

    def __iter__(self) -> Elements[_T]: ...
    def __next__(self) -> _T: ...

@final
class AsyncElements(Generic[_T], AsyncIterator[_T]):
    """An asynchronous iterator over the elements of a list."""

    def __aiter__(self) -> AsyncElements[_T]: ...
    # No coroutine: what is awaited may be there already.
    def __anext__(self) -> Awaitable[_T]: ...

@final
class ResponseInfo:
    """What came around an answer: status, headers, request id.

    Given to the `on_response` of `with_options`.
    """

    @property
    def operation(self) -> str:
        """The operation, such as `users.create`."""

    @property
    def status(self) -> int:
        """HTTP status."""

    @property
    def request_id(self) -> str | None:
        """The server's name for this request, if it gave one; tell it to the vendor's support."""

    @property
    def attempts(self) -> int:
        """How many times the request was sent."""

    @property
    def headers(self) -> dict[str, str]:
        """HTTP headers by their names in lower case; the last one where a name came twice. Those that hold credentials are left out."""

    @property
    def warnings(self) -> list[Any]:
        """What the product warns of, as it came. Security Center only."""

@disjoint_base
class Object:
    """An object of a product, as an answer gave it. It cannot be changed."""

    @property
    def extra(self) -> Mapping[str, Any]:
        """Fields that this release does not know, as they came."""

    def lacks(self, name: str) -> bool:
        """Whether the answer did not have the attribute of this name, or had null."""

    def to_dict(self) -> dict[str, Any]:
        """The object in the product's own names. Secrets are `Secret` objects."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Object: ...
    def __deepcopy__(self, memo: dict[int, Any], /) -> Object: ...

@final
class Items(Sequence[_T_co]):
    """A list of objects of a product. It cannot be changed; an element becomes a Python object when it is asked for."""

    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> _T_co: ...
    @overload
    def __getitem__(self, index: slice, /) -> Items[_T_co]: ...
    def __iter__(self) -> ItemsIterator[_T_co]: ...
    def __reversed__(self) -> ItemsIterator[_T_co]: ...
    def __contains__(self, value: object, /) -> bool: ...
    def index(self, value: Any, start: int = 0, stop: int = ...) -> int:
        """Where the value stands first, from `start` and before `stop`. `ValueError` when it does not."""

    def count(self, value: Any) -> int:
        """How often the value is there."""

    def __eq__(self, other: object, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]
    def to_dicts(self) -> list[dict[str, Any]]:
        """The elements as `to_dict` of each gives them."""

    def __class_getitem__(cls, item: Any, /) -> GenericAlias: ...
    def __copy__(self) -> Items[_T_co]: ...
    def __deepcopy__(self, memo: dict[int, Any], /) -> Items[_T_co]: ...

@final
class ItemsIterator(Generic[_T], Iterator[_T]):
    """Goes through a list."""

    def __iter__(self) -> ItemsIterator[_T]: ...
    def __next__(self) -> _T: ...
    def __length_hint__(self) -> int: ...
