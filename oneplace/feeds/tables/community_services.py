"""Community services' export: nursing and therapy, the home-first team, the transfer hub, huddles.

Sheets after the first name a referral, an episode, a stay, a review or a huddle case instead of
the person: each such number is a number of the same person, which the sheet that opens it says.
The transfer hub's list names people by their hospital number and stay, as the wards do; the
hospital whose numbers those are is the partner that sends the export, or the habit `hospital` of
the source.

Huddle meetings, which are about no one person, are counted by column and wait for the room that
will keep them.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from oneplace.feeds.tables import codes, values
from oneplace.feeds.tables.sheets import Saying, Sheet, SheetReader, hours
from oneplace.vocabulary.rows import IdentitySaid, Said, SameSaid, SubjectKey, Unmapped
from oneplace.vocabulary.terms import EntryKind, EntryStatus, LifeStream, Pathway

REFERRAL: Final = "referral"
EPISODE: Final = "life"
SPELL: Final = "spell"
MEDICINES: Final = "medicines"
HUDDLE_CASE: Final = "huddle_case"
_STREAMS: Final = {word: LifeStream(word) for word in LifeStream.stored_words()}
_PATHWAYS: Final = {word.casefold(): Pathway(word) for word in Pathway.stored_words()}
_NONE: Final = ("none", "")


def person(saying: Saying, number: str, column: str = "patient_id") -> SubjectKey:
    """Whoever the services mean by a number of theirs."""
    return SubjectKey(f"community:{saying.organisation}", saying.need(column, number))


def about(saying: Saying, what: str, column: str, number: str) -> SubjectKey:
    """Whoever a referral, an episode, a stay, a review or a huddle case is about."""
    return SubjectKey(f"community:{saying.organisation}:{what}", saying.need(column, number))


def _same(saying: Saying, kept: SubjectKey, other: SubjectKey) -> SameSaid:
    return SameSaid(saying.source, kept, other, saying.said_at, saying.place, saying.version)


def _patients(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        number, nhs_number, nhs_status, title, forename, surname, preferred, born, gender,
        ethnicity, line_1, line_2, town, postcode, phone, mobile, practice, housebound, died,
    ) = cells  # fmt: skip
    nhs, is_sound = values.nhs(nhs_number)
    status = saying.word("nhs_number_status", nhs_status, codes.NHS_NUMBER_STATUSES)
    died_at = saying.moment("date_of_death", died)
    is_housebound = saying.truth("housebound", housebound)
    yield IdentitySaid(
        saying.source,
        person(saying, number),
        saying.said_at,
        saying.place,
        saying.version,
        nhs_number=nhs,
        is_nhs_number_sound=is_sound,
        nhs_number_status=status.value if status else "",
        family=surname,
        given=forename,
        known_as=preferred,
        title=title,
        born_on=saying.born("date_of_birth", born),
        gender=saying.word("gender", gender, codes.GENDERS),
        ethnicity=saying.word("ethnic_category", ethnicity, codes.ETHNICITIES) or "",
        is_dead=True if died_at else None,
        died_at=died_at,
        practice_code=practice,
        organisation=saying.organisation,
        reach=(
            *values.address(line_1, line_2, town, code=postcode),
            *values.phones(phone, mobile),
        ),
        detail={} if is_housebound is None else {"is_housebound": is_housebound},
    )


def _referrals(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    reference, number, received, source, service, code, reason, closed = cells
    whom = person(saying, number)
    yield _same(saying, whom, about(saying, REFERRAL, "referral_id", reference))
    received_at, exactness = saying.exactly("received", received)
    closed_at = saying.moment("closed", closed)
    yield saying.entry(
        EntryKind.REFERRAL,
        reference,
        whom,
        status=saying.status(received_at, closed_at),
        starts_at=received_at,
        ends_at=closed_at,
        exactness=exactness,
        title=_words(service).capitalize() or "Referral",
        code=code,
        code_system="snomed" if code else "",
        organisation=saying.organisation,
        detail={
            "service": _words(service),
            "source": _words(source),
            "reason": [reason] if reason else [],
            "closed_at": _iso(closed_at),
        },
    )


def _contacts(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    reference, start, minutes, worker, mode, outcome, activity = cells
    at, exactness = saying.exactly("start", start)
    yield saying.entry(
        EntryKind.CONTACT,
        f"{reference}|{start}|{worker}|{activity}",
        about(saying, REFERRAL, "referral_id", reference),
        status=saying.status(at, at),
        starts_at=at,
        exactness=exactness,
        title=_words(activity).capitalize() or "Contact",
        organisation=saying.organisation,
        by_agent=f"worker:{worker}" if worker else "",
        within=f"{EntryKind.REFERRAL}:{reference}",
        detail={
            "mode": mode,
            "minutes": saying.whole("minutes", minutes),
            "outcome": outcome,
            "activity": _words(activity),
        },
    )


def _life_referrals(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        reference, number, stream, source, reason, referred, decision, decision_reason, decided,
        spell, left_hospital, first_visit, minutes, coordinator, provider, hours_before,
        hours_at_start, function_at_start, ended, hours_at_exit, function_at_exit, sequel,
        disposition, opinion, day_91,
    ) = cells  # fmt: skip
    whom = person(saying, number)
    yield _same(saying, whom, about(saying, EPISODE, "life_id", reference))
    referred_at, exactness = saying.exactly("referred", referred)
    decided_at, ended_at = saying.moment("decided", decided), saying.moment("ended", ended)
    left_at, visited_at = (
        saying.moment("left_hospital", left_hospital),
        saying.moment("first_visit", first_visit),
    )
    is_declined = decision.casefold() == "declined"
    our_stream = saying.word("stream", stream, _STREAMS)
    yield saying.entry(
        EntryKind.REFERRAL,
        f"life:{reference}",
        whom,
        status=EntryStatus.ENDED if is_declined or visited_at or ended_at else EntryStatus.CURRENT,
        starts_at=referred_at,
        ends_at=decided_at,
        exactness=exactness,
        title="Referral to the home-first team",
        organisation=saying.organisation,
        detail={
            "service": _words(stream),
            "source": _words(source),
            "need": _words(reason),
            "accepted_at": "" if is_declined else _iso(decided_at),
            "declined_because": _words(decision_reason) if is_declined else "",
            "first_contact_at": _iso(visited_at),
            "outcome": decision,
        },
    )
    yield saying.entry(
        EntryKind.EPISODE,
        f"life:{reference}",
        whom,
        status=EntryStatus.CANCELLED if is_declined else _life_status(visited_at, ended_at),
        starts_at=visited_at or left_at or referred_at,
        ends_at=ended_at,
        exactness=exactness,
        title="At home with the home-first team",
        organisation=saying.organisation,
        by=provider,
        by_agent=f"worker:{coordinator}" if coordinator else "",
        detail={
            "stream": our_stream.value if our_stream else "",
            "source_of_referral": _words(source),
            "reason": [_words(reason)] if reason else [],
            "decision": decision,
            "decision_reason": "" if decision_reason in _NONE else _words(decision_reason),
            "decided_at": _iso(decided_at),
            "first_seen_at": _iso(visited_at),
            "minutes_to_first_visit": saying.whole("minutes_to_first_visit", minutes),
            "provider": provider,
            "hours_before": hours(saying.amount("hours_before", hours_before)),
            "hours_at_start": hours(saying.amount("hours_at_start", hours_at_start)),
            "hours_at_exit": hours(saying.amount("hours_at_exit", hours_at_exit)),
            "function_at_start": saying.whole("function_at_start", function_at_start),
            "function_at_exit": saying.whole("function_at_exit", function_at_exit),
            "sequel": sequel,
            "disposition": disposition,
            "opinion_admission_avoided": opinion,
            "status_at_91_days": day_91,
            "left_hospital_at": _iso(left_at),
            "spell": spell,
        },
    )


def _life_status(visited_at: datetime | None, ended_at: datetime | None) -> EntryStatus:
    if ended_at is not None:
        return EntryStatus.ENDED
    return EntryStatus.CURRENT if visited_at is not None else EntryStatus.PLANNED


def _life_visits(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    reference, worker, arrived, minutes, kind, outcome = cells
    at, exactness = saying.exactly("arrived", arrived)
    yield saying.entry(
        EntryKind.CONTACT,
        f"life:{reference}|{arrived}|{worker}|{kind}",
        about(saying, EPISODE, "life_id", reference),
        status=saying.status(at, at),
        starts_at=at,
        exactness=exactness,
        title=f"Home-first visit: {_words(kind)}" if kind else "Home-first visit",
        organisation=saying.organisation,
        by=_words(kind),
        by_agent=f"worker:{worker}" if worker else "",
        within=f"{EntryKind.EPISODE}:life:{reference}",
        detail={
            "mode": "home",
            "minutes": saying.whole("minutes", minutes),
            "outcome": outcome,
        },
    )


def _transfer_list(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        spell, hospital_number, nhs_number, surname, admitted, expected, frailty, ready, proposed,
        actual, left,
    ) = cells  # fmt: skip
    whose = about(saying, SPELL, "spell", spell)
    hospital = str(saying.habits.get("hospital") or saying.organisation)
    known = SubjectKey(f"hospital:{hospital}", saying.need("hospital_number", hospital_number))
    nhs, is_sound = values.nhs(nhs_number)
    yield _same(saying, known, whose)
    yield IdentitySaid(
        saying.source,
        whose,
        saying.said_at,
        saying.place,
        saying.version,
        nhs_number=nhs,
        is_nhs_number_sound=is_sound,
        identifiers=(known,),
        family=surname,
        organisation=saying.organisation,
        is_identity_unknown=True,
    )
    admitted_at, exactness = saying.exactly("admitted", admitted)
    ready_at, left_at = saying.moment("ready_to_leave", ready), saying.moment("left", left)
    expected_on = saying.day("expected_discharge", expected)
    pathway = saying.word("pathway_proposed", proposed, _PATHWAYS)
    actually = saying.word("pathway_actual", actual, _PATHWAYS)
    yield saying.entry(
        EntryKind.EPISODE,
        f"transfer:{spell}",
        whose,
        status=EntryStatus.ENDED if left_at else EntryStatus.CURRENT,
        starts_at=ready_at or admitted_at,
        ends_at=left_at,
        exactness=exactness,
        title="On the transfer hub's list",
        organisation=saying.organisation,
        detail={
            "service": "Transfer of care hub",
            "spell": spell,
            "left_hospital_at": _iso(left_at),
            "earlier_statuses": _without_nothing(
                {"status": "admitted", "since": _iso(admitted_at)},
                {"status": "ready to leave", "since": _iso(ready_at)},
                {
                    "status": "expected to leave",
                    "since": expected_on.isoformat() if expected_on else "",
                },
            ),
            "disposition": actually.value if actually else "",
            "decision": pathway.value if pathway else "",
        },
    )
    score = saying.whole("clinical_frailty", frailty)
    if score is not None:
        yield saying.entry(
            EntryKind.OBSERVATION,
            f"frailty:{spell}",
            whose,
            status=EntryStatus.ENDED,
            starts_at=admitted_at,
            exactness=exactness,
            title="Clinical Frailty Scale",
            value=saying.amount("clinical_frailty", frailty),
            organisation=saying.organisation,
            within=f"{EntryKind.EPISODE}:transfer:{spell}",
        )


def _transfer_reviews(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    spell, reviewed, needs_bed, reason = cells
    at, exactness = saying.exactly("reviewed", reviewed)
    is_needed = saying.truth("criteria_to_reside", needs_bed)
    yield saying.entry(
        EntryKind.REVIEW,
        f"reside:{spell}|{reviewed}",
        about(saying, SPELL, "spell", spell),
        status=EntryStatus.ENDED,
        starts_at=at,
        exactness=exactness,
        title="Still needs an acute bed" if is_needed else "No longer needs an acute bed",
        organisation=saying.organisation,
        within=f"{EntryKind.EPISODE}:transfer:{spell}",
        detail={
            "type": "criteria to reside",
            "outcome": "needs an acute bed" if is_needed else "needs no acute bed",
            "review_reason": _words(reason),
            "numbers": [f"spell|{spell}"],
        },
    )


def _transfer_blockers(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    reference, spell, kind, responsible, opened, closed, note = cells
    opened_at, exactness = saying.exactly("opened", opened)
    closed_at = saying.moment("closed", closed)
    blocker = saying.word("kind", kind, codes.BLOCKERS)
    yield saying.entry(
        EntryKind.BLOCKER,
        saying.need("blocker_id", reference),
        about(saying, SPELL, "spell", spell),
        status=saying.status(opened_at, closed_at),
        starts_at=opened_at,
        ends_at=closed_at,
        exactness=exactness,
        title=f"Waiting to leave hospital: {(blocker.label if blocker else _words(kind)).lower()}",
        words=note,
        organisation=responsible,
        within=f"{EntryKind.EPISODE}:transfer:{spell}",
        detail={
            "blocker": blocker.value if blocker else "",
            "status_as_sent": "" if blocker else kind,
            "responsible": responsible,
            "spell": spell,
        },
    )


def _falls(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    reference, number, fell, place, harm, response = cells
    at, exactness = saying.exactly("fell", fell)
    yield saying.entry(
        EntryKind.FALL,
        saying.need("fall_id", reference),
        person(saying, number),
        status=EntryStatus.ENDED,
        starts_at=at,
        exactness=exactness,
        title="Fall",
        organisation=saying.organisation,
        detail={"harm": _words(harm), "response": _words(response), "where": _words(place)},
    )


def _medicines_reviews(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        reference, number, requested, source, pharmacist, visited, medicines, adherence, closed,
    ) = cells  # fmt: skip
    whom = person(saying, number)
    yield _same(saying, whom, about(saying, MEDICINES, "review_id", reference))
    requested_at, exactness = saying.exactly("requested", requested)
    visited_at, closed_at = saying.moment("visited", visited), saying.moment("closed", closed)
    yield saying.entry(
        EntryKind.REVIEW,
        reference,
        whom,
        status=saying.status(requested_at, closed_at),
        starts_at=visited_at or requested_at,
        ends_at=closed_at,
        exactness=exactness,
        recorded_at=requested_at,
        title="Medicines review at home",
        organisation=saying.organisation,
        by_agent=f"worker:{pharmacist}" if pharmacist else "",
        detail={
            "type": "medicines",
            "review_reason": _words(source),
            "requested_at": _iso(requested_at),
            "adherence": _words(adherence),
            "medicines": saying.whole("medicines", medicines),
        },
    )


def _medicines_recommendations(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    reference, code, medicine, kind, sent, reply, replied, harm = cells
    sent_at, exactness = saying.exactly("sent", sent)
    replied_at = saying.moment("replied", replied)
    yield saying.entry(
        EntryKind.TASK,
        f"{reference}|{sent}|{kind}|{code or medicine}",
        about(saying, MEDICINES, "review_id", reference),
        status=EntryStatus.ENDED if replied_at else EntryStatus.CURRENT,
        starts_at=sent_at,
        ends_at=replied_at,
        exactness=exactness,
        title=f"Pharmacist's recommendation: {_words(kind)} {medicine}".strip(),
        code=code,
        code_system="dmd" if code else "",
        organisation=saying.organisation,
        within=f"{EntryKind.REVIEW}:{reference}",
        detail={
            "business_status": _words(reply),
            "done_at": _iso(replied_at),
            "inputs": _without_nothing(
                {"what": "recommendation", "value": _words(kind)},
                {"what": "medicine", "value": medicine},
                {"what": "harm before", "value": _words(harm)},
            ),
        },
    )


def _huddle_meetings(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    for column, cell in zip(_MEETINGS, cells, strict=True):
        if cell:
            yield Unmapped(
                saying.source, f"huddle_meetings: {column} (about no one person; kept for huddles)"
            )


def _huddle_cases(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        reference, practice, gp_number, nhs_number, listed, trigger, lead, told, status, closed,
        close_reason, next_review,
    ) = cells  # fmt: skip
    whose = about(saying, HUDDLE_CASE, "case", reference)
    nhs, is_sound = values.nhs(nhs_number)
    others: tuple[SubjectKey, ...] = ()
    if gp_number and practice:
        others = (SubjectKey(f"practice:{practice}", gp_number),)
        yield _same(saying, others[0], whose)
    yield IdentitySaid(
        saying.source,
        whose,
        saying.said_at,
        saying.place,
        saying.version,
        nhs_number=nhs,
        is_nhs_number_sound=is_sound,
        identifiers=others,
        practice_code=practice,
        organisation=saying.organisation,
        is_identity_unknown=True,
    )
    listed_at, exactness = saying.exactly("listed", listed)
    closed_at = saying.moment("closed", closed)
    told_at = saying.moment("told", told)
    review_on = saying.day("next_review", next_review)
    is_closed = status.casefold() == "closed"
    yield saying.entry(
        EntryKind.CARE_PLAN,
        f"huddle:{reference}",
        whose,
        status=EntryStatus.ENDED if is_closed else EntryStatus.CURRENT,
        starts_at=listed_at,
        ends_at=closed_at,
        exactness=exactness,
        title="On the huddle's list",
        organisation=practice or saying.organisation,
        by=lead,
        detail={
            "trigger": _words(trigger),
            "lead": lead,
            "close_reason": _words(close_reason),
            "next_review_on": review_on.isoformat() if review_on else "",
            "notes": [{"text": "The person was told.", "at": _iso(told_at)}] if told_at else [],
        },
    )


def _huddle_discussions(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    reference, case, meeting, when, section, minutes = cells
    at, exactness = saying.exactly("when", when)
    yield saying.entry(
        EntryKind.NOTE,
        f"huddle:{saying.need('discussion', reference)}",
        about(saying, HUDDLE_CASE, "case", case),
        status=saying.status(at, at),
        starts_at=at,
        exactness=exactness,
        title=f"Discussed at the huddle: {_words(section)}",
        organisation=saying.organisation,
        within=f"{EntryKind.CARE_PLAN}:huddle:{case}",
        detail={
            "about": "huddle",
            "activity": f"{minutes} minutes" if minutes else "",
            "numbers": [f"huddle meeting|{meeting}"] if meeting else [],
        },
    )


def _huddle_actions(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        reference, discussion, case, what, owner, asked, due, accepted, done, cancelled,
    ) = cells  # fmt: skip
    asked_at, exactness = saying.exactly("asked", asked)
    done_at, cancelled_at = saying.moment("done", done), saying.moment("cancelled", cancelled)
    due_on = saying.day("due", due)
    yield saying.entry(
        EntryKind.TASK,
        f"huddle:{saying.need('action', reference)}",
        about(saying, HUDDLE_CASE, "case", case),
        status=EntryStatus.CANCELLED
        if cancelled_at
        else EntryStatus.ENDED
        if done_at
        else EntryStatus.CURRENT,
        starts_at=asked_at,
        ends_at=done_at or cancelled_at,
        exactness=exactness,
        title=_words(what).capitalize() or "Action",
        organisation=saying.organisation,
        within=f"{EntryKind.NOTE}:huddle:{discussion}" if discussion else "",
        detail={
            "asked_of": owner,
            "asked_by": "the huddle",
            "due": due_on.isoformat() if due_on else "",
            "accepted_at": _iso(saying.moment("accepted", accepted)),
            "done_at": _iso(done_at),
            "cancelled_at": _iso(cancelled_at),
        },
    )


def _words(code: str) -> str:
    return code.replace("_", " ")


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _without_nothing(*parts: dict[str, str]) -> list[dict[str, Any]]:
    """Those of which the last thing is said."""
    return [dict(part) for part in parts if list(part.values())[-1]]


_MEETINGS: Final = ("meeting", "practice", "starts", "status")
SHEETS: Final = (
    Sheet(
        "patients",
        ("patient_id", "nhs_number", "nhs_number_status", "title", "forename", "surname",
         "preferred_name", "date_of_birth", "gender", "ethnic_category", "address_1", "address_2",
         "town", "postcode", "phone", "mobile", "gp_practice", "housebound", "date_of_death"),
        ("patient_id", "surname", "date_of_birth", "gp_practice"),
        _patients,
    ),
    Sheet(
        "referrals",
        ("referral_id", "patient_id", "received", "source", "service", "reason_code", "reason",
         "closed"),
        ("referral_id", "patient_id", "received"),
        _referrals,
    ),
    Sheet(
        "contacts",
        ("referral_id", "start", "minutes", "worker", "mode", "outcome", "activity"),
        ("referral_id", "start", "activity"),
        _contacts,
    ),
    Sheet(
        "life_referrals",
        ("life_id", "patient_id", "stream", "source", "reason", "referred", "decision",
         "decision_reason", "decided", "spell", "left_hospital", "first_visit",
         "minutes_to_first_visit", "coordinator", "provider", "hours_before", "hours_at_start",
         "function_at_start", "ended", "hours_at_exit", "function_at_exit", "sequel",
         "disposition", "admission_avoided_opinion", "status_day_91"),
        ("life_id", "patient_id", "stream", "referred"),
        _life_referrals,
    ),
    Sheet(
        "life_visits",
        ("life_id", "worker", "arrived", "minutes", "kind", "outcome"),
        ("life_id", "arrived", "kind"),
        _life_visits,
    ),
    Sheet(
        "transfer_list",
        ("spell", "hospital_number", "nhs_number", "surname", "admitted", "expected_discharge",
         "clinical_frailty", "ready_to_leave", "pathway_proposed", "pathway_actual", "left"),
        ("spell", "hospital_number", "ready_to_leave"),
        _transfer_list,
    ),
    Sheet(
        "transfer_reviews",
        ("spell", "reviewed", "criteria_to_reside", "reason"),
        ("spell", "reviewed", "criteria_to_reside"),
        _transfer_reviews,
    ),
    Sheet(
        "transfer_blockers",
        ("blocker_id", "spell", "kind", "responsible", "opened", "closed", "note"),
        ("blocker_id", "spell", "kind"),
        _transfer_blockers,
    ),
    Sheet(
        "falls",
        ("fall_id", "patient_id", "fell", "place", "harm", "response"),
        ("fall_id", "fell", "harm"),
        _falls,
    ),
    Sheet(
        "medicines_reviews",
        ("review_id", "patient_id", "requested", "source", "pharmacist", "visited", "medicines",
         "adherence", "closed"),
        ("review_id", "patient_id", "requested"),
        _medicines_reviews,
    ),
    Sheet(
        "medicines_recommendations",
        ("review_id", "medicine_code", "medicine", "kind", "sent", "reply", "replied",
         "harm_before"),
        ("review_id", "medicine_code", "sent"),
        _medicines_recommendations,
    ),
    Sheet("huddle_meetings", _MEETINGS, ("meeting", "practice", "starts"), _huddle_meetings),
    Sheet(
        "huddle_cases",
        ("case", "practice", "gp_patient_id", "nhs_number", "listed", "trigger", "lead", "told",
         "status", "closed", "close_reason", "next_review"),
        ("case", "practice", "listed", "trigger"),
        _huddle_cases,
    ),
    Sheet(
        "huddle_discussions",
        ("discussion", "case", "meeting", "when", "section", "minutes"),
        ("discussion", "case", "meeting"),
        _huddle_discussions,
    ),
    Sheet(
        "huddle_actions",
        ("action", "discussion", "case", "what", "owner", "asked", "due", "accepted", "done",
         "cancelled"),
        ("action", "case", "owner"),
        _huddle_actions,
    ),
)  # fmt: skip
READER: Final = SheetReader("the community services' export", SHEETS)
