"""What this room tells later rooms."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class SayingsFollowed:
    """What sources say of these people is new or has changed: stays, registrations, deaths.

    Said as the loader, many people at once: a listener asks one question about all of them.
    """

    person_ids: Sequence[uuid.UUID]
    by: Any
    at: datetime


@dataclass(frozen=True)
class PersonMerged:
    """What one announcement of a merge says of each pair."""

    merge_id: uuid.UUID
    kept_id: uuid.UUID
    given_up_id: uuid.UUID


@dataclass(frozen=True)
class PersonsMerged:
    """People known under two ids are one from now on; rows stay with whom they were written for.

    Rooms with a one-per-person rule allow two now and ask the steward which stands.
    """

    merges: Sequence[PersonMerged]
    # Who decided (`access.viewer.Viewer`, which stands above this module).
    by: Any
    at: datetime


@dataclass(frozen=True)
class MergeUndone:
    """They are two people after all; what was written meanwhile shows on both until placed."""

    merges: Sequence[PersonMerged]
    by: Any
    at: datetime


@dataclass(frozen=True)
class PeopleDied:
    """These people have died, as somebody said: clocks, letters, texts and links stop now."""

    person_ids: Sequence[uuid.UUID]
    by: Any
    at: datetime


@dataclass(frozen=True)
class DeathsUndone:
    """It was said by mistake that these people had died."""

    person_ids: Sequence[uuid.UUID]
    by: Any
    at: datetime


@dataclass(frozen=True)
class ConcernRaised:
    """Somebody is worried about a person's safety: enquiries begin with it.

    A listener tells nobody but the team on duty.
    """

    concern_id: uuid.UUID
    team_id: uuid.UUID
    by: Any
    at: datetime


@dataclass(frozen=True)
class ReferralTaken:
    """Somebody took on a person they had looked up, because somebody outside asked."""

    person_id: uuid.UUID
    from_whom: str
    # The viewer whose organisation the record opens to.
    by: Any
    at: datetime
