"""The Jinja2 sandbox: templates loop and print plain data; they cannot act, read files or run away.

Imported only while rendering, since it brings in Jinja2.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.meta import find_referenced_templates
from jinja2.runtime import BlockReference, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from lifecycle.errors import DefinitionError, Problem
from lifecycle.rendering.plain import MarkdownText, plain, without_tags
from lifecycle.reports import words

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
OUTPUT_LIMIT = 20_000_000
FILTERS = (
    "abs capitalize count d default dictsort e escape first float groupby int items join last length list lower map"
    " max min reject rejectattr replace reverse round select selectattr sort string sum title trim truncate unique"
    " upper wordcount"
).split()
METHODS = "items keys values get split strip lower upper startswith endswith isoformat".split()
OWN_METHODS = (TemplateModule, LoopContext, Macro, BlockReference)
WIDE = re.compile(r":[^}]*(\{|\d{4})")
FAILURES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RuntimeError)


class Writing(NamedTuple):
    """How values become literal in what a template writes."""

    autoescape: bool
    text: Callable[[str], str]


HTML = Writing(True, str)
MARKDOWN = Writing(True, MarkdownText)
DRAFT = Writing(False, without_tags)
"""A Markdown draft for a person to go on with: only tags are made literal."""


class Folder(BaseLoader):
    """Loads templates from one folder and nothing outside it."""

    def __init__(self, folder: Path) -> None:
        """Take the folder that is the templates' whole world."""
        self.folder = folder.resolve()

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Read a template; TemplateNotFound when there is none of that name in the folder."""
        path = (self.folder / template).resolve() if NAME.fullmatch(template) else None
        if path is None or not path.is_relative_to(self.folder) or not path.is_file():
            raise TemplateNotFound(template, f"there is no template '{template}' in {self.folder.name}/")
        read = path.stat().st_mtime_ns
        return path.read_text("utf-8"), str(path), lambda: path.stat().st_mtime_ns == read


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 with everything taken out that a report does not need."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allow the macros of templates, and of a value's methods those that only look."""
        own = not callable(value) or isinstance(obj, OWN_METHODS) or attr in METHODS
        return own and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Refuse a format that pads a text to thousands of letters."""
        wrapped = super().wrap_str_format(value)
        if wrapped and WIDE.search(value.__self__):
            raise SecurityError("a format may not pad to more than 999 letters")
        return wrapped

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Multiply numbers only: a text times a billion is not a report."""
        if operator == "**" or not all(isinstance(side, int | float | Decimal) for side in (left, right)):
            raise SecurityError(f"'{operator}' is for numbers only")
        return super().call_binop(context, operator, left, right)


def render(folder: Path, name: str, context: dict[str, Any], writing: Writing) -> str:
    """Render a template of a folder with plain data; DefinitionError, with the line, for a faulty template."""
    chunks: list[str] = []
    room = OUTPUT_LIMIT
    with _failures_as_problems(folder, name):
        template = _environment(folder, writing.autoescape).get_template(name)
        for chunk in template.generate(plain(context, writing.text)):
            room -= len(chunk)
            if room < 0:
                raise SecurityError(f"the template writes more than {OUTPUT_LIMIT:,} characters")
            chunks.append(chunk)
    return "".join(chunks)


def parts(folder: Path, names: Iterable[str]) -> frozenset[str]:
    """Templates of a folder and all that they extend, include or import; DefinitionError when one is missing."""
    environment, found, waiting = _environment(folder, False), set[str](), set(names)
    while waiting:
        part = waiting.pop()
        found.add(part)
        with _failures_as_problems(folder, part):
            source, *_ = Folder(folder).get_source(environment, part)
            waiting |= {other for other in find_referenced_templates(environment.parse(source)) if other} - found
    return frozenset(found)


@lru_cache(maxsize=8)
def _environment(folder: Path, autoescape: bool) -> Sandbox:
    environment = Sandbox(
        loader=Folder(folder),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    known = environment.filters
    environment.filters = {name: known[name] for name in FILTERS} | OURS
    environment.globals = {}
    return environment


@contextmanager
def _failures_as_problems(folder: Path, name: str) -> Iterator[None]:
    """Turn whatever a template does wrong into a problem with its place."""
    try:
        yield
    except FAILURES as failure:
        file, line = _place(failure, folder.resolve())
        message = failure.message if isinstance(failure, TemplateError) and failure.message else str(failure)
        where = str(folder / (file or name))
        raise DefinitionError([Problem(where, line, 1 if line else 0, message)]) from failure


def _place(failure: Exception, folder: Path) -> tuple[str, int]:
    """The template and the line where it went wrong: Jinja2 writes them into the traceback."""
    if isinstance(failure, TemplateSyntaxError):
        return failure.name or "", failure.lineno
    frames = _frames(failure.__traceback__)
    inside = [(Path(file), line) for file, line in frames if Path(file).is_relative_to(folder)]
    return (str(inside[-1][0].relative_to(folder)), inside[-1][1]) if inside else ("", 0)


def _frames(trace: TracebackType | None) -> Iterator[tuple[str, int]]:
    while trace:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next


def _as_date(value: date | str) -> date:
    if isinstance(value, date):
        return value
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


def _day(value: date | str) -> str:
    """`4 May 2026` from a date or its ISO form."""
    return words.day(_as_date(value))


def _moment(value: datetime | str) -> str:
    """`4 May 2026, 14:32 UTC` from a moment or its ISO form."""
    read = _as_date(value)
    return words.moment(read) if isinstance(read, datetime) else words.day(read)


def _money(amount: Decimal | float | str, currency: str = "") -> str:
    """`EUR 120,000` from an amount and its currency."""
    return words.money(Decimal(str(amount)), currency).strip()


def _iso(value: date) -> str:
    """The ISO form, for programs."""
    return value.isoformat()


OURS: dict[str, Callable[..., Any]] = {
    "day": _day,
    "moment": _moment,
    "money": _money,
    "iso": _iso,
    "percent": words.percent,
    "days": words.days,
    "short": words.short,
}
