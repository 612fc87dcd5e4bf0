from datetime import date
from typing import Any

import pytest

from lifecycle.errors import NotFound
from lifecycle.history import History
from lifecycle.reports.gate import gate_report
from lifecycle.reports.review import policy_in_words
from tests.builders import condition, prepared, requested, started, voted
from tests.reports.builders import told, website
from tests.reports.story import NOW, Story, at


@pytest.fixture(scope="module")
def history() -> History:
    return website()


def test_the_newest_review_is_told_when_no_round_is_named(history: History) -> None:
    made = gate_report(history, "G1", None, NOW)
    assert (made.review.round, made.head.subject) == (2, "G1-2")
    assert (made.chair, made.rounds) == ("Sponsor (Anna Berg)", 2)


def test_it_says_what_changed_since_the_round_before(history: History) -> None:
    made = gate_report(history, "G1", 2, NOW)
    assert made.earlier_round == 1
    assert made.differences == (
        "plan changed: version 1 became version 2 by eva.lang.",
        "'Every high risk has a response' was not met and is now met.",
    )


def test_a_first_round_has_nothing_to_differ_from(history: History) -> None:
    made = gate_report(history, "G1", 1, NOW)
    assert (made.earlier_round, made.differences, made.waivers) == (None, (), ())


def test_findings_and_figures_are_those_of_the_dossier(history: History) -> None:
    made = gate_report(history, "G2", None, NOW)
    assert [(f.text, f.result, f.owner) for f in made.review.findings] == [
        ("Every high risk has a response", "met", "Project manager (Eva Lang)")
    ]
    (metric,) = made.metrics
    assert (metric.name, metric.value, metric.before) == ("project.spi", "0.97", None)
    assert "schedule performance index" in metric.meaning


def test_a_waiver_belongs_to_its_attempt(history: History) -> None:
    assert [waiver.criterion for waiver in gate_report(history, "G1", 2, NOW).waivers] == ["pace"]


@pytest.mark.parametrize(("gate", "round"), [("G9", None), ("G1", 7)])
def test_a_review_that_never_was_is_not_found(history: History, gate: str, round: int | None) -> None:
    with pytest.raises(NotFound, match="Known: G1, round 1, G1, round 2"):
        gate_report(history, gate, round, NOW)


def test_what_votes_ask_for_is_told_until_an_outcome_makes_conditions_of_it() -> None:
    asks: Any = {"choice": "approve_with_conditions", "conditions": (condition(),)}
    history = voted(requested(prepared(started(), "G1"), "G1"), "G1", "cora", **asks)
    (asked,) = gate_report(history, "G1", None, NOW).review.asked
    assert (asked.text, asked.owner, asked.due) == ("Write the tests.", "Erik E.", date(2026, 2, 27))
    assert (asked.asked_by, asked.record) == ("Cora C.", "app:G1:1:vote:cora")
    passed = gate_report(voted(history, "G1", "sam"), "G1", None, NOW).review
    assert passed.asked == ()
    assert [line.text for line in passed.conditions] == [asked.text]


def test_policies_are_said_in_words() -> None:
    assert policy_in_words("all", 3) == "all approvers approve"
    assert policy_in_words("any", 3) == "any one approver approves"


def test_figures_are_words_and_unknown_ones_are_left_out() -> None:
    def submitted(story: Story) -> None:
        story.open(at(1, 5), "planning")
        known = {"plan.submitted": True, "plan.baselined": False, "local.name": "x", "project.cpi": None}
        story.request(at(1, 13), "G1", at(1, 20).date(), metrics=known)
        story.request(at(1, 14), "G1", at(1, 20).date(), metrics={"project.cpi": 1.0} | known)

    made = gate_report(told(submitted), "G1", None, NOW)
    assert [(m.name, m.value, m.before) for m in made.metrics] == [
        ("local.name", "x", "x"),
        ("plan.baselined", "no", "no"),
        ("plan.submitted", "yes", "yes"),
    ]
    assert made.metrics[0].meaning == "local.name"
