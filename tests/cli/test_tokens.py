"""Personal tokens: shown once, kept as a hash, limited in scope and time, ended at once."""

import re
from datetime import timedelta

import pytest

from tests.builders import START
from tests.cli.terminal import Terminal

VOTE = ("gate", "decide", "app", "G1", "--vote", "approve", "--reason", "Good.", "--json")


def token(terminal: Terminal, person: str, *options: str) -> str:
    return str(terminal.json("token", "create", person, *options)["token"])


def present(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PHASEGATE_TOKEN", text)


def test_a_token_says_who_is_working(submitted: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    present(monkeypatch, token(submitted, "sam"))
    assert submitted.json(*VOTE, by="sam")["vote"] == "app:G1:1:vote:sam"


@pytest.mark.parametrize("person", ["Ingrid Solberg", "", "-x", "x" * 65])
def test_a_token_is_for_the_id_of_a_person(terminal: Terminal, person: str) -> None:
    said = terminal("token", "create", "--", person)
    assert (said.code, "is not a person's id" in said.err) == (2, True)
    assert terminal.json("token", "list") == []


def test_nobody_works_as_another_with_a_token(submitted: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    present(monkeypatch, token(submitted, "sam"))
    said = submitted(*VOTE, by="cora")
    assert (said.code, said.value["error"]["code"]) == (1, "not_identified")
    assert "The token is sam's, not cora's." in said.err


def test_a_token_is_shown_once_and_kept_as_a_hash(terminal: Terminal) -> None:
    """R-70: no secret lies in the database or its log."""
    text = token(terminal, "sam")
    _, id, secret = text.split("_", 2)
    kept = b"".join(file.read_bytes() for file in terminal.data.glob("phasegate.db*"))
    assert id.encode() in kept
    assert secret.encode() not in kept
    assert secret not in terminal.does("token", "list")


@pytest.mark.parametrize("wrong", ["pg_0123456789ab_secret", "nonsense", "pg__", "_", "pg_é_é", "pg_\udcff_\udcff"])
def test_what_is_no_token_of_ours_is_refused(submitted: Terminal, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    token(submitted, "sam")
    present(monkeypatch, wrong)
    assert "not known here" in submitted(*VOTE, by="sam").err


def test_a_true_id_with_a_false_secret_is_refused(submitted: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    present(monkeypatch, token(submitted, "sam")[:-1] + "~")
    assert "not known here" in submitted(*VOTE, by="sam").err


def test_a_token_does_only_what_it_is_for(submitted: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    present(monkeypatch, token(submitted, "sam", "--scope", "read", "--scope", "work"))
    assert submitted("project", "show", "app", by="sam").code == 0
    said = submitted(*VOTE, by="sam")
    assert said.code == 1
    assert "is for read, work only, and this takes decide" in said.err
    present(monkeypatch, token(submitted, "sam", "--scope", "decide"))
    assert "this takes read" in submitted("project", "show", "app", by="sam").err


def test_the_registers_are_work_and_who_may_decide_is_a_decision(
    submitted: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    present(monkeypatch, token(submitted, "sam", "--scope", "work"))
    risk = ("--category", "delay", "--probability", "2", "--impact", "2", "--owner", "sponsor")
    assert submitted("risk", "add", "app", "--title", "It may rain", *risk, by="sam").code == 0
    granted = ("--until", "2026-02-01", "--reason", "On leave")
    assert "this takes decide" in submitted("delegation", "grant", "app", "cora", *granted, by="sam").err


def test_the_key_that_signs_is_not_changed_with_a_token_to_look(
    submitted: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    present(monkeypatch, token(submitted, "sam", "--scope", "read", "--scope", "work"))
    assert "this takes decide" in submitted("audit", "new-key", by="sam").err
    present(monkeypatch, token(submitted, "sam", "--scope", "decide"))
    assert submitted("audit", "new-key", by="sam").code == 0


def test_a_token_that_expired_does_not_count(submitted: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    present(monkeypatch, token(submitted, "sam", "--days", "2"))
    submitted.file("clock", (START + timedelta(days=2)).isoformat())
    assert "expired on 2026-01-07" in submitted(*VOTE, by="sam").err


def test_a_token_that_was_revoked_does_not_count(submitted: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    text = token(submitted, "sam", "--label", "laptop")
    id = text.split("_")[1]
    submitted.does("token", "revoke", id)
    assert submitted("token", "revoke", id).code == 4
    present(monkeypatch, text)
    assert "The token 'laptop' of sam was revoked" in submitted(*VOTE, by="sam").err


def test_a_token_that_is_revoked_after_it_was_looked_at_does_not_count(submitted: Terminal) -> None:
    """Design 2.2, guard 3: who acts is read in the transaction that writes, though the door has seen the token."""
    from dataclasses import replace

    from lifecycle.actions.identity import bearer, revoke_token
    from lifecycle.errors import NotIdentified
    from tests.workspaces import vote

    work = submitted.work
    presented = bearer(work, token(submitted, "sam"))
    revoke_token(work, presented.id, "root")
    for key in (None, "k"):
        with pytest.raises(NotIdentified, match="was revoked on"):
            vote(replace(work, token=presented), "G1", "sam", key=key)
    with work.look() as store:
        last = [*store.entries()][-1]
        assert (last.action, last.actor) == ("refused vote", "sam")
    work.database.close()


def test_an_organisation_can_ask_for_tokens(submitted: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted.file("config/organisation.yaml", "sign_in: token\n")
    said = submitted(*VOTE, by="sam")
    assert (said.code, "PHASEGATE_TOKEN" in said.err) == (1, True)
    present(monkeypatch, token(submitted, "sam"))
    assert submitted(*VOTE, by="sam").code == 0


def test_tokens_are_listed_and_journaled(terminal: Terminal) -> None:
    assert terminal.does("token", "list") == "There are no tokens.\n"
    id = token(terminal, "sam", "--label", "laptop").split("_")[1]
    assert re.search(rf"{id} +sam +laptop +read, work, decide", terminal.does("token", "list"))
    terminal.does("token", "revoke", id)
    with terminal.work.look() as store:
        assert [(entry.action, entry.object) for entry in store.entries()] == [
            ("token created", f"token:{id}"),
            ("token revoked", f"token:{id}"),
        ]


def test_a_token_cannot_act_for_somebody_else_below_the_command_line(submitted: Terminal) -> None:
    """R-04: what a token does, it does as its owner."""
    from dataclasses import replace

    from lifecycle.actions import gates
    from lifecycle.actions.identity import bearer
    from lifecycle.errors import NotIdentified

    work = submitted.work
    mine = replace(work, token=bearer(work, token(submitted, "sam")))
    with pytest.raises(NotIdentified, match="nobody else can act with it"):
        gates.withdraw_gate(mine, "app", "G1", "paula")
    work.database.close()
