"""The list of projects says when time next changes something; records and messages are kept under their numbers.

List and inboxes are written anew when the upgrade ends.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    """Until its line is written anew, a project has not looked ahead."""
    with op.batch_alter_table("project", recreate="auto") as project:
        project.add_column(sa.Column("due", sa.String(), nullable=True))
        project.add_column(sa.Column("hold", sa.String(), nullable=True))
        project.drop_column("version")
        project.drop_index("ix_project_level")
        project.create_index("ix_project_due", ["due"])
    op.execute("CREATE TABLE before AS SELECT * FROM record")
    _made_anew(
        "record",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("twin", sa.String(), nullable=True),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("record_of_project", "record", ["project", "seq"])
    op.create_index("record_twin", "record", ["twin"], unique=True, **_only("twin IS NOT NULL"))
    op.create_index("record_draft", "record", ["project"], **_only("kind = 'process-draft'"))
    op.execute("CREATE TABLE before AS SELECT * FROM outbox")
    _made_anew(
        "outbox",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.String(), nullable=True),
        sa.Column("flow_run", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("outbox_waiting", "outbox", ["seq"], **_only("delivered IS NULL"))


def _made_anew(name: str, *parts: Any) -> None:
    """Another key for a table, which SQLite gives to a new one only; its rows are in a table `before` meanwhile."""
    op.drop_table(name)
    made = op.create_table(name, *parts)
    before = sa.table("before", *(sa.column(column.name) for column in made.c))
    op.execute(made.insert().from_select(made.c.keys(), sa.select(before)))
    op.drop_table("before")


def _only(rows: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(rows), "postgresql_where": sa.text(rows)}
