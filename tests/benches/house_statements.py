"""How many statements the shell of a page asks of the database, worn by each role of a demo.

Run by `house.statements` beside a running demo: it speaks to the demo's database as the web role
and opens pages in this process, session, viewer and audit included. Prints one JSON object: for
each role the statements of the shell (a page of help) and of My day.
"""

import json
import os
import sys

FRAME = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def main() -> None:
    """Walk in as each role and count."""
    from oneplace.config.database import Role as DatabaseRole
    from oneplace.config.installation import join

    os.environ["ONEPLACE_DEMO"] = "1"
    join(DatabaseRole.WEB)
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from oneplace.vocabulary.terms import Role

    def asked(client: Client, path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path, headers={"host": "localhost"})
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
        return sum(not query["sql"].startswith(FRAME) for query in captured)

    counts: dict[str, dict[str, int]] = {}
    for role in Role:
        client = Client()
        client.post(f"/demo/walk-in/{role.value}/", headers={"host": "localhost"})
        client.get("/help/", headers={"host": "localhost"})
        counts[role.value] = {
            "shell": asked(client, "/help/"),
            "my_day": asked(client, "/my-day/"),
        }
    json.dump(counts, sys.stdout)


if __name__ == "__main__":
    main()
