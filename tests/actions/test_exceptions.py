"""Exceptions through their action: by the authority table, once, with everything that follows in the same breath."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lifecycle.actions import audit, changes, exceptions, plans, projects, registers, views
from lifecycle.actions.settling import facts_of
from lifecycle.actions.workspace import Workspace
from lifecycle.control.changes import Impact, Ruling
from lifecycle.control.exceptions import Resolution
from lifecycle.errors import Conflict, NotAuthorised, SettledBefore
from lifecycle.history.charter import RiskEntry
from lifecycle.history.closing import ProjectStopped
from lifecycle.history.control import BaselineSet, ExceptionDecided, ExceptionEnded
from lifecycle.history.plan import ProgressLine
from lifecycle.process.definition import AuthorityDefinition
from tests.builders import definition
from tests.workspaces import carry_on, charter_file, history, on, pass_first_gate, workspace

ROWS = (
    *definition().authority,
    AuthorityDefinition(
        decision="exception", roles=("architect",), up_to_days=100, up_to_cost=Decimal(20_000), up_to_impact=3
    ),
    AuthorityDefinition(decision="exception", roles=("customer", "sponsor")),
)


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Workspace]:
    """The app is built, and its boards may decide exceptions of two sizes."""
    work = workspace(tmp_path, definition(authority=ROWS))
    with closing(work.database):
        projects.start_project(work, charter_file(tmp_path), "sam")
        pass_first_gate(work)
        yield work


def report(work: Workspace, remaining: int, cost: int = 100, day: date = date(2026, 1, 16)) -> None:
    on(work, day)
    line = ProgressLine(
        activity="A1", percent=10, actual_start=date(2026, 1, 5), actual_cost=Decimal(cost), remaining=remaining
    )
    plans.record_progress(work, "app", day, line, "paula")


def decide(work: Workspace, choice: str, by: str = "sam", number: int = 1, **more: Any) -> ExceptionDecided:
    said = Resolution.model_validate({"by": by, "choice": choice, "reason": "We looked at it.", **more})
    return exceptions.decide_exception(work, "app", number, said)


def waits(work: Workspace, what: str = "decide exception") -> list[str]:
    return [item.person for item in views.inbox(work, None) if item.what == what]


def unsettled(work: Workspace) -> object:
    with work.look() as store:
        return facts_of(store, "app")["exceptions.unsettled"]


def test_an_exception_waits_for_those_whose_authority_covers_its_size(work: Workspace) -> None:
    report(work, 125)
    assert waits(work) == ["sam", "cora", "ada"]
    assert any("Decide exception 1: The forecast finish" in line for line in views.why(work, "app").awaited)
    report(work, 260, day=date(2026, 1, 19))
    assert waits(work) == ["sam", "cora"]
    with pytest.raises(NotAuthorised, match=r"Ada A\. may not decide exception 1\. Those who may: Sam S\., Cora C\."):
        decide(work, "no-action", "ada")


def test_a_grave_risk_lifts_an_exception_to_the_upper_board(work: Workspace) -> None:
    report(work, 125)
    risk = RiskEntry(title="Flood", category="external", probability=1, impact=4, owner="manager")
    registers.add_risk(work, "app", risk, "erik")
    assert waits(work) == ["sam", "cora"]


def test_the_size_of_an_exception_of_cost_is_the_money_beyond_the_budget(work: Workspace) -> None:
    report(work, 20, cost=9000)
    assert [one.measure for one in views.records_of(work, "app") if hasattr(one, "measure")] == ["cost"]
    assert waits(work) == ["sam", "cora"]
    assert decide(work, "more-tolerance", cost=Decimal(90_000)).cost == 90_000
    assert waits(work) == []


def test_more_tolerance_weighs_as_much_as_it_grants(work: Workspace) -> None:
    report(work, 125)
    with pytest.raises(NotAuthorised):
        decide(work, "more-tolerance", "ada", days=150)
    assert decide(work, "more-tolerance", "ada", days=100).by == "ada"


def test_more_tolerance_ends_the_exception_and_moves_no_baseline(work: Workspace) -> None:
    report(work, 125)
    before = history(work)
    decide(work, "more-tolerance", days=90)
    after = history(work)
    ended = after.last(ExceptionEnded)
    assert ended is not None and ended.cause == "app:exception:1:decision"
    assert after.constraints.time.tolerance_days == 90
    assert after.constraints.time.finish == before.constraints.time.finish
    assert after.all(BaselineSet) == before.all(BaselineSet)
    assert (unsettled(work), waits(work)) == (0, [])
    assert audit.verify(work).fault is None


def test_an_exception_plan_moves_the_baseline_by_an_approved_change_and_no_other_way(work: Workspace) -> None:
    report(work, 125)
    decide(work, "exception-plan")
    assert (unsettled(work), waits(work), waits(work, "plan exception")) == (1, [], ["paula"])
    changes.raise_change(work, "app", title="More time", reason="Exception 1", origin="issue", by="paula")
    assert waits(work, "plan exception") == []
    changes.assess_change(
        work, "app", number=1, impact=Impact(scope="None.", cost=Decimal(0), days=90, impact=2), by="paula"
    )
    changes.decide_change(work, "app", 1, Ruling(by="sam", verdict="accept", reason="Yes."))
    assert unsettled(work) == 0
    assert history(work).all(ExceptionEnded)[-1].cause == "app:baseline:2"


def test_to_close_is_a_stop_by_those_who_may_stop(work: Workspace) -> None:
    report(work, 125)
    with pytest.raises(NotAuthorised, match=r"Cora C\. may not decide a stop"):
        decide(work, "close", "cora")
    assert history(work).all(ExceptionDecided) == ()
    decide(work, "close", "sam")
    stopped = history(work).last(ProjectStopped)
    assert stopped is not None and (stopped.by, stopped.reason) == ("sam", "We looked at it.")
    carry_on(work)
    assert history(work).phase is not None and history(work).phase.premature  # type: ignore[union-attr]
    assert waits(work) == []
    assert audit.verify(work).fault is None


def test_no_action_settles_it_and_a_worse_forecast_is_asked_about_anew(work: Workspace) -> None:
    report(work, 125)
    decide(work, "no-action")
    assert (unsettled(work), waits(work)) == (0, [])
    report(work, 130, day=date(2026, 1, 16) + timedelta(days=3))
    assert unsettled(work) == 1
    assert "sam" in waits(work)
    with pytest.raises(SettledBefore, match=r"On exception 1 Sam S. decided no action on 2026-01-"):
        decide(work, "no-action")
    decide(work, "no-action", number=2)


def test_deciding_twice_is_refused_with_what_was_decided(work: Workspace) -> None:
    report(work, 125)
    decide(work, "exception-plan")
    with pytest.raises(Conflict, match=r"Sam S\. decided an exception plan"):
        decide(work, "no-action", "cora")
    assert len(history(work).all(ExceptionDecided)) == 1
