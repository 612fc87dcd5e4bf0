from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from lifecycle.reports import figure, words


def test_a_date_is_written_the_same_everywhere() -> None:
    assert words.day(date(2026, 5, 4)) == "4 May 2026"


def test_a_moment_is_written_in_utc() -> None:
    paris = datetime(2026, 5, 4, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert words.moment(paris) == "3 May 2026, 23:30 UTC"


@pytest.mark.parametrize(
    ("amount", "signed", "written"),
    [
        ("1234567", False, "EUR 1,234,567"),
        ("0.5", False, "EUR 0.50"),
        ("1.005", False, "EUR 1.01"),
        ("-20", False, "−EUR 20"),
        ("20", True, "+EUR 20"),
        ("0", True, "EUR 0"),
    ],
)
def test_money_has_separators_and_cents_only_where_there_are_some(amount: str, signed: bool, written: str) -> None:
    assert words.money(Decimal(amount), "EUR", signed=signed).replace(words.SOLID, " ") == written


def test_days_know_their_number() -> None:
    assert [words.days(1), words.days(12), words.days(-3, signed=True)] == ["1 day", "12 days", "−3 days"]


def test_lateness_is_said_in_words() -> None:
    assert [words.late(0), words.late(5), words.late(-1)] == ["on the day", "5 days late", "1 day early"]


def test_an_undefined_index_is_a_dash_and_no_zero_is_negative() -> None:
    assert [words.ratio(None), words.ratio(Decimal("-0.001")), words.ratio(0.936)] == ["–", "0.00", "0.94"]


def test_a_share_drops_an_empty_decimal_place() -> None:
    assert [words.percent(40.0), words.percent(Decimal("62.54"))] == [f"40{words.SOLID}%", f"62.5{words.SOLID}%"]


def test_a_digest_is_shortened_and_a_short_word_is_not() -> None:
    assert [words.short("a" * 64), words.short("abc")] == ["aaaaaaaaaaaa…", "abc"]


def test_things_are_listed_and_counted() -> None:
    assert [words.listed(["a"]), words.listed(["a", "b", "c"])] == ["a", "a, b and c"]
    assert [words.counted(1, "risk"), words.counted(2, "activity", "activities")] == ["1 risk", "2 activities"]


def test_a_figure_reads_for_people_and_for_programs() -> None:
    moment = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert figure.moment(moment, "r").model_dump() == {
        "text": "4 May 2026, 12:00 UTC",
        "value": "2026-05-04T12:00:00+00:00",
        "record": "r",
    }
    assert figure.days(3, "r").text == "3 days"
    assert figure.ratio(None, "r").value == ""
