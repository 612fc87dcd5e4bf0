"""The outcome of a review, held against an oracle written another way."""

from itertools import permutations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.governance.outcome import MILDEST_FIRST, approvals_needed, outcome
from lifecycle.history.gates import Outcome, Seat, VoteCast
from lifecycle.process.definition import AtLeast, Policy
from tests.builders import START, condition

Ballot = tuple[str, str | None]

BALLOTS: tuple[Ballot, ...] = (
    ("approve", None),
    ("approve_with_conditions", None),
    ("abstain", None),
    ("reject", None),
    ("reject", "hold"),
    ("reject", "recycle"),
    ("reject", "kill"),
)
POLICIES: tuple[Policy, ...] = ("all", "any", *(AtLeast(at_least=k) for k in range(1, 6)))


def seats(count: int, chair: int = 0) -> tuple[Seat, ...]:
    return tuple(Seat(person=f"p{n}", role="member", chair=n == chair) for n in range(count))


def vote(person: int, ballot: Ballot) -> VoteCast:
    choice, proposal = ballot
    conditional = choice == "approve_with_conditions"
    fields = {"project": "x", "at": START, "gate": "G", "round": 1, "role": "member", "digest": "0" * 64}
    return VoteCast.model_validate(
        fields
        | {"by": f"p{person}", "seat": f"p{person}", "choice": choice, "proposal": proposal, "reason": "Because."}
        | {"conditions": (condition(),) if conditional else ()}
    )


def could_still(policy: Policy, choices: list[str], left: int) -> set[bool]:
    """Every way the votes may go on, tried: does the policy end up met?"""

    def met(all_choices: list[str]) -> bool:
        yes = sum(choice.startswith("approve") for choice in all_choices)
        if policy == "all":
            return yes == len(all_choices) > 0
        return yes >= (policy.at_least if isinstance(policy, AtLeast) else 1)

    futures = product(["approve", "reject"], repeat=left)
    return {met([*choices, *future]) for future in futures}


def oracle(policy: Policy, count: int, cast: list[tuple[int, Ballot]], chair: int) -> Outcome | None:
    """The outcome by trying every future after every vote: settled once all futures agree."""
    for length in range(len(cast) + 1):
        so_far = cast[:length]
        futures = could_still(policy, [ballot[0] for _, ballot in so_far], count - length)
        if futures == {True}:
            conditional = any(ballot[0] == "approve_with_conditions" for _, ballot in so_far)
            return "conditional_go" if conditional else "go"
        if futures == {False}:
            made = {person: ballot[1] for person, ballot in so_far if ballot[1]}
            wanted = made.get(chair) or next((p for p in MILDEST_FIRST if p in made.values()), "hold")
            return wanted  # type: ignore[return-value]
    return None


def sequences(count: int) -> list[list[tuple[int, Ballot]]]:
    """Every order of every subset of the voters, with every ballot."""
    orders = (order for length in range(count + 1) for order in permutations(range(count), length))
    return [
        list(zip(order, ballots, strict=True))
        for order in orders
        for ballots in product(BALLOTS, repeat=len(order))
        if order == tuple(sorted(order)) or len(order) <= 2
    ]


def test_all_sequences_of_up_to_three_voters_agree_with_the_oracle() -> None:
    for count in range(4):
        for cast in sequences(count):
            votes = [vote(person, ballot) for person, ballot in cast]
            for policy in POLICIES:
                expected = oracle(policy, count, cast, chair=0)
                assert outcome(policy, seats(count), votes) == expected, (policy, cast)


def test_all_sequences_of_four_voters_agree_with_the_oracle() -> None:
    ready = {(person, ballot): vote(person, ballot) for person in range(4) for ballot in BALLOTS}
    room = seats(4, chair=2)
    for ballots in product(BALLOTS, repeat=4):
        cast = list(enumerate(ballots))
        votes = [ready[one] for one in cast]
        for policy in ("all", AtLeast(at_least=2)):
            assert outcome(policy, room, votes) == oracle(policy, 4, cast, chair=2), (policy, cast)


@given(
    policy=st.sampled_from(POLICIES),
    count=st.integers(1, 6),
    chair=st.integers(0, 5),
    order=st.permutations(range(6)),
    ballots=st.lists(st.sampled_from(BALLOTS), min_size=6, max_size=6),
    length=st.integers(0, 6),
)
@settings(max_examples=400, deadline=None)
def test_any_sequence_of_up_to_six_voters_agrees_with_the_oracle(
    *, policy: Policy, count: int, chair: int, order: list[int], ballots: list[Ballot], length: int
) -> None:
    voters = [person for person in order if person < count][:length]
    cast = list(zip(voters, ballots, strict=False))
    votes = [vote(person, ballot) for person, ballot in cast]
    assert outcome(policy, seats(count, chair), votes) == oracle(policy, count, cast, chair)


@given(
    policy=st.sampled_from(POLICIES),
    count=st.integers(0, 4),
    cast=st.lists(st.tuples(st.integers(0, 7), st.sampled_from(BALLOTS)), max_size=8),
)
@settings(max_examples=400, deadline=None)
def test_an_outcome_never_changes_however_votes_go_on_and_whoever_casts_them(
    policy: Policy, count: int, cast: list[tuple[int, Ballot]]
) -> None:
    votes = [vote(person, ballot) for person, ballot in cast]
    answers = [outcome(policy, seats(count), votes[:length]) for length in range(len(votes) + 1)]
    settled = [answer for answer in answers if answer]
    assert settled == settled[:1] * len(settled)
    assert answers == sorted(answers, key=bool)


def test_abstaining_and_silence_are_never_consent() -> None:
    assert outcome("any", seats(2), [vote(0, ("abstain", None))]) is None
    assert outcome("any", seats(2), [vote(0, ("abstain", None)), vote(1, ("abstain", None))]) == "hold"
    assert outcome("all", seats(2), [vote(0, ("approve", None))]) is None


def test_an_empty_room_can_only_hold() -> None:
    assert outcome("all", (), []) == "hold"
    assert outcome(AtLeast(at_least=3), seats(2), []) == "hold"


def test_a_second_vote_of_a_person_and_a_stranger_s_vote_do_not_count() -> None:
    twice = [vote(0, ("approve", None)), vote(0, ("approve", None)), vote(9, ("approve", None))]
    assert outcome(AtLeast(at_least=2), seats(3), twice) is None


def test_the_chair_s_proposal_goes_before_a_milder_one() -> None:
    votes = [vote(1, ("reject", "hold")), vote(0, ("reject", "kill"))]
    assert outcome("any", seats(2), votes) == "kill"
    assert outcome("any", seats(2, chair=9), votes) == "hold"


def test_a_chair_who_approved_proposes_nothing() -> None:
    votes = [vote(0, ("approve", None)), vote(1, ("reject", "recycle"))]
    assert outcome("all", seats(2), votes) == "recycle"


def test_all_takes_every_seat_and_any_takes_one() -> None:
    assert [approvals_needed(policy, 3) for policy in ("all", "any", AtLeast(at_least=2))] == [3, 1, 2]


def test_in_order_every_seat_approves_in_its_turn() -> None:
    """R-33: a vote out of turn is passed over, and one that is not an approval ends it."""
    yes = [vote(person, ("approve", None)) for person in range(3)]
    assert outcome("in_order", seats(3), yes) == "go"
    assert outcome("in_order", seats(3), [yes[1], yes[0], yes[2]]) is None
    assert outcome("in_order", seats(3), [yes[0], vote(1, ("abstain", None))]) == "hold"


def test_a_veto_ends_a_review_at_once_with_its_own_proposal_before_the_chair_s() -> None:
    """R-34: it ends though everybody else could still approve."""
    room = tuple(seat.model_copy(update={"veto": seat.person == "p1"}) for seat in seats(5))
    chair = vote(0, ("reject", "kill"))
    assert outcome(AtLeast(at_least=2), room, [chair, vote(1, ("reject", "recycle"))]) == "recycle"
    assert outcome(AtLeast(at_least=2), room, [chair, vote(1, ("reject", None))]) == "kill"
    assert outcome(AtLeast(at_least=2), room, [vote(1, ("reject", None))]) == "hold"
    assert outcome(AtLeast(at_least=2), room, [vote(1, ("abstain", None))]) is None


def test_approvals_count_once_the_quorum_has_voted_and_abstaining_helps_to_reach_it() -> None:
    """R-34: what can no longer be met settles whatever the quorum."""
    yes, abstention = vote(0, ("approve", None)), vote(1, ("abstain", None))
    assert outcome("any", seats(4), [yes, abstention], quorum=3) is None
    assert outcome("any", seats(4), [yes, abstention, vote(2, ("reject", "kill"))], quorum=3) == "go"
    assert outcome("all", seats(4), [abstention], quorum=3) == "hold"
    assert outcome("any", seats(2), [], quorum=3) == "hold"


def test_a_stand_in_s_vote_fills_the_seat_of_another_once() -> None:
    """R-27: neither a seat nor a person counts twice."""
    substitute = vote(7, ("approve", None)).model_copy(update={"seat": "p0"})
    again = vote(7, ("approve", None)).model_copy(update={"seat": "p1"})
    assert outcome("all", seats(2), [substitute, vote(0, ("reject", "kill")), again]) is None
    assert outcome("all", seats(2), [substitute, vote(1, ("approve", None))]) == "go"
