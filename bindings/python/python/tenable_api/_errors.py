"""What calls raise: one class a kind of failure, all below `TenableError`.

An error says what failed, whether the server may have acted (`effect`, `outcome_unknown`), whether the same call may be made again
(`retryable`), and what the server said. It never holds a secret, a request or an answer.
"""

from __future__ import annotations

from . import _hints as hints
from ._hints import ClassVar

__all__ = [
    "AuthenticationError",
    "CallTimeoutError",
    "ConfigurationError",
    "ConflictError",
    "ConnectError",
    "ConnectionLostError",
    "IncompleteError",
    "InvalidInputError",
    "NotAppliedError",
    "NotFoundError",
    "OrganizationRequiredError",
    "OverloadedError",
    "PermissionDeniedError",
    "RateLimitedError",
    "RedirectedError",
    "RefusedError",
    "ResponseTooLargeError",
    "ServerError",
    "SessionExpiredError",
    "SessionLimitError",
    "TenableError",
    "TlsError",
    "UnavailableError",
    "UnreadableError",
    "UnsupportedError",
]


class TenableError(Exception):
    """The root of all errors of this package.

    ```python
    try:
        tie.users.create("Ann", "ann@example.com", password)
    except ConflictError:
        print("already there")
    except TenableError as error:
        if error.outcome_unknown:
            print("look before trying again:", error)
        else:
            raise
    ```

    It can be pickled, so that it reaches the parent of a worker process whole.
    """

    product: str
    """The product, such as `Tenable Identity Exposure`; empty where none is concerned."""
    operation: str
    """The operation, such as `users.create`; empty for a client that could not be built."""
    method: str | None
    """HTTP method of the operation."""
    path: str | None
    """Path of the operation with its parameters in braces, such as `/api/users/{id}`."""
    status: int | None
    """HTTP status of the answer, if there was one."""
    code: str | None
    """The server's own code for the error, such as `INVALID_PAYLOAD_FORMAT`."""
    message: str | None
    """What the server said, or what is wrong with the arguments. At most a few hundred characters."""
    request_id: str | None
    """The server's name for the request, if it gave one; tell it to the vendor's support."""
    attempts: int
    """How many times the request was sent."""
    elapsed: float
    """How long the call took in seconds, waits included."""
    retry_after: float | None
    """How many seconds the server asked to wait."""
    retryable: bool
    """Whether the same call, made again later, may work and can do no harm."""
    effect: hints.Effect
    """What the server did, as far as can be known."""

    kind: ClassVar[str] = "other"
    """The kind of failure in one word, the same for all errors of a class."""

    def __init__(
        self,
        text: str = "",
        *,
        product: str = "",
        operation: str = "",
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        code: str | None = None,
        message: str | None = None,
        request_id: str | None = None,
        attempts: int = 0,
        elapsed: float = 0.0,
        retry_after: float | None = None,
        retryable: bool = False,
        effect: hints.Effect = "not_sent",
    ) -> None:
        """An error of this text. People make one in tests of their own code; the package makes them otherwise."""
        super().__init__(text)
        self.product = product
        self.operation = operation
        self.method = method
        self.path = path
        self.status = status
        self.code = code
        self.message = message
        self.request_id = request_id
        self.attempts = attempts
        self.elapsed = elapsed
        self.retry_after = retry_after
        self.retryable = retryable
        self.effect = effect

    @property
    def outcome_unknown(self) -> bool:
        """Whether the server may or may not have acted: look before trying again."""
        return self.effect == "unknown"

    def __reduce__(self) -> tuple[hints.Any, ...]:
        return _again, (type(self), str(self), dict(self.__dict__))


def _again(kind: type[TenableError], text: str, attributes: dict[str, hints.Any]) -> TenableError:
    """An error that was pickled."""
    error = kind(text)
    error.__dict__.update(attributes)
    return error


class ConfigurationError(TenableError, ValueError):
    """The client could not be built: address, credentials or settings are missing or cannot be used. Nothing was sent."""

    kind = "configuration"


class InvalidInputError(TenableError, ValueError):
    """The arguments cannot make a correct request. Nothing was sent."""

    kind = "invalid_input"


class RefusedError(TenableError):
    """The server refused the request as invalid (400, 422)."""

    kind = "refused"


class AuthenticationError(TenableError):
    """The server refused the credentials (401)."""

    kind = "unauthenticated"


class SessionExpiredError(AuthenticationError):
    """The session is over, and could not be renewed."""

    kind = "session_expired"


class SessionLimitError(AuthenticationError):
    """The account has as many sessions as it may have, and signing in once more would end one of them."""

    kind = "session_limit"


class PermissionDeniedError(TenableError, PermissionError):
    """The credentials are good, the right is missing (403)."""

    kind = "permission_denied"


class OrganizationRequiredError(TenableError):
    """The call needs to be told which organization it concerns. Security Center, in an administrator's session."""

    kind = "organization_required"


class NotFoundError(TenableError, LookupError):
    """What was named does not exist (404), or the product does not have the operation."""

    kind = "not_found"


class ConflictError(TenableError):
    """It conflicts with what is there (409)."""

    kind = "conflict"


class RateLimitedError(TenableError):
    """Too many requests, to the end of the time limit (429)."""

    kind = "rate_limited"


class ServerError(TenableError):
    """The server failed (500 and other 5xx)."""

    kind = "server"


class UnavailableError(ServerError):
    """A gateway failed or the server is starting (502, 503, 504)."""

    kind = "unavailable"


class ConnectError(TenableError, ConnectionError):
    """No connection was made. Nothing was sent."""

    kind = "connect"


class TlsError(ConnectError):
    """The server's certificate was not accepted, or the handshake failed. Nothing was sent."""

    kind = "tls"


class ConnectionLostError(TenableError, ConnectionError):
    """The connection ended before there was a whole answer."""

    kind = "interrupted"


class CallTimeoutError(TenableError, TimeoutError):
    """The time was up before there was an answer."""

    kind = "timeout"


class OverloadedError(TenableError):
    """The client's own limit of calls in flight kept it waiting too long. Nothing was sent."""

    kind = "overloaded"


class RedirectedError(TenableError):
    """The server sent the client elsewhere. Redirects are not followed: the usual reason is a wrong address or a login page."""

    kind = "redirected"


class ResponseTooLargeError(TenableError):
    """The answer is larger than the client accepts."""

    kind = "response_too_large"


class UnreadableError(TenableError):
    """The answer was success, but not what the operation gives."""

    kind = "unreadable"


class NotAppliedError(TenableError):
    """The answer was success, but what is there afterwards is not what was asked for."""

    kind = "not_applied"


class IncompleteError(TenableError):
    """One of several steps failed after others were carried out; doing it all again would do the first steps twice."""

    kind = "incomplete"


class UnsupportedError(TenableError):
    """The product cannot do what was asked. Nothing was sent."""

    kind = "unsupported"
