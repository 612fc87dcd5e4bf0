"""Every way through a process: closure is in reach from everywhere, and nothing goes round by itself."""

import pytest

from lifecycle.errors import BadInput
from lifecycle.process.definition import PhaseDefinition, ProcessDefinition
from lifecycle.process.expansion import expand
from lifecycle.rehearsal.moves import beginning, moves
from lifecycle.rehearsal.staffing import cast_of, staffed
from lifecycle.rehearsal.walk import State, Walk, walk
from tests.builders import charter, definition, deliverable, execution, gate, person, phase, planning, wind_up
from tests.process.packs import every_pack, pack


def walked(process: ProcessDefinition | None = None, people: int = 2) -> Walk:
    process = process or definition()
    return walk(beginning(process, cast_of(process, people)))


def one_gate(**changes: object) -> PhaseDefinition:
    return wind_up(deliverables=(), gates=(gate("G1", "sponsor", **changes),))


def test_a_process_of_one_gate_has_a_state_for_each_turn() -> None:
    found = walked(definition(one_gate(rounds=1)))

    assert {state: {move: str(way) for move, way in ways.items()} for state, ways in found.ways.items()} == {
        State("open phase", "closing", 1): {"open": "preparing at G1 (closing)"},
        State("preparing", "closing", 1, "G1"): {"submit": "awaiting decision at G1 (closing)"},
        State("awaiting decision", "closing", 1, "G1"): {
            "go": "closing (closing)",
            "hold": "on hold at G1 (closing)",
            "kill": "open phase (closing, attempt 2)",
        },
        State("closing", "closing"): {"close": "closed"},
        State("on hold", "closing", 1, "G1"): {"resume": "preparing at G1 (closing)"},
        State("open phase", "closing", 2, premature=True): {"open": "closing early (closing, attempt 2)"},
        State("closed"): {},
        State("closing early", "closing", 2, premature=True): {"close": "closed early"},
        State("closed early"): {},
    }
    assert (found.stuck, found.endless, found.paths) == ((), (), 2)


def test_rounds_limit_how_often_a_phase_is_attempted() -> None:
    found = walked(definition(one_gate(rounds=3)))

    assert max(state.attempt for state in found.ways if not state.premature) == 3
    assert "recycle" not in found.ways[State("awaiting decision", "closing", 3, "G1")]
    assert found.paths == 2 + 2 + 2


@every_pack
def test_a_shipped_process_reaches_closure_from_every_state_and_never_runs_for_ever(name: str) -> None:
    process = expand(pack(name), {})
    found = walk(beginning(process, staffed(process)))

    assert (found.stuck, found.endless) == ((), ())
    assert found.paths > 1_000


def test_a_gate_that_nobody_can_decide_has_no_way_on() -> None:
    lonely = definition(planning(gates=(gate("G1", "manager"),)), wind_up())
    found = walked(lonely, people=1)

    assert str(found.stuck[-1]) == "preparing at G1 (planning)"
    assert found.endless == ()


def test_a_product_that_nobody_else_accepts_has_no_way_on() -> None:
    item = deliverable("app", "engineer", "engineer", product=True)
    found = walked(definition(planning(deliverables=(item,)), wind_up()), people=1)

    assert "preparing at G1 (planning)" in map(str, found.stuck)


def test_work_that_nobody_does_has_no_way_on() -> None:
    process = definition()
    people = (person("paula", "manager"), person("sam", "sponsor"), person("cora", "customer"))
    found = walk(beginning(process, charter(people=people)))

    assert "preparing at G2 (execution)" in map(str, found.stuck)
    assert "preparing at G1 (planning)" not in map(str, found.stuck)


def test_without_a_manager_nothing_is_submitted() -> None:
    people = (person("sam", "sponsor"),)
    found = walk(beginning(definition(one_gate()), charter(people=people)))

    assert [str(state) for state in found.stuck] == ["open phase (closing)", "preparing at G1 (closing)"]


def test_the_manager_with_fewest_conflicts_submits() -> None:
    """Of two managers one is the only sponsor, too: the other one submits, or nobody could decide."""
    people = (person("paula", "manager", "sponsor"), person("mark", "manager"), person("erik", "engineer"))
    process = definition(wind_up(deliverables=(), gates=(gate("G3", "sponsor"),)))
    found = walk(beginning(process, charter(people=people)))

    assert found.stuck == ()


def test_two_phases_of_one_name_would_run_for_ever() -> None:
    again = phase("planning", gates=(gate("G9", "sponsor"),))
    found = walked(definition(planning(deliverables=()), execution(deliverables=()), again, wind_up()))

    assert found.endless
    assert found.paths == 0


def test_a_process_with_too_many_states_is_refused() -> None:
    with pytest.raises(BadInput, match="more than 20 states"):
        walk(beginning(definition(), charter()), states=20)


def test_in_order_the_engine_is_asked_who_votes_next() -> None:
    asked = gate("G1", "sponsor", "customer", policy="in_order")
    found = walked(definition(planning(gates=(asked,)), wind_up()))

    assert found.stuck == ()
    assert {"go", "hold", "kill"} <= set(found.ways[State("awaiting decision", "planning", 1, "G1")])


def test_what_is_optional_is_not_written_and_what_a_stopped_project_owes_is() -> None:
    """A kill still leads to closure: what is owed can be handed in although its phase never began."""
    report = deliverable("report", "engineer", "customer", optional=True, premature=True)
    found = walked(definition(planning(deliverables=(report,)), wind_up()))
    end = found.histories[State("closed early")]

    assert found.histories[State("closed")].version("report") is None
    assert end.version("report") is not None
    assert found.stuck == ()


def test_after_the_end_nothing_happens() -> None:
    found = walked()

    assert moves(found.histories[State("closed")]) == {}
