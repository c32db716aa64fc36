"""The four national social prescribing data sets, gathered for a viewer in a handful of statements.

Whose record does not open to the viewer, or who chose that theirs is not used for this, is in none
of them. Raw sums of scales are never told, and a goal nobody reviewed has no outcome.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from oneplace.access.viewer import Viewer
from oneplace.kit.formats import years_old
from oneplace.people import queries as people
from oneplace.people.models import Person
from oneplace.plans.data_sets import DataSets, Row
from oneplace.plans.models import (
    CarerNeeds,
    DataSet,
    GoalReview,
    IncomeGained,
    Measure,
    PicWork,
)
from oneplace.plans.permissions import EXPORT_SOCIAL_PRESCRIBING
from oneplace.referrals.models import Referral, Signposted
from oneplace.science.instruments import ScoreKind, instrument
from oneplace.vocabulary.place.social_prescribing import SocialPrescribing
from oneplace.vocabulary.terms import (
    ConnectionState,
    NeedKind,
    PicState,
    Purpose,
    ServiceCategory,
)

COMMUNITY: Final = (
    ServiceCategory.SOCIAL_PRESCRIBING,
    ServiceCategory.COORDINATION,
    ServiceCategory.MONEY_AND_BENEFITS,
    ServiceCategory.HOUSING,
    ServiceCategory.BEFRIENDING,
    ServiceCategory.CARERS,
)
"""What a referral must be to for it to count; whoever answers by link counts besides."""
_NOT_TAKEN_UP: Final = (ConnectionState.DECLINED, ConnectionState.SENT_BACK)
_WAITING: Final = (ConnectionState.OFFERED,)

_PEOPLE: Final = """
with said as (
    select c.current_id as person_id, i.*,
           case when o.id is not null then 0 else 1 end
           + case when i.is_deleted then 10 else 0 end as trust
      from people_person c
      join records_subject s on s.person_id = c.id
      join records_identity i on i.subject_id = s.id
      left join partners_organisation o on o.code = i.organisation and o.kind = 'gp_practice'
     where c.current_id = any(%(persons)s)
), homes as (
    select distinct on (said.person_id) said.person_id, upper(r.postcode) as postcode
      from said join records_reach r on r.identity_id = said.id
     where r.kind = 'address' and r.postcode <> ''
       and (r.ends_on is null or r.ends_on >= %(today)s)
       and lower(r.use) not in ('previous', 'old', 'temporary', 'temp', 'billing', 'mailing')
     order by said.person_id, said.trust, said.said_at desc, said.id, r.rank, r.position
)
select said.person_id,
       (array_agg(ethnicity order by trust, said_at desc) filter (where ethnicity <> ''))[1],
       (array_agg(language order by trust, said_at desc) filter (where language <> ''))[1],
       (array_agg(needs_interpreter order by trust, said_at desc)
           filter (where needs_interpreter is not null))[1],
       (array_agg(lives_alone order by trust, said_at desc)
           filter (where lives_alone is not null))[1],
       (array_agg(accommodation order by trust, said_at desc)
           filter (where accommodation <> ''))[1],
       (select string_agg(distinct need, '; ' order by need)
          from said w, unnest(w.communication_needs) as need
         where w.person_id = said.person_id),
       (select h.postcode from homes h
          left join people_finding f on f.person_id = h.person_id
         where h.person_id = said.person_id and coalesce(f.part_of_address, '') <> '')
  from said group by said.person_id
"""


def social_prescribing(
    from_on: date, until_on: date, *, with_names: bool, viewer: Viewer
) -> tuple[DataSets, list[uuid.UUID]]:
    """What was offered from one day to another with all that belongs to it, and of whom.

    `verbs.export_social_prescribing` calls it and leaves the entry in the audit.
    """
    if viewer.account_id is None or not viewer.may(EXPORT_SOCIAL_PRESCRIBING):
        return DataSets(from_on, until_on, with_names, dict.fromkeys(DataSet, ())), []
    span = (_begins(from_on), _begins(until_on + timedelta(days=1)))
    referrals = list(
        Referral.objects.filter(asked_at__gte=span[0], asked_at__lt=span[1])
        .filter(Q(service__category__in=COMMUNITY) | Q(answering_id=None))
        .exclude(service=None)
        .select_related("service", "person")
        .order_by("asked_at", "pk")
    )
    told = list(
        Signposted.objects.filter(told_at__gte=span[0], told_at__lt=span[1])
        .select_related("service", "person")
        .order_by("told_at", "pk")
    )
    works = list(
        PicWork.objects.filter(referral=None, referred_at__gte=span[0], referred_at__lt=span[1])
        .select_related("person")
        .order_by("referred_at", "pk")
    )
    persons = [one.person for one in referrals]
    persons += [one.person for one in told] + [one.person for one in works]
    everybody = {person.current_id for person in persons}
    purpose = Purpose.DIRECT_CARE if with_names else Purpose.COMMISSIONING
    free = people.may_use(sorted(everybody), purpose, viewer=viewer)
    shown = sorted(free)
    names = _References()
    offered = [one for one in referrals if one.person.current_id in free]
    signed = [one for one in told if one.person.current_id in free]
    alone = [one for one in works if one.person.current_id in free]
    rows: Mapping[DataSet, Sequence[Row]] = {
        DataSet.PEOPLE: _people(shown, names, until_on=until_on, with_names=with_names),
        DataSet.NEEDS: [*_needs(offered, names), *_told_needs(signed, names)],
        DataSet.SUPPORT: [
            *(_support(one, names) for one in offered),
            *(_told(one, names) for one in signed),
            *(_coordinator(one, names) for one in alone),
        ],
        DataSet.OUTCOMES: [
            *(_outcome(one, names) for one in offered if one.outcome),
            *_goals(shown, names, from_on, until_on),
            *_scales(shown, names, until_on),
            *_income(shown, names, from_on, until_on),
        ],
    }
    return DataSets(from_on, until_on, with_names, rows, len(everybody - free)), shown


class _References:
    """What things are called in one export: the same within it, and never again."""

    def __init__(self) -> None:
        self._secret = uuid.uuid4().hex

    def of(self, thing: uuid.UUID) -> str:
        """The reference of one thing."""
        made = salted_hmac("oneplace.social-prescribing", f"{self._secret}{thing}")
        return made.hexdigest()[:16]


def _people(
    persons: Sequence[uuid.UUID], names: _References, *, until_on: date, with_names: bool
) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"persons": list(persons), "today": until_on})
        said = {row[0]: row[1:] for row in cursor.fetchall()}
    carers = set(
        CarerNeeds.objects.filter(person__current_id__in=persons).values_list(
            "person__current_id", flat=True
        )
    )
    found = Person.objects.filter(pk__in=persons).order_by("pk")
    return [
        _person(
            one,
            said.get(one.pk, (None,) * 7),
            reference=names.of(one.pk),
            until_on=until_on,
            is_carer=one.pk in carers,
            with_names=with_names,
        )
        for one in found
    ]


def _person(
    one: Person,
    said: tuple[Any, ...],
    *,
    reference: str,
    until_on: date,
    is_carer: bool,
    with_names: bool,
) -> Row:
    ethnicity, language, interpreter, lives_alone, accommodation, needs, postcode = said
    decade = years_old(one.born_on, until_on) // 10 * 10 if one.born_on else None
    row: dict[str, object] = {
        "reference": reference,
        "age_band": f"{decade} to {decade + 9}" if decade is not None else "",
        "gender": one.gender.value if one.gender else "",
        "ethnicity": ethnicity,
        "language": language,
        "needs_interpreter": interpreter,
        "communication_needs": (needs or "").replace("_", " "),
        "lives_alone": lives_alone,
        "accommodation": accommodation,
        "is_carer": is_carer,
        "district": (postcode or "").split(" ", 1)[0],
        "practice": one.practice_code,
    }
    if with_names:
        row |= {
            "nhs_number": one.nhs_number,
            "family_name": one.family,
            "given_name": one.given,
            "born_on": one.born_on,
            "postcode": postcode,
        }
    return row


def _needs(found: Iterable[Referral], names: _References) -> list[Row]:
    return [
        _need(one.person.current_id, one.pk, one.asked_at, word, names, is_main=is_main)
        | {"asked_from": one.asked_from.value if one.asked_from else one.origin.value}
        for one in found
        for word, is_main in _words(one)
    ]


def _words(one: Referral) -> list[tuple[str, bool]]:
    main = [(str(one.need_kind), True)] if one.need_kind else []
    return [*main, *((word, False) for word in one.concerns if word != one.need_kind)]


def _told_needs(found: Iterable[Signposted], names: _References) -> list[Row]:
    return [
        _need(one.person.current_id, one.pk, one.told_at, one.need_kind, names, is_main=True)
        for one in found
        if one.need_kind
    ]


def _need(
    person: uuid.UUID,
    about: uuid.UUID,
    at: datetime,
    word: str,
    names: _References,
    *,
    is_main: bool,
) -> dict[str, object]:
    kind = NeedKind(word)
    return {
        "reference": names.of(person),
        "support_reference": names.of(about),
        "noted_on": _day(at),
        "need": kind.value,
        "need_label": kind.label,
        "code": _codes().needs.get(kind.value, ""),
        "is_main": is_main,
    }


def _support(one: Referral, names: _References) -> Row:
    service = one.service
    category = service.category.value if service is not None else ""
    reason = one.declined_because or one.sent_back_because
    if one.state in _WAITING:
        taken_up = "waiting"
    else:
        is_no = one.state in _NOT_TAKEN_UP or (
            one.state == ConnectionState.ENDED and not one.outcome
        )
        taken_up = "no" if is_no else "yes"
    return {
        "reference": names.of(one.person.current_id),
        "support_reference": names.of(one.pk),
        "offered_on": _day(one.asked_at),
        "kind": "referral",
        "service": one.service_name,
        "provider": one.provider_name,
        "category": category,
        "code": _codes().support.get(category) or _codes().referred,
        "taken_up": taken_up,
        "not_taken_up_because": reason.label if reason else "",
        "answered_on": _day(one.answered_at) if one.answered_at else None,
        "state": one.state.label,
    }


def _told(one: Signposted, names: _References) -> Row:
    category = one.service.category.value
    return {
        "reference": names.of(one.person.current_id),
        "support_reference": names.of(one.pk),
        "offered_on": _day(one.told_at),
        "kind": "told of",
        "service": one.service_name,
        "provider": "",
        "category": category,
        "code": _codes().support.get(category, "") if one.is_wanted else _codes().not_wanted,
        "taken_up": "waiting" if one.is_wanted else "no",
        "not_taken_up_because": "" if one.is_wanted else "The person did not want it",
        "answered_on": None if one.is_wanted else _day(one.told_at),
        "state": "Goes by themselves" if one.is_wanted else "Not wanted",
    }


def _coordinator(one: PicWork, names: _References) -> Row:
    is_no = one.state in (PicState.DECLINED, PicState.UNSUITABLE, PicState.COULD_NOT_REACH)
    is_waiting = one.state in (PicState.REFERRED, PicState.WAITING, PicState.CONTACT_ATTEMPTED)
    return {
        "reference": names.of(one.person.current_id),
        "support_reference": names.of(one.pk),
        "offered_on": _day(one.referred_at),
        "kind": "coordinator",
        "service": settings.PLACE.words.coordinator,
        "provider": "",
        "category": ServiceCategory.COORDINATION.value,
        "code": _codes().not_wanted if one.state == PicState.DECLINED else _codes().referred,
        "taken_up": "no" if is_no else "waiting" if is_waiting else "yes",
        "not_taken_up_because": one.state.label if is_no else "",
        "answered_on": _day(one.first_contact_at) if one.first_contact_at else None,
        "state": one.state.label,
    }


def _outcome(one: Referral, names: _References) -> Row:
    return _said(names, one.person.current_id, "support", one.outcome.value, _day(one.moved_at)) | {
        "support_reference": names.of(one.pk),
        "what_label": one.outcome.label,
        "code": _codes().outcomes.get(one.outcome.value, ""),
    }


def _goals(
    persons: Sequence[uuid.UUID], names: _References, from_on: date, until_on: date
) -> list[Row]:
    found = _of(GoalReview.objects.all(), "goal__person", persons).filter(
        reviewed_on__gte=from_on, reviewed_on__lte=until_on
    )
    latest: dict[uuid.UUID, GoalReview] = {}
    for review in found.select_related("goal__person").order_by("reviewed_on", "written_at"):
        latest[review.goal_id] = review
    return [
        _said(names, one.goal.person.current_id, "goal", _about(one), one.reviewed_on)
        | {"what_label": one.outcome.label, "value": one.outcome.value}
        for one in latest.values()
    ]


def _about(review: GoalReview) -> str:
    goal = review.goal
    return str(goal.i_statement or goal.category or "")


def _scales(persons: Sequence[uuid.UUID], names: _References, until_on: date) -> list[Row]:
    found = _of(Measure.objects.all(), "person", persons).filter(
        struck_at=None, not_done="", measured_on__lte=until_on
    )
    first: dict[tuple[uuid.UUID, str, str], tuple[Measure, float]] = {}
    last: dict[tuple[uuid.UUID, str, str], tuple[Measure, float]] = {}
    measures = found.select_related("person").prefetch_related("scores")
    for measure in measures.order_by("measured_on", "written_at"):
        for score in measure.scores.all():
            if score.kind == ScoreKind.RAW.value:
                continue
            key = (measure.person.current_id, measure.instrument, score.scale)
            first.setdefault(key, (measure, score.value))
            last[key] = (measure, score.value)
    return [
        _said(names, person, "wellbeing", f"{code}.{scale}", now.measured_on)
        | {
            "what_label": f"{instrument(code).name}: {instrument(code).scale(scale).label}",
            "before": first[(person, code, scale)][1]
            if first[(person, code, scale)][0].pk != now.pk
            else None,
            "value": value,
            "answered_by": now.mode.value,
        }
        for (person, code, scale), (now, value) in last.items()
    ]


def _income(
    persons: Sequence[uuid.UUID], names: _References, from_on: date, until_on: date
) -> list[Row]:
    found = _of(IncomeGained.objects.all(), "person", persons).filter(
        confirmed_on__gte=from_on, confirmed_on__lte=until_on
    )
    return [
        _said(names, one.person.current_id, "income", one.what, one.confirmed_on)
        | {"what_label": "Pounds a year", "value": one.pounds_a_year}
        for one in found.select_related("person").order_by("confirmed_on", "pk")
    ]


def _said(
    names: _References, person: uuid.UUID, kind: str, what: str, on: date
) -> dict[str, object]:
    return {"reference": names.of(person), "kind": kind, "what": what, "on": on, "code": ""}


def _of(found: QuerySet[Any], path: str, persons: Sequence[uuid.UUID]) -> QuerySet[Any]:
    return found.filter(**{f"{path}__current_id__in": list(persons)})


def _codes() -> SocialPrescribing:
    codes: SocialPrescribing = settings.PLACE.social_prescribing
    return codes


def _day(at: datetime) -> date:
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _begins(on: date) -> datetime:
    return datetime.combine(on, time.min, ZoneInfo(settings.TIME_ZONE))
