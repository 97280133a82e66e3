"""Any diagram of tasks and gateways, sound or not, goes as the token game says, and never stalls silently."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.failures import Stalled
from engine.lint.counting import most_tokens
from engine.lint.diagram import scopes_of
from engine.lint.xml import read
from engine.runner import Outcome, Runner
from tests.diagrams import boundary, diagram, element, end, flow, message, message_definition, start, user
from tests.unit.engine.token_game import Game, Net, TooMuch

GATEWAYS = {
    "exclusive": "exclusiveGateway",
    "parallel": "parallelGateway",
    "inclusive": "inclusiveGateway",
}
CONDITIONS = {"exclusive": "number % {count} == {index}", "inclusive": "number // 2**{index} % 2 == 1"}
KINDS = ("user", "user", "none", "exclusive", "parallel", "inclusive")
MAX_STEPS = 12


@st.composite
def nets(draw: st.DrawFn) -> Net:
    """A start, some elements with flows between them at random, and ends; all can be reached."""
    names = [f"n{number}" for number in range(draw(st.integers(1, 7)))]
    kinds = {name: draw(st.sampled_from(KINDS)) for name in names}
    kinds |= {"start": "none", "end": "end", "stop": draw(st.sampled_from(["end", "terminate"]))}
    anywhere = st.sampled_from([*names, "end", "stop"])
    targets = {
        name: tuple(draw(st.lists(anywhere, min_size=1, max_size=3, unique=True))) for name in names
    } | {"start": ("n0",)}
    events = {}
    for name in names:
        if kinds[name] == "user" and draw(st.booleans()):
            events[name] = f"{name}_event"
            kinds[events[name]] = draw(st.sampled_from(["interrupting", "beside"]))
            targets[events[name]] = (draw(anywhere),)
    reached, todo = set(), ["start"]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += [*targets.get(name, ()), *filter(None, [events.get(name)])]
    return Net(
        {name: kind for name, kind in kinds.items() if name in reached},
        {name: found for name, found in targets.items() if name in reached},
        {name: event for name, event in events.items() if name in reached},
    )


def draw_diagram(net: Net) -> str:
    """The same as BPMN."""
    parts, more = [], []
    attached = {event: task for task, event in net.events.items()}
    for name, kind in net.kinds.items():
        targets = net.targets.get(name, ())
        default = f"{name}-{targets[-1]}" if targets else ""
        if name == "start":
            parts.append(start())
        elif kind == "user":
            parts.append(user(name, "str(number)"))  # so that it is seen which number its token has
        elif name in attached:
            definition = message_definition(name)
            parts.append(boundary(name, attached[name], definition, interrupting=kind == "interrupting"))
            more.append(message(name))
        elif kind == "none":
            parts.append(element("task", name))
        elif kind in ("end", "terminate"):
            parts.append(end(name, "<bpmn:terminateEventDefinition/>" if kind == "terminate" else ""))
        elif kind == "parallel" or len(targets) == 1:
            parts.append(element(GATEWAYS[kind], name))
        else:
            parts.append(element(GATEWAYS[kind], name, default=default))
        for index, target in enumerate(targets):
            condition = None
            if kind in CONDITIONS and target != targets[-1]:
                condition = CONDITIONS[kind].format(count=len(targets), index=index)
            parts.append(flow(name, target, condition))
    return diagram("p", *parts, more="".join(more))


def seen_of(run: Runner) -> object:
    """What people see of a run, as :attr:`Place.seen` says it."""
    if run.outcome is Outcome.FAILED:
        assert isinstance(run.error, Stalled), run.error
        return ("stalled",)
    if run.outcome is Outcome.COMPLETED:
        assert run.variables.keys() == {"number"}
        return "ended", run.variables["number"]
    tasks = run.waits.user_tasks.values()
    elsewhere = Counter(token.element_id for token in run.tokens()) - Counter(
        task.element_id for task in tasks
    )
    return Counter((task.element_id, int(task.candidate_group)) for task in tasks), elsewhere


def never_more_than_counted(text: str, run: Runner) -> None:
    """No element has had more tokens than the linter holds possible."""
    document, _ = read("p.bpmn", text)
    assert document is not None
    (scope,) = scopes_of(document)
    most = most_tokens(scope)
    for element_id, times in Counter(run.completed()).items():
        assert times <= most[element_id], element_id


@settings(max_examples=300)
@given(
    net=nets(),
    choices=st.lists(
        st.tuples(st.integers(0, 11), st.integers(0, 7) | st.none()), min_size=MAX_STEPS, max_size=MAX_STEPS
    ),
)
def test_a_diagram_goes_as_the_token_game_says(net: Net, choices: list[tuple[int, int | None]]) -> None:
    """People give a number, or None lets the event on their task happen; some order of moves leads there."""
    game, text = Game(net), draw_diagram(net)
    with suppress(TooMuch):
        game.start(1)
        run = Runner({"p.bpmn": text}).start("p", {"number": 1})
        assert game.agree(seen_of(run)), (seen_of(run), game.places)
        for which, number in choices:
            never_more_than_counted(text, run)
            if run.outcome is not Outcome.WAITING:
                return
            open_tasks = sorted(task.element_id for task in run.waits.user_tasks.values())
            name = open_tasks[which % len(open_tasks)]
            before = game.places
            if number is None and name in net.events:
                game.hear(name)
                run.send(net.events[name])
            else:
                game.complete(name, number or 0)
                run.complete(name, {"number": number or 0})
            assert game.agree(seen_of(run)), (seen_of(run), before)
