"""Every verb that writes leaves at least one entry in the journal that says who did what to which object, and when."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from lifecycle import actions
from lifecycle.actions import (
    changes,
    deadlines,
    erasure,
    exceptions,
    gates,
    identity,
    migration,
    people,
    phases,
    plans,
    processes,
    programs,
    projects,
    registers,
    reporting,
    steps,
    vouching,
)
from lifecycle.actions.workspace import Workspace
from lifecycle.control.changes import Ruling
from lifecycle.control.exceptions import Resolution
from lifecycle.governance.voting import Ballot
from lifecycle.records.journal import Entry
from tests.actions import past
from tests.builders import ballot
from tests.workspaces import (
    charter_file,
    hand_in,
    workspace,
)

Case = tuple[Callable[[Workspace], object], Callable[[Workspace], object]]
"""What must have been before, and the verb itself."""


def nothing(work: Workspace) -> None:
    """No more than the empty workspace."""


CASES: dict[str, Case] = {
    "changes.raise_change": (past.executing, past.wanted),
    "changes.assess_change": (past.wanted, past.assessed),
    "changes.decide_change": (
        past.assessed,
        lambda w: changes.decide_change(w, "app", 1, Ruling(by="sam", verdict="accept", reason="Good.")),
    ),
    "erasure.erase_person": (past.asked, lambda w: erasure.erase_person(w, "erik", "Asked for it.", "cora")),
    "migration.request_migration": (past.executing, past.moving),
    "migration.confirm_migration": (past.waiting_to_move, lambda w: migration.confirm_migration(w, "app", "sam")),
    "migration.withdraw_migration": (
        past.waiting_to_move,
        lambda w: migration.withdraw_migration(w, "app", "Not yet.", "paula"),
    ),
    "gates.submit_gate": (past.begun, past.submitted),
    "gates.decide_gate": (
        past.submitted,
        lambda w: gates.decide_gate(w, "app", Ballot(gate="G1", by="sam", choice="approve", reason="Good.")),
    ),
    "gates.withdraw_gate": (past.submitted, lambda w: gates.withdraw_gate(w, "app", "G1", "paula")),
    "gates.resume_gate": (past.on_hold, lambda w: gates.resume_gate(w, "app", "G1", "On we go.", "sam")),
    "gates.waive_criterion": (
        past.begun,
        lambda w: gates.waive_criterion(
            w, "app", gate="G1", criterion="deliverable.plan", reason="Known already.", by="sam"
        ),
    ),
    "gates.clear_condition": (
        past.conditional,
        lambda w: gates.clear_condition(w, "app", name="G1.1.1", evidence="Named.", by="sam"),
    ),
    "phases.open_phase": (
        lambda w: projects.start_project(w, charter_file(w.files.data.parent), "sam"),
        lambda w: phases.open_phase(w, "app", "planning", 1),
    ),
    "phases.draft_documents": (nothing, past.drafted),
    "phases.request_review": (
        past.closing,
        past.finished,
    ),
    "phases.close_passed_project": (past.passed, lambda w: phases.close_passed_project(w, "app")),
    "plans.import_plan": (
        past.begun,
        lambda w: plans.import_plan(w, "app", w.files.data.parent / "plan.csv", "paula"),
    ),
    "plans.import_progress": (
        past.executing,
        lambda w: plans.import_progress(w, "app", past.progress_file(w), "paula"),
    ),
    "plans.record_progress": (
        past.executing,
        lambda w: plans.record_progress(w, "app", date(2026, 1, 5), past.LINE, "paula"),
    ),
    "programs.start_program": (
        past.together,
        lambda w: programs.start_program(w, past.in_folder(w, "digital.yaml"), "sam"),
    ),
    "repeating.once": (
        past.submitted,
        lambda w: gates.decide_gate(w, "app", Ballot(gate="G1", by="sam", choice="approve", reason="Good."), "key"),
    ),
    "projects.start_project": (nothing, past.begun),
    "projects.submit_deliverable": (past.begun, lambda w: hand_in(w, "plan", "erik")),
    "projects.submit_content": (
        past.begun,
        lambda w: projects.submit_content(
            w, "app", deliverable="plan", by="erik", file="plan.md", content=b"The plan."
        ),
    ),
    "projects.judge_deliverable": (
        past.built,
        lambda w: projects.judge_deliverable(w, "app", deliverable="app", by="cora"),
    ),
    "projects.hand_over": (
        past.accepted,
        lambda w: projects.hand_over(w, "app", "app", to="cora", by="paula"),
    ),
    "projects.release_people": (past.closing, lambda w: projects.release_people(w, "app", ["erik"], "paula")),
    "projects.judge_success": (
        past.closing,
        lambda w: projects.judge_success(w, "app", criterion="used", met=True, evidence="Counted.", by="sam"),
    ),
    "projects.stop_project": (past.executing, lambda w: projects.stop_project(w, "app", "Not needed.", "sam")),
    "projects.close_project": (past.stopped, lambda w: projects.close_project(w, "app", "paula")),
    "registers.add_risk": (past.begun, past.risky),
    "registers.close_risk": (
        past.risky,
        lambda w: registers.close_risk(w, "app", number=1, note="Dry.", happened=False, by="erik"),
    ),
    "registers.raise_issue": (past.begun, past.troubled),
    "registers.close_issue": (
        past.troubled,
        lambda w: registers.close_issue(w, "app", 1, action="Well.", by="erik"),
    ),
    "registers.record_lesson": (
        past.begun,
        lambda w: registers.record_lesson(w, "app", "Ask.", recommendation="Ask early.", by="erik"),
    ),
    "registers.add_follow_on": (
        past.begun,
        lambda w: registers.add_follow_on(w, "app", text="Clean up.", owner="erik", due=date(2026, 8, 1), by="erik"),
    ),
    "reporting.issue_closure_report": (past.closed, lambda w: reporting.issue_closure_report(w, "app")),
    "reporting.issue_due_reports": (past.reportable, lambda w: reporting.issue_due_reports(w, "app")),
    "reporting.issue_program_report": (
        past.in_program,
        lambda w: reporting.issue_program_report(w, "digital", {}),
    ),
    "programs.raise_exceptions": (past.late, lambda w: programs.raise_exceptions(w, "digital")),
    "deadlines.pass_time": (past.long_ago, deadlines.pass_time),
    "exceptions.decide_exception": (
        past.exceptional,
        lambda w: exceptions.decide_exception(w, "app", 1, Resolution(by="sam", choice="no-action", reason="Wait.")),
    ),
    "tolerances.grant_tolerance": (past.levelled, past.granted),
    "gates.decide_gates": (past.submitted, lambda w: gates.decide_gates(w, [("app", ballot("G1", "sam"))])),
    "gates.request_override": (past.contested, past.overridden),
    "gates.confirm_override": (past.overriding, lambda w: gates.confirm_override(w, "app", "G1", "cora")),
    "gates.review_override": (
        past.forced,
        lambda w: gates.review_override(w, "app", "G1", "It was right.", "sam"),
    ),
    "identity.create_token": (past.begun, lambda w: identity.create_token(w, "sam", by="sam", label="laptop")),
    "identity.revoke_token": (
        past.tokened,
        lambda w: identity.revoke_token(w, identity.tokens_of(w)[0].id, "sam"),
    ),
    "steps.finish_step": (past.automated, past.scanned),
    "steps.request_step": (past.automated_once, lambda w: steps.request_step(w, "app", "scan", "erik")),
    "people.assign_person": (past.begun, past.joined),
    "people.remove_person": (past.joining, lambda w: people.remove_person(w, "app", "zoe", "Gone.", "paula")),
    "people.grant_delegation": (past.submitted, past.delegated),
    "processes.draft_process": (nothing, past.process_drafted),
    "processes.review_process": (
        past.process_drafted,
        lambda w: processes.review_process(w, "small", "1", "It is fine.", "cora"),
    ),
    "processes.publish_file": (nothing, past.process_published),
    "processes.publish_process": (
        past.process_drafted,
        lambda w: processes.publish_process(w, "small", "1", "sam"),
    ),
    "processes.retire_process": (
        past.process_published,
        lambda w: processes.retire_process(w, "small", "1", "Too slow.", "sam"),
    ),
    "people.revoke_delegation": (
        past.delegating,
        lambda w: people.revoke_delegation(w, "app", 1, "Back.", "sam"),
    ),
    "vouching.keep_up": (past.begun, vouching.keep_up),
    "vouching.change_key": (past.begun, lambda w: vouching.change_key(w, "sam")),
}
"""The verbs that write. A new one belongs here; a module of its own is found by itself."""


def verbs() -> Iterator[str]:
    """The public functions of the actions that take a workspace and, somewhere below them, write."""
    modules = [
        importlib.import_module(f"lifecycle.actions.{found.name}") for found in pkgutil.iter_modules(actions.__path__)
    ]
    for module in modules:
        tree = ast.parse(inspect.getsource(module))
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        writing = {name for name, node in functions.items() if _writes(node)}
        while more := {name for name, node in functions.items() if _calls(node) & writing} - writing:
            writing |= more
        for name in writing:
            parameters = list(inspect.signature(getattr(module, name)).parameters.values())
            if not name.startswith("_") and parameters[0].annotation in (Workspace, "Workspace"):
                yield f"{module.__name__.rpartition('.')[2]}.{name}"


def _writes(node: ast.FunctionDef) -> bool:
    return any(isinstance(one, ast.Attribute) and one.attr in ("change", "writing") for one in ast.walk(node))


def _calls(node: ast.FunctionDef) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def entries_of(work: Workspace) -> list[Entry]:
    with work.look() as store:
        return list(store.entries())


def test_every_verb_that_writes_is_tried_here() -> None:
    """R-51: a new verb fails this test until it has a case, and with that an entry."""
    assert set(verbs()) == CASES.keys()


@pytest.mark.parametrize("verb", CASES)
def test_a_verb_leaves_an_entry_that_says_who_did_what_and_when(verb: str, tmp_path: Path) -> None:
    """R-51: with the person, or the engine, who acted, the object, what was done, and the moment."""
    before, act = CASES[verb]
    work = workspace(tmp_path)
    work.database.login = "os-user"
    if verb in REPEATS:
        REPEATS[verb](work)
    else:
        before(work)
    known = len(entries_of(work))
    act(work)
    new = entries_of(work)[known:]
    work.database.close()
    assert new
    for entry in new:
        assert entry.actor
        assert entry.object
        assert entry.action
        assert entry.at.endswith("Z")
        assert entry.login == "os-user"


REPEATS: dict[str, Callable[[Workspace], object]] = dict.fromkeys(
    (
        "changes.raise_change",
        "changes.assess_change",
        "gates.submit_gate",
        "registers.add_risk",
        "registers.raise_issue",
    ),
    nothing,
)
"""Verbs whose case begins from nothing."""
