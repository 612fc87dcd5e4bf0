"""The audit, against somebody who can open the database and take its triggers away."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from lifecycle.actions import audit, gates, identity, people, registers
from lifecycle.actions.erasure import erase_person
from lifecycle.actions.presented import Presented
from lifecycle.actions.upgrading import upgrade
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import NotAuthorised
from lifecycle.history.charter import Member
from lifecycle.records import journal, tokens
from lifecycle.records.tables import APPEND_ONLY
from lifecycle.records.tokens import Scope
from tests.records.layouts import laid_open
from tests.workspaces import copied, history, on, vote, workspace

ANOTHER_RECORD = """
INSERT INTO record
SELECT 'app:lesson:9', NULL, seq + 1000, project, kind, at, by, body FROM record WHERE id = 'app:G1:1'
"""


def tampered(work: Workspace, *statements: str) -> audit.Audit:
    """What the audit finds once these statements were run on the bare database."""
    with work.database.engine.begin() as connection:
        for statement in without_walls(connection.dialect.name):
            assert connection.exec_driver_sql(statement).rowcount != 0
        if connection.dialect.name == "sqlite":
            laid_open(connection.connection.driver_connection)
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount != 0
    return audit.verify(work)


def without_walls(engine: str) -> list[str]:
    """What takes the triggers away."""
    if engine == "postgresql":
        return [f"DROP TRIGGER {table}_append_only ON {table}" for table in APPEND_ONLY]
    return [f"DROP TRIGGER {table}_{event}_refused" for table in APPEND_ONLY for event in ("UPDATE", "DELETE")]


def number_of(work: Workspace, record: str) -> int:
    """The number of the journal entry of a record."""
    with work.look() as store:
        return next(entry.seq for entry in store.entries() if entry.object == record and entry.digest)


def test_an_untouched_record_has_no_fault(closed: Workspace) -> None:
    found = audit.verify(closed)
    with closed.look() as store:
        assert (found.entries, found.head) == store.head()
    assert (found.entries, found.fault) == (len(history(closed).records) + 1, None)  # one for the signing key
    assert found.vouched == found.entries


def test_a_refused_attempt_belongs_to_the_journal_and_not_to_the_records(submitted: Workspace) -> None:
    before = audit.verify(submitted)
    with pytest.raises(NotAuthorised):
        gates.withdraw_gate(submitted, "app", "G1", "erik")
    after = audit.verify(submitted)
    assert (after.entries, after.fault) == (before.entries + 1, None)
    assert after.head != before.head


def test_an_empty_installation_is_whole(tmp_path: Path) -> None:
    work = workspace(tmp_path)
    assert audit.verify(work).entries == 0
    assert audit.verify(work).fault is None


@pytest.mark.parametrize(
    ("statement", "record", "said"),
    [
        ("UPDATE record SET body = replace(body, 'sam', 'eve') WHERE id = 'app'", "app", "was changed"),
        ("UPDATE record SET project = 'other' WHERE id = 'app:G1:1'", "app:G1:1", "was changed"),
        ("UPDATE record SET kind = 'vote' WHERE id = 'app:G1:1'", "app:G1:1", "was changed"),
        ("UPDATE record SET id = 'app:G1:7' WHERE id = 'app:G1:1'", "app:G1:1", "is missing or moved"),
        ("UPDATE record SET seq = 999 WHERE id = 'app:planning:1'", "app:planning:1", "is missing or moved"),
        ("DELETE FROM record WHERE id = 'app:planning:1'", "app:planning:1", "is missing or moved"),
        ("DELETE FROM record WHERE id = 'app:G1:1'", "app:G1:1", "is missing or moved"),
    ],
)
def test_a_record_that_was_touched_is_named(submitted: Workspace, statement: str, record: str, said: str) -> None:
    number = number_of(submitted, record)
    fault = tampered(submitted, statement).fault
    assert fault
    assert (fault.seq, f"'{record}'" in fault.message, said in fault.message) == (number, True, True)


def test_a_record_that_nobody_wrote_is_named(submitted: Workspace) -> None:
    fault = tampered(submitted, ANOTHER_RECORD).fault
    assert fault
    assert fault.message == "the record 'app:lesson:9' was never journaled"


@pytest.mark.parametrize(
    ("statement", "number", "said"),
    [
        ("UPDATE journal SET actor = 'eve' WHERE seq = 2", 2, "entry 2 was changed"),
        ("UPDATE journal SET hash = previous WHERE seq = 2", 2, "entry 2 was changed"),
        ("DELETE FROM journal WHERE seq = 2", 2, "entry 2 is missing"),
        ("DELETE FROM journal WHERE seq = 1", 1, "entry 1 is missing"),
        ("UPDATE instance SET id = 'another'", 1, "entry 1 does not follow"),
    ],
)
def test_a_journal_that_was_touched_is_named_at_its_first_bad_entry(
    submitted: Workspace, statement: str, number: int, said: str
) -> None:
    fault = tampered(submitted, statement).fault
    assert fault
    assert (fault.seq, said in fault.message) == (number, True)


def test_an_entry_edited_and_sealed_again_betrays_itself_by_the_next(submitted: Workspace) -> None:
    with submitted.look() as store:
        second = list(store.entries())[1]
    sealed = journal.sealed(second.model_copy(update={"actor": "eve"}))
    fault = tampered(submitted, f"UPDATE journal SET actor = 'eve', hash = '{sealed.hash}' WHERE seq = 2").fault
    assert fault
    assert (fault.seq, fault.message) == (3, "entry 3 does not follow the entry before it")


def test_a_journal_cut_short_is_found_by_the_records_it_no_longer_speaks_of(submitted: Workspace) -> None:
    last = number_of(submitted, "app:G1:1")
    fault = tampered(submitted, f"DELETE FROM journal WHERE seq >= {last}").fault
    assert fault
    assert (fault.seq, fault.message) == (last, "the record 'app:G1:1' was never journaled")


def test_a_tail_cut_off_with_its_records_shows_in_the_head_that_somebody_kept(submitted: Workspace) -> None:
    last, kept = number_of(submitted, "app:G1:1"), audit.verify(submitted)
    cut = tampered(submitted, *(f"DELETE FROM {table} WHERE seq >= {last}" for table in ("record", "journal")))
    assert cut.verdict == "tampered"  # the list still shows what was cut off
    assert (cut.entries, cut.head) != (kept.entries, kept.head)


NINA = Member(id="nina", name="Nina Newcomer", roles=("engineer",))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE personal SET text = 'Ingrid Solberg' WHERE person = 'nina'", "a name in 'app' is not"),
        ("UPDATE personal SET person = 'erik' WHERE person = 'nina'", "a name in 'app' is not"),
        ("UPDATE personal SET project = 'web' WHERE person = 'nina'", "of 'web' are kept"),
        ("UPDATE personal SET erased = '2026-01-05T09:00:00Z' WHERE person = 'nina'", "a name in 'app' is not"),
        (
            "UPDATE personal SET erased = '2026-01-05T09:00:00Z', text = NULL, salt = NULL WHERE person = 'nina'",
            "a name in 'app' is not",
        ),
        ("DELETE FROM personal WHERE person = 'nina'", "a name in 'app' is not"),
        (
            "INSERT INTO personal VALUES ('ab', 'app', 'x', '00', 'must not', NULL)",
            "'app' belongs to no record",
        ),
        (
            "INSERT INTO personal VALUES ('ab', 'web', 'x', '00', 'must not', NULL)",
            "of 'web' are kept",
        ),
    ],
)
def test_each_name_kept_apart_is_one_that_a_record_committed_to(started: Workspace, statement: str, said: str) -> None:
    """R-49, R-52: whoever joined later too; a text that nobody committed to would be put into what others write."""
    for member in (NINA, Member(id="olu", name="olu", roles=("engineer",))):  # of a name that is an id nothing is kept
        people.assign_person(started, "app", member, "Joins.", "sam")
    registers.record_lesson(started, "app", "Ask Nina Newcomer.", recommendation="Ask.", by="erik")
    assert audit.verify(started).fault is None
    fault = tampered(started, statement).fault
    assert fault
    assert said in fault.message


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE personal SET erased = '2020-01-01T00:00:00Z' WHERE person = 'erik'",
        "UPDATE personal SET text = 'Eve E.' WHERE person = 'erik'",
        "UPDATE personal SET person = 'ada' WHERE person = 'erik'",
    ],
)
def test_a_name_was_erased_when_the_records_say_so(closed: Workspace, tmp_path: Path, statement: str) -> None:
    """R-52: its day is shown in place of the name, and cannot be made another one."""
    work = copied(closed, tmp_path)
    for by in ("sam", "cora"):
        erase_person(work, "erik", "Asked for it.", by)
    assert audit.verify(work).fault is None
    fault = tampered(work, statement).fault
    assert fault
    assert "a name in 'app' is not" in fault.message


def presenting(work: Workspace, token: str, by: str) -> None:
    """An entry by somebody behind whom stands a token, as over HTTP."""
    with work.database.writing(by, work.now(), f"token:{token}") as store:
        store.note("refused vote", "app", subject="app", note="not_authorised")


@pytest.mark.parametrize("by", ["erik", "phasegate"])
def test_an_entry_by_the_owner_of_a_token_is_sound_while_it_counts(started: Workspace, by: str) -> None:
    """A day that passes is met by the engine, behind the same token; who waited for their turn may be a little late."""
    token, _ = identity.create_token(started, "erik", by="root", label="laptop", days=1)
    on(started, date(2026, 1, 6))
    presenting(started, token.id, by)
    identity.revoke_token(started, token.id, "root")
    presenting(started, token.id, by)
    assert audit.verify(started).fault is None


@pytest.mark.parametrize(
    ("scopes", "by", "days", "said"),
    [
        (identity.ALL, "sam", 0, "entry 6 is by sam with token:"),
        (("read",), "erik", 0, "was given to erik for read"),
        (identity.ALL, "erik", 1, "had been revoked or had expired"),
        (identity.ALL, "erik", 9, "had been revoked or had expired"),
    ],
)
def test_an_entry_with_a_token_that_did_not_allow_it_is_named(
    started: Workspace, scopes: tuple[Scope, ...], by: str, days: int, said: str
) -> None:
    """R-49: somebody else's, one to read only, revoked, or expired; the journal tells, whatever is kept of it."""
    token, _ = identity.create_token(started, "erik", by="root", label="laptop", scopes=scopes, days=5)
    if days == 1:
        identity.revoke_token(started, token.id, "root")
    on(started, started.today() + timedelta(days=days))
    number = audit.verify(started).entries + 1
    presenting(started, token.id, by)
    found = audit.verify(started)
    assert (found.verdict, found.fault and found.fault.seq) == ("tampered", number)
    assert found.fault
    assert said.replace("entry 6", f"entry {number}") in found.fault.message


def test_an_entry_with_a_token_that_was_never_issued_is_named(started: Workspace) -> None:
    presenting(started, "5f0c", "sam")
    fault = audit.verify(started).fault
    assert fault
    assert "names token:5f0c, which was never issued" in fault.message


def test_an_entry_at_no_moment_at_all_is_not_within_the_time_of_a_token() -> None:
    """As somebody may have written it into an export."""
    presented, told = Presented(), "erik: read work, until 2026-01-06T09:00:00Z"
    presented.hear({"action": "token created", "object": "token:a", "at": "2026-01-05T09:00:00Z", "note": told})
    entry: dict[str, journal.Field] = {"seq": 2, "login": "token:a", "actor": "erik", "at": "2026-01-05T09:00:00Z"}
    assert presented.objection(entry) is None
    assert "had been revoked or had expired" in str(presented.objection(entry | {"at": "soon"}))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE token SET person = 'sam'",
        "UPDATE token SET scopes = 'read work decide'",
        "UPDATE token SET expires = '2099-01-01T00:00:00Z'",
        "UPDATE token SET revoked = NULL",
        "UPDATE token SET id = 'another'",
        "DELETE FROM token",
    ],
)
def test_a_token_is_kept_as_it_was_issued_and_revoked(started: Workspace, change: str) -> None:
    """R-49: whoever can change its row could vote as somebody else."""
    token, _ = identity.create_token(started, "erik", by="root", label="laptop", scopes=("read",))
    identity.revoke_token(started, token.id, "root")
    assert audit.verify(started).fault is None
    fault = tampered(started, change).fault
    assert fault
    assert "is not kept as it was issued or revoked" in fault.message


def test_a_token_of_an_earlier_version_whose_entry_does_not_say_until_when_is_sound(started: Workspace) -> None:
    with started.database.writing("root", started.now()) as store:
        token, _ = tokens.issue(
            store.connection, "erik", label="old", scopes=("read", "work"), days=90, now=started.now()
        )
        store.note("token created", "", subject=f"token:{token.id}", note="erik: read work")
    presenting(started, token.id, "erik")
    assert audit.verify(started).fault is None


@pytest.mark.parametrize(
    "change",
    ["by = 'nobody'", "at = '1999-01-01T00:00:00Z'", "twin = NULL", "twin = 'app:G1:1:voter:cora'"],
)
def test_a_row_says_of_its_record_what_the_record_says(submitted: Workspace, change: str) -> None:
    """R-49: by whom and when, beside the body; and what cannot happen twice."""
    vote(submitted, "G1", "sam")
    number = number_of(submitted, "app:G1:1:vote:sam")
    found = tampered(submitted, f"UPDATE record SET {change} WHERE id = 'app:G1:1:vote:sam'")
    assert (found.verdict, found.fault and found.fault.seq) == ("tampered", number)
    assert found.fault
    assert "the row of the record 'app:G1:1:vote:sam'" in found.fault.message


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE outbox SET project = 'other' WHERE id = 'app:G1:1'", "'app:G1:1' has no message to the flows"),
        ("UPDATE awaited SET project = 'ghost' WHERE person = 'sam'", "'ghost' are kept, but there is no such project"),
    ],
)
def test_what_is_kept_of_a_project_that_does_not_exist_is_named(
    submitted: Workspace, statement: str, said: str
) -> None:
    """R-49: an inbox shows it all the same."""
    fault = tampered(submitted, statement).fault
    assert fault
    assert said in fault.message


def test_triggers_that_are_gone_are_named_and_an_upgrade_puts_them_up_again(submitted: Workspace) -> None:
    """The record may be whole all the same: what was changed shows by itself."""
    found = tampered(submitted)
    assert (found.verdict, found.unguarded) == ("whole", ("record", "journal", "answer"))
    assert upgrade(submitted, "ada").revisions == ()
    assert audit.verify(submitted).unguarded == ()
