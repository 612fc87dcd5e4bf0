"""Readings: one measure of a project or a part of it, as approved, as forecast, and how far it may stray."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple, Self

from lifecycle.history.control import PROJECT, Subject
from lifecycle.process.definition import Measure
from lifecycle.value import days


class Breach(NamedTuple):
    """A forecast beyond its limit, in words; money and dates as text."""

    forecast: str
    limit: str
    text: str


class Reading(NamedTuple):
    """One measure of one subject; sizes are ordinals of days, money, or counts.

    `said` is the tolerance in words, `by` what approved stands for, `name` what people call a part of the project.
    """

    measure: Measure
    approved: Decimal
    forecast: Decimal
    tolerance: Decimal
    said: str = ""
    currency: str = ""
    subject: Subject = PROJECT
    name: str = ""
    by: str = "approved"

    @property
    def key(self) -> tuple[Subject, Measure]:
        """What is measured, of what."""
        return self.subject, self.measure

    @property
    def limit(self) -> Decimal:
        """How far the forecast may go; no day lies after the last of the calendar."""
        limit = self.approved + self.tolerance
        return min(limit, Decimal(date.max.toordinal())) if self.measure == "time" else limit

    @property
    def breach(self) -> Breach | None:
        """The forecast and its limit, when it lies beyond."""
        if self.forecast <= self.limit:
            return None
        forecast, limit = self.in_text(self.forecast), self.in_text(self.limit)
        text = self._sentence(forecast, limit, self.forecast - self.limit)
        return Breach(forecast, limit, f"{self.name}: {text[0].lower()}{text[1:]}" if self.name else text)

    def tolerating(self, size: Decimal) -> Self:
        """The same with another tolerance."""
        return self._replace(tolerance=size, said=days(int(size)) if self.measure == "time" else self.in_text(size))

    def in_text(self, size: Decimal) -> str:
        """A size as records keep it: `2026-07-11`, `110000.01 EUR`, `3 sent back`, `20 of 25`."""
        if self.measure == "time":
            return date.fromordinal(int(size)).isoformat()
        return f"{size} {UNITS.get(self.measure, self.currency)}"

    def _sentence(self, forecast: str, limit: str, over: Decimal) -> str:
        if self.measure == "quality":
            return f"Versions sent back and not accepted since: {self.forecast}; the limit is {self.limit}."
        if self.measure == "risk":
            return f"The gravest open risk weighs {forecast}; the limit is {self.limit}."
        timely = self.measure == "time"
        what, beyond = ("finish", days(int(over))) if timely else ("cost", f"{over} {self.currency}")
        approved = f"{self.by} {self.in_text(self.approved) if timely else self.approved} plus {self.said}"
        return f"The forecast {what} {forecast} is {beyond} beyond the limit {limit} ({approved})."


UNITS = {"quality": "sent back", "risk": "of 25"}
"""What stands after a count."""


def size_of(measure: Measure, text: str) -> Decimal:
    """A size in its text, as a number to compare: the day's ordinal, the amount, the count."""
    return Decimal(date.fromisoformat(text).toordinal()) if measure == "time" else Decimal(text.partition(" ")[0])
