"""What calls give, and what is handed to them."""

from __future__ import annotations

import ast

from . import _pytenable
from ._names import Names
from ._project import Scope, Use, Written, client_of
from ._values import (
    ELSE,
    NOTHING,
    Arguments,
    Atom,
    Class,
    ClientClass,
    Constructor,
    ErrorClass,
    Function,
    Instance,
    Items,
    Library,
    Outside,
    Part,
    Piece,
    Prepared,
    Raised,
    Sequence,
    Super,
    Value,
    Within,
    clients_in,
    holding,
    inside,
    joined,
    matters,
    one,
    sequence,
)

#: Calls that give back what they are given.
_THROUGH = {
    "asyncio.run", "asyncio.shield", "asyncio.wait_for", "contextlib.aclosing", "contextlib.closing", "contextlib.nullcontext",
    "copy.copy", "copy.deepcopy", "weakref.proxy", "weakref.ref", "asyncio.create_task", "asyncio.ensure_future",
}  # fmt: skip
#: Calls that give one of the things in what they are given.
_TAKING = {"builtins.next", "builtins.anext", "builtins.min", "builtins.max", "random.choice"}
#: Calls that give a collection of the same things.
_COLLECTING = {
    "builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.sorted", "builtins.reversed", "builtins.iter",
    "builtins.aiter", "builtins.filter", "builtins.dict", "itertools.chain", "itertools.cycle", "itertools.islice",
    "itertools.chain.from_iterable", "collections.deque", "collections.OrderedDict", "asyncio.gather", "types.MappingProxyType",
}  # fmt: skip
#: Methods that put their arguments into what they belong to.
_ADDING = {"append", "appendleft", "add", "insert", "extend", "update", "put", "put_nowait", "setdefault", "push"}
#: Methods of collections that give all that is in them, and not one thing.
_WHOLE = {"values", "items", "copy", "keys"}
#: Methods of `contextlib.ExitStack` that give back what they are given.
_ENTERING = {"enter_context", "enter_async_context", "push", "push_async_exit"}


class Calls(Names):
    """Calls: of functions of the scripts, of pyTenable, and of what is known of Python's own library."""

    def arguments_of(self, *places: Value) -> Arguments:
        """Arguments by position."""
        return Arguments(tuple(places))

    def _given(self, node: ast.Call, scope: Scope) -> Arguments:
        places: list[Value] = []
        rest, spread = NOTHING, False
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                rest |= inside(self.value(argument.value, scope))
                spread = True
            else:
                places.append(self.value(argument, scope))
        names: list[tuple[str, Value]] = []
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is None:
                rest |= inside(value)
                if isinstance(keyword.value, ast.Dict) and (written := _written_names(keyword.value)) is not None:
                    # `**{"name": "Ann"}`; what the names stand for is not told apart.
                    names += [(name, inside(value)) for name in written]
                else:
                    spread = True
            else:
                names.append((keyword.arg, value))
        return Arguments(tuple(places), tuple(names), rest, spread)

    def call(self, node: ast.Call, scope: Scope) -> Value:
        """What a call gives."""
        function = self.value(node.func, scope, "callee")
        given = self._given(node, scope)
        for keyword in node.keywords:
            # Such as `SimpleNamespace(sc=sc)`: found again by the attribute's name.
            value = given.named(keyword.arg) if keyword.arg else None
            if (
                value
                and clients_in(value)
                and not any(isinstance(atom, Function | Class | ClientClass | Part) for atom in function)
            ):
                self.project.add(self.project.loose, str(keyword.arg), value)
        found = NOTHING
        for atom in function:
            found |= self._call(node, atom, given, scope)
        if not any(self._is_known(atom) for atom in function):
            found |= self._unplaced(node, given, scope)
        ours = any(isinstance(atom, Function | Part) for atom in function)
        if isinstance(node.func, ast.Attribute) and node.func.attr in _ADDING and not ours:
            self._put(node.func, given, scope)
        return found

    @staticmethod
    def _is_known(atom: Atom) -> bool:
        return not isinstance(atom, Outside)

    def _call(self, node: ast.Call, atom: Atom, given: Arguments, scope: Scope) -> Value:
        if isinstance(atom, ClientClass):
            self._use(node, "client", atom.product, "", given, scope)
            return client_of(atom.product)
        if isinstance(atom, Constructor):
            # `TenableSC.__init__(self, ...)` names the instance first.
            own = any(isinstance(first, Instance) for first in given.places[0]) if given.places else False
            self._use(node, "client", atom.product, "", given.without_first() if own else given, scope)
            return ELSE
        if isinstance(atom, Part):
            if atom.path in {"__enter__", "__aenter__"}:
                return client_of(atom.product)
            if atom.path in {"__exit__", "__aexit__"}:
                return ELSE
            self._use(node, "call", atom.product, atom.path, given, scope)
            return ELSE
        if isinstance(atom, Function):
            return self.call_function(atom, given)
        if isinstance(atom, Class):
            return self._instance(atom, given)
        if isinstance(atom, Instance):
            return self.call_method(atom.key, "__call__", given)
        if isinstance(atom, Prepared):
            before = atom.arguments
            every = Arguments(
                before.places + given.places, before.names + given.names, before.rest | given.rest, before.spread or given.spread
            )
            return joined([self._call(node, called, every, scope) for called in atom.function])
        if isinstance(atom, Within):
            return self._of_collection(atom, given)
        if isinstance(atom, ErrorClass):
            return one(Raised(atom.name))
        if isinstance(atom, Piece):
            return ELSE
        if isinstance(atom, Library):
            return self._of_library(node, atom.name, given, scope)
        return NOTHING

    def _use(self, node: ast.Call, kind: str, product: str, path: str, given: Arguments, scope: Scope) -> None:
        names = tuple(name for name, _ in given.names)
        self.note(node, Use(kind, product, path, self.shown(node.func), names, len(given.places), given.spread), scope)

    # Functions and classes of the scripts

    def call_function(self, function: Function, given: Arguments) -> Value:
        """What a function of the scripts gives; its parameters learn what they are given."""
        written = self.project.functions.get(function.key)
        if written is None:
            return NOTHING
        parameters = self._parameters(written, function)
        taken = written.node.args
        places = [*taken.posonlyargs, *taken.args]
        start = len(places) - len(parameters)
        for index, value in enumerate(given.places):
            if index < len(parameters):
                self._learn(function.key, parameters[index], value)
            elif taken.vararg is not None:
                self._learn(function.key, taken.vararg.arg, holding(value))
        named = {parameter.arg for parameter in [*places[start:], *taken.kwonlyargs]}
        for name, value in given.names:
            if name in named:
                self._learn(function.key, name, value)
            elif taken.kwarg is not None:
                self._learn(function.key, taken.kwarg.arg, holding(value))
        if given.spread:
            for name in named:
                self._learn(function.key, name, given.rest)
            for extra in (taken.vararg, taken.kwarg):
                if extra is not None:
                    self._learn(function.key, extra.arg, holding(given.rest))
        returned = self.project.returns.get(function.key, NOTHING)
        yielded = self.project.yields.get(function.key)
        return returned if yielded is None else returned | (one(Items(yielded)) if yielded else NOTHING)

    def call_method(self, key: int, name: str, given: Arguments) -> Value:
        """What a method gives that is reached through an instance of a class of the scripts."""
        held, _clients = self.project.attribute(key, name)
        return joined([self.call_function(Function(method.key, key), given) for method in held if isinstance(method, Function)])

    @staticmethod
    def _parameters(written: Written, function: Function) -> list[str]:
        taken = written.node.args
        names = [parameter.arg for parameter in [*taken.posonlyargs, *taken.args]]
        return names[1:] if written.takes_self and function.owner is not None else names

    def _learn(self, key: int, name: str, value: Value) -> None:
        if value:
            self.project.add(self.project.parameters, (key, name), value)

    def _instance(self, atom: Class, given: Arguments) -> Value:
        value, _clients = self.project.attribute(atom.key, "__init__")
        self.call_method(atom.key, "__init__", given)
        user_class = self.project.classes.get(atom.key)
        if user_class is not None and not value:
            # As the `__init__` of a data class.
            for name, place in zip(user_class.fields, given.places, strict=False):
                self.project.add(user_class.attributes, name, place)
            for name, place in given.names:
                if name in user_class.fields:
                    self.project.add(user_class.attributes, name, place)
        return one(Instance(atom.key))

    # Python's own

    def _of_collection(self, atom: Within, given: Arguments) -> Value:
        if atom.name in _WHOLE:
            return holding(atom.inside)
        if atom.name in _ADDING - {"setdefault"}:
            return ELSE
        return atom.inside | (given.places[1] if atom.name in {"get", "setdefault", "pop"} and len(given.places) > 1 else NOTHING)

    def _of_library(self, node: ast.Call, name: str, given: Arguments, scope: Scope) -> Value:
        first = given.places[0] if given.places else NOTHING
        if name in _THROUGH or name == "builtins.super" and given.places:
            return first
        if name == "typing.cast" and len(given.places) > 1:
            return self.annotation(node.args[0], scope) or given.places[1]
        if name in _TAKING:
            return inside(first) | joined(given.places[1:])
        if name in _COLLECTING:
            more = joined([inside(place) for place in given.places])
            if name == "builtins.dict":
                more |= joined([value for _, value in given.names])
            elif name == "asyncio.gather":
                more |= joined(given.places)
            return holding(more) or ELSE
        if name == "builtins.enumerate":
            return holding(sequence([ELSE, inside(first)]))
        if name == "builtins.zip":
            return holding(sequence([inside(place) for place in given.places]))
        if name == "builtins.super":
            return self._super(scope)
        if name in {"builtins.getattr", "builtins.setattr"}:
            return self._by_name(node, name, given, scope)
        if name == "builtins.map":
            return holding(
                joined([self._handed(node, first, Arguments(tuple(inside(place) for place in given.places[1:])), scope)])
            )
        if name in {"functools.partial", "functools.partialmethod"}:
            return one(Prepared(first, given.without_first())) if matters(first) and not _prepared(first) else ELSE
        if name in {"importlib.import_module", "builtins.__import__"}:
            return self._imported(node, name, scope)
        if name in {"builtins.exec", "builtins.eval", "builtins.compile"}:
            self._text(node, name, scope)
            return NOTHING
        return self._calls_back(node, name, given, scope)

    def _super(self, scope: Scope) -> Value:
        around: Scope | None = scope
        while around is not None and around.owner is None:
            around = around.parent
        return one(Super(around.owner)) if around is not None and around.owner is not None else NOTHING

    def _by_name(self, node: ast.Call, function: str, given: Arguments, scope: Scope) -> Value:
        if len(node.args) < 2:
            return NOTHING
        match node.args[1]:
            case ast.Constant(value=str(name)):
                target = ast.copy_location(ast.Attribute(node.args[0], name), node)
                if function.endswith("setattr"):
                    self.store_attribute(target, given.places[2] if len(given.places) > 2 else NOTHING, scope)
                    return ELSE
                return self.attribute(target, given.places[0], scope) | (given.places[2] if len(given.places) > 2 else NOTHING)
        for held in clients_in(given.places[0], 0):
            what = f"{held.product}.{held.path}" if isinstance(held, Part) else held.product
            note = f"which attribute of {what} it is, the script tells only when it runs"
            self.note(node, Use("unknown", held.product, "", self.shown(node), note=note), scope)
        return NOTHING

    def _imported(self, node: ast.Call, function: str, scope: Scope) -> Value:
        match node.args:
            case [ast.Constant(value=str(name)), *_]:
                if self.is_pytenable(name):
                    self.note(node, Use("import", "", name, self.shown(node)), scope)
                return self.import_module(name if function.endswith("import_module") else name.partition(".")[0], 0, scope.script)
        return NOTHING

    def _text(self, node: ast.Call, name: str, scope: Scope) -> None:
        match node.args:
            case [ast.Constant(value=str(text)), *_] if "tenable" not in text.lower():
                return
        if scope.script.mentions:
            short = name.partition(".")[2]
            self.note(
                node, Use("unknown", "", "", f"{short}(…)", note="code that is made while the script runs is not read"), scope
            )

    def _calls_back(self, node: ast.Call, name: str, given: Arguments, scope: Scope) -> Value:
        """A call of Python's own library, which may call a function that it is handed."""
        target = given.named("target") or given.named("func")
        if target is not None and matters(target):
            # `Thread(target=work, args=(sc,))`
            names = given.named("kwargs")
            places = given.named("args") or NOTHING
            for atom in places:
                if isinstance(atom, Sequence):
                    self._handed(node, target, Arguments(atom.places), scope)
                elif isinstance(atom, Items):
                    self._handed(node, target, Arguments(rest=atom.inside, spread=True), scope)
            if names is not None:
                self._handed(node, target, Arguments(rest=inside(names), spread=True), scope)
            return ELSE
        method = name.rpartition(".")[2]
        for index, place in enumerate(given.places):
            if any(isinstance(atom, Function | Prepared) or _is_method(atom) for atom in place):
                others = given.without_first(index + 1)
                if method in {"map", "imap", "imap_unordered", "starmap"}:
                    others = Arguments(tuple(inside(other) for other in others.places))
                elif method in {"apply", "apply_async"} and others.places:
                    others = Arguments(rest=inside(others.places[0]), spread=True)
                result = self._handed(node, place, others, scope)
                # What a future or an iterator gives in the end.
                return ELSE | holding(result)
        if method in _ENTERING and given.places:
            return given.places[0] | inside(given.places[0])
        return ELSE

    def _handed(self, node: ast.Call, function: Value, given: Arguments, scope: Scope) -> Value:
        """A function that is handed on is called; a call of pyTenable is noted where it is named."""
        return joined(
            [self._call(node, atom, given, scope) for atom in function if isinstance(atom, Function | Prepared | Class)]
        )

    # What cannot be placed

    def _unplaced(self, node: ast.Call, given: Arguments, scope: Scope) -> Value:
        path = self._looks_like(node, scope)
        if path is not None:
            note = f"it looks like pyTenable's {path}, but what {self._root(node.func)} is cannot be told"
            names = tuple(name for name, _ in given.names)
            self.note(node, Use("unknown", "", path, self.shown(node.func), names, len(given.places), given.spread, note), scope)
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if method in _ENTERING and given.places:
            return given.places[0] | inside(given.places[0])
        result = self._calls_back(node, method, given, scope) if any(matters(place) for place in given.all()) else NOTHING
        if method not in _ADDING:
            held = [client for value in given.all() for client in clients_in(value)]
            for product in sorted({client.product for client in held}):
                note = f"a {product} is handed to it, and it was not read"
                self.note(node, Use("unknown", product, "", f"{self.shown(node.func)}(…)", note=note), scope)
        return frozenset(atom for atom in result if not isinstance(atom, Library))

    def _looks_like(self, node: ast.Call, scope: Scope) -> str | None:
        names: list[str] = []
        step: ast.expr = node.func
        while isinstance(step, ast.Attribute):
            names.insert(0, step.attr)
            step = step.value
        if isinstance(step, ast.Name):
            names.insert(0, step.id)
        for length in (3, 2):
            path = ".".join(names[-length:])
            if len(names) >= length and path in _pytenable.anywhere():
                break
        else:
            return None
        root = self.value(step, scope, "inner")
        if any(isinstance(atom, Outside) for atom in root) and not self.project.mentions:
            return None
        return path

    def _root(self, node: ast.expr) -> str:
        while isinstance(node, ast.Attribute):
            node = node.value
            if not isinstance(node, ast.Attribute):
                break
        return self.shown(node)

    def _put(self, function: ast.Attribute, given: Arguments, scope: Scope) -> None:
        for value in given.all():
            held = inside(value) if function.attr in {"extend", "update"} else value
            if clients_in(held) or any(isinstance(atom, Function | Instance | ClientClass) for atom in held):
                self.put_into(function.value, held, scope)


def _written_names(node: ast.Dict) -> list[str] | None:
    """The keys of a dict, if all of them are there to be read."""
    keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
    return [key for key in keys if isinstance(key, str)] if all(isinstance(key, str) for key in keys) else None


def _is_method(atom: Atom) -> bool:
    return isinstance(atom, Part) and atom.path in _pytenable.calls(atom.product)


def _prepared(value: Value) -> bool:
    return any(isinstance(atom, Prepared) for atom in value)
