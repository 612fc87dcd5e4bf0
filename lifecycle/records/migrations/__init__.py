"""From an older layout of the tables to today's, with Alembic; it is imported only when there is something to do.

All revisions of an upgrade are one transaction, on both engines: whatever happens meanwhile, the database is in
the old layout or in the new one. Revisions only go forward; the way back is the backup that was made before.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from lifecycle.records import schema

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

FOLDERS = [Path(__file__).parent / "versions"]
"""Where the revisions lie."""


def after(revision: str | None) -> tuple[str, ...] | None:
    """The revisions that come after this one, oldest first; None when this one is not known here."""
    from alembic.script.revision import RevisionError
    from alembic.util import CommandError

    try:
        newer = [script.revision for script in _scripts().iterate_revisions("head", revision or "base")]
    except (CommandError, RevisionError):
        return None
    return tuple(reversed(newer))


def upgrade(connection: Connection) -> None:
    """Take every revision that is missing, in the transaction that is open; triggers stand again after each."""
    from alembic.runtime.environment import EnvironmentContext

    scripts = _scripts()

    def missing(revision: Any, _context: object) -> Any:
        return scripts._upgrade_revs("head", revision)

    with EnvironmentContext(_config(), scripts, fn=missing) as environment:
        environment.configure(
            connection, transactional_ddl=True, on_version_apply=lambda **_: schema.protect(connection)
        )
        environment.run_migrations()


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def _scripts() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(Path(__file__).parent), version_locations=[str(folder) for folder in FOLDERS])
