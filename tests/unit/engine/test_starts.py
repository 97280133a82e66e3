"""A process begins where it is started: at its plain start, or at what has been triggered."""

from __future__ import annotations

import pytest

from engine.runner import NotWaiting, Outcome, Runner
from tests.diagrams import (
    cycle,
    date,
    diagram,
    element,
    end,
    flows,
    listening,
    message,
    message_definition,
    signal,
    signal_definition,
    start,
    user,
)
from tests.unit.engine.accepted import accepted

SEVERAL = (
    start(),
    element("startEvent", "by_message", message_definition("order", "order")),
    element("startEvent", "by_either", message_definition("call", "call") + signal_definition("alarm")),
    user("plain"),
    user("ordered", "order['by']"),
    user("urgent"),
    element("exclusiveGateway", "merge"),
    end(),
    flows("start", "plain", "merge", "end"),
    flows("by_message", "ordered", "merge"),
    flows("by_either", "urgent", "merge"),
    listening("esp", message_definition("stop"), user("work")),
)
MORE = message("order") + message("call") + message("stop") + signal("alarm", variable="alarm")


def files() -> dict[str, str]:
    return accepted({"p.bpmn": diagram("p", *SEVERAL, more=MORE)})


def test_each_start_begins_by_itself() -> None:
    assert sorted(Runner(files()).start("p").waiting()) == ["esp_start", "plain"]
    r = Runner(files()).start_by("p", "message", "order", {"by": "ann"})
    assert sorted(r.waiting()) == ["esp_start", "ordered"]
    assert [t.candidate_group for t in r.waits.user_tasks.values()] == ["ann"]
    assert r.complete("ordered").outcome is Outcome.COMPLETED, r.error
    assert r.completed()[0] == "by_message"
    r = Runner(files()).start_by("p", "signal", "alarm", {"level": 1})
    assert sorted(r.waiting()) == ["esp_start", "urgent"]
    assert r.complete("urgent").variables == {"alarm": {"level": 1}}
    assert Runner(files()).start_by("p", "message", "call").complete("urgent").outcome is Outcome.COMPLETED


def test_the_clock_and_a_message_start_at_one_event() -> None:
    either = message_definition("order", "order") + cycle('"R/PT1H"') + date('"2030-01-01T00:00:00Z"')
    text = diagram(
        "p",
        element("startEvent", "by_either", either),
        user("work"),
        end(),
        flows("by_either", "work", "end"),
        more=MORE,
    )
    for kind, name in (("cycle", "R/PT1H"), ("date", "2030-01-01T00:00:00Z")):
        r = Runner(accepted({"p.bpmn": text})).start_by("p", kind, name)
        assert r.waiting() == ["work"]
        assert r.complete("work").variables == {}


def test_a_process_without_a_plain_start_is_not_started_by_its_id() -> None:
    text = diagram(
        "p",
        element("startEvent", "by_message", message_definition("order")),
        end(),
        flows("by_message", "end"),
        more=MORE,
    )
    with pytest.raises(NotWaiting):
        Runner(accepted({"p.bpmn": text})).start("p")


def test_what_the_linter_refuses_does_not_run() -> None:
    text = diagram("p", start(), element("task", "x"), end(), flows("start", "x"))
    refused = Runner({"p.bpmn": text}, check=True).start("p")
    assert refused.outcome is Outcome.REFUSED
    assert "bpmn.dead_end" in {finding.rule for finding in refused.findings}
    assert refused.start_by("p", "message", "order").waiting() == []
    assert Runner(files(), check=True).start("p").outcome is Outcome.WAITING
