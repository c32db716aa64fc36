"""From groups of numbers that are one person each to persons: who keeps an identifier, who is new.

Pure, and steady: groups that say what is known already change nothing. Nobody's identifier is given
to another; where two known persons turn out to be one, both identifiers stay and one stands for the
other (a merge); where a merge no longer holds, it is taken back.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from oneplace.vocabulary.ids import id_for


@dataclass(frozen=True)
class Known:
    """What is believed before: whose each linked subject is, and for whom merged persons stand.

    `survivors` are merges in force: the person given up, and the one that was kept (who may have
    been given up for a third).
    """

    links: Mapping[uuid.UUID, uuid.UUID]
    survivors: Mapping[uuid.UUID, uuid.UUID]

    def current(self, person: uuid.UUID) -> uuid.UUID:
        """Whom a person stands for in the end."""
        while person in self.survivors:
            person = self.survivors[person]
        return person


@dataclass
class Changes:
    """What has to be written so that the groups hold; all empty where nothing is new."""

    new_persons: list[uuid.UUID] = field(default_factory=list)
    # Subject and person: opened in place of the link the subject has, if any.
    links: list[tuple[uuid.UUID, uuid.UUID]] = field(default_factory=list)
    # Kept and given up.
    merges: list[tuple[uuid.UUID, uuid.UUID]] = field(default_factory=list)
    # Persons given up whose merge no longer holds.
    undone: list[uuid.UUID] = field(default_factory=list)

    def is_empty(self) -> bool:
        """Whether everything is known already."""
        return not (self.new_persons or self.links or self.merges or self.undone)


def changes_for(
    groups: Sequence[Sequence[uuid.UUID]],
    known: Known,
    *,
    taken: frozenset[uuid.UUID] = frozenset(),
    changed: frozenset[uuid.UUID] = frozenset(),
) -> Changes:
    """What to write so that each group of subjects is one person.

    A person belongs to the group that holds most of its subjects (of equals, the one with more
    subjects of which nothing new was said, then the one with the smallest subject), and the group
    keeps the identifier most of its subjects go by now (of equals, the smallest). `taken` are
    identifiers of persons outside the groups, `changed` subjects of which something new was said.
    """
    changes = Changes()
    homes = _homes(groups, known, changed)
    own: dict[int, list[uuid.UUID]] = defaultdict(list)
    for person, home in homes.items():
        own[home].append(person)
    # Persons met on the way along merges stay where their merge leads.
    for number, group in enumerate(groups):
        persons = sorted(own.get(number, ()))
        if not persons:
            keeper = _new_person(group, taken | set(changes.new_persons) | set(homes))
            changes.new_persons.append(keeper)
        else:
            keeper = _keeper(group, persons, known)
            _gather(keeper, persons, known, changes)
        changes.links += [
            (subject, keeper)
            for subject in sorted(group)
            if known.links.get(subject) not in {*persons, keeper}
        ]
    return changes


def _homes(
    groups: Sequence[Sequence[uuid.UUID]], known: Known, changed: frozenset[uuid.UUID]
) -> dict[uuid.UUID, int]:
    """For each person linked before, the number of the group it belongs to now."""
    held: dict[uuid.UUID, Counter[int]] = defaultdict(Counter)
    steady: Counter[tuple[uuid.UUID, int]] = Counter()
    for number, group in enumerate(groups):
        for subject in group:
            person = known.links.get(subject)
            if person is not None:
                held[person][number] += 1
                steady[person, number] += subject not in changed
    return {
        person: min(
            numbers,
            key=lambda number: (-numbers[number], -steady[person, number], min(groups[number])),
        )
        for person, numbers in held.items()
    }


def _keeper(group: Sequence[uuid.UUID], persons: Sequence[uuid.UUID], known: Known) -> uuid.UUID:
    """Which of the group's persons stands for all: the one most subjects go by now."""
    goes_by = Counter(
        known.current(known.links[subject]) for subject in group if subject in known.links
    )
    return min(persons, key=lambda person: (-goes_by[person], person))


def _gather(
    keeper: uuid.UUID, persons: Sequence[uuid.UUID], known: Known, changes: Changes
) -> None:
    if keeper in known.survivors:
        changes.undone.append(keeper)
    within = set(persons)
    for person in persons:
        if person == keeper:
            continue
        if _leads_to(keeper, person, known, within):
            continue
        if person in known.survivors:
            changes.undone.append(person)
        changes.merges.append((keeper, person))


def _leads_to(keeper: uuid.UUID, person: uuid.UUID, known: Known, within: set[uuid.UUID]) -> bool:
    """Whether merges in force lead from a person to the keeper by way of the group's own only."""
    while person in known.survivors and person in within:
        person = known.survivors[person]
        if person == keeper:
            return True
    return False


def _new_person(group: Sequence[uuid.UUID], taken: frozenset[uuid.UUID]) -> uuid.UUID:
    """An identifier made of a subject's, so that the same evidence makes the same person."""
    for subject in sorted(group):
        found = id_for("person", str(subject))
        if found not in taken:
            return found
    ordinal = 1
    while (found := id_for("person", f"{min(group)}|{ordinal}")) in taken:
        ordinal += 1
    return found
