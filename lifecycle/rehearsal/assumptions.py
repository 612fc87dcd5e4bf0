"""What a rehearsal assumes of people: how they decide, how long they take, how long the work is."""

from collections.abc import Collection, Mapping
from datetime import date
from random import Random
from typing import Annotated, Literal

from pydantic import Field, model_validator

from lifecycle.history.gates import Outcome
from lifecycle.history.plan import Schedule
from lifecycle.process.definition import GateDefinition, Name, PhaseDefinition, ProcessDefinition
from lifecycle.value import Value

Waiting = Literal["exponential", "uniform", "fixed"]
Chance = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Days = Annotated[float, Field(ge=0, le=36_500, allow_inf_nan=False)]

CHANCES: Mapping[Outcome, float] = {
    "go": 0.70, "conditional_go": 0.12, "hold": 0.05, "recycle": 0.10, "kill": 0.03,
}  # fmt: skip


class Assumptions(Value):
    """The model of a rehearsal. All durations are calendar days.

    At each review the approvers are of one mind, which is drawn by `chances`; those that the gate does not
    allow (a condition at the last gate, one more attempt after the last round) are left out and the others
    weigh as before. Each approver waits by `waiting` with the mean `wait_days` (half of the gate's due time when
    left out) and then votes; under the policy `in_order` the wait begins with the vote before. A phase takes its
    days of `durations`, else `phase_days`, in equal parts before each of its gates; a further attempt takes
    `rework` of that. A hold lasts `hold_days` on average, by `waiting`, and no work is needed after it.
    """

    chances: Mapping[Outcome, Chance] = Field(default_factory=lambda: dict(CHANCES))
    waiting: Waiting = "exponential"
    wait_days: Days | None = None
    hold_days: Days = 14
    phase_days: Days = 20
    durations: Mapping[Name, Days] = Field(default_factory=dict)
    rework: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = 0.5

    @model_validator(mode="after")
    def something_ends_a_review(self) -> "Assumptions":
        """A project that can only be held, or sent round, is never decided."""
        if not sum(self.chances.get(outcome, 0) for outcome in ("go", "conditional_go", "kill")) > 0:
            raise ValueError("the chances of go, conditional_go and kill are all 0: nothing would ever be decided")
        return self

    def drawn(self, allowed: Collection[Outcome], dice: Random) -> Outcome:
        """What the approvers of a review want."""
        weights = {outcome: self.chances.get(outcome, 0.0) for outcome in allowed}
        if not sum(weights.values()) > 0:
            return next(iter(allowed))
        return dice.choices([*weights], [*weights.values()])[0]

    def wait(self, gate: GateDefinition, dice: Random) -> float:
        """How many days an approver takes to vote."""
        mean = gate.due_days / 2 if self.wait_days is None else self.wait_days
        return self.spread(mean, dice)

    def spread(self, mean: float, dice: Random) -> float:
        """A time around its mean."""
        if self.waiting == "fixed" or mean == 0:
            return mean
        return dice.expovariate(1 / mean) if self.waiting == "exponential" else dice.uniform(0, 2 * mean)

    def work(self, phase: PhaseDefinition) -> float:
        """The work of a phase; a repeated one (`tranche-2`) is found by its own name or that of the process."""
        stem, _, number = phase.id.rpartition("-")
        known = self.durations.get(stem, self.phase_days) if stem and number.isdecimal() else self.phase_days
        return self.durations.get(phase.id, known)


def durations_of(
    definition: ProcessDefinition, schedule: Schedule, deliverables: Mapping[str, str | None]
) -> dict[str, float]:
    """The days of each main phase by a plan: activities belong to the phase of the deliverable they work on.

    `deliverables` names it for each activity. A phase takes the days from its first activity's start to its last
    one's finish; what is left of the plan's span is shared equally by the phases without an activity.
    """
    spans: dict[str, tuple[date, date]] = {}
    for line in schedule.activities:
        phase = definition.homes.get(deliverables.get(line.activity) or "")
        if phase:
            first, last = spans.get(phase, (line.start, line.finish))
            spans[phase] = min(first, line.start), max(last, line.finish)
    found = {phase: float((last - first).days + 1) for phase, (first, last) in spans.items()}
    others = [phase.id for phase in definition.main_phases if phase.id not in found]
    left = max(0.0, (schedule.finish - schedule.start).days + 1 - sum(found.values()))
    return found | {phase: left / len(others) for phase in others}


def shared(definition: ProcessDefinition, start: date, finish: date) -> dict[str, float]:
    """The days between two dates, both included, in equal parts for the main phases."""
    phases = definition.main_phases
    return {phase.id: ((finish - start).days + 1) / len(phases) for phase in phases}
