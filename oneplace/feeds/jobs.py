"""Background work of feeds: tell of a feed that has fallen silent, remove examples left behind."""

from typing import Final

from procrastinate.contrib.django import app

from oneplace.access.viewer import system_viewer, viewing
from oneplace.feeds import verbs
from oneplace.feeds.mapping_pages import examples
from oneplace.kit import clock
from oneplace.vocabulary.terms import Purpose

KEEPER: Final = system_viewer(
    "feed keeper", purpose=Purpose.DIRECT_CARE, permissions=frozenset({"manage_feeds"})
)


@app.periodic(cron="*/5 * * * *")
@app.task(name="oneplace.feeds.jobs.tell_of_silence", pass_context=False)
def tell_of_silence(timestamp: int) -> None:
    """Write a notice for each feed that is later than was agreed."""
    at = clock.now()
    with viewing(KEEPER, at=at) as by:
        verbs.tell_of_silence(by=by, at=at)


@app.periodic(cron="17 * * * *")
@app.task(name="oneplace.feeds.jobs.remove_left_examples", pass_context=False)
def remove_left_examples(timestamp: int) -> None:
    """Remove example files of mappings that somebody began and never saved."""
    examples.remove_left()
