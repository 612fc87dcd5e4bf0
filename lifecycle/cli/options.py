"""Arguments and options that several commands share."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lifecycle.cli import given


class Format(StrEnum):
    """The formats that reports come in."""

    HTML = "html"
    PDF = "pdf"
    MD = "md"
    JSON = "json"


Process = Annotated[str, typer.Argument(metavar="PROCESS", help="A name, a file, or NAME@VERSION.", show_default=False)]
Project = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's id.", show_default=False)]
Gate = Annotated[str, typer.Argument(metavar="GATE", help="The gate's id, e.g. G1.", show_default=False)]
GateHere = Annotated[
    str | None, typer.Argument(metavar="[GATE]", help="The gate's id. Default: the gate the project is at.")
]
Deliverable = Annotated[str, typer.Argument(metavar="DELIVERABLE", help="The deliverable's id.", show_default=False)]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="Its number in the project.", min=1, show_default=False)]
File = Annotated[Path, typer.Argument(metavar="FILE", help="The file to read.", show_default=False)]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stays on record.")]
Owner = Annotated[str, typer.Option("--owner", metavar="ROLE", help="The role, or person, that sees to it.")]
Day = Annotated[date, typer.Option(parser=given.day, metavar="YYYY-MM-DD")]
SomeDay = Annotated[date | None, typer.Option(parser=given.day, metavar="YYYY-MM-DD")]
Cost = Annotated[Decimal, typer.Option(parser=given.cost, metavar="AMOUNT", help="Money in the project's currency.")]
Formats = Annotated[
    list[Format] | None, typer.Option("--format", help="Give it once for each format. Default: all formats.")
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder for the files.")]


def formats_of(chosen: list[Format] | None) -> list[str]:
    """The formats asked for, all when none was."""
    return [str(form) for form in chosen or Format]
