"""Event subprocesses and what is thrown to subprocesses: who listens in the other version."""

from __future__ import annotations

import datetime as dt

import pytest

from engine.runner import Outcome, Runner
from tests.diagrams import (
    boundary,
    coded,
    declared,
    element,
    end,
    flows,
    listening,
    message,
    message_definition,
    signal,
    signal_definition,
    start,
    timer,
    user,
)
from tests.unit.migration.moving import DATA, bundle, changes, codes, moved

MORE = message("one") + message("two") + signal("news") + signal("more") + declared("escalation", "late")


def listened(definition: str, *, interrupting: bool, work: str = "user", name: str = "esp") -> str:
    inner = user(f"{name}_{work}")
    return listening(name, definition, inner, path=f"{name}_{work}", interrupting=interrupting)


def around(*event_subprocesses: str) -> dict[str, str]:
    return bundle(start(), user("ask"), *event_subprocesses, end(), flows("start", "ask", "end"), more=MORE)


@pytest.mark.parametrize("interrupting", [False, True])
def test_an_event_subprocess_listens_and_runs_in_the_other_version(interrupting: bool) -> None:
    r = Runner(around(listened(message_definition("one"), interrupting=interrupting))).start("p", dict(DATA))
    renamed = around(listened(message_definition("two"), interrupting=interrupting, name="other"))
    mapping = {"esp": "other", "esp_start": "other_start", "esp_user": "other_user", "esp_end": "other_end"}
    result = moved(r, renamed, **mapping)
    assert (codes(result), changes(result)) == ([], [])
    r.send("two")
    back = {goal: name for name, goal in mapping.items()}
    result = moved(r, around(listened(message_definition("one"), interrupting=interrupting)), **back)
    assert (codes(result), changes(result)) == ([], [("moved", "other"), ("moved", "other_user")])
    assert len(r.waits.messages) == (0 if interrupting else 1)
    r.complete("esp_user")
    if not interrupting:
        r.send("one").complete("esp_user").complete("ask")
    assert r.outcome is Outcome.COMPLETED, r.error


def test_event_subprocesses_that_only_the_target_has_begin_to_listen_with_what_is_known_now() -> None:
    r = Runner(around()).start("p", dict(DATA))
    r.edit_variables(None, {"limit": "PT3H"})
    news = listened(signal_definition("news"), interrupting=False)
    late = listened(timer("limit"), interrupting=True, name="late")
    result = moved(r, around(news, late))
    assert set(changes(result)) == {("event_armed", "esp"), ("event_armed", "late")}
    due = r.clock.now() + dt.timedelta(hours=3)
    assert [wait.due_at for wait in r.waits.timers.values()] == [due]
    r.broadcast("news").complete("esp_user").forward("PT3H")
    assert r.waiting() == ["late_user"]
    assert r.complete("late_user").outcome is Outcome.COMPLETED, r.error


def test_a_listener_goes_with_its_event_and_nothing_listens_beside_one_that_interrupts() -> None:
    news = listened(signal_definition("news"), interrupting=True)
    r = Runner(around(news)).start("p", dict(DATA))
    result = moved(r, around(listened(message_definition("one"), interrupting=True)))
    assert changes(result) == [("event_removed", "esp"), ("event_armed", "esp")]
    r.send("one")
    result = moved(r, around(news, listened(message_definition("two"), interrupting=False, name="more")))
    assert (codes(result), changes(result)) == ([], [])
    assert r.waiting() == ["esp_user"], "what interrupts is alone, also in the other version"
    assert r.complete("esp_user").outcome is Outcome.COMPLETED, r.error


def test_an_event_subprocess_that_was_triggered_for_the_last_time_does_not_listen_again() -> None:
    once = listened(timer("'PT1H'"), interrupting=False)
    r = Runner(around(once)).start("p", dict(DATA)).forward("PT1H")
    r.complete("esp_user")
    assert changes(moved(r, around(once))) == []
    assert r.waiting() == ["ask"]


def test_escalations_are_caught_in_the_other_version() -> None:
    def version(name: str) -> dict[str, str]:
        inner = (
            start("in"),
            user("work"),
            end("out", coded("escalation", "late")),
            flows("in", "work", "out"),
        )
        return bundle(
            start(),
            element("subProcess", name, "".join(inner)),
            boundary("raised", name, coded("escalation", "late"), interrupting=False),
            user("look"),
            end("seen"),
            end(),
            flows("start", name, "end"),
            flows("raised", "look", "seen"),
            more=MORE,
        )

    r = Runner(version("sub")).start("p", dict(DATA))
    assert changes(moved(r, version("part"), sub="part")) == [("moved", "sub")]
    r.complete("work")
    assert r.waiting() == ["look"]
    assert r.complete("look").outcome is Outcome.COMPLETED, r.error
