"""Clock, rules and mail of an emulator."""

from __future__ import annotations

import difflib
import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from .._native import testing as native
from .._native.testing import Server
from ._faults import milliseconds

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Clock:
    """The time of an emulator: `emulator.clock`. Lock-outs, sessions, tokens and delayed answers go by it.

    ```python
    from datetime import timedelta

    from tenable_api.testing import Emulator

    with Emulator() as emulator:
        before = emulator.clock.now()
        emulator.clock.advance(timedelta(minutes=30))
        assert emulator.clock.now() - before >= timedelta(minutes=30)
    ```
    """

    __slots__ = ("_server",)

    def __init__(self, server: Server) -> None:
        """Made by the emulator."""
        self._server = server

    def now(self) -> datetime:
        """The emulator's time, in UTC."""
        return _EPOCH + timedelta(milliseconds=self._server.now())

    def advance(self, by: float | timedelta) -> None:
        """Moves it forward, by seconds or a `timedelta`. Delayed answers that become due are sent.

        Raises:
            ValueError: The time is negative, or leads past the year 9999.
        """
        self._server.advance(milliseconds(by))

    def set(self, to: datetime) -> None:
        """Moves it to a time, in either direction.

        Raises:
            ValueError: The time has no time zone, or is before the year 1970.
        """
        self._server.set_time(since_epoch(to))

    def __repr__(self) -> str:
        return f"<Clock at {self.now().isoformat()}>"


@dataclass(frozen=True, slots=True)
class Rule:
    """A point in which a product is not documented, so that the emulator had to guess."""

    name: str
    """Name, with the product's prefix: `ie.`, `sc.` or `vm.`."""
    outcomes: tuple[str, ...]
    """What may be chosen. Three digits are the status of the answer."""
    default: str
    """What is in force unless something else is set."""
    confidence: str
    """How well the default is supported: `medium` or `low`."""
    doc: str
    """What the rule decides, in one line."""


class Rules(Mapping[str, str]):
    """The rules of an emulator, by name, with the outcomes in force: `emulator.rules`.

    ```python
    from tenable_api.testing import Emulator

    with Emulator(rules={"ie.duplicate_email": 400}) as emulator:
        emulator.rules.set("ie.duplicate_email", 409)
        assert emulator.rules["ie.duplicate_email"] == "409"
    ```
    """

    __slots__ = ("_server",)

    def __init__(self, server: Server) -> None:
        """Made by the emulator."""
        self._server = server

    def set(self, name: str, outcome: str | int) -> None:
        """Chooses an outcome, until the next `reset()`.

        Raises:
            ValueError: There is no such rule, or it has no such outcome.
        """
        self._server.set_rule(*checked_rule(name, outcome))

    def describe(self, name: str) -> Rule:
        """A rule: what it decides, and what may be chosen.

        Raises:
            ValueError: There is no such rule.
        """
        return _known_rule(name)

    def __getitem__(self, name: str) -> str:
        outcome = self._server.outcome(name)
        if outcome is None:
            raise KeyError(name)
        return outcome

    def __iter__(self) -> Iterator[str]:
        return iter([rule.name for rule in rules()])

    def __len__(self) -> int:
        return len(rules())

    def __repr__(self) -> str:
        changed = {rule.name: self[rule.name] for rule in rules() if self[rule.name] != rule.default}
        return f"<{len(self)} Rules, not at their defaults: {changed!r}>"


@functools.cache
def rules() -> tuple[Rule, ...]:
    """All rules that an emulator has, with what may be chosen for each.

    ```python
    from tenable_api.testing import rules

    for rule in rules():
        print(rule.name, rule.default, rule.outcomes, rule.doc)
    ```
    """
    return tuple(_rule(form) for form in json.loads(native.rules()))


def checked_rule(name: str, outcome: str | int) -> tuple[str, str]:
    """A rule and one of its outcomes, as the emulator takes them."""
    rule = _known_rule(name)
    text = str(outcome)
    if text not in rule.outcomes:
        raise ValueError(f"rule {name} cannot be set to {outcome!r}; its outcomes are: {', '.join(rule.outcomes)}")
    return name, text


def _known_rule(name: str) -> Rule:
    rule = next((rule for rule in rules() if rule.name == name), None)
    if rule is None:
        close = difflib.get_close_matches(name, [rule.name for rule in rules()], n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else "tenable_api.testing.rules() lists them"
        raise ValueError(f"there is no rule {name!r}; {hint}")
    return rule


def _rule(form: dict[str, Any]) -> Rule:
    return Rule(form["name"], tuple(form["outcomes"]), form["default"], form["confidence"], form["doc"])


@dataclass(frozen=True, slots=True)
class Mail:
    """A message that a product would have sent.

    Identity Exposure sends the token of a password reset, Security Center what `emailNotice` asks for, Vulnerability Management
    the code of a second factor, as a short message to a phone.
    """

    to: str
    """Address of the recipient, or number of the phone."""
    subject: str
    """Subject line."""
    text: str = field(repr=False)
    """Text of the message; contains the token, if there is one."""
    token: str | None = field(repr=False)
    """The one-time token that the message carries."""


def since_epoch(time: datetime) -> int:
    """Milliseconds since 1970."""
    if time.tzinfo is None:
        raise ValueError(f"{time!r} has no time zone; give one, such as datetime.timezone.utc")
    if time < _EPOCH:
        raise ValueError(f"{time.isoformat()} is before the year 1970")
    return (time - _EPOCH) // timedelta(milliseconds=1)
