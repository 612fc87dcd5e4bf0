"""How a function becomes a command: the options that all commands share, the answer shown as text or JSON."""

import inspect
import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from lifecycle.cli import words
from lifecycle.cli.desk import Desk


class Answer(NamedTuple):
    """What a command found or did: a value for programs, words for people, and the exit code.

    `faults` is what a check found wrong; people read it on standard error. `ways` are commands to go on with.
    """

    value: object
    text: str
    code: int = 0
    faults: str = ""
    ways: tuple[str, ...] = ()

    def then(self, *ways: str) -> "Answer":
        """The same answer with the commands that one types next."""
        return self._replace(ways=ways)


PersonOption = Annotated[
    str | None, typer.Option("--as", metavar="PERSON", help="Who is working. Default: PHASEGATE_PERSON, or your login.")
]
DataOption = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="The data folder. Default: PHASEGATE_DATA, or .phasegate.")
]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="DIR", help="The folder with config/ and templates/. Default: PHASEGATE_CONFIG."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")]
SHARED = {"as_": PersonOption, "data": DataOption, "config": ConfigOption, "json_": JsonOption}
DEFAULTS = {"as_": None, "data": None, "config": None, "json_": False}


def group(name: str, help: str) -> typer.Typer:
    """A group of commands around one noun."""
    return typer.Typer(name=name, help=help, no_args_is_help=True, rich_markup_mode=None, add_completion=False)


def command(app: typer.Typer, name: str, example: str) -> Callable[[Callable[..., Answer]], Callable[..., Any]]:
    """Make a function that takes a Desk and returns an Answer a command with the shared options."""

    def register(function: Callable[..., Answer]) -> Callable[..., Any]:
        @wraps(function)
        def run(as_: str | None, data: Path | None, config: Path | None, json_: bool, **rest: Any) -> None:
            desk = Desk.of(as_, data, config, json_)
            try:
                show(_fitting(function(desk, **rest), desk), json_)
            finally:
                desk.leave()

        _sign(run, function)
        # \b keeps the example's lines as they are, ready to be copied
        app.command(name, epilog=f"\b\nExample:\n  {example}", no_args_is_help=False)(run)
        return function

    return register


def _fitting(answer: Answer, desk: Desk) -> Answer:
    """The answer without the command for what somebody else does just now: `up` and `worker` carry projects on."""
    if desk.json or "worker" not in answer.ways or not desk.carried_on:
        return answer
    return answer.then(*(way for way in answer.ways if way != "worker"))


def show(answer: Answer, as_json: bool) -> None:
    """Print an answer and leave with its code."""
    text = words.paragraphs(answer.text, words.following(answer.ways))
    if as_json:
        _put(document(answer.value))
    elif text:
        _put(words.printable(text))
    if answer.faults and not as_json:
        typer.echo(words.printable(answer.faults), err=True)
    if answer.code:
        raise typer.Exit(answer.code)


def _put(text: str) -> None:
    try:
        typer.echo(text)
    except BrokenPipeError:
        # The reader has seen enough (`phasegate ... | head`); Python must not try to write what is left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def document(value: object) -> str:
    """A value as one JSON document; what could steer a terminal is escaped."""
    text = json.dumps(plain(value), indent=2, ensure_ascii=False)
    return words.printable(re.sub(words.UNPRINTABLE, lambda found: f"\\u{ord(found[0]):04x}", text))


def plain(value: object) -> Any:
    """A value as JSON knows it."""
    dump = getattr(value, "model_dump", None)
    if dump is not None:
        return dump(mode="json")
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _sign(run: Callable[..., None], function: Callable[..., Answer]) -> None:
    """Give the command the function's own parameters, without the desk, and the shared options."""
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    keyword = inspect.Parameter.KEYWORD_ONLY
    shared = [inspect.Parameter(n, keyword, annotation=SHARED[n], default=DEFAULTS[n]) for n in SHARED]
    parameters = [parameter.replace(kind=keyword) for parameter in own] + shared
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
