"""The desk a command works at: who is working, where the records are, and how the answer is shown."""

import os
import pwd
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lifecycle.errors import BadInput, NotFound, NotIdentified

if TYPE_CHECKING:
    from lifecycle.actions.workspace import Workspace
    from lifecycle.library import Library
    from lifecycle.records.checkpoints import Place
    from lifecycle.records.tokens import Token


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
        """Who is working: the owner of the token, else the person named, else the one who is logged in.

        BadInput when nobody is known; NotIdentified when a token is needed, or is somebody else's.
        """
        if self.token is None:
            return self.operator
        if self.named not in (None, self.token.person):
            raise NotIdentified(f"The token is {self.token.person}'s, not {self.named}'s. Leave --as out.")
        return self.token.person

    @cached_property
    def operator(self) -> str:
        """Who sits here: the person named, else the one who is logged in; BadInput when nobody is known."""
        person = _login() if self.named is None else self.named.strip()
        if not person:
            raise BadInput("Nobody knows who is working. Say it with --as PERSON, or set PHASEGATE_PERSON.")
        return person

    @cached_property
    def token(self) -> "Token | None":
        """The personal token in PHASEGATE_TOKEN; none where the organisation trusts the login.

        NotIdentified when it does not count, or when there has to be one.
        """
        text = os.environ.get("PHASEGATE_TOKEN")
        if text:
            from lifecycle.actions.identity import bearer

            return bearer(self.records, text.strip())
        if self._asks_for_tokens():
            raise NotIdentified("This organisation asks for a personal token. Put yours into PHASEGATE_TOKEN.")
        return None

    def _asks_for_tokens(self) -> bool:
        try:
            return self.library.organisation.sign_in == "token"
        except NotFound:  # the command itself says what is missing, if it needs it
            return False

    @cached_property
    def library(self) -> "Library":
        """Processes and templates."""
        from lifecycle.library import Library

        return Library.find(self.config, Path.cwd())

    @cached_property
    def work(self) -> "Workspace":
        """The records, for commands that look at or change them, as far as the token allows."""
        return replace(self.records, token=self.token)

    @cached_property
    def records(self) -> "Workspace":
        """The records as whoever runs the installation sees them: no token limits what is done here."""
        from lifecycle.actions.workspace import Workspace, clock_of, system_clock

        told = os.environ.get("PHASEGATE_CLOCK_FILE")
        clock = clock_of(Path(told)) if told else system_clock
        work = Workspace.open(self.data, self.library, clock, self.address, _place())
        work.database.login = _login() or str(os.getuid())
        return work

    @cached_property
    def served(self) -> "Workspace":
        """The records for a server: its connections are its own, and nobody at this keyboard does what it is asked."""
        work = replace(self).records
        work.database.login = None
        return work

    @cached_property
    def address(self) -> str | None:
        """The address of another database than the embedded one; BadInput when it is none."""
        from lifecycle.records.damage import require_address

        if url := os.environ.get("PHASEGATE_DATABASE_URL"):
            require_address(url, "PHASEGATE_DATABASE_URL")
        return url

    @property
    def carried_on(self) -> bool:
        """Whether `phasegate up` or `phasegate worker` carries projects on just now."""
        from lifecycle.actions.views import carried_on

        return carried_on(self.records)

    @property
    def empty(self) -> bool:
        """Whether nothing was recorded here yet."""
        return not os.environ.get("PHASEGATE_DATABASE_URL") and not (self.data / "phasegate.db").exists()

    def leave(self) -> None:
        """Close the records, if they were opened."""
        for opened in ("records", "served"):
            if opened in vars(self):
                getattr(self, opened).database.close()


def _login() -> str | None:
    """What the operating system calls whoever is working here, whatever the environment says; None without a name."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return None


def _place() -> "Place | None":
    """Where checkpoints go: PHASEGATE_CHECKPOINTS names the folder, PHASEGATE_SIGNING_KEY the key's file."""
    from lifecycle.records.checkpoints import Place

    folder, key = os.environ.get("PHASEGATE_CHECKPOINTS"), os.environ.get("PHASEGATE_SIGNING_KEY")
    return Place.at(Path(folder), Path(key) if key else None) if folder else None
