"""Overlays: which files a process is made of, and where in them stands what makes no sense."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from lifecycle.errors import DefinitionError, Problem
from lifecycle.library.document import Document
from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.facts import suggestion
from lifecycle.process.merging import overlaid
from lifecycle.process.overlay import Overlay
from lifecycle.process.places import in_overlay, located, named
from lifecycle.process.tightening import loosened
from lifecycle.process.unsound import Unsound

LAYERS = 8
"""So many files may lie over each other."""

Read = Callable[[Path], tuple[Document, Overlay | None]]


class Layer(NamedTuple):
    """A file of a chain: its text's places, and the overlay in it, none in the plain process at the end."""

    document: Document
    overlay: Overlay | None


class Whole(NamedTuple):
    """The layers of a process, the topmost first, with what each of them makes of those below it."""

    layers: Sequence[Layer]
    definitions: Sequence[ProcessDefinition]


def is_overlay(document: Document) -> bool:
    """Whether a file says what it differs from."""
    return isinstance(document.value, dict) and "extends" in document.value


def chain(path: Path, folders: Sequence[Path], read: Read) -> tuple[Layer, ...]:
    """The files that a process is made of, from the topmost to the plain one; a base lies beside it, or in `folders`.

    DefinitionError, at `extends`, for a base that is not there, a circle, and more than `LAYERS` files.
    """
    layers, seen = [Layer(*read(path))], [path.resolve()]
    while overlay := layers[-1].overlay:
        base, document = _base(path.parent, folders, overlay.extends), layers[-1].document
        if base is None:
            there = sorted({file.stem for folder in (path.parent, *folders) for file in folder.glob("*.yaml")})
            hint = suggestion(overlay.extends, there) or f"; put '{overlay.extends}.yaml' beside this file"
            raise document.error([Unsound(("extends",), f"there is no process '{overlay.extends}' to extend{hint}")])
        if base.resolve() in seen:
            way = " -> ".join([*(file.stem for file in seen), base.stem])
            raise document.error([Unsound(("extends",), f"cycle: {way}; one of these must be a whole process")])
        if len(layers) == LAYERS:
            raise document.error([Unsound(("extends",), f"more than {LAYERS} files lie over each other; join some")])
        path = base
        layers.append(Layer(*read(path)))
        seen.append(path.resolve())
    return tuple(layers)


def _base(beside: Path, folders: Sequence[Path], name: str) -> Path | None:
    places = (folder / f"{name}.yaml" for folder in (beside, *folders))
    return next((place for place in places if place.is_file()), None)


def on_broken_ground(layer: Layer, broken: DefinitionError) -> DefinitionError:
    """What is wrong below a layer, and that it is below."""
    message = "what this extends does not make sense itself; mend that first"
    return DefinitionError([*layer.document.error([Unsound(("extends",), message)]).problems, *broken.problems])


def laid_over(
    whole: Whole, layer: Layer, overlay: Overlay, prove: Callable[[ProcessDefinition], Iterable[Unsound]]
) -> Whole:
    """One more layer over sound ones; DefinitionError when it loosens what is mandatory, or makes no sense."""
    base = whole.definitions[0]
    definition, wrong = overlaid(base, overlay)
    result = Whole((layer, *whole.layers), (definition, *whole.definitions))
    found = [(layer, item) for item in wrong]
    looser = tuple(loosened(base, definition))
    proved = (item._replace(loc=named(definition, item.loc)) for item in prove(definition))
    told = {item.loc for item in looser}
    found += [_place(result, item) for item in (*looser, *(item for item in proved if item.loc not in told))]
    if found or layer.document.found:
        raise _told(result, found)
    return result


def _place(whole: Whole, item: Unsound) -> tuple[Layer, Unsound]:
    """The topmost file that says something about a place by names, and the place in it."""
    for layer, base in zip(whole.layers, whole.definitions[1:], strict=False):
        if layer.overlay and (loc := in_overlay(base, layer.overlay, item.loc)):
            return layer, item._replace(loc=loc)
    return whole.layers[-1], item._replace(loc=located(whole.definitions[-1], item.loc))


def _told(whole: Whole, found: Sequence[tuple[Layer, Unsound]]) -> DefinitionError:
    """All problems, file by file, the topmost first."""
    problems: list[Problem] = []
    for layer in whole.layers:
        own = [item for where, item in found if where is layer]
        problems += layer.document.error(own).problems
    return DefinitionError(problems)
