from datetime import date
from pathlib import Path

import pytest

from lifecycle.errors import DefinitionError
from lifecycle.history import History
from lifecycle.history.work import PhaseOpened
from lifecycle.rendering.documents import render_document
from lifecycle.reports.document import document_context
from tests import builders as small
from tests.reports.builders import MAP, website
from tests.reports.story import charter

DOCUMENTS = Path(__file__).resolve().parents[2] / "templates" / "documents"
NAMES = sorted(str(path.relative_to(DOCUMENTS)) for path in DOCUMENTS.rglob("*.j2") if not path.name.startswith("_"))
HISTORIES = {
    "a whole project": website(),
    "a new project": small.opened(small.started(charter())),
    "a new program": small.opened(small.started(small.program_charter(*MAP, projects=("backend", "website", "app")))),
}


def draft(history: History, template: str, folder: Path) -> str:
    opened = history.all(PhaseOpened)[0]
    return render_document(template, document_context(history, opened, "plan", date(2026, 7, 13)), folder)


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
def test_every_document_can_be_drafted(history: History, templates: Path) -> None:
    assert NAMES
    for name in NAMES:
        assert history.charter.title in draft(history, name, templates)


def test_tags_in_a_draft_are_inert(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "d.md.j2").write_text("{{ project.title }}: {{ project.budget|money(project.currency) }}")
    history = small.opened(small.started(charter(title="<img src=x> *A*")))
    assert draft(history, "d.md.j2", tmp_path) == "\\<img src=x> *A*: EUR\u00a0240,000"


@pytest.mark.parametrize("name", ["../reports/closure.md.j2", "/etc/passwd", "gone.md.j2"])
def test_a_template_outside_its_folder_is_refused(name: str, templates: Path) -> None:
    with pytest.raises(DefinitionError, match="there is no template"):
        render_document(name, {}, templates)
