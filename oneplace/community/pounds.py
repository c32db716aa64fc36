"""Sums of local money, kept in pence, as they are read: £4,200 or £4,200.50."""


def pounds(pence: int | None) -> str:
    """The sum in pounds; nothing for none."""
    if pence is None:
        return ""
    whole, rest = divmod(abs(pence), 100)
    sign = "-" if pence < 0 else ""
    return f"{sign}£{whole:,}" + (f".{rest:02d}" if rest else "")
