"""The engine's own verbs, called by flows: open a phase, draft its documents, ask for a review, close.

Each looks at the history first, so that doing it twice changes nothing.
"""

from lifecycle.actions.settling import automatic_review, beginning, facts_of, step_of
from lifecycle.actions.workspace import Workspace
from lifecycle.governance import closing, readiness
from lifecycle.history import SYSTEM, History
from lifecycle.history.gates import Finding, ReviewRequested
from lifecycle.history.work import DocumentDrafted, PhaseOpened
from lifecycle.process.definition import DeliverableDefinition
from lifecycle.progress import AwaitDecision, CloseProject, OnHold, OpenPhase, PrepareGate, Step, gate_at, next_round
from lifecycle.rendering.documents import render_document
from lifecycle.reports.document import document_context
from lifecycle.value import Value, digest

DocumentDue = tuple[PhaseOpened, DeliverableDefinition]


class GateReading(Value):
    """What a flow may know of a gate: its state in governance words, and what is missing for it."""

    gate: str
    round: int
    state: str
    missing: tuple[str, ...] = ()


def current_step(work: Workspace, project: str) -> Step:
    """What comes next in a project."""
    with work.look() as store:
        return step_of(store, project)


def open_phase(work: Workspace, project: str, phase: str, attempt: int) -> bool:
    """Begin an attempt of a phase, with the phases beside it; False when that is not what comes next."""
    with work.change("open phase", project, SYSTEM) as store:
        step = step_of(store, project)
        if not isinstance(step, OpenPhase) or (step.phase, step.attempt) != (phase, attempt):
            return False
        store.append(*beginning(store.history(project), step, store.now))
    return True


def undrafted(work: Workspace, project: str, phase: str, attempt: int) -> tuple[DocumentDue, ...]:
    """The documents that an attempt of a phase, and those beside it, start with and that are not drafted yet."""
    with work.look() as store:
        return _undrafted(store.history(project), phase, attempt)


def draft_documents(work: Workspace, project: str, phase: str, attempt: int) -> int:
    """Render the documents that a phase and those beside it start with; the number of new ones."""
    with work.look() as store:
        history = store.history(project)
    drafts = [_drafted(work, history, *due) for due in _undrafted(history, phase, attempt)]
    with work.change("draft documents", project, SYSTEM) as store:
        due = {(one.phase, item.id) for one, item in _undrafted(store.history(project), phase, attempt)}
        store.append(*(draft for draft in drafts if (draft.phase, draft.deliverable) in due))
    return len(drafts)


def request_review(work: Workspace, project: str, gate: str) -> GateReading:
    """Submit a gate by itself when the process says so and everything is ready; else say what is missing."""
    with work.change("submit gate", project, SYSTEM) as store:
        here = gate_at(step_of(store, project)) == gate
        missing: tuple[Finding, ...] = ()
        if here:
            missing = readiness.gaps(readiness.findings(store.history(project), gate, facts_of(store, project)))
            store.append(*automatic_review(store, project))
    return read_gate(work, project, gate, tuple(finding.text for finding in missing))


def read_gate(work: Workspace, project: str, gate: str, missing: tuple[str, ...] = ()) -> GateReading:
    """Read from the records, and from nowhere else, what became of a gate."""
    with work.look() as store:
        history, step = store.history(project), step_of(store, project)
    newest = history.review(gate)
    outcome = newest and history.outcome(newest)
    here = gate_at(step) == gate
    state = step.word if here else outcome.outcome if outcome else "to come"
    return GateReading(gate=gate, round=newest.round if newest else 1, state=state, missing=missing)


def last_gate(work: Workspace, project: str) -> str | None:
    """The gate whose review was requested last."""
    with work.look() as store:
        review_ = store.history(project).last(ReviewRequested)
    return review_.gate if review_ else None


def gate_ahead(work: Workspace, project: str) -> tuple[str, int] | None:
    """The gate that a project is at or heads for, with the number of its next or open review; None without one."""
    with work.look() as store:
        history, step = store.history(project), step_of(store, project)
    if isinstance(step, PrepareGate | AwaitDecision | OnHold):
        return step.gate, step.round
    gates = history.definition.phase(step.phase).gates if isinstance(step, OpenPhase) and not step.premature else ()
    return (gates[0].id, next_round(history, gates[0].id)) if gates else None


def close_passed_project(work: Workspace, project: str) -> bool:
    """Close a project that passed its last gate and release its people; False when it is not there yet."""
    with work.change("close project", project, SYSTEM) as store:
        if not isinstance(step_of(store, project), CloseProject):
            return False
        store.append(*closing.released_with_closure(store.history(project), store.now))
        store.append(closing.close(store.history(project), SYSTEM, store.now, store.head()[1]))
    return True


def _undrafted(history: History, phase: str, attempt: int) -> tuple[DocumentDue, ...]:
    names = (phase, *(other.id for other in history.definition.beside(phase)))
    opened = [found for name in names if (found := history.last(PhaseOpened, phase=name, attempt=attempt))]
    return tuple(
        (one, item)
        for one in opened
        for item in history.definition.phase(one.phase).deliverables
        if item.template and (item.premature or not one.premature)
        if not history.last(DocumentDrafted, phase=one.phase, attempt=attempt, deliverable=item.id)
    )


def _drafted(work: Workspace, history: History, opened: PhaseOpened, item: DeliverableDefinition) -> DocumentDrafted:
    """Render one draft and put it where its author finds it."""
    context = document_context(history, opened, item.id, work.today())
    text = render_document(str(item.template), context, work.library.templates_with("documents"))
    file = f"{opened.phase}-{opened.attempt}/{item.id}.md"
    place = work.files.draft(history.project, file)
    work.files.write_draft(place, text)
    return DocumentDrafted(
        project=history.project,
        at=work.now(),
        by=SYSTEM,
        phase=opened.phase,
        attempt=opened.attempt,
        deliverable=item.id,
        file=file,
        sha256=digest(text.encode()),
    )
