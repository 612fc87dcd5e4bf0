"""Moves of a project to other versions of its process: when, by whom, why, and what changed by them."""

from datetime import date

from lifecycle.history import History
from lifecycle.history.migration import MigrationRequested, ProjectMigrated
from lifecycle.reports import people
from lifecycle.value import Value


class MigrationLine(Value):
    """One move: from which version to which, who asked and who confirmed, and what changed in words."""

    from_version: str
    to_version: str
    on: date
    asked_by: str
    confirmed_by: str
    reason: str
    changes: tuple[str, ...]
    record: str


def migrations(history: History) -> tuple[MigrationLine, ...]:
    """The moves of a project, oldest first."""
    asked = {one.number: one for one in history.all(MigrationRequested)}
    return tuple(_line(history, asked[one.number], one) for one in history.all(ProjectMigrated))


def _line(history: History, asked: MigrationRequested, done: ProjectMigrated) -> MigrationLine:
    return MigrationLine(
        from_version=asked.plan.from_version,
        to_version=asked.plan.to_version,
        on=done.at.date(),
        asked_by=people.name_of(history, asked.by),
        confirmed_by=people.name_of(history, done.by),
        reason=asked.reason,
        changes=tuple(line.text for line in asked.plan.lines if line.fate not in ("kept", "goes on")),
        record=done.id,
    )
