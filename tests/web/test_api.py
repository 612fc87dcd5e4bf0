"""The API's own walls: who is asking, what was read, twice is once, and an answer with a sentence to everything."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lifecycle.actions import views
from lifecycle.actions.identity import create_token, revoke_token, tokens_of
from lifecycle.errors import DefinitionError, LifecycleError, NoSpaceLeft, Problem, RecordsBusy
from lifecycle.records.tokens import Scope
from lifecycle.value import digest
from lifecycle.web.application import LARGEST
from lifecycle.web.problems import STATUSES
from tests.builders import START
from tests.cli.terminal import Terminal
from tests.web.client import APP, G1, ROOT, Client, Said

pytestmark = pytest.mark.usefixtures("submitted")
VOTE = {"choice": "approve", "reason": "I read it."}


def with_token(api: Client, text: str, path: str = "/inbox") -> Said:
    return api.ask("GET", ROOT + path, Authorization=text)


# Who is asking


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic c2FtOnNhbQ==", "Bearer pg_0123456789ab_x"])
def test_without_a_token_that_counts_nobody_sees_or_does_anything(api: Client, header: str) -> None:
    for method, path in (("GET", f"{ROOT}/projects"), ("POST", f"{ROOT}{G1}/votes")):
        said = api.ask(method, path, json.dumps(VOTE).encode(), Authorization=header)
        assert (said.status, said.code) == (401, "not_identified")
        assert said.headers["www-authenticate"] == 'Bearer realm="phasegate"'
        assert "phasegate token create" in said.value["detail"]


def test_an_expired_or_revoked_token_does_not_count(api: Client, terminal: Terminal) -> None:
    """R-71, as far as tokens go: the next request is refused."""
    expiring = f"Bearer {create_token(api.work, 'sam', by='root', label='short', days=1)[1]}"
    token, text = create_token(api.work, "sam", by="root", label="laptop")
    assert with_token(api, expiring).status == with_token(api, f"bearer {text}").status == 200
    revoke_token(api.work, token.id, "root")
    said = with_token(api, f"Bearer {text}")
    assert (said.status, "was revoked" in said.value["detail"]) == (401, True)
    (terminal.folder / "clock").write_text((START + timedelta(days=2)).isoformat())
    said = with_token(api, expiring)
    assert (said.status, "expired" in said.value["detail"]) == (401, True)


@pytest.mark.parametrize(
    ("scopes", "refused"),
    [
        (("read",), {"withdraw", "vote"}),
        (("work",), {"look", "vote"}),
        (("decide",), {"look", "withdraw"}),
    ],
)
def test_a_token_goes_as_far_as_its_scopes(api: Client, scopes: tuple[Scope, ...], refused: set[str]) -> None:
    text = create_token(api.work, "sam", by="root", label="part", scopes=scopes)[1]
    named = {"Authorization": f"Bearer {text}", "Content_Type": "application/json"}
    body = json.dumps(VOTE).encode()
    asked = {
        "look": api.ask("GET", f"{ROOT}{APP}", None, **named),
        "withdraw": api.ask("POST", f"{ROOT}{G1}/withdrawals", None, **named),
        "vote": api.ask("POST", f"{ROOT}{G1}/votes", body, **named, Idempotency_Key="k"),
    }
    beyond = {name for name, said in asked.items() if said.status == 403 and said.code == "beyond_token"}
    assert beyond == refused


def test_a_trusted_login_is_worth_nothing_over_http(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHASEGATE_PERSON", "sam")
    monkeypatch.setenv("PHASEGATE_TOKEN", api.token("sam"))
    assert api.ask("GET", f"{ROOT}/inbox").status == 401


def test_nobody_acts_as_another(api: Client) -> None:
    """R-55: who acts is the token's owner, and no field of a request says otherwise."""
    said = api.post(f"{G1}/votes", VOTE | {"by": "cora"}, by="sam")
    assert (said.status, said.code, "by" in said.value["detail"]) == (422, "bad_input", True)
    assert api.vote("erik").code == "not_an_approver"
    assert api.vote("paula").status == 403


def test_the_journal_names_the_token_where_nobody_is_logged_in(api: Client) -> None:
    """Of what was done and of what was refused; a token's secret is nowhere."""
    assert (api.vote("sam").status, api.vote("erik").status) == (201, 403)
    with api.work.look() as store:
        entries = {entry.action: entry for entry in store.entries("app")}
    ids = {token.person: token.id for token in tokens_of(api.work)}
    for action, person in (("vote", "sam"), ("refused vote", "erik")):
        assert (entries[action].actor, entries[action].login) == (person, f"token:{ids[person]}")


# What was read


def test_a_vote_counts_for_the_dossier_that_was_read(api: Client, submitted: Terminal) -> None:
    """R-44: an old ETag is a conflict, the gate's own is not."""
    read = api.get(G1, by="sam").headers["etag"]
    assert read == f'"{api.get(G1).value["review"]["digest"]}"'
    submitted.does("gate", "withdraw", "app", "G1")
    submitted.does("project", "submit-deliverable", "app", "plan", submitted.file("plan.md", "Another plan."))
    submitted.does("gate", "submit", "app", "G1")
    said = api.post(f"{G1}/votes", VOTE, by="sam", If_Match=read)
    assert (said.status, said.code) == (409, "evidence_changed")
    now = api.get(G1, by="sam").headers["etag"]
    assert api.post(f"{G1}/votes", VOTE, by="sam", If_Match=now).status == 201


def test_before_a_review_there_is_no_dossier_to_name(api: Client) -> None:
    assert "etag" not in api.get(f"{APP}/gates/G2").headers


@pytest.mark.parametrize("read", ["*", "abc", '"abc"', 'W/"' + "0" * 64 + '"'])
def test_what_is_no_dossier_is_no_precondition(api: Client, read: str) -> None:
    said = api.post(f"{G1}/votes", VOTE, by="sam", If_Match=read)
    assert (said.status, said.code, "If-Match" in said.value["detail"]) == (422, "bad_input", True)


# Twice is once


def test_the_same_request_at_the_same_moment_is_done_once_and_answered_alike(api: Client) -> None:
    """R-02: one vote, and the same bytes for everybody who asked."""
    api.token("sam")
    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(lambda _: api.vote("sam", key="k1"), range(100)))
    assert {said.status for said in answers} == {201}
    assert len({said.body for said in answers}) == 1
    assert len(api.get(G1).value["votes"]) == 1


def test_a_key_that_was_used_for_something_else_is_refused_and_the_first_stands(api: Client) -> None:
    """R-03: for another vote, and for another verb."""
    first = api.vote("sam", key="k1")
    said = api.vote("sam", "reject", key="k1")
    assert (said.status, said.code) == (422, "key_reused")
    assert api.post(f"{G1}/withdrawals", by="sam", Idempotency_Key="k1").code == "key_reused"
    assert api.vote("sam", key="k1").body == first.body
    assert [vote["choice"] for vote in api.get(G1).value["votes"]] == ["approve"]


def test_a_key_belongs_to_its_person(api: Client) -> None:
    """R-04: another one's key is their own."""
    assert api.vote("sam", key="k1").value["vote"] == "app:G1:1:vote:sam"
    assert api.vote("cora", key="k1").value["vote"] == "app:G1:1:vote:cora"


def test_a_key_at_the_command_line_is_the_same_key(api: Client, submitted: Terminal) -> None:
    words = ("gate", "decide", "app", "G1", "--vote", "approve", "--reason", "I read it.", "--idempotency-key", "k1")
    assert submitted.json(*words, by="sam") == api.vote("sam", key="k1").value


def test_every_verb_knows_keys(api: Client) -> None:
    """R-02: each is done once, and its answer is kept with it; without a key it is refused the second time."""
    condition = {"text": "Write the tests", "owner": "erik", "due": "2026-02-27"}
    late = {"choice": "approve_with_conditions", "reason": "I read it.", "conditions": [condition]}
    asked: list[tuple[str, str, Any]] = [
        ("paula", f"{G1}/withdrawals", None),
        ("paula", f"{APP}/deliverables/plan/versions?file=plan.md", b"The plan."),
        ("sam", f"{APP}/deliverables/plan/judgements", {}),
        ("paula", f"{G1}/reviews", None),
        ("sam", f"{G1}/votes", {"choice": "reject", "reason": "No.", "proposal": "hold"}),
        ("cora", f"{G1}/resumptions", {"reason": "Go on."}),
        ("sam", f"{G1}/votes", late),
        ("cora", f"{G1}/votes", VOTE),
        ("sam", f"{APP}/conditions/G1.3.1/clearances", {"evidence": "Seen."}),
    ]
    for number, (by, path, value) in enumerate(asked):
        first, second = (api.post(path, value, by=by, Idempotency_Key=f"k{number}") for _ in range(2))
        assert (first.status, second.status, first.body) == (201, 201, second.body), first
    with api.work.look() as store:
        kinds = [record.kind for record in store.history("app").records]
    assert kinds.count("return") == kinds.count("resume") == kinds.count("clearance") == 1
    assert kinds.count("vote") == 3


def test_without_a_key_a_second_vote_is_a_conflict(api: Client) -> None:
    assert [api.vote("sam").status, api.vote("sam").code] == [201, "already_voted"]


@pytest.mark.parametrize("key", ["k" * 201, "schl\xfcssel"])
def test_a_key_is_short_and_plain(api: Client, key: str) -> None:
    assert api.vote("sam", key=key).status == 422


# An answer with a sentence to everything


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (f"{G1}/votes", VOTE | {"outcome": "go"}, "outcome"),
        (f"{G1}/votes", {"choice": "approve"}, "reason"),
        (f"{G1}/votes", {"choice": "maybe", "reason": "x"}, "choice"),
        (f"{G1}/votes", VOTE | {"reason": "x" * 4001}, "reason"),
        (f"{G1}/votes", VOTE | {"reason": "nul \0"}, "NUL"),
        (f"{G1}/votes", VOTE | {"conditions": [{"text": "\0", "owner": "erik", "due": "2026-02-27"}]}, "NUL"),
        (f"{G1}/votes", VOTE | {"reason": "half \ud83d"}, "reason"),
        (f"{G1}/votes", [], "body"),
        (f"{G1}/reviews", {"as": "sam"}, "as"),
        (f"{G1}/withdrawals", {"reason": "x"}, "reason"),
        (f"{APP}/deliverables/plan/versions?file=plan.md", None, "content"),
        (f"{APP}/deliverables/plan/versions?owner=sam", None, "owner"),
        (f"{APP}/deliverables/plan/versions?file=..%2F..%2Fplan.md", b"x", "file"),
        (f"{APP}/deliverables/plan/versions?file=..", b"x", "file"),
        (f"{APP}/deliverables/plan/versions?file=..%5Cplan.md", b"x", "file"),
        (f"{APP}/deliverables/plan/versions?file=plan%0D%0A.md", b"x", "file"),
        (f"{APP}/deliverables/plan/versions?file=plan%E2%80%AEfdp.exe", b"x", "file"),
        (f"{APP}/deliverables/plan/versions?file={'x' * 4096}", b"x", "file"),
        ("/projects/..%2f..%2fetc/gates/G1/reviews", None, "Not Found"),
        ("/projects/a%00b/gates/G1/reviews", None, "project"),
    ],
)
def test_what_cannot_be_right_is_said_by_name(api: Client, path: str, value: object, named: str) -> None:
    """R-55: unknown fields are refused, not passed over."""
    said = api.post(path, value, by="sam")
    if named == "Not Found":
        assert said.status == 404
    else:
        assert (said.status, said.code) == (422, "bad_input")
        assert named in said.value["detail"]
    assert api.get(G1).value["votes"] == []


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b'{"choice": ' + b"9" * 5000 + b"}"])
def test_what_is_no_json_is_refused(api: Client, body: bytes) -> None:
    named = {"Authorization": f"Bearer {api.token('sam')}", "Content_Type": "application/json"}
    said = api.ask("POST", f"{ROOT}{G1}/votes", body, **named)
    assert (said.status in (400, 422), said.code) == (True, "bad_input")
    if body == b"{":
        assert said.value["detail"].startswith("The body is not JSON: ")


def test_what_is_said_twice_is_refused(api: Client) -> None:
    """S18: of two choices in one vote, nobody knows which one is meant."""
    named = {"Authorization": f"Bearer {api.token('sam')}", "Content_Type": "application/json"}
    said = api.ask("POST", f"{ROOT}{G1}/votes", b'{"choice": "reject", "reason": "No.", "choice": "approve"}', **named)
    assert (said.status, said.code) == (400, "bad_input")
    assert "'choice' is there twice" in said.value["detail"]
    assert api.get(G1).value["votes"] == []


def test_a_deliverable_is_kept_as_it_came(api: Client, submitted: Terminal) -> None:
    content = bytes(range(256))
    named = {"Authorization": f"Bearer {api.token('erik')}", "Content_Type": "image/png"}
    said = api.ask("POST", f"{ROOT}{APP}/deliverables/plan/versions?file=plan.png", content, **named)
    kept = [file for file in Path(submitted.data / "evidence").rglob("*") if file.is_file()]
    assert said.status == 201, said
    assert content in [file.read_bytes() for file in kept]
    assert not list(submitted.folder.rglob("plan.png"))


def test_a_file_is_kept_as_it_is_whatever_its_type_is_said_to_be(api: Client) -> None:
    content = b'{"a": 1.0}\n'
    for kind in ("application/json", "text/plain; charset=utf-16", "multipart/form-data"):
        said = api.post(f"{APP}/deliverables/plan/versions?file=plan.json", content, Content_Type=kind)
        assert (said.status, said.value["sha256"]) == (201, digest(content)), kind


def test_what_may_be_done_at_another_time_is_a_conflict(api: Client) -> None:
    """That this person may not is another thing: 403."""
    assert (api.post(f"{G1}/reviews").status, api.post(f"{G1}/reviews").code) == (409, "transition_not_allowed")
    said = api.post(f"{G1}/resumptions", {"reason": "Go on."}, by="cora")
    assert (said.status, said.code) == (409, "transition_not_allowed")


def test_a_body_beyond_the_limit_is_not_read(api: Client) -> None:
    path = f"{ROOT}{APP}/deliverables/plan/versions?file=plan.bin"
    named = {"Authorization": f"Bearer {api.token('erik')}", "Content_Type": "application/octet-stream"}
    assert api.ask("POST", path, b"x" * LARGEST, **named).value["size"] == LARGEST
    said = api.ask("POST", path, b"x" * (LARGEST + 1), **named)
    assert (said.status, said.code) == (413, "too_large")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not_found"),
        ("GET", f"{ROOT}/nothing", 404, "not_found"),
        ("GET", f"{ROOT}/projects/", 404, "not_found"),
        ("DELETE", f"{ROOT}{APP}", 405, "method_not_allowed"),
        ("GET", f"{ROOT}/projects/nowhere", 404, "not_found"),
        ("GET", f"{ROOT}{APP}/gates/G7", 404, "not_found"),
    ],
)
def test_what_is_not_there_is_said_so(api: Client, method: str, path: str, status: int, code: str) -> None:
    said = api.ask(method, path, Authorization=f"Bearer {api.token('sam')}")
    assert (said.status, said.code) == (status, code)
    assert said.value["detail"]


def raising(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Whoever asks for the list of projects meets this error."""

    def fail(_work: object) -> None:
        raise error

    monkeypatch.setattr(views, "project_list", fail)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NoSpaceLeft("The disk is full. Make room."), 503, "no_space_left"),
        (RecordsBusy("Somebody else is writing. Try again."), 503, "records_busy"),
        (OSError(28, "No space left on device"), 503, "no_space_left"),
        (PermissionError(13, "Permission denied", "evidence"), 503, "bad_input"),
        (sqlite3.OperationalError("no idea"), 500, "lifecycle_error"),
        (DefinitionError([Problem("small.yaml", 3, 1, "No such gate.")]), 422, "definition_error"),
        (LifecycleError("Something else."), 500, "lifecycle_error"),
        (ZeroDivisionError("division by zero"), 500, "lifecycle_error"),
    ],
)
def test_every_error_is_an_answer_with_a_sentence(
    api: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    """R-68, R-76: no traceback, and nothing without a sentence; what may pass says when to come again."""
    raising(monkeypatch, error)
    said = api.get("/projects")
    assert (said.status, said.code) == (status, code)
    assert said.value["status"] == status
    assert "Traceback" not in said.value["detail"]
    assert ("retry-after" in said.headers) == (status == 503)
    assert ("problems" in said.value) == isinstance(error, DefinitionError)


def test_a_fault_of_ours_shows_its_place_to_whoever_runs_the_server(
    api: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    raising(monkeypatch, ZeroDivisionError("division by zero"))
    api.get("/projects")
    assert ("ZeroDivisionError" in caplog.text, "Traceback" in caplog.text) == (True, False)
    monkeypatch.setenv("PHASEGATE_DEBUG", "1")
    api.get("/projects")
    assert "Traceback" in caplog.text


def test_records_that_are_damaged_are_no_fault_of_the_request(api: Client, submitted: Terminal) -> None:
    api.token("sam")
    with closing(sqlite3.connect(submitted.data / "phasegate.db")) as connection, connection:
        connection.execute("DROP TABLE awaited")
    said = api.get("/inbox", by="sam")
    assert (said.status, said.code) == (503, "records_damaged")


def test_every_kind_of_error_has_its_status() -> None:
    """R-68: what is not in the table would be a fault of ours."""

    def kinds(of: type[LifecycleError]) -> set[type[LifecycleError]]:
        return {of}.union(*map(kinds, of.__subclasses__()))

    ours = {kind for kind in kinds(LifecycleError) if kind.__module__ == LifecycleError.__module__}
    listed = tuple(kind for kind, _ in STATUSES)
    assert {kind for kind in ours if not issubclass(kind, listed)} == {LifecycleError}


def test_nothing_is_kept_by_those_who_carry_answers(api: Client) -> None:
    for said in (api.get(G1), api.vote("sam"), api.get("/projects/nowhere"), api.ask("GET", "/")):
        assert said.headers["cache-control"] == "no-store"
        assert said.headers["x-content-type-options"] == "nosniff"
