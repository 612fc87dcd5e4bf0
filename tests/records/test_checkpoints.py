"""Checkpoints: written where they should be, by a key for its owner's eyes only, and never in anybody's way."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecycle.actions import audit, projects, registers, vouching
from lifecycle.actions.witness import witness
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import LifecycleError
from lifecycle.records.checkpoints import NOTES, BadCheckpoint, Place
from lifecycle.records.journal import written
from lifecycle.records.ledger import Ledger
from lifecycle.records.tables import APPEND_ONLY
from lifecycle.value import canonical
from tests.workspaces import charter_file, pass_first_gate, pass_last_gate, pass_second_gate, workspace


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    work = workspace(tmp_path)
    projects.start_project(work, charter_file(tmp_path), "sam")
    return work


def learn(work: Workspace, times: int) -> None:
    """So many entries more."""
    for number in range(times):
        registers.record_lesson(work, "app", f"Lesson {number}", recommendation="Ask.", by="erik")


@settings(deadline=None, suppress_health_check=[*HealthCheck])
@given(st.dictionaries(st.sampled_from("abcdefg"), st.text() | st.none() | st.integers(-(2**53) + 1, 2**53 - 1)))
def test_an_entry_is_written_in_the_canonical_form(fields: dict[str, str | int | None]) -> None:
    assert written(fields) == canonical(fields)


def test_a_runner_vouches_for_all_there_is_and_for_nothing_twice(work: Workspace) -> None:
    assert work.checkpoints.last() is None
    pass_first_gate(work)
    assert work.checkpoints.last() is None, "who decides is not kept waiting for it"
    vouching.keep_up(work)
    last = work.checkpoints.last()
    assert last is not None
    vouching.keep_up(work)
    assert work.checkpoints.last() == last, "nothing was written since"
    assert oct(work.checkpoints.key.stat().st_mode & 0o777) == "0o600"
    assert "vouches for" in vouching.standing(work)


def test_after_a_hundred_entries_one_is_written_at_the_latest(work: Workspace) -> None:
    learn(work, 100)
    last = work.checkpoints.last()
    assert last is not None
    assert last.size >= 100


def test_a_folder_that_cannot_be_written_stops_nobody_and_the_doctor_says_so(work: Workspace) -> None:
    work.checkpoints.folder.write_text("in the way")
    learn(work, 100)
    vouching.keep_up(work)
    with pytest.raises((LifecycleError, OSError)):
        vouching.standing(work)
    work.checkpoints.folder.unlink()
    learn(work, 1)
    assert "vouches for" in vouching.standing(work)
    assert audit.verify(work).verdict == "whole"


def test_a_closure_is_vouched_for_at_once(work: Workspace) -> None:
    pass_first_gate(work)
    pass_second_gate(work)
    pass_last_gate(work)
    found = audit.verify(work)
    assert found.vouched == found.entries


def test_the_beginning_of_a_note_that_a_crash_left_is_no_alarm_and_is_taken_back(work: Workspace) -> None:
    vouching.keep_up(work)
    notes = work.checkpoints.folder / NOTES
    whole = notes.read_text()
    notes.write_text(whole + whole[:60])
    assert audit.verify(work).verdict == "whole"
    registers.record_lesson(work, "app", "More.", recommendation="Ask.", by="erik")
    vouching.write(work.database, work.checkpoints, work.now())
    assert notes.read_text().startswith(whole + "phasegate/")
    assert audit.verify(work).verdict == "whole"


def test_another_installations_folder_is_left_alone(work: Workspace, tmp_path: Path) -> None:
    place = Place.at(tmp_path / "foreign")
    place.new_key("other")
    place.write("other", 1, "00" * 32, work.now())
    with pytest.raises(BadCheckpoint, match="another installation"):
        place.write(work.database.instance, 2, "00" * 32, work.now())


def test_a_new_key_is_recorded_and_old_checkpoints_stay_good(work: Workspace) -> None:
    pass_first_gate(work)
    public = vouching.change_key(work, "sam")
    with work.look() as store:
        assert Ledger(store).signing_keys()[-1] == public
    assert audit.verify(work).verdict == "whole"


def test_a_witness_goes_on_and_refuses_another_past(work: Workspace, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    assert witness(work, state).verdict == "whole"
    pass_first_gate(work)
    assert witness(work, state).entries > 1
    remembered = state.read_text()
    state.write_text(remembered.replace('"size":', '"size":9'))
    assert witness(work, state).verdict == "truncated"


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_must_not_change_cannot_be_changed_by_the_application(table: str, work: Workspace) -> None:
    """R-45: UPDATE and DELETE are refused, by the database itself."""
    with work.database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO answer VALUES ('sam', 'key', 'asked', '{}')")
    for change in (f"UPDATE {table} SET rowid = rowid", f"DELETE FROM {table}"):
        with pytest.raises(Exception, match="append-only"), work.database.engine.begin() as connection:
            connection.exec_driver_sql(change)
