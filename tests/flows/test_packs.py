"""The samples of the shipped processes, carried side by side from charter to closure by real flows.

The program's sample, with its member projects, is what the demo plays.
"""

from contextlib import closing
from pathlib import Path

import pytest

from flows.server import EmbeddedServer
from lifecycle.history.closing import ReportIssued
from lifecycle.history.work import DocumentDrafted
from tests.flows.carrying import assert_whole, carry_on
from tests.packs.samples import PROJECTS, opened, start

pytestmark = pytest.mark.flows


def test_the_flows_carry_the_sample_of_every_process_to_its_closure(tmp_path: Path, server: EmbeddedServer) -> None:
    work = opened(tmp_path)
    with closing(work.database):
        samples = [start(work, pack) for pack in PROJECTS]
        ends = set(carry_on(work, server.api_url))
        while waiting := [sample for sample in samples if not sample.history.closed]:
            for sample in waiting:
                sample.passes(sample.here())
            ends |= set(carry_on(work, server.api_url))
        assert ends == {"AwaitingDecision", "Closed"}
        for sample in samples:
            history = sample.history
            drafted = {draft.deliverable for draft in history.all(DocumentDrafted)}
            assert drafted == {item.id for item in history.definition.deliverables if item.template}
            assert [issued.report for issued in history.all(ReportIssued)] == ["closure"]
        assert_whole(work)
