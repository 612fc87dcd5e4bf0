"""Rules of the product, each broken in one way, and the tests that must notice; `tests.mutants` tries them.

The first ten are those without which no net is believed, the others break one promise of each kind of fault test.
Which test is named is a matter of seconds: the quickest of those that notice it every time.
"""

from typing import NamedTuple


class Edit(NamedTuple):
    """One change: in a file, what stands there once (a regular expression) and what stands there instead."""

    file: str
    there: str
    instead: str


class Mutant(NamedTuple):
    """A rule that is broken, and the tests of which one must fail."""

    name: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]


DATABASE, STORE, QUESTIONS, BATCH, COPIES, CHECKPOINTS, MIGRATIONS = (
    f"lifecycle/records/{name}.py"
    for name in ("database", "store", "questions", "batch", "copies", "checkpoints", "migrations/__init__")
)
VOTING, OUTCOME, ROSTER, DEADLINES = (
    f"lifecycle/governance/{name}.py" for name in ("voting", "outcome", "roster", "deadlines")
)
FAULTS = "tests/faults/test_"
CROWD = FAULTS + "approvers.py::test_a_crowd_of_approvers_meets_the_quorum_exactly"
RACES = FAULTS + "races.py::test_whoever_is_first_there_is_one_story"
LOCK = FAULTS + "races.py::test_a_forgotten_lock_is_a_conflict_and_never_a_second_vote"
TWICE = FAULTS + "races.py::test_the_same_request_twice_at_once_is_answered_twice_and_done_once"
POINTS = FAULTS + "crash_points.py::test_an_action_killed_at_any_point_is_kept_whole_or_not_at_all[settle]"
STORM = FAULTS + "storm.py::test_no_acknowledged_decision_is_lost_or_doubled_when_deciders_are_killed"
MODEL = FAULTS + "model.py"
CLOCK = FAULTS + "clock.py"
SPOILT = FAULTS + "storage.py::test_spoilt_files_are_a_shorter_record_or_refused_or_found"
NO_ROOM = FAULTS + "storage.py::test_a_write_that_finds_no_room_is_undone"
CHANGED = FAULTS + "tampering.py::test_a_past_changed_in_the_database_is_found"
NOT_OURS = FAULTS + "tampering.py::test_a_checkpoint_that_is_not_ours_is_found"
UPGRADE = FAULTS + "migration.py::test_a_killed_upgrade_leaves_the_old_layout_or_the_new_one[sqlite]"
OLD = FAULTS + "migration.py::test_projects_of_older_versions_are_finished_with_this_one"
BACKUP = FAULTS + "backup.py::test_backups_under_load_are_whole_and_lack_nothing_acknowledged[sqlite]"
DAYS = FAULTS + "soak.py::test_years_of_days_write_each_deadline_once"
ANOTHER_DOSSIER = "tests/actions/test_gates.py::test_a_vote_on_another_dossier_is_refused"
RUNNER = "tests/flows/test_faults.py::test_a_runner_killed_at_any_point_changes_nothing"
WALL = "tests/flows/test_lifecycle.py::test_undecided_means_no_record_and_no_run_of_the_next_phase"
BAD_DAY = "tests/flows/test_bad_days.py::test_whatever_prefect_does_decisions_are_taken_and_nothing_happens_twice"

LATE = """

from contextlib import ExitStack

_late_ones: list[ExitStack] = []


@contextmanager
def _late(connection: Connection) -> Iterator[Connection]:
    while _late_ones:
        _late_ones.pop().close()
    with ExitStack() as still_open:
        still_open.enter_context(connection.begin())
        yield connection
        _late_ones.append(still_open.pop_all())
"""
"""A transaction that is committed when the next one begins."""

MUTANTS = (
    Mutant(
        "no BEGIN IMMEDIATE",
        (Edit(DATABASE, r'(WRITING: Way = \{"sqlite": \{"begin": )"BEGIN IMMEDIATE"', r'\1"BEGIN"'),),
        (f"{CROWD}[sqlite]", f"{RACES}[sqlite]"),
    ),
    Mutant(
        "no FOR UPDATE",
        (Edit(QUESTIONS, r"\.with_for_update\(\)", ""),),
        (f"{RACES}[postgres]", f"{CROWD}[postgres]"),
    ),
    Mutant(
        "no unique key",
        (
            Edit(
                "lifecycle/records/tables.py",
                r'(?s)(class RecordRow\(.*?)id: str = Field\(unique=True\)(.*?"record_twin", "twin"), unique=True',
                r"\1id: str = Field(index=True)\2",
            ),
        ),
        (LOCK,),
    ),
    Mutant(
        "acknowledge before commit",
        (
            Edit(DATABASE, r"with connection\.begin\(\):", "with _late(connection):"),
            Edit(DATABASE, r"\Z", LATE),
            Edit("lifecycle/actions/vouching.py", r"(LifecycleError\):\n +)write\(database, place, now\)", r"\1pass"),
        ),
        (POINTS,),
    ),
    Mutant(
        "mark delivered before deliver",
        (
            Edit(
                "flows/dispatch.py",
                r"\n( +)(\w+ = await self\._run\()",
                r"\n\1with self.work.database.writing(SYSTEM, self.work.now()) as early:"
                r'\n\1    outbox.delivered(early.connection, batch, "early", self.work.now())'
                r"\n\1\2",
            ),
        ),
        (f"{RUNNER}[before project_lifecycle, begin]",),
    ),
    Mutant(
        "drop the digest check",
        (Edit(VOTING, r"\n +require_same_evidence\(history, review, ballot\.digest\)(?=\n)", ""),),
        (ANOTHER_DOSSIER,),
    ),
    Mutant(
        "drop the self-approval rule",
        (Edit(ROSTER, r"(def excluded\([^)]*\) -> dict\[str, str\]:\n)", r"\1    return {}\n"),),
        (MODEL,),
    ),
    Mutant(
        "the day after the deadline instead of the day",
        (Edit(DEADLINES, r"\.day <= now\.date\(\)", ".day < now.date()"),),
        (CLOCK,),
    ),
    Mutant(
        "skip the journal entry",
        (Edit(BATCH, r"\((ADD_ENTRY), (\w+)\)", r'(\1, tuple(one for one in \2 if one["action"] != "vote"))'),),
        (POINTS, STORM),
    ),
    Mutant(
        "a phase begins because a flow says so, not the records",
        (
            Edit(
                "lifecycle/actions/phases.py",
                r"(def open_phase\((?s:.*?)\n +)if not isinstance\(step, OpenPhase\)[^\n]*:\n +return False",
                r"\1step = OpenPhase(phase=phase, attempt=attempt)",
            ),
        ),
        (MODEL, WALL),
    ),
    Mutant(
        "no lock on the idempotency key",
        (Edit(QUESTIONS, r"SELECT pg_advisory_xact_lock\(7047, hashtext\(:key\)\)", "SELECT :key"),),
        (TWICE,),
    ),
    Mutant(
        "the same key may ask for something else",
        (Edit(STORE, r"if before != digest\(request\):", "if False:"),),
        (f"{CROWD}[sqlite]",),
    ),
    Mutant(
        "connections to a server that was away are kept",
        (Edit(DATABASE, r"self\._let_go\(\)  # the others", "pass  # the others"),),
        (
            "tests/records/test_postgres.py::test_a_server_that_was_away_costs_one_request_and_not_one_for_each_connection",
        ),
    ),
    Mutant(
        "a run that Prefect made and denied is left there",
        (Edit("flows/upkeep.py", r"\n +await _end\(work, run, project\)", ""),),
        (f"{BAD_DAY}[500 after the effect-8]",),
    ),
    Mutant(
        "an old token still writes",
        (
            Edit(
                "lifecycle/records/outbox.py",
                r"if row is None or \(row\.owner, row\.token\) != \(lease\.owner, lease\.token\):",
                "if row is None:",
            ),
        ),
        (FAULTS + "zombies.py",),
    ),
    Mutant(
        "a clock that went back is trusted",
        (Edit("lifecycle/actions/days.py", r"if newest and store\.now < newest - BEHIND:", "if False:"),),
        (CLOCK,),
    ),
    Mutant(
        "a quorum is reached one vote too early",
        (Edit(OUTCOME, r"len\(votes\) >= \(quorum or 0\)", "len(votes) + 1 >= (quorum or 0)"),),
        (FAULTS + "outcomes.py::test_random_sequences_of_votes_agree_with_the_oracle",),
    ),
    Mutant(
        "what is no YAML is nobody's error",
        (Edit("lifecycle/library/document.py", r"except YAMLError as error:", "except KeyError as error:"),),
        (FAULTS + "fuzz.py",),
    ),
    Mutant(
        "a damaged file is nobody's error",
        (Edit("lifecycle/records/damage.py", r"11: DAMAGED, 26: DAMAGED, ", ""),),
        (SPOILT,),
    ),
    Mutant(
        "a full disk is nobody's error",
        (Edit("lifecycle/records/damage.py", r"13: FULL, 10: UNREACHABLE, ", ""),),
        (NO_ROOM,),
    ),
    Mutant(
        "a record is not held against its digest",
        (
            Edit(
                "lifecycle/actions/audit.py",
                r"\(row\.project, row\.kind, _digest\(row\.body\)\) != told",
                "(row.project, row.kind) != told[:2]",
            ),
        ),
        (CHANGED,),
    ),
    Mutant(
        "checkpoints are written and not asked",
        (Edit(CHECKPOINTS, r"heads\.get\(one\.size\) != one\.head", "False"),),
        (CHANGED,),
    ),
    Mutant(
        "any signature will do",
        (
            Edit(
                CHECKPOINTS,
                r"not _signed\(key, note\.signature\[4:\], note\.text\.encode\(\)\)",
                "not note.signature[4:]",
            ),
        ),
        (FAULTS + "tampering.py::test_a_bit_of_a_checkpoint_that_flipped_is_found",),
    ),
    Mutant(
        "an old checkpoint may stand after a newer one",
        (Edit(CHECKPOINTS, r"if note\.checkpoint\.size < size:", "if False:"),),
        (NOT_OURS,),
    ),
    Mutant(
        "a backup copies the file while others write",
        (
            Edit(
                COPIES,
                r"(def copy\((?s:.*?)\n +)raw\.backup\(target\)",
                r'\1file.write_bytes(Path(source.url.removeprefix("sqlite:///")).read_bytes())',
            ),
        ),
        (BACKUP,),
    ),
    Mutant(
        "each revision is kept by itself",
        (
            Edit(
                MIGRATIONS,
                r"on_version_apply=lambda \*\*_: schema\.protect\(connection\)",
                "on_version_apply=lambda **_: [schema.protect(connection), "
                '*map(connection.exec_driver_sql, ("COMMIT", "BEGIN IMMEDIATE"))]',
            ),
        ),
        (UPGRADE,),
    ),
    Mutant(
        "what an older version wrote is called otherwise now",
        (Edit("lifecycle/history/gates.py", r'= "vote"', '= "ballot"'),),
        (OLD,),
    ),
    Mutant(
        "what time has demanded is demanded again",
        (Edit(DEADLINES, r"( for record in passed) if not history\.has\(record\.id\)", r"\1"),),
        (DAYS,),
    ),
    Mutant(
        "nobody looks on the day on which a delegation begins",
        (Edit("lifecycle/status/coming.py", r", delegations\.next_day\(history, today\)", ""),),
        ("tests/actions/test_deadlines.py::test_a_stand_in_is_asked_from_the_first_day_to_the_last",),
    ),
)
