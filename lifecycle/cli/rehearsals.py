"""A process tried out on the command line: rehearsed without any effect, and what that found in words."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lifecycle.cli import given, words
from lifecycle.cli.command import Answer, command
from lifecycle.cli.desk import Desk
from lifecycle.cli.options import Process
from lifecycle.cli.processes import app, named
from lifecycle.cli.refusals import CHECK_FAILED
from lifecycle.errors import BadInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lifecycle.history.charter import Charter
    from lifecycle.process.definition import ProcessDefinition
    from lifecycle.rehearsal.assumptions import Assumptions
    from lifecycle.rehearsal.simulation import Rehearsal
    from lifecycle.rehearsal.simulation import Spread as SpreadOfDays

__all__ = ["app"]

RUNS, LONG, MOST_RUNS = 1_000, 10_000, 100_000
MOST_STAGES = 50


class Spread(StrEnum):
    """How times lie around their mean."""

    EXPONENTIAL = "exponential"
    UNIFORM = "uniform"
    FIXED = "fixed"


CharterFile = Annotated[
    Path | None,
    typer.Option("--charter", metavar="FILE", help="Its people, stages, products and plan. Default: one per role."),
]
Runs = Annotated[int, typer.Option(min=1, max=MOST_RUNS, help="How often the process is run.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same answer.")]
Chances = Annotated[
    list[given.Amount] | None,
    typer.Option(
        "--chance",
        parser=given.amount,
        metavar="OUTCOME=WEIGHT",
        help="What approvers want. Default: go=0.7, conditional_go=0.12, hold=0.05, recycle=0.1, kill=0.03.",
    ),
]
Waiting = Annotated[Spread, typer.Option(help="How the time until a vote is spread around its mean.")]
WaitDays = Annotated[
    float | None, typer.Option(min=0, metavar="DAYS", help="That mean. Default: half of the gate's due time.")
]
HoldDays = Annotated[float, typer.Option(min=0, metavar="DAYS", help="How long a hold lasts on average.")]
PhaseDays = Annotated[
    float, typer.Option(min=0, metavar="DAYS", help="The work of a phase where neither charter nor option says.")
]
Durations = Annotated[
    list[given.Amount] | None,
    typer.Option("--duration", parser=given.amount, metavar="PHASE=DAYS", help="The work of one phase."),
]
Rework = Annotated[
    float, typer.Option(min=0, max=10, metavar="SHARE", help="What part of its work a further attempt repeats.")
]
Stages = Annotated[
    list[given.Amount] | None,
    typer.Option("--stages", parser=given.amount, metavar="PHASE=NUMBER", help="How often a repeating phase comes."),
]


EXAMPLE = "phasegate process simulate predictive --charter config/examples/digital-platform/website/charter.yaml"


@command(app, "simulate", EXAMPLE)
def simulate(
    desk: Desk,
    *,
    process: Process,
    charter: CharterFile = None,
    runs: Runs = RUNS,
    seed: Seed = 1,
    chance: Chances = None,
    waiting: Waiting = Spread.EXPONENTIAL,
    wait_days: WaitDays = None,
    hold_days: HoldDays = 14,
    phase_days: PhaseDays = 20,
    duration: Durations = None,
    rework: Rework = 0.5,
    stages: Stages = None,
) -> Answer:
    """Rehearse a process without any effect. Shows paths, durations, waiting, bottlenecks, and gates nobody can decide.

    First every way through the process is walked: can each gate be decided, is closure in reach from everywhere,
    does everything come to an end? Then the process is run many times on a simulated clock, in calendar days.

    The model: at each review the approvers are of one mind, drawn by chance; each takes a time of his or her own to
    vote, and the gate's policy says when there are votes enough. What a gate does not allow (conditions at the last
    gate, a recycle after the last round) is not drawn. Work lies in equal parts before the gates of its phase; with
    a charter, a phase takes the days of the plan's activities for its deliverables, and the phases without such an
    activity share what is left of the plan. Criteria count as met, and nobody is ill.
    """
    from lifecycle.library import read_charter
    from lifecycle.process.expansion import expand
    from lifecycle.process.tailoring import tailored
    from lifecycle.rehearsal.simulation import rehearse
    from lifecycle.rehearsal.staffing import staffed

    standard = named(desk, process)
    project = read_charter(charter) if charter else None
    counts = (dict(project.stages) if project else {}) | _stages(stages, standard)
    own = tailored(standard, [choice.rule for choice in project.tailoring] if project else ())
    definition = expand(own, counts, project.deliverables if project else ())
    days = _planned(definition, project, charter) | _durations(duration, standard, definition)
    said = {"waiting": waiting.value, "wait_days": wait_days, "hold_days": hold_days, "phase_days": phase_days}
    assumed = _assumptions(chance, said | {"rework": rework, "durations": days})
    if runs > LONG:
        print(f"Running {standard.process} {runs:,} times on a simulated clock ...", file=sys.stderr, flush=True)
    found = rehearse(definition, project or staffed(definition), assumed, runs=runs, seed=seed)
    if not found.sound:
        return Answer(found, "", CHECK_FAILED, _unsound(found))
    return Answer(found, page(found))


def _assumptions(chance: "list[given.Amount] | None", said: "Mapping[str, object]") -> "Assumptions":
    from lifecycle.rehearsal.assumptions import CHANCES, Assumptions

    chances = dict(chance or ())
    _require_known("outcome", chances, CHANCES)
    return given.checked(Assumptions, **said, chances={**CHANCES, **chances})


def _stages(said: "list[given.Amount] | None", standard: "ProcessDefinition") -> dict[str, int]:
    numbers = dict(said or ())
    _require_known("repeating phase", numbers, [phase.id for phase in standard.phases if phase.repeat])
    for name, number in numbers.items():
        if number not in range(1, MOST_STAGES + 1):
            raise BadInput(f"'{name}' comes a whole number of times, from 1 to {MOST_STAGES}, not {number:g} times.")
    return {name: int(number) for name, number in numbers.items()}


def _durations(
    said: "list[given.Amount] | None", standard: "ProcessDefinition", expanded: "ProcessDefinition"
) -> dict[str, float]:
    """The days said for phases, for a stage of a repeating one or for all of them."""
    phases = (*standard.main_phases, *expanded.main_phases)
    numbers = dict(said or ())
    _require_known("phase in sequence", numbers, dict.fromkeys(phase.id for phase in phases))
    stages = {other.id: numbers[phase.id] for phase in standard.main_phases if phase.id in numbers
              for other in expanded.main_phases if phase.repeat and other.id.startswith(f"{phase.id}-")}  # fmt: skip
    return stages | numbers


def _require_known(what: str, names: "Iterable[str]", known: "Iterable[str]") -> None:
    for name in names:
        if name not in known:
            raise NotFound(what, name, known)


def _planned(definition: "ProcessDefinition", project: "Charter | None", file: Path | None) -> dict[str, float]:
    """The days of each phase by the charter's plan, else in equal parts of its approved time; nothing without one."""
    from lifecycle.library import read_plan
    from lifecycle.planning.network import schedule
    from lifecycle.rehearsal.assumptions import durations_of, shared

    if project is None or file is None:
        return {}
    time = project.constraints.time
    if project.plan is None:
        return shared(definition, time.start, time.finish)
    plan = read_plan(file.parent / project.plan)
    worked_on = {activity.id: activity.deliverable for activity in plan.activities}
    return durations_of(definition, schedule(plan, time.start), worked_on)


def _unsound(found: "Rehearsal") -> str:
    """What keeps the process from being run, in words."""
    parts = {
        "Gates nobody could decide, and other things that would keep a project from starting:": found.undecidable,
        "No decisions lead to closure from here:": found.stuck,
        "This could go round for ever:": found.endless,
    }
    return words.paragraphs(*(f"{head}\n{words.bullets(lines)}" for head, lines in parts.items() if lines))


def page(found: "Rehearsal") -> str:
    """What a rehearsal found, in words and tables."""
    head = f"{found.process} {found.version}, rehearsed with {found.people} people"
    ways = f"Closure can be reached from each of its {words.counted(found.states, 'state')}, and nothing runs for ever."
    return words.paragraphs(
        f"{head}\n{ways}\nWays to the end, holds not counted: {found.paths:,}.",
        words.fields(dict(_figures(found))),
        words.table(("share", "path"), ((f"{path.share:.1%}", path.path) for path in found.taken)),
        words.table(
            ("gate", "reviews a run", "days to an outcome", "recycles", "days a recycle costs"),
            ((g.gate, f"{g.reviews:.2f}", words.number(g.wait, 1), g.recycles, words.number(g.recycle_cost, 1))
             for g in found.gates),
        ),
        words.table(
            ("role", "waited for, days a run", "of all waiting", "last vote", "votes a run", "writes", "accepts"),
            ((r.role, f"{r.waited:.1f}", f"{r.share:.0%}", f"{r.settled:.0%}", f"{r.votes:.1f}", r.writes, r.accepts)
             for r in found.roles),
        ),
        "Days are calendar days. The same seed gives the same figures; `--help` says what they assume.",
    )  # fmt: skip


def _figures(found: "Rehearsal") -> "Iterable[tuple[str, object]]":
    yield "Runs", f"{found.runs:,} with seed {found.seed}; {found.closed:.0%} closed, the others closed early"
    yield "Duration", found.duration and _in_words(found.duration)
    yield "Of that", f"work {found.work:.1f}, waiting for votes {found.waiting:.1f}, on hold {found.held:.1f} days"


def _in_words(days: "SpreadOfDays") -> str:
    quantiles = f"10 % within {days.p10:.0f}, half within {days.p50:.0f}, 90 % within {days.p90:.0f}"
    return f"{days.mean:.1f} days on average (standard error {days.error:.1f}); {quantiles}"
