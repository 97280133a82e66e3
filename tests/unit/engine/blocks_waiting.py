"""Blocks without another within: what a token does or waits for."""

from __future__ import annotations

from tests.diagrams import (
    boundary,
    condition,
    cycle,
    element,
    end,
    flows,
    link,
    message_definition,
    script,
    signal_definition,
    timer,
    user,
)
from tests.unit.engine.paper import Paper


class Waiting(Paper):
    """Tasks and events."""

    def _user(self, name: str) -> tuple[str, str]:
        self.parts.append(user(name))
        return name, name

    def _script(self, name: str) -> tuple[str, str]:
        self.parts.append(script(name, f"n = n + 1\n{name} = n"))
        return name, name

    def _timer(self, name: str) -> tuple[str, str]:
        self.parts.append(element("intermediateCatchEvent", name, timer("'PT3H'")))
        return name, name

    def _several(self, name: str) -> tuple[str, str]:
        definitions = message_definition("ping", "heard") + timer("'PT3H'") + timer("'PT4H'")
        self.parts.append(element("intermediateCatchEvent", name, definitions))
        return name, name

    def _together(self, name: str) -> tuple[str, str]:
        definitions = message_definition("ping", "heard") + timer("'PT3H'")
        self.parts.append(element("intermediateCatchEvent", name, definitions, parallelMultiple="true"))
        return name, name

    def _signalled(self, name: str) -> tuple[str, str]:
        self.parts.append(element("intermediateCatchEvent", name, signal_definition("news")))
        return name, name

    def _odd(self, name: str) -> tuple[str, str]:
        """A task that counts, beside it, how often the count has become odd."""
        self.parts += [
            user(name),
            boundary(f"{name}_event", name, condition("n % 2 == 1"), interrupting=False),
            script(f"{name}_count", f"{name} = n"),
            end(f"{name}_end"),
            flows(f"{name}_event", f"{name}_count", f"{name}_end"),
        ]
        return name, name

    def _beating(self, name: str) -> tuple[str, str]:
        """A task beside which a clock strikes three times."""
        self.parts += [
            user(name),
            boundary(f"{name}_event", name, cycle("'R3/PT1H'"), interrupting=False),
            script(f"{name}_count", "n = n + 1"),
            end(f"{name}_end"),
            flows(f"{name}_event", f"{name}_count", f"{name}_end"),
        ]
        return name, name

    def _desk(self, name: str) -> tuple[str, str]:
        """An ad-hoc subprocess that is over when its second activity has been done."""
        body = (
            user(f"{name}_one"),
            script(f"{name}_two", f"{name} = n"),
            user(f"{name}_three"),
            flows(f"{name}_two", f"{name}_three"),
            f"<bpmn:completionCondition>{name}_three is not None</bpmn:completionCondition>",
        )
        self.parts += [
            script(f"{name}_zero", f"{name}_three = None"),
            element("adHocSubProcess", name, "".join(body)),
            flows(f"{name}_zero", name),
        ]
        return f"{name}_zero", name

    def _brought(self, name: str) -> tuple[str, str]:
        """An event whose message goes into a variable by its data output."""
        output = f'<bpmn:dataOutput id="{name}_out" name="heard"/>'
        self.parts.append(element("intermediateCatchEvent", name, output + message_definition("ping")))
        return name, name

    def _linked(self, name: str) -> tuple[str, str]:
        self.parts += [
            element("intermediateThrowEvent", name, link(name)),
            element("intermediateCatchEvent", f"{name}_in", link(name)),
        ]
        return name, f"{name}_in"

    def _each(self, name: str) -> tuple[str, str]:
        cardinality = "<bpmn:loopCardinality>2</bpmn:loopCardinality>"
        inner = (
            f"<bpmn:multiInstanceLoopCharacteristics>{cardinality}</bpmn:multiInstanceLoopCharacteristics>"
        )
        self.parts.append(user(name, inner=inner))
        return name, name

    def _repeat(self, name: str) -> tuple[str, str]:
        self.parts.append(
            user(
                name,
                inner='<bpmn:standardLoopCharacteristics testBefore="false" loopMaximum="3">'
                "<bpmn:loopCondition>True</bpmn:loopCondition></bpmn:standardLoopCharacteristics>",
            )
        )
        return name, name
