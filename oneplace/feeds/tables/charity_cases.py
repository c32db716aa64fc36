"""The charity's customer database, exported on Fridays, sheet by sheet.

People are `Individual ID`s; a case (`Case Ref`) and a social prescribing referral (`SP Ref`) are
numbers of the same person, which the sheets that open them say, so that a goal, which names its
case only, finds whose it is whatever came first. The charity works with adults: a birth in a year
of two digits lies at least `YOUNGEST` years back. A row without a reference of its own is known
by all it says.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from oneplace.feeds.tables import codes, values
from oneplace.feeds.tables.saying import Saying
from oneplace.feeds.tables.sheets import Sheet, SheetReader
from oneplace.vocabulary.rows import AgentSaid, IdentitySaid, Said, SameSaid, SubjectKey
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness

YOUNGEST: Final = 16
_MODES: Final = {
    "visit": "home", "home visit": "home", "phone": "telephone", "telephone": "telephone",
    "call": "telephone", "text": "text", "email": "email", "group": "group",
    "office": "face_to_face",
}  # fmt: skip
_MOMENTS: Final = {"start": "baseline", "middle": "review", "end": "exit"}
_SCORES: Final = ("satisfied", "worthwhile", "happy", "anxious", "short_wellbeing_raw")
# Where a case stands, by the first word.
_STAGES: Final = {
    "new": EntryStatus.CURRENT, "getting": EntryStatus.CURRENT, "working": EntryStatus.CURRENT,
    "closed": EntryStatus.ENDED,
}  # fmt: skip


def individual(saying: Saying, number: str) -> SubjectKey:
    """Whoever the charity means by a number of its own."""
    return SubjectKey(f"charity:{saying.organisation}", saying.need("Individual ID", number))


def case(saying: Saying, reference: str, column: str = "Case Ref") -> SubjectKey:
    """Whoever a case is about."""
    return SubjectKey(f"charity:{saying.organisation}:case", saying.need(column, reference))


def _referral(saying: Saying, reference: str) -> SubjectKey:
    return SubjectKey(f"charity:{saying.organisation}:sp", saying.need("SP Ref", reference))


def _same(saying: Saying, kept: SubjectKey, other: SubjectKey) -> SameSaid:
    return SameSaid(saying.source, kept, other, saying.said_at, saying.place, saying.version)


def _individuals(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        number, full_name, known_as, dob, nhs_number, home_address, postcode, tel, mob, best_way,
        speaks, surgery, added,
    ) = cells  # fmt: skip
    nhs, is_sound = values.nhs(nhs_number)
    title, given, family = values.full_name(full_name)
    since = saying.day("Added", added)
    reach = [
        *values.address(*home_address.split(", "), code=postcode),
        *values.phones(tel, mob),
    ]
    detail = {"gp": surgery} if surgery else {}
    if since:
        detail["known_since"] = since.isoformat()
    if best_way.casefold() not in codes.NO_NEED:
        detail["best_way_to_reach"] = best_way.replace("_", " ")
    yield IdentitySaid(
        saying.source,
        individual(saying, number),
        saying.said_at,
        saying.place,
        saying.version,
        nhs_number=nhs,
        is_nhs_number_sound=is_sound,
        family=family,
        given=given,
        known_as=known_as,
        title=title,
        born_on=saying.born("D.O.B.", dob),
        language=speaks,
        communication_needs=codes.needs(best_way),
        organisation=saying.organisation,
        reach=tuple(reach),
        detail=detail,
    )


def _pic_referrals(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        reference, number, received, sent_by, coordinator, first_spoke, home_visit, plan_agreed,
        stage, closed, benefits,
    ) = cells  # fmt: skip
    whom = individual(saying, number)
    yield _same(saying, whom, case(saying, reference))
    referred_at, exactness = saying.exactly("Date Rec'd", received)
    spoke_at, closed_at = saying.moment("First Spoke", first_spoke), saying.moment("Closed", closed)
    visited_at = saying.moment("Home Visit", home_visit)
    agreed_at = saying.moment("Plan Agreed", plan_agreed)
    status = _STAGES.get(stage.split(" ")[0].casefold(), saying.status(referred_at, closed_at))
    _, _, why = stage.partition(" - ")
    gained = saying.amount("Benefits £/yr", benefits)
    yield saying.entry(
        EntryKind.REFERRAL,
        f"case:{reference}",
        whom,
        status=status,
        starts_at=referred_at,
        ends_at=closed_at,
        exactness=exactness,
        title="Referral to a personal independence co-ordinator",
        organisation=saying.organisation,
        by=coordinator,
        detail={
            "service": "Personal independence co-ordination",
            "source": sent_by.replace("_", " "),
            "first_contact_at": _iso(spoke_at),
            "outcome": why,
            "closed_at": _iso(closed_at),
            "status_as_sent": stage,
        },
    )
    yield saying.entry(
        EntryKind.EPISODE,
        f"case:{reference}",
        whom,
        status=status,
        starts_at=spoke_at or referred_at,
        ends_at=closed_at,
        exactness=exactness,
        title="Personal independence co-ordination",
        organisation=saying.organisation,
        by=coordinator,
        detail={
            "service": "Personal independence co-ordination",
            "coordinator": coordinator,
            "source_of_referral": sent_by.replace("_", " "),
            "first_seen_at": _iso(visited_at or spoke_at),
            "end_reason": why,
            "benefits_gained": "" if gained is None else f"{gained:.2f}",
            "status_as_sent": stage,
        },
    )
    if agreed_at is not None:
        yield saying.entry(
            EntryKind.CARE_PLAN,
            f"case:{reference}",
            whom,
            status=status,
            starts_at=agreed_at,
            ends_at=closed_at,
            exactness=Exactness.DAY,
            title="My Life plan agreed",
            organisation=saying.organisation,
            by=coordinator,
            within=f"{EntryKind.EPISODE}:case:{reference}",
            detail={"lead": coordinator, "close_reason": why},
        )


def _goals(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    number, reference, words, about, i_statement, first_step, set_on, went, own_score = cells
    starts_at = saying.moment("Set", set_on)
    yield saying.entry(
        EntryKind.GOAL,
        saying.need("Goal No", number),
        case(saying, reference),
        status=EntryStatus.ENDED if went else EntryStatus.CURRENT,
        starts_at=starts_at,
        exactness=Exactness.DAY,
        title=words or "Goal",
        words=words,
        organisation=saying.organisation,
        within=f"{EntryKind.CARE_PLAN}:case:{reference}",
        detail={
            "in_their_words": words,
            "about": about.replace("_", " "),
            "i_statement": i_statement,
            "first_step": first_step,
            "achievement": went,
            "own_score": saying.whole("Their Score /10", own_score),
            "set_on": "" if starts_at is None else str(saying.day("Set", set_on)),
            "case": reference,
        },
    )


def _wellbeing(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    number, reference, when, which, *scores, filled_in_by = cells
    totals = {
        name: float(score)
        for name, column, text in zip(_SCORES, _WELLBEING[4:9], scores, strict=True)
        if (score := saying.amount(column, text)) is not None
    }
    yield saying.entry(
        EntryKind.QUESTIONNAIRE,
        f"{number}|{reference}|{which}|{when}",
        individual(saying, number),
        status=EntryStatus.ENDED,
        starts_at=saying.moment("When", when),
        exactness=Exactness.DAY,
        title="Well-being questionnaire",
        organisation=saying.organisation,
        detail={
            "questionnaire": "ONS4 and Short Warwick-Edinburgh Mental Wellbeing Scale",
            "totals": totals,
            "moment": saying.word("Which", which, _MOMENTS),
            "filled_in_by": filled_in_by,
            "case": reference,
        },
    )


def _contact_log(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    number, when, how, who, activity, note = cells
    at, exactness = saying.exactly("When", when)
    yield saying.entry(
        EntryKind.CONTACT,
        f"{number}|{when}|{values.digest(how, who, activity, note)}",
        individual(saying, number),
        status=EntryStatus.ENDED,
        starts_at=at,
        exactness=exactness,
        title=activity or "Contact with the charity",
        words=note,
        organisation=saying.organisation,
        by=who,
        detail={
            "mode": _MODES.get(how.casefold(), how.casefold().replace(" ", "_")),
            "activity": activity,
        },
    )


def _social_prescribing(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        reference, number, offered, source, surgery, need, link_worker, said_yes, first_chat,
        connected_to, connected, ended, result,
    ) = cells  # fmt: skip
    whom = individual(saying, number)
    yield _same(saying, whom, _referral(saying, reference))
    offered_at, ended_at = saying.moment("Offered", offered), saying.moment("Ended", ended)
    yield saying.entry(
        EntryKind.REFERRAL,
        f"sp:{reference}",
        whom,
        status=saying.status(offered_at, ended_at),
        starts_at=offered_at,
        ends_at=ended_at,
        exactness=Exactness.DAY,
        title="Social prescribing",
        organisation=saying.organisation,
        by=link_worker,
        detail={
            "service": "Social prescribing",
            "source": source.replace("_", " "),
            "referred_by": surgery,
            "need": need.replace("_", " "),
            "accepted_at": _on(saying, "Said Yes", said_yes),
            "first_contact_at": _on(saying, "First Chat", first_chat),
            "connected_to": connected_to,
            "connected_at": _on(saying, "Connected", connected),
            "outcome": result.replace("_", " "),
            "closed_at": _on(saying, "Ended", ended),
        },
    )


def _attendance(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    number, session, when, came, reference = cells
    did_attend = _CAME.get(came.casefold())
    if did_attend is None and came:
        saying.pass_over("Came?", "neither yes nor no show")
    yield saying.entry(
        EntryKind.CONTACT,
        f"session:{number}|{when}|{values.digest(session)}",
        individual(saying, number),
        status=EntryStatus.ENDED,
        starts_at=saying.moment("Date", when),
        exactness=Exactness.DAY,
        title=session or "Group session",
        organisation=saying.organisation,
        within=f"{EntryKind.REFERRAL}:sp:{reference}" if reference else "",
        detail={
            "mode": "group",
            "activity": session,
            "did_attend": did_attend,
            "outcome": "did_not_attend" if did_attend is False else "seen" if did_attend else "",
        },
    )


def _volunteers(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    name, mail, tel, can_do, days, checked, started = cells
    yield AgentSaid(
        saying.source,
        f"volunteer:{saying.need('Volunteer', name)}|{mail or values.phone(tel)}",
        name,
        saying.said_at,
        saying.place,
        saying.version,
        kind="person",
        phone=values.phone(tel),
        detail={
            key: value
            for key, value in {
                "roles": ["volunteer"],
                "organisation": saying.organisation,
                "email": mail,
                "can_do": [can_do] if can_do else [],
                "days": days,
                "checked_on": _on(saying, "DBS Checked", checked),
                "started_on": _on(saying, "Started", started),
            }.items()
            if value
        },
    )


_CAME: Final = {"yes": True, "y": True, "no show": False, "no": False, "n": False}


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _on(saying: Saying, column: str, text: str) -> str:
    found = saying.day(column, text)
    return found.isoformat() if found else ""


_WELLBEING: Final = (
    "Individual ID", "Case Ref", "When", "Which", "Satisfied /10", "Worthwhile /10", "Happy /10",
    "Anxious /10", "Short WB raw 7-35", "Filled In By",
)  # fmt: skip
SHEETS: Final = (
    Sheet(
        "individuals",
        ("Individual ID", "Full Name", "Likes To Be Called", "D.O.B.", "NHS No (if given)",
         "Home Address", "Post Code", "Tel", "Mob", "Best Way To Reach", "Speaks", "Surgery",
         "Added"),
        ("Individual ID", "Full Name", "D.O.B."),
        _individuals,
        YOUNGEST,
    ),
    Sheet(
        "pic_referrals",
        ("Case Ref", "Individual ID", "Date Rec'd", "Who Sent Them", "PIC", "First Spoke",
         "Home Visit", "Plan Agreed", "Where It's At", "Closed", "Benefits £/yr"),
        ("Case Ref", "Individual ID", "PIC"),
        _pic_referrals,
    ),
    Sheet(
        "goals",
        ("Goal No", "Case Ref", "In Their Words", "About", "I Statement", "First Step", "Set",
         "How It Went", "Their Score /10"),
        ("Goal No", "Case Ref", "In Their Words"),
        _goals,
    ),
    Sheet("wellbeing", _WELLBEING, ("Individual ID", "Which", "Satisfied /10"), _wellbeing),
    Sheet(
        "contact_log",
        ("Individual ID", "When", "How", "Who", "Activity", "Note"),
        ("Individual ID", "When", "How", "Note"),
        _contact_log,
    ),
    Sheet(
        "social_prescribing",
        ("SP Ref", "Individual ID", "Offered", "From", "Surgery", "Need", "Link Worker", "Said Yes",
         "First Chat", "Connected To", "Connected", "Ended", "Result"),
        ("SP Ref", "Individual ID", "Offered"),
        _social_prescribing,
    ),
    Sheet(
        "attendance",
        ("Individual ID", "Session", "Date", "Came?", "SP Ref"),
        ("Individual ID", "Session", "Came?"),
        _attendance,
    ),
    Sheet(
        "volunteers",
        ("Volunteer", "Email", "Tel", "Can Do", "Days", "DBS Checked", "Started"),
        ("Volunteer", "Can Do", "DBS Checked"),
        _volunteers,
    ),
)  # fmt: skip
READER: Final = SheetReader("the charity's case system", SHEETS)
