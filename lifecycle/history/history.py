"""A project's past as one frozen value, and the plain questions one can ask of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from functools import cached_property
from itertools import takewhile
from typing import TypeVar

from lifecycle.history.charter import Charter, Constraints
from lifecycle.history.closing import ProjectClosed, ProjectStopped
from lifecycle.history.control import (
    PROJECT,
    BaselineSet,
    ExceptionDecided,
    ExceptionRaised,
    PlanSubmitted,
    Subject,
    ToleranceGranted,
)
from lifecycle.history.gates import (
    ConditionCleared,
    ConditionSet,
    GateDecided,
    ReviewRequested,
    ReviewReturned,
    VoteCast,
)
from lifecycle.history.migration import MigrationRequested, MigrationWithdrawn, ProjectMigrated
from lifecycle.history.people import StaffingChanged, staffed
from lifecycle.history.record import Numbered, Record
from lifecycle.history.renaming import record_in_new_names
from lifecycle.history.work import DeliverableJudged, DeliverableSubmitted, PhaseOpened, ProjectStarted
from lifecycle.process.definition import Measure, ProcessDefinition
from lifecycle.process.renaming import with_new_names

R = TypeVar("R", bound=Record)
N = TypeVar("N", bound=Numbered)


RECENT = 128
"""How many records are added to a history before all of it is sorted anew."""
OF_MOVES = (MigrationRequested, MigrationWithdrawn, ProjectMigrated)
"""Records that speak of two versions at once and are never read under other names."""
FOLLOWS: dict[str, set[type[Record]]] = {
    "charter": {StaffingChanged},
    "phase": {PhaseOpened},
    "stopped": {ProjectStopped, GateDecided},
}
"""What is worked out once for a history, and the kinds of record after which it is worked out anew."""
ON_REVIEWS = {ReviewRequested, GateDecided, ReviewReturned}
"""Records by which a review begins or ends."""


class _Sorted:
    """Records in their order, by kind and by id; never changed once sorted."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.records = tuple(records)
        kinds: dict[type[Record], list[Record]] = defaultdict(list)
        for record in self.records:
            kinds[type(record)].append(record)
        self.kinds = {kind: tuple(found) for kind, found in kinds.items()}

    def and_then(self, records: tuple[Record, ...]) -> "_Sorted":
        """These records and some more, without sorting them all anew."""
        after = _Sorted.__new__(_Sorted)
        after.records, after.kinds = (*self.records, *records), self.kinds.copy()
        for record in records:
            after.kinds[type(record)] = (*after.kinds.get(type(record), ()), record)
        after.by_key = self.by_key | {record.id: record for record in records}
        return after

    @cached_property
    def by_key(self) -> dict[str, Record]:
        """The records by natural key, in the names of today."""
        moved = ProjectMigrated in self.kinds
        return {record.key.format_map(vars(record)) if moved else record.id: record for record in self.records}

    @cached_property
    def ids(self) -> Collection[str]:
        """The natural keys as they were journaled and, after a move, also as they would be written today."""
        today = self.by_key
        return today if ProjectMigrated not in self.kinds else {*today, *(record.id for record in self.records)}


class History:
    """All records of one project in the order in which they were written. Never empty: it begins with the start.

    The newest records are kept apart from the long past before them, so that adding one to a history of
    thousands costs what it costs in a history of ten. What was written before a move to another version of the
    process is read under the names that things have since; this is done once, when the move joins the history.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        """Sort the records, given as they were written; KeyError when the project was never started."""
        self._sort(_in_names_of_today((), records))

    def _sort(self, records: Iterable[Record]) -> None:
        self._past, self._recent = _Sorted(records), _Sorted(())
        started = self._past.kinds.get(ProjectStarted)
        if not started:
            raise KeyError("a history begins with the start of its project")
        self.started: ProjectStarted = started[0]  # type: ignore[assignment]

    @property
    def project(self) -> str:
        """The project's name."""
        return self.started.project

    @cached_property
    def charter(self) -> Charter:
        """The charter the project was started with, and the people who are in it now."""
        return staffed(self.started.charter, self.all(StaffingChanged))

    @cached_property
    def definition(self) -> ProcessDefinition:
        """The project's own copy of its process, in the version that it follows now."""
        return self.rules.definition

    @cached_property
    def rules(self) -> ProjectStarted | ProjectMigrated:
        """The record that gave the project the rules it follows now."""
        return self.last(ProjectMigrated) or self.started

    def definition_at(self, record: Record) -> ProcessDefinition:
        """The rules that were in force when a record was written, in the names of today."""
        moves = self.all(ProjectMigrated)
        if not moves:
            return self.definition
        before = takewhile(lambda one: one.id != record.id, self.records)
        passed = sum(isinstance(one, ProjectMigrated) for one in before)
        definition = moves[passed - 1].definition if passed else self.started.definition
        for move in moves[passed:]:
            definition = with_new_names(definition, move.mapping.names)
        return definition

    def and_then(self, *records: Record) -> "History":
        """The history as it is once these records are written too."""
        new = {type(record) for record in records}
        if ProjectMigrated in new or len(self._recent.records) + len(records) > RECENT:
            anew = History.__new__(History)
            anew._sort(_in_names_of_today(self.records, records))
            return anew
        after = History.__new__(History)
        vars(after).update(vars(self))
        after._recent = self._recent.and_then(records)
        for found, kinds in FOLLOWS.items():
            if not kinds.isdisjoint(new):
                vars(after).pop(found, None)
        if not ON_REVIEWS.isdisjoint(new):
            asked = (one for one in records if isinstance(one, ReviewRequested))
            after.open_reviews = after._open((*self.open_reviews, *asked))
        return after

    @property
    def records(self) -> tuple[Record, ...]:
        """All records, oldest first."""
        return (*self._past.records, *self._recent.records)

    def __len__(self) -> int:
        """How many records there are."""
        return len(self._past.records) + len(self._recent.records)

    @property
    def newest(self) -> Record:
        """The record that was written last."""
        return (self._recent.records or self._past.records)[-1]

    def all(self, kind: type[R]) -> tuple[R, ...]:
        """The records of a kind, oldest first."""
        past, recent = self._past.kinds.get(kind, ()), self._recent.kinds.get(kind, ())
        return past + recent if recent else past  # type: ignore[return-value]

    def last(self, kind: type[R], **fields: object) -> R | None:
        """The newest record of a kind whose fields have these values."""
        for some in (self._recent, self._past):
            for record in reversed(some.kinds.get(kind, ())):
                found = vars(record)
                for name, value in fields.items():
                    if found[name] != value:
                        break
                else:
                    return record  # type: ignore[return-value]
        return None

    def has(self, record_id: str) -> bool:
        """Whether a record of that id was written."""
        return record_id in self._recent.ids or record_id in self._past.ids

    def the(self, kind: type[R], **key: object) -> R | None:
        """The record of a kind with this natural key, if it was written; `last` looks through all of its kind."""
        wanted = kind.key.format(project=self.project, **key)
        return self._recent.by_key.get(wanted) or self._past.by_key.get(wanted)  # type: ignore[return-value]

    def next_number(self, kind: type[N]) -> int:
        """The number that the next record of this kind gets."""
        return max((record.number for record in self.all(kind)), default=0) + 1

    @cached_property
    def phase(self) -> PhaseOpened | None:
        """The main phase attempt that was opened last."""
        main = {phase.id for phase in self.definition.main_phases}
        return next((p for p in reversed(self.all(PhaseOpened)) if p.phase in main), None)

    def review(self, gate: str) -> ReviewRequested | None:
        """The newest review of a gate."""
        return self.last(ReviewRequested, gate=gate)

    def open_review(self, gate: str) -> ReviewRequested | None:
        """The review of a gate that still waits for its outcome."""
        review = self.review(gate)
        return None if review is None or self.outcome(review) or self.returned(review) else review

    @cached_property
    def open_reviews(self) -> tuple[ReviewRequested, ...]:
        """The reviews that still wait for their outcome, in the order of their gates."""
        return self._open({one.gate: one for one in self.all(ReviewRequested)}.values())

    def _open(self, reviews: Iterable[ReviewRequested]) -> tuple[ReviewRequested, ...]:
        """Those among these reviews that still wait, in the order of their gates."""
        found = [one for one in reviews if not (self.outcome(one) or self.returned(one))]
        order = [gate.id for gate in self.definition.gates] if found else []
        return tuple(sorted((one for one in found if one.gate in order), key=lambda one: order.index(one.gate)))

    def outcome(self, review: ReviewRequested) -> GateDecided | None:
        """The outcome of a review."""
        return self.the(GateDecided, gate=review.gate, round=review.round)

    def returned(self, review: ReviewRequested) -> ReviewReturned | None:
        """Why a review ended without an outcome, if it did."""
        return self.the(ReviewReturned, gate=review.gate, round=review.round)

    def votes(self, review: ReviewRequested) -> tuple[VoteCast, ...]:
        """The votes of a review, oldest first."""
        gate, round = review.gate, review.round
        return tuple(vote for vote in self.all(VoteCast) if vote.gate == gate and vote.round == round)

    @property
    def open_conditions(self) -> tuple[ConditionSet, ...]:
        """The conditions that nobody has cleared or waived."""
        return tuple(
            one
            for one in self.all(ConditionSet)
            if not self.the(ConditionCleared, gate=one.gate, round=one.round, number=one.number)
        )

    def version(self, deliverable: str) -> DeliverableSubmitted | None:
        """The newest version of a deliverable."""
        return self.last(DeliverableSubmitted, deliverable=deliverable)

    def judgement(self, version: DeliverableSubmitted) -> DeliverableJudged | None:
        """Whether a version was accepted, once somebody has judged it."""
        return self.the(DeliverableJudged, deliverable=version.deliverable, version=version.version)

    def accepted(self, deliverable: str) -> bool:
        """Whether the newest version of a deliverable was accepted."""
        version = self.version(deliverable)
        judgement = version and self.judgement(version)
        return bool(judgement and judgement.accepted)

    @property
    def plan(self) -> PlanSubmitted | None:
        """The plan that was drawn up last."""
        return self.last(PlanSubmitted)

    @property
    def current_plan(self) -> PlanSubmitted | BaselineSet | None:
        """The plan that counts now: the newest of those submitted and those made the baseline."""
        plans = (one for one in reversed(self.records) if isinstance(one, PlanSubmitted | BaselineSet))
        return next(plans, None)

    @property
    def baseline(self) -> BaselineSet | None:
        """What the project is held to."""
        return self.last(BaselineSet)

    @property
    def constraints(self) -> Constraints:
        """The limits in force: the baseline's, or the charter's before there is one, with the tolerances granted."""
        limits = self.baseline.constraints if self.baseline else self.charter.constraints
        for decided in self.more_tolerance(PROJECT):
            limits = decided.widened(limits)
        return limits

    def more_tolerance(self, subject: Subject) -> tuple[ExceptionDecided, ...]:
        """The decisions on exceptions that granted more tolerance to the project or a part of it, oldest first."""
        decided = [one for one in self.all(ExceptionDecided) if one.choice == "more-tolerance"]
        about = {one.number for one in self.all(ExceptionRaised) if one.subject == subject} if decided else set()
        return tuple(one for one in decided if one.number in about)

    def allowed(self, subject: Subject, measure: Measure) -> Decimal | None:
        """The tolerance that was granted last to the project or a part of it; None where none was."""
        given = [one for one in self.all(ToleranceGranted) if one.subject == subject]
        granted = {one.id for one in (*given, *self.more_tolerance(subject))}
        newest = (one for one in reversed(self.records if granted else ()) if one.id in granted)
        sizes = (one.granted(measure) for one in newest if isinstance(one, ExceptionDecided | ToleranceGranted))
        return next((size for size in sizes if size is not None), None)

    @cached_property
    def stopped(self) -> ProjectStopped | GateDecided | None:
        """The record that ended the project early: a stop, or a gate's kill."""
        return self.last(ProjectStopped) or self.last(GateDecided, outcome="kill")

    @property
    def closed(self) -> ProjectClosed | None:
        """The formal end, if it was reached."""
        return self.last(ProjectClosed)


def _in_names_of_today(known: Iterable[Record], new: Iterable[Record]) -> list[Record]:
    """Records in the names of now, followed by new ones; a move among these gives new names to all before it."""
    records = [*known]
    for record in new:
        if isinstance(record, ProjectMigrated) and (names := record.mapping.names):
            records = [one if isinstance(one, OF_MOVES) else record_in_new_names(one, names) for one in records]
        records.append(record)
    return records
