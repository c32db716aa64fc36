"""A directory of five thousand services: searched, published page by page, and a link opened.

Run as a process of its own by the figures. Prints one JSON object.
"""

import json
import random
import time
from pathlib import Path
from typing import Any

SERVICES, SEARCHES, SEED, PER_PAGE = 5_000, 300, 20260312, 100
_KINDS = (
    ("Lunch clubs", "A hot meal and company", "Lunch"),
    ("Gardening help", "Volunteers clear and plant small gardens", "Garden"),
    ("Befriending", "Somebody comes for a talk once a week", "Company"),
    ("Benefits advice", "Help with forms, debts and appeals", "Money advice"),
    ("Exercise", "Gentle movement, balance and strength", "Move more"),
    ("Carers", "A break, a group and advice for carers", "Carers"),
    ("Transport", "Lifts to appointments with a driver who waits", "Lifts"),
    ("Bereavement", "A group for whoever has lost somebody", "Grief"),
)
_WORDS = (
    "company", "garden", "help with forms", "lunch", "somebody to talk to", "balance class",
    "lift to hospital", "carer break", "lonly", "gardning", "tamil lunch", "free exercise",
    "lost my wife", "debt advice", "walking group", "",
)  # fmt: skip
_NEAR = ("CR7 8AB", "CR0", "CR2 6QT", "", "SE25")
_LIE = {
    "CR78AB": (51.401, -0.098), "CR7": (51.400, -0.100), "CR0": (51.374, -0.092),
    "CR26QT": (51.351, -0.091), "CR2": (51.350, -0.090), "SE25": (51.397, -0.075),
}  # fmt: skip
LISTS = {
    "services": "service",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
    "organizations": "organization",
}


def service(number: int, chance: random.Random) -> dict[str, Any]:
    """One service of the made-up directory, as a feed would send it."""
    kind, what, name = _KINDS[number % len(_KINDS)]
    town = chance.choice(("Thornton", "Selhurst", "Purley", "Norbury", "Addiscombe"))
    return {
        "id": f"b{number}",
        "name": f"{name} {town} {number}",
        "status": "active",
        "organization_id": f"org{number % 700}",
        "description": f"{what} in {town}. {chance.choice(_KINDS)[1]}.",
        "minimum_age": chance.choice((18, 50, 65)),
        "assured_date": f"2025-{chance.randint(1, 12):02}-15",
        "organization": {
            "id": f"org{number % 700}",
            "name": f"Neighbours {number % 700}",
            "email": f"office{number % 700}@example.org",
        },
        "languages": [{"name": chance.choice(("English", "Tamil", "Gujarati", "Polish"))}],
        "cost_options": [{"id": f"c{number}", "option": "Free", "amount": 0}],
        "schedules": [
            {
                "freq": "WEEKLY",
                "interval": 1,
                "byday": chance.choice(("MO", "TU", "WE", "TH", "FR")),
                "opens_at": "10:00",
                "closes_at": "12:00",
            }
        ],
        "service_at_locations": [
            {
                "location": {
                    "id": f"l{number}",
                    "name": f"{town} hall",
                    "latitude": 51.32 + chance.random() / 10,
                    "longitude": -0.15 + chance.random() / 8,
                    "addresses": [
                        {
                            "address_1": f"{number % 90 + 1} High Street",
                            "postal_code": f"CR{number % 9} {number % 9}AB",
                        }
                    ],
                }
            }
        ],
        "attributes": [{"taxonomy_term": {"id": f"t{number % len(_KINDS)}", "name": kind}}],
    }


def searched() -> dict[str, float]:
    """Seconds of each search, p95, and how many found something."""
    from oneplace.access.viewer import viewing
    from oneplace.directory import queries
    from oneplace.vocabulary.terms import Role
    from tests.factories import AT
    from tests.rooms.plans.around_margaret import unconnected

    viewer, chance, took, found = unconnected(Role.PIC), random.Random(SEED), [], 0
    with viewing(viewer, at=AT):
        for _ in range(SEARCHES):
            text, near = chance.choice(_WORDS), chance.choice(_NEAR)
            began = time.perf_counter()
            answer = queries.search(text=text, near=near, viewer=viewer, at=AT)
            took.append(time.perf_counter() - began)
            found += bool(answer.found)
            if near and answer.near is None:
                raise RuntimeError(f"{near} is known to nobody here: nothing was measured near it")
    took.sort()
    return {"search_p95_s": took[int(0.95 * SEARCHES)], "searches_with_answer": found}


def published() -> dict[str, int]:
    """Every page of every list of the open feed, and what its schemas say against it."""
    from django.test import Client

    from oneplace.directory.publishing.shapes import faults_of, faults_of_page

    client, faults, pages, rows = Client(), 0, 0, 0
    for name, shape in LISTS.items():
        number = 1
        while True:
            answer = client.get(f"/open-referral/{name}", {"page": number, "per_page": PER_PAGE})
            body = answer.json()
            faults += len(list(faults_of_page(body, shape)))
            pages, rows = pages + 1, rows + len(body["contents"])
            for one in body["contents"][:1]:
                whole = client.get(f"/open-referral/{name}/{one['id']}").json()
                faults += len(list(faults_of(whole, shape)))
            if body["last_page"]:
                break
            number += 1
    return {"schema_errors": faults, "pages": pages, "rows": rows}


def linked() -> dict[str, int]:
    """Bytes of the page behind a link, with all it loads, before a Yes and after."""
    import re

    from django.contrib.staticfiles import finders
    from django.test import Client

    from oneplace.access.viewer import viewing
    from oneplace.vocabulary.terms import Role
    from tests.factories import AT
    from tests.rooms.plans.around_margaret import arrive, connected
    from tests.rooms.referrals.asking import asked, garden, secret_of_link

    margaret = arrive()
    gp = connected(Role.GP, margaret, "Dr Gray")
    with viewing(gp, at=AT):
        asked(margaret, garden(), gp)
    client, address = Client(), f"/can-you-help/{secret_of_link()}/"
    before = client.get(address).content
    client.post(f"{address}accept/", {"words": ""})
    after = client.get(address).content
    loads = 0
    for found in set(re.findall(rb'(?:href|src)="/static/([^"?]+)', before)):
        path = finders.find(found.decode())
        loads += Path(path).stat().st_size if isinstance(path, str) else 0
    return {"link_bytes": max(len(before), len(after)), "link_loads_bytes": loads}


def main() -> None:
    """Fill the directory, measure the three, say the figures as JSON."""
    from tests import database

    database.ready_cluster()
    database.clone(database.NAME)
    import django

    django.setup()
    from tests.benches.from_memory import as_in_tests

    as_in_tests()
    from django.db import connection

    from oneplace.config.database import Role as DatabaseRole
    from oneplace.directory.models import Postcode, Service
    from tests.database import as_role
    from tests.factories import AT, bring_in_place
    from tests.rooms.directory.pages import arrive, page

    chance = random.Random(SEED)
    bring_in_place()
    with as_role(DatabaseRole.LOADER):
        arrive(page(*(service(number, chance) for number in range(SERVICES))), at=AT)
        services = Service.objects.filter(is_listed=True).count()
        Postcode.objects.bulk_create(Postcode(code, *where) for code, where in _LIE.items())
    with as_role(DatabaseRole.OWNER), connection.cursor() as cursor:
        cursor.execute("analyze")
    found = {"services": services, **searched(), **published(), **linked()}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
