"""Who is working, and where: said on the command line, else in the environment."""

import os
import pwd
from pathlib import Path

import pytest

from lifecycle.cli.desk import Desk
from lifecycle.errors import BadInput


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PERSON", "DATA", "CONFIG", "CLOCK_FILE", "DATABASE_URL"):
        monkeypatch.delenv(f"PHASEGATE_{name}", raising=False)


def nobody(uid: int) -> pwd.struct_passwd:
    raise KeyError(f"getpwuid(): uid not found: {uid}")


def test_what_is_said_on_the_command_line_counts_first(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PERSON", "DATA", "CONFIG"):
        monkeypatch.setenv(f"PHASEGATE_{name}", "environment")
    desk = Desk.of("anna", Path("here"), Path("there"), True)
    assert (desk.person, desk.data, desk.config, desk.json) == ("anna", Path("here"), Path("there"), True)


def test_the_environment_counts_next(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PERSON", "DATA", "CONFIG"):
        monkeypatch.setenv(f"PHASEGATE_{name}", name)
    desk = Desk.of(None, None, None, False)
    assert (desk.person, desk.data, desk.config) == ("PERSON", Path("DATA"), Path("CONFIG"))


def test_else_it_is_who_is_logged_in_and_the_folder_one_is_in() -> None:
    desk = Desk.of(None, None, None, False)
    assert (desk.person, desk.data, desk.config) == (pwd.getpwuid(os.getuid()).pw_name, Path(".phasegate"), None)


def test_who_is_logged_in_is_asked_of_the_operating_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """0015: the journal says who really typed, and the environment is what they typed in."""
    mine = Desk.of(None, None, None, False).person
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "token:5f0c9a1b2d3e")
    monkeypatch.setenv("PHASEGATE_DATABASE_URL", "sqlite://")
    desk = Desk.of(None, tmp_path, None, False)
    assert (desk.person, desk.work.database.login) == (mine, mine)


def test_who_has_no_name_on_this_machine_has_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    monkeypatch.setenv("PHASEGATE_DATABASE_URL", "sqlite://")
    assert Desk.of("anna", tmp_path, None, False).work.database.login == str(os.getuid())


@pytest.mark.parametrize("named", ["", "  "])
def test_nobody_cannot_work(named: str) -> None:
    with pytest.raises(BadInput, match="--as PERSON"):
        _ = Desk.of(named, None, None, False).person


def test_a_machine_that_does_not_know_who_is_logged_in_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    with pytest.raises(BadInput, match="PHASEGATE_PERSON"):
        _ = Desk.of(None, None, None, False).person


def test_the_time_of_this_machine_counts_unless_a_clock_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHASEGATE_DATABASE_URL", "sqlite://")
    assert Desk.of(None, tmp_path, None, False).work.now().year >= 2026
    clock = tmp_path / "clock"
    clock.write_text("2031-05-06T07:08:09")
    monkeypatch.setenv("PHASEGATE_CLOCK_FILE", str(clock))
    assert Desk.of(None, tmp_path, None, False).work.today().isoformat() == "2031-05-06"
