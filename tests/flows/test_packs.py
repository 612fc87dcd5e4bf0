"""The samples of the shipped processes, carried side by side from charter to closure by real flows.

The program's sample, with its member projects, goes to its closure in the demo; here it is refused.
"""

from contextlib import closing
from pathlib import Path

import pytest

from flows.server import EmbeddedServer
from lifecycle.actions import gates
from lifecycle.errors import NotReady
from lifecycle.history.closing import ReportIssued
from lifecycle.history.gates import GateDecided
from lifecycle.history.work import DocumentDrafted, PhaseOpened
from tests.flows.carrying import assert_whole, carry_on
from tests.packs.samples import CHARTERS, PROJECTS, Sample, boundary, opened, start

pytestmark = pytest.mark.flows


def test_the_flows_carry_the_sample_of_every_process_to_its_closure(tmp_path: Path, server: EmbeddedServer) -> None:
    """A stage of the PRINCE2-style one leaves its tolerance on the way."""
    work = opened(tmp_path)
    with closing(work.database):
        samples = [start(work, pack) for pack in PROJECTS]
        ends = set(carry_on(work, server.api_url))
        while waiting := [sample for sample in samples if not sample.history.closed]:
            for sample in waiting:
                if sample.here() == "AS-1":
                    stray(sample)
                sample.passes(sample.here())
            ends |= set(carry_on(work, server.api_url))
        assert ends == {"AwaitingDecision", "Closed"}
        for sample in samples:
            history = sample.history
            drafted = {draft.deliverable for draft in history.all(DocumentDrafted)}
            assert drafted == {item.id for item in history.definition.deliverables if item.template}
            assert [issued.report for issued in history.all(ReportIssued)] == ["closure"]
        assert_whole(work)


def test_the_flows_carry_the_sample_of_every_process_through_all_its_refusals(
    tmp_path: Path, server: EmbeddedServer
) -> None:
    """Each is held at its first gate, exceeds its tolerance, is recycled at a boundary, and killed there after all."""
    work = opened(tmp_path)
    with closing(work.database):
        samples = {pack: start(work, pack) for pack in CHARTERS if pack != "predictive"}
        samples["predictive"] = Sample(work, "chat-assistant")  # which the program has started
        carry_on(work, server.api_url)
        for sample in samples.values():
            refuse(sample, sample.here(), "hold")
        ends = carry_on(work, server.api_url)
        for sample in samples.values():
            resume(sample, sample.here())
        ends += carry_on(work, server.api_url)
        while ahead := [one for pack, one in samples.items() if one.here() != boundary(pack)]:
            for sample in ahead:
                sample.passes(sample.here())
            ends += carry_on(work, server.api_url)
        for pack, sample in samples.items():
            if pack in PROJECTS:
                leave_the_tolerance(sample, boundary(pack))
            refuse(sample, boundary(pack), "recycle")
        ends += carry_on(work, server.api_url)
        for pack, sample in samples.items():
            assert sample.history.all(PhaseOpened)[-1].attempt == 2
            refuse(sample, boundary(pack), "kill")
        ends += carry_on(work, server.api_url)
        for sample in samples.values():
            sample.is_wound_up()
        ends += carry_on(work, server.api_url)
        assert {"OnHold", "AwaitingDecision", "Stopped"} <= set(ends)
        for sample in samples.values():
            history = sample.history
            assert history.closed and history.closed.premature
            assert {"hold", "go", "recycle", "kill"} == {one.outcome for one in history.all(GateDecided)}
            assert "closure" in [issued.report for issued in history.all(ReportIssued)]
        assert_whole(work)


def stray(sample: Sample) -> None:
    """The stage leaves its tolerance; the gate opens once the board has granted more, and the manager the rest."""
    sample.prepare("AS-1")
    sample.strays()
    with pytest.raises(NotReady):
        sample.submit("AS-1")
    sample.is_granted_more_tolerance(20)
    sample.is_granted_at_the_boundary("delivery-stage-2", 20)
    sample.submit("AS-1")


def refuse(sample: Sample, gate: str, proposal: str) -> None:
    """Submit the gate where it is not yet; whoever decides there proposes something else than to go on."""
    if not sample.history.open_review(gate):
        sample.prepare(gate)
        sample.submit(gate)
    assert sample.decide(gate, proposal) == proposal


def resume(sample: Sample, gate: str) -> None:
    review = sample.history.review(gate)
    assert review is not None
    gates.resume_gate(sample.work, sample.project, gate, "The money is there.", review.seats[0].person)
    assert sample.decide(gate) == "go"


def leave_the_tolerance(sample: Sample, gate: str) -> None:
    """A forecast beyond the tolerance holds the gate until more time was granted."""
    sample.prepare(gate)
    sample.is_late()
    with pytest.raises(NotReady):
        sample.submit(gate)
    sample.asks_for_more_time(400)
    sample.is_granted_more_time(sample.decider("change"))
