"""Small numbers as they stand in a sentence."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number_word(count: int) -> str:
    """Numbers up to ten as words, as they stand in a sentence."""
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"
