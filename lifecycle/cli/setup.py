"""The command that gives an organisation its own processes and templates to edit."""

import os
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
    schemas = _with_schemas(places["config"])
    processes = sorted((folder / "config" / "processes").glob("*.yaml"))
    text = f"Written for you to edit:\n{words.bullets(places.values())}"
    hint = f"Editors that know YAML check the files while you type; they read {schemas}."
    config = "" if folder == Path() else f" --config {folder}"
    return Answer({"folder": folder, "processes": processes}, words.paragraphs(text, hint)).then(
        f"process validate {processes[0]}{config}", f"process list{config}"
    )


def _with_schemas(config: Path) -> Path:
    """Write the schemas of the files, and let each file say in its first line which one is its own."""
    from lifecycle.cli.command import document
    from lifecycle.library.schema import LINE, MODELS, kind_of, schema

    folder = config / "schemas"
    folder.mkdir()
    for kind in MODELS:
        (folder / f"{kind}.schema.json").write_text(f"{document(schema(kind))}\n", encoding="utf-8")
    for file in config.rglob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        found = kind_of(text)
        if found and not text.startswith(LINE):
            place = os.path.relpath(folder / f"{found}.schema.json", file.parent)
            file.write_text(f"{LINE}{Path(place).as_posix()}\n{text}", encoding="utf-8")
    return folder
