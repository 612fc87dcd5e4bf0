"""What must have been before a verb can be tried, each on a workspace of its own, and verbs that take some doing."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from lifecycle.actions import (
    changes,
    deadlines,
    erasure,
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
    steps,
    tolerances,
)
from lifecycle.actions.migration import Destination
from lifecycle.actions.workspace import Workspace
from lifecycle.automation.children import Answer
from lifecycle.control.changes import Impact
from lifecycle.control.granting import Grant
from lifecycle.governance.delegations import Deputy
from lifecycle.governance.overrides import Override
from lifecycle.history.charter import Dependency, Member, RiskEntry
from lifecycle.history.gates import ConditionText
from lifecycle.history.plan import ProgressLine
from lifecycle.library import Library
from lifecycle.process.definition import AuthorityDefinition, ProcessDefinition, ReportDefinition, ToleranceDefinition
from tests.automated import step, with_steps
from tests.builders import charter, definition, patient, program_charter
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
)

RISK = RiskEntry(title="Rain", category="external", probability=1, impact=1, owner="manager")
LINE = ProgressLine(activity="A1", percent=10, actual_start=date(2026, 1, 5), actual_cost=Decimal(1))


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


def levelled(work: Workspace) -> None:
    """A project whose stages have a tolerance of time."""
    row = ToleranceDefinition(level="stage", measure="time", amount=Decimal(5), asks="sponsor")
    on_process(work, definition(tolerances=(row,)))
    executing(work)


def granted(work: Workspace) -> None:
    tolerances.grant_tolerance(work, "app", Grant(by="sam", phase="execution", days=8, reason="New people."))


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


def in_folder(work: Workspace, name: str) -> Path:
    return work.files.data.parent / name


def progress_file(work: Workspace) -> Path:
    file = in_folder(work, "progress.csv")
    file.write_text(
        "status_date,activity,percent,actual_start,actual_finish,actual_cost,remaining\n2026-01-05,A1,10,2026-01-05,,1,\n"
    )
    return file
