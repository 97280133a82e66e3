"""The token game of BPMN 2.0 (section 13.4), written down once more: what the engine is compared with.

It knows nothing of the engine. Tokens lie on sequence flows; an element takes one from a flow, a merge one
from each, and gives one to each flow that it chooses. A token carries the number that people gave last
and when they gave it, and of several that meet the latest is kept.

BPMN leaves open which token moves first, which of several a merge takes from a flow, and when a merge is
looked at while others move. So a game is wherever some order of moves leads to: all of them are gone through.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

T = TypeVar("T")
Flow = tuple[str, str]

MAX_PLACES = 2_000
"""So many places are looked at for one thing that happens."""
MAX_TOKENS = 12


class TooMuch(Exception):
    """The diagram makes more tokens, has more orders of moves, or goes round more often, than is worth it."""


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


@dataclass(frozen=True, order=True)
class Token:
    """What a token knows; of two the later given is the larger."""

    given: int
    number: int


Lying = tuple[Flow, Token]


@dataclass(frozen=True)
class Place:
    """Where a game can be: each of the tuples is sorted, so that equal places are equal.

    Attributes:
        moving: The tokens that lie on flows.
        tasks: People's open tasks.
        waiting: The tokens that have come to a merge, by their flow.
        ended: The latest of what has come to an end.
    """

    moving: tuple[Lying, ...] = ()
    tasks: tuple[tuple[str, Token], ...] = ()
    waiting: tuple[Lying, ...] = ()
    ended: Token | None = None
    over: bool = False

    def give(self, net: Net, node: str, token: Token) -> Place:
        """Let an element give a token to each flow that it chooses."""
        lying = [(flow, token) for flow in net.chosen(node, token.number)]
        return replace(self, moving=tuple(sorted([*self.moving, *lying])))

    def moves(self, net: Net) -> Iterator[Place]:
        """The places to which one move leads."""
        for lying in dict.fromkeys(self.moving):
            yield replace(self, moving=_without(self.moving, lying))._arrive(net, *lying)
        for node in dict.fromkeys(flow[1] for flow, _ in self.waiting):
            yield from self._fire(net, node)

    @property
    def tokens(self) -> int:
        """How many there are."""
        return len(self.moving) + len(self.tasks) + len(self.waiting)

    @property
    def seen(self) -> object:
        """Who waits with which number, and what waits at merges; or that it has stalled, or how it ended."""
        if self.tasks:
            return Counter((node, token.number) for node, token in self.tasks), self._merges()
        return ("stalled",) if self.waiting else ("ended", self.ended and self.ended.number)

    def _merges(self) -> Counter[str]:
        """How many tokens wait at each merge."""
        return Counter(flow[1] for flow, _ in self.waiting)

    def _arrive(self, net: Net, flow: Flow, token: Token) -> Place:
        node = flow[1]
        kind = net.kinds[node]
        if kind == "user":
            return replace(self, tasks=tuple(sorted([*self.tasks, (node, token)])))
        if kind in ("parallel", "inclusive"):
            return replace(self, waiting=tuple(sorted([*self.waiting, (flow, token)])))
        if kind == "end":
            return replace(self, ended=max(token, self.ended or token))
        if kind == "terminate":
            everything = [token for _, token in (*self.moving, *self.tasks, *self.waiting)]
            return Place(ended=max([token, self.ended or token, *everything]), over=True)
        return self.give(net, node, token)

    def _fire(self, net: Net, node: str) -> Iterator[Place]:
        held: dict[Flow, dict[Token, None]] = {}
        for flow, token in self.waiting:
            if flow[1] == node:
                held.setdefault(flow, {})[token] = None
        if self._may_fire(net, node, list(held)):
            for taken in itertools.product(*held.values()):
                left = self.waiting
                for pair in zip(held, taken, strict=True):
                    left = _without(left, pair)
                yield replace(self, waiting=left).give(net, node, max(taken))

    def _may_fire(self, net: Net, node: str, held: list[Flow]) -> bool:
        empty = [flow for flow in net.incoming(node) if flow not in held]
        if net.kinds[node] == "parallel" or not empty:
            return not empty
        if any(flow in empty for flow, _ in self.moving):
            return False
        towards_held = net.reaching(held, node, by_events=False)
        awaited = net.reaching(empty, node, by_events=True) - towards_held
        return not awaited & set(self._elsewhere(node))

    def _elsewhere(self, node: str) -> Iterator[str]:
        yield from (flow[1] for flow, _ in self.moving)
        yield from (name for name, _ in self.tasks)
        yield from (flow[1] for flow, _ in self.waiting if flow[1] != node)


class Game:
    """An instance, wherever some order of moves has led it."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.places = {Place()}
        self.writes = 0

    def start(self, number: int) -> None:
        """Begin, and go on to where people are waited for."""
        self._each(lambda place: [place.give(self.net, "start", Token(0, number))])

    def complete(self, node: str, number: int) -> None:
        """Complete one of an element's tasks."""
        self.writes += 1
        given = Token(self.writes, number)
        self._each(
            lambda place: [
                replace(place, tasks=_without(place.tasks, task)).give(self.net, node, given)
                for task in dict.fromkeys(place.tasks)
                if task[0] == node
            ]
        )

    def hear(self, node: str) -> None:
        """Let the event on each open task of an element happen."""
        event = self.net.events[node]

        def heard(place: Place) -> list[Place]:
            tasks = place.tasks
            if self.net.kinds[event] == "interrupting":
                place = replace(place, tasks=tuple(task for task in tasks if task[0] != node))
            for name, token in tasks:
                place = place.give(self.net, event, token) if name == node else place
            return [place]

        self._each(heard)

    def agree(self, seen: object) -> bool:
        """Whether it can be where this is seen; from now on it is nowhere else."""
        self.places = {place for place in self.places if place.seen == seen}
        return bool(self.places)

    def _each(self, happen: Callable[[Place], Iterable[Place]]) -> None:
        begun = {new for place in self.places for new in happen(place)}
        self.places = _settled(self.net, begun)


def _settled(net: Net, begun: Iterable[Place]) -> set[Place]:
    """Every place that some order of moves leads to, and from which nothing can move.

    Raises:
        TooMuch: If there are too many on the way, or one comes round to itself.
    """
    settled: set[Place] = set()
    known: dict[Place, bool] = {}  # whether everything behind it has been gone through
    path: list[tuple[Place | None, Iterator[Place]]] = [(None, iter(begun))]
    while path:
        place, ahead = path[-1]
        following = next(ahead, None)
        if following is None:
            path.pop()
            if place is not None:
                known[place] = True
        elif following not in known:
            if len(known) >= MAX_PLACES or following.tokens > MAX_TOKENS:
                raise TooMuch
            known[following] = False
            moves = list(following.moves(net))
            if not moves:
                settled.add(following)
            path.append((following, iter(moves)))
        elif not known[following]:
            raise TooMuch
    return settled


def _without(several: tuple[T, ...], one: T) -> tuple[T, ...]:
    index = several.index(one)
    return several[:index] + several[index + 1 :]
