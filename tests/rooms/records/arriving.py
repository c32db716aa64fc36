"""Lets a test say rows and have them arrive: a reader that reads from memory, deliveries of it."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from oneplace.access.models import SourceOwner
from oneplace.access.viewer import Viewer, system_viewer
from oneplace.feeds.models import Delivery, Source
from oneplace.feeds.reading import Received, Unit
from oneplace.partners.models import Organisation
from oneplace.vocabulary.ids import id_for, new_id
from oneplace.vocabulary.rows import EntrySaid, IdentitySaid, Said, SubjectKey
from oneplace.vocabulary.terms import DeliveryState, Door, EntryKind, OrganisationKind, Purpose

SOURCE = "made_up"
MARY = SubjectKey("practice:ZZ001", "M1")
JOHN = SubjectKey("practice:ZZ001", "J1")
_UNITS: dict[str, Sequence[Unit]] = {}


class FromMemory:
    """Reads units a test put aside under the hash of their delivery."""

    def recognises(self, name: str, head: bytes) -> bool:
        return False

    def count(self, received: Received) -> int | None:
        return None

    def units(self, received: Received) -> Iterator[Unit]:
        yield from _UNITS[received.sha256]


READER = FromMemory()


def loader() -> Viewer:
    """The process that reads what arrived."""
    return system_viewer("reading feeds", purpose=Purpose.DIRECT_CARE, permissions=frozenset())


def source(code: str = SOURCE) -> Source:
    """A source read from memory."""
    found, _ = Source.objects.get_or_create(
        code=code, defaults={"name": "Made up", "reader": "from_memory"}
    )
    return found


PRACTICE = id_for("organisation", "made-up-practice")
_OWNERS = {"practice": "gp_collaborative", "hospital": "hospital_trust", "council": "council"}


def practice() -> Organisation:
    """The made-up practice whose sources nobody else's are."""
    found, _ = Organisation.objects.get_or_create(
        pk=PRACTICE,
        defaults={
            "code": "MADEUP",
            "name": "Community health",
            "short_word": "GP",
            "kind": OrganisationKind.GP_PRACTICE,
        },
    )
    return found


def _own(source: str) -> None:
    """Say whose a source is: a partner's where the place was brought in, else the practice's."""
    partner = Organisation.objects.filter(code=_OWNERS.get(source, "")).first()
    SourceOwner.objects.get_or_create(
        owner=source, defaults={"organisation": partner or practice()}
    )


def arrive(
    *units: Unit | Said, at: datetime = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
) -> Delivery:
    """A delivery of these units, not read yet; a row alone is a unit of its own."""
    sha256 = hashlib.sha256(new_id().bytes).hexdigest()
    _UNITS[sha256] = [
        unit if isinstance(unit, Unit) else Unit(f"row {number}", (unit,))
        for number, unit in enumerate(units, 1)
    ]
    for name in {row.source for unit in _UNITS[sha256] for row in unit.rows}:
        _own(name)
    return Delivery.objects.create(
        source=source(),
        door=Door.COMMAND,
        name="made-up.csv",
        sha256=sha256,
        size=1,
        arrived_at=at,
        brought_by_id=new_id(),
        brought_by_name="A test",
        state=DeliveryState.RECEIVED,
    )


def entry(key: str = "1", *, day: int = 1, **fields: object) -> EntrySaid:
    """A condition of Mary's, said on a day of March."""
    given: dict[str, object] = {
        "source": SOURCE,
        "kind": EntryKind.CONDITION,
        "key": key,
        "subject": MARY,
        "said_at": datetime(2026, 3, day, tzinfo=UTC),
        "place": "row 1",
        "title": "Type 2 diabetes",
    }
    return EntrySaid(**{**given, **fields})  # type: ignore[arg-type]


def identity(subject: SubjectKey = MARY, *, day: int = 1, **fields: object) -> IdentitySaid:
    """Who Mary is, said on a day of March."""
    given: dict[str, object] = {
        "source": SOURCE,
        "subject": subject,
        "said_at": datetime(2026, 3, day, tzinfo=UTC),
        "place": "row 1",
        "family": "Okafor",
        "given": "Mary",
    }
    return IdentitySaid(**{**given, **fields})  # type: ignore[arg-type]
