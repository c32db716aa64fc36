"""Background work of the directory: owners are asked whether their entries are right."""

from typing import Final

from procrastinate.contrib.django import app

from oneplace.access.viewer import system_viewer, viewing
from oneplace.directory import queries, verbs
from oneplace.directory.permissions import KEEP_DIRECTORY
from oneplace.kit import clock
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.terms import Purpose

KEEPER: Final = system_viewer(
    "keeper of the directory",
    purpose=Purpose.DIRECT_CARE,
    permissions=frozenset({KEEP_DIRECTORY}),
)


@app.periodic(cron="23 9 * * 1-5")
@app.task(name="oneplace.directory.jobs.ask_owners", pass_context=False)
def ask_owners(timestamp: int) -> None:
    """Ask whoever offers what nobody has checked for half a year, two hundred a day."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        for service in queries.owners_to_ask(viewer=by, at=at):
            try:
                verbs.ask_owner(service=service, by=by, at=at)
            except Refused:
                continue


@app.periodic(cron="11 4 * * 0")
@app.task(name="oneplace.directory.jobs.look_for_likes", pass_context=False)
def look_for_likes(timestamp: int) -> None:
    """Look once a week for entries that may be one service."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        verbs.find_likenesses(by=by, at=at)
