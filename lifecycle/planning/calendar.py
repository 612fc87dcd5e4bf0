"""The working calendar: which days count, and how many lie between two dates."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from lifecycle.errors import BadInput, NotFound
from lifecycle.value import Value

WEEK, WORKDAYS = 7, 5


class WorkingCalendar(Value):
    """Monday to Friday without the holidays named.

    Working days are numbered: `number` goes from a date to its number, `day` back. Everything between is
    plain integer arithmetic; a conversion costs a search in the holidays.
    """

    holidays: frozenset[date] = frozenset()

    @classmethod
    def of(cls, country: str, years: Iterable[int]) -> "WorkingCalendar":
        """The calendar of a country (ISO 3166 code, e.g. `DE`) in these years; NotFound for another code."""
        # reading the library's tables costs a moment that most projects never need
        import holidays

        try:
            return cls(holidays=frozenset(holidays.country_holidays(country, years=list(years))))
        except NotImplementedError:
            known = holidays.list_supported_countries(include_aliases=False)
            raise NotFound("country", country, known) from None

    def number(self, day: date) -> int:
        """The number of a working day; for a free day that of the next working day."""
        return self._before(day.toordinal())

    def number_after(self, day: date) -> int:
        """The number of the first working day after this date."""
        return self._before(day.toordinal() + 1)

    def day(self, number: int) -> date:
        """The date of a working day's number; BadInput beyond the years that a date can have."""
        weekday = number + bisect_right(self._free_numbers, number)
        ordinal = weekday // WORKDAYS * WEEK + weekday % WORKDAYS + 1
        if not 1 <= ordinal <= date.max.toordinal():
            raise BadInput("Dates end with the year 9999. Look for a duration or lag with digits too many.")
        return date.fromordinal(ordinal)

    def count(self, first: date, last: date) -> int:
        """How many working days lie between two dates, both included; 0 when the last is before the first."""
        return max(0, self.number_after(last) - self.number(first))

    def _before(self, ordinal: int) -> int:
        """How many working days lie before a proleptic Gregorian ordinal; day 1 was a Monday."""
        weeks, weekday = divmod(ordinal - 1, WEEK)
        weekdays = weeks * WORKDAYS + min(weekday, WORKDAYS)
        return weekdays - bisect_left(self._free_weekdays, weekdays)

    @cached_property
    def _free_weekdays(self) -> list[int]:
        """The holidays that fall on Monday to Friday, counted in weekdays from day 1."""
        split = sorted(divmod(day.toordinal() - 1, WEEK) for day in self.holidays)
        return [weeks * WORKDAYS + weekday for weeks, weekday in split if weekday < WORKDAYS]

    @cached_property
    def _free_numbers(self) -> list[int]:
        """For each of these holidays the number of the working day that follows it."""
        return [weekday - earlier for earlier, weekday in enumerate(self._free_weekdays)]


MONDAY_TO_FRIDAY = WorkingCalendar()
"""The calendar of a project that names none."""
