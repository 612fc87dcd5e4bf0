"""The outbox: what the flows still have to be told, and who may tell them.

A message is written with the record that caused it. The dispatcher, holding the lease, starts flows for the
messages in their order and marks them delivered afterwards; a crash between the two only starts a flow
again, and flows are safe to run twice.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select, text, update

from lifecycle.errors import LeaseLost
from lifecycle.history.closing import ProjectClosed, ProjectStopped
from lifecycle.history.control import ChangeDecided, ExceptionEnded, ExceptionRaised
from lifecycle.history.gates import GateDecided, GateResumed, ReviewRequested
from lifecycle.history.migration import ProjectMigrated
from lifecycle.history.reporting import ReportDue
from lifecycle.history.steps import StepRequested
from lifecycle.history.work import ProjectStarted
from lifecycle.records.journal import stamp
from lifecycle.records.listing import Message
from lifecycle.records.tables import LeaseRow, MessageRow, RecordRow

STARTS_FLOW = (
    ProjectStarted,
    ReviewRequested,
    GateDecided,
    GateResumed,
    ProjectStopped,
    ProjectClosed,
    ChangeDecided,
    ExceptionRaised,
    ExceptionEnded,
    ProjectMigrated,
    StepRequested,
    ReportDue,
)
"""The kinds of record after which a project's flows have something to do or to show."""

outbox = MessageRow.__table__  # type: ignore[attr-defined]
leases = LeaseRow.__table__  # type: ignore[attr-defined]
records = RecordRow.__table__  # type: ignore[attr-defined]


NOBODYS = text("INSERT INTO lease (name, owner, token, until) VALUES (:name, '', 0, '') ON CONFLICT DO NOTHING")
"""A lease that nobody has taken yet."""
APART = 60
"""Seconds by which the clocks of two machines may differ."""


class Lease(NamedTuple):
    """A lease as somebody took it. The token grows with every change of hands, so an old one betrays itself."""

    name: str
    owner: str
    token: int


def waiting(connection: Connection, limit: int = 500, *, but: Collection[str] = ()) -> tuple[Message, ...]:
    """The messages not delivered yet, oldest first; but none about these projects."""
    columns = (outbox.c.id, outbox.c.seq, outbox.c.project, outbox.c.attempts, records.c.kind)
    told = outbox.outerjoin(records, records.c.seq == outbox.c.seq)
    query = select(*columns).select_from(told).where(outbox.c.delivered.is_(None)).order_by(outbox.c.seq).limit(limit)
    if but:
        query = query.where(outbox.c.project.not_in(but))
    return tuple(Message.model_validate(dict(row)) for row in connection.execute(query).mappings())


def delivered(connection: Connection, messages: Iterable[Message], flow_run: str, now: datetime) -> None:
    """Note which flow run took the messages up."""
    mine = _among(messages) & outbox.c.delivered.is_(None)
    connection.execute(update(outbox).where(mine).values(delivered=stamp(now), flow_run=flow_run, last_error=None))


def failed(connection: Connection, messages: Iterable[Message], error: str) -> None:
    """Note that a flow could not be started, so that the messages are tried again."""
    values = {"attempts": outbox.c.attempts + 1, "last_error": error[:500]}
    connection.execute(update(outbox).where(_among(messages)).values(values))


def _among(messages: Iterable[Message]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = outbox.c.seq.in_([message.seq for message in messages])
    return found


def take_lease(connection: Connection, name: str, owner: str, now: datetime, seconds: int = 30) -> int | None:
    """Take or keep a lease; the fencing token when it is ours, None when somebody else holds it.

    One that ends later than anybody could have taken it by now is of a clock that was ahead, and nobody's.
    """
    held = select(leases).where(leases.c.name == name).with_for_update()
    row = connection.execute(held).first()
    if row is None:
        connection.execute(NOBODYS, {"name": name})  # somebody else may do so at the same moment
        row = connection.execute(held).one()
    until = stamp(now + timedelta(seconds=seconds))
    if row.owner != owner and stamp(now) < row.until <= stamp(now + timedelta(seconds=seconds + APART)):
        return None
    token = row.token + (row.owner != owner)
    values = {"owner": owner, "token": token, "until": until}
    connection.execute(update(leases).where(leases.c.name == name).values(values))
    return int(token)


def release_lease(connection: Connection, name: str, owner: str, now: datetime) -> None:
    """Give a lease back, so that the next one need not wait for its end."""
    mine = (leases.c.name == name) & (leases.c.owner == owner)
    connection.execute(update(leases).where(mine).values(until=stamp(now)))


def leased_until(connection: Connection, now: datetime) -> str | None:
    """Until when somebody holds a lease, if anybody does now."""
    until: str | None = connection.execute(select(func.max(leases.c.until))).scalar()
    return until if until and until > stamp(now) else None


def require_lease(connection: Connection, lease: Lease) -> None:
    """Refuse with LeaseLost who no longer holds the lease; nobody takes it over before this transaction ends."""
    row = connection.execute(select(leases).where(leases.c.name == lease.name).with_for_update(read=True)).first()
    if row is None or (row.owner, row.token) != (lease.owner, lease.token):
        raise LeaseLost(lease.owner, row.owner if row else "nobody")
