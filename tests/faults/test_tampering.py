"""Somebody with the database, an export or a report in hand changes the past. It is found, and named.

The attacker takes all triggers away and may compute hashes; what they have not got is the folder with the
checkpoints and the key that signs them.
"""

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lifecycle.actions import audit, export, gates, phases, projects, registers, reporting, vouching
from lifecycle.actions.export import JOURNAL, RECORDS, SCRIPT
from lifecycle.actions.workspace import Workspace
from lifecycle.cli.audit import CODES
from lifecycle.errors import LifecycleError
from lifecycle.governance.voting import Ballot
from lifecycle.history.charter import RiskEntry
from lifecycle.history.closing import ReportIssued
from lifecycle.history.gates import ConditionText
from lifecycle.records import verify_export
from lifecycle.records.checkpoints import KEYS, NOTES, Place
from lifecycle.records.journal import genesis, hash_of, written
from lifecycle.records.tables import APPEND_ONLY
from lifecycle.value import digest
from tests.builders import charter
from tests.faults.profile import chance, size
from tests.workspaces import (
    carry_on,
    charter_file,
    copied,
    hand_in,
    history,
    pass_first_gate,
    pass_last_gate,
    pass_second_gate,
    workspace,
)

Row = dict[str, Any]
TIMES = size(3, 100)
WALKS, STEPS = size(5, 50), size(30, 60)


@dataclass
class Past:
    """The journal and the records as the attacker holds them, and where genuine checkpoints lie."""

    instance: str
    entries: list[Row]
    records: list[Row]
    vouched: list[int]

    def sealed_from(self, number: int) -> None:
        """Compute numbers, links and hashes anew from an entry on."""
        for place in range(number - 1, len(self.entries)):
            entry = self.entries[place]
            entry["previous"] = self.entries[place - 1]["hash"] if place else genesis(self.instance)
            entry["hash"] = hash_of({name: value for name, value in entry.items() if name != "hash"}, entry["previous"])

    def cut(self, number: int) -> None:
        """Leave nothing after so many entries."""
        del self.entries[number:]
        self.records = [record for record in self.records if record["seq"] <= number]

    def falsify(self, number: int) -> None:
        """Put something else into an entry, and into its record where it has one."""
        entry = self.entries[number - 1]
        entry["actor"] = f"{entry['actor']}-not"
        for record in self.records:
            if record["seq"] == number:
                record["body"] = record["body"].replace('"by":"', '"by":"not-')
                entry["digest"] = digest(record["body"].encode())

    def middle(self, dice: random.Random) -> int:
        """An entry that is not the last."""
        return dice.randint(1, len(self.entries) - 2)


Attack = Callable[[Past, random.Random], tuple[int, int]]
"""Changes the past; the exit code and the first bad entry that must be told."""


def edit(past: Past, dice: random.Random) -> tuple[int, int]:
    number = past.middle(dice)
    field = dice.choice(["at", "actor", "login", "action", "project", "object", "digest", "note", "on_behalf_of"])
    past.entries[number - 1][field] = f"{past.entries[number - 1][field] or ''}0"
    return 3, number


def edit_and_seal(past: Past, dice: random.Random) -> tuple[int, int]:
    number = past.middle(dice)
    past.falsify(number)
    after = [dict(entry) for entry in past.entries[number:]]
    past.sealed_from(number)
    past.entries[number:] = after
    return 3, number + 1


def delete(past: Past, dice: random.Random) -> tuple[int, int]:
    number = past.middle(dice)
    del past.entries[number - 1]
    past.records = [record for record in past.records if record["seq"] != number]
    return 3, number


def swap(past: Past, dice: random.Random) -> tuple[int, int]:
    number = past.middle(dice)
    one, other = past.entries[number - 1], past.entries[number]
    one["seq"], other["seq"] = other["seq"], one["seq"]
    past.entries[number - 1 : number + 1] = [other, one]
    return 3, number


def insert(past: Past, dice: random.Random) -> tuple[int, int]:
    number = past.middle(dice)
    past.entries.insert(number, past.entries[number - 1] | {"action": "never happened", "digest": None})
    for place, entry in enumerate(past.entries, start=1):
        entry["seq"] = place
    for record in past.records:
        record["seq"] += record["seq"] > number
    return 3, number + 1


def cut_fifty(past: Past, dice: random.Random) -> tuple[int, int]:
    left = len(past.entries) - 50
    past.cut(left)
    return 4, left + 1


def cut_many(past: Past, dice: random.Random) -> tuple[int, int]:
    left = len(past.entries) - dice.randint(100, 150)
    past.cut(left)
    return 4, left + 1


def rewrite(past: Past, dice: random.Random) -> tuple[int, int]:
    number = past.middle(dice)
    past.falsify(number)
    past.sealed_from(number)
    return 4, max((vouched for vouched in past.vouched if vouched < number), default=0) + 1


def rewrite_the_end(past: Past, dice: random.Random) -> tuple[int, int]:
    first = len(past.entries) - 29
    for number in range(first, len(past.entries) + 1):
        past.falsify(number)
    past.sealed_from(first)
    return 4, max(vouched for vouched in past.vouched if vouched < first) + 1


def empty(past: Past, dice: random.Random) -> tuple[int, int]:
    past.cut(0)
    return 4, 1


ATTACKS = (edit, edit_and_seal, delete, swap, insert, cut_fifty, cut_many, rewrite, rewrite_the_end, empty)
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


def opened(data: Path) -> sqlite3.Connection:
    """The bare database, its triggers taken away."""
    connection = sqlite3.connect(data / "phasegate.db", isolation_level=None)
    connection.row_factory = sqlite3.Row
    for table in APPEND_ONLY:
        for event in ("UPDATE", "DELETE"):
            connection.execute(f"DROP TRIGGER IF EXISTS {table}_{event}_refused")
    return connection


def past_of(work: Workspace, connection: sqlite3.Connection) -> Past:
    def rows(table: str) -> list[Row]:
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY seq")]

    noted = [int(line) for line in work.checkpoints.text().splitlines() if line.isdigit()]
    return Past(work.database.instance, rows("journal"), rows("record"), noted)


def put_back(past: Past, connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN")
    for table, rows in (("journal", past.entries), ("record", past.records)):
        connection.execute(f"DELETE FROM {table}")
        for row in rows:
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", list(row.values()))
    connection.execute("COMMIT")


@pytest.mark.parametrize(("attack", "number"), CASES)
def test_a_past_changed_in_the_database_is_found(attack: Attack, number: int, lived: Workspace, tmp_path: Path) -> None:
    """R-46, R-47: with checkpoints outside the database, each of the ten attacks is found and named."""
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


def script(folder: Path) -> int:
    """The exit code of the stand-alone script, run in this process."""
    try:
        verify_export.verify(folder)
    except SystemExit as stopped:
        return int(str(stopped.code))
    except (OSError, *verify_export.UNFIT):
        return 6
    return 0


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


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE project SET state = 'closed' WHERE id = 'web'", "the line of 'web'"),
        ("UPDATE project SET gate = 'G3' WHERE id = 'web'", "the line of 'web'"),
        ("UPDATE project SET title = 'Other' WHERE id = 'app'", "the line of 'app'"),
        ("DELETE FROM project WHERE id = 'web'", "not in the list"),
        ("UPDATE project SET id = 'foreign' WHERE id = 'web'", "'foreign' is in the list but was never started"),
        ("DELETE FROM awaited WHERE project = 'web' AND person = 'paula'", "the inbox of 'web'"),
        ("UPDATE awaited SET person = 'eve' WHERE project = 'web' AND person = 'paula'", "the inbox of 'web'"),
        ("DELETE FROM outbox WHERE id = 'app:G1:1:outcome'", "'app:G1:1:outcome' has no message"),
        ("INSERT INTO outbox VALUES ('app:G1:9:outcome', 999, 'app', 0, NULL, NULL, NULL)", "has a message but no"),
        ("UPDATE personal SET text = 'Eve E.' WHERE project = 'app' AND person = 'sam'", "a name in 'app'"),
        ("UPDATE personal SET text = NULL WHERE project = 'app' AND person = 'sam'", "a name in 'app'"),
        ("DELETE FROM personal WHERE project = 'app' AND person = 'sam'", "a name in 'app'"),
    ],
)
def test_what_no_longer_follows_from_the_records_is_named(
    statement: str, said: str, lived: Workspace, tmp_path: Path
) -> None:
    """R-49: a state, an inbox, a message or a name changed by SQL."""
    work = copied(lived, tmp_path)
    connection = opened(work.files.data)
    assert connection.execute(statement).rowcount > 0
    connection.close()
    found = audit.verify(work)
    work.database.close()
    assert (found.verdict, found.fault and said in found.fault.message) == ("tampered", True), found.fault


def test_evidence_that_was_exchanged_is_named(lived: Workspace, tmp_path: Path) -> None:
    """R-49: the file lies under its digest, and is held against it."""
    work = copied(lived, tmp_path)
    next((work.files.data / "evidence").rglob("*/*")).write_text("Something else.")
    found = audit.verify(work)
    assert (found.verdict, found.fault and "evidence of" in found.fault.message) == ("tampered", True)


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


def walk(work: Workspace, project: str, dice: random.Random) -> None:
    """Do something, allowed or not, as anybody."""
    people = ("paula", "sam", "cora", "ada", "erik", "eve")
    by, gate = dice.choice(people), dice.choice(("G1", "G2", "G3"))
    conditions = (ConditionText(text="Do it.", owner=dice.choice(people), due=work.today()),)
    choice = dice.choice(["approve", "approve", "approve", "approve_with_conditions", "reject", "abstain"])
    ballot = Ballot.model_validate(
        {
            "gate": gate,
            "by": by,
            "choice": choice,
            "reason": f"Said by {dice.choice(people)}, as Erik E. wrote.",
            "conditions": conditions if choice == "approve_with_conditions" else (),
            "proposal": dice.choice(["hold", "recycle", "kill", None]) if choice == "reject" else None,
        }
    )
    risk = RiskEntry(title="Rain", category="external", probability=1, impact=1, owner="manager")
    deliverable = dice.choice(("plan", "app", "test-report", "final-report"))
    possible: list[Callable[[], object]] = [
        lambda: hand_in(work, deliverable, by, str(dice.random()), project),
        lambda: hand_in(work, deliverable, "erik", str(dice.random()), project),
        lambda: projects.judge_deliverable(work, project, deliverable=deliverable, by=by),
        lambda: gates.submit_gate(work, project, None, by),
        lambda: gates.submit_gate(work, project, gate, "paula"),
        lambda: gates.decide_gate(work, project, ballot, dice.choice([None, str(dice.random())])),
        lambda: gates.decide_gate(work, project, ballot, "always the same key"),
        lambda: gates.withdraw_gate(work, project, gate, by),
        lambda: gates.resume_gate(work, project, gate, "On we go.", by),
        lambda: gates.clear_condition(work, project, name=f"{gate}.1.1", evidence="Done.", by=by),
        lambda: registers.add_risk(work, project, risk, by),
        lambda: registers.record_lesson(work, project, "Ask Sam S. early.", recommendation="Ask.", by=by),
        lambda: phases.request_review(work, project, gate),
        lambda: projects.hand_over(work, project, "app", to="cora", by="paula"),
        lambda: carry_on(work, project),
    ]
    dice.choice(possible)()


@pytest.mark.parametrize("number", range(WALKS))
def test_a_history_that_nobody_touched_never_gives_a_false_alarm(number: int, tmp_path: Path) -> None:
    """R-46: whatever people did, in whatever order."""
    dice, work = chance(f"walk-{number}"), workspace(tmp_path)
    for project in ("app", "web"):
        projects.start_project(work, charter_file(tmp_path, charter(project, plan="plan.csv")), "sam")
        carry_on(work, project)
    if dice.random() < 0.7:
        pass_first_gate(work)
    for _ in range(STEPS):
        with suppress(LifecycleError):
            walk(work, dice.choice(("app", "web")), dice)
    found = audit.verify(work)
    assert (found.verdict, found.fault) == ("whole", None)
    export.export(work, tmp_path / "export")
    assert export.verify(tmp_path / "export").verdict == "whole"
    assert script(tmp_path / "export") == 0
    work.database.close()
