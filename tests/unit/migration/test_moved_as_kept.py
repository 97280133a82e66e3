"""An instance that is moved after each step, to a version drawn alike, goes the way of one that stays."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.migration.plan import Side, automatic, problems
from engine.spiff.parser import Program, parse
from engine.spiff.relocating import relocate
from tests.unit.engine.structured import BLOCKS, Block, Drawing
from tests.unit.engine.test_saved_as_kept import CALLER, MAX_ACTIONS, Saved, Whole


class Moved(Saved):
    """Goes back and forth between two versions, of which one has an element more."""

    def __init__(self, program: Program, other: Program) -> None:
        self.others = [program, other]
        side, target = Side.of(program, "p"), Side.of(other, "p")
        self.plans = [automatic(side, target, "p"), automatic(target, side, "p")]
        assert not problems(side, target, self.plans[0])
        super().__init__(program)

    def _reload(self) -> None:
        super()._reload()
        if not self.instance.completed:
            result = relocate(self.instance, self.others[1], self.plans[0], self.now, CALLER)
            assert not result.obstacles
            assert not result.changes
            self.others.reverse()
            self.plans.reverse()
            self.program = self.others[0]
            assert result.instance is not None
            self.instance = result.instance
            if result.wakes:
                self.instance.wake()
                self.instance.run()
                assert not self.instance.trace, "nothing is new to it"
            super()._reload()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(block=BLOCKS, choices=st.lists(st.integers(0, 5), min_size=MAX_ACTIONS, max_size=MAX_ACTIONS))
def test_a_moved_instance_goes_the_same_way(block: Block, choices: list[int]) -> None:
    program = parse(Drawing().bundle(block))
    whole, moved = Whole(program), Moved(program, parse(Drawing(extended=True).bundle(block)))
    for choice in choices:
        assert whole.seen() == moved.seen()
        if whole.instance.completed:
            break
        whole.act(choice)
        moved.act(choice)
