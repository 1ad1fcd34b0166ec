"""Which requests are meant: a condition that no request can meet is a slip of whoever wrote it."""

from __future__ import annotations

from typing import Literal, get_args

Product = Literal["identity_exposure", "security_center", "vulnerability_management"]
"""A product, as journal and faults name it."""

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def check_conditions(
    product: str | None = None, method: str | None = None, path: str | None = None, status: int | None = None
) -> None:
    """Raises `ValueError` for a condition that no request and no answer can meet."""
    if product is not None and product not in get_args(Product):
        raise ValueError(f"there is no product {product!r}; products are: {', '.join(get_args(Product))}")
    if method is not None and method.upper() not in _METHODS:
        raise ValueError(f"there is no method {method!r}; methods are: {', '.join(_METHODS)}")
    if path is not None:
        _check_path(path)
    if status is not None and not (100 <= status <= 599):
        raise ValueError(f"there is no status {status!r}; statuses are from 100 to 599")


def _check_path(path: str) -> None:
    if not path.startswith(("/", "*")):
        raise ValueError(f"no request has the path {path!r}: a path begins with a slash, as in '/api/users', or with '*'")
    for sign in "?#":
        if sign in path:
            raise ValueError(f"no request has the path {path!r}: a path has no {sign!r}; what follows one is not compared")
    if "***" in path:
        raise ValueError(f"the path {path!r} is unclear: '*' stands for anything but a slash, '**' for anything")
