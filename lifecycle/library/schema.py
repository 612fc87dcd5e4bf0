"""JSON Schemas of the files that people write, for editors: what may stand where, and what each field means."""

from collections.abc import Mapping
from typing import Any, Literal

from lifecycle.history.charter import Charter, ProgramCharter
from lifecycle.library.organisation import Organisation
from lifecycle.library.wording import WORDING
from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.overlay import Overlay
from lifecycle.value import Value

Kind = Literal["process", "overlay", "charter", "program", "organisation"]

MODELS: Mapping[Kind, type[Value]] = {
    "process": ProcessDefinition,
    "overlay": Overlay,
    "charter": Charter,
    "program": ProgramCharter,
    "organisation": Organisation,
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ORIGINS = {"ProgramCharter": "Charter", "Overlay": "ProcessDefinition"}
LINE = "# yaml-language-server: $schema="
"""How a YAML file tells an editor where its schema is."""


def schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema of a kind of file, each field with a sentence that says what it means."""
    found = {"$schema": DIALECT, **MODELS[kind].model_json_schema()}
    for part in (found, *found.get("$defs", {}).values()):
        for name, field in part.get("properties", {}).items():
            field.pop("title", None)
            field["description"] = wording(part["title"], name)
    return found


def wording(model: str, field: str) -> str:
    """What a field means; a program's charter says the same as a project's, a change the same as what it changes.

    Empty when nobody has written it.
    """
    own = WORDING.get(model, {})
    inherited = WORDING.get(_ORIGINS.get(model, model.replace("Change", "Definition")), {})
    return own.get(field) or inherited.get(field, "")


def kind_of(text: str) -> Kind | None:
    """Which kind of file a YAML text is, by the names at its margin; None for another one."""
    names = {line.partition(":")[0] for line in text.splitlines() if line[:1].isalpha()}
    if {"process", "extends"} <= names:
        return "overlay"
    if {"process", "phases"} <= names:
        return "process"
    if {"project", "charter"} & names and "people" in names:
        return "program" if "projects" in names else "charter"
    return "organisation" if {"organisation", "people"} <= names else None
