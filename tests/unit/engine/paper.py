"""What the blocks of random diagrams are drawn on: the elements so far, and the files of the bundle."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.diagrams import declared, diagram, element, end, flow, flows, message, signal, start, user

MORE = message("ping") + signal("news") + declared("escalation", "late")


@dataclass(frozen=True)
class Block:
    """A kind of block and the blocks within it."""

    kind: str
    inner: tuple[Block, ...] = ()


@dataclass
class Paper:
    """Takes what blocks draw; each block has one way in and one way out.

    Attributes:
        extended: Whether the process has one more element, on a way that is never gone.
    """

    extended: bool = False
    files: dict[str, str] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    number: int = 0

    def bundle(self, block: Block) -> dict[str, str]:
        """The files: ``p.bpmn`` and what it calls."""
        extra = (user("extra"), flows("extra", "never")) if self.extended else ()
        last = (
            element("exclusiveGateway", "last", default="last-end"),
            flow("last", "extra" if extra else "never", "n < 0"),
            end("never"),
            *extra,
        )
        self.files["p.bpmn"] = self._process("p", block, *last, way_out="last")
        return self.files

    def _process(self, process_id: str, block: Block, *last: str, way_out: str = "end") -> str:
        outer, self.parts = self.parts, []
        drawn = self.draw(block)
        body, self.parts = self.parts, outer
        frame = (start(), end(), flows("start", drawn[0]), flows(drawn[1], way_out))
        ways = (*last, flows(way_out, "end")) if last else ()
        return diagram(process_id, *frame, *ways, *body, more=MORE)

    def draw(self, block: Block) -> tuple[str, str]:
        """Draw a block and return the elements where it begins and ends."""
        self.number += 1
        drawn: tuple[str, str] = getattr(self, f"_{block.kind}")(f"x{self.number}", *block.inner)
        return drawn
