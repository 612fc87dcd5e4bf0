"""Somebody with the database, an export or a report in hand changes the past. It is found, and named.

The attacker takes all triggers away and may compute hashes; what they have not got is the folder with the
checkpoints and the key that signs them.
"""

import json
import random
import shutil
import string
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lifecycle.actions import audit, export, projects, registers, reporting, vouching
from lifecycle.actions.export import JOURNAL, RECORDS, SCRIPT
from lifecycle.actions.workspace import Workspace
from lifecycle.cli.audit import CODES
from lifecycle.history.closing import ReportIssued
from lifecycle.records.checkpoints import KEYS, NOTES, Place
from lifecycle.records.journal import written
from lifecycle.value import digest
from tests.builders import charter
from tests.faults.attacks import ATTACKS, Attack, Past, opened, past_of, put_back, script
from tests.faults.profile import chance, size
from tests.workspaces import (
    carry_on,
    charter_file,
    copied,
    history,
    pass_first_gate,
    pass_last_gate,
    pass_second_gate,
    workspace,
)

TIMES = size(3, 50)
CASES = [(attack, number) for attack in ATTACKS for number in range(TIMES)]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A closed project with its report, one in execution with a long register, and checkpoints up to the end."""
    folder = tmp_path_factory.mktemp("lived")
    work = workspace(folder)
    projects.start_project(work, charter_file(folder), "sam")
    pass_first_gate(work)
    pass_second_gate(work)
    pass_last_gate(work)
    reporting.issue_closure_report(work, "app")
    projects.start_project(work, charter_file(folder, charter("web")), "sam")
    carry_on(work, "web")
    for number in range(180):
        registers.record_lesson(work, "web", f"Lesson {number}", recommendation="Again.", by="erik")
    vouching.write(work.database, work.checkpoints, work.now())
    return work


@pytest.fixture(scope="module")
def exported(lived: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "export"
    export.export(lived, folder)
    return folder


@pytest.mark.parametrize(("attack", "number"), CASES)
def test_a_past_changed_in_the_database_is_found(attack: Attack, number: int, lived: Workspace, tmp_path: Path) -> None:
    """R-46, R-47: with checkpoints outside the database, each of the eleven attacks is found and named."""
    dice = chance(f"{attack.__name__}-{number} in the database")
    work = copied(lived, tmp_path)
    connection = opened(work.files.data)
    past = past_of(work, connection)
    wanted = attack(past, dice)
    put_back(past, connection)
    connection.close()
    found = audit.verify(work)
    work.database.close()
    assert found.fault is not None
    assert (CODES[found.verdict], found.fault.seq) == wanted


@pytest.mark.parametrize(("attack", "number"), CASES)
def test_a_past_changed_in_an_export_is_found_by_us_and_by_the_script(
    attack: Attack, number: int, exported: Path, tmp_path: Path, lived: Workspace
) -> None:
    """R-46, R-47, R-50: the engine and the stand-alone script come to the same verdict."""
    dice = chance(f"{attack.__name__}-{number} in an export")
    folder = tmp_path / "export"
    shutil.copytree(exported, folder)
    entries, records = (
        [json.loads(line) for line in (folder / name).read_bytes().splitlines()] for name in (JOURNAL, RECORDS)
    )
    noted = [int(line) for line in (folder / NOTES).read_text().splitlines() if line.isdigit()]
    past = Past(lived.database.instance, entries, records, noted)
    wanted = attack(past, dice)
    for name, rows in ((JOURNAL, past.entries), (RECORDS, past.records)):
        (folder / name).write_bytes(b"".join(written(row) + b"\n" for row in rows))
    found = export.verify(folder)
    assert found.fault is not None
    assert (CODES[found.verdict], found.fault.seq) == wanted
    assert script(folder) == wanted[0]


def lines_swapped(lines: list[bytes], dice: random.Random) -> list[bytes]:
    place = next(n for n in iter(lambda: dice.randrange(len(lines) - 1), -1) if lines[n] != lines[n + 1])
    return [*lines[:place], lines[place + 1], lines[place], *lines[place + 2 :]]


def flipped(content: bytes, place: int, dice: random.Random) -> bytes:
    return content[:place] + bytes([content[place] ^ (1 << dice.randrange(8))]) + content[place + 1 :]


def forgeries(content: bytes, dice: random.Random) -> Iterator[bytes]:
    """The ten attacks on a file of a report."""
    lines, place = content.splitlines(keepends=True), dice.randrange(len(content) - 200)
    line = dice.randrange(len(lines))
    yield flipped(content, place, dice)
    yield content[:place] + b"approved" + content[place:]
    yield b"".join([*lines[:line], *lines[line + 1 :]])
    yield b"".join(lines_swapped(lines, dice))
    yield b"".join([*lines[:line], b"Everybody agreed.\n", *lines[line:]])
    yield content[:-50]
    yield content[:-150]
    yield content[:place] + b"The end.\n"
    yield content[:-30] + b"x" * 30
    yield b""


@pytest.mark.parametrize("number", range(TIMES))
def test_a_report_that_was_changed_is_found(number: int, lived: Workspace, tmp_path: Path) -> None:
    """R-46: a filed report is no longer the one whose digest was recorded; its record is named."""
    dice, work = chance(f"report-{number}"), copied(lived, tmp_path)
    filed = history(work).last(ReportIssued)
    assert filed is not None
    report = work.files.reports("app") / dice.choice(sorted(filed.files))
    content = report.read_bytes()
    for forged in forgeries(content, dice):
        report.write_bytes(forged)
        found = audit.verify(work)
        assert (found.verdict, found.fault and filed.id in found.fault.message) == ("tampered", True)
    report.write_bytes(content)
    assert audit.verify(work).verdict == "whole"
    report.unlink()
    assert audit.verify(work).verdict == "tampered"
    work.database.close()


@pytest.mark.parametrize("number", range(TIMES))
def test_a_bit_of_a_checkpoint_that_flipped_is_found(
    number: int, exported: Path, lived: Workspace, tmp_path: Path
) -> None:
    """R-48: wherever the bit lies."""
    dice, work = chance(f"bit-{number}"), copied(lived, tmp_path)
    folder = tmp_path / "export"
    shutil.copytree(exported, folder)
    for _ in range(10):
        for place in (work.checkpoints.folder, folder):
            whole = (place / NOTES).read_bytes()
            (place / NOTES).write_bytes(flipped(whole, dice.randrange(len(whole)), dice))
        assert audit.verify(work).verdict == "forged"
        assert export.verify(folder).verdict == "forged"
        assert script(folder) == 5
        for place in (work.checkpoints.folder, folder):
            (place / NOTES).write_bytes(whole)
    work.database.close()


def test_bits_of_a_signature_that_mean_nothing_may_not_change_either(
    exported: Path, lived: Workspace, tmp_path: Path
) -> None:
    """R-48: two bits of the last character before the padding; base64 passes over them, we do not."""
    work, folder = copied(lived, tmp_path), tmp_path / "export"
    shutil.copytree(exported, folder)
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
    start, _, last = work.checkpoints.text().rpartition("=")
    first = alphabet.index(start[-1])
    assert first % 4 == 0
    for other in alphabet[first + 1 : first + 4]:
        for place in (work.checkpoints.folder, folder):
            (place / NOTES).write_text(f"{start[:-1]}{other}={last}")
        assert audit.verify(work).verdict == "forged"
        assert export.verify(folder).verdict == "forged"
        assert script(folder) == 5
    work.database.close()


def forged_by_another_key(work: Workspace, forger: Path) -> str:
    """The checkpoints signed once more for the journal as it is, with a key of the attacker's."""
    place = Place.at(forger)
    place.new_key(work.database.instance)
    with work.look() as store:
        size, head = store.head()
    place.write(work.database.instance, size, head, work.now())
    return place.text()


def of_another_installation(work: Workspace, forger: Path) -> str:
    other = workspace(forger)
    projects.start_project(other, charter_file(forger), "sam")
    vouching.write(other.database, other.checkpoints, other.now())
    other.database.close()
    return other.checkpoints.text()


def played_again(work: Workspace, forger: Path) -> str:
    """All genuine, but the first once more after the last."""
    text = work.checkpoints.text()
    return text + text[: text.index("\n\n", text.index("\u2014")) + 2]


@pytest.mark.parametrize("forge", [forged_by_another_key, of_another_installation, played_again])
@pytest.mark.parametrize("added", [True, False], ids=["added", "instead"])
def test_a_checkpoint_that_is_not_ours_is_found(
    forge: Callable[[Workspace, Path], str], added: bool, lived: Workspace, tmp_path: Path
) -> None:
    """R-48: another key, another installation's note, an old note after a newer one."""
    work = copied(lived, tmp_path / "ours")
    text = forge(work, tmp_path / "forger")
    genuine = work.checkpoints.text() if added and forge is not played_again else ""
    (work.checkpoints.folder / NOTES).write_text(genuine + text)
    assert audit.verify(work).verdict == "forged"
    if forge is forged_by_another_key:
        with (work.checkpoints.folder / KEYS).open("a") as keys:
            keys.write((tmp_path / "forger" / KEYS).read_text())
        assert audit.verify(work).verdict == "forged"
    export.export(work, tmp_path / "export")
    assert export.verify(tmp_path / "export").verdict == "forged"
    assert script(tmp_path / "export") == 5
    work.database.close()


def assert_named(statement: str, said: str, work: Workspace) -> None:
    """What SQL changed in the tables is tampering, and this is said of it."""
    connection = opened(work.files.data)
    assert connection.execute(statement).rowcount > 0
    connection.close()
    found = audit.verify(work)
    work.database.close()
    assert (found.verdict, found.fault and said in found.fault.message) == ("tampered", True), found.fault


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE project SET state = 'closed' WHERE id = 'web'", "the line of 'web'"),
        ("UPDATE project SET gate = 'G3' WHERE id = 'web'", "the line of 'web'"),
        ("UPDATE project SET title = 'Other' WHERE id = 'app'", "the line of 'app'"),
        ("UPDATE project SET due = '2099-01-01' WHERE id = 'web'", "the line of 'web'"),
        ("UPDATE project SET hold = '2026-01-05' WHERE id = 'web'", "the line of 'web'"),
        ("UPDATE project SET day = 'soon' WHERE id = 'web'", "the line of 'web'"),
        ("UPDATE awaited SET text = text || ', in place of Sam S.' WHERE project = 'web'", "the inbox of 'web'"),
        ("DELETE FROM project WHERE id = 'web'", "not in the list"),
        ("UPDATE project SET id = 'foreign' WHERE id = 'web'", "'foreign' is in the list but was never started"),
        ("DELETE FROM awaited WHERE project = 'web' AND person = 'paula'", "the inbox of 'web'"),
        ("UPDATE awaited SET person = 'eve' WHERE project = 'web' AND person = 'paula'", "the inbox of 'web'"),
        ("DELETE FROM outbox WHERE id = 'app:G1:1:outcome'", "'app:G1:1:outcome' has no message"),
        ("INSERT INTO outbox VALUES ('app:G1:9:outcome', 999, 'app', 0, NULL, NULL, NULL)", "has a message but no"),
        ("UPDATE personal SET text = 'Eve E.' WHERE project = 'app' AND person = 'sam'", "a name in 'app'"),
        ("UPDATE personal SET text = NULL WHERE project = 'app' AND person = 'sam'", "a name in 'app'"),
        ("UPDATE personal SET salt = salt || ':' WHERE project = 'app' AND person = 'sam'", "a name in 'app'"),
        ("DELETE FROM personal WHERE project = 'app' AND person = 'sam'", "a name in 'app'"),
    ],
)
def test_what_no_longer_follows_from_the_records_is_named(
    statement: str, said: str, lived: Workspace, tmp_path: Path
) -> None:
    """R-49: a state, an inbox, a message or a name changed by SQL."""
    assert_named(statement, said, copied(lived, tmp_path))


def test_evidence_that_was_exchanged_is_named(lived: Workspace, tmp_path: Path) -> None:
    """R-49: the file lies under its digest, and is held against it."""
    work = copied(lived, tmp_path)
    next((work.files.data / "evidence").rglob("*/*")).write_text("Something else.")
    found = audit.verify(work)
    assert (found.verdict, found.fault and "evidence of" in found.fault.message) == ("tampered", True)


@pytest.mark.parametrize("folder", ["evidence", "reports/app", "reports"])
def test_files_that_are_gone_from_beside_their_database_are_named(
    folder: str, lived: Workspace, tmp_path: Path
) -> None:
    """R-49: a folder that is missing is no better than a file that is."""
    work = copied(lived, tmp_path)
    shutil.rmtree(work.files.data / folder)
    found = audit.verify(work)
    work.database.close()
    assert (found.verdict, found.fault and "is missing or was changed" in found.fault.message) == ("tampered", True)


def test_files_that_are_kept_elsewhere_are_not_looked_at_and_that_is_said(lived: Workspace, tmp_path: Path) -> None:
    """As on a machine that shares a database, and not its files."""
    work = copied(lived, tmp_path)
    database = work.files.data.rename(tmp_path / "elsewhere") / "phasegate.db"
    there = Workspace.open(work.files.data, work.library, work.clock, f"sqlite:///{database}", work.checkpoints)
    found = audit.verify(there)
    there.database.close()
    assert (found.verdict, found.unseen) == ("whole", ("evidence", "reports"))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE personal SET text = x'00ff' WHERE project = 'app'", "what is kept of 'app' cannot be read"),
        ("UPDATE awaited SET due = 'x' WHERE project = 'web'", "what is kept of 'web' cannot be read"),
        ("UPDATE outbox SET id = x'00ff' WHERE id = 'app:G1:1'", "the outbox cannot be read"),
        ("UPDATE project SET state = x'00ff' WHERE id = 'web'", "the list of projects cannot be read"),
        ("UPDATE record SET at = x'00ff' WHERE id = 'app:G1:1'", "the row of the record 'app:G1:1'"),
        ("UPDATE instance SET id = x'00ff'", "the journal cannot be read"),
        ("INSERT INTO token VALUES ('a', 'sam', 'x', 'all', 'x', 'x', 'x', NULL)", "the tokens cannot be read"),
        ("INSERT INTO token VALUES ('a', 'sam', 'x', 'read', 'x', 'x', 'x', NULL)", "the token a is not kept"),
    ],
)
def test_rows_of_which_nothing_can_be_made_are_a_finding(
    statement: str, said: str, lived: Workspace, tmp_path: Path
) -> None:
    """R-49: of another type, or no value of its kind; no error of the program."""
    assert_named(statement, said, copied(lived, tmp_path))


def test_an_outcome_that_the_votes_do_not_add_up_to_is_named(lived: Workspace, tmp_path: Path) -> None:
    """R-49: a history rewritten whole, before its first checkpoint, still has to make sense."""
    work = copied(lived, tmp_path)
    shutil.rmtree(work.checkpoints.folder)
    connection = opened(work.files.data)
    past = past_of(work, connection)
    record = next(record for record in past.records if record["id"] == "app:G1:1:outcome")
    record["body"] = record["body"].replace('"outcome":"go"', '"outcome":"hold"')
    past.entries[record["seq"] - 1]["digest"] = digest(record["body"].encode())
    past.sealed_from(record["seq"])
    put_back(past, connection)
    connection.close()
    found = audit.verify(work)
    assert found.fault is not None
    assert found.verdict == "tampered"


def test_an_auditor_needs_nothing_of_ours(exported: Path, tmp_path: Path) -> None:
    """R-50: the script, copied with the export, run by a bare Python in another folder."""
    folder = tmp_path / "received"
    shutil.copytree(exported, folder)
    command = [sys.executable, "-I", str(folder / SCRIPT)]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    assert "whole: " in said.stdout
    assert len((folder / SCRIPT).read_text().splitlines()) < 100
    lines = (folder / JOURNAL).read_bytes().splitlines(keepends=True)
    (folder / JOURNAL).write_bytes(b"".join(lines[:40]))
    said = subprocess.run([*command, str(folder)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.returncode == 4
