"""What annotations name without loading it: `typing` and `datetime` take longer to load than all that a client needs.

`hints.Limit` in an annotation is looked up when somebody reads the annotation, as `typing.get_type_hints` does. What costs nothing, or
always stands before brackets, is imported by its own name.
"""

from __future__ import annotations

import sys

# Type checkers know the name; jedi, which reads the value as well, does not with the type.
TYPE_CHECKING: bool = False

if TYPE_CHECKING:
    from collections.abc import AsyncIterator as AsyncIterator
    from collections.abc import Callable as Callable
    from collections.abc import Iterable as Iterable
    from collections.abc import Iterator as Iterator
    from collections.abc import Mapping as Mapping
    from collections.abc import Sequence as Sequence
    from typing import ClassVar as ClassVar
    from typing import Final as Final
    from typing import final as final

    from ._typing import *  # noqa: F403 - what `__getattr__` gives
else:
    # Where `collections.abc` has them from; the interpreter has loaded it when it started.
    from _collections_abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence

    class _Form:
        """Stands for a name of `typing` that has brackets behind it."""

        def __init__(self, name: str) -> None:
            self.name = name

        def __getitem__(self, item: object) -> object:
            import typing

            return getattr(typing, self.name)[item]

    ClassVar, Final = _Form("ClassVar"), _Form("Final")

    def final(kind: type) -> type:
        """As `typing` has it."""
        kind.__final__ = True
        return kind

    def __getattr__(name: str) -> object:
        # Every import asks for `__path__`.
        if not name.startswith("_"):
            from . import _typing

            if name in _typing.__all__:
                return getattr(_typing, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def show_as_of(module: str, values: Iterable[object]) -> None:
    """Lets what stands in the private files of a module say the module's own name: users see where they import it from.

    It is also the name that pickles hold.
    """
    public = vars(sys.modules[module])
    for value in values:
        home = getattr(value, "__module__", "")
        if not home.startswith(f"{module}._"):
            continue
        private = vars(sys.modules[home])
        for annotation in vars(value).get("__annotations__", {}).values():
            # The annotations of a class are read with the names of the module that it says.
            for name in compile(annotation, home, "eval").co_names if isinstance(annotation, str) else ():
                if name in private:
                    public.setdefault(name, private[name])
        value.__module__ = module
