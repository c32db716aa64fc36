"""What this place says of itself in public: its bodies, and who can see what."""

from dataclasses import dataclass

from oneplace.vocabulary.place import Place
from oneplace.vocabulary.place.governing import Body
from oneplace.vocabulary.terms import Purpose


@dataclass(frozen=True)
class BodyRow:
    """One board or other body."""

    name: str
    purpose: str
    chair: str
    meets: str
    is_public: bool
    powers: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class AboutPage:
    """About this place."""

    bodies: tuple[BodyRow, ...]
    partners: tuple[tuple[str, str], ...]

    @classmethod
    def made(cls, place: Place) -> "AboutPage":
        """The place's own public facts."""
        return cls(
            bodies=tuple(_body_row(place, body) for body in place.bodies),
            partners=tuple((row.name, row.sovereign_board) for row in place.partners),
        )


def _body_row(place: Place, body: Body) -> BodyRow:
    return BodyRow(
        name=body.name,
        purpose=body.purpose,
        chair=body.chair,
        meets=body.meets,
        is_public=body.is_public,
        powers="; ".join(
            power.label if number == 0 else power.label[:1].lower() + power.label[1:]
            for number, power in enumerate(body.powers)
        ),
        members=tuple(
            row.position
            + (f", {place.short_word(row.partner)}" if row.partner else "")
            + ("" if row.has_vote else " (no vote)")
            for row in body.members
        ),
    )


@dataclass(frozen=True)
class PurposeRow:
    """What one use of information means for a resident."""

    title: str
    says: str
    how: str
    has_names: bool
    may_object: bool


@dataclass(frozen=True)
class PrivacyPage:
    """Who can see what, in short."""

    purposes: tuple[PurposeRow, ...]

    @classmethod
    def made(cls, place: Place) -> "PrivacyPage":
        """The place's sharing rules as residents read them."""
        return cls(
            purposes=tuple(
                PurposeRow(
                    title=purpose.label,
                    says=rule.words,
                    how=rule.policy.label,
                    has_names=rule.is_identifiable,
                    may_object=rule.respects_objection,
                )
                for purpose in Purpose
                if (rule := place.sharing.get(purpose)) is not None
            )
        )
