"""The desk a command works at: who is working, where the records are, and how the answer is shown."""

import getpass
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lifecycle.errors import BadInput

if TYPE_CHECKING:
    from lifecycle.actions.workspace import Workspace
    from lifecycle.library import Library
    from lifecycle.records.checkpoints import Place


@dataclass
class Desk:
    """The options that every command has. The records are opened when a command first needs them."""

    named: str | None
    data: Path
    config: Path | None
    json: bool

    @classmethod
    def of(cls, person: str | None, data: Path | None, config: Path | None, json: bool) -> "Desk":
        """Fill in what was not said from the environment: PHASEGATE_PERSON, PHASEGATE_DATA, PHASEGATE_CONFIG."""
        said = os.environ.get
        configured = said("PHASEGATE_CONFIG")
        return cls(
            named=said("PHASEGATE_PERSON") if person is None else person,
            data=data or Path(said("PHASEGATE_DATA") or ".phasegate"),
            config=config or (Path(configured) if configured else None),
            json=json,
        )

    @cached_property
    def person(self) -> str:
        """Who is working: the person named, else the one who is logged in; BadInput when nobody is known."""
        person = _login() if self.named is None else self.named.strip()
        if not person:
            raise BadInput("Nobody knows who is working. Say it with --as PERSON, or set PHASEGATE_PERSON.")
        return person

    @cached_property
    def library(self) -> "Library":
        """Processes and templates."""
        from lifecycle.library import Library

        return Library.find(self.config, Path.cwd())

    @cached_property
    def work(self) -> "Workspace":
        """The records, for commands that look at or change them."""
        from lifecycle.actions.workspace import Workspace, clock_of, system_clock

        told = os.environ.get("PHASEGATE_CLOCK_FILE")
        clock = clock_of(Path(told)) if told else system_clock
        work = Workspace.open(self.data, self.library, clock, os.environ.get("PHASEGATE_DATABASE_URL"), _place())
        work.database.login = _login()
        return work

    def leave(self) -> None:
        """Close the records, if they were opened."""
        if "work" in vars(self) and "engine" in vars(self.work.database):
            self.work.database.close()


def _login() -> str | None:
    """The operating system's name for whoever is working here; None where it knows none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None


def _place() -> "Place | None":
    """Where checkpoints go: PHASEGATE_CHECKPOINTS names the folder, PHASEGATE_SIGNING_KEY the key's file."""
    from lifecycle.records.checkpoints import Place

    folder, key = os.environ.get("PHASEGATE_CHECKPOINTS"), os.environ.get("PHASEGATE_SIGNING_KEY")
    return Place.at(Path(folder), Path(key) if key else None) if folder else None
