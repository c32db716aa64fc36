"""What the room answers: services that fit a need near somewhere; nothing about a person."""

from oneplace.directory.queries.keeping import (
    Changed,
    check_link,
    import_of,
    imports,
    likenesses,
    owners_to_ask,
    pair_of_likes,
    proposal,
    to_check,
    versions,
    waiting_proposals,
)
from oneplace.directory.queries.places import (
    District,
    districts,
    kinds_in_use,
    listed,
    listed_places,
    listed_providers,
    near_places,
)
from oneplace.directory.queries.searching import Answer, Found, Wanted, check_of, search
from oneplace.directory.queries.service import (
    Place,
    place_of,
    service,
    service_of_place,
    services_of,
)

__all__ = [
    "Answer",
    "Changed",
    "District",
    "Found",
    "Place",
    "Wanted",
    "check_link",
    "check_of",
    "districts",
    "import_of",
    "imports",
    "kinds_in_use",
    "likenesses",
    "listed",
    "listed_places",
    "listed_providers",
    "near_places",
    "owners_to_ask",
    "pair_of_likes",
    "place_of",
    "proposal",
    "search",
    "service",
    "service_of_place",
    "services_of",
    "to_check",
    "versions",
    "waiting_proposals",
]
