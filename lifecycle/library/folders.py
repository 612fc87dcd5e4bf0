"""Where processes, examples and templates come from: the user's folder first, else what ships with the engine."""

from pathlib import Path
from typing import NamedTuple, Self

import lifecycle
from lifecycle.errors import NotFound
from lifecycle.history.charter import Charter, ProgramCharter
from lifecycle.library.definitions import read_charter, read_organisation, read_process, read_written
from lifecycle.library.organisation import Organisation
from lifecycle.process.definition import ProcessDefinition


class Library(NamedTuple):
    """What a PMO edits: `config` holds processes and examples, `templates` the folders to look in, first one first."""

    config: Path
    templates_in: tuple[Path, ...]

    @classmethod
    def find(cls, folder: Path | None = None, home: Path = Path()) -> Self:
        """Take the folder named, else `config` in the user's project `home`, else what ships with the engine.

        The folder is either the config folder itself or the one that holds `config` and `templates`.
        Templates that the user does not have come from the engine. NotFound for a folder without processes.
        """
        candidates = (folder / "config", folder) if folder else (home / "config", shipped("config"))
        config = next((place for place in candidates if (place / "processes").is_dir()), None)
        if config is None:
            raise NotFound("folder with processes below", str(folder or home))
        own = config.parent / "templates"
        folders = (own, shipped("templates")) if (own / "documents").is_dir() else (shipped("templates"),)
        return cls(config, tuple(dict.fromkeys(path.resolve() for path in folders)))

    def processes(self) -> tuple[str, ...]:
        """The names of the standard processes."""
        return tuple(sorted(path.stem for path in (self.config / "processes").glob("*.yaml")))

    def process(self, name: str) -> ProcessDefinition:
        """The standard process of that name; NotFound, or DefinitionError when it does not make sense."""
        return self.validate(self._place(name))

    def named(self, name: str) -> ProcessDefinition:
        """A standard process by its name, else the process in the file of that name."""
        return self.validate(self.place_of(name))

    def place_of(self, name: str) -> Path:
        """The file of a standard process, else the file of that name; NotFound when there is neither."""
        path = Path(name)
        if path.suffix and path.is_file() and name not in self.processes():
            return path
        return self._place(name)

    def _place(self, name: str) -> Path:
        if name not in self.processes():
            raise NotFound("process", name, self.processes())
        return self.config / "processes" / f"{name}.yaml"

    def validate(self, path: Path) -> ProcessDefinition:
        """The process in a file; DefinitionError with all its problems, each with its place."""
        return read_process(path, self.documents(), (self.config / "processes",))

    def written(self, path: Path) -> tuple[str, ProcessDefinition]:
        """The text of a process's file and what it says; DefinitionError with all its problems."""
        return read_written(path, self.documents(), (self.config / "processes",))

    @property
    def organisation(self) -> Organisation:
        """Who is who; DefinitionError when the file does not make sense."""
        return read_organisation(self.config / "organisation.yaml")

    def charter(self, path: Path) -> Charter | ProgramCharter:
        """The charter in a file, with the people of its groups; DefinitionError with all its problems."""
        return read_charter(path, self.organisation)

    def templates(self) -> tuple[str, ...]:
        """The names of all templates, e.g. `reports/closure.html.j2`."""
        return tuple(sorted({name for folder in self.templates_in for name in _files_below(folder)}))

    def templates_with(self, kind: str) -> Path:
        """The first templates folder that has this kind (`documents`, `reports`): the user's own, or the engine's."""
        return next(folder for folder in self.templates_in if (folder / kind).is_dir())

    def documents(self) -> tuple[str, ...]:
        """The names that a deliverable's `template` may have: files below templates/documents."""
        below = "documents/"
        return tuple(name.removeprefix(below) for name in self.templates() if name.startswith(below))


def shipped(kind: str) -> Path:
    """The engine's own `config` or `templates`. In a checkout the repository's: the packaged copy may be old."""
    package = Path(lifecycle.__file__).resolve().parent
    checkout = package.parent
    return checkout / kind if (checkout / "pyproject.toml").is_file() else package / "_data" / kind


def _files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
