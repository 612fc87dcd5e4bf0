"""Drafts of documents, in Markdown, for people to go on with."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def render_document(template: str, context: dict[str, Any], templates: Path) -> str:
    """Render a template below `documents/` of the templates folder; the context is plain data.

    `template` is its path there (`common/business-case.md.j2`). DefinitionError for a faulty template.
    """
    from lifecycle.rendering import sandbox

    return sandbox.render(templates / "documents", template, context, sandbox.DRAFT)


def texts_of(names: Iterable[str], templates: Path) -> Mapping[str, bytes]:
    """The files of these templates below `documents/`, and of all that they refer to, by their names there.

    DefinitionError when one is missing or faulty.
    """
    from lifecycle.rendering import sandbox

    folder = templates / "documents"
    return {name: (folder / name).read_bytes() for name in sorted(sandbox.parts(folder, names))}
