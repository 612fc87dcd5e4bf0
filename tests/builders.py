"""Short ways to a history, without any store: a small good process, its people, one word per event.

The process is called `small`: planning (gate G1), execution with control beside it (gate G2), closing (gate
G3). The people carry the first letter of their role: Paula the project manager, Sam the sponsor, Cora the
customer, Ada the architect, Erik the engineer. Each builder takes a history and returns the one that follows.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from lifecycle.governance import closing, conditions, deliverables, review, voting
from lifecycle.history import SYSTEM, History
from lifecycle.history.charter import (
    Charter,
    Constraints,
    CostLimit,
    Dependency,
    Member,
    MemberProject,
    Objective,
    ProgramCharter,
    ScopeLimit,
    SuccessCriterion,
    TimeLimit,
)
from lifecycle.history.closing import LessonRecorded
from lifecycle.history.control import BaselineSet, PlanSubmitted, ProgressReported
from lifecycle.history.gates import Choice, ConditionText, Fact
from lifecycle.history.plan import Activity, Link, Plan, ProgressLine
from lifecycle.history.work import PhaseOpened, ProjectStarted
from lifecycle.planning.network import schedule
from lifecycle.process.definition import (
    AcceptanceDefinition,
    AtLeast,
    AuthorityDefinition,
    CriterionDefinition,
    DeliverableDefinition,
    EscalationDefinition,
    GateDefinition,
    PhaseDefinition,
    ProcessDefinition,
    RoleDefinition,
)
from lifecycle.value import digest

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""A Monday morning: the moment of everything whose time does not matter."""

FACTS: Mapping[str, Fact] = {"risks.high_without_response": 0, "project.spi": 1.0}
"""Facts under which every criterion of the small process is met."""

ROLES = ("manager", "sponsor", "customer", "architect", "engineer")


def day(number: int) -> datetime:
    """Nine o'clock on the n-th day of the project, counted from 0."""
    return START + timedelta(days=number)


# What should happen


def deliverable(id: str, owner: str, by: str, **changes: Any) -> DeliverableDefinition:
    acceptance = AcceptanceDefinition(by=by, criteria=changes.pop("criteria", ("complete", "approved wording")))
    title = changes.pop("title", id.replace("-", " ").capitalize())
    return DeliverableDefinition(id=id, title=title, owner=owner, acceptance=acceptance, **changes)


def gate(id: str, *approvers: str, **changes: Any) -> GateDefinition:
    return GateDefinition(id=id, approvers=approvers, **({"title": f"Gate {id}", "question": "Go on?"} | changes))


def criterion(id: str, expression: str, **changes: Any) -> CriterionDefinition:
    return CriterionDefinition(
        id=id, text=changes.pop("text", f"{id} is fine"), expression=expression, owner="manager", **changes
    )


def phase(id: str, **changes: Any) -> PhaseDefinition:
    return PhaseDefinition(id=id, **({"title": id.capitalize(), "purpose": f"To do the {id}."} | changes))


def planning(**changes: Any) -> PhaseDefinition:
    """Gate G1: sponsor (chair) and customer, both."""
    gates = (
        gate(
            "G1",
            "customer",
            "sponsor",
            chair="sponsor",
            rounds=2,
            baseline=True,
            criteria=(
                criterion("responses", "risks.high_without_response == 0"),
                criterion("pace", "project.spi >= 0.9", advisory=True),
            ),
        ),
    )
    fields = {"deliverables": (deliverable("plan", "manager", "sponsor"),), "gates": gates}
    return phase("planning", **(fields | changes))


def execution(**changes: Any) -> PhaseDefinition:
    """Gate G2: two of sponsor, customer and architect; the architect may waive. The app is a product."""
    items = (
        deliverable("app", "engineer", "customer", product=True),
        deliverable("test-report", "engineer", "architect", gate="G2"),
        deliverable("manual", "engineer", "customer", optional=True),
    )
    gates = (gate("G2", "sponsor", "customer", "architect", policy=AtLeast(at_least=2), waiver_by="architect"),)
    return phase("execution", **({"deliverables": items, "gates": gates, "products": True} | changes))


def wind_up(**changes: Any) -> PhaseDefinition:
    """Gate G3, the last: the sponsor alone, submitted by the engine."""
    items = (deliverable("final-report", "manager", "sponsor", premature=True),)
    gates = (gate("G3", "sponsor", policy="any", request="automatic"),)
    return phase("closing", **({"deliverables": items, "gates": gates, "closing": True} | changes))


def definition(*phases: PhaseDefinition, **changes: Any) -> ProcessDefinition:
    """The small process, or one of other phases."""
    control = phase("control", beside="execution", deliverables=(_quality_log(),))
    fields: dict[str, Any] = {
        "process": "small",
        "version": "1",
        "title": "Small process",
        "purpose": "To show the rules.",
        "manager": "manager",
        "roles": tuple(RoleDefinition(id=r, title=r.capitalize(), duties="Duties.") for r in ROLES),
        "phases": phases or (planning(), execution(), control, wind_up()),
        "authority": (
            AuthorityDefinition(decision="change", roles=("manager",), up_to_cost=Decimal(5000), up_to_days=5),
            AuthorityDefinition(decision="change", roles=("sponsor",)),
            AuthorityDefinition(decision="stop", roles=("sponsor",)),
        ),
    }
    return ProcessDefinition(**(fields | changes))


PATIENCE: Mapping[str, Any] = {
    "due_days": 10,
    "remind_days": (1, 5),
    "escalation": (
        EscalationDefinition(after_days=2, to="architect"),
        EscalationDefinition(after_days=4, to="architect", substitutes=True),
    ),
    "hold_days": 6,
}
"""Due on day 10: reminders on days 5 and 9, escalations on days 12 and 14, hold on day 16."""


def patient(**changes: Any) -> ProcessDefinition:
    """The small process, whose gate G1 has deadlines."""
    first = planning()
    gate = first.gates[0].model_copy(update={**PATIENCE, **changes})
    return definition(first.model_copy(update={"gates": (gate,)}), execution(), wind_up())


def _quality_log() -> DeliverableDefinition:
    return deliverable("quality-log", "engineer", "architect", optional=True)


def person(id: str, *roles: str) -> Member:
    return Member(id=id, name=f"{id.capitalize()} {id[0].upper()}.", roles=roles)


PEOPLE = (
    person("paula", "manager"),
    person("sam", "sponsor"),
    person("cora", "customer"),
    person("ada", "architect"),
    person("erik", "engineer"),
)


def constraints(**changes: Any) -> Constraints:
    """100,000 EUR plus 10 %, from 5 January to 30 June 2026 plus 10 days."""
    return Constraints(
        time=changes.get("time") or TimeLimit(start=date(2026, 1, 5), finish=date(2026, 6, 30), tolerance_days=10),
        cost=changes.get("cost") or CostLimit(budget=Decimal(100_000), tolerance_percent=Decimal(10)),
        scope=ScopeLimit(statement="An app."),
    )


def _charter_fields(project: str) -> dict[str, Any]:
    return {
        "project": project,
        "title": project.capitalize(),
        "process": "small",
        "goal": "An app that customers use.",
        "need": "Customers ask for it.",
        "success_criteria": (SuccessCriterion(id="used", text="It is used", measure="1,000 users"),),
        "constraints": constraints(),
        "people": PEOPLE,
    }


def charter(project: str = "app", **changes: Any) -> Charter:
    return Charter(**(_charter_fields(project) | changes))


def program_charter(*dependencies: Dependency, projects: tuple[str, ...] = (), **changes: Any) -> ProgramCharter:
    """A program with one objective per project: `website` serves `website-objective`."""
    fields = _charter_fields("digital") | {
        "objectives": tuple(Objective(id=f"{name}-objective", text=f"{name} pays off") for name in projects),
        "projects": tuple(
            MemberProject(project=name, charter=f"{name}.yaml", objective=f"{name}-objective") for name in projects
        ),
        "dependencies": dependencies,
    }
    return ProgramCharter(**(fields | changes))


# What has happened


def started(of: Charter | None = None, process: ProcessDefinition | None = None, program: str | None = None) -> History:
    chartered = of or charter()
    begin = ProjectStarted(
        project=chartered.project,
        at=START,
        by="sam",
        charter=chartered,
        definition=process or definition(),
        program=program,
    )
    return History([begin])


def opened(history: History, phase: str = "planning", attempt: int = 1, premature: bool = False) -> History:
    """A phase begins, with those beside it."""
    names = (phase, *(other.id for other in history.definition.beside(phase)))
    return history.and_then(
        *(
            PhaseOpened(project=history.project, at=START, by=SYSTEM, phase=name, attempt=attempt, premature=premature)
            for name in names
        )
    )


def submitted(history: History, deliverable: str, by: str, content: str | None = None) -> History:
    """Somebody hands in a deliverable; every version differs unless its content is given."""
    earlier = history.version(deliverable)
    text = content or f"{deliverable} {earlier.version + 1 if earlier else 1}"
    file = deliverables.Submission(
        deliverable=deliverable, file=f"{deliverable}.md", sha256=digest(text.encode()), size=len(text)
    )
    return history.and_then(deliverables.submit(history, file, by, START))


def judged(history: History, deliverable: str, by: str, **judgement: Any) -> History:
    """Somebody accepts the newest version of a deliverable, or sends it back."""
    judgement_ = deliverables.Judgement(deliverable=deliverable, **judgement)
    return history.and_then(deliverables.judge(history, judgement_, by, START))


def prepared(history: History, gate: str) -> History:
    """The phase of a gate is open; what the gate needs is handed in, and accepted where it must be."""
    phase = history.definition.phase_of_gate(gate)
    if not history.phase or history.phase.phase != phase.id:
        history = opened(history, phase.id)
    if history.definition.gate(gate).baseline and not history.plan:
        history = drawn_up(history, activity("A1", 10))
    for item in history.definition.deliverables_for(gate):
        if not item.optional:
            history = submitted(history, item.id, history.charter.holders(item.owner)[0].id)
        if item.product:
            history = judged(history, item.id, history.charter.holders(item.acceptance.by)[0].id)
    return history


def requested(
    history: History,
    gate: str,
    by: str = "paula",
    facts: Mapping[str, Fact] = FACTS,
    now: datetime = START,
) -> History:
    """A gate is submitted."""
    return history.and_then(review.request(history, gate, by, now, facts))


def at_g1() -> History:
    """Gate G1 is submitted and waits."""
    return requested(prepared(started(), "G1"), "G1")


def ballot(gate: str, by: str, choice: Choice = "approve", **changes: Any) -> voting.Ballot:
    return voting.Ballot(gate=gate, by=by, choice=choice, **({"reason": "I read the dossier."} | changes))


def condition(owner: str = "erik", text: str = "Write the tests.", due: date = date(2026, 2, 27)) -> ConditionText:
    return ConditionText(text=text, owner=owner, due=due)


def voted(history: History, gate: str, by: str, choice: Choice = "approve", **changes: Any) -> History:
    """Somebody votes; the outcome follows when the vote settles it."""
    return history.and_then(*voting.cast(history, ballot(gate, by, choice, **changes), START))


def decided(history: History, gate: str, outcome: str = "go") -> History:
    """A gate is prepared, submitted and decided; at a `conditional_go` Erik is to write the tests."""
    submitter = SYSTEM if history.definition.gate(gate).request == "automatic" else "paula"
    history = requested(prepared(history, gate), gate, submitter)
    votes: dict[str, dict[str, Any]] = {
        "go": {"choice": "approve"},
        "conditional_go": {"choice": "approve_with_conditions", "conditions": (condition(),)},
    }
    vote = votes.get(outcome, {"choice": "reject", "proposal": outcome})
    while review_ := history.open_review(gate):
        history = voted(history, gate, review_.seats[len(history.votes(review_))].person, **vote)
    return history


def cleared(history: History, name: str, by: str = "sam") -> History:
    return history.and_then(conditions.clear(history, name, by, "Seen and tried.", START))


def stopped(history: History) -> History:
    """The sponsor stops the project, and its early closing begins."""
    history = history.and_then(closing.stop(history, "sam", "No longer wanted.", START))
    return opened(history, "closing", premature=True)


def lesson(history: History) -> History:
    number = history.next_number(LessonRecorded)
    text = {"text": "Tests came late.", "recommendation": "Test early."}
    return history.and_then(LessonRecorded(project=history.project, at=START, by="erik", number=number, **text))


def released(history: History) -> History:
    """Everybody is free for other work."""
    for person in closing.unreleased(history):
        history = history.and_then(closing.release(history, person, "paula", START))
    return history


def closed(history: History, by: str = SYSTEM) -> History:
    return history.and_then(closing.close(history, by, START, "0" * 64))


def finished(of: Charter | None = None) -> History:
    """A project that went straight through its three gates and was closed."""
    history = started(of)
    for gate in history.definition.gates:
        history = decided(history, gate.id)
    return closed(history)


# Plans


def activity(id: str, duration: int, *after: str, **changes: Any) -> Activity:
    """An activity that waits for others, finish to start; duration in working days."""
    fields: dict[str, Any] = {
        "name": f"Work {id}",
        "wbs": "1",
        "owner": "engineer",
        "cost": Decimal(1000),
    } | changes
    return Activity(id=id, duration=duration, links=tuple(Link(predecessor=name) for name in after), **fields)


def plan(*activities: Activity) -> Plan:
    return Plan(activities=activities)


def drawn_up(history: History, *activities: Activity) -> History:
    """A plan is handed in, as a proposal."""
    drawn, number = plan(*activities), history.next_number(PlanSubmitted)
    dates = schedule(drawn, history.charter.constraints.time.start)
    return history.and_then(
        PlanSubmitted(project=history.project, at=START, by="paula", number=number, plan=drawn, schedule=dates)
    )


def planned(history: History, *activities: Activity, not_before: Mapping[str, date] | None = None) -> History:
    """A plan is handed in and becomes the baseline at once."""
    drawn = plan(*activities)
    dates = schedule(drawn, history.charter.constraints.time.start, not_before=not_before or {})
    common: dict[str, Any] = {"project": history.project, "at": START, "plan": drawn, "schedule": dates}
    proposal = PlanSubmitted(by="paula", number=history.next_number(PlanSubmitted), **common)
    number, limits = history.next_number(BaselineSet), history.constraints
    baseline = BaselineSet(by=SYSTEM, number=number, constraints=limits, source="a gate", **common)
    return history.and_then(proposal, baseline)


def progressed(history: History, status_date: date, *lines: ProgressLine) -> History:
    number = history.next_number(ProgressReported)
    report = ProgressReported(
        project=history.project, at=START, by="paula", number=number, status_date=status_date, lines=lines
    )
    return history.and_then(report)
