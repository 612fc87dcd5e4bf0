"""Risks, issues, lessons and follow-on work: anybody in the project writes them, and ends them once."""

from datetime import date

import pytest

from lifecycle.actions import registers
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import LifecycleError, NotFound, TransitionNotAllowed
from lifecycle.history.charter import RiskEntry
from lifecycle.history.control import IssueClosed, IssueRaised, RiskClosed
from tests.workspaces import history

RISK = RiskEntry(title="No supplier", category="supplier", probability=2, impact=3, owner="manager")


def test_entries_are_counted_one_by_one(started: Workspace) -> None:
    issues = [
        registers.raise_issue(started, "app", title=title, severity="low", owner="erik", by="ada")
        for title in ("One", "Two")
    ]
    assert [issue.id for issue in issues] == ["app:issue:1", "app:issue:2"]
    assert history(started).all(IssueRaised) == tuple(issues)


def test_what_is_ended_is_ended_once(started: Workspace) -> None:
    registers.raise_issue(started, "app", title="Noise", severity="high", owner="engineer", by="ada")
    registers.close_issue(started, "app", 1, action="Moved.", by="erik")
    with pytest.raises(TransitionNotAllowed, match=r"issue 1 was closed by Erik E\. on 2026-01-05"):
        registers.close_issue(started, "app", 1, action="Moved again.", by="ada")
    assert [closed.action for closed in history(started).all(IssueClosed)] == ["Moved."]


def test_a_risk_ends_by_happening_or_by_not_happening(started: Workspace) -> None:
    for happened in (True, False):
        number = registers.add_risk(started, "app", RISK, "erik").number
        registers.close_risk(started, "app", number=number, note="Over.", happened=happened, by="paula")
    assert [closed.happened for closed in history(started).all(RiskClosed)] == [True, False]


def test_an_unknown_entry_is_named_with_those_there_are(started: Workspace) -> None:
    registers.add_risk(started, "app", RISK, "erik")
    with pytest.raises(NotFound, match=r"no risk '7'\. Known: 1"):
        registers.close_risk(started, "app", number=7, note="Over.", happened=False, by="paula")


def test_an_owner_is_a_role_or_a_person_of_the_project(started: Workspace) -> None:
    before = history(started).records
    with pytest.raises(NotFound, match="no role or person in the project 'nobody'"):
        registers.add_risk(started, "app", RISK.model_copy(update={"owner": "nobody"}), "erik")
    with pytest.raises(NotFound, match="no role or person in the project 'nobody'"):
        registers.add_follow_on(started, "app", text="Measure.", owner="nobody", due=date(2027, 1, 1), by="paula")
    assert history(started).records == before


def test_a_stranger_writes_nothing(started: Workspace) -> None:
    before = history(started).records
    with pytest.raises(LifecycleError, match="eve"):
        registers.record_lesson(started, "app", "Ask.", recommendation="Ask early.", by="eve")
    assert history(started).records == before
