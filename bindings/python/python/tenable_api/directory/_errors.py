"""What tasks raise, beside the errors of calls."""

from __future__ import annotations

import json
from typing import final

from .._errors import TenableError
from .._native import directory as _native
from ._person import Whois
from ._plan import Plan
from ._problem import Problem, UnreadTenant


class TaskError(TenableError):
    """A task was not done. Nothing was changed."""

    kind = "task"


@final
class ProblemsError(TaskError, ValueError):
    """Something stands in the way of a task. Nothing was changed.

    ```python
    try:
        plan = tenants.plan("people.yaml")
    except ProblemsError as error:
        for problem in error.problems:
            print(problem.place, problem.what)
    ```
    """

    kind = "problems"

    problems: tuple[Problem, ...]
    """All that stands in the way."""
    draft: Plan | None
    """The steps for everything that could be planned, to be read. They are not to be made while something stands in their way."""

    def __init__(self, text: str = "", *, problems: tuple[Problem, ...] = (), draft: Plan | None = None) -> None:
        """These problems stand in the way."""
        super().__init__(text or "\n".join(map(str, problems)))
        self.problems = problems
        self.draft = draft

    @property
    def is_guard(self) -> bool:
        """Whether guards alone forbid it: what was asked for could be done otherwise."""
        return bool(self.problems) and all(problem.is_guard for problem in self.problems)


@final
class PersonNotFoundError(TaskError, LookupError):
    """No tenant that was read has an account of the person who is to leave. Nothing was changed."""

    kind = "person_not_found"

    whois: Whois | None
    """What was looked for, and a name that is much like it."""
    unread_tenants: tuple[UnreadTenant, ...]
    """The tenants that could not be read: the person may have accounts there."""

    def __init__(self, text: str = "", *, whois: Whois | None = None) -> None:
        """Nobody is there by this name."""
        super().__init__(text or ("" if whois is None else str(whois)))
        self.whois = whois
        self.unread_tenants = () if whois is None else whois.unread_tenants


def problems_error(problems: str, draft: _native.Plan | None) -> ProblemsError:
    """The exception for problems as the native module has them."""
    plan = None if draft is None else Plan._of(draft)
    return ProblemsError(problems=tuple(map(Problem._of, json.loads(problems))), draft=plan)
