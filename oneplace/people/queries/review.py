"""Pairs the record steward looks at: how many are left, the next one, and both sides of it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Prefetch, Q, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.feeds.models import Source
from oneplace.kit.clock import local_day
from oneplace.partners.models import Organisation
from oneplace.people.models import Match, MatchReading, MatchState, Person, Risk
from oneplace.people.permissions import SEE_WHO_IS_WHO
from oneplace.people.queries.person import WAITS
from oneplace.records.models import Identity, Reach
from oneplace.vocabulary.terms import Exactness, ReachKind

MOST_LISTED = 50


@dataclass(frozen=True)
class ReviewFilter:
    """Which pairs are wanted; an empty part asks nothing."""

    state: MatchState | None = None
    risk: Risk | None = None


@dataclass(frozen=True)
class Review:
    """The queue: how many wait in each state for this reader, and the first of them."""

    left: int
    by_state: Mapping[MatchState, int]
    for_others: int
    """Pairs that wait for a second reader and were first read by this one."""
    pairs: Sequence[Match]


@dataclass(frozen=True)
class Side:
    """One record of a pair, as its sources describe it."""

    subject_id: uuid.UUID
    person: Person | None
    sources: tuple[str, ...]
    organisations: tuple[str, ...]
    name: str
    title: str
    given: str
    other_given: str
    family: str
    known_as: str
    previous_families: tuple[str, ...]
    born_on: date | None
    born_exactness: Exactness
    gender: str
    nhs_number: str
    is_nhs_number_verified: bool
    address: str
    postcode: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    practice: str
    """Its name; its code where nobody here knows the practice."""
    died_on: date | None
    is_multiple_birth: bool


def review(chosen: ReviewFilter, *, viewer: Viewer) -> Review:
    """The pairs that wait for this reader, likeliest first."""
    waiting = _waiting(viewer)
    mine = _read_by(viewer)
    counts = dict(
        waiting.exclude(mine).values_list("state").annotate(n=Count("id")).order_by("state")
    )
    wanted = _chosen(waiting.exclude(mine), chosen)
    return Review(
        left=wanted.count(),
        by_state={MatchState(state): n for state, n in counts.items()},
        for_others=waiting.filter(mine).count(),
        pairs=list(wanted[:MOST_LISTED]),
    )


def next_match(chosen: ReviewFilter, *, viewer: Viewer, after: Match | None = None) -> Match | None:
    """The next pair for this reader: the one behind `after` in the queue, else the first."""
    wanted = _chosen(_waiting(viewer).exclude(_read_by(viewer)), chosen)
    if after is None:
        return wanted.first()
    weight = after.weight if after.weight is not None else 0.0
    behind = wanted.filter(Q(weight__lt=weight) | Q(weight=weight, pk__gt=after.pk))
    return behind.first() or wanted.exclude(pk=after.pk).first()


def match(match_id: uuid.UUID, *, viewer: Viewer) -> Match | None:
    """One pair with what was answered; None for anybody but a record steward."""
    if not viewer.may(SEE_WHO_IS_WHO):
        return None
    readings = MatchReading.objects.filter(undone_at__isnull=True)
    return (
        Match.objects.filter(pk=match_id)
        .select_related("one", "other")
        .prefetch_related(Prefetch("readings", queryset=readings, to_attr="standing"))
        .first()
    )


def last_read(*, viewer: Viewer) -> Match | None:
    """The pair this reader answered last, to be taken back; None where there is none."""
    if viewer.account_id is None:
        return None
    reading = (
        MatchReading.objects.filter(reader_id=viewer.account_id, undone_at__isnull=True)
        .order_by("-read_at", "-pk")
        .first()
    )
    return None if reading is None else match(reading.match_id, viewer=viewer)


def sides(pair: Match, *, viewer: Viewer) -> tuple[Side, Side] | None:
    """Both records of a pair, in four statements; None for anybody but a record steward."""
    if not viewer.may(SEE_WHO_IS_WHO):
        return None
    identities: dict[uuid.UUID, list[Identity]] = {pair.one_id: [], pair.other_id: []}
    found = Identity.objects.filter(subject_id__in=list(identities))
    for identity in found.order_by("is_deleted", "-said_at", "-version", "pk"):
        identities[identity.subject_id].append(identity)
    ways: dict[uuid.UUID, list[Reach]] = {}
    held = [identity.pk for group in identities.values() for identity in group]
    for way in Reach.objects.filter(identity_id__in=held).order_by("rank", "position"):
        ways.setdefault(way.identity_id, []).append(way)
    ids = [id for id in (pair.one.person_id, pair.other.person_id) if id is not None]
    people: dict[uuid.UUID | None, Person] = {
        person.pk: person for person in Person.objects.filter(pk__in=ids)
    }
    # What sources and practices are called, by their codes.
    names = dict(Source.objects.values_list("code", "name"))
    names |= dict(
        Organisation.objects.filter(
            code__in={each.practice_code for group in identities.values() for each in group}
        ).values_list("code", "name")
    )
    one, other = (
        _side(
            subject.pk,
            people.get(subject.person_id),
            identities[subject.pk],
            ways,
            names,
        )
        for subject in (pair.one, pair.other)
    )
    return one, other


def _waiting(viewer: Viewer) -> QuerySet[Match]:
    if not viewer.may(SEE_WHO_IS_WHO):
        return Match.objects.none()
    waiting = Match.objects.filter(state__in=WAITS)
    return waiting.order_by(F("weight").desc(nulls_last=True), "pk")


def _chosen(matches: QuerySet[Match], chosen: ReviewFilter) -> QuerySet[Match]:
    if chosen.state is not None:
        matches = matches.filter(state=chosen.state)
    else:
        # What somebody put aside comes back only when it is asked for.
        matches = matches.exclude(state=MatchState.UNSURE)
    return matches.filter(risk=chosen.risk) if chosen.risk is not None else matches


def _read_by(viewer: Viewer) -> Q:
    """Pairs that wait for a second reader because this one read them first."""
    if viewer.account_id is None:
        return Q(pk__isnull=True)
    first_read = MatchReading.objects.filter(reader_id=viewer.account_id, undone_at__isnull=True)
    return Q(state=MatchState.SECOND_READER, pk__in=first_read.values("match_id"))


def _feed(source: str, names: Mapping[str, str]) -> str:
    """A source by the name of its feed; one sheet of a feed says so behind a stroke."""
    return names.get(source.partition("/")[0], source)


def _side(
    subject_id: uuid.UUID,
    person: Person | None,
    identities: Sequence[Identity],
    ways: Mapping[uuid.UUID, Sequence[Reach]],
    names: Mapping[str, str],
) -> Side:
    def first(name: str) -> str:
        return next((value for each in identities if (value := getattr(each, name))), "")

    reach = [way for identity in identities for way in ways.get(identity.pk, ())]
    home = next((way for way in reach if way.kind == ReachKind.ADDRESS), None)
    born = next((each for each in identities if each.born_on), None)
    died = next((each.died_at for each in identities if each.died_at), None)
    numbers = [each for each in identities if each.nhs_number]
    previous = {name for each in identities for name in each.previous_families}
    return Side(
        subject_id=subject_id,
        person=person,
        sources=tuple(dict.fromkeys(_feed(each.source, names) for each in identities)),
        organisations=tuple(dict.fromkeys(each.organisation for each in identities)),
        name=" ".join(filter(None, (first("given"), first("family")))),
        title=first("title"),
        given=first("given"),
        other_given=first("other_given"),
        family=first("family"),
        known_as=first("known_as"),
        previous_families=tuple(sorted(previous)),
        born_on=born.born_on if born else None,
        born_exactness=Exactness(born.born_exactness) if born else Exactness.DAY,
        gender=first("gender"),
        nhs_number=numbers[0].nhs_number if numbers else "",
        is_nhs_number_verified=bool(numbers) and numbers[0].nhs_number_status == "verified",
        address=home.text if home else "",
        postcode=home.postcode if home else "",
        phones=_texts(reach, ReachKind.LANDLINE, ReachKind.MOBILE, ReachKind.WORK_PHONE),
        emails=_texts(reach, ReachKind.EMAIL),
        practice=names.get(code := first("practice_code"), code),
        died_on=local_day(died) if died else None,
        is_multiple_birth=any(each.is_multiple_birth for each in identities),
    )


def _texts(reach: Sequence[Reach], *kinds: ReachKind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(way.text for way in reach if way.kind in kinds and way.text))
