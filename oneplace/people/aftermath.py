"""What follows at once when somebody has died, and when what hides somebody has changed.

Letters, texts and links stop, helpers ring first; who need hide no longer is found again. Listeners
to announcements (`config.wiring`); later rooms add their own: clocks, visits.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from procrastinate.contrib.django import app

from oneplace.access.announcements import ChoicesChanged
from oneplace.access.models import Account, Relationship
from oneplace.access.viewer import Viewer
from oneplace.partners.models import Organisation, Team
from oneplace.people.announcements import DeathsUndone, MergeUndone, PeopleDied
from oneplace.people.models import Person
from oneplace.post import verbs as post
from oneplace.post.models import Message, MessageLink, MessageState, RecipientKind
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.vocabulary.terms import RelationshipKind

STILL_NEWS: Final = timedelta(days=30)
"""Whoever died longer ago is known to have died: a first load brings in years of deaths."""

FIND_AGAIN: Final = "oneplace.people.jobs.find_again"
TELL_OF_MISTAKE: Final = "oneplace.people.jobs.tell_of_mistake"
SHOW_WRITTEN: Final = "oneplace.people.jobs.show_written"
"""The jobs' names; `people.jobs` does them, as the loader, who may read where everybody lives."""

_HIDES: Final = ("seal", "protected_address", "court_restriction")
_REASON: Final = "The person has died. Ring the family before anything is sent."
_UNSENT: Final = (MessageState.HELD, MessageState.QUEUED, MessageState.KEPT, MessageState.FAILED)


def stop_letters(died: PeopleDied) -> None:
    """Stop whatever has not left yet for these people, and close links made for them."""
    for_them = Message.objects.filter(recipient_kind=RecipientKind.PERSON, state__in=_UNSENT)
    for_them = for_them.filter(recipient_id__in=list(died.person_ids))
    for person_id in set(for_them.values_list("recipient_id", flat=True)):
        post.stop_messages_to(person_id=person_id, reason=_REASON, by=died.by, at=died.at)
    links = MessageLink.objects.filter(
        message__recipient_kind=RecipientKind.PERSON,
        message__recipient_id__in=list(died.person_ids),
        closed_at__isnull=True,
    )
    for link in links.select_related("message"):
        post.close_link(link=link, by=died.by, at=died.at)


def ask_to_ring_first(died: PeopleDied) -> None:
    """Tell the teams and organisations around somebody who has just died to ring before they go."""
    news = Person.objects.filter(
        pk__in=list(died.person_ids), died_at__gt=died.at - STILL_NEWS
    ).order_by("pk")
    people = {person.pk: person for person in news}
    if not people:
        return
    around = Relationship.objects.filter(person_id__in=list(people), starts_at__lte=died.at)
    around = around.exclude(ends_at__lte=died.at)
    around = around.exclude(kind=RelationshipKind.RECORD_STEWARDSHIP)
    parties = sorted(set(around.values_list("person_id", "party_id")))
    known = _recipients([party for _, party in parties])
    for person_id, party_id in parties:
        if party_id in known:
            _tell(people[person_id], known[party_id], by=died.by, at=died.at)


def _recipients(parties: Sequence[uuid.UUID]) -> dict[uuid.UUID, Recipient]:
    teams = {team.pk: Recipient.team(team) for team in Team.objects.filter(pk__in=parties)}
    organisations = {
        found.pk: Recipient.organisation(found)
        for found in Organisation.objects.filter(pk__in=parties)
    }
    return {**organisations, **teams}


def _tell(person: Person, to: Recipient, *, by: Viewer, at: datetime) -> None:
    name = _called(person)
    words = (
        f"{name} is recorded as having died. Letters, texts and links to them have been "
        "stopped. Ring the family before you visit, write or collect anything."
    )
    _notice(person, to, f"{name} has died", words, by=by, at=at)


def _called(person: Person) -> str:
    return " ".join(filter(None, (person.given, person.family))) or "Somebody you know"


def _notice(
    person: Person, to: Recipient, subject: str, words: str, *, by: Viewer, at: datetime
) -> None:
    post.write_message(
        template="notice",
        values={"subject": subject, "words": words},
        to=to,
        cause=Cause("people", "death", person.pk),
        person_id=person.pk,
        by=by,
        at=at,
    )


def tell_of_mistake(undone: DeathsUndone) -> None:
    """Ask that all who were told to ring first, and whose letters were stopped, hear of it."""
    app.configure_task(TELL_OF_MISTAKE).defer(person_ids=[str(each) for each in undone.person_ids])


def put_right(person_ids: Sequence[uuid.UUID], *, by: Viewer, at: datetime) -> None:
    """Tell everybody around these people that they have not died, and whose post was stopped.

    Called by the job. Nothing stopped is sent by itself: a text of last week's visit would send
    somebody to an empty room. Whoever wrote it sends it again, if it still holds.
    """
    for person in Person.objects.filter(pk__in=list(person_ids), is_dead=False).order_by("pk"):
        around = Relationship.objects.filter(person_id=person.pk, starts_at__lte=at)
        around = around.exclude(ends_at__lte=at)
        around = around.exclude(kind=RelationshipKind.RECORD_STEWARDSHIP)
        parties = sorted(set(around.values_list("party_id", flat=True)))
        for to in _recipients(parties).values():
            _notice(person, to, f"{_called(person)} has not died", _MISTAKE, by=by, at=at)
        _tell_writers(person, by=by, at=at)


_MISTAKE: Final = (
    "A death was recorded by mistake and has been taken back. Referrals, visits still to come, "
    "clocks and lists stand again as they were. Letters, texts and links that were stopped are not "
    "sent by themselves: whoever wrote them is asked."
)


def _tell_writers(person: Person, *, by: Viewer, at: datetime) -> None:
    """Ask whoever wrote to somebody said to have died to send again what still holds."""
    stopped = Message.objects.filter(
        recipient_kind=RecipientKind.PERSON,
        recipient_id=person.pk,
        state=MessageState.STOPPED,
        reason=_REASON,
    )
    subjects: dict[uuid.UUID, list[str]] = {}
    for message in stopped.order_by("recorded_at", "pk"):
        subjects.setdefault(message.writer_id, []).append(message.subject or message.channel.label)
    accounts = Account.objects.filter(pk__in=list(subjects), is_active=True).order_by("pk")
    for account in accounts:
        listed = "\n".join(f"- {subject}" for subject in subjects[account.pk][:_MOST_LISTED])
        words = (
            "These were stopped when we were told of a death, which was a mistake. They have not "
            "been sent, and links in what went before open nothing. Write again what still holds:"
            f"\n\n{listed}"
        )
        _notice(person, Recipient.account(account), "Send it again?", words, by=by, at=at)


_MOST_LISTED: Final = 20


def show_written(undone: MergeUndone) -> None:
    """Ask that what was written while two people were taken for one stands on both records."""
    for merge in undone.merges:
        app.configure_task(SHOW_WRITTEN).defer(merge_id=str(merge.merge_id))


def find_again(changed: ChoicesChanged) -> None:
    """Ask that what these people are found by be written anew, once this transaction is done.

    Hiding is at once and in the database; only what was hidden has to be written again.
    """
    if changed.kind not in _HIDES:
        return
    app.configure_task(FIND_AGAIN).defer(person_ids=[str(each) for each in changed.person_ids])
