"""Where processes and templates come from."""

from pathlib import Path

import pytest

import lifecycle
from lifecycle.errors import DefinitionError, NotFound
from lifecycle.library import Library, shipped
from tests.library.files import SMALL, small

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's project with a process and a template of its own."""
    (tmp_path / "config" / "processes").mkdir(parents=True)
    (tmp_path / "config" / "processes" / "small.yaml").write_text(SMALL)
    (tmp_path / "templates" / "documents").mkdir(parents=True)
    (tmp_path / "templates" / "documents" / "thing.md.j2").write_text("A thing.")
    return tmp_path


def test_the_users_own_folder_comes_first(home: Path) -> None:
    library = Library.find(home=home)

    assert library.processes() == ("small",)
    assert library.process("small").title == "Small"


def test_a_folder_can_be_named(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    assert Library.find(home, elsewhere).processes() == ("small",)
    assert Library.find(home / "config", elsewhere).processes() == ("small",)


def test_a_folder_without_processes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no folder with processes below"):
        Library.find(tmp_path)


def test_templates_are_the_users_and_behind_them_the_shipped_ones(home: Path) -> None:
    library = Library.find(home=home)

    assert library.templates_in == ((home / "templates").resolve(), shipped("templates"))
    assert library.templates_with("documents") == (home / "templates").resolve()
    assert library.templates_with("reports") == shipped("templates")
    assert "thing.md.j2" in library.documents()
    assert "documents/thing.md.j2" in library.templates()


def test_without_a_folder_of_the_user_the_shipped_one_is_taken(tmp_path: Path) -> None:
    assert Library.find(home=tmp_path) == Library(ROOT / "config", (ROOT / "templates",))


def test_an_installed_package_brings_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "__file__", str(tmp_path / "lifecycle" / "__init__.py"))

    assert shipped("config") == tmp_path.resolve() / "lifecycle" / "_data" / "config"


def test_a_process_nobody_wrote_is_not_found(home: Path) -> None:
    with pytest.raises(NotFound, match=r"There is no process '../small'. Known: small."):
        Library.find(home=home).process("../small")


def test_a_process_that_makes_no_sense_is_refused_with_its_place(home: Path) -> None:
    path = home / "config" / "processes" / "small.yaml"
    path.write_text(small(("by: sponsor", "by: sponsr")))

    with pytest.raises(DefinitionError, match=r"small.yaml:17:26: there is no role 'sponsr'"):
        Library.find(home=home).validate(path)
