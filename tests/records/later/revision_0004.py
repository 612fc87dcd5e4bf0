"""Another one, so that an upgrade takes two: the journal is rebuilt."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    """A wider column."""
    with op.batch_alter_table("journal", recreate="auto") as journal:
        journal.alter_column("note", type_=sa.Text(), existing_type=sa.String(), existing_nullable=True)
