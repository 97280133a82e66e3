"""Random diagrams out of blocks that fit into each other, for properties of the engine.

How a kind of block is drawn stands in ``blocks_*``, in a method of its name.
"""

from __future__ import annotations

from collections.abc import Collection

from hypothesis import strategies as st

from tests.unit.engine.blocks_branching import Branching
from tests.unit.engine.blocks_nesting import Nesting
from tests.unit.engine.blocks_waiting import Waiting
from tests.unit.engine.paper import Block

LEAVES = (
    *("user", "script", "timer", "each", "repeat", "several", "together", "linked", "brought"),
    *("signalled", "odd", "beating", "desk"),
)
ONE_INNER = (
    "undone",
    "loop",
    "deadline",
    "reminder",
    "call",
    "subprocess",
    "guarded_call",
    "guarded_subprocess",
    "transaction",
    "isolated",
    "taking",
    "listening",
    "rescued",
    "escalating",
    "counted",
)
TWO_INNER = ("sequence", "exclusive", "parallel", "inclusive", "race", "fork", "choice", "quorum")


def blocks(without: Collection[str] = ()) -> st.SearchStrategy[Block]:
    """Blocks within blocks, but for some kinds."""
    with_one = st.sampled_from([kind for kind in ONE_INNER if kind not in without])
    return st.recursive(
        st.builds(Block, st.sampled_from([kind for kind in LEAVES if kind not in without])),
        lambda inner: (
            st.builds(Block, with_one, st.tuples(inner))
            | st.builds(Block, st.sampled_from(TWO_INNER), st.tuples(inner, inner))
        ),
        max_leaves=8,
    )


BLOCKS = blocks()


class Drawing(Waiting, Branching, Nesting):
    """Turns blocks into the files of a bundle."""
