"""An instance that is saved after each step goes the way of one that stays in memory whole."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.answering import AnsweringCaller
from engine.clock import FixedClock
from engine.spiff.instance import Instance
from engine.spiff.parser import Program, parse
from engine.values import Variables
from tests.unit.engine.paper import Block
from tests.unit.engine.structured import BLOCKS, Drawing

BEGAN = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
CALLER = AnsweringCaller({}, None, FixedClock(BEGAN), "p")
MAX_ACTIONS = 60
# What stands before the id of an element that another version calls otherwise.
OTHER_NAME = "zz_"

Seen = tuple[Any, ...]


class Whole:
    """Stays in memory, and is never pruned."""

    def __init__(self, program: Program) -> None:
        self.now = BEGAN
        self.instance = Instance.create(program, "p", {"n": 0}, BEGAN, CALLER)
        self.instance.run()

    def act(self, choice: int, values: Variables | None = None) -> bool:
        """Do one of the things that the instance waits for; tell whether it was a person's task."""
        self.now, by_person = act(self.instance, choice, self.now, values)
        return by_person

    def seen(self) -> Seen:
        """Everything that can be observed: trace, what waits, variables."""
        return observed(self.instance, list(self.instance.trace))


class Saved(Whole):
    """Is saved and loaded after each step."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.program = program
        self.trace = list(self.instance.trace)
        self._reload()

    def act(self, choice: int, values: Variables | None = None) -> bool:
        by_person = super().act(choice, values)
        self.trace += self.instance.trace
        if not self.instance.completed:
            self._reload()
        return by_person

    def _reload(self) -> None:
        if not self.instance.completed:
            state = self.instance.dump()
            self.instance = Instance.load(self.program, "p", state, self.now, CALLER)

    def seen(self) -> Seen:
        return observed(self.instance, self.trace)


def act(
    instance: Instance, choice: int, now: dt.datetime, values: Variables | None = None
) -> tuple[dt.datetime, bool]:
    """Do one of the things that can be done, or let the next timer fire.

    Returns:
        The new instant, and whether a task was completed.
    """
    waits = instance.waits()
    timers = sorted(waits.timers.values(), key=lambda t: (t.due_at, t.element_instance))[:1]
    signals = [key for key, event in waits.events.items() if event.kind == "signal"]
    people = [*waits.user_tasks, *waits.messages, *signals, *waits.ad_hoc]
    keys = sorted([*people, *(t.element_instance for t in timers)])
    key = keys[choice % len(keys)]
    if key in waits.user_tasks:
        element_id = waits.user_tasks[key].element_id.removeprefix(OTHER_NAME)
        given = {f"by_{key}": choice, element_id: choice} | (values or {})
        assert instance.complete_user_task(key, given)
    elif key in waits.ad_hoc:
        activities = waits.ad_hoc[key].activities
        assert instance.start_activity(key, activities[choice % len(activities)].element_id)
    elif key in waits.events:
        assert instance.signal("news", {"text": choice}, [key])
    elif key in waits.messages:
        assert instance.deliver(key, "ping", {"text": choice})
    else:
        now = max(now, timers[0].due_at)
        instance._workflow.now = now
        assert instance.fire_timer(key)
    instance.run()
    return now, key in waits.user_tasks


def observed(instance: Instance, trace: list[Any]) -> Seen:
    """What people and the database see of an instance."""
    waits = instance.waits()
    keys = [*waits.user_tasks, *waits.timers, *waits.messages]
    variables = instance.variables() if instance.completed else {}
    return (
        instance.completed,
        trace,
        waits,
        sorted(instance.active_elements()),
        {key: instance.task_variables(key) for key in keys},
        variables,
    )


# Two tokens that come to a complex gateway in one step make it fire once.
_QUORUM = Block("parallel", (Block("user"), Block("quorum", (Block("script"), Block("script")))))
# Two conditions that come true at once, one in a subprocess that began to wait first.
_ODD = Block("parallel", (Block("listening", (Block("odd"),)), Block("undone", (Block("odd"),))))


@settings(max_examples=200)
@example(block=_ODD, choices=[0] * MAX_ACTIONS)
@example(block=_QUORUM, choices=[0] * MAX_ACTIONS)
@given(block=BLOCKS, choices=st.lists(st.integers(0, 5), min_size=MAX_ACTIONS, max_size=MAX_ACTIONS))
def test_a_saved_instance_goes_the_same_way(block: Block, choices: list[int]) -> None:
    program = parse(Drawing().bundle(block))
    whole, saved = Whole(program), Saved(program)
    assert whole.seen() == saved.seen()
    for choice in choices:
        if whole.instance.completed:
            break
        whole.act(choice)
        saved.act(choice)
        assert whole.seen() == saved.seen()
