"""An instance that is moved to an equal version after each step goes the way of one that stays."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.migration.plan import Side, automatic, problems
from engine.spiff.parser import Program, parse
from engine.spiff.relocating import relocate
from tests.unit.engine.structured import BLOCKS, Block, Drawing
from tests.unit.engine.test_saved_as_kept import CALLER, MAX_ACTIONS, Saved, Whole

# What no migration can move yet: what remembers, listens, or waits for several things.
STAYING = {"quorum", "undone", "transaction", "several", "together", "listening", "rescued", "escalating"}


class Moved(Saved):
    """Goes back and forth between two versions that are drawn alike."""

    def __init__(self, program: Program, other: Program) -> None:
        self.others = [program, other]
        self.refused = False
        side, target = Side.of(program, "p"), Side.of(other, "p")
        self.plan = automatic(side, target, "p")
        assert not problems(side, target, self.plan)
        super().__init__(program)

    def _reload(self) -> None:
        super()._reload()
        if not self.instance.completed:
            result = relocate(self.instance, self.others[1], self.plan, self.now, CALLER)
            if result.obstacles:
                self.refused = True  # it stays, and goes on
                return
            assert not result.changes
            self.others.reverse()
            self.program = self.others[0]
            assert result.instance is not None
            self.instance = result.instance
            super()._reload()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(block=BLOCKS, choices=st.lists(st.integers(0, 5), min_size=MAX_ACTIONS, max_size=MAX_ACTIONS))
def test_a_moved_instance_goes_the_same_way(block: Block, choices: list[int]) -> None:
    files = Drawing().bundle(block)
    program = parse(files)
    whole, moved = Whole(program), Moved(program, parse(files))
    for choice in choices:
        assert whole.seen() == moved.seen()
        if whole.instance.completed:
            break
        whole.act(choice)
        moved.act(choice)
    assert not moved.refused or STAYING & kinds_in(block)


def kinds_in(block: Block) -> set[str]:
    return {block.kind}.union(*(kinds_in(inner) for inner in block.inner))
