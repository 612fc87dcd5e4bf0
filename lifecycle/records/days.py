"""What time brings to projects; it stands in the list of projects, so that nobody has to read their histories."""

from datetime import date

from pydantic import ValidationError
from sqlalchemy import Connection, func, select

from lifecycle.records.listing import Horizon
from lifecycle.records.tables import ProjectRow

projects = ProjectRow.__table__  # type: ignore[attr-defined]

ENDED = ("closed", "closed early")
"""States in which time brings nothing any more."""


def due(connection: Connection, today: date) -> tuple[str, ...]:
    """The projects in which time changes something by this day, those that waited longest first."""
    query = select(projects.c.id).where(projects.c.due <= today.isoformat()).order_by(projects.c.due, projects.c.id)
    return tuple(connection.execute(query).scalars())


def is_due(connection: Connection, project: str, today: date) -> bool:
    """Whether time changes something in a project by this day; not in one that is not there yet."""
    day = connection.execute(select(projects.c.due).where(projects.c.id == project)).scalar()
    return day is not None and day <= today.isoformat()


def ending(connection: Connection, today: date) -> int:
    """How many reviews go on hold by this day if time passes."""
    by_then = (projects.c.due <= today.isoformat()) & (projects.c.hold <= today.isoformat())
    return connection.execute(select(func.count()).where(by_then)).scalar_one()


def horizon(connection: Connection, project: str) -> Horizon | None:
    """What stands in a project's line about the days ahead; None when these are no days."""
    query = select(projects.c.day, projects.c.due, projects.c.hold).where(projects.c.id == project)
    try:
        return Horizon.model_validate(dict(connection.execute(query).mappings().one()))
    except ValidationError:
        return None
