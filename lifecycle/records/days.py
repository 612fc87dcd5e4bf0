"""The day up to which the passing of time was considered, by project; it stands in the list of projects."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from lifecycle.records.tables import AwaitedRow, ProjectRow

projects = ProjectRow.__table__  # type: ignore[attr-defined]
awaited = AwaitedRow.__table__  # type: ignore[attr-defined]

AT_ONCE = 1000
"""How many names one statement takes."""
ENDED = ("closed", "closed early")
"""States for which time no longer passes."""


class Late(NamedTuple):
    """A project's line in the list: its state, and how often the line was written."""

    state: str
    version: int


def behind(connection: Connection, today: date) -> dict[str, Late]:
    """The projects that have not seen this day; those that ended are left out."""
    late = (projects.c.day < today.isoformat()) & projects.c.state.not_in(ENDED)
    found = connection.execute(select(projects.c.id, projects.c.state, projects.c.version).where(late))
    return {row.id: Late(row.state, row.version) for row in found}


def is_behind(connection: Connection, project: str, today: date) -> bool:
    """Whether a project has not seen this day; one that is not there yet has seen it."""
    day = connection.execute(select(projects.c.day).where(projects.c.id == project)).scalar()
    return day is not None and day < today.isoformat()


def newly_overdue(connection: Connection, today: date) -> set[str]:
    """The projects with something in an inbox whose due date passed since their day."""
    query = select(awaited.c.project).join(projects, projects.c.id == awaited.c.project)
    passed = (awaited.c.due < today.isoformat()) & (awaited.c.due >= projects.c.day)
    return set(connection.execute(query.where(passed)).scalars())


def advance(connection: Connection, names: Collection[str], today: date) -> None:
    """Note that projects have seen this day. Those that somebody else holds just now are left for later."""
    ids, day = sorted(names), today.isoformat()
    for start in range(0, len(ids), AT_ONCE):
        late = projects.c.id.in_(ids[start : start + AT_ONCE]) & (projects.c.day < day)
        held = select(projects.c.id).where(late).order_by(projects.c.id).with_for_update(skip_locked=True)
        free = list(connection.execute(held).scalars())
        connection.execute(update(projects).where(projects.c.id.in_(free)).values(day=day))
