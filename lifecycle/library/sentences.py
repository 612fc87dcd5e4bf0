"""Pydantic's complaints about a file as plain sentences, each at its place."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lifecycle.library.document import Document
from lifecycle.process.facts import suggestion
from lifecycle.process.soundness import Loc, Unsound

LONG = 40
"""How much of a wrong value is shown, in characters."""

_MUST_BE = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of bearable size",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list (lines that begin with '- ')",
    "dict_type": "a mapping (lines of 'name: value')",
    "model_type": "a mapping (lines of 'name: value')",
    "model_attributes_type": "a mapping (lines of 'name: value')",
    "date_type": "a date, written 2026-01-31",
    "date_parsing": "a date, written 2026-01-31",
    "date_from_datetime_parsing": "a date, written 2026-01-31",
    "date_from_datetime_inexact": "a date, written 2026-01-31",
    "literal_error": "{expected}",
    "greater_than_equal": "{ge:g} or more",
    "less_than_equal": "{le:g} or less",
    "decimal_max_places": "a number with at most {decimal_places} decimal places",
    "decimal_max_digits": "a number of at most {max_digits} digits",
    "decimal_whole_digits": "a number of at most {whole_digits} digits before the point",
    "string_too_long": "at most {max_length} characters long",
}
_PATTERNS = {
    "^[A-Za-z0-9]": "letters, digits, '.', '_' or '-', a letter or digit first",
    "^[A-Z]{3}$": "three capitals like EUR",
    "^[^/": "written like project/milestone",
    '^"[0-9a-f]{64}"$': "the digest of a dossier in quotes",
    "^[ -~]+$": "printable characters of ASCII",
    "^[0-9a-f]{64}$": "a SHA-256 of 64 digits and letters from a to f",
}


def sentence(error: Mapping[str, Any], subject: str) -> str:
    """What is wrong with the value of a name, and what it must be instead."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "missing":
        return f"{subject} is missing"
    if kind in ("string_too_short", "too_short") or value is None:
        return f"{subject} is empty; fill it in"
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_pattern_mismatch":
        return f"{subject} must be {_pattern(context['pattern'])}, not {_shown(value)}"
    must_be = _MUST_BE.get(kind)
    if must_be is None:
        return f"{subject}: {error['msg']}"
    quotes = "; put it in quotes" if kind == "string_type" and isinstance(value, int | float) else ""
    return f"{subject} must be {must_be.format_map(context)}, not {_shown(value)}{quotes}"


def unsound(error: ValidationError, model: type[BaseModel], document: Document) -> list[Unsound]:
    """All complaints about a document, those about the choices of a value taken together."""
    plain: list[Unsound] = []
    choices: dict[Loc, list[ErrorDetails]] = {}
    for item in error.errors(include_url=False):
        way = document.nearest(item["loc"])
        depth = len(item["loc"]) - (item["type"] == "missing" or item["loc"][-1:] == ("[key]",))
        if item["type"] == "too_short" and document.at(way):
            continue  # it only looks empty to Pydantic: what is in it is wrong, and told
        if len(way) < depth:
            choices.setdefault(_fork(item["loc"], document), []).append(item)
        else:
            plain.append(_one(item, way, model))
    return plain + [found for loc, items in choices.items() for found in _chosen(loc, items, model, document)]


def _one(error: ErrorDetails, way: Loc, model: type[BaseModel]) -> Unsound:
    if error["loc"][-1:] == ("[key]",):
        return Unsound((*way, "[key]"), sentence(error, _subject(way)))
    if error["type"] != "extra_forbidden":
        return Unsound(way, sentence(error, _subject(error["loc"] if error["type"] == "missing" else way)))
    known = list(_fields_at(model, way[:-1]))
    hint = suggestion(str(way[-1]), known) or f"; known are {', '.join(known)}"
    return Unsound((*way, "[key]"), f"'{way[-1]}' is not known here{hint}")


def _subject(way: Loc) -> str:
    """The name of the value at a place; for an item of a list the list's."""
    return next((f"'{part}'" for part in reversed(way) if isinstance(part, str)), "the file")


def _fork(loc: Loc, document: Document) -> Loc:
    """The place of the value that may be one of several things."""
    return next(loc[:n] for n in range(len(loc)) if loc[: n + 1] not in document.spans)


def _chosen(loc: Loc, errors: list[ErrorDetails], model: type[BaseModel], document: Document) -> Iterator[Unsound]:
    """For a mapping what is wrong inside it, for anything else the things that it may be."""
    if isinstance(document.at(loc), dict):
        inside = [item for item in errors if document.nearest(item["loc"]) != loc or item["type"] == "missing"]
        yield from (_one(item, document.nearest(item["loc"]), model) for item in inside)
        return
    names = [
        ", ".join(f"'{name}:'" for name in _fields_at(model, loc)) for item in errors if item["type"] == "model_type"
    ]
    words = [item["ctx"]["expected"] for item in errors if item["type"] == "literal_error"]
    yield Unsound(loc, f"{_subject(loc)} must be {' or '.join([*words, *names])}, not {_shown(document.at(loc))}")


def _fields_at(model: type[BaseModel], way: Loc) -> Iterator[str]:
    """The names that may stand at a place."""
    models = [model]
    for part in way:
        fields = [each.model_fields[part].annotation for each in models if part in each.model_fields]
        models = [found for annotation in fields for found in _models_in(annotation)] or models
    return (name for each in models for name in each.model_fields)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _pattern(pattern: str) -> str:
    """What a pattern asks for, in words where there are some."""
    return next((text for start, text in _PATTERNS.items() if pattern.startswith(start)), pattern)


def _shown(value: object) -> str:
    """A value as a person knows it, shortened."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a mapping"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text[:LONG]}...'" if len(text) > LONG else f"'{text}'"
