"""Whatever people do, in whatever order: a history that nobody touched gives no false alarm."""

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from lifecycle.actions import audit, export, gates, phases, projects, registers
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import LifecycleError
from lifecycle.governance.voting import Ballot
from lifecycle.history.charter import RiskEntry
from lifecycle.history.gates import ConditionText
from tests.builders import charter
from tests.faults.attacks import script
from tests.faults.profile import chance, size
from tests.workspaces import carry_on, charter_file, hand_in, pass_first_gate, workspace

WALKS, STEPS = size(5, 50), size(30, 60)


def walk(work: Workspace, project: str, dice: random.Random) -> None:
    """Do something, allowed or not, as anybody."""
    people = ("paula", "sam", "cora", "ada", "erik", "eve")
    by, gate = dice.choice(people), dice.choice(("G1", "G2", "G3"))
    conditions = (ConditionText(text="Do it.", owner=dice.choice(people), due=work.today()),)
    choice = dice.choice(["approve", "approve", "approve", "approve_with_conditions", "reject", "abstain"])
    ballot = Ballot.model_validate(
        {
            "gate": gate,
            "by": by,
            "choice": choice,
            "reason": f"Said by {dice.choice(people)}, as Erik E. wrote.",
            "conditions": conditions if choice == "approve_with_conditions" else (),
            "proposal": dice.choice(["hold", "recycle", "kill", None]) if choice == "reject" else None,
        }
    )
    risk = RiskEntry(title="Rain", category="external", probability=1, impact=1, owner="manager")
    deliverable = dice.choice(("plan", "app", "test-report", "final-report"))
    possible: list[Callable[[], object]] = [
        lambda: hand_in(work, deliverable, by, str(dice.random()), project),
        lambda: hand_in(work, deliverable, "erik", str(dice.random()), project),
        lambda: projects.judge_deliverable(work, project, deliverable=deliverable, by=by),
        lambda: gates.submit_gate(work, project, None, by),
        lambda: gates.submit_gate(work, project, gate, "paula"),
        lambda: gates.decide_gate(work, project, ballot, dice.choice([None, str(dice.random())])),
        lambda: gates.decide_gate(work, project, ballot, "always the same key"),
        lambda: gates.withdraw_gate(work, project, gate, by),
        lambda: gates.resume_gate(work, project, gate, "On we go.", by),
        lambda: gates.clear_condition(work, project, name=f"{gate}.1.1", evidence="Done.", by=by),
        lambda: registers.add_risk(work, project, risk, by),
        lambda: registers.record_lesson(work, project, "Ask Sam S. early.", recommendation="Ask.", by=by),
        lambda: phases.request_review(work, project, gate),
        lambda: projects.hand_over(work, project, "app", to="cora", by="paula"),
        lambda: carry_on(work, project),
    ]
    dice.choice(possible)()


@pytest.mark.parametrize("number", range(WALKS))
def test_a_history_that_nobody_touched_never_gives_a_false_alarm(number: int, tmp_path: Path) -> None:
    """R-46: whatever people did, in whatever order."""
    dice, work = chance(f"walk-{number}"), workspace(tmp_path)
    for project in ("app", "web"):
        projects.start_project(work, charter_file(tmp_path, charter(project, plan="plan.csv")), "sam")
        carry_on(work, project)
    if dice.random() < 0.7:
        pass_first_gate(work)
    for _ in range(STEPS):
        with suppress(LifecycleError):
            walk(work, dice.choice(("app", "web")), dice)
    found = audit.verify(work)
    assert (found.verdict, found.fault) == ("whole", None)
    export.export(work, tmp_path / "export")
    assert export.verify(tmp_path / "export").verdict == "whole"
    assert script(tmp_path / "export") == 0
    work.database.close()
