"""What a story of a project is told with: its charter, its people, its plan, and whoever writes the records."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from lifecycle.history import SYSTEM, History, Record, control, gates, work
from lifecycle.history.charter import (
    Benefit,
    Charter,
    Constraints,
    CostLimit,
    Member,
    ScopeLimit,
    SuccessCriterion,
    TimeLimit,
)
from lifecycle.history.plan import Plan, ProgressLine
from lifecycle.process.definition import ProcessDefinition, RoleDefinition
from lifecycle.value import digest
from tests import builders
from tests.builders import activity

NOW = datetime(2026, 7, 13, 9, tzinfo=UTC)
HEAD = digest(b"the last entry of the journal")
TITLES = {
    "manager": "Project manager",
    "sponsor": "Sponsor",
    "customer": "Customer representative",
    "architect": "Architect",
    "engineer": "Engineer",
}
PEOPLE = (
    Member(id="eva.lang", name="Eva Lang", roles=("manager",)),
    Member(id="anna.berg", name="Anna Berg", roles=("sponsor",)),
    Member(id="cora.diaz", name="Cora Díaz", roles=("customer",)),
    Member(id="ada.okafor", name="Ada Okafor", roles=("architect",)),
    Member(id="erik.holm", name="Erik Holm", roles=("engineer",)),
)


def at(month: int, day: int) -> datetime:
    """Ten o'clock on a day of 2026."""
    return datetime(2026, month, day, 10, tzinfo=UTC)


def process() -> ProcessDefinition:
    roles = tuple(RoleDefinition(id=role, title=title, duties="Duties.") for role, title in TITLES.items())
    return builders.definition(title="Predictive project", version="1.0.0", roles=roles)


def charter(**changes: Any) -> Charter:
    fields: dict[str, Any] = {
        "project": "website",
        "title": "Web shop relaunch",
        "process": "small",
        "goal": "Customers of all five countries order, pay and return goods in one web shop.",
        "need": "The old shop fails every second Friday, and its platform loses vendor support in December.",
        "success_criteria": (
            SuccessCriterion(id="speed", text="Pages appear quickly", measure="95 % of pages in under 1.5 s"),
            SuccessCriterion(id="orders", text="Orders go through", measure="fewer than 0.5 % failed orders"),
        ),
        "constraints": Constraints(
            time=TimeLimit(start=date(2026, 1, 5), finish=date(2026, 6, 12), tolerance_days=14),
            cost=CostLimit(budget=Decimal(240_000), tolerance_percent=Decimal(10)),
            scope=ScopeLimit(statement="Shop, payment and returns for five countries.", excluded=("Mobile app",)),
        ),
        "people": PEOPLE,
        "assumptions": ("The payment provider keeps its interface.",),
        "benefits": (
            Benefit(
                id="revenue",
                text="More orders completed",
                measure="share of baskets that become orders",
                baseline="41 %",
                target="52 %",
                owner="sponsor",
                due=date(2026, 12, 31),
                monetary=True,
            ),
        ),
    }
    return Charter(**(fields | changes))


def plan(extra: int = 0) -> Plan:
    return Plan(
        activities=(
            activity("W10", 15, name="Design pages", cost=Decimal(30_000), wbs="1.1"),
            activity("W20", 40, "W10", name="Build shop and payment", cost=Decimal(110_000), wbs="1.2"),
            activity("W30", 25 + extra, "W10", name="Build returns", cost=Decimal(60_000), wbs="1.3"),
            activity("W40", 15, "W20", "W30", name="Test with customers", cost=Decimal(40_000), wbs="1.4"),
            activity("W90", 0, "W40", name="Shop accepted", cost=Decimal(0), wbs="1.5"),
        )
    )


R = TypeVar("R", bound=Record)


class Story:
    """Writes records in order, each with its moment and its person."""

    def __init__(self, of: Charter, program: str | None = "digital-platform") -> None:
        self.project = of.project
        begin = work.ProjectStarted(
            project=of.project,
            at=at(1, 5),
            by="anna.berg",
            charter=of,
            definition=process(),
            program=program,
        )
        self.records: list[Record] = [begin]

    def write(self, kind: type[R], when: datetime, by: str, /, **fields: Any) -> R:
        record = kind(project=self.project, at=when, by=by, **fields)
        self.records.append(record)
        return record

    def open(self, when: datetime, phase: str, attempt: int = 1, premature: bool = False) -> None:
        for name in (phase, *(p.id for p in self.history.definition.beside(phase))):
            self.write(work.PhaseOpened, when, SYSTEM, phase=name, attempt=attempt, premature=premature)

    def deliver(self, when: datetime, name: str, by: str, version: int = 1, **judgement: Any) -> None:
        content = f"{name} {version}".encode()
        key = {"deliverable": name, "version": version}
        self.write(work.DeliverableSubmitted, when, by, **key, file=f"{name}.md", sha256=digest(content), size=9)
        if judgement:
            self.write(work.DeliverableJudged, when, judgement.pop("judge"), **key, **judgement)

    def request(self, when: datetime, gate: str, due: date, attempt: int = 1, **dossier: Any) -> gates.ReviewRequested:
        history = self.history
        definition = history.definition.gate(gate)
        round = 1 + sum(r.gate == gate for r in history.all(gates.ReviewRequested))
        seats = tuple(
            gates.Seat(person=m.id, role=role) for role in definition.approvers for m in history.charter.holders(role)
        )
        pinned = (history.version(item.id) for item in history.definition.deliverables_for(gate))
        evidence = tuple(
            gates.Evidence(
                deliverable=v.deliverable,
                version=v.version,
                sha256=v.sha256,
                author=v.by,
                accepted=history.accepted(v.deliverable),
            )
            for v in pinned
            if v
        )
        asked = {"findings": (), "metrics": {}} | dossier
        made = gates.Dossier(project=self.project, gate=gate, round=round, evidence=evidence, **asked)
        return self.write(
            gates.ReviewRequested,
            when,
            "eva.lang",
            gate=gate,
            round=round,
            phase=history.definition.phase_of_gate(gate).id,
            attempt=attempt,
            dossier=made,
            digest=digest(made),
            seats=seats,
            policy=definition.policy,
            due=due,
        )

    def vote(
        self, when: datetime, review: gates.ReviewRequested, by: str, choice: str = "approve", **more: Any
    ) -> None:
        role = next(seat.role for seat in review.seats if seat.person == by)
        key = {"gate": review.gate, "round": review.round, "digest": review.digest}
        reason = more.pop("reason", "Read and found complete.")
        self.write(gates.VoteCast, when, by, **key, seat=by, role=role, choice=choice, reason=reason, **more)

    def decide(self, when: datetime, review: gates.ReviewRequested, by: str, outcome: str) -> gates.GateDecided:
        shared = review.model_dump(include={"gate", "round", "phase", "attempt", "digest"})
        return self.write(gates.GateDecided, when, by, **shared, outcome=outcome)

    def progress(self, on: datetime, *lines: ProgressLine) -> None:
        number = 1 + len(self.history.all(control.ProgressReported))
        self.write(control.ProgressReported, on, "eva.lang", number=number, status_date=on.date(), lines=lines)

    @property
    def history(self) -> History:
        return History(self.records)


def line(activity: str, percent: float, cost: int, start: date, finish: date | None = None) -> ProgressLine:
    return ProgressLine(
        activity=activity, percent=percent, actual_start=start, actual_finish=finish, actual_cost=Decimal(cost)
    )


def finding(result: gates.Met = "met", **changes: Any) -> gates.Finding:
    fields: dict[str, Any] = {
        "criterion": "responses",
        "text": "Every high risk has a response",
        "owner": "manager",
        "detail": "risks.high_without_response is 0",
    }
    return gates.Finding(**(fields | changes), result=result)
