"""Somebody asks on the public pages; the team rings, takes it up as a referral, or says why not."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import orjson
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.secrets import hash_of_login
from oneplace.access.viewer import Viewer
from oneplace.directory.models import Service
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.partners.models import Team
from oneplace.people import queries as people
from oneplace.people import verbs as people_verbs
from oneplace.people.verbs import Newcomer
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.referrals import links, rules
from oneplace.referrals.models import (
    AskedFor,
    Referral,
    ReferralOrigin,
    SelfAnswer,
    SelfReferral,
)
from oneplace.referrals.verbs.making import answering, make_referral, need_by_link
from oneplace.referrals.verbs.writing import refuse
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import NeedKind, ReferralSource, TeamKind

_SOURCE: Final = {
    AskedFor.SELF: ReferralSource.SELF,
    AskedFor.FAMILY: ReferralSource.CARER,
    AskedFor.NEIGHBOUR: ReferralSource.CARER,
    AskedFor.WORK: None,
}
_MOST_REMINDERS: Final = 3
_RINGS_UNTIL: Final = time(17, 0)


def _team_for(service: Service) -> Team | None:
    """Who rings whoever asks for this service: its own team, else the coordinators of the place."""
    own, _ = answering(service)
    team = Team.objects.filter(pk=own, closed_on=None).first() if own else None
    if team is not None:
        return team
    kinds = (TeamKind.COORDINATOR_TEAM, TeamKind.LINK_WORKER_TEAM)
    for kind in kinds:
        codes = [each.code for each in settings.PLACE.teams if each.kind is kind]
        found = Team.objects.filter(key__in=codes, closed_on=None).order_by("key").first()
        if found is not None:
            return found
    return None


@transaction.atomic
def ask_yourself(
    *,
    service: Service,
    asked_for: AskedFor,
    given: str,
    family: str,
    phone: str,
    need: str,
    need_kind: NeedKind | None = None,
    email: str = "",
    postcode: str = "",
    born_on: date | None = None,
    how_to_talk: str = "",
    may_leave_message: bool = False,
    asker_name: str = "",
    asker_phone: str = "",
    asker_relation: str = "",
    is_known: bool = False,
    by: Viewer,
    at: datetime,
) -> SelfReferral:
    """Keep what somebody asks without an account; the team has two working days to ring them.

    Nothing of any record is looked up or told. Raises `Refused` with the field it is about, and
    where the same address asks too often.
    """
    refuse(
        rules.why_not_ask_yourself(
            service,
            asked_for=asked_for,
            need=need,
            phone=phone,
            asker_name=asker_name,
            is_known=is_known,
            at=at,
        )
    )
    team = _team_for(service)
    if team is None:
        raise Refused(f"Nobody takes this here yet. Ring {_help_phone()}.")
    asked = SelfReferral(
        id=new_id(),
        number=links.new_number(),
        service=service,
        service_name=service.name,
        provider_name=service.provider.name,
        answering_id=team.pk,
        answering_name=team.name,
        asked_for=asked_for,
        given=given.strip(),
        family=family.strip(),
        born_on=born_on,
        phone=phone.strip(),
        email=email.strip().lower(),
        postcode=postcode.strip().upper(),
        how_to_talk=how_to_talk.strip(),
        may_leave_message=may_leave_message,
        need=need.strip(),
        need_kind=need_kind or "",
        asker_name=asker_name.strip(),
        asker_phone=asker_phone.strip(),
        asker_relation=asker_relation.strip(),
        from_hash=hash_of_login(by.from_address or ""),
        asked_at=at,
        answer_by=_answer_by(at),
    )
    audit.record(by=by, at=at, action="ask_yourself", subject=("self_referral", asked.pk))
    if _written(asked) == "too_often":
        raise Refused(
            "Too much was asked from here in the last hour, so this was not kept. Ring "
            f"{_help_phone()}, or try again later."
        )
    if asked.email:
        _write(
            asked,
            "asked_by_yourself",
            {"ring_by": local_day(asked.answer_by)},
            by=by,
            at=at,
        )
    return asked


@transaction.atomic
def note_try(*, asked: SelfReferral, words: str = "", by: Viewer, at: datetime) -> SelfReferral:
    """Write down that they were rung and not reached."""
    held = _held(asked, by=by)
    held.tries = [
        *held.tries,
        {"at": at.astimezone(UTC).isoformat(), "by": by.name, "words": words.strip()[:300]},
    ]
    held.save(update_fields=["tries"])
    _record("note_try", held, by=by, at=at)
    return held


@transaction.atomic
def take_up_self_referral(
    *,
    asked: SelfReferral,
    person_id: uuid.UUID | None,
    need: str = "",
    words: str = "",
    service: Service | None = None,
    by: Viewer,
    at: datetime,
) -> Referral:
    """Make it a referral like any other, after speaking with them.

    `person_id` is whose record it is; without it they are added by what they wrote, and linkage
    puts that together with what others know. `service` is another one, where the call showed that
    it fits better.
    """
    held = _held(asked, by=by)
    chosen = service or held.service
    if chosen is None:
        raise Refused("Choose the service to ask.", field="service")
    if person_id is None:
        person_id = people_verbs.add_person(
            newcomer=Newcomer(
                given=held.given,
                family=held.family,
                born_on=held.born_on,
                postcode=held.postcode,
                phone=held.phone,
            ),
            by=by,
            at=at,
        ).pk
    asker = (
        f"{held.asker_name} asked for them ({held.asker_relation or held.asked_for.label.lower()})"
        if held.asker_name
        else ""
    )
    made = make_referral(
        person_id=person_id,
        service=chosen,
        need=need.strip() or need_by_link(held.need, chosen, people.person(person_id, viewer=by)),
        need_kind=NeedKind(held.need_kind) if held.need_kind else None,
        words=". ".join(filter(None, (words.strip(), held.how_to_talk, asker))),
        asked_from=_SOURCE[held.asked_for],
        origin=ReferralOrigin.SELF,
        origin_id=held.pk,
        by=by,
        at=at,
    )
    held.person_id = made.person_id
    held.referral = made
    _answer(held, SelfAnswer.TAKEN_UP, words, by=by, at=at)
    return made


@transaction.atomic
def answer_self_referral(
    *, asked: SelfReferral, answer: SelfAnswer, words: str, by: Viewer, at: datetime
) -> SelfReferral:
    """Write down what they were told, where it is not taken up; it waits for nobody any more."""
    held = _held(asked, by=by)
    refuse(rules.why_not_self_answer(held, answer, words))
    _answer(held, answer, words, by=by, at=at)
    return held


@transaction.atomic
def remind_of_self_referral(*, asked: SelfReferral, by: Viewer, at: datetime) -> SelfReferral:
    """Tell the team that somebody still waits to be rung; each time they have a day more."""
    held = SelfReferral.objects.select_for_update(of=("self",)).filter(pk=asked.pk).first()
    if held is None or not held.is_open or held.answer_by >= at:
        raise Refused("Nobody waits, or there is still time.")
    if held.reminders >= _MOST_REMINDERS:
        raise Refused("The team was asked three times.")
    held.reminders += 1
    held.answer_by = at + timedelta(days=1)
    held.save(update_fields=["reminders", "answer_by"])
    team = Team.objects.filter(pk=held.answering_id).first()
    if team is not None:
        post.write_message(
            template="notice",
            values={
                "subject": f"Somebody still waits to be rung: {held.number}",
                "words": f"They asked on the public pages for {held.service_name}.",
            },
            to=Recipient.team(team),
            cause=Cause("referrals", "self_referral", held.pk),
            by=by,
            at=at,
        )
    _record("remind_of_self_referral", held, by=by, at=at)
    return held


def _held(asked: SelfReferral, *, by: Viewer) -> SelfReferral:
    found = SelfReferral.objects.select_for_update(of=("self",)).filter(pk=asked.pk).first()
    if found is None:
        raise Refused("This is not open to you.")
    refuse_if(rules.why_not_handle(found, by=by))
    return found


def _answer(
    held: SelfReferral, answer: SelfAnswer, words: str, *, by: Viewer, at: datetime
) -> None:
    held.answer = answer
    held.answer_words = words.strip()[:500]
    held.answered_at = at
    held.answered_by_name = by.name
    held.save()
    _record("answer_self_referral", held, by=by, at=at)
    if held.email and answer is not SelfAnswer.NOT_REAL:
        _write(held, "asked_and_answered", {}, by=by, at=at)


def _record(action: str, held: SelfReferral, *, by: Viewer, at: datetime) -> None:
    audit.record(
        by=by,
        at=at,
        action=action,
        subject=("self_referral", held.pk),
        person_id=held.person_id,
        detail={"answer": held.answer} if held.answer else None,
    )


def _write(
    asked: SelfReferral, template: str, values: dict[str, object], *, by: Viewer, at: datetime
) -> None:
    post.write_message(
        template=template,
        values=values,
        to=Recipient.address(name=asked.asker_name or asked.given, to=asked.email),
        cause=Cause("referrals", "self_referral", asked.pk),
        keep_out=(asked.family,),
        by=by,
        at=at,
    )


def _written(asked: SelfReferral) -> str:
    given = {
        field.column: getattr(asked, field.attname) for field in SelfReferral._meta.concrete_fields
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "select referrals_ask_yourself(%s::jsonb, %s, %s)",
            [
                orjson.dumps(given, default=DjangoJSONEncoder().default).decode(),
                rules.MOST_ASKED_BY_ONE,
                rules.MOST_ASKED_BY_ALL,
            ],
        )
        return str(cursor.fetchall()[0][0])


def _answer_by(at: datetime) -> datetime:
    """Five in the afternoon two working days on, of the place's own calendar."""
    last = settings.PLACE.calendar.add_working_days(local_day(at), rules.SELF_ANSWERED_WITHIN)
    return datetime.combine(last, _RINGS_UNTIL, ZoneInfo(settings.TIME_ZONE))


def _help_phone() -> str:
    return str(settings.PLACE.identity.website.help_phone)
