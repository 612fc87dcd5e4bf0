"""A plan that cannot be scheduled says everything that is wrong with it."""

import pytest

from lifecycle.errors import BadInput
from lifecycle.history.plan import Plan
from lifecycle.planning.checks import cycles, problems
from lifecycle.planning.network import schedule
from tests.planning.plans import MONDAY, TEXTBOOK, plan, work


def test_a_sound_plan_has_no_problems() -> None:
    assert problems(plan(*TEXTBOOK)) == ()


def test_an_empty_plan_is_a_problem() -> None:
    assert problems(Plan.model_construct(activities=())) == ("The plan has no activities. Give it at least one.",)


def test_an_id_given_twice_is_named_with_how_often() -> None:
    (problem,) = problems(plan(work("A", 1), work("A", 2), work("B", 1)))
    assert problem.startswith("The id A is given to 2 activities.")


def test_an_unknown_predecessor_comes_with_a_suggestion() -> None:
    (problem,) = problems(plan(work("build", 1), work("test", 1, "bild")))
    assert problem == "test waits for bild, which is not in the plan. Did you mean build?"


def test_a_predecessor_like_no_other_comes_without_one() -> None:
    (problem,) = problems(plan(work("build", 1), work("test", 1, "zzz")))
    assert problem == "test waits for zzz, which is not in the plan."


def test_an_activity_may_not_wait_for_itself() -> None:
    assert problems(plan(work("A", 1, "A"))) == ("A waits for itself. Remove this link.",)


def test_all_problems_are_reported_at_once() -> None:
    found = problems(plan(work("A", 1, "A"), work("B", 1, "X", "X SS"), work("B", 1)))
    assert len(found) == 3


def test_a_circle_is_named_in_working_order() -> None:
    (problem,) = problems(plan(work("S", 1), work("A", 1, "S", "C"), work("B", 1, "A"), work("C", 1, "B")))
    assert "in a circle: " in problem
    assert any(f"{a} -> {b} -> {c} -> {a}." in problem for a, b, c in ("ABC", "BCA", "CAB"))


def test_every_circle_is_named_once_and_what_hangs_behind_it_is_not() -> None:
    found = cycles(
        (
            work("behind", 1, "B"),
            work("A", 1, "B"),
            work("B", 1, "A"),
            work("P", 1, "Q"),
            work("Q", 1, "P"),
            work("after", 1, "behind"),
        )
    )
    assert sorted(map(sorted, found)) == [["A", "B"], ["P", "Q"]]


def test_an_unknown_predecessor_makes_no_circle() -> None:
    assert cycles((work("A", 1, "X"),)) == ()


def test_a_long_circle_is_found_without_recursion() -> None:
    chain = [work(f"A{n}", 1, f"A{n - 1}") for n in range(1, 5000)]
    (circle,) = cycles((work("A0", 1, "A4999"), *chain))
    assert len(circle) == 5000


def test_a_plan_with_problems_gets_no_dates() -> None:
    with pytest.raises(BadInput, match=r"A waits for itself(.|\n)*B waits for X"):
        schedule(plan(work("A", 1, "A"), work("B", 1, "X")), MONDAY)
