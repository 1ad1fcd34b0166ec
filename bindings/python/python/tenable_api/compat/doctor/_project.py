"""What is known of all scripts together, while they are followed."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from ._bindings import Bindings
from ._files import Script
from ._values import MOST, NOTHING, Class, Client, ClientClass, Function, Value, bounded, joined, leads, matters

Key = TypeVar("Key")
AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass
class Scope:
    """A module, class or function whose body is being followed.

    Attributes:
        key: Which one.
        names: What its names stand for at this point.
        parent: The scope around it.
        is_class: Whether it is the body of a class.
        owner: The class whose method it is.
        elsewhere: Names that belong to another scope, by `global` and `nonlocal`.
    """

    script: Script
    key: int
    names: Bindings = field(default_factory=Bindings)
    parent: Scope | None = None
    is_class: bool = False
    owner: int | None = None
    elsewhere: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """A function as it is written."""

    node: AnyFunction
    scope: Scope
    owner: int | None
    #: `staticmethod`, `classmethod`, `property`, or nothing.
    kind: str = ""

    @property
    def takes_self(self) -> bool:
        """Whether its first parameter is given by whom it is reached through."""
        return self.owner is not None and self.kind != "staticmethod"


@dataclass
class UserClass:
    """A class of the scripts."""

    name: str
    bases: Value = NOTHING
    #: Annotated fields, in the order of a generated `__init__`.
    fields: list[str] = field(default_factory=list)
    attributes: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Use:
    """Something of pyTenable that a script uses.

    Attributes:
        kind: `import`, `client`, `call`, `exception`, `attribute`, `set`, `other` or `unknown`.
        product: Client class, if it is one's.
        path: What of it, such as `users.list`; for an import the module.
        names: Imported names, or arguments by name.
        places: How many arguments are given by position; -1 if it is no call.
        spread: Whether arguments are given with `*` or `**`.
        shown: How it reads, without the arguments.
        note: What else there is to say.
    """

    kind: str
    product: str
    path: str
    shown: str
    names: tuple[str, ...] = ()
    places: int = -1
    spread: bool = False
    note: str = ""


class Project:
    """The scripts, and what following them has told so far. Everything here only grows."""

    def __init__(self, scripts: Iterable[Script]) -> None:
        self.scripts = list(scripts)
        self.mentions = any(script.mentions for script in self.scripts)
        self.changed = False
        self.functions: dict[int, Written] = {}
        self.classes: dict[int, UserClass] = {}
        #: The classes that are derived from a class.
        self.children: dict[int, set[int]] = {}
        self.returns: dict[int, Value] = {}
        self.yields: dict[int, Value] = {}
        self.parameters: dict[tuple[int, str], Value] = {}
        self.scopes: dict[int, dict[str, Value]] = {}
        #: Attributes of things of which nothing is known, by their name.
        self.loose: dict[str, Value] = {}
        #: Functions that make what tests ask for by the name of a parameter.
        self.fixtures: dict[str, Value] = {}
        self.waiting: list[int] = []
        self.uses: dict[tuple[int, Use], tuple[Script, ast.AST]] = {}
        #: Scripts that could not be followed, for they are nested too deeply.
        self.too_deep: set[str] = set()
        self._by_path = {_key(script.path): script for script in self.scripts}
        self._by_last: dict[str, list[str]] = {}
        for path in self._by_path:
            self._by_last.setdefault(os.path.basename(path), []).append(path)
        self._by_key = {id(script.tree): script for script in self.scripts}

    def begin_pass(self) -> None:
        """Follows once more, with what is known by now."""
        self.changed = False
        self.uses.clear()
        self.waiting.clear()

    def add(self, table: dict[Key, Value], key: Key, value: Value) -> None:
        """Adds to what is known."""
        known = table.get(key)
        value = bounded(value)
        if known is None:
            table[key] = value
            self.changed = True
        elif not value <= known:
            if len(known) >= MOST:
                value = frozenset(atom for atom in value - known if leads(atom))
            if value:
                table[key] = known | value
                self.changed = True

    def record(self, script: Script, node: ast.AST, use: Use) -> None:
        """Notes a use."""
        self.uses.setdefault((id(node), use), (script, node))

    def script_for(self, module: str, level: int, seen_from: Script) -> Script | None:
        """The script that an import names, if it was read. It is looked for as Python would: beside the script, and in folders above."""
        folder = os.path.dirname(_key(seen_from.path))
        parts = module.split(".") if module else []
        if level:
            for _ in range(level - 1):
                folder = os.path.dirname(folder)
            return self._at(folder, parts)
        for _ in range(8):
            if parts and (found := self._at(folder, parts)) is not None and found is not seen_from:
                return found
            above = os.path.dirname(folder)
            if above == folder:
                break
            folder = above
        return None

    def submodule(self, key: int, name: str) -> int | None:
        """A module of a package among the scripts."""
        script = self._by_key.get(key)
        if script is None or os.path.basename(_key(script.path)) != "__init__":
            return None
        found = self._at(os.path.dirname(os.path.realpath(script.path)), [name])
        return id(found.tree) if found is not None else None

    def module_named(self, name: str) -> int | None:
        """The one script whose path ends so, for packages without `__init__.py`."""
        ending = os.sep + name.replace(".", os.sep)
        found = [path for path in self._by_last.get(os.path.basename(ending), []) if path.endswith(ending)]
        return id(self._by_path[found[0]].tree) if len(found) == 1 else None

    def _at(self, folder: str, parts: list[str]) -> Script | None:
        path = os.path.join(folder, *parts)
        return self._by_path.get(path) or self._by_path.get(os.path.join(path, "__init__"))

    def attribute(self, key: int, name: str, seen: frozenset[int] = frozenset()) -> tuple[Value, list[str]]:
        """An attribute of a class, and the client classes among its bases when no class of the scripts has it."""
        found = self._upwards(key, name, seen)
        if found[0] or found[1]:
            return found
        # A base class may use what only its subclasses have.
        below = self.children.get(key, set()) - seen
        return joined([self.classes[child].attributes.get(name, NOTHING) for child in below]), []

    def _upwards(self, key: int, name: str, seen: frozenset[int]) -> tuple[Value, list[str]]:
        user_class = self.classes.get(key)
        if user_class is None or key in seen:
            return NOTHING, []
        own = user_class.attributes.get(name)
        if own:
            return own, []
        clients: list[str] = []
        value = NOTHING
        for base in user_class.bases:
            if isinstance(base, Class):
                more, others = self._upwards(base.key, name, seen | {key})
                value |= more
                clients += others
            elif isinstance(base, ClientClass):
                clients.append(base.product)
        return value, clients

    def products_of(self, key: int, seen: frozenset[int] = frozenset()) -> list[str]:
        """The client classes that a class is derived from."""
        found: list[str] = []
        for base in self.classes[key].bases if key in self.classes and key not in seen else NOTHING:
            if isinstance(base, Class):
                found += self.products_of(base.key, seen | {key})
            elif isinstance(base, ClientClass):
                found.append(base.product)
        return found

    def fixture(self, name: str) -> Value:
        """What the fixture of this name makes."""
        made = NOTHING
        for atom in self.fixtures.get(name, NOTHING):
            if isinstance(atom, Function):
                made |= self.returns.get(atom.key, NOTHING) | self.yields.get(atom.key, NOTHING)
        return made if matters(made) else NOTHING


@cache
def _key(path: str) -> str:
    return os.path.splitext(os.path.realpath(path))[0]


def client_of(product: str) -> Value:
    """A client of this class."""
    return frozenset({Client(product)})
