"""Blocks that divide, join, repeat or count tokens, with one or two others within."""

from __future__ import annotations

from tests.diagrams import element, flow, flows, message_definition, script, timer, user
from tests.unit.engine.paper import Block, Paper


class Branching(Paper):
    """Gateways, loops and quantities."""

    def _sequence(self, _name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts.append(flows(one[1], other[0]))
        return one[0], other[1]

    def _exclusive(self, name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts += [
            element("exclusiveGateway", name, default=f"{name}-{other[0]}"),
            element("exclusiveGateway", f"{name}_end"),
            flow(name, one[0], "n % 2 == 0"),
            flows(name, other[0]),
            flows(one[1], f"{name}_end"),
            flows(other[1], f"{name}_end"),
        ]
        return name, f"{name}_end"

    def _parallel(self, name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts += [
            element("parallelGateway", name),
            element("parallelGateway", f"{name}_end"),
            flows(name, one[0]),
            flows(name, other[0]),
            flows(one[1], f"{name}_end"),
            flows(other[1], f"{name}_end"),
        ]
        return name, f"{name}_end"

    def _inclusive(self, name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts += [
            element("inclusiveGateway", name, default=f"{name}-{other[0]}"),
            element("inclusiveGateway", f"{name}_end"),
            flow(name, one[0], "n % 3 > 0"),
            flows(name, other[0]),
            flows(one[1], f"{name}_end"),
            flows(other[1], f"{name}_end"),
        ]
        return name, f"{name}_end"

    def _fork(self, name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts += [
            user(name),
            element("parallelGateway", f"{name}_end"),
            flows(name, one[0]),
            flows(name, other[0]),
            flows(one[1], f"{name}_end"),
            flows(other[1], f"{name}_end"),
        ]
        return name, f"{name}_end"

    def _choice(self, name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts += [
            element("task", name, default=f"{name}-{other[0]}"),
            element("inclusiveGateway", f"{name}_end"),
            flow(name, one[0], "n % 2 == 0"),
            flows(name, other[0]),
            flows(one[1], f"{name}_end"),
            flows(other[1], f"{name}_end"),
        ]
        return name, f"{name}_end"

    def _quorum(self, name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts += [
            element("parallelGateway", name),
            element(
                "complexGateway",
                f"{name}_end",
                "<bpmn:activationCondition>activationCount > 0</bpmn:activationCondition>",
            ),
            flows(name, one[0]),
            flows(name, other[0]),
            flows(one[1], f"{name}_end"),
            flows(other[1], f"{name}_end"),
        ]
        return name, f"{name}_end"

    def _race(self, name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts += [
            element("eventBasedGateway", name),
            element("intermediateCatchEvent", f"{name}_heard", message_definition("ping", "heard")),
            element("intermediateCatchEvent", f"{name}_late", timer("'PT5H'")),
            element("exclusiveGateway", f"{name}_end"),
            flows(name, f"{name}_heard", one[0]),
            flows(name, f"{name}_late", other[0]),
            flows(one[1], f"{name}_end"),
            flows(other[1], f"{name}_end"),
        ]
        return name, f"{name}_end"

    def _loop(self, name: str, body: Block) -> tuple[str, str]:
        inner = self.draw(body)
        self.parts += [
            script(f"{name}_zero", f"{name} = 0"),
            element("exclusiveGateway", f"{name}_in"),
            script(f"{name}_count", f"{name} = {name} + 1\nn = n + 1"),
            element("exclusiveGateway", f"{name}_more", default=f"{name}_more-{name}_end"),
            element("exclusiveGateway", f"{name}_end"),
            flows(f"{name}_zero", f"{name}_in", inner[0]),
            flows(inner[1], f"{name}_count", f"{name}_more", f"{name}_end"),
            flow(f"{name}_more", f"{name}_in", f"{name} < 3"),
        ]
        return f"{name}_zero", f"{name}_end"

    def _counted(self, name: str, body: Block) -> tuple[str, str]:
        """A task that gives two tokens, which another takes when both have gone their way."""
        inner = self.draw(body)
        self.parts += [
            user(name).replace("Task id", 'Task completionQuantity="2" id', 1),
            script(f"{name}_take", "n = n + 1").replace("Task id", 'Task startQuantity="2" id', 1),
            flows(name, inner[0]),
            flows(inner[1], f"{name}_take"),
        ]
        return name, f"{name}_take"
