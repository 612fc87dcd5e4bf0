"""Who may decide what, up to which size."""

from decimal import Decimal

import pytest

from lifecycle.errors import NotAuthorised
from lifecycle.governance import authority
from lifecycle.process.definition import Decision
from tests.builders import PEOPLE, charter, definition, person, started


def may(decision: Decision, cost: int = 0, days: int = 0) -> tuple[str, ...]:
    return authority.who_may(definition(), charter(), decision, Decimal(cost), days)


@pytest.mark.parametrize(
    ("cost", "days", "persons"),
    [
        (0, 0, ("paula", "sam")),
        (5000, 5, ("paula", "sam")),
        (5001, 0, ("sam",)),
        (0, 6, ("sam",)),
        (5000, 6, ("sam",)),
        (-5000, -5, ("paula", "sam")),
        (-5001, 0, ("sam",)),
        (0, -6, ("sam",)),
        (10**9, 10**4, ("sam",)),
    ],
)
def test_a_change_goes_to_whoever_may_decide_its_size(cost: int, days: int, persons: tuple[str, ...]) -> None:
    assert may("change", cost, days) == persons


def test_a_stop_is_the_sponsor_s() -> None:
    assert may("stop") == ("sam",)


def test_a_person_is_named_once_in_the_charter_s_order() -> None:
    both = charter(people=(person("zoe", "sponsor", "manager"), *PEOPLE))
    assert authority.who_may(definition(), both, "change") == ("zoe", "paula", "sam")


def test_a_process_without_a_row_for_it_lets_nobody_decide() -> None:
    assert authority.who_may(definition(authority=()), charter(), "stop") == ()


def test_those_who_may_are_let_through_and_others_learn_who_may() -> None:
    authority.require(started(), "paula", "change", Decimal(100), 1)
    with pytest.raises(NotAuthorised, match=r"Paula P. may not decide a change of 9,000 EUR. Those who may: Sam S"):
        authority.require(started(), "paula", "change", Decimal(9000))
    with pytest.raises(NotAuthorised, match=r"decide a change of 1 EUR and 20 days\."):
        authority.require(started(), "paula", "change", Decimal(1), 20)
    with pytest.raises(NotAuthorised, match=r"decide an override of 3 days\. Those who may: nobody"):
        authority.require(started(), "paula", "override", days=3)
    with pytest.raises(NotAuthorised, match=r"decide a stop. Those who may: Sam S"):
        authority.require(started(), "nobody", "stop")
