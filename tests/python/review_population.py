"""Reviews of made-up populations, in the JSON form that the review is kept in."""

from __future__ import annotations

import copy
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

Json = dict[str, Any]

NOW = datetime(2026, 8, 31, 8, 0, tzinfo=timezone.utc)
IDLE_DAYS = 90

# In the order in which reviews list them.
KINDS = (
    "not_listed disabled_elsewhere gone_elsewhere no_second_factor strong_role never_signed_in idle unused_key disabled_with_access "
    "two_people shared_address several_accounts no_address locked_out empty_group unused_role companion"
).split()
SEVERITIES = ["high", "medium", "low", "info"]

GIVEN = (
    "Ada Alan Amara Ann Anton Bea Bo Carla Chen Dana Diego Ebba Edith Farid Femi Grace Hana Hugo Ines Ivan Jana Jonas Kaito Keiko Lars "
    "Leila Lena Luca Maja Malik Mara Milo Nadia Nils Noor Olga Omar Paula Pavel Priya Quinn Rania Remi Rosa Sami Sina Tariq Tess Uma Vera "
    "Wanda Wei Yara Yusuf Zoe"
).split()
FAMILY = (
    "Abara Adler Bauer Becker Castillo Chow Costa Dahl Diaz Eriksen Falk Ferrari Fischer Garcia Haddad Hansen Ito Ivanova Jansen Jensen "
    "Kaya Keller Khan Kovac Lee Lindgren Lopez Marin Meyer Moreau Nakamura Novak Nowak Okafor Olsen Park Patel Petrov Quist Rossi Sato "
    "Schmidt Silva Singh Soto Tanaka Torres Ueda Vargas Vogel Weber Weiss Wong Yilmaz Zhang"
).split()

PRODUCTS = ["ie", "sc", "vm"]
ROLES = {
    "ie": ["Global Administrator", "User", "Risk reviewer"],
    "sc": ["Security Manager", "Security Analyst", "Auditor", "Vulnerability Analyst"],
    "vm": ["Administrator", "Standard", "Scan Operator", "Basic", "Auditor"],
}
GROUPS = {
    "ie": [],
    "sc": ["Full Access", "Blue team", "Branch offices"],
    "vm": ["All Users", "Blue team", "Cloud accounts", "Night shift"],
}
KEPT_BY_NONE = {
    "ie": ["groups", "last_sign_in", "last_api_use", "sign_in.client_certificate", "second_factor"],
    "sc": ["last_api_use", "second_factor"],
    "vm": ["sign_in.ldap", "sign_in.client_certificate", "sign_in.other_account"],
}


def time(days_ago: float) -> str:
    return (NOW - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def tenant(name: str, product: str, failed: str | None = None) -> Json:
    return {
        "tenant": name,
        "product": product,
        "accounts": 0,
        "roles": 0 if failed else len(ROLES[product]),
        "groups": 0 if failed else len(GROUPS[product]),
        "asked_by": None,
        "unread": [],
        "failed": None if failed is None else {"message": failed, "kind": "Timeout", "status": None, "may_have_acted": False},
    }


def account_key(product: str, number: int) -> str:
    return f"vm:{uuid.UUID(int=number)}" if product == "vm" else f"{product}:{number}"


def account(where: Json, number: int, address: str, full_name: str | None, **facts: Any) -> Json:
    """An account with what its product tells; `facts` say what is special."""
    product = where["product"]
    not_kept = KEPT_BY_NONE[product]
    kept: Json = {
        "key": account_key(product, number),
        "user_name": address,
        "full_name": full_name,
        "email": address,
        "enabled": True,
        "locked_out": False,
        "roles": [ROLES[product][1]],
        "groups": GROUPS[product][:1],
        "last_seen": time(3.2),
        "last_sign_in": time(3.2),
        "last_api_use": None if "last_api_use" in not_kept else "never",
        "sign_in": {
            "password": True,
            "saml": False,
            "ldap": None if product == "vm" else False,
            "client_certificate": False if product == "sc" else None,
            "api_keys": {"ie": None, "sc": False, "vm": True}[product],
            "other_account": None if product == "vm" else False,
        },
        "second_factor": True,
        "not_told": ["sign_in.api_keys"] if product == "ie" else [],
        "not_kept": not_kept,
    }
    special: dict[str, Any] = {name: facts.pop(name) for name in ("administrator", "administrator_by", "companion") if name in facts}
    sign_in = facts.pop("sign_in", {})
    kept.update(facts)
    kept["sign_in"].update(sign_in)
    for fact in not_kept:
        if fact in kept:
            kept[fact] = None
    if product == "ie":
        kept["last_seen"] = None
    return {
        "tenant": where["tenant"],
        "product": product,
        "account": kept,
        "administrator": False,
        "administrator_by": [],
        "companion": False,
        **special,
    }


def person(address: str, full_name: str | None, accounts: list[Json], listed: bool | None = None) -> Json:
    names = {address}
    for one in accounts:
        names |= {one["account"][name].lower() for name in ("user_name", "email") if one["account"][name]}
    return {"person": address, "full_name": full_name, "names": sorted(names), "listed": listed, "accounts": accounts}


def finding(kind: str, severity: str, what: str, advice: str, **about: Any) -> Json:
    """A finding about accounts (`person`, `accounts`), or about a role or a group (`role` or `group`, `tenant`)."""
    made: Json = {"kind": kind, "severity": severity, "what": what, "advice": advice}
    if "accounts" in about:
        made["accounts"] = [
            {
                "tenant": one["tenant"],
                "key": one["account"]["key"],
                "name": one["account"]["user_name"] or one["account"]["email"],
                "full_name": one["account"]["full_name"],
            }
            for one in about["accounts"]
        ]
        made["tenants"] = list(dict.fromkeys(one["tenant"] for one in about["accounts"]))
        made["person"] = about.get("person")
    else:
        made["tenants"] = [about["tenant"]]
        for what_object in ("role", "group"):
            if what_object in about:
                made[what_object] = about[what_object]
    return made


def findings_about(somebody: Json) -> list[Json]:
    """What an auditor should look at of these accounts, with the rules in short."""
    found: list[Json] = []
    name = somebody["person"]

    def add(kind: str, severity: str, what: str, advice: str, *accounts: Json) -> None:
        found.append(finding(kind, severity, what, advice, person=name, accounts=list(accounts)))

    enabled = [one for one in somebody["accounts"] if one["account"]["enabled"] is True]
    disabled = [one for one in somebody["accounts"] if one["account"]["enabled"] is False]
    if enabled and disabled:
        places = ", ".join(one["tenant"] for one in enabled), ", ".join(one["tenant"] for one in disabled)
        add(
            "disabled_elsewhere",
            "high",
            f"enabled in {places[0]}, disabled in {places[1]}",
            "If the person left, offboard the person everywhere; if not, say why the accounts differ.",
            *enabled,
            *disabled,
        )
    if somebody["listed"] is False and enabled:
        add(
            "not_listed",
            "high",
            "the account may sign in, and the list of the identity provider has none of the person's names",
            "If the person left, offboard the person; if it is the same person by another name, add an alias.",
            *enabled,
        )
    for one in somebody["accounts"]:
        kept = one["account"]
        grave = "high" if one["administrator"] else "medium"
        if kept["enabled"] is True:
            seen = kept["last_seen"]
            if seen == "never":
                add("never_signed_in", grave, "never signed in", "Ask whether the account is needed; if it is not, disable or delete it.", one)
            elif seen is not None and seen < time(IDLE_DAYS):
                days = (NOW - datetime.fromisoformat(seen.replace("Z", "+00:00"))).days
                add(
                    "idle",
                    grave,
                    f"not used for {days} days",
                    "Ask whether the account is still needed; if it is not, disable or delete it.",
                    one,
                )
            if one["administrator"] and kept["second_factor"] is False:
                add(
                    "no_second_factor",
                    "high",
                    f"administrator ({'; '.join(one['administrator_by'])}) without a second factor",
                    "Have a second factor set up, or allow the account to sign in by SAML alone.",
                    one,
                )
        if kept["locked_out"]:
            add(
                "locked_out",
                "low",
                "locked out after failed attempts to sign in",
                "Ask the person whether the attempts were theirs, then unlock the account.",
                one,
            )
    return found


def review(tenants: list[Json], people: list[Json], more: list[Json] | None = None, untold: list[Json] | None = None) -> Json:
    """A review of these people; findings about them are made, `more` are findings about other things."""
    people = sorted(people, key=lambda one: one["person"])
    findings = [found for one in people for found in findings_about(one)] + (more or [])
    findings.sort(key=lambda one: (SEVERITIES.index(one["severity"]), KINDS.index(one["kind"]), one.get("person") or ""))
    accounts = [one for somebody in people for one in somebody["accounts"]]
    for where in tenants:
        own = [one["account"]["key"] for one in accounts if one["tenant"] == where["tenant"]]
        where["asked_by"] = own[0] if own else None
        where["accounts"] = sum(one["tenant"] == where["tenant"] for one in accounts)
    return {
        "version": 1,
        "made_at": time(0),
        "idle_days": IDLE_DAYS,
        "unused_key_days": 90,
        "listed": None,
        "tenants": tenants,
        "people": people,
        "roles": roles(tenants, accounts),
        "groups": groups(tenants, accounts),
        "findings": findings,
        "untold": untold or [],
    }


def roles(tenants: list[Json], accounts: list[Json]) -> list[Json]:
    made = []
    for where in tenants:
        if where["failed"]:
            continue
        product = where["product"]
        for number, name in enumerate(ROLES[product], 1):
            is_administrator = number == 1
            made.append(
                {
                    "tenant": where["tenant"],
                    "product": product,
                    "key": f"vm:{uuid.UUID(int=number)}" if product == "vm" else f"{product}:{number}",
                    "name": name,
                    "description": "May see what others may not change." if name == "Risk reviewer" else None,
                    "permissions": None if name == "Auditor" else [f"thing-{at}:{name.lower()}" for at in range(number * 7)],
                    "predefined": None if product == "ie" else name != "Vulnerability Analyst",
                    "administrator": is_administrator,
                    "administrator_by": f"{name} is what the product calls its administrators" if is_administrator else None,
                    "members": members(where, accounts, "roles", name),
                    "members_complete": True,
                }
            )
    return made


def groups(tenants: list[Json], accounts: list[Json]) -> list[Json]:
    return [
        {
            "tenant": where["tenant"],
            "product": where["product"],
            "key": f"{where['product']}:{number}",
            "name": name,
            "description": None,
            "member_count": len(members(where, accounts, "groups", name)),
            "fixed": name == "All Users",
            "managed_by_saml": name == "Night shift" if where["product"] == "vm" else None,
            "members": members(where, accounts, "groups", name),
            "members_complete": True,
        }
        for where in tenants
        if not where["failed"]
        for number, name in enumerate(GROUPS[where["product"]])
    ]


def members(where: Json, accounts: list[Json], what: str, name: str) -> list[str]:
    return [one["account"]["key"] for one in accounts if one["tenant"] == where["tenant"] and name in (one["account"][what] or [])]


def population(count: int, tenants: list[Json]) -> list[Json]:
    """People with accounts in some of the tenants. The same for the same numbers: what is special comes from the number of the person."""
    people = []
    taken: set[str] = set()
    readable = [where for where in tenants if not where["failed"]]
    for number in range(count):
        given, family = GIVEN[number * 17 % len(GIVEN)], FAMILY[number * 31 % len(FAMILY)]
        full_name = f"{given} {family}"
        address = f"{given}.{family}@example.com".lower()
        if address in taken:
            address = address.replace("@", f"{number}@")
        taken.add(address)
        accounts: list[dict[str, Any]] = []
        for at, where in enumerate(readable):
            draw = (number * 7919 + at * 104729 + number * at * 31) % 1000
            if len(accounts) and draw % 5 in (0, 1) or number % len(readable) != at and draw % 3 == 0:
                continue
            product = where["product"]
            administrator = draw % 29 == 0
            names = ROLES[product]
            role = names[0] if administrator else names[1 + draw % (len(names) - 1)]
            seen = "never" if draw % 37 == 0 else time(0.1 + draw % 83) if draw % 13 else time(95 + draw % 400)
            saml = draw % 4 == 0
            accounts.append(
                account(
                    where,
                    number + 1,
                    address,
                    full_name,
                    enabled=draw % 17 != 0,
                    locked_out=draw % 41 == 0,
                    roles=[role],
                    groups=sorted({group for at, group in enumerate(GROUPS[product][:3]) if at == 0 or (draw + at) % 3 == 0}),
                    last_seen=seen,
                    last_sign_in=seen,
                    second_factor=None if product == "vm" and draw % 19 == 0 else draw % 3 != 0,
                    sign_in={"password": not saml, "saml": saml},
                    administrator=administrator,
                    administrator_by=[role] if administrator else [],
                )
            )
        people.append(person(address, full_name, accounts))
    return [one for one in people if one["accounts"]]


def three_tenants() -> list[Json]:
    return [tenant("corp-ad", "ie"), tenant("datacentre", "sc"), tenant("cloud", "vm")]


def usual(count: int = 60) -> Json:
    """What a review looks like in most places: three tenants, and one that could not be read."""
    tenants = [*three_tenants(), tenant("branch", "sc", "https://sc.branch.example: no answer within 30 s; nothing was changed; try again later")]
    people = population(count, tenants)
    sc, vm = tenants[1], tenants[2]
    admin = account(sc, 900, "admin", None, email="", roles=["Security Manager"], administrator=True, administrator_by=["Security Manager"])
    people.append(person("admin (datacentre)", None, [admin]))
    second = [
        account(vm, 901 + at, name, "Sina Weber", email="sina.weber@example.com", roles=roles)
        for at, (name, roles) in enumerate([("sina.weber@example.com", ["Standard"]), ("sina-admin@example.com", ["Administrator"])])
    ]
    second[1].update(administrator=True, administrator_by=["Administrator"])
    second[1]["account"]["second_factor"] = False
    people = [one for one in people if one["person"] != "sina.weber@example.com"]
    people.append(person("sina.weber@example.com", "Sina Weber", second))
    more = [
        finding(
            "strong_role",
            "high",
            "Vulnerability Analyst: allows all that Security Manager allows; 4 accounts have it",
            "Look at who has the role as at administrators; take away what its holders do not need.",
            tenant=sc["tenant"],
            role={"key": "sc:4", "name": "Vulnerability Analyst"},
        ),
        finding(
            "empty_group",
            "low",
            "nobody is in the group",
            "Delete it, unless it is kept for somebody to come.",
            tenant=vm["tenant"],
            group={"key": "vm:3", "name": "Night shift"},
        ),
        finding(
            "no_address",
            "medium",
            "neither the user name nor the e-mail address is an address, and no alias says whose account it is",
            "Give the account the address of who answers for it, or add an alias.",
            person="admin (datacentre)",
            accounts=[admin],
        ),
        finding(
            "several_accounts",
            "medium",
            "2 accounts in cloud",
            "Keep one; where an administrator has a second account on purpose, say so.",
            person="sina.weber@example.com",
            accounts=second,
        ),
        finding(
            "companion",
            "info",
            "7 accounts are kept by another Tenable product, which would make them again",
            "Change and delete them there.",
            accounts=[one for somebody in people for one in somebody["accounts"] if one["product"] == "vm"][:7],
        ),
    ]
    untold = [
        {"tenant": "corp-ad", "product": "ie", "kind": kind, "fact": fact, "count": 40, "never_kept": True}
        for kind, fact in [("no_second_factor", "second_factor"), ("idle", "last_sign_in"), ("unused_key", "last_api_use")]
    ]
    untold.append({"tenant": "cloud", "product": "vm", "kind": "no_second_factor", "fact": "second_factor", "count": 2, "never_kept": False})
    tenants[2]["unread"] = [{"what": "groups", "why": {"message": "403 Forbidden: the account may not list groups", "may_have_acted": False}}]
    return review(tenants, people, more, untold)


def before(now: Json) -> Json:
    """The review of three months earlier, in which some things were otherwise: see the comments."""
    last = copy.deepcopy(now)
    last["made_at"] = time(92)
    people: list[Json] = last["people"]
    sc = last["tenants"][1]
    usual = [one for one in people if one["full_name"] and one["accounts"][0]["product"] == "ie" and len(one["accounts"]) < 3]
    joined, changed, renamed, solved, gone = [one for one in usual if len(one["accounts"]) == 2][:4] + [one for one in usual if len(one["accounts"]) == 1][:1]
    # Somebody had not joined yet, and somebody had not left.
    people.remove(joined)
    people.append(person("left@example.com", "Lena Falk", [account(sc, 7000, "left@example.com", "Lena Falk")]))
    # Somebody is an administrator by now, and had another role.
    was = changed["accounts"][0]
    was["account"].update(enabled=not was["account"]["enabled"], roles=["Basic"])
    was["administrator"] = not was["administrator"]
    renamed["accounts"][0]["account"].update(user_name="old-name@example.com", groups=["Pilot"])
    # Somebody is gone from one tenant and still in the other.
    gone["accounts"].append(account(sc, 7001, gone["person"], gone["full_name"]))
    idle = finding("idle", "medium", "not used for 140 days", "Ask whether it is needed.", person=solved["person"], accounts=solved["accounts"][1:])
    kept = [one for one in last["findings"] if one.get("person") != joined["person"] and one["kind"] != "empty_group"]
    last["findings"] = [*kept, idle]
    return last


def many_tenants(count: int, people: int) -> Json:
    tenants = [tenant(f"tenant-{at:03}", PRODUCTS[at % 3], "timed out" if at % 50 == 49 else None) for at in range(count)]
    return review(tenants, population(people, tenants))


def large(count: int) -> Json:
    tenants = three_tenants()
    return review(tenants, population(count, tenants))


# Names as somebody might choose them to break a page.
HOSTILE = [
    "</script><img src=x onerror=\"document.title='owned'\">",
    "</td></tr></table><h1>owned</h1>",
    "<style>body{display:none}</style>",
    "\" onmouseover=\"document.title='owned'\" x=\"",
    "' autofocus onfocus='document.title=1",
    "{{script}} {{head}}",
    "&lt;b&gt; &amp;amp; &#x3c;script&#x3e;",
    "javascript:document.title='owned'",
    "\u202egnp.exe\u202c \u2066isolated",
    "עידו בן־דוד",
    "مريم الحداد",
    "👩‍👩‍👧‍👦 🏴‍☠️ é̶̢̛ A\u0300\u0301\u0302\u0303",
    "x" * 3000,
    "line\nbreak\u2028separator\u2029paragraph",
    "=HYPERLINK(\"https://example.com\")",
]


def hostile() -> Json:
    tenants = [tenant("corp-ad", "ie"), tenant("<b>data</b>centre", "sc"), tenant("cloud\"'", "vm", "<script>document.title='owned'</script>")]
    people = []
    for number, name in enumerate(HOSTILE, 1):
        where = tenants[number % 2]
        hidden = account(where, number, name, name, roles=[name, "Auditor"], groups=[name], second_factor=False, administrator=True, administrator_by=[name])
        people.append(person(name.lower(), name, [hidden], listed=False))
    return review(tenants, people)
