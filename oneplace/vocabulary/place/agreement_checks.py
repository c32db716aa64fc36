"""What must hold of a place's sharing agreements, each by itself and all together."""

from collections import Counter
from collections.abc import Iterator

from oneplace.vocabulary.place.agreements import (
    EVERY_PARTY,
    KIND,
    against_the_place,
    contradictions,
)
from oneplace.vocabulary.place.problems import Problem
from oneplace.vocabulary.place.whole import Place
from oneplace.vocabulary.terms.work import OrganisationKind


def agreement_problems(place: Place) -> Iterator[Problem]:
    """Everything wrong with the sharing agreements of a place."""
    known = {partner.code for partner in place.partners} | {EVERY_PARTY}
    known |= {f"{KIND}{kind.value}" for kind in OrganisationKind}
    versions = Counter((one.code, one.version) for one in place.sharing_agreements)
    for index, agreement in enumerate(place.sharing_agreements):
        here = f"sharing_agreements[{index}]"
        if versions[agreement.code, agreement.version] > 1:
            yield Problem(
                here,
                f'"{agreement.code}" version {agreement.version} is written twice',
                "Give one of them the next version.",
            )
        for number, party in enumerate(agreement.parties):
            if party.key not in known:
                listed = ", ".join(sorted(known))
                yield Problem(
                    f"{here}.parties[{number}].key",
                    f'there is no party "{party.key}"',
                    f"Use one of: {listed}.",
                )
        for reason, remedy in against_the_place(agreement, place.sharing):
            yield Problem(here, reason, remedy)
    yield from _between(place)


def _between(place: Place) -> Iterator[Problem]:
    written = place.sharing_agreements
    for one in written:
        earlier = [
            other for other in written if other.code == one.code and other.version < one.version
        ]
        if any(other.starts_on > one.starts_on for other in earlier):
            yield Problem(
                f"sharing_agreements: {one.code}",
                f"version {one.version} begins before an earlier version of it",
                "Put the versions in the order of their days.",
            )
    kinds = {partner.code: partner.kind.value for partner in place.partners}
    for found in contradictions(written, kinds):
        if found.one.code == found.other.code:
            yield Problem(
                f"sharing_agreements: {found.one.code}",
                f"“{found.one.name}” contradicts itself: it says two things of {found.words()}",
                "Let one line say it.",
            )
            continue
        yield Problem(
            f"sharing_agreements: {found.one.code} and {found.other.code}",
            f"“{found.one.name}” and “{found.other.name}” contradict each other: they differ on "
            f"{found.words()}",
            "Let one of them say it, or let them say the same.",
        )
