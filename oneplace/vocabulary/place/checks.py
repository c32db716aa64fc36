"""What must hold between the parts of a place: names that are named exist, each only once."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final

from oneplace.vocabulary.place.agreement_checks import agreement_problems
from oneplace.vocabulary.place.governing import Body
from oneplace.vocabulary.place.partners import Practice
from oneplace.vocabulary.place.problems import Problem
from oneplace.vocabulary.place.whole import Place
from oneplace.vocabulary.terms.governing import BodyPower
from oneplace.vocabulary.terms.sharing import Purpose
from oneplace.vocabulary.terms.work import OrganisationKind

INVENTED_CODE: Final = re.compile(r"ZZ[A-Z0-9]+")
"""Codes of invented organisations begin ZZ: no organisation in the national directory does."""

LISTS_TO_PEOPLE: Final = (0.75, 1.35)
"""Between which shares of its people a place's lists add up: some live here and are registered
elsewhere, some the other way round, and lists hold people who have moved away."""

# Ofcom sets these aside for drama: no subscriber has them ("Numbers for drama", verify).
DRAMA_PHONES: Final = (
    re.compile(r"020 7946 0\d{3}"),
    re.compile(r"01632 960\d{3}"),
    re.compile(r"07700 900\d{3}"),
    re.compile(r"0808 157 0\d{3}"),
    re.compile(r"03069 990\d{3}"),
)

# RFC 2606 and RFC 6761: addresses under these names reach nobody.
NOWHERE_EMAIL: Final = re.compile(
    r"[^@\s]+@([^@\s]+\.)?(example|test|invalid|example\.(com|org|net))"
)


def problems_between_parts(place: Place) -> list[Problem]:
    """Everything wrong with a place whose parts are each in order."""
    checks: tuple[Callable[[Place], Iterable[Problem]], ...] = (
        _each_only_once,
        _networks,
        _practices,
        _partners,
        _teams,
        _services,
        _buildings,
        _bodies,
        _clocks,
        _sharing,
        agreement_problems,
        _choice_codes,
        _languages,
        _feeds,
        _roles,
        _population,
        _demo,
        _nothing_real,
    )
    return list(chain.from_iterable(check(place) for check in checks))


def _unknown(key: str, word: str, what: str, known: Iterable[str]) -> Problem:
    listed = ", ".join(sorted(set(known))) or "none yet"
    return Problem(key, f'there is no {what} "{word}"', f"Use one of: {listed}.")


def _each_only_once(place: Place) -> Iterator[Problem]:
    partner_words = [partner.short_word for partner in place.partners]
    lists: tuple[tuple[str, str, list[str]], ...] = (
        ("partners", "code", [row.code for row in place.partners]),
        ("partners", "short_word", partner_words),
        ("partners", "ods_code", [row.ods_code or row.code for row in place.partners]),
        ("joint_services", "code", [row.code for row in place.joint_services]),
        ("networks", "code", [row.code for row in place.networks]),
        ("networks", "name", [row.name for row in place.networks]),
        ("practices", "code", [row.code for row in place.practices]),
        ("practices", "name", [row.name for row in place.practices]),
        ("teams", "code", [row.code for row in place.team_rows]),
        ("services", "code", [row.code for row in place.services]),
        ("hospitals", "code", [row.code for row in place.hospitals]),
        ("sites", "code", [row.code for row in place.sites]),
        ("bodies", "code", [row.code for row in place.bodies]),
        ("service_hours", "key", [row.key for row in place.service_hours]),
        ("pause_rules", "key", [row.key for row in place.pause_rules]),
        ("clocks", "key", [row.key for row in place.clocks]),
        ("clocks", "rule", [row.rule for row in place.clocks]),
        ("figures", "key", [row.key for row in place.figures]),
        ("feeds", "code", [row.code for row in place.feeds]),
        ("languages", "code", [row.code for row in place.languages]),
        ("partner_texts", "kinds", [kind for row in place.partner_texts for kind in row.kinds]),
    )
    for table, column, values in lists:
        counts = Counter(values)
        for index, value in enumerate(values):
            if counts[value] > 1 and values.index(value) != index:
                yield Problem(
                    f"{table}[{index}].{column}",
                    f'"{value}" is used twice',
                    f"Give each of the {table} a {column} of its own.",
                )
    for index, service in enumerate(place.joint_services):
        if service.code in {partner.code for partner in place.partners}:
            yield Problem(
                f"joint_services[{index}].code",
                f'"{service.code}" is also a partner',
                "Give the joint service a code of its own.",
            )
        if service.short_word in partner_words:
            yield Problem(
                f"joint_services[{index}].short_word",
                f'"{service.short_word}" is also shown for a partner',
                "Choose a word that cannot be mistaken for the partner's.",
            )


def _networks(place: Place) -> Iterator[Problem]:
    pilots = [network for network in place.networks if network.is_pilot]
    if not pilots:
        return
    first_after = min(
        (network.started_on for network in place.networks if not network.is_pilot), default=None
    )
    for index, network in enumerate(place.networks):
        if network.is_pilot and first_after is not None and network.started_on > first_after:
            yield Problem(
                f"networks[{index}].started_on",
                f'the pilot "{network.code}" starts after a network that is none',
                "Put the dates in order: the pilot first.",
            )


def _practices(place: Place) -> Iterator[Problem]:
    networks = {network.code for network in place.networks}
    by_code = {practice.code: practice for practice in place.practices}
    for index, practice in enumerate(place.practices):
        if practice.network not in networks:
            key = f"practices[{index}].network"
            yield _unknown(key, practice.network, "network", networks)
        yield from _shared_huddle(index, practice, by_code)
    for index, network in enumerate(place.networks):
        if not place.practices_of(network.code):
            yield Problem(
                f"networks[{index}]",
                "it has no practice",
                "Add a practice to it, or take the network out.",
            )


def _shared_huddle(
    index: int, practice: Practice, by_code: dict[str, Practice]
) -> Iterator[Problem]:
    if practice.shares_huddle_with is None:
        return
    key = f"practices[{index}].shares_huddle_with"
    host = by_code.get(practice.shares_huddle_with)
    if host is None:
        yield _unknown(key, practice.shares_huddle_with, "practice", by_code)
    elif host is practice or host.shares_huddle_with is not None:
        yield Problem(
            key,
            f'"{host.code}" holds no huddle of its own',
            "Name a practice that does not share somebody else's.",
        )
    elif host.network != practice.network:
        yield Problem(
            key,
            f'"{host.code}" belongs to another network',
            "Share a huddle within one network only.",
        )


def _partners(place: Place) -> Iterator[Problem]:
    partners = {partner.code for partner in place.partners}
    for index, service in enumerate(place.joint_services):
        for number, code in enumerate(service.partners):
            if code not in partners:
                yield _unknown(
                    f"joint_services[{index}].partners[{number}]", code, "partner", partners
                )


def _teams(place: Place) -> Iterator[Problem]:
    partners = {partner.code for partner in place.partners}
    employs = {partner.code: partner.employs for partner in place.partners}
    # Practices employ too, without each being named: the word stands for all of them.
    employers = partners | {OrganisationKind.GP_PRACTICE.value}
    networks = {network.code for network in place.networks}
    joint = {service.code for service in place.joint_services}
    hours = {row.key for row in place.service_hours}
    for index, team in enumerate(place.team_rows):
        for column, word, what, known in (
            ("partner", team.partner, "partner", partners),
            ("network", team.network, "network", networks),
            ("joint_service", team.joint_service, "joint service", joint),
            ("reach.hours", team.reach.hours, "set of service hours", hours),
        ):
            if word is not None and word not in known:
                yield _unknown(f"teams[{index}].{column}", word, what, known)
        for number, post in enumerate(team.holds):
            if post.employer not in employers:
                yield _unknown(
                    f"teams[{index}].holds[{number}].employer",
                    post.employer,
                    "partner",
                    employers,
                )
            elif employs.get(post.employer) and post.role not in employs[post.employer]:
                yield Problem(
                    f"teams[{index}].holds[{number}].role",
                    f'"{post.employer}" employs nobody as "{post.role.value}"',
                    "Add the role to what the partner employs, or correct the employer.",
                )
    codes = Counter(team.code for team in place.teams)
    for index, team in enumerate(place.team_rows):
        clash = [
            f"{team.code}_{network}"
            for network in networks
            if team.each_network and codes[f"{team.code}_{network}"] > 1
        ]
        if clash:
            yield Problem(
                f"teams[{index}].code",
                f'written for each network it gives "{clash[0]}", which is another team',
                "Change one of the two codes.",
            )


def _services(place: Place) -> Iterator[Problem]:
    partners = {partner.code for partner in place.partners}
    teams = {team.code for team in (*place.team_rows, *place.teams)}
    hours = {row.key for row in place.service_hours}
    languages = {language.code for language in place.languages}
    for index, service in enumerate(place.services):
        for column, word, what, known in (
            ("partner", service.partner, "partner", partners),
            ("team", service.team, "team", teams),
            ("hours", service.hours, "set of service hours", hours),
            *(
                (f"languages[{number}]", word, "language", languages)
                for number, word in enumerate(service.languages)
            ),
        ):
            if word not in known:
                yield _unknown(f"services[{index}].{column}", word, what, known)
        if service.last_verified_on > place.demo.now.date():
            yield Problem(
                f"services[{index}].last_verified_on",
                "it was verified after the demonstration's now",
                "Correct the date, or move demo.now.",
            )


def _buildings(place: Place) -> Iterator[Problem]:
    partners = {partner.code for partner in place.partners}
    networks = {network.code for network in place.networks}
    for index, hospital in enumerate(place.hospitals):
        if hospital.partner not in partners:
            yield _unknown(f"hospitals[{index}].partner", hospital.partner, "partner", partners)
        wards = Counter(ward.code for ward in hospital.wards)
        for number, ward in enumerate(hospital.wards):
            if wards[ward.code] > 1:
                yield Problem(
                    f"hospitals[{index}].wards[{number}].code",
                    f'"{ward.code}" is used twice in this hospital',
                    "Give each ward a code of its own.",
                )
    for index, site in enumerate(place.sites):
        if site.partner not in partners:
            yield _unknown(f"sites[{index}].partner", site.partner, "partner", partners)
        if site.network is not None and site.network not in networks:
            yield _unknown(f"sites[{index}].network", site.network, "network", networks)


def _bodies(place: Place) -> Iterator[Problem]:
    partners = {partner.code for partner in place.partners}
    for index, body in enumerate(place.bodies):
        for number, member in enumerate(body.members):
            if member.partner is not None and member.partner not in partners:
                yield _unknown(
                    f"bodies[{index}].members[{number}].partner",
                    member.partner,
                    "partner",
                    partners,
                )
        yield from _quorum(index, body)
        yield from _reserved(place, index, body)


def _quorum(index: int, body: Body) -> Iterator[Problem]:
    # Quorum counts partners, not people; a seat without a partner counts for itself.
    counted = {
        member.partner or f"seat {number}"
        for number, member in enumerate(body.members)
        if member.has_vote
    }
    if body.quorum > len(counted):
        yield Problem(
            f"bodies[{index}].quorum",
            f"{body.quorum} are needed and only {len(counted)} can be counted: "
            "it could never decide anything",
            "Lower the quorum, or add members with a vote.",
        )


def _reserved(place: Place, index: int, body: Body) -> Iterator[Problem]:
    if BodyPower.AWARDS_CONTRACTS not in body.powers:
        return
    # Commissioning, procurement and contracting stay with those who are not paid by the result.
    may_award = (OrganisationKind.COMMISSIONER, OrganisationKind.COUNCIL)
    kinds = {partner.code: partner.kind for partner in place.partners}
    for number, member in enumerate(body.members):
        kind = kinds.get(member.partner or "")
        if kind is not None and kind not in may_award:
            yield Problem(
                f"bodies[{index}].members[{number}].partner",
                f'"{member.partner}" provides services and would decide who is paid for them',
                "Only the NHS commissioner and the council sit where contracts are awarded.",
            )


def _clocks(place: Place) -> Iterator[Problem]:
    hours = {row.key for row in place.service_hours}
    pauses = {row.key for row in place.pause_rules}
    for index, clock in enumerate(place.clocks):
        if clock.hours not in hours:
            yield _unknown(f"clocks[{index}].hours", clock.hours, "set of service hours", hours)
        for number, pause in enumerate(clock.pauses):
            if pause not in pauses:
                yield _unknown(f"clocks[{index}].pauses[{number}]", pause, "pause rule", pauses)


def _sharing(place: Place) -> Iterator[Problem]:
    for purpose in Purpose:
        if purpose not in place.sharing:
            yield Problem(
                f"sharing.{purpose.value}",
                "it is missing",
                f"Say how this place shares for “{purpose.label.lower()}”.",
            )
    for purpose in (Purpose.PUBLIC_REPORTING, Purpose.EVALUATION):
        rule = place.sharing.get(purpose)
        if rule is not None and rule.is_identifiable:
            yield Problem(
                f"sharing.{purpose.value}.is_identifiable",
                "what is published or evaluated would name people",
                "Set it to false: only counts and pseudonyms leave for this purpose.",
            )
    safeguarding = place.sharing.get(Purpose.SAFEGUARDING)
    if safeguarding is not None and safeguarding.respects_objection:
        yield Problem(
            "sharing.safeguarding.respects_objection",
            "an objection would stop an alarm about somebody's safety",
            "Set it to false; every override is recorded with its reason.",
        )


def _choice_codes(place: Place) -> Iterator[Problem]:
    feeds = {feed.code for feed in place.feeds}
    first: dict[tuple[str, str], int] = {}
    for index, row in enumerate(place.choice_codes):
        for number, feed in enumerate(row.feeds):
            if feed not in feeds:
                yield _unknown(f"choice_codes[{index}].feeds[{number}]", feed, "feed", feeds)
        if first.setdefault((row.system, row.code), index) != index:
            yield Problem(
                f"choice_codes[{index}].code",
                f'"{row.code}" is listed twice',
                "Keep one line for each code: it cannot say two things.",
            )


def _languages(place: Place) -> Iterator[Problem]:
    total = sum(language.share for language in place.languages)
    if total > 1.001:
        yield Problem(
            "languages",
            f"the shares add up to {total:g}",
            "Correct them: together at most 1.",
        )


def _feeds(place: Place) -> Iterator[Problem]:
    partners = {partner.code for partner in place.partners}
    for index, feed in enumerate(place.feeds):
        if feed.partner not in partners:
            yield _unknown(f"feeds[{index}].partner", feed.partner, "partner", partners)


def _roles(place: Place) -> Iterator[Problem]:
    for role, here in place.roles.items():
        both = sorted(set(here.add) & set(here.remove))
        if both:
            yield Problem(
                f"roles.{role.value}",
                f'"{both[0]}" is both added and removed',
                "Keep it in one of the two lists.",
            )


def _population(place: Place) -> Iterator[Problem]:
    registered = sum(practice.list_size for practice in place.practices)
    people = place.population.people
    low, high = LISTS_TO_PEOPLE
    if not low <= registered / people <= high:
        yield Problem(
            "population.people",
            f"{people:,} people live here and {registered:,} are on the practices' lists",
            "Correct the number of people or the lists: they differ by some per cent, not more.",
        )


def _demo(place: Place) -> Iterator[Problem]:
    codes = {practice.code for practice in place.practices}
    if place.demo.show_practice not in codes:
        yield Problem(
            "demo.show_practice",
            f'there is no practice "{place.demo.show_practice}"',
            "Use the code of one of the practices.",
        )
    now = place.demo.now
    for index, network in enumerate(place.networks):
        if network.started_on > now.date():
            yield Problem(
                f"networks[{index}].started_on",
                f'"{network.code}" starts after the demonstration\'s now',
                "Correct the date, or move demo.now.",
            )
    if now.year not in place.calendar.years:
        yield Problem(
            "demo.now",
            f"the bank holidays of {now.year} are not known",
            f"Choose a date from {place.calendar.years[0]} to {place.calendar.years[-1]}, "
            "or add the year to the calendar.",
        )


def _nothing_real(place: Place) -> Iterator[Problem]:
    """An invented place may not hold a code, phone or address that could reach somebody."""
    if not place.is_invented:
        return
    for key, code in _codes(place):
        if not INVENTED_CODE.fullmatch(code):
            yield Problem(
                key,
                f'"{code}" could be a real organisation\'s code, and this place is invented',
                'Begin it with ZZ, like "ZZA01", or set is_invented = false.',
            )
    for key, phone in _phones(place):
        if not any(pattern.fullmatch(phone) for pattern in DRAMA_PHONES):
            yield Problem(
                key,
                f'"{phone}" could be somebody\'s phone, and this place is invented',
                'Use a number set aside for drama, like "020 7946 0123".',
            )
    for key, email in _emails(place):
        if not NOWHERE_EMAIL.fullmatch(email):
            yield Problem(
                key,
                f'"{email}" could be somebody\'s address, and this place is invented',
                'Use one that reaches nobody, like "team@place.example".',
            )


def _codes(place: Place) -> Iterator[tuple[str, str]]:
    for index, practice in enumerate(place.practices):
        yield f"practices[{index}].code", practice.code
    for index, hospital in enumerate(place.hospitals):
        yield f"hospitals[{index}].code", hospital.code


def _phones(place: Place) -> Iterator[tuple[str, str]]:
    yield "identity.website.help_phone", place.identity.website.help_phone
    for index, partner in enumerate(place.partners):
        yield f"partners[{index}].phone", partner.phone
    for index, team in enumerate(place.team_rows):
        yield f"teams[{index}].reach.phone", team.reach.phone
    for index, service in enumerate(place.services):
        yield f"services[{index}].phone", service.phone
    for index, feed in enumerate(place.feeds):
        yield f"feeds[{index}].phone", feed.phone


def _emails(place: Place) -> Iterator[tuple[str, str]]:
    website = place.identity.website
    yield "identity.website.help_email", website.help_email
    yield "identity.website.accessibility_email", website.accessibility_email
    for index, partner in enumerate(place.partners):
        yield f"partners[{index}].email", partner.email
    for index, team in enumerate(place.team_rows):
        yield f"teams[{index}].reach.email", team.reach.email
