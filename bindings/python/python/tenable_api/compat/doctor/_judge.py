"""From what a script uses to what becomes of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from . import _coverage, _notes, _pytenable
from ._files import Place
from ._project import Project, Use

UNCHANGED = "works unchanged"
BETTER = "works better"
NOT_COVERED = "not covered"
UNKNOWN = "unknown"
CHANGE = "change this line"

#: What does not let a script run as it should, or may not.
IN_THE_WAY = frozenset({NOT_COVERED, UNKNOWN})


@dataclass(frozen=True)
class Finding:
    """What becomes of one use of pyTenable.

    Attributes:
        place: Where it stands.
        kind: `import`, `client`, `call`, `exception`, `attribute`, `set` or `other`.
        product: The client class, if it is one's.
        name: What of it, such as `users.list`; the module of an import; the class of an exception.
        code: How it reads, without the values in it.
        verdict: `works unchanged`, `works better`, `not covered`, `unknown`, or for an import `change this line`.
        notes: What is better, or why it is not covered or unknown.
        instead: What to write or use instead, if anything.
    """

    place: Place
    kind: str
    product: str
    name: str
    code: str
    verdict: str
    notes: tuple[str, ...] = field(default=())
    instead: str = ""


def judged(project: Project) -> list[Finding]:
    """What becomes of every use, in the order of the scripts."""
    placed = {node for (node, use) in project.uses if use.kind in {"call", "client"} or (use.kind == "unknown" and not use.path)}
    found: set[Finding] = set()
    for (node, use), (script, where) in project.uses.items():
        if use.kind == "unknown" and use.path and node in placed:
            # It could be placed on another round.
            continue
        found.add(_finding(use, script.place(where)))
    order = {script.path: index for index, script in enumerate(project.scripts)}

    def standing(one: Finding) -> tuple[object, ...]:
        place = one.place
        return order[place.path], place.cell or 0, place.line, place.column, len(one.code), one.name

    return sorted(found, key=standing)


def _finding(use: Use, place: Place) -> Finding:
    code = use.shown + ("(…)" if use.places >= 0 else "")
    if use.kind == "unknown":
        return Finding(place, "call", use.product, use.path, code, UNKNOWN, (use.note,))
    verdict, notes, instead = {
        "import": _import,
        "client": _client,
        "call": _call,
        "exception": _exception,
        "attribute": _error_attribute,
        "set": _set,
        "other": _other,
    }[use.kind](use)
    name = use.path if use.kind != "attribute" or not use.product else f"{use.product}.{use.path}"
    product = "" if use.kind == "attribute" else use.product
    return Finding(place, use.kind, product, name, code, verdict, tuple(notes), instead)


_Judgement = tuple[str, list[str], str]


def _import(use: Use) -> _Judgement:
    if use.shown.startswith(("from tenable_api", "import tenable_api")):
        missing = [name for name in use.names if name != "*" and not _coverage.member(_module_name(use), name)]
        return (NOT_COVERED, [f"there is no {', '.join(missing)}"], "") if missing else (UNCHANGED, [], "")
    new = _coverage.module(use.path)
    if new is None:
        return NOT_COVERED, [f"there is no counterpart of {use.path}"], "keep it, if what it gives is used with pyTenable itself"
    if not use.names:
        return CHANGE, [], _new_import(use, new)
    here = [name for name in use.names if name == "*" or _coverage.member(use.path, name)]
    missing = [name for name in use.names if name not in here]
    if not missing:
        return CHANGE, [], _new_import(use, new)
    note = f"{new} has no {', '.join(missing)}"
    if not here:
        return NOT_COVERED, [note], "keep it, if what it gives is used with pyTenable itself"
    return NOT_COVERED, [note], f"import the others by `from {new} import {', '.join(here)}`"


def _module_name(use: Use) -> str:
    return (
        use.path
        if use.path.startswith("tenable.") or use.path == "tenable"
        else use.path.replace("tenable_api.compat", "tenable", 1)
    )


def _new_import(use: Use, new: str) -> str:
    tree = ast.parse(use.shown).body[0] if use.shown.startswith(("import ", "from ")) else None
    if isinstance(tree, ast.ImportFrom):
        names = [alias.name for alias in tree.names]
        # The shorter form, where it says the same.
        tree.module = "tenable_api.compat" if all(_pytenable.CLIENTS.get(f"{use.path}.{name}") == name for name in names) else new
        return ast.unparse(tree)
    if isinstance(tree, ast.Import):
        alias = tree.names[0]
        if alias.asname:
            return f"import {new} as {alias.asname}"
        # So that `tenable.sc.TenableSC` goes on to be found.
        return "from tenable_api import compat as tenable"
    return f'import_module("{new}")'


def _client(use: Use) -> _Judgement:
    if _coverage.client(use.product) is None:
        return NOT_COVERED, [f"there is no {use.product}"], "keep pyTenable for it; both can be used in one script"
    told = [_coverage.constructor_argument(use.product, name) for name in use.names]
    said = [text for _, text in told if text]
    if not all(works for works, _ in told):
        return NOT_COVERED, said, ""
    verdict, notes, instead = _with_notes(use, use.product)
    return verdict, notes + said, instead


def _call(use: Use) -> _Judgement:
    product, path = use.product, use.path
    if _coverage.client(product) is None:
        return NOT_COVERED, [f"there is no {product}"], "keep pyTenable for it; both can be used in one script"
    first = path.partition(".")[0]
    private = next((part for part in path.split(".") if part.startswith("_")), None)
    if private is not None:
        return NOT_COVERED, [f"{private} is a private part of pyTenable"], _notes.PRIVATE.get(private, "")
    if _coverage.find(product, path) is None:
        if not _coverage.exists(product, path):
            return UNKNOWN, [f"{product} has no {path}, neither in pyTenable nor here"], ""
        own = _coverage.native(product, path)
        within = path.partition(".")[2]
        if within and _coverage.find(product, within) is not None:
            # As with `v3` of an older pyTenable.
            return NOT_COVERED, [f"{product} has no {first} here"], f"{within} is the same"
        what = f"{product} has no {first if _coverage.find(product, first) is None else path} here"
        return NOT_COVERED, [what], f"{own}() of tenable_api has it" if own else _notes.ELSEWHERE
    if use.places >= 0:
        problem = _coverage.problem_with_arguments(product, path, use.places, use.names, use.spread)
        if problem is not None:
            return NOT_COVERED, [problem], ""
    return _with_notes(use, f"{product}.{path}")


def _with_notes(use: Use, key: str) -> _Judgement:
    # Of a method that is handed on, the arguments are not known.
    better = [one.text for one in _notes.BETTER.get(key, ()) if one.holds(use.names, use.spread or use.places < 0)]
    if use.spread:
        return UNKNOWN, ["the arguments that come with * or ** cannot be checked here", *better], ""
    return (BETTER if better else UNCHANGED), better, ""


def _exception(use: Use) -> _Judgement:
    if _coverage.error(use.path) is None:
        return NOT_COVERED, [f"there is no exception {use.path}"], "catch APIError, the class of all refusals"
    return UNCHANGED, [], ""


def _error_attribute(use: Use) -> _Judgement:
    if not use.product:
        if _coverage.answer_attribute(use.path):
            return UNCHANGED, [], ""
        what, _, name = use.path.rpartition(".")
        return NOT_COVERED, [f"the {what} of an exception has no {name}"], ""
    if _coverage.error(use.product) is None or _coverage.error_attribute(use.product, use.path):
        return UNCHANGED, [], ""
    return NOT_COVERED, [f"{use.product} has no attribute {use.path}"], ""


def _set(use: Use) -> _Judgement:
    private = next((part for part in use.path.split(".") if part.startswith("_")), "")
    return NOT_COVERED, ["setting it has no effect"], _notes.PRIVATE.get(private, "")


def _other(use: Use) -> _Judgement:
    module, _, name = use.path.rpartition(".")
    if _coverage.member(module, name):
        return UNCHANGED, [], ""
    return NOT_COVERED, [f"there is no {use.path} here"], "keep pyTenable for it; both can be used in one script"
