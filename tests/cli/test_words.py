"""Values as words: clean, aligned, and the same for everybody."""

import io
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from lifecycle.cli import words


@pytest.mark.parametrize("sign", ["\x1b", "\x00", "\r", "\x07", "\x7f", "\x9b", "\u202e", "\u2066", "\ufeff"])
def test_what_could_steer_a_terminal_is_left_out(sign: str) -> None:
    assert words.printable(f"red{sign}[31m\tNovák\n") == "red[31m\tNovák\n"


def test_a_terminal_that_does_not_know_a_letter_gets_it_spelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert words.printable("Novák") == "Nov\\xe1k"


def test_a_terminal_that_knows_plain_letters_only_gets_a_plain_strip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    strip = "● initiation ◆ G0 ─ ◐ planning ◇ G1 ─ ○ closing ─ ⊘ never"
    assert words.printable(strip) == "[x] initiation * G0 - [>] planning o G1 - [ ] closing - [-] never"


def test_a_text_of_several_lines_becomes_one() -> None:
    assert words.line(" one\n  two\x1b[2J\tthree ") == "one two[2J three"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (words.day(None), "-"),
        (words.day(date(2026, 3, 4)), "2026-03-04"),
        (words.day(datetime(2026, 3, 4, 12, tzinfo=UTC)), "2026-03-04"),
        (words.money(None), "-"),
        (words.money(Decimal(-1250)), "-1,250.00"),
        (words.money(Decimal("1250.5"), "EUR"), "1,250.50 EUR"),
        (words.number(None), "-"),
        (words.number(Decimal("0.9876")), "0.99"),
        (words.days(1), "1 day"),
        (words.days(-3), "-3 days"),
        (words.counted(1, "gap"), "1 gap"),
        (words.counted(0, "gap"), "0 gaps"),
        (words.joined([]), "nobody"),
        (words.joined(["anna"]), "anna"),
        (words.joined(["anna", "tom", "eva"]), "anna, tom and eva"),
        (words.fields({"Budget": "5", "Due": None, "At": 1}), "Budget  5\nAt      1"),
        (words.fields({}), ""),
        (words.paragraphs("a", "", "b"), "a\n\nb"),
        (words.bullets(["a", "b\nc"]), "- a\n- b c"),
        (words.following(["one", "two"]), "Next: phasegate one\n      phasegate two"),
        (words.following([]), ""),
        (words.register([], "None yet."), "None yet."),
    ],
)
def test_values_in_words(said: str, expected: str) -> None:
    assert said == expected


def test_a_table_is_aligned_and_shows_a_dash_for_nothing() -> None:
    table = words.table(("id", "title"), (("a", "[bold]x[/bold] :tada:"), ("long", None)))
    assert table.splitlines() == ["ID    TITLE", "a     [bold]x[/bold] :tada:", "long  -"]


def test_a_table_is_not_broken_where_it_goes_into_a_file() -> None:
    assert len(words.table(("text",), (("word " * 30,),)).splitlines()) == 2


def test_a_table_fits_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    table = words.table(("text",), (("word " * 30,),))
    assert max(map(len, table.splitlines())) <= 40
