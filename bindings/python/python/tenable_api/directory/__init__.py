"""Tasks over people, products and tenants: read, plan, apply, verify.

```python
from tenable_api import IdentityExposure, VulnerabilityManagement
from tenable_api.directory import Tenants

with IdentityExposure.from_env() as tie, VulnerabilityManagement.from_env() as vm:
    tenants = Tenants({"corp-ad": tie, "cloud": vm})
    plan = tenants.plan("people.yaml")
    print(plan)
    tenants.apply(plan, journal="people.jsonl")
```

| What | Where |
| --- | --- |
| the tenants, and every task over them | `Tenants`, for asyncio `AsyncTenants` |
| who somebody is | `Whois` |
| one thing that should be there | `EnsureUser`, `EnsureRole`, `EnsureGroup` |
| what would be done, and what became of it | `Plan`, `Report` |
| people from rows | `PreparedImport`, `ImportResult` |
| somebody leaves | `PlannedOffboarding`, `OffboardingRecord` |
| who can do what | `Review` |
| what happens meanwhile | the events, such as `StepEnded` |
| what stands in the way | `ProblemsError` |

All objects are immutable and hold no secret. Those with `to_json` have the same JSON as the terminal's.
"""

from .._hints import show_as_of
from .._native.directory import PEOPLE_SCHEMA
from ._async_tenants import AsyncTenants
from ._errors import PersonNotFoundError, ProblemsError, TaskError
from ._events import Event, OnProgress, ReadingTenant, StepBegun, StepEnded, TenantNotRead, TenantRead, VerifyingTenant
from ._findings import (
    AccountRow,
    Finding,
    FindingKind,
    Object,
    ReviewedAccount,
    ReviewedGroup,
    ReviewedPerson,
    ReviewedRole,
    ReviewedTenant,
    Severity,
    Untold,
)
from ._import import ImportResult, PreparedImport, RowOutcome, RowResult
from ._offboarding import AccountRecord, After, Asker, NotDone, OffboardingRecord, PlannedOffboarding, TenantRecord, Verdict
from ._outcome import Ended, Ensured, Outcome, OutcomeKind, Report
from ._passwords import Passwords, RandomPasswords
from ._person import Account, AccountName, Conflict, SignInWays, TenantAccounts, Whois
from ._plan import (
    Change,
    ChangeRole,
    ChangeUser,
    CreateGroup,
    CreateRole,
    CreateUser,
    DeleteGroup,
    DeleteRole,
    DeleteUser,
    Edit,
    JoinGroup,
    LeaveGroup,
    Named,
    OtherChange,
    Plan,
    ReplaceKeys,
    SetEnabled,
    SetRoles,
    SetSignIn,
    Step,
    Subject,
)
from ._problem import Failure, Place, Problem, Unread, UnreadTenant
from ._record import LastTime
from ._review import AccountChange, ChangedAccount, Changes, Review, Table, TableName
from ._rows import Rows
from ._run import Stop
from ._tasks import FilePath, Format, ImportRows, People, Removals
from ._tenants import Tenants
from ._wish import Ensure, EnsureGroup, EnsureRole, EnsureUser

__all__ = [
    "PEOPLE_SCHEMA",
    "Account",
    "AccountChange",
    "AccountName",
    "AccountRecord",
    "AccountRow",
    "After",
    "Asker",
    "AsyncTenants",
    "Change",
    "ChangeRole",
    "ChangeUser",
    "ChangedAccount",
    "Changes",
    "Conflict",
    "CreateGroup",
    "CreateRole",
    "CreateUser",
    "DeleteGroup",
    "DeleteRole",
    "DeleteUser",
    "Edit",
    "Ended",
    "Ensure",
    "EnsureGroup",
    "EnsureRole",
    "EnsureUser",
    "Ensured",
    "Event",
    "Failure",
    "FilePath",
    "Finding",
    "FindingKind",
    "Format",
    "ImportResult",
    "ImportRows",
    "JoinGroup",
    "LastTime",
    "LeaveGroup",
    "Named",
    "NotDone",
    "Object",
    "OffboardingRecord",
    "OnProgress",
    "OtherChange",
    "Outcome",
    "OutcomeKind",
    "Passwords",
    "People",
    "PersonNotFoundError",
    "Place",
    "Plan",
    "PlannedOffboarding",
    "PreparedImport",
    "Problem",
    "ProblemsError",
    "RandomPasswords",
    "ReadingTenant",
    "Removals",
    "ReplaceKeys",
    "Report",
    "Review",
    "ReviewedAccount",
    "ReviewedGroup",
    "ReviewedPerson",
    "ReviewedRole",
    "ReviewedTenant",
    "RowOutcome",
    "RowResult",
    "Rows",
    "SetEnabled",
    "SetRoles",
    "SetSignIn",
    "Severity",
    "SignInWays",
    "Step",
    "StepBegun",
    "StepEnded",
    "Stop",
    "Subject",
    "Table",
    "TableName",
    "TaskError",
    "TenantAccounts",
    "TenantNotRead",
    "TenantRead",
    "TenantRecord",
    "Tenants",
    "Unread",
    "UnreadTenant",
    "Untold",
    "Verdict",
    "VerifyingTenant",
    "Whois",
]


show_as_of(__name__, map(globals().__getitem__, __all__))


def __dir__() -> list[str]:
    return sorted(__all__)
