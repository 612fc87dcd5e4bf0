"""Automated steps: which are to run, who may ask for it, and what a gate makes of what they found."""

from typing import Any

import pytest

from lifecycle.errors import NotAuthorised, NotFound, NotReady, TransitionNotAllowed
from lifecycle.governance import readiness, steps, waivers
from lifecycle.governance.steps import Findings
from lifecycle.history import SYSTEM, History
from lifecycle.history.gates import Finding
from lifecycle.progress import next_step
from lifecycle.status import awaited
from tests.automated import step, with_steps
from tests.builders import (
    FACTS,
    START,
    closed,
    decided,
    opened,
    prepared,
    requested,
    started,
    stopped,
    submitted,
)

SCAN = step("scan", title="Security scan")
READ = step("read", documents=True)


def begun(*definitions: Any) -> History:
    return opened(started(process=with_steps(*(definitions or (SCAN,)))))


def due(history: History) -> list[tuple[str, int, dict[str, int]]]:
    return [(one.step.id, one.run, one.documents) for one in steps.due(history)]


def ran(history: History, passed: bool = True, text: str = "no holes", **facts: Any) -> History:
    """Every step that is due comes to its end."""
    found = Findings(passed, text, facts)
    return history.and_then(*(steps.finished(history, one, found, START) for one in steps.due(history)))


def asked(history: History, by: str = "erik", name: str = "scan") -> History:
    return history.and_then(steps.request(history, name, by, START))


def finding(history: History, name: str = "step.scan") -> Finding:
    return next(one for one in readiness.findings(history, "G1", FACTS) if one.criterion == name)


def test_a_step_runs_once_in_each_attempt_of_its_phase() -> None:
    history = begun()
    assert due(history) == [("scan", 1, {})]
    assert due(ran(history)) == []
    assert due(opened(ran(history), attempt=2)) == [("scan", 1, {})]


def test_no_step_runs_before_its_phase_nor_after_its_gate_nor_in_a_project_that_ended() -> None:
    late = started(process=with_steps(SCAN))
    assert due(late) == []
    passed = decided(ran(begun()), "G1")
    with pytest.raises(TransitionNotAllowed, match="has no gate ahead of it"):
        asked(passed)
    assert due(stopped(begun())) == []
    whole = ran(begun())
    for gate in ("G1", "G2", "G3"):
        whole = decided(whole, gate)
    assert due(closed(whole)) == []


def test_a_gap_of_a_step_names_what_it_found_and_whose_it_is() -> None:
    assert (finding(begun()).result, finding(begun()).detail) == ("unknown", "it has not run yet")
    failed = ran(begun(), False, "two holes", holes=2)
    found = finding(failed)
    assert (found.result, found.detail, found.owner) == ("not met", "failed: two holes", "engineer")
    assert found.read == {"holes": 2, "run": 1}
    assert readiness.in_words(failed, found).startswith("Security scan passes: not met (failed: two holes)")
    assert finding(ran(begun())).result == "met"


def test_a_failed_step_holds_its_gate_until_it_passes_or_is_waived() -> None:
    failed = prepared(ran(begun(), False), "G1")
    with pytest.raises(NotReady, match="Security scan passes: not met"):
        requested(failed, "G1")
    assert requested(ran(asked(failed)), "G1").open_review("G1")
    let_go = failed.and_then(waivers.waive(failed, "G1", criterion="step.scan", by="sam", reason="Known.", now=START))
    assert finding(let_go).result == "waived"
    assert requested(let_go, "G1").open_review("G1")


def test_whoever_owns_a_failed_step_is_asked_to_put_it_right_until_it_is_waived() -> None:
    failed = ran(begun(), False)

    def told(history: History) -> list[tuple[str, str]]:
        items = awaited(history, next_step(history), START.date())
        return [(one.person, one.text) for one in items if one.what == "put right"]

    assert told(failed) == [("erik", "Put right what 'Security scan' found, then let it run again")]
    assert told(ran(begun())) == told(begun()) == []
    assert told(ran(begun(SCAN.model_copy(update={"advisory": True})), False)) == []
    let_go = failed.and_then(waivers.waive(failed, "G1", criterion="step.scan", by="sam", reason="Known.", now=START))
    assert told(let_go) == []


def test_anybody_in_the_project_may_let_a_step_run_again_once_at_a_time() -> None:
    history = ran(begun())
    again = asked(history)
    assert due(again) == [("scan", 2, {})]
    with pytest.raises(TransitionNotAllowed, match="about to run already \\(run 2\\)"):
        asked(again)
    assert due(asked(ran(again))) == [("scan", 3, {})]
    with pytest.raises(NotAuthorised):
        asked(history, "stranger")
    with pytest.raises(NotFound, match="scan"):
        asked(history, name="scam")


def test_the_earlier_result_counts_until_a_run_that_was_asked_for_has_ended() -> None:
    assert finding(asked(ran(begun()))).result == "met"


def test_a_step_that_reads_documents_waits_for_the_first_and_runs_again_for_each_new_one() -> None:
    history = begun(READ)
    assert due(history) == []
    assert finding(history, "step.read").detail == "it waits for a first document"
    with pytest.raises(TransitionNotAllowed, match="none was submitted for G1 yet"):
        asked(history, name="read")
    first = submitted(history, "plan", "paula")
    assert due(first) == [("read", 1, {"plan": 1})]
    second = submitted(ran(first), "plan", "paula")
    assert due(second) == [("read", 2, {"plan": 2})]
    assert (finding(second, "step.read").result, finding(second, "step.read").detail) == (
        "unknown",
        "it has not read the newest documents yet",
    )
    assert finding(ran(second), "step.read").result == "met"


def test_the_engine_asks_once_for_steps_that_have_not_read_the_newest_documents() -> None:
    history = submitted(begun(SCAN, READ), "plan", "paula")
    (request,) = steps.called_for(history, START)
    assert (request.step, request.run, request.by) == ("read", 1, SYSTEM)
    assert steps.called_for(history.and_then(request), START) == ()
    assert steps.called_for(ran(history), START) == ()


def test_a_step_that_saw_an_older_version_than_the_newest_runs_again() -> None:
    """Somebody hands in another version while the step is running."""
    first = submitted(begun(READ), "plan", "paula")
    (one,) = steps.due(first)
    meanwhile = submitted(first, "plan", "paula")
    after = meanwhile.and_then(steps.finished(meanwhile, one, Findings(True, "fine", {}), START))
    assert due(after) == [("read", 2, {"plan": 2})]


def test_where_nothing_has_to_be_written_a_step_that_reads_documents_holds_nothing_back() -> None:
    """A tailoring rule may have made the only document optional."""
    process = with_steps(READ)
    first = process.phases[0]
    eased = tuple(item.model_copy(update={"optional": True}) for item in first.deliverables)
    tailored = process.model_copy(
        update={"phases": (first.model_copy(update={"deliverables": eased}), *process.phases[1:])}
    )
    found = finding(opened(started(process=tailored)), "step.read")
    assert (found.result, found.detail) == ("met", "there is nothing that it has to read")
