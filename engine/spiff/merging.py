"""Variables that several tokens bring together: of each, the latest write counts.

Each token carries a copy of the variables, and SpiffWorkflow merges the copies whole, in the order in
which they come: a branch that never touched a variable overwrites one that did, and what was removed
from a list or an object comes back. Here a token also knows when each variable was written last, as a
number that grows with each write of the instance. Where tokens meet, the latest write of a variable
wins, and a removal is a write. Objects are compared member by member, so that branches may fill
in the same object; lists are values as a whole. To remove an object, or to put another kind of value in its
place, is a write of all its members: one that comes back has only those that were written after that.

What is the same for every token says nothing, and isn't kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

# When each variable was written: by its name, or by the names on the way to a member of an object.
Stamps = dict[str, int]

_ABSENT: Any = object()


class View(NamedTuple):
    """The variables as a token has them, and when each was written."""

    data: dict[str, Any]
    stamps: Stamps


def copy_json(value: Any) -> Any:
    """Copy a JSON value deeply; several times faster than ``copy.deepcopy``."""
    kind = type(value)
    if kind is dict:
        return {key: copy_json(item) for key, item in value.items()}
    if kind is list:
        return [copy_json(item) for item in value]
    return value


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; to Python, 1 and true and 1.0 are, too."""
    if one is other:
        return True
    if type(one) is not type(other) or one != other:
        return False
    if type(one) is dict or type(one) is list:
        return repr(one) == repr(other)
    return True


def written(before: dict[str, Any], after: dict[str, Any], within: str = "") -> Iterator[str]:
    """The variables, or members of objects, that were set, changed or removed."""
    for name in before | after:
        old, new = before.get(name, _ABSENT), after.get(name, _ABSENT)
        if type(old) is dict and type(new) is dict:
            yield from written(old, new, path_of(name, within) + "/")
        elif not same(old, new):
            yield path_of(name, within)


def carry(before: dict[str, Any], after: dict[str, Any], into: dict[str, Any]) -> None:
    """Do to some variables what was done to others between two moments."""
    for name in before | after:
        old, new = before.get(name, _ABSENT), after.get(name, _ABSENT)
        if type(old) is dict and type(new) is dict:
            there = into.get(name)
            members = there if type(there) is dict else {}
            carry(old, new, members)
            if members:  # an object that isn't there any more comes back with what was done to it alone
                into[name] = members
        elif not same(old, new):
            if new is _ABSENT:
                into.pop(name, None)
            else:
                into[name] = copy_json(new)


def gather(before: dict[str, Any], after: dict[str, Any], was: dict[str, Any], now: dict[str, Any]) -> None:
    """Add what was done between two moments to what was done before, to be carried over later.

    Args:
        was: The variables that stand for the moment before all of that.
        now: Those that stand for the moment after.
    """
    for name in before | after:
        old, new = before.get(name, _ABSENT), after.get(name, _ABSENT)
        if type(old) is dict and type(new) is dict:
            first, last = was.get(name, _ABSENT), now.get(name, _ABSENT)
            if first is _ABSENT and last is _ABSENT:
                first, last = {}, {}
            if type(first) is dict and type(last) is dict:
                gather(old, new, first, last)
                if first or last:
                    was[name], now[name] = first, last
            else:  # it was written as a whole, or removed, before
                carry({name: old}, {name: new}, now)
                if name in now:
                    was.pop(name, None)
        elif not same(old, new):
            was.pop(name, None)
            now.pop(name, None)
            if new is _ABSENT:
                was[name] = None
            else:
                now[name] = copy_json(new)


def later(one: Stamps, other: Stamps) -> Stamps:
    """The later stamp of each variable."""
    if one is other or not other:
        return one
    return one | {path: stamp for path, stamp in other.items() if stamp > one.get(path, 0)}


def covered(path: str, places: Collection[str]) -> bool:
    """Whether a place, or one around it, is among some places."""
    return any(place in places for place in _around(path))


def merge(views: Sequence[View]) -> View:
    """Merge the variables of several tokens.

    Args:
        views: In the order in which the tokens came; if no write says more, the last one counts.
    """
    if len(views) == 1:
        return View(copy_json(views[0].data), views[0].stamps)
    sides = [_Side(view.data, 0, view.stamps, _latest_within(view.stamps)) for view in views]
    stamps: Stamps = {}
    for view in views:
        stamps = later(stamps, view.stamps)
    return View(_merge(sides, "", 0), stamps)


def differing(stamps: Sequence[Stamps]) -> frozenset[str]:
    """The variables that not all tokens have from the same write."""
    if all(one is stamps[0] for one in stamps):
        return frozenset()
    paths = frozenset(path for one in stamps for path in one)
    return frozenset(path for path in paths if len({one.get(path, 0) for one in stamps}) > 1)


@dataclass(frozen=True, slots=True)
class _Side:
    """What one token has at some place.

    Attributes:
        since: When that place was written as a whole.
        within: The latest write at each place or anywhere below it.
    """

    value: Any
    since: int
    stamps: Stamps
    within: Stamps

    def member(self, name: str, path: str) -> _Side:
        return _Side(
            self.value.get(name, _ABSENT), max(self.since, self.stamps.get(path, 0)), self.stamps, self.within
        )

    def latest(self, path: str) -> int:
        return max(self.since, self.within.get(path, 0))


def _merge(objects: Sequence[_Side], within: str, since: int) -> dict[str, Any]:
    """Merge what several tokens have in one object.

    Args:
        since: When a token removed or replaced the object, or one around it; what is older went with it.
    """
    result: dict[str, Any] = {}
    for name in dict.fromkeys(name for side in objects for name in side.value):
        path = path_of(name, within)
        value = _member([side.member(name, path) for side in objects], path, since)
        if value is not _ABSENT:
            result[name] = value
    return result


def _member(sides: Sequence[_Side], path: str, since: int) -> Any:
    # Of those that can't be told apart, one that has the variable, and then the last.
    winner = max(reversed(sides), key=lambda side: (side.latest(path), side.value is not _ABSENT))
    if winner.latest(path) < since:
        return _ABSENT
    if type(winner.value) is not dict:
        return copy_json(winner.value)
    objects = [side for side in sides if type(side.value) is dict]
    others = [side for side in sides if type(side.value) is not dict and side.since >= since]
    replaced = max((side.since for side in others), default=since)
    found = _merge(objects, path + "/", replaced)
    if found or any(side.since >= replaced for side in objects):
        return found
    # Of an object that was removed or replaced nothing was written afterwards but that it lacks members.
    return next((copy_json(side.value) for side in others if side.since == replaced), _ABSENT)


def _latest_within(stamps: Stamps) -> Stamps:
    latest: Stamps = {}
    for path, stamp in stamps.items():
        for place in _around(path):
            latest[place] = max(stamp, latest.get(place, 0))
    return latest


def without(view: View, names: Collection[str]) -> View:
    """A view that lacks some variables."""
    if not names:
        return view
    return View(
        {name: value for name, value in view.data.items() if name not in names},
        {path: stamp for path, stamp in view.stamps.items() if path.partition("/")[0] not in names},
    )


def _around(path: str) -> Iterator[str]:
    """The places on the way to a place, and itself."""
    names = path.split("/")
    return ("/".join(names[:length]) for length in range(1, len(names) + 1))


def path_of(name: str, within: str = "") -> str:
    """The place of a variable, or of a member of an object."""
    return within + str(name).replace("~", "~0").replace("/", "~1")
