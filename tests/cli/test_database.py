"""The database from the command line: for those who run an installation."""

import sqlite3

import pytest

from lifecycle.actions.moving import Moved
from lifecycle.cli import database
from tests.cli.terminal import Terminal
from tests.records.layouts import further_on


def decide(terminal: Terminal) -> None:
    for person in ("sam", "cora"):
        terminal.does("gate", "decide", "app", "G1", "--vote", "approve", "--reason", "Good.", by=person)


def test_a_backup_says_what_it_holds(submitted: Terminal) -> None:
    out = submitted.folder / "saved"
    assert "The copy was verified." in submitted.does("db", "backup", "--out", out)
    assert submitted.json("db", "backup", "--out", submitted.folder / "again")["fault"] is None
    said = submitted("db", "backup", "--out", out)
    assert (said.code, said.out) == (2, "")


def test_a_backup_of_something_changed_is_code_3(submitted: Terminal) -> None:
    evidence = next(file for file in (submitted.data / "evidence").rglob("*") if file.is_file())
    evidence.write_text("something else")
    said = submitted("db", "backup", "--out", submitted.folder / "saved")
    assert said.code == 3
    assert said.err.startswith("What is backed up is not whole: the evidence")


def test_a_restore_names_the_loss_and_how_to_accept_it(submitted: Terminal) -> None:
    """R-73: nobody writes before somebody has accepted the loss."""
    out = submitted.folder / "saved"
    submitted.does("db", "backup", "--out", out)
    assert "Nothing that is known was lost." in submitted.does("db", "restore", out)
    decide(submitted)
    said = submitted.does("db", "restore", out)
    assert "journal entries are missing that the records in place told of, written from" in said
    assert "- app:G1:1:outcome" in said
    assert f"Next: phasegate db restore {out} --accept-loss" in said
    refused = submitted("gate", "decide", "app", "G1", "--vote", "approve", "--reason", "Good.", by="sam")
    assert (refused.code, "--accept-loss" in refused.err) == (6, True)
    assert "restored and not accepted" in submitted("doctor").out
    assert "The loss was accepted." in submitted.does("db", "restore", out, "--accept-loss")
    decide(submitted)


def test_many_lost_decisions_are_not_all_named(submitted: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LISTED", 1)
    submitted.does("db", "backup", "--out", submitted.folder / "saved")
    decide(submitted)
    said = submitted.does("db", "restore", submitted.folder / "saved")
    assert "and 2 more" in said


def test_a_restore_over_damage_says_that_nobody_can_tell(submitted: Terminal) -> None:
    """R-77: damaged records are code 6, without a traceback, and a backup brings them back."""
    submitted.does("db", "backup", "--out", submitted.folder / "saved")
    (submitted.data / "phasegate.db").write_text("A letter. " * 900)
    for words in (["inbox"], ["db", "backup", "--out", submitted.folder / "x"], ["gate", "withdraw", "app", "G1"]):
        said = submitted(*words)
        assert (said.code, said.out) == (6, "")
        assert "are damaged: file is not a database" in said.err
        assert "phasegate db restore DIR" in said.err
    assert "Nobody can tell what is missing" in submitted.does("db", "restore", submitted.folder / "saved")
    submitted.does("db", "restore", submitted.folder / "saved", "--accept-loss")
    decide(submitted)


def test_one_missing_entry_is_one(submitted: Terminal) -> None:
    submitted.does("db", "backup", "--out", submitted.folder / "saved")
    assert submitted("gate", "withdraw", "app", "G1", by="erik").code == 1
    said = submitted.does("db", "restore", submitted.folder / "saved")
    assert "1 journal entry is missing" in said
    assert "Decisions among them" not in said


def test_an_upgrade_says_what_it_did(submitted: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "the newest there is" in submitted.does("db", "upgrade")
    further_on(monkeypatch)
    said = submitted("inbox")
    assert (said.code, "phasegate db upgrade" in said.err) == (6, True)
    assert "Upgraded from layout 0002 to 0004. The backup before it: " in submitted.does("db", "upgrade")
    submitted.does("inbox")


def test_the_database_belongs_to_whoever_runs_the_installation_and_asks_for_no_token(
    submitted: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tokens lie in the records, which may be of an older layout, or damaged."""
    submitted.file("config/organisation.yaml", "sign_in: token\n")
    submitted.does("db", "backup", "--out", submitted.folder / "saved")
    further_on(monkeypatch)
    assert "Upgraded from layout" in submitted.does("db", "upgrade")
    assert submitted("inbox").code == 1


def test_there_is_nothing_to_upgrade_before_the_beginning(terminal: Terminal) -> None:
    assert "There are no records yet" in terminal.does("db", "upgrade")


def test_two_databases_are_compared_by_their_dumps(submitted: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    there = f"sqlite:///{submitted.folder}/there.db"
    said = submitted.does("db", "copy", there)
    assert "both sides have the SHA-256" in said
    assert said.endswith(f"From now on work only there: PHASEGATE_DATABASE_URL={there}\n")
    here = submitted.json("db", "dump", "--canonical")
    lines = submitted.does("db", "dump", "--canonical").splitlines()
    assert len(lines) == here["rows"]
    monkeypatch.setenv("PHASEGATE_DATABASE_URL", there)
    assert submitted.json("db", "dump") == here
    assert submitted.does("db", "dump").splitlines() == lines


@pytest.mark.parametrize("address", ["elsewhere.db", "sqlite:/x.db", "foo://x", "postgresql+psycopg://u:secret@h:x/d"])
def test_what_is_no_address_of_a_database_is_refused_in_one_sentence(
    submitted: Terminal, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    copied = submitted("db", "copy", address)
    monkeypatch.setenv("PHASEGATE_DATABASE_URL", address)
    for said, what in ((copied, "What was named"), (submitted("inbox"), "PHASEGATE_DATABASE_URL")):
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith(f"{what} is not the address of a database that can be used here. Write it like sql")
        assert "secret" not in said.err
    assert submitted("doctor").out.count("is not the address of a database") == 1


def test_the_password_of_the_new_database_is_not_printed(submitted: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = Moved(to="postgresql+psycopg://u:***@h/d", address=None, rows=3, sha256="0" * 64)
    monkeypatch.setattr("lifecycle.actions.moving.move", lambda work, url: moved)
    said = submitted.does("db", "copy", "postgresql+psycopg://u:secret@h/d")
    assert said.endswith("From now on work only there: set PHASEGATE_DATABASE_URL to the address that you gave.\n")


def test_the_doctor_looks_at_the_structure_and_the_disk(submitted: Terminal) -> None:
    assert "layout 0002, epoch 1" in submitted("doctor").out
    with sqlite3.connect(submitted.data / "phasegate.db") as bare:
        bare.execute("PRAGMA writable_schema=ON")
        bare.execute("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'outbox'")
    bare.close()
    said = submitted("doctor")
    assert said.code == 3
    assert "WRONG" in next(line for line in said.out.splitlines() if " database " in line)


def test_the_doctor_warns_before_the_disk_is_full(submitted: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lifecycle.records.place.free_bytes", lambda _: 1024)
    said = submitted("doctor")
    assert (said.code, "Only 0 MB are free" in said.out) == (3, True)


def test_the_doctor_reports_on_a_server_too(submitted: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHASEGATE_DATABASE_URL", "sqlite://")
    assert "layout 0002" in submitted("doctor").out
