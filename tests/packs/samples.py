"""The sample projects of the shipped processes, and what their people do to bring them through their gates."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from lifecycle.actions import changes, exceptions, gates, phases, plans, programs, projects, registers, tolerances
from lifecycle.actions.workspace import Workspace
from lifecycle.control.changes import Impact, Ruling
from lifecycle.control.exceptions import Resolution
from lifecycle.control.granting import Grant
from lifecycle.control.tolerances import open_exceptions
from lifecycle.history import History
from lifecycle.history.closing import LessonRecorded, SuccessJudged
from lifecycle.history.control import BaselineSet
from lifecycle.history.plan import Activity, Plan, ProgressLine
from lifecycle.history.work import DeliverableSubmitted, DocumentDrafted, HandedOver
from lifecycle.library import Library, read_charter
from lifecycle.planning.calendar import MONDAY_TO_FRIDAY
from lifecycle.process.definition import DeliverableDefinition
from lifecycle.process.tables import asked_in_words
from lifecycle.progress import PrepareGate, gate_at
from lifecycle.status.exceptional import who_may_decide
from tests import workspaces
from tests.workspaces import Clock

YEAR = 260
"""In working days."""
CONFIG = Path(__file__).resolve().parents[2] / "config"
CHARTERS = {
    "predictive": "digital-platform/chat-assistant/charter.yaml",
    "prince2-style": "prince2-style/charter.yaml",
    "pm2-style": "pm2-style/charter.yaml",
    "agile-hybrid": "agile-hybrid/charter.yaml",
    "program": "digital-platform/program.yaml",
}
PROJECTS = tuple(name for name in CHARTERS if name != "program")


def charter_of(pack: str) -> Path:
    """The charter file of a pack's sample."""
    return CONFIG / "examples" / CHARTERS[pack]


class Sample(NamedTuple):
    """A sample project at work; each person does only what their roles let them do."""

    work: Workspace
    project: str

    @property
    def history(self) -> History:
        return workspaces.history(self.work, self.project)

    @property
    def manager(self) -> str:
        return self.holder(self.history.definition.manager)

    def holder(self, role: str) -> str:
        return self.history.charter.holders(role)[0].id

    def gate(self) -> str:
        """The gate the sample is at, once the engine has taken all its steps."""
        workspaces.carry_on(self.work, self.project)
        return self.here()

    def here(self) -> str:
        """The gate the sample is at now."""
        return str(gate_at(phases.current_step(self.work, self.project)))

    def on(self, day: date) -> None:
        workspaces.on(self.work, day)

    def prepare(self, gate: str) -> None:
        """Write, accept, learn, judge and hand over whatever this gate asks for."""
        history = self.history
        definition = history.definition.gate(gate)
        for item in history.definition.deliverables_for(gate):
            if not item.optional and not history.version(item.id):
                self.hand_in(item)
        if not history.all(LessonRecorded):
            self.learn()
        asked = " ".join(map(asked_in_words, definition.criteria))
        if "success.judged" in asked:
            self.judge_success()
        if "products.handed_over" in asked:
            self.hand_over()

    def hand_in(self, item: DeliverableDefinition) -> None:
        """Hand in the draft when there is one; what the customer gets is accepted at once."""
        owner = self.holder(item.owner)
        if self.history.last(DocumentDrafted, deliverable=item.id):
            projects.submit_deliverable(self.work, self.project, deliverable=item.id, by=owner)
        else:
            workspaces.hand_in(self.work, item.id, owner, f"{item.title} of {self.project}", self.project)
        if item.product:
            acceptor = self.holder(item.acceptance.by)
            projects.judge_deliverable(self.work, self.project, deliverable=item.id, by=acceptor)

    def opened(self) -> tuple[str, int]:
        phase = self.history.phase
        assert phase is not None
        return phase.phase, phase.attempt

    def draft(self) -> int:
        """What the flows do when a phase opens; the number of drafts."""
        return phases.draft_documents(self.work, self.project, *self.opened())

    def learn(self) -> None:
        text, advice = "The first estimate was a guess.", "Count before you estimate."
        registers.record_lesson(self.work, self.project, text, recommendation=advice, by=self.manager)

    def judge_success(self) -> None:
        judged = {one.criterion for one in self.history.all(SuccessJudged)}
        for criterion in self.history.charter.success_criteria:
            if criterion.id not in judged:
                projects.judge_success(
                    self.work,
                    self.project,
                    criterion=criterion.id,
                    met=True,
                    evidence="Measured as the charter says.",
                    by=self.manager,
                )

    def hand_over(self) -> None:
        done = {one.deliverable for one in self.history.all(HandedOver)}
        for item in self.history.definition.deliverables:
            if item.product and item.id not in done:
                receiver = self.holder(item.acceptance.by)
                projects.hand_over(self.work, self.project, item.id, to=receiver, by=self.manager)

    def submit(self, gate: str) -> None:
        gates.submit_gate(self.work, self.project, gate, self.manager)

    def decide(self, gate: str, proposal: str | None = None) -> str | None:
        """Let the approvers vote until there is an outcome: go, or what all of them propose."""
        choice = {"choice": "reject", "proposal": proposal} if proposal else {}
        review = self.history.review(gate)
        assert review is not None
        for seat in review.seats:
            if outcome := workspaces.vote(self.work, gate, seat.person, self.project, **choice).outcome:
                return outcome
        return None

    def passes(self, gate: str) -> None:
        """From preparation to go."""
        if isinstance(phases.current_step(self.work, self.project), PrepareGate):
            self.prepare(gate)
            self.submit(gate)
        assert self.decide(gate) == "go", gate

    def is_late(self) -> None:
        """Report that the first piece of a product takes a year longer than planned."""
        baseline, activity = self.first_piece()
        day = baseline.schedule.of(activity.id).start
        self.on(max(day, self.work.today()))
        line = ProgressLine(
            activity=activity.id, percent=10, actual_start=day, actual_cost=Decimal(100), remaining=YEAR
        )
        plans.record_progress(self.work, self.project, day, line, self.manager)

    def strays(self) -> None:
        """Report today that the largest piece of the first product will end nine working days later than planned."""
        baseline, first = self.first_piece()
        own = (one for one in baseline.plan.activities if one.deliverable == first.deliverable)
        activity = max(own, key=lambda one: one.duration)
        day, planned = self.work.today(), baseline.schedule.of(activity.id).finish
        left = MONDAY_TO_FRIDAY.count(day + timedelta(days=1), planned) + 9
        line = ProgressLine(activity=activity.id, percent=0, actual_start=day, actual_cost=Decimal(0), remaining=left)
        plans.record_progress(self.work, self.project, day, line, self.manager)

    def is_granted_more_tolerance(self, days: int) -> None:
        """Each open exception is decided by the first of those for whom it waits."""
        for raised in open_exceptions(self.history):
            (by, *_) = who_may_decide(self.history, raised)
            said = Resolution(by=by, choice="more-tolerance", reason="It is still worth it.", days=days)
            exceptions.decide_exception(self.work, self.project, raised.number, said)

    def is_granted_at_the_boundary(self, stage: str, days: int) -> None:
        """The board lets the next stage be later than the baseline, since this one was."""
        (by,) = {row.asks for row in self.history.definition.tolerances if row.name == "stage time"}
        given = Grant(by=self.holder(str(by)), phase=stage, days=days, reason="The stage before it was late.")
        tolerances.grant_tolerance(self.work, self.project, given)

    def first_piece(self) -> tuple[BaselineSet, Activity]:
        """The first activity on a product, in the baseline."""
        baseline = self.history.last(BaselineSet)
        assert baseline is not None
        return baseline, next(one for one in baseline.plan.activities if one.deliverable)

    def asks_for_more_time(self, days: int) -> None:
        """The manager asks for later dates with a plan in which the first piece takes a year more."""
        baseline, late = self.first_piece()
        longer = late.model_copy(update={"duration": late.duration + YEAR})
        plan = Plan(activities=tuple(longer if one is late else one for one in baseline.plan.activities))
        raised = changes.raise_change(
            self.work, self.project, title="More time", reason="It takes longer.", origin="issue", by=self.manager
        )
        impact = Impact(scope="none", cost=Decimal(0), days=days, plan=plan)
        changes.assess_change(self.work, self.project, number=raised.number, impact=impact, by=self.manager)

    def is_granted_more_time(self, by: str) -> None:
        changes.decide_change(
            self.work, self.project, 1, Ruling(by=by, verdict="accept", reason="It is still worth it.")
        )

    def comes_to(self, gate: str) -> None:
        """Pass every gate before this one."""
        while (here := self.gate()) != gate:
            self.passes(here)

    def is_wound_up(self) -> None:
        """What a sample that was stopped still owes, and its early closure."""
        workspaces.carry_on(self.work, self.project)
        for item in self.history.definition.deliverables:
            if item.premature and not self.history.version(item.id):
                self.hand_in(item)
        if not self.history.all(LessonRecorded):
            self.learn()
        manager = self.manager
        projects.release_people(self.work, self.project, (), manager)
        projects.close_project(self.work, self.project, manager)

    def decider(self, decision: str) -> str:
        """Who may take a decision of any size."""
        rows = (row for row in self.history.definition.authority if row.decision == decision)
        return self.holder(next(row.roles[0] for row in rows if row.up_to_cost is None))

    def submitted(self) -> set[str]:
        return {version.deliverable for version in self.history.all(DeliverableSubmitted)}


def opened(folder: Path) -> Workspace:
    """A workspace on the shipped processes, in a folder of its own."""
    return Workspace.open(folder / "data", Library.find(CONFIG), Clock())


def start(work: Workspace, pack: str) -> Sample:
    """Start the sample of a pack."""
    file = charter_of(pack)
    charter = read_charter(file)
    begin = programs.start_program if pack == "program" else projects.start_project
    begin(work, file, charter.people[0].id)
    return Sample(work, charter.project)


def boundary(pack: str) -> str:
    """The gate of a pack in the middle of the work, where it is decided whether to go on."""
    return {"predictive": "G3", "prince2-style": "AS-1", "pm2-style": "RfC", "agile-hybrid": "H3-1", "program": "PT-1"}[
        pack
    ]
