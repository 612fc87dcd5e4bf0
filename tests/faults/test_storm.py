"""kill -9 of deciding processes, and of the database's server: no acknowledged decision is lost, doubled or wrong.

There is no HTTP interface yet: the deciders are processes on the service layer (`lifecycle.actions`), all on one
database, and an acknowledgement is a line written after the action has returned.
"""

import time
from collections import Counter
from pathlib import Path

import pytest

from tests import postgres
from tests.faults import ground, oracle, profile
from tests.faults.deciders import Crew, acknowledged
from tests.faults.ground import Place

MEMBERS = 4
TOO_LONG = 900
"""Seconds after which a storm has failed, because nobody decides any more."""

pytestmark = pytest.mark.timeout(TOO_LONG + 60)


def test_no_acknowledged_decision_is_lost_or_doubled_when_deciders_are_killed(tmp_path: Path) -> None:
    """R-01, R-05, R-06: processes on one SQLite file are killed while they decide, and others go on."""
    dice, place = profile.chance("storm of kills"), Place(tmp_path)
    decisions, kills = profile.size(150, 10_000), profile.size(3, 250)
    ground.laid_out(place).database.close()
    crew = Crew(place, dice.randrange(2**32), MEMBERS)
    began = time.monotonic()
    while crew.decisions() < decisions or crew.killed < kills:
        assert time.monotonic() < began + TOO_LONG
        if crew.decisions() >= decisions * crew.killed / kills:
            crew.kill_one(dice)
        time.sleep(dice.uniform(0.05, 0.25))
    assert crew.dismiss() == [0] * MEMBERS
    assert_nothing_lost(place, crew, began)
    assert acknowledged(place, "unavailable") == []


@pytest.mark.postgres
def test_no_acknowledged_decision_is_lost_when_the_database_server_crashes(
    postgres_server: postgres.Server, on_postgres: Place
) -> None:
    """R-01, R-05: the server's processes end at once and come back; deciders hear of it in one clear sentence."""
    dice, place = profile.chance("storm of crashes"), on_postgres
    decisions, crashes = profile.size(60, 10_000), profile.size(1, 10)
    ground.laid_out(place).database.close()
    crew = Crew(place, dice.randrange(2**32), MEMBERS)
    began, crashed = time.monotonic(), 0
    while crew.decisions() < decisions or crashed < crashes:
        assert time.monotonic() < began + TOO_LONG
        if crew.decisions() > decisions * (crashed + 0.5) / (crashes + 1) and crashed < crashes:
            postgres_server.crash()
            postgres_server.start()
            crashed += 1
        time.sleep(dice.uniform(0.05, 0.15))
        if dice.random() < 0.2:
            crew.kill_one(dice)
    assert crew.dismiss() == [0] * MEMBERS
    assert_nothing_lost(place, crew, began)
    heard = {sentence for _, _, sentence in acknowledged(place, "unavailable")}
    assert heard
    assert all("cannot be reached" in sentence and "Try again" in sentence for sentence in heard)


def assert_nothing_lost(place: Place, crew: Crew, began: float) -> None:
    """What the records hold is right, and everything that was acknowledged is there as it was told."""
    seconds = time.monotonic() - began
    work = ground.opened(place)
    votes, refused = acknowledged(place, "vote"), Counter(key for _, key, _ in acknowledged(place, "refused"))
    print(
        f"{crew.decisions()} decisions ({len(votes)} answers), {crew.killed} kills, {seconds:.0f} s, refused {refused}"
    )
    assert oracle.anomalies(work) == []
    assert not refused["already_voted"], "a vote asked for again was refused, not answered again"
    assert list(oracle.unkept(work, votes)) == []
    written = {row["id"] for row in oracle.Rows(work).records}
    assert {record for _, record, _ in acknowledged(place, "record")} <= written
    work.database.close()
