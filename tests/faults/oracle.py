"""What must hold in the records after any storm, read from the plain rows and judged by rules of its own.

Nothing here asks `lifecycle.governance`; the rules are written anew from the words of the gates. Each
function yields its findings as sentences, and none is what the tests want.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import text

from lifecycle.actions import audit, phases
from lifecycle.actions.workspace import Workspace
from lifecycle.records.bodies import unpacked
from lifecycle.value import canonical

CAUSES = {
    *("project", "review", "outcome", "resume", "stop", "closure", "change-decision", "exception", "exception-end"),
    "migration",
}
"""The kinds of record that the flows must hear of."""
MILDEST_FIRST = ("hold", "recycle", "kill")

Body = dict[str, Any]


class Rows:
    """Everything in the tables, as it lies there."""

    def __init__(self, work: Workspace) -> None:
        with work.look() as store:
            self.records = [dict(row) for row in store.connection.execute(text(RECORDS)).mappings()]
            self.journal = [dict(row) for row in store.connection.execute(text(JOURNAL)).mappings()]
            self.outbox = [dict(row) for row in store.connection.execute(text(OUTBOX)).mappings()]
            answers = store.connection.execute(text(ANSWERS)).mappings()
            self.answers = [dict(row) | {"answer": store.private.revealed(row["answer"])} for row in answers]
            revealed = [json.loads(store.private.revealed(unpacked(row["body"]))) for row in self.records]
            self.awaited = [dict(row) for row in store.connection.execute(text(AWAITED)).mappings()]
            self.projects = [dict(row) for row in store.connection.execute(text(PROJECTS)).mappings()]
        self.told = {canonical(body) for body in revealed}
        """What the records say, in the form that an answer about one of them has."""
        self._found: dict[tuple[str, object], list[Body]] = defaultdict(list)
        for row in self.records:
            body = json.loads(unpacked(row["body"])) | {"id": row["id"], "seq": row["seq"]}
            for project in (row["project"], None):
                self._found[row["kind"], project].append(body)

    def of(self, kind: str, *, project: str | None = None, **fields: object) -> list[Body]:
        """The records of a kind, of one project or all, with these values; oldest first."""
        found = self._found[kind, project]
        return [body for body in found if all(body[name] == value for name, value in fields.items())]


RECORDS = "SELECT id, seq, project, kind, body FROM record ORDER BY seq"
JOURNAL = "SELECT seq, action, object, digest FROM journal ORDER BY seq"
OUTBOX = "SELECT id, seq, project FROM outbox ORDER BY seq"
ANSWERS = "SELECT actor, key, answer FROM answer"
AWAITED = "SELECT project, person, what, subject FROM awaited"
PROJECTS = "SELECT id, state FROM project"


def anomalies(work: Workspace) -> list[str]:
    """Everything that is wrong in the records."""
    rows = Rows(work)
    return [
        *journal_and_records(work, rows),
        *messages(rows),
        *answers(rows),
        *(finding for review in rows.of("review") for finding in of_review(rows, review)),
        *lists(work, rows),
        *inboxes(rows),
    ]


def journal_and_records(work: Workspace, rows: Rows) -> Iterator[str]:
    """The chain holds, and each record has its entry."""
    if fault := audit.verify(work).fault:
        yield f"journal: {fault.message}"
    if [entry["seq"] for entry in rows.journal] != list(range(1, len(rows.journal) + 1)):
        yield "journal: numbers are missing or doubled"
    journaled = [entry["object"] for entry in rows.journal if entry["digest"]]
    if journaled != [row["id"] for row in rows.records]:
        yield "journal: the records it tells of are not those there are"


def messages(rows: Rows) -> Iterator[str]:
    """Exactly one message for each cause."""
    causes = [(row["id"], row["seq"]) for row in rows.records if row["kind"] in CAUSES]
    if causes != [(row["id"], row["seq"]) for row in rows.outbox]:
        yield f"outbox: {len(causes)} causes and {len(rows.outbox)} messages, not one for each"


def answers(rows: Rows) -> Iterator[str]:
    """No answer was kept without the record it tells of."""
    votes = {row["id"] for row in rows.records if row["kind"] == "vote"}
    for row in rows.answers:
        told = json.loads(row["answer"])
        if not (told["vote"] in votes if "vote" in told else canonical(told) in rows.told):
            yield f"answer: {row['actor']}'s key {row['key']} was answered, and there is no such record: {told}"


def of_review(rows: Rows, review: Body) -> Iterator[str]:
    """One review: who voted on what, and whether its outcome is what the votes add up to."""
    here = {name: review[name] for name in ("project", "gate", "round")}
    votes, ends = rows.of("vote", **here), (*rows.of("outcome", **here), *rows.of("return", **here))
    yield from wrong_votes(rows, review, votes)
    if len(ends) > 1:
        yield f"{review['id']}: ended {len(ends)} times"
    found = [end["outcome"] for end in ends if "outcome" in end]
    settled = adds_up(review, votes, chair_of(rows, review))
    if found != ([settled[1]] if settled else []):
        yield f"{review['id']}: the outcome is {found}, and the votes add up to {settled}"
    if settled and settled[0] != len(votes):
        yield f"{review['id']}: {len(votes)} votes, though vote {settled[0]} settled it"
    for end in ends:
        yield from (f"{review['id']}: {vote['by']} voted after its end" for vote in votes if vote["seq"] > end["seq"])
    stated = sum(len(vote["conditions"]) for vote in votes) if found == ["conditional_go"] else 0
    if len(rows.of("condition", **here)) != stated:
        yield f"{review['id']}: {stated} conditions were stated, {len(rows.of('condition', **here))} follow"


def wrong_votes(rows: Rows, review: Body, votes: list[Body]) -> Iterator[str]:
    """Votes by the wrong people, twice, or on evidence that their voters did not see."""
    seats = [seat["person"] for seat in review["seats"]]
    barred = {review["by"], *(item["author"] for item in review["dossier"]["evidence"])}
    for what in ("by", "seat"):
        doubled = [name for name, count in Counter(vote[what] for vote in votes).items() if count > 1]
        yield from (f"{review['id']}: {what} {name} voted twice" for name in doubled)
    for vote in votes:
        if vote["seat"] not in seats or vote["by"] in barred:
            yield f"{vote['id']}: may not vote there"
        if vote["digest"] != review["digest"]:
            yield f"{vote['id']}: was given on another dossier"
        if newest_before(rows, vote) != pinned(review):
            yield f"{vote['id']}: was given on evidence that had changed"


def newest_before(rows: Rows, vote: Body) -> dict[str, int]:
    """The newest version of each deliverable when a vote was written."""
    versions = rows.of("deliverable", project=vote["project"])
    asked = pinned_names(rows, vote)
    return {v["deliverable"]: v["version"] for v in versions if v["seq"] < vote["seq"] and v["deliverable"] in asked}


def pinned_names(rows: Rows, vote: Body) -> set[str]:
    """The deliverables that a gate asks for."""
    definition = rows.of("project", project=vote["project"])[0]["definition"]
    phase = next(p for p in definition["phases"] if any(gate["id"] == vote["gate"] for gate in p["gates"]))
    beside = [p for p in definition["phases"] if p.get("beside") == phase["id"]]
    items = [item for p in (phase, *beside) for item in p["deliverables"]]
    return {item["id"] for item in items if (item.get("gate") or phase["gates"][-1]["id"]) == vote["gate"]}


def pinned(review: Body) -> dict[str, int]:
    return {item["deliverable"]: item["version"] for item in review["dossier"]["evidence"]}


def chair_of(rows: Rows, review: Body) -> str | None:
    definition = rows.of("project", project=review["project"])[0]["definition"]
    gates = [gate for phase in definition["phases"] for gate in phase["gates"]]
    chair: str | None = next(gate.get("chair") for gate in gates if gate["id"] == review["gate"])
    return chair


def adds_up(review: Body, votes: Iterable[Body], chair: str | None) -> tuple[int, str] | None:
    """Which vote settles a review, and how; None while it is open."""
    seats, policy = review["seats"], review["policy"]
    needed = policy["at_least"] if isinstance(policy, dict) else {"all": len(seats), "any": 1}[policy]
    counted: list[Body] = []
    for number, vote in enumerate(votes, start=1):
        counted.append(vote)
        approving = [given for given in counted if given["choice"].startswith("approve")]
        if len(approving) >= needed:
            return number, "conditional_go" if any(given["conditions"] for given in approving) else "go"
        if len(approving) + len(seats) - number < needed:
            return number, proposed(counted, chair)
    return None


def proposed(votes: list[Body], chair: str | None) -> str:
    made = [vote for vote in votes if vote["choice"] == "reject" and vote["proposal"]]
    of_chair = [vote["proposal"] for vote in made if chair and vote["role"] == chair]
    mildest = [proposal for proposal in MILDEST_FIRST if proposal in {vote["proposal"] for vote in made}]
    return str((*of_chair, *mildest, "hold")[0])


def lists(work: Workspace, rows: Rows) -> Iterator[str]:
    """The list of projects says where each project is."""
    for row in rows.projects:
        word = phases.current_step(work, row["id"]).word
        if row["state"] != word:
            yield f"{row['id']}: the list says {row['state']}, the records say {word}"


def inboxes(rows: Rows) -> Iterator[str]:
    """Whoever has a seat in an open review and has not voted finds it in the inbox, and nobody else."""
    wanted = set()
    over = {row["id"] for row in rows.projects if row["state"].startswith(("clos", "open phase"))}
    for review in rows.of("review"):
        here = {name: review[name] for name in ("project", "gate", "round")}
        if rows.of("outcome", **here) or rows.of("return", **here) or review["project"] in over:
            continue
        voted = {vote["seat"] for vote in rows.of("vote", **here)}
        wanted |= {(review["project"], seat["person"]) for seat in review["seats"] if seat["person"] not in voted}
    found = {(row["project"], row["person"]) for row in rows.awaited if row["what"] == "decide"}
    yield from (f"inbox: {person} should decide in {project}" for project, person in sorted(wanted - found))
    yield from (f"inbox: {person} need not decide in {project}" for project, person in sorted(found - wanted))


def unkept(work: Workspace, acknowledged: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Acknowledgements (person, key, answer) that the records do not bear out, or that differ from each other."""
    kept = {(row["actor"], row["key"]): row["answer"] for row in Rows(work).answers}
    for by, key, answer in acknowledged:
        if kept.get((by, key)) is None:
            yield f"lost: {by} was told of {key}"
        elif json.loads(kept[by, key]) != json.loads(answer):
            yield f"other answer: {by} was told {answer} for {key}, kept is {kept[by, key]}"
