"""Decision tables: what they say of known and unknown facts, and rows that get into each other's way."""

from typing import Any

import pytest

from lifecycle.process.criteria import Answer
from lifecycle.process.definition import CriterionDefinition, TableDefinition
from lifecycle.process.facts import Fact
from lifecycle.process.tables import answer, asked_in_words, together

ROWS: list[dict[str, Any]] = [
    {"when": "project.budget <= 100", "then": "risks.high <= 1", "text": "a small project bears one"},
    {"when": "project.budget > 100", "then": "risks.high <= 3"},
]


def table(*rows: dict[str, Any], **changes: Any) -> TableDefinition:
    return TableDefinition.model_validate({"rows": list(rows or ROWS), **changes})


def asked(of: TableDefinition, **facts: Fact) -> Answer:
    criterion = CriterionDefinition(id="c", text="Bearable?", table=of, owner="pm")
    return answer(criterion, {name.replace("__", "."): value for name, value in facts.items()})


def test_the_row_that_applies_answers_and_is_named_with_what_was_read() -> None:
    assert asked(table(), project__budget=50, risks__high=2) == Answer(
        "not met", {"project.budget": 50, "risks.high": 2}, "row 1: a small project bears one"
    )
    assert asked(table(), project__budget=500, risks__high=2) == Answer(
        "met", {"project.budget": 500, "risks.high": 2}, "row 2 asks risks.high <= 3"
    )


def test_what_nobody_knows_makes_the_answer_unknown_wherever_it_could_change_it() -> None:
    assert asked(table(), risks__high=0).result == "unknown"
    found = asked(table(), project__budget=50)
    assert (found.result, found.detail) == (
        "unknown", "row 1: a small project bears one; not known: risks.high",
    )  # fmt: skip


def test_of_two_rows_that_apply_a_unique_table_says_so_the_others_take_the_first_or_all() -> None:
    rows = (
        {"when": "risks.high >= 0", "then": "met"},
        {"when": "risks.high >= 1", "then": "not met", "text": "too many"},
    )
    mistake = asked(table(*rows), risks__high=1)
    assert (mistake.result, mistake.detail) == (
        "not met", "rows 1 and 2 apply together; in this table only one may",
    )  # fmt: skip
    assert asked(table(*rows, hit="first"), risks__high=1).result == "met"
    both = asked(table(*rows, hit="collect"), risks__high=1)
    assert (both.result, both.detail) == ("not met", "row 2: too many")
    assert asked(table(*rows, hit="collect"), risks__high=0).result == "met"


def test_the_first_row_counts_only_when_all_before_it_are_known_not_to_apply() -> None:
    rows = (
        {"when": "project.cpi < 1", "then": "not met"},
        {"when": "risks.high == 0", "then": "met"},
        {"when": "issues.high == 0", "then": "met"},
    )
    doubtful = asked(table(*rows, hit="first"), risks__high=0)
    assert (doubtful.result, doubtful.detail) == ("unknown", "row 1, does it apply? not known: project.cpi")
    assert asked(table(*rows, hit="first"), project__cpi=1.1, risks__high=0).read == {
        "project.cpi": 1.1, "risks.high": 0,
    }  # fmt: skip


def test_collecting_is_not_met_as_soon_as_one_row_is_and_unknown_while_one_may_be() -> None:
    rows = ({"when": "project.cpi < 1", "then": "not met"}, {"when": "risks.high > 0", "then": "not met"})
    assert asked(table(*rows, hit="collect"), risks__high=1).result == "not met"
    assert asked(table(*rows, hit="collect", otherwise="met"), risks__high=0).result == "unknown"


@pytest.mark.parametrize(
    ("otherwise", "result"),
    [(None, "unknown"), ("unknown", "unknown"), ("met", "met"), ("not met", "not met"), ("issues.high == 0", "met")],
)
def test_where_no_row_applies_otherwise_does(otherwise: str | None, result: str) -> None:
    of = table({"when": "risks.high > 5", "then": "not met"}, otherwise=otherwise)
    assert asked(of, risks__high=0, issues__high=0).result == result


def test_rows_that_apply_together_are_found_by_trying() -> None:
    overlapping = table(*ROWS, {"when": "project.budget >= 1000 && plan.submitted", "then": "met"})
    assert together(overlapping) == (1, 2, {"project.budget": 1000.0, "plan.submitted": True})
    assert together(table()) is None
    assert together(table({"when": "true", "then": "met"}, {"when": "true", "then": "met"})) == (0, 1, {})


def test_whole_facts_are_tried_with_whole_numbers_and_what_hangs_together_is_not_tried() -> None:
    between = ({"when": "risks.high > 1 && risks.high < 2", "then": "met"}, {"when": "risks.high < 2", "then": "met"})
    assert together(table(*between)) is None
    never_both = ({"when": "risks.high > 0", "then": "met"}, {"when": "risks.open == 0", "then": "met"})
    assert together(table(*never_both)) is None


def test_a_criterion_in_words_is_its_expression_or_its_rows() -> None:
    plain = CriterionDefinition(id="c", text="c", expression="risks.high == 0", owner="pm")
    assert asked_in_words(plain) == "risks.high == 0"
    of = CriterionDefinition(id="c", text="c", table=table(otherwise="met"), owner="pm")
    assert asked_in_words(of) == (
        "unique of: project.budget <= 100 -> risks.high <= 1; project.budget > 100 -> risks.high <= 3; otherwise met"
    )
