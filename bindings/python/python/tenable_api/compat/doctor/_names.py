"""What names and attributes stand for, and where values are kept."""

from __future__ import annotations

import ast
import builtins
from abc import ABC, abstractmethod

from . import _pytenable
from ._files import Script
from ._project import Project, Scope, Use, client_of
from ._values import (
    ELSE,
    NOTHING,
    Answered,
    Class,
    Client,
    ClientClass,
    Constructor,
    ErrorClass,
    Function,
    Instance,
    Items,
    Library,
    Module,
    Outside,
    Own,
    Part,
    Piece,
    Raised,
    Sequence,
    Super,
    Value,
    Within,
    holding,
    inside,
    joined,
    matters,
    one,
)

_BUILTINS = frozenset(dir(builtins))

#: Types whose values are nothing to follow.
_PLAIN = {f"builtins.{name}" for name in ("str", "int", "bool", "float", "bytes")}

#: What pyTenable's clients keep for themselves, and scripts change.
_PRIVATE = {"_session", "_url", "_timeout", "_ssl_verify", "_retries", "_backoff", "_cert"}

#: Modules of pyTenable that hold exceptions.
_ERRORS = {"tenable.errors", "restfly.errors"}

#: The modules that are taken for pyTenable's: its own, and those that stand in for them.
_COMPAT = "tenable_api.compat"


class Names(ABC):
    """Names, attributes and assignments."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @abstractmethod
    def value(self, node: ast.expr, scope: Scope, use: str = "value") -> Value:
        """What an expression stands for. `use` is `callee`, `inner` when an attribute is taken from it, or `value`."""

    @abstractmethod
    def import_module(self, name: str, level: int, script: Script) -> Value:
        """What an import of a module gives."""

    def note(self, node: ast.AST, use: Use, scope: Scope) -> None:
        """Notes that the script uses something."""
        self.project.record(scope.script, node, use)

    # pyTenable's modules

    def is_pytenable(self, module: str) -> bool:
        """Whether a module is pyTenable's, or one that stands in for it."""
        name = self.as_pytenable(module)
        return name.partition(".")[0] == "tenable" or name in _ERRORS

    def as_pytenable(self, module: str) -> str:
        """The name that a module has in pyTenable."""
        if module == _COMPAT or module.startswith(f"{_COMPAT}."):
            return "tenable" + module[len(_COMPAT) :]
        return module

    def root_of(self, module: str) -> str:
        """The package that `import a.b` binds."""
        return module.partition(".")[0]

    def of_pytenable(self, path: str) -> Value:
        """What a dotted path of pyTenable is."""
        if path in {"tenable_api", "restfly"}:
            return one(Module(path))
        if path in _pytenable.CLIENTS:
            return one(ClientClass(_pytenable.CLIENTS[path]))
        parent, _, name = path.rpartition(".")
        if parent in _ERRORS:
            return one(ErrorClass(name))
        if parent == "tenable" and name in set(_pytenable.CLIENTS.values()):
            # `from tenable_api.compat import TenableSC`; pyTenable has no such name there.
            return one(ClientClass(name))
        if path == "tenable_api.compat":
            return one(Module("tenable"))
        if path in _ERRORS or name[:1].islower():
            return one(Module(path))
        return one(Piece(path))

    def member(self, source: Value, name: str) -> Value:
        """What `from source import name` gives."""
        found: set[Value] = set()
        for atom in source:
            if isinstance(atom, Module):
                found.add(self.of_pytenable(f"{atom.name}.{name}"))
            elif isinstance(atom, Own):
                below = self.project.submodule(atom.key, name)
                found.add(
                    self.project.scopes.get(atom.key, {}).get(name, NOTHING)
                    or (one(Own(below)) if below is not None else NOTHING)
                )
            elif isinstance(atom, Library):
                # Of what is reached through a value, the last name is enough.
                near = atom.name and not atom.name.startswith(".") and atom.name.count(".") < 3
                found.add(one(Library(f"{atom.name if near else ''}.{name}")))
            elif isinstance(atom, Outside):
                full = f"{atom.name}.{name}"
                own = self.project.module_named(full)
                if full == _COMPAT:
                    found.add(one(Module("tenable")))
                else:
                    found.add(one(Outside(full)) if own is None else one(Own(own)))
        return joined(list(found))

    # Names

    def bind(self, name: str, value: Value, scope: Scope) -> None:
        """Lets a name stand for something."""
        key = scope.elsewhere.get(name)
        if key is None:
            scope.names[name] = value
            key = scope.key
        if not scope.is_class or key != scope.key:
            self.project.add(self.project.scopes.setdefault(key, {}), name, value)

    def lookup(self, name: str, scope: Scope) -> Value:
        """What a name stands for."""
        scopes = self.project.scopes
        now = scope.names.get(name)
        if now is not None:
            return now
        here = scopes.get(scope.key, {}).get(name)
        if here:
            return here
        around = scope.parent
        while around is not None:
            if not around.is_class:
                # The body of a function runs later: whatever the name ever stands for.
                found = scopes.get(around.key, {}).get(name)
                if found is None:
                    found = around.names.get(name)
                if found is not None:
                    return found
            around = around.parent
        return one(Library(f"builtins.{name}")) if name in _BUILTINS else NOTHING

    # Attributes

    def attribute(self, node: ast.Attribute, base: Value, scope: Scope) -> Value:
        """What an attribute stands for."""
        found = NOTHING
        for atom in base:
            found |= self._attribute(node, atom, scope)
        kept = self.project.loose.get(node.attr, NOTHING)
        if kept and not matters(found) and not matters(base):
            found |= kept
        return found

    def _attribute(self, node: ast.Attribute, atom: object, scope: Scope) -> Value:
        name = node.attr
        if isinstance(atom, Module | Own | Library | Outside):
            return self.member(one(atom), name)
        if isinstance(atom, Client):
            return one(Part(atom.product, name))
        if isinstance(atom, Part):
            if atom.path in _pytenable.calls(atom.product):
                return ELSE
            return one(Part(atom.product, f"{atom.path}.{name}"))
        if isinstance(atom, ClientClass):
            return one(Constructor(atom.product)) if name == "__init__" else one(Piece(f"{atom.product}.{name}"))
        if isinstance(atom, Raised):
            self.note(node, Use("attribute", atom.name, name, f"{atom.name}.{name}"), scope)
            return one(Answered(name)) if name == "response" else ELSE
        if isinstance(atom, Answered):
            path = f"{atom.path}.{name}"
            self.note(node, Use("attribute", "", path, self.shown(node)), scope)
            return one(Answered(path)) if path == "response.request" else ELSE
        if isinstance(atom, Instance | Class | Super):
            return self._of_class(atom, name)
        if isinstance(atom, Items):
            return one(Within(name, atom.inside))
        if isinstance(atom, Sequence):
            return one(Within(name, joined(atom.places)))
        if isinstance(atom, Piece):
            return one(Piece(f"{atom.name}.{name}"))
        return ELSE if isinstance(atom, ErrorClass) else NOTHING

    def _of_class(self, atom: Instance | Class | Super, name: str) -> Value:
        key = atom.key
        if isinstance(atom, Super):
            value, clients = NOTHING, []
            for base in self.project.classes[key].bases:
                if isinstance(base, Class):
                    more, others = self.project.attribute(base.key, name, frozenset({key}))
                    value |= more
                    clients += others
                elif isinstance(base, ClientClass):
                    clients.append(base.product)
        else:
            value, clients = self.project.attribute(key, name)
        found: list[Value] = []
        for held in value:
            if isinstance(held, Function) and held.owner is None:
                bound = Function(held.key, key if not isinstance(atom, Class) else None)
                written = self.project.functions.get(held.key)
                if written is not None and written.kind == "property" and not isinstance(atom, Class):
                    found.append(self.project.returns.get(held.key, NOTHING))
                elif written is not None and written.kind == "classmethod":
                    found.append(one(Function(held.key, key)))
                else:
                    found.append(one(bound))
            else:
                found.append(one(held))
        for product in clients if not value else []:
            if name == "__init__":
                found.append(one(Constructor(product)))
            elif not isinstance(atom, Class):
                found.append(one(Part(product, name)))
        return joined(found)

    # Keeping values

    def assign(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """`target = value`."""
        if isinstance(target, ast.Name):
            self.bind(target.id, value, scope)
        elif isinstance(target, ast.Attribute):
            self.store_attribute(target, value, scope)
        elif isinstance(target, ast.Subscript):
            self.value(target.slice, scope)
            for atom in self.value(target.value, scope, "inner"):
                if isinstance(atom, Part):
                    # Such as `client._session.headers["X-Trace"] = "1"`.
                    self.note(target, Use("set", atom.product, atom.path, f"{self.shown(target)} = …"), scope)
            self.put_into(target.value, value, scope)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, holding(value), scope)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value, scope)

    def _unpack(self, targets: list[ast.expr], value: Value, scope: Scope) -> None:
        starred = next((index for index, one in enumerate(targets) if isinstance(one, ast.Starred)), None)
        for index, target in enumerate(targets):
            given = NOTHING
            for atom in value:
                if isinstance(atom, Sequence) and starred is None and len(atom.places) == len(targets):
                    given |= atom.places[index]
                elif isinstance(atom, Sequence | Items | Library | Outside):
                    given |= inside(one(atom))
                else:
                    # Such as the pairs of a dict, which are kept by their values alone.
                    given |= one(atom)
            self.assign(target, given, scope)

    def store_attribute(self, target: ast.Attribute, value: Value, scope: Scope) -> None:
        """`target.name = value`."""
        base = self.value(target.value, scope, "inner")
        known = False
        for atom in base:
            if isinstance(atom, Instance | Class | Super):
                known = True
                user_class = self.project.classes.get(atom.key)
                if user_class is not None:
                    self.project.add(user_class.attributes, target.attr, value)
                for product in self.project.products_of(atom.key):
                    if product in _pytenable.SECTIONS and self._is_theirs(product, target.attr):
                        self._set(target, product, target.attr, scope)
            elif isinstance(atom, Own):
                known = True
                self.project.add(self.project.scopes.setdefault(atom.key, {}), target.attr, value)
            elif isinstance(atom, Client | ClientClass):
                known = True
                self._set(target, atom.product, target.attr, scope)
            elif isinstance(atom, Part):
                known = True
                self._set(target, atom.product, f"{atom.path}.{target.attr}", scope)
        if not known and matters(value):
            self.project.add(self.project.loose, target.attr, value)

    def _is_theirs(self, product: str, name: str) -> bool:
        return name in _pytenable.SECTIONS[product] or name in _PRIVATE

    def _set(self, target: ast.Attribute, product: str, path: str, scope: Scope) -> None:
        self.note(target, Use("set", product, path, f"{self.shown(target)} = …"), scope)

    def put_into(self, container: ast.expr, value: Value, scope: Scope) -> None:
        """Puts a value into a collection."""
        if not matters(value):
            return
        held = holding(value)
        if isinstance(container, ast.Name):
            self.bind(container.id, self.lookup(container.id, scope) | held, scope)
        elif isinstance(container, ast.Attribute):
            self.store_attribute(container, held, scope)
        elif isinstance(container, ast.Subscript):
            self.put_into(container.value, held, scope)

    # Reading

    def annotation(self, node: ast.expr | None, scope: Scope) -> Value:
        """What a value with this annotation stands for."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value.strip(), mode="eval").body
            except (SyntaxError, ValueError):
                return NOTHING
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self.annotation(node.left, scope) | self.annotation(node.right, scope)
        if isinstance(node, ast.Subscript):
            return self._generic(node, scope)
        if isinstance(node, ast.Name | ast.Attribute):
            return self.instances(self.value(node, scope, "inner"))
        return NOTHING

    def _generic(self, node: ast.Subscript, scope: Scope) -> Value:
        outer = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if outer in {"type", "Type"}:
            return joined([self.value(part, scope, "inner") for part in parts])
        if outer == "Callable":
            return NOTHING
        if outer == "Annotated":
            parts = parts[:1]
        meant = joined([self.annotation(part, scope) for part in parts])
        if outer in {"Optional", "Union", "Annotated", "Final", "ClassVar"}:
            return meant
        return holding(meant) if matters(meant) else NOTHING

    def instances(self, kinds: Value) -> Value:
        """What instances of these classes are."""
        found = NOTHING
        for atom in kinds:
            if isinstance(atom, ClientClass):
                found |= client_of(atom.product)
            elif isinstance(atom, Class):
                found |= one(Instance(atom.key))
            elif isinstance(atom, Sequence):
                found |= joined([self.instances(place) for place in atom.places])
            elif isinstance(atom, ErrorClass):
                found |= one(Raised(atom.name))
            elif isinstance(atom, Library) and atom.name in _PLAIN:
                found |= ELSE
        return found

    @staticmethod
    def shown(node: ast.expr) -> str:
        """An expression without the values in it, which may be secrets."""
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Attribute):
            return f"{Names.shown(node.value)}.{node.attr}"
        if isinstance(node, ast.Call):
            return f"{Names.shown(node.func)}({'…' if node.args or node.keywords else ''})"
        if isinstance(node, ast.Subscript):
            return f"{Names.shown(node.value)}[…]"
        if isinstance(node, ast.Await):
            return Names.shown(node.value)
        return "…"
