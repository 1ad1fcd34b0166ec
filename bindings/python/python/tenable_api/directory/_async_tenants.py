"""Tenants whose people are looked after together, and every task over them, for asyncio."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Literal, final

from .._client import AsyncClient
from . import _tasks
from ._base import BaseTenants
from ._events import OnProgress
from ._import import ImportResult, PreparedImport
from ._offboarding import OffboardingRecord, PlannedOffboarding
from ._outcome import Ensured, Report
from ._passwords import Passwords
from ._person import Whois
from ._plan import Plan
from ._review import Review
from ._run import Stop, run_async
from ._tasks import FilePath, Format, ImportRows, People, Removals
from ._wish import Ensure


@final
class AsyncTenants(BaseTenants):
    """Tenants whose people are looked after together, for asyncio: the same as `Tenants`, with tasks that are awaited.

    ```python
    async with AsyncIdentityExposure.from_env() as tie, AsyncVulnerabilityManagement.from_env() as vm:
        tenants = AsyncTenants({"corp-ad": tie, "cloud": vm})
        report = await tenants.apply("people.yaml", on_progress=print)
    ```

    `on_progress` is called in the event loop. A task that writes and is cancelled ends in order, as by Ctrl-C: what has begun is
    finished, read back and written down in the journal; then `CancelledError` comes out. Cancelled once more, it ends at once. An
    `asyncio.timeout` around it may be over late therefore, by as long as the calls that have begun may take: their `timeout`.
    """

    __slots__ = ()

    _kind = AsyncClient

    def __init__(
        self,
        clients: Mapping[str, AsyncClient | Exception],
        *,
        aliases: Mapping[str, Iterable[str]] | None = None,
        protected: Iterable[str] = (),
        tenants_at_once: int = 16,
        people_at_once: int = 8,
    ) -> None:
        """These tenants.

        Args:
            clients: Clients by name, which stay yours to close. An exception, such as the one that building a client raised,
                stands for a tenant that cannot be reached.
            aliases: Other names of people, by e-mail address: other addresses, and user names that are no address.
            protected: Accounts that nothing is ever taken from, by user name, e-mail address or key.
            tenants_at_once: How many tenants are worked on at once.
            people_at_once: How many people are changed at once in one tenant. Each client has its own limits below these.

        Raises:
            ProblemsError: Two people share a name, or a tenant has none or the word of a product that it is not of.
        """
        super().__init__(
            clients, aliases=aliases, protected=protected, tenants_at_once=tenants_at_once, people_at_once=people_at_once
        )

    async def whois(self, name: str, *, on_progress: OnProgress | None = None, stop: Stop | None = None) -> Whois:
        """Finds one person, everywhere: every account in every tenant, its state, and what does not fit together.

        ```python
        found = await tenants.whois("ann@example.com")
        for tenant, account in found.accounts:
            print(tenant, account.name, account.enabled, account.last_seen)
        ```

        Args:
            name: E-mail address, user name or alias.
        """
        return await run_async(_tasks.whois(self._native, on_progress is not None, name), on_progress, stop)

    async def export(self, *, on_progress: OnProgress | None = None, stop: Stop | None = None) -> str:
        """What is there, as a file of people, roles and groups for `plan`: planning it finds nothing to do. What could not be
        read is named in comments."""
        return await run_async(_tasks.export(self._native, on_progress is not None), on_progress, stop)

    async def plan(
        self,
        people: People,
        *,
        max_removals: Removals | None = None,
        known_tenants: Iterable[str] = (),
        on_progress: OnProgress | None = None,
        stop: Stop | None = None,
    ) -> Plan:
        """Computes what is to be done so that people, roles and groups are as a file says. Nothing is changed.

        ```python
        plan = await tenants.plan({
            "version": 1,
            "people": [{"name": "Ann Lee", "email": "ann@example.com", "accounts": {"vm": {"role": "Standard"}}}],
        })
        print(plan, plan.hash)
        ```

        Args:
            people: The path of a file of people, its content as bytes or as an open file, or the same as a mapping; the page on
                the people file has all keys.
            max_removals: How many people, roles and groups may be deleted or disabled in a tenant at once, over what the file
                says.
            known_tenants: Further names of tenants that the file may speak of.

        Raises:
            InvalidInputError: A `str` that is no path but the text of a file.
            ProblemsError: Something stands in the way, each with its line; `draft` has what could be planned.
        """
        work = _tasks.plan(self._native, on_progress is not None, people, max_removals, known_tenants)
        return await run_async(work, on_progress, stop)

    async def apply(
        self,
        plan: Plan | People,
        *,
        max_removals: Removals | None = None,
        known_tenants: Iterable[str] = (),
        plan_hash: str | None = None,
        passwords: Passwords | None = None,
        journal: FilePath = None,
        on_progress: OnProgress | None = None,
        stop: Stop | None = None,
    ) -> Report:
        """Makes the steps of a plan, and reads back what came of them.

        What goes wrong with a step is in the report and does not stop other people's steps. Run again, it goes on where it was
        ended.

        Args:
            plan: A plan, or what should be there, which is planned first.
            max_removals: As for `plan`; only where this is no plan yet.
            known_tenants: As for `plan`; only where this is no plan yet.
            plan_hash: Only if the plan has this hash.
            passwords: First passwords of accounts that are made; random ones that nobody gets unless given. See
                `RandomPasswords`. A mapping has one for every account that is made.
            journal: A file where each step is written down before and after it is made. One that is there, of the same plan, is
                gone on with.

        Raises:
            InvalidInputError: Before anything is written: `passwords` lacks an account, or an argument does not go with a plan.
            ProblemsError: Before anything is written: what stands in the way, and what is not any more as it was planned on.
        """
        watched = on_progress is not None
        work = _tasks.apply(self._native, watched, plan, max_removals, known_tenants, plan_hash, passwords, journal)
        return await run_async(work, on_progress, stop)

    async def plan_ensure(self, wish: Ensure, *, on_progress: OnProgress | None = None, stop: Stop | None = None) -> Plan:
        """Computes what is to be done for one user, role or group to be as it is said to be. Nothing is changed.

        Raises:
            ProblemsError: Something stands in the way, such as a role that does not exist.
        """
        return await run_async(_tasks.plan_ensure(self._native, on_progress is not None, wish), on_progress, stop)

    async def ensure(
        self,
        wish: Ensure,
        *,
        passwords: Passwords | None = None,
        journal: FilePath = None,
        on_progress: OnProgress | None = None,
        stop: Stop | None = None,
    ) -> tuple[Ensured, ...]:
        """Makes one user, role or group be as it is said to be, and says what became of it in each tenant. A second time nothing
        is changed.

        ```python
        for ensured in await tenants.ensure(EnsureUser("ann@example.com", enabled=False)):
            print(ensured.tenant, ensured.result, ensured.fields)
        ```

        Args:
            wish: An `EnsureUser`, `EnsureRole` or `EnsureGroup`.
            passwords: First password of an account that is made; a random one that nobody gets unless given.
            journal: As for `apply`.

        Raises:
            ProblemsError: Before anything is written: what stands in the way, such as a role that does not exist.
        """
        work = _tasks.ensure(self._native, on_progress is not None, wish, passwords, journal)
        return await run_async(work, on_progress, stop)

    async def prepare_import(
        self,
        rows: ImportRows,
        *,
        columns: Mapping[str, str | None] | None = None,
        format: Format | None = None,
        sheet: str | None = None,
        all_tenants: bool = False,
        domains: Iterable[str] = (),
        existing: Literal["update", "keep", "refuse"] = "update",
        skip_bad_rows: bool = False,
        add_groups: bool = False,
        max_removals: Removals | None = None,
        journal: FilePath = None,
        on_progress: OnProgress | None = None,
        stop: Stop | None = None,
    ) -> PreparedImport:
        """Checks and plans rows, and says what would become of each. Nothing is changed. Arguments are as for `import_people`.

        What is wrong with rows is in `problems` of what it gives.

        Raises:
            ProblemsError: The file cannot be read, or it is not clear what its columns hold.
        """
        work = _tasks.prepare_import(
            self._native,
            on_progress is not None,
            rows,
            columns=columns,
            format=format,
            sheet=sheet,
            all_tenants=all_tenants,
            domains=domains,
            existing=existing,
            skip_bad_rows=skip_bad_rows,
            add_groups=add_groups,
            max_removals=max_removals,
            journal=journal,
        )
        return await run_async(work, on_progress, stop)

    async def import_people(
        self,
        rows: ImportRows | PreparedImport,
        *,
        columns: Mapping[str, str | None] | None = None,
        format: Format | None = None,
        sheet: str | None = None,
        all_tenants: bool = False,
        domains: Iterable[str] = (),
        existing: Literal["update", "keep", "refuse"] = "update",
        skip_bad_rows: bool = False,
        add_groups: bool = False,
        max_removals: Removals | None = None,
        passwords: Passwords | None = None,
        journal: FilePath = None,
        anew: bool = False,
        on_progress: OnProgress | None = None,
        stop: Stop | None = None,
    ) -> ImportResult:
        """Makes or updates people from rows, with a result for each. Every row is checked before anything is written.

        ```python
        result = await tenants.import_people("joiners.csv", columns={"Mail": "email", "Login": "user_name", "Phone": None})
        for row in result.failures:
            print(row)
        ```

        Args:
            rows: The path of a CSV, JSON Lines or Excel file, its content as bytes or as an open file, one mapping for each row,
                a table of pandas, polars or pyarrow, or what `prepare_import` gave, with which no other argument about rows
                goes.
            columns: What columns hold whose heads do not say so: `email`, `user_name`, `name`, `first_name`, `last_name`,
                `roles`, `groups`, `enabled`, `password`, `tenant`; `None` for one that is left out.
            format: What the file holds, where its name does not tell.
            sheet: The sheet of an Excel workbook; the first one unless given.
            all_tenants: Whether rows that name no tenant are for every tenant.
            domains: The domains that addresses may have, such as `example.com` or `*.example.com`; any unless given.
            existing: What becomes of people who are there: updated to what the row says, kept as they are, or the row is a bad
                one.
            skip_bad_rows: Whether the good rows are imported although others are bad.
            add_groups: Whether people stay in groups that their row does not name.
            max_removals: How many people the rows may disable in one tenant.
            passwords: First passwords of accounts that are made and whose row gives none; random ones that nobody gets unless
                given. A mapping has one for every such account.
            journal: As for `apply`. What an earlier run with the same journal was ended in is gone on with, by the plan of that
                run, which is kept in a file beside it.
            anew: Whether to plan anew instead.

        Raises:
            InvalidInputError: Before anything is written: `passwords` lacks an account, or an argument does not go with what
                `prepare_import` gave.
            ProblemsError: Before anything is written: what is wrong with the rows, and what stands in the way.
        """
        work = _tasks.import_people(
            self._native,
            on_progress is not None,
            rows,
            passwords,
            journal,
            anew,
            columns=columns,
            format=format,
            sheet=sheet,
            all_tenants=all_tenants,
            domains=domains,
            existing=existing,
            skip_bad_rows=skip_bad_rows,
            add_groups=add_groups,
            max_removals=max_removals,
        )
        return await run_async(work, on_progress, stop)

    async def plan_offboarding(
        self,
        name: str,
        *,
        delete: bool = False,
        delete_in: Iterable[str] = (),
        successor: str | None = None,
        accounts: Literal["all"] | Iterable[str] | None = None,
        on_progress: OnProgress | None = None,
        stop: Stop | None = None,
    ) -> PlannedOffboarding:
        """Finds the accounts of somebody who leaves, and plans how they are closed. Nothing is changed. Arguments are as for
        `offboard`.

        What stands in the way is in `problems` of what it gives.
        """
        work = _tasks.plan_offboarding(
            self._native,
            on_progress is not None,
            name,
            delete=delete,
            delete_in=delete_in,
            successor=successor,
            accounts=accounts,
        )
        return await run_async(work, on_progress, stop)

    async def offboard(
        self,
        person: str | PlannedOffboarding,
        *,
        delete: bool = False,
        delete_in: Iterable[str] = (),
        successor: str | None = None,
        accounts: Literal["all"] | Iterable[str] | None = None,
        journal: FilePath = None,
        on_progress: OnProgress | None = None,
        stop: Stop | None = None,
    ) -> OffboardingRecord:
        """Closes every account of somebody who leaves, in every tenant, and proves it: everything is read back, and the record
        says of each account whether it still opens anything.

        ```python
        record = await tenants.offboard("ann@example.com", journal="ann.jsonl")
        Path("ann.json").write_text(record.to_json())
        assert record.holds, record.failures
        ```

        Args:
            person: E-mail address, user name or alias, or what `plan_offboarding` gave, with which no other argument about the
                person goes.
            delete: Whether the accounts are deleted after they are closed, instead of disabled.
            delete_in: Tenants in which they are deleted, and disabled elsewhere.
            successor: Who gets what a deleted account owns: user name, e-mail address or key; the product decides unless given.
            accounts: Which accounts are meant where several in one tenant bear the name: `"all"`, or those with these user names
                or keys.
            journal: As for `apply`.

        Raises:
            PersonNotFoundError: No tenant that was read has an account of the person.
            ProblemsError: Before anything is written: what stands in the way, such as several accounts of which nobody said which
                are meant.
        """
        work = _tasks.offboard(
            self._native,
            on_progress is not None,
            person,
            journal,
            delete=delete,
            delete_in=delete_in,
            successor=successor,
            accounts=accounts,
        )
        return await run_async(work, on_progress, stop)

    async def review(
        self,
        *,
        idle_days: int = 90,
        unused_key_days: int = 90,
        listed: Iterable[str] | None = None,
        details: Literal["nobody", "administrators", "everybody"] = "administrators",
        last: Review | None = None,
        now: datetime.datetime | None = None,
        on_progress: OnProgress | None = None,
        stop: Stop | None = None,
    ) -> Review:
        """Reviews who has access: every account with its findings. Nothing is changed.

        Args:
            idle_days: After how many days without any use an account is idle.
            unused_key_days: After how many days without use API keys are unused.
            listed: The addresses of everybody whom the identity provider lists; an account of anybody else is a finding.
            details: Of whom the details are read one by one, for what lists do not tell, such as the ways to sign in to
                Vulnerability Management.
            last: The last review, to be compared with.
            now: What time it is; the computer's clock unless given.
        """
        work = _tasks.review(
            self._native,
            on_progress is not None,
            idle_days=idle_days,
            unused_key_days=unused_key_days,
            listed=listed,
            details=details,
            last=last,
            now=now,
        )
        return await run_async(work, on_progress, stop)
