"""A subject made ready to be compared, and the keys by which candidates are found.

The batch and the single arriving row go through `prepare` alike, so that they see the same.
"""

from collections.abc import Iterable
from typing import NamedTuple

import pyarrow as pa

from oneplace.science.linkage import tidying
from oneplace.vocabulary.rows.linkage import SubjectRow


class Prepared(NamedTuple):
    """What of a subject is compared; None where nothing is known."""

    nhs: str | None
    is_traced: bool
    given: str | None
    given_sound: str | None
    given_letters: str | None
    calls: tuple[str, ...]
    """What they may be called."""
    roots: tuple[str, ...]
    """The sounds of the first name and of the whole names it may be short for."""
    middle: str | None
    family: str | None
    family_sound: str | None
    family_letters: str | None
    families: tuple[str, ...]
    """Former family names and the parts of the present one."""
    born: str | None
    postcode: str | None
    home: str | None
    places: tuple[str, ...]
    """Former postcodes."""
    district: str | None
    landline: str | None
    mobile: str | None
    email: str | None
    gender: str | None
    died: str | None
    is_unknown: bool
    is_multiple: bool


_LISTS = {"calls", "roots", "families", "places"}
_TRUTHS = {"is_traced", "is_unknown", "is_multiple"}


def prepare(row: SubjectRow) -> Prepared:
    """One row made comparable; about ten microseconds, most of it remembered from before."""
    given = tidying.first_of(row.given)
    known_as = tidying.first_of(row.known_as)
    family = tidying.letters(row.family)
    given, known_as = given or known_as, known_as if given else ""
    code = tidying.postcode(row.postcode)
    landline, mobile = tidying.phones(row.phone, row.mobile)
    middle = tidying.first_of(row.other_given) or tidying.rest_of(row.given)
    return Prepared(
        nhs=tidying.nhs_number(row.nhs_number) or None,
        is_traced=tidying.is_traced(row.nhs_status),
        given=given or None,
        given_sound=tidying.sound(given) or None,
        given_letters=tidying.sorted_letters(given) or None,
        calls=tidying.calls(given, known_as) if given else (),
        roots=tidying.roots(given, known_as) if given else (),
        middle=middle or None,
        family=family or None,
        family_sound=tidying.sound(family) or None,
        family_letters=tidying.sorted_letters(family) or None,
        families=_families(row.family, family, row.previous_families),
        born=tidying.born(row.born_on) or None,
        postcode=code or None,
        home=tidying.home(code, row.address_line) or row.uprn or None,
        places=_places(code, row.previous_postcodes) if row.previous_postcodes else (),
        district=code[:-3] or None,
        landline=landline or None,
        mobile=mobile or None,
        email=(tidying.email(row.email) if row.email else "") or None,
        gender=tidying.gender(row.gender, row.title) or None,
        died=row.died_on or None,
        is_unknown=row.is_identity_unknown,
        is_multiple=row.is_multiple_birth,
    )


def _families(text: str, family: str, previous: tuple[str, ...]) -> tuple[str, ...]:
    parts = tidying.parts_of(text)
    if not previous and len(parts) < 2:
        return ()
    found = set(parts) if len(parts) > 1 else set()
    for former in previous:
        found.add(tidying.letters(former))
        found.update(tidying.parts_of(former))
    return tuple(sorted(found - {"", family}))


def _places(code: str, previous: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({tidying.postcode(each) for each in previous} - {"", code}))


def keys_of(ready: Prepared) -> tuple[str, ...]:
    """The keys of a subject: two that share one are compared, others never.

    Each is plain text, so that a database finds candidates by equality alone. Together they outlast
    one wrong or changed thing at a time: a new family name, a move, a mistyped name, a date with
    day and month exchanged or a wrong year, a missing number.
    """
    found = [f"n{ready.nhs}"] if ready.nhs else []
    if ready.is_unknown:
        return tuple(found)
    given = ready.given_sound
    codes = [code for code in (ready.postcode, *ready.places) if code]
    if ready.born and (when := tidying.birth_key(ready.born)):
        names = {*ready.roots, ready.family_sound or ""}
        names.update(map(tidying.sound, ready.families))
        names.discard("")
        found += [f"b{when}{name}" for name in sorted(names)]
        found += [f"p{when}{code}" for code in codes]
        if given and ready.family_sound:
            found += [
                f"d{when[4:]}{given}{ready.family_sound}",
                f"y{when[:4]}{given}{ready.family_sound}",
            ]
    if given:
        found += [f"h{code}{given}" for code in codes]
        found += [f"m{each}{given}" for each in (ready.mobile, ready.landline) if each]
    if ready.email:
        found.append(f"e{ready.email}")
    return tuple(found)


def prepared_table(ready: Iterable[Prepared]) -> pa.Table:
    """The prepared subjects as Arrow, with `no` their place in the order given."""
    rows = list(ready)
    columns = list(zip(*rows, strict=True)) or [()] * len(Prepared._fields)
    arrays = [pa.array(range(len(rows)), pa.int32())]
    arrays += [
        pa.array(column, _arrow_type(name))
        for name, column in zip(Prepared._fields, columns, strict=True)
    ]
    return pa.table(arrays, names=["no", *Prepared._fields])


def _arrow_type(name: str) -> pa.DataType:
    if name in _LISTS:
        return pa.list_(pa.string())
    return pa.bool_() if name in _TRUTHS else pa.string()
