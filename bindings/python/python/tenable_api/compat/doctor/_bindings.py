"""What the names of a scope stand for at a point of the script, with a way back."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable

from ._values import NOTHING, Value, joined


class Bindings:
    """Names and their values. What is changed within a branch is kept apart, so that nothing is copied however many names there are.

    Args:
        around: Where names are looked for that are not here.
    """

    def __init__(self, around: Bindings | None = None) -> None:
        self._now: dict[str, Value] = {}
        self._around = around
        #: What the names that were changed stood for before, for each branch that is open.
        self._before: list[dict[str, Value | None]] = []

    def get(self, name: str, default: Value | None = None) -> Value | None:
        """What a name stands for."""
        found = self._now.get(name)
        if found is None and self._around is not None:
            found = self._around.get(name)
        return default if found is None else found

    def of(self, name: str) -> Value:
        """What a name stands for; nothing if it is not there."""
        return self.get(name) or NOTHING

    def __setitem__(self, name: str, value: Value) -> None:
        if self._before:
            self._before[-1].setdefault(name, self._now.get(name))
        self._now[name] = value

    def items(self) -> ItemsView[str, Value]:
        """The names that are here."""
        return self._now.items()

    def begin(self, changes: dict[str, Value] | None = None) -> None:
        """Begins a branch, with these changes."""
        self._before.append({})
        for name, value in (changes or {}).items():
            self[name] = value

    def undo(self) -> dict[str, Value]:
        """Ends the branch as if it had not been, and gives what it changed."""
        before = self._before.pop()
        changes = {name: self._now[name] for name in before}
        for name, value in before.items():
            if value is None:
                del self._now[name]
            else:
                self._now[name] = value
        return changes

    def keep(self) -> dict[str, Value]:
        """Ends the branch and leaves its changes. Gives what the changed names stood for before."""
        before = self._before.pop()
        if self._before:
            for name, value in before.items():
                self._before[-1].setdefault(name, value)
        around = self._around or _EMPTY
        return {name: around.of(name) if value is None else value for name, value in before.items()}

    def join(self, ends: Iterable[dict[str, Value]]) -> None:
        """Goes on after branches of which one was taken, by what each of them changed."""
        every = list(ends)
        for name in {name: None for end in every for name in end}:
            self[name] = joined([end[name] if name in end else self.of(name) for end in every])


_EMPTY = Bindings()
