"""What the store asks and writes, as statements that are written out once."""

from sqlalchemy import bindparam, case, delete, literal_column, null, select, text, union_all, update

from lifecycle.records.batch import entries, records
from lifecycle.records.listing import Horizon, InboxItem, Listing
from lifecycle.records.private import personal
from lifecycle.records.statements import Insertion, Statement
from lifecycle.records.tables import AnswerRow, AwaitedRow, ProjectRow

projects = ProjectRow.__table__  # type: ignore[attr-defined]
awaited = AwaitedRow.__table__  # type: ignore[attr-defined]
answers = AnswerRow.__table__  # type: ignore[attr-defined]

FOR_EVER = {"id", "level", "program"}
"""What a line in the list says of a project from its start to its end: it is not written, nor its index, again."""

_new = case((records.c.seq > bindparam("seq"), records.c.body))
_since = (
    select(records.c.id, records.c.seq.label("seq"), records.c.kind, _new.label("body"), entries.c.hash)
    .select_from(records.outerjoin(entries, entries.c.seq == records.c.seq))
    .where(records.c.project == bindparam("project"), records.c.seq >= bindparam("seq"))
)
SINCE = Statement(_since.order_by(records.c.seq))
"""A project's records from the last one that is known, which comes without its body, each with its entry's hash."""
HELD = Statement(
    union_all(
        _since,
        select(personal.c.commitment, literal_column("0"), null(), personal.c.text, null()).where(
            personal.c.project == bindparam("project"), personal.c.text.is_not(None)
        ),
    ).order_by("seq")
)
"""What a writer has to know of a project: first, without a kind, the names of its people, then the same."""
HEAD = Statement(
    text(
        "SELECT id, epoch, held, version_num, seq, hash FROM instance, alembic_version "
        "LEFT JOIN (SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1) AS head ON 1 = 1"
    )
)
"""The installation's standing, and its journal's last entry if there is one."""
HEAD_LOCKED = Statement(text("SELECT pg_advisory_xact_lock(7046)"))
LOCKED = Statement(select(projects.c.id).where(projects.c.id == bindparam("project")).with_for_update())
ENLIST = Insertion(projects)
LISTED = Statement(
    update(projects)
    .where(projects.c.id == bindparam("listed"))
    .values({name: bindparam(name) for name in (*Listing.model_fields, *Horizon.model_fields) if name not in FOR_EVER})
)
LIST = Statement(select(*(projects.c[name] for name in Listing.model_fields)).order_by(projects.c.id))
_lines = select(*(awaited.c[name] for name in InboxItem.model_fields)).order_by(
    awaited.c.due.is_(None), awaited.c.due, awaited.c.project
)
INBOXES, INBOX = Statement(_lines), Statement(_lines.where(awaited.c.person == bindparam("person")))
DONE = Statement(delete(awaited).where(awaited.c.project == bindparam("listed")))
AWAIT = Insertion(awaited)
KEY_LOCKED = Statement(text("SELECT pg_advisory_xact_lock(7047, hashtext(:key))"))
"""Who asks twice at once waits for the first answer. Taken before the project, so nobody deadlocks."""
ANSWERED = Statement(
    select(answers.c.request, answers.c.answer).where(
        answers.c.actor == bindparam("actor"), answers.c.key == bindparam("key")
    )
)
ANSWER = Insertion(answers)
