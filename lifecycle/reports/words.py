"""Numbers, dates and outcomes as people write them; the same on every machine, whatever its language."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

MONTHS = "January February March April May June July August September October November December".split()
OUTCOMES = {
    "go": "Go",
    "conditional_go": "Conditional go",
    "hold": "Hold",
    "recycle": "Recycle",
    "kill": "Kill",
}
CHOICES = {
    "approve": "Approve",
    "approve_with_conditions": "Approve with conditions",
    "reject": "Reject",
    "abstain": "Abstain",
}
SOLID = "\u00a0"
"""A space at which no line breaks."""
SHORT = 12
"""So many digits of a digest are enough for a person to compare."""
VERDICTS = {"accept": "Accepted", "reject": "Rejected", "modify": "Accepted in modified form"}


def day(value: date) -> str:
    """Write a date: `4 May 2026`."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """Write a moment in UTC to the minute: `4 May 2026, 14:32 UTC`."""
    utc = value.astimezone(UTC)
    return f"{day(utc)}, {utc:%H:%M} UTC"


def money(amount: Decimal, currency: str, *, signed: bool = False) -> str:
    """Write an amount: `EUR 120,000`, with cents only where there are some; `signed` adds a plus."""
    exact = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    digits = f"{abs(exact):,.2f}".removesuffix(".00")
    return f"{_sign(exact, signed)}{currency}{SOLID}{digits}"


def days(count: int, *, signed: bool = False) -> str:
    """Write a number of days: `1 day`, `12 days`; `signed` adds a plus."""
    return f"{_sign(Decimal(count), signed)}{abs(count)} {'day' if abs(count) == 1 else 'days'}"


def late(count: int) -> str:
    """Write how late something is in calendar days: `5 days late`, `2 days early`, `on the day`."""
    if count == 0:
        return "on the day"
    return f"{days(abs(count))} {'late' if count > 0 else 'early'}"


def percent(value: float | Decimal) -> str:
    """Write a share of 100: `62.5 %`, `40 %`."""
    return f"{value:.1f}".removesuffix(".0") + f"{SOLID}%"


def ratio(value: float | Decimal | None) -> str:
    """Write an index such as a CPI to two places; a dash where it is undefined."""
    return "–" if value is None else f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


def short(digest: str) -> str:
    """Write the beginning of a digest."""
    return f"{digest[:SHORT]}…" if len(digest) > SHORT else digest


def listed(items: Iterable[str]) -> str:
    """Write items in a row: `a, b and c`."""
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last


def sentence(text: str) -> str:
    """Begin with a capital and end with a stop."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


def counted(number: int, one: str, many: str | None = None) -> str:
    """Write a number of things: `1 risk`, `3 risks`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _sign(amount: Decimal, signed: bool) -> str:
    if amount < 0:
        return "−"
    return "+" if signed and amount > 0 else ""
