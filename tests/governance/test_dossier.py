"""What is pinned, and what counts as a difference."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lifecycle.governance.dossier import difference, dossier
from lifecycle.history import History
from lifecycle.history.charter import RiskEntry
from lifecycle.history.control import (
    ChangeDecided,
    ChangeRaised,
    ExceptionEnded,
    ExceptionRaised,
    IssueClosed,
    IssueRaised,
    RiskClosed,
    RiskRaised,
)
from lifecycle.value import digest
from tests.builders import (
    FACTS,
    START,
    activity,
    decided,
    judged,
    opened,
    planned,
    prepared,
    started,
    submitted,
)


def with_registers(history: History) -> History:
    """Two of everything, of which the first is over."""
    common: dict[str, Any] = {"project": history.project, "at": START, "by": "paula"}
    risk = RiskEntry(title="Late", category="delay", probability=3, impact=3, owner="manager")
    for number in (1, 2):
        history = history.and_then(
            RiskRaised(**common, number=number, risk=risk),
            IssueRaised(**common, number=number, title="Stuck", severity="low", owner="manager"),
            ChangeRaised(**common, number=number, title="More", reason="Asked for."),
            ExceptionRaised(
                **common,
                number=number,
                measure="time",
                status_date=date(2026, 2, 2),
                forecast="1 July 2026",
                limit="1 June 2026",
                text="Too late.",
            ),
        )
    return history.and_then(
        RiskClosed(**common, number=1, happened=False, note="Over."),
        IssueClosed(**common, number=1, action="Done."),
        ChangeDecided(**common, number=1, verdict="reject", reason="No.", cost=Decimal(0), days=0),
        ExceptionEnded(**common, number=1, cause="app:change:1:decision"),
    )


def test_the_newest_versions_are_pinned_with_author_and_digest() -> None:
    history = judged(submitted(prepared(started(), "G1"), "plan", "erik"), "plan", "sam")
    (evidence,) = dossier(history, "G1", FACTS, 1).evidence
    assert (evidence.deliverable, evidence.version, evidence.author, evidence.accepted) == (
        "plan",
        2,
        "erik",
        True,
    )
    assert evidence.sha256 == digest(b"plan 2")


def test_what_was_not_submitted_is_not_pinned() -> None:
    assert dossier(opened(started()), "G1", FACTS, 1).evidence == ()


def test_figures_and_everything_open_are_part_of_it() -> None:
    history = with_registers(opened(decided(started(), "G1", "conditional_go"), "execution"))
    pinned = dossier(history, "G2", FACTS, 1)
    assert pinned.metrics == FACTS
    assert pinned.open_items == (
        "app:risk:2",
        "app:issue:2",
        "app:change:2",
        "app:exception:2",
        "app:G1:1:condition:1",
        "app:G1:1:condition:2",
    )


def test_the_plan_is_pinned_by_its_digest() -> None:
    assert dossier(opened(started()), "G1", FACTS, 1).plan is None
    history = planned(opened(started()), activity("A1", 5))
    assert history.plan
    assert dossier(history, "G1", FACTS, 1).plan == digest(history.plan.plan)


def test_the_same_situation_has_the_same_digest_and_another_has_not() -> None:
    history = prepared(started(), "G1")
    first = dossier(history, "G1", FACTS, 1)
    assert digest(first) == digest(dossier(prepared(started(), "G1"), "G1", dict(reversed(list(FACTS.items()))), 1))
    assert digest(first) != digest(dossier(history, "G1", {**FACTS, "project.spi": 0.99}, 1))
    assert digest(first) != digest(dossier(history, "G1", FACTS, 2))


def test_a_figure_that_is_no_number_has_no_digest() -> None:
    with pytest.raises(ValueError, match="nan"):
        digest(dossier(opened(started()), "G1", {"project.spi": float("nan")}, 1))


def test_nothing_moved_makes_no_difference() -> None:
    old = dossier(prepared(started(), "G1"), "G1", FACTS, 1)
    assert difference(old, old) == ()


def test_a_figure_that_ticks_on_makes_no_difference() -> None:
    history = prepared(started(), "G1")
    old = dossier(history, "G1", FACTS, 1)
    assert difference(old, dossier(history, "G1", {**FACTS, "project.percent_complete": 12.5}, 1)) == ()


def test_an_advisory_criterion_that_turns_makes_no_difference() -> None:
    history = prepared(started(), "G1")
    old = dossier(history, "G1", FACTS, 1)
    assert difference(old, dossier(history, "G1", {**FACTS, "project.spi": 0.1}, 1)) == ()


def test_a_mandatory_criterion_that_turns_is_named_with_both_results() -> None:
    history = prepared(started(), "G1")
    old = dossier(history, "G1", FACTS, 1)
    new = dossier(history, "G1", {**FACTS, "risks.high_without_response": 1}, 1)
    assert difference(old, new) == ("'responses is fine' was met and is now not met.",)
    asked_later = old.model_copy(update={"findings": old.findings[:1]})
    assert difference(asked_later, old) == (
        "'A plan has been drawn up for the baseline' was not asked and is now met.",
        "'responses is fine' was not asked and is now met.",
    )


def test_a_new_version_and_an_added_deliverable_are_named_with_their_authors() -> None:
    history = prepared(started(), "G1")
    old = dossier(history, "G1", FACTS, 1)
    new = dossier(submitted(history, "plan", "erik"), "G1", FACTS, 1)
    assert difference(old, new) == ("plan changed: version 1 became version 2 by erik.",)
    empty = dossier(opened(started()), "G1", FACTS, 1)
    assert "plan was added: version 1 by paula." in difference(empty, old)


def test_accepting_what_is_pinned_makes_no_difference() -> None:
    history = prepared(started(), "G1")
    old = dossier(history, "G1", FACTS, 1)
    assert difference(old, dossier(judged(history, "plan", "sam"), "G1", FACTS, 1)) == ()
