"""Writes the first revision anew from today's tables, as long as nothing is released:

    python -m tests.records.first_revision

After the first release this file goes away, and every change of the tables is a revision of its own.
"""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations.ops import UpgradeOps
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, create_engine

from lifecycle.records import migrations, schema

PLACE = migrations.FOLDERS[0] / "revision_0001.py"
HEAD = '''"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None


def upgrade() -> None:
    """Make the tables of the first release."""
'''


def text() -> str:
    """The revision, laid out as the rest of the code."""
    functions = dict(_functions())
    calls = "".join(f"    _{table}()\n" for table in functions)
    bodies = "".join(f"\n\ndef _{table}() -> None:\n{body}\n" for table, body in functions.items())
    form = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(PLACE), "-"]
    return subprocess.run(form, input=HEAD + calls + bodies, capture_output=True, text=True, check=True).stdout


def _functions() -> Iterator[tuple[str, str]]:
    """For each table its name, and the lines that make it with its indexes."""
    metadata = MetaData()
    for table in schema.own_tables():
        table.to_metadata(metadata)
    with create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        steps: list[Any] = produce_migrations(context, metadata).upgrade_ops.ops  # type: ignore[union-attr]
    for table in schema.own_tables():
        mine = [step for step in steps if step.table_name == table.name]
        lines = render_python_code(UpgradeOps(mine)).splitlines()
        code = "\n".join(f"    {line}" for line in lines if not line.lstrip().startswith("#"))
        yield str(table.name), code.replace("sqlmodel.sql.sqltypes.AutoString", "sa.String")


if __name__ == "__main__":
    PLACE.write_text(text())
