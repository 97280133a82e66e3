"""The token game of BPMN 2.0 (section 13.4), written down once more: what the engine is compared with.

It knows nothing of the engine. Tokens lie on sequence flows; an element takes one from a flow, a merge one
from each, and gives one to each flow that it chooses. A token carries the number that people gave last
and when they gave it, and of several that meet the latest is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Flow = tuple[str, str]


class TooMuch(Exception):
    """The diagram makes more tokens, or goes round more often, than is worth looking at.

    That includes several tokens at one place that know different things: which goes first is open.
    """


@dataclass(frozen=True)
class Net:
    """A diagram: what each element is, and where its flows lead, in order.

    Attributes:
        kinds: ``user``, ``none``, ``exclusive``, ``parallel``, ``inclusive``, ``end`` or ``terminate``; the
            event on a task is ``interrupting`` or ``beside``.
        events: The event on a task, by the task.
    """

    kinds: dict[str, str]
    targets: dict[str, tuple[str, ...]]
    events: dict[str, str] = field(default_factory=dict)

    def incoming(self, node: str) -> list[Flow]:
        """The flows that lead to an element."""
        return [(source, node) for source, targets in self.targets.items() if node in targets]

    def outgoing(self, node: str) -> list[Flow]:
        """The flows that leave an element."""
        return [(node, target) for target in self.targets.get(node, ())]

    def chosen(self, node: str, number: int) -> list[Flow]:
        """The flows that get a token; a gateway's last one is its default."""
        flows = self.outgoing(node)
        last = len(flows) - 1
        if self.kinds[node] == "exclusive":
            return [flows[min(number % len(flows), last)]]
        if self.kinds[node] == "inclusive":
            return [flow for i, flow in enumerate(flows[:last]) if number >> i & 1] or [flows[last]]
        return flows

    def reaching(self, flows: list[Flow], without: str, *, by_events: bool) -> set[str]:
        """The elements from which a flow can be reached without passing one of them.

        Args:
            by_events: Whether a token can leave a task by the event on it; the standard speaks of
                sequence flows alone.
        """
        attached = {event: task for task, event in self.events.items()}
        found: set[str] = set()
        todo = [source for source, _ in flows]
        while todo:
            node = todo.pop()
            if node not in found and node != without:
                found.add(node)
                todo += [source for source, _ in self.incoming(node)]
                todo += [attached[node]] if by_events and node in attached else []
        return found


@dataclass(frozen=True)
class Token:
    """What a token knows."""

    number: int
    given: int


@dataclass
class Game:
    """An instance: people's tasks, tokens that wait at merges, and what has come to an end.

    Attributes:
        pick: Which of several tokens moves next.
        eager: Whether merges are looked at before each move, too, and not only when a token has come to one.
    """

    net: Net
    moving: list[tuple[Flow, Token]] = field(default_factory=list)
    tasks: list[tuple[str, Token]] = field(default_factory=list)
    merges: dict[str, list[tuple[Flow, Token]]] = field(default_factory=dict)
    ended: list[Token] = field(default_factory=list)
    writes: int = 0
    over: bool = False
    pick: Callable[[int], int] = lambda _count: 0
    eager: bool = False

    def start(self, number: int) -> None:
        """Begin, and go on to where people are waited for."""
        self._give("start", Token(number, 0))
        self._settle()

    def complete(self, node: str, number: int) -> None:
        """Complete one of an element's tasks."""
        index = next(i for i, (name, _) in enumerate(self.tasks) if name == node)
        self.tasks.pop(index)
        self.writes += 1
        self._give(node, Token(number, self.writes))
        self._settle()

    def hear(self, node: str) -> None:
        """Let the event on each open task of an element happen."""
        event = self.net.events[node]
        heard = [token for name, token in self.tasks if name == node]
        if self.net.kinds[event] == "interrupting":
            self.tasks = [(name, token) for name, token in self.tasks if name != node]
        for token in heard:
            self._give(event, token)
        self._settle()

    @property
    def stalled(self) -> bool:
        """Whether tokens are left that nothing can move."""
        return not self.over and not self.tasks and any(self.merges.values())

    @property
    def completed(self) -> bool:
        """Whether no token is left."""
        return self.over or not (self.tasks or any(self.merges.values()))

    def seen(self) -> tuple[object, ...]:
        """Where it stands."""
        number = self.number if self.completed and not self.stalled else None
        return sorted(self.tasks, key=repr), self.stalled, self.completed, number

    @property
    def number(self) -> int:
        """What was given last, of all that has come to an end."""
        return _latest(self.ended).number

    def _give(self, node: str, token: Token) -> None:
        self.moving.extend((flow, token) for flow in self.net.chosen(node, token.number))

    def _settle(self) -> None:
        count = 0
        while not self.over and (self.moving or self._fire()):
            if not self.moving or (self.eager and self._fire()):
                continue
            flow, token = self.moving.pop(self.pick(len(self.moving)))
            self._arrive(flow, token)
            count += 1
            if count > 100 or len(self.tasks) > 12:
                raise TooMuch

    def _arrive(self, flow: Flow, token: Token) -> None:
        node = flow[1]
        kind = self.net.kinds[node]
        if kind == "user":
            if any(name == node and other != token for name, other in self.tasks):
                raise TooMuch
            self.tasks.append((node, token))
        elif kind in ("parallel", "inclusive"):
            waiting = self.merges.setdefault(node, [])
            if any(place == flow and other != token for place, other in waiting):
                raise TooMuch
            waiting.append((flow, token))
            self._fire()
        elif kind in ("end", "terminate"):
            self.ended.append(token)
            if kind == "terminate":
                self.over = True
                self.ended += [token for _, token in self.tasks + self.moving]
                self.ended += [token for waiting in self.merges.values() for _, token in waiting]
        else:
            self._give(node, token)

    def _fire(self) -> bool:
        """Let one merge fire that can."""
        for node, waiting in self.merges.items():
            first: dict[Flow, Token] = {}
            for flow, token in waiting:
                first.setdefault(flow, token)
            if first and self._may_fire(node, first):
                for pair in first.items():
                    waiting.remove(pair)
                self._give(node, _latest(list(first.values())))
                return True
        return False

    def _may_fire(self, node: str, first: dict[Flow, Token]) -> bool:
        empty = [flow for flow in self.net.incoming(node) if flow not in first]
        if self.net.kinds[node] == "parallel" or not empty:
            return not empty
        if any(flow in empty for flow, _ in self.moving):
            return False
        towards_held = self.net.reaching(list(first), node, by_events=False)
        awaited = self.net.reaching(empty, node, by_events=True) - towards_held
        return not awaited & set(self._elsewhere(node))

    def _elsewhere(self, node: str) -> Iterator[str]:
        yield from (flow[1] for flow, _ in self.moving)
        yield from (name for name, _ in self.tasks)
        yield from (name for name, waiting in self.merges.items() if waiting and name != node)


def _latest(tokens: list[Token]) -> Token:
    return max(tokens, key=lambda token: token.given)
