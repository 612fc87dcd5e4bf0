"""Every command there is, as the command line itself knows them."""

import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple

import typer

from lifecycle.cli.main import app


class Command(NamedTuple):
    """A command by its words, e.g. `gate submit`, with what the library knows of it."""

    words: tuple[str, ...]
    known: Any

    @property
    def example(self) -> list[str]:
        """The words of its example, without the program's name."""
        program, *words = shlex.split(self.known.epilog.rpartition("\n")[2])
        assert program == "phasegate"
        return words


def commands() -> list[Command]:
    """All commands, those of groups with their group's word in front."""
    return sorted(_below(typer.main.get_command(app), ()), key=lambda command: command.words)


def groups() -> list[Command]:
    """The root and the groups."""
    root: Any = typer.main.get_command(app)
    below = [Command((name,), item) for name, item in root.commands.items() if hasattr(item, "commands")]
    return [Command((), root), *below]


def _below(known: Any, words: tuple[str, ...]) -> Iterator[Command]:
    for name, item in known.commands.items():
        if hasattr(item, "commands"):
            yield from _below(item, (*words, name))
        else:
            yield Command((*words, name), item)
