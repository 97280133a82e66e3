"""Blocks beside a task: what its events lead to, and what undoes it."""

from __future__ import annotations

from tests.diagrams import boundary, element, end, flows, message_definition, script, timer, user
from tests.unit.engine.paper import Block, Paper


class Attached(Paper):
    """Boundary events with another block behind them."""

    def _bound(self, name: str, body: Block, *, interrupting: bool) -> tuple[str, str]:
        inner = self.draw(body)
        self.parts += [
            user(name),
            boundary(f"{name}_event", name, timer("'PT2H'"), interrupting=interrupting),
            flows(f"{name}_event", inner[0]),
        ]
        if interrupting:
            self.parts += [
                element("exclusiveGateway", f"{name}_end"),
                flows(name, f"{name}_end"),
                flows(inner[1], f"{name}_end"),
            ]
            return name, f"{name}_end"
        self.parts += [end(f"{name}_end"), flows(inner[1], f"{name}_end")]
        return name, name

    def _taking(self, name: str, body: Block) -> tuple[str, str]:
        """A task that takes messages beside it, each of which goes its own way."""
        inner = self.draw(body)
        self.parts += [
            user(name),
            boundary(f"{name}_event", name, message_definition("ping", "heard"), interrupting=False),
            end(f"{name}_end"),
            flows(f"{name}_event", inner[0]),
            flows(inner[1], f"{name}_end"),
        ]
        return name, name

    def _deadline(self, name: str, body: Block) -> tuple[str, str]:
        return self._bound(name, body, interrupting=True)

    def _reminder(self, name: str, body: Block) -> tuple[str, str]:
        return self._bound(name, body, interrupting=False)

    def _undone(self, name: str, body: Block) -> tuple[str, str]:
        """Something with a handler, something that may have more of them inside, and a throw."""
        inner = self.draw(body)
        handler = script(f"{name}_undo", f"{name}_undone = n").replace(
            "<bpmn:scriptTask", '<bpmn:scriptTask isForCompensation="true"'
        )
        compensate = "<bpmn:compensateEventDefinition/>"
        self.parts += [
            user(name),
            boundary(f"{name}_event", name, compensate),
            f'<bpmn:association id="{name}_to" sourceRef="{name}_event" targetRef="{name}_undo"/>',
            handler,
            element("intermediateThrowEvent", f"{name}_throw", compensate),
            flows(name, inner[0]),
            flows(inner[1], f"{name}_throw"),
        ]
        return name, f"{name}_throw"
