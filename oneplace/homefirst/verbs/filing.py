"""Writes for partners' own systems what the desk took on and how it ended: nothing is typed twice.

A text goes to the practice, to whoever asked and to the desk's own organisation, as far as the
place says how texts are laid out for a system of theirs. Each stands on the case as filed there or
not yet.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.conf import settings

from oneplace.access.viewer import Viewer
from oneplace.homefirst.models import DeskCase, Episode, Package
from oneplace.kit.formats import day, moment
from oneplace.kit.words import say
from oneplace.partners.models import Organisation
from oneplace.post import verbs as post
from oneplace.post.models import Message
from oneplace.post.partner_texts import has_layout
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.referrals.models import Referral
from oneplace.vocabulary.terms import AccountKind

ROOM: Final = "homefirst"
KIND: Final = "desk_case"


def file_accepted(
    case: DeskCase, referral: Referral, words: str, *, by: Viewer, at: datetime
) -> list[Message]:
    """What the desk took on, for each partner's own system."""
    said = [
        f"Asked for: {referral.need}",
        case.pathway.label if case.pathway else "",
        "" if case.package is Package.NOT_ASKED else f"Help at home before: {case.package.label}",
        "Two people come together." if case.is_double_handed else "",
        f"Expected home: {moment(case.home_from)}" if case.home_from else "",
        f"Answers for them now: {case.responsible}",
        words,
    ]
    subject = say("{home_first} took on a referral, {stream}", stream=case.stream.label.lower())
    return _write(case, referral, subject, said, by=by, at=at)


def file_closed(
    case: DeskCase, referral: Referral, words: str, *, by: Viewer, at: datetime
) -> list[Message]:
    """How it ended, for each partner's own system, with what an episode of help came to."""
    episode = Episode.objects.filter(case=case).first()
    said = [
        f"Asked for: {referral.need}",
        f"First seen: {moment(case.first_seen_at)}" if case.first_seen_at else "Not seen.",
        f"After the visit: {case.disposition.label}" if case.disposition else "",
        *(_episode_lines(episode) if episode is not None else ()),
        f"Closed: {case.closed_because.label}",
        words,
    ]
    subject = say("{home_first} closed a referral, {stream}", stream=case.stream.label.lower())
    return _write(case, referral, subject, said, by=by, at=at)


def _episode_lines(episode: Episode) -> Iterable[str]:
    ended = f" to {day(episode.ended_on)}" if episode.ended_on else ""
    yield f"Short-term help: {day(episode.started_on)}{ended}"
    hours = (
        ("before", episode.hours_before),
        ("at the start", episode.hours_at_start),
        ("at the end", episode.hours_at_exit),
    )
    if told := [f"{value.normalize():f} {when}" for when, value in hours if value is not None]:
        yield f"Hours a week: {', '.join(told)}"
    if episode.function_at_exit:
        yield f"At the end: {episode.function_at_exit}"
    if episode.sequel:
        yield f"What follows: {episode.sequel.label}. {episode.sequel_words}".rstrip()


def _write(
    case: DeskCase,
    referral: Referral,
    subject: str,
    said: Iterable[str],
    *,
    by: Viewer,
    at: datetime,
) -> list[Message]:
    """A text for each; none where the house itself acts, for nobody would copy it."""
    if by.kind is not AccountKind.STAFF:
        return []
    words = "\n".join(line.strip() for line in said if line.strip())
    return [
        post.write_message(
            template="text_for_partner",
            values={"subject": f"{subject}, {day(at)}", "words": words},
            to=Recipient.organisation(organisation),
            cause=Cause(ROOM, KIND, case.pk),
            person_id=case.person_id,
            by=by,
            at=at,
        )
        for organisation in _with_a_system(referral, by)
    ]


def _with_a_system(referral: Referral, by: Viewer) -> list[Organisation]:
    wanted: list[uuid.UUID | None] = [
        referral.practice_id,
        referral.asked_by_organisation_id,
        by.organisation_id,
    ]
    found = Organisation.objects.in_bulk([key for key in dict.fromkeys(wanted) if key is not None])
    layouts = settings.PLACE.partner_texts
    return [each for each in found.values() if has_layout(layouts, each.kind)]
