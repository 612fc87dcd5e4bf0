"""The record as a whole: the inbox, the audit, the doctor."""

import sqlite3
import sys
from importlib import metadata

import pytest

from lifecycle.cli import health
from tests.cli.terminal import Terminal
from tests.records.layouts import laid_open

REQUIRES = ["prefect<4,>=3.8.8", "fastapi<0.151,>=0.139", "sqlmodel", "sqlalchemy", "pydantic", "typst"]


def spoil(terminal: Terminal) -> None:
    """Change a record behind the engine's back."""
    with sqlite3.connect(terminal.data / "phasegate.db") as database:
        database.execute("DROP TRIGGER record_update_refused")
        laid_open(database)
        database.execute("UPDATE record SET body = replace(body, 'paula', 'erik') WHERE kind = 'review'")
    database.close()


def test_the_inbox_shows_what_waits_for_a_person_with_the_command_for_it(submitted: Terminal) -> None:
    said = submitted.does("inbox", by="sam")
    assert "Decide G1 Gate G1, round 1" in said
    assert "2026-01-10" in said
    assert "Next: phasegate gate decide app G1 --vote approve --reason TEXT --as sam" in said
    assert [item["person"] for item in submitted.json("inbox", by="sam")] == ["sam"]
    assert submitted.does("inbox", by="erik") == "Nothing waits for erik.\n"


def test_what_is_overdue_says_so_before_anybody_kept_the_days_deadlines(submitted: Terminal) -> None:
    submitted.file("clock", "2026-01-14T09:00:00+00:00")
    late = "Decide G1 Gate G1, round 1 (overdue since 2026-01-10)"
    assert [item["text"] for item in submitted.json("inbox", by="sam")] == [late]
    submitted.does("gate", "deadlines")
    assert [item["text"] for item in submitted.json("inbox", by="sam")] == [late]
    assert submitted.json("audit", "verify")["fault"] is None


def test_the_inbox_of_everybody_names_them(submitted: Terminal) -> None:
    said = submitted.does("inbox", "--all")
    assert said.startswith("PERSON")
    assert {item["person"] for item in submitted.json("inbox", "--all")} == {"sam", "cora"}


def test_what_is_to_be_handed_in_is_looked_up_on_the_projects_page(started: Terminal) -> None:
    assert "Next: phasegate project show app" in started.does("inbox", by="paula")


def test_an_empty_inbox_waits_for_nobody(terminal: Terminal) -> None:
    assert terminal.does("inbox", "--all") == "Nothing waits for anybody.\n"


def test_a_record_that_nobody_touched_verifies(submitted: Terminal) -> None:
    assert "The record is whole: " in submitted.does("audit", "verify")
    value = submitted.json("audit", "verify")
    assert value["fault"] is None
    assert value["entries"] > 3


def test_a_changed_record_is_found_and_named(submitted: Terminal) -> None:
    spoil(submitted)
    said = submitted("audit", "verify")
    assert (said.code, said.out) == (3, "")
    assert "The record is not whole: the record 'app:G1:1' was changed" in said.err
    value = submitted("audit", "verify", "--json")
    assert (value.code, value.value["fault"]["seq"] > 0) == (3, True)


def test_a_trusted_key_is_asked_for_what_it_signed(submitted: Terminal) -> None:
    """R-48: of an export, and of the records themselves."""
    submitted.does("audit", "export", "--out", submitted.folder / "export")
    key = (submitted.folder / "export" / "public-keys.txt").read_text().strip()
    assert "Checkpoints vouch for" in submitted.does("audit", "verify", submitted.folder / "export", "--key", key)
    assert "Checkpoints vouch for" in submitted.does("audit", "verify", "--key", key)
    said = submitted("audit", "verify", submitted.folder / "export", "--key", f"{key[:-8]}AAAAAAA=")
    assert (said.code, "is no public key" in said.err) == (5, True)


def test_what_was_not_looked_at_is_said(submitted: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """R-49: evidence that is kept elsewhere than the records."""
    database = submitted.data.rename(submitted.folder / "elsewhere") / "phasegate.db"
    monkeypatch.setenv("PHASEGATE_DATABASE_URL", f"sqlite:///{database}")
    said = submitted.does("audit", "verify")
    assert "Not looked at, for the data folder here holds none of it: evidence." in said


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is installed and asks for the libraries that are there."""
    real = metadata.version
    monkeypatch.setattr(metadata, "requires", lambda name: REQUIRES)
    monkeypatch.setattr(metadata, "version", lambda name: "0.1.0" if name == "phasegate" else real(name))


def found(terminal: Terminal) -> dict[str, str]:
    """The checks of the doctor that went wrong, with what was found."""
    said = terminal("doctor", "--json")
    assert said.code == (0 if said.value["ok"] else 3)
    return {check["name"]: check["detail"] for check in said.value["checks"] if not check["ok"]}


@pytest.mark.usefixtures("installed")
def test_a_healthy_installation_is_well(submitted: Terminal) -> None:
    assert found(submitted) == {}
    said = submitted.does("doctor")
    assert "all verified" in said
    assert "prefect" in said
    assert "small in " in said


@pytest.mark.usefixtures("installed")
def test_the_doctor_makes_no_records(terminal: Terminal) -> None:
    assert found(terminal) == {}
    assert "none yet in" in terminal.does("doctor")
    assert not terminal.data.exists()


@pytest.mark.usefixtures("installed")
def test_the_doctor_looks_at_another_database_too(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHASEGATE_DATABASE_URL", f"sqlite:///{terminal.folder}/other.db")
    assert "0 journal entries in the database" in terminal.does("doctor")


@pytest.mark.usefixtures("installed")
def test_libraries_that_do_not_fit_are_named(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name == "prefect":
            raise metadata.PackageNotFoundError(name)
        return "0.165.0" if name == "fastapi" else "99"

    monkeypatch.setattr(metadata, "version", version)
    wrong = found(terminal)
    assert wrong["fastapi"] == "0.165.0 does not fit; it takes <0.151,>=0.139"
    assert wrong["prefect"].startswith("is not installed")
    said = terminal("doctor")
    assert said.code == 3
    assert said.err == "Wrong: prefect and fastapi.\n"


def test_a_package_that_is_not_installed_is_named(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def requires(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", requires)
    assert found(terminal) == {"phasegate": "is not installed; run pip install phasegate"}


@pytest.mark.usefixtures("installed")
def test_a_python_that_does_not_fit_is_named(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "OLDEST", (sys.version_info[0] + 1, 0))
    assert found(terminal)["python"].endswith("use one from 3.11 to 3.14")


@pytest.mark.usefixtures("installed")
def test_what_is_wrong_with_files_and_records_is_said(submitted: Terminal) -> None:
    submitted.file("config/processes/broken.yaml", "process: broken\n")
    spoil(submitted)
    wrong = found(submitted)
    assert "broken.yaml" in wrong["processes"]
    assert "not whole: the record 'app:G1:1'" in wrong["records"]


@pytest.mark.usefixtures("installed")
def test_triggers_that_are_gone_are_named_with_what_puts_them_up_again(submitted: Terminal) -> None:
    with sqlite3.connect(submitted.data / "phasegate.db") as database:
        database.execute("DROP TRIGGER record_update_refused")
    database.close()
    assert "that keep record append-only are gone: phasegate db upgrade" in found(submitted)["database"]
    said = submitted.does("audit", "verify")
    assert "that keep record append-only are gone. Put them up: phasegate db upgrade" in said
    submitted.does("db", "upgrade")
    assert found(submitted) == {}
    assert "append-only" not in submitted.does("audit", "verify")


@pytest.mark.usefixtures("installed")
def test_the_doctor_goes_on_where_nothing_can_be_made_of_a_row(submitted: Terminal) -> None:
    with sqlite3.connect(submitted.data / "phasegate.db") as database:
        database.execute("DROP TRIGGER journal_update_refused")
        database.execute("UPDATE journal SET at = x'00ff'")
    database.close()
    wrong = found(submitted)
    assert "entry 1 was changed" in wrong["records"]
    assert "not as Phasegate writes it: phasegate audit verify" in wrong["clock"]


@pytest.mark.usefixtures("installed")
def test_a_database_that_is_none_is_found(terminal: Terminal) -> None:
    terminal.data.mkdir()
    (terminal.data / "phasegate.db").write_text("A letter. " * 500)
    assert "not a database" in found(terminal)["records"]


@pytest.mark.usefixtures("installed")
def test_a_configuration_that_is_not_there_is_found(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHASEGATE_CONFIG", str(terminal.folder / "nowhere"))
    assert {"processes", "templates"} <= found(terminal).keys()


@pytest.mark.usefixtures("installed")
def test_a_broken_invariant_is_named_and_left_as_it_is(submitted: Terminal) -> None:
    with sqlite3.connect(submitted.data / "phasegate.db") as connection:
        connection.execute("DELETE FROM outbox WHERE id = 'app:G1:1'")
    for _ in range(2):
        assert found(submitted) == {"records": "not whole: 'app:G1:1' has no message to the flows"}
