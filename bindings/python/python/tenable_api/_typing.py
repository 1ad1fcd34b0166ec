"""What annotations need so that `typing.get_type_hints` can read them in every version of Python."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from typing_extensions import Self as Self
    from typing_extensions import Unpack as Unpack
elif sys.version_info >= (3, 11):
    from typing import Self, Unpack
else:
    Self = TypeVar("Self")

    class Unpack:
        """Stands for its argument."""

        def __class_getitem__(cls, item: object) -> object:
            return item


__all__ = ["Self", "Unpack", "show_as_of"]


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
            for name in re.findall(r"\w+", annotation) if isinstance(annotation, str) else ():
                if name in private:
                    public.setdefault(name, private[name])
        value.__module__ = module
