"""What waits behind a gateway that started its process by the first of several messages."""

from __future__ import annotations

from engine.runner import Outcome, Runner
from tests.diagrams import diagram, element, end, flows, message, message_definition, user
from tests.unit.migration.moving import changes, codes, moved


def beginning(kind: str, *more: str) -> dict[str, str]:
    names = ("paid", "packed", *more)
    return {
        "p.bpmn": diagram(
            "p",
            element("eventBasedGateway", "first", instantiate="true", eventGatewayType=kind),
            *(element("intermediateCatchEvent", n, message_definition(n)) for n in names),
            *(user(f"do_{n}") for n in names),
            *(flows("first", n, f"do_{n}", "end") for n in names),
            end(),
            more="".join(message(n) for n in names),
        )
    }


def test_what_a_parallel_gateway_still_waits_for_is_not_lost() -> None:
    r = Runner(beginning("Parallel")).start_by("p", "message", "paid")
    assert codes(moved(r, beginning("Exclusive"))) == ["gateway_differs"]
    assert codes(moved(r, beginning("Parallel", "sent"), packed=None)) == ["unmapped"]
    result = moved(r, beginning("Parallel", "sent"))
    assert (codes(result), changes(result)) == ([], []), "it began when nothing more was waited for"
    r.send("packed").complete("do_paid")
    assert not moved(r, beginning("Parallel")).obstacles
    assert r.complete("do_packed").outcome is Outcome.COMPLETED, r.error


def test_what_one_event_started_moves() -> None:
    r = Runner(beginning("Exclusive")).start_by("p", "message", "paid")
    assert not moved(r, beginning("Exclusive", "sent")).obstacles
    assert r.complete("do_paid").outcome is Outcome.COMPLETED, r.error
