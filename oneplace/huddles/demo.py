"""A demonstration's past huddles: invented, and made by the verbs themselves with its own accounts.

Ten weeks of one practice's huddle before the demonstration begins: whom it listed, what was said,
asked, promised and kept, and one week left out. Everybody and everything said is invented.
"""

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from oneplace.access.models import DemoPerson, Hat
from oneplace.access.viewer import Viewer, load_viewer, viewing
from oneplace.actions import verbs as action_verbs
from oneplace.actions.models import Action
from oneplace.huddles import rules, verbs
from oneplace.huddles.models import (
    Attendee,
    Case,
    Decided,
    Item,
    ItemState,
    LineKind,
    Meeting,
    Paragraph,
    Series,
    SeriesPractice,
)
from oneplace.kit import formats
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation
from oneplace.people.models import Person
from oneplace.plans import queries as plans
from oneplace.plans import verbs as plan_verbs
from oneplace.post import verbs as post
from oneplace.post.models import Message
from oneplace.vocabulary.terms import (
    AgendaSection,
    Attendance,
    CaseFindingSource,
    MeetingState,
    PlanSection,
    Role,
)

WEEKS: Final = 10
_LEFT_OUT: Final = 5
"""The week, counted back, in which no huddle was held."""
_AT_FIRST: Final = 14
"""People listed before the first huddle; the rest come week by week."""
_STEPPED_DOWN: Final = 4
"""People who were on the list, did well, and are off it by now."""
_SEED: Final = 2026
_SAFETY_NET: Final = "A fall, a night in hospital, or the family saying it is too much"
_STORY_WORDS: Final = "I want to sit in Joyce's garden."
_TELL: Callable[[float, str], None] = lambda done, what: None  # noqa: E731


@dataclass(frozen=True)
class _Said:
    """What is said of somebody: why they are listed, and what comes of it."""

    route: CaseFindingSource
    why: str
    situation: str
    ask: str
    days: int
    decision: str
    question: str


_SAID: Final = (
    _Said(CaseFindingSource.FALL, "Two falls in a month", "Unsteady on the stairs since January.",
          "@nurse check lying and standing blood pressure", 7, "Falls exercise class",
          "Can falls and BP medicines be looked at this week?"),
    _Said(CaseFindingSource.RECENT_DISCHARGE, "Home after a chest infection",
          "Home for ten days; eats little.", "@pharmacist review new tablets", 5,
          "Weigh weekly for a month", "Is the house warm enough to recover in?"),
    _Said(CaseFindingSource.CARER_STRAIN, "Daughter says she cannot go on",
          "Daughter sleeps on the sofa four nights a week.", "@social worker carer’s assessment",
          10, "Sitting service twice a week", "What would give the daughter one night’s sleep?"),
    _Said(CaseFindingSource.PROFESSIONAL_WORRY, "Has stopped coming to the surgery",
          "Missed three appointments; opens the door on the chain.", "@pic visit and listen", 7,
          "One person to visit, always the same", "Who does he open the door to?"),
    _Said(CaseFindingSource.FREQUENT_CONTACT, "Rings 999 in the evenings",
          "Eleven calls since Christmas, most after dark.", "@gp home visit", 7,
          "A call each day at six", "What happens at six in the evening?"),
    _Said(CaseFindingSource.RISK_LIST, "Frailty has moved from moderate to severe",
          "Has not left the flat since the autumn.", "@nurse skin and weight", 14,
          "Chair-based exercise at home", "What did she last enjoy going out for?"),
    _Said(CaseFindingSource.CARE_HOME, "Three calls to the out-of-hours doctor",
          "Swallowing is worse; the family disagree about hospital.",
          "@gp talk about wishes with the family", 14, "Advance wishes written down",
          "What would he want if he could not swallow?"),
    _Said(CaseFindingSource.HOME_FIRST, "Known to the crisis team twice this winter",
          "Manages mornings; afternoons are hard.", "@social worker review the care package", 7,
          "Move one visit from morning to afternoon", "Which hour of the day is the worst?"),
    _Said(CaseFindingSource.PROFESSIONAL_WORRY, "Low mood since the bereavement",
          "Sits in the dark; eats toast.", "@mental health ring and offer a visit", 7,
          "Bereavement group in the library", "Who else knew her husband?"),
)  # fmt: skip
_ASKED: Final = {
    "@nurse": Role.COMMUNITY_NURSE,
    "@pharmacist": Role.PHARMACIST,
    "@social worker": Role.SOCIAL_WORKER,
    "@pic": Role.PIC,
    "@gp": Role.GP,
    "@mental health": Role.MENTAL_HEALTH_WORKER,
}
_AFTER: Final = (
    "Steadier; walks to the corner with the frame.", "Sleeps better; fewer evening calls.",
    "Has put on a kilo.", "Daughter has slept two nights in her own bed.",
    "Came to the group once, and stayed for tea.", "Tablets down from eleven to seven.",
)  # fmt: skip


def invent_huddles(*, at: datetime, tell: Callable[[float, str], None] = _TELL) -> int:
    """Make the show practice's past huddles; how many. Nothing where they are made already.

    Refused outside a demonstration. Speaks as the loader, and each verb acts as the person of the
    demonstration who would.
    """
    if not settings.IS_DEMO:
        raise RuntimeError("Only a demonstration has invented huddles.")
    host = Organisation.objects.filter(code=settings.PLACE.demo.show_practice).first()
    if host is None or SeriesPractice.objects.filter(practice=host).exists():
        return 0
    team = _Team.of_demo(at)
    if team is None:
        return 0
    slot = settings.PLACE.practice(host.code).huddle
    first = local_day(at) - timedelta(weeks=WEEKS)
    began = _moment(first - timedelta(days=3), time(12))
    with viewing(team.chair, at=began):
        series = verbs.open_series(
            host=host,
            every=slot.rhythm,
            weekday=slot.weekday,
            starts=slot.at,
            minutes=slot.minutes,
            first_on=first,
            place="Seminar room, first floor",
            by=team.chair,
            at=began,
        )
        verbs.plan_meetings(
            series=series, until=local_day(at) + timedelta(weeks=13), by=team.chair, at=began
        )
    people = _people(host.code, settings.PLACE.demo.show_active_people)
    meetings = list(Meeting.objects.filter(series=series, starts_at__lt=at).order_by("starts_at"))
    maker = _Maker(team, series, host, people, at)
    for number, meeting in enumerate(meetings):
        maker.week(meeting, number, of=len(meetings))
        tell((number + 1) / max(len(meetings), 1), f"huddle of {formats.day(meeting.starts_at)}")
    maker.fill_next()
    maker.read_nudges()
    _plan_others(team, at=at)
    return len(meetings)


def _moment(on: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(on, clock))


@dataclass(frozen=True)
class _Team:
    """The demonstration's people who sit at the table."""

    viewers: dict[Role, Viewer]
    hats: dict[Role, Hat]

    @property
    def chair(self) -> Viewer:
        return self.viewers[Role.NETWORK_FACILITATOR]

    @classmethod
    def of_demo(cls, at: datetime) -> "_Team | None":
        """Everybody of a core role whom a visitor may walk in as; None before they arrived."""
        viewers: dict[Role, Viewer] = {}
        hats: dict[Role, Hat] = {}
        for person in DemoPerson.objects.select_related("account"):
            if person.role not in rules.CORE or person.account is None:
                continue
            hat = (
                Hat.objects.filter(
                    account=person.account, post__role=person.role, ended_at__isnull=True
                )
                .select_related("account", "post")
                .first()
            )
            viewer = load_viewer(person.account.pk, hat.pk, at=at) if hat else None
            if hat is not None and viewer is not None:
                viewers[Role(person.role)], hats[Role(person.role)] = viewer, hat
        if Role.NETWORK_FACILITATOR not in viewers or Role.GP not in viewers:
            return None
        return cls(viewers, hats)


# Whom a practice would speak of: the most unwell of its list, by what has happened in half a year.
_PEOPLE: Final = """
select p.id
  from people_person p
  join records_subject s on s.person_id = p.id
  join records_entry e on e.subject_id = s.id
 where p.practice_code = %(practice)s and p.current_id = p.id and not p.is_dead
   and p.born_on < %(adult)s
   and trim(p.given || ' ' || p.family) <> %(story)s
   and e.kind in ('stay', 'attendance', 'fall', 'contact', 'care_package', 'condition')
   and not exists (select from access_barrier b where b.person_id = p.id)
 group by p.id
 order by p.born_on < %(born)s desc,
          count(*) filter (where e.kind in ('stay', 'attendance', 'fall')) desc, count(*) desc, p.id
 limit %(most)s
"""


def _people(practice: str, most: int) -> list[Person]:
    with connection.cursor() as cursor:
        cursor.execute(
            _PEOPLE,
            {
                "practice": practice,
                # A small borough has too few who are old; younger ones follow them then.
                "born": date(1966, 1, 1),
                "adult": date(2006, 1, 1),
                "story": settings.PLACE.demo.story_person,
                "most": most + _STEPPED_DOWN,
            },
        )
        ids = [row[0] for row in cursor.fetchall()]
    found = Person.objects.in_bulk(ids)
    return [found[each] for each in ids]


class _Maker:
    """Makes one week after another, each by the verbs."""

    def __init__(
        self,
        team: _Team,
        series: Series,
        host: Organisation,
        people: Sequence[Person],
        at: datetime,
    ) -> None:
        self.team, self.series, self.host, self.at = team, series, host, at
        self.people = list(people)
        self.chance = random.Random(_SEED)  # noqa: S311 - an invented story
        self.said: dict[uuid.UUID, _Said] = {}
        self.stepped_down = 0

    def week(self, meeting: Meeting, number: int, *, of: int) -> None:
        """One meeting: who is listed before it, what is said in it, what is done after it."""
        left = max(1, of - number - 1)
        wanted = _AT_FIRST if number == 0 else -(-len(self.people) // left)
        self._list(wanted, before=meeting.starts_at)
        if of - number == _LEFT_OUT:
            self._cancel(meeting)
            return
        self._hold(meeting, is_last=number == of - 1)
        self._keep_promises(meeting, share={1: 0.3, 2: 0.8}.get(of - number, 1.0))

    def _list(self, count: int, *, before: datetime) -> None:
        gp = self.team.viewers[Role.GP]
        for place in range(min(count, len(self.people))):
            person = self.people.pop(0)
            said = _SAID[(len(self.said) + place) % len(_SAID)]
            at = before - timedelta(days=2 + place % 3, minutes=7 * place)
            with viewing(gp, at=at):
                try:
                    case = verbs.list_case(
                        person_id=person.pk,
                        practice_id=self.host.pk,
                        why=said.why,
                        route=said.route,
                        told_on=local_day(at),
                        by=gp,
                        at=at,
                    )
                except Refused:
                    continue
            self.said[case.pk] = said

    def _cancel(self, meeting: Meeting) -> None:
        at = meeting.starts_at - timedelta(days=1)
        with viewing(self.team.chair, at=at):
            verbs.cancel_meeting(
                meeting=meeting, why="The room is closed for works", by=self.team.chair, at=at
            )

    def _hold(self, meeting: Meeting, *, is_last: bool) -> None:
        chair = self.team.chair
        at = meeting.starts_at
        with viewing(chair, at=at):
            meeting = verbs.start_meeting(meeting=meeting, by=chair, at=at)
            self._attend(meeting, at)
            items = list(
                Item.objects.filter(meeting=meeting)
                .select_related("case__lead", "person", "meeting")
                .order_by("position")
            )
            room = max(1, (meeting.minutes - 10) // 7)
            for place, item in enumerate(items[:room]):
                said_at = at + timedelta(minutes=4 + 6 * place)
                verbs.turn_to(meeting=meeting, item=item, by=chair, at=said_at)
                item.refresh_from_db()
                self._speak(item, at=said_at, is_last=is_last, place=place)
            ends_at = at + timedelta(minutes=meeting.minutes)
            verbs.turn_to(meeting=meeting, item=None, by=chair, at=ends_at)
            meeting = verbs.end_meeting(meeting=meeting, by=chair, at=ends_at)
            self._check(meeting, ends_at)
            if not is_last:
                verbs.close_meeting(meeting=meeting, by=chair, at=ends_at + timedelta(minutes=20))
            else:
                verbs.close_meeting(meeting=meeting, by=chair, at=ends_at)

    def _attend(self, meeting: Meeting, at: datetime) -> None:
        for attendee in Attendee.objects.filter(meeting=meeting):
            luck = self.chance.random()
            is_in_demo = attendee.role in self.team.viewers
            came = Attendance.PRESENT if luck < 0.72 else Attendance.BY_VIDEO
            if luck > 0.88 and not is_in_demo:
                came = Attendance.APOLOGIES
            verbs.note_attendance(attendee=attendee, attendance=came, by=self.team.chair, at=at)

    def _speak(self, item: Item, *, at: datetime, is_last: bool, place: int) -> None:
        chair = self.team.chair
        said = self.said.get(item.case_id, _SAID[0])
        is_first = item.case.last_discussed_at is None
        if is_first:
            self._part(item, LineKind.SITUATION, said.situation, at=at)
            self._ask(item, said.ask, days=said.days, at=at)
            verbs.write_line(
                item=item, kind=LineKind.DECISION, words=said.decision, by=chair, at=at
            )
        else:
            after = self.chance.choice(_AFTER)
            self._part(item, LineKind.UPDATE, after, at=at)
            if self.chance.random() < 0.4:
                self._ask(item, "@nurse ring before the next huddle", days=6, at=at)
            elif item.case.unchanged and self.stepped_down < _STEPPED_DOWN:
                self.stepped_down += 1
                verbs.write_line(
                    item=item, kind=LineKind.STEP_DOWN, words=_SAFETY_NET, by=chair, at=at
                )
            elif item.case.unchanged < rules.ASKS_AT_UNCHANGED:
                verbs.write_line(item=item, kind=LineKind.NO_CHANGE, by=chair, at=at)
            else:
                verbs.write_line(
                    item=item, kind=LineKind.NOTE, words="Goes on as it is", by=chair, at=at
                )
        item.refresh_from_db()
        roles = [role for role in self.team.hats if role is not Role.NETWORK_FACILITATOR]
        lead = item.case.lead or self.team.hats[roles[place % len(roles)]]
        weeks = 1 if is_last and place < 4 else self.chance.choice((2, 3, 4, 5, 6))
        due = local_day(at) + timedelta(weeks=weeks)
        # Few reviews fall on the next huddle: its agenda is the show's.
        if due == local_day(self.at) + timedelta(weeks=1) and not (is_last and place < 4):
            due += timedelta(weeks=2)
        verbs.conclude_item(
            item=item,
            decided=Decided(item.decided) if item.decided else Decided.GO_ON,
            lead=lead,
            next_review_on=max(due, local_day(at)),
            question=said.question,
            version=item.version,
            by=chair,
            at=at,
        )

    def _part(self, item: Item, part: LineKind, words: str, *, at: datetime) -> None:
        verbs.write_part(item=item, part=part, words=words, based_on=0, by=self.team.chair, at=at)

    def _ask(self, item: Item, words: str, *, days: int, at: datetime) -> None:
        word = next(each for each in _ASKED if words.startswith(each))
        rest = words.removeprefix(word).strip()
        # By name: a practice may have two of a profession, and the line would ask which.
        hat = self.team.hats.get(_ASKED[word])
        owner = f"@{hat.account.name}" if hat else word
        due = local_day(at) + timedelta(days=days)
        try:
            verbs.write_line(
                item=item,
                kind=LineKind.ACTION,
                words=f"{owner} {due.day} {due:%B} {rest}",
                by=self.team.chair,
                at=at,
            )
        except Refused:
            # Somebody is away, or the day is no working day of theirs: nothing was asked then.
            return

    def _check(self, meeting: Meeting, at: datetime) -> None:
        gp = self.team.viewers[Role.GP]
        known = {each.account_id: each for each in self.team.viewers.values()}
        for paragraph in Paragraph.objects.filter(item__meeting=meeting).select_related("item"):
            by = known.get(paragraph.clinician_id, gp)
            with viewing(by, at=at):
                verbs.check_paragraph(
                    paragraph=paragraph, words=paragraph.words, version=paragraph.version,
                    instead=paragraph.clinician_id != by.account_id, by=by, at=at,
                )  # fmt: skip
        with viewing(self.team.chair, at=at):
            pass

    def _keep_promises(self, meeting: Meeting, *, share: float) -> None:
        """What was asked is accepted in the room; most is done in time, a little is late."""
        at = meeting.starts_at + timedelta(minutes=80)
        for action in Action.objects.filter(origin_id=meeting.pk, taken_back_at__isnull=True):
            with viewing(self.team.chair, at=at):
                try:
                    action_verbs.accept(
                        action=action, is_in_the_room=True, by=self.team.chair, at=at
                    )
                except Refused:
                    continue
            done_at = _moment(action.due_on - timedelta(days=1), time(15, 20))
            owner = self._owner(action)
            if owner is None or done_at >= self.at or self.chance.random() > share:
                continue
            with viewing(owner, at=done_at):
                action.refresh_from_db()
                try:
                    action_verbs.finish(
                        action=action, what_changed="Done; told the person and family",
                        by=owner, at=done_at,
                    )  # fmt: skip
                except Refused:
                    continue

    def _owner(self, action: Action) -> Viewer | None:
        return next(
            (
                viewer
                for viewer in self.team.viewers.values()
                if viewer.account_id == action.owner_account_id
            ),
            None,
        )

    def fill_next(self) -> None:
        """The agenda of the next huddle: whoever has a reason, and new people up to the show's."""
        chair, gp = self.team.chair, self.team.viewers[Role.GP]
        following = (
            Meeting.objects.filter(series=self.series, starts_at__gt=self.at)
            .exclude(state=MeetingState.CANCELLED)
            .select_related("series")
            .order_by("starts_at")
            .first()
        )
        if following is None:
            return
        with viewing(chair, at=self.at):
            verbs.build_agenda(meeting=following, by=chair, at=self.at)
        # Whoever follows the story brings one more, on the day as it may happen anywhere.
        wanted = settings.PLACE.demo.show_agenda
        left = wanted - Item.objects.filter(meeting=following).count()
        for case in self._others(following)[: max(0, left)]:
            with viewing(gp, at=self.at):
                verbs.bring_to_huddle(
                    person_id=case.person_id,
                    practice_id=self.host.pk,
                    meeting=following,
                    why=self.said.get(case.pk, _SAID[0]).why,
                    section=AgendaSection.DUE_REVIEWS,
                    by=gp,
                    at=self.at,
                )
        self._questions(following)

    def _others(self, following: Meeting) -> list[Case]:
        there = Item.objects.filter(meeting=following).values("case_id")
        found = Case.objects.filter(series=self.series, ended_at__isnull=True)
        return list(found.exclude(pk__in=there).order_by("last_discussed_at", "listed_at", "pk"))

    def _questions(self, following: Meeting) -> None:
        chair = self.team.chair
        asked = (
            (Role.PHARMACIST, "Could the tablets explain the falls?"),
            (Role.SOCIAL_WORKER, "When was the care package last looked at?"),
            (Role.COMMUNITY_NURSE, "What did you see at the last visit?"),
            (Role.PHARMACIST, "Is anything doubled since the hospital changed it?"),
        )
        items = Item.objects.filter(meeting=following, state=ItemState.WAITING).select_related(
            "meeting", "case", "person"
        )
        with viewing(chair, at=self.at):
            for item, (role, words) in zip(items.order_by("position"), asked, strict=False):
                verbs.ask_question(item=item, words=words, to_role=role, by=chair, at=self.at)

    def read_nudges(self) -> None:
        """Past nudges have been read: nobody's day begins with ten weeks of them."""
        for viewer in self._everybody():
            with viewing(viewer, at=self.at):
                mine = Message.objects.filter(
                    cause_room="huddles", cause_kind="nudge", recipient_id=viewer.account_id
                )
                if mine:
                    post.mark_read(messages=list(mine), by=viewer, at=self.at)

    def _everybody(self) -> Iterator[Viewer]:
        seen = Attendee.objects.filter(meeting__series=self.series, account_id__isnull=False)
        for account_id, hat_id in seen.values_list("account_id", "hat_id").distinct().order_by():
            viewer = load_viewer(account_id, hat_id, at=self.at) if account_id else None
            if viewer is not None:
                yield viewer


def _note_his_words(person: Person, *, by: Viewer, at: datetime) -> None:
    """What matters to him, as he said it when he was told that he would be spoken of."""
    with viewing(by, at=at):
        if plans.own_words([person.pk], viewer=by):
            return
        try:
            plan_verbs.write_words(
                person_id=person.pk,
                section=PlanSection.WHAT_MATTERS,
                words=_STORY_WORDS,
                said_on=local_day(at),
                by=by,
                at=at,
            )
        except Refused:
            return


def list_story_person(*, at: datetime) -> bool:
    """List the story's person as the GP of the demonstration would; whether it was to be done.

    Whoever follows the story from chapter to chapter has done it in the one before.
    """
    team = _Team.of_demo(at) if settings.IS_DEMO else None
    host = Organisation.objects.filter(code=settings.PLACE.demo.show_practice).first()
    if team is None or host is None:
        return False
    gp = team.viewers[Role.GP]
    given, _, family = settings.PLACE.demo.story_person.partition(" ")
    with viewing(gp, at=at):
        person = Person.objects.filter(given=given, family=family, practice_code=host.code).first()
        standing = (MeetingState.PLANNED, MeetingState.LIST_LOCKED, MeetingState.LIVE)
        if person is None or person.is_dead:
            return False
        _note_his_words(person, by=gp, at=at)
        with viewing(gp, at=at):
            is_there = Item.objects.filter(person=person, meeting__state__in=standing).exists()
        if is_there:
            return False
        try:
            verbs.bring_to_huddle(
                person_id=person.pk,
                practice_id=host.pk,
                why="Three stays in eleven months; a fall the morning after the last; bereaved",
                section=AgendaSection.IN_AND_OUT_OF_HOSPITAL,
                question="What stands between him and the garden?",
                told_on=local_day(at),
                by=gp,
                at=at,
            )
        except Refused:
            return False
    return True


def _plan_others(team: _Team, *, at: datetime) -> None:
    """The network's other practices have a series each too, as the place says; none invented."""
    chair = team.chair
    if chair.network_id is None:
        return
    near = Organisation.objects.filter(network_id=chair.network_id)
    for practice in settings.PLACE.practices:
        host = near.filter(code=practice.code).first()
        if host is None or practice.shares_huddle_with:
            continue
        if SeriesPractice.objects.filter(practice=host).exists():
            continue
        also = [
            found
            for other in settings.PLACE.practices
            if other.shares_huddle_with == practice.code
            and (found := Organisation.objects.filter(code=other.code).first())
        ]
        with viewing(chair, at=at):
            verbs.open_series(
                host=host,
                also=also,
                every=practice.huddle.rhythm,
                weekday=practice.huddle.weekday,
                starts=practice.huddle.at,
                minutes=practice.huddle.minutes,
                first_on=local_day(at) + timedelta(days=1),
                by=chair,
                at=at,
            )
