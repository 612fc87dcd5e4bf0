"""A figure of a report: what it says to people and to programs, and the record it came from."""

from datetime import date, datetime
from decimal import Decimal

from lifecycle.reports import words
from lifecycle.value import Value


class Figure(Value):
    """`text` is for people, `value` for programs (ISO date, plain decimal), `record` the id it came from."""

    text: str
    value: str
    record: str


def quoted(text: str, record: str) -> Figure:
    """A figure that somebody wrote in words."""
    return Figure(text=text, value=text, record=record)


def day(value: date, record: str) -> Figure:
    """A date."""
    return Figure(text=words.day(value), value=value.isoformat(), record=record)


def moment(value: datetime, record: str) -> Figure:
    """A point in time, UTC."""
    return Figure(text=words.moment(value), value=value.isoformat(), record=record)


def money(amount: Decimal, currency: str, record: str, *, signed: bool = False) -> Figure:
    """An amount of money; `signed` for differences."""
    return Figure(text=words.money(amount, currency, signed=signed), value=str(amount), record=record)


def days(count: int, record: str, *, signed: bool = False) -> Figure:
    """A number of days; `signed` for differences."""
    return Figure(text=words.days(count, signed=signed), value=str(count), record=record)


def count(number: int, noun: str, record: str) -> Figure:
    """A number of things."""
    return Figure(text=words.counted(number, noun), value=str(number), record=record)


def percent(value: float | Decimal, record: str) -> Figure:
    """A share of 100."""
    return Figure(text=words.percent(value), value=str(value), record=record)


def ratio(value: float | Decimal | None, record: str) -> Figure:
    """An index; undefined ones are a dash for people and empty for programs."""
    return Figure(text=words.ratio(value), value="" if value is None else str(value), record=record)


def late(days_late: int, record: str) -> Figure:
    """How late something is, calendar days."""
    return Figure(text=words.late(days_late), value=str(days_late), record=record)
