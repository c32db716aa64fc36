"""What every part of a place is built on: frozen, refusing unknown keys, with errors that help."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints


class WrongError(ValueError):
    """A value a place file may not hold: what is wrong, and what to do about it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}. {remedy}")
        self.reason = reason
        self.remedy = remedy


class Part(BaseModel):
    """A part of a place: it cannot be changed after loading, and knows all the keys it may have."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, validate_default=True
    )


KEY_PATTERN: Final = r"^[a-z][a-z0-9_]*$"

Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN, max_length=60)]
"""A short word by which one row of the file is named in another: small letters, digits and _."""

Words = Annotated[str, StringConstraints(min_length=1, max_length=600)]
"""Words shown to people."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,12}$")]
"""A code as organisations exchange it: capital letters and digits, never padded."""
