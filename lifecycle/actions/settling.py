"""What follows from every change at once: reviews whose evidence moved, the list of projects, the inboxes."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from lifecycle.control import tolerances
from lifecycle.control.exceptions import Expected
from lifecycle.errors import NotFound
from lifecycle.governance import review, steps
from lifecycle.history import SYSTEM, History, Record
from lifecycle.history.charter import ProgramCharter
from lifecycle.history.closing import ReportIssued
from lifecycle.history.control import BaselineSet, ChangeDecided, ExceptionDecided, ProgressReported
from lifecycle.history.editions import is_stream
from lifecycle.history.gates import Fact, GateDecided, ReviewRequested, ReviewReturned, VoteCast
from lifecycle.history.reporting import ReportDue
from lifecycle.history.steps import StepFinished, StepRequested
from lifecycle.history.work import DeliverableSubmitted, DocumentDrafted, PhaseOpened, ProjectStarted
from lifecycle.planning import baseline
from lifecycle.program import not_before
from lifecycle.program import step_of as step_in_program
from lifecycle.progress import AwaitPredecessor, OpenPhase, PrepareGate, Step, gate_at, next_step
from lifecycle.records.journal import stamp
from lifecycle.records.listing import Horizon, InboxItem, Listing
from lifecycle.records.store import Store
from lifecycle.status import ProjectStatus, ahead, awaited, facts, status
from lifecycle.status.levels import below

MOVES_NOTHING = {
    ProjectStarted,
    PhaseOpened,
    DocumentDrafted,
    ReviewRequested,
    VoteCast,
    GateDecided,
    ReviewReturned,
    ReportIssued,
    StepRequested,
    ReportDue,
}
"""Records that cannot move the evidence of a review that is open."""


def settle(store: Store, project: str) -> None:
    """Write what follows from a project's new records, and bring list and inboxes up to date.

    From what happens to a standard process nothing follows: running projects have their own copy.
    """
    if is_stream(project):
        return
    new = tuple(store.written.get(project, ()))
    kinds = {type(record) for record in new}
    for record in new:
        store.append(*_new_baseline(store, record))
    if GateDecided in kinds:
        store.append(*beginning(store.history(project), step_of(store, project), store.now))
        kinds = {type(record) for record in store.written[project]}
    if not kinds.isdisjoint(_calling(store.history(project))):
        store.append(*exceptions_of(store, project))
    if not kinds.isdisjoint((DeliverableSubmitted, StepFinished)):
        store.append(*steps.called_for(store.history(project), store.now))
    moved = not new or any(type(record) not in MOVES_NOTHING for record in store.written[project])
    if moved and store.history(project).open_reviews:
        store.append(*review.stale(store.history(project), facts_of(store, project), store.now))
    if moved:
        store.append(*automatic_review(store, project))
    store.enlist(*expected(store, project, store.now))


def expected(store: Store, project: str, now: datetime) -> tuple[Listing, tuple[InboxItem, ...], Horizon]:
    """A project's line in the list, its lines in the inboxes, and until when they stay right, by the records of now."""
    history, step, today = store.history(project), step_of(store, project), now.date()
    waiting = awaited(history, step, today)
    coming = ahead(history, waiting, now)
    items = tuple(InboxItem(project=project, **vars(item)) for item in waiting)
    horizon = Horizon(day=today, due=_day(coming.next), hold=_day(coming.hold))
    return _listing(history, step), items, horizon


def _new_baseline(store: Store, record: Record) -> Iterator[BaselineSet]:
    """The baseline that a gate's outcome or a decided change sets; nothing else can."""
    history = store.history(record.project)
    if isinstance(record, GateDecided):
        found = baseline.of_gate(history, record)
    elif isinstance(record, ChangeDecided):
        found = baseline.of_change(history, record)
    else:
        return
    if found and not history.has(found.id):
        yield found


def _calling(history: History) -> tuple[type[Record], ...]:
    """The kinds of record after which a forecast may have left a tolerance, or be back."""
    below = tolerances.BELOW if history.definition.tolerances and not history.stopped else ()
    return (ProgressReported, ChangeDecided, ExceptionDecided, *below)


def beginning(history: History, step: Step, now: datetime) -> tuple[PhaseOpened, ...]:
    """The phase that begins by this step, with those beside it; none when a step is something else."""
    if not isinstance(step, OpenPhase):
        return ()
    beside = history.definition.beside(step.phase)
    return tuple(
        PhaseOpened(
            project=history.project,
            at=now,
            by=SYSTEM,
            phase=name,
            attempt=step.attempt,
            premature=step.premature,
        )
        for name in (step.phase, *(phase.id for phase in beside))
    )


def automatic_review(store: Store, project: str) -> tuple[ReviewRequested, ...]:
    """The review that the engine asks for by itself, when a gate of that kind is ready."""
    history, step = store.history(project), step_of(store, project)
    if not isinstance(step, PrepareGate) or history.definition.gate(step.gate).request != "automatic":
        return ()
    return review.request_automatically(history, step.gate, store.now, facts_of(store, project))


def others_move(history: History) -> bool:
    """Whether what other projects do can move this one's figures: in programs, and projects that belong to one."""
    return history.started.program is not None or history.definition.level == "program"


def step_of(store: Store, project: str) -> Step:
    """What comes next in a project, other projects it depends on considered."""
    history = store.history(project)
    step = next_step(history)
    if history.started.program is None or not isinstance(step, OpenPhase):
        return step
    charter, members = program_of(store, history.started.program)
    return step_in_program(charter, members, project)


def facts_of(store: Store, project: str) -> dict[str, Fact]:
    """What the criteria of a project's gates may read today; of a program, its member projects too."""
    history = store.history(project)
    members = [store.glance(member) for member in store.projects(program=project)]
    return facts(history, store.now.date(), members, not_before=dates_from_others(store, history))


def status_of(store: Store, project: str) -> ProjectStatus:
    """How a project stands today, with what other projects impose on it."""
    history, step = store.history(project), step_of(store, project)
    unmet = step.dependencies if isinstance(step, AwaitPredecessor) else ()
    return status(history, store.now.date(), unmet, dates_from_others(store, history))


def exceptions_of(store: Store, project: str) -> tuple[Record, ...]:
    """The exceptions that a project's newest forecast raises or ends; none when it says nothing new."""
    now = expected_of(store, project)
    return tolerances.exceptions(
        store.history(project),
        store.now.date(),
        forecast_finish=now.finish,
        eac=now.cost,
        below=now.below,
        now=store.now,
        by=SYSTEM,
    )


def expected_of(store: Store, project: str) -> Expected:
    """A project's newest forecast, with what other projects impose on it."""
    now = status_of(store, project)
    return Expected(
        finish=now.forecast_finish, cost=now.forecast_cost, below=below(store.history(project), now.forecast)
    )


def dates_from_others(store: Store, history: History) -> Mapping[str, date]:
    """The dates before which milestones of other projects let activities of this one not start."""
    if history.started.program is None:
        return {}
    charter, members = program_of(store, history.started.program)
    return not_before(charter, members, history.project)


def program_of(store: Store, program: str) -> tuple[ProgramCharter, Mapping[str, History]]:
    """A program's charter and its member projects; NotFound when it is no program."""
    charter = store.glance(program).charter
    if not isinstance(charter, ProgramCharter):
        raise NotFound("program", program)
    return charter, {member: store.glance(member) for member in store.projects(program=program)}


def _listing(history: History, step: Step) -> Listing:
    return Listing(
        id=history.project,
        title=history.charter.title,
        process=f"{history.definition.process} {history.definition.version}",
        level=history.definition.level,
        program=history.started.program,
        state=step.word,
        phase=history.phase.phase if history.phase else None,
        gate=gate_at(step),
        since=stamp(history.newest.at),
    )


def _day(day: date) -> date | None:
    """A day that comes, or None."""
    return None if day == date.max else day
