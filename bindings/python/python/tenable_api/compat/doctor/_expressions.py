"""What expressions stand for."""

from __future__ import annotations

import ast

from . import _pytenable
from ._bindings import Bindings
from ._calls import Calls
from ._project import Scope, Use, Written
from ._values import (
    ELSE,
    NOTHING,
    ErrorClass,
    Function,
    Instance,
    Items,
    Part,
    Piece,
    Sequence,
    Value,
    holding,
    inside,
    joined,
    one,
    sequence,
)


class Expressions(Calls):
    """Expressions of every kind."""

    def value(self, node: ast.expr, scope: Scope, use: str = "value") -> Value:
        """What an expression stands for. `use` is `callee`, `inner` when an attribute is taken from it, or `value`."""
        handler = getattr(self, f"_of_{type(node).__name__}", None)
        if handler is None:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.value(child, scope)
            return ELSE
        found: Value = handler(node, scope)
        if isinstance(node, ast.Name | ast.Attribute):
            self._name_used(node, found, scope, use)
        return found

    def _name_used(self, node: ast.Name | ast.Attribute, found: Value, scope: Scope, use: str) -> None:
        for atom in found:
            if isinstance(atom, ErrorClass) and use != "inner":
                self.note(node, Use("exception", "", atom.name, self.shown(node)), scope)
            elif isinstance(atom, Part) and use == "value" and isinstance(node, ast.Attribute):
                # A method that is handed on, or something that is neither a method nor a section.
                if atom.path in _pytenable.calls(atom.product) or atom.path not in _pytenable.SECTIONS.get(atom.product, {}):
                    self.note(node, Use("call", atom.product, atom.path, self.shown(node)), scope)
            elif isinstance(atom, Piece) and isinstance(node, ast.Attribute) and use != "inner":
                self.note(node, Use("other", "", atom.name, self.shown(node)), scope)

    def _of_Constant(self, node: ast.Constant, scope: Scope) -> Value:
        # `None` tends to stand for what comes later.
        return NOTHING if node.value is None else ELSE

    def _of_Name(self, node: ast.Name, scope: Scope) -> Value:
        return self.lookup(node.id, scope)

    def _of_Attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        return self.attribute(node, self.value(node.value, scope, "inner"), scope)

    def _of_Call(self, node: ast.Call, scope: Scope) -> Value:
        return self.call(node, scope)

    def _of_Await(self, node: ast.Await, scope: Scope) -> Value:
        return self.value(node.value, scope)

    def _of_Starred(self, node: ast.Starred, scope: Scope) -> Value:
        return inside(self.value(node.value, scope))

    def _of_NamedExpr(self, node: ast.NamedExpr, scope: Scope) -> Value:
        found = self.value(node.value, scope)
        self.assign(node.target, found, scope)
        return found

    def _of_IfExp(self, node: ast.IfExp, scope: Scope) -> Value:
        self.value(node.test, scope)
        return self.value(node.body, scope) | self.value(node.orelse, scope)

    def _of_BoolOp(self, node: ast.BoolOp, scope: Scope) -> Value:
        return joined([self.value(one_, scope) for one_ in node.values])

    def _of_BinOp(self, node: ast.BinOp, scope: Scope) -> Value:
        found = self.value(node.left, scope) | self.value(node.right, scope)
        # Lists that are put together; and numbers.
        return (
            frozenset(atom for atom in found if isinstance(atom, Items))
            | holding(joined([inside(one(atom)) for atom in found if isinstance(atom, Sequence)]))
            or ELSE
        )

    def _of_Tuple(self, node: ast.Tuple | ast.List, scope: Scope) -> Value:
        places = [self.value(element, scope) for element in node.elts]
        if any(isinstance(element, ast.Starred) for element in node.elts):
            return holding(joined(places)) or ELSE
        return sequence(places)

    _of_List = _of_Tuple

    def _of_Set(self, node: ast.Set, scope: Scope) -> Value:
        return holding(joined([self.value(element, scope) for element in node.elts])) or ELSE

    def _of_Dict(self, node: ast.Dict, scope: Scope) -> Value:
        held = NOTHING
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                held |= inside(self.value(value, scope))
            else:
                held |= self.value(value, scope) | frozenset(atom for atom in self.value(key, scope) if atom not in ELSE)
        return holding(held) or ELSE

    def _of_Subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        base = self.value(node.value, scope, "inner")
        self.value(node.slice, scope)
        if isinstance(node.slice, ast.Slice):
            return holding(inside(base)) or ELSE
        found = NOTHING
        for atom in base:
            match atom, node.slice:
                case Sequence(places), ast.Constant(value=int(index)) if -len(places) <= index < len(places):
                    found |= places[index]
                case Part(product, path), _:
                    self.note(node, Use("call", product, path, self.shown(node)), scope)
                    found |= ELSE
                case Instance(key), _:
                    found |= self.call_method(key, "__getitem__", self.arguments_of())
                case _:
                    found |= inside(one(atom))
        return found

    # Functions and generators

    def _of_Lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        key = id(node)
        self.project.functions[key] = Written(node, scope, None)
        self.project.waiting.append(key)
        return one(Function(key))

    def _of_Yield(self, node: ast.Yield, scope: Scope) -> Value:
        value = self.value(node.value, scope) if node.value is not None else ELSE
        self.project.add(self.project.yields, scope.key, value)
        return NOTHING

    def _of_YieldFrom(self, node: ast.YieldFrom, scope: Scope) -> Value:
        self.project.add(self.project.yields, scope.key, inside(self.value(node.value, scope)))
        return NOTHING

    def _comprehension(self, generators: list[ast.comprehension], results: list[ast.expr], scope: Scope) -> Value:
        inner = Scope(scope.script, scope.key, Bindings(scope.names), scope.parent, scope.is_class, scope.owner, scope.elsewhere)
        # Its names are its own: they are kept out of the scope.
        for generator in generators:
            self._assign_within(generator.target, inside(self.value(generator.iter, inner)), inner)
            for condition in generator.ifs:
                self.value(condition, inner)
        found = joined([self.value(result, inner) for result in results])
        return holding(found) or ELSE

    def _assign_within(self, target: ast.expr, value: Value, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            scope.names[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            for index, element in enumerate(target.elts):
                given = NOTHING
                for atom in value:
                    if isinstance(atom, Sequence) and len(atom.places) == len(target.elts):
                        given |= atom.places[index]
                    else:
                        given |= inside(one(atom)) or one(atom)
                self._assign_within(element, given, scope)
        else:
            self.assign(target, value, scope)

    def _of_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Value:
        return self._comprehension(node.generators, [node.elt], scope)

    _of_SetComp = _of_ListComp
    _of_GeneratorExp = _of_ListComp

    def _of_DictComp(self, node: ast.DictComp, scope: Scope) -> Value:
        return self._comprehension(node.generators, [node.key, node.value], scope)

    # What `with` enters

    def entered(self, value: Value, node: ast.With | ast.AsyncWith) -> Value:
        """What `with value as name` binds to the name."""
        found = NOTHING
        for atom in value:
            if isinstance(atom, Items):
                found |= atom.inside
            elif isinstance(atom, Instance):
                name = "__aenter__" if isinstance(node, ast.AsyncWith) else "__enter__"
                found |= self.call_method(atom.key, name, self.arguments_of()) or one(atom)
            else:
                found |= one(atom)
        return found
