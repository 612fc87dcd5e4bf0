"""What people want to see: the list, the picture of a project, why a gate is not open, the inbox."""

from collections.abc import Mapping
from datetime import date

from lifecycle.actions.processes import awaited_publications
from lifecycle.actions.settling import facts_of, status_of, step_of
from lifecycle.actions.workspace import Workspace, system_clock
from lifecycle.governance import readiness
from lifecycle.governance.closing import Owed, owed
from lifecycle.governance.people import gate_of
from lifecycle.governance.roster import undecidable
from lifecycle.governance.seating import silent, vacant
from lifecycle.history import History, Record
from lifecycle.history.gates import Fact, Finding, GateDecided, ReviewRequested, VoteCast
from lifecycle.process.definition import GateDefinition
from lifecycle.progress import AwaitClosing, AwaitPredecessor, PrepareGate, gate_at, gate_meant, next_step
from lifecycle.records.journal import Entry
from lifecycle.records.listing import InboxItem, Listing
from lifecycle.records.outbox import leased_until
from lifecycle.status import ProjectStatus, reminding
from lifecycle.value import Value


class Gap(Value):
    """Something that keeps a gate from being submitted, with the role and the persons who owe it."""

    criterion: str
    text: str
    result: str
    detail: str
    owner: str
    persons: tuple[str, ...]


class Why(Value):
    """Why a project is where it is: its state, the gate it is at, what is missing and who is waited for.

    `owed` is what a stopped project still has to do before it may be closed.
    """

    project: str
    state: str
    gate: str | None
    title: str | None
    gaps: tuple[Gap, ...]
    owed: tuple[Owed, ...]
    dependencies: tuple[str, ...]
    awaited: tuple[str, ...]


class GateView(Value):
    """A gate with its newest review, the votes given and the outcome; before a review, with its readiness.

    `vacant` names the silent seats whose person has left or lost the role.
    """

    project: str
    gate: GateDefinition
    state: str
    findings: tuple[Finding, ...]
    review: ReviewRequested | None
    votes: tuple[VoteCast, ...]
    outcome: GateDecided | None
    vacant: tuple[str, ...]
    open_conditions: tuple[str, ...]


def carried_on(work: Workspace) -> bool:
    """Whether a runner carries projects on at this moment of the real clock, by which leases go."""
    with work.look() as store:
        return leased_until(store.connection, system_clock()) is not None


def project_list(work: Workspace) -> tuple[Listing, ...]:
    """All projects with their states."""
    with work.look() as store:
        return store.listings()


def inbox(work: Workspace, person: str | None) -> tuple[InboxItem, ...]:
    """What waits for a person, or for everybody: oldest due first, drafts to be published last."""
    with work.look() as store:
        waiting = (_of_today(item, work.today()) for item in store.inbox(person))
        return (*waiting, *awaited_publications(work, store, person))


def _of_today(item: InboxItem, today: date) -> InboxItem:
    """An item as it reads today; the one that is kept was written on an earlier day."""
    text = reminding(item.text, item.due, today)
    return item if text == item.text else item.model_copy(update={"text": text})


def project_status(work: Workspace, project: str) -> ProjectStatus:
    """How a project stands today."""
    with work.look() as store:
        return status_of(store, project)


def why(work: Workspace, project: str) -> Why:
    """Why is this gate not open? Every gap with its owner."""
    with work.look() as store:
        history, step, facts = store.history(project), step_of(store, project), facts_of(store, project)
        status = status_of(store, project)
    gate = gate_at(step)
    gaps = _gaps(history, step.gate, facts) if isinstance(step, PrepareGate) else ()
    return Why(
        project=project,
        state=step.word,
        gate=gate,
        title=gate_of(history, gate).title if gate else None,
        gaps=gaps,
        owed=owed(history) if isinstance(step, AwaitClosing) else (),
        dependencies=step.dependencies if isinstance(step, AwaitPredecessor) else (),
        awaited=tuple(f"{history.charter.name_of(item.person)}: {item.text}" for item in status.awaited),
    )


def _gaps(history: History, gate: str, facts: Mapping[str, Fact]) -> tuple[Gap, ...]:
    """What keeps a gate from being submitted; last, that too few persons could vote."""
    found = readiness.gaps(readiness.findings(history, gate, facts))
    if why := undecidable(history, gate):
        manager, text = history.definition.manager, "Enough persons may vote"
        found += (Finding(criterion="approvers", text=text, result="not met", owner=manager, detail=why),)
    return tuple(
        Gap(
            criterion=gap.criterion,
            text=gap.text,
            result=gap.result,
            detail=gap.detail,
            owner=gap.owner,
            persons=tuple(person.id for person in readiness.persons_asked(history.charter, gap)),
        )
        for gap in found
    )


def gate_view(work: Workspace, project: str, gate: str | None) -> GateView:
    """A gate with all that is needed to decide on it; the gate the project is at when none is named."""
    with work.look() as store:
        history, facts = store.history(project), facts_of(store, project)
    step = next_step(history)
    name = gate or gate_meant(history)
    definition = gate_of(history, name)
    review = history.review(name)
    outcome = history.outcome(review) if review else None
    here = gate_at(step) == name
    open_ = history.open_review(name)
    return GateView(
        project=project,
        gate=definition,
        state=step.word if here else outcome.outcome if outcome else "to come",
        findings=open_.dossier.findings if open_ else readiness.findings(history, name, facts),
        review=review,
        votes=history.votes(review) if review else (),
        outcome=outcome,
        vacant=tuple(seat.person for seat in silent(history, review) if vacant(history, seat)) if review else (),
        open_conditions=tuple(condition.name for condition in history.open_conditions),
    )


def records_of(work: Workspace, project: str) -> tuple[Record, ...]:
    """Everything that happened in a project, oldest first."""
    with work.look() as store:
        return store.history(project).records


def journal_of(work: Workspace, project: str | None) -> tuple[Entry, ...]:
    """The journal of a project, refused attempts included; of all projects when none is named."""
    with work.look() as store:
        return tuple(store.entries(project))
