"""The list of projects says when time next changes something; it is written anew when the upgrade ends."""

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
