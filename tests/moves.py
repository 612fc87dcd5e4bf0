"""Other versions of the small process, and wishes to follow them."""

from typing import Any

from lifecycle.governance import migration
from lifecycle.governance.move import Wish
from lifecycle.history import History
from lifecycle.history.editions import content_of
from lifecycle.history.migration import MigrationPlan
from lifecycle.process.definition import PhaseDefinition, ProcessDefinition
from lifecycle.process.migration import NameMap, target_for
from tests.builders import (
    START,
    activity,
    criterion,
    decided,
    definition,
    deliverable,
    execution,
    gate,
    opened,
    phase,
    planned,
    planning,
    prepared,
    requested,
    started,
    voted,
    wind_up,
)

CONTROL = phase(
    "control", beside="execution", deliverables=(deliverable("quality-log", "engineer", "architect", optional=True),)
)


def version(*phases: PhaseDefinition, **changes: Any) -> ProcessDefinition:
    """Version 2 of the small process, or of other phases; unchanged but for what is given."""
    whole = phases or (planning(), execution(), CONTROL, wind_up())
    return definition(*whole, **({"version": "2", "title": "Small process, second edition"} | changes))


G2 = execution().gates[0]


def with_gates(*gates: Any) -> ProcessDefinition:
    """Version 2, whose execution ends at these gates."""
    return version(planning(), execution(gates=gates), CONTROL, wind_up())


def improved() -> ProcessDefinition:
    """One more gate before G2, and the test report is called `test-summary`."""
    own = execution()
    items = tuple(
        item.model_copy(update={"id": "test-summary"}) if item.id == "test-report" else item
        for item in own.deliverables
    )
    check = gate("G2a", "architect", "sponsor", policy="any", criteria=(criterion("calm", "issues.high == 0"),))
    return version(planning(), execution(deliverables=items, gates=(check, *own.gates)), CONTROL, wind_up())


def wish(history: History, new: ProcessDefinition, **mapping: Any) -> Wish:
    """To follow that version, with what is called otherwise."""
    charter = history.charter
    target, names = target_for(
        history.definition,
        new,
        wanted=NameMap.model_validate(mapping),
        stages=charter.stages,
        products=charter.deliverables,
    )
    return Wish(target, names, content_of(new))


def looked_at(history: History, new: ProcessDefinition, **mapping: Any) -> MigrationPlan:
    return migration.plan(history, wish(history, new, **mapping))


def told(history: History, new: ProcessDefinition, *fates: Any, **mapping: Any) -> list[str]:
    """What becomes of things with these fates."""
    return [line.text for line in looked_at(history, new, **mapping).of(*fates)]


def refused(history: History, new: ProcessDefinition, **mapping: Any) -> tuple[str, ...]:
    """What stands in the way."""
    return looked_at(history, new, **mapping).refusals


def moved(
    history: History, new: ProcessDefinition, asks: str = "paula", confirms: str = "sam", **mapping: Any
) -> History:
    """The history after the move."""
    asked = migration.request(history, wish(history, new, **mapping), reason="Better.", by=asks, now=START)
    history = history.and_then(asked)
    return history.and_then(*migration.confirm(history, confirms, START))


def executing(process: ProcessDefinition | None = None) -> History:
    """Gate G1 is passed, and the work has begun."""
    return opened(planned(decided(started(process=process), "G1"), activity("A1", 10)), "execution")


def at_g2(*votes: str) -> History:
    history = requested(prepared(executing(), "G2"), "G2")
    for person in votes:
        history = voted(history, "G2", person)
    return history
