"""What the doctor looks at; each check says what it found, and never stops the others."""

import os
import platform
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from typing import TYPE_CHECKING, NamedTuple

from lifecycle.actions.sentences import explained
from lifecycle.errors import LifecycleError

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from lifecycle.cli.desk import Desk

WATCHED = ("prefect", "fastapi", "sqlmodel", "sqlalchemy", "pydantic", "typst")
"""Libraries whose version matters; the known good ones are those that this package asks for."""

OLDEST, NEWEST = (3, 11), (3, 14)


class Check(NamedTuple):
    """One thing looked at."""

    name: str
    ok: bool
    detail: str


def checks(desk: "Desk") -> Iterator[Check]:
    """Look at everything that must be right; at no records where nobody can tell which are meant."""
    yield _python()
    yield from _libraries()
    yield _tried("processes", lambda: _processes(desk))
    yield _tried("templates", lambda: _templates(desk))
    address = _tried("database", lambda: desk.address or "")
    yield from _of_records(desk) if address.ok else (address,)


def _of_records(desk: "Desk") -> Iterator[Check]:
    yield _tried("database", lambda: _database(desk))
    yield _tried("records", lambda: _records(desk))
    if not desk.empty:
        yield _tried("published", lambda: _published(desk))
        yield _tried("clock", lambda: _clock(desk))
        yield _tried("checkpoints", lambda: _checkpoints(desk))


def _python() -> Check:
    fits = OLDEST <= sys.version_info[:2] <= NEWEST
    hint = "" if fits else "; use one from 3.11 to 3.14"
    return Check("python", fits, f"{platform.python_version()} at {sys.executable}{hint}")


def _libraries() -> Iterator[Check]:
    from packaging.requirements import Requirement

    try:
        wanted = {rule.name: rule for rule in map(Requirement, metadata.requires("phasegate") or ())}
    except metadata.PackageNotFoundError:
        yield Check("phasegate", False, "is not installed; run pip install phasegate")
        return
    yield Check("phasegate", True, metadata.version("phasegate"))
    for name in WATCHED:
        yield _library(name, wanted[name])


def _library(name: str, wanted: "Requirement") -> Check:
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Check(name, False, f"is not installed; it takes {wanted.specifier}")
    fits = version in wanted.specifier
    return Check(name, fits, version if fits else f"{version} does not fit; it takes {wanted.specifier}")


def _processes(desk: "Desk") -> str:
    """Every process is sound; DefinitionError says what is not."""
    names = desk.library.processes()
    for name in names:
        desk.library.process(name)
    return f"{', '.join(names) or 'none'} in {desk.library.config}"


def _published(desk: "Desk") -> str:
    """What is published, and which files say something else by now: that is information, nothing is wrong with it."""
    from lifecycle.actions.processes import published_processes
    from lifecycle.cli.processes import standing

    found = published_processes(desk.records)
    there = desk.library.processes()
    said = {
        name: standing(one, desk.library.process(name)) if name in there else "missing" for name, one in found.items()
    }
    return (
        ", ".join(
            one.name if said[name] == "same" else f"{one.name} (its file {said[name]})" for name, one in found.items()
        )
        or "no process; projects start with the files"
    )


def _templates(desk: "Desk") -> str:
    return f"{len(desk.library.templates())} in {', '.join(map(str, desk.library.templates_in))}"


def _database(desk: "Desk") -> str:
    """The database is in today's layout and sound, may be written, and has room; LifecycleError says what is not."""
    if desk.empty:
        return f"none yet in {desk.data.absolute()}"
    from lifecycle.actions.audit import unguarded
    from lifecycle.records import damage

    database = desk.records.database
    standing = database.standing
    if standing.held is not None:
        raise LifecycleError("restored and not accepted: phasegate db restore DIR --accept-loss")
    if database.file is not None:
        damage.check(database.file)
        database.require_room()
    if open_to_all := unguarded(desk.records):
        raise LifecycleError(
            f"triggers that keep {' and '.join(open_to_all)} append-only are gone: phasegate db upgrade"
        )
    return f"{database.bare.dialect.name}, layout {standing.revision}, epoch {standing.epoch}"


def _records(desk: "Desk") -> str:
    """The journal verifies; where there is none yet that is as good."""
    url = os.environ.get("PHASEGATE_DATABASE_URL")
    if desk.empty:
        return f"none yet in {desk.data.absolute()}"
    from lifecycle.actions.audit import verify

    found = verify(desk.records)
    if found.fault:
        raise LifecycleError(f"not whole: {found.fault.message}")
    return f"{found.entries} journal entries in {'the database' if url else desk.data.absolute()}, all verified"


def _clock(desk: "Desk") -> str:
    """The clock can be trusted with deadlines."""
    from lifecycle.actions.deadlines import clock_doubt, clock_warning

    if found := clock_doubt(desk.records):
        raise LifecycleError(found)
    return clock_warning(desk.records) or f"{desk.records.now():%Y-%m-%d %H:%M} UTC"


def _checkpoints(desk: "Desk") -> str:
    """A checkpoint stands for every outcome, and for all but the newest entries."""
    from lifecycle.actions.vouching import standing

    return standing(desk.records)


def _tried(name: str, look: Callable[[], str]) -> Check:
    """A check as a line of the answer: an error is what was found."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return Check(name, True, look())
    except (LifecycleError, OSError, SQLAlchemyError) as error:
        return Check(name, False, str(explained(error)))
    except (TypeError, ValueError, LookupError, AttributeError):  # of rows that somebody else wrote
        return Check(name, False, "what is kept there is not as Phasegate writes it: phasegate audit verify")
