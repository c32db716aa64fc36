"""Makes the copy of a record, for paper and for machines; a long one in the background."""

from datetime import datetime
from typing import Final

from django.template.loader import render_to_string

from oneplace.access import verbs
from oneplace.access.models import Right
from oneplace.access.queries import rights as right_queries
from oneplace.access.viewer import Viewer
from oneplace.desk.presenters import rights as pages
from oneplace.kit.refusals import Refused
from oneplace.post.papers import papers
from oneplace.records import queries as records

MOST_AT_ONCE: Final = 100
"""Items from which on a copy is made by a job: paper takes some 15 ms an item."""


def make(right: Right, *, by: Viewer, at: datetime) -> None:
    """Make and keep the copies of what was reviewed and signed; raises `Refused`.

    What says something else since the review is never copied.
    """
    if right.person_id is None:
        raise Refused("Check first whose record it is.")
    found = records.asked_for(right.pk, right.person_id, viewer=by, at=at)
    items = right_queries.items(right, viewer=by)
    if changed := pages.changed_since(items, found):
        raise Refused(
            f"{changed} of the items say something else since they were reviewed. Send it back, "
            "gather anew and look at those."
        )
    parts = pages.given(items, found, right_queries.owner_words(viewer=by))
    html = render_to_string("desk/rights/copy.html", {"page": pages.copy_page(right, parts, at=at)})
    copies = {"json": pages.copy_json(right, parts, at=at)}
    if (pdf := papers().pdf(html)) is not None:
        copies["pdf"] = pdf
    else:
        copies["html"] = html.encode()
    verbs.keep_copies(right=right, copies=copies, by=by, at=at)
