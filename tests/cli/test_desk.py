"""Who is working, and where: said on the command line, else in the environment."""

import getpass
from pathlib import Path

import pytest

from lifecycle.cli.desk import Desk
from lifecycle.errors import BadInput


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PERSON", "DATA", "CONFIG", "CLOCK_FILE", "DATABASE_URL"):
        monkeypatch.delenv(f"PHASEGATE_{name}", raising=False)


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
    assert (desk.person, desk.data, desk.config) == (getpass.getuser(), Path(".phasegate"), None)


@pytest.mark.parametrize("named", ["", "  "])
def test_nobody_cannot_work(named: str) -> None:
    with pytest.raises(BadInput, match="--as PERSON"):
        _ = Desk.of(named, None, None, False).person


def test_a_machine_that_does_not_know_who_is_logged_in_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
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
