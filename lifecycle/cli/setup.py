"""The command that gives an organisation its own processes and templates to edit."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from lifecycle.cli import words
from lifecycle.cli.command import Answer, command
from lifecycle.cli.desk import Desk
from lifecycle.errors import BadInput

KINDS = ("config", "templates")


def add_to(app: typer.Typer) -> None:
    """Add the command to the root."""
    command(app, "init", "phasegate init our-pmo")(init)


def init(
    desk: Desk, folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to.", show_default=".")] = Path()
) -> Answer:
    """Write a starter organisation to edit. It has processes, templates, an example program; nothing is overwritten."""
    from lifecycle.library import shipped

    places = {kind: folder / kind for kind in KINDS}
    for place in places.values():
        if place.exists():
            raise BadInput(f"{place} is there already and stays as it is. Name another folder: phasegate init DIR")
    for kind, place in places.items():
        shutil.copytree(shipped(kind), place)
    processes = sorted((folder / "config" / "processes").glob("*.yaml"))
    text = f"Written for you to edit:\n{words.bullets(places.values())}"
    config = "" if folder == Path() else f" --config {folder}"
    following = words.following(f"process validate {processes[0]}{config}", f"process list{config}")
    return Answer({"folder": folder, "processes": processes}, words.paragraphs(text, following))
