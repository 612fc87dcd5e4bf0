"""The verbs of a project that people use: start, deliverables, results, release, stop, close."""

from collections.abc import Sequence
from pathlib import Path

from lifecycle.actions.plans import drawn_up
from lifecycle.actions.processes import require_startable, standard_for
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput, Conflict
from lifecycle.governance import closing, deliverables, products, results, tailoring
from lifecycle.governance.roster import dead_gates
from lifecycle.history import History, Record
from lifecycle.history.charter import Charter, ProgramCharter
from lifecycle.history.closing import PersonReleased, ProjectClosed, ProjectStopped, SuccessJudged
from lifecycle.history.control import PlanSubmitted, RiskRaised
from lifecycle.history.editions import content_of
from lifecycle.history.work import DeliverableJudged, DeliverableSubmitted, DocumentDrafted, HandedOver, ProjectStarted
from lifecycle.library import read_plan, refused
from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.expansion import expand
from lifecycle.process.tailoring import tailored
from lifecycle.status import facts


def start_project(work: Workspace, charter_file: Path, by: str) -> ProjectStarted:
    """Start a project from its charter file, with its own copy of the process and its plan, if it names one.

    The copy is made from the published version that the charter names, else from the one published last, else
    from the process's file, unless only published processes may be used.
    """
    charter = work.library.charter(charter_file)
    if isinstance(charter, ProgramCharter):
        raise BadInput(f"{charter_file} is a program's charter. Start it with: phasegate program start {charter_file}")
    started, first = beginning(work, charter, charter_file, by)
    with work.change("start project", charter.project, by) as store:
        require_new(store.projects(), charter.project)
        require_startable(work, store, started)
        store.append(started, *first)
    return started


def beginning(
    work: Workspace, charter: Charter, file: Path, by: str, program: str | None = None
) -> tuple[ProjectStarted, list[Record]]:
    """The start of a project, and what it begins with: its first plan and the risks known already."""
    now = work.now()
    risks = [
        RiskRaised(project=charter.project, at=now, by=by, number=number, risk=risk)
        for number, risk in enumerate(charter.risks, start=1)
    ]
    standard = standard_for(work, charter)
    started = ProjectStarted(
        project=charter.project,
        at=now,
        by=by,
        charter=charter,
        definition=expand(standard, charter.stages, charter.deliverables),
        program=program,
        standard=content_of(standard),
    )
    started = _tailored(standard, History([started, *risks]), file)
    if wrong := tuple(products.objections(started.definition, charter)):
        raise refused(file, wrong)
    if problems := dead_gates(started.definition, charter):
        raise BadInput(f"{file}: the project cannot be started:" + "".join(f"\n- {text}" for text in problems))
    plan = [_first_plan(work, started, file.parent / charter.plan)] if charter.plan else []
    return started, [*plan, *risks]


def _tailored(standard: ProcessDefinition, history: History, file: Path) -> ProjectStarted:
    """The start with the process as the charter tailors it; DefinitionError for a rule that is not for this project."""
    started, known = history.started, facts(history, history.started.at.date())
    charter = started.charter
    if wrong := tuple(tailoring.objections(standard, charter, known)):
        raise refused(file, wrong)
    own = tailored(standard, [choice.rule for choice in charter.tailoring])
    return started.model_copy(
        update={
            "definition": expand(own, charter.stages, charter.deliverables),
            "tailored": tailoring.chosen(standard, charter, known),
        }
    )


def require_new(known: Sequence[str], project: str) -> None:
    """Refuse a second project of the same name."""
    if project in known:
        raise Conflict(f"There is a project '{project}' already. Give this one another name.")


def submit_deliverable(
    work: Workspace, project: str, *, deliverable: str, by: str, file: Path | None = None, note: str | None = None
) -> DeliverableSubmitted:
    """Hand in a deliverable: the file given, or the phase's draft as it lies in the data folder now."""
    with work.look() as store:
        history = store.history(project)
    item = deliverables.deliverable_of(history, deliverable)
    source = file or _draft(work, history, item.id)
    return submit_content(
        work, project, content=source.read_bytes(), deliverable=deliverable, file=source.name, by=by, note=note
    )


def submit_content(
    work: Workspace, project: str, *, deliverable: str, by: str, file: str, content: bytes, note: str | None = None
) -> DeliverableSubmitted:
    """Hand in a deliverable whose content is at hand, as a file of this name."""
    submission = deliverables.Submission(
        deliverable=deliverable, file=file, sha256=work.files.keep(content), size=len(content), note=note
    )
    with work.change("submit deliverable", project, by) as store:
        submitted = deliverables.submit(store.history(project), submission, by, store.now)
        store.append(submitted)
    return submitted


def judge_deliverable(
    work: Workspace,
    project: str,
    *,
    deliverable: str,
    by: str,
    not_met: Sequence[str] = (),
    send_back: bool = False,
    reason: str | None = None,
) -> DeliverableJudged:
    """Accept the newest version of a deliverable, or send it back with what is not met."""
    judgement = deliverables.Judgement(
        deliverable=deliverable, not_met=tuple(not_met), send_back=send_back, reason=reason
    )
    with work.change("judge deliverable", project, by) as store:
        judged = deliverables.judge(store.history(project), judgement, by, store.now)
        store.append(judged)
    return judged


def hand_over(work: Workspace, project: str, deliverable: str, *, to: str, by: str) -> HandedOver:
    """Hand an accepted deliverable over to a person of the project."""
    with work.change("hand over", project, by) as store:
        handed = deliverables.hand_over(store.history(project), deliverable, to, by, store.now)
        store.append(handed)
    return handed


def release_people(work: Workspace, project: str, people: Sequence[str], by: str) -> tuple[PersonReleased, ...]:
    """Release the people named, or everybody who is not released yet."""
    with work.change("release", project, by) as store:
        names = people or closing.unreleased(store.history(project))
        for name in names:
            store.append(closing.release(store.history(project), name, by, store.now))
        released = store.history(project).all(PersonReleased)
    return tuple(record for record in released if record.person in names)


def judge_success(work: Workspace, project: str, *, criterion: str, met: bool, evidence: str, by: str) -> SuccessJudged:
    """Hold a success criterion of the charter against what was reached."""
    with work.change("judge success", project, by) as store:
        judged = results.judge(store.history(project), criterion, met=met, evidence=evidence, by=by, now=store.now)
        store.append(judged)
    return judged


def stop_project(work: Workspace, project: str, reason: str, by: str) -> ProjectStopped:
    """Stop a project outside its gates; it is wound up and closed early."""
    with work.change("stop project", project, by) as store:
        stopped = closing.stop(store.history(project), by, reason, store.now)
        store.append(stopped)
    return stopped


def close_project(work: Workspace, project: str, by: str) -> ProjectClosed:
    """Close a stopped project that is wound up."""
    with work.change("close project", project, by) as store:
        closed = closing.close(store.history(project), by, store.now, store.head()[1])
        store.append(closed)
    return closed


def _first_plan(work: Workspace, started: ProjectStarted, file: Path) -> PlanSubmitted:
    return drawn_up(History([started]), read_plan(file), file=file, by=started.by, now=started.at)


def _draft(work: Workspace, history: History, deliverable: str) -> Path:
    """The newest draft of a deliverable; BadInput when its process drafts none."""
    drafted = history.last(DocumentDrafted, deliverable=deliverable)
    if drafted is None:
        raise BadInput(
            f"There is no draft of '{deliverable}' yet. Name the file to submit, or let the runner draft it."
        )
    return work.files.draft(history.project, drafted.file)
