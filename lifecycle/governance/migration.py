"""Moving a running project to another version of its process: planned, asked for by one, confirmed by another."""

from collections.abc import Iterable
from datetime import datetime

from lifecycle.errors import (
    CannotMigrate,
    Conflict,
    EvidenceChanged,
    NotAuthorised,
    SeparationOfDuties,
    TransitionNotAllowed,
)
from lifecycle.governance.authority import limits, who_may
from lifecycle.governance.fates import gate_afterwards, lines, reasons
from lifecycle.governance.move import Move, Wish
from lifecycle.governance.people import holders, named, present, require_open, titled
from lifecycle.governance.unmappable import refusals
from lifecycle.history import SYSTEM, History, Record, utc
from lifecycle.history.gates import ReviewRequested, ReviewReturned
from lifecycle.history.migration import MigrationPlan, MigrationRequested, MigrationWithdrawn, ProjectMigrated
from lifecycle.history.work import PhaseOpened
from lifecycle.process.definition import ProcessDefinition
from lifecycle.value import digest


def plan(history: History, wish: Wish, obstacles: Iterable[str] = ()) -> MigrationPlan:
    """Say what a move would do, and all that stands in its way; `obstacles` are what others have against it."""
    move = Move(history, wish)
    back = _returned(move)
    now, target = history.definition, wish.target
    return MigrationPlan(
        project=history.project,
        from_version=f"{now.process} {now.version}",
        to_version=f"{target.process} {target.version}",
        before=digest(now),
        after=digest(move.definition),
        lines=tuple(lines(move, {review.id: why for review, why in back})),
        refusals=(*refusals(move, _records(back, SYSTEM, history.newest.at)), *obstacles),
    )


def request(
    history: History, wish: Wish, *, reason: str, by: str, now: datetime, obstacles: Iterable[str] = ()
) -> MigrationRequested:
    """Ask to move a project: its manager may, and whoever could confirm such a request of somebody else.

    Raises NotAuthorised, Conflict (somebody has asked already) or CannotMigrate with everything in the way.
    """
    present(history, by)
    may = {*_managers(history), *_authority(history)}
    if by not in may:
        raise NotAuthorised(
            f"{history.charter.name_of(by)} may not ask to move {history.charter.title} to another version of its "
            f"process. Those who may: {named(history.charter, [p.id for p in history.charter.people if p.id in may])}."
        )
    if waiting := pending(history):
        who = history.charter.name_of(waiting.by)
        raise Conflict(
            f"{who} asked on {waiting.at.date()} already to move to {waiting.plan.to_version}. "
            f"Have that confirmed or withdrawn first: phasegate process withdraw-migration {history.project}"
        )
    planned = plan(history, wish, obstacles)
    require_possible(planned)
    if not confirmers(history, by):
        roles = titled(history.definition, _roles(history.definition))
        raise NotAuthorised(f"Nobody could confirm this: it takes the role {roles}, held by somebody else than {by}.")
    return MigrationRequested(
        project=history.project,
        at=utc(now),
        by=by,
        number=history.next_number(MigrationRequested),
        mapping=wish.mapping,
        definition=wish.target,
        standard=wish.standard,
        tailored=wish.tailored,
        plan=planned,
        digest=digest(planned),
        reason=reason,
    )


def confirm(
    history: History, by: str, now: datetime, *, read: str | None = None, obstacles: Iterable[str] = ()
) -> tuple[Record, ...]:
    """Confirm the request as a second person, and carry it out: what is written, in its order.

    The plan is made once more. EvidenceChanged when it is another one than was asked for, or than was `read` (its
    digest); TransitionNotAllowed when nobody asked; NotAuthorised, SeparationOfDuties or CannotMigrate.
    """
    asked = require_pending(history)
    _require_confirmer(history, asked, by)
    if read not in (None, asked.digest):
        raise EvidenceChanged(f"The plan that waits is another one than you read ({asked.digest[:12]}). Read it first.")
    planned = plan(history, wish_of(asked), obstacles)
    if planned != asked.plan:
        require_possible(planned)
        raise EvidenceChanged(
            f"{history.charter.title} is not where it was when {history.charter.name_of(asked.by)} asked: "
            f"{' '.join(_moved(asked.plan, planned))} Have it asked for anew."
        )
    move = Move(history, wish_of(asked))
    migrated = move.record(asked.number, by, asked.by).model_copy(update={"at": utc(now)})
    back = _records(_returned(move), by, now)
    return (*back, migrated, *_opened(history.and_then(*back, migrated), now))


def withdraw(history: History, by: str, reason: str, now: datetime) -> MigrationWithdrawn:
    """Take a request back, or decline it: who asked may, and whoever could confirm it.

    Raises TransitionNotAllowed when nobody asked, or NotAuthorised.
    """
    asked = require_pending(history)
    may = (asked.by, *confirmers(history, asked.by))
    if by not in may:
        raise NotAuthorised(
            f"{history.charter.name_of(by)} may not withdraw this. Those who may: {named(history.charter, may)}."
        )
    return MigrationWithdrawn(project=history.project, at=utc(now), by=by, number=asked.number, reason=reason)


def pending(history: History) -> MigrationRequested | None:
    """The request that waits to be confirmed; none once the project has ended or is wound up."""
    asked = history.last(MigrationRequested)
    if asked is None or history.closed or history.stopped:
        return None
    over = any(history.last(kind, number=asked.number) for kind in (MigrationWithdrawn, ProjectMigrated))
    return None if over else asked


def require_pending(history: History) -> MigrationRequested:
    """The request that waits; TransitionNotAllowed when there is none."""
    require_open(history)
    if asked := pending(history):
        return asked
    last = history.last(ProjectMigrated)
    done = f" It moved on {last.at.date()}, confirmed by {history.charter.name_of(last.by)}." if last else ""
    raise TransitionNotAllowed(f"Nobody has asked to move {history.charter.title} to another version.{done}")


def wish_of(asked: MigrationRequested) -> Wish:
    """What was asked for."""
    return Wish(asked.definition, asked.mapping, asked.standard, asked.tailored)


def moves(history: History) -> tuple[str, ...]:
    """The moves of a project so far, in words, the newest first."""
    asked = {one.number: one.plan for one in history.all(MigrationRequested)}
    return tuple(
        f"from {asked[one.number].from_version} on {one.at.date()}" for one in reversed(history.all(ProjectMigrated))
    )


def confirmers(history: History, asked_by: str) -> tuple[str, ...]:
    """Who may confirm a request: who has the authority, but neither who asked nor a manager of the project."""
    out = {asked_by, *_managers(history)}
    return tuple(person for person in _authority(history) if person not in out)


def require_possible(planned: MigrationPlan) -> None:
    """Refuse with CannotMigrate a plan with something in its way, naming all of it."""
    if planned.refusals:
        raise CannotMigrate(
            f"{planned.project} cannot move from {planned.from_version} to {planned.to_version}:"
            + "".join(f"\n- {text}" for text in planned.refusals)
        )


def _roles(definition: ProcessDefinition) -> tuple[str, ...]:
    """The roles that decide on a move: those of the authority table, else the approvers of the last gate."""
    if limits(definition, "migration"):
        return tuple(role for row in definition.authority if row.decision == "migration" for role in row.roles)
    return definition.gates[-1].approvers


def _authority(history: History) -> tuple[str, ...]:
    if limits(history.definition, "migration"):
        return who_may(history.definition, history.charter, "migration")
    return holders(history.charter, _roles(history.definition))


def _managers(history: History) -> tuple[str, ...]:
    return holders(history.charter, (history.definition.manager,))


def _require_confirmer(history: History, asked: MigrationRequested, by: str) -> None:
    name, charter = history.charter.name_of(by), history.charter
    others = named(charter, confirmers(history, asked.by))
    if by == asked.by:
        raise SeparationOfDuties(f"{name} asked for this; it takes a second person to confirm it: {others}.")
    if by in _managers(history):
        raise SeparationOfDuties(f"{name} manages {charter.title} and may not confirm this. Those who may: {others}.")
    if by not in confirmers(history, asked.by):
        raise NotAuthorised(f"{name} may not decide a migration. Those who may: {others}.")


def _returned(move: Move) -> tuple[tuple[ReviewRequested, tuple[str, ...]], ...]:
    """The open reviews whose rules change, each with the difference."""
    history = move.history
    first = gate_afterwards(move) if history.open_reviews else None
    return tuple((review, why) for review in history.open_reviews if (why := reasons(move, review, first)))


def _records(
    back: Iterable[tuple[ReviewRequested, tuple[str, ...]]], by: str, now: datetime
) -> tuple[ReviewReturned, ...]:
    return tuple(
        ReviewReturned(
            project=review.project,
            at=utc(now),
            by=by,
            gate=review.gate,
            round=review.round,
            cause="migrated",
            difference=why,
        )
        for review, why in back
    )


def _opened(after: History, now: datetime) -> Iterable[PhaseOpened]:
    """Phases that are new beside the one the project is in begin with the move."""
    current = after.phase
    for phase in after.definition.beside(current.phase) if current else ():
        if current and not after.last(PhaseOpened, phase=phase.id):
            yield current.model_copy(update={"at": utc(now), "by": SYSTEM, "phase": phase.id})


def _moved(asked: MigrationPlan, planned: MigrationPlan) -> list[str]:
    return [line.text for line in planned.lines if line not in asked.lines]
