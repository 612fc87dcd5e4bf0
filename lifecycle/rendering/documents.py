"""Drafts of documents, in Markdown, for people to go on with."""

from pathlib import Path
from typing import Any


def render_document(template: str, context: dict[str, Any], templates: Path) -> str:
    """Render a template below `documents/` of the templates folder; the context is plain data.

    `template` is its path there (`common/business-case.md.j2`). DefinitionError for a faulty template.
    """
    from lifecycle.rendering import sandbox

    return sandbox.render(templates / "documents", template, context, sandbox.DRAFT)
