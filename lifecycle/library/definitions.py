"""Reading what people write in YAML: every problem of a file at once, each with its line and column."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from lifecycle.errors import DefinitionError
from lifecycle.history.charter import Charter, ProgramCharter
from lifecycle.library import overlays
from lifecycle.library.document import Document, document_of, read_document, text_of
from lifecycle.library.mending import mended
from lifecycle.library.organisation import Organisation, staffed, strangers, unknown_groups
from lifecycle.library.overlays import Layer, Whole
from lifecycle.library.sentences import unsound
from lifecycle.process import soundness
from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.overlay import Overlay
from lifecycle.process.soundness import Unsound
from lifecycle.value import Value

V = TypeVar("V", bound=Value)
PROVED = 64
"""So many sound processes are kept by their texts: what was proved once need not be proved again."""


def read(path: Path, model: type[V]) -> V:
    """Read a YAML file as a value; DefinitionError with all its problems, BadInput when it cannot be opened."""
    return _read(read_document(path), model)


def read_process(path: Path, templates: Collection[str], folders: Sequence[Path] = ()) -> ProcessDefinition:
    """Read a process and prove that it makes sense; `templates` are the names below templates/documents.

    An overlay is laid over what it extends, which lies beside it or in one of the `folders`.
    DefinitionError with all problems. Where a field is broken, the rest is proved without it.
    """
    return read_written(path, templates, folders)[1]


def read_written(path: Path, templates: Collection[str], folders: Sequence[Path] = ()) -> tuple[str, ProcessDefinition]:
    """The text of a process's file, and what it says together with whatever it extends; as `read_process`."""
    files = tuple((layer.document.path, layer.document.text) for layer in overlays.chain(path, folders, _layer))
    return files[0][1], _proved(files, frozenset(templates)).definitions[0]


def _layer(path: Path) -> tuple[Document, Overlay | None]:
    return _looked_into(path, text_of(path))


@lru_cache(maxsize=PROVED)
def _looked_into(path: Path, text: str) -> tuple[Document, Overlay | None]:
    """A file's values with their places, and the overlay that it is, if it is one."""
    document = document_of(path, text)
    return document, _valid(document, Overlay) if overlays.is_overlay(document) else None


@lru_cache(maxsize=PROVED)
def _proved(files: tuple[tuple[Path, str], ...], templates: frozenset[str]) -> Whole:
    """The process in texts that lie over each other, with the templates there are; what is refused is not kept."""
    layer = Layer(*_looked_into(*files[0]))
    if layer.overlay is None:
        return Whole((layer,), (_plain(layer.document, templates),))
    try:
        below = _proved(files[1:], templates)
    except DefinitionError as error:
        raise overlays.on_broken_ground(layer, error) from None
    return overlays.laid_over(below, layer, layer.overlay, lambda found: soundness.problems(found, templates))


def _plain(document: Document, templates: Collection[str]) -> ProcessDefinition:
    """The process in a file that stands alone."""
    try:
        definition = ProcessDefinition.model_validate(document.value)
    except ValidationError as error:
        raise document.error(
            [*unsound(error, ProcessDefinition, document), *_rest(document, error, templates)]
        ) from None
    found = soundness.problems(definition, templates)
    if found or document.found:
        raise document.error(found)
    return definition


def _rest(document: Document, error: ValidationError, templates: Collection[str]) -> Iterator[Unsound]:
    """What makes no sense in the part of a process that could be read."""
    process, broken = mended(document.value, error) or (None, frozenset())
    for item in soundness.problems(process, templates) if process else ():
        if not any(item.loc[: len(path)] == path for path in broken):
            yield item


def read_charter(path: Path, organisation: Organisation | None = None) -> Charter | ProgramCharter:
    """Read the charter of a project, or of a program when it has `projects`; DefinitionError with all problems.

    The groups it names are filled with the organisation's people.
    """
    document, people = read_document(path), organisation or Organisation()
    is_program = isinstance(document.value, dict) and "projects" in document.value
    charter = _read(
        document, ProgramCharter if is_program else Charter, lambda charter: unknown_groups(charter, people)
    )
    return staffed(charter, people)


def refused(path: Path, found: Iterable[Unsound]) -> DefinitionError:
    """The error for what only a wider look than at the file alone could find wrong in it, each at its place."""
    return read_document(path).error(found)


def read_organisation(path: Path) -> Organisation:
    """Read the organisation's file; one without people where there is none. DefinitionError with all problems."""
    return _organisation(path, text_of(path)) if path.exists() else Organisation()


@lru_cache(maxsize=PROVED)
def _organisation(path: Path, text: str) -> Organisation:
    return _read(document_of(path, text), Organisation, strangers)


def _read(document: Document, model: type[V], check: Callable[[V], Iterable[Unsound]] = lambda _: ()) -> V:
    value = _valid(document, model)
    found = (*_twice(value), *check(value))
    if found or document.found:
        raise document.error(found)
    return value


def _valid(document: Document, model: type[V]) -> V:
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        raise document.error(unsound(error, model, document)) from None


def _twice(value: Value) -> Iterator[Unsound]:
    """Whatever has an id in a list has one of its own."""
    for name, items in value:
        seen: set[str] = set()
        for n, item in enumerate(items if isinstance(items, tuple) else ()):
            mark = getattr(item, "id", None)
            if mark in seen:
                yield Unsound((name, n, "id"), f"'{mark}' stands in '{name}' a second time; give each an id of its own")
            seen |= {mark} if mark else set()
