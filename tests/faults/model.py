"""What gates mean, once more: dicts and sets, written from the words of the gates, not from `lifecycle.governance`.

Every verb says whether it is allowed, and if it is, what follows. Nothing here knows records, stores or times.
"""

from dataclasses import dataclass, field

ROLES = {
    "paula": {"manager", "customer"},
    "petra": {"manager"},
    "sam": {"sponsor", "architect"},
    "cora": {"customer"},
    "ada": {"architect"},
    "erik": {"engineer"},
    "zoe": set[str](),
}
"""Who holds which roles. Paula may vote where Petra submitted; Zoe does not belong to the project."""
PHASES = ("planning", "execution", "closing")
GATE = {"planning": "G1", "execution": "G2", "closing": "G9"}
APPROVERS = {"G1": {"sponsor", "customer"}, "G2": {"sponsor", "customer", "architect"}, "G9": {"sponsor", "customer"}}
NEEDED = {"G1": None, "G2": 2, "G9": 1}
"""How many approvals a gate takes; None: of everybody who may vote."""
CHAIR = {"G1": "sponsor", "G2": None, "G9": None}
ROUNDS = {"G1": 2, "G2": 3, "G9": 3}
PAPER = {"G1": "paper", "G2": "app", "G9": None}
"""The deliverable that a gate asks for."""


@dataclass
class Review:
    """A submitted gate: who submitted it, who may vote on it, and what was voted."""

    round: int
    by: str
    seats: set[str]
    votes: list[tuple[str, str, str | None, int]] = field(default_factory=list)


@dataclass
class Project:
    """Where a project is, by the rules of this module."""

    phase: str | None = None
    attempt: int = 0
    turn: str = "open phase"
    review: Review | None = None
    rounds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(APPROVERS, 0))
    begun: set[str] = field(default_factory=set)
    versions: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: {"paper": [], "app": []})
    waived: set[tuple[str, int]] = field(default_factory=set)
    conditions: dict[str, str] = field(default_factory=dict)
    outcomes: list[tuple[str, int, str]] = field(default_factory=list)
    stopped: bool = False
    lessons: bool = False
    released: bool = False

    @property
    def gate(self) -> str:
        """The gate of the current phase."""
        return GATE[self.phase or "planning"]

    @property
    def closed(self) -> bool:
        """Whether nothing may happen any more."""
        return self.turn.startswith("closed")

    # People

    def approves(self, by: str, gate: str) -> bool:
        return bool(ROLES[by] & APPROVERS[gate])

    def authority(self, by: str, gate: str) -> bool:
        """Whether somebody may let things go at a gate: its chair, or its approvers where there is none."""
        chair = CHAIR[gate]
        return chair in ROLES[by] if chair else self.approves(by, gate)

    def authors(self, gate: str) -> set[str]:
        """Everybody who handed in what is the newest version now."""
        versions = self.versions.get(PAPER[gate] or "", [])
        return {by for by, content in versions if content == versions[-1][1]} if versions else set()

    def voters(self, submitter: str) -> set[str]:
        return {p for p in ROLES if self.approves(p, self.gate)} - self.authors(self.gate) - {submitter}

    def enough(self, seats: set[str]) -> bool:
        """Whether a gate can be decided at all by these people."""
        return len(seats) >= (NEEDED[self.gate] or 1)

    def ready(self) -> bool:
        """Whether what the gate asks for is there, or was let go in this attempt."""
        wanted = PAPER[self.gate]
        return wanted is None or bool(self.versions[wanted]) or (self.gate, self.attempt) in self.waived

    # Verbs

    def next_phase(self) -> tuple[str, int] | None:
        """The phase and attempt that the engine begins next, if it is its turn."""
        if self.turn != "open phase":
            return None
        if self.stopped:
            return "closing", self.attempt + 1 if self.phase == "closing" else 1
        if self.phase and self.outcomes[-1][2] == "recycle":
            return self.phase, self.attempt + 1
        return PHASES[PHASES.index(self.phase) + 1] if self.phase else PHASES[0], 1

    def open_phase(self, phase: str, attempt: int) -> bool:
        """The engine begins the next phase, the next attempt, or the closing of a stopped project; nothing else."""
        if (phase, attempt) != self.next_phase():
            return False
        self.phase, self.attempt = phase, attempt
        self.turn = "closing early" if self.stopped else "preparing"
        self.begun.add(phase)
        return True

    def submit(self, gate: str, by: str) -> bool:
        if self.turn != "preparing" or gate != self.gate or "manager" not in ROLES[by] or not self.ready():
            return False
        return self._request(by)

    def _request(self, by: str) -> bool:
        seats = self.voters(by)
        if not self.enough(seats):
            return False
        self.rounds[self.gate] += 1
        self.review, self.turn = Review(self.rounds[self.gate], by, seats), "awaiting decision"
        return True

    def vote(
        self, gate: str, by: str, *, choice: str, proposal: str | None, conditions: int, right_digest: bool
    ) -> bool:
        review = self.review
        if self.turn != "awaiting decision" or gate != self.gate or review is None or not right_digest:
            return False
        if by not in review.seats or by in {vote[0] for vote in review.votes} or self.conditions:
            return False
        if proposal and (choice != "reject" or (proposal == "recycle" and self.attempt >= ROUNDS[gate])):
            return False
        if bool(conditions) != (choice == "approve_with_conditions") or (conditions and gate == "G9"):
            return False
        review.votes.append((by, choice, proposal, conditions))
        if outcome := self._adds_up(review):
            self._decided(review, outcome)
        return True

    def _adds_up(self, review: Review) -> str | None:
        needed = NEEDED[self.gate] or len(review.seats)
        approving = [vote for vote in review.votes if vote[1] in ("approve", "approve_with_conditions")]
        if len(approving) >= needed:
            return "conditional_go" if any(vote[3] for vote in approving) else "go"
        if len(approving) + len(review.seats) - len(review.votes) >= needed:
            return None
        proposed = [vote for vote in review.votes if vote[2]]
        for vote in proposed:
            if CHAIR[self.gate] in ROLES[vote[0]]:
                return vote[2]
        return next((mild for mild in ("hold", "recycle", "kill") if mild in {vote[2] for vote in proposed}), "hold")

    def _decided(self, review: Review, outcome: str) -> None:
        self.outcomes.append((self.gate, review.round, outcome))
        stated = sum(vote[3] for vote in review.votes) if outcome == "conditional_go" else 0
        self.conditions |= {f"{self.gate}.{review.round}.{number}": self.gate for number in range(1, stated + 1)}
        self.stopped = outcome == "kill"
        passed = outcome in ("go", "conditional_go")
        self.turn = (
            "closing" if passed and self.phase == "closing" else "on hold" if outcome == "hold" else "open phase"
        )
        if begins := self.next_phase():
            self.open_phase(*begins)

    def withdraw(self, gate: str, by: str) -> bool:
        if self.turn != "awaiting decision" or gate != self.gate or self.review is None or self.review.by != by:
            return False
        self.turn = "preparing"
        return True

    def hand_in(self, deliverable: str, by: str, content: str) -> bool:
        phase = {"paper": "planning", "app": "execution"}[deliverable]
        if self.closed or by == "zoe" or phase not in self.begun:
            return False
        self.versions[deliverable].append((by, content))
        if self.turn == "awaiting decision" and PAPER[self.gate] == deliverable:
            self.turn = "preparing"
        return True

    def resume(self, gate: str, by: str) -> bool:
        """A hold ends; when all is there, the review begins anew by whoever submitted it."""
        review = self.review
        if self.turn != "on hold" or gate != self.gate or review is None:
            return False
        if not self.approves(by, gate) or by == review.by:
            return False
        if self.ready():
            return self._request(review.by)
        self.turn = "preparing"
        return True

    def waive(self, gate: str, by: str) -> bool:
        """The authority lets the gate's deliverable go, for this attempt."""
        this = (gate, self.attempt)
        if self.turn != "preparing" or gate != self.gate or PAPER[gate] is None or this in self.waived:
            return False
        if "manager" in ROLES[by] or not self.authority(by, gate):
            return False
        self.waived.add(this)
        return True

    def clear(self, name: str, by: str, waive: bool) -> bool:
        """A condition, all of which Erik owns, is met or let go."""
        if self.closed or name not in self.conditions:
            return False
        gate = self.conditions[name]
        if not (self.authority(by, gate) if waive else self.approves(by, gate)):
            return False
        del self.conditions[name]
        return True

    def stop(self, by: str) -> bool:
        if self.closed or self.stopped or "sponsor" not in ROLES[by]:
            return False
        self.stopped, self.turn = True, "open phase"
        return True

    def close(self, by: str) -> bool:
        """The engine closes what passed its last gate, a manager what was stopped and is wound up."""
        if by == "phasegate":
            allowed, word = self.turn == "closing", "closed"
        else:
            wound_up = self.lessons and self.released and "manager" in ROLES[by]
            allowed, word = self.turn == "closing early" and wound_up, "closed early"
        self.turn = word if allowed else self.turn
        return allowed
