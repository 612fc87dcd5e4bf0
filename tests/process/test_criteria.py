"""Criteria: what is wrong is found before anybody asks, and what nobody knows is never met."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.process.criteria import evaluate, problems
from lifecycle.process.facts import FACTS, Fact

KNOWN: dict[str, Fact] = {
    "risks.high": 0,
    "risks.open": 2,
    "plan.submitted": True,
    "project.cpi": 0.95,
    "project.budget": 100000.0,
    "project.forecast_cost": 104000.0,
}


def told(expression: str) -> list[tuple[int, int, str]]:
    return [(line, column, message) for line, column, message in problems(expression)]


@pytest.mark.parametrize(
    "expression",
    [
        "risks.high == 0",
        "plan.submitted",
        "!plan.submitted || risks.open < 3",
        "project.cpi >= 0.9 && risks.open - 1 == 1",
        "risks.open / 4 == 0.5",
        "ratio(project.forecast_cost, project.budget) <= 1.05",
        "pct(risks.open, 8) == 25",
        "project.forecast_cost <= project.budget * 1.1",
        "risks.high in [0, 1]",
        "[1, 2].exists(n, n == risks.open)",
        "risks . open == 2 // two are bearable",
    ],
)
def test_a_good_expression_has_no_problem_and_is_met(expression: str) -> None:
    assert problems(expression) == ()
    assert evaluate(expression, KNOWN).result == "met"


def test_an_answer_names_the_facts_it_read() -> None:
    answer = evaluate("risks.high > 0 && plan.submitted && 'project.cpi' != ''", KNOWN)

    assert answer == ("not met", {"risks.high": 0, "plan.submitted": True}, "")


@pytest.mark.parametrize("facts", [{}, {"project.cpi": None}, {"project.cpi": float("nan")}])
def test_a_fact_that_nobody_knows_makes_the_answer_unknown(facts: dict[str, Fact]) -> None:
    for expression in ("project.cpi > 0.9", "!(project.cpi > 0.9)", "risks.high == 0 || project.cpi > 0.9"):
        answer = evaluate(expression, {"risks.high": 0, **facts})
        assert answer.result == "unknown"
        assert answer.detail == "not known: project.cpi"


def test_a_division_by_zero_is_unknown_and_not_endlessly_much() -> None:
    answer = evaluate("ratio(risks.open, risks.high) > 1", KNOWN)

    assert answer.result == "unknown"
    assert answer.detail == "it could not be worked out: divided by 0"


def test_a_fact_of_the_wrong_kind_is_unknown() -> None:
    answer = evaluate("risks.high == 0", {"risks.high": "none"})

    assert answer.result == "unknown"
    assert "it could not be worked out: Unexpected value type for 'risks.high'" in answer.detail


def test_an_expression_that_would_run_for_ever_is_cut_short() -> None:
    expression = "plan.submitted"
    for name in "abcdefg":
        expression = f"[0,1,2,3,4,5,6,7,8,9].all({name}, {expression})"

    assert evaluate(expression, KNOWN).detail == "it could not be worked out: Iteration budget exceeded"


def test_a_bad_expression_is_never_met() -> None:
    answer = evaluate("risks.hihg == 0", KNOWN)

    assert answer.result == "unknown"
    assert answer.detail.startswith("the expression is not valid: there is no fact 'risks.hihg'")


@pytest.mark.parametrize(
    ("expression", "line", "column", "message"),
    [
        ("1 < 2 && risks.hihg == 0", 1, 10, "there is no fact 'risks.hihg'; did you mean 'risks.high'?"),
        ("1 == 1\n&& \n  2 == 5\n && nope.x == 3", 4, 5, "there is no fact 'nope.x'"),
        ("project", 1, 1, "there is no fact 'project'"),
        ("rato(1, 2) > 1", 1, 1, "there is no function 'rato'; did you mean 'ratio'?"),
        ("ratio(1) > 1", 1, 1, "'ratio' takes two numbers: ratio(part, whole)"),
        ("risks.high(3) == 1", 1, 1, "there is no fact 'risks'"),
        ("10 > 2 && plan.submitted > 1", 1, 26, "'>' does not work on true or false and a number"),
        ("project.cpi == 'x'", 1, 13, "'==' does not work on a number and text"),
        ("risks.high == null", 1, 12, "'==' does not work on a number and null"),
        ("plan.submitted ? 1 : 'x'", 1, 16, "both answers of `condition ? one : other` must be of one kind"),
        ("risks.high ==", 1, 14, "the expression ends too early"),
        ("risks.high == 0 2", 1, 17, "'2' is not expected here"),
        ("risks.high == 0 ; 2", 1, 17, "';' is not expected here"),
        ("'abc", 1, 1, "a quote is not closed"),
        ("\x00", 1, 1, "the expression cannot be read from here on"),
        ("1 == 1 && x.y[0 == 1", 1, 21, "the expression ends too early"),
        ("risks.high", 1, 1, "the expression must be true or false"),
        ("plan.submitted and risks.high == 0", 1, 16, "'and' is written &&"),
        ("risks.high = 0", 1, 12, "'=' is written =="),
        ("has(risks.high)", 1, 1, "leave has() out"),
        ("1 > 0 && risks.high / risks.open > 1", 1, 21, "only divide by a fixed number; write ratio(a, b)"),
        ("risks.high / 0 > 1", 1, 12, "only divide by a fixed number"),
        ("(" * 60 + "1 == 1" + ")" * 60, 1, 1, "the expression is too long or too deeply nested"),
        (" + ".join(["1"] * 100) + " > 1", 1, 1, "the expression is too long or too deeply nested"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(expression: str, line: int, column: int, message: str) -> None:
    first, *_ = told(expression)

    assert first[:2] == (line, column)
    assert first[2].startswith(message)


def test_all_that_is_wrong_is_told() -> None:
    assert [problem[:2] for problem in told("risks.hihg == 0 && foo == 'x'\n&& risks.high == true")] == [
        (1, 1),
        (1, 20),
        (2, 15),
    ]


@given(st.text(max_size=60) | st.from_regex(r"[a-z. ()&|!=<>/+'\"0-9\n]{1,40}", fullmatch=True))
def test_no_text_brings_it_down(expression: str) -> None:
    for line, column, message in problems(expression):
        assert 1 <= line <= expression.count("\n") + 1
        assert column >= 1
        assert message
    assert evaluate(expression, {}).result in ("met", "not met", "unknown")


def test_every_fact_has_a_type_a_unit_and_a_meaning() -> None:
    for name, fact in FACTS.items():
        assert name == fact.name
        assert fact.type in ("bool", "int", "number")
        assert fact.unit
        assert fact.meaning
