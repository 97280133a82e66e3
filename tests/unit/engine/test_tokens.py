"""Moving, adding and cancelling tokens; the runner saves and loads the state between steps."""

from __future__ import annotations

import pytest

from engine.runner import Outcome, Runner
from engine.spiff import refusals
from engine.spiff.modifying import TokenChange
from tests.diagrams import (
    boundary,
    diagram,
    element,
    end,
    flow,
    flows,
    message,
    message_definition,
    script,
    start,
    timer,
    user,
)

LINE = diagram(
    "p",
    start(),
    script("set", "n = 1"),
    user("a"),
    boundary("late", "a", timer("'PT1H'")),
    boundary("hint", "a", timer("'PT2H'"), interrupting=False),
    user("b"),
    boundary("b_late", "b", timer("'PT3H'")),
    end(),
    end("end_hint"),
    flows("start", "set", "a", "b", "end"),
    flows("late", "b"),
    flows("b_late", "end"),
    flows("hint", "end_hint"),
)
SPLIT = diagram(
    "p",
    start(),
    element("parallelGateway", "split"),
    user("a"),
    user("b"),
    element("parallelGateway", "join"),
    user("after"),
    end(),
    flows("start", "split", "a", "join", "after", "end"),
    flows("split", "b", "join"),
)
BODY = "".join([start("in"), user("x"), user("y"), end("out"), flows("in", "x", "y", "out")])
INNER = element("subProcess", "sub", BODY)
NESTED = diagram(
    "p",
    start(),
    user("a"),
    INNER,
    boundary("sub_late", "sub", timer("'PT1H'")),
    user("z"),
    end(),
    flows("start", "a", "sub", "z", "end"),
    flows("sub_late", "z"),
)


def at(r: Runner, element_id: str) -> int:
    """The element instance of the one token on an element."""
    (found,) = [t.element_instance for t in r.tokens() if t.element_id == element_id]
    return found


def started(text: str, **variables: object) -> Runner:
    return Runner({"p.bpmn": text}).start("p", dict(variables))


def where(r: Runner) -> list[str]:
    return sorted(t.element_id for t in r.tokens())


def move(r: Runner, source: str, target: str, process_id: str = "p") -> Runner:
    return r.change_tokens(TokenChange(at(r, source), (process_id, target)))


def test_a_token_moves_on_with_its_variables_and_takes_its_boundary_events_along() -> None:
    r = started(LINE)
    move(r, "a", "b")
    assert r.outcome is Outcome.WAITING, r.error
    assert sorted(r.waiting()) == ["b", "b_late"]
    r.complete("b")
    assert (r.outcome, r.variables) == (Outcome.COMPLETED, {"n": 1})


def test_a_token_moves_back_and_everything_happens_again() -> None:
    r = started(LINE).complete("a", {"m": 2})
    move(r, "b", "set")
    assert sorted(r.waiting()) == ["a", "hint", "late"]
    r.forward("PT1H").complete("b")
    assert (r.outcome, r.variables) == (Outcome.COMPLETED, {"n": 1, "m": 2})


def test_moving_after_a_side_branch_ended_leaves_nothing_behind() -> None:
    r = started(LINE).forward("PT0S")
    r.complete("a").forward("PT3H")
    assert r.outcome is Outcome.COMPLETED
    hinted = LINE.replace("'PT1H'", "'PT9H'")
    r = move(started(hinted).forward("PT2H"), "a", "b")
    assert r.complete("b").outcome is Outcome.COMPLETED


def test_a_branch_that_is_moved_still_meets_its_join() -> None:
    r = started(SPLIT).complete("a", {"x": 1})
    move(r, "b", "b")
    assert where(r) == ["b", "join"]
    r.complete("b", {"y": 2})
    assert (where(r), r.variables) == (["after"], {"x": 1, "y": 2})


def test_a_merge_that_no_token_can_reach_is_refused() -> None:
    r = started(SPLIT).complete("a")
    r.change_tokens(TokenChange(at(r, "b")), TokenChange(None, ("p", "after")))
    assert isinstance(r.error, refusals.LeavesJoinWaiting)
    r = started(SPLIT).complete("a")
    assert isinstance(move(r, "b", "a").error, refusals.LeavesJoinWaiting)


def test_tokens_are_added_and_cancelled_as_one() -> None:
    r = started(SPLIT)
    r.change_tokens(TokenChange(at(r, "a")), TokenChange(at(r, "b")), TokenChange(None, ("p", "after")))
    assert where(r) == ["after"]
    assert r.complete("after").outcome is Outcome.COMPLETED
    r = started(SPLIT)
    r.change_tokens(TokenChange(None, ("p", "a")))
    assert where(r) == ["a", "a", "b"]


def test_an_inclusive_merge_fires_when_the_token_it_waited_for_is_cancelled() -> None:
    inclusive = element("inclusiveGateway", "join", default="join-after")
    r = started(SPLIT.replace(element("parallelGateway", "join"), inclusive)).complete("a")
    assert where(r) == ["b", "join"]
    r.change_tokens(TokenChange(at(r, "b")))
    assert where(r) == ["after"]
    assert r.complete("after").outcome is Outcome.COMPLETED


def test_into_a_subprocess_and_out_of_it() -> None:
    r = started(NESTED, n=1)
    move(r, "a", "y", "sub")
    assert where(r) == ["sub", "y"]
    assert "sub_late" in r.waiting()
    assert r.tokens()[-1].within == at(r, "sub")
    r.complete("y", {"m": 2})
    assert (where(r), r.variables) == (["z"], {"n": 1, "m": 2})
    r = started(NESTED, n=1)
    r.complete("a")
    move(r, "x", "z")
    assert (where(r), r.waiting()) == (["z"], ["z"])
    assert r.complete("z").outcome is Outcome.COMPLETED


def test_within_a_subprocess_it_stays_open_and_its_last_token_closes_it() -> None:
    r = started(NESTED).complete("a")
    sub = at(r, "sub")
    move(r, "x", "y", "sub")
    assert at(r, "sub") == sub
    r.change_tokens(TokenChange(at(r, "y")), TokenChange(None, ("p", "z")))
    assert where(r) == ["z"]


def test_out_of_a_called_process_and_into_it() -> None:
    caller = diagram(
        "p",
        start(),
        user("a"),
        element("callActivity", "call", calledElement="q"),
        user("z"),
        end(),
        flows("start", "a", "call", "z", "end"),
    )
    called = diagram("q", start("qs"), user("x"), user("y"), end("qe"), flows("qs", "x", "y", "qe"))
    r = Runner({"p.bpmn": caller, "q.bpmn": called}).start("p", {"n": 1})
    move(r, "a", "y", "q")
    assert where(r) == ["call", "y"]
    assert r.complete("y", {"m": 2}).variables == {"n": 1, "m": 2}
    move(r, "z", "x", "q")
    move(r, "x", "z")
    assert where(r) == ["z"]
    assert r.complete("z").outcome is Outcome.COMPLETED


def test_moving_the_subprocess_itself_into_it_opens_it_anew() -> None:
    r = started(NESTED).complete("a").complete("x")
    sub = at(r, "sub")
    move(r, "sub", "x", "sub")
    assert where(r) == ["sub", "x"]
    assert at(r, "sub") != sub


def test_rivals_at_an_event_gateway_go_with_their_token() -> None:
    r = started(
        diagram(
            "p",
            start(),
            element("eventBasedGateway", "g"),
            element("intermediateCatchEvent", "m", message_definition("go")),
            element("intermediateCatchEvent", "t", timer("'PT1H'")),
            user("z"),
            end(),
            flows("start", "g", "m", "z", "end"),
            flows("g", "t", "z"),
            more=message("go"),
        )
    )
    move(r, "m", "z")
    assert r.waiting() == ["z"]
    move(r, "z", "g")
    assert sorted(r.waiting()) == ["m", "t"]
    assert r.send("go").complete("z").outcome is Outcome.COMPLETED


MANY = element(
    "subProcess",
    "each",
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    f"</bpmn:multiInstanceLoopCharacteristics>{BODY}",
)
REPEATED = diagram("p", start(), MANY, user("z"), end(), flows("start", "each", "z", "end"))


def test_an_activity_that_runs_several_times_is_moved_as_a_whole() -> None:
    r = started(REPEATED)
    assert where(r) == ["each", "x", "x"]
    r.change_tokens(TokenChange(at(r, "each"), ("p", "z")))
    assert (where(r), r.waiting()) == (["z"], ["z"])
    move(r, "z", "each")
    assert where(r) == ["each", "x", "x"]


@pytest.mark.parametrize(
    ("target", "refusal"),
    [
        (("p", "late"), refusals.EntersBoundaryEvent),
        (("p", "nowhere"), refusals.ElementUnknown),
        (("q", "a"), refusals.ElementUnknown),
    ],
)
def test_what_cannot_be_entered_is_refused(target: tuple[str, str], refusal: type[Exception]) -> None:
    r = started(LINE)
    r.change_tokens(TokenChange(at(r, "a"), target))
    assert isinstance(r.error, refusal)


def test_joins_repeated_bodies_and_lonely_tokens_are_refused() -> None:
    r = started(SPLIT)
    assert isinstance(r.change_tokens(TokenChange(at(r, "a"), ("p", "join"))).error, refusals.EntersJoin)
    r = started(REPEATED).complete("x").complete("y")
    x = next(t.element_instance for t in r.tokens() if t.element_id == "x")
    assert isinstance(r.change_tokens(TokenChange(x)).error, refusals.CancelsRepeated)
    r = started(diagram("p", start(), user("a"), MANY, end(), flows("start", "a", "each", "end")))
    assert isinstance(move(r, "a", "x", "each").error, refusals.EntersRepeated)
    r = started(REPEATED)
    r.change_tokens(TokenChange(None, ("each", "y")))
    assert isinstance(r.error, refusals.ScopeAmbiguous)
    r = started(LINE)
    assert isinstance(r.change_tokens(TokenChange(at(r, "a"))).error, refusals.LeavesNothing)
    r = started(LINE)
    assert isinstance(r.change_tokens(TokenChange(999)).error, refusals.TokenGone)
    r = started(LINE)
    late = next(k for k, t in r.waits.timers.items() if t.element_id == "late")
    assert isinstance(r.change_tokens(TokenChange(late)).error, refusals.CancelsAttached)
    r = started(
        diagram(
            "p",
            start("s0"),
            script("n0", "n = 1"),
            flow("s0", "n0"),
            user("a"),
            flows("n0", "a"),
            end(),
            flow("a", "end"),
        )
    )
    move(r, "a", "s0")
    assert where(r) == ["a"]
