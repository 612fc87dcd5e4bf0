"""Changes through their actions: asked once, assessed with a plan, decided with a new baseline."""

from decimal import Decimal
from pathlib import Path

import pytest

from lifecycle.actions import changes
from lifecycle.actions.workspace import Workspace
from lifecycle.control.changes import Impact, Ruling
from lifecycle.errors import BadInput, Conflict, NotAuthorised, NotFound, RuleViolation
from lifecycle.history.control import BaselineSet, ChangeAssessed, ChangeDecided, ChangeRaised
from tests.workspaces import PLAN, history

DEAR = Impact(scope="One more language.", cost=Decimal(20_000), days=14)
CIRCLE = "id,name,wbs,duration,predecessors,owner,cost\nA1,One,1,5,A2,engineer,1\nA2,Two,1,5,A1,engineer,1\n"


def ask(work: Workspace) -> ChangeRaised:
    return changes.raise_change(work, "app", title="Polish", reason="A new market.", origin="request", by="cora")


def assess(work: Workspace, impact: Impact = DEAR, plan: Path | None = None) -> ChangeAssessed:
    return changes.assess_change(work, "app", number=1, impact=impact, by="erik", plan=plan)


def decide(work: Workspace, by: str = "sam", number: int = 1) -> ChangeDecided:
    return changes.decide_change(work, "app", number, Ruling(by=by, verdict="accept", reason="Worth it."))


def test_asking_and_assessing_twice_is_asking_and_assessing_once(executing: Workspace) -> None:
    assert ask(executing) == ask(executing)
    assert assess(executing) == assess(executing)
    assert len(history(executing).all(ChangeRaised)) == len(history(executing).all(ChangeAssessed)) == 1


def test_an_accepted_change_moves_the_baseline_in_the_same_breath(executing: Workspace, tmp_path: Path) -> None:
    longer = tmp_path / "longer.csv"
    longer.write_text(PLAN.replace("Test,1,10", "Test,1,20"))
    ask(executing)
    assert assess(executing, plan=longer).plan
    decided = decide(executing)
    first, second = history(executing).all(BaselineSet)
    assert (second.source, second.constraints.cost.budget) == (decided.id, Decimal(120_000))
    assert second.schedule.finish > first.schedule.finish
    with pytest.raises(Conflict, match="was accepted by Sam"):
        decide(executing)


def test_a_plan_that_cannot_be_scheduled_assesses_nothing(executing: Workspace, tmp_path: Path) -> None:
    circle = tmp_path / "circle.csv"
    circle.write_text(CIRCLE)
    ask(executing)
    with pytest.raises(BadInput, match=r"circle\.csv: the plan cannot be scheduled"):
        assess(executing, plan=circle)
    assert history(executing).all(ChangeAssessed) == ()


def test_a_change_is_decided_by_those_whose_authority_covers_it(executing: Workspace) -> None:
    ask(executing)
    assess(executing)
    with pytest.raises(NotAuthorised, match=r"Paula P\. may not"):
        decide(executing, by="paula")
    assert len(history(executing).all(BaselineSet)) == 1
    assert decide(executing).by == "sam"


def test_a_small_change_is_the_manager_s(executing: Workspace) -> None:
    ask(executing)
    assess(executing, Impact(scope="A word.", cost=Decimal(100), days=0))
    assert decide(executing, by="paula").cost == Decimal(100)


def test_a_change_asks_for_what_its_plan_takes(executing: Workspace, tmp_path: Path) -> None:
    """A plan that leaves the limits is no small change, whatever it is said to cost."""
    more = tmp_path / "more.csv"
    more.write_text(PLAN + "A3,More,1,100,A2,engineer,50000\n")
    ask(executing)
    with pytest.raises(BadInput, match=r"change 1 costs 40000 more and ends .* later than what it would be granted"):
        assess(executing, Impact(scope="A word.", cost=Decimal(0), days=0), more)
    assert history(executing).all(ChangeAssessed) == ()
    assess(executing, Impact(scope="A module.", cost=Decimal(40_000), days=30), more)
    trimmed = Ruling(by="sam", verdict="modify", reason="Less.", cost=Decimal(1000), days=30)
    with pytest.raises(RuleViolation, match=r"costs 39000 more than what it would be granted"):
        changes.decide_change(executing, "app", 1, trimmed)
    assert decide(executing).cost == Decimal(40_000)


def test_what_nobody_asked_for_is_not_decided(executing: Workspace) -> None:
    with pytest.raises(NotFound, match="no change '7'"):
        decide(executing, number=7)
