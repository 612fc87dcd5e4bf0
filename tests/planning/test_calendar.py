"""Working days are counted right, whatever day one starts from."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.errors import BadInput, NotFound
from lifecycle.planning.calendar import MONDAY_TO_FRIDAY, WorkingCalendar

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 1, n) for n in (2, 3, 4, 5))
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
CALENDARS = st.builds(WorkingCalendar, holidays=st.frozensets(st.dates(date(2024, 1, 1), date(2026, 12, 31))))


def works(calendar: WorkingCalendar, day: date) -> bool:
    return day.weekday() < 5 and day not in calendar.holidays


def test_a_weekend_has_the_number_of_the_monday_after_it() -> None:
    numbers = {MONDAY_TO_FRIDAY.number(day) for day in (SATURDAY, SUNDAY, MONDAY)}
    assert numbers == {MONDAY_TO_FRIDAY.number(FRIDAY) + 1}
    assert MONDAY_TO_FRIDAY.number_after(FRIDAY) == MONDAY_TO_FRIDAY.number(MONDAY)


def test_the_first_day_that_a_date_can_have_is_number_0() -> None:
    assert MONDAY_TO_FRIDAY.number(date.min) == 0
    assert MONDAY_TO_FRIDAY.day(0) == date.min


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [(FRIDAY, MONDAY, 2), (MONDAY, MONDAY, 1), (SATURDAY, SUNDAY, 0), (MONDAY, FRIDAY, 0)],
)
def test_both_ends_of_a_stretch_count(first: date, last: date, days: int) -> None:
    assert MONDAY_TO_FRIDAY.count(first, last) == days


def test_holidays_are_free_and_those_on_a_weekend_take_no_second_day() -> None:
    calendar = WorkingCalendar(holidays=frozenset({SUNDAY, MONDAY}))
    assert calendar.count(FRIDAY, date(2026, 1, 9)) == 5
    assert calendar.day(calendar.number(FRIDAY) + 1) == date(2026, 1, 6)


def test_the_calendar_of_a_country_knows_its_holidays() -> None:
    germany = WorkingCalendar.of("DE", [2026])
    assert germany.day(germany.number(date(2026, 4, 3))) == date(2026, 4, 7)  # Good Friday to Easter Monday
    assert germany == WorkingCalendar.of("DE", [2026])


def test_an_unknown_country_is_refused_with_those_known() -> None:
    with pytest.raises(NotFound, match=r"no country 'Atlantis'.* DE,"):
        WorkingCalendar.of("Atlantis", [2026])


def test_dates_beyond_the_calendar_are_refused() -> None:
    with pytest.raises(BadInput, match="year 9999"):
        MONDAY_TO_FRIDAY.day(MONDAY_TO_FRIDAY.number_after(date.max) + 1)
    with pytest.raises(BadInput):
        MONDAY_TO_FRIDAY.day(-1)


@given(CALENDARS, DAYS)
def test_number_and_day_undo_each_other(calendar: WorkingCalendar, day: date) -> None:
    found = calendar.day(calendar.number(day))
    expected = day
    while not works(calendar, expected):
        expected += timedelta(days=1)
    assert found == expected


@given(CALENDARS, DAYS, st.integers(0, 60))
def test_counting_agrees_with_looking_at_each_day(calendar: WorkingCalendar, first: date, length: int) -> None:
    days = [first + timedelta(days=n) for n in range(length + 1)]
    assert calendar.count(first, days[-1]) == sum(works(calendar, day) for day in days)
