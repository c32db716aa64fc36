"""What this room itself puts in the pack, and takes back from the phone.

Everything somebody does at a door: on the way, there, nobody answers, in alone and out again, the
note, done; and a worry about the person's safety, which goes to the team on duty at once.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from oneplace.access.viewer import Viewer
from oneplace.actions import queries as actions
from oneplace.actions.sentences import due_words, near_day
from oneplace.kit.clock import local_day
from oneplace.kit.formats import clock_time, day
from oneplace.kit.refusals import Refused
from oneplace.people import queries as people
from oneplace.people import verbs as people_verbs
from oneplace.people.models import SafeNow
from oneplace.people.rules import account_of
from oneplace.visits import queries, verbs
from oneplace.visits.models import DoorStep, Outing, Visit, VisitState
from oneplace.visits.pack import Conflicted, Json, Leaf, PackLine
from oneplace.visits.permissions import MAKE_VISITS

MOST_LINES: Final = 6
_MOST_CLOSE: Final = 2
_ALONE_AT_MOST: Final = timedelta(hours=8)


class OwnPart:
    """Who else comes this week, what was agreed, how the last visit was; and all that is done."""

    name = "visits"
    permission = MAKE_VISITS
    kinds: Sequence[str] = (
        *("set_out", "arrive", "no_answer", "door_step", "finish", "note"),
        *("check_in", "check_out", "came_anyway", "concern", "say_late"),
    )

    def rows(
        self, person_ids: Sequence[uuid.UUID], *, viewer: Viewer, at: datetime
    ) -> Mapping[uuid.UUID, Json]:
        """One leaf a person; seven statements for all of them."""
        owed = actions.open_of_many(person_ids, viewer=viewer)
        others = queries.others_this_week(person_ids, viewer=viewer, at=at)
        home = queries.at_home(person_ids, viewer=viewer)
        today = local_day(at)
        made: dict[uuid.UUID, Json] = {}
        for person_id in person_ids:
            agreed = [
                PackLine(
                    action.text,
                    f"{action.owner_name}, {due_words(action.due_on, today)}",
                    "late" if action.due_on < today else "",
                )
                for action in owed.get(person_id, ())[:MOST_LINES]
            ]
            coming = [
                PackLine(
                    f"{each.worker_name or each.organisation_name}: {each.purpose.label.lower()}",
                    f"{near_day(local_day(each.opens_at), today)}, {clock_time(each.opens_at)}",
                )
                for each in others.get(person_id, ())[:MOST_LINES]
            ]
            made[person_id] = Leaf(
                title="Before you ring, what was agreed, who else comes",
                lines=(*_before_the_door(home.get(person_id)), *agreed, *coming),
                nothing="Nothing is open, nobody else comes this week, and no relative is known.",
            ).as_json()
        return made

    def take(
        self,
        kind: str,
        payload: Mapping[str, Any],
        *,
        person_id: uuid.UUID,
        by: Viewer,
        at: datetime,
    ) -> object:
        """Write it, as of when it happened."""
        if kind == "concern":
            return _concern(payload, person_id=person_id, by=by, at=at)
        visit = queries.visit(uuid.UUID(str(payload["visit_id"])), viewer=by)
        if visit is None:
            raise Refused("This visit is not open to you any more.")
        if kind == "came_anyway":
            return verbs.came_anyway(visit=visit, by=by, at=at)
        _stop_if_over(visit, kind)
        return _BY_KIND[kind](visit, payload, by, at)


def _before_the_door(home: queries.AtHome | None) -> tuple[PackLine, ...]:
    """In hospital now, as far as we were told; and whom to ring if nobody answers."""
    if home is None:
        return ()
    stay = home.stay
    since = f"since {day(stay.starts_at)}" if stay and stay.starts_at else ""
    lines = [PackLine("In hospital now: ring before you go", since, "in hospital")] if stay else []
    for one in home.close[:_MOST_CLOSE]:
        who = ", ".join(filter(None, (one.what.lower(), one.phone or "no number known")))
        lines.append(PackLine(f"If nobody answers: {one.name}", who))
    return tuple(lines)


def _stop_if_over(visit: Visit, kind: str) -> None:
    """Whoever was without signal cannot have known that a visit was cancelled or moved."""
    if kind in ("note", "check_out", "door_step"):
        return
    if visit.state == VisitState.CANCELLED:
        raise Conflicted(
            "This visit was cancelled before you wrote this.",
            theirs=f"Cancelled: {visit.ended_why}",
        )
    if visit.state == VisitState.MOVED:
        following = Visit.objects.filter(follows=visit).first()
        to = f" to {day(following.opens_at)}, {clock_time(following.opens_at)}" if following else ""
        raise Conflicted(
            "This visit was moved before you wrote this.",
            theirs=f"Moved{to}: {visit.ended_why}",
        )


def _set_out(visit: Visit, payload: Mapping[str, Any], by: Viewer, at: datetime) -> object:
    return verbs.set_out(visit=visit, by=by, at=at)


def _arrive(visit: Visit, payload: Mapping[str, Any], by: Viewer, at: datetime) -> object:
    return verbs.arrive(visit=visit, by=by, at=at)


def _no_answer(visit: Visit, payload: Mapping[str, Any], by: Viewer, at: datetime) -> object:
    return verbs.note_no_answer(visit=visit, by=by, at=at)


def _door_step(visit: Visit, payload: Mapping[str, Any], by: Viewer, at: datetime) -> object:
    return verbs.at_the_door(
        visit=visit,
        step=DoorStep(str(payload.get("step", ""))),
        words=str(payload.get("words", "")),
        by=by,
        at=at,
    )


def _finish(visit: Visit, payload: Mapping[str, Any], by: Viewer, at: datetime) -> object:
    return verbs.finish(visit=visit, by=by, at=at)


def _note(visit: Visit, payload: Mapping[str, Any], by: Viewer, at: datetime) -> object:
    words = str(payload.get("words", ""))
    seen = str(payload.get("seen", ""))
    if visit.note and visit.note not in (seen, words.strip()):
        raise Conflicted(
            "Somebody wrote this note while you were writing.", theirs=visit.note, field="words"
        )
    return verbs.write_note(visit=visit, words=words, by=by, at=at)


def _check_in(visit: Visit, payload: Mapping[str, Any], by: Viewer, at: datetime) -> object:
    minutes = timedelta(minutes=int(payload.get("minutes") or visit.minutes))
    if not timedelta(0) < minutes <= _ALONE_AT_MOST:
        raise Refused("Say when you expect to be out, within eight hours.", field="minutes")
    return verbs.check_in(
        visit=visit,
        out_by_at=at + minutes,
        phone=str(payload.get("phone", ""))[:40],
        by=by,
        at=at,
    )


def _say_late(visit: Visit, payload: Mapping[str, Any], by: Viewer, at: datetime) -> object:
    return verbs.say_late(
        visit=visit,
        minutes=int(payload.get("minutes") or 0),
        words=str(payload.get("words", "")),
        tells_person=payload.get("tells_person") == "yes",
        by=by,
        at=at,
    )


def _check_out(visit: Visit, payload: Mapping[str, Any], by: Viewer, at: datetime) -> object:
    outing = Outing.objects.filter(visit=visit, worker_id=account_of(by), out_at=None).first()
    # Done with the visit is out of the house too, and may have come first.
    return verbs.check_out(outing=outing, by=by, at=at) if outing else None


_BY_KIND: Final[Mapping[str, Callable[[Visit, Mapping[str, Any], Viewer, datetime], object]]] = {
    "set_out": _set_out,
    "arrive": _arrive,
    "no_answer": _no_answer,
    "door_step": _door_step,
    "finish": _finish,
    "note": _note,
    "check_in": _check_in,
    "check_out": _check_out,
    "say_late": _say_late,
}


def _concern(
    payload: Mapping[str, Any], *, person_id: uuid.UUID, by: Viewer, at: datetime
) -> object:
    person = people.person(person_id, viewer=by)
    name = ""
    if person is not None:
        name = " ".join(filter(None, (person.known_as or person.given, person.family)))
    return people_verbs.raise_concern(
        what=str(payload.get("what", "")),
        who=str(payload.get("who", "")) or name,
        is_safe_now=SafeNow(str(payload.get("is_safe_now", ""))),
        wishes=str(payload.get("wishes", "")),
        person_id=person_id,
        by=by,
        at=at,
    )
