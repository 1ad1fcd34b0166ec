"""Values of the package that are written in Python: what is not given, secrets, words of a product, and objects to send."""

from __future__ import annotations

from . import _hints as hints
from ._hints import ClassVar, Final, Iterable, Iterator, final

__all__ = ["UNSET", "Input", "OpenEnum", "Secret", "Unset", "known"]


@final
class Unset:
    """The type of `UNSET`, the argument that stands for "not given": such a field is not sent. `None` is sent as null instead.

    It is false, there is one of it, and it stays that one when it is pickled or copied.
    """

    __slots__ = ()

    def __new__(cls) -> Unset:
        """The one that there is."""
        try:
            return UNSET
        except NameError:
            return super().__new__(cls)

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        return "UNSET"


UNSET: Final[Unset] = Unset()
"""Stands for an argument that is not given."""


@final
class Secret:
    """A password, a key or a token. Its text does not show in `repr`, `str`, `format` or a traceback; `reveal()` gives it.

    ```python
    password = Secret("Violet-Harbor-42")
    print(password)  # **********
    password.reveal()  # 'Violet-Harbor-42'
    ```

    Two secrets of the same text are equal. A secret is not equal to its text, has no length and cannot be pickled.
    """

    __slots__ = ("_text",)

    _text: str

    def __init__(self, text: str | Secret) -> None:
        """Holds this text."""
        if isinstance(text, Secret):
            text = text._text
        if not isinstance(text, str):
            raise TypeError(f"a secret is a text, not {type(text).__name__}")
        object.__setattr__(self, "_text", text)

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __bool__(self) -> bool:
        return self._text != ""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        # All bytes are compared whatever they are, so that the time tells nothing. Imported here because it is seldom needed.
        from hmac import compare_digest

        encode = "surrogatepass"
        return compare_digest(self._text.encode("utf-8", encode), other._text.encode("utf-8", encode))

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __repr__(self) -> str:
        return "Secret('**********')"

    def __str__(self) -> str:
        return "**********"

    def __setattr__(self, name: str, value: object) -> hints.NoReturn:
        raise AttributeError("a secret cannot be changed")

    def __delattr__(self, name: str) -> hints.NoReturn:
        raise AttributeError("a secret cannot be changed")

    def __copy__(self) -> hints.Self:
        return self

    def __deepcopy__(self, memo: dict[int, hints.Any]) -> hints.Self:
        return self

    def __reduce__(self) -> hints.NoReturn:
        raise TypeError("a secret cannot be pickled; pickle what reveal() gives if it must leave the process")


def revealed(value: hints.Any) -> hints.Any:
    """The text of a `Secret`; anything else as it is."""
    return value.reveal() if isinstance(value, Secret) else value


class OpenEnum(str):
    """A text of which a product knows certain values; `Provider.LDAP` is one. Values that this release does not know are kept.

    It is a `str` and equal to its text: `user.provider == "ldap"`.
    """

    __slots__ = ()

    _known: ClassVar[dict[str, OpenEnum]] = {}

    def __init_subclass__(cls, **options: hints.Any) -> None:
        """Gives each kind of word its own known values."""
        super().__init_subclass__(**options)
        words = {name: str.__new__(cls, word.text) for name, word in vars(cls).items() if isinstance(word, _Known)}
        cls._known = {str(word): word for word in words.values()}
        for name, word in words.items():
            setattr(cls, name, word)

    def __new__(cls, text: str) -> hints.Self:
        """The word of this text, which need not be known."""
        word = cls._known.get(text)
        return super().__new__(cls, text) if word is None else word  # type: ignore[return-value]

    @property
    def is_known(self) -> bool:
        """Whether this release knows the value."""
        return self in self._known

    @classmethod
    def known_values(cls) -> tuple[hints.Self, ...]:
        """The values that this release knows, in the order of the documentation."""
        return tuple(cls._known.values())  # type: ignore[arg-type]


@final
class _Known:
    """What a known value is while the body of its class runs. `OpenEnum` puts the word itself in the place of it."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def known(text: str) -> hints.Any:
    """A known value in the body of an `OpenEnum`."""
    return _Known(text)


class Input:
    """An object to send, made of keyword arguments. What is `UNSET` is not sent.

    Wherever one is wanted, a mapping in the product's own names is taken as well.
    """

    __slots__ = ()

    _wire: ClassVar[dict[str, str]] = {}
    """Names of the attributes, and what the product calls them."""

    _secrets: ClassVar[tuple[str, ...]] = ()
    """Names of the attributes that hold secrets."""

    def __setattr__(self, name: str, value: object) -> None:
        """Sets an attribute. The text of a secret becomes a `Secret`, so that it does not show; what can be gone through only once, a tuple."""
        if name in self._secrets and isinstance(value, str):
            value = Secret(value)
        elif isinstance(value, Iterator):
            value = tuple(value)
        super().__setattr__(name, value)

    def to_dict(self) -> dict[str, hints.Any]:
        """What is sent, in the product's own names. Secrets are `Secret` objects."""
        fields = ((wire, getattr(self, name)) for name, wire in self._wire.items())
        return {wire: _plain(value) for wire, value in fields if value is not UNSET}

    def __eq__(self, other: object) -> bool:
        return self.to_dict() == other.to_dict() if isinstance(other, type(self)) else NotImplemented

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        values = ((name, getattr(self, name)) for name in self._wire)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in values if value is not UNSET)})"


def _plain(value: hints.Any) -> hints.Any:
    """A value of an input as `to_dict` gives it."""
    if isinstance(value, Input):
        return value.to_dict()
    return [_plain(element) for element in value] if isinstance(value, (list, tuple)) else value


def secret_or_unset(value: str | Secret | Unset) -> Secret | Unset:
    """A secret argument of an input, which is never held as bare text."""
    return value if isinstance(value, Unset) else Secret(value)


def comma_separated(value: str | Iterable[str] | Unset) -> str | Unset:
    """Texts as one, which is how a product takes them."""
    return value if isinstance(value, (str, Unset)) else ",".join(value)
