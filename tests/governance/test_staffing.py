"""People join, leave and get other roles; nothing may become undecidable by it."""

from decimal import Decimal

import pytest

from lifecycle.errors import NotAuthorised, NotFound, RuleViolation, SeparationOfDuties, TransitionNotAllowed
from lifecycle.governance import closing, review, roster, staffing
from lifecycle.history import History
from lifecycle.history.charter import Member
from lifecycle.history.gates import ReviewRequested
from lifecycle.process.definition import ToleranceDefinition
from lifecycle.reports.people import people
from lifecycle.reports.review import review_line
from tests.builders import (
    PEOPLE,
    START,
    at_g1,
    charter,
    condition,
    decided,
    definition,
    execution,
    finished,
    gate,
    opened,
    person,
    phase,
    planning,
    prepared,
    requested,
    started,
    stopped,
    voted,
    wind_up,
)


def assigned(history: History, member: Member, by: str = "sam") -> History:
    return history.and_then(staffing.assign(history, member, by, "Needed.", START))


def without(history: History, person: str, by: str = "sam") -> History:
    return history.and_then(staffing.leave(history, person, by, "Moved on.", START))


def test_who_joins_is_there_and_who_left_is_only_known_by_name() -> None:
    history = assigned(started(), person("zoe", "engineer"), by="paula")
    assert history.charter.holders("engineer")[-1].id == "zoe"
    history = without(history, "zoe", by="paula")
    assert history.charter.person("zoe") is None
    assert history.charter.name_of("zoe") == "Zoe Z."
    assert people(history)[-1].roles == "left the project"
    assert assigned(history, person("zoe", "engineer"), by="paula").charter.former == ()
    assert started().charter is started().started.charter or started().charter == started().started.charter


def test_a_name_is_corrected_without_other_roles() -> None:
    history = assigned(started(), Member(id="zoe", name="zoe", roles=("engineer",)), by="paula")
    named = assigned(history, Member(id="zoe", name="Zoë Z.", roles=("engineer",)), by="paula")
    assert (named.charter.name_of("zoe"), named.charter.holders("engineer")[-1].id) == ("Zoë Z.", "zoe")
    with pytest.raises(TransitionNotAllowed, match=r"Zoë Z\. holds these roles already"):
        assigned(named, Member(id="zoe", name="Zoë Z.", roles=("engineer",)), by="paula")


def test_the_manager_staffs_the_team_and_the_authority_gives_the_roles_that_decide() -> None:
    """R-29: nobody gives themselves roles, and a manager makes nobody an approver."""
    with pytest.raises(SeparationOfDuties, match="may not give or take roles that decide"):
        staffing.assign(started(), person("zoe", "sponsor"), "paula", "x", START)
    with pytest.raises(SeparationOfDuties, match="their own roles"):
        staffing.assign(started(), person("sam", "sponsor", "customer"), "sam", "x", START)
    with pytest.raises(NotAuthorised, match="change who is in the project"):
        staffing.assign(started(), person("zoe", "engineer"), "erik", "x", START)
    with pytest.raises(NotFound):
        staffing.assign(started(), person("zoe", "wizard"), "sam", "x", START)
    with pytest.raises(NotFound):
        staffing.leave(started(), "zoe", "sam", "x", START)
    with pytest.raises(TransitionNotAllowed, match="these roles already"):
        staffing.assign(started(), person("erik", "engineer"), "paula", "x", START)
    with pytest.raises(TransitionNotAllowed):
        staffing.leave(finished(), "erik", "paula", "x", START)


def test_who_is_asked_when_a_stage_goes_astray_is_not_the_manager_s_choice() -> None:
    asked = ToleranceDefinition(level="stage", measure="time", amount=Decimal(5), asks="architect")
    history = opened(started(process=definition(tolerances=(asked,))))
    with pytest.raises(SeparationOfDuties, match="may not give or take roles that decide"):
        assigned(history, person("zoe", "architect"), by="paula")
    work = asked.model_copy(update={"level": "work-package"})
    assert assigned(opened(started(process=definition(tolerances=(work,)))), person("zoe", "engineer"), by="paula")


def test_the_manager_gives_nobody_who_decides_another_name() -> None:
    other = Member(id="sam", name="Somebody Else", roles=("sponsor", "engineer"))
    with pytest.raises(SeparationOfDuties, match="may not give or take roles that decide"):
        assigned(opened(started()), other, by="paula")
    assert assigned(opened(started()), person("sam", "sponsor", "engineer"), by="paula")


def test_nobody_bears_the_name_of_the_engine() -> None:
    with pytest.raises(RuleViolation, match="the name under which the engine itself acts"):
        assigned(opened(started()), Member(id="phasegate", name="Phil", roles=("customer",)))


def test_without_an_authority_to_stop_the_first_gate_s_approvers_give_out_roles() -> None:
    assert staffing.authority(definition(authority=()), charter()) == ("sam", "cora")


def test_a_change_after_which_a_gate_could_not_be_decided_is_refused_with_the_names() -> None:
    """R-35: no dead gate."""
    with pytest.raises(RuleViolation, match="Nobody holds the role Customer"):
        without(started(), "cora")


def test_a_gate_that_was_passed_holds_nobody_back() -> None:
    process = definition(planning(gates=(gate("G1", "sponsor", "engineer", baseline=True),)), wind_up())
    history = decided(started(process=process), "G1")
    assert without(history, "erik").charter.person("erik") is None
    early = stopped(started(process=process))
    assert without(early, "erik").charter.person("erik") is None


def test_a_running_review_keeps_those_it_cannot_be_met_without() -> None:
    """R-35: a seat whose person leaves is vacant, and the roster stays as it was frozen."""
    history = assigned(at_g1(), person("zoe", "customer"))
    assert [seat.person for seat in history.all(ReviewRequested)[0].seats] == ["sam", "cora"]
    with pytest.raises(RuleViolation, match="The review of G1, round 1, could not end with go"):
        without(history, "cora")
    after = without(voted(history, "G1", "cora"), "cora")
    line = review_line(after, after.all(ReviewRequested)[0])
    assert [flag.word for flag in line.flags] == ["VOTER NO LONGER THERE"]
    assert "Cora C. voted at G1 and left on" in line.flags[0].text
    assert voted(after, "G1", "sam").outcome(after.all(ReviewRequested)[0])


def test_a_condition_that_nobody_could_clear_keeps_its_approvers() -> None:
    gates = (gate("G1", "sponsor", "engineer", policy="any", baseline=True),)
    process = definition(planning(gates=gates), wind_up())
    history = requested(prepared(started(process=process), "G1"), "G1")
    history = voted(history, "G1", "sam", "approve_with_conditions", conditions=(condition("sam"),))
    with pytest.raises(RuleViolation, match=r"Nobody could clear condition G1.1.1"):
        without(history, "erik")


def test_who_submitted_and_left_leaves_the_review_to_the_managers() -> None:
    history = assigned(at_g1(), person("mia", "manager"))
    gone = without(history, "paula")
    assert review.withdraw(gone, "G1", "mia", START).cause == "withdrawn"


def test_roles_that_the_process_keeps_apart_are_held_by_nobody_together() -> None:
    """R-29: refused at the start and when people change; nothing else looks for it later."""
    apart = definition(separate=(("engineer", "architect", "customer"),))
    assert roster.dead_gates(apart, charter()) == ()
    both = charter(people=(*PEOPLE, person("zoe", "engineer", "architect")))
    (problem,) = roster.dead_gates(apart, both)
    assert "Zoe Z. is Engineer and Architect, which the process keeps apart" in problem
    with pytest.raises(RuleViolation, match="keeps apart"):
        staffing.assign(started(process=apart), person("erik", "engineer", "customer"), "sam", "x", START)


def test_a_quorum_larger_than_those_who_could_vote_is_refused_at_the_start() -> None:
    """R-34: and at the submission, when somebody is excluded then."""
    process = definition(
        phase("work", gates=(gate("G1", "sponsor", "customer", policy="any", quorum=3),), closing=True)
    )
    (problem,) = roster.dead_gates(process, charter())
    assert "it needs a quorum of 3 and only Sam S., Cora C. could vote" in problem
    with pytest.raises(SeparationOfDuties, match="a quorum of 3"):
        roster.roster(started(process=process), "G1", "paula")


def test_a_person_who_left_before_the_closure_is_released_with_that() -> None:
    history = without(assigned(started(), person("zoe", "engineer"), by="paula"), "zoe", by="paula")
    assert "zoe" not in closing.unreleased(history)


def test_the_rule_of_a_running_review_is_its_own() -> None:
    """R-39: veto, quorum and chair are read from the review, not from the process or the people of now."""
    rules = gate("G1", "customer", "sponsor", policy="any", quorum=2, veto=("customer",), chair="sponsor")
    process = definition(planning(gates=(rules,)), execution(), wind_up())
    history = requested(prepared(started(process=process), "G1"), "G1")
    looser = process.model_copy(update={"phases": definition().phases})
    begun = history.started.model_copy(update={"definition": looser})
    edited = History((begun, *history.records[1:]))
    line = review_line(edited, edited.open_review("G1"))  # type: ignore[arg-type]
    assert line.policy == "any one approver approves; a quorum of 2 votes; with a veto"
    after = voted(edited, "G1", "cora", "reject", proposal="kill")
    assert after.stopped
