"""What compat methods give back: dicts and lists whose items are attributes as well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from keyword import iskeyword
from typing import Any, ClassVar

from .._typing import Self
from . import _box_formats as formats
from ._box_formats import BoxError, FileName

__all__ = ["Box", "BoxError", "BoxKeyError", "BoxList", "arrangement", "boxed", "camel_case", "snake_case"]

#: Arguments of boxes that are no items.
SETTINGS = frozenset({"default_box", "frozen_box", "camel_killer_box"})
# A capital that starts a word: `lockedOut`, `lastLDAPDate`.
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class BoxKeyError(BoxError, KeyError, AttributeError):
    """A box has no such item. It is a `KeyError` and an `AttributeError`, so that both ways of asking fail as one expects."""

    def __str__(self) -> str:
        # KeyError quotes its text.
        return str(self.args[0]) if self.args else ""


class _Formats:
    """What both kinds of boxes are written as and read from."""

    __slots__ = ()

    #: What a box of this kind is in JSON and YAML.
    _plain_kind: ClassVar[type]

    def _content(self) -> Any:
        """Plain dicts and lists."""
        raise NotImplementedError

    def to_json(self, filename: FileName = None, encoding: str = "utf-8", errors: str = "strict", **options: Any) -> str | None:
        """What it holds as JSON: as text, or into a file. The options are those of `json.dumps`."""
        return formats.to_json(self._content(), filename, encoding, errors, options)

    @classmethod
    def from_json(
        cls,
        json_string: str | None = None,
        filename: FileName = None,
        encoding: str = "utf-8",
        errors: str = "strict",
        **options: Any,
    ) -> Self:
        """The box of a JSON object, or the list of an array, from a text or a file. The options are those of `Box` and of
        `json.loads`."""
        return cls._read(formats.from_json, "from_json", json_string, filename, encoding, errors, options)

    def to_yaml(
        self,
        filename: FileName = None,
        default_flow_style: bool = False,
        encoding: str = "utf-8",
        errors: str = "strict",
        width: int = 120,
        **options: Any,
    ) -> str | None:
        """What it holds as YAML: as text, or into a file. `BoxError` where no library for YAML is installed."""
        style: dict[str, Any] = {"default_flow_style": default_flow_style, "width": width, **options}
        return formats.to_yaml(self._content(), filename, encoding, errors, **style)

    @classmethod
    def from_yaml(
        cls,
        yaml_string: str | None = None,
        filename: FileName = None,
        encoding: str = "utf-8",
        errors: str = "strict",
        **options: Any,
    ) -> Self:
        """The box of a YAML mapping, or the list of a sequence, from a text or a file. `BoxError` where no library for YAML is
        installed."""
        return cls._read(formats.from_yaml, "from_yaml", yaml_string, filename, encoding, errors, options)

    @classmethod
    def _read(
        cls,
        read: formats.Reader,
        method: str,
        text: str | None,
        filename: FileName,
        encoding: str,
        errors: str,
        options: Mapping[str, Any],
    ) -> Self:
        settings, more = formats.split(options, SETTINGS)
        found: Any = formats.of_kind(read(text, filename, encoding, errors, more), cls._plain_kind, method)
        make: Any = cls
        box: Self = make(found, **settings)
        return box


class Box(_Formats, dict[str, Any]):
    """A dict whose items are attributes as well: `user["name"]` and `user.name` are the same.

    Dicts and lists inside become `Box` and `BoxList`. A key that is the name of a dict's method, such as `items`, is reached with
    brackets only.

    Args:
        data: A mapping, or pairs.
        default_box: Whether an item that is missing reads as an empty box instead of raising. Takes part in nothing else.
        frozen_box: Whether changes are refused.
        camel_killer_box: Whether keys such as `lockedOut` become `locked_out`.
        **items: More items.

    Example:
        ```python
        user = Box({"name": "Ann", "role": {"id": 2}})
        user.role.id  # 2
        ```
    """

    __slots__ = ("_settings",)
    _plain_kind = dict

    def __init__(
        self,
        data: Mapping[str, Any] | Iterable[tuple[str, Any]] = (),
        *,
        default_box: bool = False,
        frozen_box: bool = False,
        camel_killer_box: bool = False,
        **items: Any,
    ) -> None:
        super().__init__()
        settings = {
            name: True
            for name, on in (("default_box", default_box), ("frozen_box", frozen_box), ("camel_killer_box", camel_killer_box))
            if on
        }
        object.__setattr__(self, "_settings", {})
        self.update(data, **items)
        object.__setattr__(self, "_settings", settings)
        if settings:
            # Once more, now that it is known how keys and what is inside are treated.
            found = list(self.items())
            super().clear()
            name = snake_case if camel_killer_box else str
            for key, value in found:
                super().__setitem__(name(key), _boxed(value, settings))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            # What copy, pickle and others look for.
            raise AttributeError(name)
        return self[name]

    def __missing__(self, key: str) -> Any:
        if self._settings.get("default_box"):
            return Box({}, **self._settings)
        raise BoxKeyError(f"no item named {key!r}; there are {', '.join(map(repr, self)) or 'none'}")

    def __setitem__(self, key: str, value: Any) -> None:
        self._thaw()
        super().__setitem__(key, _boxed(value, self._settings))

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delitem__(self, key: str) -> None:
        self._thaw()
        if key not in self:
            raise BoxKeyError(f"no item named {key!r}")
        super().__delitem__(key)

    def __delattr__(self, name: str) -> None:
        del self[name]

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(key for key in self if str(key).isidentifier() and not iskeyword(key))})

    def __or__(self, other: Any) -> Any:
        if not isinstance(other, Mapping):
            return NotImplemented
        merged = self.copy()
        merged.update(other)
        return merged

    def __ior__(self, other: Any) -> Any:
        self.update(other)
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restored, (self.to_dict(), self._settings))

    def __copy__(self) -> Box:
        return self.copy()

    def __deepcopy__(self, _: Any) -> Box:
        return Box(self.to_dict(), **self._settings)

    def copy(self) -> Box:
        """A box of its own with the same items."""
        return Box(self, **self._settings)

    # `dict.update` and `dict.setdefault` do not call `__setitem__`.
    def update(self, data: Any = (), /, **items: Any) -> None:
        """Sets several items."""
        for key, value in dict(data, **items).items():
            self[key] = value

    def merge_update(self, data: Any = (), /, **items: Any) -> None:
        """Sets several items, and of boxes inside only what is named in them."""
        for key, value in dict(data, **items).items():
            inside = super().get(key)
            if isinstance(inside, Box) and isinstance(value, Mapping):
                inside.merge_update(value)
            else:
                self[key] = value

    def setdefault(self, key: str, default: Any = None, /) -> Any:
        """The item, set to `default` first if it is missing."""
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, *arguments: Any) -> Any:
        """Takes an item out."""
        self._thaw()
        return super().pop(*arguments)

    def popitem(self) -> tuple[str, Any]:
        """Takes the last item out."""
        self._thaw()
        return super().popitem()

    def clear(self) -> None:
        """Takes all items out."""
        self._thaw()
        super().clear()

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts and lists with the same items."""
        return {key: _plain(value) for key, value in self.items()}

    def _content(self) -> dict[str, Any]:
        return self.to_dict()

    def _thaw(self) -> None:
        if self._settings.get("frozen_box"):
            raise BoxError("the box is frozen")


class BoxList(_Formats, list[Any]):
    """A list whose dicts are boxes.

    Example:
        ```python
        BoxList([{"name": "Ann"}])[0].name  # 'Ann'
        ```
    """

    __slots__ = ("_settings",)
    _plain_kind = list

    def __init__(self, data: Iterable[Any] = (), **settings: bool) -> None:
        self._settings = settings
        super().__init__(_boxed(value, settings) for value in data)

    def __setitem__(self, index: Any, value: Any) -> None:
        inside = [_boxed(one, self._settings) for one in value] if isinstance(index, slice) else _boxed(value, self._settings)
        super().__setitem__(index, inside)

    def __reduce__(self) -> tuple[Any, ...]:
        return (BoxList, (self.to_list(),))

    def append(self, value: Any, /) -> None:
        """Adds one at the end."""
        super().append(_boxed(value, self._settings))

    def extend(self, values: Iterable[Any], /) -> None:
        """Adds several at the end."""
        super().extend(_boxed(value, self._settings) for value in values)

    def insert(self, index: Any, value: Any, /) -> None:
        """Adds one before the index."""
        super().insert(index, _boxed(value, self._settings))

    def copy(self) -> BoxList:
        """A list of its own with the same elements."""
        return BoxList(self, **self._settings)

    def to_list(self) -> list[Any]:
        """Plain dicts and lists with the same elements."""
        return [_plain(value) for value in self]

    def _content(self) -> list[Any]:
        return self.to_list()

    def to_csv(self, filename: FileName = None, encoding: str = "utf-8", errors: str = "strict") -> str | None:
        """The elements as CSV: as text, or into a file. All have to have the same names in the same order."""
        return formats.to_csv(self, filename, encoding, errors)

    @classmethod
    def from_csv(
        cls,
        csv_string: str | None = None,
        filename: FileName = None,
        encoding: str = "utf-8",
        errors: str = "strict",
    ) -> BoxList:
        """The rows of CSV by the names in its first row, from a text or a file."""
        return cls(formats.from_csv(csv_string, filename, encoding, errors))


#: The names of an object, as they came, with what each becomes, in the order that pyTenable gives them in.
Arrangement = Callable[[tuple[str, ...]], tuple[tuple[str, str], ...]]


def boxed(value: Any, arrange: Arrangement | None = None) -> Any:
    """The value with a `Box` in place of each mapping and a `BoxList` in place of each list."""
    if isinstance(value, Mapping):
        found = Box()
        names = tuple(value)
        for name, shown in zip(names, names, strict=True) if arrange is None else arrange(names):
            # Past the checks of a box that somebody else changes.
            dict.__setitem__(found, shown, boxed(value[name], arrange))
        return found
    if isinstance(value, list | tuple):
        result = BoxList()
        list.extend(result, (boxed(inside, arrange) for inside in value))
        return result
    return value


def arrangement(shapes: str, key: Callable[[str], str] = str) -> Arrangement:
    """How objects are arranged.

    Args:
        shapes: The names of each kind of object, one kind a line, as they are shown. An object is arranged as the smallest kind
            that has all its names, or else as the one that has most of them; names that are unknown come last.
        key: What a name becomes.
    """
    kinds = [line.split() for line in shapes.strip().splitlines()]

    @lru_cache(maxsize=1024)
    def arrange(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        shown = {key(name): name for name in names}
        kind = min(kinds, key=lambda kind: (len(shown.keys() - kind), len(kind)))
        place = {name: number for number, name in enumerate(kind)}
        return tuple((shown[name], name) for name in sorted(shown, key=lambda name: place.get(name, len(place))))

    return arrange


@lru_cache(maxsize=4096)
def snake_case(name: str) -> str:
    """`lockedOut` as `locked_out`."""
    return _WORD.sub("_", name).lower()


@lru_cache(maxsize=4096)
def camel_case(name: str) -> str:
    """`locked_out` as `lockedOut`; a name without underscores stays as it is."""
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def _boxed(value: Any, settings: Mapping[str, bool]) -> Any:
    if isinstance(value, Box | BoxList) and not settings:
        return value
    if isinstance(value, dict):
        return Box(value, **settings)
    if isinstance(value, list | tuple):
        return BoxList(value, **settings)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Box):
        return value.to_dict()
    if isinstance(value, BoxList):
        return value.to_list()
    return value


def _restored(data: dict[str, Any], settings: dict[str, bool]) -> Box:
    return Box(data, **settings)
