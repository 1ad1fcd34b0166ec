"""The doctor: what it finds in scripts, what it says of it, and that its tables hold."""

from __future__ import annotations

import json
import sys
from textwrap import dedent

import pytest
from tenable_api.compat.doctor import Report, _coverage, examine_text

UNCHANGED, BETTER, NOT_COVERED, UNKNOWN = "works unchanged", "works better", "not covered", "unknown"
SC = "from tenable.sc import TenableSC\n"


def report_of(source: str) -> Report:
    return examine_text(dedent(source), "script.py")


def calls(source: str) -> list[tuple[int, str, str]]:
    """Line, client and call of every call that is placed, and `?` for the client of one that is not."""
    found = [one for one in report_of(source).findings if one.kind == "call"]
    return [(one.place.line, "?" if one.verdict == UNKNOWN else one.product, one.name) for one in found]


def verdicts(source: str) -> list[tuple[str, str]]:
    return [(one.name, one.verdict) for one in report_of(source).findings if one.kind != "import"]


# Following names. Each source ends in the calls that it has to place.
FOLLOWED = {
    "a variable": """
        from tenable.sc import TenableSC
        sc = TenableSC(url="https://sc.example.com")
        sc.users.list()
    """,
    "another name for the class": """
        from tenable.sc import TenableSC as Center
        Center("sc").users.list()
    """,
    "the module": """
        import tenable.sc
        tenable.sc.TenableSC("sc").users.list()
    """,
    "another name for the module": """
        import tenable.sc as center
        center.TenableSC("sc").users.list()
    """,
    "a module out of the package": """
        from tenable import sc as center
        center.TenableSC("sc").users.list()
    """,
    "everything out of the module": """
        from tenable.sc import *
        TenableSC("sc").users.list()
    """,
    "a module by its name in a text": """
        import importlib
        importlib.import_module("tenable.sc").TenableSC("sc").users.list()
    """,
    "an import within try": """
        try:
            from tenable.sc import TenableSC
        except ImportError:
            TenableSC = None
        TenableSC("sc").users.list()
    """,
    "with": """
        from tenable.sc import TenableSC
        with TenableSC("sc") as sc:
            sc.users.list()
    """,
    "a section in a variable": """
        from tenable.sc import TenableSC
        users = TenableSC("sc").users
        users.list()
    """,
    "getattr with a name": """
        from tenable.sc import TenableSC
        getattr(TenableSC("sc"), "users").list()
    """,
    "an attribute of self": """
        from tenable.sc import TenableSC
        class Job:
            def __init__(self):
                self.sc = TenableSC("sc")
            def run(self):
                self.sc.users.list()
    """,
    "an attribute that another method sets": """
        from tenable.sc import TenableSC
        class Job:
            sc = None
            def run(self):
                self.sc.users.list()
            def connect(self):
                self.sc = TenableSC("sc")
    """,
    "an attribute of a base class": """
        from tenable.sc import TenableSC
        class Base:
            def __init__(self):
                self.sc = TenableSC("sc")
        class Job(Base):
            def run(self):
                self.sc.users.list()
    """,
    "an attribute of a subclass": """
        from tenable.sc import TenableSC
        class Base:
            def run(self):
                self.sc.users.list()
        class Job(Base):
            sc = TenableSC("sc")
    """,
    "a property": """
        from functools import cached_property
        from tenable.sc import TenableSC
        class Job:
            @cached_property
            def sc(self):
                return TenableSC("sc")
            def run(self):
                return self.sc.users.list()
    """,
    "a data class": """
        from dataclasses import dataclass
        from tenable.sc import TenableSC
        @dataclass
        class Job:
            sc: object
        Job(sc=TenableSC("sc")).sc.users.list()
    """,
    "a subclass of the client": """
        from tenable.sc import TenableSC
        class Center(TenableSC):
            def everybody(self):
                return self.users.list()
    """,
    "a function that gives a client": """
        from tenable.sc import TenableSC
        def connect():
            try:
                return TenableSC("sc")
            except Exception:
                return None
        connect().users.list()
    """,
    "a function that is decorated as a context manager": """
        from contextlib import contextmanager
        from tenable.sc import TenableSC
        @contextmanager
        def connected():
            sc = TenableSC("sc")
            try:
                yield sc
            finally:
                sc.logout()
        with connected() as center:
            center.users.list()
    """,
    "a class that is entered": """
        from tenable.sc import TenableSC
        class Connected:
            def __enter__(self):
                return TenableSC("sc")
            def __exit__(self, *error):
                pass
        with Connected() as sc:
            sc.users.list()
    """,
    "a parameter by what calls the function": """
        from tenable.sc import TenableSC
        def everybody(sc):
            return sc.users.list()
        everybody(TenableSC("sc"))
    """,
    "a parameter by its annotation": """
        from typing import Optional
        from tenable.sc import TenableSC
        def everybody(sc: Optional["TenableSC"] = None):
            return sc.users.list()
    """,
    "a parameter with a union as annotation": """
        from tenable.sc import TenableSC
        def everybody(sc: TenableSC | None):
            return sc.users.list()
    """,
    "a list as annotation": """
        from tenable.sc import TenableSC
        def everybody(centers: list[TenableSC]):
            for sc in centers:
                sc.users.list()
    """,
    "a default": """
        from tenable.sc import TenableSC
        def everybody(*, sc=TenableSC("sc")):
            return sc.users.list()
    """,
    "isinstance": """
        from tenable.sc import TenableSC
        def everybody(api):
            if isinstance(api, TenableSC):
                api.users.list()
    """,
    "a closure": """
        from tenable.sc import TenableSC
        def main():
            sc = TenableSC("sc")
            def work():
                sc.users.list()
            work()
    """,
    "a global": """
        from tenable.sc import TenableSC
        sc = None
        def connect():
            global sc
            sc = TenableSC("sc")
        def everybody():
            return sc.users.list()
    """,
    "a lambda": """
        from tenable.sc import TenableSC
        everybody = lambda sc: sc.users.list()
        everybody(TenableSC("sc"))
    """,
    "a list": """
        from tenable.sc import TenableSC
        centers = []
        for host in ["a", "b"]:
            centers.append(TenableSC(host))
        for sc in centers:
            sc.users.list()
    """,
    "a dict": """
        from tenable.sc import TenableSC
        centers = {host: TenableSC(host) for host in ["a", "b"]}
        for name, sc in centers.items():
            sc.users.list()
    """,
    "an element": """
        from tenable.sc import TenableSC
        cache = {}
        cache["sc"] = TenableSC("sc")
        cache.get("sc").users.list()
    """,
    "places of a tuple": """
        from tenable.io import TenableIO
        from tenable.sc import TenableSC
        def connect():
            return TenableSC("sc"), TenableIO()
        sc, tio = connect()
        sc.users.list()
    """,
    "a comprehension": """
        from tenable.sc import TenableSC
        everybody = [sc.users.list() for sc in [TenableSC("a"), TenableSC("b")]]
    """,
    "the walrus": """
        from tenable.sc import TenableSC
        if sc := TenableSC("sc"):
            sc.users.list()
    """,
    "match": """
        from tenable.sc import TenableSC
        match TenableSC("sc"):
            case sc:
                sc.users.list()
    """,
    "a name that stands for something else later": """
        from tenable.io import TenableIO
        from tenable.sc import TenableSC
        api = TenableSC("sc")
        api.users.list()
        api = TenableIO()
    """,
    "a name that the round before has set": """
        from tenable.sc import TenableSC
        def main():
            sc = None
            for host in ["a", "b"]:
                if sc:
                    sc.users.list()
                sc = TenableSC(host)
    """,
    "a name that the round before has set, while": """
        from tenable.sc import TenableSC
        sc = None
        while input():
            if sc:
                sc.users.list()
            sc = TenableSC("sc")
    """,
    "a name of the function around": """
        from tenable.sc import TenableSC
        def main():
            sc = None
            def connect():
                nonlocal sc
                sc = TenableSC("sc")
            connect()
            def work():
                sc.users.list()
            work()
    """,
    "one of two": """
        from tenable.sc import TenableSC
        if input():
            sc = TenableSC("sc")
        else:
            sc = None
        sc.users.list()
    """,
    "a thread": """
        import threading
        from tenable.sc import TenableSC
        def work(sc):
            sc.users.list()
        threading.Thread(target=work, args=(TenableSC("sc"),)).start()
    """,
    "an executor": """
        from concurrent.futures import ThreadPoolExecutor
        from tenable.sc import TenableSC
        def work(sc):
            sc.users.list()
        with ThreadPoolExecutor() as pool:
            pool.submit(work, TenableSC("sc"))
    """,
    "a call with its first arguments given": """
        from functools import partial
        from tenable.sc import TenableSC
        def work(sc, number):
            sc.users.list()
        partial(work, TenableSC("sc"))(5)
    """,
    "an exit stack": """
        from contextlib import ExitStack
        from tenable.sc import TenableSC
        with ExitStack() as stack:
            sc = stack.enter_context(TenableSC("sc"))
            sc.users.list()
    """,
    "an attribute of something else": """
        import argparse
        from tenable.sc import TenableSC
        def main():
            arguments = argparse.ArgumentParser().parse_args()
            arguments.sc = TenableSC("sc")
            work(arguments)
        def work(arguments):
            arguments.sc.users.list()
    """,
    "a namespace": """
        from types import SimpleNamespace
        from tenable.sc import TenableSC
        clients = SimpleNamespace(sc=TenableSC("sc"))
        clients.sc.users.list()
    """,
    "a fixture": """
        import pytest
        from tenable.sc import TenableSC
        @pytest.fixture
        def sc():
            with TenableSC("sc") as client:
                yield client
        def test_users(sc):
            assert sc.users.list()
    """,
    "async": """
        import asyncio
        from tenable.sc import TenableSC
        async def connect():
            return TenableSC("sc")
        async def main():
            sc = await connect()
            await asyncio.to_thread(sc.users.list)
    """,
    "a script that was changed already": """
        from tenable_api.compat import TenableSC
        TenableSC("sc").users.list()
    """,
}


@pytest.mark.parametrize("source", FOLLOWED.values(), ids=FOLLOWED)
def test_a_client_is_followed(source: str) -> None:
    last = len(dedent(source).rstrip().splitlines())
    found = [(client, name) for line, client, name in calls(source) if name != "logout"]
    assert found == [("TenableSC", "users.list")], (last, calls(source))


def test_two_clients_that_share_a_name_are_both_told() -> None:
    found = calls("""
        from tenable.io import TenableIO
        from tenable.sc import TenableSC
        api = TenableSC("sc") if input() else TenableIO()
        api.users.list()
    """)
    assert sorted(client for _, client, _ in found) == ["TenableIO", "TenableSC"]


def test_the_text_says_whose_call_it_is_where_two_are_possible() -> None:
    text = report_of("""
        from tenable.io import TenableIO
        from tenable.sc import TenableSC
        def everybody(api: TenableSC | TenableIO):
            api.users.list()
            api.scans.list()
        TenableSC("sc").groups.list()
    """).text()
    assert "api.users.list(…)  of TenableIO" in text
    assert "api.users.list(…)  of TenableSC" in text
    assert "groups.list(…)\n" in text


def test_an_attribute_is_not_shown_as_a_call() -> None:
    assert report_of(SC + "print(TenableSC('sc').version)").findings[-1].code == "TenableSC(…).version"


UNPLACED = {
    "a parameter of which nothing is known": ("def f(sc):\n    sc.users.list()\n", "users.list"),
    "a name that nothing binds": ("sc.roles.edit(5)\n", "roles.edit"),
    "what a module that was not read gives": (SC + "from ours import connect\nconnect().users.delete(5)\n", "users.delete"),
    "a section of a section": ("def f(tio):\n    tio.cs.images.list()\n", "cs.images.list"),
    "getattr with a name that is made": (SC + "getattr(TenableSC('sc'), input()).list()\n", ""),
    "a client that is handed on": (SC + "from ours import work\nwork(TenableSC('sc'))\n", ""),
    "a client in a list that is handed on": (SC + "from ours import work\nwork([TenableSC('sc')])\n", ""),
    "a section that is handed on": (SC + "from ours import work\nwork(TenableSC('sc').users)\n", ""),
    "code that is made": (SC + "exec(input())\n", ""),
    "code in a text": (SC + "eval('tenable.sc.TenableSC()')\n", ""),
    "a call that nobody has": (SC + "TenableSC('sc').users.lst()\n", "users.lst"),
}


@pytest.mark.parametrize(("source", "name"), UNPLACED.values(), ids=UNPLACED)
def test_what_cannot_be_placed_is_said_to_be_unknown(source: str, name: str) -> None:
    report = report_of(source)
    unknown = [one for one in report.findings if one.verdict == UNKNOWN]
    assert [one.name for one in unknown] == [name]
    assert unknown[0].notes
    assert report.exit_code == 1


def test_what_has_nothing_to_do_with_it_is_left_alone() -> None:
    assert (
        calls("""
        import json, logging, os, subprocess
        from tenable.sc import TenableSC
        sc = TenableSC("sc")
        users = {"list": []}
        users["list"].append(5)
        print(sc, repr(sc), isinstance(sc, TenableSC), hasattr(sc, "users"))
        logging.info("%s", sc)
        os.path.join("a", "b")
        class groups:
            @staticmethod
            def list():
                return []
        groups.list()
        json.loads("{}").get("users")
    """)
        == []
    )


# Verdicts.


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


def test_a_large_script_takes_as_much_longer_as_it_is_larger() -> None:
    assert steps(lines_of(2_000)) < 4.4 * steps(lines_of(500))


def test_loops_within_loops_are_not_followed_twice_each() -> None:
    assert steps(nested(16)) < 8 * steps(nested(8))
