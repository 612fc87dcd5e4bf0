"""A revision as it may come one day: a table is rebuilt, another one is new, and a third is indexed anew."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    """Records know where they came from; rebuilding their table takes SQLite's triggers down."""
    with op.batch_alter_table("record", recreate="auto") as record:
        record.add_column(sa.Column("origin", sa.String(), nullable=False, server_default="here"))
        record.drop_index("record_of_project")
        record.create_index("record_of_project", ["project", "origin", "seq"])
    op.create_table("colour", sa.Column("name", sa.String(), primary_key=True))
