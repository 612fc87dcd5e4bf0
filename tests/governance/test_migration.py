"""Asking for a move, confirming it as somebody else, withdrawing it."""

from datetime import date

import pytest

from lifecycle.errors import (
    CannotMigrate,
    Conflict,
    EvidenceChanged,
    NotAuthorised,
    SeparationOfDuties,
    TransitionNotAllowed,
)
from lifecycle.governance import migration, review
from lifecycle.history import History
from lifecycle.history.gates import ReviewReturned
from lifecycle.history.migration import MigrationRequested, ProjectMigrated
from lifecycle.history.work import PhaseOpened
from lifecycle.process.definition import AuthorityDefinition, ProcessDefinition
from lifecycle.progress import next_step
from lifecycle.status import awaited
from tests.builders import (
    PEOPLE,
    START,
    charter,
    definition,
    execution,
    opened,
    person,
    phase,
    planning,
    prepared,
    requested,
    started,
    stopped,
    submitted,
    voted,
    wind_up,
)
from tests.moves import CONTROL, executing, improved, moved, version, wish


def asked(history: History, new: ProcessDefinition | None = None, by: str = "paula") -> History:
    wanted = wish(history, new or improved())
    return history.and_then(migration.request(history, wanted, reason="The audit asks for it.", by=by, now=START))


def confirmed(history: History, by: str = "sam") -> History:
    return history.and_then(*migration.confirm(history, by, START))


def with_authority(*roles: str) -> ProcessDefinition:
    rows = (*definition().authority, AuthorityDefinition(decision="migration", roles=roles))
    return definition(authority=rows)


def test_a_move_takes_two_persons_and_neither_is_the_manager_who_asked() -> None:
    """The PMO is not the PM: who manages the project never confirms, whoever asked."""
    waiting = asked(executing())
    assert waiting.definition.version == "1"
    after = confirmed(waiting)
    assert (after.definition.version, getattr(next_step(after), "gate", None)) == ("2", "G2a")
    done = after.last(ProjectMigrated)
    assert done and (done.id, done.requested_by, done.by) == ("app:process:1:migrated", "paula", "sam")
    with pytest.raises(SeparationOfDuties, match=r"Paula P\. asked for this; it takes a second person .*: Sam S\."):
        confirmed(waiting, "paula")
    with pytest.raises(NotAuthorised, match=r"Cora C\. may not decide a migration\. Those who may: Sam S\."):
        confirmed(waiting, "cora")


def test_a_second_manager_may_not_confirm_either() -> None:
    people = (*PEOPLE, person("max", "manager", "sponsor"))
    history = opened(started(charter(people=people)))
    with pytest.raises(SeparationOfDuties, match=r"Max M\. manages App and may not confirm this\."):
        confirmed(asked(history, version()), "max")


def test_who_has_the_authority_may_ask_and_then_another_one_confirms() -> None:
    history = executing(with_authority("architect", "customer"))
    waiting = asked(history, by="ada")
    assert migration.confirmers(waiting, "ada") == ("cora",)
    assert confirmed(waiting, "cora").definition.version == "2"
    with pytest.raises(NotAuthorised, match=r"Erik E\. may not ask .*: Paula P\., Cora C\., Ada A\."):
        asked(history, by="erik")
    with pytest.raises(NotAuthorised, match="Nobody could confirm this: it takes the role Architect"):
        asked(executing(with_authority("architect")), by="ada")


def test_what_cannot_be_mapped_is_refused_with_the_whole_list() -> None:
    with pytest.raises(CannotMigrate, match=r"from small 1 to small 2:\n- Phase planning .*\n- Phase exec"):
        asked(executing(), version(phase("other", gates=wind_up().gates), wind_up(gates=planning().gates)))


def test_one_request_at_a_time() -> None:
    waiting = asked(executing())
    with pytest.raises(Conflict, match=r"Paula P\. asked on 2026-01-05 already to move to small 2\."):
        asked(waiting)
    over = waiting.and_then(migration.withdraw(waiting, "paula", "Not yet.", START))
    assert migration.pending(over) is None
    assert [one.number for one in asked(over).all(MigrationRequested)] == [1, 2]
    with pytest.raises(TransitionNotAllowed, match="Nobody has asked to move App to another version"):
        confirmed(over)


def test_a_request_is_withdrawn_by_who_asked_or_declined_by_who_could_confirm() -> None:
    waiting = asked(executing())
    assert migration.withdraw(waiting, "sam", "Not now.", START).id == "app:process:1:withdrawn"
    with pytest.raises(NotAuthorised, match=r"Cora C\. may not withdraw this\. Those who may: Paula P\., Sam S\."):
        migration.withdraw(waiting, "cora", "No.", START)


def test_twice_confirmed_is_refused_and_says_that_it_is_done() -> None:
    after = confirmed(asked(executing()))
    with pytest.raises(TransitionNotAllowed, match=r"It moved on 2026-01-05, confirmed by Sam S\."):
        confirmed(after)


def test_a_plan_that_is_no_longer_what_was_asked_for_is_refused() -> None:
    history = prepared(executing(), "G2")
    waiting = asked(history)
    later = requested(waiting, "G2")
    with pytest.raises(EvidenceChanged, match=r"not where it was when Paula P\. asked: The review of G2, round 1"):
        confirmed(later)
    with pytest.raises(EvidenceChanged, match="The plan that waits is another one than you read"):
        migration.confirm(waiting, "sam", START, read="0" * 64)
    read = waiting.last(MigrationRequested)
    assert read and migration.confirm(waiting, "sam", START, read=read.digest)


def test_what_has_come_in_the_way_since_is_told() -> None:
    waiting = asked(opened(started()), version(planning(deliverables=()), execution(), CONTROL, wind_up()))
    with pytest.raises(CannotMigrate, match="Deliverable plan has no counterpart, and it was submitted"):
        confirmed(submitted(waiting, "plan", "erik"))


def test_what_is_of_no_importance_to_the_plan_does_not_undo_it() -> None:
    assert confirmed(submitted(asked(executing()), "test-report", "erik")).version("test-summary") is not None


def test_a_review_whose_rules_change_is_returned_and_its_votes_stay_on_record() -> None:
    history = voted(requested(prepared(executing(), "G2"), "G2"), "G2", "sam")
    strict = execution().gates[0].model_copy(update={"policy": "all"})
    after = confirmed(asked(history, version(planning(), execution(gates=(strict,)), CONTROL, wind_up())))
    back = after.last(ReviewReturned)
    assert back and (back.id, back.cause, back.by) == ("app:G2:1:returned", "migrated", "sam")
    assert back.difference == ("Gate G2: policy: at least 2 -> all.",)
    assert len(after.votes(after.review("G2"))) == 1  # type: ignore[arg-type]
    assert (next_step(after).word, getattr(next_step(after), "round", 0)) == ("preparing", 2)
    with pytest.raises(EvidenceChanged, match="G2 round 1 went back to its submitter: Gate G2: policy"):
        review.waiting(after, "G2")


def test_phases_that_are_new_beside_the_current_one_begin_with_the_move() -> None:
    support = phase("support", beside="execution")
    after = moved(executing(), version(planning(), execution(), CONTROL, support, wind_up()))
    assert [one.id for one in after.all(PhaseOpened)][-1] == "app:support:1"
    assert [one.phase for one in moved(started(), version()).all(PhaseOpened)] == []


def test_those_who_may_confirm_find_it_in_their_inbox_with_the_day_since_when_it_waits() -> None:
    waiting = asked(executing())
    found = [one for one in awaited(waiting, next_step(waiting), date(2026, 1, 9)) if one.what == "confirm migration"]
    assert [(one.person, one.subject) for one in found] == [("sam", "app")]
    assert found[0].text == (
        "Confirm the move to small 2, asked for by Paula P. and waiting since 2026-01-05, or decline it"
    )
    after = confirmed(waiting)
    assert not [one for one in awaited(after, next_step(after), date(2026, 1, 9)) if one.what == "confirm migration"]


def test_a_project_that_is_stopped_meanwhile_does_not_wait_for_its_move() -> None:
    over = stopped(asked(executing()))
    assert migration.pending(over) is None


def test_the_moves_of_a_project_are_told_newest_first() -> None:
    twice = moved(confirmed(asked(executing())), version(*improved().phases, version="3"))
    assert migration.moves(twice) == ("from small 2 on 2026-01-05", "from small 1 on 2026-01-05")
