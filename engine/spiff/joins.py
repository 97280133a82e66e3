"""Merging gateways, by counting tokens.

SpiffWorkflow lets an earlier round of a loop count for a later one at a parallel merge,
overlooks running call activities at an inclusive merge, and walks the tree for each
arrival. Here a token that arrives is a waiting task of the merge; the merge fires when one
waits for each incoming flow (parallel), or when no other token can still reach an incoming
flow that has none (inclusive), as BPMN 2.0 section 13.4 says.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs.control import _EndJoin
from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway, ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.task import TaskState

from engine.spiff.flows import NoWayOut
from engine.spiff.merging import View, merge
from engine.spiff.starting import Listener
from engine.spiff.task import READY, WAITING, EngineTask


class TokenJoin:
    """What the merges share: waiting, consuming one token a flow, merging their data."""

    def _arrived(self, my_task: EngineTask) -> dict[Any, EngineTask]:
        """The first token that waits on each incoming flow, by the element it comes from."""
        tokens: dict[Any, EngineTask] = {}
        for task in self.waiting_tokens(my_task.workflow):
            tokens.setdefault(task.parent.task_spec.name, task)
        tokens.setdefault(my_task.parent.task_spec.name, my_task)
        return tokens

    def _update_hook(self, my_task: EngineTask) -> bool:
        self.arrive(my_task)
        tokens = self._arrived(my_task)
        if not self._may_fire(my_task, tokens):
            return False
        survivor = tokens[my_task.parent.task_spec.name]
        survivor.take_over(self.merged(tokens.values()))
        for task in tokens.values():
            if task is not survivor:
                consume(task)
        if survivor is not my_task:
            survivor._ready()
            return False
        return True

    def arrive(self, my_task: EngineTask) -> None:
        """Let a token wait, with the variables that it brings."""
        if my_task.state != WAITING:
            my_task._inherit_data()
            my_task._set_state(WAITING)

    def merged(self, tokens: Iterable[EngineTask]) -> View:
        """The variables that several tokens bring together."""
        return merge([token.view() for token in sorted(tokens, key=lambda task: task.last_state_change)])

    def waiting_tokens(self, workflow: Any) -> list[EngineTask]:
        """Every token that waits at this merge."""
        return [t for t in workflow.unfinished.values() if t.task_spec is self and t.state == WAITING]

    def _may_fire(self, my_task: EngineTask, tokens: dict[Any, EngineTask]) -> bool:
        raise TypeError("each merge says when it fires")


def consume(token: EngineTask) -> None:
    """Take a token away; this is not a cancellation that people read."""
    token._state = TaskState.CANCELLED
    token.workflow.unfinished.pop(token.id, None)


class EngineParallelGateway(TokenJoin, ParallelGateway):
    """Fires when a token waits on each incoming flow; excess tokens stay."""

    def _may_fire(self, my_task: EngineTask, tokens: dict[Any, EngineTask]) -> bool:
        return len(tokens) >= len(self.inputs)

    def _run_hook(self, my_task: EngineTask) -> bool:
        return True


class EngineInclusiveGateway(TokenJoin, InclusiveGateway):
    """Fires when no token elsewhere can reach an incoming flow that has none."""

    creates_children = False

    def _may_fire(self, my_task: EngineTask, tokens: dict[Any, EngineTask]) -> bool:
        unfinished = my_task.workflow.unfinished.values()
        if any(task.task_spec is self and task.state == READY for task in unfinished):
            return False  # where the token goes that is about to leave decides what can still come
        empty = [spec for spec in self.inputs if spec.name not in tokens]
        return not empty or not self.reachable(my_task.workflow, empty, set(tokens))

    def reachable(self, workflow: Any, empty: list[Any], held: set[str]) -> bool:
        """Whether a token elsewhere can come to an empty flow, and not to one that has a token.

        The standard speaks of sequence flows. That a token can leave an activity by an event on it is a
        reason to wait for it, too, but none to overlook where else it can go.
        """
        active = {
            task.task_spec.name
            for task in workflow.unfinished.values()
            if task.task_spec is not self
            and not (isinstance(task.task_spec, BoundaryEvent) and task.state == WAITING)
        }
        towards_empty = self._upstream(empty, by_events=True)
        holding = [spec for spec in self.inputs if spec.name in held]
        return bool(active & (towards_empty - self._upstream(holding, by_events=False)))

    def _upstream(self, specs: list[Any], *, by_events: bool) -> set[str]:
        """The elements from which a token can come to some of them without passing this gateway."""
        seen: set[str] = set()
        todo = list(specs)
        while todo:
            spec = todo.pop()
            if spec.name in seen or spec is self:
                continue
            seen.add(spec.name)
            if not isinstance(spec, BoundaryEvent):
                todo.extend(spec.inputs)
            elif by_events:
                split = spec.inputs[0]
                todo += [*split.inputs, *(s for s in split.outputs if not isinstance(s, BoundaryEvent))]
        return seen

    def _run_hook(self, my_task: EngineTask) -> bool:
        matches, defaults = self._get_matching_outputs(my_task)
        if not matches and not defaults:
            raise NoWayOut
        my_task._sync_children(matches or defaults, TaskState.FUTURE)
        return True


class EngineEndJoin(TokenJoin, _EndJoin):
    """The library's own last join: it waits until nothing else is left in its (sub)process.

    Branches that have ended, such as those of reminders in a loop, wait here as one token.
    """

    def _update_hook(self, my_task: EngineTask) -> bool:
        if my_task.state != WAITING:
            self._absorb_earlier(my_task)
        fires = super()._update_hook(my_task)
        if fires:
            for task in list(my_task.workflow.unfinished.values()):
                if isinstance(task.task_spec, Listener):
                    consume(task)
        return fires

    def _absorb_earlier(self, my_task: EngineTask) -> None:
        earlier = self.waiting_tokens(my_task.workflow)
        self.arrive(my_task)
        my_task.take_over(self.merged([*earlier, my_task]))
        for token in earlier:
            consume(token)

    def _arrived(self, my_task: EngineTask) -> dict[Any, EngineTask]:
        tokens = {t.id: t for t in self.waiting_tokens(my_task.workflow)}
        tokens.setdefault(my_task.id, my_task)
        # The survivor is looked up by the name of its source.
        survivor = tokens.pop(my_task.id)
        return {**tokens, my_task.parent.task_spec.name: survivor}

    def _may_fire(self, my_task: EngineTask, tokens: dict[Any, EngineTask]) -> bool:
        return all(
            t.task_spec is self or (isinstance(t.task_spec, Listener) and t.state == WAITING)
            for t in my_task.workflow.unfinished.values()
        )

    def _run_hook(self, my_task: EngineTask) -> bool:
        my_task.workflow.data.update(my_task.data)
        return True
