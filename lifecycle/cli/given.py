"""What people type, read as values: dates, money, percentages, conditions. A wrong one is a wrong usage."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import typer

from lifecycle.actions.sentences import sentences

if TYPE_CHECKING:
    from pydantic import BaseModel

M = TypeVar("M", bound="BaseModel")

DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
LONGEST_ID = 64
"""What a `Name` is in processes and charters, known here without loading them; a test holds the two together."""
WHOLE = 100
"""Percent."""

LARGEST = Decimal(10) ** 16
"""Amounts of money stay below this."""


class Condition(NamedTuple):
    """A condition of an approval as it was typed: what, who, until when."""

    text: str
    owner: str
    due: date


class Amount(NamedTuple):
    """A number for something with a name, as it was typed."""

    name: str
    number: float


def day(text: str) -> date:
    """Read a date."""
    try:
        return date.fromisoformat(text if DATE.fullmatch(text) else "")
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not a date. Write it as YYYY-MM-DD, e.g. 2026-03-04.") from None


def cost(text: str) -> Decimal:
    """Read an amount of money that was or will be spent: never negative."""
    value = difference(text)
    if value < 0:
        raise typer.BadParameter(f"a cost cannot be negative, and {text} is. Leave the minus out.")
    return value


def difference(text: str) -> Decimal:
    """Read an amount of money by which something becomes dearer, or cheaper when it is negative."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"'{text}' is not an amount. Write digits and a point, e.g. 12500.50.") from None
    if not value.is_finite() or abs(value) >= LARGEST or value != round(value, 2):
        raise typer.BadParameter(f"'{text}' is not an amount of money with at most two decimals.")
    return value


def percent(text: str) -> float:
    """Read how much of an activity is complete."""
    try:
        value = float(text.removesuffix("%"))
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not a number. Write a percentage from 0 to 100.") from None
    if not 0 <= value <= WHOLE:
        raise typer.BadParameter(f"{text} is not between 0 and 100 percent.")
    return value


def condition(text: str) -> Condition:
    """Read `text; owner; YYYY-MM-DD`; the text itself may hold semicolons."""
    parts = [part.strip() for part in text.rsplit(";", 2)]
    if len(parts) != len(Condition._fields) or not all(parts):
        example = '"Load test with 500 users; anna.berg; 2026-03-04"'
        raise typer.BadParameter(f"'{text}' is not a condition. Write text, owner and due date, e.g. {example}.")
    return Condition(parts[0], parts[1], day(parts[2]))


def amount(text: str) -> Amount:
    """Read `NAME=NUMBER`; the number is never negative."""
    name, _, number = text.partition("=")
    try:
        found = Amount(name.strip(), float(number))
    except ValueError:
        found = Amount("", 0)
    if not found.name or not 0 <= found.number < float("inf"):
        raise typer.BadParameter(f"'{text}' is not a name with a number. Write it as NAME=NUMBER, e.g. planning=30.")
    return found


def person(text: str) -> str:
    """The id of a person, as charters write it."""
    if len(text) > LONGEST_ID or not ID.fullmatch(text):
        raise typer.BadParameter(
            f"'{text}' is not a person's id; write letters, digits, '.', '_' or '-', a letter or digit first."
        )
    return text


def checked(kind: Callable[..., M], **said: Any) -> M:
    """Build a value from what was said; BadInput, in one sentence for each field, when it cannot be right."""
    from pydantic import ValidationError

    from lifecycle.errors import BadInput

    try:
        return kind(**said)
    except ValidationError as error:
        raise BadInput(sentences(error)) from None
