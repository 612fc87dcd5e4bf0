"""What validation lets through can be lived: closure is in reach from every state, and nothing runs for ever.

Definitions are built at random, sound ones and unsound ones, with names that like to collide.
"""

from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from lifecycle.governance.roster import dead_gates
from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.expansion import expand
from lifecycle.process.soundness import problems
from lifecycle.rehearsal.moves import beginning
from lifecycle.rehearsal.staffing import cast_of
from lifecycle.rehearsal.walk import walk

ROLES = ("pm", "sponsor", "board", "user")
NAMES = ("a", "a-1", "a-2", "a-1-1", "b", "b-1", "plan", "x" * 63, "g", "g-1")
EXPRESSIONS = ("risks.high == 0", "1 == 2", "1 == 1", "risks.hihg == 0", "ratio(1.0, 0.0) > 1.0")

role = st.sampled_from(ROLES)
name = st.sampled_from(NAMES)
roles = st.lists(role, min_size=1, max_size=3)
criterion = st.fixed_dictionaries(
    {"id": name, "text": st.just("?"), "expression": st.sampled_from(EXPRESSIONS), "owner": role},
    optional={"advisory": st.booleans()},
)
gate = st.fixed_dictionaries(
    {"id": name, "title": st.just("Gate"), "question": st.just("Go on?"), "approvers": roles},
    optional={
        "policy": st.sampled_from(["all", "any", "in_order", {"at_least": 2}]),
        "chair": role,
        "veto": st.lists(role, max_size=1),
        "waiver_by": role,
        "criteria": st.lists(criterion, max_size=2),
        "rounds": st.integers(1, 3),
        "baseline": st.booleans(),
        "request": st.sampled_from(["manager", "automatic"]),
    },
)
item = st.fixed_dictionaries(
    {"id": name, "title": st.just("Thing"), "owner": role, "acceptance": st.fixed_dictionaries({"by": role})},
    optional={"gate": name, "optional": st.booleans(), "product": st.booleans(), "premature": st.booleans()},
)
phase = st.fixed_dictionaries(
    {"id": name, "title": st.just("Phase"), "purpose": st.just("To do it.")},
    optional={
        "gates": st.lists(gate, max_size=2),
        "deliverables": st.lists(item, max_size=2),
        "beside": name,
        "repeat": st.just("often"),
        "closing": st.booleans(),
        "products": st.booleans(),
    },
)


tolerance = st.fixed_dictionaries(
    {
        "level": st.sampled_from(["stage", "work-package", "project"]),
        "measure": st.sampled_from(["time", "cost", "quality", "risk"]),
        "amount": st.integers(0, 20),
    },
    optional={"asks": role, "mandatory": st.booleans()},
)


@st.composite
def processes(draw: st.DrawFn) -> dict[str, Any]:
    """A process: wild, or with what a sound one needs and a few wild things in it."""
    phases = draw(st.lists(phase, min_size=1, max_size=3))
    if draw(st.booleans()):
        phases = [_mended(one, n) for n, one in enumerate(phases)]
        end = {"id": "end", "title": "End", "purpose": "To end it.", "closing": True,
               "gates": [{"id": "G-end", "title": "End?", "question": "End?", "approvers": ["sponsor"]}]}  # fmt: skip
        phases = [*phases, draw(st.just(end))]
    return {
        "process": "p", "version": "1", "title": "P", "purpose": "P.", "manager": "pm",
        "roles": [{"id": one, "title": one, "duties": "Some."} for one in ROLES],
        "phases": phases,
        "tolerances": draw(st.lists(tolerance, max_size=2)),
    }  # fmt: skip


def _mended(one: Mapping[str, Any], number: int) -> dict[str, Any]:
    """A phase without its grossest faults; names may still collide once stages are numbered."""
    gates = [
        {key: value for key, value in gate.items() if key not in ("chair", "criteria", "waiver_by")}
        | {"approvers": [*dict.fromkeys(["board", *gate["approvers"]])], "id": f"G{number}{n}-{gate['id']}"[:64]}
        for n, gate in enumerate(one.get("gates") or [{"id": "1", "title": "G", "question": "?", "approvers": []}])
    ]
    items = [
        {key: value for key, value in thing.items() if key != "gate"}
        | {"owner": "pm", "acceptance": {"by": "user"}, "id": f"{thing['id'][:60]}{n}"}
        for n, thing in enumerate(one.get("deliverables", [])[:1])
    ]
    kept = {key: value for key, value in one.items() if key not in ("beside", "closing", "products")}
    return kept | {"gates": gates, "deliverables": items}


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(processes(), st.integers(1, 3))
def test_what_validation_accepts_reaches_closure_from_everywhere_and_never_runs_for_ever(
    plain: dict[str, Any], stages: int
) -> None:
    try:
        definition = ProcessDefinition.model_validate(plain)
    except ValidationError:
        event("not a definition")
        return
    if problems(definition, ()):
        event("unsound")
        return
    event("sound")
    expanded = expand(definition, {one.id: stages for one in definition.phases if one.repeat})
    assert problems(expanded, ()) == ()
    charter = cast_of(expanded, 3)
    assert dead_gates(expanded, charter) == ()
    walked = walk(beginning(expanded, charter))
    assert (walked.stuck, walked.endless) == ((), ())


def test_the_dice_throw_sound_and_unsound_processes() -> None:
    """The property above would be empty if hardly any process were sound."""
    sound = []

    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(processes())
    def throw(plain: dict[str, Any]) -> None:
        sound.append(not problems(ProcessDefinition.model_validate(plain), ()))

    throw()
    assert 20 < sum(sound) < len(sound) - 20
