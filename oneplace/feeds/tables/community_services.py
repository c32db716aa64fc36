"""Community services' export: nursing and therapy, the home-first team, falls, medicines at home.

The transfer hub's sheets and the register of huddles, which come with it, are in files beside this.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from oneplace.feeds.tables import codes, community_huddles, community_transfers, values
from oneplace.feeds.tables.community_numbers import (
    EPISODE,
    MEDICINES,
    REFERRAL,
    about,
    iso,
    person,
    same,
    told,
    words,
)
from oneplace.feeds.tables.saying import Saying, hours
from oneplace.feeds.tables.sheets import Sheet, SheetReader
from oneplace.vocabulary.rows import IdentitySaid, Said
from oneplace.vocabulary.terms import EntryKind, EntryStatus, LifeStream

_STREAMS: Final = {word: LifeStream(word) for word in LifeStream.stored_words()}
_NONE: Final = ("none", "")


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
    yield same(saying, whom, about(saying, REFERRAL, "referral_id", reference))
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
        title=words(service).capitalize() or "Referral",
        code=code,
        code_system="snomed" if code else "",
        organisation=saying.organisation,
        detail={
            "service": words(service),
            "source": words(source),
            "reason": [reason] if reason else [],
            "closed_at": iso(closed_at),
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
        title=words(activity).capitalize() or "Contact",
        organisation=saying.organisation,
        by_agent=f"worker:{worker}" if worker else "",
        within=f"{EntryKind.REFERRAL}:{reference}",
        detail={
            "mode": mode,
            "minutes": saying.whole("minutes", minutes),
            "outcome": outcome,
            "activity": words(activity),
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
    yield same(saying, whom, about(saying, EPISODE, "life_id", reference))
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
            "service": words(stream),
            "source": words(source),
            "need": words(reason),
            "accepted_at": "" if is_declined else iso(decided_at),
            "declined_because": words(decision_reason) if is_declined else "",
            "first_contact_at": iso(visited_at),
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
            "source_of_referral": words(source),
            "reason": [words(reason)] if reason else [],
            "decision": decision,
            "decision_reason": "" if decision_reason in _NONE else words(decision_reason),
            "decided_at": iso(decided_at),
            "first_seen_at": iso(visited_at),
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
            "left_hospital_at": iso(left_at),
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
        title=f"Home-first visit: {words(kind)}" if kind else "Home-first visit",
        organisation=saying.organisation,
        by=words(kind),
        by_agent=f"worker:{worker}" if worker else "",
        within=f"{EntryKind.EPISODE}:life:{reference}",
        detail={
            "mode": "home",
            "minutes": saying.whole("minutes", minutes),
            "outcome": outcome,
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
        detail={"harm": words(harm), "response": words(response), "where": words(place)},
    )


def _medicines_reviews(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        reference, number, requested, source, pharmacist, visited, medicines, adherence, closed,
    ) = cells  # fmt: skip
    whom = person(saying, number)
    yield same(saying, whom, about(saying, MEDICINES, "review_id", reference))
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
            "review_reason": words(source),
            "requested_at": iso(requested_at),
            "adherence": words(adherence),
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
        title=f"Pharmacist's recommendation: {words(kind)} {medicine}".strip(),
        code=code,
        code_system="dmd" if code else "",
        organisation=saying.organisation,
        within=f"{EntryKind.REVIEW}:{reference}",
        detail={
            "business_status": words(reply),
            "done_at": iso(replied_at),
            "inputs": told(
                {"what": "recommendation", "value": words(kind)},
                {"what": "medicine", "value": medicine},
                {"what": "harm before", "value": words(harm)},
            ),
        },
    )


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
    *community_transfers.SHEETS,
    *community_huddles.SHEETS,
)  # fmt: skip
READER: Final = SheetReader("the community services' export", SHEETS)
