"""How a place presents itself: its name, wordmark, colours, words and languages."""

import re
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from oneplace.vocabulary.place.part import Part, Words, WrongError

LEAST_CONTRAST: Final = 4.5
"""Least contrast of text with its background (WCAG 2.2, criterion 1.4.3, level AA)."""

PAGE: Final = "#ffffff"
"""The colour a page's text and links stand on."""

_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


def _colour(given: str) -> str:
    colour = given.lower()
    if not _COLOUR.fullmatch(colour):
        raise WrongError(
            f'"{given}" is not a colour',
            'Write # and six digits or letters a to f, like "#1d4f5c".',
        )
    return colour


Colour = Annotated[str, AfterValidator(_colour)]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1 (WCAG 2.2)."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        # The sRGB curve as WCAG states it.
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class Colours(Part):
    """The colours of a place's header and links, readable by everybody."""

    header: Colour
    header_text: Colour
    accent: Colour

    @model_validator(mode="after")
    def _readable(self) -> Self:
        for text, ground, what in (
            (self.header_text, self.header, "header_text on header"),
            (self.accent, PAGE, "accent on the white page"),
        ):
            found = contrast(text, ground)
            if found < LEAST_CONTRAST:
                raise WrongError(
                    f"the contrast of {what} is {found:.2f} to 1, too little to read",
                    f"Choose a darker or lighter colour: at least {LEAST_CONTRAST} to 1.",
                )
        return self


class Website(Part):
    """The words of the public first page and where people turn with a question."""

    welcome: Words
    about: Words
    help_phone: Words
    help_email: Words
    help_hours: Words
    accessibility_email: Words
    privacy_words: Words
    public_address: str = ""


class Identity(Part):
    """A place's own name and look."""

    wordmark: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    strapline: Words
    colours: Colours
    website: Website


class HouseWords(Part):
    """What this place calls the things that have other names elsewhere, singular and plural."""

    alliance: Words
    network: Words
    networks: Words
    huddle: Words
    huddles: Words
    coordinator: Words
    coordinators: Words
    coordinator_team: Words = "personal independence team"
    home_first: Words
    plan: Words
    plans: Words


class Language(Part):
    """A language spoken in the place and by what share of its people, for interpreters."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
    name: Words
    share: Annotated[float, Field(ge=0, le=1)]
    is_offered: bool = False
