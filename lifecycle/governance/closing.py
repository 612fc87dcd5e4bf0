"""The ends of a project: stopped by its authority, its people released, closed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from lifecycle.errors import ClosureBlocked, NotFound, TransitionNotAllowed
from lifecycle.governance import authority
from lifecycle.governance.people import named, require_open, require_role
from lifecycle.history import SYSTEM, History, utc
from lifecycle.history.closing import LessonRecorded, PersonReleased, ProjectClosed, ProjectStopped
from lifecycle.progress import AwaitClosing, CloseProject, next_step, standing
from lifecycle.value import Value


class Owed(Value):
    """Something that a stopped project still owes; `deliverable` names the one that is not handed in."""

    what: Literal["lesson", "deliverable", "release"]
    text: str
    deliverable: str | None = None


def stop(history: History, by: str, reason: str, now: datetime) -> ProjectStopped:
    """End a project outside its gates, by whoever the authority table lets stop it; it is then wound up."""
    require_open(history)
    if history.stopped:
        who, when = history.charter.name_of(history.stopped.by), history.stopped.at.date()
        raise TransitionNotAllowed(f"{history.charter.title} was stopped by {who} on {when} already.")
    authority.require(history, by, "stop", history.constraints.cost.budget)
    return ProjectStopped(project=history.project, at=utc(now), by=by, reason=reason)


def release(history: History, person: str, by: str, now: datetime) -> PersonReleased:
    """Set a person free for other work, by the manager."""
    require_open(history)
    require_role(history, (history.definition.manager,), by, "release people")
    if history.charter.person(person) is None:
        raise NotFound("person in the project", person, (member.id for member in history.charter.people))
    if history.last(PersonReleased, person=person):
        raise TransitionNotAllowed(f"{history.charter.name_of(person)} was released already.")
    return PersonReleased(project=history.project, at=utc(now), by=by, person=person)


def released_with_closure(history: History, now: datetime) -> tuple[PersonReleased, ...]:
    """Whoever is still bound when a project passes its last gate is free with its closure."""
    return tuple(
        PersonReleased(project=history.project, at=utc(now), by=SYSTEM, person=person) for person in unreleased(history)
    )


def unreleased(history: History) -> tuple[str, ...]:
    """The people who are still bound to the project."""
    free = {record.person for record in history.all(PersonReleased)}
    return tuple(person.id for person in history.charter.people if person.id not in free)


def close(history: History, by: str, now: datetime, journal_head: str) -> ProjectClosed:
    """Close a project: the engine after the last gate, the manager when a stopped project is wound up.

    Raises TransitionNotAllowed, NotAuthorised or ClosureBlocked (all that is owed, at once).
    """
    require_open(history)
    step = next_step(history)
    early = isinstance(step, AwaitClosing) and by != SYSTEM
    if not early and not (isinstance(step, CloseProject) and by == SYSTEM):
        raise TransitionNotAllowed(_no_time_for_it(history))
    if early:
        require_role(history, (history.definition.manager,), by, "close the project early")
        _require_wound_up(history)
    return ProjectClosed(project=history.project, at=utc(now), by=by, premature=early, journal_head=journal_head)


def owed(history: History) -> tuple[Owed, ...]:
    """What a stopped project still owes before it may be closed; empty when nothing is left."""
    return tuple(_owed(history))


def _owed(history: History) -> Iterator[Owed]:
    if not history.all(LessonRecorded):
        yield Owed(what="lesson", text="no lesson was recorded")
    for item in history.definition.deliverables:
        if item.premature and not history.version(item.id):
            yield Owed(what="deliverable", text=f"'{item.title}' was not submitted", deliverable=item.id)
    if left := unreleased(history):
        yield Owed(what="release", text=f"people are not released: {named(history.charter, left)}")


def _require_wound_up(history: History) -> None:
    if missing := owed(history):
        raise ClosureBlocked(f"{history.charter.title} cannot be closed yet: {'; '.join(one.text for one in missing)}.")


def _no_time_for_it(history: History) -> str:
    step = next_step(history)
    if isinstance(step, CloseProject):
        return f"{history.charter.title} passed its last gate and is closed by the engine itself."
    if isinstance(step, AwaitClosing):
        return f"{history.charter.title} was stopped; its manager closes it."
    return f"{history.charter.title} is not at its end: {standing(step)}. Pass the last gate, or stop it."
