"""How the doctor follows names: which client a call belongs to, and what it cannot place."""

from __future__ import annotations

from textwrap import dedent

import pytest

from .asking import SC, UNKNOWN, calls, report_of

# Each source ends in the calls that it has to place.
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
