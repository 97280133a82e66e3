"""The demo cases: what somebody asked for, and what has happened since. Data only.

Each story takes an order of some profile, is asked for some hours before the demo's
instant, and goes on by the user tasks that its process offers.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from processes.demo.stories.decided import agreed, refused
from processes.demo.stories.disputed import appealed, disputed
from processes.demo.stories.offered import offered, returned_in_part
from processes.demo.stories.own import of_buyer1
from processes.demo.stories.past import past
from processes.demo.stories.waiting import waiting
from processes.demo.story import Story


def stories() -> Iterator[Story]:
    """Yield the demo cases, those that were asked for first before the others."""
    features = (
        waiting,
        agreed,
        refused,
        disputed,
        returned_in_part,
        appealed,
        offered,
        of_buyer1,
        past,
    )
    every = chain.from_iterable(feature() for feature in features)
    yield from sorted(every, key=lambda story: -story.hours_ago)
