"""What a name in a script can stand for, as far as it matters here.

A value is a set of these: what a name stands for may depend on the road that the program took. The empty set says that nothing
is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Union


@dataclass(frozen=True)
class Module:
    """A module of pyTenable, such as `tenable.sc`."""

    name: str


@dataclass(frozen=True)
class ClientClass:
    """A client class of pyTenable, such as `TenableSC`."""

    product: str


@dataclass(frozen=True)
class Constructor:
    """`super().__init__` of a class derived from a client class."""

    product: str


@dataclass(frozen=True)
class Client:
    """A client."""

    product: str


@dataclass(frozen=True)
class Part:
    """What is reached through a client, such as `users` or `users.list`."""

    product: str
    path: str


@dataclass(frozen=True)
class ErrorClass:
    """An exception class of pyTenable."""

    name: str


@dataclass(frozen=True)
class Raised:
    """An exception of pyTenable."""

    name: str


@dataclass(frozen=True)
class Answered:
    """What an exception tells of the answer: `response`, and `response.request`."""

    path: str


@dataclass(frozen=True)
class Piece:
    """Something else of pyTenable, such as `tenable.sc.base.SCEndpoint`."""

    name: str


@dataclass(frozen=True)
class Library:
    """Something that is nothing of pyTenable: of Python itself, or a plain value. `name` is its full name where it has one."""

    name: str = ""


@dataclass(frozen=True)
class Outside:
    """Something out of a module that was not read."""

    name: str


@dataclass(frozen=True)
class Own:
    """A module among the scripts that were read."""

    key: int


@dataclass(frozen=True)
class Function:
    """A function of the scripts; of a class, if it was reached through one or through an instance."""

    key: int
    owner: int | None = None


@dataclass(frozen=True)
class Class:
    """A class of the scripts."""

    key: int


@dataclass(frozen=True)
class Instance:
    """An instance of a class of the scripts."""

    key: int


@dataclass(frozen=True)
class Super:
    """`super()` within a class of the scripts."""

    key: int


@dataclass(frozen=True)
class Sequence:
    """A tuple or list whose places are known."""

    places: tuple[Value, ...]


@dataclass(frozen=True)
class Items:
    """Anything that holds values: a list, a dict, a generator, what a `with` enters."""

    inside: Value


@dataclass(frozen=True)
class Within:
    """A method of what holds values, such as `values` of a dict."""

    name: str
    inside: Value


@dataclass(frozen=True)
class Prepared:
    """A call with its first arguments given, as by `functools.partial`."""

    function: Value
    arguments: Arguments


@dataclass(frozen=True)
class Arguments:
    """The arguments of a call.

    Attributes:
        places: By position.
        names: By name.
        rest: What `*` and `**` spread, together.
        spread: Whether there is such a thing.
    """

    places: tuple[Value, ...] = ()
    names: tuple[tuple[str, Value], ...] = ()
    rest: Value = frozenset()
    spread: bool = False

    def named(self, name: str) -> Value | None:
        """One argument by name."""
        return next((value for given, value in self.names if given == name), None)

    def all(self) -> list[Value]:
        """The values of all of them."""
        return [*self.places, *(value for _, value in self.names), self.rest]

    def without_first(self, count: int = 1) -> Arguments:
        """All but the first by position."""
        return Arguments(self.places[count:], self.names, self.rest, self.spread)


Atom = Union[
    Module, ClientClass, Constructor, Client, Part, ErrorClass, Raised, Answered, Piece, Library, Outside, Own, Function, Class, Instance, Super,
    Sequence, Items, Within, Prepared,
]  # fmt: skip
Value = frozenset[Atom]

NOTHING: Value = frozenset()
ELSE: Value = frozenset({Library()})

#: How deep collections within collections are told apart.
_DEEPEST = 4

#: How many things a name is told to stand for, besides what leads straight to a client.
MOST = 40


def one(atom: Atom) -> Value:
    """The value that is nothing but this."""
    return frozenset({atom})


def holding(inside: Value) -> Value:
    """A collection of such values."""
    if not matters(inside):
        return ELSE if inside else NOTHING
    inside = bounded(inside)
    return one(Items(inside if _depth(inside) < _DEEPEST else _flat(inside)))


def sequence(places: list[Value]) -> Value:
    """A tuple or list of these."""
    if len(places) > 16 or any(_depth(place) >= _DEEPEST for place in places):
        return holding(joined(places))
    if not any(matters(place) for place in places):
        return ELSE
    return one(Sequence(tuple(places)))


def joined(values: list[Value] | tuple[Value, ...]) -> Value:
    """Any of these."""
    return frozenset().union(*values)


def inside(value: Value) -> Value:
    """What iterating over it, taking an element, or entering it gives."""
    found: set[Atom] = set()
    for atom in value:
        if isinstance(atom, Items):
            found |= atom.inside
        elif isinstance(atom, Sequence):
            found |= joined(atom.places)
        elif isinstance(atom, Library):
            found.add(Library())
        elif isinstance(atom, Outside):
            found.add(atom)
    return frozenset(found)


def matters(value: Value) -> bool:
    """Whether there is anything to follow in it."""
    return any(not isinstance(atom, Library | Outside) for atom in value)


def clients_in(value: Value, depth: int = 2) -> list[Client | Part]:
    """The clients and parts of clients in it, and in what it holds."""
    found: list[Client | Part] = []
    for atom in value:
        if isinstance(atom, Client | Part):
            found.append(atom)
        elif isinstance(atom, Items | Sequence) and depth:
            found += clients_in(inside(one(atom)), depth - 1)
    return found


def bounded(value: Value) -> Value:
    """The value, or of one that stands for very many things those that lead straight to a client."""
    if len(value) <= MOST:
        return value
    return frozenset(atom for atom in value if leads(atom))


def leads(atom: Atom) -> bool:
    """Whether it leads straight to a client."""
    return isinstance(atom, Client | ClientClass | Part | Constructor | Module | ErrorClass | Raised) or bool(
        clients_in(one(atom))
    )


@lru_cache(maxsize=65_536)
def _depth(value: Value) -> int:
    deepest = 0
    for atom in value:
        if isinstance(atom, Items | Within):
            deepest = max(deepest, 1 + _depth(atom.inside))
        elif isinstance(atom, Sequence):
            deepest = max(deepest, 1 + max((_depth(place) for place in atom.places), default=0))
        elif isinstance(atom, Prepared):
            deepest = max(deepest, 1 + _depth(atom.function), *(1 + _depth(given) for given in atom.arguments.all()))
    return deepest


def _flat(value: Value) -> Value:
    found: set[Atom] = set()
    for atom in value:
        if isinstance(atom, Items | Within | Sequence | Prepared):
            found |= _flat(inside(one(atom)))
        else:
            found.add(atom)
    return frozenset(found)
