"""What people type becomes a value, or a sentence that says how to write it."""

from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest
import typer

from lifecycle.cli import given
from lifecycle.errors import BadInput
from lifecycle.history.charter import Member, RiskEntry
from lifecycle.process.definition import Name
from lifecycle.value import Value


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (given.day, "2026-03-04", date(2026, 3, 4)),
        (given.day, "2028-02-29", date(2028, 2, 29)),
        (given.cost, "0", Decimal(0)),
        (given.cost, "12500.50", Decimal("12500.50")),
        (given.cost, "1e3", Decimal(1000)),
        (given.difference, "-300", Decimal(-300)),
        (given.percent, "0", 0.0),
        (given.percent, "62.5", 62.5),
        (given.percent, "100%", 100.0),
        (given.condition, "Test; anna; 2026-03-04", given.Condition("Test", "anna", date(2026, 3, 4))),
        (given.condition, "One; two;anna;2026-03-04", given.Condition("One; two", "anna", date(2026, 3, 4))),
    ],
)
def test_what_is_written_well_is_read(read: Any, text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "hint"),
    [
        (given.day, "2026-13-01", "YYYY-MM-DD"),
        (given.day, "2026-02-29", "YYYY-MM-DD"),
        (given.day, "04.03.2026", "YYYY-MM-DD"),
        (given.day, "20260304", "YYYY-MM-DD"),
        (given.day, "2026-W10-3", "YYYY-MM-DD"),
        (given.day, "", "YYYY-MM-DD"),
        (given.cost, "-1", "cannot be negative"),
        (given.cost, "much", "Write digits and a point"),
        (given.cost, "12,50", "Write digits and a point"),
        (given.cost, "12.345", "at most two decimals"),
        (given.cost, "NaN", "not an amount of money"),
        (given.cost, "inf", "not an amount of money"),
        (given.cost, "1e16", "not an amount of money"),
        (given.difference, "-1e16", "not an amount of money"),
        (given.percent, "half", "from 0 to 100"),
        (given.percent, "101", "not between 0 and 100"),
        (given.percent, "-1", "not between 0 and 100"),
        (given.percent, "nan", "not between 0 and 100"),
        (given.condition, "Test; anna", "text, owner and due date"),
        (given.condition, "; anna; 2026-03-04", "text, owner and due date"),
        (given.condition, "Test; anna; soon", "'soon' is not a date"),
    ],
)
def test_what_is_written_badly_is_refused_with_a_hint(read: Any, text: str, hint: str) -> None:
    with pytest.raises(typer.BadParameter, match=hint):
        read(text)


def test_the_id_of_a_person_is_a_name_as_charters_know_it() -> None:
    [of_name] = get_args(Name)[1:]
    assert (of_name.pattern, of_name.max_length) == (f"^{given.ID.pattern}$", given.LONGEST_ID)


def test_a_value_that_cannot_be_right_is_bad_input_with_a_sentence_for_each_field() -> None:
    with pytest.raises(BadInput) as refused:
        given.checked(RiskEntry, title="", category="technical", probability=9, impact=1, owner="sponsor")
    title, probability = str(refused.value).splitlines()
    assert title == "title is empty; fill it in."
    assert probability == "probability must be 5 or less, not '9'."
    with pytest.raises(BadInput, match=r"^id must be letters, digits, .* not 'Jo Doe'\.$"):
        given.checked(Member, id="Jo Doe", name="Jo", roles=("engineer",))


def test_a_problem_of_the_whole_value_is_said_without_a_field() -> None:
    class Nothing(Value):
        pass

    with pytest.raises(BadInput, match=r"^extra: "):
        given.checked(Nothing, extra=[1])
