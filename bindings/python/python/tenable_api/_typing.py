"""What annotations need so that `typing.get_type_hints` can read them in every version of Python. `_hints` loads it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar

from ._native import Client as NativeClient
from ._native import ResponseInfo
from ._raw import RawResponse
from ._values import Unset

if TYPE_CHECKING:
    from typing_extensions import Self as Self
    from typing_extensions import Unpack as Unpack
elif sys.version_info >= (3, 11):
    from typing import Self, Unpack
else:
    Self = TypeVar("Self")

    class Unpack:
        """Stands for its argument."""

        def __class_getitem__(cls, item: object) -> object:
            return item


__all__ = [
    "Any",
    "Effect",
    "Idempotency",
    "Limit",
    "Literal",
    "NativeClient",
    "NoReturn",
    "Path",
    "Query",
    "RawResponse",
    "ResponseInfo",
    "Self",
    "TracebackType",
    "Unpack",
]

Limit = float | timedelta | None | Unset
Path = str | PathLike[str] | None
Query = Mapping[str, Any] | Sequence[tuple[str, Any]] | None

Idempotency = Literal["read", "idempotent", "once", "never"]
"""When a raw request may be sent again: whenever it failed (`read`, `idempotent`), only if it provably was not carried out (`once`), or only
if it provably was not sent (`never`)."""

Effect = Literal["not_sent", "not_applied", "unknown", "applied"]
"""What the server did: nothing was sent, it answered that it did not, it may have, or it did and only the answer was of no use."""
