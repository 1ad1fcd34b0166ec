"""The doctor: what it says of what it finds, and how long it takes."""

from __future__ import annotations

import json
import sys

import pytest
from tenable_api.compat.doctor import _coverage, examine_text

from .asking import BETTER, NOT_COVERED, SC, UNCHANGED, UNKNOWN, report_of, verdicts


def test_verdicts_of_calls() -> None:
    source = SC + "from tenable.ie import TenableIE\nsc, tie = TenableSC('sc', ssl_verify=False), TenableIE(timeout=5)\n"
    for call, verdict in {
        "sc.users.list(fields=['username'])": UNCHANGED,
        "sc.current.user()": UNCHANGED,
        "sc.get('scan')": UNCHANGED,
        "sc.logout()": UNCHANGED,
        "sc.version": UNCHANGED,
        "sc.roles.edit(5, name='a')": BETTER,
        "sc.roles.edit(5, can_scan='full')": UNCHANGED,
        "sc.roles.edit(5, **changes)": UNKNOWN,
        "sc.roles.edit(5, **{'can_scan': 'full'})": UNCHANGED,
        "sc.users.list(**{'bogus': 1})": NOT_COVERED,
        "sc.users.list(bogus=1, **more)": NOT_COVERED,
        "sc.users.create('a', 'b', 4)": BETTER,
        "sc.users.list(bogus=1)": NOT_COVERED,
        "sc.users.list([], 5)": NOT_COVERED,
        "sc.users.create('a')": NOT_COVERED,
        "sc.users.create(*given)": UNKNOWN,
        "sc.scans.list()": NOT_COVERED,
        "sc._session.headers.update({})": NOT_COVERED,
        "sc._session.headers['X-Trace'] = '1'": NOT_COVERED,
        "sc._session.headers['X-Trace'] += '1'": NOT_COVERED,
        "del sc._session.headers['X-Trace']": NOT_COVERED,
        "print(sc._session.headers['X-Trace'])": NOT_COVERED,
        "sc._timeout = 5": NOT_COVERED,
        "sc.users.lst()": UNKNOWN,
        "tie.about.version()": NOT_COVERED,
        "tie.users.list()": BETTER,
        "tie.users.update('2', department='D')": BETTER,
        "tie.users.update('2', lockedOut=False)": BETTER,
        "tie.users.update('2', token='t')": NOT_COVERED,
        "tie.users.create('a', 'a@example.com', 'p', roles=[1])": NOT_COVERED,
        "sc.users.create('a', 'b', 4, anything=5)": BETTER,
        "tie.get('users', timeout=5)": UNCHANGED,
        "tie.get('users', files={})": NOT_COVERED,
    }.items():
        found = [one for one in report_of(source + call).findings if one.place.line == 4]
        assert [one.verdict for one in found] == [verdict], call


def test_constructors() -> None:
    def told(call: str) -> tuple[str, str]:
        one = next(one for one in report_of(f"from tenable.sc import TenableSC\n{call}").findings if one.kind == "client")
        return one.verdict, " ".join(one.notes)

    verdict, notes = told("TenableSC(url='https://sc', access_key='a', secret_key='b')")
    assert verdict == BETTER
    assert "ssl_verify=False" in notes
    assert told("TenableSC('sc', ssl_verify=False, port=8443, scheme='https', timeout=5, retries=1, p12_cert='a')") == (
        UNCHANGED,
        "",
    )
    verdict, notes = told("TenableSC('sc', ssl_verify=True, adapter=Adapter())")
    assert (verdict, "adapter has no effect" in notes) == (NOT_COVERED, True)
    verdict, notes = told("TenableSC('sc', ssl_verify=True, colour='red')")
    assert (verdict, notes) == (UNCHANGED, "colour has no effect, as with pyTenable")
    verdict, notes = told("TenableSC('sc', ssl_verify=True, **settings)")
    assert verdict == UNKNOWN
    assert notes.startswith("the arguments that come with * or ** cannot be checked here")


def test_every_documented_argument_of_a_constructor_is_taken() -> None:
    for product, names in {
        "TenableIE": "url api_key",
        "TenableSC": "host access_key secret_key url username password port scheme cert p12_cert",
        "TenableIO": "access_key secret_key url",
    }.items():
        shared = "retries timeout proxies ssl_verify cert vendor product build session box box_attrs squash_camel"
        for name in f"{names} {shared}".split():
            assert _coverage.constructor_argument(product, name) == (True, ""), f"{product}({name}=...)"


def test_a_constructor_of_a_subclass() -> None:
    found = report_of("""
        from tenable.sc import TenableSC
        class Center(TenableSC):
            def __init__(self, **more):
                super().__init__("sc", adapter=5, **more)
    """)
    assert [one.verdict for one in found.findings if one.kind == "client"] == [NOT_COVERED]


def test_exceptions() -> None:
    assert verdicts("""
        import tenable.errors
        from tenable.errors import APIError, NotFoundError
        from restfly.errors import RestflyException
        try:
            pass
        except (APIError, NotFoundError) as error:
            print(error.code, error.response.status_code, error.msg, error.colour)
        except tenable.errors.WrongError:
            pass
        except RestflyException:
            pass
    """) == [
        ("APIError", UNCHANGED),
        ("NotFoundError", UNCHANGED),
        ("APIError.code", UNCHANGED),
        ("NotFoundError.code", UNCHANGED),
        ("APIError.response", UNCHANGED),
        ("NotFoundError.response", UNCHANGED),
        ("response.status_code", UNCHANGED),
        ("APIError.msg", UNCHANGED),
        ("NotFoundError.msg", UNCHANGED),
        ("APIError.colour", NOT_COVERED),
        ("NotFoundError.colour", NOT_COVERED),
        ("WrongError", NOT_COVERED),
        ("RestflyException", UNCHANGED),
    ]


@pytest.mark.parametrize(
    ("line", "verdict", "instead"),
    [
        ("from tenable.sc import TenableSC", "change this line", "from tenable_api.compat import TenableSC"),
        ("from tenable.io import TenableIO as tio", "change this line", "from tenable_api.compat import TenableIO as tio"),
        ("from tenable.errors import APIError", "change this line", "from tenable_api.compat.errors import APIError"),
        ("from restfly.errors import APIError", "change this line", "from tenable_api.compat.errors import APIError"),
        ("from tenable.sc import *", "change this line", "from tenable_api.compat.sc import *"),
        ("import tenable.ie as ie", "change this line", "import tenable_api.compat.ie as ie"),
        ("import tenable.ie", "change this line", "from tenable_api import compat as tenable"),
        ("from tenable import sc, errors", "change this line", "from tenable_api.compat import sc, errors"),
        ("import tenable", "change this line", "from tenable_api import compat as tenable"),
        (
            "from tenable.errors import APIError, WrongError",
            NOT_COVERED,
            "import the others by `from tenable_api.compat.errors import APIError`",
        ),
        ("from tenable.nessus import Nessus", NOT_COVERED, "keep it, if what it gives is used with pyTenable itself"),
        ("from tenable.sc.base import SCEndpoint", NOT_COVERED, "keep it, if what it gives is used with pyTenable itself"),
        ("from tenable_api.compat import TenableSC", UNCHANGED, ""),
        ("from tenable_api.compat.errors import APIError, WrongError", NOT_COVERED, ""),
    ],
)
def test_imports(line: str, verdict: str, instead: str) -> None:
    [found] = [one for one in report_of(line).findings if one.kind == "import"]
    assert (found.verdict, found.instead) == (verdict, instead)
    if found.verdict == "change this line":
        # What is advised can be done.
        exec(found.instead, {})


def test_other_clients_of_pytenable_are_not_covered() -> None:
    assert verdicts("from tenable.nessus import Nessus\nNessus().scans.list()\n") == [
        ("", NOT_COVERED),
        ("scans.list", NOT_COVERED),
    ]


def test_the_sdk_itself_is_named_where_it_has_the_call() -> None:
    source = "from tenable.ie import TenableIE\nTenableIE().saml_configuration.details()"
    found = report_of(source).findings[-1]
    assert found.instead == "IdentityExposure.saml_configuration.details() of tenable_api has it"


def test_the_values_in_a_script_are_not_shown() -> None:
    report = report_of("""
        from tenable.sc import TenableSC
        TenableSC("sc", password="hunter2").users.create("ann", "hunter3", 4)
        {"hunter4": TenableSC("sc")}["hunter4"].users.list()
    """)
    assert len(report.findings) == 5
    assert "hunter" not in report.text() + json.dumps(report.document())


def test_what_an_exception_tells_of_the_answer() -> None:
    assert verdicts("""
        from tenable.errors import APIError
        try:
            pass
        except APIError as error:
            answer = error.response
            print(answer.json()["message"], answer.request.body, answer.request.headers["Accept"], error.response.reason)
            print(answer.history, error.response.request.hooks)
    """) == [
        ("APIError", UNCHANGED),
        ("APIError.response", UNCHANGED),
        ("response.json", UNCHANGED),
        ("response.request", UNCHANGED),
        ("response.request.body", UNCHANGED),
        ("response.request", UNCHANGED),
        ("response.request.headers", UNCHANGED),
        ("APIError.response", UNCHANGED),
        ("response.reason", UNCHANGED),
        ("response.history", NOT_COVERED),
        ("APIError.response", UNCHANGED),
        ("response.request", UNCHANGED),
        ("response.request.hooks", NOT_COVERED),
    ]


# Size.


def lines_of(count: int) -> str:
    """A script of as many lines, with everything whose cost could grow with the number of names."""
    found = ["from tenable.sc import TenableSC", "from tenable.errors import APIError", "sc = TenableSC()"]
    while len(found) < count:
        index = len(found)
        found += [
            f"user_{index} = sc.users.details({index})",
            f"if user_{index}['locked']:",
            f"    names_{index} = [user for user in sc.users.list()]",
            f"for group_{index} in sc.groups.list():",
            f"    sc.groups.edit(group_{index}['id'], name='x')",
            "try:",
            f"    done_{index} = sc.users.delete({index})",
            "except APIError as error:",
            "    print(error.code)",
            f"def work_{index}(center): return center.users.list(), names_{index}",
            f"work_{index}(sc)",
        ]
    return "\n".join(found[:count])


def nested(depth: int) -> str:
    loops = ["    " * level + f"for one_{level} in sc.groups.list():" for level in range(depth)]
    return "\n".join(["from tenable.sc import TenableSC", "sc = TenableSC()", *loops, "    " * depth + "sc.users.list()"])


def steps(source: str) -> int:
    """How many functions are called to examine it."""
    count = 0

    def called(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        examine_text(source)
    finally:
        sys.setprofile(before)
    return count


def test_a_large_script_takes_as_much_longer_as_it_is_larger() -> None:
    assert steps(lines_of(2_000)) < 4.4 * steps(lines_of(500))


def test_loops_within_loops_are_not_followed_twice_each() -> None:
    assert steps(nested(16)) < 8 * steps(nested(8))
