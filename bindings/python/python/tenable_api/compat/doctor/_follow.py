"""Following scripts: statement by statement, until nothing more becomes known."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable, Iterable, Iterator

from . import _pytenable
from ._expressions import Expressions
from ._files import Script
from ._project import Project, Scope, Use, UserClass, Written
from ._values import (
    ELSE,
    NOTHING,
    Class,
    ErrorClass,
    Function,
    Instance,
    Library,
    Outside,
    Own,
    Raised,
    Sequence,
    Value,
    inside,
    joined,
    matters,
    one,
)

#: After so many rounds the rest is left as it is.
_ROUNDS = 12


def follow(scripts: Iterable[Script]) -> Project:
    """Finds what the scripts use of pyTenable."""
    project = Project(scripts)
    related = _related(project)
    follower = Follower(project)
    first: dict[tuple[int, Use], tuple[Script, ast.AST]] = {}
    for number in range(_ROUNDS):
        # In a script that has nothing to do with those that mention it, nothing more becomes known.
        project.begin_pass()
        for script in project.scripts if number == 0 else related:
            follower.module(script)
        if number == 0:
            first = {key: use for key, use in project.uses.items() if use[0] not in related}
        if not project.changed:
            break
    project.uses.update(first)
    return project


def _related(project: Project) -> list[Script]:
    """The scripts that mention pyTenable, those that they import or are imported by, and so on; and those of pytest beside them."""
    near: dict[int, set[int]] = {id(script): set() for script in project.scripts}
    for script in project.scripts:
        others = [other for name, level in _imported(script) if (other := project.script_for(name, level, script)) is not None]
        if os.path.basename(script.path) == "conftest.py":
            folder = os.path.dirname(os.path.realpath(script.path)) + os.sep
            others += [other for other in project.scripts if os.path.realpath(other.path).startswith(folder)]
        for other in others:
            near[id(script)].add(id(other))
            near[id(other)].add(id(script))
    found: set[int] = set()
    waiting = [id(script) for script in project.scripts if script.mentions]
    while waiting:
        if (one_ := waiting.pop()) not in found:
            found.add(one_)
            waiting += near[one_]
    return [script for script in project.scripts if id(script) in found]


def _imported(script: Script) -> Iterator[tuple[str, int]]:
    for node in ast.walk(script.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield module, node.level
            yield from ((f"{module}.{alias.name}".lstrip("."), node.level) for alias in node.names)


class Follower(Expressions):
    """Follows one script after the other."""

    def module(self, script: Script) -> None:
        """A script, and the functions in it."""
        scope = Scope(script, id(script.tree))
        try:
            self.block(script.tree.body, scope)
            while self.project.waiting:
                self._function(self.project.waiting.pop())
        except RecursionError:
            self.project.too_deep.add(script.path)
            self.project.waiting.clear()

    def _function(self, key: int) -> None:
        written = self.project.functions[key]
        node = written.node
        scope = Scope(written.scope.script, key, parent=written.scope, owner=written.owner)
        given = node.args
        every = [
            *given.posonlyargs,
            *given.args,
            *given.kwonlyargs,
            *(one for one in (given.vararg, given.kwarg) if one is not None),
        ]
        for index, parameter in enumerate(every):
            known = self.project.parameters.get((key, parameter.arg), NOTHING)
            if index == 0 and written.takes_self and written.owner is not None:
                owner = written.owner
                scope.names[parameter.arg] = one(Class(owner) if written.kind == "classmethod" else Instance(owner))
                continue
            annotated = self.annotation(parameter.annotation, written.scope)
            value = known | (annotated if not matters(known) else NOTHING)
            if not matters(value):
                value |= self.project.fixture(parameter.arg)
            scope.names[parameter.arg] = value
        if isinstance(node, ast.Lambda):
            self.project.add(self.project.returns, key, self.value(node.body, scope))
        else:
            self.block(node.body, scope)

    # Statements

    def block(self, statements: list[ast.stmt], scope: Scope) -> None:
        """Statements one after the other."""
        for statement in statements:
            handler = getattr(self, f"_on_{type(statement).__name__}", None)
            if handler is not None:
                handler(statement, scope)
            else:
                for child in ast.iter_child_nodes(statement):
                    if isinstance(child, ast.expr):
                        self.value(child, scope)

    def _branches(self, blocks: list[list[ast.stmt]], scope: Scope, narrowed: dict[str, Value] | None = None) -> None:
        """Ways of which one is taken."""
        ends: list[dict[str, Value]] = []
        for index, statements in enumerate(blocks):
            scope.names.begin(narrowed if index == 0 else None)
            self.block(statements, scope)
            ends.append(scope.names.undo())
        scope.names.join(ends)

    def _again_and_again(self, once: Callable[[], None], scope: Scope) -> None:
        """The body of a loop, which may be run or not."""
        names = scope.names
        names.begin()
        # Twice: the second time round it is known what the first one left.
        for _ in range(2):
            names.begin()
            once()
            if all(names.of(name) == value for name, value in names.keep().items()):
                break
        for name, value in names.keep().items():
            names[name] = names.of(name) | value

    def _on_Expr(self, node: ast.Expr, scope: Scope) -> None:
        self.value(node.value, scope)

    def _on_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        key = id(node)
        marks: set[str] = set()
        wrapped: list[Value] = []
        for decorator in node.decorator_list:
            self.value(decorator, scope)
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
            marks.add(name)
            # A decorator of the scripts may hand the function something.
            for atom in self.value(called, scope):
                if isinstance(atom, Function):
                    wrapped.append(self.call_function(atom, self.arguments_of(one(Function(key)))))
        for default in [*node.args.defaults, *(value for value in node.args.kw_defaults if value is not None)]:
            self.value(default, scope)
        self._defaults(key, node.args, scope)
        kind = next((mark for mark in ("staticmethod", "classmethod", "property", "cached_property") if mark in marks), "")
        owner = scope.key if scope.is_class else None
        self.project.functions[key] = Written(node, scope, owner, "property" if kind == "cached_property" else kind)
        self.project.waiting.append(key)
        value = one(Function(key))
        if "fixture" in marks or "yield_fixture" in marks:
            self.project.add(self.project.fixtures, node.name, value)
        for result in wrapped:
            # The inner function of a decorator is called in place of the decorated one.
            value |= frozenset(atom for atom in result if isinstance(atom, Function))
        self.bind(node.name, value, scope)

    _on_AsyncFunctionDef = _on_FunctionDef

    def _defaults(self, key: int, given: ast.arguments, scope: Scope) -> None:
        places = [*given.posonlyargs, *given.args]
        pairs = [
            *zip(reversed(places), reversed(given.defaults), strict=False),
            *zip(given.kwonlyargs, given.kw_defaults, strict=True),
        ]
        for parameter, default in pairs:
            value = self.value(default, scope) if default is not None else NOTHING
            if matters(value):
                self.project.add(self.project.parameters, (key, parameter.arg), value)

    def _on_ClassDef(self, node: ast.ClassDef, scope: Scope) -> None:
        key = id(node)
        user_class = self.project.classes.setdefault(key, UserClass(node.name))
        bases = joined([self.value(base, scope) for base in node.bases])
        if not bases <= user_class.bases:
            user_class.bases |= bases
            self.project.changed = True
            for base in bases:
                if isinstance(base, Class):
                    self.project.children.setdefault(base.key, set()).add(key)
        for decorator in node.decorator_list:
            self.value(decorator, scope)
        inner = Scope(scope.script, key, parent=scope, is_class=True, owner=key)
        self.block(node.body, inner)
        for name, value in inner.names.items():
            self.project.add(user_class.attributes, name, value)
        user_class.fields = [
            item.target.id for item in node.body if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        ]
        self.bind(node.name, one(Class(key)), scope)

    def _on_Return(self, node: ast.Return, scope: Scope) -> None:
        value = self.value(node.value, scope) if node.value is not None else ELSE
        self.project.add(self.project.returns, scope.key, value)

    def _on_Assign(self, node: ast.Assign, scope: Scope) -> None:
        value = self.value(node.value, scope)
        for target in node.targets:
            self.assign(target, value, scope)

    def _on_AnnAssign(self, node: ast.AnnAssign, scope: Scope) -> None:
        declared = self.annotation(node.annotation, scope)
        value = self.value(node.value, scope) if node.value is not None else NOTHING
        self.assign(node.target, value if matters(value) else value | declared, scope)

    def _on_AugAssign(self, node: ast.AugAssign, scope: Scope) -> None:
        added = self.value(node.value, scope)
        if isinstance(node.target, ast.Subscript):
            self.value(node.target, scope)
        if matters(added):
            self.put_into(node.target, inside(added), scope)
        elif isinstance(node.target, ast.Attribute):
            self.store_attribute(node.target, added, scope)

    def _on_Delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            if not isinstance(target, ast.Name):
                self.value(target, scope)

    def _on_For(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        values = inside(self.value(node.iter, scope))

        def once() -> None:
            self.assign(node.target, values, scope)
            self.block(node.body, scope)

        self._again_and_again(once, scope)
        self.block(node.orelse, scope)

    _on_AsyncFor = _on_For

    def _on_While(self, node: ast.While, scope: Scope) -> None:
        def once() -> None:
            self.value(node.test, scope)
            self.block(node.body, scope)

        self._again_and_again(once, scope)
        self.block(node.orelse, scope)

    def _on_If(self, node: ast.If, scope: Scope) -> None:
        self.value(node.test, scope)
        self._branches([node.body, node.orelse], scope, self._narrowed(node.test, scope))

    def _narrowed(self, test: ast.expr, scope: Scope) -> dict[str, Value]:
        """What `if isinstance(name, TenableSC)` says of a name of which nothing is known."""
        match test:
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kinds]) if not matters(
                self.lookup(name, scope)
            ):
                found = self.instances(self.value(kinds, scope))
                return {name: found} if matters(found) else {}
        return {}

    def _on_With(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        for item in node.items:
            value = self.value(item.context_expr, scope)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, self.entered(value, node), scope)
        self.block(node.body, scope)

    _on_AsyncWith = _on_With

    def _on_Match(self, node: ast.Match, scope: Scope) -> None:
        subject = self.value(node.subject, scope)
        ways: list[list[ast.stmt]] = []
        for case in node.cases:
            for pattern in ast.walk(case.pattern):
                for name in (getattr(pattern, "name", None), getattr(pattern, "rest", None)):
                    if isinstance(name, str):
                        self.bind(name, subject | inside(subject), scope)
                for child in ast.iter_child_nodes(pattern):
                    if isinstance(child, ast.expr):
                        self.value(child, scope)
            if case.guard is not None:
                self.value(case.guard, scope)
            ways.append(case.body)
        self._branches([*ways, []], scope)

    def _on_Try(self, node: ast.Try, scope: Scope) -> None:
        names = scope.names
        names.begin()
        self.block(node.body, scope)
        done = names.undo()
        reached = {name: names.of(name) | value for name, value in done.items()}
        ends = []
        for handler in node.handlers:
            names.begin(reached)
            caught = self.value(handler.type, scope) if handler.type is not None else ELSE
            if handler.name:
                self.bind(handler.name, self._raised(caught), scope)
            self.block(handler.body, scope)
            ends.append(names.undo())
        names.begin(done)
        self.block(node.orelse, scope)
        names.join([names.undo(), *ends])
        self.block(node.finalbody, scope)

    _on_TryStar = _on_Try

    def _raised(self, caught: Value) -> Value:
        found = ELSE
        for atom in caught:
            if isinstance(atom, ErrorClass):
                found |= one(Raised(atom.name))
            elif isinstance(atom, Sequence):
                found |= joined([self._raised(place) for place in atom.places])
        return found

    def _on_Global(self, node: ast.Global, scope: Scope) -> None:
        for name in node.names:
            scope.elsewhere[name] = id(scope.script.tree)

    def _on_Nonlocal(self, node: ast.Nonlocal, scope: Scope) -> None:
        around = scope.parent
        while around is not None and around.is_class:
            around = around.parent
        for name in node.names:
            if around is not None:
                scope.elsewhere[name] = around.key

    # Imports

    def _on_Import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            value = self.import_module(alias.name if alias.asname else top, 0, scope.script)
            if self.is_pytenable(alias.name):
                self.note(node, Use("import", "", alias.name, ast.unparse(ast.Import([alias]))), scope)
                if not alias.asname:
                    value = self.import_module(self.root_of(alias.name), 0, scope.script)
            self.bind(alias.asname or top, value, scope)

    def _on_ImportFrom(self, node: ast.ImportFrom, scope: Scope) -> None:
        module = node.module or ""
        if not node.level and self.is_pytenable(module):
            names = tuple(alias.name for alias in node.names)
            self.note(node, Use("import", "", module, ast.unparse(node), names), scope)
        source = self.import_module(module, node.level, scope.script)
        for alias in node.names:
            if alias.name == "*":
                self._star(module, source, scope)
                continue
            value = self.member(source, alias.name)
            if not matters(value):
                # A script of a package is an attribute of the package.
                below = self.project.script_for(f"{module}.{alias.name}".lstrip("."), node.level, scope.script)
                value = one(Own(id(below.tree))) if below is not None else value
            self.bind(alias.asname or alias.name, value, scope)

    def _star(self, module: str, source: Value, scope: Scope) -> None:
        for atom in source:
            if isinstance(atom, Own):
                for name, value in list(self.project.scopes.get(atom.key, {}).items()):
                    if not name.startswith("_"):
                        self.bind(name, value, scope)
        path = _pytenable.STARS.get(self.as_pytenable(module))
        if path is not None:
            name = path.rpartition(".")[2]
            self.bind(name, self.member(source, name), scope)

    def import_module(self, name: str, level: int, script: Script) -> Value:
        """What an import of a module gives."""
        if not level and self.is_pytenable(name):
            return self.of_pytenable(self.as_pytenable(name))
        found = self.project.script_for(name, level, script)
        if found is not None:
            return one(Own(id(found.tree)))
        if not level and name.partition(".")[0] in sys.stdlib_module_names:
            return one(Library(name))
        return one(Outside(name))
