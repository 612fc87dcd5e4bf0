"""Every verb that writes leaves at least one entry in the journal that says who did what to which object, and when."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
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
from lifecycle.actions.migration import Destination
from lifecycle.actions.workspace import Workspace
from lifecycle.automation.children import Answer
from lifecycle.control.changes import Impact, Ruling
from lifecycle.control.exceptions import Resolution
from lifecycle.governance.delegations import Deputy
from lifecycle.governance.overrides import Override
from lifecycle.governance.voting import Ballot
from lifecycle.history.charter import Dependency, Member, RiskEntry
from lifecycle.history.gates import ConditionText
from lifecycle.history.plan import ProgressLine
from lifecycle.library import Library
from lifecycle.process.definition import AuthorityDefinition, ProcessDefinition, ReportDefinition
from lifecycle.records.journal import Entry
from tests.automated import step, with_steps
from tests.builders import ballot, charter, definition, patient, program_charter
from tests.moves import improved
from tests.workspaces import (
    carry_on,
    charter_file,
    hand_in,
    on,
    pass_first_gate,
    pass_last_gate,
    pass_second_gate,
    vote,
    workspace,
)

Case = tuple[Callable[[Workspace], object], Callable[[Workspace], object]]
"""What must have been before, and the verb itself."""


def begun(work: Workspace) -> None:
    projects.start_project(work, charter_file(work.files.data.parent), "sam")
    carry_on(work)


def submitted(work: Workspace) -> None:
    begun(work)
    hand_in(work, "plan", "erik")
    gates.submit_gate(work, "app", "G1", "paula")


def on_hold(work: Workspace) -> None:
    submitted(work)
    vote(work, "G1", "sam", choice="reject", proposal="hold")


def on_process(work: Workspace, process: ProcessDefinition) -> None:
    """Let the next project follow another process."""
    file = work.library.config / "processes" / f"{process.process}.yaml"
    file.write_text(process.model_dump_json(exclude_none=True, indent=1))


def contested(work: Workspace) -> None:
    rows = (*definition().authority, AuthorityDefinition(decision="override", roles=("architect", "customer")))
    on_process(work, definition(authority=rows))
    submitted(work)


def overridden(work: Workspace) -> None:
    gates.request_override(work, "app", Override("G1", "go", "The flood does not wait."), "ada")


def overriding(work: Workspace) -> None:
    contested(work)
    overridden(work)


def forced(work: Workspace) -> None:
    overriding(work)
    gates.confirm_override(work, "app", "G1", "cora")


def long_ago(work: Workspace) -> None:
    on_process(work, patient())
    submitted(work)
    on(work, date(2026, 3, 2))


def tokened(work: Workspace) -> None:
    begun(work)
    identity.create_token(work, "sam", by="sam", label="laptop")


def joined(work: Workspace) -> None:
    people.assign_person(work, "app", Member(id="zoe", name="Zoe Z.", roles=("engineer",)), "New.", "paula")


def joining(work: Workspace) -> None:
    begun(work)
    joined(work)


def delegated(work: Workspace) -> None:
    people.grant_delegation(work, "app", Deputy("ada", work.today(), work.today(), "On leave."), "sam")


def delegating(work: Workspace) -> None:
    submitted(work)
    delegated(work)


def executing(work: Workspace) -> None:
    begun(work)
    pass_first_gate(work)


def moving(work: Workspace) -> None:
    """Another version lies in a file, and somebody wants to follow it."""
    file = in_folder(work, "second.yaml")
    file.write_text(improved().model_dump_json(exclude_none=True))
    migration.request_migration(work, "app", Destination(str(file)), "Better.", "paula")


def waiting_to_move(work: Workspace) -> None:
    executing(work)
    moving(work)


def built(work: Workspace) -> None:
    executing(work)
    hand_in(work, "app", "erik")


def accepted(work: Workspace) -> None:
    built(work)
    projects.judge_deliverable(work, "app", deliverable="app", by="cora")


def finished(work: Workspace) -> None:
    hand_in(work, "final-report", "paula")
    phases.request_review(work, "app", "G3")


def closing(work: Workspace) -> None:
    executing(work)
    pass_second_gate(work)


def passed(work: Workspace) -> None:
    """Everything is decided, and the engine has not closed the project yet."""
    closing(work)
    hand_in(work, "final-report", "paula")
    phases.request_review(work, "app", "G3")
    vote(work, "G3", "sam")


def closed(work: Workspace) -> None:
    closing(work)
    pass_last_gate(work)


def conditional(work: Workspace) -> None:
    submitted(work)
    given = ConditionText(text="Name a deputy.", owner="erik", due=date(2026, 2, 1))
    vote(work, "G1", "sam", choice="approve_with_conditions", conditions=(given,))
    vote(work, "G1", "cora")


def risky(work: Workspace) -> None:
    begun(work)
    registers.add_risk(work, "app", RISK, "erik")


def troubled(work: Workspace) -> None:
    begun(work)
    registers.raise_issue(work, "app", title="Ill", severity="low", owner="manager", by="erik")


def wanted(work: Workspace) -> None:
    executing(work)
    changes.raise_change(work, "app", title="More", reason="Wanted.", origin="request", by="cora")


def assessed(work: Workspace) -> None:
    wanted(work)
    changes.assess_change(work, "app", number=1, impact=Impact(scope="A page.", cost=Decimal(100), days=1), by="paula")


def stopped(work: Workspace) -> None:
    executing(work)
    projects.stop_project(work, "app", "No longer needed.", "sam")
    carry_on(work)
    registers.record_lesson(work, "app", "Ask first.", recommendation="Ask customers earlier.", by="erik")
    hand_in(work, "final-report", "paula")
    projects.release_people(work, "app", (), "paula")


def together(work: Workspace) -> None:
    folder = work.files.data.parent
    for one in (charter("app", plan="plan.csv"), charter("web"), program_charter(projects=("app", "web"))):
        charter_file(folder, one)


def in_program(work: Workspace) -> None:
    together(work)
    programs.start_program(work, work.files.data.parent / "digital.yaml", "sam")


def late(work: Workspace) -> None:
    """The app waits for a backend whose forecast slips."""
    folder = work.files.data.parent
    needs = Dependency(id="D1", text="The app needs it", before="backend/A2", after="app/A1")
    names = ("backend", "app")
    for one in (*(charter(name, plan="plan.csv") for name in names), program_charter(needs, projects=names)):
        charter_file(folder, one)
    programs.start_program(work, folder / "digital.yaml", "sam")
    for name in names:
        pass_first_gate(work, name)
    on(work, date(2026, 1, 16))
    line = ProgressLine(
        activity="A1", percent=10, actual_start=date(2026, 1, 5), actual_cost=Decimal(100), remaining=110
    )
    plans.record_progress(work, "backend", date(2026, 1, 16), line, "paula")


def exceptional(work: Workspace) -> None:
    """The app will be late, and the sponsor may decide what to do about it."""
    rows = (*definition().authority, AuthorityDefinition(decision="exception", roles=("sponsor",)))
    on_process(work, definition(authority=rows))
    executing(work)
    line = LINE.model_copy(update={"remaining": 260})
    plans.record_progress(work, "app", date(2026, 1, 5), line, "paula")


def drafted(work: Workspace) -> None:
    """The plan has a template, and is rendered from it."""
    folder = work.files.data.parent
    (folder / "templates" / "documents").mkdir(parents=True)
    (folder / "templates" / "documents" / "plan.md.j2").write_text("# Plan\n")
    small = definition()
    phase = small.phases[0]
    plan = phase.deliverables[0].model_copy(update={"template": "plan.md.j2"})
    first = phase.model_copy(update={"deliverables": (plan, *phase.deliverables[1:])})
    changed = small.model_copy(update={"phases": (first, *small.phases[1:])})
    (folder / "config" / "processes" / "small.yaml").write_text(changed.model_dump_json(exclude_none=True))
    fresh = Workspace.open(work.files.data, Library.find(folder), work.clock)
    fresh.database.login = work.database.login
    projects.start_project(fresh, charter_file(folder), "sam")
    carry_on(fresh)
    assert phases.draft_documents(fresh, "app", "planning", 1) == 1
    fresh.database.close()


def process_drafted(work: Workspace) -> None:
    processes.draft_process(work, in_folder(work, "config/processes/small.yaml"), "sam")


def process_published(work: Workspace) -> None:
    processes.publish_file(work, in_folder(work, "config/processes/small.yaml"), "sam")


def reportable(work: Workspace) -> None:
    """A report of the plan has come round."""
    plan = ReportDefinition(id="weekly", title="Weekly", by="manager", to=("sponsor",), every_days=7)
    on_process(work, definition(reports=(plan,)))
    begun(work)
    on(work, date(2026, 1, 12))
    deadlines.pass_time(work)


def asked(work: Workspace) -> None:
    closed(work)
    erasure.erase_person(work, "erik", "Asked for it.", "sam")


def automated(work: Workspace) -> None:
    """A step of the first phase is due."""
    on_process(work, with_steps(step("scan")))
    projects.start_project(work, charter_file(work.files.data.parent), "sam")
    phases.open_phase(work, "app", "planning", 1)


def scanned(work: Workspace) -> None:
    (due,) = steps.due(work, "app")
    steps.finish_step(work, "app", due, Answer(passed=True, text="No holes."))


def automated_once(work: Workspace) -> None:
    automated(work)
    scanned(work)


RISK = RiskEntry(title="Rain", category="external", probability=1, impact=1, owner="manager")
LINE = ProgressLine(activity="A1", percent=10, actual_start=date(2026, 1, 5), actual_cost=Decimal(1))


def nothing(work: Workspace) -> None:
    """No more than the empty workspace."""


CASES: dict[str, Case] = {
    "changes.raise_change": (executing, wanted),
    "changes.assess_change": (wanted, assessed),
    "changes.decide_change": (
        assessed,
        lambda w: changes.decide_change(w, "app", 1, Ruling(by="sam", verdict="accept", reason="Good.")),
    ),
    "erasure.erase_person": (asked, lambda w: erasure.erase_person(w, "erik", "Asked for it.", "cora")),
    "migration.request_migration": (executing, moving),
    "migration.confirm_migration": (waiting_to_move, lambda w: migration.confirm_migration(w, "app", "sam")),
    "migration.withdraw_migration": (
        waiting_to_move,
        lambda w: migration.withdraw_migration(w, "app", "Not yet.", "paula"),
    ),
    "gates.submit_gate": (begun, submitted),
    "gates.decide_gate": (
        submitted,
        lambda w: gates.decide_gate(w, "app", Ballot(gate="G1", by="sam", choice="approve", reason="Good.")),
    ),
    "gates.withdraw_gate": (submitted, lambda w: gates.withdraw_gate(w, "app", "G1", "paula")),
    "gates.resume_gate": (on_hold, lambda w: gates.resume_gate(w, "app", "G1", "On we go.", "sam")),
    "gates.waive_criterion": (
        begun,
        lambda w: gates.waive_criterion(
            w, "app", gate="G1", criterion="deliverable.plan", reason="Known already.", by="sam"
        ),
    ),
    "gates.clear_condition": (
        conditional,
        lambda w: gates.clear_condition(w, "app", name="G1.1.1", evidence="Named.", by="sam"),
    ),
    "phases.open_phase": (
        lambda w: projects.start_project(w, charter_file(w.files.data.parent), "sam"),
        lambda w: phases.open_phase(w, "app", "planning", 1),
    ),
    "phases.draft_documents": (nothing, drafted),
    "phases.request_review": (
        closing,
        finished,
    ),
    "phases.close_passed_project": (passed, lambda w: phases.close_passed_project(w, "app")),
    "plans.import_plan": (begun, lambda w: plans.import_plan(w, "app", w.files.data.parent / "plan.csv", "paula")),
    "plans.import_progress": (executing, lambda w: plans.import_progress(w, "app", progress_file(w), "paula")),
    "plans.record_progress": (
        executing,
        lambda w: plans.record_progress(w, "app", date(2026, 1, 5), LINE, "paula"),
    ),
    "programs.start_program": (together, lambda w: programs.start_program(w, in_folder(w, "digital.yaml"), "sam")),
    "projects.start_project": (nothing, begun),
    "projects.submit_deliverable": (begun, lambda w: hand_in(w, "plan", "erik")),
    "projects.judge_deliverable": (
        built,
        lambda w: projects.judge_deliverable(w, "app", deliverable="app", by="cora"),
    ),
    "projects.hand_over": (
        accepted,
        lambda w: projects.hand_over(w, "app", "app", to="cora", by="paula"),
    ),
    "projects.release_people": (closing, lambda w: projects.release_people(w, "app", ["erik"], "paula")),
    "projects.judge_success": (
        closing,
        lambda w: projects.judge_success(w, "app", criterion="used", met=True, evidence="Counted.", by="sam"),
    ),
    "projects.stop_project": (executing, lambda w: projects.stop_project(w, "app", "Not needed.", "sam")),
    "projects.close_project": (stopped, lambda w: projects.close_project(w, "app", "paula")),
    "registers.add_risk": (begun, risky),
    "registers.close_risk": (
        risky,
        lambda w: registers.close_risk(w, "app", number=1, note="Dry.", happened=False, by="erik"),
    ),
    "registers.raise_issue": (begun, troubled),
    "registers.close_issue": (troubled, lambda w: registers.close_issue(w, "app", 1, action="Well.", by="erik")),
    "registers.record_lesson": (
        begun,
        lambda w: registers.record_lesson(w, "app", "Ask.", recommendation="Ask early.", by="erik"),
    ),
    "registers.add_follow_on": (
        begun,
        lambda w: registers.add_follow_on(w, "app", text="Clean up.", owner="erik", due=date(2026, 8, 1), by="erik"),
    ),
    "reporting.issue_closure_report": (closed, lambda w: reporting.issue_closure_report(w, "app")),
    "reporting.issue_due_reports": (reportable, lambda w: reporting.issue_due_reports(w, "app")),
    "reporting.issue_program_report": (in_program, lambda w: reporting.issue_program_report(w, "digital", {})),
    "programs.raise_exceptions": (late, lambda w: programs.raise_exceptions(w, "digital")),
    "deadlines.pass_time": (long_ago, deadlines.pass_time),
    "exceptions.decide_exception": (
        exceptional,
        lambda w: exceptions.decide_exception(w, "app", 1, Resolution(by="sam", choice="no-action", reason="Wait.")),
    ),
    "gates.decide_gates": (submitted, lambda w: gates.decide_gates(w, [("app", ballot("G1", "sam"))])),
    "gates.request_override": (contested, overridden),
    "gates.confirm_override": (overriding, lambda w: gates.confirm_override(w, "app", "G1", "cora")),
    "gates.review_override": (forced, lambda w: gates.review_override(w, "app", "G1", "It was right.", "sam")),
    "identity.create_token": (begun, lambda w: identity.create_token(w, "sam", by="sam", label="laptop")),
    "identity.revoke_token": (tokened, lambda w: identity.revoke_token(w, identity.tokens_of(w)[0].id, "sam")),
    "steps.finish_step": (automated, scanned),
    "steps.request_step": (automated_once, lambda w: steps.request_step(w, "app", "scan", "erik")),
    "people.assign_person": (begun, joined),
    "people.remove_person": (joining, lambda w: people.remove_person(w, "app", "zoe", "Gone.", "paula")),
    "people.grant_delegation": (submitted, delegated),
    "processes.draft_process": (nothing, process_drafted),
    "processes.review_process": (
        process_drafted,
        lambda w: processes.review_process(w, "small", "1", "It is fine.", "cora"),
    ),
    "processes.publish_file": (nothing, process_published),
    "processes.publish_process": (process_drafted, lambda w: processes.publish_process(w, "small", "1", "sam")),
    "processes.retire_process": (
        process_published,
        lambda w: processes.retire_process(w, "small", "1", "Too slow.", "sam"),
    ),
    "people.revoke_delegation": (delegating, lambda w: people.revoke_delegation(w, "app", 1, "Back.", "sam")),
    "vouching.keep_up": (begun, vouching.keep_up),
    "vouching.change_key": (begun, lambda w: vouching.change_key(w, "sam")),
}
"""The verbs that write. A new one belongs here; a module of its own is found by itself."""


def in_folder(work: Workspace, name: str) -> Path:
    return work.files.data.parent / name


def progress_file(work: Workspace) -> Path:
    file = in_folder(work, "progress.csv")
    file.write_text(
        "status_date,activity,percent,actual_start,actual_finish,actual_cost,remaining\n2026-01-05,A1,10,2026-01-05,,1,\n"
    )
    return file


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
